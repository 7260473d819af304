"""References, error texts, signals, names and search words, each on its own: gathering uses them on tickets and messages too."""

from __future__ import annotations

import pytest

from escalation.language.errortext import errors_in, identifiers_in, quotes_in
from escalation.language.names import names_in
from escalation.language.references import references_in
from escalation.language.signals import signals_in
from escalation.language.words import telling_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see PLAT-812 and ORD-377", [("PLAT-812", "work item"), ("ORD-377", "work item")]),
        ("ZD-4211 (#4211)", [("ZD-4211", "ticket"), ("#4211", "unknown")]),
        ("ticket 4211, tickets #12, 4213 and 4214", [("4211", "ticket"), ("#12", "ticket"), ("4213", "ticket"), ("4214", "ticket")]),
        ("チケット4211", [("4211", "ticket")]),
        ("issue 812", [("812", "unknown")]),
        ("acme/api#123", [("acme/api#123", "work item")]),
        ("https://acme.zendesk.com/agent/tickets/4211.", [("https://acme.zendesk.com/agent/tickets/4211", "ticket")]),
        ("(https://acme.freshdesk.com/a/tickets/17)", [("https://acme.freshdesk.com/a/tickets/17", "ticket")]),
        (
            "https://app.intercom.com/a/inbox/x1/inbox/conversation/215469",
            [("https://app.intercom.com/a/inbox/x1/inbox/conversation/215469", "ticket")],
        ),
        ("https://jira.example.com/browse/ENG-812", [("https://jira.example.com/browse/ENG-812", "work item")]),
        ("https://linear.app/acme/issue/ENG-812/slow", [("https://linear.app/acme/issue/ENG-812/slow", "work item")]),
        ("https://github.com/acme/api/issues/3", [("https://github.com/acme/api/issues/3", "work item")]),
        ("https://x.slack.com/archives/C01/p123", [("https://x.slack.com/archives/C01/p123", "message")]),
        ("https://x.atlassian.net/wiki/spaces/K/pages/1/A", [("https://x.atlassian.net/wiki/spaces/K/pages/1/A", "article")]),
        ("https://www.notion.so/acme/Webhooks-1a2b", [("https://www.notion.so/acme/Webhooks-1a2b", "article")]),
        ("https://api.larkspur.example/v2/orders", [("https://api.larkspur.example/v2/orders", "unknown")]),
        ("UTF-8, SHA-256, ISO-8601, UTC-5 and COVID-19", []),
        ("2 tickets, ticket 500 errors, 24/7, #support", []),
    ],
)
def test_references_are_found_with_their_kind(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(reference.text, reference.kind) for reference in references_in(text)] == expected


@pytest.mark.parametrize(
    "text", ["HTTP 500 with code `ORD-5031`", "error ORD-5031", '{"code":"ORD-5031"}', "getting ORD-5031", "ORD-5031 errors"]
)
def test_a_key_that_the_text_calls_an_error_is_no_reference(text: str) -> None:
    assert references_in(text) == ()
    assert "ORD-5031" in errors_in(text)
    assert "ORD-5031" in identifiers_in(text)


@pytest.mark.parametrize("text", ["see ORD-377", "tracked in ORD-377", "work item ORD-377", "duplicate of ORD-377"])
def test_a_key_that_the_text_calls_an_item_is_no_error(text: str) -> None:
    assert errors_in(text) == ()
    assert identifiers_in(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("API returning 500 errors", ("500",)),
        ("got 429s and 5xx, then 404 not found", ("429", "5xx", "404")),
        ("HTTP/1.1 503 on POST", ("503",)),
        ("SAML_RESPONSE_INVALID and ERR_CONN_RESET, ECONNREFUSED", ("SAML_RESPONSE_INVALID", "ERR_CONN_RESET", "ECONNREFUSED")),
        ("java.lang.NullPointerException", ("java.lang.NullPointerException",)),
        ("invalid_grant, AADSTS50011, ORA-00600", ("invalid_grant", "AADSTS50011", "ORA-00600")),
        ("APIエラー500", ("500",)),
        ("500 customers pay 500 EUR, error 500 customers, 404 users, API_KEY, an Error", ()),
    ],
)
def test_errors_are_found_in_their_context(text: str, expected: tuple[str, ...]) -> None:
    assert errors_in(text) == expected


def test_quotes_of_every_kind_lose_their_marks() -> None:
    text = "\"a b\" “c d” „e f“ «g h» 「接続できません」 `i` 'j k'"
    assert quotes_in(text) == ("a b", "c d", "e f", "g h", "接続できません", "i", "j k")


@pytest.mark.parametrize("text", ["O'Neill's don't", '{"code": 1}', '""', "users' and customers' data"])
def test_apostrophes_and_field_names_are_no_quotes(text: str) -> None:
    assert quotes_in(text) == ()


def test_identifiers_come_error_codes_first_and_paths_last() -> None:
    text = "POST /v2/orders answers HTTP 500 with code ORD-5031, request id req_8f3a2b9c1d, at com.larkspur.Store.save(Store.java:88)"
    assert identifiers_in(text) == ("ORD-5031", "com.larkspur.Store.save(Store.java:88)", "req_8f3a2b9c1d", "/v2/orders")


def test_what_every_program_throws_identifies_nothing() -> None:
    assert (
        identifiers_in("NullPointerException and TypeError at java.lang.Thread.run(Thread.java:748), HTTP 500, see /var/log/app.log") == ()
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("threatening to churn", "churn"),
        ("they will cancel their subscription", "churn"),
        ("Kunde droht mit Kündigung", "churn"),
        ("menace de résilier", "churn"),
        ("解約を検討", "churn"),
        ("can see another customer's invoices", "security"),
        ("users can access other tenants' data", "security"),
        ("API keys leaked", "security"),
        ("the dashboard is down", "outage"),
        ("le service est en panne", "outage"),
        ("システム障害", "outage"),
        ("invoices deleted", "data loss"),
        ("we can't rule out data loss", "data loss"),
        ("their CTO wants a call", "executive"),
        ("their regulator asks", "legal"),
        ("customer is blocked", "blocked"),
        ("SLA breach", "sla"),
        ("no reply since Friday", "waiting"),
        ("worked before the update", "regression"),
        ("after rotating their secret", "configuration"),
    ],
)
def test_words_that_raise_the_stakes_are_signals(text: str, name: str) -> None:
    assert name in {signal.name for signal in signals_in(text)}


@pytest.mark.parametrize(
    "text",
    [
        "no outage",
        "outage: none",
        "not a security issue",
        "no data loss so far",
        "security breach was ruled out",
        "kein Ausfall",
        "unsecured loan app",
        "security deposit page",
        "dashboard is down 5 %",
        "revenue is down",
        "slow down",
        "drop-down",
        "legal name field",
        "we cancel the request",
        "blocked by Cloudflare",
        "no workaround",
        "memory leak",
        "press the button",
        "can't see other users' comments",
        "executive summary",
    ],
)
def test_what_is_denied_or_only_looks_alike_is_no_signal(text: str) -> None:
    assert signals_in(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "login fails for Chrome users",
        "failing for SAML",
        "blocked by Cloudflare",
        "Data Export fails for POST requests in Safari",
        "Azure AD login broken",
        "Kubernetes upgrade broke PagerDuty alerts",
        "Monday's export failed",
        "Orders API is down for Enterprise",
        "OAuth webhook from Slack, by Friday",
        "OrderService throws NullPointerException",
        "[ERROR] [main] failed",
        "login for the bank",
        "for online bank customers",
    ],
)
def test_products_technology_and_days_are_no_customers(text: str) -> None:
    assert names_in(text).customers == ()
    assert names_in(text).unsure == ()


@pytest.mark.parametrize(
    "name",
    [
        "Acme Corp",
        "Acme Corp EU",
        "Bank of Tessera",
        "Sable & Finch",
        "3M",
        "O'Neill GmbH",
        "Müller AG",
        "Müller GmbH & Co. KG",
        "Halden and Sons",
        "株式会社サンプル",
    ],
)
def test_names_are_kept_as_typed(name: str) -> None:
    assert names_in(f"exports fail for {name}").customers == (name,)


@pytest.mark.parametrize(
    "text",
    [
        "exports fail for Acme Corp",
        "Acme Corp says exports fail",
        "[Acme Corp] exports fail",
        "exports fail [Acme Corp]",
        "exports fail, Acme Corp",
        "exports fail (Acme Corp)",
        "exports fail – Acme Corp",
        "customer: Acme Corp, exports fail",
        "exports fail @ Acme Corp",
        "Acme Corp: exports fail",
        "Acme Corp's exports fail",
        "exports fail, reported by Acme Corp",
        "tickets from Acme Corp",
        "Exporte bei Acme Corp fehlerhaft",
        "Kunde Acme Corp meldet leere Exporte",
        "erreurs chez Acme Corp",
        "errores para Acme Corp",
        "Acme Corp様のエクスポートが失敗",
    ],
)
def test_a_customer_is_found_in_any_position(text: str) -> None:
    assert names_in(text).customers == ("Acme Corp",)


def test_segments_and_everyone_are_told_apart() -> None:
    assert names_in("Enterprise and Business customers in the US").segments == ("Enterprise", "Business", "US")
    assert names_in("all customers are affected").everyone
    assert not names_in("all users at Acme Corp are affected").everyone
    assert not names_in("all EU customers are affected").everyone


def test_words_come_technical_first_and_stop_words_not_at_all() -> None:
    words = telling_words("The read-only export at /v2/orders fails with ORD-5031 for Acme Corp since Monday", without=["Acme Corp"])
    assert words == ("read-only", "/v2/orders", "ord-5031", "export", "fails")


def test_runs_of_japanese_stay_whole() -> None:
    assert telling_words("データ出力 ORD-5031") == ("ord-5031", "データ出力")
