from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from connectors.workspace.readers.salesforce import Salesforce

Read = Callable[..., tuple[list[Any], list[Any]]]

ACME = "001A000001abcde"


def account(**more: str) -> dict[str, str]:
    return {
        "Id": ACME + "IAB",
        "Name": "Acme Corp",
        "Website": "https://www.acme.example.com/en",
        "AnnualRevenue": "2300000000",
        "ARR__c": "1200000.0",
        "CurrencyIsoCode": "USD",
        "OwnerId": "005A0000009zzzzIAB",
        "Renewal_Date__c": "2026-12-15",
        "Zendesk_Organization_Id__c": "9001",
        **more,
    }


def test_an_account_has_its_contacts_opportunities_and_owner(read: Read) -> None:
    files = {
        "Account.csv": [account()],
        "Contact.csv": [
            {"Id": "003", "AccountId": ACME, "FirstName": "Lena", "LastName": "Hofstra", "Email": "lena@acme.example.com", "Title": "CTO"}
        ],
        "Opportunity.csv": [
            {
                "Id": "006",
                "AccountId": ACME + "IAB",
                "Name": "Renewal",
                "StageName": "Negotiation",
                "Amount": "5",
                "CurrencyIsoCode": "EUR",
                "CloseDate": "2026-12-15",
                "IsClosed": "0",
            }
        ],
        "User.csv": [
            {
                "Id": "005A0000009zzzz",
                "Username": "m@larkspur.example",
                "FirstName": "Marisol",
                "LastName": "Vega",
                "Email": "marisol@larkspur.example",
            }
        ],
    }
    (found,), faults = read(Salesforce, files)
    assert not faults
    assert (found.domains, found.external_ids, found.renewal_on) == (("acme.example.com",), {"zendesk": "9001"}, date(2026, 12, 15))
    assert (found.owner.name, found.owner.email) == ("Marisol Vega", "marisol@larkspur.example")
    assert [one.name for one in found.contacts] == ["Lena Hofstra"]
    assert [(one.open, one.amount.currency) for one in found.deals] == [(True, "EUR")]


def test_arr_is_the_custom_field_and_revenue_stays_among_the_fields(read: Read) -> None:
    (found,), _ = read(Salesforce, {"Account.csv": [account()]})
    assert (found.arr.amount, found.arr.currency, found.fields["AnnualRevenue"]) == (1200000, "USD", "2300000000")


def test_a_parent_goes_by_its_name(read: Read) -> None:
    child = account(Id="001B", Name="Acme Corp EU", ParentId=ACME)
    found, _ = read(Salesforce, {"Account.csv": [account(ParentId=""), child]})
    assert (found[0].parent, found[1].parent.name) == (None, "Acme Corp")


def test_opportunities_of_no_account_are_counted(read: Read) -> None:
    (found,), (fault,) = read(
        Salesforce,
        {
            "Account.csv": [account()],
            "Opportunity.csv": [{"Id": "006", "AccountId": "001Z", "Name": "Renewal", "StageName": "Closed Won", "Amount": "5"}],
        },
    )
    assert found.deals == ()
    assert fault.problem.startswith("1 deals")
