"""Conversations and tickets with their parts.

Property names: `conversation`, `conversation_part`, `conversation_statistics`, `sla_applied`, `ticket` and `ticket_part` of the API's
description 2.16. `sla_applied` says hit or missed but not of which target, so it becomes two fields and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from escalation.html_text import html_to_text
from escalation.records import AccountKey, Comment, Person, Side, Ticket
from escalation.reply import Reply

from . import companies

State: TypeAlias = Literal["open", "waiting on customer", "on hold", "solved", "unknown"]

SIDES: Mapping[str, Side] = {
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "visitor": "customer",
    "admin": "vendor",
    "team": "vendor",
    "bot": "system",
    "workflow": "system",
    "campaign": "system",
}
SEEN_BY_CUSTOMER = frozenset(("comment", "open", "close", "quick_reply"))
"""Part types whose text the customer sees; any other (note, assignment …) is for the team."""
_STATES: Mapping[str, State] = {
    "submitted": "open",
    "in_progress": "open",
    "waiting_on_customer": "waiting on customer",
    "resolved": "solved",
}
"""Categories of a ticket's state; what the states are called is the workspace's choice."""
_TITLE, _DESCRIPTION = "_default_title_", "_default_description_"
_SUBJECT = 80
"""Characters of the first line that stand in for a missing title."""


def either(raw: Reply, inbox: str, account: AccountKey) -> Ticket:
    """A conversation or a ticket, as its `type` says."""
    return (ticket if raw.text("type") == "ticket" else conversation)(raw, inbox, account)


def conversation(raw: Reply, inbox: str, account: AccountKey) -> Ticket:
    """A conversation; `account` is whose it is, where the conversation doesn't say."""
    ref, author, text = raw.need("id"), _person(raw.under("source.author")), html_to_text(raw.text("source.body"))
    state, named = _state(raw), companies.key(raw.under("company"))
    title = html_to_text(raw.text("title")) or html_to_text(raw.text("source.subject")) or _first_line(text)
    return Ticket(
        ref=ref,
        url=f"{inbox}/conversation/{ref}",
        links=tuple(dict.fromkeys((*_linked(raw, inbox), *(row.text("id") for row in raw.rows("external_references") if row.text("id"))))),
        fields=dict(_fields(raw, author)),
        subject=title or f"Conversation {ref}",
        text=_with_files(text, raw.rows("source.attachments")),
        status=raw.text("state"),
        state=state,
        priority=raw.text("priority"),
        channel=raw.text("source.type"),
        tags=tuple(name for tag in raw.rows("tags.tags") if (name := tag.text("name"))),
        requester=author if author.side == "customer" else Person(side="customer"),
        assignee=_assignee(raw),
        account=named if named.name or named.ref else account,
        created_at=raw.moment("created_at"),
        updated_at=raw.moment("updated_at"),
        first_reply_at=raw.moment("statistics.first_admin_reply_at"),
        solved_at=raw.moment("statistics.last_close_at") if state == "solved" else None,
        comments=_comments(raw),
    )


def ticket(raw: Reply, inbox: str, account: AccountKey) -> Ticket:
    """A ticket of any category; people know it by its `ticket_id`, the API by its id."""
    id, ref = raw.need("id"), raw.need("ticket_id", "id")
    stated = raw.under("ticket_attributes")
    text = html_to_text(stated.text(_DESCRIPTION))
    comments = _comments(raw)
    state = _STATES.get(raw.text("ticket_state.category"), "unknown")
    internal = raw.text("category", "ticket_type.category") in ("Back-office", "Tracker")
    return Ticket(
        ref=ref,
        url=f"{inbox}/conversation/{id}",
        links=tuple(dict.fromkeys(_linked(raw, inbox))),
        fields={
            **{name: value for name, value in stated.items() if name not in (_TITLE, _DESCRIPTION)},
            **{name: value for name in ("category", "ticket_type.name") if (value := raw.text(name))},
        },
        visibility="internal" if internal else "customer",
        subject=html_to_text(stated.text(_TITLE)) or _first_line(text) or f"Ticket {ref}",
        text=text,
        status=raw.text("ticket_state.internal_label", "ticket_state.category"),
        state="on hold" if state == "open" and raw.text("snoozed_until") else state,
        requester=Person(side="customer") if raw.rows("contacts.contacts") else Person(),
        assignee=_assignee(raw),
        account=account,
        created_at=raw.moment("created_at"),
        updated_at=raw.moment("updated_at"),
        first_reply_at=next((c.at for c in comments if c.author.side == "vendor" and c.visibility == "customer"), None),
        comments=comments,
    )


def parts(raw: Reply) -> tuple[Reply, ...]:
    """The parts of a conversation or ticket."""
    return (*raw.rows("conversation_parts.conversation_parts"), *raw.rows("ticket_parts.ticket_parts"))


def _comments(raw: Reply) -> tuple[Comment, ...]:
    found = []
    for part in parts(raw):
        if text := _with_files(html_to_text(part.text("body")), part.rows("attachments")):
            visibility: Literal["customer", "internal"] = "customer" if part.text("part_type") in SEEN_BY_CUSTOMER else "internal"
            author = _person(part.under("author"))
            found.append(Comment(at=part.moment("created_at"), author=author, text=text, visibility=visibility))
    return tuple(sorted(found, key=lambda comment: (comment.at is None, comment.at.timestamp() if comment.at else 0.0)))


def _person(author: Reply) -> Person:
    return Person(name=author.text("name"), email=author.text("email"), side=SIDES.get(author.text("type"), "unknown"))


def _assignee(raw: Reply) -> Person:
    """The assigned admin, by name where that admin wrote something."""
    id = raw.text("admin_assignee_id")
    if id in ("", "0"):
        return Person()
    authors = (part.under("author") for part in parts(raw))
    return next((_person(author) for author in authors if (author.text("id"), author.text("type")) == (id, "admin")), Person(side="vendor"))


def _state(raw: Reply) -> State:
    """Snoozed is on hold. Open and `waiting_since` null: our reply was the last word, so the customer is waited for."""
    state = raw.text("state")
    if state == "open":
        answered = "waiting_since" in raw.raw and raw.raw["waiting_since"] is None
        return "waiting on customer" if answered and raw.text("statistics.last_admin_reply_at") else "open"
    known: dict[str, State] = {"closed": "solved", "snoozed": "on hold"}
    return known.get(state, "unknown")


def _linked(raw: Reply, inbox: str) -> Iterator[str]:
    """Addresses of linked conversations and tickets."""
    return (f"{inbox}/conversation/{linked.text('id')}" for linked in raw.rows("linked_objects.data") if linked.text("id"))


def _fields(raw: Reply, author: Person) -> Iterator[tuple[str, str]]:
    yield from raw.under("custom_attributes").items()
    stated = {
        "sla_name": "sla_applied.sla_name",
        "sla_status": "sla_applied.sla_status",
        "plan": "company.plan.name",
        "rating": "conversation_rating.rating",
        "page": "source.url",
        "reopens": "statistics.count_reopens",
    }
    yield from ((name, text) for name, path in stated.items() if (text := raw.text(path)))
    if author.name and author.side != "customer":
        yield "opened by", author.name


def _with_files(text: str, files: tuple[Reply, ...]) -> str:
    return "\n".join(filter(None, (text, *(_file(file) for file in files if file.text("name")))))


def _file(file: Reply) -> str:
    size = file.number("filesize")
    return f"[attachment: {file.text('name')}, {size} bytes]" if size is not None else f"[attachment: {file.text('name')}]"


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= _SUBJECT else line[: _SUBJECT - 1].rstrip() + "…"
