"""What a reader of one export format is, and the file it is given.

A reader recognises its files by what is in them, never by their name, and turns all of them
into records at once, because the tickets, users and organisations of one export belong together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from escalation.records import Category, Record, Side

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Context:
    """What an export leaves unsaid and the settings say. Readers are made as `Zendesk(context)`."""

    vendor_domains: tuple[str, ...] = ()
    """E-mail domains of our own staff."""
    currency: str = "XXX"
    """ISO 4217 code for amounts without one."""
    zone: str = "UTC"
    """IANA zone of times without one; `escalation.instants.moment` takes it."""

    def side(self, email: str) -> Side:
        """On whose side the owner of this address speaks; unknown without an address."""
        domain = email.rpartition("@")[2].strip().casefold()
        if not domain:
            return "unknown"
        ours = any(domain == own or domain.endswith("." + own) for own in map(str.casefold, self.vendor_domains))
        return "vendor" if ours else "customer"


@dataclass(frozen=True)
class Fault:
    """A file, or one row of it, that can't be read. It becomes a line of coverage, never a failed run."""

    file: str
    line: int | None
    problem: str


class Export(Protocol):
    """One file of the workspace folder (or member of a zip in it), opened only as far as it is needed."""

    name: str
    """Path relative to the workspace, with forward slashes; a zip's member is `slack.zip/general/2026-11-18.json`."""
    shape: Literal["csv", "json", "ndjson", "mail", "markdown", "html", "xml", "text"]
    """Found by content. `json` is one document, `ndjson` one object a line, `mail` an mbox or a single message."""
    columns: tuple[str, ...]
    """CSV: the header as it stands, BOM removed. Else empty."""
    keys: tuple[str, ...]
    """JSON: keys of the top object, or empty when the top is a list."""
    sample: tuple[Row, ...]
    """The first few rows: CSV rows, NDJSON objects, members of the top list or of the longest list in the top object."""
    modified: float
    """POSIX seconds of the last change."""

    def rows(self, key: str = "") -> Iterator[tuple[int, Row]]:
        """(line or index, row) for CSV, NDJSON and JSON lists; `key` names the list in a JSON object.

        Raises `Unreadable` part-way when the file is truncated or broken; rows before it are good.
        CSV values are `str`. Repeated CSV headers (Jira writes `Comment` twenty times) are collected:
        the value is then a list of the non-empty ones.
        """
        ...

    def document(self) -> Any:
        """The whole JSON document."""
        ...

    def text(self) -> str:
        """The whole file as text."""
        ...

    def data(self) -> bytes:
        """The whole file as bytes."""
        ...


class Unreadable(Exception):
    """The file can't be read on from here: where, and why, in one line."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


class Reader(Protocol):
    """One export format."""

    format: str
    """As people call it: "Zendesk ticket export"."""
    categories: tuple[Category, ...]

    def recognises(self, export: Export) -> bool:
        """Is this file one of mine? Decided from shape, columns, keys and sample alone."""
        ...

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """Records of all files it recognised, in file order."""
        ...
