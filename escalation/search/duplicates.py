"""The duplicate guard: earlier cases and work items that look the same, by ids first, then by words. It says so; it joins nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import exp
from typing import TYPE_CHECKING, Protocol

from escalation.duplicate import Duplicate, Sure
from escalation.errors import StoreError
from escalation.evidence import Evidence
from escalation.gathering import Customer, Gathering
from escalation.records import Note, Person, WorkItem
from escalation.search.identity import normal
from escalation.search.similarity import cosine, signature
from escalation.search.sketch import Neighbours, Sketch, same_customers, sketch_of

if TYPE_CHECKING:
    from escalation.case import Case
    from escalation.store import Saved

MOST_CASES, MOST_ITEMS, MOST_NEWS = 3, 2, 6
DAYS = 60.0
APART = 0.3
"""The share of a likeness that fades, by 1/e in `DAYS`, with the time between two reports: what breaks is reported within weeks."""
SAME_CUSTOMER = 0.7
"""Of the likeness in words that is asked for, so much is enough where both are about one customer."""
WORTH_TELLING = 20
"""Likeness in words, of 100, that is told beside ids."""
RECENT = timedelta(days=90)
"""A work item done before that is history."""
DECISIVE = ("ticket ", "request id ")
"""What two matters never share."""
_SURE: tuple[Sure, ...] = ("very likely", "likely", "possible")
_IN_WORDS = "tells of "
"""How evidence says that it was admitted for its words."""


class Shelf(Protocol):
    """Where earlier cases are kept."""

    def neighbours(self, sketch: Sketch) -> Neighbours:
        """The cases that share most with this one."""
        ...

    def load(self, name: str) -> Saved:
        """A case by its id."""
        ...


def guarded(case: Case, shelf: Shelf, percent: int, *, joined_to: str = "") -> Case:
    """The case with what looks the same. Of cases, only those opened before it: the first of two is nobody's duplicate.

    `percent`: how alike in words, of 100, a case without a common id must be. `joined_to`: the case that this one was joined to.
    Raises StoreError when the shelf can't be read.
    """
    if joined_to:
        return case.model_copy(update={"joined_to": joined_to, "duplicates": ()})
    sketch = sketch_of(case)
    near = shelf.neighbours(sketch)
    earlier = [other for other in near.sketches if other.ref != case.id and other.opened_at <= case.opened_at]
    found = [duplicate for other in earlier if (duplicate := _compared(sketch, other, near, percent))]
    cases = [_with_news(one, case, shelf) for one in _in_order(found)[:MOST_CASES]]
    items = _in_order(_filed(case, sketch, near, percent))[:MOST_ITEMS]
    return case.model_copy(update={"duplicates": (*cases, *items)})


def likeness(one: Sketch, other: Sketch, near: Neighbours) -> int:
    """How alike two are in words and time, of 100."""
    return _percent(cosine(one.words, other.words, near.rarity), one.opened_at, other.opened_at)


def lacking(case: Case, other: Case) -> tuple[Evidence, ...]:
    """Evidence of `case` that `other` has not, or has in another state: what bears on the issue, and the accounts."""
    there = [(item.connector, item.record) for item in other.gathering.evidence]
    return tuple(
        item
        for item in case.gathering.evidence
        if item.id != "U1" and (item.bearing == "direct" or item.record.kind == "account") and (item.connector, item.record) not in there
    )


def also_about(gathering: Gathering, customers: Iterable[Customer]) -> Gathering:
    """The gathering with customers that another one is about; which accounts they are, `admit` finds out."""
    known = {normal(one.name) for one in gathering.customers}
    more = tuple(Customer(name=one.name) for one in customers if normal(one.name) not in known)
    return gathering.model_copy(update={"customers": (*gathering.customers, *more)}) if more else gathering


def as_typed(case: Case) -> Note:
    """What was typed for a case, as evidence for another one."""
    author = Person(name=case.reporter.name, side="vendor")
    return Note(ref=case.id, title=f"The issue as typed for {case.id}", text=case.issue.sentence, author=author, at=case.opened_at)


def _percent(words: float, one: datetime, other: datetime) -> int:
    days = abs((one - other).total_seconds()) / 86_400
    return round(100 * words * (1 - APART + APART * exp(-days / DAYS)))


def _compared(sketch: Sketch, other: Sketch, near: Neighbours, percent: int) -> Duplicate | None:
    if other.restricted and not sketch.restricted:  # no more than its notice tells
        other = other.model_copy(
            update={"ties": tuple(tie for tie in other.ties if tie.startswith("ticket ")), "customers": (), "words": {}}
        )
    ties = sketch.ties_with(other)
    customers = same_customers(sketch, other)
    alike = likeness(sketch, other, near)
    if not ties and alike < percent * (SAME_CUSTOMER if customers else 1):
        return None
    because = [f"same {tie}" for tie in ties] + [f"same customer {name}" for name in customers]
    if alike >= WORTH_TELLING or not ties:
        because.append(f"{alike} of 100 alike in words")
    decisive = len(ties) > 1 or any(tie.startswith(DECISIVE) for tie in ties)
    telling = ties or (customers and alike >= percent)
    return Duplicate(
        kind="case",
        ref=other.ref,
        title=other.title,
        at=other.opened_at,
        by=other.by,
        sure="very likely" if decisive else "likely" if telling else "possible",
        because=tuple(because),
        alike=alike,
        may_join=sketch.restricted == other.restricted,
    )


def _in_order(found: Iterable[Duplicate]) -> list[Duplicate]:
    """The surest first, then the most alike."""
    return sorted(found, key=lambda one: (_SURE.index(one.sure), -one.alike, one.ref))


def _with_news(duplicate: Duplicate, case: Case, shelf: Shelf) -> Duplicate:
    if not duplicate.may_join:
        return duplicate
    try:
        earlier = shelf.load(duplicate.ref).case
    except StoreError:  # saved by a version that knew less: it can't be added to either
        return duplicate.model_copy(update={"may_join": False})
    news = list(_news(case, earlier))
    told = news[:MOST_NEWS] + ([f"{len(news) - MOST_NEWS} more"] if len(news) > MOST_NEWS else [])
    return duplicate.model_copy(update={"news": tuple(told)})


def _news(case: Case, earlier: Case) -> Iterator[str]:
    """Accounts, tickets and work items, facts: what `earlier` has not."""
    known = {one.name for one in earlier.gathering.affected}
    yield from (f"account {one.name}" for one in case.gathering.affected if one.name not in known)
    before = {(item.connector, item.record.kind, item.record.ref) for item in earlier.gathering.evidence}
    for item in lacking(case, earlier):
        if item.record.kind in ("ticket", "work item"):
            newer = (item.connector, item.record.kind, item.record.ref) in before
            yield f"{item.record.kind} {item.record.ref}{' as it is now' if newer else ''}"
    told = {fact.name for fact in earlier.assessment.facts if fact.status != "unknown"}
    yield from (fact.name.replace("_", " ") for fact in case.assessment.facts if fact.status != "unknown" and fact.name not in told)


def _filed(case: Case, sketch: Sketch, near: Neighbours, percent: int) -> Iterator[Duplicate]:
    """Work items of the evidence in which the issue is filed already: those it is tied to, and those much alike in words."""
    for item in case.gathering.evidence:
        record = item.record
        if not isinstance(record, WorkItem) or item.bearing == "look-alike" or not _lives(record, case.now):
            continue
        words = cosine(signature(record.title, record.text), sketch.words, near.rarity)
        alike = _percent(words, record.created_at or case.now, case.opened_at)
        tied = item.bearing == "direct"
        if not tied and alike < percent:
            continue
        because = item.why[:2] if tied else ()
        if alike >= WORTH_TELLING or not because:
            because += (f"{alike} of 100 alike in words",)
        signs = (tied and any(not why.startswith(_IN_WORDS) for why in item.why)) + (alike >= percent)
        yield Duplicate(
            kind="work item",
            ref=record.ref,
            title=record.title,
            at=record.created_at,
            status=record.status,
            sure=_SURE[2 - signs],
            because=because,
            alike=alike,
        )


def _lives(record: WorkItem, now: datetime) -> bool:
    """Is it open, or was it only lately?"""
    last = record.resolved_at or record.updated_at or record.created_at
    return record.state in ("open", "in progress", "unknown") or last is None or now - last <= RECENT
