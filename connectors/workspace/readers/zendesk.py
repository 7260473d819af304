"""Zendesk: tickets with their comments, users, organizations and metrics.

Field names are those of Zendesk's Support API description (TicketObject, TicketCommentObject, UserForAdmin,
OrganizationObject, TicketMetricObject). The account export inlines `comments`, `metric_set`, `requester`,
`submitter` and `organization`; the incremental export and the API's replies put them beside the tickets
(`users`, `organizations`, `metric_sets`, `ticket_metrics`, `comments`, `ticket_fields`), in the same file or another.

An organization becomes the ticket's account key; accounts themselves come from the CRM.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeGuard

from escalation.html_text import html_to_text
from escalation.records import AccountKey, Category, Comment, Person, Record, Side, Ticket
from escalation.reply import Reply

from ...zendesk.clocks import clocks
from ..reader import Context, Export, Fault, Row, Unreadable
from .attachments import with_attachments
from .cells import Cells

Kind = Literal["ticket", "user", "organization", "metric", "comment", "field", ""]

_LISTS: Mapping[str, Kind] = {
    "tickets": "ticket",
    "results": "ticket",
    "users": "user",
    "organizations": "organization",
    "metric_sets": "metric",
    "ticket_metrics": "metric",
    "comments": "comment",
    "ticket_fields": "field",
}
_STATES: Mapping[str, Literal["open", "waiting on customer", "on hold", "solved"]] = {
    "new": "open",
    "open": "open",
    "pending": "waiting on customer",
    "hold": "on hold",
    "solved": "solved",
    "closed": "solved",
}
_SIDES: Mapping[str, Side] = {"end-user": "customer", "agent": "vendor", "admin": "vendor"}
_NOT_ZENDESK = frozenset(("responder_id", "company_id", "helpdesk_ticket", "conversations"))
"""What a Freshdesk ticket has and a Zendesk ticket has not."""
_MANY = 10_000_000
"""Minutes after which a first reply is a slip, some nineteen years."""
_SYSTEM_USER = "-1"
_MERGED_INTO = re.compile(r"closed and merged into request #(\d{1,19})")
_STATED = ("type", "external_id", "due_at", "recipient", "group_id", "brand_id")
"""Ticket properties that are kept as `fields` under their own name."""
_METRICS = ("reopens", "replies")
_MINUTES = ("reply_time", "full_resolution_time", "requester_wait_time")
"""Metrics that are kept as `fields`, in minutes."""


class Zendesk:
    """Reads Zendesk's JSON and NDJSON exports and the API's list replies."""

    format = "Zendesk ticket export"
    categories = (Category.SUPPORT_PLATFORM,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """A ticket, user, organization, metric or comment as Zendesk shapes them; `{"ticket": …}` too."""
        if export.shape not in ("json", "ndjson"):
            return False
        if _is_one(export):
            return True
        lists = not export.keys or any(name in _LISTS for name in export.keys)
        return lists and any(_kind(row) for row in export.sample)

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A ticket for each ticket row; what is known about its people, organization and times comes from all files."""
        tables = _Tables()
        told: set[Fault] = set()
        for export in exports:
            for _, kind, row in _rows(export, tickets=False):
                if isinstance(row, Fault):
                    told.add(row)
                else:
                    tables.add(kind, row)
        yield from sorted(told, key=lambda fault: fault.file)
        for export in exports:
            for line, kind, row in _rows(export, tickets=True):
                if isinstance(row, Fault):
                    if row not in told:
                        yield row
                else:
                    yield from self._read_row(Cells(row, self._context, export.name, line), kind, tables)

    def _read_row(self, cells: Cells, kind: Kind, tables: "_Tables") -> Iterator[Record | Fault]:
        if not kind:
            cells.fault("is no ticket: it has no requester, or neither subject nor description")
        elif kind == "ticket" and cells.text("id"):
            yield _Reading(cells, tables, self._context).ticket()
        elif kind == "ticket":
            cells.fault("is a ticket without an id; left out")
        yield from cells.faults


class _Tables:
    """Rows that tickets refer to, by id."""

    def __init__(self) -> None:
        self.users: dict[str, Row] = {}
        self.people: dict[str, Person] = {}
        """Users as they were read, once each."""
        self.organizations: dict[str, Row] = {}
        self.metrics: dict[str, Row] = {}
        self.comments: dict[str, list[Row]] = {}
        self.titles: dict[str, str] = {}
        """Titles of custom fields."""

    def add(self, kind: Kind, row: Row) -> None:
        id = _key(row.get("id"))
        if kind == "user":
            self.users[id] = row
        elif kind == "organization":
            self.organizations[id] = row
        elif kind == "metric":
            self.metrics[_key(row.get("ticket_id"))] = row
        elif kind == "comment":
            self.comments.setdefault(_key(row.get("ticket_id")), []).append(row)
        elif kind == "field" and isinstance(row.get("title"), str):
            self.titles[id] = row["title"]


class _Reading:
    """One ticket as it is read."""

    def __init__(self, cells: Cells, tables: _Tables, context: Context) -> None:
        self._cells = cells
        self._tables = tables
        self._context = context
        self._ref = cells.text("id")
        inline = cells.value("metric_set")
        metrics = inline if isinstance(inline, Mapping) else tables.metrics.get(self._ref, {})
        self._metrics = cells.under(metrics)
        self._organization = self._find_organization()

    def ticket(self) -> Ticket:
        cells = self._cells
        requester = self._person(cells, "requester")
        if requester.side == "unknown":
            requester = requester.model_copy(update={"side": "customer"})
        created = cells.moment("created_at")
        text, hidden, comments = self._thread()
        replied = self._first_reply(created, comments)
        solved = self._metrics.moment("solved_at")
        status = cells.text("status")
        merged = self._merged_into(comments)
        return Ticket(
            ref=self._ref,
            url=_agent_url(cells.text("url"), self._ref),
            subject=cells.text("subject", "raw_subject"),
            text=text,
            status=status,
            state=_STATES.get(status.casefold(), "unknown"),
            priority=cells.text("priority"),
            channel=cells.text("via.channel"),
            tags=cells.list("tags"),
            requester=requester,
            assignee=self._assignee(),
            account=self._account(),
            created_at=created,
            updated_at=cells.moment("updated_at"),
            first_reply_at=replied,
            solved_at=solved,
            comments=comments,
            clocks=tuple(clocks(Reply(cells.row), replied, solved, {})),
            merged_into=merged,
            links=tuple(dict.fromkeys((*cells.list("problem_id", "via_followup_source_id", "followup_ids"), *filter(None, [merged])))),
            fields=self._fields(),
            visibility="internal" if hidden else "customer",
        )

    def _thread(self) -> tuple[str, bool, tuple[Comment, ...]]:
        """(opening text, whether it is internal, comments after it). The description is the first comment, said twice."""
        text = self._cells.text("description")
        raw = self._cells.rows("comments") or tuple(self._cells.under(row) for row in self._tables.comments.get(self._ref, ()))
        timed = sorted(((self._comment(comment), place) for place, comment in enumerate(raw)), key=_in_time)
        comments = [comment for comment, _ in timed]
        hidden = self._cells.value("is_public") is False
        if comments and (not text or _same_text(text, comments[0].text)):
            first = comments.pop(0)
            text = first.text
            hidden = hidden or first.visibility == "internal"
        return text, hidden, tuple(comment for comment in comments if comment.text)

    def _comment(self, cells: Cells) -> Comment:
        text = cells.text("plain_body", "body") or html_to_text(cells.text("html_body"))
        return Comment(
            at=cells.moment("created_at"),
            author=self._author(cells),
            text=with_attachments(text, cells.rows("attachments"), "file_name", "size"),
            visibility="internal" if cells.value("public") is False else "customer",
        )

    def _author(self, comment: Cells) -> Person:
        """Whoever wrote it; where no role or address says more, the requester is the customer and the assignee one of ours."""
        person = self._person(comment, "author")
        id = comment.text("author_id")
        if person.side != "unknown" or not id:
            return person
        known: dict[str, Side] = {
            self._cells.text("requester_id"): "customer",
            self._cells.text("assignee_id"): "vendor",
            _SYSTEM_USER: "system",
        }
        return person.model_copy(update={"side": known.get(id, "unknown")})

    def _person(self, cells: Cells, name: str) -> Person:
        """The user behind an id; an inlined one says less (no time zone), so it is read only where the users are not there."""
        id = cells.text(f"{name}_id")
        inline = cells.value(name)
        if isinstance(inline, Mapping) and id not in self._tables.users:
            return self._read_person(cells.under(inline))
        if id not in self._tables.people:
            self._tables.people[id] = self._read_person(cells.under(self._tables.users.get(id, {})))
        return self._tables.people[id]

    def _read_person(self, user: Cells) -> Person:
        email = user.text("email")
        return Person(
            name=user.text("name"),
            email=email,
            side=_SIDES.get(user.text("role"), self._context.side(email)),
            zone=user.text("iana_time_zone"),
        )

    def _assignee(self) -> Person:
        person = self._person(self._cells, "assignee")
        email = person.email or self._cells.text("assignee_email")
        if (person.side == "vendor" and person.email) or not (email or self._cells.text("assignee_id")):
            return person
        return person.model_copy(update={"email": email, "side": "vendor"})

    def _find_organization(self) -> Cells:
        inline = self._cells.value("organization")
        if isinstance(inline, Mapping):
            return self._cells.under(inline)
        id = self._cells.text("organization_id")
        requester = self._cells.value("requester")
        if not id:
            user = requester if isinstance(requester, Mapping) else self._tables.users.get(self._cells.text("requester_id"), {})
            id = _key(user.get("organization_id"))
        return self._cells.under(self._tables.organizations.get(id, {"id": id}))

    def _account(self) -> AccountKey:
        domains = self._organization.list("domain_names")
        return AccountKey(name=self._organization.text("name"), ref=self._organization.text("id"), domain=domains[0] if domains else "")

    def _first_reply(self, created: datetime | None, comments: tuple[Comment, ...]) -> datetime | None:
        """Creation plus the metric's minutes, to the second where that reply is in the thread; without it, our first public comment."""
        ours = [comment.at for comment in comments if comment.at and comment.author.side == "vendor" and comment.visibility == "customer"]
        minutes = self._metrics.value("reply_time_in_minutes.calendar")
        if created is None or not _is_count(minutes) or minutes > _MANY:
            return ours[0] if ours else None
        measured = created + timedelta(minutes=minutes)
        return next((at for at in ours if abs(at - measured) <= timedelta(minutes=1)), measured)

    def _merged_into(self, comments: tuple[Comment, ...]) -> str:
        """What the closing comment of a merge says; a customer's words do not count."""
        tagged = "closed_by_merge" in self._cells.list("tags")
        sides = ("vendor", "system", "unknown") if tagged else ("vendor", "system")
        said = (_MERGED_INTO.search(comment.text) for comment in reversed(comments) if comment.author.side in sides)
        return next((found[1] for found in said if found), "")

    def _fields(self) -> dict[str, str]:
        fields = {name: text for name in _STATED if (text := self._cells.text(name))}
        for custom in self._cells.rows("custom_fields") or self._cells.rows("fields"):
            id = custom.text("id")
            if id and (text := ", ".join(custom.list("value"))):
                fields[self._tables.titles.get(id, f"custom field {id}")] = text
        stated = self._organization.value("organization_fields")
        if isinstance(stated, Mapping):
            organization = self._cells.under(stated)
            fields.update({f"organization: {name}": text for name in stated if (text := organization.text(name))})
        fields.update({name: text for name in _METRICS if (text := self._metrics.text(name))})
        for name in _MINUTES:
            for hours in ("calendar", "business"):
                if text := self._metrics.text(f"{name}_in_minutes.{hours}"):
                    fields[f"{name}_in_minutes ({hours})"] = text
        score = self._cells.text("satisfaction_rating.score")
        if score not in ("", "unoffered", "offered"):
            fields["satisfaction"] = score
        return fields


def _rows(export: Export, *, tickets: bool) -> Iterator[tuple[int | None, Kind, Row | Fault]]:
    """Rows with line and kind, from the lists that hold tickets, or from those that hold anything else; last, what broke."""
    try:
        if _is_one(export):
            row = _whole(export.document())
            kind = _kind(row)
            if (kind in ("ticket", "")) == tickets:
                yield None, kind, row
        elif export.keys:
            for name in export.keys:
                kind = _LISTS.get(name, "")
                if kind and (kind == "ticket") == tickets:
                    yield from ((line, (_kind(row) if name == "results" else kind), row) for line, row in export.rows(name))
        elif any((_kind(row) == "ticket") == tickets for row in export.sample):
            for line, row in export.rows():
                yield line, _kind(row), _unwrapped(row)
    except Unreadable as error:
        yield None, "", Fault(export.name, error.line, error.problem)


def _is_one(export: Export) -> bool:
    """Is the document one object: `{"ticket": …}`, or an NDJSON file of a single line?"""
    keys = set(export.keys)
    user = {"id", "role", "email"} <= keys and bool(keys & {"organization_id", "iana_time_zone", "time_zone", "user_fields", "locale"})
    ticket = "ticket" in keys and "tickets" not in keys
    return export.shape == "json" and (user or ticket or _kind(dict.fromkeys(export.keys)) in ("ticket", "organization", "metric"))


def _whole(document: Any) -> Row:
    """A document as one row; comments beside a `ticket` are its own, whether or not they say so."""
    row = document if isinstance(document, Mapping) else {}
    inner = row.get("ticket")
    return {"comments": row.get("comments"), **inner} if isinstance(inner, Mapping) else row


def _unwrapped(row: Row) -> Row:
    inner = row.get("ticket")
    return inner if isinstance(inner, Mapping) and len(row) == 1 else row


def _kind(row: Row) -> Kind:
    """What Zendesk object a row is, by the properties that only such an object has."""
    row = _unwrapped(row)
    if "requester_id" in row or ("requester" in row and "submitter_id" in row):
        named = "subject" in row or "raw_subject" in row or "description" in row
        return "" if _NOT_ZENDESK & row.keys() or not named or isinstance(row.get("status"), int) else "ticket"
    if _key(row.get("role")) in _SIDES and ("email" in row or "name" in row):
        return "user"
    if "domain_names" in row or "organization_fields" in row:
        return "organization"
    if "reply_time_in_minutes" in row or "full_resolution_time_in_minutes" in row:
        return "metric"
    if "author_id" in row and "public" in row and ("body" in row or "html_body" in row):
        return "comment"
    return "field" if "raw_title" in row and "title" in row else ""


def _key(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) else ""


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _agent_url(api_url: str, ref: str) -> str:
    """The page that agents open, from the API address of the ticket."""
    host, found, _ = api_url.partition("/api/v2/")
    return f"{host}/agent/tickets/{ref}" if found and host.startswith("https://") else api_url


def _same_text(description: str, comment: str) -> bool:
    words = " ".join(description.split())
    return bool(words) and " ".join(comment.split()).startswith(words)


def _in_time(timed: tuple[Comment, int]) -> tuple[bool, float, int]:
    comment, place = timed
    return (comment.at is None, comment.at.timestamp() if comment.at else 0.0, place)
