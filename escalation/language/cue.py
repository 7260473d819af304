"""A cue: a pattern with the letters it can't match without, so that it is compiled and run only where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple


class Cue(NamedTuple):
    """One row of a table of rules."""

    name: str
    stems: str
    """Lower-case strings parted by `|`; no match is possible in a text whose lower-case form has none of them.

    After ` + ` stand others, of which the text must have one as well.
    """
    pattern: str
    exact: bool = False
    """Upper and lower case differ."""

    def finditer(self, text: str, lowered: str) -> Iterator[re.Match[str]]:
        """Matches in the text; `lowered` is its lower-case form, made once for all cues."""
        if not self.may_match(lowered):
            return iter(())
        return _compiled(self.pattern, 0 if self.exact else re.IGNORECASE).finditer(text)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str, lowered: str) -> str:
        """The text with its matches replaced."""
        if not self.may_match(lowered):
            return text
        return _compiled(self.pattern, 0 if self.exact else re.IGNORECASE).sub(replacement, text)

    def may_match(self, lowered: str) -> bool:
        """Is a match possible, by the stems?"""
        for stems in _stems(self.stems):
            for stem in stems:
                if stem in lowered:
                    break
            else:
                return False
        return True


def stems_of(alternatives: str) -> str:
    """The stems of a pattern that is a list of words: `rows?|organi[sz]ations?` gives `row|organi`."""
    return "|".join(re.split(r".\?|[\[(\\]", word, maxsplit=1)[0].lower() for word in alternatives.split("|"))


@cache
def _stems(stems: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split("|")) for group in stems.split(" + "))


@cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)
