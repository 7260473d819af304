"""Why a case was judged as it was: every rule of the policy with what it read in this case, and what would turn it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from escalation.case import Case
from escalation.judgement.facts import Facts, Reading
from escalation.judgement.findings import known
from escalation.judgement.ground import Ground
from escalation.judgement.severity import reason
from escalation.judgement.turning import Change, nearest
from escalation.policy import AskRule, InformRule, Layers, Policy, TargetRule
from escalation.policy_source import Place
from escalation.rules import Rule
from escalation.severity_matrix import Axis, Placing

State = Literal["decided", "matched", "did not match", "not looked at"]
"""*matched* made no difference: something else outweighed it. *not looked at*: something else was decided before its turn came."""

MOST_CLOSE = 5


class Looked(NamedTuple):
    """A rule, and what became of it in this case."""

    key: str
    where: str
    """`policy.yaml line 12`"""
    when: str
    says: str
    """What it says of the case when it matched; as the policy has it otherwise."""
    state: State
    facts: tuple[Reading, ...]
    """What its condition read in this case; where it was not looked at, what it would have read."""
    turns: tuple[Change, ...]
    """The smallest change of facts that would turn its condition; empty when it has none."""


def explain(case: Case, policy: Policy, layers: Layers) -> tuple[Looked, ...]:
    """Every rule of the policy that judged this case, in the order in which they are written."""
    facts, _ = known(Ground.of(case.issue, case.gathering, policy=policy, now=case.now))
    decided = dict(_decided(case, policy, facts))
    return tuple(
        _looked(place, rule, facts, layers, _state(place, rule, case, policy, facts, decided), decided) for place, rule in policy.rules()
    )


def close(looked: tuple[Looked, ...]) -> tuple[Looked, ...]:
    """Rules that one number keeps from matching, the nearest first."""
    near = [one for one in looked if one.state == "did not match" and len(one.turns) == 1 and type(one.turns[0].then) is int]
    return tuple(sorted(near, key=lambda one: _distance(one.turns[0]))[:MOST_CLOSE])


def speaks_of(reason_id: str, place: Place) -> bool:
    """Is it the rule at this place that a reason names? `severity.cap.x` is severity.caps.x, `severity.impact.x` in severity.axes."""
    parts = iter(place)
    words = reason_id.split(".")
    return words[-1] == place[-1] and all(any(part.startswith(word) for part in parts) for word in words)


def _distance(change: Change) -> float:
    then, now = int(change.then), int(change.now or 0)
    return abs(then - now) / max(1, abs(then))


def _decided(case: Case, policy: Policy, facts: Facts) -> Iterator[tuple[Place, str]]:
    """Each rule that decided something, with what it says of the case."""
    severity, route = case.assessment.severity, case.route
    given = {one.rule: one.text for one in (*severity.because, *severity.caps, *route.decision.criteria, *route.target.because)}
    for place, rule in policy.rules():
        text = next((text for id, text in given.items() if speaks_of(id, place)), None)
        if text is not None and not (isinstance(rule, Placing) and _outdone(rule, policy.severity.axes[place[2]], facts)):
            yield place, text
    asks = [("asks", id) for id, rule in policy.asks.items() if _asked(rule, case)]
    matched = [place for place in asks if policy.asks[place[1]].when.evaluate(facts.read).holds]
    if asks:
        yield (matched or asks[-1:])[0], route.ask.text


def _outdone(rule: Placing, axis: Axis, facts: Facts) -> bool:
    """Does another rule put the case higher on the axis?"""
    return any(
        axis.places.index(other.makes) > axis.places.index(rule.makes) and other.when.evaluate(facts.read).holds
        for other in axis.rules.values()
    )


def _asked(rule: AskRule, case: Case) -> bool:
    """Is it one of those that the ask was chosen from?"""
    return rule.team == case.route.target.team and rule.in_support == (case.route.decision.action == "handle in support")


def _state(place: Place, rule: Rule, case: Case, policy: Policy, facts: Facts, decided: Mapping[Place, str]) -> State:
    if place in decided:
        return "decided"
    if not _had_its_turn(rule, case, [dict(policy.rules())[each] for each in decided]):
        return "not looked at"
    return "matched" if rule.when.evaluate(facts.read).holds else "did not match"


def _had_its_turn(rule: Rule, case: Case, decided: Sequence[Rule]) -> bool:
    """Where the first match decides, nothing behind it is looked at; and of a case kept in support, no target."""
    target, escalated = case.route.target, case.route.decision.action == "escalate"
    if isinstance(rule, TargetRule):
        return escalated and all(rule.order <= other.order for other in decided if isinstance(other, TargetRule))
    if isinstance(rule, InformRule):
        return escalated and not target.restricted and rule.team != target.team
    return not isinstance(rule, AskRule) or (_asked(rule, case) and not any(isinstance(other, AskRule) for other in decided))


def _looked(place: Place, rule: Rule, facts: Facts, layers: Layers, state: State, decided: Mapping[Place, str]) -> Looked:
    key = ".".join(place)
    said = reason(key, rule, facts) if state == "matched" else None
    return Looked(
        key=key,
        where=layers.where(place),
        when=rule.when.text,
        says=said.text if said else decided.get(place, rule.says),
        state=state,
        facts=tuple(facts[name] for name in rule.when.evaluate(facts.read).read),
        turns=nearest(rule.when, facts.read),
    )
