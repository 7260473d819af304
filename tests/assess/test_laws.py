"""Laws of judgement over whole cases: what makes a case worse never lowers it, and less evidence never makes anything surer."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from escalation.assessment import Assessment
from escalation.evidence import Evidence
from escalation.gathering import Gathering
from escalation.records import SlaClock
from escalation.search.affected import affected
from escalation.severity_matrix import LEVELS
from escalation.steps.assess import assess
from tests.assess.casework import HOOKS, NOW, POLICY, account, customer, gathered, hours_ago, issue, message, support, ticket, work_item

SENTENCE = "Orders fail for Acme Corp"
COMPANIES = ("Acme Corp", "Globex Retail", "Initrode", "Brightwater")
SURER = {"unknown": 0, "stated": 1, "derived": 2, "observed": 3}
SAID = ("Orders fail.", "Production is down.", "We will not renew.", "40 users are blocked.", "We have lost orders.", "A question.")


@st.composite
def records(draw: st.DrawFn) -> list[Any]:
    """A case: tickets of a few companies with answers and clocks, what the CRM, the chat and the tracker hold."""
    made: list[Any] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        replies = draw(
            st.sampled_from(
                [
                    (),
                    (
                        support("Please retry meanwhile.", 9),
                        customer(draw(st.sampled_from(["It works for us.", "It doesn't work for us."])), 8),
                    ),
                ]
            )
        )
        clocks = draw(st.sampled_from([(), (SlaClock(metric="resolution", due_at=hours_ago(draw(st.sampled_from([3, -2, -40])))),)]))
        opened = draw(st.integers(5, 900))
        made.append(
            ticket(
                str(number), draw(st.sampled_from(SAID)), *replies, account=draw(st.sampled_from(COMPANIES)), opened=opened, clocks=clocks
            )
        )
    for name in draw(st.sets(st.sampled_from(COMPANIES))):
        plan = draw(st.sampled_from(["Enterprise", "Business"]))
        made.append(account(name, draw(st.sampled_from([None, 5_000, 700_000])), plan, draw(st.sampled_from([None, date(2026, 12, 15)]))))
    if draw(st.booleans()):
        made.append(message("Acme Corp is affected, confirmed in our logs.", name="Ingrid"))
    if draw(st.booleans()):
        made.append(work_item("PLAT-1", "Orders fail", links=tuple(draw(st.sets(st.sampled_from(["1", "2"]))))))
    return made  # fmt: skip


def judge(evidence: tuple[Evidence, ...], customers: Gathering) -> Assessment:
    found = affected(evidence, customers.customers)
    gathering = customers.model_copy(update={"evidence": evidence, "affected": found.accounts, "uncounted": found.uncounted})
    return assess(issue(SENTENCE, customers=("Acme Corp",)), gathering, policy=POLICY, now=NOW, hooks=HOOKS)


def level(assessment: Assessment) -> int:
    return LEVELS.index(assessment.severity.level)


LAW = settings(deadline=None, max_examples=int(os.environ.get("LAW_EXAMPLES", "40")), suppress_health_check=[HealthCheck.too_slow])
"""`LAW_EXAMPLES=1000` looks harder."""


@LAW
@given(records(), st.sampled_from(["1", "2"]), st.sampled_from([None, 900_000]))
def test_one_more_account_never_lowers_it(case: list[Any], name: str, arr: int | None) -> None:
    before = gathered(SENTENCE, *case, customers=["Acme Corp"])
    another = [
        ticket("99", "Orders fail.", account=f"Newcomer {name}", opened=2),
        *([account(f"Newcomer {name}", arr)] if arr else []),
    ]
    after = gathered(SENTENCE, *case, *another, customers=["Acme Corp"])
    assert level(judge(after.evidence, after)) >= level(judge(before.evidence, before))


@LAW
@given(records(), st.integers(1, 2000))
def test_a_case_that_has_been_open_longer_is_never_lower(case: list[Any], hours: int) -> None:
    longer = [
        record.model_copy(update={"created_at": record.created_at - timedelta(hours=hours)}) if record.kind == "ticket" else record
        for record in case
    ]
    one, other = (gathered(SENTENCE, *records, customers=["Acme Corp"]) for records in (case, longer))
    assert level(judge(other.evidence, other)) >= level(judge(one.evidence, one))


@LAW
@given(records(), st.integers(1, 900_000))
def test_more_revenue_never_lowers_it(case: list[Any], more: int) -> None:
    richer = [
        record.model_copy(update={"arr": record.arr.model_copy(update={"amount": record.arr.amount + more})})
        if record.kind == "account" and record.arr
        else record
        for record in case
    ]
    one, other = (gathered(SENTENCE, *records, customers=["Acme Corp"]) for records in (case, richer))
    assert level(judge(other.evidence, other)) >= level(judge(one.evidence, one))


@LAW
@given(records())
def test_without_its_workaround_it_is_never_lower(case: list[Any]) -> None:
    bare = [record.model_copy(update={"comments": ()}) if record.kind == "ticket" else record for record in case]
    claims = [r for r in case if r.kind == "ticket" and any("doesn't" in c.text for c in r.comments)]
    assume(not claims)  # what is taken away must be a way that works
    one, other = (gathered(SENTENCE, *records, customers=["Acme Corp"]) for records in (case, bare))
    assert level(judge(other.evidence, other)) >= level(judge(one.evidence, one))


@LAW
@given(records(), st.data())
def test_less_evidence_never_makes_the_same_fact_surer(case: list[Any], data: st.DataObject) -> None:
    whole = gathered(SENTENCE, *case, customers=["Acme Corp"])
    removed = data.draw(st.sampled_from([item for item in whole.evidence if item.id != "U1"]))
    before = {fact.name: fact for fact in judge(whole.evidence, whole).facts}
    after = judge(tuple(item for item in whole.evidence if item is not removed), whole).facts
    for fact in after:
        same = before.get(fact.name)
        if same and same.value == fact.value:
            assert SURER[fact.status] <= SURER[same.status]


@LAW
@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_changes_no_count_and_no_level(case: list[Any], shuffler: random.Random) -> None:
    whole = gathered(SENTENCE, *case, customers=["Acme Corp"])
    shuffled = list(whole.evidence)
    shuffler.shuffle(shuffled)
    one, other = judge(whole.evidence, whole), judge(tuple(shuffled), whole)
    assert (one.severity.level, one.severity.cell, one.revenue_at_risk) == (
        other.severity.level,
        other.severity.cell,
        other.revenue_at_risk,
    )
    for name in ("affected_accounts", "affected_high_value", "account_hours", "new_accounts_7d"):
        assert getattr(one.fact(name), "value", None) == getattr(other.fact(name), "value", None)
