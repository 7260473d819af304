"""Impact: the seven dimensions, each a sentence that names the facts it rests on."""

from __future__ import annotations

from collections.abc import Callable

from escalation.assessment import DIMENSIONS, Dimension
from escalation.evidence import Fact
from escalation.judgement.facts import Facts

UNKNOWN = "Unknown"


def impact(facts: Facts, printed: tuple[Fact, ...]) -> tuple[Dimension, ...]:
    """Every dimension, in the order of DIMENSIONS; what nothing supports says how to find out."""
    ids = {fact.name: fact for fact in printed}
    made = []
    for name in DIMENSIONS:
        statement, used = _SENTENCES[name](facts)
        known = [ids[fact] for fact in used if fact in ids and ids[fact].status != "unknown"]
        evidence = tuple(dict.fromkeys(id for fact in known for id in fact.evidence))[:8]
        made.append(Dimension(name=name, statement=statement, facts=tuple(fact.id for fact in known), evidence=evidence))
    return tuple(made)


Sentence = tuple[str, tuple[str, ...]]


def _told(facts: Facts, parts: tuple[tuple[str, str], ...], otherwise: str) -> Sentence:
    """The parts whose fact is known, joined; each part is (fact name, sentence with `{}` for its value)."""
    known = [(name, text) for name, text in parts if facts[name].value not in (None, False, 0)]
    if not known:
        return f"{UNKNOWN} – {otherwise}.", ()
    sentence = "; ".join(text.format(facts[name].words) for name, text in known)
    return f"{sentence[0].upper()}{sentence[1:]}.", tuple(name for name, _ in known)


def _breadth(facts: Facts) -> Sentence:
    return _told(
        facts,
        (
            ("affected_accounts", "distinct accounts affected: {}"),
            ("affected_suspected", "suspected besides: {}"),
            ("users_stated", "users: {}"),
            ("percent_stated", "share: {}"),
            ("growing", "growing: {}"),
        ),
        "count the accounts with tickets of this symptom in the support platform",
    )


def _depth(facts: Facts) -> Sentence:
    return _told(
        facts,
        (
            ("production_down", "production down: {}"),
            ("data_exposed", "data exposed: {}"),
            ("data_at_risk", "data at risk: {}"),
            ("customer_blocked", "work blocked: {}"),
            ("major_function_broken", "a function fails: {}"),
            ("intermittent", "intermittent: {}"),
            ("workaround", "workaround: {}"),
        ),
        "ask the customer what they can't do, and whether anything unblocks them",
    )


def _duration(facts: Facts) -> Sentence:
    return _told(
        facts,
        (
            ("first_report_at", "first reported {}"),
            ("days_open", "{} ago"),
            ("time_in_queue", "the customer's ticket has been open for {}"),
            ("waiting_hours", "the oldest unanswered message has waited {}"),
            ("reports_before", "earlier solved reports: {}"),
            ("regression", "came back after a fix: {}"),
        ),
        "ask the customer when it began",
    )


def _revenue(facts: Facts) -> Sentence:
    return _told(
        facts,
        (
            ("revenue_at_risk", f"ARR at risk {{}} ({facts['revenue_at_risk'].note})"),
            ("revenue_suspected", "suspected accounts apart: {}"),
            ("renewal_on", "renewal on {}"),
            ("renewal_days", "in {}"),
            ("open_deals", "open deals: {}"),
        ),
        "ask the account owner for ARR, renewal date and open deals, or connect the CRM",
    )


def _reputation(facts: Facts) -> Sentence:
    return _told(
        facts,
        (
            ("churn_threat", "may leave: {}"),
            ("executive_involved", "executive involved: {}"),
            ("legal_or_public_risk", "legal or public risk: {}"),
        ),
        "no word of leaving, executives, lawyers or the public in the evidence; ask the account owner whether it is a reference customer",
    )


def _contractual(facts: Facts) -> Sentence:
    none_breached = facts["sla_breached"].value == 0
    return _told(
        facts,
        (
            ("sla_breached", "targets breached: {}"),
            ("sla_at_risk", "targets at risk: {}"),
            ("customer_plan", "plan {}" + (", no target breached" if none_breached else "")),
        ),
        "look up the customer's entitlement; no SLA clock is in the evidence",
    )


def _pressure(facts: Facts) -> Sentence:
    return _told(
        facts,
        (("deadline", "by {}"), ("deadline_hours", "{}"), ("customer_expectation", "expected: {}")),
        "ask the customer by when it is needed",
    )


_SENTENCES: dict[str, Callable[[Facts], Sentence]] = {
    "breadth": _breadth,
    "depth": _depth,
    "duration": _duration,
    "revenue": _revenue,
    "reputation": _reputation,
    "contractual": _contractual,
    "time pressure": _pressure,
}
