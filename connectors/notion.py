"""Notion: pages, over its REST API of version 2026-03-11.

Operations were read in the OpenAPI description of Notion's own MCP server (makenotion/notion-mcp-server, 2.0.0) and at
https://developers.notion.com (search, search-optimizations-and-limitations, retrieve-page-markdown, filter-data-source-entries,
upgrade-guide-2026-03-11, enhanced-markdown; 2026-11). The search compares titles only and puts what was edited last first, so that
hits are ranked here, and the bodies of the best are read at once: a title tells too little. Of configured data sources the
entries are asked for by a filter, which is complete. A page's properties have the type's name as key of their value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qs
from uuid import UUID

from pydantic import Field, SecretStr, field_validator

from escalation.auth import Auth, Bearer
from escalation.connector import About, ApiConnector, ApiSettings, ArticleQuery, Connector, Probe, address
from escalation.errors import NotFound
from escalation.hookspecs import hookimpl
from escalation.records import Article, Category, Person, Record
from escalation.reply import Reply

_VERSION = "2026-03-11"
_HITS = 25
_READ = 2
"""Bodies read of one search."""
_WORDS = 5
_MOST_SOURCES = 2
_HOSTS = ("notion.so", "notion.com", "notion.site")
_ID = re.compile(r"(?:^|[-/])([0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$", re.IGNORECASE)
_JOINED = {"date": (" to ", "start", "end"), "unique_id": ("-", "prefix", "number"), "verification": (" until ", "state", "date.end")}
"""Type of a property → what its value is made of."""
_TAGS = re.compile(
    r"</?(?:callout|details|summary|columns?|table|colgroup|col|tr|td|synced_block(?:_reference)?|empty-block|span|mention-[a-z-]+|page|database"
    r"|unknown|meeting-notes|notes|audio|video|file|pdf|table_of_contents)\b[^<>\n]*>"
)
_COLOUR = re.compile(r' ?\{(?:color|toggle)="[^"\n]*"[^}\n]*\}')
_ESCAPED = re.compile(r"\\([\\*~`$\[\]<>{}|^])")
_FENCE = re.compile(r"(^[\t ]*```.*?^[\t ]*```)", re.DOTALL | re.MULTILINE)


class NotionSettings(ApiSettings):
    """Settings of the Notion connector."""

    base_url: str = Field(default="https://api.notion.com", description="Address of the API, where a proxy stands before it.")
    token: SecretStr = Field(description="Token of an internal connection (ntn_…).")
    data_sources: tuple[str, ...] = Field(
        default=(),
        max_length=_MOST_SOURCES,
        description="Ids of data sources (the tables of a database) that hold articles, two at most; they are searched completely.",
    )

    @field_validator("data_sources")
    @classmethod
    def _are_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := next((each for each in value if not _ID.fullmatch(each)), None):
            raise ValueError(f"expected an id of 32 hexadecimal digits, not {wrong[:60]!r}: database → ••• → Copy data source ID")
        return tuple(str(UUID(each)) for each in value)


class Notion(ApiConnector[NotionSettings]):
    """Finds pages by their titles, and reads them."""

    type: ClassVar[str] = "notion"
    categories: ClassVar[tuple[Category, ...]] = (Category.KNOWLEDGE_BASE,)
    settings_type = NotionSettings
    about = About(
        title="Notion",
        credential=(
            "As a workspace owner: app.notion.com/developers/connections → Create a new connection → internal; under Capabilities tick "
            "*Read content* alone, with *No user information*. Copy its token, then share with it just the pages that hold articles: in "
            "the connection's *Content access*, or on a page ••• → Connections; pages below come with it."
        ),
        needs={"find_articles": "*Read content*, and the pages shared with it", "fetch": "*Read content*, and the page shared with it"},
        blind="Its search compares titles alone, never a page's text (Notion's MCP server does), lags, sees only what is shared with it.",
        source=f"Notion API {_VERSION}, its OpenAPI description and developers.notion.com, read 2026-11",
        example={"token": "${NOTION_TOKEN}"},
    )

    def auth(self) -> Auth:
        return Bearer(self.settings.token)

    def headers(self) -> dict[str, str]:
        return {"Notion-Version": _VERSION}

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]:
        exact = tuple(filter(_tells, ArticleQuery(exact=query.exact).terms()))
        words = tuple(filter(_tells, ArticleQuery(words=query.words).terms()))
        asked = exact or words[:_WORDS]
        if not asked:
            return
        rows = [row for id in self.settings.data_sources for row in self._entries(id, exact, asked)]
        rows += self.api.post("/v1/search", _titled(" ".join(asked), min(query.limit, _HITS))).need_rows("results")
        read = [row for row in rows if row.text("object") in ("page", "") and not _is_stale(row, query)]
        pages = {row.text("id") or str(place): row for place, row in enumerate(read)}
        ranked = sorted(pages.values(), key=lambda page: -_likeness(page, exact or words))
        if exact:
            ranked = [page for page in ranked if _likeness(page, exact) == len(exact)]
        whole = (self._read(page) if rank < _READ else page for rank, page in enumerate(ranked[: query.limit]))
        yield from self.mapped(whole, self.article)

    def owns(self, reference: str) -> bool:
        return bool(_id(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        id = _id(reference)
        if not id:
            raise NotFound(f"{reference[:80]!r} is no page's address")
        try:
            page = self.api.get(f"/v1/pages/{id}").under("")
            read = self._read(page, needed=True)
        except NotFound as error:
            raise NotFound("no such page, or it is not shared with the connection: on the page ••• → Connections", status=404) from error
        yield from self.mapped([read], self.article)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_articles", self._seen)

    def _seen(self) -> str:
        for id in self.settings.data_sources:
            self.api.post(f"/v1/data_sources/{id}/query", {"page_size": 1})
        found = self.api.post("/v1/search", _titled("", 1)).rows("results")
        if found:
            self.api.get(f"/v1/pages/{found[0].text('id')}/markdown")
        return "pages in view" if found else "no page is shared with the connection: on a page ••• → Connections"

    def article(self, raw: Reply) -> Article | None:
        """A page as `GET /v1/pages/ID` has it, whole with its markdown beside it; None when it is in the trash."""
        if raw.flag("in_trash") or raw.flag("archived"):
            return None
        told = {name: _value(prop) for name, prop in _properties(raw) if prop.text("type") != "title"}
        labels = (option.text("name") for _, prop in _properties(raw) for option in prop.rows("multi_select"))
        owner = next((person for name, prop in _properties(raw) if name.casefold() == "owner" for person in prop.rows("people")), None)
        return Article(
            ref=raw.need("id"),
            url=raw.text("url"),
            title=_title(raw) or "Untitled",
            text=_text(raw.text("markdown")),
            labels=tuple(dict.fromkeys(filter(None, labels))),
            author=_person(owner or raw.under("created_by")),
            fields={name: value for name, value in told.items() if value},
            created_at=raw.moment("created_time"),
            updated_at=raw.moment("last_edited_time"),
            whole="markdown" in raw.under("").raw,
        )

    def _entries(self, id: str, exact: tuple[str, ...], asked: tuple[str, ...]) -> Iterator[Reply]:
        """Entries of a data source whose title holds all exact strings, or any of the words."""
        titles = [{"property": "title", "title": {"contains": term}} for term in asked]
        body = {"filter": {"and" if exact else "or": titles}, "page_size": _HITS}
        try:
            yield from self.api.post(f"/v1/data_sources/{id}/query", body).need_rows("results")
        except NotFound:
            self.session.fall_short(f"data source {id} is not there, or not shared with the connection")

    @cached_property
    def _bodies(self) -> dict[str, Reply]:
        """Bodies read for this case, by page: the rungs of a search find the same pages."""
        return {}

    def _read(self, page: Reply, *, needed: bool = False) -> Reply:
        """The page with its body; without, where it is gone since, unless it is needed."""
        id = page.text("id")
        if page.flag("in_trash") or not _ID.fullmatch(id):
            return page
        try:
            body = self._bodies.get(id) or self.api.get(f"/v1/pages/{id}/markdown")
        except NotFound:
            if needed:
                raise
            return page
        self._bodies[id] = body
        if body.flag("truncated") or body.value("unknown_block_ids"):
            self.session.fall_short("a page was too long for Notion to render, or had parts that are not shared; those were not read")
        return Reply({**page.raw, "markdown": body.text("markdown")}, page.faults)


def _titled(words: str, size: int) -> dict[str, Any]:
    return {"query": words, "filter": {"property": "object", "value": "page"}, "page_size": size}


def _tells(term: str) -> bool:
    return any(map(str.isalnum, term))


def _is_stale(page: Reply, query: ArticleQuery) -> bool:
    edited = page.moment("last_edited_time") if query.since else None
    return bool(edited and query.since and edited < query.since)


def _likeness(page: Reply, terms: Iterable[str]) -> int:
    """How many of the terms the page's title holds."""
    title = _title(page).casefold()
    return sum(term.casefold() in title for term in terms)


def _id(reference: str) -> str:
    """The page's id in an address, with dashes; empty when the address is not Notion's. In a side view, `p` names the page."""
    parts = address(reference)
    host = (parts.hostname or "").casefold()
    if not any(host == own or host.endswith(f".{own}") for own in _HOSTS):
        return ""
    places = [*parse_qs(parts.query).get("p", ()), parts.path.rstrip("/")]
    found = next(filter(None, map(_ID.search, places)), None)
    return str(UUID(found[1])) if found else ""


def _properties(page: Reply) -> Iterator[tuple[str, Reply]]:
    properties = page.under("properties")
    yield from ((name, properties.under(name)) for name in properties.raw)


def _title(page: Reply) -> str:
    return next((_rich(prop, "title") for _, prop in _properties(page) if prop.text("type") == "title"), "")


def _rich(prop: Reply, at: str) -> str:
    return "".join(str(piece.value("plain_text") or "") for piece in prop.rows(at)).strip()


def _value(prop: Reply) -> str:
    """What a property says, as it is shown; empty for what is no plain value."""
    kind = prop.text("type")
    if kind in ("formula", "rollup"):
        return _value(prop.under(kind))
    if kind == "rich_text":
        return _rich(prop, kind)
    if kind in ("people", "multi_select"):
        return ", ".join(filter(None, (each.text("name") for each in prop.rows(kind))))
    joint, *parts = _JOINED.get(kind, ("", "name"))
    return joint.join(filter(None, (prop.text(f"{kind}.{part}") for part in parts))) or prop.text(kind)


def _person(raw: Reply) -> Person:
    """Whoever writes in the workspace is one of ours; names are told only to a connection that may read user information."""
    name = raw.text("name")
    return Person(name=name, email=raw.text("person.email"), side="system" if raw.text("type") == "bot" else "vendor") if name else Person()


def _text(markdown: str) -> str:
    """Enhanced markdown without its tags and colours; code is left as it is."""
    pieces = _FENCE.split(markdown)
    pieces[::2] = (_ESCAPED.sub(r"\1", _COLOUR.sub("", _TAGS.sub("", piece.replace("<br>", "\n")))) for piece in pieces[::2])
    return re.sub(r"\n\s*\n\s*\n+", "\n\n", "".join(pieces)).strip()


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Notion,)
