r"""What is searched for, in JQL and CQL: whatever anybody said stays text.

Both languages put text between double quotes, where `\"` and `\\` stand for themselves, and read that text as terms that must
all occur, phrases between quotes, and operators: https://support.atlassian.com/jira-software-cloud/docs/search-syntax-for-text-fields/
and https://developer.atlassian.com/cloud/confluence/performing-text-searches-using-cql, read 2026-11. Their operators and
wildcards are no part of what is indexed, so that a space in their place finds the same.

Jira states no order of its own for text, Confluence ranks. So words are asked for in Jira two at a time, the latest change
first, and one by one in Confluence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

from escalation.connector import SearchQuery

_OPERATORS = re.compile(r"[\"\\*?~^!+|&(){}\[\]<>=;]")
_STOP = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will "
    "with".split()
)
"""Words that Lucene's English index leaves out."""
_FEW = 5
_ALONE = 3


def quoted(text: str) -> str:
    """A value between quotes, as both languages write it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def phrase(text: str) -> str:
    """The text as a phrase; empty when nothing is left that is indexed."""
    said = " ".join(_OPERATORS.sub(" ", text).split())
    return f'"{said}"' if any(map(str.isalnum, said)) else ""


def word(text: str) -> str:
    """A word as it is, so that its other forms are found too; anything else as a phrase; empty for a stop word."""
    said = phrase(text)[1:-1]
    if said.casefold() in _STOP:
        return ""
    return said.lower() if said.replace("_", "").isalnum() else phrase(said)


def exact(query: SearchQuery) -> tuple[str, ...]:
    """The phrases that must all occur."""
    return _distinct(map(phrase, SearchQuery(exact=query.exact).terms()))


def words(query: SearchQuery) -> tuple[str, ...]:
    """The telling words, most telling first."""
    return _distinct(map(word, SearchQuery(words=query.words).terms()))


def jql_text(query: SearchQuery) -> str:
    """A clause for the query's text: all of `exact`, else one of the words with a digit or two of the others. Empty without any."""
    if must := exact(query):
        return " AND ".join(f"text ~ {quoted(each)}" for each in must)
    told = words(query)
    alone = [each for each in told if any(map(str.isdigit, each))][:_ALONE]
    few = [each for each in told if each not in alone][:_FEW]
    in_pairs = len(few) > 2 or (len(few) == 2 and alone)
    pairs = [" ".join(pair) for pair in combinations(few, 2)] if in_pairs else few
    return any_of(f"text ~ {quoted(each)}" for each in (*alone, *pairs))


def cql_text(query: SearchQuery) -> str:
    """The same for Confluence, where any of the words may occur."""
    if must := exact(query):
        return " AND ".join(f"text ~ {quoted(each)}" for each in must)
    return any_of(f"text ~ {quoted(each)}" for each in words(query))


def any_of(clauses: Iterable[str]) -> str:
    """The clauses joined by OR."""
    joined = " OR ".join(clauses)
    return f"({joined})" if joined else ""


def among(field: str, keys: Iterable[str]) -> str:
    """A clause that holds the field to these keys; empty without any."""
    listed = ", ".join(map(quoted, keys))
    return f"{field} in ({listed})" if listed else ""


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))
