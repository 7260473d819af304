"""HTML as plain text: what a ticket body, a conversation part or an article says, without its markup.

Blocks become lines, `<pre>` keeps its own, lists keep their markers, quotations get `> `, a link
becomes `text (url)`. Tags are found in one pass over the text, because the standard library's parser
takes minutes over some hundred kilobytes of broken tags, and anybody may send those to a help desk.
"""

import re
from collections.abc import Iterator
from html import unescape

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]*)([^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*)>""")
_LONG_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)([^>]*)>")
_TAG_WINDOW = 1000
"""Characters in which a tag's quotes must close; a longer tag (an inline image) ends at its first `>`."""
_ATTRIBUTE = re.compile(r"""\b(href|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_APART = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure hr".split())
"""Blocks with an empty line before and after."""
_BLOCKS = _APART | frozenset("address article aside body dd div dt fieldset footer form header html li main nav section tr".split())
_RAW = frozenset("script style title".split())
"""Elements whose content is no text of the page and holds no tags."""
_LISTS = frozenset(("ul", "ol"))
_DEPTH = 9
"""Levels of quotation and indentation that are shown."""


def html_to_text(html: str) -> str:
    """The words of `html`, with its lines. Never raises; plain text comes back as it is, entities decoded."""
    page = _Page()
    for text, closing, tag, attributes in _pieces(html.replace("\r\n", "\n")):
        if text:
            page.write(unescape(text))
        if tag:
            (page.close if closing else page.open)(tag, attributes)
    return page.text()


def _pieces(html: str) -> Iterator[tuple[str, bool, str, str]]:
    """(text, closing, tag, attributes): each tag with the text before it; at the end, text with no tag."""
    start = at = 0
    last = html.rfind(">")
    while 0 <= (at := html.find("<", at)) < last:
        closing, tag, attributes = False, "", ""
        if html.startswith("<!--", at):
            end = html.find("-->", at + 2) + 3
        elif html.startswith(("<!", "<?"), at):
            end = html.find(">", at) + 1
        elif found := _TAG.match(html, at, at + _TAG_WINDOW) or _LONG_TAG.match(html, at):
            closing, tag, attributes, end = bool(found[1]), found[2].lower(), found[3], found.end()
        else:
            at += 1
            continue
        yield html[start:at], closing, tag, attributes
        if end <= at:  # a comment that never ends
            return
        if tag in _RAW and not closing:
            shut = re.compile(f"</{tag}", re.IGNORECASE).search(html, end)
            end = shut.start() if shut else len(html)
        start = at = end
    yield html[start:], False, "", ""


class _Page:
    """Lines as they come about."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._silent = False
        self._pre = 0
        self._quotes = 0
        self._lists: list[int | None] = []
        """Open lists: the last number of a numbered one, else None."""
        self._marker = ""
        """A list item's bullet or number, until its first words come."""
        self._link = ("", 0)
        """The open link: its target, and how many pieces the line had before its text."""

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def write(self, text: str) -> None:
        if self._silent:
            return
        if self._pre:
            first, *others = text.split("\n")
            self._line.append(first)
            for line in others:
                self._break()
                self._line.append(line)
            return
        words = _SPACE.sub(" ", text)
        if not self._line or self._line[-1].endswith(" "):
            words = words.lstrip(" ")
        if words:
            self._line.append(words)

    def open(self, tag: str, attributes: str) -> None:
        if tag in _BLOCKS:
            self._open_block(tag)
        elif tag == "br":
            self._break()
        elif tag in ("td", "th"):
            if self._line:
                self._line.append(" | ")
        elif tag == "a":
            self._link = (_attribute(attributes, "href"), len(self._line))
        elif tag == "img" and (name := _attribute(attributes, "alt")):
            self.write(f"[image: {name}]")
        elif tag == "head":
            self._silent = True

    def close(self, tag: str, _attributes: str) -> None:
        if tag in _BLOCKS:
            self._close_block(tag)
        elif tag == "a":
            self._close_link()
        elif tag == "head":
            self._silent = False

    def _open_block(self, tag: str) -> None:
        self._silent = self._silent and tag != "body"
        self._separate(tag)
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1
        elif tag in _LISTS:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._marker = self._next_marker()

    def _close_block(self, tag: str) -> None:
        self._end_line()
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
            while self._lines and not self._lines[-1].strip("> "):
                self._lines.pop()
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._marker = ""
        self._separate(tag)

    def _close_link(self) -> None:
        (target, start), self._link = self._link, ("", 0)
        shown = "".join(self._line[start:]).strip()
        plain = target.removeprefix("mailto:").removeprefix("tel:").rstrip("/")
        if target and not target.lower().startswith(("#", "javascript:", "data:")) and shown.rstrip("/") != plain:
            self._line.append(f" ({target})" if shown else target)

    def _next_marker(self) -> str:
        indent = "  " * (min(_DEPTH, len(self._lists)) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _separate(self, tag: str) -> None:
        """End the line; an empty one follows beside blocks that stand apart, save a list inside a list."""
        self._end_line()
        if tag in _APART and not self._marker and not (tag in _LISTS and self._lists):
            self._empty_line()

    def _end_line(self) -> None:
        if "".join(self._line).strip():
            self._break()
        self._line.clear()

    def _break(self) -> None:
        line = "".join(self._line).replace("\xa0", " ").rstrip()
        self._line.clear()
        self._link = (self._link[0], 0)
        if line:
            self._lines.append("> " * min(_DEPTH, self._quotes) + self._marker + line)
            self._marker = ""
        elif self._pre:
            self._lines.append("")
        else:
            self._empty_line()

    def _empty_line(self) -> None:
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(">" * min(_DEPTH, self._quotes))


def _attribute(attributes: str, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return unescape(found[2] or found[3] or found[4] or "").strip()
    return ""
