"""Project trackers' exports: Jira's CSV and JSON, GitHub's issues, Linear's CSV."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest

from connectors.workspace import Workspace
from escalation.connector import WorkItemQuery
from escalation.records import WorkItem

Open = Callable[..., Workspace]

SHARED = Path(__file__).parents[2].parent / "shared"
SPECS = Path(os.environ.get("VENDOR_SPECS", SHARED / "specs"))


def items(workspace: Open, files: Mapping[str, str | bytes], **settings: object) -> dict[str, WorkItem]:
    opened = workspace(files, **settings)
    return {item.ref: item for item in opened.find_work_items(WorkItemQuery(limit=100))}


JIRA_CSV = """Summary,Issue key,Issue id,Issue Type,Status,Priority,Resolution,Assignee,Reporter,Created,Updated,Resolved,\
Affects Version/s,Affects Version/s,Component/s,Labels,Labels,Description,Custom field (Region),\
Inward issue link (Duplicate),Outward issue link (Blocks),Comment,Comment
Export lacks rows,EXP-233,10233,Bug,Resolved,High,Fixed,Priya N,dana@larkspur.example,30/Sep/26 17:20,18/Nov/26 10:05 AM,20/Oct/26 20:51,\
2026.44,2026.45,export,csv,regression,"Last hour is missing.
{code:sql}
SELECT 1;
{code}
See [the query|https://larkspur.example/q/1] in {color:red}red{color}",EU,EXP-201,,18/Nov/26 10:02;priya;Fixed; again; I hope,no date here
"""


def test_jira_csv_is_read_with_its_lists_comments_and_links(workspace: Open) -> None:
    item = items(workspace, {"any name.txt": JIRA_CSV}, vendor_domains=["larkspur.example"], zone="Europe/Berlin")["EXP-233"]
    assert (item.title, item.type, item.status, item.state, item.resolution) == ("Export lacks rows", "Bug", "Resolved", "done", "Fixed")
    assert item.created_at == datetime(2026, 9, 30, 15, 20, tzinfo=timezone.utc)
    assert item.affects_versions == ("2026.44", "2026.45")
    assert item.labels == ("csv", "regression")
    assert item.links == ("EXP-201",)
    assert item.fields == {"Region": "EU"}
    assert (item.reporter.side, item.assignee.side) == ("vendor", "unknown")
    assert item.text == "Last hour is missing.\n```\nSELECT 1;\n```\nSee the query (https://larkspur.example/q/1) in red"
    assert [(comment.author.name, comment.text, comment.visibility) for comment in item.comments] == [
        ("priya", "Fixed; again; I hope", "internal"),
        ("", "no date here", "internal"),
    ]
    assert item.comments[0].at == datetime(2026, 11, 18, 9, 2, tzinfo=timezone.utc)


@pytest.mark.parametrize("date", ["01/Jan/99 10:00 or so", "9999-12-31 00:00", "31/Feb/26 10:00", "gestern"])
def test_an_absurd_date_costs_the_date_not_the_record(workspace: Open, date: str) -> None:
    opened = workspace({"jira.csv": f"Issue key,Summary,Status,Created\nORD-1,Late,Open,{date}\n"})
    [item] = opened.find_work_items(WorkItemQuery())
    assert item.created_at is None
    assert opened.session.shortfalls == [f"jira.csv line 2: Created {date!r} is no date that can be read; left out"]


def test_the_real_jira_export_is_read_to_its_last_row(workspace: Open) -> None:
    real = SHARED / "data" / "duplicates-hadoop.csv"
    if not real.exists():
        pytest.skip("the shared data is not beside the project")
    opened = workspace({"hadoop.csv": real.read_bytes()})
    assert [probe.detail for probe in opened.check_connection()][3] == "2,503 from Jira CSV export"
    assert opened.session.shortfalls == []
    [item] = opened.fetch("13404344")
    assert isinstance(item, WorkItem)
    assert (item.title, item.state) == ("JAR in conflict with timestamp check causes AM errors", "done")
    assert item.created_at == datetime(2021, 9, 30, 17, 20, tzinfo=timezone.utc)


def test_duplicates_are_found_by_the_words_of_a_report_better_than_by_plain_bm25(workspace: Open) -> None:
    data, labels = SHARED / "data" / "duplicates-hadoop.csv", SHARED / "data" / "duplicates-hadoop-labels.csv"
    if not data.exists():
        pytest.skip("the shared data is not beside the project")
    opened = workspace({"hadoop.csv": data.read_bytes()})
    with data.open(encoding="utf-8", newline="") as file:
        reports = {row["Issue id"]: row for row in csv.DictReader(file)}
    with labels.open(encoding="utf-8", newline="") as file:
        pairs = [(row["Issue id"], {id.strip() for id in row["Duplicate id"].split(",")}) for row in csv.DictReader(file)]
    ranks = []
    for id, duplicates in pairs:
        report = reports[id]
        words = tuple(report["Summary"].split() * 3 + report["Description"].split())
        found = [item.ref for item in opened.find_work_items(WorkItemQuery(words=words, limit=11)) if item.ref != id]
        ranks.append(next((rank for rank, ref in enumerate(found[:10], start=1) if ref in duplicates), 99))
    recall = {most: sum(rank <= most for rank in ranks) / len(ranks) for most in (1, 5, 10)}
    assert recall[1] > 0.395
    assert recall[5] > 0.667
    assert recall[10] > 0.721


ADF = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Fails "}, {"type": "mention", "attrs": {"text": "@Priya"}}]},
        {"type": "codeBlock", "content": [{"type": "text", "text": "HTTP 500"}]},
        {
            "type": "bulletList",
            "content": [
                {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "one"}]}]},
                {
                    "type": "listItem",
                    "content": [
                        {
                            "type": "paragraph",
                            "content": [
                                {
                                    "type": "text",
                                    "text": "two",
                                    "marks": [{"type": "link", "attrs": {"href": "https://larkspur.example/2"}}],
                                }
                            ],
                        }
                    ],
                },
            ],
        },
        {"type": "unheard-of", "content": None},
    ],
}
JIRA_ISSUE = {
    "id": "10812",
    "key": "PLAT-812",
    "self": "https://larkspur.atlassian.example/rest/api/3/issue/10812",
    "fields": {
        "summary": "Connection pool exhausted",
        "description": ADF,
        "issuetype": {"name": "Bug"},
        "status": {"name": "Doing", "statusCategory": {"key": "indeterminate"}},
        "priority": None,
        "resolution": None,
        "assignee": {"displayName": "Priya N", "emailAddress": "priya@larkspur.example", "timeZone": "Europe/Berlin"},
        "reporter": None,
        "labels": ["pool"],
        "components": [{"name": "api"}],
        "versions": [{"name": "2026.46"}],
        "fixVersions": [],
        "created": "2026-11-16T10:00:00.000+0100",
        "updated": "2026-11-17T10:00:00.000+0100",
        "resolutiondate": None,
        "comment": {
            "comments": [{"author": {"displayName": "Tom O"}, "created": "2026-11-17T08:00:00.000+0000", "body": ADF, "jsdPublic": False}]
        },
        "issuelinks": [{"type": {"name": "Blocks"}, "outwardIssue": {"key": "PLAT-701"}}, {"inwardIssue": None}],
        "parent": {"key": "PLAT-1"},
        "subtasks": [],
        "customfield_10010": {"value": "EU"},
    },
}


def test_a_jira_search_result_is_read_with_adf_as_text(workspace: Open) -> None:
    item = items(workspace, {"search.json": json.dumps({"startAt": 0, "issues": [JIRA_ISSUE]})}, vendor_domains=["larkspur.example"])[
        "PLAT-812"
    ]
    assert item.url == "https://larkspur.atlassian.example/browse/PLAT-812"
    assert item.state == "in progress"
    assert item.text == "Fails @Priya\n```\nHTTP 500\n```\n- one\n- two (https://larkspur.example/2)"
    assert item.created_at == datetime(2026, 11, 16, 9, 0, tzinfo=timezone.utc)
    assert (item.assignee.side, item.assignee.zone) == ("vendor", "Europe/Berlin")
    assert item.links == ("PLAT-701", "PLAT-1")
    assert (item.components, item.affects_versions, item.fields) == (("api",), ("2026.46",), {"customfield_10010": "EU"})
    assert item.comments[0].author.name == "Tom O"


def test_the_sample_of_a_jira_issue_has_only_keys_of_jiras_own_description() -> None:
    if not (SPECS / "jira.json").exists():
        pytest.skip("the vendors' descriptions are not beside the project")
    schemas = json.loads((SPECS / "jira.json").read_text(encoding="utf-8"))["components"]["schemas"]
    assert JIRA_ISSUE.keys() <= schemas["IssueBean"]["properties"].keys()
    comment = JIRA_ISSUE["fields"]["comment"]["comments"][0]  # type: ignore[index]
    assert comment.keys() <= schemas["Comment"]["properties"].keys()


def test_a_jira_import_file_is_read(workspace: Open) -> None:
    document = {
        "users": [{"name": "priya", "fullname": "Priya N", "email": "priya@larkspur.example"}],
        "projects": [
            {
                "name": "Platform",
                "key": "PLAT",
                "issues": [
                    {
                        "key": "PLAT-1",
                        "summary": "Pool",
                        "status": "Closed",
                        "resolution": "Fixed",
                        "description": "{noformat}x{noformat}",
                        "reporter": "priya",
                        "created": "2026-11-16T10:00:00.000+0000",
                        "comments": [{"author": "priya", "created": "2026-11-17T08:00:00.000+0000", "body": "Done."}],
                    },
                    {"externalId": "7", "summary": "No key"},
                ],
            }
        ],
    }
    found = items(workspace, {"import.json": json.dumps(document)})
    assert found["PLAT-1"].state == "done"
    assert found["PLAT-1"].reporter.email == "priya@larkspur.example"
    assert found["PLAT-1"].comments[0].author.name == "Priya N"
    assert found["PLAT-7"].title == "No key"


GITHUB_ISSUE = {
    "id": 1,
    "number": 12,
    "title": "Signature check fails",
    "body": "After rotation",
    "state": "closed",
    "state_reason": "not_planned",
    "html_url": "https://github.com/larkspur/orders/issues/12",
    "url": "https://api.github.com/repos/larkspur/orders/issues/12",
    "user": {"login": "orchid-dev"},
    "labels": [{"name": "bug"}],
    "assignees": [{"login": "priya"}],
    "milestone": {"title": "2026.47"},
    "comments": 1,
    "created_at": "2026-11-16T10:00:00Z",
    "updated_at": "2026-11-17T10:00:00Z",
    "closed_at": "2026-11-17T10:00:00Z",
}
GITHUB_COMMENT = {
    "id": 5,
    "issue_url": "https://api.github.com/repos/larkspur/orders/issues/12",
    "body": "Rotated both?",
    "user": {"login": "priya"},
    "created_at": "2026-11-16T11:00:00Z",
}


def test_github_issues_are_read_with_comments_from_a_second_file_and_without_pull_requests(workspace: Open) -> None:
    pull = {**GITHUB_ISSUE, "number": 13, "html_url": "https://github.com/larkspur/orders/pull/13", "pull_request": {"url": "x"}}
    found = items(workspace, {"issues.json": json.dumps([GITHUB_ISSUE, pull]), "comments.json": json.dumps([GITHUB_COMMENT])})
    assert list(found) == ["larkspur/orders#12"]
    item = found["larkspur/orders#12"]
    assert (item.state, item.resolution, item.labels, item.fix_versions) == ("done", "not planned", ("bug",), ("2026.47",))
    assert (item.reporter.name, item.assignee.name) == ("orchid-dev", "priya")
    assert [comment.text for comment in item.comments] == ["Rotated both?"]


def test_a_github_issue_answers_to_its_bare_number_too(workspace: Open) -> None:
    assert [record.ref for record in workspace({"i.json": json.dumps([GITHUB_ISSUE])}).fetch("#12")] == ["larkspur/orders#12"]


def test_the_sample_of_a_github_issue_has_only_keys_of_githubs_own_description() -> None:
    if not (SPECS / "github.json").exists():
        pytest.skip("the vendors' descriptions are not beside the project")
    schemas = json.loads((SPECS / "github.json").read_text(encoding="utf-8"))["components"]["schemas"]
    assert GITHUB_ISSUE.keys() <= schemas["issue"]["properties"].keys()
    comment = schemas.get("issue-comment")
    assert comment is None or GITHUB_COMMENT.keys() <= comment["properties"].keys()


def test_issues_listed_by_githubs_command_line_are_read(workspace: Open) -> None:
    row = {
        "number": 14,
        "title": "Audit log",
        "body": "Please",
        "state": "OPEN",
        "url": "https://github.com/larkspur/orders/issues/14",
        "author": {"login": "tessera", "name": "Tess R"},
        "assignees": [],
        "labels": [{"name": "request"}],
        "comments": [{"author": {"login": "priya"}, "body": "Noted", "createdAt": "2026-11-17T11:00:00Z"}],
        "createdAt": "2026-11-16T10:00:00Z",
        "updatedAt": "2026-11-17T10:00:00Z",
        "closedAt": None,
        "stateReason": "",
        "milestone": None,
    }
    item = items(workspace, {"gh.json": json.dumps([row])})["larkspur/orders#14"]
    assert (item.state, item.status, item.reporter.name, item.comments[0].text) == ("open", "open", "Tess R", "Noted")


LINEAR = """ID,Team,Title,Description,Status,Estimate,Priority,Project ID,Project,Creator,Assignee,Labels,Created,Updated,Started,\
Completed,Canceled,Parent issue
ENG-812,Engineering,Pool exhausted,Since deploy,In Review,,Urgent,,API,dana@larkspur.example,Priya N,"bug, api",\
Wed Nov 18 2026 10:02:33 GMT+0000 (GMT),2026-11-18T11:00:00.000Z,2026-11-18T10:30:00.000Z,,,ENG-700
ENG-813,Engineering,Old idea,,Canceled,,Low,,,,,,2026-11-01T00:00:00.000Z,,,,2026-11-02T00:00:00.000Z,
"""


def test_linear_csv_is_read(workspace: Open) -> None:
    found = items(workspace, {"linear.csv": LINEAR})
    item = found["ENG-812"]
    assert (item.state, item.status, item.labels, item.links) == ("in progress", "In Review", ("bug", "api"), ("ENG-700",))
    assert item.created_at == datetime(2026, 11, 18, 10, 2, 33, tzinfo=timezone.utc)
    assert (item.reporter.email, item.fields) == ("dana@larkspur.example", {"Team": "Engineering", "Project": "API"})
    assert (found["ENG-813"].state, found["ENG-813"].resolution) == ("done", "Canceled")


@pytest.mark.parametrize(
    "broken",
    [
        {
            "issues": [
                {"key": "A-1", "fields": {"summary": None, "status": "Open", "comment": [], "issuelinks": {}, "labels": "x", "created": {}}}
            ]
        },
        {"issues": [{"key": "A-1", "fields": {}}, {"key": "A-2", "fields": None}, None, 7, {"key": None}]},
    ],
)
def test_a_null_or_another_type_where_an_object_was_costs_that_value_alone(workspace: Open, broken: object) -> None:
    assert "A-1" in items(workspace, {"search.json": json.dumps(broken)})
