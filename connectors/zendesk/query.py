"""Zendesk's search language: what is asked for, so that nothing a user or a ticket says changes what it means.

https://support.zendesk.com/hc/en-us/articles/4408886879258-Zendesk-Support-search-reference, edited 2026-08: words beside one another must
all occur, the values of one keyword given several times are alternatives, `description` is the description and all comments, double
quotes hold a phrase, punctuation is ignored, and a query has 64 words at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from escalation.connector import SearchQuery

_MOST_WORDS = 48
"""Words of values in one query; the keywords and filters may count too."""
_WORD = re.compile(r"\w+")


def quoted(text: str) -> str:
    """A phrase; empty when there is no word in it. No escape is documented, so what could end the phrase or be a wildcard is left out."""
    inner = " ".join(re.sub(r'["*\\]', " ", text).split())
    return f'"{inner}"' if _WORD.search(inner) else ""


def any_of(keyword: str, values: Iterable[str]) -> tuple[str, int]:
    """(`keyword:"one" keyword:"two"`, which finds either of them; how many more of the values do not fit into a query)."""
    phrases, left = _fitting(values)
    return " ".join(f"{keyword}:{phrase}" for phrase in phrases), left


def ticket_terms(query: SearchQuery, organization: str) -> str:
    """The query for tickets; empty when nothing is asked for. `organization` is a filter."""
    text = _exact(query) or any_of("description", _words(query))[0]
    if not text and (query.exact or query.words or not organization):
        return ""
    since = f"updated>={query.since:%Y-%m-%dT%H:%M:%SZ}" if query.since else ""
    return " ".join(filter(None, ["type:ticket", text, organization, since]))


def article_terms(query: SearchQuery) -> str:
    """The query for articles: Guide ranks by how many of the words occur."""
    return _exact(query) or " ".join(phrase.strip('"') if " " not in phrase else phrase for phrase in _fitting(_words(query))[0])


def _exact(query: SearchQuery) -> str:
    return " ".join(_fitting(query.model_copy(update={"words": ()}).terms())[0])


def _words(query: SearchQuery) -> tuple[str, ...]:
    return query.model_copy(update={"exact": ()}).terms()


def _fitting(values: Iterable[str]) -> tuple[list[str], int]:
    """(the first of these, each once and quoted, that fit into one query; how many do not)."""
    phrases = list(dict.fromkeys(filter(None, map(quoted, values))))
    sums = accumulate(len(_WORD.findall(phrase)) for phrase in phrases)
    fitting = [phrase for phrase, words in zip(phrases, sums, strict=True) if words <= _MOST_WORDS]
    return fitting, len(phrases) - len(fitting)
