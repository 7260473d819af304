"""What step 4 hands on: whether to escalate, on which grounds, to whom, by which path."""

from typing import Literal

from escalation.assessment import Reason
from escalation.evidence import Gap
from escalation.model import Instant, Model

Action = Literal["escalate", "monitor", "handle in support"]
Team = Literal["L2 support", "engineering", "product", "security", "leadership"]
Kind = Literal["functional", "hierarchic", "incident", "security", "account"]


class Decision(Model):
    """Escalate, monitor or handle in support, with every criterion that matched."""

    action: Action
    criteria: tuple[Reason, ...] = ()
    """Criteria for the action taken."""
    against: tuple[Reason, ...] = ()
    """Criteria that matched for another action, and were outweighed."""
    until: str = ""
    """For monitor and handle in support: what would make it an escalation."""


class Target(Model):
    """Who must act, and the way there."""

    team: Team
    path: tuple[str, ...] = ()
    """Tiers in order: ("L1", "L2", "engineering")."""
    because: tuple[Reason, ...] = ()
    owner: str = ""
    """Component owner or destination, if the policy or the tracker names one."""
    restricted: bool = False
    """Only to the restricted destination; never to a public channel."""
    include: tuple[str, ...] = ()
    """What the receiving team must find in the brief."""


class Ask(Model):
    """The one thing asked for: verb, what, of whom, by when, and on what ground."""

    verb: Literal["investigate", "fix", "decide", "approve", "contain", "call", "provide"]
    text: str
    """The whole ask, starting with the verb."""
    owner: str
    by: Instant | None = None
    basis: Literal["SLA", "customer commitment", "hard date", "policy", "unknown"] = "unknown"
    basis_text: str = ""
    evidence: tuple[str, ...] = ()


class Route(Model):
    """Decision, kind, target and ask."""

    kind: Kind
    decision: Decision
    target: Target
    ask: Ask
    cadence: tuple[str, ...] = ()
    """Internal follow-up and customer update, by severity, in plain words."""
    gaps: tuple[Gap, ...] = ()
