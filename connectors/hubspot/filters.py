"""What HubSpot's search is asked with: groups of filters, of which any may fit, and how near a company is to what was meant.

The guide "Search the CRM" (developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm, read 2026-11) takes five groups
(the API's description says six) of six filters, 18 in all, and 3,000 characters of a request; IN compares whole values in lower
case; `associations.company` is what a record is associated with. How `query` treats several words it does not tell, so that
every word is a CONTAINS_TOKEN of its own, of letters, digits and underscores alone: a star would be a wildcard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias

from escalation.connector import AccountQuery, TicketQuery
from escalation.reply import Reply

Filter: TypeAlias = dict[str, Any]

_GROUPS = 5
_ROOM = {"name": 1200, "domain": 300, "hs_object_id": 200}
"""Characters for the values of one filter."""
_LONGEST = 64
_ARTICLES = frozenset("the a an die der das le la les el los".split())


def is_one_of(name: str, values: Iterable[str]) -> Filter:
    """Whole values, as many as there is room for."""
    kept: list[str] = []
    for value in dict.fromkeys(plain(value) for value in values):
        if sum(len(each) + 3 for each in (*kept, value)) <= _ROOM.get(name, 300):
            kept.append(value)
    return {"propertyName": name, "operator": "IN", "values": kept}


def belongs_to(kind: str, id: str) -> Filter:
    """Only what is associated with this record."""
    return {"propertyName": f"associations.{kind}", "operator": "EQ", "value": id}


def for_companies(query: AccountQuery) -> list[list[Filter]]:
    """By domain, by id, and by whole name, or by a telling word of each where near names are wanted too."""
    groups = []
    for name, values in (("domain", query.domains), ("hs_object_id", [ref for ref in query.refs if ref.isascii() and ref.isdigit()])):
        groups += [[one]] if values and (one := is_one_of(name, values))["values"] else []
    if query.near:
        telling = [word for name in query.names if (word := _first_word(name))]
        return [*groups, *([_holds("name", word)] for word in dict.fromkeys(telling))][:_GROUPS]
    return [*groups, [is_one_of("name", query.names)]] if query.names else groups


def left_out(query: AccountQuery, groups: Iterable[Iterable[Filter]]) -> int:
    """How many of the names that are asked for are in none of these groups."""
    asked = sum(len(each.get("values", "1")) for group in groups for each in group if each["propertyName"] == "name")
    wanted = {_first_word(name) for name in query.names} - {""} if query.near else {plain(name) for name in query.names}
    return len(wanted) - asked


def for_tickets(query: TicketQuery, company: Filter | None) -> list[list[Filter]]:
    """All words of what is exact, else any of three telling words, in subject or description; else all of the company's."""
    narrow = [company] if company else []
    if query.since:
        narrow.append({"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": millis(query.since)})
    if not query.exact and not query.words:
        return [narrow] if company else []
    sought = [words_in(query.exact, 2)[:4]] if query.exact else [[word] for word in words_in(query.words, 3)[:3]]
    groups = [[*narrow, *(_holds(place, word) for word in each)] for each in sought if each for place in ("content", "subject")]
    return groups[:_GROUPS]


def words_in(texts: Iterable[str], least: int) -> list[str]:
    """The words of at least so many letters, each once; without those too long to be a word."""
    words = re.findall(r"\w+", " ".join(texts)[:2000].casefold())
    return list(dict.fromkeys(word for word in words if least <= len(word) <= _LONGEST))


def ranked(rows: Iterable[Reply], query: TicketQuery) -> list[Reply]:
    """Tickets that hold all that is exact as it stands, those with most of the words first."""
    texts = [(row, plain(f"{row.text('properties.subject')} {row.text('properties.content')}")) for row in rows]
    fitting = [(row, text) for row, text in texts if all(plain(phrase) in text for phrase in query.exact)]
    words = words_in(query.words, 3)
    return [row for row, text in sorted(fitting, key=lambda one: -sum(word in one[1] for word in words))]


def distance(stated: Reply, query: AccountQuery) -> int:
    """0 for the domain or name that was asked for, 1 for a near name, 2 for one that shares a word."""
    name, domain = stated.text("name"), stated.text("domain").casefold()
    if plain(name) in map(plain, query.names) or domain in map(str.casefold, query.domains):
        return 0
    return 1 if any(is_near(asked, name) for asked in query.names) else 2


def is_near(name: str, other: str) -> bool:
    """Do all words of the shorter occur in the longer?"""
    one, two = (set(words_in((text,), 1)) for text in (name, other))
    return bool(one and two) and (one <= two or two <= one)


def plain(text: str) -> str:
    """For comparison: lower case, on one line."""
    return " ".join(text.casefold().split())


def millis(at: datetime) -> str:
    """A moment as HubSpot takes it."""
    return str(int(at.timestamp() * 1000))


def _holds(name: str, word: str) -> Filter:
    return {"propertyName": name, "operator": "CONTAINS_TOKEN", "value": word}


def _first_word(name: str) -> str:
    words = words_in((name,), 2)
    return next((word for word in words if word not in _ARTICLES), words[0] if words else "")
