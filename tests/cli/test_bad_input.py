"""Bad input, as people and agents give it: one clear line, the right exit code, and nothing lost."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from escalation.pages.fit import LIMIT
from escalation.workflow import case_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Run, Said

ROOT = Path(__file__).parents[2]
NOW = "2026-11-18T15:00:00+00:00"
ISSUE = "POST /v2/orders answers HTTP 500 ORD-5031"
LOG_LINE = "2026-11-16T08:41:07.113Z ERROR gateway request_id=req_01KA4Q8V5TN4M POST /v2/orders 500 ORD-5031\n"

HANGING = """
import time
from escalation.connector import Connector, Settings
from escalation.hookspecs import hookimpl
from escalation.records import Category

class Hanging(Connector[Settings]):
    type = "hanging"
    categories = (Category.SUPPORT_PLATFORM,)
    settings_type = Settings

    def find_tickets(self, query):
        (self.session.cache / "asked").touch()
        time.sleep(300)
        yield

@hookimpl
def register_connectors():
    return [Hanging]
"""


@pytest.fixture
def settings(home: Path) -> Callable[..., Path]:
    """Write files into the configuration folder."""

    def write(**files: str) -> Path:
        folder = home / ".customer-escalation"
        for name, text in files.items():
            path = folder / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


def start(*words: str, cwd: Path, **more: Any) -> subprocess.Popen[bytes]:
    """A real process."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "escalation", *words], cwd=cwd, env=environ, **pipes)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, (out or b"").decode(), err.decode()


def one_line(said: Said, code: int, *words: str) -> None:
    """It ended with this code, and its one line on stderr has these words."""
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith("customer-escalation: ")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err


# The sentence


@pytest.mark.parametrize("words", [[""], ["   \t"], ["\n\n"], ["???"], ["🔥🔥"], ["", "Acme Corp"]])
def test_an_issue_without_a_word_is_refused(run: Run, words: list[str]) -> None:
    one_line(run("open", *words), 2, "say what is wrong or wanted in words, for example: ")


@pytest.mark.parametrize("sentence", ["Outage", "down", "500"])
def test_one_word_is_a_case_full_of_gaps(run: Run, sentence: str) -> None:
    said = run("open", sentence, "--now", NOW)

    assert (said.code, said.err) == (0, "")
    assert "## Gaps" in said.out
    assert len(run("list", "--format", "json").json["cases"]) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "🔥 Export broken 😡 for Acme Corp",
        "ה-API מחזיר שגיאה 500 עבור Acme Corp",
        "الخدمة متوقفة لدى Acme Corp منذ أمس",
        "API\x00 is \x1b[31mdown\x1b[0m\x07 for\u202e Acme\u200b Corp\r\n\x85",
        "A\u0301\u0301\u0301" * 300 + " is down",
        "caf\udce9 app is down",
        "{{ 7 * 7 }} {% raw %} is down for Acme Corp",
        "'; DROP TABLE cases; -- is down for Acme Corp",
        "-5 % of the orders are lost",
    ],
)
def test_any_characters_are_taken_and_none_that_steers_a_terminal_is_printed(run: Run, sentence: str) -> None:
    said = run("open", sentence, "--now", NOW)

    assert (said.code, said.err) == (0, "")
    assert [character for character in said.out if not character.isprintable() and character != "\n"] == []
    assert "49" not in said.out.split("\n")[0]
    assert run("brief", "last").code == 0
    assert json.loads(run("brief", "last", "--format", "json").out)["ok"]


@pytest.mark.parametrize("customer", ["No Such Ltd", "🔥", "\x1b[31mRed", "x" * 5_000, "?", "Acme\nCorp"])
def test_a_customer_that_does_not_exist_is_a_gap(run: Run, tmp_path: Path, customer: str) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.jsonl").write_text('{"kind": "account", "ref": "A-9", "name": "Acme Corp"}\n', encoding="utf-8")

    said = run("open", "API is down", "--customer", customer, "--workspace", str(tmp_path / "exports"), "--now", NOW)
    run(
        "open",
        "API is down",
        "--customer",
        customer,
        "--workspace",
        str(tmp_path / "exports"),
        "--now",
        NOW,
        "--format",
        "json",
        "--out",
        "o",
    )

    assert (said.code, said.err) == (0, "")
    assert len(said.out) <= LIMIT
    questions = [gap["question"] for gap in json.loads(Path("o").read_text(encoding="utf-8"))["gaps"]]
    assert any(question.endswith(" in the CRM?") or question.startswith("Is ") for question in questions)


@pytest.mark.slow
def test_a_megabyte_of_log_as_the_issue_is_a_case_that_keeps_it_all(run: Run) -> None:
    log = (LOG_LINE * 11_000)[: 1024 * 1024]

    said = run("open", log, "--now", NOW)

    assert (said.code, said.err) == (0, "")
    assert "ORD-5031" in said.out
    assert len(said.out) <= LIMIT
    run("show", "last", "U2", "--format", "json", "--out", "typed.json")
    kept = json.loads(Path("typed.json").read_text(encoding="utf-8"))["evidence"]["record"]
    assert (kept["title"], kept["text"]) == ("The issue as typed, whole", log.strip())


@pytest.mark.slow
def test_a_megabyte_of_log_as_context_is_evidence_and_a_larger_file_is_refused(run: Run) -> None:
    Path("gateway.log").write_text((LOG_LINE * 11_000)[: 1024 * 1024], encoding="utf-8")
    Path("huge.log").write_text(LOG_LINE * 30_000, encoding="utf-8")

    said = run("open", ISSUE, "--context", "gateway.log", "--now", NOW)

    assert (said.code, said.err) == (0, "")
    [log] = [item for item in run("show", "last", "--format", "json").json["evidence"] if item["title"] == "gateway.log"]
    run("show", "last", log["id"], "--format", "json", "--out", "log.json")
    assert len(json.loads(Path("log.json").read_text(encoding="utf-8"))["evidence"]["record"]["text"]) >= 1024 * 1024 - 1
    one_line(run("open", ISSUE, "--context", "huge.log", "--now", NOW), 2, "huge.log is larger than 2,000,000 bytes", "--workspace")


# Exports


@pytest.fixture
def exports(home: Path) -> Path:
    """A folder in which one file is sound, and the others are bad in every way."""
    folder = home / "exports"
    folder.mkdir()
    sound = {
        "kind": "ticket",
        "ref": "4211",
        "subject": ISSUE,
        "text": ISSUE,
        "account_name": "Acme Corp",
        "created_at": "2026-11-16T09:00:00Z",
    }
    (folder / "sound.jsonl").write_text(json.dumps(sound) + "\n", encoding="utf-8")
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 40)
    (folder / "picture.json").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 2_000)
    (folder / "truncated.json").write_text(
        '{"tickets": [{"id": 1, "subject": "a", "requester_id": 2, "status": "open"},\n{"id": 2, "sub', encoding="utf-8"
    )
    (folder / "cut.csv").write_text('Issue key,Summary,Status\nORD-1,Export lacks rows,Open\nORD-2,"never ends', encoding="utf-8")
    (folder / "latin.csv").write_bytes("Issue key,Summary,Status\nORD-9,Datenexport für Müller fehlt,Open\n".encode("cp1252"))
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and nothing else")
    (folder / "empty.json").write_bytes(b"")
    (folder / "huge.csv").write_bytes(b"kind,ref,subject\n" + b"ticket,1,x\n" * 100_000)
    return folder


def test_a_bad_export_is_a_line_of_coverage_and_the_sound_ones_are_read(run: Run, exports: Path, settings: Callable[..., Path]) -> None:
    settings(config_yaml=f"connectors: {{exports: {{type: workspace, path: {exports}, max_file_mb: 1}}}}")

    said = run("open", ISSUE, "Acme Corp", "--now", NOW)
    run("open", ISSUE, "Acme Corp", "--now", NOW, "--format", "json", "--out", "case.json")

    assert (said.code, said.err) == (0, "")
    document = json.loads(Path("case.json").read_text(encoding="utf-8"))
    assert "4211" in [item["ref"] for item in document["evidence"]]
    told = " ".join(line["detail"] for line in document["coverage"] if line["connector"] == "exports")
    assert "truncated.json line 2: " in told
    assert "cut.csv line 3: " in told
    assert "partial" in {line["status"] for line in document["coverage"] if line["connector"] == "exports"}
    named = told + " ".join(finding["detail"] for finding in run("doctor", "--format", "json").json["checks"])
    assert all(name in named for name in ("binary.csv", "picture.json", "broken.zip", "huge.csv")), named


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything")
def test_an_export_that_may_not_be_read_is_named(run: Run, exports: Path) -> None:
    (exports / "sound.jsonl").chmod(0)

    assert "sound.jsonl" in run("open", ISSUE, "--workspace", str(exports), "--now", NOW).out


@pytest.mark.parametrize("path", ["missing", "missing/deeper", "a file"])
def test_a_workspace_that_is_no_folder_is_refused_before_anything_is_done(run: Run, path: str) -> None:
    Path("a file").write_text("x", encoding="utf-8")

    one_line(run("open", ISSUE, "--workspace", path, "--now", NOW), 4, f"--workspace {path}: ")
    assert "no case" in run("list").out


def test_a_configured_folder_that_is_missing_is_a_gap_that_names_it(run: Run, settings: Callable[..., Path]) -> None:
    settings(config_yaml="connectors: {exports: {type: workspace, path: ./gone}}")

    said = run("open", ISSUE, "--now", NOW, "--format", "json", "--out", "case.json")

    assert said.code == 0
    document = json.loads(Path("case.json").read_text(encoding="utf-8"))
    assert "gone does not exist: name the folder that holds the exports" in document["coverage"][0]["detail"]
    assert any("gone does not exist" in gap["ask"] for gap in document["gaps"])


# Settings, policy, templates


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("conectors: {}", ["config.yaml:1", "did you mean 'connectors'?"]),
        ("connectors:\n  exports: {type: workspace, pth: ./x}", ["config.yaml:2", "'exports'", "did you mean 'path'?"]),
        ("connectors:\n  exports: {type: workspace, path: [1]}", ["config.yaml:2", "'exports'", "'path"]),
        ("connectors:\n  exports: {type: workspace, path: x, max_file_mb: many}", ["config.yaml:2", "'max_file_mb'", "integer"]),
        (
            "connectors:\n  exports: {type: workspace, path: ghp_abcdefghijklmnop}",
            ["config.yaml:2", "a secret is written in clear", "${EXPORTS_PATH}"],
        ),
        (
            "connectors:\n  exports: {type: workspace, path: '${LOOP}'}",
            ["config.yaml:2", "LOOP itself holds a ${…}, which is not followed"],
        ),
        ("connectors:\n  exports: {type: workspace, path: '${NOT_SET}'}", ["config.yaml:2", "the environment variable NOT_SET is not set"]),
        ("connectors: {zendesc: {}}", ["config.yaml:1", "no connector of type 'zendesc'"]),
        ("connectors: [", ["config.yaml:1", "not valid YAML"]),
        ("reporter: {zone: Mars/Olympus}", ["config.yaml:1", "no such time zone"]),
        ("store: mysql://x", ["store: expected sqlite:///FILE"]),
    ],
)
def test_a_wrong_setting_is_one_line_with_file_and_line(
    run: Run, settings: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, text: str, words: list[str]
) -> None:
    monkeypatch.setenv("LOOP", "${POOL}")
    monkeypatch.setenv("POOL", "${LOOP}")
    settings(config_yaml=text)

    one_line(run("open", ISSUE, "--now", NOW), 3, *words)
    assert "ghp_" not in run("open", ISSUE, "--now", NOW).err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("escalate:\n  mine: {when: 'no_such_fact > 1', text: x}", ["policy.yaml line 2", "no_such_fact"]),
        ("escalate:\n  mine: {when: '1 +', text: x}", ["policy.yaml line 2"]),
        ("thresholds: {high_value: lots}", ["policy.yaml line 1", "high_value"]),
        ("no_such_part: {}", ["policy.yaml line 1", "no_such_part"]),
        ("escalate: [", ["policy.yaml line 2", "not valid YAML"]),
    ],
)
def test_a_bad_policy_is_said_before_anyone_is_asked(run: Run, settings: Callable[..., Path], text: str, words: list[str]) -> None:
    folder = settings(config_yaml="connectors: {hanging: {}}", connectors__hanging_py=HANGING, policy_yaml=text)
    started = time.monotonic()

    one_line(run("open", ISSUE, "--now", NOW), 3, *words)
    assert time.monotonic() - started < 5
    assert not (folder / "escalations.db").exists()


def test_a_template_that_fails_says_where_and_under_which_id_the_case_is_saved(run: Run, settings: Callable[..., Path]) -> None:
    folder = settings(templates__page_md_j2="# {{ case.id }}\n{{ 1 / 0 }}\n")

    said = run("open", ISSUE, "--now", NOW)

    [case] = run("list", "--format", "json").json["cases"]
    one_line(said, 3, "page.md.j2", "2", f"the case is saved as {case['id']}")
    shutil.rmtree(folder / "templates")
    assert run("brief", "last").code == 0


# Disks and processes


def limited() -> None:
    """No file may grow beyond this."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))


def test_on_a_full_disk_the_page_is_printed_and_what_was_saved_before_stays(run: Run, home: Path) -> None:
    assert run("open", "The first one", "--now", NOW).code == 0

    code, out, err = finish(start("open", ISSUE, "--now", NOW, cwd=home, preexec_fn=limited))
    added = finish(start("add", "last", "--text", "x" * 20_000, cwd=home, preexec_fn=limited))

    assert code == 5
    assert ISSUE[:20] in out
    assert err.startswith("customer-escalation: case store ")
    assert err.count("\n") == 1
    assert added[0] == 5
    assert [case["id"] for case in run("list", "--format", "json").json["cases"]] == [run("brief", "last", "--format", "json").json["case"]]


def test_a_file_on_a_full_disk_is_said_and_the_case_is_safe(run: Run) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")

    said = run("open", ISSUE, "--now", NOW, "--out", "/dev/full")

    one_line(said, 5, "--out /dev/full can't be written: No space left on device; the case itself is safe")
    assert run("brief", "last").code == 0


def test_on_a_disk_that_may_only_be_read_the_page_is_printed(tmp_path: Path, home: Path) -> None:
    unshare = shutil.which("unshare")
    inside = 'mount -t tmpfs -o ro none "$1" && shift && exec "$@"'
    trial = [unshare or "", "-m", "sh", "-c", 'mount -t tmpfs -o ro none "$1"', "-", str(home)]
    if not unshare or subprocess.run(trial, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount")
    command = [sys.executable, "-m", "escalation", "open", ISSUE, "--now", NOW, "--workspace", str(ROOT / "examples" / "larkspur")]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(home / "cache")}
    done = subprocess.run(
        [unshare, "-m", "sh", "-c", inside, "-", str(home), *command],
        capture_output=True,
        text=True,
        env=environ,
        cwd=ROOT,
        timeout=90,
        check=False,
    )

    assert done.returncode == 5, done.stderr
    assert "PLAT-812" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "Read-only file system" in done.stderr


def test_processes_that_open_at_once_in_one_new_store_all_save(home: Path, run: Run) -> None:
    openers = [start("open", f"Export {n} lacks rows", "--now", NOW, cwd=home) for n in range(3)]

    assert [finish(opener)[::2] for opener in openers] == [(0, "")] * 3
    assert len(run("list", "--format", "json").json["cases"]) == 3


def test_an_interruption_in_the_middle_of_a_gather_ends_at_once_and_leaves_the_store_whole(
    home: Path, run: Run, settings: Callable[..., Path]
) -> None:
    assert run("open", "The first one", "--now", NOW).code == 0
    folder = settings(config_yaml="connectors: {hanging: {}}", connectors__hanging_py=HANGING)
    process = start("open", ISSUE, "--now", NOW, "--within", "60", "--format", "json", cwd=home)
    until = time.monotonic() + 30
    while not list((home.parent / "cache").rglob("asked")) and time.monotonic() < until:
        time.sleep(0.05)
    interrupted = time.monotonic()
    process.send_signal(signal.SIGINT)
    code, out, err = finish(process)

    assert time.monotonic() - interrupted < 10
    assert (code, err) == (130, "")
    assert json.loads(out) == {"ok": False, "exit_code": 130, "error": "interrupted; a case is saved whole or not at all"}
    with sqlite3.connect(folder / "escalations.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT count(*) FROM cases").fetchall() == [(1,)]
    db.close()


# Flags and names


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--now", "2026-11-18T15:00:00"], "has no offset; expected such as 2026-11-18T15:00:00+01:00"),
        (["--now", "2026-13-18T15:00:00Z"], "is no time; expected ISO 8601"),
        (["--now", "0001-01-01T00:00:00Z"], "the year 1 is out of range"),
        (["--within", "0"], "'0' is out of range; expected seconds, more than 0 and at most 600"),
        (["--within=-5"], "'-5' is out of range"),
        (["--within", "nan"], "'nan' is out of range"),
        (["--within", "inf"], "'inf' is out of range"),
        (["--within", "soon"], "'soon' is out of range"),
        (["--our-domain", "not a domain"], "'not a domain' is no e-mail domain; expected such as example.com"),
    ],
)
def test_a_flag_that_can_not_be_is_refused(run: Run, words: list[str], line: str) -> None:
    one_line(run("open", ISSUE, *words), 2, line)
    assert "no case" in run("list").out


def test_a_case_that_does_not_exist_or_is_several_is_said(run: Run) -> None:
    by_start: dict[str, list[str]] = {}
    for number in range(40):
        sentence = f"Export {number} lacks rows"
        by_start.setdefault(case_id(sentence, [], datetime.fromisoformat(NOW))[:5], []).append(sentence)
    start, two = next((start, sentences[:2]) for start, sentences in by_start.items() if len(sentences) > 1)
    for sentence in two:
        run("open", sentence, "--now", NOW)

    for command in (["show"], ["brief"], ["add", "--text", "x"]):
        one_line(run(*command, "ESC-999999"), 4, "there is no case 'ESC-999999'; `list` shows what there is, `last` is ESC-")
        one_line(run(*command, start), 2, f"{start!r} is the start of 2 cases: ", "type more of it")


def test_a_file_into_a_folder_that_is_missing_is_refused_before_anything_is_done(run: Run) -> None:
    one_line(run("open", ISSUE, "--now", NOW, "--out", "missing/case.md"), 4, "--out missing/case.md: there is no folder")
    assert "no case" in run("list").out


def test_a_reader_that_has_gone_costs_nothing_of_the_case(run: Run, home: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    process = start("open", ISSUE, "--now", NOW, cwd=home, stdout=write)
    code, _, err = finish(process)
    os.close(write)

    assert (code, err) == (0, "")
    assert len(run("list", "--format", "json").json["cases"]) == 1


def test_a_closed_stdout_is_said_and_costs_nothing_of_the_case(run: Run, home: Path) -> None:
    code, _, err = finish(start("open", ISSUE, "--now", NOW, cwd=home, stdout=None, preexec_fn=lambda: os.close(1)))

    assert (code, err) == (5, "customer-escalation: the output can't be written: it is closed\n")
    assert len(run("list", "--format", "json").json["cases"]) == 1
