"""A small case that needs no gathering."""

from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from escalation.assessment import Assessment, Severity
from escalation.case import Case
from escalation.evidence import Evidence
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.records import Category, Note
from escalation.reproduction import Reproduction
from escalation.routing import Ask, Decision, Route, Target

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)


@pytest.fixture
def make_case() -> Callable[..., Case]:
    def make(
        case: str = "ESC-AAAAAA", title: str = "API returns 500 for Acme Corp; cause unknown", texts: tuple[str, ...] = ("500",)
    ) -> Case:
        return Case(
            id=case,
            title=title,
            opened_at=NOW,
            now=NOW,
            zone="UTC",
            issue=Issue(sentence="API returns 500", at=NOW, zone="UTC", summary="API returns 500"),
            gathering=Gathering(
                evidence=tuple(
                    Evidence(
                        id=f"U{number}", connector="user", category=Category.USER, record=Note(ref=f"n{number}", title="note", text=text)
                    )
                    for number, text in enumerate(texts, start=1)
                )
            ),
            assessment=Assessment(severity=Severity(level="High")),
            route=Route(
                kind="functional",
                decision=Decision(action="escalate"),
                target=Target(team="engineering"),
                ask=Ask(verb="investigate", text="investigate the 500s", owner="engineering"),
            ),
            reproduction=Reproduction(),
        )

    return make
