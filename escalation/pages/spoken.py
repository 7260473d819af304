"""What people said in a case, as pages and briefs ask about it: who, to whom, with what consequence, and what is kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta, timezone
from functools import cached_property
from typing import NamedTuple

from escalation.case import Case
from escalation.digest import Line
from escalation.evidence import Evidence, Quote
from escalation.gathering import AffectedAccount
from escalation.language.parts import Part, parts_of
from escalation.language.phrases import words_of
from escalation.language.sentences import sentences
from escalation.language.statement import Statement, passage_id, side_of, statements
from escalation.language.tongue import tongue_of
from escalation.model import Instant
from escalation.records import Account, Article, Person, Ticket, WorkItem
from escalation.reproduction import Attempt
from escalation.search.identity import Identity, identities

_EMPHASIS = re.compile(r"\*\*|`")
_OPTION = re.compile(r"\bwould (?:accept|meet)\b|\bdecide[sd]?\b|\bone-time\b", re.IGNORECASE)
_COST = re.compile(r"\bestimate\b|\b(?:days|weeks|months|people)\b", re.IGNORECASE)
_CONSEQUENCE = re.compile(r"\bnot renew\b|\bcan.t sign\b|\bor I will\b|\bcancel|\bleave\b|\blocked out again\b|\brestate\b", re.IGNORECASE)
_TELLING = {
    "notified": re.compile(r"^(?:told|phoned|paged|notified)\b.*\b\d\d:\d\d\b", re.IGNORECASE),
    "data": re.compile(r"\bdata on\b|\bno full card\b|\bline items\b|\bpersonal data\b", re.IGNORECASE),
    "extent": re.compile(r"\bpattern\b|\bisn.t the extent\b|\bnot known yet\b", re.IGNORECASE),
    "contained": re.compile(r"\b(?:disabled|revoked|blocked|taken offline|switched off)\b", re.IGNORECASE),
    "preserved": re.compile(r"\bcopied\b|\bevidence store\b|\buntouched\b|\bpreserv", re.IGNORECASE),
}
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LONGEST_FIX = 9
"""Sentences of an article in a reply."""
LONGEST_APART = 220
"""Characters of a sentence that tells a look-alike from the issue."""


class Row(NamedTuple):
    """One affected account with what the CRM says of it."""

    affected: AffectedAccount
    account: Account | None
    renewal_days: int | None
    also: tuple[tuple[str, str], ...] = ()
    """(evidence id, how it is known) of the same account in other systems."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Evidence ids of the account and of what ties it to the issue, without those that `because` cites already."""
        found = (self.affected.account, *self.affected.evidence)
        return tuple(dict.fromkeys(id for id in found if id and f"[{id}]" not in self.affected.because))


class Update(NamedTuple):
    """Our last words to a customer in one ticket, as two sentences at most."""

    ticket: str
    account: str
    quotes: tuple[Quote, ...]


class Apart(NamedTuple):
    """A record that is not this issue: a look-alike, or an earlier one of its kind."""

    item: Evidence
    earlier: bool
    quote: Quote | None


class Spoken:
    """The voices of a case. Tuples are in a fixed order, the weightiest first."""

    case: Case

    def lines(self, *parts: Part) -> tuple[Line, ...]:
        """Lines of the digest that play one of the parts, part by part."""
        return tuple(line for part in parts for line in self.case.digest if line.part == part)

    def by_customer(self, *parts: Part) -> tuple[Line, ...]:
        """The customers' own among them."""
        return tuple(line for line in self.lines(*parts) if line.side == "customer")

    @cached_property
    def names(self) -> dict[str, str]:
        """Addresses of the people in the evidence, each with the name that goes with it somewhere."""
        people = (person for item in self.case.gathering.evidence for person in _people(item))
        return {person.email.lower(): person.name for person in people if person.email and person.name and "@" not in person.name}

    def named(self, text: str) -> str:
        """Our own words with the names of people in place of addresses, where we know them."""
        return _ADDRESS.sub(lambda found: self.names.get(found.group().lower(), found.group()), text) if "@" in text else text

    def who(self, author: str) -> str:
        """A name; of an address that nobody's name goes with, what stands before the @."""
        return self.names.get(author.lower(), author.partition("@")[0]) or "unknown author"

    @cached_property
    def effects(self) -> tuple[Quote, ...]:
        """What customers say that they can't do, else what fails, in their words."""
        for name in ("production_down", "customer_blocked", "data_exposed"):
            fact = self.case.assessment.fact(name)
            text = fact.note.partition("“")[2].rpartition("”")[0] if fact and fact.value == "yes" else ""
            said = next((s for id in (fact.evidence if fact else ()) for s in self._all if s.id == id and s.text[:40] == text[:40]), None)
            if said and text:
                return (said.quote(),)
        return tuple(_as_quote(line) for line in self.prose("symptom")[:1])

    def prose(self, *parts: Part) -> tuple[Line, ...]:
        """Lines without blocks of code."""
        return tuple(line for line in self.lines(*parts) if "\n" not in line.text)

    @cached_property
    def described(self) -> tuple[Line, ...]:
        """Sentences that say what fails, without those that stand elsewhere in a brief."""
        elsewhere = {said.text for said in (*self.effects, *self.case.reproduction.actual[:1])}
        return tuple(line for line in self.prose("symptom") if not any(text in line.text for text in elsewhere)) or self.prose("symptom")

    @cached_property
    def waits(self) -> Line | None:
        """The unanswered message in which the customer says what they expect."""
        expected = self.case.assessment.fact("customer_expectation")
        return next((line for line in self.by_customer("unanswered") if expected and line.text in expected.value), None)

    @cached_property
    def unanswered(self) -> tuple[Line, ...]:
        """Whoever waits, first the one who says what they expect."""
        return tuple(sorted(self.lines("unanswered"), key=lambda line: line is not self.waits))

    @cached_property
    def threats(self) -> tuple[Line, ...]:
        """What customers say will follow, those first that name what they would do."""
        said = self.by_customer("executive or legal", "deadline", "unanswered")
        return tuple(sorted(said, key=lambda line: not _CONSEQUENCE.search(line.text)))

    @cached_property
    def risks(self) -> tuple[Line, ...]:
        """What customers say that they will do next, and who of them has joined."""
        named = tuple(line for line in self.threats if _CONSEQUENCE.search(line.text))[:1]
        return named + tuple(line for line in self.by_customer("executive or legal") if line not in named)

    def telling(self, what: str) -> tuple[Quote, ...]:
        """Up to two sentences of our side that tell what a security team asks for, by the name of a pattern."""
        found = (s for s in self._all if s.side == "vendor" and s.kind != "article" and not s.to_customer)
        return tuple(s.quote() for s in found if _TELLING[what].search(s.text))[:2]

    @cached_property
    def tongues(self) -> tuple[tuple[str, str, str], ...]:
        """(who, language, where) of customers in the issue's tickets who wrote in another language than English."""
        found = {
            s.author: (s.author, tongue, s.id)
            for s in self._all
            if s.side == "customer"
            and s.kind == "ticket"
            and self.case.gathering[s.id].bearing == "direct"
            and (tongue := tongue_of(s.passage.text))
        }
        return tuple(found.values())

    @cached_property
    def missed(self) -> tuple[Line, ...]:
        """Promises of ours that were not kept."""
        return tuple(line for line in self.lines("promise by us") if line.note.startswith("missed"))

    @cached_property
    def options(self) -> tuple[Line, ...]:
        """What the customer would accept, and who decides it when."""
        return tuple(line for line in self.lines("decision") if _OPTION.search(line.text))

    @cached_property
    def costs(self) -> tuple[Line, ...]:
        """Estimates by our side."""
        return tuple(line for line in self.lines("decision") if _COST.search(line.text))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The affected accounts, the surest first."""
        return tuple(self._row(affected) for affected in self.case.gathering.affected)

    def _row(self, affected: AffectedAccount) -> Row:
        identity = self._identities.get(affected.account)
        account = identity.account if identity else None
        others = zip(identity.members[1:], identity.how, strict=True) if identity else ()
        days = (account.renewal_on - self.case.now.astimezone(timezone.utc).date()).days if account and account.renewal_on else None
        return Row(affected, account, days, tuple((item.id, f"{item.connector}, {how}") for item, how in others))

    @cached_property
    def _identities(self) -> dict[str, Identity[Evidence]]:
        return {identity.members[0].id: identity for identity in identities(self.case.gathering.evidence)}

    @cached_property
    def customer(self) -> Row | None:
        """The row of the customer the issue is about."""
        named = {customer.account for customer in self.case.gathering.customers if customer.account}
        primary = self.case.gathering.primary
        return next(
            (row for row in self.rows if row.affected.account in named),
            next((row for row in self.rows if primary and primary in row.affected.evidence), self.rows[0] if len(self.rows) == 1 else None),
        )

    @cached_property
    def tickets(self) -> tuple[tuple[Evidence, Ticket], ...]:
        """Tickets about this issue, the primary one first."""
        found = [
            (item, item.record) for item in self.case.gathering.evidence if isinstance(item.record, Ticket) and item.bearing == "direct"
        ]
        return tuple(sorted(found, key=lambda pair: pair[0].id != self.case.gathering.primary))

    @cached_property
    def work_items(self) -> tuple[tuple[Evidence, WorkItem], ...]:
        """Work items about this issue."""
        return tuple(
            (item, item.record) for item in self.case.gathering.evidence if isinstance(item.record, WorkItem) and item.bearing == "direct"
        )

    @cached_property
    def articles(self) -> tuple[tuple[Evidence, Article], ...]:
        """Articles that cover the subject, the one whose title speaks most of the issue first."""
        about = {word[:5] for text in (*self.case.issue.words, *self.case.issue.errors) for word in words_of(text)}
        found = [
            (item, item.record)
            for item in self.case.gathering.evidence
            if isinstance(item.record, Article) and item.bearing != "look-alike"
        ]
        return tuple(sorted(found, key=lambda pair: (-len(about & {word[:5] for word in words_of(pair[1].title)}), -pair[0].relevance)))

    @cached_property
    def apart(self) -> tuple[Apart, ...]:
        """Look-alikes, with what sets them apart, then earlier tickets of the same kind, with what came of them."""
        evidence = self.case.gathering.evidence
        lookalikes = [Apart(item, False, self._said_of(item) or self._ours_in(item)) for item in evidence if item.bearing == "look-alike"]
        earlier = [
            Apart(item, True, self._ours_in(item)) for item in evidence if item.bearing == "context" and isinstance(item.record, Ticket)
        ]
        return (*lookalikes, *earlier)

    def _said_of(self, item: Evidence) -> Quote | None:
        """What somebody says of a record by its key."""
        key = re.compile(rf"(?<!\w){re.escape(item.record.ref)}(?!\w)")
        told = (
            s.quote() for s in self._all if s.record != item.id and "/" not in s.text and key.search(s.text) and len(s.text) < LONGEST_APART
        )
        return next(told, None)

    def _ours_in(self, item: Evidence) -> Quote | None:
        """The sentence of ours in it that says most."""
        own = [s for s in self.statements_of(item.id) if s.side == "vendor" and "://" not in s.text]
        return max(own, key=lambda s: min(len(s.text), 200), default=None).quote() if own else None  # type: ignore[union-attr]

    @cached_property
    def _all(self) -> tuple[Statement, ...]:
        return tuple(statements(self.case.gathering))

    @cached_property
    def updates(self) -> tuple[Update, ...]:
        """Our last words to the customer in every open ticket; none where we never wrote."""
        found = []
        for item, ticket in self.tickets:
            ours = [
                p for p in ticket.passages() if p.visibility in ("public", "customer") and side_of(item, p) == "vendor" and p.text.strip()
            ]
            if ours:
                last = ours[-1]
                said = [
                    Statement(passage_id(item, last), s, "", "", last, "vendor", "ticket", to_customer=True, account="")
                    for s in sentences(last.text)
                ]
                weighty = sorted(
                    said,
                    key=lambda s: -max((p.weight for p in parts_of(s) if p.part in ("promise by us", "workaround", "tried")), default=0),
                )[:2]
                quotes = tuple(s.quote() for s in said if s in weighty)
                found.append(
                    Update(
                        item.id,
                        self._account_of(item.id),
                        quotes or (Quote(id=passage_id(item, last), text=last.text, at=last.at, author=last.author.name),),
                    )
                )
        return tuple(found)

    def _account_of(self, ticket: str) -> str:
        return next((affected.name for affected in self.case.gathering.affected if ticket in affected.evidence), "")

    @cached_property
    def fix(self) -> tuple[Quote, ...]:
        """What the nearest article says, without marks of emphasis and without the steps that the customer has done already."""
        done = [_stems(attempt.action.text) for attempt in self.case.reproduction.tried]
        for item, article in self.articles[:1]:
            about = _stems(" ".join((*self.case.issue.words, *self.case.issue.errors)))
            said = [s for s in sentences(article.text) if not any(_mostly(_stems(s.text), one) for one in done)]
            best = sorted(said, key=lambda s: (s.form != "step", -len(about & _stems(s.text))))[:LONGEST_FIX]
            return tuple(
                Quote(id=item.id, text=_EMPHASIS.sub("", s.text), at=article.moment, author=article.author.name) for s in said if s in best
            )
        return ()

    @cached_property
    def discovered(self) -> Instant | None:
        """When the issue was first reported: the primary ticket's opening, else the earliest one's."""
        opened = [
            ticket.created_at for item, ticket in self.tickets if ticket.created_at and item.id in (self.case.gathering.primary or item.id)
        ]
        return min(opened, default=None)

    @cached_property
    def notification_due(self) -> Instant | None:
        """72 hours after discovery: the clock that duties to notify commonly start from."""
        return self.discovered + timedelta(hours=72) if self.discovered else None

    @cached_property
    def tried(self) -> tuple[Attempt, ...]:
        """Attempts, those first that say most: with a result of their own, and more than whether it was reproduced."""

        def order(attempt: Attempt) -> tuple[bool, bool, bool, bool]:
            own = attempt.action.id.split(".")[0] == self.case.gathering.primary
            return (attempt.result is None, "reproduc" in attempt.action.text.lower(), attempt.result == attempt.action, not own)

        return tuple(sorted(self.case.reproduction.tried, key=order))

    def statements_of(self, id: str) -> tuple[Statement, ...]:
        """Every sentence of one record, or of one passage of it."""
        record = id.split(".", 1)[0]
        found = statements(self.case.gathering.model_copy(update={"evidence": (self.case.gathering[record],)}))
        return tuple(s for s in found if id in (record, s.id))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in words_of(text) if len(word) > len("with"))


def _mostly(some: frozenset[str], others: frozenset[str]) -> bool:
    """Are most of these words among the others?"""
    return bool(some) and len(some & others) >= 0.75 * len(some)


def _as_quote(line: Line) -> Quote:
    return Quote(id=line.id, text=line.text, at=line.at, author=line.author)


def _people(item: Evidence) -> Iterator[Person]:
    record = item.record
    if isinstance(record, Ticket):
        yield from (record.requester, record.assignee)
    if isinstance(record, WorkItem):
        yield from (record.assignee, record.reporter)
    if isinstance(record, Account):
        yield record.owner
    yield from (passage.author for passage in record.passages())
