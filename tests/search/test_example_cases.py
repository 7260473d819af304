"""The six issues of the example company: who is affected, what bears on it, what is kept apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from escalation.config import workspaces
from escalation.connector import Outside
from escalation.gathering import Gathering
from escalation.language.errortext import errors_in
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from tests.search.connectors import NOW

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "larkspur"
CACHE = Path(mkdtemp())

API = (
    "API returning 500 errors intermittently for Acme Corp",
    "Acme Corp getting 500s on order creation",
    "POST /v2/orders answers HTTP 500 with ORD-5031 for Acme Corp, intermittently, since 2026-11-16 08:40 UTC",
    (
        "Hi team, I have Acme Corp on the line again and they are really not happy, they say that since about Monday morning some of "
        "their API calls just fail with a 500 error, not all of them, maybe one in twenty, they already tried retrying and it made things "
        "worse because of duplicates, and their CTO is now in the thread. Renewal is coming up. Can somebody please look at this today?"
    ),
)
EXPORT = (
    "Data export is missing rows — 3 customers reported this week",
    "export missing rows",
    (
        "The CSV export leaves out orders placed in the last hour before midnight in the account's time zone; three customers reported "
        "it this week"
    ),
    (
        "Several customers told us this week that when they export their orders as CSV some rows are simply not there, mostly the late "
        "evening ones, and they had been told that this was fixed in the last release, but it clearly isn't, finance teams are "
        "reconciling by hand"
    ),
)
SSO = (
    "SSO login loop affecting all Enterprise customers",
    "SSO login loop Enterprise",
    "Enterprise customers that sign in through Passgate with strict session cookies are sent back to the login page in a loop",
)
AUDIT = (
    "Customer threatening to churn over missing audit log feature",
    "Tessera Bank churn audit log",
    "Tessera Bank will not renew on 31 December unless we commit to an audit log export by 27 November",
)
WEBHOOK = (
    "Webhook signatures fail verification for Orchid Travel after rotating their secret",
    "Orchid Travel webhook signature failing",
    (
        "Orchid Travel changed their webhook secret yesterday and since then one of their services rejects all our webhooks saying the "
        "signature doesn't verify, they're worried that events get lost."
    ),
)
INVOICES = (
    "Vireo Media reports they can see another customer's invoices in the billing portal",
    "Vireo Media sees other customers' invoices",
    "Vireo Media can open invoices of another customer in the billing portal by changing the number in the address",
)


@cache
def found(sentence: str, customer: str = "") -> Gathering:
    issue = understand(sentence, now=NOW, zone="Europe/Berlin", customers=(customer,) if customer else ())
    return gather(issue, workspaces([EXAMPLES], vendor_domains=("larkspur.example",)), seconds=30, outside=Outside(CACHE))


def direct(gathering: Gathering, kind: str = "ticket") -> set[str]:
    return {item.record.ref for item in gathering.of_kind(kind) if item.bearing == "direct"}


def accounts(gathering: Gathering, *certainty: str) -> set[str]:
    return {one.name for one in gathering.affected if not certainty or one.certainty in certainty}


@pytest.mark.parametrize("sentence", API)
def test_the_api_failure_touches_three_accounts_whatever_the_wording(sentence: str) -> None:
    gathering = found(sentence)
    assert accounts(gathering, "confirmed", "linked by symptom") == {"Acme Corp", "Globex Retail", "Brightwater Foods"}
    assert direct(gathering) >= {"4211", "4219", "4214", "4223"}
    assert gathering[gathering.primary].record.ref == "4211"
    assert "PLAT-812" in direct(gathering, "work item")


def test_an_account_that_is_only_talked_about_is_suspected() -> None:
    assert accounts(found(API[0]), "suspected") == {"Halden Marine"}


def test_accounts_with_a_near_name_are_never_part_of_it() -> None:
    gathering = found(API[0])
    assert not accounts(gathering) & {"Acme Corp EU", "Acme Labs"}
    assert any("near name" in dropped.reason for dropped in gathering.dropped)


def test_five_hundred_of_something_else_is_no_status() -> None:
    assert errors_in("API returns only 500 orders") == ()
    assert not direct(found(API[0])) & {"215571", "4083", "4282", "1182"}


@pytest.mark.parametrize("sentence", EXPORT)
def test_missing_rows_touch_three_accounts_in_four_tickets(sentence: str) -> None:
    gathering = found(sentence)
    assert accounts(gathering, "confirmed", "linked by symptom") == {"Initrode Logistics", "Northwind Outfitters", "Sable & Finch"}
    assert direct(gathering) >= {"4180", "4192", "4201"}
    assert "EXP-233" in direct(gathering, "work item")


def test_a_ticket_that_a_colleague_calls_another_matter_is_kept_apart() -> None:
    gathering = found(EXPORT[0])
    assert [item.record.ref for item in gathering.evidence if item.bearing == "look-alike"] == ["4196"]
    assert "Pinecrest Schools" not in accounts(gathering)


@pytest.mark.parametrize("sentence", SSO)
def test_the_login_loop_touches_three_enterprise_accounts_not_all(sentence: str) -> None:
    gathering = found(sentence)
    assert accounts(gathering) == {"Quillon Health", "Globex Retail", "Kestrel Mobility"}
    assert "IAM-118" in direct(gathering, "work item")


@pytest.mark.parametrize("sentence", AUDIT)
def test_the_missing_audit_log_has_one_who_threatens_and_two_who_asked(sentence: str) -> None:
    gathering = found(sentence, "Tessera Bank")
    assert accounts(gathering) == {"Tessera Bank", "Quillon Health", "Kestrel Mobility"}
    assert gathering.affected[0].name == "Tessera Bank"
    assert "ORD-377" in direct(gathering, "work item")


@pytest.mark.parametrize("sentence", WEBHOOK)
def test_the_rotated_secret_has_a_documented_fix(sentence: str) -> None:
    gathering = found(sentence)
    assert accounts(gathering) == {"Orchid Travel"}
    assert "rotating-webhook-secrets" in {item.record.ref for item in gathering.of_kind("article")}


@pytest.mark.parametrize("sentence", INVOICES)
def test_a_security_report_names_no_other_account_by_likeness_of_words(sentence: str) -> None:
    gathering = found(sentence)
    assert accounts(gathering) == {"Vireo Media"}
    assert direct(gathering) == {"4270"}


ASKED = {"find_tickets": 6, "find_messages": 5, "find_work_items": 4, "find_articles": 2, "find_accounts": 3}
"""Questions of one kind at most: a system that serves one category answers them, and some fetches, with twelve requests."""


@pytest.mark.parametrize("sentence", [*API, *EXPORT, *SSO, *AUDIT, *WEBHOOK, *INVOICES])
def test_a_case_asks_few_questions_of_each_kind(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (configured,) = workspaces([EXAMPLES], vendor_domains=("larkspur.example",))
    asked: Counter[str] = Counter()

    def counted(ability: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self, query: asked.update([ability]) or ask(self, query)

    for ability in ASKED:
        monkeypatch.setattr(configured.kind, ability, counted(ability, getattr(configured.kind, ability)))
    issue = understand(sentence, now=NOW, zone="Europe/Berlin")
    gather(issue, [configured], seconds=30, outside=Outside(CACHE))
    assert {ability: times for ability, times in asked.items() if times > ASKED[ability]} == {}


def test_the_same_sentence_finds_the_same_twice() -> None:
    first = found(API[0])
    found.cache_clear()
    again = found(API[0])
    assert again.model_copy(update={"coverage": ()}) == first.model_copy(update={"coverage": ()})
