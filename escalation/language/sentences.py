"""A passage split into sentences, word for word, without what people type around what they say.

Kept whole: code blocks, error and log lines, numbered steps, URLs, versions, abbreviations. Left out:
quoted replies, signatures, greetings, thanks, headings, the marks of lists. Line breaks inside a sentence become one space;
nothing else changes, so every sentence stands in the passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

LONGEST_PASSAGE = 40_000
"""Characters that are read; a log pasted whole says nothing more after that."""

Form = Literal["prose", "step", "code"]


class Sentence(NamedTuple):
    """One sentence, one numbered step, or one block of code or log."""

    text: str
    form: Form = "prose"
    paragraph: int = 0
    """Which paragraph of the passage it stands in; neighbours share it."""


FENCE = re.compile(r"^\s{0,3}(```|~~~)")
HEADING = re.compile(r"^\s{0,3}#{1,6}\s")
LABEL = re.compile(r"^\s*[A-ZÄÖÜ][\w'/ -]{1,28}:\s+\S")
HARD_WRAP = 55
"""A line shorter than this was not broken to fit a width."""
STEP = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|step \d{1,2}\s*[:.)]|schritt \d{1,2}\s*[:.)])\s+", re.IGNORECASE)
BULLET = re.compile(r"^\s*[-*•–]\s+")
LOG_LINE = re.compile(
    r"^\s*(?:"
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*\s+\S"  # 2026-11-16T08:41:07Z ERROR …
    r"|HTTP/\d(?:\.\d)? \d{3}\b"
    r"|(?:ERROR|FATAL|WARN|WARNING|CRITICAL|INFO|DEBUG)\b[:\]\s]"
    r"|Traceback \(most recent call last\)"
    r"|(?:Caused by: )?(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)\b(?::|$)"
    r"|at [\w.$<>]+\("
    r"|File \"[^\"]+\", line \d+"
    r"|[<>*] (?:HTTP/|[A-Za-z-]+: )"
    r"|[{}\[\]]\s*$|[{\[]\s*\""
    r"|\"[\w.-]+\"\s*:\s*"
    r"|(?:GET|POST|PUT|PATCH|DELETE|HEAD) /\S+ (?:HTTP/|\d{3}\b|-> ?\d{3}\b)"
    r"|(?:[A-Za-z][\w-]*: ){0,1}(?:X-Request-Id|x-request-id|Retry-After|Content-Type|Set-Cookie): "
    r"|\$ \S|curl -"
    r")"
)
REPLY_HEADER = re.compile(
    r"^\s*(?:"
    r"(?:On|Am|Le|El|Il|Em)\b.{5,160}(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu)[^:]{0,80}\s?:\s*$"
    r"|-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Forwarded message|元のメッセージ)"
    r"|_{10,}\s*$"
    r"|.{0,80}(?:のメール|さんは書きました)\s*[:：]\s*$"
    r"|##- .*type your reply above this line.* -##"
    r")",
    re.IGNORECASE,
)
OUTLOOK_HEADER = re.compile(r"^\s*\**(?:From|Von|De|差出人)\s*:\**\s.+", re.IGNORECASE)
OUTLOOK_SECOND = re.compile(r"^\s*\**(?:Sent|Gesendet|Envoyé|Enviado|Date|Datum|To|An|送信日時)\s*:", re.IGNORECASE)
QUOTED = re.compile(r"^\s{0,3}>")
SIGNATURE = re.compile(
    r"^\s*(?:--|—|__)\s*$|^\s*(?:Sent from my|Von meinem|Envoyé de mon|Enviado desde mi|Get Outlook for)\b", re.IGNORECASE
)
CLOSING = re.compile(
    r"^\s*(?:(?:kind|best|warm|many)?\s*(?:regards|wishes|thanks)|best|cheers|thanks(?: (?:a lot|so much|in advance|again))?|thank you(?: in advance)?|thx|"
    r"sincerely|yours(?: \w+)?|mit freundlichen grüßen|viele grüße|beste grüße|freundliche grüße|mfg|lg|vg|danke(?: \w+)?|(?:bien )?cordialement|"
    r"bien à vous|merci(?: \w+)?|(?:un |muchos )?(?:cordial )?saludos?(?: \w+)?|atentamente|gracias(?: \w+)?|よろしくお願い(?:いた)?します|以上)"
    r"\s*[,.!。]?\s*(?:[-–—]?\s*[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2})?\s*$",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:morgen|tag|abend)|moin|servus|liebe[rs]?|sehr geehrte\w*|"
    r"bonjour|bonsoir|salut|hola|buenos días|buenas tardes|estimad[oa]s?|お世話になっております|こんにちは)(?![a-zäöüß])[^.?!。,]{0,40}[,!.:。、–-]?\s*$",
    re.IGNORECASE,
)
ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "etc",
        "vs",
        "cf",
        "approx",
        "appr",
        "no",
        "nr",
        "ca",
        "z.b",
        "d.h",
        "u.a",
        "bzw",
        "usw",
        "ggf",
        "evtl",
        "inkl",
        "vgl",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "inc",
        "ltd",
        "corp",
        "co",
        "dept",
        "fig",
        "sec",
        "min",
        "max",
        "tel",
        "ext",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "p.ej",
        "ej",
        "sr",
        "sra",
        "p.ex",
        "env",
        "mme",
        "hr",
        "fr",
        "abs",
        "a.m",
        "p.m",
        "u.s",
    ]
)
BOUNDARY = re.compile(r"(?<=[。！？])(?=\S)|(?<=[.!?…。！？])[\"'”’»)\]]*\s+")


@lru_cache(maxsize=4096)
def sentences(text: str, author: str = "") -> tuple[Sentence, ...]:
    """The sentences of a passage in their order. A line that is only the author's name begins a signature."""
    found: list[Sentence] = []
    for paragraph, form, lines in _blocks(_own_words(text[:LONGEST_PASSAGE].replace("\r\n", "\n").split("\n"), author)):
        if form == "code":
            found.append(Sentence("\n".join(lines).strip("\n"), form, paragraph))
            continue
        text = BULLET.sub("", STEP.sub("", " ".join(line.strip() for line in lines)))
        pieces = [text] if form == "step" else _split(text)
        found.extend(Sentence(piece, form, paragraph) for piece in pieces)
    return tuple(sentence for sentence in found if any(character.isalnum() for character in sentence.text))


def _own_words(lines: list[str], author: str) -> list[str]:
    """The lines the author wrote here: no quoted reply, no signature, no greeting. Code is not looked into."""
    own: list[str] = []
    names = {author, *author.split()[:1]} - {""}
    fenced = False
    for number, line in enumerate(lines):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            following = lines[number + 1] if number + 1 < len(lines) else ""
            if REPLY_HEADER.match(line) or (OUTLOOK_HEADER.match(line) and OUTLOOK_SECOND.match(following)):
                break
            signed = CLOSING.match(line) or line.strip(" ,-–—") in names
            if SIGNATURE.match(line) or (signed and _only_a_name_follows(lines[number + 1 :])):
                break
            if QUOTED.match(line) or GREETING.match(line) or CLOSING.match(line) or HEADING.match(line):
                own.append("")
                continue
        own.append(line)
    return own


def _only_a_name_follows(rest: list[str]) -> bool:
    """A closing ends the passage when what follows is a few short lines: name, title, phone, or a quoted reply."""
    below = []
    for line in rest:
        if REPLY_HEADER.match(line) or QUOTED.match(line) or SIGNATURE.match(line):
            break
        if line.strip():
            below.append(line.strip())
    return len(below) <= 6 and all(len(line) <= 60 and not line.endswith(("?", ";")) and line.count(" ") <= 7 for line in below)


def _blocks(lines: list[str]) -> Iterator[tuple[int, Form, list[str]]]:
    """(number of the paragraph, form, lines): text that hangs together, list items, and runs of code or log lines."""
    block: list[str] = []
    form: Form = "prose"
    paragraph = 0
    fenced = False
    for line in [*lines, ""]:
        fence = bool(FENCE.match(line))
        kind: Form = "code" if fenced else _form(line)
        if block and (fence or (not fenced and (not line.strip() or _begins(line, kind, form, block[-1])))):
            yield paragraph, form, block
            block = []
        if fence:
            fenced = not fenced
        elif fenced or line.strip():
            form = form if block else kind
            block.append(line)
        else:
            paragraph += 1
    if block:
        yield paragraph, form, block


def _begins(line: str, kind: Form, form: Form, last: str) -> bool:
    """Does a new block begin with this line?"""
    if kind == "step" or BULLET.match(line) or (kind == "code") != (form == "code"):
        return True
    if form == "code":
        return False
    whole = last.rstrip().endswith((".", "!", "?", ":", "。", "！", "？")) or (len(last) < HARD_WRAP and not line.lstrip()[:1].islower())
    return whole or bool(LABEL.match(line))


def _form(line: str) -> Form:
    if LOG_LINE.match(line) or (line.startswith(("    ", "\t")) and not BULLET.match(line) and not STEP.match(line)):
        return "code"
    return "step" if STEP.match(line) else "prose"


def _split(text: str) -> Iterator[str]:
    """A paragraph at its sentence ends. A full stop ends nothing after an abbreviation, an initial or a list number."""
    start = 0
    for boundary in BOUNDARY.finditer(text):
        before, after = text[start : boundary.end()].rstrip(), text[boundary.end() : boundary.end() + 1]
        if before.endswith((".", "…")) and _goes_on(before, after):
            continue
        if before.strip():
            yield before.strip()
        start = boundary.end()
    if text[start:].strip():
        yield text[start:].strip()


def _goes_on(before: str, after: str) -> bool:
    """Does the sentence go on after this full stop?"""
    if before.endswith(("...", "…")):
        return after.islower()
    words = before[:-1].split()
    last = words[-1].lower().lstrip("(\"'“„«") if words else ""
    if len(words) == 1 and last.isdigit():
        return True  # "1. Open the export page"
    if last.isdigit():
        return after.islower() or (len(last) <= 2 and _is_german_month(after))
    if last in ("etc", "usw"):
        return after.islower()
    return last in ABBREVIATIONS or (len(last) == 1 and last.isalpha() and last != "i")


def _is_german_month(after: str) -> bool:
    """Is it "am 16. November"? A day's ordinal is followed by a capital that begins a month."""
    return after in "JFMASOND"
