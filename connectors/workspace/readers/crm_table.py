"""One table of a CRM's CSV export, its columns found by what they are called, however they are spelt."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from escalation.records import Money

from ..reader import Context, Export, Fault, Row, Unreadable
from .amounts import amount
from .cells import Cells
from .days import Order, day, order

_WITH_CURRENCY = re.compile(r"(.+?) ?[(\[]([a-z]{3})[)\]]")
_TRUE = frozenset(("true", "yes", "1"))
_FALSE = frozenset(("false", "no", "0"))
CURRENCY = ("currency", "currencyisocode", "currency iso code", "currency code", "deal currency", "account currency")
OTHER_SYSTEMS = re.compile(r"(zendesk|intercom|freshdesk|salesforce|hubspot|jira|slack) (?:.+ )?id")
"""A column that holds the account's id elsewhere: `Zendesk organization ID`, `Zendesk_Org_Id__c`."""


def plain_heading(heading: str) -> str:
    """A column heading as headings are compared: `Renewal_Date__c` and `Renewal date` are one."""
    return " ".join(heading.strip().removesuffix("__c").replace("_", " ").casefold().split())


def headings(export: Export) -> frozenset[str]:
    """All of a table's, plain."""
    return frozenset(map(plain_heading, export.columns))


class Table:
    """The rows of one CSV file. Raises nothing: a file that breaks off ends with a fault."""

    def __init__(self, export: Export, context: Context) -> None:
        self.name = export.name
        self.context = context
        self._columns: dict[str, str] = {}
        for column in filter(None, export.columns):
            self._columns.setdefault(plain_heading(column), column)
        self.faults: list[Fault] = []
        self._rows: list[tuple[int, Row]] = []
        try:
            self._rows.extend(export.rows())
        except Unreadable as error:
            self.faults.append(Fault(export.name, error.line, error.problem))
        self._orders: dict[str, Order] = {}

    def __iter__(self) -> "Iterator[Entry]":
        for line, row in self._rows:
            yield Entry(self, row, line)

    def column(self, *names: str) -> str:
        """The heading, as it stands, of the first of these columns that the table has; else nothing."""
        return next((self._columns[name] for name in names if name in self._columns), "")

    def columns(self) -> dict[str, str]:
        """Plain heading → heading as it stands."""
        return self._columns

    def priced(self, *names: str) -> tuple[str, str]:
        """(heading, currency in it or nothing) of an amount's column: `ARR`, `ARR (USD)`."""
        for plain, column in self._columns.items():
            bare = _WITH_CURRENCY.fullmatch(plain)
            if (bare[1] if bare else plain) in names:
                return column, bare[2].upper() if bare else ""
        return "", ""

    def order(self, column: str) -> Order:
        """In which order this column writes day and month."""
        if column not in self._orders:
            self._orders[column] = order(value for _, row in self._rows if isinstance(value := row.get(column), str))
        return self._orders[column]


class Entry:
    """One row of a table. What was asked for counts as used; `rest` is everything else."""

    def __init__(self, table: Table, row: Row, line: int) -> None:
        self._table = table
        self.cells = Cells(row, table.context, table.name, line)
        self._used: set[str] = set()

    def text(self, *names: str) -> str:
        """The first of these columns that is not empty."""
        for name in names:
            column = self._table.column(name)
            if column and (text := self.cells.text(column)):
                self._used.add(column)
                return text
        return ""

    def listed(self, *names: str) -> tuple[str, ...]:
        """The entries of a cell that lists several, apart by `;`."""
        column = self._table.column(*names)
        self._used.add(column)
        return self.cells.list(column, apart=";") if column else ()

    def flag(self, *names: str) -> bool | None:
        """True or false, None when neither is said."""
        word = self.text(*names).casefold()
        return True if word in _TRUE else False if word in _FALSE else None

    def day(self, *names: str) -> date | None:
        """A calendar day; one that can't be read stays among the rest and is a fault."""
        column = self._table.column(*names)
        try:
            found = day(self.cells.text(column), self._table.order(column)) if column else None
        except (ValueError, OverflowError):
            self.cells.fault(f"{column} is no date whose day and month are certain; kept as text")
            return None
        self._used.add(column)
        return found

    def money(self, *names: str) -> Money | None:
        """An amount, in the currency of its cell, heading or row, else the workspace's; one that is not plain is a fault."""
        column, in_heading = self._table.priced(*names)
        text = self.cells.text(column) if column else ""
        if not text:
            return None
        try:
            value, in_cell = amount(text)
        except ValueError:
            self.cells.fault(f"{column} is no plain amount; kept as text")
            return None
        self._used.add(column)
        stated = self.text(*CURRENCY).upper()
        in_row = stated if re.fullmatch(r"[A-Z]{3}", stated, re.ASCII) else ""
        return Money(amount=value, currency=in_cell or in_heading or in_row or self._table.context.currency)

    def moment(self, *names: str) -> Any:
        """A moment in UTC, None when the column is empty or can't be read."""
        column = self._table.column(*names)
        self._used.add(column)
        return self.cells.moment(column) if column else None

    def ids_elsewhere(self) -> dict[str, str]:
        """The account's ids in other systems, by system."""
        found: dict[str, str] = {}
        for plain, column in self._table.columns().items():
            if (system := OTHER_SYSTEMS.fullmatch(plain)) and (id := self.cells.text(column)):
                found.setdefault(system[1], id)
                self._used.add(column)
        return found

    def rest(self) -> dict[str, str]:
        """Every other column that says something, by its own heading."""
        return {column: text for column in self._table.columns().values() if column not in self._used and (text := self.cells.text(column))}
