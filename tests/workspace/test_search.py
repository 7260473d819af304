"""What a query finds, and in which order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.workspace import Workspace, WorkspaceSettings
from escalation.connector import AccountQuery, ArticleQuery, MessageQuery, Session, TicketQuery, WorkItemQuery
from escalation.errors import NotFound
from escalation.records import AccountKey

Open = Callable[..., Workspace]

ACME = AccountKey(name="Acme Corp", domain="acme.example.com", ref="9001")
RECORDS: list[dict[str, object]] = [
    {"kind": "account", "ref": "9001", "name": "Acme Corp", "domains": ["acme.example.com"], "external_ids": {"crm": "C-17"}},
    {"kind": "account", "ref": "9002", "name": "Acme Corp EU", "domains": ["acme-eu.example.com"]},
    {"kind": "account", "ref": "9003", "name": "Acme Labs", "domains": ["acmelabs.example.org"]},
    {"kind": "account", "ref": "9004", "name": "Sable & Finch", "domains": ["sable.example.com"]},
    {
        "kind": "ticket",
        "ref": "4211",
        "url": "https://larkspur.example/agent/tickets/4211",
        "subject": "HTTP 500 when orders are created",
        "text": "POST /v2/orders fails with code ORD-5031, sometimes. Ask dana@acme.example.com.",
        "requester_email": "dana@acme.example.com",
        "created_at": "2026-11-16T09:00:00Z",
    },
    {
        "kind": "ticket",
        "ref": "4150",
        "subject": "Export lacks a row",
        "text": "The nightly file lacks rows. SAML_RESPONSE_INVALID is something else.",
        "account_name": "Acme Corp",
        "created_at": "2026-11-10T09:00:00Z",
    },
    {
        "kind": "ticket",
        "ref": "4300",
        "subject": "注文が失敗する",
        "text": "東京支社で注文を作成するとエラーになります。",
        "account_name": "Halden Marine",
        "created_at": "2026-11-17T09:00:00Z",
    },
    {
        "kind": "message",
        "ref": "C01/1763370000.000100",
        "channel": "support",
        "text": "Acme Corp again, ORD-5031",
        "at": "1763370000.000100",
    },
    {"kind": "message", "ref": "C01/1763370060.000200", "channel": "support", "text": "Lunch?", "at": "1763370060.000200"},
    {"kind": "work item", "ref": "PLAT-812", "title": "Connection pool exhausted", "text": "Suspected after deploy 2026.46"},
    {"kind": "article", "ref": "handling-500s", "title": "Handling 500s: retry", "text": "Send an Idempotency-Key."},
]


@pytest.fixture(scope="module")
def larkspur(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = tmp_path_factory.mktemp("larkspur")
    (place / "all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in RECORDS), encoding="utf-8")
    return Workspace("exports", WorkspaceSettings(path=place), Session(seconds=60, cache=place / ".cache"))


def tickets(workspace: Workspace, **query: object) -> list[str]:
    return [ticket.ref for ticket in workspace.find_tickets(TicketQuery.model_validate(query))]


@pytest.mark.parametrize("code", ["ORD-5031", "ord-5031", "/v2/orders", "500", "dana@acme.example.com", "fails with code"])
def test_an_exact_string_is_found_as_it_stands(larkspur: Workspace, code: str) -> None:
    assert tickets(larkspur, exact=(code,)) == ["4211"]


@pytest.mark.parametrize("near", ["ORD-503", "ORD-50311", "ORD 5031", "order fails with code", "code ORD-5031 sometimes"])
def test_a_string_that_only_resembles_the_text_is_not_an_exact_match(larkspur: Workspace, near: str) -> None:
    assert tickets(larkspur, exact=(near,)) == []


def test_all_exact_strings_must_occur(larkspur: Workspace) -> None:
    assert tickets(larkspur, exact=("ORD-5031", "SAML_RESPONSE_INVALID")) == []


def test_words_find_other_forms_of_themselves(larkspur: Workspace) -> None:
    assert tickets(larkspur, words=("exports", "lacking", "rows")) == ["4150"]


def test_words_beside_an_exact_string_rank_but_do_not_exclude(larkspur: Workspace) -> None:
    assert tickets(larkspur, exact=("ORD-5031",), words=("unheard-of",)) == ["4211"]


def test_a_word_in_the_heading_weighs_more_than_one_in_the_text(workspace: Open) -> None:
    rows = [{"kind": "ticket", "ref": ref, "subject": subject, "text": text} for ref, subject, text in (
        ("1", "something else entirely", "the webhook came late"),
        ("2", "webhook came late", "something else entirely"),
    )]  # fmt: skip
    assert tickets(workspace({"t.jsonl": rows}), words=("webhook",)) == ["2", "1"]


@pytest.mark.parametrize("words", ["注文", "失敗", "東京支社"])
def test_text_without_spaces_between_words_is_found_by_any_part_of_it(larkspur: Workspace, words: str) -> None:
    assert tickets(larkspur, words=(words,)) == ["4300"]
    assert tickets(larkspur, exact=(words,)) == ["4300"]


def test_tickets_of_an_account_are_told_by_domain_of_the_requester_and_by_name(larkspur: Workspace) -> None:
    assert tickets(larkspur, account=ACME) == ["4211", "4150"]


def test_an_account_of_similar_name_gets_none_of_them(larkspur: Workspace) -> None:
    assert tickets(larkspur, account=AccountKey(name="Acme")) == []


def test_messages_and_articles_of_an_account_are_those_that_name_it(larkspur: Workspace) -> None:
    found = larkspur.find_messages(MessageQuery(account=ACME))
    assert [message.text for message in found] == ["Acme Corp again, ORD-5031"]
    assert list(larkspur.find_articles(ArticleQuery(account=ACME, words=("retry",)))) == []


def test_since_leaves_out_what_was_last_touched_before(larkspur: Workspace) -> None:
    assert tickets(larkspur, account=ACME, since=datetime(2026, 11, 12, tzinfo=timezone.utc)) == ["4211"]


def test_since_keeps_what_states_no_time(larkspur: Workspace) -> None:
    query = WorkItemQuery(words=("pool",), since=datetime(2026, 11, 12, tzinfo=timezone.utc))
    assert [item.ref for item in larkspur.find_work_items(query)] == ["PLAT-812"]


def test_without_words_the_latest_come_first_and_the_limit_holds(larkspur: Workspace) -> None:
    assert tickets(larkspur) == ["4300", "4211", "4150"]
    assert tickets(larkspur, limit=1) == ["4300"]


def test_only_stop_words_find_nothing_unless_an_account_is_named(larkspur: Workspace) -> None:
    assert tickets(larkspur, words=("the", "of", "and")) == []
    assert tickets(larkspur, words=("the",), account=ACME) == ["4211", "4150"]


def test_a_folder_costs_no_request_and_gives_signs_of_life(workspace: Open) -> None:
    opened = workspace({"all.jsonl": RECORDS})
    list(opened.find_tickets(TicketQuery(words=("orders",))))
    list(opened.fetch("4211"))
    assert (opened.session.requests, opened.session.signs > 0) == (0, True)


@given(
    st.text(max_size=200) | st.sampled_from(['"', "*", "NEAR(", "{", "%", "\n", "\0", "AND OR NOT", "a" * 10_000, "^heading:", "-", "'"])
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_no_text_of_a_user_breaks_or_widens_a_query(larkspur: Workspace, text: str) -> None:
    for field in ("exact", "words"):
        found = tickets(larkspur, **{field: (text, "ORD-5031")})
        assert set(found) <= {"4211", "4150", "4300"}
    assert set(tickets(larkspur, exact=(text, "ORD-5031"))) <= {"4211"}
    assert {account.ref for account in larkspur.find_accounts(AccountQuery(names=(text,), domains=(text,), refs=(text,)))} <= {
        "9001",
        "9002",
        "9003",
        "9004",
    }
    assert isinstance(larkspur.owns(text), bool)


@given(st.text(alphabet="ab1 -/._", min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_every_string_of_words_in_a_text_is_found_exactly(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    place = tmp_path_factory.mktemp("law")
    (place / "t.jsonl").write_text(json.dumps({"kind": "ticket", "ref": "1", "subject": "x", "text": f"q {text} z"}), encoding="utf-8")
    opened = Workspace("exports", WorkspaceSettings(path=place), Session(seconds=60, cache=place / ".cache"))
    assert tickets(opened, exact=(f"q {text} z",)) == ["1"]


def test_accounts_come_exact_first_and_every_near_one_after(larkspur: Workspace) -> None:
    found = larkspur.find_accounts(AccountQuery(names=("acme corp",)))
    assert [account.name for account in found] == ["Acme Corp", "Acme Corp EU", "Acme Labs"]


@pytest.mark.parametrize(
    "query",
    [
        AccountQuery(names=("Sable and Finch",)),
        AccountQuery(names=("SABLE & FINCH",)),
        AccountQuery(domains=("sable.example.com",)),
        AccountQuery(refs=("#9004",)),
    ],
)
def test_an_account_is_found_by_name_domain_or_ref(larkspur: Workspace, query: AccountQuery) -> None:
    assert [account.ref for account in larkspur.find_accounts(query)] == ["9004"]


def test_an_account_is_found_by_its_id_in_another_system(larkspur: Workspace) -> None:
    assert [account.ref for account in larkspur.find_accounts(AccountQuery(refs=("C-17",)))] == ["9001"]


def test_words_that_every_company_may_have_make_no_account_near(larkspur: Workspace) -> None:
    assert list(larkspur.find_accounts(AccountQuery(names=("Orchid Corp",)))) == []


@pytest.mark.parametrize(
    ("reference", "ref"),
    [
        ("4211", "4211"),
        ("#4211", "4211"),
        ("plat-812", "PLAT-812"),
        ("https://LARKSPUR.example/agent/tickets/4211/?tab=2#reply", "4211"),
        ("https://tracker.example/browse/PLAT-812", "PLAT-812"),
        ("https://larkspur.slack.com/archives/C01/p1763370000000100", "C01/1763370000.000100"),
        ("https://larkspur.slack.com/archives/C01/p1763370099000300?thread_ts=1763370060.000200&cid=C01", "C01/1763370060.000200"),
    ],
)
def test_a_key_or_url_fetches_its_record(larkspur: Workspace, reference: str, ref: str) -> None:
    assert larkspur.owns(reference)
    assert [record.ref for record in larkspur.fetch(reference)] == [ref]


@pytest.mark.parametrize("reference", ["PLAT-813", "https://elsewhere.example/agent/tickets/4211", "https://larkspur.example/"])
def test_what_is_not_there_is_not_found(larkspur: Workspace, reference: str) -> None:
    with pytest.raises(NotFound, match="nothing in"):
        list(larkspur.fetch(reference))


@pytest.mark.parametrize("words", ["orders fail", "hello", "Acme Corp", ""])
def test_words_are_no_reference(larkspur: Workspace, words: str) -> None:
    assert not larkspur.owns(words)


def test_the_same_files_give_the_same_order_however_the_index_grew(workspace: Open, tmp_path: Path) -> None:
    rows = [{"kind": "ticket", "ref": str(n), "subject": "webhook late", "created_at": f"2026-11-{n:02}T00:00:00Z"} for n in range(1, 20)]
    grown = workspace({"a.jsonl": rows[:5]}, cache=tmp_path / "grown")
    list(grown.find_tickets(TicketQuery()))
    grown = workspace({"b.jsonl": rows[5:]}, cache=tmp_path / "grown")
    fresh = workspace(cache=tmp_path / "fresh")
    assert tickets(grown, words=("webhook",), limit=12) == tickets(fresh, words=("webhook",), limit=12)
