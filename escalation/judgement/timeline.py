"""Timeline: since when, how long in the queue, whose word is open, and which targets are breached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from escalation.assessment import Clock
from escalation.clock import duration, hours_between
from escalation.evidence import Status
from escalation.judgement.facts import Reading, unknown
from escalation.judgement.ground import Ground, Public, quoted
from escalation.judgement.promises import promised
from escalation.judgement.revenue import high_value
from escalation.records import Ticket


def readings(ground: Ground, clocks: Sequence[Clock]) -> Iterator[Reading]:
    """Times from the records themselves; the typed sentence's only where there is no record."""
    yield from _first_report(ground)
    yield _queue(ground)
    yield from _unanswered(ground)
    yield _last_update(ground)
    yield from promised(ground)
    yield from _clocks(ground, clocks)
    yield from _history(ground)


def _first_report(ground: Ground) -> Iterator[Reading]:
    opened = sorted((record.created_at, item.id) for item, record in ground.tickets if record.created_at and record.state != "solved")
    opened = opened or sorted((record.created_at, item.id) for item, record in ground.tickets if record.created_at)
    if opened:
        first, id = opened[0]
        yield Reading("first_report_at", first, ground.when(first), "observed", (id,))
    elif ground.issue.since:
        first, id = ground.issue.since.at, ground.testimony.typed
        yield Reading("first_report_at", first, f"{ground.when(first)} {quoted(ground.issue.since.text)}", "stated", (id,))
    else:
        yield unknown("first_report_at")
        return
    minutes = max(0, int((ground.now - first).total_seconds() // 60))
    yield Reading("days_open", minutes // 1440, duration(minutes), "derived", (id,), "now − first_report_at")


def _queue(ground: Ground) -> Reading:
    """How long the customer's own oldest open ticket has waited for its solution."""
    own = [
        (record.created_at, item.id)
        for item, record in ground.own_tickets
        if record.created_at and record.state != "solved" and not record.merged_into
    ]
    if not own:
        return unknown("time_in_queue")
    opened, id = min(own)
    minutes = max(0, int((ground.now - opened).total_seconds() // 60))
    return Reading(
        "time_in_queue",
        hours_between(opened, ground.now),
        f"{duration(minutes)}, since {ground.when(opened)}",
        "derived",
        (id,),
        "now − the ticket's creation",
    )


def _unanswered(ground: Ground) -> Iterator[Reading]:
    waiting = [(item, run) for item, _ in ground.tickets if (run := ground.unanswered(item))]
    waiting = [(item, run) for item, run in waiting if run[0].passage.at]
    if not waiting:
        return
    own = {item.id for item, _ in ground.own_tickets}
    oldest = min(_at(run[0]) for _, run in waiting)
    told = [f"{run[0].id} since {ground.when(_at(run[0]))} ({ground.account_of(item)})" for item, run in waiting]
    hours = hours_between(oldest, ground.now)
    minutes = int((ground.now - oldest).total_seconds() // 60)
    yield Reading(
        "waiting_hours",
        hours,
        duration(minutes),
        "derived",
        tuple(run[0].id for _, run in waiting),
        f"now − oldest unanswered message: {'; '.join(told[:5])}",
    )
    run = next((run for item, run in waiting if item.id in own), waiting[0][1])
    last = run[-1]
    ago = duration(int((ground.now - _at(last)).total_seconds() // 60))
    text = f"{quoted(last.passage.text)} ({_author(last)}, {ground.when(_at(last))}, {ago} ago)"
    note = f"{len(run)} messages since our last word" if len(run) > 1 else ""
    yield Reading("unanswered_message", last.passage.text, text, "observed", tuple(one.id for one in run), note)


def _last_update(ground: Ground) -> Reading:
    ours = [
        one for item, record in ground.own_tickets if not record.merged_into for one in ground.public(item) if one.ours and one.passage.at
    ]
    if not ours:
        name = "last_customer_update"
        if any(ground.public(item) for item, _ in ground.own_tickets):
            return Reading(
                name,
                False,
                "none: nobody on our side has written to the customer",
                "observed",
                tuple(item.id for item, _ in ground.own_tickets),
            )
        return unknown(name)
    last = max(ours, key=_at)
    return Reading(
        "last_customer_update",
        last.passage.text,
        f"{ground.when(_at(last))} by {_author(last)}: {quoted(last.passage.text)}",
        "observed",
        (last.id,),
    )


def _clocks(ground: Ground, clocks: Sequence[Clock]) -> Iterator[Reading]:
    """Breaches and near breaches of the issue's own tickets."""
    direct = {item.id for item in ground.direct}
    today, thresholds = ground.now.date(), ground.policy.thresholds.high_value
    high = {one.name for one in ground.affected if (account := ground.account(one)) and high_value(account, thresholds, today)}
    breached = [clock for clock in clocks if clock.state == "breached" and clock.ticket in direct]
    own = {item.id for item, _ in ground.own_tickets}
    breached.sort(
        key=lambda clock: (clock.ticket not in own, clock.source != "platform")
    )  # the customer's own, and what the platform itself says, first
    near = [
        clock for clock in clocks if clock.state == "due" and clock.ticket in direct and clock.warning_at and clock.warning_at <= ground.now
    ]
    if breached:
        yield _told("sla_breached", breached, "by")
        critical = [clock for clock in breached if clock.account in high]
        if critical:
            yield _told("sla_breached_high_value", critical, "by")
    elif any(clock.ticket in direct for clock in clocks):
        yield Reading(
            "sla_breached", 0, "none", "observed", tuple(dict.fromkeys(clock.ticket for clock in clocks if clock.ticket in direct))[:6]
        )
    if near:
        yield _told("sla_at_risk", near, "in")


def _told(name: str, clocks: Sequence[Clock], how: str) -> Reading:
    parts = [
        f"{clock.metric} of {clock.ticket} ({clock.account}){f' {how} {duration(clock.minutes)}' if clock.minutes is not None else ''}"
        for clock in clocks
    ]
    status: Status = "observed" if all(clock.source == "platform" for clock in clocks) else "derived"
    return Reading(
        name,
        len(clocks),
        f"{len(clocks)}: {'; '.join(parts[:6])}",
        status,
        tuple(dict.fromkeys(clock.ticket for clock in clocks)),
        clocks[0].proof,
    )


def _history(ground: Ground) -> Iterator[Reading]:
    """Earlier solved reports of the same matter."""
    still_open = [record.created_at for _, record in ground.tickets if record.state != "solved" and record.created_at]
    before = [
        (item, record)
        for item, record in ground.tickets
        if _was_solved(record) and any(record.solved_at and record.solved_at < at for at in still_open)
    ]
    if before:
        yield Reading(
            "reports_before",
            len(before),
            f"{len(before)}: {', '.join(record.ref for _, record in before[:6])}",
            "observed",
            tuple(item.id for item, _ in before),
        )


def _was_solved(record: Ticket) -> bool:
    return record.state == "solved" and not record.merged_into


def _at(one: Public) -> datetime:
    assert one.passage.at is not None  # only dated passages get here
    return one.passage.at


def _author(one: Public) -> str:
    return one.passage.author.name or one.passage.author.email or "unknown"
