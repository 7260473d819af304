"""The case: everything the five steps made, in one frozen value. What is stored, rendered and checked."""

from typing import Literal

from escalation.assessment import Assessment
from escalation.digest import Line
from escalation.duplicate import Duplicate
from escalation.evidence import Gap
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.model import Instant, Model
from escalation.reproduction import Reproduction
from escalation.routing import Route, Team

Audience = Team
"""Briefs are written for the teams that can be targets."""


class Reporter(Model):
    """Who escalates; from the configuration."""

    name: str = ""
    team: str = ""
    channel: str = ""
    zone: str = "UTC"


class NextStep(Model):
    """Something worth doing now, and the exact command that does it."""

    offer: str
    command: str


class Finding(Model):
    """Something that a brief lacks, or claims without ground."""

    level: Literal["error", "warning"]
    where: str
    text: str


class Case(Model):
    """One escalation, whole."""

    id: str
    """ESC- and six characters made from the sentence, its arguments and its now: the same input is the same case."""
    title: str
    """Symptom, affected party and state in at most 120 characters."""
    opened_at: Instant
    now: Instant
    """The moment durations and clocks are told against."""
    zone: str
    reporter: Reporter = Reporter()
    issue: Issue
    gathering: Gathering
    assessment: Assessment
    route: Route
    reproduction: Reproduction
    digest: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """All gaps of all steps, most pressing first, none twice."""
    duplicates: tuple[Duplicate, ...] = ()
    """Earlier cases that look the same, then work items in which it is filed already."""
    joined_to: str = ""
    """Id of the earlier case that goes on with this one, once somebody has joined them."""
    policy_version: str = ""
