"""What step 5 hands on: how to see it happen, word for word from the threads."""

from typing import Literal

from escalation.evidence import Quote
from escalation.model import Model


class Attempt(Model):
    """Something that was tried, and what came of it."""

    action: Quote
    result: Quote | None = None


class Completeness(Model):
    """How far a stranger gets with what is told."""

    told: int
    """Slots that are filled."""
    of: int
    """Slots there are."""
    level: Literal["can be followed", "can be looked into", "a symptom, no more"]
    """can be followed: steps, expected, actual and environment are told, so that a stranger gets to the failure; can be looked into:
    what fails is told, with an error text or a literal input to search by, and since when or how often; else a symptom, no more."""


class Reproduction(Model):
    """Slots of a reproduction. An empty slot is unknown, never made up."""

    applies: bool = True
    """False when the issue is no bug: there is nothing to reproduce."""
    start_state: tuple[Quote, ...] = ()
    steps: tuple[Quote, ...] = ()
    inputs: tuple[Quote, ...] = ()
    expected: tuple[Quote, ...] = ()
    actual: tuple[Quote, ...] = ()
    errors: tuple[Quote, ...] = ()
    """Exact error texts, with request or trace ids."""
    environment: tuple[Quote, ...] = ()
    frequency: tuple[Quote, ...] = ()
    first_bad: tuple[Quote, ...] = ()
    """Since when it fails, the earliest moment told first."""
    last_good: tuple[Quote, ...] = ()
    """Until when it worked."""
    ruled_out: tuple[Quote, ...] = ()
    tried: tuple[Attempt, ...] = ()
    workaround: tuple[Quote, ...] = ()
    reproduced_by_support: Literal["yes", "no", "not tried", "unknown"] = "unknown"
    reproduced_evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Names of the slots that are empty, the one worth asking about first."""
    completeness: Completeness | None = None
    """None where nothing is to be reproduced."""
    next_question: str = ""
    """The one question worth asking next, phrased for whoever can answer it; a customer is asked in their own language."""
