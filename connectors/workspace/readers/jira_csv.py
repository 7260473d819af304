"""Jira's CSV export of issues, from Cloud and Data Center: one row an issue, headings repeated for lists."""

from collections.abc import Iterator, Sequence

from escalation.instants import moment
from escalation.records import Category, Comment, Person, Record, WorkItem

from ...adf import wiki_text
from ..reader import Context, Export, Fault, Unreadable
from .cells import Cells
from .jira import state_of

_OWN = frozenset(
    """
    Summary|Issue key|Issue id|Issue Type|Status|Status Category|Priority|Resolution|Assignee|Reporter|Creator|Created|Updated|Resolved|
    Last Viewed|Affects Version/s|Affects versions|Fix Version/s|Fix versions|Component/s|Components|Labels|Description|Comment|Comments|
    Attachment|Log Work|Watchers|Watchers Id|Assignee Id|Reporter Id|Creator Id|Parent|Parent id|Parent key|Parent summary|Votes|Work Ratio|
    Project lead|Project lead id|Project description|Project url|Status Category Changed
    """.replace("\n    ", "").split("|")
)
"""Headings that are not `fields`: they are read, or say nothing about the issue."""
_LINK_HEADINGS = ("Inward issue link", "Outward issue link", "Parent key", "Custom field (Epic Link)", "Epic Link")


class JiraCsv:
    """Reads Jira's CSV."""

    format = "Jira CSV export"
    categories = (Category.PROJECT_TRACKER,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Summary and Status, beside an issue key or id."""
        columns = set(export.columns)
        return export.shape == "csv" and {"Summary", "Status"} <= columns and bool(columns & {"Issue key", "Issue id"})

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A work item for each row."""
        for export in exports:
            try:
                for line, row in export.rows():
                    cells = Cells(row, self._context, export.name, line)
                    yield self._work_item(cells)
                    yield from cells.faults
            except Unreadable as error:
                yield Fault(export.name, error.line, error.problem)

    def _work_item(self, cells: Cells) -> WorkItem:
        status, resolution = cells.text("Status"), cells.text("Resolution")
        links = [column for column in cells.row if column.startswith(_LINK_HEADINGS)]
        return WorkItem(
            ref=cells.text("Issue key", "Issue id"),
            title=cells.text("Summary") or cells.text("Issue key", "Issue id"),
            text=wiki_text(cells.text("Description")),
            type=cells.text("Issue Type"),
            status=status,
            state=state_of(status, cells.text("Status Category"), resolution),
            resolution=resolution,
            priority=cells.text("Priority"),
            assignee=cells.person("Assignee"),
            reporter=cells.person("Reporter"),
            labels=cells.list("Labels", apart=" "),
            components=cells.list("Component/s", "Components", apart=";"),
            affects_versions=cells.list("Affects Version/s", "Affects versions", apart=";"),
            fix_versions=cells.list("Fix Version/s", "Fix versions", apart=";"),
            created_at=cells.moment("Created"),
            updated_at=cells.moment("Updated"),
            resolved_at=cells.moment("Resolved"),
            comments=tuple(self._comments(cells)),
            links=cells.list(*links),
            fields=_fields(cells),
        )

    def _comments(self, cells: Cells) -> Iterator[Comment]:
        """Each is `18/Nov/26 10:02;user;text`, the text with semicolons of its own."""
        for cell in cells.list("Comment", "Comments"):
            when, _, rest = cell.partition(";")
            user, apart, text = rest.partition(";")
            try:
                at = moment(when, self._context.zone) if apart else None
            except (ValueError, OverflowError):
                at = None
            if at:
                side = self._context.side(user) if "@" in user else "unknown"
                author = Person(name=user, email=user if "@" in user else "", side=side)
                yield Comment(at=at, author=author, text=wiki_text(text), visibility="internal")
            else:
                yield Comment(text=wiki_text(cell), visibility="internal")


def _fields(cells: Cells) -> dict[str, str]:
    fields = {}
    for column in cells.row:
        if column not in _OWN and not column.startswith(_LINK_HEADINGS) and (text := cells.text(column)):
            fields[column.removeprefix("Custom field (").removesuffix(")") if column.startswith("Custom field (") else column] = text
    return fields
