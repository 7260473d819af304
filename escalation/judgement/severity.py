"""Severity: which rules of the policy match, what holds the level down or up, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from escalation.assessment import Level, Reason, Severity
from escalation.judgement.facts import Facts
from escalation.policy import LEVELS, Policy, Rule

MOST_CHANGES = 4
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
    """The highest level that a rule gives, held down by caps and up by floors; floors are stronger."""
    level, caps = _level(policy, facts)
    because = tuple(one for name in reversed(LEVELS) for one in reasons(f"severity.{name}", policy.severity.levels[name].rules, facts))
    floors = reasons("severity.floor", dict(policy.severity.floors), facts)
    matched = because if len(because) == 1 else tuple(one for one in because if one.rule != "severity.Medium.otherwise")
    held_up = tuple(one for one in floors if policy.severity.floors[one.rule.rpartition(".")[2]].at_least == level)
    return Severity(
        level=level,
        because=(*matched, *held_up),
        caps=caps,
        would_change=tuple(_changes(policy, facts, level))[:MOST_CHANGES],
        attention=policy.severity.levels[level].needs,
    )


def highest(own: Severity, offers: Sequence[Severity], policy: Policy) -> Severity:
    """The highest of the policy's severity and what plugins offer; the reasons of all are kept."""
    if not offers:
        return own
    top = max((own, *offers), key=lambda one: LEVELS.index(one.level))
    because = tuple(dict.fromkeys(one for severity in (own, *offers) for one in severity.because))
    return own.model_copy(
        update={
            "level": top.level,
            "because": because,
            "caps": own.caps if top is own else (),
            "attention": policy.severity.levels[top.level].needs,
        }
    )


def _level(policy: Policy, facts: Facts) -> tuple[Level, tuple[Reason, ...]]:
    """(the level, the caps that lowered it)."""
    rank = 0
    for number, name in enumerate(LEVELS):
        if any(rule.when.evaluate(facts.read).holds for rule in policy.severity.levels[name].rules.values()):
            rank = number
    floor = max(
        (LEVELS.index(rule.at_least) for rule in policy.severity.floors.values() if rule.when.evaluate(facts.read).holds), default=0
    )
    rank = max(rank, floor)
    applied = []
    lowest = rank
    for id, cap in policy.severity.caps.items():
        limit = max(LEVELS.index(cap.at_most), floor)
        if limit < rank and (given := reason(f"severity.cap.{id}", cap, facts)):
            applied.append(given)
            lowest = min(lowest, limit)
    return LEVELS[lowest], tuple(applied)


def _changes(policy: Policy, facts: Facts, level: Level) -> Iterator[str]:
    """The policy's what-ifs that, tried out, give another level: what raises it first."""
    found: dict[str, list[str]] = {}
    for change in policy.severity.what_if.values():
        if change.set and all(facts.read(name) == value for name, value in change.set.items()):
            continue
        if any(value is False and not facts.read(name) for name, value in change.set.items()):
            continue
        other, _ = _level(policy, facts.changed(change.set, change.add))
        if other != level:
            found.setdefault(other, []).append(change.says)
    raised = [(other, says) for other in reversed(LEVELS) for says in found.get(other, ()) if LEVELS.index(other) > LEVELS.index(level)]
    lowered = [(other, says) for other in reversed(LEVELS) for says in found.get(other, ()) if LEVELS.index(other) < LEVELS.index(level)]
    for other, says in (*raised[:3], *lowered, *raised[3:]):
        yield f"{other} if {says}"


class _Texts(dict[str, str]):
    """Fact names to their printed values, asked only when a sentence names one."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._facts = facts

    def __missing__(self, name: str) -> str:
        return self._facts[name].words
