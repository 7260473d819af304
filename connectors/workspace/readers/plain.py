"""The plain format for anything else: CSV, JSON or JSON lines with a `kind` and the record's own field names.

docs/workspace.md documents the columns.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from pydantic.fields import FieldInfo

from escalation.records import (
    Account,
    AccountKey,
    Article,
    Category,
    Comment,
    Contact,
    Deal,
    Message,
    Money,
    Person,
    Record,
    Side,
    Ticket,
    Visibility,
    WorkItem,
)

from ..reader import Context, Export, Fault, Unreadable
from .cells import Cells

KINDS: dict[str, type[Record]] = {"ticket": Ticket, "account": Account, "message": Message, "work item": WorkItem, "article": Article}
_HEADINGS = {"ticket": "subject", "account": "name", "message": "channel", "work item": "title", "article": "title"}


class Plain:
    """Reads the plain format."""

    format = "plain CSV or JSON"
    categories = (Category.SUPPORT_PLATFORM, Category.CRM, Category.CHAT, Category.PROJECT_TRACKER, Category.KNOWLEDGE_BASE)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """`kind` and `ref` are columns or keys, and the first kinds are kinds of record."""
        if export.shape == "csv" and not export.sample:
            return {"kind", "ref"} <= set(export.columns)
        if _is_one_record(export):
            return True
        return any({"kind", "ref"} <= row.keys() and str(row["kind"]).strip().lower() in KINDS for row in export.sample)

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A record for each row of a known kind."""
        for export in exports:
            try:
                for line, row in [(1, export.document())] if _is_one_record(export) else export.rows(_list_key(export)):
                    yield from self._record(Cells(row, self._context, export.name, line))
            except Unreadable as error:
                yield Fault(export.name, error.line, error.problem)

    def _record(self, cells: Cells) -> Iterator[Record | Fault]:
        kind = cells.text("kind").lower()
        if kind not in KINDS:
            cells.fault(f"kind {kind[:40]!r} is none of {', '.join(KINDS)}; the row is left out")
        elif not cells.text("ref"):
            cells.fault("has no ref; the row is left out")
        else:
            try:
                yield KINDS[kind].model_validate(_Reading(cells, KINDS[kind], self._context).stated(_HEADINGS[kind]))
            except ValueError as error:
                cells.fault(f"is not in the documented form ({type(error).__name__}); the row is left out")
        yield from cells.faults


class _Reading:
    """One row on its way to a record."""

    def __init__(self, cells: Cells, model: type[Record], context: Context) -> None:
        self._cells = cells
        self._model = model
        self._fields: Mapping[str, FieldInfo] = model.model_fields
        self._context = context
        self._read = {"kind", "arr_currency"}

    def stated(self, heading: str) -> dict[str, Any]:
        """What the row says, by field of the record; columns with no field go to `fields`."""
        wanted = [name for name in self._fields if name not in ("kind", "fields", "clocks")]
        stated = {name: value for name in wanted if (value := self._value(name)) is not None}
        stated.setdefault(heading, stated["ref"])
        if "text" in self._fields:
            stated.setdefault("text", "")
        rest = {name: text for name in self._cells.row if name not in self._read and name != "fields" and (text := self._cells.text(name))}
        given = self._json("fields", Mapping)
        stated["fields"] = {**{str(name): str(value) for name, value in (given or {}).items()}, **rest}
        return stated

    def _value(self, name: str) -> Any:
        self._read.add(name)
        return _HOW.get(name, _Reading.text)(self, name)

    def text(self, name: str) -> str | None:
        """As it stands."""
        return self._cells.text(name) or None

    def person(self, name: str) -> Person | None:
        """`requester_name`, `requester_email` …"""
        return self._someone(self._cells, name)

    def _someone(self, cells: Cells, name: str) -> Person | None:
        said = {part: self._part(cells, name, part) for part in ("name", "email", "side", "title", "zone")}
        if not any(said.values()):
            whole = cells.text(name)
            return cells.person(name) if whole else None
        side: Side = said["side"] if said["side"] in get_args(Side) else self._context.side(said["email"])  # type: ignore[assignment]
        return Person(name=said["name"], email=said["email"], side=side, title=said["title"], zone=said["zone"])

    def account(self, name: str) -> AccountKey | None:
        """`account_name`, `account_ref`, `account_domain`."""
        said = {part: self._part(self._cells, name, part) for part in ("name", "ref", "domain")}
        return AccountKey(**said) if any(said.values()) else None

    def _part(self, cells: Cells, name: str, part: str) -> str:
        """`requester_name` in a table, `requester.name` in JSON."""
        self._read.add(f"{name}_{part}")
        return cells.text(f"{name}_{part}", f"{name}.{part}")

    def listed(self, name: str) -> tuple[str, ...]:
        """A JSON list, or text with commas or semicolons."""
        value = self._cells.value(name)
        if isinstance(value, str):
            return self._cells.list(name, apart=",; \n" if name in ("links", "domains") else ",;")
        return self._cells.list(name)

    def thread(self, name: str) -> tuple[Comment, ...]:
        """A JSON list of comments."""
        comments = []
        for item in self._json(name, list) or ():
            if not isinstance(item, Mapping):
                self._cells.fault(f"{name}: an entry is not an object; left out")
                continue
            cells = self._cells.under(item)
            visible = _visibility(cells) or ("customer" if self._model is Ticket else "internal")
            author = self._someone(cells, "author") or Person()
            comments.append(Comment(at=cells.moment("at"), author=author, text=cells.text("text"), visibility=visible))
        return tuple(comments)

    def state(self, name: str) -> str | None:
        """One of the states the record knows."""
        said = self._cells.text(name).lower()
        allowed = get_args(self._fields[name].annotation)
        if said and said not in allowed:
            self._cells.fault(f"{name} {said[:40]!r} is none of {', '.join(allowed)}; taken as unknown")
            return "unknown"
        return said or None

    def visibility(self, _: str) -> Visibility | None:
        """One of the four labels."""
        return _visibility(self._cells)

    def money(self, name: str) -> Money | None:
        """`arr` with `arr_currency`."""
        said = self._cells.text(f"{name}.amount", name).replace(",", "").replace(" ", "")
        currency = self._cells.text(f"{name}_currency", f"{name}.currency").upper() or self._context.currency
        try:
            return Money(amount=Decimal(said), currency=currency) if said else None
        except (InvalidOperation, ValueError):
            self._cells.fault(f"{name} {said[:40]!r} {currency[:8]!r} is no amount with a currency; left out")
            return None

    def day(self, name: str) -> date | None:
        """A date without a time."""
        said = self._cells.text(name)[:10]
        try:
            day = date.fromisoformat(said) if said else None
        except ValueError:
            day = date.max
        if day and not 1990 <= day.year <= 2100:
            self._cells.fault(f"{name} {said!r} is no date that can be read; left out")
            return None
        return day

    def moment(self, name: str) -> datetime | None:
        """A date with a time."""
        return self._cells.moment(name)

    def objects(self, name: str) -> tuple[Any, ...]:
        """A JSON list of contacts or deals."""
        model = Contact if name == "contacts" else Deal
        found = []
        for item in self._json(name, list) or ():
            try:
                found.append(model.model_validate(item))
            except ValueError:
                self._cells.fault(f"{name}: an entry is not in the documented form; left out")
        return tuple(found)

    def ids(self, name: str) -> dict[str, str]:
        """A JSON object of ids by system."""
        return {str(system): str(id) for system, id in (self._json(name, Mapping) or {}).items()}

    def _json(self, name: str, wanted: type[Any]) -> Any:
        value = self._cells.value(name)
        if isinstance(value, str) and value.strip():
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                self._cells.fault(f"{name} is not JSON; left out")
                return None
        return value if isinstance(value, wanted) else None


def _visibility(cells: Cells) -> Visibility | None:
    """None when it is not stated; the narrowest when it is stated in a word that is not known."""
    said = cells.text("visibility").lower()
    if said and said not in get_args(Visibility):
        cells.fault(f"visibility {said[:40]!r} is none of {', '.join(get_args(Visibility))}; taken as restricted")
        return "restricted"
    return said or None  # type: ignore[return-value]


_HOW: dict[str, Callable[[_Reading, str], Any]] = {
    **dict.fromkeys(("requester", "assignee", "reporter", "author", "owner"), _Reading.person),
    **dict.fromkeys(("account", "parent"), _Reading.account),
    **dict.fromkeys(("links", "tags", "labels", "components", "affects_versions", "fix_versions", "domains"), _Reading.listed),
    **dict.fromkeys(("created_at", "updated_at", "first_reply_at", "solved_at", "resolved_at", "at"), _Reading.moment),
    **dict.fromkeys(("comments", "replies"), _Reading.thread),
    **dict.fromkeys(("contacts", "deals"), _Reading.objects),
    "state": _Reading.state,
    "visibility": _Reading.visibility,
    "arr": _Reading.money,
    "renewal_on": _Reading.day,
    "external_ids": _Reading.ids,
}
"""Field → how its cell is read; any other is text."""


def _is_one_record(export: Export) -> bool:
    """JSON lines of a single line are one JSON object."""
    return {"kind", "ref"} <= set(export.keys)


def _list_key(export: Export) -> str:
    return next((key for key in ("records", "items", "data") if key in export.keys), "")
