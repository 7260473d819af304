"""Freshdesk: tickets with conversations, as the API writes them and as the older account export wrapped them.

Numbers for status, priority and source are those of Freshdesk's API documentation ("Ticket properties").
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from escalation.html_text import html_to_text
from escalation.records import AccountKey, Category, Comment, Person, Record, Side, SlaClock, Ticket

from ..reader import Context, Export, Fault, Row, Unreadable
from .attachments import with_attachments
from .cells import Cells

State = Literal["open", "waiting on customer", "on hold", "solved", "unknown"]

_STATUS: Mapping[str, tuple[str, State]] = {
    "2": ("Open", "open"),
    "3": ("Pending", "waiting on customer"),
    "4": ("Resolved", "solved"),
    "5": ("Closed", "solved"),
    "6": ("Waiting on Customer", "waiting on customer"),
    "7": ("Waiting on Third Party", "on hold"),
}
_PRIORITY = {"1": "Low", "2": "Medium", "3": "High", "4": "Urgent"}
_SOURCE = {"1": "Email", "2": "Portal", "3": "Phone", "7": "Chat", "9": "Feedback widget", "10": "Outbound email"}
_ONLY_HERE = frozenset(("responder_id", "company_id", "conversations", "description_text", "fr_due_by", "display_id"))
"""What a Freshdesk ticket has and other platforms' tickets have not."""


class Freshdesk:
    """Reads tickets, and contacts, agents and companies for their names."""

    format = "Freshdesk ticket export"
    categories = (Category.SUPPORT_PLATFORM,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Tickets with a status number and Freshdesk's own property names, bare or under `helpdesk_ticket`."""
        if export.shape not in ("json", "ndjson"):
            return False
        return _is_one(export.keys) or any(_is_ticket(_unwrapped(row)) or _is_other(row) for row in export.sample)

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A ticket for each ticket row."""
        names: dict[str, Row] = {}
        for export in exports:
            if any(_is_other(row) for row in export.sample) and not _is_one(export.keys):
                for _, row in _rows(export):
                    if not isinstance(row, Fault) and _is_other(row):
                        names[str(row.get("id"))] = row
        for export in exports:
            for line, row in _rows(export):
                if isinstance(row, Fault):
                    yield row
                    continue
                cells = Cells(_unwrapped(row), self._context, export.name, line)
                if _is_ticket(cells.row) and cells.text("display_id", "id"):
                    yield _Reading(cells, names, self._context).ticket()
                elif not _is_other(row):
                    cells.fault("is no ticket: it lacks an id, a requester or a status number")
                yield from cells.faults


class _Reading:
    """One ticket as it is read."""

    def __init__(self, cells: Cells, names: Mapping[str, Row], context: Context) -> None:
        self._cells = cells
        self._names = names
        self._context = context
        self._requester = self._person("requester", "customer")
        self._responder = self._person("responder", "vendor")

    def ticket(self) -> Ticket:
        cells = self._cells
        number = cells.text("status")
        word, state = _STATUS.get(number, (number, "unknown"))
        comments = self._comments()
        replied = cells.moment("stats.first_responded_at")
        solved = cells.moment("stats.resolved_at", "stats.closed_at")
        text = cells.text("description_text") or html_to_text(cells.text("description", "description_html"))
        return Ticket(
            ref=cells.text("display_id", "id"),
            subject=cells.text("subject"),
            text=with_attachments(text, cells.rows("attachments"), "name", "size"),
            status=cells.text("status_name") or word,
            state=state,
            priority=cells.text("priority_name") or _PRIORITY.get(cells.text("priority"), cells.text("priority")),
            channel=cells.text("source_name") or _SOURCE.get(cells.text("source"), cells.text("source")),
            tags=cells.list("tags"),
            requester=self._requester,
            assignee=self._responder,
            account=self._account(),
            created_at=cells.moment("created_at"),
            updated_at=cells.moment("updated_at"),
            first_reply_at=replied,
            solved_at=solved,
            comments=comments,
            clocks=tuple(self._clocks(replied, solved)),
            links=cells.list("association_list", "associated_tickets_list"),
            fields=self._fields(),
        )

    def _person(self, name: str, side: Literal["customer", "vendor"]) -> Person:
        """Inline, else by id; one whose e-mail address is ours speaks for us in any part."""
        cells = self._cells
        inline = cells.value(name)
        id = cells.text(f"{name}_id")
        row = inline if isinstance(inline, Mapping) else self._names.get(id, {})
        user = cells.under(row)
        email = user.text("email", "contact.email") or (cells.text("email") if name == "requester" else "")
        named = user.text("name", "contact.name") or cells.text(f"{name}_name")
        if not (named or email or id):
            return Person()
        ours = bool(self._context.vendor_domains) and self._context.side(email) == "vendor"
        return Person(name=named, email=email, side="vendor" if ours else side, title=user.text("job_title"))

    def _comments(self) -> tuple[Comment, ...]:
        found = []
        for raw in (*self._cells.rows("conversations"), *self._cells.rows("notes")):
            inner = raw.value("note")
            said = raw.under(inner) if isinstance(inner, Mapping) else raw
            text = said.text("body_text") or html_to_text(said.text("body", "body_html"))
            text = with_attachments(text, said.rows("attachments"), "name", "size")
            at = said.moment("created_at")
            if text:
                hidden = said.value("private") is not False
                found.append(Comment(at=at, author=self._author(said), text=text, visibility="internal" if hidden else "customer"))
        return tuple(sorted(found, key=lambda comment: (comment.at is None, comment.at.timestamp() if comment.at else 0.0)))

    def _author(self, said: Cells) -> Person:
        id = said.text("user_id")
        if id and id == self._cells.text("requester_id"):
            return self._requester
        if id and id == self._cells.text("responder_id") and self._responder.name:
            return self._responder
        user = said.under(self._names.get(id, {}))
        incoming = said.value("incoming")
        side: Side = "customer" if incoming is True else "vendor" if incoming is False else "unknown"
        email = user.text("email", "contact.email") or said.text("from_email")
        return Person(name=user.text("name", "contact.name"), email=email, side=side)

    def _account(self) -> AccountKey:
        cells = self._cells
        inline = cells.value("company")
        company = cells.under(inline if isinstance(inline, Mapping) else self._names.get(cells.text("company_id"), {}))
        domains = company.list("domains")
        return AccountKey(
            name=company.text("name") or cells.text("company_name"),
            ref=company.text("id") or cells.text("company_id"),
            domain=domains[0] if domains else "",
        )

    def _clocks(self, replied: datetime | None, solved: datetime | None) -> Iterator[SlaClock]:
        """`fr_due_by` and `due_by` are when the first reply and the resolution are due; `fr_escalated` says that the first was missed."""
        missed = self._cells.value("fr_escalated") is True
        due = self._cells.moment("fr_due_by", "frDueBy")
        if due:
            breached = True if missed else replied > due if replied else None
            yield SlaClock(metric="first response", due_at=due, fulfilled_at=replied, breached=breached)
        due = self._cells.moment("due_by")
        if due:
            yield SlaClock(metric="resolution", due_at=due, fulfilled_at=solved, breached=solved > due if solved else None)

    def _fields(self) -> dict[str, str]:
        cells = self._cells
        fields = {name: text for name in ("type", "ticket_type", "group_id", "product_id") if (text := cells.text(name))}
        if cells.value("is_escalated") is True:
            fields["is_escalated"] = "true"
        for name in ("custom_fields", "custom_field"):
            stated = cells.value(name)
            if isinstance(stated, Mapping):
                custom = cells.under(stated)
                fields.update({key: text for key in stated if (text := custom.text(key))})
        return fields


def _is_one(keys: Sequence[str]) -> bool:
    """A document that is one ticket."""
    return "helpdesk_ticket" in keys or ("subject" in keys and "requester_id" in keys and bool(_ONLY_HERE & set(keys)))


def _is_ticket(row: Row) -> bool:
    number = isinstance(row.get("status"), int) or str(row.get("status")).isdigit()
    return number and ("requester_id" in row or "requester" in row) and bool(_ONLY_HERE & row.keys())


def _is_other(row: Row) -> bool:
    """A contact, an agent or a company."""
    if "id" not in row or "status" in row:
        return False
    contact = "email" in row and "view_all_tickets" in row
    agent = "ticket_scope" in row and isinstance(row.get("contact"), Mapping)
    return contact or agent or ("domains" in row and "name" in row)


def _unwrapped(row: Row) -> Row:
    inner = row.get("helpdesk_ticket")
    return inner if isinstance(inner, Mapping) else row


def _rows(export: Export) -> Iterator[tuple[int | None, Row | Fault]]:
    try:
        if export.shape == "json" and _is_one(export.keys):
            document = export.document()
            yield None, document if isinstance(document, Mapping) else {}
        elif export.shape == "json" and export.keys:
            for name in ("tickets", "results", "contacts", "companies", "agents"):
                if name in export.keys:
                    yield from export.rows(name)
        else:
            yield from export.rows()
    except Unreadable as error:
        yield None, Fault(export.name, error.line, error.problem)
