"""Which account is meant: by id, then domain, then exact name, then near name. Near names are never merged."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from escalation.language.words import telling_words
from escalation.records import Account, AccountKey

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


def joined(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Each account once: the same ref, or the same name and a shared domain, is the same account; the first stays."""
    kept: list[Account] = []
    for account in accounts:
        if not any(_same(account, other) for other in kept):
            kept.append(account)
    return tuple(kept)


def _same(one: Account, two: Account) -> bool:
    if one.ref == two.ref or one.ref in two.external_ids.values() or two.ref in one.external_ids.values():
        return True
    shared = {domain.casefold() for domain in one.domains} & {domain.casefold() for domain in two.domains}
    return normal(one.name) == normal(two.name) and (bool(shared) or not (one.domains and two.domains))


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
