"""Statements: every sentence of the case with its place: who said it, when, on which side, to whom, before and after what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from escalation.evidence import Evidence, Quote
from escalation.gathering import Gathering
from escalation.language.sentences import Sentence, sentences
from escalation.model import Instant
from escalation.records import Passage, Side, Ticket


class Statement(NamedTuple):
    """One sentence in its place."""

    id: str
    """Where it stands: `T1` for the opening text, `T1.2` for its second comment."""
    sentence: Sentence
    before: str
    """The sentence before it in the passage, or nothing."""
    after: str
    """The sentence after it in the passage, or nothing."""
    passage: Passage
    side: Side
    kind: str
    """Of the record: "ticket", "message", "work item", "article", "account", "note"."""
    to_customer: bool
    """The customer can read it."""
    account: str
    """Name of the account the record belongs to, where it belongs to one."""

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.sentence.text

    @property
    def at(self) -> Instant | None:
        """When it was said."""
        return self.passage.at

    @property
    def author(self) -> str:
        """Name of who said it, else the address."""
        return self.passage.author.name or self.passage.author.email

    @property
    def record(self) -> str:
        """Evidence id of the record it stands in."""
        return self.id.split(".")[0]

    def quote(self) -> Quote:
        """The sentence as it is quoted."""
        return Quote(id=self.id, text=self.text, at=self.at, author=self.author)


def statements(gathering: Gathering) -> Iterator[Statement]:
    """Every sentence of every record, in the order of the evidence and, inside a record, of time."""
    accounts = accounts_of(gathering)
    for item in gathering.evidence:
        for passage in item.record.passages():
            yield from _of_passage(item, passage, accounts.get(item.id, ""))


def accounts_of(gathering: Gathering) -> dict[str, str]:
    """Account name by evidence id: for CRM accounts and tickets, and for what names one affected account alone."""
    names: dict[str, str] = {}
    shared: set[str] = set()
    for affected in gathering.affected:
        for id in (affected.account, *affected.evidence):
            record = id.split(".")[0]
            if record and names.setdefault(record, affected.name) != affected.name:
                shared.add(record)
    for item in gathering.evidence:
        if isinstance(item.record, Ticket) and item.record.account.name:
            names.setdefault(item.id, item.record.account.name)
    return {id: name for id, name in names.items() if id not in shared}


def passage_id(item: Evidence, passage: Passage) -> str:
    """How a passage is cited."""
    return f"{item.id}.{passage.part}" if passage.part else item.id


def side_of(item: Evidence, passage: Passage) -> Side:
    """On whose side the author speaks, told from the record where the connector could not tell."""
    if item.record.kind == "work item":
        return "system" if passage.author.side == "system" else "vendor"
    if passage.author.side != "unknown":
        return passage.author.side
    if not isinstance(item.record, Ticket):
        return "vendor" if item.record.kind in ("message", "work item", "article", "account") else "unknown"
    if passage.visibility in ("internal", "restricted"):
        return "vendor"
    author, requester = passage.author, item.record.requester
    if passage.part == 0 or (author.email or author.name) in (requester.email, requester.name):
        return "customer"
    return "vendor" if author.name and author.name == item.record.assignee.name else "unknown"


def _of_passage(item: Evidence, passage: Passage, account: str) -> Iterator[Statement]:
    said = sentences(passage.text, passage.author.name)
    side = side_of(item, passage)
    to_customer = item.record.kind == "ticket" and passage.visibility in ("public", "customer")
    id = passage_id(item, passage)
    for number, sentence in enumerate(said):
        yield Statement(
            id=id,
            sentence=sentence,
            before=said[number - 1].text if number else "",
            after=said[number + 1].text if number + 1 < len(said) else "",
            passage=passage,
            side=side,
            kind=item.record.kind,
            to_customer=to_customer,
            account=account,
        )
