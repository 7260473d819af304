"""What templates see: the case, and the questions that several of them ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import cached_property
from typing import NamedTuple, TypeVar

from escalation.assessment import Clock, Dimension
from escalation.case import Case
from escalation.digest import SHORT, Line, Part
from escalation.evidence import Evidence, Fact, Gap, Quote
from escalation.gathering import AffectedAccount
from escalation.language.parts import parts_of
from escalation.language.phrases import words_of
from escalation.language.sentences import sentences
from escalation.language.statement import Statement, passage_id, side_of, statements
from escalation.model import Instant
from escalation.records import Account, Article, Ticket, WorkItem
from escalation.reproduction import Attempt

T = TypeVar("T")
_EMPHASIS = re.compile(r"\*\*|`")


class Room(NamedTuple):
    """How much a rendering may show. The renderer takes the roomiest that fits."""

    quote: int
    """Characters of one quote."""
    per_part: int
    """Lines of each part of the digest."""
    rows: int
    """Rows of each list."""
    reason: int = 400
    """Characters of one reason."""
    statement: int = 240
    """Characters of one statement of impact."""
    titles: bool = True
    """Evidence with titles and addresses, else by key alone."""


class Row(NamedTuple):
    """One affected account with what the CRM says of it."""

    affected: AffectedAccount
    account: Account | None
    renewal_days: int | None

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


FACTS_FIRST = (
    "revenue_at_risk", "revenue_suspected", "first_report_at", "days_open", "time_in_queue", "percent_stated", "users_stated",
    "growing", "workaround", "deadline", "work_item", "reports_before",
    "open_deals", "affected_confirmed", "affected_accounts", "affected_suspected", "component", "waiting_hours",
)  # fmt: skip
"""Facts that the rest of a page does not show."""
URGENT: tuple[Part, ...] = ("unanswered", "deadline", "ask")
"""Parts of which a page shows one line more."""


class View:
    """A case as templates ask about it. Tuples are in a fixed order, the weightiest first."""

    def __init__(self, case: Case, room: Room) -> None:
        self.case = case
        self.room = room

    def few(self, items: Sequence[T], most: int | None = None, least: int = 1) -> Sequence[T]:
        """As many as there is room for, at least `least`."""
        room = max(least, self.room.rows)
        return items[: room if most is None else min(most, room)]

    def accounts(self) -> Sequence[Row]:
        """Affected accounts come before other lists: half as many again."""
        return self.rows[: max(4, self.room.rows * 3 // 2)]

    def lines(self, *parts: Part) -> tuple[Line, ...]:
        """Lines of the digest that play one of the parts, part by part."""
        return tuple(line for part in parts for line in self.case.digest if line.part == part)

    def by_customer(self, *parts: Part) -> tuple[Line, ...]:
        """The customers' own among them."""
        return tuple(line for line in self.lines(*parts) if line.side == "customer")

    @cached_property
    def shown(self) -> tuple[Line, ...]:
        """The digest as far as there is room: the strongest of each part, and one line of every affected account."""
        ranks: dict[str, int] = {}
        accounts: set[str] = set()
        kept = []
        for line in self.case.digest:
            ranks[line.part] = ranks.get(line.part, 0) + 1
            if ranks[line.part] <= self.room.per_part + (line.part in URGENT) or (line.account and line.account not in accounts):
                kept.append(line)
                accounts.add(line.account)
        return tuple(kept)

    def dimension(self, name: str) -> Dimension:
        """Impact in one dimension."""
        found = next((dimension for dimension in self.case.assessment.impact if dimension.name == name), None)
        return found or Dimension(name=name, statement="Unknown – ask the customer in the ticket")

    @cached_property
    def known_facts(self) -> tuple[Fact, ...]:
        """Facts with a value of their own, those first that nothing else on a page shows; flags are told apart."""
        order = {name: number for number, name in enumerate(FACTS_FIRST)}
        known = [
            fact
            for fact in self.case.assessment.facts
            if fact.status != "unknown" and fact.value not in ("yes", "no", "true", "false", "none", "0")
        ]
        return tuple(sorted(known, key=lambda fact: order.get(fact.name, len(order))))

    @cached_property
    def flags(self) -> tuple[Fact, ...]:
        """Facts that are simply so."""
        return tuple(fact for fact in self.case.assessment.facts if fact.status != "unknown" and fact.value in ("yes", "true"))

    @cached_property
    def unknown_facts(self) -> tuple[Fact, ...]:
        """Facts that matter and are not known."""
        return tuple(fact for fact in self.case.assessment.facts if fact.status == "unknown")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The affected accounts, the surest first."""
        return tuple(self._row(affected) for affected in self.case.gathering.affected)

    def _row(self, affected: AffectedAccount) -> Row:
        record = self.case.gathering[affected.account].record if affected.account else None
        account = record if isinstance(record, Account) else None
        days = (account.renewal_on - self.case.now.astimezone(timezone.utc).date()).days if account and account.renewal_on else None
        return Row(affected, account, days)

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
    def clocks(self) -> tuple[Clock, ...]:
        """Breached first, then what falls due next, then the rest."""
        order = ("breached", "due", "paused", "unknown", "met")
        return tuple(
            sorted(
                self.case.assessment.clocks, key=lambda clock: (order.index(clock.state), clock.due_at is None, clock.due_at, clock.ticket)
            )
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
    def lookalikes(self) -> tuple[Evidence, ...]:
        """Records that somebody says are another matter."""
        return tuple(item for item in self.case.gathering.evidence if item.bearing == "look-alike")

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
        """What the nearest article says to do, without marks of emphasis: its steps, and what speaks most of this issue."""
        for item, article in self.articles[:1]:
            about = {word for text in (*self.case.issue.words, *self.case.issue.errors) for word in words_of(text)}
            said = sentences(article.text)
            prose = sorted((s for s in said if s.form == "prose"), key=lambda s: -len(about & set(words_of(s.text))))[:3]
            kept = [s for s in said if s.form == "step" or s in prose]
            return tuple(Quote(id=item.id, text=_EMPHASIS.sub("", s.text), at=article.moment, author=article.author.name) for s in kept[:9])
        return ()

    @cached_property
    def do_not_tell(self) -> tuple[tuple[str, str], ...]:
        """(what a customer must not hear, where it comes from), told by rule from the rest of the case."""
        others = [row.affected for row in self.rows if row is not self.customer]
        name = (
            f"that {', '.join(account.name for account in others)} may be affected"
            if self.customer
            else "each of the affected accounts about the others"
        )
        found = [(name, _ids(others))] if others and len(self.rows) > 1 else []
        found += [
            ("a suspected cause as if it were proven", line.id) for line in self.lines("suspected cause", "doubt") if line.side == "vendor"
        ][:1]
        found += [("what was taken back", line.id) for line in self.lines("retraction")[:1]]
        found += [("a date for the fix that no owner stands by", line.id) for line in self.lines("commitment")[:1]]
        return tuple(found)

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

        def order(attempt: Attempt) -> tuple[bool, bool, bool]:
            return (attempt.result is None, "reproduc" in attempt.action.text.lower(), len(attempt.action.text) < SHORT)

        return tuple(sorted(self.case.reproduction.tried, key=order))

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is unknown, most pressing first."""
        return self.case.gaps

    @cached_property
    def open_places(self) -> tuple[tuple[str, str], ...]:
        """(place in the brief that waits for a writer, what to write it from)."""
        return tuple(self._open_places())

    def _open_places(self) -> Iterator[tuple[str, str]]:
        about = [line.id for line in self.lines("symptom", "error", "suspected cause")]
        yield (
            "Issue Description",
            f"3–5 sentences from [{', '.join(dict.fromkeys(about[:8]))}]"
            if about
            else "3–5 sentences; nothing on record yet: ask the customer",
        )
        reproduction = self.case.reproduction
        if reproduction.applies and reproduction.missing:
            yield "Reproduction Steps", f"unknown: {', '.join(reproduction.missing)}. {reproduction.next_question}"
        without = [attempt.action.id for attempt in reproduction.tried if attempt.result is None]
        if without:
            yield "What's Been Tried", f"result unknown of {', '.join(dict.fromkeys(without))}: ask their authors"
        if not self.updates:
            yield "Last update to customer", "none on record: ask the ticket's assignee"
        if self.case.route.ask.by is None:
            yield "Deadline", "nobody has named one: ask the customer"
        if self.case.route.decision.action == "handle in support":
            yield "Reply", "check the fix against the article, then send the reply from the ticket"

    @cached_property
    def evidence_by_key(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(key or channel, ids of the evidence under it), in the order of the evidence."""
        found: dict[str, list[str]] = {}
        for item in self.case.gathering.evidence:
            if item.id != "U1":
                label = item.record.heading if item.record.kind in ("message", "account") else item.record.ref
                apart = " (look-alike)" if item.bearing == "look-alike" else ""
                found.setdefault(label + apart, []).append(item.id)
        return tuple((label, tuple(ids)) for label, ids in found.items())

    def statements_of(self, id: str) -> tuple[Statement, ...]:
        """Every sentence of one record, or of one passage of it."""
        record = id.split(".", 1)[0]
        found = statements(self.case.gathering.model_copy(update={"evidence": (self.case.gathering[record],)}))
        return tuple(s for s in found if id in (record, s.id))

    @cached_property
    def left_out(self) -> tuple[int, str]:
        """(lines of the digest that there was no room for, the record that holds most of them)."""
        missing = [line.id.split(".")[0] for line in self.case.digest if line not in self.shown]
        return len(missing), max(dict.fromkeys(missing), key=missing.count) if missing else ""


@dataclass(frozen=True)
class PassageView:
    """One passage of a record as `show` prints it."""

    id: str
    head: str
    """When, who, on which side, who can read it."""
    said: tuple[str, ...]
    """Sentences, word for word."""
    omitted: int
    """Sentences there was no room for."""
    whole: str
    """The passage as it stands."""


def _ids(accounts: Sequence[AffectedAccount]) -> str:
    return ", ".join(dict.fromkeys(account.evidence[0] for account in accounts if account.evidence))
