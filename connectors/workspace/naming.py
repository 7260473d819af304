"""What a record is called by: keys, URLs, and the account it belongs to; and how a reference is compared with them."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit, urlunsplit

from escalation.records import Account, AccountKey, Message, Record, Ticket

from .lexicon import plain

_NUMBER_IN = re.compile(r".+#(\d+)")
"""`larkspur/orders#12` also answers to 12."""
_STAMP = re.compile(r"\d{9,11}\.\d{6}")
"""Slack's name of a message: seconds and microseconds."""
_PERMALINK = re.compile(r"/p(\d{9,11})(\d{6})$")
_LOOKS_LIKE_KEY = re.compile(r"#?\d{1,19}|[\w.-]+/[\w.-]+#\d+|(?=\S*\d)[\w#:/.-]{2,120}")


def is_reference(text: str) -> bool:
    """Could it be a key (`4211`, `#4211`, `ORD-812`) or a URL?"""
    text = text.strip()
    return text.startswith(("http://", "https://")) or bool(_LOOKS_LIKE_KEY.fullmatch(text))


def key_of(ref: str) -> str:
    """A ref as keys are compared: without case, space and the leading #."""
    return ref.strip().lstrip("#").casefold()


def names_of(record: Record) -> set[tuple[str, str]]:
    """(what, value) of everything that the record is found by without searching its text."""
    names = {("key", key_of(record.ref)), ("url", url_key(record.url))}
    if number := _NUMBER_IN.fullmatch(record.ref):
        names.add(("key", number[1]))
    if isinstance(record, Ticket):
        names |= account_names(record.account)
        names.add(("domain", domain_of(record.requester.email)))
    elif isinstance(record, Account):
        names |= {("account", plain(record.name)), ("squashed", squashed(record.name))}
        names |= {("account ref", key_of(ref)) for ref in (record.ref, *record.external_ids.values())}
        names |= {("domain", domain_of(domain)) for domain in record.domains}
    elif isinstance(record, Message):
        names |= {("key", stamp) for stamp in _stamps(record)}
    return {(what, value) for what, value in names if value}


def account_names(key: AccountKey) -> set[tuple[str, str]]:
    """(what, value) by which the records of an account are found."""
    names = {("account", plain(key.name)), ("account ref", key_of(key.ref)), ("domain", domain_of(key.domain))}
    return {(what, value) for what, value in names if value}


def squashed(name: str) -> str:
    """A company's name without case, spaces and punctuation."""
    return "".join(filter(str.isalnum, plain(name)))


def domain_of(text: str) -> str:
    """The domain of an e-mail address, URL or bare domain, without `www.`."""
    host = text.strip().casefold().rpartition("@")[2].rpartition("://")[2].partition("/")[0]
    return host.removeprefix("www.").rstrip(".")


def references(text: str) -> Iterator[tuple[str, str]]:
    """(what, value) to look a reference up by, the surest first."""
    text = text.strip()
    if not text.startswith(("http://", "https://")):
        yield "key", key_of(text)
        return
    yield "url", url_key(text)
    yield "url", url_key(text.partition("?")[0])
    stamp = _PERMALINK.search(text.partition("?")[0].rstrip("/"))
    if stamp:
        yield from (("key", root) for root in parse_qs(_query(text)).get("thread_ts", []))
        yield "key", f"{stamp[1]}.{stamp[2]}"
        return
    last = text.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    if is_reference(last):
        yield "last step", key_of(last)


def host_of(url: str) -> str:
    """The host of a URL, empty when it has none."""
    return domain_of(url) if "://" in url else ""


def url_key(url: str) -> str:
    """A URL as URLs are compared: host without case, no fragment, no trailing slash."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return urlunsplit(("", parts.netloc.casefold(), parts.path.rstrip("/"), parts.query, "")) if parts.netloc else ""


def last_activity(record: Record) -> float | None:
    """POSIX seconds of the last thing that happened to it; None when it states no time."""
    stated = vars(record)
    times = [stated.get(name) for name in ("created_at", "updated_at", "solved_at", "resolved_at", "at")]
    times += [said.at for said in stated.get("comments") or stated.get("replies") or ()]
    known = [time.timestamp() for time in times if isinstance(time, datetime)]
    return max(known, default=None)


def _stamps(message: Message) -> Iterator[str]:
    yield from _STAMP.findall(message.ref)
    for reply in message.replies:
        if reply.at:
            yield f"{int(reply.at.timestamp())}.{reply.at.microsecond:06d}"


def _query(url: str) -> str:
    return url.partition("?")[2].partition("#")[0]
