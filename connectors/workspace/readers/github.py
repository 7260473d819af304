"""GitHub issues as JSON: the REST API's lists and searches, and `gh issue list --json …`. Pull requests are not issues."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

from escalation.records import Category, Comment, Person, Record, WorkItem

from ..reader import Context, Export, Fault, Unreadable
from .cells import Cells

_REPOSITORY = re.compile(r"(?:github\.[^/]+|/repos)/([^/]+/[^/]+)/(?:issues|pull)")


class GitHub:
    """Reads issues, and files of their comments beside them."""

    format = "GitHub issues JSON"
    categories = (Category.PROJECT_TRACKER,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Issues with number, title and state; or comments with `issue_url`."""
        if export.shape not in ("json", "ndjson") or not export.sample:
            return False
        first = export.sample[0]
        issue = {"number", "title", "state"} <= first.keys() and bool(first.keys() & {"html_url", "createdAt", "created_at", "url"})
        return issue or {"issue_url", "body", "user"} <= first.keys()

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A work item for each issue, with the comments found in any of the files."""
        said: dict[str, list[Comment]] = defaultdict(list)
        for export in exports:
            if "issue_url" in export.sample[0]:
                for cells in self._rows(export):
                    if isinstance(cells, Cells):
                        said[_ref(cells.text("issue_url"), cells.text("issue_url").rpartition("/")[2])].append(self._comment(cells))
                        yield from cells.faults
                    else:
                        yield cells
        for export in exports:
            if "issue_url" in export.sample[0]:
                continue
            for cells in self._rows(export):
                if not isinstance(cells, Cells):
                    yield cells
                elif not _is_pull_request(cells):
                    yield self._work_item(cells, said)
                    yield from cells.faults

    def _rows(self, export: Export) -> Iterator[Cells | Fault]:
        try:
            for line, row in export.rows("items" if "items" in export.keys else ""):
                yield Cells(row, self._context, export.name, line)
        except Unreadable as error:
            yield Fault(export.name, error.line, error.problem)

    def _work_item(self, cells: Cells, said: dict[str, list[Comment]]) -> WorkItem:
        url = _page(cells)
        ref = _ref(url, cells.text("number"))
        reason = cells.text("state_reason", "stateReason").lower().replace("_", " ")
        state: Literal["open", "done", "unknown"] = {"open": "open", "closed": "done"}.get(cells.text("state").lower(), "unknown")  # type: ignore[assignment]
        assignee = next((self._person(one) for one in cells.rows("assignees")), None) or self._person(cells, "assignee.")
        comments = [*(self._comment(comment) for comment in cells.rows("comments")), *said.get(ref, ())]
        milestone = cells.text("milestone.title")
        return WorkItem(
            ref=ref,
            url=url,
            title=cells.text("title") or ref,
            text=cells.text("body"),
            type=cells.text("type.name"),
            status=cells.text("state").lower(),
            state=state,
            resolution=reason if state == "done" else "",
            assignee=assignee,
            reporter=self._person(cells, "user.") if cells.value("user") else self._person(cells, "author."),
            labels=_labels(cells),
            fix_versions=(milestone,) if milestone else (),
            created_at=cells.moment("created_at", "createdAt"),
            updated_at=cells.moment("updated_at", "updatedAt"),
            resolved_at=cells.moment("closed_at", "closedAt"),
            comments=tuple(comments),
        )

    def _comment(self, cells: Cells) -> Comment:
        author = self._person(cells, "user.") if cells.value("user") else self._person(cells, "author.")
        return Comment(at=cells.moment("created_at", "createdAt"), author=author, text=cells.text("body"), visibility="internal")

    def _person(self, cells: Cells, prefix: str = "") -> Person:
        named = f"{prefix}name" if cells.text(f"{prefix}name") else f"{prefix}login"
        return cells.person(named, f"{prefix}email")


def _page(cells: Cells) -> str:
    """The issue's page. REST's `url` is that of the API, the command line's is the page."""
    url = cells.text("html_url", "url")
    return "" if "/repos/" in url else url


def _ref(url: str, number: str) -> str:
    repository = _REPOSITORY.search(url)
    return f"{repository[1]}#{number}" if repository else f"#{number}"


def _is_pull_request(cells: Cells) -> bool:
    return bool(cells.value("pull_request")) or cells.value("isPullRequest") is True or "/pull/" in cells.text("html_url", "url")


def _labels(cells: Cells) -> tuple[str, ...]:
    named = tuple(label.text("name") for label in cells.rows("labels"))
    return tuple(filter(None, named)) or cells.list("labels")
