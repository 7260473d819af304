from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.judgement.title import LONGEST, title
from tests.assess.casework import gathered, issue, judged, ticket


def titled(sentence: str, *records: Any, type: str = "bug", summary: str = "", customers: Sequence[str] = ()) -> str:
    assessment, route = judged(sentence, *records, type=type, customers=customers)
    return title(
        issue(sentence, type, summary=summary or sentence, customers=tuple(customers)),
        gathered(sentence, *records, customers=customers),
        assessment,
        route,
    )


def test_a_title_says_symptom_party_and_state() -> None:
    said = titled(
        "API returning 500 errors for Acme Corp",
        ticket("1", "Production is down. We will not renew."), ticket("2", "fails", account="Globex"),
        summary="API returning 500 errors", customers=["Acme Corp"],
    )  # fmt: skip
    assert said == "API returning 500 errors – Acme Corp and 1 more account – production down, renewal at risk"


def test_a_ticket_id_alone_is_no_title() -> None:
    said = titled("PLAT-812", ticket("4211", "fails", subject="Orders answer HTTP 500"), customers=["Acme Corp"])
    assert said.startswith("Orders answer HTTP 500 – Acme Corp – ")


def test_a_restricted_title_names_neither_what_is_exposed_nor_how() -> None:
    said = titled(
        "Vireo can see another customer's invoices at /invoices/77",
        ticket("1", "What opened was not ours.", account="Vireo"),
        type="security",
    )
    assert said == "Security report – Vireo – not yet contained"


@settings(deadline=None)
@given(st.text(min_size=1, max_size=400), st.lists(st.text(alphabet="Abc &-", min_size=1, max_size=60), max_size=3))
def test_a_title_is_one_line_and_never_too_long(sentence: str, customers: list[str]) -> None:
    said = titled(sentence, customers=customers)
    assert 0 < len(said) <= LONGEST
    assert len(said.splitlines()) == 1
