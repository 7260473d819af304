"""Zendesk's own SLA clocks: from a ticket's `metric_events` and `slas`, with the targets that its audits tell.

`slas.policy_metrics` and `metric_events`: https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/ and
the pages "Ticket Metric Events" and "Ticket metric event types reference", 2026-11. A policy metric has `metric`, `stage` (active, paused,
achieved), `breach_at` and the time left, negative once it is over. Metric events come by metric, with `instance_id`, `type` (activate,
pause, fulfill, apply_sla, breach, update_status) and `time`; `apply_sla` carries the target in minutes. Instance 1 of `reply_time` is
the first reply, later ones are next replies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from escalation.records import SlaClock
from escalation.reply import Reply

Metric = Literal["first response", "next response", "resolution"]

METRICS: Mapping[str, Metric] = {
    "first_reply_time": "first response",
    "next_reply_time": "next response",
    "periodic_update_time": "next response",
    "pausable_update_time": "next response",
    "requester_wait_time": "resolution",
    "agent_work_time": "resolution",
    "total_resolution_time": "resolution",
}
_TIME_LEFT = ("minutes", "hours", "days")


def clocks(ticket: Reply, replied: datetime | None, solved: datetime | None, targets: Mapping[str, int]) -> Iterator[SlaClock]:
    """The clocks of a ticket: as its metric events tell them, because they say more; policy metrics say what is due, and the rest.

    `targets` are minutes by Zendesk's name of the metric.
    """
    planned = [clock for policy in ticket.rows("slas.policy_metrics") if (clock := _planned(policy, replied, solved, targets))]
    due = {clock.metric: clock.due_at for clock in reversed(planned)}
    told = set()
    for clock in _told(ticket):
        told.add(clock.metric)
        running = clock.due_at is None and clock.fulfilled_at is None
        yield clock.model_copy(update={"due_at": due.get(clock.metric)}) if running else clock
    yield from (clock for clock in planned if clock.metric not in told)


def _planned(policy: Reply, replied: datetime | None, solved: datetime | None, targets: Mapping[str, int]) -> SlaClock | None:
    name = policy.text("metric")
    metric = METRICS.get(name)
    if metric is None:
        return None
    due = policy.moment("breach_at")
    fulfilled = {"first response": replied, "resolution": solved}.get(metric) if policy.text("stage") == "achieved" else None
    breached = fulfilled > due if fulfilled and due else None
    if breached is None and any(policy.text(unit).startswith("-") for unit in _TIME_LEFT):
        breached = True
    return SlaClock(
        metric=metric,
        target_minutes=targets.get(name),
        due_at=due,
        fulfilled_at=fulfilled,
        breached=breached,
        paused=policy.text("stage") == "paused",
    )


def _told(ticket: Reply) -> Iterator[SlaClock]:
    events = ticket.value("metric_events")
    for name in map(str, events if isinstance(events, Mapping) else ()):
        instances: dict[str, list[Reply]] = {}
        for event in ticket.rows(f"metric_events.{name}"):
            instances.setdefault(event.text("instance_id"), []).append(event)
        for instance, story in instances.items():
            metric = ("first response" if instance == "1" else "next response") if name == "reply_time" else METRICS.get(name)
            if metric and any(event.text("type") == "apply_sla" for event in story):
                yield _run(metric, story)


def _run(metric: Metric, story: list[Reply]) -> SlaClock:
    """One run of a clock, from its events in time order; the last target applied is the one that holds."""
    target: int | None = None
    breached_at: datetime | None = None
    fulfilled_at: datetime | None = None
    paused = False
    for event in story:
        type_, at = event.text("type"), event.moment("time")
        if type_ == "apply_sla":
            target = event.number("sla.target") or target
        elif type_ == "breach":
            breached_at = None if event.flag("deleted") else at
        elif type_ == "fulfill":
            fulfilled_at = at
        elif type_ in ("pause", "activate"):
            paused = type_ == "pause"
            fulfilled_at = None if type_ == "activate" else fulfilled_at
    return SlaClock(
        metric=metric,
        target_minutes=target,
        due_at=breached_at,
        fulfilled_at=fulfilled_at,
        breached=True if breached_at else False if fulfilled_at else None,
        paused=paused and fulfilled_at is None,
    )
