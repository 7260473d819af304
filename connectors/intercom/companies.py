"""An Intercom company as an account. Property names: `company` of the API's description 2.16."""

from __future__ import annotations

from urllib.parse import urlsplit

from escalation.records import Account, AccountKey
from escalation.reply import Reply

from .settings import IntercomSettings

_STATED = ("monthly_spend", "size", "industry", "user_count")


def key(company: Reply) -> AccountKey:
    """`company_id` is the id that the company has in our own systems, so it comes before Intercom's."""
    return AccountKey(name=company.text("name"), ref=company.text("company_id", "id"), domain=_host(company.text("website")))


def account(raw: Reply, settings: IntercomSettings) -> Account:
    """A company."""
    named, custom = key(raw), raw.under("custom_attributes")
    stated = {name: text for name in _STATED if (text := raw.text(name)) not in ("", "0")}
    return Account(
        ref=raw.need("company_id", "id"),
        fields={**dict(custom.items()), **stated},
        name=raw.need("name"),
        domains=(named.domain,) if named.domain else (),
        external_ids={"intercom": raw.text("id")} if raw.text("id") else {},
        plan=raw.text("plan.name"),
        segment=", ".join(segment.text("name") for segment in raw.rows("segments.segments") if segment.text("name")),
        arr=custom.money(settings.arr_field, settings.currency),
        updated_at=raw.moment("updated_at"),
    )


def _host(website: str) -> str:
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
