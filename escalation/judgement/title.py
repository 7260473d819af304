"""The title: symptom, affected party and state, in at most 120 characters."""

from __future__ import annotations

import re

from escalation.assessment import Assessment
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.routing import Route

LONGEST = 120
_KEY = re.compile(r"#?\b[A-Z][A-Z0-9]{1,9}-\d+\b|#\d+|https?://\S+|(?<=ticket )\d+", re.IGNORECASE)


def title(issue: Issue, gathering: Gathering, assessment: Assessment, route: Route) -> str:
    """`Symptom – party – state`. A restricted case names neither what is exposed nor how."""
    party = _party(issue, assessment, restricted=route.target.restricted)
    state = _state(assessment, route)
    symptom = "Security report" if route.target.restricted else _symptom(issue, gathering)
    room = LONGEST - len(f" – {party} – {state}")
    return f"{_cut(symptom, max(room, 30))} – {party} – {state}"[:LONGEST]


def _symptom(issue: Issue, gathering: Gathering) -> str:
    """The typed words; the ticket's subject when they are only a reference."""
    typed = " ".join((issue.summary or issue.sentence).split())
    if len(re.findall(r"[^\W\d_]{3,}", _KEY.sub(" ", typed))) < 2 and gathering.primary:
        typed = " ".join(gathering[gathering.primary].record.heading.split())
    typed = typed.strip(" .–-") or "Issue not described"
    return typed[0].upper() + typed[1:]


def _party(issue: Issue, assessment: Assessment, *, restricted: bool) -> str:
    """Who is affected; of a restricted case only who reported it, for whoever else is concerned is not known yet."""
    affected = assessment.fact("affected_accounts")
    count, _, names = (affected.value if affected and affected.status == "derived" else "").partition(": ")
    customer = assessment.fact("customer")
    first = customer.value if customer and customer.status != "unknown" else names.split(", ")[0]
    if first and (restricted or not count):
        return _cut(first, 40)
    if first:
        others = int(count) - 1
        return _cut(first, 40) + (f" and {others} more account{'' if others == 1 else 's'}" if others else "")
    if issue.everyone:
        return "all customers (as stated)"
    stated = next((told.text for told in issue.counts if told.unit in ("customers", "users")), "")
    return _cut(stated, 40) or (_cut(f"{issue.segments[0]} customers", 40) if issue.segments else "customer not named")


def _state(assessment: Assessment, route: Route) -> str:
    """The one or two things that matter most for whoever must act."""
    fact = assessment.fact
    known = {name for name in _STATES if (one := fact(name)) and one.status != "unknown" and not one.value.startswith(("no", "none"))}
    workaround = fact("workaround")
    told = []
    if route.target.restricted:
        told = ["contained, scope open" if "contained" in known else "not yet contained"]
    elif route.decision.action == "handle in support":
        told = ["documented fix to try" if "documented_fix" in known else "support can answer"]
    else:
        told += [_STATES[name] for name in _STATES if name in known and _STATES[name]]
        if workaround and workaround.value.startswith(("none known", "fails for some")):
            told.append("no workaround for all" if workaround.value.startswith("fails") else "no workaround")
    return ", ".join(told[:2]) or ("being watched" if route.decision.action == "monitor" else "cause open")


_STATES = {
    "contained": "",
    "documented_fix": "",
    "production_down": "production down",
    "data_at_risk": "data at risk",
    "churn_threat": "renewal at risk",
    "regression": "back after a fix",
    "sla_breached": "SLA breached",
    "executive_involved": "executive involved",
}
"""Fact → its words in the title, most telling first; those without words are only looked at."""


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
