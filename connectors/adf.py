"""Atlassian's rich text as plain text, and plain text as Atlassian's rich text: ADF, and Jira's wiki markup.

The document format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/. Cloud's REST API v3 speaks
it; exports, Server and the API of Jira Service Management speak wiki markup.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

_FENCE = re.compile(r"\{(?:code|noformat)(?::[^}\n]*)?\}")
_MACRO = re.compile(r"\{(?:color|panel|quote|expand|anchor|adf)(?::[^}\n]*)?\}")
_LINK = re.compile(r"\[([^\[\]|\n]+)\|((?:https?://|mailto:)[^\]|\s]+)(?:\|[^\]\n]*)?\]")
_BARE_LINK = re.compile(r"\[((?:https?://|mailto:)[^\]|\s]+)\]")

_NAMED_BY = {
    "mention": ("text",),
    "emoji": ("text", "shortName"),
    "status": ("text",),
    "inlineCard": ("url",),
    "blockCard": ("url",),
    "embedCard": ("url",),
    "media": ("alt",),
}
"""ADF leaves, and the attributes that say what they show."""
_FRAMES: dict[str, Callable[[str], str]] = {
    "paragraph": lambda text: text + "\n",
    "heading": lambda text: text + "\n",
    "codeBlock": lambda text: f"```\n{text}\n```\n",
    "tableCell": lambda text: " ".join(text.split()) + " | ",
    "tableHeader": lambda text: " ".join(text.split()) + " | ",
    "tableRow": lambda text: text.removesuffix(" | ") + "\n",
    "blockquote": lambda text: "".join(f"> {line}\n" for line in text.strip().splitlines()),
}
"""ADF blocks, and how the text in them is set."""


def wiki_text(markup: str) -> str:
    """Jira's wiki markup as text: code between fences, links as `text (url)`, colours and panels gone, all else as it stands."""
    if "{" in markup:
        markup = _FENCE.sub("\n```\n", markup)
        markup = _MACRO.sub("", markup)
        markup = re.sub(r"\n+```\n+", "\n```\n", markup)
    if "[" in markup:
        markup = _LINK.sub(r"\1 (\2)", markup)
        markup = _BARE_LINK.sub(r"\1", markup)
    return markup.strip()


def rich_text(value: Any) -> str:
    """A description or comment: wiki markup as text, or a document of Atlassian's format (ADF)."""
    if isinstance(value, str):
        return wiki_text(value)
    if isinstance(value, Mapping) and value.get("type") == "doc":
        try:
            return re.sub(r"\n{3,}", "\n\n", "".join(_adf(value)).strip())
        except RecursionError:  # lists may stand in lists without end
            return ""
    return ""


def document(text: str, links: Iterable[str] = ()) -> dict[str, Any]:
    """A document that says `text` as it stands, a paragraph for each block between empty lines, then a paragraph for each link."""
    blocks = [block.strip("\n") for block in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n")) if block.strip()]
    paragraphs = [[node for line in block.split("\n") for node in (_BREAK, *_said(line))][1:] for block in blocks]
    paragraphs += [[*_said(link, marks=[{"type": "link", "attrs": {"href": link}}])] for link in links]
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": nodes} for nodes in paragraphs]}


_BREAK: Mapping[str, Any] = {"type": "hardBreak"}


def _said(text: str, **more: Any) -> tuple[Mapping[str, Any], ...]:
    """A text node; none for no text, which the format forbids."""
    return ({"type": "text", "text": text, **more},) if text else ()


def _adf(node: Any) -> Iterator[str]:
    if not isinstance(node, Mapping):
        return
    kind = str(node.get("type") or "")
    if kind == "text":
        yield _marked(node)
    elif kind == "hardBreak":
        yield "\n"
    elif kind in _NAMED_BY:
        yield next((str(said) for name in _NAMED_BY[kind] if (said := _attribute(node, name))), "")
    elif kind in ("bulletList", "orderedList", "taskList", "decisionList"):
        yield from _list(node, numbered=kind == "orderedList")
    else:
        yield _FRAMES.get(kind, str)("".join(_children(node)))


def _list(node: Mapping[str, Any], *, numbered: bool) -> Iterator[str]:
    for number, item in enumerate(_content(node), start=1):
        marker = f"{number}. " if numbered else "- "
        lines = "".join(_adf(item)).strip().splitlines() or [""]
        yield marker + ("\n" + " " * len(marker)).join(lines) + "\n"


def _children(node: Mapping[str, Any]) -> Iterator[str]:
    for child in _content(node):
        yield from _adf(child)


def _content(node: Mapping[str, Any]) -> list[Any]:
    content = node.get("content")
    return content if isinstance(content, list) else []


def _marked(node: Mapping[str, Any]) -> str:
    text = str(node.get("text") or "")
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        if isinstance(mark, Mapping) and mark.get("type") == "link":
            target = str(_attribute(mark, "href"))
            return text if target in ("", text) else f"{text} ({target})"
    return text


def _attribute(node: Mapping[str, Any], name: str) -> Any:
    attributes = node.get("attrs")
    return (attributes.get(name) if isinstance(attributes, Mapping) else "") or ""
