"""What Jira's exports have in common: states."""

from typing import Literal

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


def state_of(status: str, category: str = "", resolution: str = "") -> State:
    """Open, in progress or done: by the status category where it is stated, else by resolution and the usual words."""
    if known := _CATEGORIES.get(category.casefold()):
        return known
    if resolution.casefold() not in _UNRESOLVED:
        return "done"
    return _STATES.get(status.casefold(), "unknown")
