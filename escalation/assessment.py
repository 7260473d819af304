"""What step 3 hands on: impact on seven dimensions, the clocks, the severity, and the facts behind them."""

from typing import Literal

from escalation.evidence import Fact, Gap
from escalation.model import Instant, Model
from escalation.records import Money

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
    metric: Literal["first response", "next response", "resolution"]
    state: Literal["breached", "due", "met", "paused", "unknown"]
    due_at: Instant | None = None
    fulfilled_at: Instant | None = None
    target_minutes: int | None = None
    minutes: int | None = None
    """Elapsed minutes past due (breached) or left (due). None when they can't be told."""
    source: Literal["platform", "policy"]
    proof: str = ""
    """One line by which a person can redo the sum."""
    evidence: tuple[str, ...] = ()


class Reason(Model):
    """One reason, with the fact names that were read and the evidence they rest on."""

    rule: str
    """Id of the policy rule: `severity.critical.production_down`."""
    text: str
    facts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Severity(Model):
    """The level with the reasons for it, what held it down, and what would change it."""

    level: Level
    because: tuple[Reason, ...] = ()
    caps: tuple[Reason, ...] = ()
    would_change: tuple[str, ...] = ()
    """Nearest first: "Critical if one more high-value account is affected"."""
    attention: str = ""
    """"immediate attention", "same-day attention", "attention this week"."""


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
    gaps: tuple[Gap, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """The fact by that name, if there is one."""
        return next((fact for fact in self.facts if fact.name == name), None)
