"""What a document loses, and in which order, when it is too long for stdout.

The steps below, mild ones first, and only as many as it takes. Each says what it took: `omitted` counts it. What a
citation rests on goes last: the id, ref and title of every piece of evidence outlive everything but the tails of lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

Document = dict[str, Any]
Step = Callable[[Document, Counter[str]], None]
"""Takes something out of the document, in place, and counts what it took under its field's name."""

OPTIONAL = {
    "EvidenceEntry": ("excerpt", "url", "author", "visibility", "at", "category", "connector"),
    "Fact": ("note",),
    "Line": ("account", "side", "note", "author"),
    "Promise": ("because", "by", "evidence"),
    "Clock": (
        *("proof", "policy_proof", "target_minutes", "fulfilled_at", "source", "calendar"),
        *("warning_at", "elapsed_minutes", "remaining_minutes", "policy_due_at"),
    ),
    "Reason": ("facts",),
    "Dimension": ("facts", "name"),
    "Issue": ("words", "gaps", "signals", "quotes", "counts", "tried", "references", "segments", "type_because"),
}
"""Model → fields that a document may lack which was cut to fit. A whole document has every field."""

_VERBATIM = ("id", "ref", "url", "command")
"""Never cut inside: half a key, address or command is worth nothing."""


def brief_up_to(length: int) -> Step:
    """The brief's first lines; it has a command of its own."""

    def step(document: Document, taken: Counter[str]) -> None:
        text = document.get("brief")
        if isinstance(text, str) and len(text) > length:
            document["brief"] = text[: text.rfind("\n", 0, length) + 1] if length else ""
            taken["brief"] += text.count("\n") - document["brief"].count("\n")

    return step


def texts_up_to(length: int) -> Step:
    """Every longer text ends in `…`; `omitted` need not count what shows itself."""

    def step(document: Document, _: Counter[str]) -> None:
        for key in document.keys() - {"brief", "error", "title"}:
            document[key] = _cut(document[key], length)

    return step


def without(path: str, *names: str) -> Step:
    """Fields of the objects at a path."""

    def step(document: Document, taken: Counter[str]) -> None:
        for found in _at(document, path):
            for name in names:
                if found.pop(name, None):
                    taken[path.partition(".")[0]] += 1

    return step


def at_most(path: str, count: int) -> Step:
    """The first entries of the lists at a path."""

    def step(document: Document, taken: Counter[str]) -> None:
        holder, _, name = path.rpartition(".")
        for found in _at(document, holder):
            for key in found if name == "*" else (name,):
                entries = found.get(key)
                if isinstance(entries, list) and len(entries) > count:
                    taken[path.partition(".")[0]] += len(entries) - count
                    found[key] = entries[:count]

    return step


def one_of_each(name: str, by: str) -> Step:
    """Of a list's entries, the first of each `by`."""

    def step(document: Document, taken: Counter[str]) -> None:
        entries = document.get(name)
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            document[name] = list({entry.get(by): entry for entry in reversed(entries)}.values())[::-1]
            if left := len(entries) - len(document[name]):
                taken[name] += left

    return step


def unless(name: str, field: str, value: str) -> Step:
    """A list without the entries of which the field has this value."""

    def step(document: Document, taken: Counter[str]) -> None:
        entries = document.get(name)
        if isinstance(entries, list):
            document[name] = [entry for entry in entries if not isinstance(entry, dict) or entry.get(field) != value]
            if left := len(entries) - len(document[name]):
                taken[name] += left

    return step


_REASONS = ("decision.criteria", "severity.because", "target.because")

TEXTS: tuple[Step, ...] = tuple(texts_up_to(length) for length in (2_000, 1_000, 500, 240, 120, 60))
"""For whatever is no case."""

STEPS: tuple[Step, ...] = (
    brief_up_to(1_500),
    texts_up_to(240),
    brief_up_to(400),
    without("issue", *OPTIONAL["Issue"]),
    *(without(path, "facts") for path in (*_REASONS, "impact.*")),
    without("facts", "note"),
    texts_up_to(160),
    *(at_most(f"{path}.evidence", 3) for path in (*_REASONS, "impact.*", "facts", "affected_accounts")),
    without("evidence", "url", "author", "visibility"),
    at_most("reproduction.*", 2),
    one_of_each("digest", "part"),
    unless("sla", "state", "met"),
    unless("promises", "state", "kept"),
    without("promises", *OPTIONAL["Promise"]),
    without("sla", *OPTIONAL["Clock"]),
    texts_up_to(100),
    without("digest", *OPTIONAL["Line"]),
    without("impact.*", "name"),
    without("evidence", "excerpt", "at"),
    without("evidence", "category", "connector"),
    at_most("reproduction.*", 1),
    brief_up_to(0),
    *(at_most(f"{path}.evidence", 2) for path in (*_REASONS, "impact.*", "facts")),
    texts_up_to(70),
)
"""For a case and its brief."""


def _cut(value: Any, length: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= length else value[: length - 1] + "…"
    if isinstance(value, list):
        return [_cut(inner, length) for inner in value]
    if isinstance(value, dict):
        return {key: inner if key in _VERBATIM and not isinstance(inner, dict) else _cut(inner, length) for key, inner in value.items()}
    return value


def _at(document: Document, path: str) -> Iterable[Document]:
    """Every object at a dotted path, lists entered; `*` is any name."""
    found: list[Any] = [document]
    for name in path.split(".") if path else ():
        inner = [holder for each in found for holder in (each.values() if name == "*" else (each.get(name),))]
        found = [entry for each in inner for entry in (each if isinstance(each, list) else (each,)) if isinstance(entry, dict)]
    return found
