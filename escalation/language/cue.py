"""A cue: a pattern with the letters it can't match without, so that it is compiled and run only where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Cue:
    """One row of a table of rules."""

    name: str
    stems: str
    """Lower-case strings parted by `|`; no match is possible in a text whose lower-case form has none of them."""
    pattern: str
    exact: bool = False
    """Upper and lower case differ."""

    def finditer(self, text: str, lowered: str) -> Iterator[re.Match[str]]:
        """Matches in the text; `lowered` is its lower-case form, made once for all cues."""
        if any(stem in lowered for stem in self.stems.split("|")):
            yield from _compiled(self.pattern, 0 if self.exact else re.IGNORECASE).finditer(text)


@cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)
