"""SLA clocks: every target of every ticket, as the platform keeps it; by policy only where it keeps none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from escalation.assessment import Clock, Level
from escalation.clock import duration
from escalation.evidence import Evidence
from escalation.judgement.ground import Ground
from escalation.records import SlaClock, Ticket


def clocks(ground: Ground, level: Level) -> tuple[Clock, ...]:
    """The clocks of every ticket in evidence: breached ones first, then by when they fall due.

    `level` chooses the policy's targets where the platform states none.
    """
    found: list[Clock] = []
    for item in ground.gathering.of_kind("ticket"):
        ticket = item.record
        if not isinstance(ticket, Ticket) or ticket.merged_into or item.bearing == "look-alike":
            continue
        if ticket.clocks:
            found += [_from_platform(ground, item, clock) for clock in ticket.clocks]
        elif item.bearing == "direct" and ticket.state != "solved" and not _without_its_thread(item, ticket):
            found += _from_policy(ground, item, ticket, level)
    order = ("breached", "due", "paused", "unknown", "met")
    return tuple(
        sorted(
            found, key=lambda clock: (order.index(clock.state), clock.fulfilled_at is not None, clock.due_at or ground.now, clock.ticket)
        )
    )


def _without_its_thread(item: Evidence, ticket: Ticket) -> bool:
    """Only a ticket's opening text is here: somebody handed that over, a search brought it, or it was read from prose.

    Whether it was answered can't be told from that.
    """
    opening_alone = item.why == ("handed over",) or not ticket.whole or ticket.fields.get("confidence") == "text"
    return opening_alone and not ticket.comments and not ticket.first_reply_at


def _from_platform(ground: Ground, item: Evidence, clock: SlaClock) -> Clock:
    state = "unknown"
    if clock.breached or (clock.due_at and clock.fulfilled_at and clock.fulfilled_at > clock.due_at):
        state = "breached"
    elif clock.fulfilled_at:
        state = "met"
    elif clock.paused:
        state = "paused"
    elif clock.due_at:
        state = "breached" if clock.due_at < ground.now else "due"
    return _clock(ground, item, clock, state, "platform", "the support platform's own clock")


def _from_policy(ground: Ground, item: Evidence, ticket: Ticket, level: Level) -> Iterator[Clock]:
    """Targets by plan and severity from the policy, counted on the support calendar."""
    account = next((one for one in ground.gathering.affected if item.id in one.evidence), None)
    record = ground.account(account) if account else None
    plan = record.plan if record else ""
    calendar = ground.policy.calendar(ground.issue.zone)
    for metric, target in ground.policy.targets_for(plan, level).items():
        start, fulfilled = _span_of(ground, item, ticket, metric)
        if start is None:
            continue
        due = calendar.after(start, target)
        paused = ticket.state == "waiting on customer" and fulfilled is None and metric != "first response"
        state = "met" if fulfilled else "paused" if paused else "breached" if due < ground.now else "due"
        if fulfilled and fulfilled > due:
            state = "breached"
        hours = f" on {calendar.describe()}" if target.business else " elapsed"
        proof = f"policy sla.{plan or 'default'}.{level}: {target}{hours} from {ground.when(start)} is {ground.when(due)}"
        yield _clock(
            ground, item, SlaClock(metric=metric, target_minutes=target.minutes, due_at=due, fulfilled_at=fulfilled), state, "policy", proof
        )


def _span_of(ground: Ground, item: Evidence, ticket: Ticket, metric: str) -> tuple[datetime | None, datetime | None]:
    """(when the clock started, when it was fulfilled) of a target."""
    said = ground.public(item)
    replies = [one.passage.at for one in said if one.ours and one.passage.at]
    first_reply = ticket.first_reply_at or (replies[0] if replies else None)
    if metric == "first response":
        return ticket.created_at, first_reply
    if metric == "resolution":
        return ticket.created_at, ticket.solved_at
    if first_reply is None or ticket.state == "solved":  # the first response comes before any other; a solved ticket waits for no reply
        return None, None
    waiting = ground.unanswered(item)
    return (waiting[0].passage.at if waiting else None), None


def _clock(ground: Ground, item: Evidence, clock: SlaClock, state: str, source: str, proof: str) -> Clock:
    until = clock.fulfilled_at or ground.now
    minutes = None
    if clock.due_at and state in ("breached", "due"):
        minutes = abs(int((until - clock.due_at).total_seconds() // 60))
        told = f"{duration(minutes)} {'over' if state == 'breached' else 'left'}"
        proof += f"; due {ground.when(clock.due_at)}, {'met' if clock.fulfilled_at else 'now'} {ground.when(until)}: {told}"
    return Clock(
        ticket=item.id,
        account=ground.account_of(item),
        metric=clock.metric,
        state=state,  # type: ignore[arg-type]
        due_at=clock.due_at,
        fulfilled_at=clock.fulfilled_at,
        target_minutes=clock.target_minutes,
        minutes=minutes,
        source=source,  # type: ignore[arg-type]
        proof=proof,
        evidence=(item.id,),
    )
