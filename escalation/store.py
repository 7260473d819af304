"""Where cases are kept: each whole, with every revision of it, safe against two writers and a full disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import ValidationError

from escalation.case import Case
from escalation.errors import ConfigError, NothingFound, StoreError, UsageError

MIGRATIONS = (
    """
    CREATE TABLE cases (
        id TEXT PRIMARY KEY, revision INTEGER NOT NULL, title TEXT NOT NULL, severity TEXT NOT NULL,
        action TEXT NOT NULL, target TEXT NOT NULL, opened_at TEXT NOT NULL
    );
    CREATE TABLE history (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, revision INTEGER NOT NULL, document TEXT NOT NULL,
        UNIQUE (id, revision)
    );
    """,
    "ALTER TABLE history ADD COLUMN saved_at TEXT NOT NULL DEFAULT ''",
)
"""Schema 1, then what leads from each schema to the next. Entries are only ever appended."""

_BUSY_SECONDS = 10.0
_ATTEMPTS = 50

_ADVICE = (
    ("is full", "the disk is full: free some space, then run the command again"),
    ("locked", "another process is writing to it and does not finish: try again"),
    ("readonly", "it may only be read: make it writable, or set CUSTOMER_ESCALATION_HOME to a folder that is"),
    ("unable to open", "it can't be opened: make its folder writable, or set CUSTOMER_ESCALATION_HOME to a folder that is"),
    ("not a database", "it is no case store, or damaged: move it aside, and a new one is made"),
    ("malformed", "it is damaged: move it aside, and a new one is made"),
)


class Saved(NamedTuple):
    """A case as it stands in the store."""

    case: Case
    revision: int
    """1 for the first save, one more for each that changed something."""


class Listed(NamedTuple):
    """One line of the list of cases."""

    id: str
    title: str
    severity: str
    action: str
    target: str
    opened_at: str
    """ISO 8601 with offset."""
    revision: int


class Store(Protocol):
    """Keeps cases. Every method raises StoreError when the store can't be used."""

    def save(self, case: Case, *, over: int) -> int | None:
        """Save what was made from revision `over` (0: a new case); its revision, or None when someone else saved meanwhile."""
        ...

    def load(self, name: str) -> Saved:
        """The case by id, by the unique start of one, or `last`. Raises NothingFound; UsageError when several start so."""
        ...

    def cases(self) -> tuple[Listed, ...]:
        """All cases, the last saved first."""
        ...

    def saved_at(self) -> str:
        """When a case was last saved, in UTC; empty when there is none."""
        ...

    def check(self) -> None:
        """Raise StoreError unless a case could be saved now."""
        ...


def open_store(url: str, folder: Path) -> Store:
    """The store that the setting names; a relative SQLite path is inside the configuration folder."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        return SqliteStore(folder / Path(rest[1:]).expanduser())
    if scheme.split("+")[0] in ("postgresql", "postgres"):
        raise ConfigError("store: PostgreSQL is not available in this version; use sqlite:///escalations.db")
    raise ConfigError("store: expected sqlite:///FILE, relative to the configuration folder, or sqlite:////absolute/path")


def change(store: Store, name: str, alter: Callable[[Case], Case]) -> tuple[Case, Case]:
    """Read, alter, save; again from the start when someone else saved in between. The case before and after."""
    for _ in range(_ATTEMPTS):
        saved = store.load(name)
        altered = alter(saved.case)
        if store.save(altered, over=saved.revision) is not None:
            return saved.case, altered
    raise StoreError(f"{name}: others keep saving this case; nothing was changed, try again")


def resolve(name: str, ids: Sequence[str]) -> str:
    """The id meant by `name`; `ids` with the last saved first."""
    if not ids:
        raise NothingFound("there is no case yet; `open 'API returning 500 errors for Acme Corp'` makes one")
    if name.lower() == "last":
        return ids[0]
    wanted = name.upper()
    wanted = wanted if wanted.startswith("ESC-") else f"ESC-{wanted}"
    found = [each for each in ids if each == wanted] or [each for each in ids if each.startswith(wanted) and wanted != "ESC-"]
    if len(found) > 1:
        raise UsageError(f"{name!r} is the start of {len(found)} cases: {', '.join(sorted(found)[:5])}; type more of it")
    if not found:
        raise NothingFound(f"there is no case {name!r}; `list` shows what there is, `last` is {ids[0]}")
    return found[0]


class SqliteStore:
    """A file of one's own. It connects for each operation, so nothing is held open while connectors are asked."""

    def __init__(self, path: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        self.path = path
        self._migrations = migrations

    def save(self, case: Case, *, over: int) -> int | None:
        """See `Store.save`."""
        document = case.model_dump_json()
        with self._writing() as db:
            row = db.execute("SELECT revision, document FROM cases JOIN history USING (id, revision) WHERE id = ?", (case.id,)).fetchone()
            if (row[0] if row else 0) != over:
                return None
            if row and row[1] == document:
                return over
            target = case.route.target.team
            action, level = case.route.decision.action, case.assessment.severity.level
            values = (case.id, over + 1, case.title, level, action, target, case.opened_at.isoformat())
            db.execute("INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            row = (case.id, over + 1, document)
            db.execute("INSERT INTO history (id, revision, document, saved_at) VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))", row)
        return over + 1

    def load(self, name: str) -> Saved:
        """See `Store.load`."""
        found = resolve(name, [listed.id for listed in self.cases()])
        with self._reading() as db:
            query = "SELECT document, revision FROM history JOIN cases USING (id, revision) WHERE id = ?"
            document, revision = db.execute(query, (found,)).fetchone()
        try:
            return Saved(Case.model_validate_json(document), revision)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
            raise StoreError(f"case {found} in {self.path} was saved by another version ({where} does not fit); open it again") from None

    def cases(self) -> tuple[Listed, ...]:
        """See `Store.cases`."""
        if not self.path.exists():
            return ()
        columns = "SELECT id, title, severity, action, target, opened_at, revision"
        query = columns + " FROM cases JOIN history USING (id, revision) ORDER BY number DESC"
        with self._reading() as db:
            rows = db.execute(query).fetchall()
        return tuple(Listed(*row) for row in rows)

    def saved_at(self) -> str:
        """See `Store.saved_at`."""
        if not self.path.exists():
            return ""
        with self._reading() as db:
            saved: str = db.execute("SELECT coalesce(max(saved_at), '') FROM history").fetchone()[0]
        return saved

    def check(self) -> None:
        """See `Store.check`."""
        with self._writing():
            pass

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other writer can come between; rolled back whole when anything goes wrong."""
        with self._reported():
            self._make_file()
            with closing(self._connect()) as db, db:
                db.execute("BEGIN IMMEDIATE")
                yield db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._reported(), closing(self._connect_to_read()) as db:
            yield db

    def _connect_to_read(self) -> sqlite3.Connection:
        """On a disk that may only be read, SQLite can't share the file and has to be told that nobody writes."""
        try:
            return self._connect()
        except sqlite3.OperationalError:
            db = sqlite3.connect(f"{self.path.absolute().as_uri()}?immutable=1", uri=True)
            db.execute("SELECT 1 FROM cases")
            return db

    def _make_file(self) -> None:
        """For the owner's eyes only: cases hold customers' words."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            if self._version(db) < len(self._migrations):
                self._migrate(db)
        except BaseException:
            db.close()
            raise
        return db

    def _version(self, db: sqlite3.Connection) -> int:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        known = len(self._migrations)
        if version > known:
            raise StoreError(f"{self.path} has schema {version}, this version knows {known}: update customer-escalation")
        if version == 0 and db.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise StoreError(f"{self.path} is another program's database: give the store another file name in config.yaml")
        return version

    def _migrate(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA journal_mode = WAL")
        with db:
            db.execute("BEGIN IMMEDIATE")
            version = self._version(db)
            for script in self._migrations[version:]:
                for statement in script.split(";"):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(self._migrations)}")

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            advice = next((advice for words, advice in _ADVICE if words in str(error)), f"SQLite says: {error}")
            raise StoreError(f"case store {self.path}: {advice}") from error
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise StoreError(
                f"case store {self.path}: {problem}; make its folder writable, or set CUSTOMER_ESCALATION_HOME to a folder that is"
            ) from error
