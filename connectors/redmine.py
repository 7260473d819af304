"""Redmine: issues with their journals, over its REST API.

Read on a Redmine 5.0.4 that runs here (2026-11); https://www.redmine.org/projects/redmine/wiki/Rest_api. The search finds
issues by word in subject, description and notes but returns a line of each, so a second request reads the hits at once;
journals come with a single issue only, which is why a hit is not `whole`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr

from escalation.actions import Done, WorkItemDraft
from escalation.auth import Auth, Header
from escalation.connector import About, ApiConnector, ApiSettings, Connector, Probe, WorkItemQuery, address
from escalation.errors import NotFound
from escalation.hookspecs import hookimpl
from escalation.paging import Call, offset
from escalation.records import Category, Comment, Person, Record, WorkItem
from escalation.reply import Reply

_PAGE = 25
_ISSUE = re.compile(r"/issues/(\d{1,9})(?:\.json)?/?$")
_MARK = "customer-escalation mark"


class RedmineSettings(ApiSettings):
    """Settings of the Redmine connector."""

    base_url: str = Field(description="Address of your Redmine, with its path if it has one: https://redmine.example.com.")
    api_key: SecretStr = Field(description="API access key of an account that may view the projects.")
    project: str = Field(default="", pattern=r"^[\w-]*$", description="Identifier of the only project to look in.")


class Redmine(ApiConnector[RedmineSettings]):
    """Finds issues, and creates them."""

    type: ClassVar[str] = "redmine"
    categories: ClassVar[tuple[Category, ...]] = (Category.PROJECT_TRACKER,)
    settings_type = RedmineSettings
    about = About(
        title="Redmine",
        credential=(
            "Administration → Settings → API: tick *Enable REST web service*. Make a user with a role that has *View issues* alone "
            "(*View private notes* too, if notes count; *Add issues*, if it may file them), sign in as it and copy "
            "*My account → API access key*."
        ),
        needs={"find_work_items": "*View issues*", "fetch": "*View issues*", "create_work_item": "*Add issues*"},
        blind="Its search knows whole words and their beginnings, five words at most, and only projects that the account may view.",
        source="Redmine REST API, read on Redmine 5.0.4, 2026-11",
        example={"base_url": "https://redmine.example.com", "api_key": "${REDMINE_API_KEY}"},
    )

    def auth(self) -> Auth:
        return Header("X-Redmine-API-Key", self.settings.api_key)

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]:
        words = [word.replace('"', " ") for word in query.terms(most=5)]
        if not words:
            return
        q = " ".join(f'"{word}"' if query.exact else word for word in words)
        path = f"/projects/{self.settings.project}/search.json" if self.settings.project else "/search.json"
        # Without `all_words` Redmine wants every word; an empty one means any.
        hits = self.api.get(path, q=q, issues=1, all_words=1 if query.exact else "", limit=min(query.limit, _PAGE)).need_rows("results")
        ids = [found[1] for hit in hits if (found := _ISSUE.search(address(hit.text("url")).path))]
        if len(ids) < len(hits):
            self.session.fall_short(f"{len(hits) - len(ids)} × dropped, a hit without an issue's address")
        if ids:
            issues = self._issues(Call("/issues.json", params={"issue_id": ",".join(ids), "status_id": "*"}))
            ranked = sorted(issues, key=lambda issue: ids.index(issue.text("id")) if issue.text("id") in ids else len(ids))
            yield from self.mapped(ranked, self.hit)

    def owns(self, reference: str) -> bool:
        base, parts = address(self.base_url()), address(reference)
        return parts.netloc == base.netloc and parts.path.startswith(base.path) and bool(_ISSUE.search(parts.path))

    def fetch(self, reference: str) -> Iterator[Record]:
        found = _ISSUE.search(address(reference).path)
        if not found:
            raise NotFound(f"{reference[:80]!r} is no issue's address")
        reply = self.api.get(f"/issues/{found[1]}.json", include="journals,relations,attachments")
        yield from self.mapped([reply.under("issue")], self.work_item)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_work_items", self._seen)

    def _seen(self) -> str:
        """Who asks, and how much it sees. A wrong key would pass for nobody where some projects are public: hence the first request."""
        user = self.api.get("/users/current.json").text("user.login")
        count = self.api.get("/issues.json", limit=1, status_id="*", project_id=self.settings.project or None).number("total_count") or 0
        return f"as {user}, {count:,} issues in view"

    def create_work_item(self, draft: WorkItemDraft) -> Done:
        marked = f"{_MARK} {draft.mark}"
        for hit in self._issues(Call("/issues.json", params={"description": f"~{draft.mark}", "status_id": "*", "limit": 1})):
            return Done(ref=hit.need("id"), url=self._url(hit.need("id")), at=hit.moment("created_on"), already=True)
        text = "\n\n".join(filter(None, [draft.text, "\n".join(draft.links), marked]))
        issue = {"project_id": draft.project, "subject": draft.title, "description": text}
        ref = self.api.act("/issues.json", {"issue": issue}).need("issue.id")
        made = self.api.get(f"/issues/{ref}.json").under("issue")
        return Done(ref=ref, url=self._url(ref), at=made.moment("created_on"))

    def hit(self, raw: Reply) -> WorkItem:
        """An issue as lists hold it, without journals."""
        return self.work_item(raw).model_copy(update={"whole": False})

    def work_item(self, raw: Reply) -> WorkItem:
        """An issue as `GET /issues/ID.json` has it."""
        ref = raw.need("id")
        closed = raw.flag("status.is_closed")
        done = closed if closed is not None else bool(raw.text("closed_on"))
        state: Literal["open", "in progress", "done"] = "done" if done else "open" if raw.number("done_ratio") == 0 else "in progress"
        fields = {row.text("name"): row.text("value") for row in raw.rows("custom_fields") if row.text("name") and row.text("value")}
        return WorkItem(
            ref=ref,
            url=self._url(ref),
            links=tuple(self._links(raw, ref)),
            fields={**fields, **({"project": raw.text("project.name")} if raw.text("project.name") else {})},
            title=raw.need("subject"),
            text=raw.text("description"),
            type=raw.text("tracker.name"),
            status=raw.text("status.name"),
            state=state,
            priority=raw.text("priority.name"),
            assignee=_person(raw, "assigned_to"),
            reporter=_person(raw, "author"),
            components=raw.texts("category.name"),
            fix_versions=raw.texts("fixed_version.name"),
            created_at=raw.moment("created_on"),
            updated_at=raw.moment("updated_on"),
            resolved_at=raw.moment("closed_on"),
            comments=tuple(map(_comment, (row for row in raw.rows("journals") if row.text("notes")))),
        )

    def _issues(self, call: Call) -> Iterable[Reply]:
        return self.api.items(offset(call, to="offset", items="issues", size=_PAGE, total="total_count"), "issues", most=_PAGE)

    def _links(self, raw: Reply, ref: str) -> Iterator[str]:
        for relation in raw.rows("relations"):
            yield from (self._url(id) for id in (relation.text("issue_id"), relation.text("issue_to_id")) if id and id != ref)

    def _url(self, ref: str) -> str:
        return f"{self.base_url()}/issues/{ref}"


def _person(raw: Reply, name: str) -> Person:
    """Whoever has an account in the tracker is one of ours; it tells no address."""
    called = raw.text(f"{name}.name")
    return Person(name=called, side="vendor") if called else Person()


def _comment(raw: Reply) -> Comment:
    return Comment(at=raw.moment("created_on"), author=_person(raw, "user"), text=raw.text("notes"), visibility="internal")


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Redmine,)
