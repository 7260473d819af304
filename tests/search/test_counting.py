"""Independent accounts are counted, not tickets; each that is not counted says why."""

from __future__ import annotations

import os
import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.counting import Counting
from escalation.evidence import Evidence
from escalation.gathering import AffectedAccount, Customer
from escalation.records import Account, AccountKey, Category, Comment, Message, Person, Side, Ticket, WorkItem
from escalation.search.affected import Affected, affected
from escalation.search.ownership import company_of

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
REPORT = "Since Monday the nightly export loses every row after 23:00, please look into it."


def ticket(
    id: str, *, email: str = "", name: str = "", text: str = REPORT, side: Side = "customer", hours: float = 9, **more: Any
) -> Evidence:
    record = Ticket(
        ref=id.removeprefix("T"), subject=more.pop("subject", "Export loses rows"), text=text, account=AccountKey(name=name),
        requester=Person(email=email, side=side), created_at=NOW - timedelta(hours=hours), **more,
    )  # fmt: skip
    return Evidence(id=id, connector="desk", category=Category.SUPPORT_PLATFORM, record=record)


def crm(id: str, name: str, *domains: str, **more: Any) -> Evidence:
    record = Account(ref=f"crm-{id}", name=name, domains=domains, **more)
    return Evidence(id=id, connector="crm", category=Category.CRM, bearing="context", record=record)


def bug(ref: str = "EXP-1", **more: Any) -> Evidence:
    return Evidence(id="W1", connector="jira", category=Category.PROJECT_TRACKER, record=WorkItem(ref=ref, title="rows lost", **more))


def counted(found: Affected) -> list[str]:
    return [one.name for one in found.accounts if not one.counted_with and one.certainty != "suspected"]


ACME = crm("A1", "Acme", "acme.com")
FIRST = ticket("T1", email="wes@acme.com", hours=20)


def test_a_reply_to_all_that_quotes_the_report_is_no_second_one() -> None:
    quoted = f"Please see below.\n> {REPORT}"
    reply = ticket("T2", email="jo@globex.com", subject="RE: Export loses rows", text=quoted, hours=3)
    found = affected([ACME, FIRST, reply], ())
    assert counted(found) == ["Acme"]
    assert found.uncounted == ("T2 is a reply to all that repeats T1",)


def test_a_reply_that_says_it_happens_here_too_is_a_report() -> None:
    reply = ticket("T2", email="jo@globex.com", subject="RE: Export loses rows", text=f"We see the same.\n> {REPORT}", hours=3)
    assert counted(affected([ACME, FIRST, reply], ())) == ["Acme", "globex.com"]


def test_a_merged_ticket_without_a_company_counts_with_the_one_it_was_merged_into() -> None:
    merged = ticket("T2", email="wes.private@gmail.com", text="It is me, from home.", merged_into="1", hours=3)
    found = affected([ACME, FIRST, merged], ())
    assert counted(found) == ["Acme"]
    assert found.uncounted == ("T2 was merged into T1",)


def test_a_merged_ticket_of_another_company_still_counts_for_that_company() -> None:
    merged = ticket("T2", email="jo@globex.com", merged_into="1", hours=3)
    assert counted(affected([ACME, FIRST, merged], ())) == ["Acme", "globex.com"]


def test_the_same_words_from_a_private_address_are_the_same_report() -> None:
    again = ticket("T2", email="wes@gmail.com", hours=3)
    assert affected([ACME, FIRST, again], ()).uncounted == ("T2 says word for word what is in T1",)


def test_our_own_staff_and_test_accounts_are_no_customers() -> None:
    staff = ticket("T2", email="qa@vendor.com", side="vendor")
    tester = ticket("T3", email="bot@sandbox.vendor.com")
    found = affected([ACME, FIRST, staff, tester], (), Counting(ours=("vendor.com",)))
    assert counted(found) == ["Acme"]
    assert found.uncounted == (
        "T2 was written by our own staff, for no customer by name",
        "T3 was written by our own side or from a test account",
    )


def test_what_our_staff_opened_for_a_customer_counts_for_the_customer() -> None:
    assert counted(affected([ACME, ticket("T1", email="dana@vendor.com", side="vendor", name="Acme")], ())) == ["Acme"]


PARTNER = crm("A2", "Pontell", "pontell.net", fields={"Type": "Partner"})


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"text": "On behalf of Globex Retail: the export loses rows."}, ["Acme", "Globex Retail"]),
        ({"fields": {"End customer": "Acme"}}, ["Acme"]),
        ({"text": "The export loses rows."}, ["Acme", "Pontell"]),
    ],
    ids=["named in words", "named in a field", "not named"],
)
def test_a_partners_ticket_counts_for_the_customer_it_names_else_once_for_the_partner(more: dict[str, Any], names: list[str]) -> None:
    two = [ticket(id, email="ames@pontell.net", hours=2, **more) for id in ("T2", "T3")]
    found = affected([ACME, PARTNER, FIRST, *two], ())
    assert counted(found) == names
    assert any("partner" in why for one in found.accounts for why in one.counting)


def test_a_partner_can_be_named_by_the_policy() -> None:
    found = affected(
        [ticket("T1", email="ames@pontell.net", text="Our customer Globex loses rows.")], (), Counting(partners=("pontell.net",))
    )
    assert counted(found) == ["Globex"]


@pytest.mark.parametrize("known", [[ACME], []], ids=["the CRM knows it", "nobody knows it"])
def test_domains_of_one_company_are_one_account(known: list[Evidence]) -> None:
    found = affected([*known, FIRST, ticket("T2", email="lena@eu.acme.com"), ticket("T3", email="x@mail.acme.com")], ())
    assert len(counted(found)) == 1
    assert found.accounts[0].counting[0] == "3 tickets count once: T1, T2, T3"


@pytest.mark.parametrize(
    ("domain", "company"),
    [
        ("eu.acme.com", "acme.com"),
        ("uk.mail.acme.co.uk", "acme.co.uk"),
        ("acme.co.uk", "acme.co.uk"),
        ("de.com", "de.com"),
        ("acme.example.com", "acme.example.com"),
    ],
)  # fmt: skip
def test_a_companys_own_domain(domain: str, company: str) -> None:
    assert company_of(domain) == company


def test_a_name_and_a_domain_that_one_ticket_has_together_are_one_account() -> None:
    tickets = [ticket("T1", name="Globex"), ticket("T2", email="a@globex.com"), ticket("T3", email="b@globex.com", name="Globex")]
    assert len(affected(tickets, ()).accounts) == 1


def test_a_subsidiary_is_a_contract_of_its_own_but_no_independent_account() -> None:
    child = crm("A2", "Acme Iberia", "acme-iberia.es", parent=AccountKey(name="Acme"))
    found = affected([ACME, child, FIRST, ticket("T2", email="x@acme-iberia.es")], ())
    assert counted(found) == ["Acme"]
    assert found.accounts[1].counted_with == "Acme"
    assert found.accounts[1].counting == ("Acme Iberia counts with Acme: the CRM has Acme as its parent",)


def test_near_names_without_a_tie_stay_apart() -> None:
    eu = crm("A2", "Acme EU", "acme-eu.com")
    assert counted(affected([ACME, eu, FIRST, ticket("T2", email="x@acme-eu.com")], ())) == ["Acme", "Acme EU"]


def tie(*evidence: Evidence) -> str:
    return affected([*evidence], ()).accounts[0].because


def test_sameness_is_decided_by_ids_before_words() -> None:
    frame = "at com.larkspur.Export.rows(Export.java:{})"
    assert tie(ticket("T1", name="Acme", fields={"Jira issue": "EXP-1"}), bug()) == "its ticket is linked to EXP-1 [W1]"
    assert tie(ticket("T1", name="Acme", text="req_01KA4Q8V5TN4M failed"), bug(text="see req_01KA4Q8V5TN4M")) == (
        "its own ticket holds the request id req_01KA4Q8V5TN4M, as W1 does [T1]"
    )
    assert tie(ticket("T1", name="Acme", text="error code ORD-5031"), bug(text="ORD-5031 again")) == (
        "its own ticket holds the error code ORD-5031, as W1 does [T1]"
    )
    assert tie(ticket("T1", name="Acme", text=frame.format(88)), bug(text=frame.format(91))) == (
        "its own ticket holds the stack frame com.larkspur.Export.rows(Export.java), as W1 does [T1]"
    )
    assert tie(ticket("T1", name="Acme"), bug()) == "its own ticket tells of the same in like words [T1]"


LAW = settings(deadline=None, max_examples=int(os.environ.get("LAW_EXAMPLES", "100")))
"""`LAW_EXAMPLES=1000` looks harder."""
CERTAINTY = {"": 0, "suspected": 1, "linked by symptom": 2, "confirmed": 3}
NAMES = ("Acme", "Globex", "Initrode")


@st.composite
def cases(draw: st.DrawFn) -> list[Evidence]:
    """Tickets, accounts, messages and a work item about a few companies."""
    made = [crm(f"A{number}", name, f"{name.lower()}.com") for number, name in enumerate(NAMES, 1) if draw(st.booleans())]
    for number in range(1, draw(st.integers(1, 6)) + 1):
        name = draw(st.sampled_from(NAMES))
        text = draw(st.sampled_from([REPORT, "error code ORD-5031", "nothing much"]))
        fields = draw(st.sampled_from([{}, {"Jira issue": "EXP-1"}]))
        made.append(
            ticket(
                f"T{number}",
                email=f"x@{draw(st.sampled_from(['', 'eu.']))}{name.lower()}.com",
                text=text,
                fields=fields,
                hours=number,
                side=draw(st.sampled_from(["customer", "customer", "vendor"])),
                merged_into=draw(st.sampled_from(["", "1"])),
            )
        )
    for number in range(1, draw(st.integers(0, 3)) + 1):
        said = draw(st.sampled_from(["{} is affected, confirmed in our logs.", "{} might have it.", "{} is not affected.", "{} called."]))
        text = said.format(draw(st.sampled_from(NAMES)))
        message = Message(ref=f"m{number}", channel="ops", text=text, author=Person(side="vendor"), replies=(Comment(text=text),))
        made.append(Evidence(id=f"M{number}", connector="chat", category=Category.CHAT, record=message))
    if draw(st.booleans()):
        made.append(bug(links=tuple(draw(st.lists(st.sampled_from(["1", "2", "3"]), max_size=2)))))
    return made


def sure(found: tuple[AffectedAccount, ...], name: str) -> int:
    return max((CERTAINTY[one.certainty] for one in found if one.name.lower().startswith(name.lower())), default=0)


@LAW
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_changes_nothing(case: list[Evidence], shuffler: random.Random) -> None:
    shuffled = list(case)
    shuffler.shuffle(shuffled)
    assert affected(shuffled, ()) == affected(case, ())


@LAW
@given(cases(), st.data())
def test_removing_what_was_said_or_reported_never_makes_an_account_surer(case: list[Evidence], data: st.DataObject) -> None:
    spoken = [item for item in case if item.record.kind != "account"]
    removed = data.draw(st.sampled_from(spoken))
    before, after = affected(case, ()).accounts, affected([item for item in case if item is not removed], ()).accounts
    assert all(sure(after, name) <= sure(before, name) for name in NAMES)


@LAW
@given(cases())
def test_there_are_never_more_accounts_than_tickets_and_every_ticket_is_accounted_for(case: list[Evidence]) -> None:
    tickets = {item.id for item in case if item.record.kind == "ticket"}
    found = affected(case, ())
    assert len(counted(found)) <= max(1, len(tickets)) + sum(item.record.kind == "message" for item in case)
    told = {id for one in found.accounts for id in one.evidence} | {why.split()[0] for why in found.uncounted}
    assert tickets <= told


def test_a_customer_whose_account_is_not_in_evidence_is_still_counted() -> None:
    assert [one.name for one in affected([], [Customer(name="Acme", account="A9")]).accounts] == ["Acme"]
