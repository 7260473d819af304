from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.assessment import DIMENSIONS
from escalation.judgement.facts import Facts, Reading
from escalation.judgement.severity import changed, severity
from escalation.severity_matrix import LEVELS
from tests.assess.casework import POLICY, account, customer, judged, support, ticket

FLAGS = ("production_down", "data_at_risk", "data_exposed", "security_concern", "major_function_broken", "customer_blocked", "churn_threat",
         "executive_involved", "legal_or_public_risk", "bug_confirmed", "documented_fix", "customer_high_value",
         "feature_requested")  # fmt: skip
NUMBERS = (
    "affected_accounts",
    "affected_high_value",
    "days_open",
    "waiting_hours",
    "sla_breached",
    "sla_at_risk",
    "users_stated",
    "reports_before",
)
WORSE = {"works": 0, "unknown": 1, "fails for some": 2, "none known": 3}


def facts(values: dict[str, Any]) -> Facts:
    return Facts(
        [Reading(name, value, str(value), "derived", (f"T{number}",)) for number, (name, value) in enumerate(values.items(), 1)],
        POLICY.thresholds,
    )


def level(values: dict[str, Any]) -> int:
    return LEVELS.index(severity(POLICY, facts(values)).level)


LAW = settings(deadline=None, max_examples=int(os.environ.get("LAW_EXAMPLES", "100")))
"""`LAW_EXAMPLES=1000` looks harder."""
cases = st.fixed_dictionaries(
    {
        **{name: st.booleans() for name in FLAGS},
        **{name: st.integers(0, 6) for name in NUMBERS},
        "workaround": st.sampled_from(list(WORSE)),
        "issue_type": st.sampled_from(["bug", "outage", "feature gap", "configuration", "question", "security"]),
    }
)


@LAW
@given(cases, st.sampled_from(NUMBERS), st.integers(1, 9))
def test_more_accounts_longer_waits_and_more_breaches_never_lower_the_level(case: dict[str, Any], name: str, more: int) -> None:
    assert level({**case, name: case[name] + more}) >= level(case)


@LAW
@given(cases, st.sampled_from([name for name in FLAGS if name != "documented_fix"]))
def test_a_further_bad_sign_never_lowers_the_level(case: dict[str, Any], name: str) -> None:
    assert level({**case, name: True}) >= level({**case, name: False})


@LAW
@given(cases, st.sampled_from(list(WORSE)), st.sampled_from(list(WORSE)))
def test_a_worse_workaround_never_lowers_the_level(case: dict[str, Any], one: str, other: str) -> None:
    better, worse = sorted((one, other), key=WORSE.__getitem__)
    assert level({**case, "workaround": worse}) >= level({**case, "workaround": better})


@LAW
@given(cases)
def test_security_and_data_have_a_floor_that_no_cap_goes_below(case: dict[str, Any]) -> None:
    assert level({**case, "data_exposed": True}) == LEVELS.index("Critical")
    assert level({**case, "data_at_risk": True}) >= LEVELS.index("High")
    assert level({**case, "security_concern": True}) >= LEVELS.index("High")


@LAW
@given(cases)
def test_every_reason_cites_and_what_would_change_is_true(case: dict[str, Any]) -> None:
    judged = severity(POLICY, facts(case))
    assert judged.because
    assert len(judged.would_change) <= 4
    for sentence in judged.would_change:
        other, _, says = sentence.partition(" if ")
        change, times = next(
            (one, times)
            for one in POLICY.severity.what_if.values()
            for times in (1, 2, 3)
            if says == (one.says if times == 1 else one.more.format(n=times))
        )
        assert severity(POLICY, changed(facts(case), change, times)).level == other != judged.level


@LAW
@given(cases)
def test_the_answer_names_the_cell_that_its_level_was_read_from(case: dict[str, Any]) -> None:
    judged = severity(POLICY, facts(case))
    bounds = [id for reason in judged.because if (id := reason.rule).startswith("severity.floor.")]
    bounds += [reason.rule for reason in judged.caps]
    assert judged.level == POLICY.severity.level(judged.cell) or bounds
    for axis in judged.cell:
        assert any(reason.rule.startswith(f"severity.{axis}.") for reason in judged.because)


def test_the_cell_the_facts_on_each_axis_and_what_holds_it_are_told() -> None:
    judged = severity(POLICY, facts({"production_down": True, "workaround": "works", "sla_breached": 1}))
    assert (judged.level, judged.placed) == ("High", "impact significant × urgency today")
    assert [(reason.rule, reason.evidence) for reason in judged.because] == [
        ("severity.impact.production_down", ("T1",)),
        ("severity.urgency.standstill", ("T1",)),
        ("severity.urgency.sla_breached", ("T3",)),
    ]
    assert [cap.text for cap in judged.caps] == [
        "impact at most significant: a recorded workaround works for everyone concerned",
        "urgency at most today: a recorded workaround works for everyone concerned",
    ]


def test_the_nearest_changes_say_how_many_more_it_takes() -> None:
    judged = severity(POLICY, facts({"major_function_broken": True, "affected_accounts": 1, "affected_high_value": 0, "issue_type": "bug"}))
    assert judged.would_change[0] == "Critical if 2 more high-value accounts are affected"
    judged = severity(POLICY, facts({"major_function_broken": True, "affected_accounts": 1, "affected_high_value": 1, "issue_type": "bug"}))
    assert judged.would_change[0] == "Critical if one more high-value account is affected"


@pytest.mark.parametrize(
    ("values", "expected", "rule"),
    [
        ({"production_down": True}, "Critical", "severity.impact.production_down"),
        ({"affected_high_value": 2, "issue_type": "bug"}, "Critical", "severity.impact.several_high_value"),
        ({"affected_high_value": 2, "issue_type": "feature gap"}, "Medium", "severity.impact.otherwise"),
        ({"major_function_broken": True}, "High", "severity.impact.major_function_broken"),
        ({"customer_blocked": True, "affected_high_value": 1}, "High", "severity.impact.key_customer_blocked"),
        ({"sla_at_risk": 1}, "High", "severity.urgency.sla_at_risk"),
        ({"major_function_broken": True, "workaround": "works"}, "Medium", "severity.impact.major_function_broken"),
        ({}, "Medium", "severity.urgency.otherwise"),
    ],
)
def test_the_levels_read_like_the_original_table(values: dict[str, Any], expected: str, rule: str) -> None:
    judged = severity(POLICY, facts(values))
    assert judged.level == expected
    assert rule in [reason.rule for reason in judged.because]


def test_a_cap_is_told_with_the_evidence_of_the_workaround() -> None:
    judged = severity(POLICY, facts({"major_function_broken": True, "workaround": "works"}))
    assert [cap.rule for cap in judged.caps] == ["severity.cap.workaround_and_low_stakes"]
    assert judged.caps[0].evidence == ("T2",)


def test_a_sentence_alone_is_judged_by_what_it_states_and_says_that_it_is_not_verified() -> None:
    assessment, _ = judged("API returning 500 errors intermittently for Acme Corp", customers=["Acme Corp"])
    assert assessment.severity.level == "High"
    assert assessment.severity.because[0].text == "a major function fails (stated, not verified)"
    assert assessment.severity.because[0].evidence == ("U1",)
    assert {"Is there a workaround, and does it work for the customer?", "What revenue is at risk?"} <= {
        gap.question for gap in assessment.gaps
    }


def test_impact_has_all_dimensions_and_says_unknown_with_how_to_find_out() -> None:
    assessment, _ = judged(
        "Orders fail", ticket("1", "Orders fail.", support("Please use the old page meanwhile.", 9), customer("Works for us.", 8))
    )
    assert tuple(one.name for one in assessment.impact) == DIMENSIONS
    revenue = next(one for one in assessment.impact if one.name == "revenue")
    assert revenue.statement == "Unknown – ask the account owner for ARR, renewal date and open deals, or connect the CRM."
    assert all(one.evidence for one in assessment.impact if not one.statement.startswith("Unknown"))


def test_the_same_case_gives_the_same_bytes() -> None:
    records = (
        ticket("1", "Orders fail."),
        ticket("2", "Orders fail.", account="Globex"),
        account("Acme Corp", 9000),
        account("Globex", 700_000),
    )
    assert judged("Orders fail", *records)[0].model_dump_json() == judged("Orders fail", *records)[0].model_dump_json()
