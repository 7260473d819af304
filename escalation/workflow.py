"""The way through: understand, gather, assess, route, reproduce, and the case they make."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Sequence

from escalation.case import Case, Reporter
from escalation.digest import digest
from escalation.disclosure import cleared, unrestricted
from escalation.evidence import Gap
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.judgement.answered import Found, still_open
from escalation.judgement.title import title
from escalation.model import Instant
from escalation.plugins import Hooks
from escalation.policy import Policy
from escalation.search.admission import counted
from escalation.search.gaps import unseen
from escalation.steps.assess import assess
from escalation.steps.reproduce import reproduce
from escalation.steps.route import route


def conclude(
    issue: Issue, gathering: Gathering, *, case_id: str, opened_at: Instant, now: Instant, reporter: Reporter, policy: Policy, hooks: Hooks
) -> Case:
    """Steps 3 to 5 and the case; pure: the same arguments give the same case.

    No case holds a secret, and only a case for security holds anything restricted.
    """
    gathering = cleared(counted(gathering, policy.counting))
    assessment = assess(issue, gathering, policy=policy, now=now, hooks=hooks)
    routed = route(issue, gathering, assessment, policy=policy, now=now, hooks=hooks)
    if not routed.target.restricted and (wider := unrestricted(gathering)) is not gathering:
        return conclude(
            issue, wider, case_id=case_id, opened_at=opened_at, now=now, reporter=reporter, policy=policy, hooks=hooks
        )  # fmt: skip
    reproduction = reproduce(issue, gathering)
    gaps = _distinct(tuple(filter(unseen, gathering.gaps)), routed.gaps, issue.gaps, gathering.gaps, assessment.gaps)
    return Case(
        id=case_id,
        title=title(issue, gathering, assessment, routed),
        opened_at=opened_at,
        now=now,
        zone=issue.zone,
        reporter=reporter,
        issue=issue,
        gathering=gathering,
        assessment=assessment,
        route=routed,
        reproduction=reproduction,
        digest=digest(issue, gathering, assessment.promises),
        gaps=still_open(gaps, Found(assessment, routed, reproduction)),
        policy_version=policy.version,
    )


def case_id(sentence: str, arguments: Sequence[str], now: Instant) -> str:
    """The same sentence, arguments and now give the same id: opening twice is opening once."""
    seed = "\x1f".join([sentence, *arguments, now.isoformat()])
    return "ESC-" + b32encode(hashlib.sha256(seed.encode()).digest())[:6].decode()


def _distinct(*groups: Sequence[Gap]) -> tuple[Gap, ...]:
    gaps: dict[str, Gap] = {}
    for gap in (gap for group in groups for gap in group):
        gaps.setdefault(gap.question, gap)
    return tuple(gaps.values())
