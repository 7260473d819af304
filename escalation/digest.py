"""The digest: sentences word for word, each chosen for the part it plays in the case."""

from typing import Literal

from escalation.model import Instant, Model
from escalation.records import Side

Part = Literal[
    "symptom", "error", "tried", "workaround", "suspected cause", "doubt", "commitment", "retraction",
    "ask", "deadline", "promise by us", "unanswered", "executive or legal", "owner", "decision", "does not fit",
]


class Line(Model):
    """One sentence and the part it plays."""

    part: Part
    id: str
    """T1 or T1.2"""
    text: str
    """Word for word."""
    at: Instant | None = None
    author: str = ""
    side: Side = "unknown"
    account: str = ""
    """Name of the account it is about, where that is known."""
    note: str = ""
    """What the rule adds: the result of a step tried, why a workaround fails, that no one has answered."""
