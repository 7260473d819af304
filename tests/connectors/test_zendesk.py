"""Zendesk against the vendor's own description: what is asked, and what becomes of the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.zendesk import Zendesk
from connectors.zendesk.query import ticket_terms
from connectors.zendesk.settings import ZendeskSettings
from escalation.actions import NoteDraft
from escalation.connector import AccountQuery, ArticleQuery, Session, TicketQuery
from escalation.errors import AuthError, NotFound, UnexpectedResponse
from escalation.records import AccountKey, Ticket
from escalation.reply import Reply
from escalation.testing import Answer, ConnectorConformance, Network, Recordings, Sent, json_answer
from tests.contracts.spec import Spec, SpecReplies, described

pytestmark = described("zendesk")

PROSE = "documented in prose only: search, side-loading and pagination pages"
SPEC = Spec(
    "zendesk",
    known_wrong={
        "GET /api/v2/search query/include": PROSE,
        "GET /api/v2/search query/page": PROSE,
        "GET /api/v2/search query/per_page": PROSE,
        "GET /api/v2/tickets query/page[size]": PROSE,
        "GET /api/v2/tickets/{ticket_id} query/include": PROSE,
        "GET /api/v2/tickets/{ticket_id}/audits query/include": PROSE,
        "GET /api/v2/tickets/{ticket_id}/audits query/page[size]": PROSE,
        "GET /api/v2/tickets/{ticket_id}/audits query/page[after]": PROSE,
        "GET /api/v2/tickets/{ticket_id}/comments query/sort": PROSE,
        "GET /api/v2/tickets/{ticket_id}/comments query/page[size]": PROSE,
        "* reply/results/*": "a result is a whole ticket or organization; the schema has what all have in common",
        "* reply/audit/events/0/public": "an audit's comment has it in the reference of events",
        "* reply/users": "side-loaded",
        "* reply/organizations": "side-loaded",
        "* reply/meta": "cursor pagination",
        "* reply/ticket/slas": "side-loaded",
        "* reply/ticket/metric_events": "side-loaded",
        "* reply/ticket/metric_set": "side-loaded",
        "* reply/ticket/external_id": "null where nothing is set",
        "* reply/ticket/via_followup_source_id": "null where nothing is set",
        "* reply/ticket/recipient": "null where nothing is set",
    },
)
SITE = "https://acme.zendesk.com"
SETTINGS: Mapping[str, Any] = {"subdomain": "acme", "token": "t0ken-of-the-test", "our_domains": ["larkspur.example"]}
HELP_CENTER = Recordings(Path(__file__).parent / "recordings" / "zendesk")

USERS = [
    {
        "id": 51,
        "name": "Mia Vogel",
        "email": "mia@acme.example",
        "role": "end-user",
        "organization_id": 9001,
        "iana_time_zone": "Europe/Berlin",
    },
    {"id": 61, "name": "Dana Reyes", "email": "dana@larkspur.example", "role": "agent", "iana_time_zone": "Europe/Berlin"},
]
ORGANIZATION = {
    "id": 9001,
    "name": "Acme Corp",
    "domain_names": ["acme.example"],
    "external_id": "0015f00000AbCdE",
    "details": "Key account",
    "notes": "",
    "organization_fields": {"arr": 240000, "plan": "enterprise", "region": "EU"},
    "tags": [],
    "updated_at": "2026-10-01T08:00:00Z",
}
DESCRIPTION = "Since Monday the nightly export fails with E4711."
TICKET = {
    "id": 4211,
    "url": f"{SITE}/api/v2/tickets/4211.json",
    "subject": "Export fails with E4711",
    "raw_subject": "Export fails with E4711",
    "description": DESCRIPTION,
    "status": "open",
    "priority": "urgent",
    "type": "incident",
    "problem_id": 4100,
    "requester_id": 51,
    "assignee_id": 61,
    "organization_id": 9001,
    "tags": ["export"],
    "is_public": True,
    "custom_fields": [{"id": 27642, "value": "4.2.1"}],
    "satisfaction_rating": {"score": "unoffered"},
    "via": {"channel": "email", "source": {}},
    "created_at": "2026-11-16T08:00:00Z",
    "updated_at": "2026-11-17T09:30:00Z",
    "via_followup_source_id": None,
    "followup_ids": [],
    "due_at": None,
    "external_id": None,
}
SIDE_LOADED = {
    "metric_set": {
        "ticket_id": 4211,
        "reopens": 1,
        "replies": 2,
        "solved_at": None,
        "reply_time_in_minutes": {"calendar": 72, "business": 72},
    },
    "slas": {
        "policy_metrics": [
            {"metric": "first_reply_time", "stage": "achieved", "breach_at": "2026-11-16T09:00:00Z"},
            {"metric": "requester_wait_time", "stage": "active", "breach_at": "2026-11-18T12:00:00Z", "hours": 21},
        ]
    },
    "metric_events": {},
}


def audit(at: str, author: int, *events: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": 1,
        "ticket_id": 4211,
        "created_at": at,
        "author_id": author,
        "events": list(events),
        "metadata": {},
        "via": {"channel": "web"},
    }


def said(text: str, author: int, *, public: bool = True) -> dict[str, Any]:
    return {
        "id": 7,
        "type": "Comment",
        "author_id": author,
        "body": text,
        "html_body": f"<p>{text}</p>",
        "public": public,
        "attachments": [],
    }


def change(name: str, before: Any, after: Any) -> dict[str, Any]:
    return {"id": 8, "type": "Change", "field_name": name, "previous_value": before, "value": after}


AUDITS = [
    audit("2026-11-16T08:00:00Z", 51, said(DESCRIPTION, 51), change("sla_policy", None, "Enterprise")),
    audit("2026-11-16T08:00:01Z", -1, change("requester_wait_time", None, {"minutes": 3120, "in_business_hours": False})),
    audit("2026-11-16T09:12:00Z", 61, said("We are looking into it.", 61), change("priority", "normal", "urgent")),
    audit("2026-11-16T09:40:00Z", 61, said("Same as ENG-812, I think.", 61, public=False)),
    audit("2026-11-17T09:30:00Z", 51, {**said("Still failing.", 51), "attachments": [{"file_name": "trace.log", "size": 2532}]}),
]


def found(sent: Sent, _path: Mapping[str, str]) -> Any:
    """What a search finds."""
    query = parse_qs(urlsplit(sent.url).query)["query"][0]
    if query.startswith("type:organization"):
        return {"count": 1, "next_page": None, "results": [{**ORGANIZATION, "result_type": "organization"}]}
    results = [{**TICKET, "result_type": "ticket"}, {**TICKET, "id": 4213, "result_type": "ticket", "status": "pending"}]
    return {"count": 2, "next_page": None, "results": results, "users": USERS, "organizations": [ORGANIZATION]}


def answers(**more: Any) -> SpecReplies:
    return SpecReplies(
        SPEC,
        {
            ("GET", "/api/v2/search"): found,
            ("GET", "/api/v2/search/count"): {"count": 4211},
            ("GET", "/api/v2/tickets/{ticket_id}"): {
                "ticket": {**TICKET, **SIDE_LOADED, **more.get("ticket", {})},
                "users": USERS,
                "organizations": [ORGANIZATION],
            },
            ("GET", "/api/v2/tickets/{ticket_id}/audits"): more.get("audits")
            or {"audits": AUDITS, "meta": {"has_more": False}, "next_page": None},
            ("GET", "/api/v2/tickets/{ticket_id}/comments"): more.get("comments") or {"comments": []},
        },
        otherwise=HELP_CENTER,
    )


MARKED = "Seen.\n\ncustomer-escalation mark kit-mark-written"


def noting(*, public: bool = False) -> SpecReplies:
    """A ticket with one note that is there already, and to which notes can be added, internal ones or not."""

    def taken(sent: Sent, _path: Mapping[str, str]) -> Any:
        event = {"id": 78, "type": "Comment", "body": json.loads(sent.body)["ticket"]["comment"]["body"], "public": public}
        return {"ticket": {"id": 4211}, "audit": {"created_at": "2026-11-18T15:00:00Z", "events": [event]}}

    there = {"comments": [{"id": 77, "body": MARKED, "public": False, "created_at": "2026-11-18T14:00:00Z"}]}
    overlays = {("PUT", "/api/v2/tickets/{ticket_id}"): taken, ("GET", "/api/v2/tickets/{ticket_id}/comments"): there}
    return SpecReplies(SPEC, {**answers().overlays, **overlays}, otherwise=HELP_CENTER)


class TestZendesk(ConnectorConformance):
    connector_type = Zendesk
    settings = SETTINGS
    replies = noting()
    reference = f"{SITE}/agent/tickets/4211"
    account = "Acme Corp"


Asked = Callable[..., tuple[Zendesk, Network, Session]]


@pytest.fixture
def zendesk(tmp_path: Path) -> Asked:
    """A connector on a network that answers as it should, with what was sent."""

    def made(replies: Any = None, **settings: Any) -> tuple[Zendesk, Network, Session]:
        network = Network(replies or answers())
        session = network.session(tmp_path)
        connector = network.connector(Zendesk, settings or SETTINGS, session)
        assert isinstance(connector, Zendesk)
        return connector, network, session

    return made


def asked(network: Network) -> list[str]:
    """The search queries that were sent."""
    return [parse_qs(urlsplit(sent.url).query)["query"][0] for sent in network.sent if urlsplit(sent.url).path == "/api/v2/search"]


def whole(zendesk: Asked, **more: Any) -> Ticket:
    connector, _, session = zendesk(answers(**more))
    (record,) = connector.fetch("4211")
    assert not session.shortfalls
    assert isinstance(record, Ticket)
    return record


def test_a_whole_ticket_takes_two_requests(zendesk: Asked) -> None:
    connector, network, _ = zendesk()
    assert [record.whole for record in connector.fetch("#4211")] == [True]
    assert [urlsplit(sent.url).path for sent in network.sent] == ["/api/v2/tickets/4211", "/api/v2/tickets/4211/audits"]


def test_the_thread_begins_after_the_description_and_keeps_who_may_see_what(zendesk: Asked) -> None:
    ticket = whole(zendesk)
    assert ticket.text == DESCRIPTION
    assert [(comment.author.name, comment.author.side, comment.visibility) for comment in ticket.comments] == [
        ("Dana Reyes", "vendor", "customer"),
        ("Dana Reyes", "vendor", "internal"),
        ("Mia Vogel", "customer", "customer"),
    ]
    assert ticket.comments[2].text == "Still failing.\n[attachment: trace.log, 2532 bytes]"
    assert (ticket.requester.zone, ticket.account) == ("Europe/Berlin", AccountKey(name="Acme Corp", ref="9001", domain="acme.example"))


def test_clocks_come_from_metrics_and_audits(zendesk: Asked) -> None:
    first, resolution = whole(zendesk).clocks
    assert (first.metric, first.breached, first.fulfilled_at) == (
        "first response",
        True,
        datetime(2026, 11, 16, 9, 12, tzinfo=timezone.utc),
    )
    assert (resolution.metric, resolution.target_minutes, resolution.breached) == ("resolution", 3120, None)
    assert resolution.due_at == datetime(2026, 11, 18, 12, tzinfo=timezone.utc)


def test_metric_events_say_more_than_policy_metrics_and_take_their_due_time(zendesk: Asked) -> None:
    run = [
        {"instance_id": 1, "type": "activate", "time": "2026-11-16T08:00:00Z"},
        {"instance_id": 1, "type": "apply_sla", "time": "2026-11-16T08:00:00Z", "sla": {"target": 3120, "business_hours": False}},
        {"instance_id": 1, "type": "pause", "time": "2026-11-16T12:00:00Z"},
    ]
    clocks = whole(zendesk, ticket={"metric_events": {"requester_wait_time": run}}).clocks
    resolution = next(clock for clock in clocks if clock.metric == "resolution")
    assert (resolution.paused, resolution.target_minutes) == (True, 3120)
    assert resolution.due_at == datetime(2026, 11, 18, 12, tzinfo=timezone.utc)
    assert [clock.metric for clock in clocks] == ["resolution", "first response"]


def test_changes_of_status_priority_and_sla_are_told(zendesk: Asked) -> None:
    fields = whole(zendesk).fields
    assert fields["priority changes"] == "normal → urgent 2026-11-16 09:12 UTC by Dana Reyes"
    assert (fields["sla_policy"], fields["reopens"], fields["custom field 27642"]) == ("Enterprise", "1", "4.2.1")
    assert fields["organization: region"] == "EU"


def test_each_stretch_in_which_it_waited_is_told_the_last_one_open(zendesk: Asked) -> None:
    waited = [
        audit("2026-11-16T10:00:00Z", 61, change("status", "open", "pending")),
        audit("2026-11-16T14:00:00Z", 51, change("status", "pending", "open")),
        audit("2026-11-17T10:00:00Z", 61, change("status", "open", "hold")),
    ]
    pauses = whole(zendesk, audits={"audits": [*AUDITS, *waited]}).pauses
    assert [(pause.state, pause.begins.hour, pause.ends and pause.ends.hour) for pause in pauses] == [
        ("waiting on customer", 10, 14),
        ("on hold", 10, None),
    ]


def test_a_merged_ticket_names_the_one_it_went_into(zendesk: Asked) -> None:
    merge = audit("2026-11-17T10:00:00Z", 61, said("This request was closed and merged into request #4230.", 61, public=False))
    ticket = whole(zendesk, ticket={"status": "closed", "tags": ["closed_by_merge"]}, audits={"audits": [*AUDITS, merge]})
    assert (ticket.merged_into, ticket.state) == ("4230", "solved")
    assert ticket.links == ("4100", "4230")


def test_audits_are_read_to_their_end(zendesk: Asked) -> None:
    def pages(sent: Sent, _path: Mapping[str, str]) -> Any:
        if "page%5Bafter%5D=c2" in sent.url:
            return {"audits": AUDITS[2:], "users": USERS, "meta": {"has_more": False, "after_cursor": "c3"}}
        return {"audits": AUDITS[:2], "users": USERS, "meta": {"has_more": True, "after_cursor": "c2"}}

    assert len(whole(zendesk, audits=pages).comments) == 3


def test_a_ticket_that_was_escalated_to_jira_links_to_its_issue(zendesk: Asked) -> None:
    assert whole(zendesk, ticket={"tags": ["jira_escalated"]}).links == ("4100", "ENG-812")


def test_links_to_jira_that_are_refused_cost_nothing_but_themselves(zendesk: Asked) -> None:
    good = answers(ticket={"tags": ["jira_escalated"]})
    connector, _, session = zendesk(lambda sent: Answer(403) if "/jira/" in sent.url else good(sent))
    assert [record.ref for record in connector.fetch("4211")] == ["4211"]
    assert session.shortfalls == ["links to Jira were not read: GET /api/services/jira/links answered 403"]


def test_words_are_alternatives_and_exact_strings_must_all_occur(zendesk: Asked) -> None:
    connector, network, _ = zendesk()
    list(connector.find_tickets(TicketQuery(words=("export", "nightly job"), since=datetime(2026, 11, 1, tzinfo=timezone.utc))))
    list(connector.find_tickets(TicketQuery(exact=("E4711", "disk full"), words=("export",))))
    assert asked(network) == [
        'type:ticket description:"export" description:"nightly job" updated>=2026-11-01T00:00:00Z',
        'type:ticket "E4711" "disk full"',
    ]


def test_hits_come_in_the_vendors_order_without_their_threads(zendesk: Asked) -> None:
    connector, network, _ = zendesk()
    hits = list(connector.find_tickets(TicketQuery(words=("export",))))
    assert [(hit.ref, hit.whole, hit.state, hit.account.name) for hit in hits] == [
        ("4211", False, "open", "Acme Corp"),
        ("4213", False, "waiting on customer", "Acme Corp"),
    ]
    assert "sort_by" not in network.sent[0].url


def test_an_account_is_filtered_by_the_id_that_was_found_else_by_name(zendesk: Asked) -> None:
    connector, network, _ = zendesk()
    account = AccountKey(name="Acme Corp")
    list(connector.find_tickets(TicketQuery(account=account)))
    list(connector.find_accounts(AccountQuery(names=("Acme Corp",))))
    list(connector.find_tickets(TicketQuery(account=account, exact=("E4711",))))
    assert [query for query in asked(network) if "type:ticket" in query] == [
        'type:ticket organization:"Acme Corp"',
        'type:ticket "E4711" organization:9001',
    ]
    assert "sort_by=updated_at" in network.sent[0].url


def test_accounts_are_asked_for_by_name_and_by_the_beginning_of_a_domain(zendesk: Asked) -> None:
    connector, network, _ = zendesk(None, **SETTINGS, currency="EUR")
    (account,) = connector.find_accounts(AccountQuery(names=("Acme Corp",), domains=("acme.example",)))
    assert asked(network) == ['type:organization name:"Acme Corp" name:"acme"']
    assert account.arr is not None
    assert (account.name, account.plan, str(account.arr.amount), account.arr.currency) == ("Acme Corp", "enterprise", "240000", "EUR")
    assert (account.domains, account.external_ids) == (("acme.example",), {"external_id": "0015f00000AbCdE"})


def test_an_organization_that_came_with_a_ticket_is_not_asked_for_again(zendesk: Asked) -> None:
    connector, network, _ = zendesk()
    list(connector.find_tickets(TicketQuery(words=("export",))))
    before = len(network.sent)
    assert [account.ref for account in connector.find_accounts(AccountQuery(names=("Acme Corp",), refs=("9001",)))] == ["9001"]
    assert len(network.sent) == before


def test_without_near_names_only_exact_ones_count(zendesk: Asked) -> None:
    connector, _, _ = zendesk()
    assert not list(connector.find_accounts(AccountQuery(names=("Acme",), near=False)))


def test_names_that_do_not_fit_into_one_query_are_told(zendesk: Asked) -> None:
    connector, network, session = zendesk()
    list(connector.find_accounts(AccountQuery(names=tuple(f"Company {number}" for number in range(60)), near=False)))
    assert len(network.sent) == 1
    assert session.shortfalls == ["36 names are more than one query takes; they were not looked up"]


HOSTILE = st.text(alphabet="ab1 \"'\\*{}%:<>-\n\t()", max_size=60) | st.text(max_size=300)


@given(st.lists(HOSTILE, max_size=14), st.sampled_from(["exact", "words"]))
def test_nothing_that_is_said_changes_the_query(texts: list[str], sought: str) -> None:
    query = TicketQuery.model_validate({sought: texts})
    terms = ticket_terms(query, "organization:9001")
    bare = re.sub(r'"[^"*\\\n]*"', "", terms).split()
    assert set(bare) <= {"type:ticket", "organization:9001", "description:"}
    assert len(re.findall(r"\w+", terms)) <= 64


def test_a_query_of_punctuation_alone_is_not_sent(zendesk: Asked) -> None:
    connector, network, _ = zendesk()
    assert not list(connector.find_tickets(TicketQuery(words=('"', "*"), account=AccountKey(name="Acme Corp"))))
    assert not list(connector.find_tickets(TicketQuery(account=AccountKey(name='"'))))
    assert not list(connector.find_tickets(TicketQuery()))
    assert not list(connector.find_articles(ArticleQuery(exact=("''",))))
    assert not network.sent


def test_articles_say_who_may_read_them(zendesk: Asked) -> None:
    connector, _, _ = zendesk()
    (article,) = connector.find_articles(ArticleQuery(words=("export",)))
    assert (article.title, article.visibility, article.labels) == ("Exports that fail", "public", ("export", "limits"))
    assert article.text == "E4711\n\nThe export was larger than 2 GB. Split it by month."
    (restricted,) = connector.fetch(article.url)
    assert restricted.visibility == "internal"


@pytest.mark.parametrize(
    "reference",
    ["4211", "#4211", "ZD-4211", f"{SITE}/agent/tickets/4211", f"{SITE}/hc/en-us/requests/4211", f"{SITE}/api/v2/tickets/4211.json"],
)
def test_a_ticket_is_known_by_number_and_address(zendesk: Asked, reference: str) -> None:
    connector, _, _ = zendesk()
    assert connector.owns(reference)
    assert [record.ref for record in connector.fetch(reference)] == ["4211"]


@pytest.mark.parametrize(
    "reference", ["ENG-812", "org/repo#12", "https://other.zendesk.com/agent/tickets/4211", f"{SITE}/agent/users/1", "4", "1" * 13]
)
def test_what_is_not_its_own_is_left_to_others(zendesk: Asked, reference: str) -> None:
    assert not zendesk()[0].owns(reference)


def test_a_ticket_is_read_from_json_that_somebody_else_fetched(zendesk: Asked) -> None:
    connector, network, _ = zendesk()
    comment = {"author_id": 51, "plain_body": "It is down.", "public": True, "created_at": "2026-11-16T08:00:00Z"}
    ticket = connector.ticket(Reply({"ticket": TICKET, "comments": [{**comment, "id": 1}], "users": USERS}))
    assert (ticket.comments[0].text, ticket.comments[0].author.name, ticket.account.ref) == ("It is down.", "Mia Vogel", "9001")
    assert not network.sent


def test_the_token_is_asked_for_in_json_and_is_to_end(zendesk: Asked) -> None:
    connector, network, _ = zendesk(None, subdomain="acme", client_id="escalation", client_secret="s3cret-of-the-client")
    list(connector.find_tickets(TicketQuery(words=("export",))))
    list(connector.find_tickets(TicketQuery(words=("import",))))
    grant, *searches = network.sent
    assert (grant.method, grant.url) == ("POST", f"{SITE}/oauth/tokens")
    assert json.loads(grant.body) == {
        "grant_type": "client_credentials",
        "scope": "read",
        "expires_in": 86_400,
        "client_id": "escalation",
        "client_secret": "s3cret-of-the-client",
    }
    assert [search.headers["authorization"] for search in searches] == ["Bearer t0ken-of-the-grant"] * 2


def test_an_api_token_is_shown_by_basic_and_its_end_is_announced(zendesk: Asked) -> None:
    connector, network, _ = zendesk(None, subdomain="acme", email="dana@larkspur.example", api_token="old-t0ken-of-the-test")
    list(connector.find_tickets(TicketQuery(words=("export",))))
    assert network.sent[0].headers["authorization"].startswith("Basic ")
    (ending,) = Zendesk.about.endings
    assert (ending.on.isoformat(), ending.fields) == ("2027-04-30", ("api_token",))
    assert "2026-10-27" in ending.instead


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"token": "t0ken-of-the-test"}, "subdomain is needed"),
        ({"subdomain": "acme"}, "client_id with client_secret is needed"),
        ({"subdomain": "acme", "email": "a@b.example"}, "client_id with client_secret is needed"),
        ({"subdomain": "acme.zendesk.com", "token": "t0ken-of-the-test"}, "pattern"),
    ],
)
def test_settings_that_are_not_enough_say_what_is_missing(settings: Mapping[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        ZendeskSettings.model_validate(settings)


def test_a_refusal_names_the_scope(zendesk: Asked) -> None:
    connector, _, _ = zendesk(lambda sent: Answer(403))
    with pytest.raises(AuthError) as caught:
        list(connector.fetch("4211"))
    assert "`read`" in connector.refused("fetch", caught.value)


NOTE = NoteDraft(mark="esc-2026-11-18-a1", text="Escalated to engineering.", ticket="4211")


def test_a_note_is_internal(zendesk: Asked) -> None:
    connector, network, _ = zendesk(noting())
    done = connector.add_internal_note(NOTE)
    written = [json.loads(sent.body) for sent in network.sent if sent.method == "PUT"]
    assert [each["ticket"]["comment"]["public"] for each in written] == [False]
    assert (done.ref, done.already, done.url, done.at) == (
        "78",
        False,
        f"{SITE}/agent/tickets/4211",
        datetime(2026, 11, 18, 15, tzinfo=timezone.utc),
    )


def test_a_note_that_is_there_is_not_written_again(zendesk: Asked) -> None:
    connector, network, _ = zendesk(noting())
    done = connector.add_internal_note(NOTE.model_copy(update={"mark": "kit-mark-written"}))
    assert (done.ref, done.already, [sent.method for sent in network.sent]) == ("77", True, ["GET"])


def test_a_note_that_the_customer_can_read_is_an_error(zendesk: Asked) -> None:
    with pytest.raises(UnexpectedResponse, match="make it internal"):
        zendesk(noting(public=True))[0].add_internal_note(NOTE)


def test_a_reply_that_does_not_say_who_sees_a_note_is_not_trusted(zendesk: Asked) -> None:
    stored: list[str] = []

    def taken(sent: Sent, _path: Mapping[str, str]) -> Any:
        stored.append(json.loads(sent.body)["ticket"]["comment"]["body"])
        return {"ticket": {"id": 4211}, "audit": {"events": [{"id": 78, "type": "Comment", "body": stored[0]}]}}

    overlays = {
        ("PUT", "/api/v2/tickets/{ticket_id}"): taken,
        ("GET", "/api/v2/tickets/{ticket_id}/comments"): lambda _sent, _path: {
            "comments": [{"id": 78, "body": b, "public": True} for b in stored]
        },
    }
    with pytest.raises(UnexpectedResponse, match="make it internal"):
        zendesk(SpecReplies(SPEC, overlays))[0].add_internal_note(NOTE)


def test_a_note_on_what_is_no_ticket_is_refused(zendesk: Asked) -> None:
    with pytest.raises(NotFound):
        zendesk()[0].add_internal_note(NOTE.model_copy(update={"ticket": f"{SITE}/hc/en-us/articles/360021096471"}))


def test_probes_say_how_much_is_in_view(zendesk: Asked) -> None:
    probes = list(zendesk()[0].check_connection())
    assert [(probe.ability, probe.works) for probe in probes] == [
        ("find_tickets", True),
        ("find_accounts", True),
        ("find_articles", True),
        ("fetch", True),
    ]
    assert probes[0].detail == "4,211 tickets in view"


def test_a_missing_ticket_is_not_found(zendesk: Asked) -> None:
    with pytest.raises(NotFound):
        list(zendesk(lambda sent: json_answer({"error": "RecordNotFound"}, 404))[0].fetch("99999"))
