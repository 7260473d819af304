"""An account with its contacts and open opportunities.

ARR, plan and renewal are always custom fields, which the settings name; `AnnualRevenue` is what the customer itself earns and
stays among `fields`. Standard fields were read in the Object Reference (developer.salesforce.com, 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from escalation.records import Account, AccountKey, Contact, Deal, Person
from escalation.reply import Reply

What: TypeAlias = Literal["arr", "plan", "segment", "stage", "health", "renewal"]
"""What an account states in a field of the org's own."""

_ELSEWHERE = re.compile(r"(zendesk|intercom|freshdesk|hubspot|jira|slack)_(?:.+_)?id(?:__c)?", re.IGNORECASE)
"""A field that holds the account's id in another system: `Zendesk_Org_Id__c`."""


def account(raw: Reply, base: str, named: Mapping[What, str], more: Iterable[str], currency: str) -> Account:
    """`named` says which fields hold ARR, plan and the like; `more` are others worth reading."""
    ref, parent = raw.need("Id"), raw.text("ParentId")
    money = raw.text("CurrencyIsoCode") or currency
    others = {name: text for name in ("Industry", "Type", "AnnualRevenue", *more) if (text := raw.text(name))}
    elsewhere = {found[1].casefold(): others.pop(name) for name in tuple(others) if (found := _ELSEWHERE.fullmatch(name))}
    open_cases = raw.number("Cases.totalSize")
    return Account(
        ref=ref,
        url=f"{base}/lightning/r/Account/{ref}/view",
        name=raw.need("Name"),
        domains=tuple(filter(None, (host_of(raw.text("Website")),))),
        external_ids=elsewhere,
        plan=raw.text(named.get("plan", "")),
        segment=raw.text(named.get("segment", "")),
        stage=raw.text(named.get("stage", "")),
        health=raw.text(named.get("health", "")),
        arr=raw.money(named.get("arr", ""), money),
        renewal_on=raw.day(named.get("renewal", "")),
        owner=Person(name=raw.text("Owner.Name"), email=raw.text("Owner.Email"), side="vendor") if raw.text("Owner.Name") else Person(),
        parent=AccountKey(name=raw.text("Parent.Name"), ref=parent) if parent else None,
        contacts=tuple(filter(None, map(_contact, raw.rows("Contacts.records")))),
        deals=tuple(filter(None, (_deal(row, base, money) for row in raw.rows("Opportunities.records")))),
        fields={**others, **({"open cases": str(open_cases)} if open_cases else {})},
        text=raw.text("Description"),
        updated_at=raw.moment("LastModifiedDate"),
    )


def host_of(website: str) -> str:
    """The domain in what people type for a website; empty when there is none."""
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host else ""


def _contact(raw: Reply) -> Contact | None:
    name = raw.text("Name", "Email")
    return Contact(name=name, email=raw.text("Email"), title=raw.text("Title")) if name else None


def _deal(raw: Reply, base: str, currency: str) -> Deal | None:
    ref, name, closed = raw.text("Id"), raw.text("Name"), raw.flag("IsClosed")
    if not ref or not name:
        return None
    return Deal(
        ref=ref,
        name=name,
        stage=raw.text("StageName"),
        open=None if closed is None else not closed,
        amount=raw.money("Amount", raw.text("CurrencyIsoCode") or currency),
        close_on=raw.day("CloseDate"),
        url=f"{base}/lightning/r/Opportunity/{ref}/view",
    )
