"""HubSpot: companies, contacts and deals as its CSV export writes them.

Headings are the labels of HubSpot's own properties; a company's ARR is always a custom property, so it is taken
only from a column that says ARR. `Annual Revenue` is what the customer itself earns and stays among `fields`.
"""

from collections.abc import Iterator, Sequence

from escalation.records import AccountKey, Category, Contact, Deal, Person, Record

from ..reader import Context, Export, Fault
from .crm_book import Book
from .crm_table import Entry, Table, headings

_ID = ("record id", "company id", "contact id", "deal id")
_COMPANY_MARKS = frozenset(
    ("company domain name", "lifecycle stage", "company owner", "annual revenue", "arr", "annual recurring revenue", "industry")
)
_COMPANY_IDS = (
    "associated company ids (primary)",
    "associated company id (primary)",
    "primary associated company id",
    "associated company ids",
    "associated company id",
    "company id",
)
_COMPANY_NAMES = (
    "associated company (primary)",
    "primary associated company",
    "associated company",
    "associated companies",
    "associated company names",
    "company name",
)
ARR = ("arr", "annual recurring revenue", "current arr", "total arr")
PLAN = ("plan", "subscription plan", "product plan", "tier", "account tier", "customer tier")
SEGMENT = ("segment", "customer segment", "market segment", "account segment")
HEALTH = ("customer health", "health", "account health", "health status", "customer health score", "health score")
RENEWAL = ("renewal date", "next renewal date", "contract renewal date", "renewal")


class HubSpot:
    """Reads companies, with their contacts and deals."""

    format = "HubSpot CSV export"
    categories = (Category.CRM,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """A table with `Record ID` and the headings of companies, contacts or deals."""
        return export.shape == "csv" and bool(_kind(headings(export)))

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """An account for each company."""
        tables = [(_kind(headings(export)), Table(export, self._context)) for export in exports]
        book = Book()
        for kind, table in tables:
            yield from table.faults
            for entry in table if kind == "company" else ():
                yield from _add_company(book, entry)
        for kind, table in tables:
            for entry in table if kind in ("contact", "deal") else ():
                one = _contact(entry) if kind == "contact" else _deal(entry)
                if one:
                    names = (entry.text(*_COMPANY_NAMES), *entry.listed(*_COMPANY_NAMES))
                    book.join(table.name, one, entry.listed(*_COMPANY_IDS), tuple(dict.fromkeys(filter(None, names))))
                else:
                    entry.cells.fault(f"is a {kind} without a name; left out")
                yield from entry.cells.faults
        yield from book.records()


def _kind(columns: frozenset[str]) -> str:
    if not columns & set(_ID):
        return ""
    if "deal name" in columns:
        return "deal"
    if "email" in columns and columns & {"first name", "last name", "full name"}:
        return "contact"
    return "company" if columns & {"company name", "name"} and columns & _COMPANY_MARKS else ""


def _add_company(book: Book, entry: Entry) -> Iterator[Fault]:
    ref, name = entry.text(*_ID), entry.text("company name", "name")
    if not ref or not name:
        entry.cells.fault("is a company without a record id or name; left out")
        yield from entry.cells.faults
        return
    domains = (*entry.listed("company domain name", "domain"), *entry.listed("additional domains"))
    parent, parent_id = entry.text("parent company"), entry.text("parent company id")
    book.add(
        entry,
        ref,
        name=name,
        domains=tuple(dict.fromkeys(domain.casefold() for domain in domains)),
        external_ids=entry.ids_elsewhere(),
        plan=entry.text(*PLAN),
        segment=entry.text(*SEGMENT),
        stage=entry.text("lifecycle stage"),
        health=entry.text(*HEALTH),
        arr=entry.money(*ARR),
        renewal_on=entry.day(*RENEWAL),
        owner=owner(entry.text("company owner", "owner")),
        parent=AccountKey(name=parent, ref=parent_id) if parent or parent_id else None,
        text=entry.text("description"),
        updated_at=entry.moment("last modified date"),
    )


def owner(name: str, email: str = "") -> Person:
    """Whose account it is: by name, by e-mail address, or `Marisol Vega (marisol@larkspur.example)`."""
    called, _, inside = name.partition(" (")
    if not email and "@" in inside:
        name, email = called, inside.rstrip(") ")
    elif not email and "@" in name:
        email = name
    return Person(name=name, email=email, side="vendor") if name or email else Person()


def _contact(entry: Entry) -> Contact | None:
    email = entry.text("email")
    name = " ".join(filter(None, (entry.text("first name"), entry.text("last name")))) or entry.text("full name") or email
    return Contact(name=name, email=email, title=entry.text("job title"), role=entry.text("buying role")) if name else None


def _deal(entry: Entry) -> Deal | None:
    ref, name, stage = entry.text(*_ID), entry.text("deal name"), entry.text("deal stage")
    if not ref or not name:
        return None
    ends = [entry.flag(column) for column in ("is closed won", "is closed lost", "is closed", "is deal closed?")]
    closed = True if any(ends) or stage.casefold().startswith("closed") else False if any(end is False for end in ends) else None
    return Deal(
        ref=ref,
        name=name,
        stage=stage,
        open=None if closed is None else not closed,
        amount=entry.money("amount"),
        close_on=entry.day("close date"),
    )
