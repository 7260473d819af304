"""Jira's JSON: the answer of its search (`issues` with `fields`), and the import file (`projects` with `issues`)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from escalation.records import Category, Comment, Person, Record, WorkItem

from ...adf import rich_text
from ..reader import Context, Export, Fault, Row, Unreadable
from .cells import Cells
from .jira import state_of

_KINDS_OF_VALUE = (str, int, float)


class JiraJson:
    """Reads Jira's JSON."""

    format = "Jira JSON export"
    categories = (Category.PROJECT_TRACKER,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Issues with `key` and `fields`, or projects with `issues`."""
        if export.shape not in ("json", "ndjson") or not export.sample:
            return False
        if "projects" in export.keys:
            return set(export.keys) <= {"projects", "users", "links"}
        return any("key" in issue and isinstance(issue.get("fields"), Mapping) for issue in export.sample)

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A work item for each issue."""
        for export in exports:
            try:
                yield from self._import_file(export) if "projects" in export.keys else self._search_result(export)
            except Unreadable as error:
                yield Fault(export.name, error.line, error.problem)

    def _search_result(self, export: Export) -> Iterator[Record | Fault]:
        for line, row in export.rows("issues" if export.keys else ""):
            cells = Cells(row, self._context, export.name, line)
            yield self._issue(cells)
            yield from cells.faults

    def _issue(self, cells: Cells) -> WorkItem:
        fields = cells.under(fields if isinstance(fields := cells.value("fields"), Mapping) else {})
        key, status, resolution = cells.text("key", "id"), fields.text("status.name"), fields.text("resolution.name")
        return WorkItem(
            ref=key,
            url=_browse_url(cells.text("self"), key),
            title=fields.text("summary") or key,
            text=rich_text(fields.value("description")),
            type=fields.text("issuetype.name"),
            status=status,
            state=state_of(status, fields.text("status.statusCategory.key", "status.statusCategory.name"), resolution),
            resolution=resolution,
            priority=fields.text("priority.name"),
            assignee=self._person(fields, "assignee"),
            reporter=self._person(fields, "reporter"),
            labels=fields.list("labels"),
            components=_names(fields, "components"),
            affects_versions=_names(fields, "versions"),
            fix_versions=_names(fields, "fixVersions"),
            created_at=fields.moment("created"),
            updated_at=fields.moment("updated"),
            resolved_at=fields.moment("resolutiondate"),
            comments=tuple(self._comment(comment) for comment in fields.rows("comment.comments")),
            links=tuple(dict.fromkeys(filter(None, _links(fields)))),
            fields=_other_fields(fields.row),
        )

    def _comment(self, comment: Cells) -> Comment:
        shown = comment.value("jsdPublic") is True
        return Comment(
            at=comment.moment("created"),
            author=self._person(comment, "author"),
            text=rich_text(comment.value("body")),
            visibility="customer" if shown else "restricted" if comment.value("visibility") else "internal",
        )

    def _person(self, cells: Cells, name: str) -> Person:
        if isinstance(cells.value(name), str):
            return cells.person(name)
        person = cells.person(f"{name}.displayName", f"{name}.emailAddress")
        return person.model_copy(update={"zone": cells.text(f"{name}.timeZone")})

    def _import_file(self, export: Export) -> Iterator[Record | Fault]:
        top = Cells(document if isinstance(document := export.document(), Mapping) else {}, self._context, export.name, None)
        users = {user.text("name"): user for user in top.rows("users")}
        for project in top.rows("projects"):
            for issue in project.rows("issues"):
                yield self._imported(issue, project.text("key"), users)
        yield from top.faults

    def _imported(self, issue: Cells, project: str, users: Mapping[str, Cells]) -> WorkItem:
        number = issue.text("key", "externalId")
        key = f"{project}-{number}" if number.isdigit() and project else number
        status, resolution = issue.text("status"), issue.text("resolution")
        return WorkItem(
            ref=key,
            title=issue.text("summary") or key,
            text=rich_text(issue.value("description")),
            type=issue.text("issueType"),
            status=status,
            state=state_of(status, "", resolution),
            resolution=resolution,
            priority=issue.text("priority"),
            assignee=self._user(issue, "assignee", users),
            reporter=self._user(issue, "reporter", users),
            labels=issue.list("labels"),
            components=issue.list("components"),
            affects_versions=issue.list("affectedVersions"),
            fix_versions=issue.list("fixedVersions"),
            created_at=issue.moment("created"),
            updated_at=issue.moment("updated"),
            resolved_at=issue.moment("resolutionDate"),
            comments=tuple(self._imported_comment(said, users) for said in issue.rows("comments")),
            fields={
                name: text for own in issue.rows("customFieldValues") if (name := own.text("fieldName")) and (text := own.text("value"))
            },
        )

    def _imported_comment(self, said: Cells, users: Mapping[str, Cells]) -> Comment:
        author = self._user(said, "author", users)
        return Comment(at=said.moment("created"), author=author, text=rich_text(said.value("body")), visibility="internal")

    def _user(self, cells: Cells, name: str, users: Mapping[str, Cells]) -> Person:
        known = users.get(cells.text(name))
        if known is None:
            return cells.person(name)
        return known.person("fullname" if known.text("fullname") else "name", "email")


def _browse_url(api: str, key: str) -> str:
    base, found, _ = api.partition("/rest/api/")
    return f"{base}/browse/{key}" if found and key else ""


def _names(fields: Cells, name: str) -> tuple[str, ...]:
    return tuple(filter(None, (entry.text("name") for entry in fields.rows(name))))


def _links(fields: Cells) -> Iterator[str]:
    for link in fields.rows("issuelinks"):
        yield link.text("inwardIssue.key")
        yield link.text("outwardIssue.key")
    yield fields.text("parent.key")
    for child in fields.rows("subtasks"):
        yield child.text("key")


def _other_fields(row: Row) -> dict[str, str]:
    found = {}
    for name, value in row.items():
        if name.startswith(("customfield_", "environment")) and (text := _stated(value)):
            found[name] = text
    return found


def _stated(value: Any) -> str:
    if isinstance(value, Mapping):
        return rich_text(value) or _stated(value.get("value") or value.get("name") or value.get("displayName"))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_stated, value)))
    return str(value) if isinstance(value, _KINDS_OF_VALUE) else ""
