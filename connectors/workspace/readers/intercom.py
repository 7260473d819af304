"""Intercom: conversations with their parts, as the API's lists and the export jobs write them.

Field names are those of Intercom's API description 2.16 (conversation, conversation_source, conversation_part,
conversation_statistics, sla_applied). `sla_applied` says hit or missed but not of which target, so it becomes
two fields and no clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from escalation.html_text import html_to_text
from escalation.records import AccountKey, Category, Comment, Person, Record, Ticket

from ...intercom.conversations import SEEN_BY_CUSTOMER, SIDES, State
from ..reader import Context, Export, Fault, Row, Unreadable
from .attachments import with_attachments
from .cells import Cells

_SUBJECT = 80
"""Characters of the first line that stand in for a missing title."""


class Intercom:
    """Reads conversations, and contacts for their names and addresses."""

    format = "Intercom conversation export"
    categories = (Category.SUPPORT_PLATFORM,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Conversations with `source` or `conversation_parts`, or contacts as Intercom shapes them."""
        if export.shape not in ("json", "ndjson"):
            return False
        return _is_one(export.keys) or any(_is_conversation(row) or _is_contact(row) for row in export.sample)

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A ticket for each conversation."""
        contacts = {str(row.get("id")): row for export in exports for row in _contacts(export)}
        for export in exports:
            for line, row in _rows(export, "conversations"):
                if isinstance(row, Fault):
                    yield row
                elif not _is_contact(row):
                    cells = Cells(row, self._context, export.name, line)
                    if _is_conversation(row) and cells.text("id"):
                        yield _ticket(cells, contacts)
                    else:
                        cells.fault("is no conversation: it lacks an id, or source and conversation_parts")
                    yield from cells.faults


def _is_one(keys: Sequence[str]) -> bool:
    return "conversation_parts" in keys and "source" in keys


def _is_conversation(row: Row) -> bool:
    parts, source = row.get("conversation_parts"), row.get("source")
    if row.get("type") == "conversation":
        return "state" in row or "source" in row or "conversation_parts" in row
    return isinstance(parts, Mapping) and isinstance(source, Mapping)


def _is_contact(row: Row) -> bool:
    return row.get("type") == "contact" and "id" in row and ("role" in row or "email" in row)


def _contacts(export: Export) -> Iterator[Row]:
    if any(_is_contact(row) for row in export.sample) and not _is_one(export.keys):
        for _, row in _rows(export, "data"):
            if not isinstance(row, Fault) and _is_contact(row):
                yield row


def _rows(export: Export, name: str) -> Iterator[tuple[int | None, Row | Fault]]:
    try:
        if export.shape == "json" and _is_one(export.keys):
            document = export.document()
            yield None, document if isinstance(document, Mapping) else {}
        else:
            yield from export.rows(name if export.keys and export.shape == "json" else "")
    except Unreadable as error:
        yield None, Fault(export.name, error.line, error.problem)


def _ticket(cells: Cells, contacts: Mapping[str, Row]) -> Ticket:
    author = _person(_under(cells, "source.author"))
    text = html_to_text(cells.text("source.body"))
    comments = _comments(cells)
    state = _state(cells)
    return Ticket(
        ref=cells.text("id"),
        subject=html_to_text(cells.text("title")) or html_to_text(cells.text("source.subject")) or _first_line(text),
        text=with_attachments(text, cells.rows("source.attachments"), "name", "filesize"),
        status=cells.text("state"),
        state=state,
        priority=cells.text("priority"),
        channel=cells.text("source.type"),
        tags=tuple(name for tag in cells.rows("tags.tags") if (name := tag.text("name"))),
        requester=author if author.side == "customer" else _contact(cells, contacts),
        assignee=_assignee(cells),
        account=_account(cells),
        created_at=cells.moment("created_at"),
        updated_at=cells.moment("updated_at"),
        first_reply_at=cells.moment("statistics.first_admin_reply_at"),
        solved_at=cells.moment("statistics.last_close_at") if state == "solved" else None,
        comments=comments,
        links=_links(cells),
        fields=_fields(cells, author),
    )


def _comments(cells: Cells) -> tuple[Comment, ...]:
    found = []
    for part in cells.rows("conversation_parts.conversation_parts"):
        text = with_attachments(html_to_text(part.text("body")), part.rows("attachments"), "name", "filesize")
        at = part.moment("created_at")
        if text:
            seen = part.text("part_type") in SEEN_BY_CUSTOMER
            author = _person(_under(part, "author"))
            found.append(Comment(at=at, author=author, text=text, visibility="customer" if seen else "internal"))
    return tuple(sorted(found, key=lambda comment: (comment.at is None, comment.at.timestamp() if comment.at else 0.0)))


def _under(cells: Cells, name: str) -> Cells:
    value = cells.value(name)
    return cells.under(value if isinstance(value, Mapping) else {})


def _person(author: Cells) -> Person:
    return Person(name=author.text("name"), email=author.text("email"), side=SIDES.get(author.text("type"), "unknown"))


def _contact(cells: Cells, contacts: Mapping[str, Row]) -> Person:
    """The first contact of a conversation that one of us began."""
    for reference in cells.rows("contacts.contacts"):
        contact = cells.under(contacts.get(reference.text("id"), {}))
        return Person(name=contact.text("name"), email=contact.text("email"), side="customer")
    return Person(side="customer")


def _assignee(cells: Cells) -> Person:
    """The assigned admin, by name where that admin wrote in the conversation."""
    id = cells.text("admin_assignee_id")
    if id in ("", "0"):
        return Person()
    for part in cells.rows("conversation_parts.conversation_parts"):
        author = _under(part, "author")
        if author.text("id") == id and author.text("type") == "admin":
            return _person(author)
    return Person(side="vendor")


def _account(cells: Cells) -> AccountKey:
    """The company; `company_id` is the id that the company has in our own systems, so it comes before Intercom's."""
    return AccountKey(
        name=cells.text("company.name"), ref=cells.text("company.company_id", "company.id"), domain=_host(cells.text("company.website"))
    )


def _host(website: str) -> str:
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _state(cells: Cells) -> State:
    """Snoozed is on hold. Open and `waiting_since` null: our reply was the last word, so the customer is waited for."""
    state = cells.text("state")
    if state == "open":
        answered = "waiting_since" in cells.row and cells.row["waiting_since"] is None
        return "waiting on customer" if answered and cells.text("statistics.last_admin_reply_at") else "open"
    known: dict[str, State] = {"closed": "solved", "snoozed": "on hold"}
    return known.get(state, "unknown")


def _links(cells: Cells) -> tuple[str, ...]:
    linked = (linked.text("id") for name in ("linked_objects.data", "external_references") for linked in cells.rows(name))
    return tuple(dict.fromkeys(filter(None, linked)))


def _fields(cells: Cells, author: Person) -> dict[str, str]:
    fields = {}
    custom = _under(cells, "custom_attributes")
    for name in custom.row:
        fields[name] = custom.text(name)
    fields["sla_name"] = cells.text("sla_applied.sla_name")
    fields["sla_status"] = cells.text("sla_applied.sla_status")
    fields["plan"] = cells.text("company.plan.name")
    fields["rating"] = cells.text("conversation_rating.rating")
    fields["page"] = cells.text("source.url")
    fields["opened by"] = author.name if author.side != "customer" else ""
    return {name: text for name, text in fields.items() if text}


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= _SUBJECT else line[: _SUBJECT - 1].rstrip() + "…"
