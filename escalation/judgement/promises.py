"""Promises: what our side told customers it would do, what became of it, whose turn it is, and the dates that bind us."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from escalation.assessment import Clock, Promise
from escalation.clock import duration
from escalation.evidence import Evidence
from escalation.judgement.facts import Reading
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.stakes import deadlines
from escalation.judgement.testimony import INSIDE, Said
from escalation.language.parts import is_question
from escalation.language.phrases import Phrases
from escalation.language.sentences import sentences
from escalation.language.times import moments_in
from escalation.records import Ticket

MOST_TOLD = 4
"""Promises or tickets named in one fact."""
_SAID: Phrases[str] = Phrases(
    {
        "again and again": "each/every/daily, jeden, täglich, stündlich, chaque, tous les, cada, todos los, todas las, 毎",
        "promised": "will/ll call/ring/phone, call you, give you a call, rufe ~ an, rufen ~ an, anrufen, vous appell*, llamar*, お電話",
        "made": """
        called him/her/them/you, spoke to/with, we spoke, on the phone, call with ~ today/yesterday, on the call, after our/the call,
        our call, telefoniert, angerufen, au téléphone, appelé, hemos hablado, por teléfono, llamado, 電話しました, お電話で
        """,
    }
)


class Binding(NamedTuple):
    """A moment by which something is due, and on what ground."""

    at: datetime
    basis: Literal["SLA", "customer commitment", "hard date", "policy", "unknown"]
    text: str
    evidence: tuple[str, ...]


@lru_cache(maxsize=1)
def promises(ground: Ground) -> tuple[Promise, ...]:
    """Ours to the customers in the tickets of this issue, oldest first.

    What a message promises without a moment adds nothing to what it promises by one, unless it is to be done again and again.
    """
    found: dict[tuple[str, str, datetime | None], Promise] = {}
    for said in ground.testimony.said:
        what = _what(said)
        if what and said.at and said.statement.record not in ground.over:
            zone = said.statement.passage.author.zone or ground.issue.zone
            due = next(iter(moments_in(said.text, at=said.at, zone=zone)), None)
            found.setdefault((said.id, what, due), _judged(ground, said, what, due))
    told = {(promise.id, promise.what) for promise in found.values() if promise.due_at}
    kept = [one for one in found.values() if one.due_at or (one.id, one.what) not in told or "again and again" in _SAID.found_in(one.text)]
    return tuple(sorted(kept, key=lambda one: (one.made_at, one.id)))


def _what(said: Said) -> Literal["answer", "call", "fix", ""]:
    """What a sentence promises a customer, if it does."""
    if said.voice not in INSIDE or not said.statement.to_customer:
        return ""
    if "commitment" in said.plays:
        return "fix"
    if "promise by us" in said.plays:
        return "call" if "promised" in _SAID.found_in(said.text) else "answer"
    return ""


def _judged(ground: Ground, said: Said, what: Literal["answer", "call", "fix"], due: datetime | None) -> Promise:
    """What became of it: told by our next public word, by the work items, or by who says that the call was made."""
    state, because, evidence = {"answer": _answered, "call": _called, "fix": _fixed}[what](ground, said, due)
    made = said.at
    assert made is not None  # only what is dated gets here
    return Promise(
        id=said.id, text=said.text, by=said.statement.author, to=ground.account_of(ground.gathering[said.id]), what=what,
        made_at=made, due_at=due, state=state, because=because, evidence=tuple(dict.fromkeys((said.id, *evidence))),
    )  # fmt: skip


Outcome = tuple[Literal["kept", "missed", "outstanding", "taken back"], str, tuple[str, ...]]


def _answered(ground: Ground, said: Said, due: datetime | None) -> Outcome:
    """By our next public reply in the ticket."""
    replies = [one for one in ground.public(ground.gathering[said.id]) if one.ours and one.passage.part > said.statement.passage.part]
    reply = next((one for one in replies if one.passage.at), None)
    if reply is None or reply.passage.at is None:
        return _unless_due(ground, due), "no public reply by us since", ()
    if due and reply.passage.at > due:
        return "missed", f"{reply.id} came {duration(int((reply.passage.at - due).total_seconds() // 60))} late", (reply.id,)
    return "kept", f"{reply.id} came {ground.when(reply.passage.at)}", (reply.id,)


def _called(ground: Ground, said: Said, due: datetime | None) -> Outcome:
    """By whoever says later in the ticket that they spoke; else like any answer."""
    for later in ground.testimony.said:
        same = later.statement.record == said.statement.record and later.statement.passage.part > said.statement.passage.part
        if same and "made" in _SAID.found_in(later.text) and not is_question(later.text):
            return "kept", f"spoken of in {later.id}: {quoted(later.text, 80)}", (later.id,)
    return _unless_due(ground, due), "no word of it since", ()


def _fixed(ground: Ground, said: Said, due: datetime | None) -> Outcome:
    """Taken back by a later word of ours, else by the work items' state."""
    ours = (one for one in ground.testimony.said if one.voice in INSIDE and "retraction" in one.plays and one.id != said.id)
    taken = [one for one in ours if one.at and said.at and one.at >= said.at]
    for later in taken[:1]:
        told = any(one.statement.to_customer and one.statement.record == said.statement.record for one in taken)
        when = ground.when(later.at) if later.at else ""
        return "taken back", f"{later.id}, {when}{'' if told else '; the customer has not been told'}", (later.id,)
    done = next(((item.id, record.resolved_at) for item, record in ground.work_items if record.resolved_at and said.at), None)
    if done and said.at and done[1] and done[1] >= said.at:
        return ("missed" if due and done[1] > due else "kept"), f"done {ground.when(done[1])} ({done[0]})", (done[0],)
    still = next(
        (f"{record.ref} is {record.status or record.state} ({item.id})" for item, record in ground.work_items), "no work item says so"
    )
    return _unless_due(ground, due), still, ()


def _unless_due(ground: Ground, due: datetime | None) -> Literal["missed", "outstanding"]:
    return "missed" if due and due < ground.now else "outstanding"


def promised(ground: Ground) -> Iterator[Reading]:
    """The promises as facts, and whose turn it is."""
    for name, state in (("promises_missed", "missed"), ("promises_outstanding", "outstanding")):
        found = [one for one in reversed(promises(ground)) if one.state == state]
        if found:
            told = "; ".join(_told(ground, one) for one in found[:MOST_TOLD])
            evidence = tuple(dict.fromkeys(id for one in found for id in one.evidence))
            yield Reading(name, len(found), f"{len(found)}: {told}", "derived", evidence)
    turns = [(whose, item) for item, _ in ground.tickets if (whose := _turn(ground, item))]
    if turns:
        groups = (
            (whose, [f"{item.id} ({ground.account_of(item)})" for one, item in turns if one == whose])
            for whose in ("ours", "the customer's")
        )
        text = "; ".join(f"{whose}: {', '.join(named[:MOST_TOLD])}" for whose, named in groups if named)
        yield Reading(
            "whose_turn", text, text, "derived", tuple(item.id for _, item in turns), "by the last public words and open promises"
        )


def _told(ground: Ground, one: Promise) -> str:
    return f"{one.what} to {one.to}{f' by {ground.when(one.due_at)}' if one.due_at else ', no time named'} ({one.id})"


def _turn(ground: Ground, item: Evidence) -> Literal["ours", "the customer's", ""]:
    """Who owes the next word in a ticket; nobody in one that is over, or when nothing was asked or promised."""
    record = item.record
    if not isinstance(record, Ticket) or record.state == "solved" or record.merged_into:
        return ""
    public = ground.public(item)
    if ground.unanswered(item) or (public and not public[-1].ours and record.state != "waiting on customer"):
        return "ours" if ground.unanswered(item) else ""
    last = public[-1] if public else None
    if record.state == "waiting on customer" or (last and any(is_question(s.text) for s in sentences(last.passage.text))):
        return "the customer's"
    open_ones = (one for one in promises(ground) if one.state == "outstanding" or (one.state == "missed" and len(one.evidence) == 1))
    owed = any(one.id.split(".")[0] == item.id for one in open_ones)
    return "ours" if owed else ""


def bindings(ground: Ground, clocks: Sequence[Clock], *, replying: bool) -> tuple[Binding, ...]:
    """What binds us between now and the policy's horizon, earliest first.

    A response target and a promised update bind who replies to the customer; whoever finds or decides something is
    bound by the resolution target and by a promised fix.
    """
    clocks = [clock for clock in clocks if replying or clock.metric == "resolution"]
    horizon = ground.now + timedelta(days=ground.policy.thresholds.ask_within_days)
    found = [
        one
        for one in (*_from_clocks(ground, clocks), *_from_promises(ground, replying=replying), *_needed(ground))
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


def _from_promises(ground: Ground, *, replying: bool) -> Iterator[Binding]:
    """What is outstanding of what we told the customer; what was kept or taken back binds nobody."""
    own = {item.id for item, _ in ground.own_tickets}
    for one in promises(ground):
        if one.state == "outstanding" and one.due_at and one.id.split(".")[0] in own and (one.what != "fix") == replying:
            yield Binding(one.due_at, "customer commitment", f"we told the customer {quoted(one.text, 120)} ({one.id})", (one.id,))


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
