"""The `workspace` connector: a folder of real exports, all five categories, found by content and searched from an index."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import Field

from escalation import records
from escalation.connector import (
    AccountQuery,
    ArticleQuery,
    Connector,
    MessageQuery,
    Probe,
    SearchQuery,
    Session,
    Settings,
    TicketQuery,
    WorkItemQuery,
)
from escalation.errors import ConfigError, NotFound, Unavailable
from escalation.hookspecs import hookimpl
from escalation.records import Account, Article, Category, Message, Record, Ticket, WorkItem

from . import search
from .folder import Files, walk
from .index import KINDS, Index
from .naming import is_reference
from .reader import Context, Fault

R = TypeVar("R", bound=Record)

_FORM = 1
"""Raised when the index changes its form in a way that the dates of the code files don't show."""
_LINES = 5
"""Faults that coverage tells one by one."""
_MANY = 20_000
"""Records that take long to read on every run."""
_LOCKED_FOR = 30.0
"""Seconds to wait for another process that writes the index."""


class WorkspaceSettings(Settings):
    """Settings of the workspace connector."""

    path: Path = Field(description="The folder that holds the exports, subfolders and zips included.")
    vendor_domains: tuple[str, ...] = Field(default=(), description="E-mail domains of our own staff: who in a thread speaks for us.")
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$", description="ISO 4217 code of amounts whose export states none.")
    zone: str = Field(default="UTC", description="IANA time zone of times whose export states none, such as Jira's CSV.")
    max_file_mb: int = Field(default=512, gt=0, description="Files larger than this many megabytes are left out, and coverage says so.")


class Workspace(Connector[WorkspaceSettings]):
    """Finds records in a folder of exports."""

    type: ClassVar[str] = "workspace"
    categories: ClassVar[tuple[Category, ...]] = (
        Category.SUPPORT_PLATFORM,
        Category.CRM,
        Category.CHAT,
        Category.PROJECT_TRACKER,
        Category.KNOWLEDGE_BASE,
    )
    settings_type = WorkspaceSettings

    def __init__(self, name: str, settings: WorkspaceSettings, session: Session) -> None:
        super().__init__(name, settings, session)
        self._opening = threading.Lock()
        self._index: Index | None = None

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        """By id, domain, exact name, then near names."""
        self.session.check()
        yield from self._asked(lambda index: search.find_accounts(index, query))

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        """By text and account."""
        return self._find("ticket", query)

    def find_messages(self, query: MessageQuery) -> Iterator[Message]:
        """By text; of an account, those that name it."""
        return self._find("message", query)

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]:
        """By text; of an account, those that name it."""
        return self._find("work item", query)

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]:
        """By text; of an account, those that name it."""
        return self._find("article", query)

    def owns(self, reference: str) -> bool:
        """Anything that looks like a key or a URL: an export may hold records of any system."""
        return is_reference(reference)

    def fetch(self, reference: str) -> Iterator[Record]:
        """Every record with this key or URL: a look-up that costs nothing, so it is not counted. Raises NotFound when there is none."""
        found = self._asked(lambda index: search.fetch(index, reference))
        if not found:
            raise NotFound(f"nothing in {self.settings.path} has the key or URL {reference[:80]!r}")
        yield from found

    def check_connection(self) -> Iterator[Probe]:
        """A line per kind of record: how many, from which formats. Builds the index, however long that takes."""
        counts = self._opened(patient=True).counts()
        for kind in KINDS:
            formats = [
                f"{n:,} from {format}" + (f" ({copies:,} older copies left out)" if copies else "")
                for counted, format, n, copies in counts
                if counted == kind
            ]
            yield Probe(
                ability=f"find {kind}s",
                works=bool(formats),
                detail=", ".join(formats) or "no export of this kind was recognised",
                fix="" if formats else f"put one into {self.settings.path}; docs/workspace.md lists the formats",
            )

    def _find(self, kind: str, query: SearchQuery) -> Iterator[Any]:
        self.session.check()
        yield from self._asked(lambda index: search.find(index, kind, query))

    def _asked(self, question: Callable[[Index], Iterable[R]]) -> list[R]:
        """The answer of the index. One whose damage shows only now is built again, and asked again."""
        try:
            return list(question(self._opened()))
        except sqlite3.DatabaseError:
            with self._opening:
                if self._index:
                    self._index.close()
                self._index = None
                self._discard()
        return list(question(self._opened()))

    def _opened(self, *, patient: bool = False) -> Index:
        """The index, brought up to the folder once in a session. Raises ConfigError when there is no folder."""
        with self._opening:
            if self._index is None:
                folder = self._folder()
                disk, refused = walk(folder)
                index = self._fresh(folder, disk, patient=patient)
                self._report(index, disk, refused)
                self._index = index
            return self._index

    def _folder(self) -> Path:
        path = self.settings.path.expanduser()
        if not path.is_dir():
            what = "is a file: name the folder it is in" if path.exists() else "does not exist: name the folder that holds the exports"
            raise ConfigError(f"connector {self.name!r}: path {path} {what}")
        return path.resolve()

    def _fresh(self, folder: Path, disk: Files, *, patient: bool) -> Index:
        """The index in the cache folder; built anew when it is damaged, kept in memory when it can't be written there."""
        database = self._database(folder)
        for _ in range(2):
            try:
                database.parent.mkdir(parents=True, exist_ok=True)
                return self._refreshed(database, folder, disk, patient=patient)
            except (sqlite3.DatabaseError, OSError):
                if not self._discard():
                    break
        index = self._refreshed(None, folder, disk, patient=patient)
        if sum(n for _, _, n, _ in index.counts()) > _MANY:
            self.session.fall_short(f"the index can't be written into {database.parent}: the folder is read anew on every run")
        return index

    def _database(self, folder: Path) -> Path:
        return self.session.cache / f"workspace-{sha256(os.fsencode(folder)).hexdigest()[:16]}.sqlite"

    def _discard(self) -> bool:
        """Delete the index; False when that can't be done."""
        database = self._database(self._folder())
        try:
            for end in ("", "-wal", "-shm"):
                database.with_name(database.name + end).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _refreshed(self, database: Path | None, folder: Path, disk: Files, *, patient: bool) -> Index:
        stamp = self._stamp()
        index = Index(database, min(_LOCKED_FOR, max(0.1, self.session.remaining() - 1)))
        try:
            if index.is_fresh(stamp, disk):
                return index
            from .indexing import refresh  # and with it the readers, which a fresh index does without

            context = Context(self.settings.vendor_domains, self.settings.currency or "XXX", self.settings.zone)
            most = self.settings.max_file_mb * 1_000_000
            refresh(index, folder, disk, stamp=stamp, context=context, most=most, check=self._never if patient else self._check)
        except sqlite3.OperationalError as error:
            if not str(error).endswith(("is locked", "is busy")):
                index.close()
                raise
            if not index.is_built(stamp):
                index.close()
                raise Unavailable("another process is indexing the folder for the first time; ask again when it is done") from None
            self.session.fall_short("another process is refreshing the index: what changed in the folder since is not seen")
        except BaseException:
            index.close()
            raise
        return index

    def _check(self) -> None:
        try:
            self.session.check()
        except Unavailable:
            raise Unavailable(f"reading {self.settings.path} takes longer than this case has time: run `doctor` once") from None

    @staticmethod
    def _never() -> None:
        """No hurry."""

    def _stamp(self) -> str:
        """What the index depends on beside the files: settings, SQLite's tokenizer, and the code that reads."""
        core = Path(records.__file__)
        code = [core, core.with_name("html_text.py"), core.with_name("instants.py"), *sorted(Path(__file__).parents[1].rglob("*.py"))]
        dates = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in code if file.exists()]
        parts: tuple[Any, ...] = (_FORM, sqlite3.sqlite_version, self.settings.model_dump_json(exclude={"path"}), dates)
        return sha256(repr(parts).encode()).hexdigest()

    def _report(self, index: Index, disk: Files, refused: list[Fault]) -> None:
        """Tell coverage what could not be read, on every run."""
        faults = [*refused, *index.faults()]
        for fault in faults[:_LINES]:
            where = f"{fault.file} line {fault.line}" if fault.line else fault.file
            self.session.fall_short(f"{where}: {fault.problem}")
        if len(faults) > _LINES:
            self.session.fall_short(f"and {len(faults) - _LINES:,} more lines or files that can't be read; docs/workspace.md says what can")
        strangers = index.strangers()
        named = "; ".join(f"{fault.file} {fault.problem}" for fault in strangers[:_LINES])
        more = f"; and {len(strangers) - _LINES:,} more" if len(strangers) > _LINES else ""
        if not index.counts():
            there = f": {named}{more}" if named else ", which is empty" if not disk else ""
            self.session.fall_short(f"no export was recognised in {self.settings.path}{there}")
        elif strangers:
            self.session.fall_short(f"not read: {named}{more}")


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Workspace,)
