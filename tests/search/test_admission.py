"""What is handed over joins what was gathered: ids stay, customers are matched again, answered gaps go."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from escalation.evidence import Coverage, Evidence, Gap
from escalation.gathering import Customer, Gathering
from escalation.records import Account, AccountKey, Category, Note, Person, Ticket
from escalation.search.admission import admit, next_id
from escalation.search.gaps import customer_gap, ticket_question

if TYPE_CHECKING:
    from escalation.records import AnyRecord

AT = datetime(2026, 11, 16, 9, 12, tzinfo=timezone.utc)
ACME = Account(ref="A-9", name="Acme Corp", domains=("acme.example.com",), plan="Enterprise")
EU = Account(ref="A-10", name="Acme Corp EU", domains=("acme-eu.example.com",))
LABS = Account(ref="A-11", name="Acme Labs")
COVERAGE = (Coverage(connector="", category=Category.CRM, status="not_configured"),)


def ticket(ref: str = "4211", **more: object) -> Ticket:
    values = {"ref": ref, "subject": "500s", "requester": Person(email="kim@acme.example.com", side="customer"), "created_at": AT}
    return Ticket.model_validate({**values, **more})


def typed(*customers: Customer, gaps: tuple[Gap, ...] = ()) -> Gathering:
    """Nothing but the sentence, and what it leaves open."""
    sentence = Evidence(id="U1", connector="user", category=Category.USER, record=Note(ref="U1", title="The issue as typed", text="500s"))
    asked = tuple(gap for customer in customers if (gap := customer_gap(customer, COVERAGE)))
    return Gathering(evidence=(sentence,), customers=customers, coverage=COVERAGE, gaps=(*asked, *gaps))


def says(reference: str) -> Gap:
    return Gap(question=f"What does {reference} say?", why="it is named in the issue", ask="paste it")


def ids(gathering: Gathering) -> list[str]:
    return [item.id for item in gathering.evidence]


def test_an_account_that_is_handed_over_is_the_customers() -> None:
    before = typed(Customer(name="Acme Corp"))

    after = admit(before, [("hubspot", ACME)])

    assert [gap.question for gap in before.gaps] == ["Who is Acme Corp in the CRM?"]
    assert after.gaps == ()
    assert after.customers == (Customer(name="Acme Corp", account="A1", matched_by="exact name"),)
    assert [(one.name, one.account) for one in after.affected] == [("Acme Corp", "A1")]


def test_a_near_name_is_asked_about_and_the_exact_one_settles_it() -> None:
    near = admit(typed(Customer(name="Acme Corp")), [("hubspot", EU)])
    exact = admit(near, [("hubspot", ACME)])

    assert [gap.question for gap in near.gaps] == ["Is Acme Corp the account Acme Corp EU?"]
    assert exact.gaps == ()
    assert (exact.customers[0].account, exact.customers[0].candidates) == ("A2", ("Acme Corp EU",))


def test_among_several_candidates_a_further_near_name_decides_nothing() -> None:
    before = typed(Customer(name="Acme", candidates=("Acme Corp", "Acme Labs")))

    after = admit(before, [("hubspot", LABS)])

    assert after.customers == before.customers
    assert after.gaps == before.gaps


def test_a_customer_whose_account_is_known_stays_with_it() -> None:
    before = admit(typed(Customer(name="Acme Corp")), [("hubspot", ACME)])

    after = admit(before, [("salesforce", ACME.model_copy(update={"ref": "001A", "external_ids": {"hubspot": "A-9"}}))])

    assert after.customers == before.customers
    assert [(one.name, one.account) for one in after.affected] == [("Acme Corp", "A1")], "one company, whichever system it comes from"


def test_what_the_issue_names_is_answered_when_it_comes() -> None:
    before = typed(gaps=(says("4211"), says("PLAT-812"), says("https://larkspur.zendesk.example/agent/tickets/4214?x=1")))

    after = admit(before, [("zendesk", ticket()), ("zendesk", ticket("4214", url="https://larkspur.zendesk.example/agent/tickets/4214"))])

    assert [gap.question for gap in after.gaps] == ["What does PLAT-812 say?"]
    assert after.primary == "T1"


def test_the_customers_only_ticket_is_what_the_issue_is_about() -> None:
    customer = Customer(name="Acme Corp")
    which = Gap(question=ticket_question(customer), why="none was found", ask="name it")
    before = admit(typed(customer, gaps=(which,)), [("hubspot", ACME)])

    one = admit(before, [("zendesk", ticket())])
    two = admit(before, [("zendesk", ticket()), ("zendesk", ticket("4212"))])
    other = admit(before, [("zendesk", ticket(requester=Person(email="x@other.example")))])

    assert before.gaps == (which,)
    assert (one.primary, one.gaps) == ("T1", ())
    assert two.primary == ""
    assert other.primary == ""
    assert admit(one, [("zendesk", ticket("4212"))]).primary == "T1"


def test_a_ticket_filed_under_the_customers_name_is_the_customers_without_a_crm() -> None:
    record = ticket(account=AccountKey(name="ACME Corporation"), requester=Person(name="Kim"))

    assert admit(typed(Customer(name="Acme Corp")), [("zendesk", record)]).primary == "T1"


@pytest.mark.parametrize(
    "records", [[ACME], [EU, ACME], [ticket(), ACME], [ACME, ticket(), Note(ref="n", title="n", text="Retrying helps")]]
)
def test_handing_over_the_same_again_changes_nothing(records: list[AnyRecord]) -> None:
    pairs = [("mine", record) for record in records]
    once = admit(typed(Customer(name="Acme Corp"), gaps=(says("4211"),)), pairs)

    assert admit(once, pairs) == once


def test_ids_stay_when_more_comes() -> None:
    before = admit(typed(), [("zendesk", ticket("1")), ("zendesk", ticket("2"))])
    after = admit(before, [("zendesk", ticket("3")), ("hubspot", ACME)])

    assert ids(before) == ["U1", "T1", "T2"]
    assert ids(after) == ["U1", "A1", "T1", "T2", "T3"]
    assert [after[id].record for id in ("T1", "T2")] == [before[id].record for id in ("T1", "T2")]


def test_an_id_that_was_withheld_is_not_given_again() -> None:
    held = admit(typed(), [("zendesk", ticket("1")), ("zendesk", ticket("2"))])
    shown = held.model_copy(update={"evidence": tuple(item for item in held.evidence if item.id != "T1")})

    assert next_id(ticket("3"), shown.evidence) == "T3"
    assert ids(admit(shown, [("zendesk", ticket("3"))])) == ["U1", "T2", "T3"]
