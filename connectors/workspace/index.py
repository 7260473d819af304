"""The search index of one workspace folder: one SQLite file with the records, their words and what was amiss.

It is a cache: it may be deleted at any time, and whatever is wrong with it is mended by building it again.
"""

import sqlite3
import threading
import weakref
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from escalation.records import Account, Article, Message, Record, Ticket, WorkItem

from .folder import Files
from .lexicon import TOKENIZER, searchable
from .naming import key_of, last_activity, names_of
from .reader import Fault

KINDS: dict[str, type[Record]] = {"ticket": Ticket, "account": Account, "message": Message, "work item": WorkItem, "article": Article}

_SCHEMA = """
CREATE TABLE stamp(value TEXT);
CREATE TABLE files(path TEXT PRIMARY KEY, size INTEGER, modified INTEGER) WITHOUT ROWID;
CREATE TABLE parts(name TEXT PRIMARY KEY, path TEXT, format TEXT) WITHOUT ROWID;
CREATE TABLE faults(format TEXT, name TEXT, path TEXT, line INTEGER, problem TEXT);
CREATE TABLE unfinished(format TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE agents(format TEXT, domain TEXT, people INTEGER, PRIMARY KEY(format, domain)) WITHOUT ROWID;
CREATE TABLE read_with(format TEXT PRIMARY KEY, domains TEXT) WITHOUT ROWID;
CREATE TABLE repeats(kind TEXT, format TEXT, records INTEGER, PRIMARY KEY(kind, format)) WITHOUT ROWID;
CREATE TABLE records(id INTEGER PRIMARY KEY, kind TEXT, key TEXT, format TEXT, time REAL, mark BLOB);
CREATE TABLE bodies(id INTEGER PRIMARY KEY, json TEXT);
CREATE TABLE names(what TEXT, value TEXT, record INTEGER, PRIMARY KEY(what, value, record)) WITHOUT ROWID;
CREATE INDEX records_by_time ON records(kind, time);
CREATE INDEX records_by_format ON records(format);
CREATE INDEX names_by_record ON names(record);
"""


class Index:
    """An open index. Its methods may be called from any thread."""

    def __init__(self, database: Path | None, wait: float) -> None:
        """`database` None keeps it in memory; `wait` is how many seconds to wait for another process."""
        self.in_memory = database is None
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(database or ":memory:", timeout=wait, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._connection.close).atexit = False
        self.rows("PRAGMA cache_size = -64000")
        self.rows("PRAGMA synchronous = NORMAL")
        if database:
            self.rows("PRAGMA journal_mode = WAL")  # others go on reading while one writes

    def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; all its rows."""
        with self._lock:
            return self._connection.execute(sql, tuple(parameters)).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def is_built(self, stamp: str) -> bool:
        """Was it built by this code with these settings?"""
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'stamp'"):
            return False
        return self.rows("SELECT value FROM stamp") == [(stamp,)]

    def is_fresh(self, stamp: str, disk: Files) -> bool:
        """Does it hold all of the folder as it lies on the disk?"""
        return self.is_built(stamp) and self.files() == disk and not self.unfinished()

    def unfinished(self) -> list[str]:
        """Formats that were not read to their end."""
        return [format for (format,) in self.rows("SELECT format FROM unfinished ORDER BY format")]

    def files(self) -> Files:
        """The files as they were when they were read."""
        return {path: (size, modified) for path, size, modified in self.rows("SELECT path, size, modified FROM files")}

    def faults(self) -> list[Fault]:
        """What was amiss, in the order of files and lines."""
        return [Fault(*row) for row in self.rows("SELECT name, line, problem FROM faults WHERE format <> '' ORDER BY name, line, rowid")]

    def strangers(self) -> list[Fault]:
        """Files that no reader knows, and why."""
        return [Fault(*row) for row in self.rows("SELECT name, line, problem FROM faults WHERE format = '' ORDER BY name")]

    def counts(self) -> list[tuple[Any, ...]]:
        """(kind, format, number of records, number of older copies left out)."""
        return self.rows(
            "SELECT kind, format, count(*), (SELECT max(repeats.records) FROM repeats WHERE repeats.kind = records.kind"
            " AND repeats.format = records.format) FROM records GROUP BY kind, format"
        )

    def size(self, kind: str) -> int:
        """Number of records of a kind."""
        return int(self.rows("SELECT count(*) FROM records WHERE kind = ?", [kind])[0][0])

    def record(self, id: int) -> Record | None:
        """The record with this number."""
        found = self.rows("SELECT kind, json FROM records JOIN bodies USING (id) WHERE id = ?", [id])
        return KINDS[found[0][0]].model_validate_json(found[0][1]) if found else None

    def begin(self, stamp: str) -> None:
        """Become the one that writes, waiting for another; an index of other code or settings is emptied."""
        self.rows("BEGIN IMMEDIATE")
        if self.is_built(stamp):
            return
        for virtual in ("AND sql LIKE 'CREATE VIRTUAL%'", "AND name NOT LIKE 'sqlite%'"):  # a virtual one takes its shadows along
            for (name,) in self.rows(f"SELECT name FROM sqlite_master WHERE type = 'table' {virtual}"):
                self.rows(f'DROP TABLE "{name}"')
        for statement in filter(str.strip, _SCHEMA.split(";")):
            self.rows(statement)
        for kind in KINDS:
            self.rows(f"CREATE VIRTUAL TABLE {words_table(kind)} USING fts5(heading, body, beside, content='', tokenize='{TOKENIZER}')")
        self.rows("INSERT INTO stamp VALUES (?)", [stamp])

    def commit(self) -> None:
        """Make what was written visible."""
        self.rows("COMMIT")
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def roll_back(self) -> None:
        """Forget what was written."""
        if self._connection.in_transaction:
            self.rows("ROLLBACK")

    def marks(self, format: str) -> list[tuple[Any, ...]]:
        """(id, kind, key, mark) of every record that the reader of this format gave."""
        return self.rows("SELECT id, kind, key, mark FROM records WHERE format = ?", [format])

    def put(self, record: Record, format: str, json: str) -> int:
        """Add a record, given with its JSON; its number."""
        kind: str = getattr(record, "kind")  # noqa: B009 - every subclass has it, the base does not
        row = (kind, key_of(record.ref), format, last_activity(record), mark_of(json))
        with self._lock:
            execute = self._connection.execute
            id = execute("INSERT INTO records(kind, key, format, time, mark) VALUES (?, ?, ?, ?, ?)", row).lastrowid or 0
            execute("INSERT INTO bodies VALUES (?, ?)", (id, json))
            execute(f"INSERT INTO {words_table(kind)}(rowid, heading, body, beside) VALUES (?, ?, ?, ?)", (id, *searchable(record)))
            for what, value in sorted(names_of(record)):
                execute("INSERT INTO names VALUES (?, ?, ?)", (what, value, id))
        return id

    def remove(self, id: int) -> None:
        """Take a record out. Its words are found again in its JSON."""
        record = self.record(id)
        if record is None:
            return
        table = words_table(getattr(record, "kind"))  # noqa: B009
        self.rows(f"INSERT INTO {table}({table}, rowid, heading, body, beside) VALUES ('delete', ?, ?, ?, ?)", [id, *searchable(record)])
        for sql in ("DELETE FROM records WHERE id = ?", "DELETE FROM bodies WHERE id = ?", "DELETE FROM names WHERE record = ?"):
            self.rows(sql, [id])


def words_table(kind: str) -> str:
    """Name of the full-text table of a kind: each kind has its own, so that a word's rarity is that among its like."""
    return kind.replace(" ", "_") + "_words"


def mark_of(json: str) -> bytes:
    """Eight bytes by which a changed record is known."""
    return blake2b(json.encode(), digest_size=8).digest()
