"""The severity matrix: two axes, a level for every cell, and what holds a case down or up.

A case stands on each axis at the highest place that one of its rules gives. A cap or floor names a place of an axis, or a level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from escalation.assessment import Level
from escalation.judgement.vocabulary import BY_NAME, hint
from escalation.model import Model
from escalation.rules import Problem, Rule
from escalation.span import SpanText

LEVELS: tuple[Level, ...] = ("Medium", "High", "Critical")
"""From low to high."""
ALWAYS = "true"
"""The condition of the rule that places a case nothing else is known of."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _without_off(matrix: Any) -> Any:
    """A cell laid over with `off` is taken out, as a rule is."""
    if not isinstance(matrix, Mapping):
        return matrix
    rows = {place: row for place, row in matrix.items() if row not in (None, False)}
    return {
        place: {column: level for column, level in row.items() if level not in (None, False)} if isinstance(row, Mapping) else row
        for place, row in rows.items()
    }


Bounds = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
"""Places or levels; one may be written without brackets."""


class Placing(Rule):
    """A rule that puts the case at a place of its axis."""

    makes: str


class Axis(Model):
    """One side of the matrix."""

    places: Annotated[tuple[str, ...], Field(min_length=2)]
    """From low to high."""
    rules: Mapping[str, Placing]


class Cap(Rule):
    """Holds the case down."""

    at_most: Bounds


class Floor(Rule):
    """Holds the case up; stronger than any cap."""

    at_least: Bounds


class WhatIf(Model):
    """A change of facts that is tried out, to say what would change the level."""

    set: Mapping[str, bool | int | str] = {}
    add: Mapping[str, int] = {}
    says: str
    """The change in words, made once."""
    more: str = ""
    """The same in words when it takes several: "{n} more accounts are affected". Empty: it is tried once."""


class LevelPolicy(Model):
    """One severity level: what it means, and how soon it wants attention."""

    means: str
    needs: str
    attention: SpanText


class SeverityPolicy(Model):
    """How the level is found."""

    levels: Mapping[Level, LevelPolicy]
    axes: Mapping[str, Axis]
    matrix: Annotated[Mapping[str, Mapping[str, Level]], BeforeValidator(_without_off)]
    """Place on the first axis → place on the second → level."""
    caps: Mapping[str, Cap] = {}
    floors: Mapping[str, Floor] = {}
    what_if: Mapping[str, WhatIf] = {}

    def level(self, cell: Mapping[str, str]) -> Level:
        """The level of a cell: axis → place."""
        row, column = (cell[axis] for axis in self.axes)
        return self.matrix[row][column]

    def problems(self) -> Iterator[Problem]:
        """What the models can't see by themselves, each with the path of its key below `severity`."""
        for level in LEVELS:
            if level not in self.levels:
                yield ("levels",), f"no level {level}; the levels are Critical, High and Medium"
        if len(self.axes) != 2:
            yield ("axes",), f"a matrix has two axes, not {len(self.axes)}; take one out with `off`"
            return
        yield from self._bounds()
        for name, axis in self.axes.items():
            yield from _unplaced(("axes", name), axis)
        gaps = list(self._gaps())
        yield from gaps or self._falls()
        for id, what_if in self.what_if.items():
            for fact in (*what_if.set, *what_if.add):
                if fact not in BY_NAME:
                    yield ("what_if", id), f"unknown fact {fact!r}; {hint(fact, BY_NAME)}"

    def _bounds(self) -> Iterator[Problem]:
        """Caps and floors name one place or level each."""
        named = Counter(name for axis in self.axes.values() for name in axis.places) + Counter(LEVELS)
        for name, count in named.items():
            if count > 1:
                yield ("axes",), f"{name!r} is the name of {count} places; a cap or floor could not tell them apart"
        held = [(("caps", id), bound) for id, cap in self.caps.items() for bound in cap.at_most]
        held += [(("floors", id), bound) for id, floor in self.floors.items() for bound in floor.at_least]
        for path, bound in held:
            if bound not in named:
                yield path, f"{bound!r} is neither a level nor a place; expected one of {', '.join(named)}"

    def _gaps(self) -> Iterator[Problem]:
        """Every cell has a level, and there are no others."""
        rows, columns = (axis.places for axis in self.axes.values())
        for row, cells in self.matrix.items():
            if row not in rows:
                yield ("matrix", row), f"no such place; the first axis has {', '.join(rows)}"
            for column in set(cells) - set(columns):
                yield ("matrix", row, column), f"no such place; the second axis has {', '.join(columns)}"
        for row in rows:
            missing = [repr(column) for column in columns if column not in self.matrix.get(row, {})]
            if missing:
                yield ("matrix", row), f"no level for {', '.join(missing)}: a case that stands there would have none"

    def _falls(self) -> Iterator[Problem]:
        """No cell is lower than one that is less bad."""
        rows, columns = (axis.places for axis in self.axes.values())
        steps = [((row, column), (worse, column), row) for row, worse in pairwise(rows) for column in columns]
        steps += [((row, column), (row, worse), column) for row in rows for column, worse in pairwise(columns)]
        for (row, column), (worse_row, worse_column), place in steps:
            level, worse = self.matrix[row][column], self.matrix[worse_row][worse_column]
            if LEVELS.index(worse) < LEVELS.index(level):
                yield ("matrix", worse_row, worse_column), f"{worse} is lower than {level} of {place!r}"


def _unplaced(path: tuple[str, ...], axis: Axis) -> Iterator[Problem]:
    for id, rule in axis.rules.items():
        if rule.makes not in axis.places:
            yield (*path, "rules", id), f"no place {rule.makes!r}; the axis has {', '.join(axis.places)}"
    if not any(rule.when.text == ALWAYS for rule in axis.rules.values()):
        yield (
            (*path, "rules"),
            f'a case that no rule matches would stand nowhere; add otherwise: {{makes: {axis.places[0]}, when: "true", says: …}}',
        )
