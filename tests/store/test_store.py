"""Cases are kept whole, with every revision, safe against other writers and broken disks."""

import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.case import Case
from escalation.errors import ConfigError, NothingFound, StoreError, UsageError
from escalation.store import MIGRATIONS, SqliteStore, change, open_store, resolve

MakeCase = Callable[..., Case]


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "home" / "escalations.db")


def test_a_case_comes_back_as_it_was_saved(store: SqliteStore, make_case: MakeCase) -> None:
    case = make_case(texts=("Zeichen: ü, 日本語, 🎈, \u202e",))

    assert store.save(case, over=0) == 1
    assert store.load(case.id).case == case


def test_a_store_that_was_never_written_has_no_cases_and_makes_no_file(store: SqliteStore) -> None:
    assert store.cases() == ()
    with pytest.raises(NothingFound, match="no case yet"):
        store.load("last")
    assert not store.path.exists()


def test_only_the_owner_may_read_the_file_and_its_folder(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(), over=0)

    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_every_change_is_kept_in_the_history(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(title="first"), over=0)
    store.save(make_case(title="second"), over=1)

    with sqlite3.connect(store.path) as db:
        kept = db.execute("SELECT revision, json_extract(document, '$.title') FROM history ORDER BY revision").fetchall()
    db.close()
    assert kept == [(1, "first"), (2, "second")]


def test_saving_what_is_there_already_changes_nothing(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(), over=0)

    assert store.save(make_case(), over=1) == 1
    assert store.load("last").revision == 1


def test_what_was_made_from_an_older_revision_is_not_saved(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(title="first"), over=0)
    store.save(make_case(title="by another"), over=1)

    assert store.save(make_case(title="late"), over=1) is None
    assert store.load("last").case.title == "by another"


def test_the_last_saved_case_is_listed_first_and_is_last(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case("ESC-AAAAAA"), over=0)
    store.save(make_case("ESC-BBBBBB"), over=0)
    store.save(make_case("ESC-AAAAAA", title="again"), over=1)

    assert [listed.id for listed in store.cases()] == ["ESC-AAAAAA", "ESC-BBBBBB"]
    assert store.load("last").case.title == "again"
    listed = store.cases()[0]
    assert (listed.severity, listed.action, listed.target, listed.opened_at) == (
        "High",
        "escalate",
        "engineering",
        "2026-11-18T15:00:00+00:00",
    )


IDS = ["ESC-ABCDEF", "ESC-ABXYZ2", "ESC-QQQQQQ"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("ESC-ABCDEF", "ESC-ABCDEF"), ("esc-abc", "ESC-ABCDEF"), ("q", "ESC-QQQQQQ"), ("last", "ESC-ABCDEF"), ("LAST", "ESC-ABCDEF")],
)
def test_a_case_may_be_named_by_the_start_of_its_id(name: str, found: str) -> None:
    assert resolve(name, IDS) == found


def test_the_start_of_several_ids_is_refused_naming_them() -> None:
    with pytest.raises(UsageError, match="2 cases: ESC-ABCDEF, ESC-ABXYZ2"):
        resolve("ab", IDS)


@pytest.mark.parametrize("name", ["ESC-ZZ", "", "ESC-", "%", "ESC-AB_", "' OR 1=1 --", "\x00"])
def test_a_name_that_is_no_case_finds_nothing(name: str) -> None:
    with pytest.raises(NothingFound):
        resolve(name, IDS)


@given(st.text())
def test_resolving_finds_a_case_or_says_why_not(name: str) -> None:
    said = ""
    try:
        said = resolve(name, IDS)
    except (NothingFound, UsageError) as error:
        said = str(error)
    assert said in IDS or "case" in said


def test_two_processes_that_add_to_one_case_both_land(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(texts=()), over=0)
    script = """
import sys
from pathlib import Path
from escalation.evidence import Evidence
from escalation.records import Category, Note
from escalation.store import SqliteStore, change

def one_more(text: str):
    def alter(case):
        note = Note(ref=text, title=text, text=text)
        item = Evidence(id=f"U{len(case.gathering.evidence) + 1}", connector="user", category=Category.USER, record=note)
        gathering = case.gathering.model_copy(update={"evidence": (*case.gathering.evidence, item)})
        return case.model_copy(update={"gathering": gathering})
    return alter

for number in range(10):
    change(SqliteStore(Path(sys.argv[1])), "last", one_more(f"{sys.argv[2]}{number}"))
"""
    writers = [subprocess.Popen([sys.executable, "-c", script, str(store.path), writer]) for writer in "ab"]

    assert [writer.wait(60) for writer in writers] == [0, 0]
    saved = store.load("last")
    assert sorted(item.record.ref for item in saved.case.gathering.evidence) == sorted(f"{w}{n}" for w in "ab" for n in range(10))
    assert saved.revision == 21


def test_a_change_that_fails_leaves_the_case_as_it_was(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(title="before"), over=0)

    def interrupted(_: Case) -> Case:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        change(store, "last", interrupted)
    assert store.load("last").case.title == "before"
    assert store.save(make_case(title="after"), over=1) == 2


def test_an_older_schema_is_brought_forward(tmp_path: Path, make_case: MakeCase) -> None:
    path = tmp_path / "escalations.db"
    SqliteStore(path).save(make_case(), over=0)
    newer = SqliteStore(path, (*MIGRATIONS, "ALTER TABLE cases ADD COLUMN closed_at TEXT"))

    newer.check()

    assert newer.load("last").case == make_case()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT closed_at FROM cases").fetchall() == [(None,)]
    db.close()


def test_a_migration_that_fails_leaves_the_older_schema(tmp_path: Path, make_case: MakeCase) -> None:
    path = tmp_path / "escalations.db"
    SqliteStore(path).save(make_case(), over=0)

    with pytest.raises(StoreError):
        SqliteStore(path, (*MIGRATIONS, "ALTER TABLE cases ADD COLUMN closed_at TEXT; ALTER TABLE nothing ADD COLUMN x TEXT")).check()
    assert SqliteStore(path).load("last").case == make_case()


def test_a_newer_schema_is_refused_and_left_alone(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(), over=0)
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA user_version = 7")
    db.close()
    before = store.path.read_bytes()

    with pytest.raises(StoreError, match=f"has schema 7, this version knows {len(MIGRATIONS)}: update customer-escalation"):
        store.load("last")
    with pytest.raises(StoreError, match="schema 7"):
        store.save(make_case(), over=1)
    assert store.path.read_bytes() == before


def test_another_programs_database_is_refused(store: SqliteStore, make_case: MakeCase) -> None:
    store.path.parent.mkdir()
    with sqlite3.connect(store.path) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()

    with pytest.raises(StoreError, match="another program's database"):
        store.save(make_case(), over=0)


@pytest.mark.parametrize("content", [b"this is no database, it is a text of some length\n" * 40, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_a_store_error_that_says_to_move_it(store: SqliteStore, make_case: MakeCase, content: bytes) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(content)

    with pytest.raises(StoreError, match="move it aside"):
        store.save(make_case(), over=0)
    with pytest.raises(StoreError, match="move it aside"):
        store.cases()


def test_a_case_saved_in_another_shape_is_a_store_error(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(), over=0)
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE history SET document = json_set(document, '$.mood', 'calm')")
    db.close()

    with pytest.raises(StoreError, match=r"another version \(mood does not fit\)"):
        store.load("last")


def test_a_folder_that_can_not_be_made_is_a_store_error(tmp_path: Path, make_case: MakeCase) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(StoreError, match="CUSTOMER_ESCALATION_HOME"):
        SqliteStore(tmp_path / "file" / "escalations.db").save(make_case(), over=0)


def test_a_file_that_may_not_grow_saves_nothing_and_keeps_what_it_has(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(title="before"), over=0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        with pytest.raises(StoreError, match="case store"):
            store.save(make_case(title="after", texts=("x" * 1_000_000,)), over=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert store.load("last").case.title == "before"


def test_a_lock_that_is_not_released_is_a_store_error(store: SqliteStore, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.store._BUSY_SECONDS", 0.05)
    store.save(make_case(), over=0)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="another process"):
            store.save(make_case(title="after"), over=1)
        assert store.load("last").revision == 1
    finally:
        other.close()


def test_a_store_on_a_disk_that_may_only_be_read_can_be_read(store: SqliteStore, make_case: MakeCase) -> None:
    store.save(make_case(), over=0)
    store.path.chmod(0o400)
    store.path.parent.chmod(0o500)
    try:
        if os.access(store.path.parent, os.W_OK):
            pytest.skip("this user may write everywhere")
        assert store.load("last").case == make_case()
        with pytest.raises(StoreError, match="CUSTOMER_ESCALATION_HOME"):
            store.save(make_case(title="after"), over=1)
    finally:
        store.path.parent.chmod(0o700)


def test_a_relative_store_is_inside_the_configuration_folder(tmp_path: Path, make_case: MakeCase) -> None:
    open_store("sqlite:///escalations.db", tmp_path).save(make_case(), over=0)
    open_store(f"sqlite:///{tmp_path}/elsewhere.db", tmp_path / "unused").save(make_case(), over=0)

    assert (tmp_path / "escalations.db").is_file()
    assert (tmp_path / "elsewhere.db").is_file()
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize(
    "url", ["", "escalations.db", "mysql://x/y", "sqlite://", "sqlite:///", "sqlite:escalations.db", "sqlite://host/db"]
)
def test_a_store_of_another_kind_is_refused_without_showing_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected sqlite:///FILE"):
        open_store(url, tmp_path)


def test_postgresql_is_announced_and_its_password_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="PostgreSQL is not available in this version") as raised:
        open_store("postgresql://dana:hunter2@db.example.com/cases", tmp_path)
    assert "hunter2" not in str(raised.value)
