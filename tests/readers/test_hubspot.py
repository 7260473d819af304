from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.workspace.reader import Context
from connectors.workspace.readers.hubspot import HubSpot

Read = Callable[..., tuple[list[Any], list[Any]]]


def company(**more: str) -> dict[str, str]:
    return {
        "Record ID": "18840011",
        "Company name": "Acme Corp",
        "Company Domain Name": "acme.example.com",
        "Company owner": "Marisol Vega",
        "Lifecycle Stage": "Customer",
        "Annual Revenue": "2300000000",
        "ARR": "1,200,000.00",
        "Currency": "USD",
        "Renewal date": "2026-12-15",
        "Customer health": "Healthy",
        "Zendesk organization ID": "9001",
        **more,
    }


def contact(**more: str) -> dict[str, str]:
    return {
        "Record ID": "1",
        "First Name": "Lena",
        "Last Name": "Hofstra",
        "Email": "lena@acme.example.com",
        "Job Title": "CTO",
        "Associated Company IDs": "18840011",
        "Associated Company": "Acme Corp",
        **more,
    }


def deal(**more: str) -> dict[str, str]:
    return {
        "Record ID": "33",
        "Deal Name": "Renewal",
        "Deal Stage": "Negotiation",
        "Amount": "1200000",
        "Currency": "EUR",
        "Close Date": "2026-12-15",
        "Is Closed": "false",
        "Associated Company IDs": "18840011",
        **more,
    }


def test_a_company_is_an_account_with_its_contacts_and_deals(read: Read) -> None:
    (found,), faults = read(HubSpot, {"companies.csv": [company()], "contacts.csv": [contact()], "deals.csv": [deal()]})
    assert not faults
    assert (found.ref, found.name, found.domains, found.external_ids) == (
        "18840011",
        "Acme Corp",
        ("acme.example.com",),
        {"zendesk": "9001"},
    )
    assert (found.renewal_on, found.health, found.owner.name) == (date(2026, 12, 15), "Healthy", "Marisol Vega")
    assert [(one.name, one.title) for one in found.contacts] == [("Lena Hofstra", "CTO")]
    (one,) = found.deals
    assert (one.open, one.amount.amount, one.amount.currency, one.close_on) == (True, Decimal(1200000), "EUR", date(2026, 12, 15))


def test_what_the_customer_earns_is_never_our_arr(read: Read) -> None:
    row = company()
    del row["ARR"]
    (found,), _ = read(HubSpot, {"companies.csv": [row]})
    assert found.arr is None
    assert found.fields["Annual Revenue"] == "2300000000"


def test_the_currency_is_the_headings_the_rows_or_the_workspaces(read: Read) -> None:
    row = company()
    del row["Currency"], row["ARR"]
    (heading,), _ = read(HubSpot, {"companies.csv": [row | {"ARR (GBP)": "5"}]})
    (workspace,), _ = read(HubSpot, {"companies.csv": [row | {"Annual recurring revenue": "5"}]})
    (unknown,), _ = read(HubSpot, {"companies.csv": [row | {"ARR": "$5"}]}, Context())
    assert [one.arr.currency for one in (heading, workspace, unknown)] == ["GBP", "USD", "XXX"]


def test_an_amount_that_is_not_plain_stays_as_text_with_a_fault(read: Read) -> None:
    (found,), (fault,) = read(HubSpot, {"companies.csv": [company(ARR="$1.2M")]})
    assert found.arr is None
    assert found.fields["ARR"] == "$1.2M"
    assert (fault.line, "1.2M" in fault.problem) == (2, False)


def test_a_column_that_proves_its_order_is_read_and_one_that_does_not_is_a_fault(read: Read) -> None:
    both = [
        company(**{"Renewal date": "12/11/2026"}),
        company(**{"Record ID": "2", "Company name": "Globex", "Renewal date": "12/15/2026"}),
    ]
    found, _ = read(HubSpot, {"companies.csv": both})
    assert found[0].renewal_on == date(2026, 12, 11)
    (alone,), faults = read(HubSpot, {"companies.csv": both[:1]})
    assert alone.renewal_on is None
    assert alone.fields["Renewal date"] == "12/11/2026"
    assert len(faults) == 1


def test_a_contact_goes_by_the_company_id_and_by_an_exact_name_only_without_one(read: Read) -> None:
    companies = [company(), company(**{"Record ID": "2", "Company name": "Acme Corp EU"})]
    contacts = [contact(**{"Associated Company IDs": "2"}), contact(**{"Associated Company IDs": "", "Associated Company": "Acme Corp"})]
    found, _ = read(HubSpot, {"companies.csv": companies, "contacts.csv": contacts})
    assert [len(one.contacts) for one in found] == [1, 1]


def test_strays_are_counted_and_a_shared_name_finds_nobody(read: Read) -> None:
    companies = [company(), company(**{"Record ID": "2"})]
    strays = [contact(**{"Associated Company IDs": ""}), contact(**{"Associated Company IDs": "77", "Associated Company": ""})]
    found, (fault,) = read(HubSpot, {"companies.csv": companies, "contacts.csv": strays})
    assert [one.contacts for one in found] == [(), ()]
    assert fault.problem.startswith("2 contacts")


def test_a_deal_is_closed_by_its_columns_or_its_stage_and_else_not_known(read: Read) -> None:
    rows = [
        deal(**{"Record ID": str(number), "Is Closed": closed, "Deal Stage": stage})
        for number, (closed, stage) in enumerate([("true", "x"), ("", "Closed Lost"), ("false", "x"), ("", "x")])
    ]
    (found,), _ = read(HubSpot, {"companies.csv": [company()], "deals.csv": rows})
    assert [one.open for one in found.deals] == [False, False, True, None]
