"""CODEOWNERS: who owns a path of the source. The last pattern that matches decides, as GitHub and GitLab read the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_SECTION = re.compile(r"^\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?\s*(?P<owners>.*)$")
_WORDS = re.compile(r"(?<!\\)\s+")


class Owned(NamedTuple):
    """One line: a pattern and who owns what it matches; nobody when the line names none."""

    line: int
    pattern: str
    owners: tuple[str, ...]


class Codeowners:
    """A parsed file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = tuple(_parsed(text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Codeowners) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Codeowners({len(self.lines)} lines)"

    def owned(self, path: str) -> Owned | None:
        """The line that decides about a path; None when no line matches or the one that does names nobody."""
        found = next((line for line in reversed(self.lines) if _pattern(line.pattern).search("/" + path.strip("/"))), None)
        return found if found and found.owners else None


def _parsed(text: str) -> Iterator[Owned]:
    default: tuple[str, ...] = ()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(?:^|(?<=\s))#.*", "", raw).strip()
        section = _SECTION.match(line)
        if section:
            default = tuple(section["owners"].split())
        elif line:
            pattern, *owners = _WORDS.split(line)
            yield Owned(number, pattern.replace("\\ ", " "), tuple(owners) or default)


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    """A gitignore-like pattern as an expression over `/path/from/the/root`."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    made = ""
    for part in re.split(r"(\*\*/|\*\*|\*|\?)", body):
        made += {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
    below = "$" if body.endswith("/*") else "(?:/.*)?$"
    return re.compile(("^/" if anchored else "/") + made + below)
