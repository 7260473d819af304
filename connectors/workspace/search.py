"""Questions to the index: by words, by exact strings, by account, by key."""

import math
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from escalation.connector import AccountQuery, SearchQuery
from escalation.records import Account, AccountKey, Record

from .index import Index, words_table
from .lexicon import phrase, plain, searchable, telling
from .naming import account_names, domain_of, host_of, key_of, references, squashed

_WEIGHTS = "3.0, 1.0, 0.5"
"""BM25 weights of heading, body and what stands beside them."""
_TELLING = 16
"""Words a query is cut down to: the rarest and most often said. A whole report as query finds more so than with all its words."""
_WEIGHED = 200
"""Distinct words that are looked at for that."""
_SAID = 4
"""How often a word can count as said."""
_POSTINGS = 20_000
"""Records that the words of one query may hit before its commonest words are left out, to keep it quick."""
_COMPARED = 2_000
"""Records whose text is compared with an exact string at most."""
_COMPANY_WORDS = frozenset(
    "ag bv co company corp corporation gmbh group holding holdings inc incorporated limited llc ltd nv oy plc sa sarl srl the".split()
)
"""Words that two companies may share without being near."""

_AWAITING_TEXT = frozenset(("message", "work item", "article"))
"""Kinds that name an account only in what they say."""


def find(index: Index, kind: str, query: SearchQuery) -> Iterator[Record]:
    """Records of a kind that answer `query`, best first; without words the latest first."""
    exact = [wanted for wanted in map(plain, query.exact) if wanted]
    said = telling(query.words)
    account = query.account if query.account and account_names(query.account) else None
    if (query.exact or query.words) and not exact and not said and not account:
        return
    required = [phrase(wanted) for wanted in exact]
    if not all(required) and not any(required) and not said and not account:
        return  # signs only: no index knows them
    if account and kind in _AWAITING_TEXT:
        required.append(_named(account))
    ids = _ranked(index, kind, query, [term for term in required if term], said, account)
    answers = (record for record in map(index.record, ids) if record)
    if exact:
        answers = (record for record in islice(answers, _COMPARED) if _says_all(record, exact))
    yield from islice(answers, max(0, query.limit))


def find_accounts(index: Index, query: AccountQuery) -> Iterator[Account]:
    """Accounts by id, then domain, then exact name, then near names: those that share a telling word."""
    wanted = [("account ref", key_of(ref)) for ref in query.refs]
    wanted += [("domain", domain_of(domain)) for domain in query.domains]
    wanted += [("account", plain(name)) for name in query.names]
    wanted += [("squashed", squashed(name)) for name in query.names]
    ids = [id for what, value in wanted if value for id in _named_so(index, what, value, "account")]
    for name in query.names if query.near else ():
        words = [word for word in plain(name).split() if phrase(word)]
        terms = [phrase(word) for word in words if word.strip(".,") not in _COMPANY_WORDS] or [phrase(word) for word in words]
        if terms:
            ids += _matching(index, "account", "heading : (" + " OR ".join(terms) + ")", "", [], max(0, query.limit))
    for id in islice(dict.fromkeys(ids), max(0, query.limit)):
        if isinstance(record := index.record(id), Account):
            yield record


def fetch(index: Index, reference: str) -> list[Record]:
    """Every record with this key or URL."""
    for what, value in references(reference):
        if what == "last step":
            found = [index.record(id) for id in _named_so(index, "key", value)]
            own = [record for record in found if record and host_of(record.url) in ("", host_of(reference))]
        else:
            own = [record for id in _named_so(index, what, value) if (record := index.record(id))]
        if own:
            return own
    return []


def _named_so(index: Index, what: str, value: str, kind: str = "") -> list[int]:
    only = "AND kind = ?" if kind else ""
    sql = f"SELECT id FROM names JOIN records ON id = record WHERE what = ? AND value = ? {only} ORDER BY kind, time DESC, key, format"
    return [id for (id,) in index.rows(sql, [what, value, kind] if kind else [what, value])]


def _ranked(index: Index, kind: str, query: SearchQuery, required: list[str], said: Counter[str], account: AccountKey | None) -> list[int]:
    where = ""
    values: list[object] = []
    if account and kind not in _AWAITING_TEXT:
        pairs = sorted(account_names(account))
        rows = " OR ".join("what = ? AND value = ?" for _ in pairs)
        where += f" AND id IN (SELECT record FROM names WHERE {rows})"
        values += [word for pair in pairs for word in pair]
    if query.since:
        where += " AND (time IS NULL OR time >= ?)"
        values.append(query.since.timestamp())
    most = _COMPARED if query.exact else query.limit
    must = " AND ".join(required)
    wish = " OR ".join(_most_telling(index, kind, said))
    if wish and not (query.exact and required):
        match = f"({must}) AND ({wish})" if must else wish
        return _matching(index, kind, match, where, values, most)
    if query.exact and must:
        return _matching(index, kind, f"({must}) OR (({must}) AND ({wish}))" if wish else must, where, values, most)
    if must:
        where += f" AND id IN (SELECT rowid FROM {words_table(kind)} WHERE {words_table(kind)} MATCH ?)"
        values.append(must)
    sql = f"SELECT id FROM records WHERE kind = ? {where} ORDER BY time IS NULL, time DESC, key, format LIMIT ?"
    return [id for (id,) in index.rows(sql, [kind, *values, most])]


def _matching(index: Index, kind: str, match: str, where: str, values: list[object], most: int) -> list[int]:
    """Best first. Equally good ones: the latest first, so that the order does not hang on how the index grew."""
    table = words_table(kind)
    source = f"{table} JOIN records ON id = {table}.rowid" if where else table
    sql = f"SELECT {table}.rowid, bm25({table}, {_WEIGHTS}) AS score FROM {source} WHERE {table} MATCH ? {where} ORDER BY score LIMIT ?"
    scores = {id: round(score, 6) for id, score in index.rows(sql, [match, *values, most * 2])}
    among = ",".join(map(str, scores))
    order = {id: rest for id, *rest in index.rows(f"SELECT id, time IS NULL, -time, key, format FROM records WHERE id IN ({among})")}
    return sorted(scores, key=lambda id: (scores[id], order[id]))[:most]


def _most_telling(index: Index, kind: str, said: Counter[str]) -> list[str]:
    """The words that are worth asking for: rare ones, often said, and few enough to be quick."""
    records = index.size(kind)
    if len(said) <= _TELLING and records <= _POSTINGS:
        return list(said)
    table = words_table(kind)
    count = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"
    hits = {word: index.rows(count, [word])[0][0] for word in list(said)[:_WEIGHED]}
    worth = {word: min(said[word], _SAID) * math.log(1 + (records - n + 0.5) / (n + 0.5)) for word, n in hits.items() if n}
    chosen = sorted(worth, key=lambda word: (-worth[word], word))[:_TELLING]
    kept: list[str] = []
    postings = 0
    for word in sorted(chosen, key=lambda word: (hits[word], word)):
        postings += hits[word]
        if kept and postings > _POSTINGS:
            break
        kept.append(word)
    return kept


def _named(account: AccountKey) -> str:
    """FTS5 expression: the account's name or domain, else its ref, occurs in the text."""
    told = [phrase(part) for part in (account.name, account.domain)]
    terms = [term for term in told if term] or [phrase(account.ref)]
    return "(" + " OR ".join(terms) + ")"


def _says_all(record: Record, exact: list[str]) -> bool:
    text = plain("\n".join(searchable(record)))
    spread_text = text if text.isascii() else text.replace(" ", "")
    return all(wanted in text or (not wanted.isascii() and wanted.replace(" ", "") in spread_text) for wanted in exact)
