"""What a condition hangs on: the smallest change of facts that turns it, and whether it can come out both ways at all.

Between the constants that a condition compares with, a fact's value makes no difference: so a few values of each fact stand for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from math import prod
from typing import Any, Literal, NamedTuple

from jinja2 import nodes

from escalation.judgement.conditions import Condition, Read
from escalation.judgement.vocabulary import BY_NAME

Reach = Literal["never", "always", "always when known", "sometimes"]

MOST_CHANGED = 3
"""Facts; a change of more is no near one."""
MOST_TRIED = 50_000
"""Combinations of values; where there are more, nothing is told."""

SIGNED = ("deadline_hours", "renewal_days")
"""Numbers that can be below zero: their day has passed."""
OTHER = "…"
"""Stands for every text, date or sum that the condition does not name."""


class Change(NamedTuple):
    """One fact with another value."""

    name: str
    now: Any
    then: Any

    def __str__(self) -> str:
        kind = BY_NAME[self.name].kind
        if kind == "number" and self.then is not None:
            verb = "reaches" if self.now is None or self.then > self.now else "falls to"
            return f"{self.name} {verb} {self.then} (now {_word(self.now)})"
        if self.then == OTHER:
            return f"{self.name} becomes {'known' if self.now is None else 'another'}"
        return f"{self.name} becomes {_word(self.then)}"


def nearest(condition: Condition, read: Read) -> tuple[Change, ...]:
    """The fewest facts whose change makes the condition come out otherwise, numbers moved as little as possible; empty: none known."""
    holds = condition.evaluate(read).holds
    values = _values(condition, read)
    for number in range(1, min(MOST_CHANGED, len(values)) + 1):
        for names in combinations(values, number):
            for chosen in product(*(_by_nearness(values[name], read(name)) for name in names)):
                if condition.evaluate(_with(read, dict(zip(names, chosen, strict=True)))).holds != holds:
                    return tuple(Change(name, read(name), then) for name, then in zip(names, chosen, strict=True))
    return ()


def reach(condition: Condition, limits: Mapping[str, Any]) -> Reach | None:
    """Whether some facts make it hold and others not; None where there are too many combinations to try."""
    values = _values(condition, limits.get)
    if prod(map(len, values.values())) > MOST_TRIED:
        return None
    found: set[tuple[bool, bool]] = set()
    """(it holds, all facts are known)"""
    for facts in _combinations(values):
        found.add((condition.evaluate(_with(limits.get, facts)).holds, None not in facts.values()))
        if {(True, True), (False, True)} <= found:
            return "sometimes"
    if len({holds for holds, _ in found}) == 1:
        return "always" if found.pop()[0] else "never"
    return "always when known" if (False, True) not in found and not _tested(condition) else "sometimes"


def ever(condition: Condition, limits: Mapping[str, Any]) -> bool:
    """Can it hold at all? Yes, too, where there are too many combinations to try."""
    values = _values(condition, limits.get)
    too_many = prod(map(len, values.values())) > MOST_TRIED
    return too_many or any(condition.evaluate(_with(limits.get, facts)).holds for facts in _combinations(values))


def facts_in(condition: Condition) -> tuple[str, ...]:
    """The facts that it names, each once."""
    return tuple(dict.fromkeys(node.name for node in _all(condition, nodes.Name) if node.name in BY_NAME))


def _combinations(values: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for chosen in product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def _with(read: Read, facts: Mapping[str, Any]) -> Read:
    return lambda name: facts[name] if name in facts else read(name)


def _values(condition: Condition, read: Read) -> dict[str, tuple[Any, ...]]:
    """Fact → the values that can make a difference, None for unknown last; in the order of the condition."""
    return {name: tuple(_of_kind(name, _constants(condition, name, read))) for name in facts_in(condition)}


def _of_kind(name: str, constants: Sequence[Any]) -> Iterator[Any]:
    term = BY_NAME[name]
    if term.kind == "flag":
        yield from (True, False)
    elif term.kind == "word":
        yield from term.words
    elif term.kind == "number":
        around = {0, 1} | {int(constant) + step for constant in constants for step in (-1, 0, 1)}
        yield from sorted(value for value in around if value >= 0 or name in SIGNED)
    else:
        yield from (*dict.fromkeys(constants), OTHER)
    yield None


def _constants(condition: Condition, name: str, read: Read) -> list[Any]:
    """What the condition compares this fact with; a threshold is the number that it stands for."""
    found = []
    for compare in _all(condition, nodes.Compare):
        if isinstance(compare.expr, nodes.Name) and compare.expr.name == name:
            for node in [each for operand in compare.ops for each in (operand.expr, *operand.expr.find_all(nodes.Node))]:
                if isinstance(node, nodes.Const):
                    found.append(node.value)
                elif isinstance(node, nodes.Name):
                    found.append(read(node.name))
    return found


def _tested(condition: Condition) -> bool:
    return bool(_all(condition, nodes.Test))


def _all(condition: Condition, kind: type[Any]) -> list[Any]:
    return [node for node in (condition.tree, *condition.tree.find_all(nodes.Node)) if isinstance(node, kind)]


def _by_nearness(values: Sequence[Any], now: Any) -> list[Any]:
    """Other values than the present one: numbers by their distance, unknown last."""
    others = [value for value in values if value is not now and value != now]
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in others if value is not None):
        return sorted(others, key=lambda value: (value is None, abs((value or 0) - (now or 0))))
    return others


def _word(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) or value in _WORDS else "known"


_WORDS = {word for term in BY_NAME.values() for word in term.words}
