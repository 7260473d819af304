"""Step 3, assess: the facts, the clocks, the severity by policy, and impact on seven dimensions. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from escalation.assessment import Assessment, Clock
from escalation.evidence import Gap
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.judgement.contradictions import contradictions
from escalation.judgement.facts import Facts
from escalation.judgement.findings import known
from escalation.judgement.ground import Ground
from escalation.judgement.impact import impact
from escalation.judgement.promises import promises
from escalation.judgement.severity import highest, severity
from escalation.judgement.sla import holiday_gaps
from escalation.judgement.vocabulary import BY_NAME
from escalation.plugins import Hooks
from escalation.policy import Policy

_WORTH_ASKING = {
    "affected_accounts": ("Which accounts are affected?", "it decides whether this is one customer's problem or a pattern"),
    "workaround": ("Is there a workaround, and does it work for the customer?", "a working one lowers the severity"),
    "revenue_at_risk": ("What revenue is at risk?", "leadership and product weigh the case by it"),
    "deadline": ("By when does the customer need it?", "without a date the ask rests on the policy alone"),
    "last_customer_update": ("When was the customer last updated, and what was promised?", "the next update is due from it"),
}
"""Facts whose absence becomes a gap: the question, and why it matters."""


def assess(issue: Issue, gathering: Gathering, *, policy: Policy, now: datetime, hooks: Hooks) -> Assessment:
    """What is known, how bad it is by the policy, and what would change that."""
    ground = Ground.of(issue, gathering, policy=policy, now=now)
    facts, running = known(ground)
    judged = severity(policy, facts)
    printed = facts.printed()
    assessment = Assessment(
        impact=impact(facts, printed),
        clocks=running,
        severity=judged,
        facts=printed,
        revenue_at_risk=facts["revenue_at_risk"].value or (),
        contradictions=contradictions(ground, facts, judged.level),
        promises=promises(ground),
        gaps=tuple(_gaps(ground, facts, running)),
    )
    offers = hooks.assess_severity(issue, gathering, assessment)
    return assessment.model_copy(update={"severity": highest(judged, offers, policy)}) if offers else assessment


def _gaps(ground: Ground, facts: Facts, running: tuple[Clock, ...]) -> Iterator[Gap]:
    for name, (question, why) in _WORTH_ASKING.items():
        if facts[name].status == "unknown":
            yield Gap(question=question, why=why, ask=BY_NAME[name].ask)
    yield from holiday_gaps(ground, running)
