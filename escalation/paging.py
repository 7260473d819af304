"""Paging without I/O: a generator yields calls and is sent pages, and ends when there are no more.

Each scheme is a few lines and can be tried without a network. Guards for loops, page counts, foreign hosts and the
deadline stand in one place, `Api.pages`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from escalation.reply import Reply

Params: TypeAlias = Mapping[str, str | int | bool | Sequence[str] | None]
"""Query parameters; one that is None is left out, a sequence is repeated."""


@dataclass(frozen=True)
class Call:
    """One request to a vendor."""

    path: str
    """Below the connector's address, `/api/v2/search.json`; or a whole URL that a reply gave, on the same host."""
    method: Literal["GET", "POST", "PUT", "PATCH"] = "GET"
    params: Params = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    safe: bool = True
    """Nothing changes at the vendor, however often it is sent. A search by POST is safe; an action is not, and is never sent twice."""

    def having(self, place: Literal["params", "json"], **values: Any) -> Call:
        """The same call with these parameters, or these fields of its body, set."""
        if place == "params":
            return replace(self, params={**self.params, **values})
        return replace(self, json={**(self.json or {}), **values})


@dataclass(frozen=True)
class Page:
    """What came back."""

    reply: Reply
    headers: Mapping[str, str]
    """Names in lower case."""
    status: int = 200


Paging: TypeAlias = Generator[Call, Page, None]

_LINK = re.compile(r'<([^<>]*)>\s*((?:;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^",;\s]+)\s*)*)')
_REL_NEXT = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)', re.IGNORECASE)


def single(call: Call) -> Paging:
    """One page, whatever it says of others."""
    yield call


def cursor(call: Call, *, at: str, to: str, place: Literal["params", "json"] = "params", more: str = "") -> Paging:
    """A token at path `at` of the reply goes into parameter (or body field) `to` of the next call.

    `more` is the path of a flag that says whether there is another page, where the vendor has one.
    """
    while True:
        page = yield call
        token = page.reply.text(at)
        if not token or (more and page.reply.flag(more) is False):
            return
        call = call.having(place, **{to: token})


def next_url(call: Call, *, at: str) -> Paging:
    """The whole address of the next page stands at path `at` of the reply."""
    while True:
        page = yield call
        address = page.reply.text(at)
        if not address:
            return
        call = replace(call, path=address, params={})


def link_header(call: Call) -> Paging:
    """The address of the next page stands in the Link header, RFC 8288, `rel="next"`."""
    while True:
        page = yield call
        address = next((url for url, rest in _LINK.findall(page.headers.get("link", "")) if _REL_NEXT.search(rest)), "")
        if not address:
            return
        call = replace(call, path=address, params={})


def offset(
    call: Call,
    *,
    to: str,
    items: str,
    size: int,
    total: str = "",
    last: str = "",
    place: Literal["params", "json"] = "params",
    start: int = 0,
) -> Paging:
    """Rows are counted: parameter `to` is the number of rows read so far, from `start`.

    It ends after `total` rows where the reply states that, at a page that `last` flags, or at a page that is not full.
    """
    read = start
    while True:
        page = yield call.having(place, **{to: read})
        came = _members(page.reply.value(items))
        read += came
        count = page.reply.number(total) if total else None
        if not came or page.reply.flag(last or "\0") is True or (count is not None and read - start >= count):
            return
        if count is None and not last and came < size:
            return


def numbered(call: Call, *, to: str, items: str, size: int, pages: str = "", place: Literal["params", "json"] = "params") -> Paging:
    """Pages are counted from 1 in parameter `to`, up to the number at `pages`, or to the first that is not full."""
    number = 1
    while True:
        page = yield call.having(place, **{to: number})
        came = _members(page.reply.value(items))
        count = page.reply.number(pages) if pages else None
        if not came or (number >= count if count is not None else came < size):
            return
        number += 1


def graphql(path: str, document: str, variables: Mapping[str, Any], *, at: str, to: str = "after") -> Paging:
    """A Relay connection at path `at` of the data: `pageInfo` says whether there is more, variable `to` takes the cursor."""
    held = dict(variables)
    while True:
        page = yield Call(path, "POST", json={"query": document, "variables": held})
        info = page.reply.under(f"data.{at}.pageInfo")
        if info.flag("hasNextPage") is not True or not info.text("endCursor"):
            return
        held = {**held, to: info.text("endCursor")}


def _members(value: Any) -> int:
    return len(value) if isinstance(value, (list, dict)) else 0
