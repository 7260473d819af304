"""Zendesk's own SLA clocks, from the `slas` and `metric_events` side-loads of a ticket.

`slas.policy_metrics` (Zendesk's page "Side-loading related records"): each entry has `metric`, `stage` (active,
paused, achieved), `breach_at`, and the time left as `days`, `hours` or `minutes`, negative once it is over.
`metric_events` (pages "Ticket Metric Events" and "Ticket metric event types reference"): by metric, events with
`instance_id`, `type` (activate, pause, fulfill, apply_sla, breach, update_status) and `time`; `apply_sla` carries
`sla` with `target` in minutes and `business_hours`. Instance 1 of `reply_time` is the first reply, later ones are next replies.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from escalation.records import SlaClock

from .cells import Cells

Metric = Literal["first response", "next response", "resolution"]

_METRICS: Mapping[str, Metric] = {
    "first_reply_time": "first response",
    "next_reply_time": "next response",
    "periodic_update_time": "next response",
    "pausable_update_time": "next response",
    "requester_wait_time": "resolution",
    "agent_work_time": "resolution",
    "total_resolution_time": "resolution",
}
_TIME_LEFT = ("minutes", "hours", "days")


def clocks(ticket: Cells, first_reply_at: datetime | None, solved_at: datetime | None) -> Iterator[SlaClock]:
    """The clocks of a ticket: from its metric events where it has them, because they say more, else from its policy metrics."""
    found = list(_from_events(ticket))
    seen = {clock.metric for clock in found}
    yield from found
    for policy in ticket.rows("slas.policy_metrics"):
        clock = _from_policy(policy, first_reply_at, solved_at)
        if clock and clock.metric not in seen:
            yield clock


def _from_policy(policy: Cells, first_reply_at: datetime | None, solved_at: datetime | None) -> SlaClock | None:
    metric = _METRICS.get(policy.text("metric"))
    if metric is None:
        return None
    stage = policy.text("stage")
    due = policy.moment("breach_at")
    fulfilled: datetime | None = None
    if stage == "achieved":
        fulfilled = {"first response": first_reply_at, "resolution": solved_at}.get(metric)
    breached = fulfilled > due if fulfilled and due else None
    if breached is None and any(_number(policy.value(unit)) < 0 for unit in _TIME_LEFT):
        breached = True
    return SlaClock(metric=metric, due_at=due, fulfilled_at=fulfilled, breached=breached, paused=stage == "paused")


def _from_events(ticket: Cells) -> Iterator[SlaClock]:
    events = ticket.value("metric_events")
    for name in events if isinstance(events, Mapping) else ():
        instances: dict[str, list[Cells]] = {}
        for event in ticket.under(events).rows(str(name)):
            instances.setdefault(event.text("instance_id"), []).append(event)
        for instance, story in instances.items():
            metric = _metric_of(str(name), instance)
            if metric and any(event.text("type") == "apply_sla" for event in story):
                yield _from_story(metric, story)


def _metric_of(name: str, instance: str) -> Metric | None:
    if name == "reply_time":
        return "first response" if instance == "1" else "next response"
    return _METRICS.get(name)


def _from_story(metric: Metric, story: list[Cells]) -> SlaClock:
    """One run of a clock, from its events in time order; the last target applied is the one that holds."""
    target: int | None = None
    breached_at: datetime | None = None
    fulfilled_at: datetime | None = None
    paused = False
    for event in story:
        type_, at = event.text("type"), event.moment("time")
        if type_ == "apply_sla":
            minutes = event.value("sla.target")
            target = minutes if isinstance(minutes, int) and not isinstance(minutes, bool) and minutes > 0 else target
        elif type_ == "breach":
            deleted = event.value("deleted") is True
            breached_at = None if deleted else at
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


def _number(value: Any) -> float:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0
