"""Severity: where the case stands in the policy's matrix, what holds it down or up, and what would change the level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from escalation.assessment import Level, Reason, Severity
from escalation.judgement.facts import Facts
from escalation.policy import Policy
from escalation.rules import Rule
from escalation.severity_matrix import ALWAYS, LEVELS, SeverityPolicy, WhatIf

MOST_CHANGES = 4
MOST_MORE = 3
"""How many more of something are tried out, to say how far the next level is."""
TYPED = "U1"


def reason(id: str, rule: Rule, facts: Facts) -> Reason | None:
    """The reason that a rule gives, with the facts it read; None when it does not match."""
    outcome = rule.when.evaluate(facts.read)
    if not outcome.holds:
        return None
    evidence = facts.evidence(outcome.read)
    text = rule.says.format_map(_Texts(facts))
    if evidence == (TYPED,) and facts["affected_accounts"].evidence in ((), (TYPED,)):
        text += " (stated, not verified)"
    return Reason(rule=id, text=text, facts=tuple(name for name in outcome.read if facts[name].value), evidence=evidence)


def reasons(prefix: str, rules: Mapping[str, Rule], facts: Facts) -> tuple[Reason, ...]:
    """The reasons of all rules that match, in the policy's order."""
    found = (reason(f"{prefix}.{id}", rule, facts) for id, rule in rules.items())
    return tuple(one for one in found if one is not None)


def severity(policy: Policy, facts: Facts) -> Severity:
    """The level of the cell that the case stands in, with what put it there; floors are stronger than caps."""
    graded = _graded(policy.severity, facts)
    return Severity(
        level=graded.level,
        cell=graded.cell,
        because=(*_because(policy.severity, facts), *graded.floors),
        caps=graded.caps,
        would_change=tuple(_changes(policy.severity, facts, graded.level))[:MOST_CHANGES],
        attention=policy.severity.levels[graded.level].needs,
    )


def highest(own: Severity, offers: Sequence[Severity], policy: Policy) -> Severity:
    """The highest of the policy's severity and what plugins offer; the reasons of all are kept."""
    top = max((own, *offers), key=lambda one: LEVELS.index(one.level))
    because = tuple(dict.fromkeys(one for severity in (own, *offers) for one in severity.because))
    return own.model_copy(
        update={
            "level": top.level,
            "because": because,
            "cell": top.cell,
            "caps": own.caps if top is own else (),
            "attention": policy.severity.levels[top.level].needs,
        }
    )


class _Graded(NamedTuple):
    """A level, the cell it was read from, and the caps and floors that made a difference on the way."""

    level: Level
    cell: dict[str, str]
    caps: tuple[Reason, ...]
    floors: tuple[Reason, ...]


def _graded(matrix: SeverityPolicy, facts: Facts) -> _Graded:
    """Axis by axis, then the level: the highest place that matches, held down by caps, held up by floors."""
    caps: list[Reason] = []
    floors: list[Reason] = []

    def held(scale: tuple[str, ...], place: str, what: str) -> str:
        lowest = rank = scale.index(place)
        for id, cap in matrix.caps.items():
            limit = min((scale.index(bound) for bound in cap.at_most if bound in scale), default=rank)
            if limit < rank and (given := reason(f"severity.cap.{id}", cap, facts)):
                caps.append(given.model_copy(update={"text": f"{what} at most {scale[limit]}: {given.text}"}))
                lowest = min(lowest, limit)
        rank = lowest
        for id, floor in matrix.floors.items():
            limit = max((scale.index(bound) for bound in floor.at_least if bound in scale), default=-1)
            if limit >= lowest and (given := reason(f"severity.floor.{id}", floor, facts)):
                floors.append(given.model_copy(update={"text": f"{what} at least {scale[limit]}: {given.text}"}))
                rank = max(rank, limit)
        return scale[rank]

    cell = {name: held(axis.places, _place(matrix, name, facts), name) for name, axis in matrix.axes.items()}
    level = held(LEVELS, matrix.level(cell), "severity")
    return _Graded(LEVELS[LEVELS.index(level)], cell, tuple(caps), tuple(floors))


def _place(matrix: SeverityPolicy, name: str, facts: Facts) -> str:
    """The highest place of an axis that a rule makes."""
    axis = matrix.axes[name]
    return max((rule.makes for rule in axis.rules.values() if rule.when.evaluate(facts.read).holds), key=axis.places.index)


def _because(matrix: SeverityPolicy, facts: Facts) -> tuple[Reason, ...]:
    """The rules that matched: first those that place the case, axis by axis, then those of lower places.

    What always holds is a reason only on an axis where nothing else matches, and told last.
    """
    placing: list[Reason] = []
    lower: list[Reason] = []
    always: list[Reason] = []
    for name, axis in matrix.axes.items():
        rules = {id: rule for id, rule in axis.rules.items() if rule.when.text != ALWAYS}
        matched = reasons(f"severity.{name}", rules, facts)
        always += () if matched else reasons(f"severity.{name}", axis.rules, facts)
        place = _place(matrix, name, facts)
        for one in matched:
            (placing if axis.rules[one.rule.rpartition(".")[2]].makes == place else lower).append(one)
    return (*placing, *lower, *always)


def _changes(matrix: SeverityPolicy, facts: Facts, level: Level) -> Iterator[str]:
    """The policy's what-ifs that, tried out, give another level, in the policy's order: some that raise it, what lowers it, the rest."""
    found: list[tuple[Level, str]] = []
    for change in matrix.what_if.values():
        if change.set and all(facts.read(name) == value for name, value in change.set.items()):
            continue
        if any(value is False and not facts.read(name) for name, value in change.set.items()):
            continue
        for times in range(1, MOST_MORE + 1 if change.more else 2):
            other = _graded(matrix, changed(facts, change, times)).level
            if other != level:
                found.append((other, change.says if times == 1 else change.more.format(n=times)))
                break
    here = LEVELS.index(level)
    raised = [f"{other} if {says}" for other, says in found if LEVELS.index(other) > here]
    lowered = [f"{other} if {says}" for other, says in found if LEVELS.index(other) < here]
    yield from (*raised[:3], *lowered, *raised[3:])


def changed(facts: Facts, change: WhatIf, times: int = 1) -> Facts:
    """The facts as they would be after the change was made so many times."""
    return facts.changed(change.set, {name: times * more for name, more in change.add.items()})


class _Texts(dict[str, str]):
    """Fact names to their printed values, asked only when a sentence names one."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._facts = facts

    def __missing__(self, name: str) -> str:
        return self._facts[name].words
