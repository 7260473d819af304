"""References: keys and URLs of tickets, work items, messages, articles and accounts, as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import Literal

from escalation.issue import Reference
from escalation.language.cue import Cue
from escalation.language.errortext import is_code, keys_in

Kind = Literal["ticket", "work item", "message", "article", "account", "unknown"]

LONGEST = 100_000
"""Characters read of one text."""
MOST = 500
"""References of one sort taken from one text."""

# Read from the top; the first pattern found in host and path says what the URL names. Hosts may be the customer's own, so paths decide.
_URLS: tuple[tuple[str, Kind], ...] = (
    (
        r"slack\.com/archives/|teams\.(?:microsoft|live)\.com/l/message/|discord\.com/channels/|chat\.google\.com/|/pl/[a-z0-9]{26}",
        "message",
    ),
    (
        r"/hc/(?:[\w-]+/)?articles/|/support/solutions/articles/|/kb/|/knowledge/|knowledge__kav|/wiki/(?:spaces|display|x)/|/pages/viewpage|/articles?/",
        "article",
    ),
    (r"^(?:[\w-]+\.)*notion\.(?:so|site)/|^(?:[\w-]+\.)*helpscoutdocs\.com/|/docs/", "article"),
    (
        r"/agent/tickets/|/tickets?/\d|/hc/(?:[\w-]+/)?requests/|/requests/\d|/conversations?/\d|/helpdesk/|/cases?/\d|lightning/r/case/|incident\.do",
        "ticket",
    ),
    (r"^app\.intercom\.(?:com|io)/.*conversation|^secure\.helpscout\.net/conversation|^app\.frontapp\.com/|/record/0-5/", "ticket"),
    (
        r"/browse/[a-z][a-z0-9]+-\d+|^linear\.app/[\w-]+/issue/|/issues?/\d|/pulls?/\d|/merge_requests/\d|/_workitems/|^trello\.com/c/|^app\.asana\.com/",
        "work item",
    ),
    (r"selectedissue=|^app\.shortcut\.com/.*/story/|^app\.clickup\.com/t/|/boards?/", "work item"),
    (r"lightning/r/account/|/record/0-2/|/contacts/\d+/company/|/companies/\d|/accounts?/\d|/organizations/\d", "account"),
)

_WORDS: dict[str, Kind] = {
    "ticket": "ticket", "tickets": "ticket", "case": "ticket", "cases": "ticket", "conversation": "ticket", "conversations": "ticket",
    "tkt": "ticket", "vorgang": "ticket",
    "billet": "ticket", "チケット": "ticket", "pr": "work item", "bug": "work item", "mr": "work item", "story": "work item",
    "work item": "work item",
    "work items": "work item", "workitem": "work item", "jira": "work item", "article": "article", "articles": "article",
    "artikel": "article", "kb": "article",
    "issue": "unknown", "issues": "unknown", "request": "unknown", "ref": "unknown", "id": "unknown",
}  # fmt: skip
_KINDS: dict[str, Kind] = {"repository": "work item", "number": "unknown", "ticket": "ticket", "article": "article"}
_PREFIXES: dict[str, Kind] = {
    "ZD": "ticket", "ZEN": "ticket", "TICKET": "ticket", "TKT": "ticket", "CASE": "ticket", "CS": "ticket", "FD": "ticket",
    "FRESHDESK": "ticket",
    "ZENDESK": "ticket", "INTERCOM": "ticket", "INC": "ticket", "REQ": "ticket", "KB": "article",
}  # fmt: skip
_NO_KEY = frozenset(
    "UTF ISO SHA MD HTTP HTTPS RFC CVE CWE TLS SSL AES RSA DES UTC GMT EC COVID IP IPV X BASE WIN SOC GDPR ES ECMA SEV P S Q H PCI "
    "GPT UTF8 MIME ORA "
    "FIPS TCP UDP ED LTS CP LATIN EN DIN IEC IEEE NIST MP USB OPTION LAYER TIER LEVEL PHASE STEP DAY WEEK VERSION TOP PART PRE "
    "POST NON ANTI SUB CO".split()
)

_CUES = (
    Cue("url", "://", r"https?://[^\s<>\"'`“”„«»「」『』|\\^{}]{3,2000}"),
    Cue("repository", "#", r"(?<![\w/.@-])[A-Za-z0-9][\w-]{0,38}/[\w.-]{1,99}#\d{1,9}(?!\w)"),
    Cue(
        "word",
        "ticket|case|conversation|tkt|vorgang|billet|pr |mr |bug|story|item|jira|arti|kb|issue|request|ref",
        r"\b(?P<word>tickets?|cases?|conversations?|tkt|vorgang|billet|pr|mr|bug|story|work ?items?|jira|articles?|artikel|kb|issues?|"
        r"request|ref)"
        r"(?: (?:no|nr|id|number|nummer|numéro|n°)\b)?[.:]?\s{0,2}(?P<numbers>(?:#\d{1,12}|\d{3,12})(?:(?:,? and |, ?| ?& ?| und | et | y |"
        r" or )(?:#\d{1,12}|\d{3,12})){0,20})"
        r"(?![\w%/]|[.:-]\d| ?(?:%|errors?|times|users|customers|rows|records|orders|ms|responses?)\b)",
    ),
    Cue("word", "チケット", r"(?P<word>チケット)(?:番号)?\s?(?P<numbers>#?\d{3,12})"),
    Cue("number", "#", r"#(?<![\w/&#].)\d{2,12}(?![\w-])"),
    Cue("ticket", "inc|cs0|ritm|chg|prb", r"\b(?:INC|CS|RITM|CHG|PRB)\d{6,10}\b", exact=True),
    Cue("article", "kb", r"\bKB\d{5,10}\b", exact=True),
)
_CLOSING = {")": "(", "]": "["}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=1024)
def references_in(text: str) -> tuple[Reference, ...]:
    """Keys and URLs in the text, each once, in order of appearance.

    `#4211` alone is of unknown kind: whoever owns the number can tell. `ORD-5031` is none where the text treats it as an error code.
    """
    text = text[:LONGEST]
    lowered = text.lower()
    found: list[tuple[int, int, str, Kind]] = []
    for cue in _CUES:
        for match in islice(cue.finditer(text, lowered), MOST):
            found.extend(_told(cue.name, match))
    for start, end in islice(keys_in(text), MOST):
        prefix = text[start:end].split("-")[0]
        if prefix not in _NO_KEY and not is_code(text, start, end):
            found.append((start, end, text[start:end], _PREFIXES.get(prefix, "work item")))
    kept: dict[str, Reference] = {}
    read_to = 0
    for start, end, name, kind in sorted(found, key=lambda item: (item[0], -item[1])):
        if start < read_to:  # a part of a URL or of org/repo#12 that was taken already
            continue
        read_to = end
        if name not in kept or kept[name].kind == "unknown":
            kept[name] = Reference(text=name, kind=kind)
    return tuple(kept.values())


def kind_of(url: str) -> Kind:
    """What a URL names, told from its host and path; unknown when they don't tell."""
    address = re.sub(r"^https?://(?:[^/@]*@)?", "", url.lower())
    for pattern, kind in _URLS:
        if _compiled(pattern).search(address):
            return kind
    return "unknown"


def _told(cue: str, match: re.Match[str]) -> Iterator[tuple[int, int, str, Kind]]:
    """(start, end, key or URL, kind) of what a cue found; "tickets 4211 and 4213" are two."""
    if cue == "url":
        url = _trimmed(match[0])
        yield match.start(), match.end(), url, kind_of(url)
    elif cue == "word":
        kind = _WORDS[re.sub(r"\s+", " ", match["word"].lower())]
        for number in re.finditer(r"#?\d+", match["numbers"]):
            start = match.start("numbers") + number.start()
            yield start, start + len(number[0]), number[0], kind
    else:
        yield match.start(), match.end(), match[0], _KINDS[cue]


def _trimmed(url: str) -> str:
    """The URL without the punctuation of the sentence around it."""
    while url and (url[-1] in ".,;:!?*_。、" or (url[-1] in _CLOSING and url.count(_CLOSING[url[-1]]) < url.count(url[-1]))):
        url = url[:-1]
    return url
