"""Promises: what we told a customer, what became of it, and whose turn it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.assessment import Promise
from tests.assess.casework import customer, hours_ago, judged, message, support, ticket, told, work_item


def promises(*records: Any, **more: Any) -> tuple[Promise, ...]:
    return judged("Orders fail at Acme Corp", *records, customers=("Acme Corp",), **more)[0].promises


UPDATE = support("We will send you an update by 14:00 UTC today.", 5)  # written at 10:00, due one hour before now


def test_an_answer_in_time_keeps_a_promise() -> None:
    (made,) = promises(ticket("1", "Orders fail.", UPDATE, support("Here is the update.", 2)))
    assert (made.what, made.to, made.due_at, made.state) == ("answer", "Acme Corp", hours_ago(1), "kept")
    assert made.evidence == ("T1.1", "T1.2")


def test_a_late_answer_is_a_miss_that_says_how_late() -> None:
    (made,) = promises(ticket("1", "Orders fail.", UPDATE, support("Sorry, late.", 0.5)))
    assert made.state == "missed"
    assert made.because == "T1.2 came 30 min late"


def test_an_internal_note_and_the_customers_own_word_keep_nothing() -> None:
    later = (support("I have written the update.", 2, visibility="internal"), customer("Any news?", 1.5))
    assert [made.state for made in promises(ticket("1", "Orders fail.", UPDATE, *later))] == ["missed"]


def test_what_is_not_due_yet_is_outstanding_and_binds_us() -> None:
    assessment, route = judged(
        "Orders fail at Acme Corp",
        ticket("1", "Orders fail. We can't ship.", support("We will send you an update by 18:00 UTC.", 1)),
        customers=("Acme Corp",),
    )
    assert [made.state for made in assessment.promises] == ["outstanding"]
    assert told(assessment, "promises_outstanding").value.startswith("1: answer to Acme Corp by 2026-11-18T18:00+00:00 (T1.1)")
    assert route.ask.by is not None


def test_a_date_for_the_fix_is_kept_by_the_work_item_alone() -> None:
    said = support("The fix will be released by Tuesday 17 November, 18:00 UTC.", 40)
    assert [made.state for made in promises(ticket("1", "Orders fail.", said, support("Still working on it.", 30)))] == ["missed"]
    done = work_item("ENG-1", "Orders fail", state="done", resolved_at=hours_ago(25))
    assert [made.state for made in promises(ticket("1", "Orders fail.", said), done)] == ["kept"]


def test_a_date_taken_back_among_us_says_that_the_customer_does_not_know() -> None:
    said = support("The fix will be released on Friday.", 20)
    back = message("I take the Friday date back.", 3, name="Rohan")
    (made,) = promises(ticket("1", "Orders fail.", said), back)
    assert (made.state, made.because.partition("; ")[2]) == ("taken back", "the customer has not been told")
    (made,) = promises(ticket("1", "Orders fail.", said, support("Please note that Friday is no committed date.", 2)), back)
    assert made.state == "taken back"
    assert "not been told" not in made.because


def test_a_call_is_kept_when_somebody_says_that_they_spoke() -> None:
    said = support("Jonas will call you today.", 20)
    assert [made.state for made in promises(ticket("1", "Orders fail.", said))] == ["missed"]
    (made,) = promises(ticket("1", "Orders fail.", said, support("Spoke to Wes, he is calm.", 19, visibility="internal")))
    assert (made.what, made.state, made.evidence) == ("call", "kept", ("T1.1", "T1.2"))


@pytest.mark.parametrize(
    "text",
    [
        "Ich melde mich bis heute 14 Uhr bei Ihnen.",
        "Nous revenons vers vous avant 14h00 aujourd'hui.",
        "Les informaremos hoy antes de las 14:00.",
        "本日14時までにご連絡いたします。",
    ],
)
def test_a_promise_is_one_in_every_language_we_read(text: str) -> None:
    (made,) = promises(ticket("1", "Orders fail.", support(text, 5)))
    assert (made.due_at, made.state) == (hours_ago(1), "missed")


def test_neither_the_customer_nor_a_note_promises() -> None:
    notes = (
        customer("We will send you the logs by 14:00 UTC.", 5),
        support("We will send them an update by 14:00 UTC.", 4, visibility="internal"),
    )
    assert promises(ticket("1", "Orders fail.", *notes)) == ()


def test_whose_turn_it_is_follows_the_last_public_word() -> None:
    def turn(*comments: Any, **more: Any) -> str:
        fact = judged("Orders fail at Acme Corp", ticket("1", "Orders fail.", *comments, **more), customers=("Acme Corp",))[0].fact(
            "whose_turn"
        )
        return fact.value if fact else ""

    assert turn(customer("When is it fixed?", 1)) == "ours: T1 (Acme Corp)"
    assert turn(support("Which version do you use?", 1)) == "the customer's: T1 (Acme Corp)"
    assert turn(support("Please send the log.", 1), state="waiting on customer") == "the customer's: T1 (Acme Corp)"
    assert turn(UPDATE) == "ours: T1 (Acme Corp)"
    assert turn(UPDATE, support("Here it is, late.", 0.5)) == ""
    assert turn(customer("When is it fixed?", 1), state="solved") == ""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.sampled_from(
                [
                    "We will send you an update by 14:00 UTC.",
                    "The fix will be released on Friday.",
                    "Thanks.",
                    "Not a date.",
                    "I will call you tomorrow.",
                ]
            ),
            st.floats(0, 50),
        ),
        max_size=6,
    )
)
def test_every_promise_stands_word_for_word_in_what_it_cites_and_has_one_state(thread: list[tuple[bool, str, float]]) -> None:
    thread = sorted(thread, key=lambda one: -one[2])
    comments = [support(text, hours) if ours else customer(text, hours) for ours, text, hours in thread]
    found = promises(ticket("1", "Orders fail.", *comments))
    for made in found:
        part = int(made.id.split(".")[1])
        assert made.text in comments[part - 1].text
        assert made.made_at == comments[part - 1].at
        assert made.evidence[0] == made.id
        assert not (made.state == "missed" and made.due_at is None)
    assert found == promises(ticket("1", "Orders fail.", *comments))
