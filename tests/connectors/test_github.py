"""GitHub Issues: every request against GitHub's own description, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.github import GitHub, GitHubSettings
from escalation.actions import WorkItemDraft
from escalation.connector import Session, WorkItemQuery
from escalation.errors import AuthError, ConfigError, NotFound, Unavailable
from escalation.records import WorkItem
from escalation.reply import Reply
from escalation.testing import Answer, ConnectorConformance, Network, json_answer
from tests.contracts.spec import Spec, SpecReplies, described

pytestmark = described("github")

SETTINGS = {"token": "github_pat_s3cr3t-of-the-test", "repositories": ["larkspur/exporter"]}
REPOSITORY = "/repos/larkspur/exporter"
SEARCH, ISSUES = ("GET", "/search/issues"), "/repos/{owner}/{repo}/issues"
ISSUE, TIMELINE = ("GET", f"{ISSUES}/{{issue_number}}"), ("GET", f"{ISSUES}/{{issue_number}}/timeline")


def issue(number: int = 812, **values: Any) -> dict[str, Any]:
    return {
        "number": number,
        "title": "Export fails with E4711 above 10,000 rows",
        "html_url": f"https://github.com/larkspur/exporter/issues/{number}",
        "url": f"https://api.github.com{REPOSITORY}/issues/{number}",
        "body": "The export worker runs out of memory.",
        "state": "open",
        "user": {"login": "noor-h", "type": "User"},
        "author_association": "MEMBER",
        "assignee": None,
        "assignees": [{"login": "ivo-b", "type": "User"}],
        "labels": [{"name": "bug"}, {"name": "exporter"}],
        "milestone": {"title": "4.2.1"},
        "comments": 2,
        "created_at": "2026-11-02T09:00:00Z",
        "updated_at": "2026-11-18T10:00:00Z",
        "closed_at": None,
        **values,
    }


def hits(*issues: Any, **values: Any) -> dict[str, Any]:
    return {"total_count": len(issues), "incomplete_results": False, "search_type": "lexical", "items": list(issues), **values}


def said(body: str, login: str, association: str, at: str, kind: str = "User") -> dict[str, Any]:
    user = {"login": login, "type": kind}
    return {"event": "commented", "body": body, "user": user, "actor": user, "author_association": association, "created_at": at}


def referred(path: str) -> dict[str, Any]:
    source = {"type": "issue", "issue": {"html_url": f"https://github.com/{path}"}}
    return {"event": "cross-referenced", "created_at": "2026-11-05T10:00:00Z", "updated_at": "2026-11-05T10:00:00Z", "source": source}


EVENTS = [
    said("Acme sees it too.", "ada", "NONE", "2026-11-04T10:00:00Z"),
    referred("larkspur/exporter/pull/815"),
    said("Stale?", "stale[bot]", "NONE", "2026-11-10T10:00:00Z", "Bot"),
    said("Fixed in 4.2.1.", "noor-h", "OWNER", "2026-11-18T10:00:00Z"),
    said("Same here with a plugin of mine.", "eve", "CONTRIBUTOR", "2026-11-19T10:00:00Z"),
]


def vendor(**overlays: Any) -> SpecReplies:
    """GitHub as its description has it; `search`, `issue`, `timeline`, `issues`, `create` are laid over."""
    known = {"search": SEARCH, "issue": ISSUE, "timeline": TIMELINE, "issues": ("GET", ISSUES), "create": ("POST", ISSUES)}
    return SpecReplies(Spec("github"), {known[name]: value for name, value in overlays.items()})


ALL = vendor(
    search=hits(issue(), issue(813), issue(814)),
    issue=issue(),
    timeline=EVENTS,
    issues=[issue(813), issue(950, body="See the ticket.\n\ncustomer-escalation mark kit-mark-written")],
    create=issue(951),
)


class TestGitHub(ConnectorConformance):
    connector_type = GitHub
    settings = SETTINGS
    replies = ALL
    reference = "larkspur/exporter#812"
    drafts: ClassVar[Mapping[str, WorkItemDraft]] = {
        "create_work_item": WorkItemDraft(mark="kit-mark-0001", project="larkspur/exporter", title="Export fails", text="See the ticket.")
    }


class Asked:
    """A connector on a network that answers so."""

    def __init__(self, folder: Path, replies: Any, **settings: Any) -> None:
        self.network = Network(replies)
        self.session: Session = self.network.session(folder)
        connector = self.network.connector(GitHub, {**SETTINGS, **settings}, self.session)
        assert isinstance(connector, GitHub)
        self.github = connector

    def found(self, **query: Any) -> list[WorkItem]:
        return list(self.github.find_work_items(WorkItemQuery(**query)))

    def params(self, number: int = 0) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.network.sent[number].url).query).items()}


def whole(folder: Path, **overlays: Any) -> WorkItem:
    (item,) = Asked(folder, vendor(**{"issue": issue(), "timeline": EVENTS, **overlays})).github.fetch("larkspur/exporter#812")
    assert isinstance(item, WorkItem)
    return item


def test_an_issue_holds_what_github_says_of_it(tmp_path: Path) -> None:
    item = whole(tmp_path)
    assert (item.ref, item.url, item.whole) == ("larkspur/exporter#812", "https://github.com/larkspur/exporter/issues/812", True)
    assert (item.status, item.state, item.resolution, item.resolved_at) == ("open", "open", "", None)
    assert item.created_at == datetime(2026, 11, 2, 9, tzinfo=timezone.utc)
    assert (item.reporter.name, item.reporter.side, item.assignee.name, item.assignee.side) == ("noor-h", "vendor", "ivo-b", "vendor")
    assert (item.labels, item.fix_versions) == (("bug", "exporter"), ("4.2.1",))


def test_the_reason_of_a_closed_issue_is_its_resolution(tmp_path: Path) -> None:
    item = whole(tmp_path, issue=issue(state="closed", state_reason="not_planned", closed_at="2026-11-18T10:00:00Z"))
    assert (item.state, item.resolution) == ("done", "not planned")
    assert item.resolved_at == datetime(2026, 11, 18, 10, tzinfo=timezone.utc)


def test_type_and_custom_fields_are_read(tmp_path: Path) -> None:
    option = {"id": 1, "name": "High", "color": "red"}
    values = [
        {"issue_field_name": "Severity", "data_type": "single_select", "value": "High", "single_select_option": option},
        {"issue_field_name": "Regions", "data_type": "multi_select", "value": "x", "multi_select_options": [option]},
        {"issue_field_name": "Customers", "data_type": "number", "value": 3},
    ]
    item = whole(tmp_path, issue=issue(type={"name": "Bug"}, issue_field_values=values))
    assert item.type == "Bug"
    assert item.fields == {"Severity": "High", "Regions": "High", "Customers": "3"}


def test_comments_say_on_whose_side_their_authors_are(tmp_path: Path) -> None:
    assert [(comment.author.name, comment.author.side) for comment in whole(tmp_path).comments] == [
        ("ada", "customer"),
        ("stale[bot]", "system"),
        ("noor-h", "vendor"),
        ("eve", "unknown"),
    ]


def test_links_are_what_refers_to_it_and_what_it_is_a_part_of(tmp_path: Path) -> None:
    item = whole(tmp_path, issue=issue(parent_issue_url="https://api.github.com/repos/larkspur/planning/issues/7"))
    assert item.links == ("https://github.com/larkspur/planning/issues/7", "https://github.com/larkspur/exporter/pull/815")


def test_a_timeline_is_read_over_pages_and_to_a_limit(tmp_path: Path) -> None:
    page = [said(f"Comment {number}", "ada", "NONE", "2026-11-04T10:00:00Z") for number in range(100)]
    following = {"link": f'<https://api.github.com{REPOSITORY}/issues/812/timeline?page=%d>; rel="next"'}

    def answers(sent: Any, _path: Any) -> Answer:
        number = int(parse_qs(urlsplit(sent.url).query).get("page", ["1"])[0])
        return json_answer(page, headers={"link": following["link"] % (number + 1)})

    asked = Asked(tmp_path, vendor(issue=issue(), timeline=answers))
    (item,) = asked.github.fetch("https://github.com/larkspur/exporter/issues/812")
    assert isinstance(item, WorkItem)
    assert len(item.comments) == 300
    assert any("300 comments" in why for why in asked.session.shortfalls)


def test_a_pull_request_is_no_issue(tmp_path: Path) -> None:
    urls = dict.fromkeys(("url", "html_url", "diff_url", "patch_url"), "https://github.com/larkspur/exporter/pull/812")
    asked = Asked(tmp_path, vendor(issue=issue(pull_request=urls), search=hits(issue(pull_request=urls), issue(813), issue(814))))
    with pytest.raises(NotFound):
        list(asked.github.fetch("larkspur/exporter#812"))
    assert [item.ref for item in asked.found(exact=("E4711",))] == ["larkspur/exporter#813", "larkspur/exporter#814"]


def test_the_few_most_telling_words_are_asked_for_and_enough_hits_cost_one_request(tmp_path: Path) -> None:
    asked = Asked(tmp_path, ALL)
    since = datetime(2026, 9, 1, tzinfo=timezone.utc)
    assert [item.whole for item in asked.found(words=("E4711", "export", "memory", "rows"), since=since)] == [False] * 3
    assert asked.params()["q"] == "is:issue repo:larkspur/exporter updated:>=2026-09-01 E4711 export memory"
    assert len(asked.network.sent) == 1


def test_few_hits_are_followed_by_those_by_meaning(tmp_path: Path) -> None:
    def search(sent: Any, _path: Any) -> dict[str, Any]:
        return hits(issue(), issue(9)) if "search_type=hybrid" in sent.url else hits(issue())

    asked = Asked(tmp_path, vendor(search=search))
    assert [item.ref for item in asked.found(words=("E4711", "export", "memory", "rows"))] == [
        "larkspur/exporter#812",
        "larkspur/exporter#9",
    ]
    assert asked.params(1)["q"] == "is:issue repo:larkspur/exporter E4711 export memory rows"


def test_several_repositories_are_asked_again_by_any_of_the_words(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=hits(issue())), repositories=["larkspur/exporter", "larkspur/api"])
    asked.found(words=("a1", "b2", "c3", "d4", "e5", "f6", "g7"))
    assert asked.params(1) == {"q": "is:issue (repo:larkspur/exporter OR repo:larkspur/api) (a1 OR b2 OR c3 OR d4 OR e5)", "per_page": "25"}
    assert asked.params(1)["q"].count(" OR ") == 5


def test_a_server_of_ones_own_is_never_asked_by_meaning(tmp_path: Path) -> None:
    asked = Asked(tmp_path, lambda _sent: json_answer(hits(issue())), base_url="https://git.larkspur.example/api/v3")
    asked.found(words=("export", "memory"))
    assert [urlsplit(sent.url).path for sent in asked.network.sent] == ["/api/v3/search/issues"] * 2
    assert "search_type" not in asked.params(1)
    assert asked.github.owns("https://git.larkspur.example/larkspur/exporter/issues/812")
    assert not asked.github.owns("https://github.com/larkspur/exporter/issues/812")


def test_exact_strings_are_quotations_that_must_all_occur(tmp_path: Path) -> None:
    asked = Asked(tmp_path, ALL)
    asked.found(exact=("E4711", 'worker: "out of memory"'), words=("export",))
    assert asked.params()["q"] == 'is:issue repo:larkspur/exporter "E4711" "worker out of memory"'


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ['"', "\\", "-label:bug", "repo:evil/x", "is:pr", "NOT", "OR", "(", ")", "*", "\n", "@me", "author:x", "é", "a" * 300]
        ),
        min_size=1,
    )
)
def test_nothing_that_is_typed_is_a_qualifier_an_operator_or_a_bracket(tmp_path: Path, pieces: list[str]) -> None:
    asked = Asked(tmp_path, lambda _sent: json_answer(hits()))
    asked.found(words=(" ".join(pieces), *pieces))
    asked.found(exact=(" ".join(pieces),))
    for number, _ in enumerate(asked.network.sent):
        q = asked.params(number)["q"]
        assert len(q) <= 256
        typed = q.removeprefix("is:issue repo:larkspur/exporter")
        assert not set(typed) & set(":()\\*\n")
        assert not {"AND", "OR", "NOT"} & set(typed.replace('"', " ").split())
        assert not any(word.startswith("-") for word in typed.replace('"', " ").split())
        assert typed.count('"') in (0, 2)


@pytest.mark.parametrize("query", [{}, {"words": ("***", '"', "-")}, {"exact": ("::",)}])
def test_a_question_that_says_nothing_is_not_sent(tmp_path: Path, query: dict[str, Any]) -> None:
    asked = Asked(tmp_path, ALL)
    assert asked.found(**query) == []
    assert asked.network.sent == []


def test_a_search_that_ran_out_of_time_is_told(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=hits(issue(), incomplete_results=True)))
    asked.found(exact=("E4711",))
    assert asked.session.shortfalls == ["GitHub's search ran out of time before it had looked everywhere"]


def test_a_repository_that_the_token_may_not_see_is_a_question_of_rights(tmp_path: Path) -> None:
    message = (
        "The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission."
    )
    body = {"message": "Validation Failed", "errors": [{"message": message, "resource": "Search", "field": "q", "code": "invalid"}]}
    asked = Asked(tmp_path, lambda _sent: json_answer(body, 422))
    with pytest.raises(AuthError) as raised:
        asked.found(words=("export",))
    assert raised.value.status == 403
    (probe,) = asked.github.check_connection()
    assert not probe.works
    assert "find_work_items needs *Issues: Read-only*" in probe.detail


@pytest.mark.parametrize("headers", [{"x-ratelimit-remaining": "0"}, {"retry-after": "40"}])
def test_a_limit_that_comes_as_forbidden_is_a_throttle(tmp_path: Path, headers: Mapping[str, str]) -> None:
    with pytest.raises(Unavailable) as raised:
        Asked(tmp_path, lambda _sent: json_answer({}, 403, headers)).found(words=("export",))
    assert raised.value.status == 429


@pytest.mark.parametrize(
    "reference",
    [
        "larkspur/exporter#812",
        "Larkspur/Exporter#812",
        "https://github.com/larkspur/exporter/issues/812",
        "https://github.com/larkspur/exporter/issues/812#issuecomment-1",
    ],
)
def test_issues_of_the_repositories_are_its_own(tmp_path: Path, reference: str) -> None:
    assert Asked(tmp_path, ALL).github.owns(reference)
    assert Asked(tmp_path, ALL, repositories=[], organization="larkspur").github.owns(reference)


@pytest.mark.parametrize(
    "reference",
    [
        "#812",
        "other/exporter#812",
        "https://github.com/other/exporter/issues/812",
        "https://github.com/larkspur/exporter/pull/812",
        "https://github.com/larkspur/exporter",
        "https://gitlab.example/larkspur/exporter/issues/812",
        "https://github.com.evil.example/larkspur/exporter/issues/812",
    ],
)
def test_others_are_not(tmp_path: Path, reference: str) -> None:
    assert not Asked(tmp_path, ALL).github.owns(reference)
    assert not Asked(tmp_path, ALL, repositories=[], organization="larkspur").github.owns(reference)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "either"),
        ({"repositories": ["a/b"], "organization": "a"}, "either"),
        ({"repositories": ["exporter"]}, "owner/name"),
        ({"repositories": ["a/b repo:evil/x"]}, "owner/name"),
        ({"repositories": ["a/b"] * 6}, "at most 5"),
        ({"organization": "a b"}, "pattern"),
    ],
)
def test_a_place_to_look_in_is_required_and_checked(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        GitHubSettings.model_validate({"token": "github_pat_s3cr3t", **given})


def test_a_permission_that_github_names_is_named(tmp_path: Path) -> None:
    refused = json_answer(
        {"message": "Resource not accessible by personal access token"}, 403, {"x-accepted-github-permissions": "issues=read"}
    )
    with pytest.raises(AuthError, match="it takes issues=read"):
        Asked(tmp_path, lambda _sent: refused).found(words=("export",))


DRAFT = WorkItemDraft(mark="case-7-plan-3", project="larkspur/exporter", title="Export fails", text="Acme can't export.", type="Bug")


def test_an_issue_is_created_with_its_mark(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(issues=[issue(813)], create=issue(951)))
    done = asked.github.create_work_item(DRAFT)
    assert (done.ref, done.already) == ("larkspur/exporter#951", False)
    assert b"customer-escalation mark case-7-plan-3" in asked.network.sent[-1].body


def test_an_issue_that_was_created_is_not_created_again(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(issues=[issue(950, body="Text\n\ncustomer-escalation mark case-7-plan-3")]))
    done = asked.github.create_work_item(DRAFT)
    assert (done.ref, done.already) == ("larkspur/exporter#950", True)
    assert all(sent.safe for sent in asked.network.sent)


@pytest.mark.parametrize("project", ["exporter", "../../user", "a/b/c", ""])
def test_a_project_that_is_no_repository_is_refused(tmp_path: Path, project: str) -> None:
    asked = Asked(tmp_path, ALL)
    with pytest.raises(ConfigError):
        asked.github.create_work_item(DRAFT.model_copy(update={"project": project}))
    assert asked.network.sent == []


def test_a_reply_with_labels_as_text_is_read(tmp_path: Path) -> None:
    assert Asked(tmp_path, ALL).github.work_item(Reply(issue(labels=["bug", "exporter"]))).labels == ("bug", "exporter")
