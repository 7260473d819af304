"""Whose e-mail domains are ours, where the settings don't say: those of the people whom a help desk calls its agents."""

from collections.abc import Iterator, Mapping

from escalation.records import Person, Record, Ticket

HELP_DESKS = ("Zendesk ticket export", "Intercom conversation export", "Freshdesk ticket export")
"""Formats that tell agents from customers, in the order they are read: what one says holds for those after it, and for all others."""

SHARE = 5
"""One in so many agents must have the domain: a single helper from outside does not make a customer's whole company ours."""
PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com gmx.de gmx.net web.de "
    "proton.me protonmail.com aol.com mail.com qq.com 163.com".split()
)
"""Anyone has an address there."""


def agents_in(record: Record) -> Iterator[str]:
    """Addresses of those who speak for us in a ticket, lower case."""
    if isinstance(record, Ticket):
        for person in (record.requester, record.assignee, *(comment.author for comment in record.comments)):
            if _is_agent(person):
                yield person.email.strip().casefold()


def _is_agent(person: Person) -> bool:
    return person.side == "vendor" and "@" in person.email


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]


def our_domains(agents: Mapping[str, int]) -> tuple[str, ...]:
    """The domains that are ours, given how many agents have an address in each; in alphabetical order."""
    ours = {domain: people for domain, people in agents.items() if domain not in PUBLIC_MAIL and "." in domain}
    return tuple(sorted(domain for domain, people in ours.items() if people * SHARE >= sum(ours.values())))
