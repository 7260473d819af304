from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.judgement.conditions import Condition, Outcome
from escalation.judgement.vocabulary import BY_NAME, TERMS, vocabulary


def outcome(text: str, **facts: object) -> Outcome:
    return Condition(text).evaluate(facts.get)


def test_a_condition_compares_facts_with_numbers_and_thresholds() -> None:
    assert outcome("affected_accounts >= pattern_accounts", affected_accounts=3, pattern_accounts=3).holds
    assert not outcome("affected_accounts >= pattern_accounts", affected_accounts=2, pattern_accounts=3).holds


def test_only_facts_that_were_reached_are_recorded_and_thresholds_are_no_facts() -> None:
    told = outcome("production_down or affected_accounts >= pattern_accounts", production_down=True, affected_accounts=9)
    assert told.read == ("production_down",)
    told = outcome("production_down or affected_accounts >= pattern_accounts", affected_accounts=9, pattern_accounts=3)
    assert told.read == ("production_down", "affected_accounts")


@pytest.mark.parametrize(
    "text", ["days_open >= 3", "days_open < 3", "days_open == 0", "days_open != 7", "workaround in ['works']", "churn_threat"]
)
def test_an_unknown_fact_is_false_and_compares_as_false_to_everything(text: str) -> None:
    assert not outcome(text).holds
    assert outcome(f"not ({text})").holds


def test_known_and_unknown_can_be_asked_for() -> None:
    assert outcome("arr is known", arr=5).holds
    assert outcome("arr is unknown").holds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("production_dwon", "did you mean production_down?"),
        ("affected_accounts >= ", "bad expression"),
        ("affected_accounts >= '3'", "compares with a number"),
        ("workaround == 'none'", "compares with one of none known, works, fails for some, unknown"),
        ("churn_threat > 2", "churn_threat is a flag"),
        ("customer_plan >= 'B'", "has no order"),
        ("days_open in 3", "wants a list"),
        ("days_open is odd", "use `is known`"),
        ("3 < days_open", "starts with a fact"),
        ("cycler(1)", "not allowed"),
        ("churn_threat.__class__", "not allowed"),
        ("customer|upper", "not allowed"),
        ("days_open ** 9 > 1", "starts with a fact"),
        ("churn_threat) }}{% for x in y %}{{ (churn_threat", "bad expression"),
        ("churn_threat }} and {{ churn_threat", "bad expression"),
    ],
)
def test_what_can_not_be_evaluated_is_refused_when_it_is_read(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"expression|unknown fact") as error:
        Condition(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@settings(deadline=None)
@given(st.text(alphabet="abc_ ()[]{}'\"<>=!.|+*%0123456789andornt", max_size=40))
def test_any_text_is_either_a_condition_or_a_value_error(text: str) -> None:
    try:
        condition = Condition(text)
    except ValueError:
        return
    assert condition.evaluate(lambda name: None).holds in (True, False)


def test_every_fact_has_a_meaning_and_every_word_fact_its_words() -> None:
    assert [name for name, _ in vocabulary()] == [term.name for term in TERMS]
    assert len(BY_NAME) == len(TERMS)
    assert all(term.meaning and (term.kind != "word" or term.words) for term in TERMS)
