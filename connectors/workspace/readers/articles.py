"""Articles as files: Markdown with or without front matter, and HTML pages, Confluence's space export among them."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import ClassVar, get_args

from escalation.html_text import html_to_text
from escalation.records import Article, Category, Record, Visibility

from ..reader import Context, Export, Fault, Row, Unreadable
from .cells import Cells

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(.*?)(?:\r?\n)---[ \t]*(?:\r?\n|$)", re.DOTALL)
_ENTRY = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)")
_HEADING = re.compile(r"^# +(.+?)[ #]*$|^(\S.*)\n=+[ \t]*$", re.MULTILINE)
_OWN = frozenset(("title", "id", "ref", "slug", "url", "canonical_url", "tags", "labels", "keywords", "author", "visibility"))
_DATES = frozenset(("created", "created_at", "date", "updated", "updated_at", "modified", "lastmod", "last_updated"))
_PAGE_NUMBER = re.compile(r"(?:^|_)(\d{4,})$")
"""Confluence names the file of a page `Title_12345.html` or `12345.html`."""
_CHANGED = re.compile(r"(?:last modified|last updated|created)(?: by .*?)? on ([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4})", re.DOTALL)
_CONTENTS = re.compile(r'class="[^"]*pageSection[^"]*"[^>]*>\s*(?:<[^>]+>\s*)*Available Pages')


class Articles:
    """Reads pages."""

    format = "Markdown and HTML pages"
    categories = (Category.KNOWLEDGE_BASE,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Any Markdown or HTML."""
        return export.shape in ("markdown", "html")

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """An article for each file; a Confluence export's table of contents is none."""
        for export in exports:
            try:
                text = export.text()
            except Unreadable as error:
                yield Fault(export.name, error.line, error.problem)
                continue
            if export.shape == "markdown":
                yield from self._markdown(export.name, text)
            elif not _CONTENTS.search(text):
                yield from self._html(export.name, text)

    def _markdown(self, name: str, text: str) -> Iterator[Record | Fault]:
        found = _FRONT_MATTER.match(text)
        said = _front_matter(found[1]) if found else {}
        body = text[found.end() :] if found else text
        heading = _HEADING.search(body)
        title = (heading[1] or heading[2]) if heading else ""
        yield from self._article(name, said, title, body.replace("\r\n", "\n").strip())

    def _html(self, name: str, text: str) -> Iterator[Record | Fault]:
        page = _Page(text)
        said = dict(page.said)
        if number := _PAGE_NUMBER.search(PurePosixPath(name).stem):
            said.setdefault("id", number[1])
        if changed := _CHANGED.search(html_to_text(page.metadata)):
            said.setdefault("updated", f"{changed[2]} {changed[1]} {changed[3]}")
        space, apart, title = page.title.partition(" : ")
        if apart:
            said.setdefault("space", space)
        yield from self._article(name, said, page.heading or title or page.title, html_to_text(page.main))

    def _article(self, name: str, said: Row, title: str, text: str) -> Iterator[Record | Fault]:
        cells = Cells(said, self._context, name, None)
        visible = cells.text("visibility").lower() or "internal"
        if visible not in get_args(Visibility):
            cells.fault(f"visibility {visible[:40]!r} is none of {', '.join(get_args(Visibility))}; taken as restricted")
            visible = "restricted"
        space = cells.text("space") or str(PurePosixPath(name).parent).removeprefix(".")
        yield Article(
            ref=cells.text("id", "ref", "slug") or name,
            url=cells.text("url", "canonical_url"),
            title=cells.text("title") or title or PurePosixPath(name).stem.replace("-", " ").replace("_", " "),
            text=text,
            space=space,
            labels=cells.list("tags", "labels", "keywords", apart=","),
            author=cells.person("author"),
            created_at=cells.moment("created", "created_at", "date"),
            updated_at=cells.moment("updated", "updated_at", "modified", "lastmod", "last_updated"),
            fields={key: value for key in said if key not in _OWN | _DATES | {"space"} and (value := cells.text(key))},
            visibility=visible,  # type: ignore[arg-type]
        )
        yield from cells.faults


def _front_matter(block: str) -> dict[str, str | list[str]]:
    """`key: value`, `key: [a, b]` and a list of `- a` lines under a key; anything finer is left as text."""
    said: dict[str, str | list[str]] = {}
    under: list[str] = []
    for line in block.splitlines():
        if entry := _ENTRY.fullmatch(line):
            key, value = entry[1].lower(), entry[2].strip()
            under = []
            if value.startswith("[") and value.endswith("]"):
                said[key] = [_unquoted(piece) for piece in value[1:-1].split(",") if piece.strip()]
            else:
                said[key] = _unquoted(value) if value else under
        elif line.lstrip().startswith("- "):
            under.append(_unquoted(line.lstrip()[2:]))
    return said


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


class _Page(HTMLParser):
    """Where things stand on an HTML page."""

    _META: ClassVar = {
        "article:modified_time": "updated",
        "last-modified": "updated",
        "dcterms.modified": "updated",
        "article:published_time": "created",
        "keywords": "keywords",
        "author": "author",
    }
    _VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self.heading = ""
        self._html = html
        self._lines = [0, *(at.end() for at in re.finditer("\n", html))]
        self._open: list[str] = []
        self._region: dict[str, tuple[int, int]] = {}
        self._start: dict[str, tuple[int, int]] = {}
        """Region → (depth of its element, where it begins)."""
        try:
            self.feed(html)
            self.close()
        except AssertionError:
            pass  # a broken declaration: what was found so far stands

    @property
    def main(self) -> str:
        """The HTML of what the page is about."""
        for region in ("content", "article", "main", "body"):
            if region in self._region or region in self._start:
                begin, end = self._region.get(region) or (self._start[region][1], len(self._html))
                return self._html[begin:end]
        return self._html

    @property
    def metadata(self) -> str:
        """The HTML of Confluence's line on who made the page and when."""
        begin, end = self._region.get("metadata", (0, 0))
        return self._html[begin:end]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "meta" and (key := self._META.get((has.get("name") or has.get("property") or has.get("http-equiv") or "").lower())):
            self.said.setdefault(key, has.get("content", ""))
        if tag == "link" and has.get("rel") == "canonical":
            self.said["url"] = has.get("href", "")
        if tag in self._VOID:
            return
        self._open.append(tag)
        region = {"article": "article", "main": "main", "body": "body"}.get(tag, "")
        if has.get("id") == "main-content":
            region = "content"
        elif "page-metadata" in has.get("class", ""):
            region = "metadata"
        if region and region not in self._start:
            self._start[region] = (len(self._open), self._offset() + len(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open:
            for region, (depth, begin) in self._start.items():
                if depth == len(self._open) and region not in self._region:
                    self._region[region] = (begin, self._offset())
            if self._open.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title = (self.title + " " + " ".join(data.split())).strip()
        elif "h1" in self._open and "content" not in self._start and not self._closed_heading():
            self.heading = (self.heading + " " + " ".join(data.split())).strip()

    def _closed_heading(self) -> bool:
        return self.title != "" and " : " in self.title  # Confluence's h1 repeats its title with the space before it

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
