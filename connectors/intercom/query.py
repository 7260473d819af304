"""Intercom's search filters: JSON, so that nothing that is said can be anything but a value.

`POST /conversations/search` and `/tickets/search` of the API's description 2.16: `source.body` is compared word by word, `~` is contains,
groups nest twice and hold 15 filters each. Nothing is ranked, so a hit must hold two of the most telling words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, Literal, TypeAlias

from escalation.connector import SearchQuery
from escalation.paging import Call, Paging
from escalation.records import Ticket

Kind: TypeAlias = Literal["conversations", "tickets"]
Filter: TypeAlias = Mapping[str, Any]

_MOST_FILTERS = 15
_TELLING = 5
"""Words that are sought, in pairs."""
_WORD = re.compile(r"\w[\w@.-]*\w|\w")
_SPACE = re.compile(r"\s+")


def of_contacts(ids: Sequence[str]) -> Filter:
    """What belongs to any of these people."""
    return {"operator": "AND", "value": [{"field": "contact_ids", "operator": "IN", "value": list(ids)}]}


def about(query: SearchQuery, kind: Kind) -> Filter | None:
    """What says these things in its first message, or its title; nothing when no word is left to seek."""
    exact, words = _texts(query, "exact"), [word for text in _texts(query, "words") for word in _WORD.findall(text)][:_TELLING]
    if kind == "tickets":
        groups = [_all([("description", "~", text) for text in exact]), _all([("title", "~", text) for text in exact])] if exact else []
        groups = groups or [*_pairs("description", "~", words), *(_all([("title", "~", word)]) for word in words)]
    else:
        tokens = [token for text in exact for token in _WORD.findall(text)]
        groups = [_all([("source.body", "=", token) for token in tokens])] if tokens else [] if exact else _pairs("source.body", "=", words)
    if not groups:
        return None
    either = {"operator": "OR", "value": groups[:_MOST_FILTERS]}
    if query.since is None:
        return either
    return {"operator": "AND", "value": [either, _all([("updated_at", ">", int(query.since.timestamp()))])]}


def cursor(call: Call) -> Paging:
    """The cursor of a search goes into its `pagination`."""
    while True:
        page = yield call
        token = page.reply.text("pages.next.starting_after")
        if not token:
            return
        call = call.having("json", pagination={**call.json["pagination"], "starting_after": token})


def ranked(found: Iterable[Ticket], query: SearchQuery) -> list[Ticket]:
    """Those that hold all of the exact strings, those with the most words first, then the latest."""
    exact, words = _texts(query, "exact"), [text.casefold() for text in _texts(query, "words")]
    said = [(_SPACE.sub(" ", f"{hit.subject} {hit.text}").casefold(), hit) for hit in found]
    kept = [(text, hit) for text, hit in said if all(string.casefold() in text for string in exact)]
    latest = sorted(kept, key=lambda each: each[1].updated_at.timestamp() if each[1].updated_at else 0.0, reverse=True)
    return [hit for text, hit in sorted(latest, key=lambda each: -sum(word in each[0] for word in words))]


def _texts(query: SearchQuery, which: Literal["exact", "words"]) -> tuple[str, ...]:
    return query.model_copy(update={"words" if which == "exact" else "exact": ()}).terms()


def _pairs(field: str, operator: str, words: Sequence[str]) -> list[Filter]:
    pairs: list[tuple[str, ...]] = [*combinations(words, 2)] or [(word,) for word in words]
    return [_all([(field, operator, word) for word in pair]) for pair in pairs]


def _all(filters: Iterable[tuple[str, str, Any]]) -> Filter:
    return {
        "operator": "AND",
        "value": [{"field": field, "operator": operator, "value": value} for field, operator, value in filters][:_MOST_FILTERS],
    }
