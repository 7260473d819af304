"""The sketch of a case: the ids and words it is recognised by, so that cases can be compared without reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from escalation.evidence import Evidence
from escalation.language.errortext import identifiers_in
from escalation.model import Instant, Model
from escalation.records import Note, Ticket
from escalation.search.identity import normal
from escalation.search.links import handles, trimmed
from escalation.search.sameness import sign_of
from escalation.search.similarity import rarity, signature
from escalation.search.topic import OF_THE_REPORT

if TYPE_CHECKING:
    from escalation.case import Case

MOST_TIES = 40
_IN = " in "
"""Between a ticket's number and its system."""


class Sketch(Model):
    """What a case is recognised by."""

    ref: str
    """The case's id."""
    title: str
    opened_at: Instant
    by: str = ""
    """Who opened it."""
    restricted: bool = False
    """Of such a case, others may know only which tickets it is about."""
    ties: tuple[str, ...] = ()
    """What it shares with a case about the same: "work item ENG-812", "error code ORD-5031", "ticket 4211 in zendesk"."""
    customers: tuple[str, ...] = ()
    """Names of the customers it is about."""
    words: Mapping[str, float] = {}
    """See `signature`; without the customers' names and the words of every report."""

    @property
    def marks(self) -> tuple[str, ...]:
        """All that it can be found by. A tie holds a space, a word none."""
        ties = (mark for tie in self.ties for mark in (tie.casefold(), _bare(tie)))
        return (*dict.fromkeys(ties), *self.words)

    def ties_with(self, other: Sketch) -> tuple[str, ...]:
        """Those of its ties that the other has too. A number without a system is anybody's of that number."""
        theirs = {tie.casefold() for tie in other.ties}
        anybodys = {_bare(tie) for tie in other.ties}
        return tuple(
            tie for tie in self.ties if tie.casefold() in theirs | (anybodys if _bare(tie) == tie.casefold() else {_bare(tie)} & theirs)
        )


def _bare(tie: str) -> str:
    """`ticket 4211` of `ticket 4211 in zendesk`."""
    return tie.casefold().partition(_IN)[0] if tie.startswith("ticket ") else tie.casefold()


class Neighbours(NamedTuple):
    """Those of the saved cases that share most with one, and how common the things are that it may be known by."""

    documents: int = 0
    """Cases that there are."""
    holding: Mapping[str, int] = {}
    """Mark → how many of them hold it."""
    sketches: tuple[Sketch, ...] = ()

    def rarity(self, mark: str) -> float:
        """How much it tells that two cases share it."""
        return rarity(self.documents, self.holding.get(mark, 0))


def sketch_of(case: Case) -> Sketch:
    """The sketch of a case."""
    primary = next((item for item in case.gathering.evidence if item.id == case.gathering.primary), None)
    restricted = case.route.target.restricted
    names = dict.fromkeys((*case.issue.customers, *(one.name for one in case.gathering.affected if case.gathering.primary in one.evidence)))
    said = [passage.text for passage in primary.record.passages()][:1] if primary else []
    words = signature(f"{case.issue.summary}\n{primary.record.heading if primary else ''}", "\n".join((case.issue.sentence, *said)))
    aside = OF_THE_REPORT | signature(" ".join(names), "").keys()
    return Sketch(
        ref=case.id,
        title=f"Restricted security case {case.id}" if restricted else case.title,
        opened_at=case.opened_at,
        by=case.reporter.name,
        restricted=restricted,
        ties=tuple(dict.fromkeys((*_records(case), *_signs(case, primary))))[:MOST_TIES],
        customers=tuple(names),
        words={word: weight for word, weight in words.items() if word not in aside},
    )


def _record(item: Evidence) -> str:
    """A bare number is one only in its own system."""
    where = "" if any(letter.isalpha() for letter in item.record.ref) else f"{_IN}{item.connector}"
    return f"{item.record.kind} {item.record.ref}{where}"


def _records(case: Case) -> Iterator[str]:
    """Work items and tickets that it is about, found or only typed."""
    direct = [item for item in case.gathering.evidence if item.bearing == "direct"]
    yield from (_record(item) for kind in ("work item", "ticket") for item in direct if item.record.kind == kind)
    found = {handle for item in case.gathering.evidence for handle in handles(item.record)}
    for typed in case.issue.references:
        if trimmed(typed.text) not in found:
            yield f"{'record' if typed.kind == 'unknown' else typed.kind} {typed.text.lstrip('#')}"


def _signs(case: Case, primary: Evidence | None) -> Iterator[str]:
    """Request ids, error codes and stack frames in what was typed, handed over, or said by the customer in the ticket it is about."""
    texts = [case.issue.sentence]
    for item in case.gathering.evidence:
        if item is primary or (isinstance(item.record, Note) and item.bearing == "direct"):
            ours = isinstance(item.record, Ticket)
            texts += [passage.text for passage in item.record.passages() if not (ours and passage.author.side == "vendor")]
    for identifier in identifiers_in("\n".join(texts)):
        kind, sign = sign_of(identifier)
        if kind:
            yield f"{kind} {sign}"


def same_customers(one: Sketch, other: Sketch) -> tuple[str, ...]:
    """Names of the customers that both are about."""
    theirs = {normal(name) for name in other.customers}
    return tuple(name for name in one.customers if normal(name) in theirs)
