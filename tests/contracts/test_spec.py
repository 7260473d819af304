from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from escalation.testing import Answer, Sent, json_answer
from tests.contracts import graph, spec
from tests.contracts.graph import GraphReplies, Refusal
from tests.contracts.spec import FOLDER, Spec, SpecReplies, described
from tests.contracts.tally import Tally

pytestmark = described("zendesk", "jira", "hubspot-tickets", "hubspot-owners", "intercom", "linear")

TICKET = ("GET", "/api/v2/tickets/{ticket_id}")
SEARCH = ("POST", "/rest/api/3/search/jql")


@pytest.fixture(autouse=True)
def tally(monkeypatch: pytest.MonkeyPatch) -> Tally:
    """One of its own: these tests prove nothing about connectors."""
    own = Tally()
    monkeypatch.setattr(spec, "TALLY", own)
    monkeypatch.setattr(graph, "TALLY", own)
    return own


def sent(method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any) -> Sent:
    url = f"https://acme.example{path}{'?' + urlencode(query, doseq=True) if query else ''}"
    content = {"content-type": "application/json"} if body is not None else {}
    return Sent(method, url, {**content, **(headers or {})}, json.dumps(body).encode() if body is not None else b"")


def body_of(answer: Answer) -> Any:
    assert isinstance(answer.body, bytes)
    return json.loads(answer.body)


def test_the_overlay_stands_in_what_the_vendor_describes() -> None:
    replies = SpecReplies(Spec("zendesk"), {TICKET: {"ticket": {"id": 4211, "subject": "Export fails", "collaborator_ids": [1, 2]}}})
    ticket = body_of(replies(sent("GET", "/api/v2/tickets/4211")))["ticket"]
    assert (ticket["id"], ticket["subject"], ticket["collaborator_ids"]) == (4211, "Export fails", [1, 2])
    assert {"status", "created_at", "via", "organization_id"} <= ticket.keys()


def test_each_element_of_a_list_is_laid_over_an_instance_of_its_own() -> None:
    replies = SpecReplies(Spec("jira"), {SEARCH: {"issues": [{"key": "SUP-1"}, {"key": "SUP-2"}]}})
    issues = body_of(replies(sent("POST", "/rest/api/3/search/jql", {"jql": "project = SUP"})))["issues"]
    assert [issue["key"] for issue in issues] == ["SUP-1", "SUP-2"]
    assert all("self" in issue for issue in issues)


def test_an_overlay_may_be_a_function_of_the_request() -> None:
    replies = SpecReplies(Spec("zendesk"), {TICKET: lambda sent, path: {"ticket": {"id": int(path["ticket_id"])}}})
    assert body_of(replies(sent("GET", "/api/v2/tickets/77")))["ticket"]["id"] == 77


def test_an_overlay_may_answer_by_itself() -> None:
    replies = SpecReplies(Spec("zendesk"), {TICKET: lambda sent, path: json_answer({"error": "RecordNotFound"}, 404)})
    assert replies(sent("GET", "/api/v2/tickets/77")).status == 404


def test_an_unknown_path_is_refused_by_name() -> None:
    with pytest.raises(AssertionError, match="no operation for GET /api/v2/tickts/1"):
        SpecReplies(Spec("zendesk"))(sent("GET", "/api/v2/tickts/1"))


def test_a_method_that_the_path_does_not_have_is_refused() -> None:
    with pytest.raises(AssertionError, match="no operation for PATCH"):
        SpecReplies(Spec("zendesk"))(sent("PATCH", "/api/v2/tickets/1", {}))


def test_what_the_description_leaves_out_may_be_answered_otherwise() -> None:
    replies = SpecReplies(Spec("zendesk"), otherwise=lambda sent: json_answer({"articles": []}))
    assert body_of(replies(sent("GET", "/api/v2/help_center/articles/search"))) == {"articles": []}


def test_an_unknown_query_parameter_is_refused_by_name() -> None:
    with pytest.raises(AssertionError, match="query/sort: the operation has no such parameter"):
        SpecReplies(Spec("zendesk"))(sent("GET", "/api/v2/search", query="type:ticket", sort="relevance"))


def test_a_missing_query_parameter_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"query/query: Missing required"):
        SpecReplies(Spec("zendesk"))(sent("GET", "/api/v2/search"))


def test_a_path_parameter_of_a_wrong_type_is_refused() -> None:
    with pytest.raises(AssertionError, match="path/ticket_id"):
        SpecReplies(Spec("zendesk"))(sent("GET", "/api/v2/tickets/ENG-7"))


def test_a_body_of_a_wrong_type_is_refused() -> None:
    with pytest.raises(AssertionError, match="request/maxResults"):
        SpecReplies(Spec("jira"))(sent("POST", "/rest/api/3/search/jql", {"jql": "x = 1", "maxResults": "many"}))


def test_a_body_with_a_name_that_is_not_described_is_refused() -> None:
    body = {"filterGroups": [], "limit": 5, "after": "0", "sorts": [], "properties": [], "filterGroup": []}
    with pytest.raises(AssertionError, match="request/filterGroup: the description has no such property"):
        SpecReplies(Spec("hubspot-tickets"))(sent("POST", "/crm/objects/2026-09/tickets/search", body))


def test_a_missing_body_is_refused() -> None:
    with pytest.raises(AssertionError, match="request: Missing required request body"):
        SpecReplies(Spec("jira"))(sent("POST", "/rest/api/3/search/jql"))


def test_an_overlay_with_a_name_that_is_not_described_is_refused() -> None:
    replies = SpecReplies(Spec("zendesk"), {TICKET: {"ticket": {"subjet": "Export fails"}}})
    with pytest.raises(AssertionError, match="reply/ticket/subjet: the description has no such property"):
        replies(sent("GET", "/api/v2/tickets/1"))


def test_an_overlay_of_a_wrong_type_is_refused() -> None:
    replies = SpecReplies(Spec("zendesk"), {TICKET: {"ticket": {"id": "4211"}}})
    with pytest.raises(AssertionError, match="reply/ticket/id: '4211' is not of type 'integer'"):
        replies(sent("GET", "/api/v2/tickets/1"))


def test_an_overlay_for_what_is_no_operation_is_refused() -> None:
    replies = SpecReplies(Spec("zendesk"), {("GET", "/api/v2/tickets/{id}"): {}})
    with pytest.raises(AssertionError, match=r"an overlay for what is no operation: GET /api/v2/tickets/\{id\}"):
        replies(sent("GET", "/api/v2/tickets/1"))


def test_where_the_vendor_is_known_to_be_wrong_it_is_said() -> None:
    wrong = {"GET /api/v2/tickets/{ticket_id} query/include": "prose only", "* reply/ticket/id": "a word in this test"}
    replies = SpecReplies(Spec("zendesk", known_wrong=wrong), {TICKET: {"ticket": {"id": "4211"}}})
    assert body_of(replies(sent("GET", "/api/v2/tickets/1", include="users")))["ticket"]["id"] == "4211"


def test_a_schema_may_be_taken_by_its_name() -> None:
    zendesk = Spec("zendesk")
    assert zendesk.made("TicketObject", {"id": 7})["id"] == 7
    with pytest.raises(AssertionError, match="TicketObject/idd"):
        zendesk.made("TicketObject", {"idd": 7})


def test_a_version_that_the_vendor_does_not_have_is_refused() -> None:
    with pytest.raises(AssertionError, match="header/Intercom-Version"):
        SpecReplies(Spec("intercom"))(sent("GET", "/me", headers={"intercom-version": "2.99"}))


def test_several_files_are_one_vendor() -> None:
    replies = SpecReplies(Spec("hubspot-tickets", "hubspot-owners"))
    assert replies(sent("GET", "/crm/owners/2026-09", limit=1)).status == 200
    assert replies(sent("GET", "/crm/objects/2026-09/tickets/4", properties="subject")).status == 200


def test_an_api_below_a_prefix_is_found() -> None:
    replies = SpecReplies(Spec("jira", at="/ex/jira/7"))
    assert replies(sent("GET", "/ex/jira/7/rest/api/3/myself")).status == 200


@pytest.mark.parametrize("name", [file.stem for file in sorted(FOLDER.glob("*.json"))])
def test_every_operation_has_a_reply_that_fits_it(name: str) -> None:
    whole = Spec(name)
    for operation in whole.operations:
        path = re.sub(r"\{[^}]+\}", "1", operation.path)
        assert list(operation.reply_faults(whole.built(operation, None), path)) == [], operation.name


ISSUE = "query($id: String!) { found: issue(id: $id) { identifier title dueDate labels { nodes { name } } state { name type } } }"


def ask(document: str, **variables: Any) -> Sent:
    return sent("POST", "/graphql", {"query": document, "variables": variables})


def test_a_document_is_answered_from_the_schema() -> None:
    replies = GraphReplies("linear", {"issue": lambda arguments: {"identifier": arguments["id"], "labels": {"nodes": [{"name": "bug"}]}}})
    assert body_of(replies(ask(ISSUE, id="ENG-812"))) == {
        "data": {
            "found": {
                "identifier": "ENG-812",
                "title": "text",
                "dueDate": None,
                "labels": {"nodes": [{"name": "bug"}]},
                "state": {"name": "text", "type": "text"},
            }
        }
    }


@pytest.mark.parametrize(
    ("document", "variables", "said"),
    [
        ("{ isue(id: 1) { id } }", {}, "Cannot query field 'isue'"),
        (ISSUE, {}, "\\$id"),
        (ISSUE, {"id": 7}, "\\$id"),
        (ISSUE, {"id": "ENG-1", "after": "x"}, "a variable that the document does not declare"),
    ],
)
def test_a_document_or_variable_that_does_not_fit_is_refused(document: str, variables: dict[str, Any], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        GraphReplies("linear")(ask(document, **variables))


@pytest.mark.parametrize(
    "overlay",
    [{"isue": {}}, {"issue": {"titel": "x"}}, {"issue": {"title": None}}, {"issue": {"labels": {"nodes": {}}}}],
)
def test_an_overlay_that_the_schema_does_not_have_is_refused(overlay: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="linear: "):
        GraphReplies("linear", overlay)(ask(ISSUE, id="ENG-1"))


def test_a_resolver_may_refuse() -> None:
    def refuse(arguments: dict[str, Any]) -> Any:
        raise Refusal(json_answer({"errors": [{"extensions": {"code": "RATELIMITED"}}]}, 400))

    assert GraphReplies("linear", {"issue": refuse})(ask(ISSUE, id="ENG-1")).status == 400


def test_what_was_used_is_counted_and_told(tally: Tally) -> None:
    replies = SpecReplies(Spec("zendesk"))
    for path in ("/api/v2/users/me", "/api/v2/tickets/1", "/api/v2/tickets/2"):
        replies(sent("GET", path))
    GraphReplies("linear")(ask("{ viewer { id } }"))
    assert list(tally.lines()) == ["linear: 1 operations, 1 requests validated", "zendesk: 2 operations, 3 requests validated"]


def test_the_counts_of_several_processes_are_one() -> None:
    one, two = Tally(), Tally()
    one.count("zendesk", "GET /a")
    two.count("zendesk", "GET /a")
    two.count("zendesk", "GET /b")
    two.undescribed("zendesk")
    one.add(json.loads(json.dumps(two.packed())))
    assert list(one.lines()) == ["zendesk: 2 operations, 3 requests validated, 1 more to what it leaves out"]
