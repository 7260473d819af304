"""Gaps that the evidence has closed: what the typed sentence leaves open, a ticket or a work item often says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from escalation.assessment import Assessment
from escalation.evidence import Gap
from escalation.reproduction import Reproduction
from escalation.routing import Route


class Found(NamedTuple):
    """What the steps have found."""

    assessment: Assessment
    route: Route
    reproduction: Reproduction


def still_open(gaps: Sequence[Gap], found: Found) -> tuple[Gap, ...]:
    """The gaps that nothing found has answered, in their order."""
    return tuple(gap for gap in gaps if not any(asked in gap.question and told(found) for asked, told in _TOLD.items()))


def _known(found: Found, name: str) -> bool:
    fact = found.assessment.fact(name)
    return fact is not None and fact.status != "unknown"


def _accounts(found: Found) -> int:
    fact = found.assessment.fact("affected_accounts")
    return _first_number(fact.value) if fact and fact.status in ("observed", "derived") else 0


def _stated(found: Found) -> int:
    fact = found.assessment.fact("pattern_stated")
    return _first_number(fact.value) if fact and fact.status != "unknown" else 1


def _first_number(text: str) -> int:
    number = re.match(r"\d+", text)
    return int(number.group()) if number else 0


def _criteria(found: Found) -> bool:
    """Evidence beyond the typed sentence calls for it."""
    return any(id != "U1" for reason in found.route.decision.criteria for id in reason.evidence)


_TOLD: Mapping[str, Callable[[Found], bool]] = {
    "When did it start?": lambda found: bool(found.reproduction.first_bad),
    "How long has the customer been asking for it?": lambda found: _known(found, "first_report_at"),
    "What has been tried, and with what result?": lambda found: any(attempt.result for attempt in found.reproduction.tried),
    "Why escalate now rather than go on in support?": _criteria,
    "Which customers are meant by": lambda found: _accounts(found) >= _stated(found),
    "Which customer is meant by": lambda found: _accounts(found) >= 1,
    "Which customer is it?": lambda found: _known(found, "customer"),
    "customers have reported it, and does it work": lambda found: _accounts(found) >= 1,
    "Is there a workaround": lambda found: found.route.target.restricted,
}
"""Words of a question, and how to tell that it is answered."""
