"""Step 2, gather: identify, search, follow links; all connectors at once, under one deadline.

The only step that touches the outside. Every step after it is a pure function of what it returns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from escalation.connector import AccountQuery, ArticleQuery, Connector, MessageQuery, Outside, Settings, TicketQuery, WorkItemQuery
from escalation.evidence import Dropped, Evidence
from escalation.gathering import Customer, Gathering
from escalation.issue import Issue
from escalation.language.references import references_in
from escalation.records import AccountKey, AnyRecord, Category, Note, Ticket
from escalation.search.admission import CATEGORIES, admit, arranged, next_id, with_affected
from escalation.search.affected import key_of
from escalation.search.gaps import gaps_of
from escalation.search.identity import Held, Identity, capitalised, domain_of, identities, match
from escalation.search.links import bare_numbers, trimmed
from escalation.search.rounds import Found, Progress, Rounds, Task
from escalation.search.selection import OWN, Selection, best
from escalation.search.topic import Topic

if TYPE_CHECKING:
    from escalation.config import Configured

IDENTIFIED_BY, SEARCHED_BY, FOLLOWED_BY, LAST = 0.3, 0.7, 0.9, 1.0
"""Shares of the whole time by which each round must be over."""
MOST_LINKS = 8
"""Keys and URLs that one connector is asked to follow."""
MOST_HITS = 3
"""Records that a connector found by a search which brings the beginning only, and that are read whole."""
MOST_CUSTOMERS = 4
MOST_NAMES = 60
"""Names that a CRM is asked for at once, in one request."""
_SHORT_NUMBER = re.compile(r"#?\d{1,3}")
"""In a tracker's item it is the tracker's own item, not a ticket of the help desk."""
Plan = Callable[[type[Connector[Settings]], int], Sequence[Task]]
"""What to ask a connector of this class that has so many requests left."""


def gather(
    issue: Issue,
    connectors: Sequence[Configured],
    *,
    seconds: float,
    outside: Outside,
    added: Sequence[AnyRecord] = (),
    on_progress: Callable[[Progress], None] | None = None,
) -> Gathering:
    """Ask the connectors about the issue for at most `seconds`; `added` are records that the user handed over."""
    security = issue.type == "security" or issue.has("security")
    rounds = Rounds(connectors, seconds=seconds, outside=outside, now=issue.at, restricted=security, on_progress=on_progress)
    try:
        return _gathered(issue, rounds, added)
    finally:
        rounds.close()


def _gathered(issue: Issue, rounds: Rounds, added: Sequence[AnyRecord]) -> Gathering:
    topic = Topic.of(issue)
    found = [Found("user", CATEGORIES[record.kind], record, rank) for rank, record in enumerate(added)]
    found = _renewed(found, rounds.run(_identify(issue, topic), IDENTIFIED_BY))
    customers = _customers(issue, found)
    primary, seeds = _primary(issue, topic, customers, found)
    late = not any(isinstance(item.record, Ticket) for item in found)
    topic = topic.grown(seeds, known_onset=issue.since is not None)
    asked: set[str] = set()
    hits = _unread([item.record for item in _own(customers, found)], asked)
    found = _renewed(found, rounds.run(_search(topic, customers, hits), SEARCHED_BY))
    for until in (FOLLOWED_BY, LAST):
        customers = _customers(issue, found)
        chosen = _selection(issue, topic, found, customers).chosen(primary)[0]
        more = rounds.run(_follow([c.record for c in chosen if c.bearing == "direct"], found, asked), until)
        new, found = _new(more, found), _renewed(found, more)
        if not new:
            break
    found = _renewed(found, rounds.finish())
    customers = _customers(issue, found)
    if late:  # the support platform was not there in time for the first round
        primary = _primary(issue, topic, customers, found)[0]
    return _concluded(issue, topic, found, customers, primary, rounds)


def _identify(issue: Issue, topic: Topic) -> Plan:
    """Round 1: the accounts named, the records named, and the customer's own ticket about it."""
    names = issue.customers[:MOST_CUSTOMERS]
    references = tuple(reference.text for reference in issue.references)

    def plan(kind: type[Connector[Settings]], _requests: int) -> list[Task]:
        tasks = []
        if names:
            domains = tuple(domain for name in names if (domain := domain_of(name)))
            tasks.append(Task("find_accounts", (AccountQuery(names=names, domains=domains),)))
        if references:
            tasks.append(Task("fetch", references))
        for name in names or ("",):
            account = AccountKey(name=name, domain=domain_of(name)) if name else None
            tickets = topic.ladder(TicketQuery, account, exact=not account)
            tasks.append(Task("find_tickets", (*tickets, TicketQuery(account=account)) if account else tickets, enough=2))
        return _able(kind, tasks)

    return plan


def _search(topic: Topic, customers: Sequence[Customer], hits: Sequence[str]) -> Plan:
    """Round 2: the symptom, everywhere, in the words of the sentence and of the issue's own ticket; the customer's tickets, whole."""
    words, few = topic.query_words(), topic.query_words()[:5]
    names = tuple(customer.name for customer in customers)

    def plan(kind: type[Connector[Settings]], _requests: int) -> list[Task]:
        exact = tuple(TicketQuery(exact=(identifier,)) for identifier in topic.identifiers[:1])
        tasks = [Task("fetch", tuple(hits))] if hits else []
        tasks += [Task("find_tickets", exact)] if exact else []
        tasks += [
            Task("find_tickets", (TicketQuery(words=words),)),
            Task("find_messages", (MessageQuery(words=(*words, *names)), MessageQuery(words=few)), enough=3),
            Task("find_work_items", (*topic.ladder(WorkItemQuery, exact=False),), enough=3),
            Task("find_articles", (*topic.ladder(ArticleQuery, exact=False),), enough=3),
        ]
        return _able(kind, [task for task in tasks if words or task.ability in ("find_tickets", "fetch")])

    return plan


def _follow(core: Sequence[AnyRecord], found: Sequence[Found], asked: set[str]) -> Plan:
    """Round 3: what the evidence names and is not here yet, who names it, and the accounts it is about. Nothing is asked twice."""
    known = {handle for item in found for handle in item.reading.handles} | asked
    missing = tuple(dict.fromkeys(link for record in core for link in _links(record) if trimmed(link) not in known))
    hits = _unread(core, asked)
    hubs = [hub for hub in [record.ref for record in core if record.kind == "work item"][:1] if f"who names {hub}" not in asked]
    own = [record for record in core if isinstance(record, Ticket)][:1]
    own = [ticket for ticket in own if ticket.url and f"who names {ticket.url}" not in asked]
    accounts = _accounts_wanted(core, found, asked)
    asked.update(trimmed(link) for link in missing)
    asked.update(f"who names {hub}" for hub in [*hubs, *(ticket.url for ticket in own)])

    def plan(kind: type[Connector[Settings]], requests: int) -> list[Task]:
        tasks = [Task("find_accounts", (accounts,))] if accounts else []
        tasks += [Task("fetch", tuple(hits))] if hits else []
        tasks += [Task("find_work_items", (WorkItemQuery(exact=(ticket.url,)),)) for ticket in own]
        tasks += [Task("find_messages", (MessageQuery(exact=(ticket.url,)), MessageQuery(exact=(ticket.ref,)))) for ticket in own]
        tasks += [Task("find_messages", (MessageQuery(exact=(hub,)),)) for hub in hubs]
        tasks += [Task("find_tickets", (TicketQuery(exact=(hub,)),)) for hub in hubs]
        tasks += [Task("fetch", missing[:MOST_LINKS])] if missing else []
        return _able(kind, tasks) if requests else []

    return plan


def _unread(records: Iterable[AnyRecord], asked: set[str]) -> tuple[str, ...]:
    """Addresses of the records of which a search brought the beginning only, some of each host; each is told once."""
    wanted: list[str] = []
    hosts: Counter[str] = Counter()
    for record in records:
        address = record.url or record.ref
        host = f"{record.kind} {urlsplit(address).netloc}"
        if not record.whole and f"whole {address}" not in asked and hosts[host] < MOST_HITS:
            asked.add(f"whole {address}")
            hosts[host] += 1
            wanted.append(address)
    return tuple(wanted)


def _renewed(found: Sequence[Found], more: Sequence[Found]) -> list[Found]:
    """All of them; where a record was read whole, it stands in the place of each hit, with the hit's rank."""
    whole = {_name(item): item.record for item in (*found, *more) if item.record.whole}
    return [item if item.record.whole else replace(item, record=whole.get(_name(item), item.record)) for item in (*found, *more)]


def _name(item: Found) -> tuple[str, str, str]:
    return item.connector, item.record.kind, item.record.ref


def _accounts_wanted(core: Sequence[AnyRecord], found: Sequence[Found], asked: set[str]) -> AccountQuery | None:
    """The accounts of the tickets, and whatever our side may have named, that no CRM has been asked for."""
    here = [identity.account for identity in identities(found)]
    keys = [key for record in core if isinstance(record, Ticket) and match(key := key_of(record), here)[1] in ("", "only near name")]
    spoken = (
        span
        for record in core
        if record.kind in ("message", "work item")
        for passage in record.passages()
        for span in capitalised(passage.text)
    )
    names = [name for name in dict.fromkeys([*(key.name for key in keys if key.name), *spoken]) if f"account {name}" not in asked]
    names = [name for name in names if match(AccountKey(name=name), here)[1] != "exact name"][:MOST_NAMES]
    asked.update(f"account {name}" for name in names)
    domains = tuple(dict.fromkeys(key.domain for key in keys if key.domain))
    refs = tuple(dict.fromkeys(key.ref for key in keys if key.ref))
    return AccountQuery(names=tuple(names), near=False, domains=domains, refs=refs, limit=100) if names or domains or refs else None


def _able(kind: type[Connector[Settings]], tasks: Iterable[Task]) -> list[Task]:
    return [task for task in tasks if task.ladder and hasattr(kind, task.ability)]


def _links(record: AnyRecord) -> list[str]:
    named = (reference.text for passage in record.passages() for reference in references_in(passage.text))
    links = [*record.links, *named, *(number for number, _, _ in bare_numbers(record))]
    return [link for link in links if not (record.kind == "work item" and _SHORT_NUMBER.fullmatch(link))]


def _new(more: Sequence[Found], found: Sequence[Found]) -> bool:
    before = {(item.record.kind, item.record.ref) for item in found}
    return any((item.record.kind, item.record.ref) not in before for item in more)


def _customers(issue: Issue, found: Sequence[Found]) -> tuple[Customer, ...]:
    """Each named customer with the account it is; `account` holds connector and ref until evidence has its ids."""
    accounts = {handle: identity.account for handle, identity in _known(found).items()}
    customers = []
    for name in issue.customers:
        account, how, others = match(AccountKey(name=name, ref=name, domain=domain_of(name)), tuple(accounts.values()))
        customers.append(
            Customer(
                name=name,
                account=next((handle for handle, one in accounts.items() if one is account), ""),
                matched_by=how,
                candidates=tuple(other.name for other in others),
            )
        )
    return tuple(customers)


def _own(customers: Sequence[Customer], found: Sequence[Found]) -> list[Found]:
    """Tickets of the customers named, by the account's id, domain or exact name."""
    accounts = {handle: identity.account for handle, identity in _known(found).items()}
    theirs = [accounts[customer.account] for customer in customers if customer.account in accounts]
    names = {customer.name.casefold() for customer in customers if not customer.candidates}
    own = []
    for item in found:
        if isinstance(item.record, Ticket):
            key = key_of(item.record)
            account, how, _ = match(key, tuple(accounts.values()))
            if (any(account is one for one in theirs) and how != "only near name") or (not account and key.name.casefold() in names):
                own.append(item)
    return own


def _primary(issue: Issue, topic: Topic, customers: Sequence[Customer], found: Sequence[Found]) -> tuple[str, list[Ticket]]:
    """(ref of the ticket the issue is about, or empty; the tickets whose words the topic grows by)."""
    typed = {trimmed(reference.text) for reference in issue.references}
    for item in found:
        if isinstance(item.record, Ticket) and item.reading.handles & typed:
            return item.record.ref, [item.record]
    own = _own(customers, found)
    one = best(topic, own, enough=OWN)
    if one and isinstance(one.record, Ticket):
        return one.record.ref, [one.record]
    if customers:
        return "", []
    leader = best(topic, [item for item in found if isinstance(item.record, Ticket)])
    return "", [leader.record] if leader and isinstance(leader.record, Ticket) else []


def _selection(issue: Issue, topic: Topic, found: Sequence[Found], customers: Sequence[Customer]) -> Selection:
    own = [item.record.ref for item in _own(customers, found)]
    return Selection(topic, found, (reference.text for reference in issue.references), own, issue.customers)


def _concluded(issue: Issue, topic: Topic, found: list[Found], customers: Sequence[Customer], primary: str, rounds: Rounds) -> Gathering:
    chosen, dropped = _selection(issue, topic, found, customers).chosen(primary)
    typed = Evidence(
        id="U1",
        connector="user",
        category=Category.USER,
        record=Note(ref="U1", title="The issue as typed", text=issue.sentence, at=issue.at),
        why=("what was typed",),
        relevance=1.0,
    )
    evidence = [typed]
    for candidate in chosen:
        evidence.append(
            Evidence(
                id=next_id(candidate.record, evidence),
                connector=candidate.found.connector,
                category=candidate.found.category,
                record=candidate.record,
                why=tuple(candidate.reasons),
                bearing=candidate.bearing or "context",
                relevance=candidate.score,
            )
        )
    evidence += _accounts(evidence, customers, found)
    ids = {_handle(item): item.id for item in reversed(evidence) if item.record.kind == "account"}
    customers = tuple(customer.model_copy(update={"account": ids.get(customer.account, "")}) for customer in customers)
    gathering = Gathering(
        evidence=arranged(evidence),
        customers=customers,
        primary=next((item.id for item in evidence if item.record.kind == "ticket" and item.record.ref == primary), ""),
        coverage=rounds.coverage(),
        dropped=(*dropped, *_lookalikes(customers)),
    )
    return with_affected(gathering, gaps_of(issue, customers, gathering))


def _accounts(evidence: list[Evidence], customers: Sequence[Customer], found: Sequence[Found]) -> list[Evidence]:
    """The customers' accounts, then those of the tickets, then those that our side names; each with what other systems hold of it."""
    known = _known(found)
    everyone = {handle: identity.account for handle, identity in known.items()}

    def handle_of(key: AccountKey, *hows: str) -> list[str]:
        account, how, _ = match(key, tuple(everyone.values()))
        return [handle for handle, one in everyone.items() if one is account and how in hows]

    theirs = [customer.account for customer in customers if customer.account]
    direct = [item.record for item in evidence if item.bearing == "direct"]
    wanted = [*theirs, *(handle for r in direct if isinstance(r, Ticket) for handle in handle_of(key_of(r), "id", "domain", "exact name"))]
    spoken = [name for r in direct if r.kind in ("message", "work item") for p in r.passages() for name in capitalised(p.text)]
    wanted += [handle for name in spoken for handle in handle_of(AccountKey(name=name), "exact name")]
    named = [(handle, member) for handle in dict.fromkeys(wanted) for member in known[handle].members]
    return [
        Evidence(
            id=f"A{number}",
            connector=member.connector,
            category=Category.CRM,
            record=member.record,
            why=("the customer named" if handle in theirs else "named by evidence",),
            bearing="context",
            relevance=1.0 if handle in theirs else 0.5,
        )
        for number, (handle, member) in enumerate(named, start=1)
    ]


def _known(found: Sequence[Found]) -> dict[str, Identity[Found]]:
    """The accounts that were found, each under the handle of its first member."""
    return {_handle(identity.members[0]): identity for identity in identities(found)}


def _handle(item: Held) -> str:
    """An account's name among the found: its connector and its ref there."""
    return f"{item.connector} {item.record.ref}"


def _lookalikes(customers: Sequence[Customer]) -> list[Dropped]:
    apart = [name for customer in customers if customer.account for name in customer.candidates if customer.matched_by != "only near name"]
    return [Dropped(reason="accounts with a near name, kept apart", count=len(apart), examples=tuple(apart))] if apart else []


__all__ = ["Progress", "admit", "gather"]
