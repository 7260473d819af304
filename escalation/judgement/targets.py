"""The policy's targets for one ticket: on which calendar each is counted, from when to when, and what paused it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from escalation.assessment import Level
from escalation.calendar import Calendar, Piece, around_the_clock
from escalation.clock import Run, local
from escalation.evidence import Evidence
from escalation.judgement.ground import Ground
from escalation.records import Account, Metric, Ticket

State = Literal["breached", "due", "met", "paused", "unknown"]
TOLERANCE = timedelta(minutes=1)
"""Two systems' clocks may differ by so much without meaning anything."""
FIRST_YEAR = 1971
"""A date before that is a blank that some system filled in: year 1, or the epoch."""


class Counted(NamedTuple):
    """A target as the policy counts it, or why it can't be counted."""

    metric: Metric
    rule: str
    """Where the policy states it: `sla.default.High`."""
    state: State
    run: Run | None
    """None where the dates on record can't be."""
    fulfilled: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def proof(self) -> str:
        """The sum, and what could not be counted."""
        told = [f"{self.run.target} from {local(self.run.start, self.run.calendar.zone)} = {self.run.proof}"] if self.run else []
        return f"policy {self.rule}: {'; '.join([*told, *self.notes])}"


def targets(ground: Ground, item: Evidence, ticket: Ticket, level: Level) -> Iterator[Counted]:
    """Each target that the policy has for the ticket's plan at this level, and whose clock has started."""
    account = account_of(ground, item)
    hours = calendar_of(ground, item, ticket)
    plan = account.plan if account else ""
    for metric, target in ground.policy.targets_for(plan, level).items():
        rule = f"sla.{ground.policy.sla_plan(plan)}.{level}"
        start, fulfilled = _started_and_fulfilled(ground, item, ticket, metric)
        if start is None:
            continue
        if wrong := impossible(start, fulfilled, ground.now):
            yield Counted(metric, rule, "unknown", None, notes=(wrong,))
            continue
        fulfilled = fulfilled and max(start, fulfilled)
        pauses = _Pauses.of(ticket, ground.policy.pauses.get(metric, ()), fulfilled, ground.now)
        calendar = hours if target.business else around_the_clock(hours.zone)
        run = Run(calendar, target, start, fulfilled or max(start, ground.now), pauses.known)
        try:
            yield Counted(metric, rule, _state(run, fulfilled, pauses, ground.now), run, fulfilled, pauses.notes)
        except ValueError as error:  # the calendar never opens again
            yield Counted(metric, rule, "unknown", None, notes=(str(error),))


def account_of(ground: Ground, item: Evidence) -> Account | None:
    """The record of the account that a ticket belongs to, if there is one."""
    affected = next((one for one in ground.gathering.affected if item.id in one.evidence), None)
    return ground.account(affected) if affected else None


def calendar_of(ground: Ground, item: Evidence, ticket: Ticket) -> Calendar:
    """The working hours that serve a ticket."""
    account = account_of(ground, item) or Account(ref="", name=ticket.account.name)

    def told(attribute: str) -> Iterable[str]:
        of, _, field = attribute.partition(".fields.")
        if field:
            value = (account if of == "account" else ticket).fields.get(field)
            return () if value is None else (value,)
        return {
            "account.name": (account.name,),
            "account.domain": (*account.domains, ticket.account.domain),
            "account.plan": (account.plan,),
            "account.segment": (account.segment,),
            "ticket.channel": (ticket.channel,),
            "ticket.priority": (ticket.priority,),
            "ticket.tag": ticket.tags,
            "ticket.connector": (item.connector,),
            "ticket.zone": (ticket.requester.zone,),
        }[attribute]

    return ground.policy.calendar(ground.issue.zone, told)


def impossible(start: datetime, end: datetime | None, now: datetime) -> str:
    """Why a clock can't have run from `start` to `end`; empty when it can."""
    began = f"its start, {start.isoformat(timespec='minutes')}"
    if start.year < FIRST_YEAR:
        return f"{began}, is no date that anybody wrote; the clock can't be told"
    if start > now + TOLERANCE:
        return f"{began}, lies after now; the clock can't be told"
    if end and end < start - TOLERANCE:
        return f"{began}, comes after its end, {end.isoformat(timespec='minutes')}; the clock can't be told"
    return ""


def started_at(ground: Ground, item: Evidence, ticket: Ticket, metric: Metric) -> datetime | None:
    """When a target's clock started; None when it has not, or nobody says."""
    return _started_and_fulfilled(ground, item, ticket, metric)[0]


def _started_and_fulfilled(ground: Ground, item: Evidence, ticket: Ticket, metric: Metric) -> tuple[datetime | None, datetime | None]:
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


class _Pauses(NamedTuple):
    known: tuple[Piece, ...]
    standing: bool
    """Does the clock stand still now?"""
    blind: bool
    """… and does nobody say since when?"""
    notes: tuple[str, ...]

    @classmethod
    def of(cls, ticket: Ticket, states: Iterable[str], fulfilled: datetime | None, now: datetime) -> _Pauses:
        """Of a ticket's waiting, what stops the clock of a target that has these states of pause; cut at its end, or now."""
        until = fulfilled or now
        known: list[Piece] = []
        notes: list[str] = []
        lasting = False
        for pause in (pause for pause in ticket.pauses if pause.state in states):
            told = f"a pause that began {pause.begins.isoformat(timespec='minutes')}"
            if pause.ends is None and ticket.state == "open":
                notes.append(f"{told} and has no end is left out: the ticket is open")
            elif pause.ends and pause.ends < pause.begins:
                notes.append(f"{told} and ended before that is left out")
            elif pause.begins < until:
                known.append((pause.begins, min(pause.ends or until, until)))
                lasting = lasting or pause.ends is None
        standing = fulfilled is None and (lasting or ticket.state in states)
        if standing and not lasting:
            notes.append(f"{ticket.state} since an unknown time, which is not taken off")
        elif standing:
            notes.append("it falls due later by as long as it still waits")
        return cls(tuple(known), standing, standing and not lasting, tuple(notes))


def _state(run: Run, fulfilled: datetime | None, pauses: _Pauses, now: datetime) -> State:
    if fulfilled:
        return "breached" if run.due < fulfilled else "met"
    if pauses.blind:
        return "paused"
    if run.due < now:
        return "breached"
    return "paused" if pauses.standing else "due"
