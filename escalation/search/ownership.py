"""For which account a ticket counts: its own, another's whose report it only repeats, a partner's customer's, or nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from escalation.counting import Counting
from escalation.evidence import Evidence
from escalation.records import Account, AccountKey, Ticket
from escalation.search.identity import capitalised, domain_of, match, normal

SHORTEST_QUOTE = 40
"""Characters of a message that must stand in another for that to repeat it."""
_REPLY = re.compile(r"^\s*(?:re|fwd?|aw|wg|sv|tr|rv|antw|回复|答复|返信)\s*:\s*", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_OURS_TOO = re.compile(
    r"\b(?:(?:we|i|us)\b.{0,40}\b(?:too|also|as well|same)|same (?:here|for us|issue|problem|error)|also (?:affected|seeing|happens)|"
    r"wir (?:auch|ebenfalls)|nous aussi|nosotros también)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Who says so reports it for themselves, whatever they quote."""
_PARTNER = re.compile(r"\b(?:partner|reseller|distributor|integrator|wiederverkäufer|revendeur|revendedor)\b", re.IGNORECASE)
_KIND_OF_COMPANY = ("type", "account type", "relationship", "category", "segment")
_CUSTOMER_FIELDS = ("end customer", "end-customer", "end client", "customer", "client", "on behalf of", "endkunde")
_FOR = re.compile(
    r"\b(?:on behalf of|for (?:our|my|the|a) (?:customer|client)|(?:our|my) (?:end )?(?:customer|client)|"
    r"im auftrag von|unser kunde|notre client|nuestro cliente)[:,]?\s+",
    re.IGNORECASE,
)
_PLACES = frozenset("eu us uk de fr es it nl ch at jp au ca na emea apac latam corp mail hq group global".split())
"""First labels of a domain that name a part of a company."""
_SECOND_LEVEL = frozenset("co com org net ac gov edu".split())
"""With a country's ending these make no company's domain: `co.uk`."""


class Owner(NamedTuple):
    """An account that a ticket counts for."""

    key: str
    """The same for two tickets that count for one account."""
    name: str
    account: str = ""
    """Evidence id of its CRM record."""
    why: str = ""
    """Why it counts there, when the ticket doesn't simply belong there; a clause."""


class Owners(NamedTuple):
    """For whom every ticket counts."""

    of: Mapping[str, tuple[Owner, ...]]
    """Ticket's evidence id → its accounts: none, one, or those that a partner names."""
    uncounted: tuple[str, ...]
    """Tickets that add no account, each with why."""
    keys: Mapping[str, str]
    """Normal name or domain of a company that no CRM knows → the key it has here."""


def key_of(ticket: Ticket) -> AccountKey:
    """Whose ticket it is: the organisation it is filed under, else the requester's company domain."""
    domain = ticket.account.domain or (domain_of(ticket.requester.email) if ticket.requester.side != "vendor" else "")
    return AccountKey(name=ticket.account.name, ref=ticket.account.ref, domain=domain)


def company_of(domain: str) -> str:
    """The company's own domain: `acme.com` of `eu.acme.com`."""
    labels = domain.casefold().split(".")
    while len(labels) > 2 and labels[0] in _PLACES and not (len(labels) == 3 and labels[1] in _SECOND_LEVEL and len(labels[2]) == 2):
        labels = labels[1:]
    return ".".join(labels)


def beneath(domain: str, other: str) -> bool:
    """Is the domain the other one, or a part of it?"""
    return bool(domain and other) and (domain.casefold() == other.casefold() or domain.casefold().endswith(f".{other.casefold()}"))


def owners(tickets: Sequence[Evidence], accounts: Mapping[str, Account], counting: Counting) -> Owners:
    """For whom each of these tickets counts; `accounts` are by evidence id, each company's record once."""
    own = {item.id: _own(item, accounts, counting) for item in tickets}
    of: dict[str, tuple[Owner, ...]] = {}
    uncounted = []
    for item in tickets:
        found = own[item.id]
        original, how = (None, "") if isinstance(found, str) else _repeated(item, tickets, own)
        if original is not None:
            why = f"{item.id} {how} {original.id}"
            uncounted.append(why)
            of[item.id] = tuple(owner._replace(why=why) for owner in own[original.id] if isinstance(owner, Owner))
        elif isinstance(found, str):
            uncounted.append(f"{item.id} {found}")
            of[item.id] = ()
        else:
            of[item.id] = found
    keys = _one_key(item.record for item in tickets if isinstance(item.record, Ticket) and any(not one.account for one in of[item.id]))
    joined = {id: tuple(one if one.account else one._replace(key=keys.get(one.key, one.key)) for one in found) for id, found in of.items()}
    return Owners(joined, tuple(uncounted), keys)


def _own(item: Evidence, accounts: Mapping[str, Account], counting: Counting) -> tuple[Owner, ...] | str:
    """The accounts that the ticket itself speaks for; for nobody: why."""
    ticket = item.record
    assert isinstance(ticket, Ticket)
    key = key_of(ticket)
    if _listed(key, counting.ours):
        return "was written by our own side or from a test account"
    if ticket.requester.side == "vendor" and not (key.name or key.ref or key.domain):
        return "was written by our own staff, for no customer by name"
    id, account, why = _account(item, key, accounts)
    if _listed(key, counting.partners) or (account and _is_partner(account)):
        partner = account.name if account else key.name or key.domain
        if named := tuple(_named_by(item, partner, accounts)):
            return named
        return (Owner(id or normal(partner), partner, id, f"{item.id} is a partner's and names no customer: counted once for {partner}"),)
    if account:
        return (Owner(id, account.name, id, why),)
    name = key.name or company_of(key.domain) or ticket.requester.email or "an account that the ticket doesn't name"
    return (Owner(normal(key.name) or company_of(key.domain) or normal(name), name, "", why),)


def _account(item: Evidence, key: AccountKey, accounts: Mapping[str, Account]) -> tuple[str, Account | None, str]:
    """(id, record, why) of the account that the ticket is filed under."""
    account, how, _ = match(key, tuple(accounts.values()))
    why = ""
    if (account is None or how == "only near name") and not key.name:
        held = [(one, domain) for one in accounts.values() for domain in one.domains if beneath(key.domain, company_of(domain))]
        account, how = (held[0][0], "domain") if len({one.ref for one, _ in held}) == 1 else (None, "")
        why = f"{item.id} comes from {key.domain}, a part of {held[0][1]}" if account else ""
    if account is None or how == "only near name":
        return "", None, ""
    sender = item.record.requester if isinstance(item.record, Ticket) else None
    domain = domain_of(sender.email) if sender and sender.side == "customer" else ""
    if domain and account.domains and not why and not any(beneath(domain, company_of(own)) for own in account.domains):
        why = f"{item.id} was written from {domain} for {account.name}"
    return next(id for id, one in accounts.items() if one is account), account, why


def _listed(key: AccountKey, names: Iterable[str]) -> bool:
    return any((key.name and normal(key.name) == normal(name)) or beneath(key.domain, name) for name in names)


def _is_partner(account: Account) -> bool:
    said = [value for name, value in account.fields.items() if name.casefold() in _KIND_OF_COMPANY]
    return any(_PARTNER.search(value) for value in (account.segment, account.stage, *said))


def _named_by(item: Evidence, partner: str, accounts: Mapping[str, Account]) -> Iterator[Owner]:
    """The customers that a partner's ticket is for, by its own field or by its words."""
    ticket = item.record
    assert isinstance(ticket, Ticket)
    field = next((value for name, value in ticket.fields.items() if name.casefold().strip() in _CUSTOMER_FIELDS and value.strip()), "")
    text = f"{ticket.subject}\n{ticket.text}"
    spoken = [next(iter(capitalised(text[found.end() : found.end() + 80])), "") for found in _FOR.finditer(text)]
    names = [field] if field else [name for name in spoken if name and text.find(name) >= 0]
    told = set()
    for name in names:
        account, how, _ = match(AccountKey(name=name, ref=name), tuple(accounts.values()))
        known = account if how and how != "only near name" else None
        id = next((id for id, one in accounts.items() if one is known), "")
        owner = Owner(id or normal(name), known.name if known else name, id, f"{item.id} is {partner}'s, a partner's, for {name}")
        if normal(owner.name) != normal(partner) and owner.key not in told:
            told.add(owner.key)
            yield owner


def _repeated(item: Evidence, tickets: Sequence[Evidence], own: Mapping[str, tuple[Owner, ...] | str]) -> tuple[Evidence | None, str]:
    """The ticket whose report this one only repeats, and how; None when it reports for itself."""
    ticket = item.record
    assert isinstance(ticket, Ticket)
    for other in tickets:
        first = other.record
        assert isinstance(first, Ticket)
        if other is item or isinstance(own[other.id], str):
            continue
        if ticket.merged_into and ticket.merged_into == first.ref and _nobody(ticket):
            return other, "was merged into"
        if _earlier(first, ticket) and _answers(ticket, first):
            return other, "is a reply to all that repeats"
        if _earlier(first, ticket) and _nobody(ticket) and _same_words(ticket, first):
            return other, "says word for word what is in"
    return None, ""


def _nobody(ticket: Ticket) -> bool:
    """Does neither an organisation nor a company's address say whose it is?"""
    key = key_of(ticket)
    return not (key.name or key.ref or key.domain)


def _earlier(one: Ticket, other: Ticket) -> bool:
    return bool(one.created_at and other.created_at and (one.created_at, one.ref) < (other.created_at, other.ref))


def _answers(ticket: Ticket, first: Ticket) -> bool:
    """A reply that quotes the first report, and adds none of its own."""
    bare = _REPLY.sub("", ticket.subject)
    if bare == ticket.subject or normal(bare) != normal(_REPLY.sub("", first.subject)):
        return False
    opening = _plain(first.text)[:SHORTEST_QUOTE]
    whole = _plain(re.sub(r"^\s*>\s?", "", ticket.text, flags=re.MULTILINE))
    return len(opening) >= SHORTEST_QUOTE and opening in whole and not _OURS_TOO.search(_QUOTED.sub("", ticket.text))


def _same_words(ticket: Ticket, first: Ticket) -> bool:
    return len(_plain(ticket.text)) >= SHORTEST_QUOTE and _plain(ticket.text) == _plain(first.text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _one_key(tickets: Iterable[Ticket]) -> dict[str, str]:
    """Name or domain of a company that no CRM knows → one key for all that some ticket has together."""
    sets: list[set[str]] = []
    for ticket in tickets:
        key = key_of(ticket)
        marks = {normal(key.name), company_of(key.domain)} - {""}
        touching = [one for one in sets if one & marks]
        sets = [one for one in sets if not one & marks] + [marks.union(*touching)]
    return {mark: min(one, key=lambda mark: ("." in mark, mark)) for one in sets for mark in one}
