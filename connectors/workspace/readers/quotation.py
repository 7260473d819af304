"""Quotations in mail: what a reply says itself, without the letter that it quotes."""

import re

_INTRODUCTION = re.compile(
    r"(?:on\b.{4,300}\bwrote|am\b.{4,300}\bschrieb\b.{0,200}|le\b.{4,300}\ba écrit"
    r"|el\b.{4,300}\bescribió|op\b.{4,300}\bschreef\b.{0,200})\s*:",
    re.IGNORECASE | re.DOTALL,
)
_LETTERHEAD = re.compile(r"-{3,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{3,}", re.IGNORECASE)
_FIELDS = re.compile(r"(?:\*?(?:from|von|de)\*?:.*)\n(?:.*\n){0,2}?\*?(?:sent|date|gesendet|datum|envoyé)\*?:", re.IGNORECASE)


def own_words(text: str) -> str:
    """`text` without what it quotes: `>` lines, and all below an original message put at its end.

    What was written between or below quoted lines stays. When nothing would stay, the text comes back whole.
    """
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        height = _introduction(lines, at)
        if height:
            rest = next((below for below in lines[at + height :] if below.strip()), "")
            if not rest.lstrip().startswith(">"):
                break  # quoted without marks: it goes to the end
            at += height
        elif line.startswith(">"):
            at += 1
        elif _LETTERHEAD.fullmatch(line) or _FIELDS.match("\n".join(lines[at : at + 4])):
            break
        else:
            kept.append(lines[at])
            at += 1
    own = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).rstrip().removesuffix("________________________________").strip()
    return own or text


def _introduction(lines: list[str], at: int) -> int:
    """How many lines `On …, … wrote:` takes here, at most three; 0 when it does not stand here."""
    if not re.match(r"(?:on|am|le|el|op)\b", lines[at].strip(), re.IGNORECASE):
        return 0
    for height in (1, 2, 3):
        if _INTRODUCTION.fullmatch("\n".join(lines[at : at + height]).strip()):
            return height
    return 0
