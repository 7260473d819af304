"""HubSpot: companies as its API and its tools for agents write them, one object or a list under `results`.

Properties are named as in HubSpot's own API description (SimplePublicObject); from there on they are read like the columns
of its CSV export, so that a custom property counts there and here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from escalation.records import Category, Record

from ..reader import Context, Export, Fault, Row, Unreadable
from .hubspot import HubSpot

_LABELS = {
    "hs_object_id": "Record ID",
    "name": "Company name",
    "domain": "Company Domain Name",
    "hs_additional_domains": "Additional Domains",
    "lifecyclestage": "Lifecycle Stage",
    "hs_lastmodifieddate": "Last Modified Date",
    "annualrevenue": "Annual Revenue",
}
"""Internal name → label; of any other property the label is its name with spaces."""
_COMPANY = frozenset(("domain", "lifecyclestage", "annualrevenue", "hs_additional_domains", "industry", "website"))


class HubSpotJson:
    """Reads companies; which contacts and deals are theirs, only HubSpot's associations say."""

    format = "HubSpot JSON"
    categories = (Category.CRM,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Objects with `id` and the `properties` of a company."""
        return export.shape in ("json", "ndjson") and (_is_one(export.keys) or any(map(_is_company, export.sample)))

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """An account for each company."""
        for export in exports:
            rows: list[tuple[int, Row]] = []
            try:
                rows += ((line or 1, _labelled(row)) for line, row in _rows(export) if _is_company(row))
            except Unreadable as error:
                yield Fault(export.name, error.line, error.problem)
            table: Any = _Table(export, rows)  # has what the reader of tables asks for
            yield from HubSpot(self._context).read([table])


class _Table:
    """The companies as the table that a CSV export would be."""

    shape = "csv"
    keys: tuple[str, ...] = ()

    def __init__(self, export: Export, rows: Sequence[tuple[int, Row]]) -> None:
        self.name = export.name
        self.modified = export.modified
        self.columns = tuple(dict.fromkeys(name for _, row in rows for name in row))
        self.sample = tuple(row for _, row in rows[:5])
        self._rows = rows

    def rows(self, _key: str = "") -> Iterator[tuple[int, Row]]:
        yield from self._rows


def _is_one(keys: Sequence[str]) -> bool:
    return "properties" in keys and "id" in keys


def _is_company(row: Row) -> bool:
    properties = row.get("properties")
    return "id" in row and isinstance(properties, Mapping) and "name" in properties and bool(_COMPANY & properties.keys())


def _rows(export: Export) -> Iterator[tuple[int | None, Row]]:
    if export.shape == "json" and _is_one(export.keys):
        document = export.document()
        yield None, document if isinstance(document, Mapping) else {}
    else:
        yield from export.rows("results" if "results" in export.keys else "")


def _labelled(row: Row) -> dict[str, Any]:
    properties: Mapping[str, Any] = row["properties"]
    named = {_LABELS.get(name, name.replace("_", " ")): value for name, value in properties.items() if isinstance(value, str) and value}
    return {"Record ID": str(row["id"]), "Last Modified Date": row.get("updatedAt") or "", **named}
