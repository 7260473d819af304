"""One row of an export: its cells as text, lists and moments, and what was wrong with them."""

from datetime import datetime
from typing import Any

from escalation.instants import moment
from escalation.records import Person

from ..reader import Context, Fault, Row


class Cells:
    """A row, read by column name or by a path of keys with dots (`fields.status.name`).

    What is missing, null or of another type than asked for is empty; a date that can't be read
    is None and a fault.
    """

    def __init__(self, row: Row, context: Context, file: str, line: int | None) -> None:
        self.row = row
        self.faults: list[Fault] = []
        self._context = context
        self._file = file
        self._line = line

    def value(self, name: str) -> Any:
        """What stands there, None when nothing does."""
        if name in self.row:
            return self.row[name]
        if "." not in name:
            return None
        found: Any = self.row
        for key in name.split("."):
            if not isinstance(found, dict):
                return None
            found = found.get(key)
        return found

    def text(self, *names: str) -> str:
        """The first of these that is not empty, as text; a list's entries become lines."""
        for name in names:
            if text := _text(self.value(name)):
                return text
        return ""

    def list(self, *names: str, apart: str = "") -> tuple[str, ...]:
        """Entries under all these names, without repeats; text is split at any character of `apart`."""
        found: dict[str, None] = {}
        for name in names:
            value = self.value(name)
            for entry in value if isinstance(value, list) else [value]:
                text = _text(entry)
                for sign in apart[1:]:
                    text = text.replace(sign, apart[0])
                found.update(dict.fromkeys(filter(None, (piece.strip() for piece in (text.split(apart[0]) if apart else [text])))))
        return tuple(found)

    def rows(self, name: str) -> tuple["Cells", ...]:
        """The objects in the list that stands there."""
        value = self.value(name)
        if not isinstance(value, list):
            return ()
        return tuple(self.under(item) for item in value if isinstance(item, dict))

    def under(self, row: Row) -> "Cells":
        """Cells of an object inside this row; their faults count here."""
        cells = Cells(row, self._context, self._file, self._line)
        cells.faults = self.faults
        return cells

    def moment(self, *names: str) -> datetime | None:
        """The first of these that is not empty, as a moment in UTC."""
        for name in names:
            if (value := self.value(name)) in (None, "", []):
                continue
            try:
                return moment(value, self._context.zone)
            except (ValueError, OverflowError):
                self.fault(f"{name} {_shown(value)} is no date that can be read; left out")
                return None
        return None

    def person(self, name: str, email: str = "", title: str = "") -> Person:
        """Someone with the name and e-mail address that stand there."""
        address = self.text(email) if email else ""
        called = self.text(name)
        if "@" in called and " " not in called and not address:
            address = called
        return Person(name=called, email=address, title=self.text(title) if title else "", side=self._context.side(address))

    def fault(self, problem: str) -> None:
        """Something here can't be read."""
        self.faults.append(Fault(self._file, self._line, problem))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    return ""


def _shown(value: Any) -> str:
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:40] + "…")
