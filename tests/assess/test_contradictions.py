"""Contradictions: what can't both be right stands side by side, each side with its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from escalation.assessment import Contradiction
from escalation.records import Deal, Person
from tests.assess.casework import account, article, customer, hours_ago, judged, message, support, ticket, work_item

ACME = {"customers": ("Acme Corp",)}


def found(about: str, *records: Any, sentence: str = "Orders fail at Acme Corp", **more: Any) -> tuple[Contradiction, ...]:
    assessment, _ = judged(sentence, *records, **{**ACME, **more})
    for one in assessment.contradictions:
        assert len(one.sides) > 1
        assert all(f"({id})" in " ".join(one.sides) or id.startswith(("T", "A", "U")) for id in one.evidence)
    return tuple(one for one in assessment.contradictions if one.about.startswith(about))


def test_health_in_the_crm_against_a_threat() -> None:
    threat = ticket("1", "Orders fail. We will not renew with this open.")
    assert found("how safe", threat, account("Acme Corp", 1, health="Healthy"))[0].evidence == ("A1", "T1")
    assert found("how safe", threat, account("Acme Corp", 1, health="At risk")) == ()


def test_risk_in_the_crm_against_an_account_manager_who_reassures() -> None:
    owner = Person(name="Marisol Vega")
    calm = message("Acme Corp: the renewal is agreed.", 3)
    assert found("how safe", ticket("1", "Orders fail."), calm, account("Acme Corp", 1, health="At risk", owner=owner))


def test_a_deal_as_good_as_signed_against_a_threat() -> None:
    deal = Deal(ref="d", name="Returns module", stage="Contract Sent", open=True)
    threat = ticket("1", "We will not renew with this open.")
    assert found("the deal Returns module", threat, account("Acme Corp", 1, deals=(deal,)))
    held = support("The returns module is on hold on their side until then.", 3, visibility="internal")
    assert found("the deal", ticket("1", "Orders fail.", held), account("Acme Corp", 1, deals=(deal,)))[0].evidence == ("A1", "T1.1")
    assert found("the deal", threat, account("Acme Corp", 1, deals=(deal.model_copy(update={"open": False}),))) == ()


def test_two_dates_of_one_renewal() -> None:
    says = ticket("1", "Orders fail. Our renewal is due on 15 December 2026.")
    assert found("when Acme Corp renews", says, account("Acme Corp", 1, renewal=date(2026, 12, 31)))
    assert found("when Acme Corp renews", says, account("Acme Corp", 1, renewal=date(2026, 12, 15))) == ()


def test_a_work_item_that_is_done_against_what_came_after() -> None:
    done = work_item("ENG-1", "Orders fail", state="done", resolved_at=hours_ago(60), fix_versions=("2.4",))
    (one,) = found("whether ENG-1 is fixed", ticket("1", "Orders fail."), done)
    assert one.evidence == ("W1", "T1")
    assert "in 2.4" in one.sides[0]
    older = ticket("1", "Orders fail.", customer("It still fails after your update.", 2), opened=90)
    assert found("whether ENG-1 is fixed", older, done)[0].evidence == ("W1", "T1.1")
    assert found("whether ENG-1 is fixed", ticket("1", "Orders fail.", opened=90), done) == ()


def test_a_solved_ticket_against_its_customers_last_word() -> None:
    solved = ticket("1", "Orders fail.", support("Solved.", 9), customer("It still fails.", 2), state="solved", solved_at=hours_ago(9))
    assert found("whether 1 is solved", solved)[0].evidence == ("T1", "T1.2")


def test_two_dates_for_the_fix_of_which_none_was_taken_back() -> None:
    one = message("The fix will be released on 20 November.", 9, name="Rohan")
    other = message("The fix will be released on 27 November.", 8, name="Ingrid")
    assert found("the date of the fix", ticket("1", "Orders fail."), one, other)[0].evidence == ("M1", "M2")
    assert found("the date of the fix", ticket("1", "Orders fail."), one) == ()


def test_an_article_for_another_plan_or_a_newer_version() -> None:
    records = (
        ticket("1", "Orders fail, we are on version 2.1."),
        account("Acme Corp", 1, plan="Business"),
        account("Globex", 1, plan="Enterprise"),
    )
    for text in ("This setting is available on the Enterprise plan only.", "Gilt nur für Enterprise.", "Not available on Business."):
        assert found("whether “Retry”", *records, context=(article("Retry", text),))[0].evidence == ("K1", "A1")
    assert found("whether “Retry”", *records, context=(article("Retry", "Works from version 2.3."),))[0].evidence == ("K1", "T1")
    assert found("whether “Retry”", *records, context=(article("Retry", "Works from version 2.0. Available on Business."),)) == ()


def test_every_time_against_a_small_share() -> None:
    reports = (ticket("1", "About 5 % of our orders fail."), ticket("2", "Every order fails with an error.", account="Globex"))
    assert found("how often", *reports)[0].evidence == ("T2", "T1")
    assert found("how often", reports[0], ticket("2", "About 8 % of our orders fail.", account="Globex")) == ()


def test_every_time_against_an_issue_that_says_sometimes() -> None:
    assert found("how often", ticket("1", "Jede Bestellung schlägt fehl."), sentence="Orders fail intermittently at Acme Corp")[
        0
    ].evidence == ("U1", "T1")


def test_since_monday_against_since_friday() -> None:
    reports = (ticket("1", "Since Monday orders fail."), ticket("2", "Seit Freitag schlagen Bestellungen fehl.", account="Globex"))
    (one,) = found("since when", *reports)
    assert one.evidence == ("T2", "T1")
    assert [side.rpartition(": ")[2] for side in one.sides] == ["2026-11-13", "2026-11-16"]
    assert found("since when", reports[0], ticket("2", "Depuis lundi, les commandes échouent.", account="Globex")) == ()


def test_a_low_priority_against_what_the_policy_finds() -> None:
    down = "Production is down, nobody can order anything."
    assert found("how urgent", ticket("1", down, priority="low"), sentence=down)[0].evidence == ("T1",)
    assert found("how urgent", ticket("1", down, priority="urgent"), sentence=down) == ()
