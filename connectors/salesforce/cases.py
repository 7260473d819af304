"""A case with its comments, e-mails and milestones, as a ticket.

Fields were read in the Object and Field References (developer.salesforce.com, 2026-11): a comment is seen by the customer when
`IsPublished`; an e-mail says whether it came in, and whether it is a draft, whose number 5 is told nowhere there; a milestone
belongs to entitlement management and has its target, completion and violation; `UserType` tells portal users from ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Final, Literal

from escalation.html_text import html_to_text
from escalation.records import AccountKey, Comment, Person, Side, SlaClock, Ticket
from escalation.reply import Reply

from .accounts import host_of

_NEVER = datetime.max.replace(tzinfo=timezone.utc)
_DRAFT = ("5", "Draft")
_OURS = frozenset(("Standard", ""))
_MACHINES = frozenset(("AutomatedProcess", "CloudIntegrationUser", "Guest"))
_METRICS: Final[tuple[tuple[str, Literal["first response", "next response", "resolution"]], ...]] = (
    ("first", "first response"),
    ("initial", "first response"),
    ("respon", "next response"),
    ("repl", "next response"),
    ("resol", "resolution"),
    ("clos", "resolution"),
)
"""What a milestone is about, by what is in its name."""


def case(raw: Reply, base: str, more: Iterable[str]) -> Ticket:
    """`more` are fields of the org's own that are worth reading."""
    id, number, closed = raw.need("Id"), raw.need("CaseNumber"), raw.flag("IsClosed")
    status = raw.text("Status")
    told = {name: text for name in ("Type", "Reason", *more) if (text := raw.text(name))}
    said = (*map(_comment, raw.rows("CaseComments.records")), *map(_email, raw.rows("EmailMessages.records")))
    comments = sorted(filter(None, said), key=lambda comment: comment.at or _NEVER)
    ours = [comment.at for comment in comments if comment.author.side == "vendor" and comment.visibility == "customer" and comment.at]
    return Ticket(
        ref=number,
        url=f"{base}/lightning/r/Case/{id}/view",
        subject=raw.text("Subject") or f"Case {number}",
        text=raw.text("Description"),
        status=status,
        state="solved" if closed else _waiting(status),
        priority=raw.text("Priority"),
        channel=raw.text("Origin"),
        requester=_requester(raw),
        assignee=Person(name=raw.text("Owner.Name"), side="vendor") if raw.text("Owner.Name") else Person(),
        account=AccountKey(name=raw.text("Account.Name"), ref=raw.text("AccountId"), domain=host_of(raw.text("Account.Website"))),
        created_at=raw.moment("CreatedDate"),
        updated_at=raw.moment("LastModifiedDate"),
        first_reply_at=ours[0] if ours else None,
        solved_at=raw.moment("ClosedDate"),
        comments=tuple(comments),
        clocks=tuple(_clocks(raw.rows("CaseMilestones.records"))),
        fields={**told, **({"escalated": "yes"} if raw.flag("IsEscalated") else {})},
    )


def _waiting(status: str) -> Literal["open", "waiting on customer", "on hold"]:
    word = status.casefold()
    if "hold" in word:
        return "on hold"
    waits = ("waiting" in word or "pending" in word or "awaiting" in word) and ("customer" in word or "client" in word)
    return "waiting on customer" if waits else "open"


def _requester(raw: Reply) -> Person:
    name, email = raw.text("Contact.Name", "SuppliedName"), raw.text("Contact.Email", "SuppliedEmail")
    return Person(name=name, email=email, side="customer", title=raw.text("Contact.Title")) if name or email else Person()


def _comment(raw: Reply) -> Comment | None:
    kind, text = raw.text("CreatedBy.UserType"), raw.text("CommentBody")
    side: Side = "vendor" if kind in _OURS else "system" if kind in _MACHINES else "customer"
    author = Person(name=raw.text("CreatedBy.Name"), email=raw.text("CreatedBy.Email"), side=side)
    visibility: Literal["customer", "internal"] = "customer" if raw.flag("IsPublished") or side == "customer" else "internal"
    return Comment(at=raw.moment("CreatedDate"), author=author, text=text, visibility=visibility) if text else None


def _email(raw: Reply) -> Comment | None:
    text = raw.text("TextBody") or html_to_text(raw.text("HtmlBody"))
    incoming = raw.flag("Incoming")
    side: Side = "unknown" if incoming is None else "customer" if incoming else "vendor"
    author = Person(name=raw.text("FromName"), email=raw.text("FromAddress"), side=side)
    return Comment(at=raw.moment("MessageDate"), author=author, text=text) if text and raw.text("Status") not in _DRAFT else None


def _clocks(rows: Iterable[Reply]) -> Iterator[SlaClock]:
    for row in rows:
        name = row.text("MilestoneType.Name").casefold()
        if metric := next((metric for word, metric in _METRICS if word in name), None):
            yield SlaClock(
                metric=metric,
                target_minutes=row.number("TargetResponseInMins"),
                due_at=row.moment("TargetDate"),
                fulfilled_at=row.moment("CompletionDate"),
                breached=row.flag("IsViolated"),
            )
