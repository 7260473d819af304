"""What was typed or pasted, made safe to read: no invisible characters, and no more of it than a sentence needs."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 8_000
"""Characters read as a sentence; a pasted log belongs in a file."""
MOST_LINES = 3
LONGEST_LINE = 300

# C0 and C1 controls but tab and line feed, soft hyphen, zero-width, bidi, tags, lone surrogates: they change what a name looks like or is.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_END = re.compile("\r\n?|[\u0085\u2028\u2029]")
_ERROR_WORDS = tuple(
    form for word in ("error", "exception", "fatal", "traceback", "failed") for form in (word, word.capitalize(), word.upper())
)


class Typed(NamedTuple):
    """What was typed, cleaned; whole up to the cap."""

    sentence: str
    left_out: int = 0
    """Characters beyond the cap."""
    error_lines: tuple[str, ...] = ()
    """The first and the last lines beyond the cap that look like an error, cut to 300 characters."""


def cleaned(text: str) -> str:
    """The text without control, bidi, zero-width and half characters; every space a plain one, every line end LF."""
    return _INVISIBLE.sub("", _SPACE.sub(" ", _LINE_END.sub("\n", text)))


def read(text: str) -> Typed:
    """The text, cleaned and capped; of what lies beyond the cap only lines that look like an error are read."""
    head = cleaned(text[: 2 * LONGEST]).strip()
    if len(text) <= 2 * LONGEST and len(head) <= LONGEST:
        return Typed(head)
    cut = head.rfind("\n", LONGEST // 2, LONGEST) if len(head) > LONGEST else len(head)
    cut = cut if cut > 0 else LONGEST
    rest = head[cut:] + text[2 * LONGEST :]
    return Typed(head[:cut].rstrip(), len(rest), tuple(dict.fromkeys(cleaned(line).strip() for line in _error_lines(rest))))


def _error_lines(text: str) -> list[str]:
    """The first few and the last few lines with an error's word in them, cut to length around it."""
    first: list[tuple[int, int]] = []
    while len(first) < MOST_LINES and (hits := [at for word in _ERROR_WORDS if (at := text.find(word, first[-1][1] if first else 0)) >= 0]):
        first.append(_line_around(text, min(hits)))
    last: list[tuple[int, int]] = []
    seen_to = first[-1][1] if first else 0
    while len(last) < MOST_LINES and (
        hits := [at for word in _ERROR_WORDS if (at := text.rfind(word, seen_to, last[-1][0] if last else len(text))) >= 0]
    ):
        last.append(_line_around(text, max(hits)))
    return [text[start:end] for start, end in [*first, *reversed(last)]]


def _line_around(text: str, at: int) -> tuple[int, int]:
    start = max(text.rfind("\n", 0, at) + 1, at - LONGEST_LINE // 2)
    end = text.find("\n", at)
    return start, min(end if end >= 0 else len(text), start + LONGEST_LINE)
