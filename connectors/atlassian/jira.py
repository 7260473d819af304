"""Jira: issues as work items.

Paths, parameters and fields were read in Jira Cloud's own OpenAPI description of REST API v3 (2025): `search/jql` gives ids alone
unless fields are asked for, counts nothing, and refuses a query without a restriction; comments say in `jsdPublic` whether a
customer sees them, which is true outside service projects too and means nothing there; `visibility` holds a comment to a group.
A search gives the first comments of an issue only, a description is ADF, and an issue that was just written may be missing
from the index: hence hits are not `whole`. Server and Data Center have no `search/jql` and are not spoken to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from escalation.actions import Done, WorkItemDraft
from escalation.connector import SearchQuery, WorkItemQuery
from escalation.errors import ConnectorError, UnexpectedResponse
from escalation.paging import Call, cursor
from escalation.records import Comment, Person, Side, WorkItem
from escalation.reply import Reply

from ..adf import document, rich_text
from .query import among, jql_text, phrase, quoted
from .site import Site

HITS = 25
_COMMENTS = 100
_FIELDS = ("*all", "-attachment", "-worklog", "-timetracking", "-watches", "-votes")
_STATES: Mapping[str, Literal["open", "in progress", "done"]] = {"new": "open", "indeterminate": "in progress", "done": "done"}
"""Keys of the status categories, the same on every site."""
_SIDES: Mapping[str, Side] = {"app": "system", "customer": "customer", "atlassian": "vendor"}
_NO_FIELD = frozenset(("any", "sd-servicelevelagreement", "sd-customerorganization"))
"""Types of custom fields that hold ranks and summaries for machines, or what is read elsewhere."""
SERVICE = "service_desk"
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,9}-[0-9]{1,9}")


class Jira(Site):
    """Finds and creates issues."""

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]:
        text = jql_text(query)
        whose = phrase(query.account.name) if query.account else ""
        if "jira" not in self.settings.products or not (text or (whose and not query.words)):
            return
        where = [self.work_scope(), text, f"text ~ {quoted(whose)}" if whose else ""]
        yield from self.mapped(self.search(where, query), self.work_item_hit)

    def work_scope(self) -> str:
        """Where work items are looked for."""
        return among("project", self.settings.projects) or f"projectType != {SERVICE}"

    def work_item_hit(self, raw: Reply) -> WorkItem | None:
        """An issue as a search holds it."""
        found = self.work_item(raw)
        return found.model_copy(update={"whole": False}) if found else None

    def work_item(self, raw: Reply) -> WorkItem | None:
        """An issue, with `names` and `schema` of its fields and `remotelinks` where these were read; None for one of a service project."""
        fields = raw.under("fields")
        if fields.text("project.projectTypeKey") == SERVICE:
            return None
        key = raw.need("key")
        return WorkItem(
            ref=key,
            url=self.issue_url(key),
            links=self.links(raw),
            fields=stated_fields(raw),
            visibility="restricted" if fields.text("security.name", "security.id") else "internal",
            title=fields.need("summary"),
            text=rich_text(fields.value("description")),
            type=fields.text("issuetype.name"),
            status=fields.text("status.name"),
            state=_STATES.get(fields.text("status.statusCategory.key"), "unknown"),
            resolution=fields.text("resolution.name"),
            priority=fields.text("priority.name"),
            assignee=self.person(fields.under("assignee")),
            reporter=self.person(fields.under("reporter")),
            labels=fields.texts("labels"),
            components=_names(fields, "components"),
            affects_versions=_names(fields, "versions"),
            fix_versions=_names(fields, "fixVersions"),
            created_at=fields.moment("created"),
            updated_at=fields.moment("updated"),
            resolved_at=fields.moment("resolutiondate"),
            comments=tuple(map(self._comment, fields.rows("comment.comments"))),
        )

    def create_work_item(self, draft: WorkItemDraft) -> Done:
        label = f"escalation-{draft.mark}"
        body = {"jql": f"labels = {quoted(label)}", "fields": ["created"], "maxResults": 1}
        for there in self.api.post(f"{self._rest()}/search/jql", body).need_rows("issues"):
            return self._done(there, already=True)
        fields = {
            "project": {"key": draft.project},
            "issuetype": {"name": draft.type or self.settings.issue_type},
            "summary": " ".join(draft.title.split())[:255],
            "description": document(draft.text, draft.links),
            "labels": [label],
        }
        key = self.api.act(f"{self._rest()}/issue", {"fields": fields}).need("key")
        return self._done(self.api.get(f"{self._rest()}/issue/{key}", fields="created"))

    def search(self, where: list[str], query: SearchQuery) -> Iterator[Reply]:
        """The issues that all these clauses hold for, the last changed first. Each has the names and types of its fields."""
        if query.since:  # a day earlier: the dates of a query are in the asking account's zone
            where = [*where, f"updated >= {quoted(f'{query.since - timedelta(days=1):%Y-%m-%d}')}"]
        jql = f"{' AND '.join(filter(None, where))} ORDER BY updated DESC"
        most = min(query.limit, HITS)
        body = {"jql": jql, "fields": list(_FIELDS), "expand": "names,schema", "maxResults": most}
        call = Call(f"{self._rest()}/search/jql", "POST", json=body)
        pages = self.api.pages(cursor(call, at="nextPageToken", to="nextPageToken", place="json"))
        try:
            yield from islice((_with(row, page.reply) for page in pages for row in page.reply.need_rows("issues")), most)
        except UnexpectedResponse as error:
            if error.status != 400:
                raise
            asked = "do the projects named in the settings exist, and may the account browse them?"
            raise UnexpectedResponse(f"{error}: {asked}", status=400) from error

    def issue(self, key: str) -> Reply:
        """One issue with all its comments, or the latest hundred."""
        path = f"{self._rest()}/issue/{key}"
        found = self.api.get(path, fields=",".join(_FIELDS), expand="names,schema").under("")
        held, total = len(found.rows("fields.comment.comments")), found.number("fields.comment.total") or 0
        if held >= total:
            return found
        latest = self.api.get(f"{path}/comment", maxResults=_COMMENTS, orderBy="-created").rows("comments")
        if total > len(latest):
            self.session.fall_short(f"only the latest {len(latest)} of {total} comments of an issue were read")
        fields = {**found.under("fields").raw, "comment": {"comments": [each.raw for each in reversed(latest)]}}
        return Reply({**found.raw, "fields": fields})

    def with_remote_links(self, issue: Reply) -> Reply:
        """The issue with what it points to outside of Jira; without, where that can't be read."""
        try:
            return Reply({**issue.raw, "remotelinks": self.api.get(f"{self._rest()}/issue/{issue.need('key')}/remotelink").raw})
        except ConnectorError as error:
            self.session.fall_short(f"links to other systems were not read: {error}")
            return issue

    def key_in(self, reference: str) -> str:
        """The key that this is, or that an address of this site ends with; empty for any other, and for the key of a project left out."""
        if {"jira", "service management"}.isdisjoint(self.settings.products):
            return ""
        if self.is_here(reference):
            parts = urlsplit(reference)
            named = parse_qs(parts.query).get("selectedIssue") or [parts.path.rstrip("/").rpartition("/")[2]]
            return named[0] if _KEY.fullmatch(named[0]) else ""
        only = (*self.settings.projects, *self.settings.service_projects)
        return reference if _KEY.fullmatch(reference) and (not only or reference.rpartition("-")[0] in only) else ""

    def issue_url(self, key: str) -> str:
        """Where people read it."""
        return f"{self.web()}/browse/{key}"

    def links(self, raw: Reply) -> tuple[str, ...]:
        """Addresses of the issues it is linked to, and of whatever else it points to."""
        fields = raw.under("fields")
        ends = (end for link in fields.rows("issuelinks") for end in (link.text("inwardIssue.key"), link.text("outwardIssue.key")))
        keys = (*ends, fields.text("parent.key"), *(child.text("key") for child in fields.rows("subtasks")))
        outside = (link.text("object.url") for link in raw.rows("remotelinks"))
        return tuple(dict.fromkeys([*(self.issue_url(key) for key in keys if key), *filter(None, outside)]))

    def person(self, raw: Reply) -> Person:
        """Somebody with an account. On whose side: by our domains, else by the kind of account."""
        email = raw.text("emailAddress")
        side = self.settings.side(email)
        if side == "unknown":
            side = _SIDES.get(raw.text("accountType"), "unknown")
        return Person(name=raw.text("displayName"), email=email, side=side, zone=raw.text("timeZone")) if raw.raw else Person()

    def seen(self, scope: str) -> str:
        """Who asks, and how many issues of a scope it sees. To nobody, a search answers with nothing: hence the first request."""
        name = self.api.get(f"{self._rest()}/myself").text("displayName")
        count = self.api.post(f"{self._rest()}/search/approximate-count", {"jql": scope}).number("count") or 0
        return f"as {name}, about {count:,} issues in view"

    def _comment(self, raw: Reply) -> Comment:
        return Comment(
            at=raw.moment("created"),
            author=self.person(raw.under("author")),
            text=rich_text(raw.value("body")),
            visibility="restricted" if raw.text("visibility.type") else "internal",
        )

    def _done(self, issue: Reply, *, already: bool = False) -> Done:
        key = issue.need("key")
        return Done(ref=key, url=self.issue_url(key), at=issue.moment("fields.created"), already=already)

    def _rest(self) -> str:
        return f"{self.below('jira')}/rest/api/3"


def stated_fields(raw: Reply) -> dict[str, str]:
    """Project, environment, due date, and the custom fields by their names."""
    fields = raw.under("fields")
    found = {"project": fields.text("project.name"), "environment": rich_text(fields.value("environment")), "due": fields.text("duedate")}
    for id, value in fields.raw.items():
        kinds = {raw.text(f"schema.{id}.type"), raw.text(f"schema.{id}.items")}
        if id.startswith("customfield_") and not kinds & _NO_FIELD:
            found[raw.text(f"names.{id}") or id] = _stated(value)
    return {name: text for name, text in found.items() if text}


def _stated(value: Any) -> str:
    """What a custom field says: the words of an option, a user, a request type, a document."""
    if isinstance(value, Mapping):
        parts = [_stated(value.get(name)) for name in ("value", "name", "displayName", "requestType", "child")]
        return rich_text(value) or " / ".join(dict.fromkeys(filter(None, parts)))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_stated, value)))
    return re.sub(r"\.0$", "", str(value)).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _names(fields: Reply, name: str) -> tuple[str, ...]:
    return tuple(filter(None, (entry.text("name") for entry in fields.rows(name))))


def _with(issue: Reply, page: Reply) -> Reply:
    return Reply({**issue.under("").raw, "names": page.value("names"), "schema": page.value("schema")})
