"""The words of a record as they are indexed, and of a query as they are asked.

Both sides pass through `spread`, then through SQLite's tokenizer. A query is put together from
letters and digits inside double quotes only, so nothing that a user or a ticket says can be syntax.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from escalation.records import Account, Article, Person, Record, Ticket, WorkItem

TOKENIZER = "porter unicode61 remove_diacritics 2"

_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
"""Scripts written without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_RUN = re.compile(r"\w+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[\d_@]|\w\.\w")
_LONGEST = 1_000_000
"""Characters of one record that are indexed; the record itself keeps all of them."""
_LONGEST_PHRASE = 64
"""Words of an exact string that the index is asked for; the caller compares the whole string."""

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing done down during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just me might more most must my no nor not now of off on once only
    or other our ours out over own per same shall she should since so some still such than that the their theirs them
    then there these they this those through to too under until up upon us very via was we were what when where
    whether which while who whom whose why will with within without would yet you your yours
    """.split()
)


def spread(text: str) -> str:
    """Full-width forms made plain, and a space round each character of scripts that write none."""
    if text.isascii():
        return text
    return _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFKC", text))


def plain(text: str) -> str:
    """For comparing strings as they stand: case and white space made even."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def phrase(text: str) -> str:
    """An FTS5 phrase of the words of `text` in their order; empty when it has none."""
    runs = _RUN.findall(spread(text))[:_LONGEST_PHRASE]
    return '"' + " ".join(runs) + '"' if runs else ""


def telling(words: Iterable[str]) -> Counter[str]:
    """FTS5 phrases for `words` without stop words, and how often each was said, in order of first mention."""
    return Counter(found for word in words for piece in _pieces(word) if (found := phrase(piece)))


def _pieces(word: str) -> Iterator[str]:
    for piece in _POSSESSIVE.sub("", word).split():
        parts = [piece] if _IDENTIFIER.search(piece) else _RUN.findall(piece)
        yield from (part for part in parts if part.casefold() not in STOP_WORDS and _RUN.search(part))


def searchable(record: Record) -> tuple[str, str, str]:
    """What is indexed of a record: heading, body, and what stands beside them (keys, labels, names, fields)."""
    passages = tuple(record.passages())
    body = "\n".join(passage.text for passage in passages)
    beside = "\n".join(text for text in (*_beside(record), *_people(*(passage.author for passage in passages))) if text)
    return spread(record.heading[:_LONGEST]), spread(body[:_LONGEST]), spread(beside[:_LONGEST])


def _beside(record: Record) -> Iterator[str]:
    yield record.ref
    yield from record.links
    yield from record.fields.values()
    if isinstance(record, Ticket):
        yield from record.tags
        yield from (record.account.name, record.account.domain, record.account.ref)
        yield from _people(record.assignee)
    elif isinstance(record, WorkItem):
        yield from (*record.labels, *record.components, *record.affects_versions, *record.fix_versions)
        yield from _people(record.assignee)
    elif isinstance(record, Account):
        yield from (*record.domains, *record.external_ids.values(), record.plan, record.segment)
        yield from _people(record.owner)
        yield from (word for contact in record.contacts for word in (contact.name, contact.email))
        yield from (deal.name for deal in record.deals)
    elif isinstance(record, Article):
        yield from (*record.labels, record.space)


def _people(*people: Person) -> Iterator[str]:
    for person in people:
        yield person.name
        yield person.email
