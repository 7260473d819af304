"""What step 3 hands on: impact on seven dimensions, the clocks, the severity, and the facts behind them."""

from collections.abc import Mapping
from typing import Literal

from escalation.evidence import Fact, Gap
from escalation.model import Instant, Model
from escalation.records import Metric, Money

Level = Literal["Critical", "High", "Medium"]

DIMENSIONS = ("breadth", "depth", "duration", "revenue", "reputation", "contractual", "time pressure")


class Dimension(Model):
    """One dimension of impact, in a sentence that cites."""

    name: str
    """One of DIMENSIONS."""
    statement: str
    """Plain words; `Unknown` and how to find out when nothing supports one."""
    facts: tuple[str, ...] = ()
    """Fact ids."""
    evidence: tuple[str, ...] = ()


class Clock(Model):
    """One target of one ticket: what was promised, when it falls due, and where it stands."""

    ticket: str
    """Evidence id."""
    account: str
    """Account name, as printed."""
    metric: Metric
    state: Literal["breached", "due", "met", "paused", "unknown"]
    due_at: Instant | None = None
    fulfilled_at: Instant | None = None
    target_minutes: int | None = None
    minutes: int | None = None
    """Elapsed minutes past due (breached) or left (due). None when they can't be told."""
    warning_at: Instant | None = None
    """The policy's warning time before it falls due, on the same calendar. None when it no longer runs."""
    elapsed_minutes: int | None = None
    """Minutes used so far on the calendar, pauses not counted. None where the platform counts."""
    remaining_minutes: int | None = None
    """Minutes left on the calendar, below zero once it is over. None where the platform counts."""
    calendar: str = ""
    """The calendar that it is counted on: `emea v3`. Empty where the platform counts, or elapsed time does."""
    source: Literal["platform", "policy"]
    proof: str = ""
    """One line by which a person can redo the sum."""
    policy_due_at: Instant | None = None
    """When the policy would have a platform's clock fall due, where that differs by more than a minute."""
    policy_proof: str = ""
    """The sum behind that."""
    evidence: tuple[str, ...] = ()


class Reason(Model):
    """One reason, with the fact names that were read and the evidence they rest on."""

    rule: str
    """Id of the policy rule: `severity.impact.production_down`."""
    text: str
    facts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Severity(Model):
    """The level with the cell of the matrix it was read from, the reasons, what held it down, and what would change it."""

    level: Level
    cell: Mapping[str, str] = {}
    """Axis → place: {"impact": "extensive", "urgency": "today"}. Empty when no matrix gave the level."""
    because: tuple[Reason, ...] = ()
    """What matched on each axis, `severity.impact.…`, then the floors that hold it up, `severity.floor.…`."""
    caps: tuple[Reason, ...] = ()
    """What holds a place or the level down."""
    would_change: tuple[str, ...] = ()
    """Nearest first: "Critical if one more high-value account is affected"."""
    attention: str = ""
    """"immediate attention", "same-day attention", "attention this week"."""

    @property
    def placed(self) -> str:
        """The cell in words: `impact extensive × urgency today`."""
        return " × ".join(f"{axis} {place}" for axis, place in self.cell.items())


class Promise(Model):
    """Something our side told a customer it would do, and what became of it."""

    id: str
    """Passage in which it was made."""
    text: str
    """Word for word."""
    by: str
    to: str
    """Account name, as printed."""
    what: Literal["answer", "call", "fix"]
    made_at: Instant
    due_at: Instant | None = None
    """None when no moment was named."""
    state: Literal["kept", "missed", "outstanding", "taken back"]
    because: str
    """What the state rests on, with its citation."""
    evidence: tuple[str, ...] = ()


class Contradiction(Model):
    """Two sources that can't both be right, side by side."""

    about: str
    sides: tuple[str, ...]
    """Each a clause with its citation: "CRM stage Healthy (A1)"."""
    evidence: tuple[str, ...] = ()


class Assessment(Model):
    """Impact, clocks and severity of the case."""

    impact: tuple[Dimension, ...] = ()
    clocks: tuple[Clock, ...] = ()
    severity: Severity
    facts: tuple[Fact, ...] = ()
    revenue_at_risk: tuple[Money, ...] = ()
    """One sum per currency, each account once."""
    contradictions: tuple[Contradiction, ...] = ()
    promises: tuple[Promise, ...] = ()
    """Ours to the customers, in the order in which they were made."""
    gaps: tuple[Gap, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """The fact by that name, if there is one."""
        return next((fact for fact in self.facts if fact.name == name), None)
