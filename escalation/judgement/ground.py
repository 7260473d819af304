"""The ground that facts are found on: the issue, the evidence, who the customer is, and what was said."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from escalation.clock import local
from escalation.evidence import Evidence
from escalation.gathering import AffectedAccount, Gathering
from escalation.issue import Issue
from escalation.judgement.testimony import Testimony
from escalation.language.statement import passage_id, side_of
from escalation.policy import Policy
from escalation.records import Account, Money, Passage, Ticket, WorkItem
from escalation.search.identity import Identity, identities

LONGEST_QUOTE = 200
_THANKS = re.compile(r"\b(?:thank|thanks|thx|cheers|danke|merci|gracias)|ありがとう", re.IGNORECASE)


class Public(NamedTuple):
    """Something that the customer can read in a ticket."""

    id: str
    passage: Passage
    ours: bool
    """Written by our side."""


class Ground:
    """Everything the facts are read from, sorted once."""

    def __init__(self, issue: Issue, gathering: Gathering, *, policy: Policy, now: datetime) -> None:
        self.issue = issue
        self.gathering = gathering
        self.policy = policy
        self.now = now
        self.testimony = Testimony(issue, gathering)
        self.direct = tuple(item for item in gathering.evidence if item.bearing == "direct")
        self.tickets = tuple((item, item.record) for item in self.direct if isinstance(item.record, Ticket))
        self.work_items = tuple((item, item.record) for item in self.direct if isinstance(item.record, WorkItem))

    @classmethod
    def of(cls, issue: Issue, gathering: Gathering, *, policy: Policy, now: datetime) -> Ground:
        """The ground of these very objects; the steps that follow one another share it, so that nothing is read twice."""
        last = cls._last
        if last and last.issue is issue and last.gathering is gathering and last.policy is policy and last.now == now:
            return last
        cls._last = cls(issue, gathering, policy=policy, now=now)
        return cls._last

    _last: ClassVar[Ground | None] = None

    @cached_property
    def affected(self) -> tuple[AffectedAccount, ...]:
        """Accounts that count: confirmed or linked by symptom, and not only by tickets that were over before this began."""
        return tuple(one for one in self.gathering.affected if one.certainty != "suspected" and not self._is_history(one))

    @cached_property
    def independent(self) -> tuple[AffectedAccount, ...]:
        """Of these, the accounts that count by themselves: of one company's, only the first."""
        return tuple(one for one in self.affected if not one.counted_with)

    def _is_history(self, one: AffectedAccount) -> bool:
        tied = [id.split(".")[0] for id in one.evidence]
        return bool(tied) and all(id in self.over for id in tied)

    @cached_property
    def over(self) -> frozenset[str]:
        """Direct tickets that were solved before the first of the others was opened: history, not this issue."""
        opened = [record.created_at for _, record in self.tickets if record.state != "solved" and record.created_at]
        if not opened:
            return frozenset()
        return frozenset(
            item.id for item, record in self.tickets if record.state == "solved" and record.solved_at and record.solved_at < min(opened)
        )

    @cached_property
    def suspected(self) -> tuple[AffectedAccount, ...]:
        """Accounts that were only named."""
        return tuple(one for one in self.gathering.affected if one.certainty == "suspected")

    @cached_property
    def customer(self) -> AffectedAccount | None:
        """The account the issue is about: the one named, else of the primary ticket, else the one that may leave, else the only one."""
        for named in self.gathering.customers:
            for one in self.gathering.affected:
                if (named.account and one.account == named.account) or one.name.casefold() == named.name.casefold():
                    return one
        for one in self.gathering.affected:
            if self.gathering.primary and self.gathering.primary in (id.split(".")[0] for id in one.evidence):
                return one
        leaving = [one for one in self.gathering.affected if one.name in self.leaving]
        if len(leaving) == 1:
            return leaving[0]
        return self.gathering.affected[0] if len(self.gathering.affected) == 1 else None

    @cached_property
    def leaving(self) -> frozenset[str]:
        """Names of the accounts of whom it is said that they may leave."""
        threats = self.testimony.claiming("churn_threat")
        return frozenset(
            one.name
            for one in self.gathering.affected
            if any(said.statement.account == one.name or one.name.casefold() in said.text.casefold() for said in threats)
        )

    @cached_property
    def customer_name(self) -> str:
        """Its name, as printed; empty when it is nobody in particular."""
        if self.customer:
            return self.customer.name
        return self.issue.customers[0] if self.issue.customers else ""

    @cached_property
    def own_tickets(self) -> tuple[tuple[Evidence, Ticket], ...]:
        """Direct tickets of the customer, the primary one first; all direct tickets when there is no one customer."""
        if not self.customer:
            return self.tickets
        ids = {id.split(".")[0] for id in self.customer.evidence}
        own = [pair for pair in self.tickets if pair[0].id in ids]
        return tuple(sorted(own, key=lambda pair: pair[0].id != self.gathering.primary)) or self.tickets

    @cached_property
    def _identities(self) -> dict[str, Identity[Evidence]]:
        return {member.id: identity for identity in identities(self.gathering.evidence) for member in identity.members}

    def account(self, one: AffectedAccount) -> Account | None:
        """Its record, as the system that states the most has it; what that one leaves blank is filled in from the others.

        An ARR that nobody can have is passed over, for another system's or for none.
        """
        record = self._identities[one.account].account if one.account in self._identities else None
        if record is None or record.arr is None or self.believable(record.arr):
            return record
        arr = next((value for _, value in self.stated(one, "arr") if value and self.believable(value)), None)
        return record.model_copy(update={"arr": arr})

    def believable(self, arr: Money) -> bool:
        """Neither negative nor beyond what the policy takes for a slip."""
        return 0 <= arr.amount <= self.policy.thresholds.absurd_arr

    def stating(self, one: AffectedAccount, field: str) -> str:
        """Id of the account's evidence that states this field."""
        record = self.account(one)
        told = getattr(record, field, None)
        stated = self.stated(one, field)
        return next((id for id, value in stated if value and value == told), next((id for id, value in stated if value), one.account))

    def stated(self, one: AffectedAccount, field: str) -> tuple[tuple[str, Any], ...]:
        """What each system that has the account says of this field, with the evidence's id."""
        members = self._identities[one.account].members if one.account in self._identities else ()
        return tuple((member.id, getattr(member.record, field, None)) for member in members)

    def public(self, item: Evidence) -> tuple[Public, ...]:
        """What customer and vendor said to each other in a ticket, oldest first; no notes, no machines."""
        return tuple(
            Public(passage_id(item, passage), passage, side == "vendor")
            for passage in item.record.passages()
            if passage.visibility in ("public", "customer") and (side := side_of(item, passage)) != "system" and passage.text.strip()
        )

    def unanswered(self, item: Evidence) -> tuple[Public, ...]:
        """The customer's messages after our last public word, oldest first.

        None in a solved ticket, and none when all they say is thanks.
        """
        if isinstance(item.record, Ticket) and (item.record.state == "solved" or item.record.merged_into):
            return ()
        trailing: list[Public] = []
        for one in reversed(self.public(item)):
            if one.ours:
                break
            trailing.append(one)
        return (
            ()
            if all(_THANKS.search(one.passage.text) and len(one.passage.text) < 250 and "?" not in one.passage.text for one in trailing)
            else tuple(reversed(trailing))
        )

    def account_of(self, ticket: Evidence) -> str:
        """Name of the account a ticket belongs to."""
        for one in self.gathering.affected:
            if ticket.id in one.evidence:
                return one.name
        record = ticket.record
        return record.account.name if isinstance(record, Ticket) and record.account.name else "unknown account"

    def when(self, at: datetime) -> str:
        """An instant as printed: in the reporter's zone, with its offset."""
        return local(at, self.issue.zone)


def quoted(text: str, most: int = LONGEST_QUOTE) -> str:
    """Words of others, marked as such: one line, in quotation marks, cut at a word."""
    line = " ".join(text.split()).replace("“", "'").replace("”", "'")
    if len(line) > most:
        line = line[:most].rsplit(" ", 1)[0] + " …"
    return f"“{line}”"
