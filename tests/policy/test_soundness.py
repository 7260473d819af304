"""What a policy that loads may still have wrong."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from escalation.policy import Layers
from escalation.review.soundness import warnings

NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
HOLIDAYS = "calendars: {support: {holidays: [2026-12-25], covers_until: 2027-12-31}}\n"
"""Without which the shipped calendar is spoken of."""


def warned(folder: Path, text: str) -> list[str]:
    """The warnings about a policy file."""
    file = folder / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    layers = Layers.read(file)
    return [str(one) for one in warnings(layers, layers.policy(), NOW)]


def test_nothing_but_its_holidays_is_said_of_the_shipped_policy(tmp_path: Path) -> None:
    assert [warning.partition(": ")[2].partition(":")[0] for warning in warned(tmp_path, "")] == ["calendars.support"]
    assert warned(tmp_path, HOLIDAYS) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "escalate:\n  mine: {group: time, when: days_open > 9 and days_open < 3, says: x}\n",
            "policy.yaml line 2: escalate.mine.when: can never match: days_open > 9 and days_open < 3",
        ),
        (
            "escalate:\n  mine: {group: time, when: churn_threat or not churn_threat, says: x}\n",
            "policy.yaml line 2: escalate.mine.when: always matches: churn_threat or not churn_threat",
        ),
        (
            "escalate:\n  mine: {group: time, when: days_open >= 0, says: x}\n",
            "policy.yaml line 2: escalate.mine.when: always matches once its facts are known: days_open >= 0",
        ),
        (
            "targets:\n  mine: {order: 15, team: security, kind: security, when: data_exposed and churn_threat, says: x}\n",
            "policy.yaml line 2: targets.mine: mine is never reached: whenever it matches, security does, and comes first",
        ),
        (
            "asks:\n  late: {team: product, verb: decide, when: churn_threat, says: decide it}\n",
            "policy.yaml line 2: asks.late: late is never reached: whenever it matches, decide_feature does, and comes first",
        ),
        (
            "thresholds:\n  several_accounts: 5\n",
            "policy.yaml line 2: thresholds.several_accounts: 5 is more than pattern_accounts, 3",
        ),
        (
            "cadence:\n  High:\n    internal: [1 h]\n",
            "policy.yaml line 3: cadence.High.internal: Critical with 2 h is slower than High with 1 h",
        ),
        (
            "cadence:\n  High:\n    customer: [6 h, 5 h]\n",
            "policy.yaml line 3: cadence.High.customer: 6 h is later than 5 h: the earlier bound comes first",
        ),
        (
            "sla:\n  Gold:\n    High: {first response: 2 business days, resolution: 8 h}\n",
            "policy.yaml line 3: sla.Gold.High.first response: first response within 2 business days is later than the resolution, 8 h",
        ),
        (
            "severity:\n  levels:\n    Medium: {attention: 30 min}\n",
            "policy.yaml line 3: severity.levels.Medium.attention: High with end of day is slower than Medium with 30 min",
        ),
        (
            "severity:\n  what_if:\n    mine: {set: {workaround: wrks}, says: x}\n",
            "policy.yaml line 3: severity.what_if.mine.set.workaround: 'wrks' is no value of workaround: expected one of none known, works",
        ),
        (
            "severity:\n  what_if:\n    mine: {add: {churn_threat: 1}, says: x}\n",
            "policy.yaml line 3: severity.what_if.mine.add.churn_threat: churn_threat is no number",
        ),
    ],
)
def test_what_is_probably_not_meant_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    assert any(warning.startswith(says) for warning in warned(tmp_path, text + HOLIDAYS)), warned(tmp_path, text + HOLIDAYS)


@pytest.mark.parametrize(
    ("calendar", "says"),
    [
        ("{holidays: [2025-12-25], covers_until: 2025-12-31}", "holidays have ended: 2025-12-31"),
        ("{holidays: [2026-12-25], covers_until: 2026-12-31}", "holidays are known no further than 2026-12-31"),
        ("{hours: always}", None),
    ],
)
def test_holidays_that_end_are_told_before_they_do(tmp_path: Path, calendar: str, says: str | None) -> None:
    told = warned(tmp_path, f"calendars: {{support: {calendar}}}\n")
    assert [says in warning for warning in told if says] == ([True] if says else [])
