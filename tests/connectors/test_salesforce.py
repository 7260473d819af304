"""Salesforce against an org that answers in the shapes of its developer guides: queries, searches, describes and errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.salesforce import Salesforce
from connectors.salesforce import statements as made
from connectors.salesforce.settings import SalesforceSettings
from escalation.actions import NoteDraft, TaskDraft
from escalation.connector import AccountQuery, Session, TicketQuery
from escalation.errors import AuthError, NotFound, Unavailable, UnexpectedResponse
from escalation.records import Account, AccountKey, Ticket
from escalation.testing import Answer, ConnectorConformance, Network, Sent, Unrecorded, json_answer

ORG = "https://acme.my.salesforce.com"
DATA = "/services/data/v67.0"
SETTINGS: Mapping[str, Any] = {
    "base_url": ORG,
    "client_id": "consumer-key",
    "client_secret": "consumer-secret-1",
    "currency": "USD",
    "fields": {"arr": "ARR__c", "plan": "Plan__c", "renewal": "Renewal_Date__c"},
    "more_account_fields": ["Zendesk_Org_Id__c", "Region__c"],
    "more_case_fields": ["Severity__c"],
}
ACME, CASE = "0015f00000AbCdEAAV", "5005f00000XyZ12AAB"


def rows(*records: Mapping[str, Any]) -> dict[str, Any]:
    """What a query answers; a subquery has the same shape."""
    return {"totalSize": len(records), "done": True, "records": list(records)}


ACCOUNT = {
    "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/{ACME}"},
    "Id": ACME,
    "Name": "Acme Corp",
    "Website": "https://www.acme.example/en",
    "AnnualRevenue": 2300000000,
    "Industry": "Media",
    "Type": "Customer",
    "Description": "Key account",
    "ParentId": "0015f00000AbCd0AAV",
    "Parent": {"Name": "Acme Holding"},
    "Owner": {"Name": "Marisol Vega", "Email": "marisol@larkspur.example"},
    "LastModifiedDate": "2026-11-01T08:00:00.000+0000",
    "ARR__c": 240000.5,
    "Plan__c": "Enterprise",
    "Renewal_Date__c": "2026-12-15",
    "Zendesk_Org_Id__c": "9001",
    "Region__c": "EU",
    "Contacts": rows({"Name": "Mia Vogel", "Email": "mia@acme.example", "Title": "CTO"}),
    "Opportunities": rows(
        {
            "Id": "0065f00000QqQqQAAV",
            "Name": "Renewal 2027",
            "StageName": "Negotiation",
            "IsClosed": False,
            "Amount": 250000,
            "CloseDate": "2026-12-10",
        }
    ),
    "Cases": rows({"Id": CASE}),
}
HIT = {
    "attributes": {"type": "Case", "url": f"{DATA}/sobjects/Case/{CASE}"},
    "Id": CASE,
    "CaseNumber": "00001026",
    "Subject": "Export fails with E4711",
    "Description": "Since Monday the nightly export fails.",
    "Status": "Waiting on Customer",
    "IsClosed": False,
    "IsEscalated": True,
    "Priority": "High",
    "Origin": "Email",
    "Type": "Problem",
    "Reason": None,
    "CreatedDate": "2026-11-16T08:00:00.000+0000",
    "LastModifiedDate": "2026-11-17T09:30:00.000+0000",
    "ClosedDate": None,
    "AccountId": ACME,
    "Account": {"Name": "Acme Corp", "Website": "acme.example"},
    "Contact": {"Name": "Mia Vogel", "Email": "mia@acme.example", "Title": "CTO"},
    "SuppliedName": None,
    "SuppliedEmail": None,
    "Owner": {"Name": "Tier 2"},
    "Severity__c": "S1",
}


def comment(at: str, text: str, by: str, *, published: bool, kind: str = "Standard") -> dict[str, Any]:
    return {"CommentBody": text, "IsPublished": published, "CreatedDate": at, "CreatedBy": {"Name": by, "Email": None, "UserType": kind}}


def email(at: str, text: str | None, address: str, *, incoming: bool, **more: Any) -> dict[str, Any]:
    stated = {"Incoming": incoming, "TextBody": text, "HtmlBody": None, "FromName": None, "FromAddress": address, "MessageDate": at}
    return {**stated, "Status": "3", **more}


WHOLE = {
    **HIT,
    "CaseComments": rows(
        comment("2026-11-16T09:20:00.000+0000", "Same as ENG-812, I think.", "Dana Reyes", published=False),
        comment("2026-11-16T11:00:00.000+0000", "It is urgent.", "Mia Vogel", published=False, kind="CspLitePortal"),
    ),
    "EmailMessages": rows(
        email("2026-11-17T09:30:00.000+0000", "Still failing.", "mia@acme.example", incoming=True, FromName="Mia Vogel", Status="1"),
        email("2026-11-16T09:12:00.000+0000", None, "help@larkspur.example", incoming=False, HtmlBody="<p>We are <b>looking</b>.</p>"),
        email("2026-11-17T10:00:00.000+0000", "A draft", "help@larkspur.example", incoming=False, Status="5"),
    ),
    "CaseMilestones": rows(
        {
            "MilestoneType": {"Name": "First Response"},
            "TargetDate": "2026-11-16T09:00:00.000+0000",
            "CompletionDate": "2026-11-16T09:12:00.000+0000",
            "IsViolated": True,
            "TargetResponseInMins": 60,
        },
        {
            "MilestoneType": {"Name": "Resolution Time"},
            "TargetDate": "2026-11-18T12:00:00.000+0000",
            "CompletionDate": None,
            "IsViolated": False,
        },
        {"MilestoneType": {"Name": "Root cause"}, "TargetDate": "2026-11-20T12:00:00.000+0000"},
    ),
}
FIELDS = [
    {"name": "ARR__c", "label": "Annual recurring revenue", "type": "currency", "custom": True},
    *(
        {"name": name, "label": name, "type": "string", "custom": True}
        for name in ("Plan__c", "Renewal_Date__c", "Zendesk_Org_Id__c", "Region__c")
    ),
    {"name": "Severity__c", "label": "Severity", "type": "picklist", "custom": True},
    {"name": "OwnerId", "label": "Owner ID", "type": "reference", "custom": False, "relationshipName": "Owner"},
]


def soql(sent: Sent) -> str:
    return parse_qs(urlsplit(sent.url).query).get("q", [""])[0]


def refused(code: str, message: str = "", status: int = 400) -> Answer:
    return json_answer([{"message": message, "errorCode": code}], status)


def searched(query: str) -> Any:
    return {"searchRecords": [HIT] if "RETURNING Case(" in query else [{"attributes": {"type": "Account"}, "Id": ACME}]}


def queried(query: str) -> Any:
    """What is FROM the outermost object."""
    kind = re.sub(r"\(SELECT [^()]*\)", "", query).partition(" FROM ")[2].partition(" ")[0]
    written = {"Id": "00a5f00000MarkedAAV", "CommentBody": "Seen.\n\nkit-mark-written", "CreatedDate": "2026-11-18T15:00:00.000+0000"}
    marked = [written] if kind == "CaseComment" or "kit-mark-written" in query else []
    case = WHOLE if "FROM CaseComments" in query else HIT
    found: Mapping[str, list[Any]] = {"Account": [ACCOUNT], "Case": [case], "CaseComment": marked, "Task": marked}
    return rows(*found[kind])


ANSWERS: Mapping[str, Callable[[str], Any]] = {
    r"/services/oauth2/token": lambda _: {"access_token": "00D-token", "instance_url": ORG, "token_type": "Bearer"},
    r"/services/data/": lambda _: [{"label": "Spring '26", "version": "66.0"}, {"label": "Summer '26", "version": "67.0"}],
    r"/services/data/v\d\d\.0/search": searched,
    r"/services/data/v\d\d\.0/query": queried,
    r"/services/data/v\d\d\.0/sobjects/(Account|Case)/describe": lambda _: {"name": "Account", "fields": FIELDS},
    r"/services/data/v\d\d\.0/sobjects/(Task|CaseComment)": lambda _: {"id": "00T5f00000NewwwAAV", "success": True, "errors": []},
}


def org(sent: Sent) -> Answer:
    """An org with one account and one case."""
    path, query = urlsplit(sent.url).path, soql(sent)
    answer = next((answer for pattern, answer in ANSWERS.items() if re.fullmatch(pattern, path)), None)
    if answer is None:
        raise Unrecorded(f"{sent.method} {path}: {query[:200]}")
    return json_answer(answer(query))


class TestSalesforce(ConnectorConformance):
    connector_type = Salesforce
    settings = SETTINGS
    replies = staticmethod(org)
    reference = f"{ORG}/lightning/r/Case/{CASE}/view"


Asked = Callable[..., tuple[Salesforce, Network, Session]]


@pytest.fixture
def salesforce(tmp_path: Path) -> Asked:
    """A connector on an org that answers as it should, with what was sent."""

    def made(replies: Any = org, **settings: Any) -> tuple[Salesforce, Network, Session]:
        network = Network(replies)
        session = network.session(tmp_path)
        connector = network.connector(Salesforce, {**SETTINGS, **settings}, session)
        assert isinstance(connector, Salesforce)
        return connector, network, session

    return made


def asked(network: Network) -> list[str]:
    """What was searched and queried."""
    return [query for sent in network.sent if (query := soql(sent))]


def test_an_account_takes_one_search_and_one_query(salesforce: Asked) -> None:
    connector, network, session = salesforce()
    (account,) = connector.find_accounts(AccountQuery(names=("Acme Corp",), domains=("acme.example",)))
    search, query = asked(network)
    assert search == r'FIND {"Acme Corp" OR "acme.example"} IN NAME FIELDS RETURNING Account(Id LIMIT 25)'
    assert query.endswith(
        f"FROM Account WHERE Id IN ('{ACME}') OR Name = 'Acme Corp' OR Website LIKE 'acme.example%' "
        "OR Website LIKE '%//acme.example%' OR Website LIKE '%.acme.example%' LIMIT 50"
    )
    assert query.count("(SELECT ") == 3
    assert (account.ref, session.shortfalls) == (ACME, [])


def test_an_account_states_what_its_export_would(salesforce: Asked) -> None:
    connector, _, _ = salesforce()
    (account,) = connector.find_accounts(AccountQuery(names=("Acme Corp",)))
    assert account.arr is not None
    assert (account.arr.amount, account.arr.currency, account.plan) == (Decimal("240000.5"), "USD", "Enterprise")
    assert (account.domains, account.renewal_on) == (("acme.example",), date(2026, 12, 15))
    assert (account.owner.email, account.owner.side) == ("marisol@larkspur.example", "vendor")
    assert account.parent == AccountKey(name="Acme Holding", ref="0015f00000AbCd0AAV")
    assert account.external_ids == {"zendesk": "9001"}
    assert account.fields == {"Industry": "Media", "Type": "Customer", "AnnualRevenue": "2300000000", "Region__c": "EU", "open cases": "1"}
    assert [(contact.name, contact.title) for contact in account.contacts] == [("Mia Vogel", "CTO")]
    (deal,) = account.deals
    assert (deal.stage, deal.open, deal.close_on, deal.amount and deal.amount.currency) == ("Negotiation", True, date(2026, 12, 10), "USD")


def test_without_a_mapping_there_is_no_arr_and_what_the_customer_earns_is_none(salesforce: Asked) -> None:
    connector, network, _ = salesforce(fields={})
    (account,) = connector.find_accounts(AccountQuery(names=("Acme Corp",)))
    assert (account.arr, account.plan, "ARR__c" in asked(network)[-1]) == (None, "", False)


def test_the_currency_of_a_record_is_asked_for_where_the_org_has_several(salesforce: Asked) -> None:
    euros = {**ACCOUNT, "CurrencyIsoCode": "EUR"}
    connector, network, _ = salesforce(
        lambda sent: json_answer(rows(euros)) if sent.url.count("/query?") else org(sent), multi_currency=True
    )
    (account,) = connector.find_accounts(AccountQuery(names=("Acme Corp",)))
    assert asked(network)[-1].count("CurrencyIsoCode") == 2
    assert account.arr is not None
    assert account.arr.currency == "EUR"


def test_names_in_bulk_are_one_query_and_those_that_do_not_fit_are_told(salesforce: Asked) -> None:
    connector, network, session = salesforce()
    list(connector.find_accounts(AccountQuery(names=tuple(f"Company {n}" for n in range(60)), near=False, limit=100)))
    assert len(asked(network)) == 1
    assert not session.shortfalls
    list(connector.find_accounts(AccountQuery(names=tuple(f"会社 {n} {'名' * 40}" for n in range(60)), near=False)))
    assert len(network.sent[-1].url) < 10_000
    assert session.shortfalls == ["too many names for one question; the rest of them was not asked for"]


def test_the_exact_name_comes_before_what_the_search_likes_best(salesforce: Asked) -> None:
    near = {**ACCOUNT, "Id": "0015f00000Near1AAV", "Name": "Acme Corp EU"}

    def answer(sent: Sent) -> Answer:
        if "/search" in sent.url:
            return json_answer({"searchRecords": [{"Id": near["Id"]}, {"Id": ACME[:15]}]})
        return json_answer(rows({**near, "Id": "0015f00000Near2AAV"}, near, ACCOUNT)) if "/query" in sent.url else org(sent)

    connector, _, _ = salesforce(answer)
    found = [account.ref for account in connector.find_accounts(AccountQuery(names=("acme corp",)))]
    assert found == [ACME, "0015f00000Near1AAV", "0015f00000Near2AAV"]


def test_more_rows_are_read_from_the_next_records_url(salesforce: Asked) -> None:
    def answer(sent: Sent) -> Answer:
        if sent.url.endswith("/query/01g-2000"):
            return json_answer(rows({**ACCOUNT, "Id": "0015f00000Near1AAV", "Name": "Acme Corp EU"}))
        if "/query?" in sent.url:
            return json_answer({**rows(ACCOUNT), "done": False, "nextRecordsUrl": f"{DATA}/query/01g-2000"})
        return org(sent)

    connector, _, _ = salesforce(answer)
    assert len(list(connector.find_accounts(AccountQuery(names=("Acme Corp",))))) == 2


def test_words_are_alternatives_and_exact_strings_must_all_occur(salesforce: Asked) -> None:
    connector, network, _ = salesforce()
    (hit,) = connector.find_tickets(TicketQuery(words=("export", "nightly job"), since=datetime(2026, 11, 1, tzinfo=timezone.utc)))
    list(connector.find_tickets(TicketQuery(exact=("E-4711", 'disk "full"'), words=("export",))))
    first, second = asked(network)
    assert first.startswith('FIND {"export" OR "nightly job"} IN ALL FIELDS RETURNING Case(Id, CaseNumber, ')
    assert first.endswith(" WHERE LastModifiedDate >= 2026-11-01T00:00:00Z LIMIT 50)")
    assert second.startswith(r'FIND {"E\-4711" AND "disk \"full\""} IN ALL FIELDS')
    assert (hit.ref, hit.whole, hit.state, hit.account.domain) == ("00001026", False, "waiting on customer", "acme.example")


def test_an_account_is_filtered_by_the_id_that_was_found_else_by_name_and_website(salesforce: Asked) -> None:
    connector, network, _ = salesforce()
    key = AccountKey(name="Acme Corp", domain="acme.example")
    list(connector.find_tickets(TicketQuery(account=key)))
    list(connector.find_accounts(AccountQuery(names=("Acme Corp",))))
    list(connector.find_tickets(TicketQuery(account=AccountKey(name="Acme"), exact=("E4711",))))
    first, *_, last = asked(network)
    assert "FROM Case WHERE (Account.Name = 'Acme Corp' OR Account.Website LIKE 'acme.example%' OR " in first
    assert first.endswith("ORDER BY CreatedDate DESC LIMIT 50")
    assert last.endswith(f" WHERE AccountId = '{ACME}' LIMIT 50)")


def test_of_several_near_accounts_none_is_guessed(salesforce: Asked) -> None:
    two = rows(ACCOUNT, {**ACCOUNT, "Id": "0015f00000Near1AAV", "Name": "Acme Corp EU"})
    connector, network, _ = salesforce(lambda sent: json_answer(two) if "/query?" in sent.url else org(sent))
    list(connector.find_accounts(AccountQuery(names=("Acme",))))
    before = len(network.sent)
    assert not list(connector.find_tickets(TicketQuery(account=AccountKey(name="Acme"))))
    assert len(network.sent) == before


def test_an_org_without_cases_is_asked_for_none(salesforce: Asked) -> None:
    connector, network, _ = salesforce(cases=False)
    assert not list(connector.find_tickets(TicketQuery(words=("export",))))
    list(connector.find_accounts(AccountQuery(names=("Acme Corp",))))
    assert "FROM Cases" not in asked(network)[-1]
    assert [probe.ability for probe in connector.check_connection()] == ["find_accounts"]


def test_a_query_of_punctuation_alone_is_not_sent(salesforce: Asked) -> None:
    connector, network, _ = salesforce()
    for query in (
        TicketQuery(words=('"', "*")),
        TicketQuery(exact=("''",), words=("export",)),
        TicketQuery(),
        TicketQuery(account=AccountKey()),
    ):
        assert not list(connector.find_tickets(query))
    assert not list(connector.find_accounts(AccountQuery(names=(" ",))))
    assert not network.sent


HOSTILE = st.text(alphabet="ab1 \"'\\*?{}%_:<>-\n\t()&|!^~+[]", max_size=60) | st.text(max_size=300)
STRING = re.compile(r"'(?:[^'\\]|\\.)*'")
TERM = re.compile(r"\"(?:[^\"\\?&|!{}\[\]()^~*:'+-]|\\.)*\"")


def bare(statement: str) -> str:
    """A SOQL condition without its strings."""
    return re.sub(r"\bOR\b", "", STRING.sub("S", statement))


@given(st.lists(HOSTILE, max_size=8))
def test_nothing_that_is_said_changes_a_condition(texts: Sequence[str]) -> None:
    query = AccountQuery(names=tuple(texts), domains=tuple(texts), refs=tuple(texts))
    assert set(re.split(r"\s{2,}", f" {bare(made.which_accounts(query, texts)[0])} ".strip() or "Name = S")) <= {
        "Name = S",
        "Website LIKE S",
    }
    for text in texts:
        condition = made.of_account(AccountKey(name=text, domain=text, ref=text), ())
        assert set(bare(condition).strip("() ").split("  ")) <= {"", "Account.Name = S", "Account.Website LIKE S"}
        assert STRING.fullmatch(made.like(text))


@given(st.lists(HOSTILE, max_size=14), st.sampled_from(["exact", "words"]))
def test_nothing_that_is_said_changes_a_search(texts: Sequence[str], sought: str) -> None:
    query = TicketQuery.model_validate({sought: texts})
    for statement in (made.cases_holding(query, ("Id",), "", 50), made.accounts_named(AccountQuery(names=tuple(texts)))):
        between = " AND " if sought == "exact" and "Case(" in statement else " OR "
        if statement:
            inside, _, rest = statement.removeprefix("FIND {").rpartition("} IN ")
            assert TERM.sub("T", inside).split(between) == ["T"] * (inside.count(f'"{between}"') + 1)
            assert rest in ("ALL FIELDS RETURNING Case(Id LIMIT 50)", "NAME FIELDS RETURNING Account(Id LIMIT 25)")
            assert len(inside) < 4000


def test_a_percent_sign_in_a_pattern_is_a_percent_sign() -> None:
    assert made.like(r"100%_o'b\x", "%") == r"'%100\%\_o\'b\\x'"


def whole(salesforce: Asked, *, replies: Any = org) -> Ticket:
    connector, _, _ = salesforce(replies)
    (record,) = connector.fetch("00001026")
    assert isinstance(record, Ticket)
    return record


def test_a_whole_case_takes_one_query(salesforce: Asked) -> None:
    connector, network, session = salesforce()
    assert [record.whole for record in connector.fetch(f"{ORG}/lightning/r/Case/{CASE}/view")] == [True]
    (query,) = asked(network)
    assert query.endswith(f"FROM Case WHERE Id = '{CASE}' LIMIT 1")
    assert query.count("(SELECT ") == 3
    assert not session.shortfalls


def test_the_thread_keeps_who_may_see_what_and_drafts_are_no_part_of_it(salesforce: Asked) -> None:
    case = whole(salesforce)
    assert [(said.author.name or said.author.email, said.author.side, said.visibility, said.text) for said in case.comments] == [
        ("help@larkspur.example", "vendor", "customer", "We are looking."),
        ("Dana Reyes", "vendor", "internal", "Same as ENG-812, I think."),
        ("Mia Vogel", "customer", "customer", "It is urgent."),
        ("Mia Vogel", "customer", "customer", "Still failing."),
    ]
    assert case.first_reply_at == datetime(2026, 11, 16, 9, 12, tzinfo=timezone.utc)
    assert case.fields == {"Type": "Problem", "Severity__c": "S1", "escalated": "yes"}
    assert (case.requester.name, case.assignee.name, case.account.ref) == ("Mia Vogel", "Tier 2", ACME)


def test_milestones_are_clocks(salesforce: Asked) -> None:
    first, resolution = whole(salesforce).clocks
    assert (first.metric, first.target_minutes, first.breached) == ("first response", 60, True)
    assert first.fulfilled_at == datetime(2026, 11, 16, 9, 12, tzinfo=timezone.utc)
    assert (resolution.metric, resolution.due_at, resolution.breached) == (
        "resolution",
        datetime(2026, 11, 18, 12, tzinfo=timezone.utc),
        False,
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("INVALID_TYPE", "\n^\nERROR at Row:1:Column:9\nsObject type 'CaseMilestone' is not supported."),
        ("INVALID_FIELD", "Didn't understand relationship 'CaseMilestones' in FROM part of query call."),
    ],
)
def test_an_org_without_entitlements_is_asked_again_without_milestones_once(salesforce: Asked, code: str, message: str) -> None:
    connector, network, session = salesforce(lambda sent: refused(code, message) if "CaseMilestones" in soql(sent) else org(sent))
    for _ in range(2):
        (case,) = connector.fetch("00001026")
        assert isinstance(case, Ticket)
        assert (len(case.comments), case.whole) == (4, True)
    assert len(asked(network)) == 3
    assert session.shortfalls == [
        "CaseMilestones are not there or not visible to this user; set milestones: false if the org uses no entitlements"
    ]


def test_an_org_said_to_have_no_milestones_is_not_asked_for_them(salesforce: Asked) -> None:
    connector, network, _ = salesforce(milestones=False)
    list(connector.fetch("00001026"))
    assert "CaseMilestones" not in asked(network)[0]


@pytest.mark.parametrize(
    ("field", "setting"), [("ARR__c", "fields.arr"), ("Region__c", "more_account_fields"), ("CurrencyIsoCode", "multi_currency")]
)
def test_a_field_that_is_not_there_names_its_setting_and_nothing_of_the_query(salesforce: Asked, field: str, setting: str) -> None:
    message = f"\nWHERE Name = 'Mia said'\n^\nERROR at Row:1:Column:9\nNo such column '{field}' on entity 'Account'."
    connector, _, _ = salesforce(lambda sent: refused("INVALID_FIELD", message) if "/query?" in sent.url else org(sent))
    with pytest.raises(UnexpectedResponse) as caught:
        list(connector.find_accounts(AccountQuery(names=("Acme Corp",))))
    said = f"Salesforce answered 400 INVALID_FIELD: setting {setting!r} asks for {field}, which is not there or not visible to this user"
    assert str(caught.value) == f"{said}; doctor names the fields that are"


def test_an_object_that_may_not_be_read_is_named(salesforce: Asked) -> None:
    connector, _, _ = salesforce(
        lambda sent: refused("INVALID_TYPE", "sObject type 'Case' is not supported.") if "/services/data" in sent.url else org(sent)
    )
    with pytest.raises(UnexpectedResponse, match="INVALID_TYPE: Case, which is not there or not visible"):
        list(connector.fetch("00001026"))


def test_a_spent_limit_is_a_throttle_and_other_refusals_are_named(salesforce: Asked) -> None:
    def answering(code: str) -> Any:
        return lambda sent: refused(code, "Mia said", 403) if "/services/data" in sent.url else org(sent)

    with pytest.raises(Unavailable) as caught:
        list(salesforce(answering("REQUEST_LIMIT_EXCEEDED"))[0].find_tickets(TicketQuery(words=("export",))))
    assert caught.value.status == 429
    with pytest.raises(AuthError, match="answered 403 API_DISABLED_FOR_ORG"):
        list(salesforce(answering("API_DISABLED_FOR_ORG"))[0].find_tickets(TicketQuery(words=("export",))))


def test_an_expired_token_is_renewed_once(salesforce: Asked) -> None:
    tokens: list[str] = []

    def answer(sent: Sent) -> Answer:
        if "/oauth2/token" in sent.url:
            tokens.append(f"token-{len(tokens)}")
            return json_answer({"access_token": tokens[-1]})
        return refused("INVALID_SESSION_ID", "Session expired", 401) if sent.headers["authorization"].endswith("-0") else org(sent)

    assert len(list(salesforce(answer)[0].find_tickets(TicketQuery(words=("export",))))) == 1
    assert len(tokens) == 2


@pytest.mark.parametrize(
    "reference",
    [
        "00001026",
        CASE,
        CASE[:15],
        f"{ORG}/{CASE}",
        f"{ORG}/lightning/r/Case/{CASE}/view",
        f"https://acme.lightning.force.com/lightning/r/{CASE}/view",
    ],
)
def test_a_case_is_known_by_number_id_and_address(salesforce: Asked, reference: str) -> None:
    connector, _, _ = salesforce()
    assert connector.owns(reference)
    assert [record.ref for record in connector.fetch(reference)] == ["00001026"]


def test_an_account_is_known_by_its_address_and_others_are_not(salesforce: Asked) -> None:
    connector, _, _ = salesforce()
    (record,) = connector.fetch(f"https://acme.lightning.force.com/lightning/r/Account/{ACME}/view")
    assert isinstance(record, Account)
    for reference in (
        "4211",
        "ENG-812",
        "500000000000000",
        f"https://other.my.salesforce.com/{CASE}",
        f"{ORG}/lightning/r/Lead/00Q5f00000Leadd/view",
    ):
        assert not connector.owns(reference)
    with pytest.raises(NotFound):
        list(connector.fetch("4211"))
    with pytest.raises(NotFound, match="no case of that id or number"):
        list(salesforce(lambda sent: json_answer(rows()) if "/query?" in sent.url else org(sent))[0].fetch("00009999"))


def test_a_connection_says_what_it_sees(salesforce: Asked) -> None:
    connector, _, _ = salesforce()
    assert [(probe.ability, probe.works, probe.detail) for probe in connector.check_connection()] == [
        ("find_accounts", True, "7 fields in view"),
        ("find_tickets", True, "7 fields in view"),
        ("fetch", True, "API v67.0, the newest is v67.0"),
    ]
    accounts, *_ = salesforce(fields={})[0].check_connection()
    assert accounts.detail == "7 fields in view; ARR is not mapped, own currency fields: ARR__c"


def test_a_wrong_field_name_is_named_with_near_ones(salesforce: Asked) -> None:
    connector, _, _ = salesforce(
        fields={"arr": "Anual_Recurring_Revenue__c"},
        more_account_fields=["Owner.Region__c"],
        more_case_fields=["Severety__c"],
        version="v99.0",
    )
    details = [(probe.works, probe.detail) for probe in connector.check_connection()]
    assert details == [
        (False, "setting 'fields.arr': Account has no field Anual_Recurring_Revenue__c that this user may see; near ones: ARR__c"),
        (False, "setting 'more_case_fields': Case has no field Severety__c that this user may see; near ones: Severity__c"),
        (False, "setting 'version': v99.0 is not offered; the newest is v67.0"),
    ]


def test_a_task_stands_beside_its_case_with_the_mark(salesforce: Asked) -> None:
    connector, network, _ = salesforce()
    draft = TaskDraft(
        mark="mark-0001", text="Call back", about="00001026", title="Call Mia", due_at=datetime(2026, 12, 1, 23, tzinfo=timezone.utc)
    )
    assert connector.create_task(draft).ref == "00T5f00000NewwwAAV"
    assert json.loads(network.sent[-1].body) == {
        "WhatId": CASE,
        "Subject": "Call Mia [mark-0001]",
        "Description": "Call back",
        "ActivityDate": "2026-12-01",
    }
    assert connector.create_task(draft.model_copy(update={"mark": "kit-mark-written"})).already


def test_a_comment_is_never_published(salesforce: Asked) -> None:
    connector, network, _ = salesforce()
    connector.add_internal_note(NoteDraft(mark="mark-0001", text="Seen.", ticket=CASE))
    assert json.loads(network.sent[-1].body) == {"ParentId": CASE, "IsPublished": False, "CommentBody": "Seen.\n\nmark-0001"}
    with pytest.raises(NotFound):
        connector.add_internal_note(NoteDraft(mark="mark-0001", text="Seen.", ticket="4211"))


def test_each_way_to_sign_in_asks_my_domain(salesforce: Asked) -> None:
    def sent_with(**settings: Any) -> dict[str, list[str]]:
        connector, network, _ = salesforce(org, **settings)
        list(connector.find_tickets(TicketQuery(words=("export",))))
        assert network.sent[0].url == f"{ORG}/services/oauth2/token"
        assert network.sent[1].headers["authorization"] == "Bearer 00D-token"
        return parse_qs(network.sent[0].body.decode())

    assert sent_with()["grant_type"] == ["client_credentials"]
    assert sent_with(client_secret=None, refresh_token="refresh-1-of-mia")["grant_type"] == ["refresh_token"]


def test_a_jwt_is_addressed_to_my_domain(salesforce: Asked) -> None:
    jwt = pytest.importorskip("jwt")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    connector, network, _ = salesforce(org, client_secret=None, private_key=pem, username="brief@larkspur.example")
    list(connector.find_tickets(TicketQuery(words=("export",))))
    assertion = parse_qs(network.sent[0].body.decode())["assertion"][0]
    claims = jwt.decode(assertion, key.public_key(), algorithms=["RS256"], audience=ORG)
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"]) == ("consumer-key", "brief@larkspur.example", 180)


def test_settings_that_can_not_work_are_refused() -> None:
    with pytest.raises(ValidationError, match="expected client_secret, or private_key with username"):
        SalesforceSettings.model_validate({"base_url": ORG, "client_id": "x", "private_key": "y"})
    with pytest.raises(ValidationError, match="expected the API name of a field"):
        SalesforceSettings.model_validate({**SETTINGS, "fields": {"arr": "ARR__c FROM Account--"}})
