"""What Jira's exports have in common: states, comments, wiki markup and ADF as text."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

State = Literal["open", "in progress", "done", "unknown"]

_CATEGORIES: dict[str, State] = {
    "to do": "open",
    "new": "open",
    "undefined": "unknown",
    "in progress": "in progress",
    "indeterminate": "in progress",
    "done": "done",
}
_WORDS: dict[State, tuple[str, ...]] = {
    "open": ("open", "to do", "todo", "new", "reopened", "backlog", "selected for development", "triage", "accepted", "waiting", "blocked"),
    "in progress": ("in progress", "in review", "code review", "patch available", "in development", "testing", "in testing", "in qa"),
    "done": ("resolved", "closed", "done", "released", "fixed", "verified", "completed", "cancelled", "canceled", "rejected", "declined"),
}
_STATES = {word: state for state, words in _WORDS.items() for word in words}
_UNRESOLVED = frozenset(("", "unresolved", "none"))

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


def state_of(status: str, category: str = "", resolution: str = "") -> State:
    """Open, in progress or done: by the status category where it is stated, else by resolution and the usual words."""
    if known := _CATEGORIES.get(category.casefold()):
        return known
    if resolution.casefold() not in _UNRESOLVED:
        return "done"
    return _STATES.get(status.casefold(), "unknown")


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
        return re.sub(r"\n{3,}", "\n\n", "".join(_adf(value)).strip())
    return ""


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
    for number, item in enumerate(node.get("content") or (), start=1):
        marker = f"{number}. " if numbered else "- "
        lines = "".join(_adf(item)).strip().splitlines() or [""]
        yield marker + ("\n" + " " * len(marker)).join(lines) + "\n"


def _children(node: Mapping[str, Any]) -> Iterator[str]:
    content = node.get("content")
    for child in content if isinstance(content, list) else ():
        yield from _adf(child)


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
