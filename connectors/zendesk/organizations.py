"""A Zendesk organization as an account.

OrganizationObject of the Support API's description 2.0.0. What an organization's own fields mean is the account's choice, so settings say
which holds revenue and plan.
"""

from __future__ import annotations

from collections.abc import Iterable

from escalation.records import Account
from escalation.reply import Reply

from .settings import ZendeskSettings


def account(raw: Reply, settings: ZendeskSettings, site: str) -> Account:
    """An organization."""
    ref, stated, external = raw.need("id"), raw.under("organization_fields"), raw.text("external_id")
    return Account(
        ref=ref,
        url=f"{site}/agent/organizations/{ref}",
        fields=dict(stated.items()),
        name=raw.need("name"),
        domains=raw.texts("domain_names"),
        external_ids={"external_id": external} if external else {},
        plan=stated.text(settings.plan_field),
        arr=stated.money(settings.arr_field, settings.currency),
        text="\n".join(filter(None, (raw.text("details"), raw.text("notes")))),
        updated_at=raw.moment("updated_at"),
    )


def is_one_of(raw: Reply, names: Iterable[str], domains: Iterable[str] = (), refs: Iterable[str] = ()) -> bool:
    """Has the organization exactly one of these names, domains or external ids?"""
    own = {domain.casefold() for domain in raw.texts("domain_names")}
    return (
        raw.text("name").casefold() in {name.casefold() for name in names if name}
        or bool(own & {domain.casefold() for domain in domains if domain})
        or raw.text("external_id") in set(refs) - {""}
    )


def label(domain: str) -> str:
    """`acme` of `acme.example`: no keyword finds an organization by its domain, but its name mostly begins so."""
    return domain.casefold().removeprefix("www.").partition(".")[0]
