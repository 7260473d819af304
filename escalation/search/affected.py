"""Which distinct accounts the issue touches, and how sure that is. Accounts are counted, never tickets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from escalation.evidence import Evidence
from escalation.gathering import AffectedAccount, Customer
from escalation.records import Account, AccountKey, Passage, Ticket
from escalation.search.identity import domain_of, identities, match, normal
from escalation.search.links import handles, named_in

_CONFIRMS = re.compile(
    r"\b(?:confirm\w*|reproduc\w*|same (?:issue|problem|bug|error|root cause|symptom|failure)|(?:also|too) (?:affected|hit|seeing|see)"
    r"|affected|in (?:our|the) logs|bestätigt|betroffen|confirmé|confirmado)\b|確認",
    re.IGNORECASE,
)
_CLEARS = re.compile(
    r"\b(?:not (?:affected|seeing|the same|related|hit)|un(?:affected|related)|no (?:issue|problem|sign|errors?)|works? (?:fine|for)|"
    r"isn'?t affected|not asked|nobody (?:has )?asked|no reports?|nicht betroffen|pas concerné)\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:might|may|maybe|possibly|could be|suspect\w*|not sure|unclear|not (?:yet )?confirmed|unconfirmed|vermutlich|peut-être)\b|\?",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass
class _Touched:
    name: str
    account: str = ""
    evidence: list[str] = field(default_factory=list)
    own_ticket: str = ""
    confirmed: str = ""
    named: bool = False


def key_of(ticket: Ticket) -> AccountKey:
    """Whose ticket it is: the organisation it is filed under, else the requester's company domain."""
    domain = ticket.account.domain or (domain_of(ticket.requester.email) if ticket.requester.side != "vendor" else "")
    return AccountKey(name=ticket.account.name, ref=ticket.account.ref, domain=domain)


def affected(evidence: Sequence[Evidence], customers: Sequence[Customer]) -> tuple[AffectedAccount, ...]:
    """The accounts touched, surest first, each once, from evidence that bears on the issue directly."""
    theirs = {customer.account for customer in customers}
    known = sorted((item for item in evidence if item.record.kind == "account"), key=lambda item: item.id not in theirs)
    accounts = {identity.members[0].id: identity.account for identity in identities(known)}
    direct = [item for item in evidence if item.bearing == "direct"]
    touched: dict[str, _Touched] = {}
    for customer in customers:
        _named(touched, customer, accounts)
    for item in direct:
        if isinstance(item.record, Ticket):
            _reported(touched, item, accounts)
    for item in direct:
        if item.record.kind in ("message", "work item", "ticket"):
            for passage in item.record.passages():
                if passage.author.side != "customer":
                    _spoken_of(touched, item, passage, accounts)
    found = [_account(one, evidence) for one in touched.values()]
    order = ("confirmed", "linked by symptom", "suspected")
    return tuple(sorted(found, key=lambda one: (order.index(one.certainty), not _is_customer(one, customers))))


def _named(touched: dict[str, _Touched], customer: Customer, accounts: dict[str, Account]) -> None:
    name = accounts[customer.account].name if customer.account else customer.name
    one = touched.setdefault(customer.account or normal(name), _Touched(name, customer.account))
    one.named = True


def _reported(touched: dict[str, _Touched], item: Evidence, accounts: dict[str, Account]) -> None:
    record = item.record
    assert isinstance(record, Ticket)
    key = key_of(record)
    account, how, _ = match(key, tuple(accounts.values()))
    if how == "only near name":
        account = None
    id = next((id for id, other in accounts.items() if other is account), "")
    name = account.name if account else key.name or key.domain or record.requester.email or "an account that the ticket doesn't name"
    one = touched.get(id or normal(name)) or touched.setdefault(id or normal(name), _Touched(name, id))
    one.evidence.append(item.id)
    one.own_ticket = one.own_ticket or item.id


def _spoken_of(touched: dict[str, _Touched], item: Evidence, passage: Passage, accounts: dict[str, Account]) -> None:
    """Accounts that our side names: confirmed, cleared, or only suspected."""
    for sentence in _SENTENCES.split(passage.text):
        for id, account in accounts.items():
            if not _names(sentence, account.name, accounts.values()) or _CLEARS.search(sentence):
                continue
            one = touched.get(id)
            if one is None and isinstance(item.record, Ticket):
                continue
            if one is None and not (_CONFIRMS.search(passage.text) or _MAYBE.search(passage.text)):
                continue
            one = one or touched.setdefault(id, _Touched(account.name, id))
            cited = f"{item.id}.{passage.part}" if passage.part else item.id
            if cited not in one.evidence and item.id not in one.evidence:
                one.evidence.append(cited)
            if _CONFIRMS.search(sentence) and not _MAYBE.search(sentence) and passage.author.side == "vendor":
                one.confirmed = one.confirmed or cited


def _names(sentence: str, name: str, others: Iterable[Account]) -> bool:
    """Does the sentence say this name, and not merely a longer one that contains it?"""
    if name.casefold() not in sentence.casefold():
        return False
    rest = sentence
    for other in others:
        if len(other.name) > len(name) and name.casefold() in other.name.casefold():
            rest = re.sub(re.escape(other.name), " ", rest, flags=re.IGNORECASE)
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", rest, re.IGNORECASE) is not None


def _account(one: _Touched, evidence: Sequence[Evidence]) -> AffectedAccount:
    linked = _linked(one, evidence)
    if one.confirmed:
        certainty, because = "confirmed", f"our side says so [{one.confirmed}]"
    elif linked:
        certainty, because = "confirmed", f"its ticket is linked from a work item [{linked}]"
    elif one.named and one.own_ticket:
        certainty, because = "confirmed", f"named in the issue, and its own ticket reports the symptom [{one.own_ticket}]"
    elif one.own_ticket:
        certainty, because = "linked by symptom", f"its own ticket reports the same symptom [{one.own_ticket}]"
    elif one.named:
        certainty, because = "suspected", "named in the issue; no report of its own was found"
    else:
        certainty, because = "suspected", f"only named by our side [{one.evidence[0]}]"
    ids = tuple(one.evidence) or ("U1",)
    return AffectedAccount(name=one.name, account=one.account, evidence=ids, certainty=certainty, because=because)  # type: ignore[arg-type]


def _linked(one: _Touched, evidence: Sequence[Evidence]) -> str:
    """The work item that names one of the account's tickets as its own."""
    tickets = [item.record for item in evidence if item.id in one.evidence and isinstance(item.record, Ticket)]
    for item in evidence:
        if item.record.kind == "work item" and item.bearing == "direct":
            named, denied = named_in(item.record)
            if any(handles(ticket) & (named - denied) for ticket in tickets):
                return item.id
    return ""


def _is_customer(one: AffectedAccount, customers: Sequence[Customer]) -> bool:
    return any(customer.account == one.account and one.account for customer in customers) or one.name in {c.name for c in customers}
