"""Promises: the dates that bind us, from SLA clocks, our own word to the customer, and what the customer needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from escalation.assessment import Clock
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.stakes import deadlines
from escalation.language.moments import moments_in


class Binding(NamedTuple):
    """A moment by which something is due, and on what ground."""

    at: datetime
    basis: Literal["SLA", "customer commitment", "hard date", "policy", "unknown"]
    text: str
    evidence: tuple[str, ...]


def bindings(ground: Ground, clocks: Sequence[Clock], *, replying: bool) -> tuple[Binding, ...]:
    """What binds us between now and the policy's horizon, earliest first.

    A response target and a promised update bind who replies to the customer; whoever finds or decides something is
    bound by the resolution target and by a promised fix.
    """
    clocks = [clock for clock in clocks if replying or clock.metric == "resolution"]
    horizon = ground.now + timedelta(days=ground.policy.thresholds.ask_within_days)
    found = [
        one
        for one in (*_from_clocks(ground, clocks), *_promised(ground, replying=replying), *_needed(ground))
        if ground.now < one.at <= horizon
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _from_clocks(ground: Ground, clocks: Sequence[Clock]) -> Iterator[Binding]:
    own = {item.id for item, _ in ground.own_tickets}
    for clock in clocks:
        if clock.state == "due" and clock.due_at and clock.ticket in own:
            yield Binding(
                clock.due_at,
                "SLA",
                f"{clock.metric} of {clock.ticket} ({clock.account}) falls due {ground.when(clock.due_at)}",
                clock.evidence,
            )


def _promised(ground: Ground, *, replying: bool) -> Iterator[Binding]:
    """What our side told the customer it would do by when; a date that was taken back binds nobody."""
    own = {item.id for item, _ in ground.own_tickets}
    wanted = {"promise by us"} if replying else {"commitment"}
    taken_back = max((said.at for said in ground.testimony.said if said.at and "retraction" in said.plays), default=None)
    for said in ground.testimony.said:
        if (
            said.voice not in ("vendor", "account team")
            or not said.statement.to_customer
            or not said.at
            or said.statement.record not in own
        ):
            continue
        if not said.plays & wanted or (not replying and taken_back and said.at <= taken_back):
            continue
        for at in moments_in(said.text, at=said.at, zone=said.statement.passage.author.zone or ground.issue.zone):
            yield Binding(at, "customer commitment", f"we told the customer {quoted(said.text, 120)} ({said.id})", (said.id,))


def _needed(ground: Ground) -> Iterator[Binding]:
    typed = ground.issue.deadline
    if typed:
        yield Binding(
            typed.until or typed.at,
            "hard date",
            f"the issue states {quoted(typed.text)} ({ground.testimony.typed})",
            (ground.testimony.typed,),
        )
    for at, said in deadlines(ground):
        yield Binding(at, "hard date", f"the customer states {quoted(said.text, 120)} ({said.id})", (said.id,))
