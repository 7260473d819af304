"""Tryton: parties as accounts and sale opportunities as their deals, over its REST API.

Read on a trytond 8.2.1 that runs here and in its modules `protocols.rest`, `res.user` and `sale_opportunity` (2026-11). A key for
the application *REST API* acts with its user's access rights, so no password is needed. A domain travels as base64 of JSON; dates
and amounts come as objects with a `__class__`. Access that is missing is answered with status 400, not 403.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from escalation.auth import Auth, Bearer
from escalation.connector import About, AccountQuery, ApiConnector, ApiSettings, Connector, Probe
from escalation.errors import ConnectorError, NotFound, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.records import Account, Category, Contact, Deal, Person, Record
from escalation.reply import Reply

_PARTY = (
    "name code create_date write_date categories.name lang.code identifiers.type identifiers.code addresses.full_address "
    "contact_mechanisms.type contact_mechanisms.value contact_mechanisms.name"
).split()
_OPPORTUNITY = "number reference description comment state amount currency.code end_date party employee.party.name".split()
_OPEN = {"lead": True, "opportunity": True, "converted": True, "won": False, "lost": False, "cancelled": False}
"""A converted opportunity has a quotation that is neither won nor lost yet."""
_MOST_DEALS = 100
_LONGEST_NAME = 80


class TrytonSettings(ApiSettings):
    """Settings of the Tryton connector."""

    base_url: str = Field(description="Address of your Tryton server: https://tryton.example.com.")
    database: str = Field(pattern=r"^[\w.-]+$", description="Name of the database, as it is chosen at sign-in.")
    key: SecretStr = Field(description="Key of the application *REST API* of a user who may read parties.")
    opportunities: bool = Field(
        default=True, description="Read sale opportunities too; false where the module sale_opportunity is not activated."
    )
    arr_field: str = Field(
        default="", pattern=r"^\w*$", description="Field of a party that holds its annual recurring revenue, if a module of yours adds one."
    )
    arr_currency: str = Field(default="XXX", pattern=r"^[A-Z]{3}$", description="ISO 4217 code of that field's amounts.")


class Tryton(ApiConnector[TrytonSettings]):
    """Finds accounts, with their contacts and deals."""

    type: ClassVar[str] = "tryton"
    categories: ClassVar[tuple[Category, ...]] = (Category.CRM,)
    settings_type = TrytonSettings
    about = About(
        title="Tryton",
        credential=(
            "*Administration → Users*: make a group whose *Access Permissions* are *read* on *Party* and what belongs to it, on *Sale "
            "Opportunity*, *Currency* and *Employee*, and a user in it alone. Sign in as that user, open *Preferences → Applications*, add "
            "one of type *REST API*, and copy its key."
        ),
        needs={"find_accounts": "*read* on *Party* and *Sale Opportunity*", "fetch": "*read* on *Party*"},
        blind="Parties are found by name, code, and the domain of an e-mail address or website; there is no text search.",
        source="Tryton REST API, read on trytond 8.2.1, 2026-11; series before 8 have none",
        example={"base_url": "https://tryton.example.com", "database": "production", "key": "${TRYTON_KEY}"},
    )

    def auth(self) -> Auth:
        return Bearer(self.settings.key)

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        clauses: list[Any] = [["name", "ilike", pattern] for name in query.names for pattern in _patterns(name, near=query.near)]
        clauses += [["contact_mechanisms.value", "ilike", f"%{_literal(domain)}%"] for domain in query.domains if _literal(domain)]
        if refs := [ref for ref in query.refs if ref.strip()]:
            clauses.append(["code", "in", refs])
        if not clauses:
            return
        rows = self._read("party.party", ["OR", *clauses], self._party_fields(), query.limit)
        if len(rows) >= query.limit:
            self.session.fall_short(f"more than {query.limit} parties fit; the rest was not read")
        yield from self.mapped(self._with_deals(rows), self.account)

    def owns(self, reference: str) -> bool:
        return bool(self._named(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        model, number = self._named(reference) or ("", "")
        if model == "sale.opportunity":
            number = next((row.text("party") for row in self._read(model, [["id", "=", int(number)]], ["party"], 1)), "")
        rows = self._read("party.party", [["id", "=", int(number)]], self._party_fields(), 1) if number else ()
        if not rows:
            raise NotFound(f"{reference[:80]!r} names no party or opportunity here")
        yield from self.mapped(self._with_deals(rows), self.account)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_accounts", lambda: self._read("party.party", [], ["name"], 1), "parties in view")
        if self.settings.opportunities:
            yield self.probe("fetch", lambda: self._read("sale.opportunity", [], ["number"], 1), "sale opportunities in view")

    def account(self, raw: Reply) -> Account:
        """A party as `GET /DB/rest/model/party.party` has it, with its `opportunities` beside."""
        raw = Reply(_plain(raw.raw), raw.faults)
        number = raw.need("id")
        means = raw.rows("contact_mechanisms")
        emails = [(row.text("name"), row.text("value")) for row in means if row.text("type") == "email" and "@" in row.text("value")]
        hosts = [
            urlsplit(value if "://" in value else f"//{value}").hostname
            for row in means
            if row.text("type") == "website" and (value := row.text("value"))
        ]
        domains = [email.rpartition("@")[2].casefold() for _, email in emails] + [host.removeprefix("www.") for host in hosts if host]
        deals = [self._deal(row) for row in raw.rows("opportunities") if row.text("id")]
        employees = [row.text("employee.party.name") for row in raw.rows("opportunities") if _OPEN.get(row.text("state"))]
        owner = next(filter(None, employees), "")
        stated = {f"identifier {row.text('type')}".strip(): row.text("code") for row in raw.rows("identifiers")}
        stated |= {"categories": ", ".join(row.text("name") for row in raw.rows("categories")), "language": raw.text("lang.code")}
        stated |= {"address": ", ".join(raw.text("addresses.0.full_address").splitlines())}
        return Account(
            ref=raw.text("code") or number,
            url=self._url("party.party", number),
            fields={name: value for name, value in stated.items() if value},
            name=raw.need("name"),
            domains=tuple(dict.fromkeys(domains)),
            arr=raw.money(self.settings.arr_field, self.settings.arr_currency) if self.settings.arr_field else None,
            owner=Person(name=owner, side="vendor") if owner else Person(),
            contacts=tuple(Contact(name=name or email, email=email) for name, email in emails),
            deals=tuple(deals),
            updated_at=raw.moment("write_date", "create_date"),
        )

    def _deal(self, raw: Reply) -> Deal:
        number = raw.need("id")
        return Deal(
            ref=raw.text("number") or number,
            name=raw.text("description", "reference", "number") or number,
            stage=raw.text("state"),
            open=_OPEN.get(raw.text("state")),
            amount=raw.money("amount", raw.text("currency.code")),
            close_on=raw.day("end_date"),
            url=self._url("sale.opportunity", number),
        )

    def _with_deals(self, rows: Sequence[Reply]) -> Iterator[Reply]:
        """The parties, each with its opportunities; without, before the error, if those can't be read."""
        ids = [id for row in rows if (id := row.number("id"))]
        deals: Sequence[Reply] = ()
        if ids and self.settings.opportunities:
            try:
                deals = self._read("sale.opportunity", [["party", "in", ids]], _OPPORTUNITY, _MOST_DEALS)
            except ConnectorError:
                yield from rows
                raise
            if len(deals) == _MOST_DEALS:
                self.session.fall_short(f"of the parties' deals, the first {_MOST_DEALS} were read")
        for row in rows:
            own = [deal.raw for deal in deals if deal.text("party") and deal.text("party") == row.text("id")]
            yield Reply({**row.raw, "opportunities": own}) if own else row

    def _read(self, model: str, domain: Sequence[Any], fields: Sequence[str], limit: int) -> tuple[Reply, ...]:
        encoded = urlsafe_b64encode(json.dumps(domain).encode()).decode()
        try:
            return self.api.get(f"/{self.settings.database}/rest/model/{model}", d=encoded, f=fields, s=limit).need_rows("")
        except UnexpectedResponse as error:
            if error.status == 400:
                raise UnexpectedResponse(f"{error}; so it does where the user may not read {model}", status=400) from error
            raise

    def _party_fields(self) -> Sequence[str]:
        return [*_PARTY, self.settings.arr_field] if self.settings.arr_field else _PARTY

    def _named(self, reference: str) -> tuple[str, str] | None:
        """(model, id) of an address as the web or desktop client shows it."""
        parts = urlsplit(reference)
        path = parts.fragment if parts.scheme in ("https", "http") else parts.path if parts.scheme == "tryton" else ""
        found = re.match(rf"/?{re.escape(self.settings.database)}/model/(party\.party|sale\.opportunity)/(\d{{1,9}})\b", path)
        return (found[1], found[2]) if found and parts.hostname == urlsplit(self.settings.base_url).hostname else None

    def _url(self, model: str, number: str) -> str:
        return f"{self.settings.base_url}/#{self.settings.database}/model/{model}/{number}"


def _patterns(name: str, *, near: bool) -> Iterator[str]:
    """What the name of a party may look like: as asked; or, for near names, with more words around, or fewer behind."""
    name = _literal(" ".join(name.split()))
    if name:
        yield f"%{name}%" if near else name
    first = name.split(" ")[0]
    if near and first != name and len(first) > 3:
        yield f"{first}%"


def _literal(text: str) -> str:
    r"""The text for a domain's `ilike`, in which `\` takes away the meaning of `%` and `_`."""
    return re.sub(r"([\\%_])", r"\\\1", text.strip()[:_LONGEST_NAME])


def _plain(value: Any) -> Any:
    """The value with Tryton's typed objects as JSON would write them: amounts as text, dates in ISO 8601 (UTC)."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get("__class__")
    if kind == "Decimal":
        return value.get("decimal")
    if kind in ("date", "datetime"):
        parts = [value.get(name) for name in ("year", "month", "day", "hour", "minute", "second")]
        year, month, day, hour, minute, second = (part if isinstance(part, int) else 0 for part in parts)
        return f"{year:04}-{month:02}-{day:02}" + (f"T{hour:02}:{minute:02}:{second:02}Z" if kind == "datetime" else "")
    return {key: _plain(each) for key, each in value.items()}


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Tryton,)
