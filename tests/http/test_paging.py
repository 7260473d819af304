"""Each way of paging, played against a vendor that is a list: every row once, in order, in as few pages as there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.paging import Call, Page, Paging, cursor, graphql, link_header, next_url, numbered, offset, single
from escalation.reply import Reply

HOST = "https://api.example"
Vendor = Callable[[Call], Page]

rows = st.integers(0, 40)
sizes = st.integers(1, 12)


def read(paging: Paging, answer: Vendor, at: str) -> tuple[list[int], list[Call]]:
    """The rows of all pages, and what was asked. A paging that goes on for ever fails."""
    found: list[int] = []
    asked: list[Call] = []
    call = next(paging)
    while True:
        assert len(asked) < 100, "it never ends"
        asked.append(call)
        page = answer(call)
        found += page.reply.value(at) or []
        try:
            call = paging.send(page)
        except StopIteration:
            return found, asked


def page(body: Any, **headers: str) -> Page:
    return Page(Reply(body), headers)


def pages(count: int, size: int) -> int:
    return max(1, -(-count // size))


@given(rows, sizes, st.sampled_from(["params", "json"]))
def test_a_cursor_is_followed_to_the_end(count: int, size: int, place: Any) -> None:
    def vendor(call: Call) -> Page:
        given: Any = call.params if place == "params" else call.json
        start = int(given.get("after", "c0")[1:])
        more = start + size < count
        return page({"rows": list(range(count))[start : start + size], "meta": {"next": f"c{start + size}" if more else None}})

    paging = cursor(Call("/rows", "POST", json={"q": "x"}), at="meta.next", to="after", place=place)
    found, asked = read(paging, vendor, "rows")
    assert found == list(range(count))
    assert len(asked) == pages(count, size)
    assert all(call.json["q"] == "x" for call in asked)


@given(rows, sizes)
def test_a_cursor_beside_a_flag_ends_with_the_flag(count: int, size: int) -> None:
    def vendor(call: Call) -> Page:
        start = int(str(call.params.get("after", "c0"))[1:])
        return page({"rows": list(range(count))[start : start + size], "next": f"c{start + size}", "has_more": start + size < count})

    found, asked = read(cursor(Call("/rows"), at="next", to="after", more="has_more"), vendor, "rows")
    assert found == list(range(count))
    assert len(asked) == pages(count, size)


@given(rows, sizes)
def test_the_address_of_the_next_page_is_asked_as_it_stands(count: int, size: int) -> None:
    def vendor(call: Call) -> Page:
        start = int(call.path.partition("from=")[2] or 0)
        more = start + size < count
        return page({"rows": list(range(count))[start : start + size], "next": f"{HOST}/rows?from={start + size}" if more else ""})

    found, asked = read(next_url(Call("/rows", params={"q": "x"}), at="next"), vendor, "rows")
    assert found == list(range(count))
    assert asked[0].params == {"q": "x"}
    assert all(call.params == {} for call in asked[1:])


LINKS: Mapping[str, str] = {
    "GitHub": '<{first}>; rel="first", <{next}>; rel="next", <{last}>; rel="last"',
    "no quotes": "<{next}>; rel=next",
    "several relations": '<{next}>; rel="prefetch next"',
    "a title with a comma": '<{first}>; title="a, b"; rel="first", <{next}>; title="c, d"; rel="next"',
    "upper case": '<{next}>; REL="NEXT"',
}


@pytest.mark.parametrize("form", LINKS.values(), ids=LINKS)
@given(rows, sizes)
def test_the_link_header_is_followed_to_the_end(form: str, count: int, size: int) -> None:
    def vendor(call: Call) -> Page:
        start = int(call.path.partition("from=")[2] or 0)
        link = form.format(first=f"{HOST}/rows", next=f"{HOST}/rows?a=1,2&from={start + size}", last=f"{HOST}/rows?from=39")
        return page(
            list(range(count))[start : start + size], **({"link": link} if start + size < count else {"link": f'<{HOST}>; rel="prev"'})
        )

    found, asked = read(link_header(Call("/rows")), vendor, "")
    assert found == list(range(count))
    assert len(asked) == pages(count, size)


@given(rows, sizes, st.sampled_from(["total", "last", ""]), st.sampled_from([0, 1]))
def test_rows_are_counted_to_the_end(count: int, size: int, told: str, start: int) -> None:
    def vendor(call: Call) -> Page:
        at = int(str(call.params["start"])) - start
        return page({"rows": list(range(count))[at : at + size], "total": count, "last": at + size >= count})

    paging = offset(
        Call("/rows"),
        to="start",
        items="rows",
        size=size,
        start=start,
        total="total" if told == "total" else "",
        last="last" if told == "last" else "",
    )
    found, asked = read(paging, vendor, "rows")
    assert found == list(range(count))
    assert len(asked) <= pages(count, size) + (not told)


@given(count=rows, size=sizes, told=st.booleans())
def test_pages_are_counted_to_the_end(count: int, size: int, *, told: bool) -> None:
    def vendor(call: Call) -> Page:
        at = (int(str(call.params["page"])) - 1) * size
        return page({"rows": list(range(count))[at : at + size], "pages": pages(count, size)})

    found, asked = read(numbered(Call("/rows"), to="page", items="rows", size=size, pages="pages" if told else ""), vendor, "rows")
    assert found == list(range(count))
    assert len(asked) <= pages(count, size) + (not told)


@given(rows, sizes)
def test_a_relay_connection_is_followed_to_the_end(count: int, size: int) -> None:
    def vendor(call: Call) -> Page:
        assert call.json["query"] == "query Rows { … }"
        start = int(call.json["variables"].get("after", "0"))
        info = {"hasNextPage": start + size < count, "endCursor": str(start + size)}
        return page({"data": {"rows": {"nodes": list(range(count))[start : start + size], "pageInfo": info}}})

    found, asked = read(graphql("/graphql", "query Rows { … }", {"first": size}, at="rows"), vendor, "data.rows.nodes")
    assert found == list(range(count))
    assert len(asked) == pages(count, size)


def test_a_single_page_is_one_whatever_it_says_of_others() -> None:
    _, asked = read(single(Call("/rows")), lambda call: page({"rows": [1], "next": "c1"}, link=f'<{HOST}/2>; rel="next"'), "rows")
    assert len(asked) == 1


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["rows", "next", "total", "data", "pageInfo", "last"]), inner, max_size=4)
    ),
)


@pytest.mark.parametrize(
    "make",
    [
        lambda: cursor(Call("/r"), at="next", to="after"),
        lambda: next_url(Call("/r"), at="next"),
        lambda: link_header(Call("/r")),
        lambda: offset(Call("/r"), to="start", items="rows", size=2, total="total", last="last"),
        lambda: offset(Call("/r"), to="start", items="rows", size=2),
        lambda: numbered(Call("/r"), to="page", items="rows", size=2, pages="total"),
        lambda: graphql("/g", "q", {}, at="data"),
    ],
)
@given(body=json, link=st.text(max_size=40))
def test_nonsense_ends_it_or_leads_to_another_call_and_never_to_an_exception(make: Callable[[], Paging], body: Any, link: str) -> None:
    paging = make()
    next(paging)
    with suppress(StopIteration):
        assert isinstance(paging.send(Page(Reply(body), {"link": link})), Call)
