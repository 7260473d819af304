"""What a condition hangs on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.judgement.conditions import Condition
from escalation.judgement.turning import Reach, facts_in, nearest, reach
from escalation.judgement.vocabulary import BY_NAME, THRESHOLDS
from escalation.policy import Policy

POLICY = Policy.load()
LIMITS: dict[str, Any] = {name: getattr(POLICY.thresholds, name) for name in THRESHOLDS}
RULES = [rule for _, rule in POLICY.rules()]

FLAGS = ("churn_threat", "data_exposed", "contained")
NUMBERS = ("affected_accounts", "days_open", "deadline_hours")
WORKAROUNDS = BY_NAME["workaround"].words

ATOMS = st.one_of(
    st.sampled_from(FLAGS),
    st.builds("{} {} {}".format, st.sampled_from(NUMBERS), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(0, 5)),
    st.builds("affected_accounts {} pattern_accounts".format, st.sampled_from(["<", ">="])),
    st.builds('workaround {} "{}"'.format, st.sampled_from(["==", "!="]), st.sampled_from(WORKAROUNDS)),
    st.builds("{} is {}".format, st.sampled_from(("arr", "deadline", "days_open")), st.sampled_from(["known", "unknown"])),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner), st.builds("({} or {})".format, inner, inner), st.builds("not ({})".format, inner)
    ),
    max_leaves=5,
).map(Condition)
FACTS = st.fixed_dictionaries(
    {
        **dict.fromkeys(FLAGS, st.sampled_from([True, False, None])),
        **dict.fromkeys(NUMBERS, st.integers(0, 40) | st.none()),
        "workaround": st.sampled_from([*WORKAROUNDS, None]),
        "arr": st.sampled_from(["a sum", None]),
        "deadline": st.sampled_from(["a day", None]),
    }
)


@given(CONDITIONS, FACTS)
def test_the_change_that_is_named_turns_the_condition_and_no_part_of_it_does(condition: Condition, facts: dict[str, Any]) -> None:
    known = {**LIMITS, **facts}
    change = nearest(condition, known.get)
    holds = condition.evaluate(known.get).holds
    after = {**known, **{one.name: one.then for one in change}}
    assert condition.evaluate(after.get).holds == (holds if not change else not holds)
    for one in change if len(change) > 1 else ():
        assert condition.evaluate({**after, one.name: one.now}.get).holds == holds


@given(CONDITIONS, FACTS)
def test_what_never_or_always_matches_does_so_whatever_the_facts_are(condition: Condition, facts: dict[str, Any]) -> None:
    holds = condition.evaluate({**LIMITS, **facts}.get).holds
    told = reach(condition, LIMITS)
    if None in [facts[name] for name in facts_in(condition)] and told == "always when known":
        return
    assert holds in {"never": [False], "always": [True], "always when known": [True], "sometimes": [True, False], None: [True, False]}[told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("churn_threat", "sometimes"),
        ("true", "always"),
        ("affected_accounts < 0", "never"),
        ("deadline_hours < 0", "sometimes"),
        ("affected_accounts >= pattern_accounts and affected_accounts < several_accounts", "never"),
        ("days_open >= 0", "always when known"),
        ("churn_threat or not churn_threat", "always"),
        ('workaround == "works" and workaround == "unknown"', "never"),
        ("arr is known or arr is unknown", "always"),
        ("arr is known", "sometimes"),
    ],
)
def test_a_condition_that_can_not_come_out_both_ways_is_told(text: str, told: Reach) -> None:
    assert reach(Condition(text), LIMITS) == told


def test_every_shipped_rule_can_match_and_not_match_unless_it_is_meant_to_match_always() -> None:
    assert {rule.when.text for rule in RULES if reach(rule.when, LIMITS) != "sometimes"} == {"true"}


@pytest.mark.parametrize(
    ("text", "facts", "turns"),
    [
        ("affected_accounts >= pattern_accounts", {"affected_accounts": 1}, ["affected_accounts reaches 3 (now 1)"]),
        ("affected_accounts >= pattern_accounts", {"affected_accounts": 9}, ["affected_accounts falls to 2 (now 9)"]),
        ("affected_accounts >= pattern_accounts", {}, ["affected_accounts reaches 3 (now unknown)"]),
        ("churn_threat and not contained", {"contained": True}, ["churn_threat becomes yes", "contained becomes no"]),
        ('workaround == "works"', {"workaround": "unknown"}, ["workaround becomes works"]),
        ("deadline is known", {}, ["deadline becomes known"]),
        ("true", {}, []),
    ],
)
def test_the_nearest_change_in_words(text: str, facts: dict[str, Any], turns: list[str]) -> None:
    assert [str(one) for one in nearest(Condition(text), {**LIMITS, **facts}.get)] == turns
