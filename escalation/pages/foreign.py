"""Foreign text made harmless: what a ticket, message or article says can be read, and does nothing.

Out go secrets, card numbers, control, bidi and zero-width characters and overlong text; markdown, HTML and Slack markup lose their
effect by a backslash where they would have one, so that ordinary text and error codes stay as they were written.
"""

# ruff: noqa: S704 - this is where foreign text becomes harmless markup

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup

from escalation.disclosure import without_secrets

LONGEST = 600
"""Characters of one quote, unless the caller says otherwise."""
CUT = " […]"

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # a backslash that would escape the next character
    r"|`"
    r"|\*(?=\S)|(?<=\S)\*"
    r"|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])"  # emphasis; an underscore inside a word is none
    r"|~(?=~)|(?<=~)~"
    r"|\](?=[(\[:])|!(?=\[)"
    r"|<(?=[A-Za-z/!?#@])"
    r"|&(?=#?\w+;)"
    r"|\|"
    r"|(?<=\w):(?=//)|(?<=\bwww)\.|(?<=mailto):|(?<=xmpp):",
    re.IGNORECASE,
)
_SLACK = re.compile(r"<(?=[!@#]|https?:|mailto:)", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@])@(?=\w)")
_CLAUSE_END = re.compile(r"[.,;:!?)](?=\s)|\s[–—](?=\s)|[。、！？]")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+*](?=\s|$)|[-=]{2,}\s*$|>|(?:\d{1,9})(?=[.)](?:\s|$))|~{3,}|:{3,})", re.MULTILINE)


def clean(text: str) -> str:
    """The text without secrets and characters that can't be seen, every line break a line feed. What comparing and quoting start from."""
    return without_secrets(_INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))))


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """The cleaned text with every run of white space as one space."""
    return " ".join(clean(text).split())


def capped(text: str, most: int = LONGEST) -> str:
    """At most `most` characters, cut where a clause ends, else between words, saying so."""
    if len(text) <= most:
        return text
    kept = text[: max(1, most - len(CUT))]
    clauses = [found.start() + 1 for found in _CLAUSE_END.finditer(kept)]
    if clauses and clauses[-1] > len(kept) // 2:
        return kept[: clauses[-1]].rstrip(" ,;:–—") + CUT
    at_word = kept.rsplit(None, 1)[0] if " " in kept[len(kept) // 2 :] else kept
    return at_word.rstrip() + CUT


def harmless(text: str, most: int = LONGEST) -> str:
    """One line of foreign text that renders as itself in markdown, in Slack and in a terminal, wherever it stands."""
    return _LINE_START.sub(_escaped_start, _inline(text, most))


def quoted(text: str, most: int = LONGEST) -> Markup:
    """A marked quote. Its own quotation marks can't end it early."""
    return Markup("“" + _inline(text.replace("“", "‘").replace("”", "’"), most) + "”")


def _inline(text: str, most: int) -> str:
    """Harmless anywhere but at the start of a line."""
    return _escaped(capped(one_line(text), most))


@lru_cache(maxsize=4096)
def _escaped(line: str) -> str:
    """A page is rendered several times until it fits; most of its lines stay the same."""
    line = _MENTION.sub("＠", _SLACK.sub("‹", line))
    return _MARKUP.sub(lambda match: "\\" + match.group(), line)


def verbatim(text: str, most: int = LONGEST) -> Markup:
    """A code span for one line, a fenced block for several; nothing in it has an effect, nothing in it is changed."""
    lines = capped_lines(clean(text).strip("\n"), most)
    ticks = max((len(run) for run in re.findall(r"`+", lines)), default=0)
    if "\n" in lines:
        fence = "`" * max(3, ticks + 1)
        return Markup(f"{fence}text\n{lines}\n{fence}")
    fence = "`" * (ticks + 1)
    pad = " " if lines.startswith("`") or lines.endswith("`") else ""
    return Markup(f"{fence}{pad}{lines.strip()}{pad}{fence}")


def capped_lines(text: str, most: int) -> str:
    """At most `most` characters in whole lines (or one cut line, if the first alone is longer), saying what is left out."""
    if len(text) <= most:
        return text
    kept: list[str] = []
    lines = text.split("\n")
    for line in lines:
        if sum(len(other) + 1 for other in kept) + len(line) > most:
            break
        kept.append(line)
    if not kept:
        return capped(lines[0], most)
    return "\n".join([*kept, f"[… {len(lines) - len(kept)} more lines]"])


def _escaped_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
