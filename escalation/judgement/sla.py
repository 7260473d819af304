"""SLA clocks: every target of every ticket, as the platform keeps it; by policy where it keeps none, and beside it where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from escalation.assessment import Clock, Level
from escalation.calendar import Calendar
from escalation.clock import duration, worked
from escalation.evidence import Evidence, Gap
from escalation.judgement.ground import Ground
from escalation.judgement.targets import FIRST_YEAR, TOLERANCE, Counted, State, calendar_of, impossible, started_at, targets
from escalation.records import SlaClock, Ticket

_ORDER: tuple[State, ...] = ("breached", "due", "paused", "unknown", "met")


def clocks(ground: Ground, level: Level) -> tuple[Clock, ...]:
    """The clocks of every ticket in evidence: breached ones first, then by when they fall due.

    `level` chooses the policy's targets.
    """
    found: list[Clock] = []
    for item in ground.gathering.of_kind("ticket"):
        ticket = item.record
        if not isinstance(ticket, Ticket) or ticket.merged_into or item.bearing == "look-alike":
            continue
        counted = () if _without_its_thread(item, ticket) else tuple(targets(ground, item, ticket, level))
        if ticket.clocks:
            found += [_from_platform(ground, item, ticket, clock, counted) for clock in ticket.clocks]
        elif item.bearing == "direct" and ticket.state != "solved":
            found += [_from_policy(ground, item, one) for one in counted]
    return tuple(
        sorted(
            found, key=lambda clock: (_ORDER.index(clock.state), clock.fulfilled_at is not None, clock.due_at or ground.now, clock.ticket)
        )
    )


def holiday_gaps(ground: Ground, running: Iterable[Clock]) -> Iterator[Gap]:
    """A question for each calendar whose holidays are not known for as long as a clock counts on it."""
    last: dict[str, datetime] = {}
    for clock in running:
        last[clock.calendar] = max(last.get(clock.calendar, ground.now), clock.due_at or ground.now)
    for name, stated in ground.policy.calendars.items():
        calendar = stated.in_zone(ground.issue.zone)
        if calendar.label not in last or calendar.covers(last[calendar.label]):
            continue
        until = calendar.known_until
        ends = f"the calendar covers until {until}, and a target is counted beyond"
        yield Gap(
            question=f"Which public holidays does the {name} calendar observe{f' after {until}' if until else ''}?",
            why=ends if until else "business-time targets are counted without any",
            ask=f"list them in policy.yaml under calendars.{name}.holidays, with covers_until, or name the country there",
        )


def _without_its_thread(item: Evidence, ticket: Ticket) -> bool:
    """Only a ticket's opening text is here: somebody handed that over, a search brought it, or it was read from prose.

    Whether it was answered can't be told from that.
    """
    opening_alone = item.why == ("handed over",) or not ticket.whole or ticket.fields.get("confidence") == "text"
    return opening_alone and not ticket.comments and not ticket.first_reply_at


def _from_platform(ground: Ground, item: Evidence, ticket: Ticket, clock: SlaClock, counted: Sequence[Counted]) -> Clock:
    """The platform's clock as it says, and ours beside it."""
    created = ticket.created_at if ticket.created_at and ticket.created_at.year >= FIRST_YEAR else None
    wrong = created and (impossible(created, clock.due_at, ground.now) or impossible(created, clock.fulfilled_at, ground.now))
    state: State = "unknown"
    if clock.breached or (clock.due_at and clock.fulfilled_at and clock.fulfilled_at > clock.due_at and not wrong):
        state = "breached"
    elif wrong:
        pass
    elif clock.fulfilled_at:
        state = "met"
    elif clock.paused:
        state = "paused"
    elif clock.due_at:
        state = "breached" if clock.due_at < ground.now else "due"
    told = Clock(
        ticket=item.id,
        account=ground.account_of(item),
        metric=clock.metric,
        state=state,
        due_at=clock.due_at,
        fulfilled_at=clock.fulfilled_at,
        target_minutes=clock.target_minutes,
        source="platform",
        proof=f"the support platform's own clock{f'; {wrong}' if wrong else ''}",
        evidence=(item.id,),
    )
    ours = next((one for one in counted if one.metric == clock.metric), None)
    if state == "due" and clock.due_at:
        calendar = ours.run.calendar if ours and ours.run else calendar_of(ground, item, ticket)
        started = started_at(ground, item, ticket, clock.metric) or created
        told = told.model_copy(update={"warning_at": _warning(ground, calendar, started, clock.due_at)})
    return _with_ours(ground, told if wrong else _with_minutes(ground, told), ours)


def _warning(ground: Ground, calendar: Calendar, started: datetime | None, due: datetime) -> datetime:
    """The policy's warning time before a platform's deadline; without a start by elapsed time."""
    before = timedelta(hours=ground.policy.thresholds.sla_warning_hours)
    if started is None or started.year < FIRST_YEAR or started > due:
        return due - before
    return calendar.warning(started, due, before)


def _with_ours(ground: Ground, clock: Clock, ours: Counted | None) -> Clock:
    """The policy's moment beside the platform's, where the two count the same stretch and differ."""
    other_reply = clock.metric == "next response" and clock.fulfilled_at
    if not ours or not ours.run or not clock.due_at or other_reply or clock.state == "paused":
        return clock
    if abs(ours.run.due - clock.due_at) <= TOLERANCE:
        return clock
    return clock.model_copy(update={"policy_due_at": ours.run.due, "policy_proof": f"{ours.proof}; due {ground.when(ours.run.due)}"})


def _from_policy(ground: Ground, item: Evidence, counted: Counted) -> Clock:
    """A clock that the policy alone keeps."""
    clock = Clock(
        ticket=item.id,
        account=ground.account_of(item),
        metric=counted.metric,
        state=counted.state,
        fulfilled_at=counted.fulfilled,
        source="policy",
        proof=counted.proof,
        evidence=(item.id,),
    )
    run = counted.run
    if run is None:
        return clock
    warning = run.warning(timedelta(hours=ground.policy.thresholds.sla_warning_hours)) if counted.state == "due" else None
    clock = clock.model_copy(
        update={
            "due_at": run.due,
            "target_minutes": run.target.minutes,
            "warning_at": warning,
            "elapsed_minutes": _minutes(run.elapsed),
            "remaining_minutes": _minutes(run.remaining),
            "calendar": run.calendar.label if run.target.business else "",
        }
    )
    return _with_minutes(ground, clock, f", {worked(run.elapsed)} of {worked(run.allowed)} used")


def _with_minutes(ground: Ground, clock: Clock, used: str = "") -> Clock:
    """How far over or how much left, by elapsed time, at the end of the proof."""
    if clock.due_at is None or clock.state == "unknown":
        return clock
    until = clock.fulfilled_at or ground.now
    proof = f"{clock.proof}; due {ground.when(clock.due_at)}"
    if clock.state not in ("breached", "due"):
        return clock.model_copy(update={"proof": proof + used})
    minutes = abs(_minutes(until - clock.due_at))
    at = f"{'met' if clock.fulfilled_at else 'now'} {ground.when(until)}"
    told = f"{duration(minutes)} {'over' if clock.state == 'breached' else 'left'}"
    return clock.model_copy(update={"minutes": minutes, "proof": f"{proof}, {at}: {told}{used}"})


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
