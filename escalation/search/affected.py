"""Which distinct accounts the issue touches, and how sure that is. Accounts are counted, never tickets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from escalation.counting import Counting
from escalation.evidence import Evidence
from escalation.gathering import AffectedAccount, Customer
from escalation.records import Account, Passage, Ticket
from escalation.search.identity import identities, match, normal
from escalation.search.ownership import Owners, beneath, company_of, key_of, owners
from escalation.search.sameness import linked_work, links

__all__ = ["Affected", "affected", "key_of"]

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


class Affected(NamedTuple):
    """The accounts touched, surest first, each once, and the tickets that add none."""

    accounts: tuple[AffectedAccount, ...]
    uncounted: tuple[str, ...]


@dataclass
class _Touched:
    name: str
    account: str = ""
    evidence: list[str] = field(default_factory=list)
    own: list[Evidence] = field(default_factory=list)
    counting: list[str] = field(default_factory=list)
    confirmed: str = ""
    named: bool = False


def affected(evidence: Sequence[Evidence], customers: Sequence[Customer], counting: Counting | None = None) -> Affected:
    """From evidence that bears on the issue directly; the order in which it comes makes no difference."""
    evidence = sorted(evidence, key=lambda item: (item.id[:1], int(item.id[1:]) if item.id[1:].isdigit() else 0, item.id))
    theirs = {customer.account for customer in customers}
    known = sorted((item for item in evidence if item.record.kind == "account"), key=lambda item: item.id not in theirs)
    accounts = {identity.members[0].id: identity.account for identity in identities(known)}
    direct = [item for item in evidence if item.bearing == "direct"]
    tickets = [item for item in direct if isinstance(item.record, Ticket)]
    whose = owners(tickets, accounts, counting or Counting())
    touched: dict[str, _Touched] = {}
    for customer in customers:
        _named(touched, customer, accounts, whose)
    for item in tickets:
        _reported(touched, item, whose)
    for item in direct:
        if item.record.kind in ("message", "work item", "ticket"):
            for passage in item.record.passages():
                if passage.author.side != "customer":
                    _spoken_of(touched, item, passage, accounts)
    found = [_account(one, evidence) for one in touched.values()]
    order = ("confirmed", "linked by symptom", "suspected")
    found.sort(key=lambda one: (order.index(one.certainty), not _is_customer(one, customers)))
    return Affected(tuple(_once(found, accounts)), whose.uncounted)


def _named(touched: dict[str, _Touched], customer: Customer, accounts: Mapping[str, Account], whose: Owners) -> None:
    name = accounts[customer.account].name if customer.account in accounts else customer.name
    key = customer.account if customer.account in accounts else whose.keys.get(normal(name), normal(name))
    touched.setdefault(key, _Touched(name, customer.account if customer.account in accounts else "")).named = True


def _reported(touched: dict[str, _Touched], item: Evidence, whose: Owners) -> None:
    for owner in whose.of[item.id]:
        one = touched.setdefault(owner.key, _Touched(owner.name, owner.account))
        one.evidence.append(item.id)
        one.own.append(item)
        one.counting += [owner.why] if owner.why else []


def _spoken_of(touched: dict[str, _Touched], item: Evidence, passage: Passage, accounts: Mapping[str, Account]) -> None:
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
    ties = tuple(dict.fromkeys(tie for item in one.own for tie in links(item, evidence)[:2]))
    work = next((why for item in one.own if (why := linked_work(item, evidence))), "")
    first = one.own[0].id if one.own else ""
    if one.confirmed:
        certainty, because = "confirmed", f"our side says so [{one.confirmed}]"
    elif work:
        certainty, because = "confirmed", work
    elif one.named and one.own:
        certainty, because = "confirmed", f"named in the issue, and its own ticket reports the symptom [{first}]"
    elif one.own:
        certainty, because = "linked by symptom", ties[0]
    elif one.named:
        certainty, because = "suspected", "named in the issue; no report of its own was found"
    else:
        certainty, because = "suspected", f"only named by our side [{one.evidence[0]}]"
    if len(one.own) > 1:
        one.counting.insert(0, f"{len(one.own)} tickets count once: {', '.join(item.id for item in one.own)}")
    return AffectedAccount(
        name=one.name,
        account=one.account,
        evidence=tuple(one.evidence) or ("U1",),
        certainty=certainty,  # type: ignore[arg-type]
        because=because,
        ties=ties,
        counting=tuple(dict.fromkeys(one.counting)),
    )


def _once(found: Sequence[AffectedAccount], accounts: Mapping[str, Account]) -> Iterable[AffectedAccount]:
    """The same accounts; of one company's, as the CRM has them, those after the first say with which they count."""
    counted: list[AffectedAccount] = []
    for one in found:
        record = accounts.get(one.account)
        same = ((other, how) for other in counted if record and (how := _one_company(record, accounts.get(other.account), accounts)))
        other, how = next(same, (None, ""))
        if other is None or one.certainty == "suspected":
            counted.append(one)
            yield one
        else:
            why = f"{one.name} counts with {other.name}: {how}"
            yield one.model_copy(update={"counted_with": other.name, "counting": (*one.counting, why)})


def _one_company(one: Account, other: Account | None, accounts: Mapping[str, Account]) -> str:
    """How two accounts are known to be of one company; empty when they are not."""
    if other is None:
        return ""
    for child, parent in ((one, other), (other, one)):
        if child.parent and match(child.parent, tuple(accounts.values()))[0] is parent:
            return f"the CRM has {parent.name} as its parent" if child is one else f"the CRM has it as the parent of {child.name}"
    for mine in one.domains:
        for theirs in other.domains:
            if company_of(mine) == company_of(theirs) or beneath(mine, theirs) or beneath(theirs, mine):
                return f"{mine} and {theirs} are one company's"
    return ""


def _is_customer(one: AffectedAccount, customers: Sequence[Customer]) -> bool:
    return any(customer.account == one.account and one.account for customer in customers) or one.name in {c.name for c in customers}
