"""Day cells: calendar dates, also those whose order of day and month only the whole column shows."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from escalation.instants import moment

Order = Literal["day first", "month first", "unknown"]

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s.*)?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s.*)?", re.ASCII)


def order(cells: Iterable[str]) -> Order:
    """Which comes first in `12/15/2026`, as the column's values above 12 prove; unknown when none does or they disagree."""
    day_first = month_first = False
    for cell in cells:
        if found := _SLASHED.fullmatch(cell.strip()):
            day_first = day_first or int(found[1]) > 12
            month_first = month_first or int(found[2]) > 12
    if day_first == month_first:
        return "unknown"
    return "day first" if day_first else "month first"


def day(text: str, order: Order) -> date | None:
    """The calendar day in a cell, as written there, None for an empty one.

    Reads ISO dates, `15.12.2026`, `12/15/2026` by `order`, and what `moment` reads. Raises ValueError for
    anything else and for slashes of unknown order, unless day and month are the same.
    """
    cell = text.strip()
    if not cell:
        return None
    if found := _ISO.fullmatch(cell):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(cell):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED.fullmatch(cell):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if order == "unknown" and first != second:
            raise ValueError("the order of day and month is not known")
        return date(year, first, second) if order == "month first" else date(year, second, first)
    at = moment(cell, "UTC")
    return at.date() if at else None
