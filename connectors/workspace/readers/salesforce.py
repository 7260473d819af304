"""Salesforce: Account, Contact, Opportunity and User as Data Loader and the weekly export write them, by API names.

ARR is always a custom field (`ARR__c`); `AnnualRevenue` is what the customer itself earns and stays among `fields`.
Ids are compared by their first fifteen characters, because the same record has a 15- and an 18-character id.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from escalation.records import AccountKey, Category, Contact, Deal, Person, Record

from ..reader import Context, Export, Fault
from .crm_book import Book
from .crm_table import Entry, Table, headings
from .hubspot import ARR, HEALTH, PLAN, RENEWAL, SEGMENT, owner

_ACCOUNT_MARKS = frozenset(
    ("website", "annualrevenue", "ownerid", "owner.name", "industry", "billingcountry", "parentid", "accountnumber", "arr")
)
_ID_LENGTH = 15


class Salesforce:
    """Reads accounts, with their contacts and opportunities."""

    format = "Salesforce CSV export"
    categories = (Category.CRM,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """A table with `Id` and the API names of accounts, contacts, opportunities or users."""
        return export.shape == "csv" and bool(_kind(headings(export)))

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """An account for each account row."""
        tables = [(_kind(headings(export)), Table(export, self._context)) for export in exports]
        users = {_key(row.text("id")): owner(_name(row), row.text("email")) for kind, table in tables if kind == "user" for row in table}
        names = {_key(row.text("id")): row.text("name") for kind, table in tables if kind == "account" for row in table}
        book = Book()
        for kind, table in tables:
            yield from table.faults
            for entry in table if kind == "account" else ():
                yield from _add_account(book, entry, users, names)
        for kind, table in tables:
            for entry in table if kind in ("contact", "opportunity") else ():
                one = _contact(entry) if kind == "contact" else _deal(entry)
                if one:
                    account, name = _key(entry.text("accountid", "account.id")), entry.text("account.name")
                    book.join(table.name, one, (account,), (name,) if name else ())
                else:
                    entry.cells.fault(f"is a {kind} without a name; left out")
                yield from entry.cells.faults
        yield from book.records()


def _kind(columns: frozenset[str]) -> str:
    if "id" not in columns:
        return ""
    if "stagename" in columns:
        return "opportunity"
    if "username" in columns and "email" in columns:
        return "user"
    if columns & {"accountid", "account.id", "account.name"} and columns & {"lastname", "email"}:
        return "contact"
    return "account" if "name" in columns and columns & _ACCOUNT_MARKS and not columns & {"accountid", "casenumber"} else ""


def _key(id: str) -> str:
    return id[:_ID_LENGTH]


def _name(entry: Entry) -> str:
    return entry.text("name") or " ".join(filter(None, (entry.text("firstname"), entry.text("lastname"))))


def _add_account(book: Book, entry: Entry, users: dict[str, Person], names: dict[str, str]) -> Iterator[Fault]:
    ref, name = entry.text("id"), entry.text("name")
    if not ref or not name:
        entry.cells.fault("is an account without an id or name; left out")
        yield from entry.cells.faults
        return
    parent = entry.text("parentid")
    owned = entry.text("owner.name", "account owner")
    book.add(
        entry,
        ref,
        _key(ref),
        name=name,
        domains=_domains(entry),
        external_ids=entry.ids_elsewhere(),
        plan=entry.text(*PLAN),
        segment=entry.text(*SEGMENT),
        stage=entry.text("customer status", "lifecycle stage", "account status", "stage"),
        health=entry.text(*HEALTH),
        arr=entry.money(*ARR),
        renewal_on=entry.day(*RENEWAL),
        owner=owner(owned, entry.text("owner.email")) if owned else users.get(_key(entry.text("ownerid")), Person()),
        parent=AccountKey(name=names.get(_key(parent), ""), ref=parent) if parent else None,
        text=entry.text("description"),
        updated_at=entry.moment("lastmodifieddate"),
    )


def _domains(entry: Entry) -> tuple[str, ...]:
    hosts = [_host(website) for website in (entry.text("website"), *entry.listed("domain", "domains", "email domain"))]
    return tuple(dict.fromkeys(filter(None, hosts)))


def _host(website: str) -> str:
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host else ""


def _contact(entry: Entry) -> Contact | None:
    email = entry.text("email")
    name = _name(entry) or email
    return Contact(name=name, email=email, title=entry.text("title"), role=entry.text("role")) if name else None


def _deal(entry: Entry) -> Deal | None:
    ref, name = entry.text("id"), entry.text("name")
    if not ref or not name:
        return None
    stage, closed = entry.text("stagename"), entry.flag("isclosed")
    if closed is None and (entry.flag("iswon") is True or stage.casefold() in ("closed won", "closed lost")):
        closed = True
    return Deal(
        ref=ref,
        name=name,
        stage=stage,
        open=None if closed is None else not closed,
        amount=entry.money("amount"),
        close_on=entry.day("closedate"),
    )
