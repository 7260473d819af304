"""Confluence: pages as articles.

A search in CQL is there in REST API v1 alone and gives an excerpt; the body comes from v2, in storage format. Parameters and
fields of `/wiki/rest/api/search` and `/wiki/api/v2/pages/{id}` were read in the typed client confluence.js (July 2026), which
follows Atlassian's own description; `text` covers title, body and labels: https://developer.atlassian.com/cloud/confluence/cql-fields/;
`siteSearch`, which many use, is not among the fields there and some sites refuse it. An excerpt marks what was found by
`@@@hl@@@`. Read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from escalation.connector import ArticleQuery
from escalation.html_text import html_to_text
from escalation.paging import Call, Paging
from escalation.records import Article
from escalation.reply import Reply

from ..storage_format import storage_text
from .query import among, cql_text, quoted
from .site import Site

_HITS = 25
_PAGE = re.compile(r"/wiki/spaces/[^/]+/pages/(?:edit-v2/)?(\d{1,19})(?:/|$)")
_SPACE = re.compile(r"/spaces/([^/]+)/")
_SHOWN = re.compile(r"@@@(?:end)?hl@@@")


class Confluence(Site):
    """Finds pages."""

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]:
        text = cql_text(query)
        if "confluence" not in self.settings.products or not text:
            return
        since = f"lastmodified >= {quoted(f'{query.since - timedelta(days=1):%Y-%m-%d}')}" if query.since else ""
        cql = " AND ".join(filter(None, ("type = page", among("space", self.settings.spaces), text, since)))
        most = min(query.limit, _HITS)
        call = Call(f"{self.below('confluence')}/rest/api/search", params={"cql": cql, "limit": most, "excerpt": "highlight"})
        rows = (row for page in self.api.pages(self._following(call)) for row in page.reply.need_rows("results"))
        yield from self.mapped(islice(rows, most), self.article_hit)

    def article_hit(self, raw: Reply) -> Article:
        """A page as a search holds it."""
        return Article(
            ref=raw.need("content.id"),
            url=self._page_url(raw.text("url", "content._links.webui")),
            whole=False,
            title=html_to_text(_SHOWN.sub("", raw.need("title", "content.title"))),
            text=html_to_text(_SHOWN.sub("", raw.text("excerpt"))),
            space=_space(raw.text("url", "content._links.webui")),
            updated_at=raw.moment("lastModified"),
        )

    def article(self, raw: Reply) -> Article:
        """A page as v2 has it."""
        address = raw.text("_links.webui")
        return Article(
            ref=raw.need("id"),
            url=self._page_url(address),
            title=raw.need("title"),
            text=storage_text(raw.text("body.storage.value")),
            space=_space(address),
            labels=tuple(filter(None, (label.text("name") for label in raw.rows("labels.results")))),
            created_at=raw.moment("createdAt"),
            updated_at=raw.moment("version.createdAt"),
        )

    def page(self, id: str) -> Reply:
        """One page with its body."""
        return self.api.get(f"{self.below('confluence')}/api/v2/pages/{id}", **{"body-format": "storage", "include-labels": True})

    def page_in(self, url: str) -> str:
        """The id of the page that an address of this site names; empty for any other."""
        if "confluence" not in self.settings.products or not self.is_here(url):
            return ""
        parts = urlsplit(url)
        found = _PAGE.search(parts.path)
        id = found[1] if found else parse_qs(parts.query).get("pageId", [""])[0] if parts.path.endswith("/pages/viewpage.action") else ""
        return id if id.isdecimal() and id.isascii() else ""

    def pages_seen(self) -> str:
        """How many pages it finds."""
        found = self.api.get(f"{self.below('confluence')}/rest/api/search", cql="type = page", limit=1)
        return f"{found.number('totalSize') or 0:,} pages in view"

    def bodies_seen(self) -> str:
        """Do its pages answer?"""
        self.api.get(f"{self.below('confluence')}/api/v2/pages", limit=1)
        return "pages with their bodies"

    def _page_url(self, path: str) -> str:
        return f"{self.web()}/wiki{path}" if path.startswith("/") else ""

    def _following(self, call: Call) -> Paging:
        """The address of the next page is stated without host and without what comes before the API."""
        while True:
            page = yield call
            path = page.reply.text("_links.next")
            if not path:
                return
            call = replace(call, path=f"{self.below('confluence')}{path.removeprefix('/wiki')}", params={})


def _space(path: str) -> str:
    found = _SPACE.search(path)
    return found[1] if found else ""
