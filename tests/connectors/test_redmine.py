"""Redmine: recordings of a Redmine 5.0.4 with two made-up issues, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.redmine import Redmine
from escalation.actions import WorkItemDraft
from escalation.connector import Connector, WorkItemQuery
from escalation.records import WorkItem
from escalation.testing import Answer, ConnectorConformance, Network, Recordings, Replies, Sent, json_answer

SETTINGS: Mapping[str, Any] = {"base_url": "https://redmine.example.com", "api_key": "s3cr3t-key-of-the-test"}
REPLIES = Recordings(Path(__file__).parent / "recordings" / "redmine")


class TestRedmine(ConnectorConformance):
    connector_type = Redmine
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    replies = REPLIES
    reference = "https://redmine.example.com/issues/3"


class Asked:
    """A Redmine, and what it was asked."""

    def __init__(self, folder: Path, replies: Replies = REPLIES, **settings: str) -> None:
        self.network = Network(replies)
        self.session = self.network.session(folder)
        made: Connector[Any] = self.network.connector(Redmine, {**SETTINGS, **settings}, self.session)
        assert isinstance(made, Redmine)
        self.redmine = made

    def found(self, **query: Any) -> list[WorkItem]:
        return list(self.redmine.find_work_items(WorkItemQuery(**query)))

    @property
    def params(self) -> list[dict[str, str]]:
        return [{name: values[0] for name, values in parse_qs(urlsplit(sent.url).query, True).items()} for sent in self.network.sent]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def test_a_search_is_two_requests_and_keeps_redmines_order(asked: Asked) -> None:
    found = asked.found(words=("export",))
    assert [item.ref for item in found] == ["4", "3"]
    assert not any(item.whole for item in found)
    assert [sent.url.partition("?")[0].rpartition("/")[2] for sent in asked.network.sent] == ["search.json", "issues.json"]
    assert asked.params[1]["issue_id"] == "4,3"
    assert asked.params[1]["status_id"] == "*"


def test_any_of_the_words_is_enough(asked: Asked) -> None:
    asked.found(words=("export", "worker"))
    assert asked.params[0] == {"q": "export worker", "issues": "1", "all_words": "", "limit": "25"}


def test_every_exact_string_must_occur_as_it_stands(asked: Asked) -> None:
    asked.found(exact=("export worker", 'say "hi"'))
    assert asked.params[0]["q"] == '"export worker" "say  hi "'
    assert asked.params[0]["all_words"] == "1"


def test_no_more_than_five_words_are_sent_because_redmine_reads_no_more(asked: Asked) -> None:
    asked.found(words=tuple("abcdefgh"))
    assert asked.params[0]["q"] == "a b c d e"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.booleans())
def test_no_text_ends_its_phrase(words: list[str], exact: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    asked = Asked(Path())
    asked.found(**{"exact" if exact else "words": tuple(words)})
    for params in asked.params[:1]:
        assert params["q"].count('"') == (2 * len(WorkItemQuery(words=tuple(words)).terms(most=5)) if exact else 0)


def test_without_a_word_nothing_is_asked(asked: Asked) -> None:
    assert asked.found(words=(" ", "\n")) == []
    assert asked.network.sent == []


def test_a_project_narrows_the_search(tmp_path: Path) -> None:
    asked = Asked(tmp_path, lambda _: json_answer({"results": []}), project="larkspur")
    asked.found(words=("export",))
    assert urlsplit(asked.network.sent[0].url).path == "/projects/larkspur/search.json"


def test_a_hit_that_can_not_be_read_is_counted(tmp_path: Path) -> None:
    def replies(sent: Sent) -> Answer:
        if "search.json" in sent.url:
            return json_answer({"results": [{"url": "https://redmine.example.com/issues/3"}, {"url": None}]})
        return REPLIES(sent)

    asked = Asked(tmp_path, replies)
    asked.found(words=("export",))
    assert asked.session.shortfalls == ["1 × dropped, a hit without an issue's address"]


def test_an_issue_has_its_notes_its_relations_and_its_times(asked: Asked) -> None:
    [issue] = asked.redmine.fetch("https://redmine.example.com/issues/3")
    assert isinstance(issue, WorkItem)
    assert [comment.text for comment in issue.comments] == [
        "Pool is exhausted when two exports run at once.",
        "Fix planned for 2026.12.",
    ]
    assert {comment.visibility for comment in issue.comments} == {"internal"}
    assert issue.links == ("https://redmine.example.com/issues/4",)
    assert (issue.state, issue.status, issue.priority, issue.assignee.name) == ("in progress", "In Progress", "Urgent", "Priya Nair")
    assert issue.fields["project"] == "Larkspur"


def test_a_closed_issue_is_done(asked: Asked) -> None:
    assert {item.ref: item.state for item in asked.found(words=("export",))} == {"3": "in progress", "4": "done"}


@pytest.mark.parametrize(
    ("reference", "own"),
    [
        ("https://redmine.example.com/issues/3", True),
        ("https://redmine.example.com/issues/3.json", True),
        ("https://redmine.example.com/issues/3#note-2", True),
        ("https://redmine.example.com:8443/issues/3", False),
        ("https://redmine.example.com/projects/larkspur", False),
        ("3", False),
        ("#3", False),
    ],
)
def test_an_issues_address_is_its_own_and_a_bare_number_is_not(asked: Asked, reference: str, own: bool) -> None:  # noqa: FBT001
    assert asked.redmine.owns(reference) is own


def test_a_redmine_below_a_path_is_asked_there(tmp_path: Path) -> None:
    asked = Asked(tmp_path, lambda _: json_answer({"results": []}), base_url="https://example.com/redmine/")
    asked.found(words=("export",))
    assert asked.network.sent[0].url.startswith("https://example.com/redmine/search.json?")
    assert asked.redmine.owns("https://example.com/redmine/issues/3")
    assert not asked.redmine.owns("https://example.com/issues/3")


def test_a_draft_becomes_an_issue_with_its_links_and_its_mark(asked: Asked) -> None:
    draft = WorkItemDraft(
        mark="kit-mark-new", text="Seen by Acme Corp", project="larkspur", title="Export fails", links=("https://t.example/1",)
    )
    done = asked.redmine.create_work_item(draft)
    assert (done.ref, done.url, done.already) == ("5", "https://redmine.example.com/issues/5", False)
    [write] = [sent for sent in asked.network.sent if not sent.safe]
    assert b"Seen by Acme Corp\\n\\nhttps://t.example/1\\n\\ncustomer-escalation mark kit-mark-new" in write.body


def test_the_connection_says_as_whom_and_how_much(asked: Asked) -> None:
    [probe] = asked.redmine.check_connection()
    assert probe.detail == "as escalation, 3 issues in view"
