"""Linear: its documents against its schema, and what is particular to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.linear import Linear
from escalation.actions import WorkItemDraft
from escalation.connector import Session, WorkItemQuery
from escalation.errors import AuthError, NotFound, Unavailable, UnexpectedResponse
from escalation.records import AccountKey, WorkItem
from escalation.reply import Reply
from escalation.testing import Answer, ConnectorConformance, Network, json_answer
from tests.contracts.graph import GraphReplies
from tests.contracts.spec import described

pytestmark = described("linear")

SETTINGS = {"api_key": "lin_api_s3cr3t-of-the-test"}
TICKET = "https://larkspur.zendesk.com/agent/tickets/4211"
ISSUE: Mapping[str, Any] = {
    "identifier": "ENG-812",
    "title": "Export fails with E4711 above 10,000 rows",
    "description": "The export worker runs out of memory.",
    "url": "https://linear.app/larkspur/issue/ENG-812/export-fails",
    "createdAt": "2026-11-02T09:00:00.000Z",
    "updatedAt": "2026-11-18T10:00:00.000Z",
    "startedAt": "2026-11-03T09:00:00.000Z",
    "priorityLabel": "Urgent",
    "customerTicketCount": 2,
    "slaBreachesAt": "2026-11-20T09:00:00.000Z",
    "state": {"name": "In Review", "type": "started"},
    "team": {"key": "ENG"},
    "project": {"name": "Exports"},
    "assignee": {"name": "Noor Haddad", "email": "noor@larkspur.example"},
    "creator": {"name": "Zendesk", "email": "bot@larkspur.example", "app": True},
    "labels": {"nodes": [{"name": "Bug"}, {"name": "exporter"}]},
    "attachments": {"nodes": [{"url": TICKET}]},
}
WHOLE = {
    **ISSUE,
    "parent": {"url": "https://linear.app/larkspur/issue/ENG-700/exports"},
    "relations": {"nodes": [{"relatedIssue": {"url": "https://linear.app/larkspur/issue/ENG-640/memory"}}]},
    "inverseRelations": {"nodes": [{"issue": {"url": "https://linear.app/larkspur/issue/ENG-901/retry"}}]},
    "needs": {
        "nodes": [
            {
                "customer": {
                    "name": "Acme Corp",
                    "domains": ["acme.example"],
                    "revenue": 240000,
                    "tier": {"displayName": "Enterprise"},
                    "status": {"displayName": "Active"},
                }
            },
            {"customer": None},
        ]
    },
    "comments": {
        "nodes": [
            {"body": "Fixed in 4.2.1.", "createdAt": "2026-11-18T10:00:00.000Z", "user": {"name": "Noor Haddad"}},
            {
                "body": "Acme sees it too.",
                "createdAt": "2026-11-04T10:00:00.000Z",
                "externalUser": {"name": "Ada", "email": "ada@acme.example"},
            },
            {"body": "Linked a pull request.", "createdAt": "2026-11-05T10:00:00.000Z", "botActor": {"name": "GitHub", "type": "github"}},
        ],
        "pageInfo": {"hasNextPage": False},
    },
}


def other(number: int) -> dict[str, Any]:
    return {**ISSUE, "identifier": f"ENG-{number}", "url": f"https://linear.app/larkspur/issue/ENG-{number}/other"}


def in_schema(**roots: Any) -> GraphReplies:
    return GraphReplies("linear", roots)


WRITTEN = str(UUID(bytes=sha256(b"kit-mark-written").digest()[:16], version=4))


def drafted(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The list of issues; asked for by id, the one that was written before."""
    id = (arguments.get("filter") or {}).get("id")
    return {"nodes": [ISSUE, other(813), other(814)] if id is None else [other(950)] if id["eq"] == WRITTEN else []}


CREATED = {
    "success": True,
    "issue": {"identifier": "ENG-950", "url": "https://linear.app/larkspur/issue/ENG-950/x", "createdAt": "2026-11-20T09:00:00.000Z"},
}


class TestLinear(ConnectorConformance):
    connector_type = Linear
    settings = SETTINGS
    replies = in_schema(
        searchIssues={"nodes": [ISSUE, other(813), other(814)]},
        semanticSearch={"results": [{"issue": other(815)}]},
        attachmentsForURL={"nodes": [{"issue": ISSUE}]},
        issues=drafted,
        issue=WHOLE,
        viewer={"name": "Escalations"},
        teams={"nodes": [{"key": "ENG"}]},
        issueCreate=CREATED,
        attachmentCreate={"success": True},
    )
    reference = "ENG-812"
    drafts: ClassVar[Mapping[str, WorkItemDraft]] = {
        "create_work_item": WorkItemDraft(
            mark="kit-mark-0001", project="ENG", title="Export fails", text="See the ticket.", links=(TICKET,)
        )
    }


class Asked:
    """A connector on a network that answers so."""

    def __init__(self, folder: Path, replies: Any, **settings: Any) -> None:
        self.network = Network(replies)
        self.session: Session = self.network.session(folder)
        connector = self.network.connector(Linear, {**SETTINGS, **settings}, self.session)
        assert isinstance(connector, Linear)
        self.linear = connector

    def found(self, **query: Any) -> list[WorkItem]:
        return list(self.linear.find_work_items(WorkItemQuery(**query)))

    def variables(self, number: int = 0) -> dict[str, Any]:
        return dict(json.loads(self.network.sent[number].body)["variables"])


def test_an_issue_holds_what_linear_says_of_it(tmp_path: Path) -> None:
    item = next(iter(Asked(tmp_path, in_schema(issue=WHOLE), our_domains=["larkspur.example"]).linear.fetch(str(ISSUE["url"]))))
    assert isinstance(item, WorkItem)
    assert (item.ref, item.status, item.state, item.resolution, item.priority) == ("ENG-812", "In Review", "in progress", "", "Urgent")
    assert item.created_at == datetime(2026, 11, 2, 9, tzinfo=timezone.utc)
    assert item.assignee.side == "vendor"
    assert item.reporter.side == "system"
    assert item.labels == ("Bug", "exporter")
    assert item.fields["SLA breaches"] == "2026-11-20T09:00:00.000Z"
    assert item.fields["customer Acme Corp"] == "tier Enterprise; status Active; yearly revenue 240000; domains acme.example"
    assert item.whole


def test_links_are_attachments_and_related_issues(tmp_path: Path) -> None:
    item = next(iter(Asked(tmp_path, in_schema(issue=WHOLE)).linear.fetch("ENG-812")))
    assert item.links == (
        "https://linear.app/larkspur/issue/ENG-700/exports",
        TICKET,
        "https://linear.app/larkspur/issue/ENG-640/memory",
        "https://linear.app/larkspur/issue/ENG-901/retry",
    )


def test_comments_are_in_time_order_and_say_who_speaks(tmp_path: Path) -> None:
    item = next(iter(Asked(tmp_path, in_schema(issue=WHOLE), our_domains=["larkspur.example"]).linear.fetch("ENG-812")))
    assert isinstance(item, WorkItem)
    assert [(comment.author.name, comment.author.side) for comment in item.comments] == [
        ("Ada", "customer"),
        ("GitHub", "system"),
        ("Noor Haddad", "vendor"),
    ]
    assert {comment.visibility for comment in item.comments} == {"internal"}


def test_comments_are_read_over_pages_and_to_a_limit(tmp_path: Path) -> None:
    def pages(arguments: Mapping[str, Any]) -> dict[str, Any]:
        number = int(arguments.get("after") or 0)
        said = [{"body": f"Comment {number}", "createdAt": f"2026-11-0{number + 1}T10:00:00.000Z"}]
        return {"nodes": said, "pageInfo": {"hasNextPage": True, "endCursor": str(number + 1)}}

    asked = Asked(tmp_path, in_schema(issue={**ISSUE, "comments": pages}))
    item = next(iter(asked.linear.fetch("ENG-812")))
    assert isinstance(item, WorkItem)
    assert [comment.text for comment in item.comments] == ["Comment 0", "Comment 1", "Comment 2"]
    assert len(asked.network.sent) == 3
    assert any("300 comments" in why for why in asked.session.shortfalls)


@pytest.mark.parametrize(
    ("state", "begun", "ended", "expected"),
    [
        ("triage", None, None, "open"),
        ("backlog", None, None, "open"),
        ("unstarted", None, None, "open"),
        ("started", "2026-11-03T09:00:00Z", None, "in progress"),
        ("completed", "2026-11-03T09:00:00Z", "2026-11-04T09:00:00Z", "done"),
        ("canceled", None, "2026-11-04T09:00:00Z", "done"),
        ("duplicate", None, "2026-11-04T09:00:00Z", "done"),
        ("of a new kind", "2026-11-03T09:00:00Z", None, "in progress"),
        ("of a new kind", None, "2026-11-04T09:00:00Z", "done"),
    ],
)
def test_every_type_of_state_is_one_of_ours(tmp_path: Path, state: str, begun: str | None, ended: str | None, expected: str) -> None:
    raw = {**ISSUE, "state": {"name": "X", "type": state}, "startedAt": begun, "canceledAt": ended}
    item = Asked(tmp_path, in_schema()).linear.work_item(Reply(raw))
    assert item
    assert (item.state, item.resolution) == (expected, "X" if expected == "done" else "")


def test_an_issue_in_the_trash_is_none(tmp_path: Path) -> None:
    asked = Asked(tmp_path, in_schema(searchIssues={"nodes": [{**ISSUE, "trashed": True}, other(1), other(2)]}))
    assert [item.ref for item in asked.found(words=("export",))] == ["ENG-1", "ENG-2"]
    assert not asked.session.shortfalls


def test_an_address_is_looked_for_among_attachments_first_in_one_request(tmp_path: Path) -> None:
    asked = Asked(tmp_path, in_schema(attachmentsForURL={"nodes": [{"issue": other(7)}]}, issues={"nodes": [ISSUE, other(7)]}))
    assert [item.ref for item in asked.found(exact=(TICKET,))] == ["ENG-7", "ENG-812"]
    assert asked.variables()["url"] == TICKET
    assert len(asked.network.sent) == 1


def test_an_exact_string_must_stand_in_title_description_or_comment(tmp_path: Path) -> None:
    asked = Asked(tmp_path, in_schema(issues={"nodes": [ISSUE]}))
    assert [item.whole for item in asked.found(exact=("E4711",), words=("export",))] == [False]
    within = {"containsIgnoreCase": "E4711"}
    assert asked.variables()["filter"] == {
        "and": [{"or": [{"title": within}, {"description": within}, {"comments": {"some": {"body": within}}}]}]
    }


def test_few_hits_by_word_are_followed_by_those_by_meaning(tmp_path: Path) -> None:
    asked = Asked(tmp_path, in_schema(searchIssues={"nodes": [ISSUE]}, semanticSearch={"results": [{"issue": ISSUE}, {"issue": other(9)}]}))
    assert [item.ref for item in asked.found(words=("export", "memory"))] == ["ENG-812", "ENG-9"]
    assert [asked.variables(number)["term"] for number in (0, 1)] == ["export memory", "export memory"]


def test_enough_hits_by_word_cost_one_request(tmp_path: Path) -> None:
    asked = Asked(tmp_path, in_schema(searchIssues={"nodes": [ISSUE, other(1), other(2)]}))
    assert len(asked.found(words=("export",))) == 3
    assert len(asked.network.sent) == 1


def test_hits_by_word_are_kept_when_the_question_by_meaning_is_throttled(tmp_path: Path) -> None:
    answers = in_schema(searchIssues={"nodes": [ISSUE]})
    limited = json_answer({"errors": [{"message": "no", "extensions": {"code": "RATELIMITED"}}]}, 400)
    asked = Asked(tmp_path, lambda sent: limited if b"semanticSearch" in sent.body else answers(sent))
    found = asked.linear.find_work_items(WorkItemQuery(words=("export",)))
    assert next(found).ref == "ENG-812"
    with pytest.raises(Unavailable):
        next(found)


def test_only_configured_teams_are_asked_and_followed(tmp_path: Path) -> None:
    ops = {**ISSUE, "identifier": "OPS-4"}
    asked = Asked(tmp_path, in_schema(searchIssues={"nodes": [ISSUE, ops, other(2)]}), teams=["ENG"])
    since = datetime(2026, 11, 1, tzinfo=timezone.utc)
    assert [item.ref for item in asked.found(words=("export",), since=since)] == ["ENG-812", "ENG-2"]
    assert asked.variables()["filter"] == {"and": [{"team": {"key": {"in": ["ENG"]}}}, {"updatedAt": {"gte": "2026-11-01T00:00:00+00:00"}}]}
    assert asked.linear.owns("ENG-812")
    assert not asked.linear.owns("OPS-4")


def test_a_customer_alone_brings_what_it_has_asked_for(tmp_path: Path) -> None:
    asked = Asked(tmp_path, in_schema(issues={"nodes": [ISSUE]}))
    assert asked.found(account=AccountKey(name="Acme Corp", domain="acme.example"))
    customer = asked.variables()["filter"]["and"][0]["needs"]["some"]["customer"]
    assert customer == {"or": [{"domains": {"some": {"eq": "acme.example"}}}, {"name": {"eqIgnoreCase": "Acme Corp"}}]}


@pytest.mark.parametrize("query", [{}, {"words": ("***", '"', "\n")}, {"exact": ("{}",)}, {"account": AccountKey()}])
def test_a_question_that_says_nothing_is_not_sent(tmp_path: Path, query: dict[str, Any]) -> None:
    asked = Asked(tmp_path, in_schema())
    assert asked.found(**query) == []
    assert asked.network.sent == []


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet=st.sampled_from("aE4 \"'\\{}$*%\n\t)(:#é\u202e"), min_size=1, max_size=30))
def test_no_text_changes_a_document(tmp_path: Path, text: str) -> None:
    asked = Asked(tmp_path, in_schema(searchIssues={"nodes": []}, semanticSearch={"results": []}, issues={"nodes": []}))
    asked.found(words=(text,))
    asked.found(exact=(text,))
    plain = Asked(tmp_path, in_schema(searchIssues={"nodes": []}, semanticSearch={"results": []}, issues={"nodes": []}))
    plain.found(words=("export",))
    plain.found(exact=("E4711",))
    known = {json.loads(sent.body)["query"] for sent in plain.network.sent}
    assert {json.loads(sent.body)["query"] for sent in asked.network.sent} <= known


@pytest.mark.parametrize(
    "reference", ["ENG-812", "https://linear.app/larkspur/issue/ENG-812/export-fails", "https://linear.app/larkspur/issue/ENG-812"]
)
def test_own_keys_and_addresses_are_its_own(tmp_path: Path, reference: str) -> None:
    assert Asked(tmp_path, in_schema(), workspace="larkspur").linear.owns(reference)


@pytest.mark.parametrize(
    "reference",
    [
        "https://linear.app/other/issue/ENG-812",
        "https://linear.app/larkspur/project/exports-1",
        "https://jira.example/browse/ENG-812",
        "https://linear.app.evil.example/larkspur/issue/ENG-812",
        "eng-812",
        "4211",
    ],
)
def test_other_keys_and_addresses_are_not(tmp_path: Path, reference: str) -> None:
    assert not Asked(tmp_path, in_schema(), workspace="larkspur").linear.owns(reference)


def refusal(kind: str, code: str, status: int = 400, message: str = "Quokka-5150", data: Any = None) -> Answer:
    return json_answer({"data": data, "errors": [{"message": message, "extensions": {"type": kind, "code": code}}]}, status)


@pytest.mark.parametrize(
    ("answer", "expected", "status"),
    [
        (refusal("authentication error", "AUTHENTICATION_ERROR"), AuthError, 401),
        (refusal("authentication error", "AUTHENTICATION_ERROR", 200), AuthError, 401),
        (refusal("forbidden", "FORBIDDEN", 200), AuthError, 403),
        (refusal("ratelimited", "RATELIMITED"), Unavailable, 429),
        (refusal("ratelimited", "RATELIMITED", 200), Unavailable, 429),
        (refusal("internal error", "INTERNAL_SERVER_ERROR", 200), Unavailable, None),
        (refusal("invalid input", "INPUT_ERROR", 200, "Entity not found: Issue"), NotFound, None),
        (refusal("invalid input", "INPUT_ERROR"), UnexpectedResponse, None),
        (refusal("Quokka-5150!", "Quokka-5150!"), UnexpectedResponse, None),
    ],
)
def test_a_refusal_becomes_the_error_it_is(tmp_path: Path, answer: Answer, expected: type[Exception], status: int | None) -> None:
    with pytest.raises(expected) as raised:
        list(Asked(tmp_path, lambda _sent: answer).linear.fetch("ENG-812"))
    assert getattr(raised.value, "status", None) == status
    assert "Quokka" not in str(raised.value)


def test_a_part_that_is_left_out_is_told(tmp_path: Path) -> None:
    answer = refusal("forbidden", "FORBIDDEN", 200, data={"searchIssues": {"nodes": [dict(ISSUE), other(1), other(2)]}})
    asked = Asked(tmp_path, lambda _sent: answer)
    assert len(asked.found(words=("export",))) == 3
    assert asked.session.shortfalls == ["Linear left a part of its answer out"]


def test_the_connection_tells_who_asks_and_which_team_is_missing(tmp_path: Path) -> None:
    answers = in_schema(viewer={"name": "Escalations"}, teams={"nodes": [{"key": "ENG"}]}, issues={"nodes": []})
    (probe,) = Asked(tmp_path, answers, teams=["ENG", "OPS"]).linear.check_connection()
    assert probe.works
    assert probe.detail == "as Escalations, 1 teams in view; not in view: OPS"


DRAFT = WorkItemDraft(mark="case-7-plan-3", project="ENG", title="Export fails", text="Acme can't export.", links=(TICKET,))


def test_an_issue_is_created_under_an_id_made_of_the_mark_and_its_links_attached(tmp_path: Path) -> None:
    answers = in_schema(issues={"nodes": []}, teams={"nodes": [{"id": "team-1"}]}, issueCreate=CREATED, attachmentCreate={"success": True})
    asked = Asked(tmp_path, answers)
    done = asked.linear.create_work_item(DRAFT)
    assert (done.ref, done.already) == ("ENG-950", False)
    looked, made, attached = (asked.variables(number) for number in range(3))
    assert made["input"]["id"] == looked["id"] == attached["input"]["issueId"]
    assert (made["input"]["teamId"], made["input"]["title"], attached["input"]["url"]) == ("team-1", "Export fails", TICKET)
    assert made["input"]["description"].endswith(f"{TICKET}\n\ncustomer-escalation mark case-7-plan-3")


def test_an_issue_that_was_created_is_not_created_again(tmp_path: Path) -> None:
    asked = Asked(tmp_path, in_schema(issues={"nodes": [other(950)]}, teams={"nodes": []}))
    done = asked.linear.create_work_item(DRAFT)
    assert (done.ref, done.already) == ("ENG-950", True)
    assert all(sent.safe for sent in asked.network.sent)


def test_an_issue_counts_as_created_when_a_link_could_not_be_attached(tmp_path: Path) -> None:
    answers = in_schema(issues={"nodes": []}, teams={"nodes": [{"id": "team-1"}]}, issueCreate=CREATED, attachmentCreate={"success": False})
    asked = Asked(tmp_path, answers)
    assert asked.linear.create_work_item(DRAFT).ref == "ENG-950"
    assert asked.session.shortfalls


def test_a_team_that_is_not_in_view_is_named(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no team 'ENG'"):
        Asked(tmp_path, in_schema(issues={"nodes": []}, teams={"nodes": []})).linear.create_work_item(DRAFT)


@pytest.mark.parametrize(
    ("key", "expected"), [("lin_api_abcdefgh", "lin_api_abcdefgh"), ("lin_oauth_abcdefgh", "Bearer lin_oauth_abcdefgh")]
)
def test_a_key_stands_alone_and_an_access_token_behind_bearer(tmp_path: Path, key: str, expected: str) -> None:
    asked = Asked(tmp_path, lambda _sent: json_answer({"data": {}}), api_key=key)
    list(asked.linear.check_connection())
    assert asked.network.sent[0].headers["authorization"] == expected
