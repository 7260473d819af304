"""Records that somebody hands over, on their way into what was gathered: what they are, what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from escalation.counting import Counting
from escalation.evidence import Evidence, Gap
from escalation.gathering import Customer, Gathering
from escalation.records import Account, AccountKey, AnyRecord, Category, Ticket
from escalation.search.affected import affected, key_of
from escalation.search.gaps import customer_gap, reference_in, ticket_question
from escalation.search.identity import domain_of, identities, match, normal
from escalation.search.links import handles
from escalation.search.rounds import ABILITIES

LETTERS = {"ticket": "T", "account": "A", "message": "M", "work item": "W", "article": "K", "note": "U"}
CATEGORIES = {kind: category for category, kind in ABILITIES.values()} | {"note": Category.USER}


def admit(gathering: Gathering, records: Sequence[tuple[str, AnyRecord]]) -> Gathering:
    """The gathering with (connector, record) pairs that somebody handed over, under ids that stay.

    What is there already is not added twice. Customers are matched again, and gaps that are answered go.
    """
    evidence = list(gathering.evidence)
    for connector, record in records:
        if any(item.record == record for item in evidence):
            continue
        evidence.append(
            Evidence(
                id=next_id(record, evidence),
                connector=connector,
                category=CATEGORIES[record.kind],
                record=record,
                why=("handed over",),
                bearing="context" if record.kind in ("account", "article") else "direct",
                relevance=0.9,
            )
        )
    customers = tuple(_matched_again(customer, evidence) for customer in gathering.customers)
    wider = gathering.model_copy(update={"evidence": arranged(evidence), "customers": customers})
    wider = wider.model_copy(update={"primary": gathering.primary or _primary(gathering, wider)})
    return with_affected(wider, _open_still(gathering, wider))


def with_affected(gathering: Gathering, gaps: Sequence[Gap]) -> Gathering:
    """The gathering with these gaps, one account known as one in all systems, and the accounts that its evidence shows to be affected."""
    evidence = _identified(gathering.evidence)
    first = {item.id: item.same_as or item.id for item in evidence}
    customers = tuple(one.model_copy(update={"account": first.get(one.account, one.account)}) for one in gathering.customers)
    found = affected(evidence, customers)
    changes = {"evidence": evidence, "customers": customers, "affected": found.accounts, "uncounted": found.uncounted, "gaps": tuple(gaps)}
    return gathering.model_copy(update=changes)


def counted(gathering: Gathering, counting: Counting) -> Gathering:
    """The gathering with its affected accounts counted anew, by what the policy knows of our own people and of partners."""
    found = affected(gathering.evidence, gathering.customers, counting)
    return gathering.model_copy(update={"affected": found.accounts, "uncounted": found.uncounted})


def _identified(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The same evidence; an account that is another one in a second system says so, and how that is known."""
    same: dict[str, tuple[str, str]] = {}
    for identity in identities(evidence):
        first, *others = identity.members
        same |= {other.id: (first.id, how) for other, how in zip(others, identity.how, strict=True)}
    return tuple(
        item.model_copy(update={"same_as": same[item.id][0], "why": (f"the same account as {same[item.id][0]}: {same[item.id][1]}",)})
        if item.id in same
        else item.model_copy(update={"same_as": ""})
        if item.same_as
        else item
        for item in evidence
    )


def next_id(record: AnyRecord, evidence: Iterable[Evidence]) -> str:
    """The id after the highest of its kind."""
    letter = LETTERS[record.kind]
    return f"{letter}{1 + max((int(item.id[1:]) for item in evidence if item.id.startswith(letter)), default=0)}"


def arranged(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """In the order of their ids."""
    return tuple(sorted(evidence, key=lambda item: ("UATMWK".index(item.id[0]), int(item.id[1:]))))


def _matched_again(customer: Customer, evidence: Sequence[Evidence]) -> Customer:
    """A customer whose account is not known for sure, looked for among the accounts that are there now.

    Among several candidates only a match that is no near name decides.
    """
    if customer.account and customer.matched_by != "only near name":
        return customer
    known = {identity.members[0].id: identity.account for identity in identities(evidence)}
    key = AccountKey(name=customer.name, ref=customer.name, domain=domain_of(customer.name))
    account, how, others = match(key, tuple(known.values()))
    if account is None or (how == "only near name" and (customer.account or customer.candidates)):
        return customer
    id = next(id for id, one in known.items() if one is account)
    return customer.model_copy(update={"account": id, "matched_by": how, "candidates": tuple(other.name for other in others)})


def _primary(before: Gathering, after: Gathering) -> str:
    """The ticket that the issue is about, where none was found before: one that it names, else the customer's only one."""
    asked = {reference_in(gap.question) for gap in before.gaps}
    own = []
    for item in after.of_kind("ticket"):
        if asked & handles(item.record):
            return item.id
        if any(_is_of(item.record, customer, after) for customer in after.customers):
            own.append(item.id)
    return own[0] if len(own) == 1 else ""


def _is_of(record: AnyRecord, customer: Customer, gathering: Gathering) -> bool:
    assert isinstance(record, Ticket)
    key = key_of(record)
    account = gathering[customer.account].record if customer.account else None
    if isinstance(account, Account):
        return match(key, (account,))[1] in ("id", "domain", "exact name")
    return normal(key.name) == normal(customer.name)


def _open_still(before: Gathering, after: Gathering) -> list[Gap]:
    """The gaps that nothing which came in answers; a customer's is asked anew in the light of it."""
    known = {handle for item in after.evidence for handle in handles(item.record)}
    found = {ticket_question(customer) for customer in after.customers if after.of_kind("ticket")}
    anew: dict[str, Gap | None] = {}
    for old, new in zip(before.customers, after.customers, strict=True):
        if old != new and (asked := customer_gap(old, before.coverage)):
            anew[asked.question] = customer_gap(new, after.coverage)
    gaps = (anew.get(gap.question, gap) for gap in before.gaps if gap.question not in found and reference_in(gap.question) not in known)
    return [gap for gap in gaps if gap]
