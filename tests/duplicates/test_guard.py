"""The guard: an earlier case or a work item that looks the same is named, by ids first, then by words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.records import Note
from escalation.search.duplicates import guarded
from escalation.search.sketch import Sketch, sketch_of
from escalation.store import MIGRATIONS, SqliteStore
from tests.assess.casework import NOW, ticket, work_item

if TYPE_CHECKING:
    from escalation.case import Case
    from escalation.duplicate import Duplicate
    from tests.duplicates.conftest import Open

FRAME = "com.acme.orders.Pool.take(Pool.java:{line})"


def cases(case: Case) -> tuple[Duplicate, ...]:
    return tuple(one for one in case.duplicates if one.kind == "case")


def test_the_first_case_is_nobodys_duplicate(opened: Open) -> None:
    assert opened("Orders API answers 500", ticket("4211", "HTTP 500")).duplicates == ()


def test_one_work_item_makes_it_likely(opened: Open) -> None:
    first = opened("Orders API answers 500", work_item("ENG-812", "Orders fail"))
    [found] = cases(opened("Customers in Spain can't check out", work_item("ENG-812", "Orders fail")))

    assert (found.ref, found.sure, found.by, found.may_join) == (first.id, "likely", "Dana Reyes", True)
    assert found.because[0] == "same work item ENG-812"


def test_several_ids_make_it_very_likely(opened: Open) -> None:
    opened("Orders API fails with error ORD-5031", work_item("ENG-812", "Orders fail"))
    [found] = cases(opened("error ORD-5031 at the till", work_item("ENG-812", "Orders fail")))

    assert found.sure == "very likely"
    assert found.because[:2] == ("same work item ENG-812", "same error code ORD-5031")


def test_one_ticket_that_both_are_about_makes_it_very_likely(opened: Open) -> None:
    opened("Orders API answers 500", ticket("4211", "It fails."), customers=("Acme Corp",))
    [found] = cases(opened("Acme is angry", ticket("4211", "It fails."), customers=("Acme Corp",)))
    assert (found.sure, found.because[0]) == ("very likely", "same ticket 4211 in exports")


@pytest.mark.parametrize(
    ("one", "other", "tie"),
    [
        ("Saving fails, request id req_8fK2mQ1z", "timeout, see req_8fK2mQ1z in the log", "same request id req_8fK2mQ1z"),
        (f"Crash at {FRAME.format(line=88)}", f"Stops at {FRAME.format(line=91)}", "same stack frame com.acme.orders.Pool.take(Pool.java)"),
        ("Work on ENG-812 has stopped", "What became of ENG-812?", "same work item ENG-812"),
    ],
)
def test_an_id_in_what_was_typed_ties(opened: Open, one: str, other: str, tie: str) -> None:
    opened(one)
    [found] = cases(opened(other))
    assert tie in found.because


def test_an_id_in_a_log_that_was_handed_over_ties(store: SqliteStore, opened: Open) -> None:
    opened("Saving fails, request id req_8fK2mQ1z")
    case = opened("The nightly job stops")
    log = case.gathering["U1"].model_copy(update={"id": "U2", "record": Note(ref="log", title="log", text="gave up: req_8fK2mQ1z")})
    wider = case.model_copy(update={"gathering": case.gathering.model_copy(update={"evidence": (*case.gathering.evidence, log)})})

    assert cases(guarded(wider, store, 40))[0].because[0] == "same request id req_8fK2mQ1z"


def test_a_number_is_the_same_ticket_only_in_one_system(opened: Open, store: SqliteStore) -> None:
    case = opened("Orders API answers 500", ticket("4211", "It fails."))
    elsewhere = [item.model_copy(update={"connector": "emea"}) for item in case.gathering.evidence]
    other = case.model_copy(
        update={
            "id": "ESC-ZZZZZZ",
            "issue": case.issue.model_copy(update={"sentence": "Logo is blurred", "summary": "Logo is blurred"}),
            "gathering": case.gathering.model_copy(update={"evidence": tuple(elsewhere)}),
        }
    )
    assert cases(guarded(other, store, 40)) == ()


def test_a_ticket_that_was_only_typed_is_anybodys_of_that_number(opened: Open) -> None:
    opened("Orders API answers 500", ticket("4211", "It fails."))
    [found] = cases(opened("Nobody answers on ticket 4211"))
    assert found.because[0] == "same ticket 4211"


def test_like_words_alone_make_it_possible(opened: Open) -> None:
    opened("Nightly warehouse export misses rows with umlauts")
    [found] = cases(opened("The nightly export to the warehouse misses rows"))
    assert found.sure == "possible"
    assert found.because == (f"{found.alike} of 100 alike in words",)


def test_one_customer_and_like_words_make_it_likely(opened: Open) -> None:
    opened("Nightly warehouse export misses rows with umlauts", customers=("Acme Corp",))
    [found] = cases(opened("The nightly export to the warehouse misses rows", customers=("Acme Corp",)))
    assert (found.sure, found.because[0]) == ("likely", "same customer Acme Corp")


def test_one_customer_alone_is_no_sign(opened: Open) -> None:
    """Nor does the customer's name count among the words."""
    opened("Acme Corp can't log in with Okta", customers=("Acme Corp",))
    assert cases(opened("Acme Corp misses rows in the nightly export", customers=("Acme Corp",))) == ()


def test_two_matters_in_everyday_words_are_not_the_same(opened: Open) -> None:
    opened("Customer reports an error, please escalate, it is urgent: webhook retries")
    assert cases(opened("Customer reports an error, please escalate, it is urgent: PDF fonts")) == ()


def test_words_count_less_the_longer_ago(opened: Open) -> None:
    opened("Nightly warehouse export misses rows", at=NOW - timedelta(days=400))
    opened("Nightly warehouse export misses rows", at=NOW)
    near, far = cases(opened("Nightly warehouse export misses rows"))
    assert near.at == NOW
    assert near.alike > far.alike >= 70


def test_only_what_was_opened_before_counts(store: SqliteStore, opened: Open) -> None:
    """Opening the first of two again says nothing of the second."""
    first = opened("Orders API answers 500", work_item("ENG-812", "Orders fail"))
    opened("Orders API is down", work_item("ENG-812", "Orders fail"))
    assert cases(guarded(first, store, 40)) == ()


def test_what_the_earlier_case_lacks_is_told(opened: Open) -> None:
    item = work_item("ENG-812", "Orders fail")
    opened("Orders API answers 500", item, ticket("4211", "It fails."))
    [found] = cases(opened("Orders API is down", item, ticket("4233", "Here too.", account="Kestrel Media")))
    assert found.news[:2] == ("account Kestrel Media", "ticket 4233")


def test_a_newer_state_of_a_ticket_is_news(opened: Open) -> None:
    opened("Orders API answers 500", ticket("4211", "It fails."))
    [found] = cases(opened("Orders API is down", ticket("4211", "It fails.", priority="urgent")))
    assert "ticket 4211 as it is now" in found.news


def test_a_work_item_that_the_issue_is_tied_to_is_filed_already(opened: Open) -> None:
    [found] = opened("Orders API answers 500", work_item("ENG-812", "Orders API answers 500 under load")).duplicates
    assert (found.kind, found.ref, found.status, found.may_join) == ("work item", "ENG-812", "open", False)


def test_a_work_item_done_long_ago_is_history(opened: Open) -> None:
    old = work_item("ENG-12", "Orders API answers 500", state="done").model_copy(update={"resolved_at": NOW - timedelta(days=200)})
    assert opened("Orders API answers 500", old).duplicates == ()


def test_of_a_restricted_case_others_learn_which_ticket_it_is_about_and_nothing_else(opened: Open) -> None:
    secret = opened("Acme sees another customer's invoices: data leak in error ORD-5031", ticket("4270", "I see invoices of others."))
    assert secret.route.target.restricted

    assert cases(opened("Checkout fails with error ORD-5031")) == ()
    [found] = cases(opened("Ticket 4270 waits"))
    assert found.because == ("same ticket 4270",)
    assert (found.title, found.news, found.may_join) == (f"Restricted security case {secret.id}", (), False)


def test_a_case_that_was_joined_is_not_offered_any_more(store: SqliteStore, opened: Open) -> None:
    first = opened("Orders API answers 500", work_item("ENG-812", "Orders fail"))
    second = opened("Orders API is down", work_item("ENG-812", "Orders fail"))
    store.save(guarded(second, store, 40, joined_to=first.id), over=1)

    assert [one.ref for one in cases(opened("Checkout is down", work_item("ENG-812", "Orders fail")))] == [first.id]


def test_cases_from_before_there_were_sketches_are_found(tmp_path: Path, store: SqliteStore, opened: Open) -> None:
    case = opened("Orders API answers 500", work_item("ENG-812", "Orders fail"))
    old = SqliteStore(tmp_path / "old.db", MIGRATIONS[:2])
    old.check()
    with old._connect() as db:
        db.execute("INSERT INTO cases VALUES (?, 1, 't', 'High', 'escalate', 'engineering', ?)", (case.id, case.opened_at.isoformat()))
        db.execute("INSERT INTO history (id, revision, document) VALUES (?, 1, ?)", (case.id, case.model_dump_json()))
    db.close()

    near = SqliteStore(tmp_path / "old.db").neighbours(sketch_of(case))

    assert near == store.neighbours(sketch_of(case))
    assert [one.ref for one in near.sketches] == [case.id]


SKETCHES = st.lists(
    st.builds(
        Sketch,
        ref=st.sampled_from(["ESC-A", "ESC-B", "ESC-C"]),
        title=st.just(""),
        opened_at=st.just(NOW),
        ties=st.lists(st.sampled_from(["work item ENG-1", "ticket 7 in desk"]), unique=True).map(tuple),
        words=st.dictionaries(st.sampled_from("orders export login".split()), st.floats(0.5, 2)),
    ),
    max_size=8,
)


@given(SKETCHES)
def test_what_the_store_knows_is_what_the_last_sketch_of_each_case_says(
    tmp_path_factory: pytest.TempPathFactory, written: list[Sketch]
) -> None:
    store = SqliteStore(tmp_path_factory.mktemp("marks") / "escalations.db")
    store.remember(written)
    last = {sketch.ref: sketch for sketch in written}
    everything = Sketch(
        ref="ESC-Z", title="", opened_at=NOW, ties=("work item ENG-1", "ticket 7 in desk"), words={"orders": 1, "export": 1, "login": 1}
    )

    near = store.neighbours(everything)

    assert {one.ref: one for one in near.sketches} == {ref: one for ref, one in last.items() if one.marks}
    held = {mark: sum(mark in one.marks for one in last.values()) for mark in everything.marks}
    assert {mark: count for mark, count in near.holding.items() if count} == {mark: count for mark, count in held.items() if count}
