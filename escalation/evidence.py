"""Evidence, facts, gaps and coverage: what is known, from where, what is not, and what could be seen."""

from typing import Literal

from escalation.model import Instant, Model
from escalation.records import AnyRecord, Category

Status = Literal["observed", "stated", "derived", "unknown"]
"""*observed* in a system, *stated* by a person, *derived* by a rule; *unknown* is a word we print."""


class Evidence(Model):
    """A record admitted to the case."""

    id: str
    """T1 ticket, A1 account, M1 message, W1 work item, K1 article, U1 what the user said. `T1.2` is a passage of it."""
    connector: str
    """Name the connector is configured under; `user` for what was typed or added."""
    category: Category
    record: AnyRecord
    why: tuple[str, ...] = ()
    """Why it was admitted, each a short clause: "names ENG-812", "same error code 500 on /v2/orders"."""
    bearing: Literal["direct", "context", "look-alike"] = "direct"
    """direct: it is about this issue; context: it helps to judge it (an earlier similar ticket, an article, an
    account); look-alike: somebody says that it is another matter, and a reader could confuse the two."""
    same_as: str = ""
    """Id of the account that this one is in another system; `why` says how that is known."""
    relevance: float = 0.0
    """0 to 1, for ordering only; never shown as a probability."""


class Fact(Model):
    """A value with what it rests on."""

    id: str
    """F1, F2 …"""
    name: str
    value: str
    """As printed; `unknown` when status is unknown. Times carry an offset, money a currency, durations a unit."""
    status: Status
    evidence: tuple[str, ...] = ()
    """Evidence ids or passages. Empty only when unknown."""
    note: str = ""
    """The rule that derived it, or whom to ask when it is unknown."""


class Gap(Model):
    """What is unknown, why it matters, and whom or what to ask."""

    question: str
    why: str
    ask: str


class Coverage(Model):
    """What one connector could see of one category."""

    connector: str
    category: Category
    status: Literal["complete", "partial", "unauthorized", "throttled", "timed_out", "failed", "not_configured"]
    detail: str = ""
    """Why it is not complete, and what to do about it."""
    records: int = 0
    """Records it yielded."""
    requests: int = 0
    seconds: float = 0.0


class Dropped(Model):
    """Records that were found and left out, counted by the reason."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()
    """A few refs, so that a reader can look."""


class Quote(Model):
    """A sentence word for word, with where it stands."""

    id: str
    """T1 or T1.2"""
    text: str
    at: Instant | None = None
    author: str = ""
