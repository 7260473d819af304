"""Findings: all facts and clocks of a case, put together from the groups that compute them."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from escalation.assessment import Clock
from escalation.judgement import breadth, limitation, regression, remedies, revenue, stakes, timeline
from escalation.judgement.facts import Facts
from escalation.judgement.ground import Ground
from escalation.judgement.severity import severity
from escalation.judgement.sla import clocks

Findings = tuple[Facts, tuple[Clock, ...]]

_KNOWN: WeakKeyDictionary[Ground, Findings] = WeakKeyDictionary()


def known(ground: Ground) -> Findings:
    """The facts and the clocks, computed once per ground."""
    if ground not in _KNOWN:
        _KNOWN[ground] = _found(ground)
    return _KNOWN[ground]


def _found(ground: Ground) -> Findings:
    """Policy clocks depend on the severity and may raise it: then they are read once more at the new one."""
    thresholds = ground.policy.thresholds
    still = [*breadth.readings(ground), *stakes.readings(ground), *revenue.readings(ground)]
    issue_type = next((one.value for one in still if one.name == "issue_type"), None)
    still += [*remedies.readings(ground, issue_type), *limitation.readings(ground), *regression.readings(ground)]
    told = tuple(revenue.told(ground))
    level = severity(ground.policy, Facts(still, thresholds)).level
    for _ in range(2):
        running = clocks(ground, level)
        facts = Facts([*still, *timeline.readings(ground, running)], thresholds, told)
        raised = severity(ground.policy, facts).level
        if raised == level:
            break
        level = raised
    return facts, running
