from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from escalation.assessment import Assessment, Clock
from escalation.policy import Policy
from escalation.records import SlaClock
from escalation.steps.assess import assess
from tests.assess.casework import HOOKS, NOW, POLICY, customer, gathered, hours_ago, issue, judged, support, ticket

SENTENCE = "Orders fail for Acme Corp"


def policy(folder: Path, text: str) -> Policy:
    file = folder / "policy.yaml"
    file.write_text(f"{text}\n", encoding="utf-8")
    return Policy.load(file)


def clocks(*records: Any, **more: Any) -> tuple[dict[tuple[str, str], Clock], Assessment]:
    assessment, _ = judged(SENTENCE, *records, **more)
    return {(clock.ticket, clock.metric): clock for clock in assessment.clocks}, assessment


def test_the_platforms_own_clock_wins_and_tells_how_far_over_it_is() -> None:
    found, _ = clocks(ticket("1", "fails", clocks=(SlaClock(metric="next response", due_at=hours_ago(1.5)),)))
    assert set(found) == {("T1", "next response")}
    clock = found["T1", "next response"]
    assert (clock.state, clock.minutes, clock.source) == ("breached", 90, "platform")
    assert clock.proof.endswith("1 h 30 min over")


def test_a_target_met_late_stays_breached_and_one_met_in_time_is_met() -> None:
    found, _ = clocks(
        ticket(
            "1", "fails",
            clocks=(
                SlaClock(metric="first response", due_at=hours_ago(50), fulfilled_at=hours_ago(49)),
                SlaClock(metric="resolution", due_at=hours_ago(40), fulfilled_at=hours_ago(45)),
                SlaClock(metric="next response", due_at=hours_ago(-5), paused=True),
            ),
        )
    )  # fmt: skip
    assert [clock.state for clock in found.values()] == ["breached", "paused", "met"]
    assert found["T1", "first response"].minutes == 60


def test_where_the_platform_keeps_no_clock_the_policy_does_with_a_sum_to_redo() -> None:
    found, _ = clocks(ticket("1", "Orders fail.", support("On it.", 53.9), customer("Any news?", 5)))
    assert {clock.source for clock in found.values()} == {"policy"}
    assert found["T1", "first response"].state == "met"
    clock = found["T1", "next response"]
    assert clock.proof.startswith("policy sla.default.High: 8 business hours from 2026-11-18T10:00+00:00 = ")
    assert " = 7 h Wed 11-18 10:00–17:00 + 1 h Thu 11-19 09:00–10:00, calendar support v" in clock.proof
    assert clock.proof.endswith("due 2026-11-19T10:00+00:00, now 2026-11-18T15:00+00:00: 19 h left, 5 h of 8 h used")
    assert (clock.elapsed_minutes, clock.remaining_minutes, clock.warning_at) == (300, 180, hours_ago(1))


def test_a_breach_raises_the_severity_and_names_the_target() -> None:
    _, assessment = clocks(ticket("1", "A question about orders", clocks=(SlaClock(metric="resolution", due_at=hours_ago(2)),)))
    reason = next(one for one in assessment.severity.because if one.rule == "severity.urgency.sla_breached")
    assert "resolution of T1 (Acme Corp) by 2 h" in reason.text


def test_holidays_that_nobody_listed_are_a_gap_only_where_business_time_is_counted() -> None:
    _, by_policy = clocks(ticket("1", "Orders fail."))
    _, by_platform = clocks(ticket("1", "fails", clocks=(SlaClock(metric="resolution", due_at=hours_ago(2)),)))
    question = "Which public holidays does the support calendar observe?"
    assert question in [gap.question for gap in by_policy.gaps]
    assert question not in [gap.question for gap in by_platform.gaps]


def test_a_calendar_with_known_holidays_leaves_no_gap(tmp_path: Path) -> None:
    stated = policy(tmp_path, "calendars: {support: {holidays: [2026-11-17], covers_until: 2026-12-31}}")
    assessment, _ = judged(SENTENCE, ticket("1", "Orders fail."), policy=stated)
    assert not [gap for gap in assessment.gaps if "holidays" in gap.question]
    assert any("holiday Tue 11-17" in clock.proof for clock in assessment.clocks)


def test_holidays_that_end_before_a_target_falls_due_are_a_gap_with_the_date(tmp_path: Path) -> None:
    assessment, _ = judged(SENTENCE, ticket("1", "Orders fail."), policy=policy(tmp_path, "calendars: {support: {holidays: [2026-11-17]}}"))
    assert "Which public holidays does the support calendar observe after 2026-11-17?" in [gap.question for gap in assessment.gaps]
    assert any("calendar covers until 2026-11-17" in clock.proof for clock in assessment.clocks)


def test_a_ticket_handed_over_without_its_thread_starts_no_clock() -> None:
    found = gathered(SENTENCE, ticket("1", "Orders fail."))
    evidence = tuple(item.model_copy(update={"why": ("handed over",)}) for item in found.evidence)
    typed = issue(SENTENCE, "bug")
    assert assess(typed, found, policy=POLICY, now=NOW, hooks=HOOKS).clocks
    handed_over = found.model_copy(update={"evidence": evidence})
    assert not assess(typed, handed_over, policy=POLICY, now=NOW, hooks=HOOKS).clocks


@pytest.mark.parametrize("beginning", [{"whole": False}, {"fields": {"confidence": "text"}}])
def test_a_ticket_of_which_only_the_beginning_was_read_starts_no_clock(beginning: dict[str, Any]) -> None:
    whole = ticket("1", "Orders fail.")
    assert clocks(whole)[0]
    assert not clocks(whole.model_copy(update=beginning))[0]
