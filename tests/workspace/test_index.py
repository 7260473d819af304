"""When the folder is read, what stays when something goes wrong, and what coverage is told."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from connectors.workspace import Workspace
from escalation.connector import ArticleQuery, Connector, Session, TicketQuery, WorkItemQuery
from escalation.errors import ConfigError, Unavailable
from escalation.plugins import load_plugin

Open = Callable[..., Workspace]

JIRA = "Issue key,Summary,Status,Updated\nORD-1,Export lacks rows,Open,18/Nov/26 10:00\nORD-2,Late webhooks,Done,17/Nov/26 10:00\n"


class Hurried(Session):
    """Its time is over when it was asked for the fifth time."""

    asked = 0

    def remaining(self) -> float:
        self.asked += 1
        return 9.0 if self.asked < 5 else 0.0


def ticket(ref: str, subject: str = "Webhook late", **more: object) -> dict[str, object]:
    return {"kind": "ticket", "ref": ref, "subject": subject, **more}


def refs(workspace: Workspace, *words: str) -> list[str]:
    return sorted(found.ref for found in workspace.find_tickets(TicketQuery(words=words)))


def touch(path: Path) -> None:
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000_000))


def test_it_is_the_built_in_connector_of_its_name() -> None:
    [offered] = load_plugin("workspace").register_connectors()
    assert issubclass(offered, Connector)
    assert offered.type == "workspace"


def test_a_fresh_index_is_used_without_reading_a_file_or_importing_a_reader(workspace: Open, folder: Path) -> None:
    list(workspace({"a.jsonl": [ticket("1")]}).find_tickets(TicketQuery()))
    script = (
        "import sys; from pathlib import Path; from connectors.workspace import *; from escalation.connector import *\n"
        f"w = Workspace('x', WorkspaceSettings(path=Path({str(folder)!r})), "
        f"Session(seconds=9, cache=Path({str(folder.parent / 'cache')!r})))\n"
        "print([t.ref for t in w.find_tickets(TicketQuery())], [m for m in sys.modules if m.startswith('connectors.workspace.') and "
        "m.split('.')[2] in ('readers', 'exports', 'indexing', 'content')])"
    )
    (folder / "a.jsonl").chmod(0)
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert ran.stdout.strip() == "['1'] []"


def test_new_changed_and_removed_files_are_seen(workspace: Open, folder: Path) -> None:
    assert refs(workspace({"a.jsonl": [ticket("1")], "b.jsonl": [ticket("2")]})) == ["1", "2"]
    assert refs(workspace({"c.jsonl": [ticket("3")]})) == ["1", "2", "3"]
    assert refs(workspace({"a.jsonl": [ticket("1", "Export lacks rows"), ticket("4")]}), "webhook") == ["2", "3", "4"]
    (folder / "b.jsonl").unlink()
    assert refs(workspace()) == ["1", "3", "4"]


def test_a_change_in_one_format_leaves_the_records_of_another_alone(workspace: Open, folder: Path, tmp_path: Path) -> None:
    list(workspace({"a.jsonl": [ticket("1")], "jira.csv": JIRA}).find_tickets(TicketQuery()))
    database = next((tmp_path / "cache").glob("*.sqlite"))

    def numbers() -> list[tuple[int, str]]:
        with sqlite3.connect(database) as connection:
            rows = connection.execute("SELECT id, key FROM records WHERE kind = 'work item' ORDER BY id").fetchall()
        connection.close()
        return rows

    before = numbers()
    list(workspace({"a.jsonl": [ticket("1"), ticket("2")]}).find_tickets(TicketQuery()))
    assert numbers() == before
    touch(folder / "jira.csv")
    list(workspace().find_tickets(TicketQuery()))
    assert numbers() == before  # read again, found unchanged


def test_other_settings_build_the_index_anew(workspace: Open) -> None:
    assert refs(workspace({"jira.csv": JIRA, "a.jsonl": [ticket("1")]})) == ["1"]
    query = WorkItemQuery(words=("rows",))
    [before] = [item.updated_at for item in workspace().find_work_items(query)]
    [after] = [item.updated_at for item in workspace(zone="Europe/Berlin").find_work_items(query)]
    assert (before, after) == (datetime(2026, 11, 18, 10, tzinfo=timezone.utc), datetime(2026, 11, 18, 9, tzinfo=timezone.utc))


def test_of_a_record_exported_twice_the_newest_stays(workspace: Open) -> None:
    old = ticket("1", "old", updated_at="2026-11-01T00:00:00Z")
    new = ticket("1", "new", updated_at="2026-11-02T00:00:00Z")
    opened = workspace({"a.jsonl": [new, ticket("2")], "b.jsonl": [old, ticket("2")]})
    assert [found.subject for found in opened.find_tickets(TicketQuery()) if found.ref == "1"] == ["new"]
    assert "2 older copies" in next(probe.detail for probe in opened.check_connection() if probe.ability == "find tickets")


def test_broken_rows_are_told_on_every_run_the_first_five_by_line(workspace: Open) -> None:
    rows = "".join(f'{{"kind": "ticket", "ref": "{n}"}}\nbroken\n' for n in range(8))
    for _ in range(2):
        opened = workspace({"tickets.jsonl": rows})
        assert len(refs(opened)) == 8
        assert opened.session.shortfalls[:2] == [
            "tickets.jsonl line 2: is not JSON; cut off or damaged",
            "tickets.jsonl line 4: is not JSON; cut off or damaged",
        ]
        assert opened.session.shortfalls[5].startswith("and 3 more lines or files that can't be read")


def test_files_in_no_known_format_are_named_in_one_line(workspace: Open) -> None:
    opened = workspace({"a.jsonl": [ticket("1")], "logo.png": b"\x89PNG...", "words.txt": "a few words", "x.csv": "one,two\n1,2\n"})
    list(opened.find_tickets(TicketQuery()))
    assert opened.session.shortfalls == [
        "not read: logo.png is an image; words.txt is text in no format known here; x.csv is csv in no format known here"
    ]


def test_a_healthy_folder_falls_short_of_nothing(workspace: Open) -> None:
    opened = workspace({"a.jsonl": [ticket("1")], "jira.csv": JIRA, "page.md": "# Rotating secrets\n\nBoth.\n"})
    list(opened.find_articles(ArticleQuery(words=("secrets",))))
    assert opened.session.shortfalls == []


def test_a_missing_folder_is_a_setting_to_mend(workspace: Open, folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"connector 'exports': path .*nowhere does not exist"):
        list(workspace(path=folder / "nowhere").find_tickets(TicketQuery()))


def test_a_file_in_place_of_the_folder_is_a_setting_to_mend(workspace: Open, folder: Path) -> None:
    with pytest.raises(ConfigError, match="is a file: name the folder"):
        list(workspace({"a.csv": "x"}, path=folder / "a.csv").find_tickets(TicketQuery()))


@pytest.mark.parametrize(("files", "there"), [({}, "which is empty"), ({"a.txt": "words"}, "a.txt is text")])
def test_a_folder_without_exports_says_what_is_there(workspace: Open, files: dict[str, str], there: str) -> None:
    opened = workspace(files)
    assert refs(opened) == []
    assert there in opened.session.shortfalls[0]


@pytest.mark.parametrize("damage", [b"not a database at all, " * 99, b""])
def test_a_damaged_index_is_built_again(workspace: Open, tmp_path: Path, damage: bytes) -> None:
    assert refs(workspace({"a.jsonl": [ticket("1")]})) == ["1"]
    next((tmp_path / "cache").glob("*.sqlite")).write_bytes(damage)
    assert refs(workspace()) == ["1"]


def test_damage_inside_the_index_is_mended_when_a_question_meets_it(workspace: Open, tmp_path: Path) -> None:
    assert len(refs(workspace({"a.jsonl": [ticket(str(n), text="late webhook " * 200) for n in range(40)]}), "webhook")) == 40
    database = next((tmp_path / "cache").glob("*.sqlite"))
    with sqlite3.connect(database) as connection:
        [(page,)] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'bodies'")
        [(size,)] = connection.execute("PRAGMA page_size")
    connection.close()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert len(refs(workspace(), "webhook")) == 40


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(workspace: Open, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    opened = workspace({"a.jsonl": [ticket("1")]})
    assert refs(opened) == ["1"]
    assert opened.session.shortfalls == []


def test_while_another_process_writes_the_old_index_serves_and_says_so(workspace: Open, tmp_path: Path) -> None:
    assert refs(workspace({"a.jsonl": [ticket("1")]})) == ["1"]
    other = sqlite3.connect(next((tmp_path / "cache").glob("*.sqlite")), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    opened = workspace({"b.jsonl": [ticket("2")]}, seconds=1.1)
    assert refs(opened) == ["1"]
    assert "another process is refreshing the index" in opened.session.shortfalls[0]
    other.close()
    assert refs(workspace()) == ["1", "2"]


def test_two_sessions_that_index_at_once_end_with_one_index(workspace: Open) -> None:
    sessions = [workspace({f"{n}.jsonl": [ticket(f"{n}-{m}") for m in range(50)] for n in range(4)}) for _ in range(4)]
    found: list[int] = []
    threads = [threading.Thread(target=lambda one=one: found.append(len(refs(one)))) for one in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [50, 50, 50, 50]  # the limit of a query
    assert "200 from" in next(iter(workspace().check_connection())).detail


def test_out_of_time_keeps_what_was_read_and_the_next_run_ends_it(workspace: Open) -> None:
    files = {"a.jsonl": [ticket(str(n)) for n in range(1200)], "jira.csv": JIRA}
    hurried = workspace(files)
    hurried.session = Hurried(seconds=60, cache=hurried.session.cache)
    with pytest.raises(Unavailable, match="doctor"):
        refs(hurried)
    opened = workspace()
    assert next(iter(opened.check_connection())).detail == "1,200 from plain CSV or JSON"
    assert len(list(opened.find_work_items(WorkItemQuery()))) == 2


def test_checking_the_connection_indexes_however_long_it_takes(workspace: Open) -> None:
    late = workspace({"a.jsonl": [ticket("1")]}, seconds=0)
    assert next(iter(late.check_connection())).detail == "1 from plain CSV or JSON"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_a_process_killed_while_indexing_leaves_a_usable_index(workspace: Open, folder: Path, tmp_path: Path) -> None:
    assert refs(workspace({"a.jsonl": [ticket("1")]})) == ["1"]
    script = (
        "import os, signal; from pathlib import Path; from connectors.workspace import *; from escalation.connector import *\n"
        "from connectors.workspace.index import Index\n"
        "Index.commit = lambda self: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"w = Workspace('x', WorkspaceSettings(path=Path({str(folder)!r})), Session(seconds=9, cache=Path({str(tmp_path / 'cache')!r})))\n"
        "list(w.find_tickets(TicketQuery()))"
    )
    (folder / "b.jsonl").write_text('{"kind": "ticket", "ref": "2"}\n', encoding="utf-8")
    killed = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert killed.returncode == -signal.SIGKILL
    with sqlite3.connect(next((tmp_path / "cache").glob("*.sqlite"))) as connection:
        assert connection.execute("SELECT key FROM records").fetchall() == [("1",)]
    connection.close()
    assert refs(workspace()) == ["1", "2"]
