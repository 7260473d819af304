from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.adf import document, rich_text
from connectors.atlassian import Atlassian, AtlassianSettings
from connectors.atlassian.query import cql_text, jql_text, quoted
from escalation.actions import NoteDraft, WorkItemDraft
from escalation.connector import ArticleQuery, Session, TicketQuery, WorkItemQuery
from escalation.errors import AuthError, NotFound, UnexpectedResponse
from escalation.records import AccountKey, Article, Ticket, WorkItem
from escalation.reply import Reply
from escalation.testing import Answer, ConnectorConformance, Network, Recordings, Sent, json_answer
from tests.contracts.spec import Spec, SpecReplies, described

pytestmark = described("jira")

SEARCH = ("POST", "/rest/api/3/search/jql")
ISSUE = ("GET", "/rest/api/3/issue/{issueIdOrKey}")
LINKS = ("GET", "/rest/api/3/issue/{issueIdOrKey}/remotelink")
COMMENTS = ("GET", "/rest/api/3/issue/{issueIdOrKey}/comment")
CREATE = ("POST", "/rest/api/3/issue")
WRONG = {
    "GET /rest/api/3/issue/{issueIdOrKey}/remotelink reply": "the schema is of one link; the vendor's example is a list of them",
    "POST /rest/api/3/search/jql reply/nextPageToken": "null on the last page, say the property's own words",
    "GET /rest/api/3/issue/{issueIdOrKey}/comment reply/comments/*/created": "the vendor's example has no colon in the offset either",
}

SETTINGS = {"site": "acme", "email": "bot@larkspur.example", "token": "token-of-the-test-7c1d", "our_domains": ["larkspur.example"]}
NAMES = {"customfield_1": "Organizations", "customfield_2": "Time to resolution", "customfield_3": "Region", "customfield_4": "Rank"}
TYPES = {
    "customfield_1": {"type": "array", "items": "sd-customerorganization", "custom": "com.atlassian.servicedesk:sd-customer-organizations"},
    "customfield_2": {"type": "sd-servicelevelagreement", "custom": "com.atlassian.servicedesk:sd-sla-field"},
    "customfield_3": {"type": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select"},
    "customfield_4": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-lexo-rank"},
}
CUSTOMER = {"accountId": "qm:1", "accountType": "customer", "displayName": "Ada Example", "emailAddress": "ada@acme.example"}
AGENT = {"accountId": "a:2", "accountType": "atlassian", "displayName": "Noor Agent", "emailAddress": "noor@larkspur.example"}
ROBOT = {"accountId": "a:3", "accountType": "app", "displayName": "Automation for Jira"}


def issue(key: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": "10001",
        "key": key,
        "fields": {
            "summary": "Export stops with E4711",
            "description": document("The export stops.\n\nE4711 after an hour."),
            "project": {"key": key.partition("-")[0], "name": "Exports", "projectTypeKey": kind},
            "issuetype": {"name": "Bug"},
            "status": {"name": "In Progress", "statusCategory": {"key": "indeterminate", "name": "In Progress"}},
            "priority": {"name": "High"},
            "created": "2026-11-18T10:00:00.000+0100",
            "updated": "2026-11-19T10:00:00.000+0100",
            "resolutiondate": None,
            "labels": ["export"],
            "reporter": CUSTOMER,
            "assignee": AGENT,
            "comment": {"comments": [], "total": 0, "maxResults": 20, "startAt": 0},
            **fields,
        },
        "names": NAMES,
        "schema": TYPES,
    }


def said(text: str, author: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "1", "author": author, "created": "2026-11-18T12:00:00.000+0100", "body": document(text), **more}


SLA = {
    "id": "2",
    "name": "Time to resolution",
    "completedCycles": [],
    "ongoingCycle": {
        "breachTime": {"iso8601": "2026-11-19T09:00:00+0000", "epochMillis": 1795078800000},
        "breached": False,
        "paused": True,
        "goalDuration": {"millis": 28800000, "friendly": "8h"},
    },
}
WORK_ITEM = issue(
    "ENG-812",
    "software",
    components=[{"name": "exporter"}],
    versions=[{"name": "4.1"}],
    fixVersions=[{"name": "4.2"}],
    issuelinks=[{"type": {"name": "Relates"}, "inwardIssue": {"key": "SUP-42"}}, {"outwardIssue": {"key": "ENG-7"}}],
    parent={"key": "ENG-1"},
    customfield_3={"value": "EU"},
    customfield_4="0|i0001:",
    comment={
        "comments": [said("Found it in the exporter.", AGENT, jsdPublic=True), said("For us.", ROBOT, visibility={"type": "group"})],
        "total": 2,
    },
)
TICKET = issue(
    "SUP-42",
    "service_desk",
    status={"name": "Waiting for customer", "statusCategory": {"key": "indeterminate"}},
    customfield_1=[{"id": "12", "name": "Acme Corp", "_links": {}}],
    customfield_2=SLA,
    comment={
        "comments": [
            said("We are looking into it.", AGENT, jsdPublic=True),
            said("Do not tell them yet.", AGENT, jsdPublic=False),
            said("Any news?", CUSTOMER, jsdPublic=True),
        ],
        "total": 3,
    },
)
BARE = {**issue("SUP-77", "service_desk"), "schema": {}, "names": {}}
ISSUES = {each["key"]: each for each in (WORK_ITEM, TICKET, BARE)}


def searched(sent: Sent, _path: Mapping[str, str]) -> Any:
    jql = json.loads(sent.body)["jql"]
    if jql.startswith("labels"):
        found = [issue("ENG-900", "software")] if "kit-mark-written" in jql else []
    else:
        found = [WORK_ITEM] if "!= service_desk" in jql else [TICKET]
    rows = [{name: value for name, value in each.items() if name not in ("names", "schema")} for each in found]
    return {"issues": rows, "names": NAMES, "schema": TYPES, "nextPageToken": None}


def read(_sent: Sent, path: Mapping[str, str]) -> Any:
    key = path["issueIdOrKey"]
    if key == "ENG-901":
        return issue(key, "software")
    return ISSUES.get(key) or json_answer({"errorMessages": ["Issue does not exist"]}, 404)


def linked(_sent: Sent, _path: Mapping[str, str]) -> Answer:
    url = "https://larkspur.zendesk.com/agent/tickets/4211"
    return json_answer([{"id": 1, "globalId": "1", "object": {"title": "4211", "url": url}}])


def replies(**more: Any) -> SpecReplies:
    overlays: dict[tuple[str, str], Any] = {
        SEARCH: searched,
        ISSUE: read,
        LINKS: linked,
        CREATE: {"id": "10901", "key": "ENG-901"},
        ("POST", "/rest/api/3/search/approximate-count"): {"count": 1204},
        ("GET", "/rest/api/3/myself"): {"displayName": "Escalation bot"},
    }
    return SpecReplies(Spec("jira", known_wrong=WRONG), {**overlays, **more.pop("over", {})}, otherwise=RECORDED)


RECORDED = Recordings(Path(__file__).parent / "recordings" / "atlassian")


class Kit(ConnectorConformance):
    __test__ = False
    connector_type = Atlassian
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    replies = replies()
    drafts: ClassVar[Mapping[str, Any]] = {
        "add_internal_note": NoteDraft(mark="kit-mark-new", text="Escalated.", ticket="SUP-42"),
        "create_work_item": WorkItemDraft(mark="kit-mark-new", text="It stops.", project="ENG", title="Export stops"),
    }


class TestServiceManagement(Kit):
    __test__ = True
    reference = "https://acme.atlassian.net/browse/SUP-42"


class TestConfluence(Kit):
    __test__ = True
    reference = "https://acme.atlassian.net/wiki/spaces/KB/pages/98765/Exports+that+time+out"


@pytest.fixture
def connect(tmp_path: Path) -> Callable[..., tuple[Atlassian, Network]]:
    def made(answers: Any = None, **settings: Any) -> tuple[Atlassian, Network]:
        network = Network(answers or replies())
        connector = network.connector(Atlassian, {**SETTINGS, **settings}, network.session(tmp_path))
        assert isinstance(connector, Atlassian)
        return connector, network

    return made


Connect = Callable[..., tuple[Atlassian, Network]]


def asked(network: Network) -> list[str]:
    return [json.loads(sent.body)["jql"] for sent in network.sent if sent.url.endswith("/search/jql")]


def shortfalls(connector: Atlassian) -> list[str]:
    session: Session = connector.session
    return session.shortfalls


def test_a_work_item_has_what_engineers_look_for(connect: Connect) -> None:
    connector, network = connect()
    [item] = connector.fetch("ENG-812")
    assert isinstance(item, WorkItem)
    assert (item.state, item.status, item.priority, item.type) == ("in progress", "In Progress", "High", "Bug")
    assert (item.components, item.affects_versions, item.fix_versions) == (("exporter",), ("4.1",), ("4.2",))
    assert item.text == "The export stops.\nE4711 after an hour."
    assert item.fields == {"project": "Exports", "Region": "EU"}
    assert item.created_at == datetime(2026, 11, 18, 9, tzinfo=timezone.utc)
    assert item.links == (
        "https://acme.atlassian.net/browse/SUP-42",
        "https://acme.atlassian.net/browse/ENG-7",
        "https://acme.atlassian.net/browse/ENG-1",
        "https://larkspur.zendesk.com/agent/tickets/4211",
    )
    assert item.whole
    assert len(network.sent) == 2


def test_a_comment_on_a_work_item_is_internal_whatever_the_service_desk_flag_says(connect: Connect) -> None:
    connector, _ = connect()
    [item] = connector.fetch("ENG-812")
    assert isinstance(item, WorkItem)
    assert [(comment.visibility, comment.author.side) for comment in item.comments] == [("internal", "vendor"), ("restricted", "system")]


def test_an_issue_with_a_security_level_is_restricted(connect: Connect) -> None:
    connector, _ = connect()
    found = connector.work_item(Reply(issue("ENG-5", "software", security={"name": "Staff only"})))
    assert found is not None
    assert found.visibility == "restricted"


def test_a_request_is_a_ticket_and_no_work_item(connect: Connect) -> None:
    connector, _ = connect()
    assert connector.work_item(Reply(TICKET)) is None
    assert connector.ticket(Reply(WORK_ITEM)) is None
    assert [type(record) for record in connector.fetch("SUP-42")] == [Ticket]


def test_a_ticket_tells_customer_from_staff_and_public_from_internal(connect: Connect) -> None:
    connector, network = connect()
    [ticket] = connector.find_tickets(TicketQuery(words=("export",)))
    assert ticket.account == AccountKey(name="Acme Corp")
    assert (ticket.requester.name, ticket.requester.side, ticket.assignee.side) == ("Ada Example", "customer", "vendor")
    assert [(comment.visibility, comment.author.side) for comment in ticket.comments] == [
        ("customer", "vendor"),
        ("internal", "vendor"),
        ("customer", "customer"),
    ]
    assert ticket.state == "waiting on customer"
    assert ticket.whole
    assert len(network.sent) == 1


def test_a_reporter_with_an_account_of_ours_is_a_customer_unless_our_domains_say_otherwise(connect: Connect) -> None:
    connector, _ = connect()
    outside = {**AGENT, "emailAddress": "bo@acme.example"}
    for reporter, side in ((AGENT, "vendor"), (outside, "customer"), ({**AGENT, "emailAddress": None}, "customer"), (ROBOT, "system")):
        ticket = connector.ticket(Reply(issue("SUP-9", "service_desk", reporter=reporter)))
        assert ticket is not None
        assert ticket.requester.side == side


def test_clocks_stand_in_the_fields_of_the_issue(connect: Connect) -> None:
    connector, network = connect()
    [ticket] = connector.fetch("SUP-42")
    assert isinstance(ticket, Ticket)
    [clock] = ticket.clocks
    assert (clock.metric, clock.target_minutes, clock.breached, clock.paused) == ("resolution", 480, False, True)
    assert clock.due_at == datetime(2026, 11, 19, 9, tzinfo=timezone.utc)
    assert len(network.sent) == 1


def test_clocks_are_asked_for_where_no_field_holds_them(connect: Connect) -> None:
    connector, _ = connect()
    [ticket] = connector.fetch("SUP-77")
    assert isinstance(ticket, Ticket)
    assert [(clock.metric, clock.breached, clock.fulfilled_at is not None) for clock in ticket.clocks] == [
        ("first response", False, True),
        ("resolution", True, False),
    ]
    assert ticket.first_reply_at == datetime(2026, 11, 18, 9, 40, tzinfo=timezone.utc)


def test_a_ticket_survives_without_its_clocks_and_says_so(connect: Connect) -> None:
    answers = replies()
    connector, _ = connect(lambda sent: json_answer({}, 403) if sent.url.partition("?")[0].endswith("/sla") else answers(sent))
    [ticket] = connector.fetch("SUP-77")
    assert isinstance(ticket, Ticket)
    assert ticket.clocks == ()
    assert "read:servicedesk-request" in shortfalls(connector)[0]


@pytest.mark.parametrize(
    ("status", "category", "state"),
    [
        ("Waiting for support", "indeterminate", "open"),
        ("Pending customer", "indeterminate", "waiting on customer"),
        ("Pending", "indeterminate", "on hold"),
        ("On hold", "new", "on hold"),
        ("Canceled", "done", "solved"),
        ("Waiting for customer", "done", "solved"),
        ("Erledigt", "something new", "unknown"),
    ],
)
def test_a_state_is_told_by_category_then_by_words(connect: Connect, status: str, category: str, state: str) -> None:
    connector, _ = connect()
    ticket = connector.ticket(Reply(issue("SUP-9", "service_desk", status={"name": status, "statusCategory": {"key": category}})))
    assert ticket is not None
    assert ticket.state == state


def test_comments_that_a_reply_leaves_out_are_read(connect: Connect) -> None:
    long = issue("ENG-812", "software", comment={"comments": [said("first", AGENT)], "total": 3})
    latest = {"comments": [said("third", AGENT), said("second", AGENT), said("first", AGENT)], "total": 3}
    connector, network = connect(replies(over={ISSUE: long, COMMENTS: latest}))
    [item] = connector.fetch("ENG-812")
    assert isinstance(item, WorkItem)
    assert [comment.text for comment in item.comments] == ["first", "second", "third"]
    assert parse_qs(urlsplit(network.sent[1].url).query) == {"maxResults": ["100"], "orderBy": ["-created"]}
    assert not shortfalls(connector)


def test_comments_beyond_a_hundred_are_told(connect: Connect) -> None:
    long = issue("ENG-812", "software", comment={"comments": [], "total": 240})
    connector, _ = connect(replies(over={ISSUE: long, COMMENTS: {"comments": [said(str(n), AGENT) for n in range(100)], "total": 240}}))
    list(connector.fetch("ENG-812"))
    assert shortfalls(connector) == ["only the latest 100 of 240 comments of an issue were read"]


def test_an_account_is_looked_for_as_organization_and_by_its_name(connect: Connect) -> None:
    connector, network = connect(service_projects=["SUP"])
    list(connector.find_tickets(TicketQuery(account=AccountKey(name='Acme "Corp"', domain="acme.example"))))
    whose = r'organizations = "Acme \"Corp\"" OR text ~ "\"Acme Corp\"" OR text ~ "\"acme.example\""'
    assert asked(network) == [f'project in ("SUP") AND ({whose}) ORDER BY updated DESC']


def test_an_account_that_is_no_organization_is_looked_for_by_text_and_the_name_not_asked_again(connect: Connect) -> None:
    answers = replies()

    def strict(sent: Sent) -> Answer:
        return json_answer({"errorMessages": ["no such value"]}, 400) if b"organizations = " in sent.body else answers(sent)

    connector, network = connect(strict)
    for _ in range(2):
        assert [ticket.ref for ticket in connector.find_tickets(TicketQuery(account=AccountKey(name="Acme Corp")))] == ["SUP-42"]
    assert ["organizations" in jql for jql in asked(network)] == [True, False, False]
    assert shortfalls(connector) == ["no organization has the account's name; its tickets were looked for by text alone"]


def test_a_search_that_is_refused_says_what_to_look_at(connect: Connect) -> None:
    connector, _ = connect(lambda _sent: json_answer({"errorMessages": ["no such project"]}, 400), projects=["NOPE"])
    with pytest.raises(UnexpectedResponse, match="do the projects named in the settings exist") as refused:
        list(connector.find_work_items(WorkItemQuery(words=("export",))))
    assert "NOPE" not in str(refused.value)


def test_pages_are_read_as_far_as_the_limit(connect: Connect) -> None:
    answers = replies()

    def paged(sent: Sent) -> Answer:
        page = json.loads(answers(sent).body)  # type: ignore[arg-type]
        token = json.loads(sent.body).get("nextPageToken")
        return json_answer({**page, "nextPageToken": None if token else "more"})

    connector, network = connect(paged)
    assert len(list(connector.find_work_items(WorkItemQuery(words=("export",))))) == 2
    assert json.loads(network.sent[1].body)["nextPageToken"] == "more"
    connector, network = connect(paged)
    assert len(list(connector.find_work_items(WorkItemQuery(words=("export",), limit=1)))) == 1
    assert len(network.sent) == 1


def test_a_product_that_is_not_run_is_not_asked(connect: Connect) -> None:
    connector, network = connect(products=["confluence"])
    assert list(connector.find_tickets(TicketQuery(words=("export",)))) == []
    assert list(connector.find_work_items(WorkItemQuery(words=("export",)))) == []
    assert not connector.owns("ENG-812")
    assert {probe.ability for probe in connector.check_connection()} == {"find_articles", "fetch"}
    assert all("/wiki/" in sent.url for sent in network.sent)


def test_stop_words_ask_nothing(connect: Connect) -> None:
    connector, network = connect()
    for query in (TicketQuery(words=("the", "of", "?")), TicketQuery(words=("the",), account=AccountKey(name="Acme Corp")), TicketQuery()):
        assert list(connector.find_tickets(query)) == []
    assert list(connector.find_work_items(WorkItemQuery(words=("the", "OR")))) == []
    assert list(connector.find_articles(ArticleQuery(words=("NOT",), exact=("***",)))) == []
    assert network.sent == []


@pytest.mark.parametrize(
    ("query", "jql"),
    [
        (TicketQuery(exact=("E4711",)), r'text ~ "\"E4711\""'),
        (TicketQuery(exact=("timed out", "E-1")), r'text ~ "\"timed out\"" AND text ~ "\"E-1\""'),
        (TicketQuery(words=("Export",)), '(text ~ "export")'),
        (TicketQuery(words=("export", "crash")), '(text ~ "export" OR text ~ "crash")'),
        (
            TicketQuery(words=("E4711", "export", "crash", "csv")),
            '(text ~ "e4711" OR text ~ "export crash" OR text ~ "export csv" OR text ~ "crash csv")',
        ),
        (TicketQuery(words=("E4711", "export", "crash")), '(text ~ "e4711" OR text ~ "export crash")'),
        (TicketQuery(words=("time-out",)), r'(text ~ "\"time-out\"")'),
        (TicketQuery(exact=('say "hi" \\ * {x} NOT y~2',)), r'text ~ "\"say hi x NOT y 2\""'),
    ],
)
def test_text_in_jql(query: TicketQuery, jql: str) -> None:
    assert jql_text(query) == jql


def test_text_in_cql_is_any_of_the_words() -> None:
    assert cql_text(ArticleQuery(words=("export", "crash", "csv"))) == '(text ~ "export" OR text ~ "crash" OR text ~ "csv")'


_CLAUSES = re.compile(r'\(?(?:text ~ "(?:[^"\\]|\\.)*"(?: (?:OR|AND) (?=text)|\)|$))*')


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_said_stays_text(one: str, other: str) -> None:
    for query in (TicketQuery(words=(one, other)), TicketQuery(exact=(one, other))):
        for clause in (jql_text(query), cql_text(query)):
            assert _CLAUSES.fullmatch(clause), clause
            for term in _unquoted(clause):
                assert re.fullmatch(r'(?:"[^"\\*?~^{}()]+"|\w+)(?: (?:"[^"\\*?~^{}()]+"|\w+))*', term), term


def _unquoted(clause: str) -> Iterator[str]:
    for value in re.findall(r'"((?:[^"\\]|\\.)*)"', clause):
        yield re.sub(r"\\(.)", r"\1", value)


@given(st.text())
def test_a_quoted_value_ends_where_it_should(text: str) -> None:
    assert list(_unquoted(quoted(text.replace("\n", " ")))) == [text.replace("\n", " ")]


def test_an_article_is_found_by_excerpt_and_read_whole(connect: Connect) -> None:
    connector, _ = connect(spaces=["KB"])
    [hit] = connector.find_articles(ArticleQuery(words=("export",), since=datetime(2026, 11, 2, tzinfo=timezone.utc)))
    assert hit.title == "Exports that time out & how to resume them"
    assert hit.text == "When an export stops with E4711, resume it <once>."
    assert (hit.space, hit.whole) == ("KB", False)
    [article] = connector.fetch(hit.url)
    assert isinstance(article, Article)
    assert "resume --export 7 > log" in article.text
    assert "ac:" not in article.text
    assert "language" not in article.text
    assert (article.ref, article.labels, article.whole) == (hit.ref, ("export",), True)


def test_the_query_for_articles_is_bound_to_the_spaces_named(connect: Connect) -> None:
    connector, network = connect(spaces=["KB", "OPS"])
    list(connector.find_articles(ArticleQuery(exact=("E4711",), since=datetime(2026, 11, 2, tzinfo=timezone.utc))))
    params = parse_qs(urlsplit(network.sent[0].url).query)
    assert params["cql"] == [r'type = page AND space in ("KB", "OPS") AND text ~ "\"E4711\"" AND lastmodified >= "2026-11-01"']


def test_the_next_page_of_articles_is_where_the_reply_says(connect: Connect) -> None:
    def paged(sent: Sent) -> Answer:
        page = json.loads(RECORDED(sent).body)  # type: ignore[arg-type]
        links = {} if "cursor=" in sent.url else {"next": "/rest/api/search?cql=type%3Dpage&limit=25&cursor=abc"}
        return json_answer({**page, "_links": {"base": "https://acme.atlassian.net/wiki", "context": "/wiki", **links}})

    connector, network = connect(paged)
    assert len(list(connector.find_articles(ArticleQuery(words=("export",))))) == 2
    assert network.sent[1].url == "https://acme.atlassian.net/wiki/rest/api/search?cql=type%3Dpage&limit=25&cursor=abc"


@pytest.mark.parametrize(
    ("reference", "own"),
    [
        ("ENG-812", True),
        ("SUP-42", True),
        ("OPS-1", False),
        ("eng-812", False),
        ("https://acme.atlassian.net/browse/OPS-1", True),
        ("https://acme.atlassian.net/jira/software/projects/ENG/boards/1?selectedIssue=ENG-812", True),
        ("https://acme.atlassian.net/servicedesk/customer/portal/3/SUP-42", True),
        ("https://acme.atlassian.net/wiki/spaces/KB/pages/98765/Title", True),
        ("https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=98765", True),
        ("https://acme.atlassian.net/wiki/spaces/KB/overview", False),
        ("https://other.atlassian.net/browse/ENG-812", False),
        ("https://acme.atlassian.net.evil.example/browse/ENG-812", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_what_is_its_own(connect: Connect, reference: str, own: bool) -> None:  # noqa: FBT001 - a parameter of the test
    connector, _ = connect(projects=["ENG"], service_projects=["SUP"])
    assert connector.owns(reference) is own


def test_a_foreign_reference_is_not_fetched(connect: Connect) -> None:
    connector, network = connect()
    with pytest.raises(NotFound, match="no issue and no page"):
        list(connector.fetch("https://other.atlassian.net/browse/ENG-812"))
    assert network.sent == []


def test_a_site_is_reached_by_its_id_where_that_is_set(connect: Connect) -> None:
    spec = SpecReplies(Spec("jira", at="/ex/jira/1122-aa", known_wrong=WRONG), {SEARCH: searched, ISSUE: read, LINKS: linked})

    def confluence(sent: Sent) -> Answer:
        return RECORDED(sent._replace(url=sent.url.replace("/ex/confluence/1122-aa", "")))

    connector, network = connect(lambda sent: confluence(sent) if "/ex/confluence/" in sent.url else spec(sent), cloud_id="1122-aa")
    [item] = connector.find_work_items(WorkItemQuery(words=("export",)))
    assert item.url == "https://acme.atlassian.net/browse/ENG-812"
    list(connector.fetch(item.url))
    [hit] = connector.find_articles(ArticleQuery(words=("export",)))
    assert hit.url.startswith("https://acme.atlassian.net/wiki/spaces/KB/")
    assert {urlsplit(sent.url).netloc for sent in network.sent} == {"api.atlassian.com"}
    assert network.sent[0].headers["authorization"].startswith("Basic ")


def test_a_token_without_an_email_is_a_bearer(connect: Connect) -> None:
    connector, network = connect(email="")
    list(connector.find_work_items(WorkItemQuery(words=("export",))))
    assert network.sent[0].headers["authorization"] == "Bearer token-of-the-test-7c1d"


@pytest.mark.parametrize(("more", "grant"), [({}, "client_credentials"), ({"refresh_token": "refresh-me-once"}, "refresh_token")])
def test_oauth_gets_its_token_by_json(tmp_path: Path, more: dict[str, str], grant: str) -> None:
    answers = replies()

    def answer(sent: Sent) -> Answer:
        if sent.url == "https://auth.atlassian.com/oauth/token":
            return json_answer({"access_token": "short-lived", "expires_in": 3600, "token_type": "Bearer"})
        return answers(sent._replace(url=sent.url.replace("/ex/jira/1122", "")))

    network = Network(answer)
    settings = {"site": "acme", "cloud_id": "1122", "client_id": "id", "client_secret": "hush", **more}
    connector = network.connector(Atlassian, settings, network.session(tmp_path))
    assert isinstance(connector, Atlassian)
    list(connector.find_work_items(WorkItemQuery(words=("export",))))
    token, search = network.sent
    assert json.loads(token.body)["grant_type"] == grant
    assert search.headers["authorization"] == "Bearer short-lived"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"token": "x"}, "'site' is missing"),
        ({"site": "acme"}, "expected 'token'"),
        ({"site": "acme", "client_id": "id", "client_secret": "x"}, "'cloud_id' is missing"),
        ({"site": "acme.atlassian.net", "token": "x"}, "pattern"),
    ],
)
def test_settings_that_can_not_work_are_refused(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        AtlassianSettings.model_validate(settings)


def test_a_refused_search_names_the_scope(connect: Connect) -> None:
    connector, _ = connect(lambda _sent: json_answer({"code": 401, "message": "Unauthorized; scope does not match"}, 401))
    with pytest.raises(AuthError) as refused:
        list(connector.find_articles(ArticleQuery(words=("export",))))
    line = connector.refused("find_articles", refused.value)
    assert "'token'" in line
    assert "`search:confluence`" in line


def test_a_work_item_is_created_once(connect: Connect) -> None:
    connector, network = connect()
    draft = WorkItemDraft(
        mark="mark-0001", text="It stops.\n\n*Not* [a link|http://x].", project="ENG", title="Export\nstops", links=("https://t.example/1",)
    )
    done = connector.create_work_item(draft)
    assert (done.ref, done.url, done.already) == ("ENG-901", "https://acme.atlassian.net/browse/ENG-901", False)
    looked, created, _ = network.sent
    assert json.loads(looked.body)["jql"] == 'labels = "escalation-mark-0001"'
    fields = json.loads(created.body)["fields"]
    assert (fields["summary"], fields["issuetype"], fields["labels"]) == ("Export stops", {"name": "Bug"}, ["escalation-mark-0001"])
    assert rich_text(fields["description"]).splitlines() == ["It stops.", "*Not* [a link|http://x].", "https://t.example/1"]
    there = connector.create_work_item(draft.model_copy(update={"mark": "kit-mark-written"}))
    assert (there.ref, there.already) == ("ENG-900", True)


def test_a_note_is_internal_and_its_text_no_markup(connect: Connect) -> None:
    connector, network = connect()
    connector.add_internal_note(
        NoteDraft(mark="mark-0001", text="Ask [~noor] {color:red}now!", ticket="https://acme.atlassian.net/browse/SUP-42")
    )
    body = json.loads(network.sent[-1].body)
    assert body["public"] is False
    assert body["body"] == "Ask \\[~noor\\] \\{color:red\\}now\\!\n\ncustomer-escalation mark mark-0001"
    assert parse_qs(urlsplit(network.sent[0].url).query) == {"public": ["false"], "internal": ["true"], "limit": ["50"], "start": ["0"]}


def test_a_note_that_came_out_public_is_reported(connect: Connect) -> None:
    answers = replies()
    connector, _ = connect(lambda sent: json_answer({"id": "1", "public": True}, 201) if sent.method == "POST" else answers(sent))
    with pytest.raises(UnexpectedResponse, match="not as an internal one"):
        connector.add_internal_note(NoteDraft(mark="mark-0001", text="x", ticket="SUP-42"))


@given(st.text(max_size=200))
def test_a_document_says_what_was_written(text: str) -> None:
    def spoken(node: Any) -> Iterator[str]:
        if node.get("type") == "text":
            assert node["text"]
        yield node.get("text", "\n")
        for child in node.get("content", ()):
            yield from spoken(child)

    assert "".join(spoken(document(text))).split() == text.replace("\r\n", "\n").split()


def test_a_document_without_end_is_no_text() -> None:
    nested: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(20_000):
        nested = {"type": "bulletList", "content": [nested]}
    assert rich_text({"type": "doc", "content": [nested]}) == ""
