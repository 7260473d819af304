"""Depth and stakes: what is said to fail, who is blocked, what is threatened, and by when something is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from escalation.clock import duration
from escalation.judgement.facts import Reading, unknown
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.testimony import EXECUTIVE, Said, cited
from escalation.language.times import dated, moments_in
from escalation.records import Account

_SIGNS = {
    "production_down": ("outage",),
    "data_at_risk": ("data loss",),
    "security_concern": ("security",),
    "customer_blocked": ("blocked",),
    "intermittent": ("intermittent",),
    "churn_threat": ("churn",),
    "executive_involved": ("executive",),
    "legal_or_public_risk": ("legal", "public"),
    "regression": ("regression",),
}
"""Fact → signals of the typed sentence that state it too."""
_FAILURES = ("bug", "outage")


def readings(ground: Ground) -> Iterator[Reading]:
    """Flags from what was said, each with the words it rests on."""
    yield _issue_type(ground)
    for name in ("production_down", "data_exposed", "security_concern", "contained", "customer_blocked", "intermittent", "churn_threat"):
        yield _flag(ground, name)
    yield _data_at_risk(ground)
    yield _broken(ground)
    yield _executive(ground)
    yield _flag(ground, "legal_or_public_risk", none_seen=True)
    yield from _deadline(ground)
    yield _expectation(ground)


def _flag(ground: Ground, name: str, said: Sequence[Said] | None = None, *, none_seen: bool = False) -> Reading:
    """Yes, with the words it rests on; unknown when nobody says so."""
    said = ground.testimony.claiming(name) if said is None else said
    signal = next((signal for signal in ground.issue.signals if signal.name in _SIGNS.get(name, ())), None)
    if said:
        best = next((one for one in said if one.voice == "customer"), said[0])
        ids = dict.fromkeys((best.id, *cited(said)))
        return Reading(name, True, "yes", "stated", tuple(ids), f"{quoted(best.text)} ({best.voice})")
    if signal or ground.testimony.typed_claims(name):
        return Reading(
            name,
            True,
            "yes",
            "stated",
            (ground.testimony.typed,),
            f"{quoted(signal.text if signal else ground.issue.sentence)} (the issue as typed)",
        )
    return unknown(name, "none seen in the evidence; " + unknown(name).note if none_seen else "")


def _issue_type(ground: Ground) -> Reading:
    """As the sentence has it, else as the work item or the ticket's words have it."""
    typed = ground.issue.type
    if typed != "unknown":
        because = f"by the words {quoted(ground.issue.type_because)}" if ground.issue.type_because else ""
        return Reading("issue_type", typed, typed, "derived", (ground.testimony.typed,), because)
    if ground.testimony.claiming("data_exposed"):
        return Reading("issue_type", "security", "security", "derived", cited(ground.testimony.claiming("data_exposed")))
    for item, record in ground.work_items:
        if record.type:
            kind = "bug" if record.type.casefold() in BUG_TYPES else "feature gap" if record.type.casefold() in FEATURE_TYPES else ""
            if kind:
                return Reading("issue_type", kind, kind, "derived", (item.id,), f"the work item's type is {record.type}")
    failing = ground.testimony.claiming("failure", voices=("customer", "reporter"))
    if failing:
        return Reading("issue_type", "bug", "bug", "derived", cited(failing, 3), "the reports speak of a failure")
    return unknown("issue_type")


BUG_TYPES = ("bug", "defect", "incident", "fault", "regression", "problem")
FEATURE_TYPES = ("feature", "feature request", "new feature", "improvement", "enhancement", "story", "epic", "idea")


def _data_at_risk(ground: Ground) -> Reading:
    """Not when our side later says that nothing is lost, unless the customer insists after that."""
    said = ground.testimony.claiming("data_at_risk")
    denied = [one.at for one in ground.testimony.claiming("data_intact") if one.at]
    if denied:
        said = tuple(one for one in said if one.at and one.at > min(denied))
        if not said:
            intact = ground.testimony.claiming("data_intact")[0]
            return Reading("data_at_risk", False, "no", "stated", (intact.id,), f"{quoted(intact.text)} ({intact.voice})")
    return _flag(ground, "data_at_risk", said)


def _broken(ground: Ground) -> Reading:
    """Something fails. A missing feature, a how-to question or a mistake in a setting is no failure of the product."""
    kind = _issue_type(ground).value
    said = ground.testimony.claiming("failure", voices=("customer", "reporter"))
    if kind in ("feature gap", "question", "configuration"):
        return unknown("major_function_broken")
    if not said and (kind in _FAILURES or ground.testimony.typed_claims("failure")):
        return Reading(
            "major_function_broken",
            True,
            "yes",
            "stated",
            (ground.testimony.typed,),
            f"{quoted(ground.issue.sentence)} (the issue as typed)",
        )
    return _flag(ground, "major_function_broken", sorted(said, key=lambda one: one.statement.kind == "note"))


def _executive(ground: Ground) -> Reading:
    """An executive wrote, by the title the systems hold, or the customer says so."""
    titles = {
        contact.email.casefold() or contact.name.casefold(): contact.title
        for item in ground.gathering.evidence
        if isinstance(item.record, Account)
        for contact in item.record.contacts
    }
    for said in ground.testimony.by_customer():
        author = said.statement.passage.author
        title = author.title or titles.get(author.email.casefold()) or titles.get(author.name.casefold()) or ""
        if EXECUTIVE.search(title) and said.statement.kind == "ticket":
            return Reading(
                "executive_involved", True, "yes", "observed", (said.id,), f"{author.name or author.email}, {title}, wrote in the ticket"
            )
    return _flag(ground, "executive_involved")


def _deadline(ground: Ground) -> Iterator[Reading]:
    """The earliest moment still ahead that the customer, or the typed sentence, names as one by which something is needed."""
    stated: list[tuple[datetime, str, str, str]] = []
    if ground.issue.deadline and (ground.issue.deadline.until or ground.issue.deadline.at) > ground.now:
        when = ground.issue.deadline
        stated.append((when.until or when.at, ground.testimony.typed, when.text, "the issue as typed"))
    for at, said in deadlines(ground):
        stated.append((at, said.id, said.text, said.statement.author or "customer"))
    if not stated:
        yield unknown("deadline")
        return
    stated.sort(key=lambda one: one[0])
    first = stated[0]
    further = "; ".join(dict.fromkeys(f"{ground.when(at)} ({id})" for at, id, _, _ in stated[1:5]))
    yield Reading(
        "deadline", first[0], f"{ground.when(first[0])}: {quoted(first[2])} ({first[3]})", "stated",
        tuple(dict.fromkeys(id for _, id, _, _ in stated))[:6], f"further: {further}" if further else "",
    )  # fmt: skip
    minutes = int((first[0] - ground.now).total_seconds() // 60)
    yield Reading("deadline_hours", minutes // 60, f"in {duration(minutes)}", "derived", (first[1],), "deadline − now")


def deadlines(ground: Ground) -> tuple[tuple[datetime, Said], ...]:
    """Moments still ahead in what the customers' side states as a deadline, earliest first."""
    own = {item.id for item, _ in ground.own_tickets}
    found = [
        (moment, said)
        for said in ground.testimony.by_customer()
        if said.at and said.statement.record in own and "deadline" in said.plays and (dated(said.text) or "ask" in said.plays)
        for moment in moments_in(said.text, at=said.at, zone=said.statement.passage.author.zone or ground.issue.zone)
        if moment > ground.now
    ]
    return tuple(sorted(found, key=lambda pair: (pair[0], pair[1].id)))


def _expectation(ground: Ground) -> Reading:
    """The customer's latest ask, in the customer's words: one that names a date before one that doesn't."""
    own = {item.id for item, _ in ground.own_tickets}
    asks = [
        ("deadline" in said.plays and bool(moments_in(said.text, at=said.at, zone=ground.issue.zone)), said.at, said)
        for said in ground.testimony.by_customer()
        if said.statement.record in own and said.at and said.plays & {"ask", "deadline"}
    ]
    if not asks:
        return unknown("customer_expectation")
    latest = max(at for _, at, _ in asks)
    of_latest = [ask for ask in asks if ask[1] == latest]
    dated = next((ask for ask in of_latest if ask[0]), None) or max(asks, key=lambda ask: (ask[0], ask[1]))
    said = dated[2] if dated[0] else of_latest[0][2]
    return Reading(
        "customer_expectation",
        said.text,
        f"{quoted(said.text)} ({said.statement.author or 'customer'}, {ground.when(said.at)})" if said.at else quoted(said.text),
        "stated",
        (said.id,),
    )
