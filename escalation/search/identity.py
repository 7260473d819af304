"""Which account is meant: by id, then domain, then exact name, then near name. Near names are never merged."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Literal, Protocol, TypeVar

from escalation.language.words import telling_words
from escalation.records import Account, AccountKey, AnyRecord

_FORMS = {"corporation": "corp", "incorporated": "inc", "limited": "ltd", "company": "co", "&": "and"}
PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com gmx.de gmx.net web.de "
    "proton.me protonmail.com aol.com mail.com qq.com 163.com".split()
)
"""Mail domains that say nothing about a company."""

How = Literal["id", "domain", "exact name", "only near name", ""]


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """A name for comparison: case, punctuation and the spelling of the legal form don't count; every word does."""
    words = re.findall(r"[^\W_]+|&", name.casefold())
    return " ".join(_FORMS.get(word, word) for word in words)


def domain_of(address: str) -> str:
    """Domain of an e-mail address or URL, lower case; empty for public mail services."""
    domain = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip().casefold()).rpartition("@")[2].split("/")[0]
    return "" if domain in PUBLIC_MAIL or "." not in domain else domain


def near(name: str, other: str) -> bool:
    """Could one be a way of saying the other? All words of the shorter occur in the longer."""
    one, two = set(normal(name).split()), set(normal(other).split())
    return bool(one and two) and (one <= two or two <= one)


def short_names(name: str) -> tuple[str, ...]:
    """How colleagues call an account among themselves: its first word, when that is a word of its own. Lower case."""
    words = normal(name).split()
    return (words[0],) if words and len(words[0]) > 4 else (normal(name),) if words else ()


def match(key: AccountKey, accounts: Sequence[Account]) -> tuple[Account | None, How, tuple[Account, ...]]:
    """(account, how, near ones) for a name, id or domain.

    The account is None when nothing matches or several do; then the candidates are in the third.
    With an exact match the third holds the look-alikes that it must not be confused with.
    """
    lookalikes = tuple(account for account in accounts if key.name and near(key.name, account.name))
    for how, hits in (
        ("id", [account for account in accounts if key.ref and key.ref in (account.ref, *account.external_ids.values())]),
        ("domain", [account for account in accounts if key.domain and key.domain.casefold() in map(str.casefold, account.domains)]),
        ("exact name", [account for account in accounts if key.name and normal(account.name) == normal(key.name)]),
    ):
        if len(hits) == 1:
            return hits[0], how, tuple(account for account in lookalikes if account is not hits[0])  # type: ignore[return-value]
        if hits:
            return None, "", tuple(hits)
    if len(lookalikes) == 1:
        return lookalikes[0], "only near name", lookalikes
    return None, "", lookalikes


class Held(Protocol):
    """A record and the connector that brought it: something found, or evidence."""

    @property
    def connector(self) -> str:
        """Its configured name."""
        ...

    @property
    def record(self) -> AnyRecord:
        """What it brought."""
        ...


H = TypeVar("H", bound=Held)


@dataclass(frozen=True)
class Identity(Generic[H]):
    """One account, and where it was found."""

    account: Account
    """As the system that states the most has it; what it leaves blank is filled in from the others."""
    members: tuple[H, ...]
    """The one that states the most first."""
    how: tuple[str, ...]
    """How each of the other members is known to be the same: "external id 9001", "domain acme.example.com", "exact name"."""


def identities(items: Iterable[H]) -> tuple[Identity[H], ...]:
    """The accounts among the items, each once, in the order of their first members.

    Two systems' accounts are one by external id, else by a domain that each system has once, else by the exact name where the
    domains don't speak against it. Within one system only the same ref, or the same name without another domain, is one account.
    """
    held = [item for item in items if isinstance(item.record, Account)]
    domains = Counter((item.connector, domain) for item in held for domain in set(_domains(item)))
    groups: list[list[H]] = []
    for item in held:
        group = next((group for group in groups if any(_same(item, other, domains) for other in group)), None)
        if group is None:
            groups.append([item])
        elif not any(item.connector == other.connector and _account(item).ref == _account(other).ref for other in group):
            group.append(item)
    return tuple(_identity(group, domains) for group in groups)


def _identity(group: list[H], domains: Mapping[tuple[str, str], int]) -> Identity[H]:
    members = sorted(group, key=lambda item: -sum(bool(getattr(_account(item), name)) for name in _COMMERCIAL))
    first, *others = members
    how = tuple(next(how for other in members if other is not item and (how := _same(item, other, domains))) for item in others)
    changes: dict[str, object] = {
        "domains": tuple(dict.fromkeys(domain for item in members for domain in _account(item).domains)),
        "external_ids": {**{item.connector: _account(item).ref for item in others}, **_ids(members)},
    }
    for name in (*_COMMERCIAL, "segment", "stage", "health", "parent", "deals"):
        if not getattr(_account(first), name):
            changes[name] = next((value for item in others if (value := getattr(_account(item), name))), getattr(_account(first), name))
    account = _account(first)
    return Identity(account.model_copy(update=changes) if others else account, tuple(members), how)


_COMMERCIAL = ("arr", "plan", "renewal_on", "contacts")
_TELLING = 4
"""Characters that an id has at least, to say something in a system that it is not of."""


def _account(item: Held) -> Account:
    assert isinstance(item.record, Account)
    return item.record


def _ids(members: Iterable[Held]) -> dict[str, str]:
    return {name: id for item in members for name, id in _account(item).external_ids.items()}


def _domains(item: Held) -> list[str]:
    return [domain.casefold() for domain in _account(item).domains]


def _same(item: Held, other: Held, domains: Mapping[tuple[str, str], int]) -> str:
    """How the two are known to be one account; empty when they are not."""
    one, two = _account(item), _account(other)
    if item.connector == other.connector and one.ref == two.ref:
        return "the same record"
    for mine, theirs in ((one, two), (two, one)):
        for id in mine.external_ids.values():
            if len(id) >= _TELLING and (_id(id) == _id(theirs.ref) or id in theirs.external_ids.values()):
                return f"external id {id}"
    shared = sorted(set(_domains(item)) & set(_domains(other)))
    apart = item.connector != other.connector
    if apart and (alone := [domain for domain in shared if domains[item.connector, domain] == domains[other.connector, domain] == 1]):
        return f"domain {alone[0]}"
    if normal(one.name) == normal(two.name) and (shared or not (one.domains and two.domains)):
        return f"exact name{f' and domain {shared[0]}' if shared else ''}"
    return ""


def _id(id: str) -> str:
    """Salesforce writes one id with 15 or 18 characters; the last three only repeat the case of the others."""
    return id[:15] if len(id) == 18 and id.isalnum() else id


_SPAN = re.compile(r"[^\W\d_a-z][\w'’-]*(?:(?:\s+(?:&|and|of|de|du|von)\s+|[ ]|\s*&\s*)[^\W\d_a-z][\w'’-]*)*")


@lru_cache(maxsize=1024)
def capitalised(text: str) -> tuple[str, ...]:
    """Spans of capitalised words, which may be names of accounts: whether one is, the CRM says, never this rule.

    A span that opens a sentence may hold a plain word too many: "Also Halden Marine" yields it with and without.
    """
    spans: dict[str, None] = {}
    for span in _SPAN.findall(text):
        found = re.sub(r"['’]s$", "", span)
        spans[found] = None
        words = found.split(" ")
        for start in range(1, min(3, len(words))):
            spans[" ".join(words[start:])] = None
    return tuple(span for span in spans if telling_words(span))
