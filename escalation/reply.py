"""One JSON object of a vendor's reply, read by a path of keys with dots, whatever is missing, null or of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from escalation.errors import UnexpectedResponse
from escalation.instants import moment
from escalation.records import Money


class Reply:
    """A view of a JSON value. What is absent, null or of another type is empty, so that a mapping survives a vendor's changes.

    The empty path is the value itself: `reply.rows("")` are the members of a reply that is a list.
    `faults` collects what was there and could not be read; `Connector.mapped` puts them into coverage.
    """

    __slots__ = ("faults", "raw")

    def __init__(self, raw: Any, faults: list[str] | None = None) -> None:
        self.raw = raw
        self.faults: list[str] = [] if faults is None else faults

    def __repr__(self) -> str:
        """Its type and keys alone: the values are a customer's."""
        return f"Reply({sorted(self.raw) if isinstance(self.raw, Mapping) else type(self.raw).__name__})"

    def value(self, path: str) -> Any:
        """What stands there, None when nothing does. A number in the path is a place in a list."""
        found = self.raw
        for key in path.split(".") if path else ():
            if isinstance(found, Mapping):
                found = found.get(key)
            elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            else:
                return None
        return found

    def text(self, *paths: str) -> str:
        """The first of these that is not empty, as text; numbers and booleans as JSON writes them."""
        for path in paths:
            if found := _text(self.value(path)):
                return found
        return ""

    def need(self, *paths: str) -> str:
        """As `text`, for what a record can't do without. Raises UnexpectedResponse when it is not there."""
        if found := self.text(*paths):
            return found
        raise UnexpectedResponse(f"a record without {' or '.join(paths)}")

    def texts(self, path: str) -> tuple[str, ...]:
        """The texts in the list that stands there, or the one text that does, without empty ones and repeats."""
        value = self.value(path)
        return tuple(dict.fromkeys(filter(None, map(_text, value if isinstance(value, list) else [value]))))

    def number(self, path: str) -> int | None:
        """The whole number that stands there, as a number or as text."""
        value = self.value(path)
        if isinstance(value, bool):
            return None
        if isinstance(value, int):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else None

    def flag(self, path: str) -> bool | None:
        """True or False where that stands there, None where neither does."""
        value = self.value(path)
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(value) if isinstance(value, str) else None

    def moment(self, *paths: str, zone: str = "UTC") -> datetime | None:
        """The first of these that is not empty, as a moment in UTC: ISO 8601, RFC 5322, epoch seconds or milliseconds.

        One that can't be read is None and a fault.
        """
        for path in paths:
            if (value := self.value(path)) in (None, "", [], {}):
                continue
            try:
                return moment(value, zone)
            except (ValueError, OverflowError):
                self.faults.append(f"{path} is no date that can be read")
                return None
        return None

    def day(self, path: str) -> date | None:
        """The day that stands there, as written: the date part of a moment, in its own zone."""
        text = self.text(path)
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            at = self.moment(path)
            return at.date() if at else None

    def money(self, path: str, currency: str = "") -> Money | None:
        """The amount that stands there, in an ISO 4217 currency; `XXX` where none is known."""
        value = self.value(path)
        if value in (None, "") or isinstance(value, (bool, Mapping, list)):
            return None
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            self.faults.append(f"{path} is no amount that can be read")
            return None
        code = currency.strip().upper()
        return Money(amount=amount, currency=code if len(code) == 3 and code.isascii() and code.isalpha() else "XXX")

    def rows(self, path: str) -> tuple[Reply, ...]:
        """The objects in the list that stands there, or the values of the object that does."""
        value = self.value(path)
        if isinstance(value, Mapping):
            value = list(value.values())
        return tuple(Reply(item, self.faults) for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()

    def need_rows(self, path: str) -> tuple[Reply, ...]:
        """Every member of a list that an answer always holds, if an empty one: what is no object fails when it is mapped, and is counted.

        Raises UnexpectedResponse when there is no list.
        """
        value = self.value(path)
        if not isinstance(value, list):
            raise UnexpectedResponse(f"a reply without the list {path}")
        return tuple(Reply(item, self.faults) for item in value)

    def under(self, path: str) -> Reply:
        """The object that stands there; an empty one where none does."""
        value = self.value(path)
        return Reply(value if isinstance(value, Mapping) else {}, self.faults)

    def items(self) -> Iterator[tuple[str, str]]:
        """Keys with their texts, without the empty ones."""
        if isinstance(self.raw, Mapping):
            for key, value in self.raw.items():
                if text := _text(value):
                    yield str(key), text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else ""
