"""A company with its contacts and deals, as an account.

A company's ARR, plan and renewal are always properties of the portal's own making: they are taken from the one that the
settings name, else from the first that is commonly called so. `annualrevenue` is what the customer itself earns and stays
among `fields`. Names of standard properties were read in listings of portals' properties (2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from escalation.records import Account, AccountKey, Contact, Deal, Person
from escalation.reply import Reply

CUSTOM: Final[Mapping[str, tuple[str, ...]]] = {
    "arr": ("arr", "annual_recurring_revenue", "current_arr", "total_arr"),
    "plan": ("plan", "subscription_plan", "product_plan", "tier", "account_tier", "customer_tier"),
    "segment": ("segment", "customer_segment", "market_segment", "account_segment"),
    "health": ("customer_health", "health", "account_health", "health_status", "customer_health_score", "health_score"),
    "renewal": ("renewal_date", "next_renewal_date", "contract_renewal_date", "renewal"),
}
"""What an account states, and how the property for it is commonly named."""
STANDARD = (
    *("name", "domain", "hs_additional_domains", "lifecyclestage", "description", "hubspot_owner_id"),
    *("hs_parent_company_id", "hs_lastmodifieddate", "salesforceaccountid"),
)
TOLD = ("annualrevenue", "industry", "country", "type")
"""Not part of an account, but worth reading."""
CONTACT = ("firstname", "lastname", "email", "jobtitle", "hs_buying_role", "associatedcompanyid")
DEAL = ("dealname", "dealstage", "amount", "deal_currency_code", "closedate", "hs_is_closed", "hs_primary_associated_company")

_ELSEWHERE = re.compile(r"(zendesk|intercom|freshdesk|salesforce|jira|slack)_(?:.+_)?id")
"""A property that holds the account's id in another system."""
_STAGES = {
    "appointmentscheduled": "Appointment Scheduled",
    "qualifiedtobuy": "Qualified To Buy",
    "presentationscheduled": "Presentation Scheduled",
    "decisionmakerboughtin": "Decision Maker Bought-In",
    "contractsent": "Contract Sent",
    "closedwon": "Closed Won",
    "closedlost": "Closed Lost",
}
"""Stages of the pipeline that every portal begins with, as exports write them."""


def account(
    raw: Reply, named: Mapping[str, tuple[str, ...]], currency: str, owners: Mapping[str, Person], stages: Mapping[str, str]
) -> Account:
    """`raw` is a company, with `contacts` and `deals` beside its properties; `named` says which properties hold what."""
    stated = raw.under("properties")
    used = {*STANDARD, *(name for names in named.values() for name in names)}
    others = {name: text for name, text in stated.items() if name not in used and not name.startswith("hs_")}
    elsewhere = {found[1]: others.pop(name) for name in tuple(others) if (found := _ELSEWHERE.fullmatch(name))}
    if stated.text("salesforceaccountid"):
        elsewhere["salesforce"] = stated.text("salesforceaccountid")
    parent = stated.text("hs_parent_company_id")
    return Account(
        ref=raw.need("id"),
        url=raw.text("url"),
        name=stated.need("name"),
        domains=tuple(dict.fromkeys(map(str.casefold, _listed(stated, "domain", "hs_additional_domains")))),
        external_ids=elsewhere,
        plan=stated.text(*named["plan"]),
        segment=stated.text(*named["segment"]),
        stage=stated.text("lifecyclestage"),
        health=stated.text(*named["health"]),
        arr=next((money for name in named["arr"] if (money := stated.money(name, currency))), None),
        renewal_on=next((day for name in named["renewal"] if (day := stated.day(name))), None),
        owner=owners.get(stated.text("hubspot_owner_id"), Person()),
        parent=AccountKey(ref=parent) if parent else None,
        contacts=tuple(filter(None, (_contact(row.under("properties")) for row in raw.rows("contacts")))),
        deals=tuple(filter(None, (_deal(row, currency, stages) for row in raw.rows("deals")))),
        fields=others,
        text=stated.text("description"),
        updated_at=stated.moment("hs_lastmodifieddate") or raw.moment("updatedAt"),
    )


def _listed(stated: Reply, *names: str) -> list[str]:
    return [entry.strip() for name in names for entry in stated.text(name).split(";") if entry.strip()]


def _contact(stated: Reply) -> Contact | None:
    email = stated.text("email")
    name = " ".join(filter(None, (stated.text("firstname"), stated.text("lastname")))) or email
    return Contact(name=name, email=email, title=stated.text("jobtitle"), role=stated.text("hs_buying_role")) if name else None


def _deal(raw: Reply, currency: str, stages: Mapping[str, str]) -> Deal | None:
    stated = raw.under("properties")
    ref, name, stage = raw.text("id"), stated.text("dealname"), stated.text("dealstage")
    if not ref or not name:
        return None
    closed = True if stage in ("closedwon", "closedlost") else stated.flag("hs_is_closed")
    return Deal(
        ref=ref,
        name=name,
        stage=stages.get(stage) or _STAGES.get(stage, stage),
        open=None if closed is None else not closed,
        amount=stated.money("amount", stated.text("deal_currency_code") or currency),
        close_on=stated.day("closedate"),
        url=raw.text("url"),
    )
