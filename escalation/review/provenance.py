"""What applies, key by key, and where each value was set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from escalation.policy import Layers
from escalation.policy_source import Place

ABSENT: Any = object()
"""Stands for the value of a key that is not there: not shipped, or switched off."""


class Setting(NamedTuple):
    """One value that applies, as it is written."""

    place: Place
    value: Any
    where: str
    """`policy.yaml line 12`; empty: as shipped."""


class Difference(NamedTuple):
    """A key that says something else in one policy than in another. A part that only one of them has is told as a whole."""

    place: Place
    before: Any
    after: Any

    @property
    def key(self) -> str:
        """`escalate.stalled.when`"""
        return ".".join(self.place)


def settings(layers: Layers) -> Iterator[Setting]:
    """Every value, in the order in which they are written."""
    for place, value in _leaves(layers.data(), ()):
        yield Setting(place, value, layers.set_at(place))


def differences(before: Mapping[str, Any], after: Mapping[str, Any], place: Place = ()) -> Iterator[Difference]:
    """What differs between two policies as written, the version aside."""
    for key in dict.fromkeys([*before, *after]):
        old, new, here = before.get(key, ABSENT), after.get(key, ABSENT), (*place, str(key))
        if isinstance(old, dict) and isinstance(new, dict):
            yield from differences(old, new, here)
        elif old != new and here != ("version",):
            yield Difference(here, old, new)


def matching(places: Sequence[Place], wanted: str) -> list[Place]:
    """The places at or below what is named: by its whole key, else by any part of it that is a name of its own."""
    words = tuple(wanted.split("."))
    below = [place for place in places if place[: len(words)] == words]
    return below or [place for place in places if any(place[at : at + len(words)] == words for at in range(len(place)))]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if value is ABSENT:
        return None
    return value.isoformat() if isinstance(value, date) else value


def written(value: Any) -> str:
    """A value in one line of YAML."""
    if value is ABSENT:
        return "off"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(str(value).split())
    return f'"{text}"' if not text or (any(mark in text for mark in ",:{}#") and '"' not in text) else text


def _leaves(part: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(part, dict) and part:
        for key, inner in part.items():
            yield from _leaves(inner, (*place, str(key)))
    else:
        yield place, part
