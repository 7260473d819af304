"""Confluence's XML space export: `entities.xml`, the current pages with their bodies in storage format."""

import io
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree  # noqa: ICN001

from escalation.records import Article, Category, Record

from ...storage_format import storage_text
from ..reader import Context, Export, Fault, Unreadable
from .cells import Cells

_PAGES = ("Page", "BlogPost")


class Confluence:
    """Reads `entities.xml`."""

    format = "Confluence XML export"
    categories = (Category.KNOWLEDGE_BASE,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """XML whose first element is `hibernate-generic`; a zip's descriptor beside it is no page."""
        return export.shape == "xml" and "<hibernate-generic" in export.text()[:2000]

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """An article for each current page and blog post."""
        for export in exports:
            pages: list[ElementTree.Element] = []
            bodies: dict[str, str] = {}
            spaces: dict[str, str] = {}
            try:
                self._collect(export, pages, bodies, spaces)
            except Unreadable as error:
                yield Fault(export.name, error.line, error.problem)
            except ElementTree.ParseError as error:
                yield Fault(export.name, error.position[0], "is not XML from here; cut off or damaged")
            for page in pages:
                yield from self._article(page, export.name, bodies, spaces)

    def _collect(self, export: Export, pages: list[ElementTree.Element], bodies: dict[str, str], spaces: dict[str, str]) -> None:
        stream = io.StringIO(export.text().partition("?>")[2] or export.text())
        for _, element in ElementTree.iterparse(stream):  # noqa: S314 - expat refuses entities that grow, and fetches none
            if element.tag != "object":
                continue
            kind = element.get("class", "")
            if kind in _PAGES:
                pages.append(element)
            elif kind == "BodyContent":
                bodies[_property(element, "content")] = _property(element, "body")
            elif kind == "Space":
                spaces[_id(element)] = _property(element, "key")
            else:
                element.clear()

    def _article(self, page: ElementTree.Element, file: str, bodies: dict[str, str], spaces: dict[str, str]) -> Iterator[Record | Fault]:
        if _property(page, "contentStatus") not in ("", "current") or _property(page, "originalVersion"):
            return
        stated = {name: _property(page, name) for name in ("title", "creationDate", "lastModificationDate")}
        cells = Cells(stated, self._context, file, None)
        yield Article(
            ref=_id(page),
            title=cells.text("title") or _id(page),
            text=storage_text(bodies.get(_id(page), "")),
            space=spaces.get(_property(page, "space"), ""),
            created_at=cells.moment("creationDate"),
            updated_at=cells.moment("lastModificationDate"),
        )
        yield from cells.faults


def _id(element: ElementTree.Element) -> str:
    return (element.findtext("id") or "").strip()


def _property(element: ElementTree.Element, name: str) -> str:
    """A property's text, or the id of the object it refers to."""
    found = next((child for child in element.iter("property") if child.get("name") == name), None)
    if found is None:
        return ""
    return (found.findtext("id") or found.text or "").strip()
