"""The issue: what was typed, understood. Nothing in it is guessed; what can't be told is a gap."""

from typing import Literal

from escalation.evidence import Gap
from escalation.model import Instant, Model

IssueType = Literal["bug", "feature gap", "configuration", "question", "outage", "security", "unknown"]


class When(Model):
    """A time expression, word for word, and the moment or span it stands for."""

    text: str
    at: Instant
    """The moment; the start, when it is a span."""
    until: Instant | None = None
    """End of the span: "yesterday" is a day long. None for an exact moment."""


class Count(Model):
    """A stated number of something: "3 customers", "about 40 users"."""

    text: str
    number: int
    unit: Literal["customers", "users", "tickets", "records", "attempts", "percent", "other"]
    approximate: bool = False


class Reference(Model):
    """A key or URL of a record elsewhere, as typed."""

    text: str
    kind: Literal["ticket", "work item", "message", "article", "account", "unknown"] = "unknown"


class Signal(Model):
    """Words that raise the stakes, and what they are a sign of."""

    name: Literal[
        "churn",
        "deadline",
        "security",
        "outage",
        "data loss",
        "executive",
        "legal",
        "public",
        "blocked",
        "workaround",
        "intermittent",
        "regression",
        "sla",
        "feature",
        "question",
        "configuration",
        "waiting",
    ]
    text: str
    """The words themselves, word for word."""


class Issue(Model):
    """One sentence, taken apart. Every tuple is in order of appearance unless it says otherwise."""

    sentence: str
    """As typed, whole up to the cap; longer input says so in `gaps`."""
    at: Instant
    """The now it was understood against."""
    zone: str
    """IANA zone that "yesterday" and "by Friday 5 pm" were read in."""
    summary: str
    """What is broken or wanted, in the typed words, without the customer clause."""
    type: IssueType = "unknown"
    type_because: str = ""
    """The words that decided the type."""
    customers: tuple[str, ...] = ()
    """Names as typed; which account each is, gathering finds out."""
    segments: tuple[str, ...] = ()
    """"Enterprise", "EU": a class of customers rather than a named one."""
    everyone: bool = False
    """It says that all customers or users are affected."""
    counts: tuple[Count, ...] = ()
    since: When | None = None
    duration: str = ""
    """"for two weeks", word for word, when that is how `since` was said."""
    deadline: When | None = None
    references: tuple[Reference, ...] = ()
    errors: tuple[str, ...] = ()
    """Error codes and exception names: "500", "ERR_CONN_RESET", "SAML_RESPONSE_INVALID"."""
    quotes: tuple[str, ...] = ()
    """Quoted messages and literal strings, without their quotation marks."""
    tried: tuple[str, ...] = ()
    """Clauses that say what was tried, word for word."""
    signals: tuple[Signal, ...] = ()
    words: tuple[str, ...] = ()
    """Telling words for search, most telling first, lower case, without stop words or customer names."""
    gaps: tuple[Gap, ...] = ()

    def has(self, *names: str) -> bool:
        """Is any of these signals there?"""
        return any(signal.name in names for signal in self.signals)
