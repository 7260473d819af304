"""Make output fit what an agent is shown: clients cut at about 10,000 characters, silently and in the middle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from escalation.pages.abridged import STEPS, TEXTS

LIMIT = 9_000
"""Characters on stdout, its last newline included."""

WHOLE = 10**9
"""Characters in a file: no limit."""


def fit_text(text: str, limit: int = LIMIT) -> str:
    """The text, or its first whole lines and a line that says what is missing and how to get it."""
    if len(text) <= limit:
        return text
    reserved = len(_cut_line(len(text)))
    head = text[: max(0, limit - reserved)]
    if "\n" in head:
        head = head[: head.rindex("\n") + 1]
    return head + _cut_line(len(text) - len(head))


def fit_json(document: Mapping[str, Any], limit: int = LIMIT) -> str:
    """One line of JSON. Where it is too long, it is abridged step by step (see `abridged`), then tails of the longest parts are dropped.

    `omitted` counts what is missing of each field, and `whole` says how to get it.
    """
    line = _dump(document)
    if len(line) < limit:
        return line + "\n"
    fitted: dict[str, Any] = json.loads(line)
    taken: Counter[str] = Counter()
    for step in STEPS if "decision" in fitted and "brief" in fitted else TEXTS:
        line = _dump(_marked(fitted, taken))
        if len(line) < limit:
            return line + "\n"
        shorter, more = json.loads(_dump(fitted)), Counter(taken)
        step(shorter, more)
        if len(line) - len(_dump(_marked(shorter, more))) > _WORTH_A_STEP:
            fitted, taken = shorter, more
    return _dump(_trimmed(fitted, taken, limit)) + "\n"


def _marked(document: dict[str, Any], taken: Counter[str]) -> dict[str, Any]:
    return {**document, "omitted": dict(taken), "whole": _HOW} if taken else document


def _cut_line(characters: int) -> str:
    return f"… {characters:,} more characters: add --out FILE to have the whole written to a file.\n"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _trimmed(document: dict[str, Any], taken: Counter[str], limit: int) -> dict[str, Any]:
    """Drop tails, always from the field that is longest just then, so that every field keeps its most important entries."""
    tails = [_Tail(field, holder, key) for field in document for holder, key in _divisible(document, field)]
    fields = {field: len(_dump(value)) for field, value in document.items()}
    omitted = Counter(taken)
    excess = len(_dump({**document, "omitted": omitted, "whole": _HOW})) + 1 - limit
    while excess > 0 and (left := [tail for tail in tails if tail.sizes]):
        tail = max(left, key=lambda each: (fields[each.field] * _WEIGHTS.get(each.field, 1.0), each.size))
        dropped = tail.drop()
        fields[tail.field] -= dropped
        excess -= dropped - (0 if tail.field in omitted else len(tail.field) + _COUNT)
        omitted[tail.field] += 1
    for tail in tails:
        tail.apply()
    return _marked(document, omitted)


class _Tail:
    """A list or text that can lose its end."""

    def __init__(self, field: str, holder: dict[str, Any], key: str) -> None:
        whole = holder[key]
        self.field = field
        self._holder, self._key = holder, key
        self._parts = _parts(whole)
        self.sizes = [_room(part, whole) for part in self._parts]
        """Characters of each part that is still there."""
        self.size = sum(self.sizes)

    def drop(self) -> int:
        """Lose the last part; the characters that this saves."""
        dropped = self.sizes.pop()
        self.size -= dropped
        return dropped

    def apply(self) -> None:
        """Put what is left in place of the whole."""
        kept = self._parts[: len(self.sizes)]
        self._holder[self._key] = kept if isinstance(self._holder[self._key], list) else "".join(kept)


_HOW = "add --out FILE to have the whole written to a file"
_COUNT = len('"":99999,')
"""Characters that a count in `omitted` takes, beside its name."""
_WORTH_A_STEP = 100
"""Characters; a step that saves fewer is left out."""
_WORTH_CUTTING = 120
"""Characters of JSON; shorter lists and texts stay whole."""
_PIECE = 240
"""Characters of a text that has no lines, dropped at once."""
_WEIGHTS = {"brief": 4.0, "facts": 0.4, "evidence": 0.12, "digest": 0.5, "coverage": 0.5, "gaps": 0.5}
"""How soon a field is cut: at a quarter of the usual length the brief, which has a command of its own; last what citations rest on."""


def _divisible(holder: dict[str, Any], key: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every long list and text under a key, outside of other lists."""
    value = holder[key]
    if isinstance(value, dict):
        for inner in value:
            yield from _divisible(value, inner)
    elif isinstance(value, (list, str)) and len(_dump(value)) > _WORTH_CUTTING:
        yield holder, key


def _room(part: Any, whole: list[Any] | str) -> int:
    """Characters that a part takes up: with its comma in a list, without its quotation marks in a text."""
    return len(_dump(part)) + (1 if isinstance(whole, list) else -2)


def _parts(value: list[Any] | str) -> list[Any]:
    if isinstance(value, list):
        return value
    return [line[start : start + _PIECE] for line in value.splitlines(keepends=True) for start in range(0, len(line), _PIECE)]
