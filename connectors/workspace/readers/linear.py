"""Linear's CSV export of issues."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from escalation.records import Category, Record, WorkItem

from ..reader import Context, Export, Fault, Unreadable
from .cells import Cells

_SCRIPT_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4}).*")
"""`Wed Nov 18 2026 10:02:33 GMT+0000 (…)`, as some of its exports write a moment."""
_MOMENTS = ("Created", "Updated", "Started", "Completed", "Canceled")
_LINKS = ("Parent issue", "Related to", "Blocked by", "Blocks", "Blocking", "Duplicate of")
_FIELDS = ("Team", "Estimate", "Project", "Project Milestone", "Cycle Name", "Initiatives", "Due Date", "SLA Status")


class Linear:
    """Reads Linear's CSV."""

    format = "Linear CSV export"
    categories = (Category.PROJECT_TRACKER,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """ID, Team, Title, Status and Created together are Linear's."""
        return export.shape == "csv" and {"ID", "Team", "Title", "Status", "Created"} <= set(export.columns)

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A work item for each row."""
        for export in exports:
            try:
                for line, row in export.rows():
                    plain = {**row, **{name: _SCRIPT_DATE.sub(r"\2 \1 \3 \4 \5", str(row.get(name) or "")) for name in _MOMENTS}}
                    cells = Cells(plain, self._context, export.name, line)
                    yield self._work_item(cells)
                    yield from cells.faults
            except Unreadable as error:
                yield Fault(export.name, error.line, error.problem)

    def _work_item(self, cells: Cells) -> WorkItem:
        state: Literal["open", "in progress", "done"] = (
            "done" if cells.text("Completed", "Canceled") else "in progress" if cells.text("Started") else "open"
        )
        return WorkItem(
            ref=cells.text("ID"),
            url=cells.text("URL"),
            title=cells.text("Title") or cells.text("ID"),
            text=cells.text("Description"),
            status=cells.text("Status"),
            state=state,
            resolution=cells.text("Status") if state == "done" else "",
            priority=cells.text("Priority"),
            assignee=cells.person("Assignee"),
            reporter=cells.person("Creator"),
            labels=cells.list("Labels", apart=","),
            created_at=cells.moment("Created"),
            updated_at=cells.moment("Updated"),
            resolved_at=cells.moment("Completed", "Canceled"),
            links=cells.list(*_LINKS, apart=","),
            fields={name: text for name in _FIELDS if (text := cells.text(name))},
        )
