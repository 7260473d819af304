"""Where cases are kept: each whole, with every revision of it, safe against two writers and a full disk."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from heapq import nlargest
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import ValidationError

from escalation.case import Case
from escalation.errors import ConfigError, NothingFound, StoreError, UsageError
from escalation.search.sketch import Neighbours, Sketch, sketch_of

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
    """
    ALTER TABLE cases ADD COLUMN joined_to TEXT NOT NULL DEFAULT '';
    CREATE TABLE sketches (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL);
    CREATE TABLE marks (mark TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (mark, number)) WITHOUT ROWID;
    CREATE TABLE tally (mark TEXT PRIMARY KEY, holding INTEGER NOT NULL) WITHOUT ROWID
    """,
)
"""Schema 1, then what leads from each schema to the next. Entries are only ever appended."""

_SKETCHED = 3
"""The schema from which on every case has a sketch."""
_ASKED = 30
"""Words of a sketch that neighbours are looked for by: the most telling."""
_POSTINGS = 20_000
"""Cases that these words may hit before the commonest are left out, to keep it quick."""
_MOST = 50
"""Neighbours that are compared one by one."""
_TALLY = "INSERT INTO tally VALUES (?, 1) ON CONFLICT DO UPDATE SET holding = holding + 1"
_HOLDING = "SELECT mark, holding FROM json_each(?) CROSS JOIN tally ON mark = value"
_NEAREST = """
    SELECT document FROM (
        SELECT number, sum(value) AS worth FROM json_each(?) CROSS JOIN marks ON mark = key
        GROUP BY number ORDER BY worth DESC, number LIMIT ?
    ) JOIN sketches USING (number) ORDER BY worth DESC, number
"""
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
    joined_to: str
    """Id of the case that this one was found to be a duplicate of; empty when it stands by itself."""
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

    def neighbours(self, sketch: Sketch) -> Neighbours:
        """The cases that share most with this one, joined ones left out."""
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
            values = (case.id, over + 1, case.title, level, action, target, case.opened_at.isoformat(), case.joined_to)
            db.execute("INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            row = (case.id, over + 1, document)
            db.execute("INSERT INTO history (id, revision, document, saved_at) VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))", row)
            _forget(db, case.id)
            if not case.joined_to:
                _remember(db, sketch_of(case))
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
        columns = "SELECT id, title, severity, action, target, opened_at, joined_to, revision"
        query = columns + " FROM cases JOIN history USING (id, revision) ORDER BY number DESC"
        with self._reading() as db:
            rows = db.execute(query).fetchall()
        return tuple(Listed(*row) for row in rows)

    def neighbours(self, sketch: Sketch) -> Neighbours:
        """See `Store.neighbours`."""
        if not self.path.exists():
            return Neighbours()
        with self._reading() as db:
            return _neighbours(db, sketch)

    def remember(self, sketches: Iterable[Sketch]) -> None:
        """Keep sketches of cases that are kept elsewhere, so that they too are found as neighbours."""
        with self._writing() as db:
            for sketch in sketches:
                _forget(db, sketch.ref)
                _remember(db, sketch)

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
            if 0 < version < _SKETCHED <= len(self._migrations):
                _sketch_all(db)
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


def _forget(db: sqlite3.Connection, id: str) -> None:
    row = db.execute("SELECT number, document FROM sketches WHERE id = ?", (id,)).fetchone()
    if row:
        marks = Sketch.model_validate_json(row[1]).marks
        db.executemany("UPDATE tally SET holding = holding - 1 WHERE mark = ?", [(mark,) for mark in marks])
        db.executemany("DELETE FROM marks WHERE mark = ? AND number = ?", [(mark, row[0]) for mark in marks])
        db.execute("DELETE FROM sketches WHERE number = ?", (row[0],))


def _remember(db: sqlite3.Connection, sketch: Sketch) -> None:
    number = db.execute("INSERT INTO sketches (id, document) VALUES (?, ?)", (sketch.ref, sketch.model_dump_json())).lastrowid
    db.executemany("INSERT INTO marks VALUES (?, ?)", [(mark, number) for mark in sketch.marks])
    db.executemany(_TALLY, [(mark,) for mark in sketch.marks])


def _sketch_all(db: sqlite3.Connection) -> None:
    """Sketches of cases from before there were any; those of a version that can't be read any more stay without."""
    for (document,) in db.execute("SELECT document FROM history JOIN cases USING (id, revision)").fetchall():
        try:
            case = Case.model_validate_json(document)
        except ValidationError:
            continue
        _remember(db, sketch_of(case))


def _neighbours(db: sqlite3.Connection, sketch: Sketch) -> Neighbours:
    """Found by the ties and the most telling words, ranked by how much the shared ones tell."""
    holding = _holding(db, sketch.marks)
    near = Neighbours(db.execute("SELECT coalesce(max(number), 0) FROM sketches").fetchone()[0], holding)
    worth = {word: weight * near.rarity(word) for word, weight in sketch.words.items() if holding.get(word)}
    asked = {mark: near.rarity(mark) * _ASKED for mark in holding if mark not in sketch.words}
    postings = 0
    for word in sorted(nlargest(_ASKED, worth, key=worth.__getitem__), key=holding.__getitem__):
        postings += holding[word]
        if asked and postings > _POSTINGS:
            break
        asked[word] = worth[word]
    rows = db.execute(_NEAREST, [json.dumps(asked), _MOST]).fetchall()
    found = tuple(Sketch.model_validate_json(document) for (document,) in rows)
    return near._replace(sketches=found, holding=holding | _holding(db, {word for other in found for word in other.words} - holding.keys()))


def _holding(db: sqlite3.Connection, marks: Iterable[str]) -> dict[str, int]:
    return dict(db.execute(_HOLDING, [json.dumps(list(marks))]).fetchall())
