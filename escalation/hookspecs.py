"""The hooks. They register or decide; they never do I/O, and what they are given is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import jinja2

    from escalation.assessment import Assessment, Severity
    from escalation.case import Case, Finding
    from escalation.connector import Connector
    from escalation.gathering import Gathering
    from escalation.issue import Issue
    from escalation.routing import Target

GROUP = "customer_escalation"
"""Name of the pluggy project and of the entry-point group."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over connector classes."""
    return ()


@hookspec
def assess_severity(issue: Issue, gathering: Gathering, assessment: Assessment) -> Severity | None:
    """Offer a severity with its reasons. The highest offer wins; all reasons are kept."""
    return None


@hookspec(firstresult=True)
def choose_target(issue: Issue, gathering: Gathering, assessment: Assessment) -> Target | None:
    """Name who must act. The first answer wins; the policy's own runs last."""
    return None


@hookspec
def review_brief(case: Case, brief: str) -> Iterable[Finding]:
    """Point at what the brief lacks or claims without ground."""
    return ()


@hookspec
def prepare_environment(environment: jinja2.Environment) -> None:
    """Add filters or globals to the template environment."""
