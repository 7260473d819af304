"""How a command is called, and how a wrong call is answered: one helpful line and the right exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from escalation import __version__
from escalation.cli import COMMANDS, main
from escalation.commands.open import sentence_and_customer
from escalation.pages.fit import LIMIT

if TYPE_CHECKING:
    from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]


def process(*words: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run([sys.executable, "-m", "escalation", *words], capture_output=True, env=environ, timeout=60, cwd=cwd, check=False)


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_is_one_line(run: Run, flag: str) -> None:
    said = run(flag)

    assert (said.code, said.out, said.err) == (0, f"customer-escalation {__version__}\n", "")


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_the_help_names_every_command_and_the_exit_codes(run: Run, words: list[str]) -> None:
    said = run(*words)

    assert said.code == 0
    assert said.err == ""
    assert all(f"  {command} " in said.out for command in COMMANDS)
    assert "exit codes: 0 done" in said.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example_and_the_exit_codes(run: Run, command: str) -> None:
    said = run(command, "--help")

    assert (said.code, said.err) == (0, "")
    assert f"example: customer-escalation {command}" in said.out
    assert "exit codes: 0 done" in said.out
    assert "--format" in said.out
    assert "--out FILE" in said.out
    assert len(said.out) < LIMIT
    assert run("help", command) == said


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["open", "--help"], ["add", "--help"], ["doctor", "--help"], ["opne"], ["open", "--nope"]]
)
def test_what_needs_no_work_imports_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys\nfrom escalation.cli import main\nmain(sys.argv[1:])\n"
        "heavy = {'pydantic', 'jinja2', 'yaml', 'pluggy', 'sqlite3', 'importlib.metadata', 'asyncio', 'email', 'http'} & set(sys.modules)\n"
        "print('heavy:', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)

    assert done.stdout.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], 'say what is wrong, for example: customer-escalation "API returning 500 errors for Acme Corp"'),
        (["opne", "API is down"], "there is no command 'opne'; did you mean 'open'?"),
        (["lst"], "there is no command 'lst'; did you mean 'list'?"),
        (["shw", "last"], "there is no command 'shw'; did you mean 'show'?"),
        (["briefs", "--audience", "product"], "there is no command 'briefs'; did you mean 'brief'?"),
        (["check", "ESC-ABCDEF"], "there is no command 'check'; there are open, add"),
        (["open"], ""),
        (["show"], "the following arguments are required: CASE"),
        (["show", "last", "T1", "T2"], "unrecognized arguments: T2"),
        (["open", "API is down", "--custmer", "Acme"], "unrecognized arguments: --custmer Acme; did you mean --customer?"),
        (["open", "API is down", "--audience", "marketing"], "argument --audience: 'marketing' is no audience; expected one of L2 support"),
        (["open", "API is down", "--within", "0"], "argument --within: '0' is out of range"),
        (["open", "API is down", "--now", "today"], "argument --now: 'today' is no time; expected ISO 8601"),
        (["open", "API is down", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["list", "--format", "html"], "argument --format: invalid choice: 'html'"),
        (["open", "API is down", "--customer"], "argument --customer: expected one argument"),
        (["add", "last"], "give one of --text, --json, FILE and --from"),
        (["add", "last", "--text", "a", "--json", "{}"], "give one of --text, --json, FILE and --from"),
        (["add", "last", "--text", " "], "there is nothing in what was handed over"),
        (["add", "last", "--json", "{"], "--json: not valid JSON at line 1"),
        (["add", "last", "--text", "a", "--connector", "../x"], "argument --connector: '../x' is no connector's name"),
        (["add", "last", "--text", "a", "--url", "javascript:x"], "argument --url: 'javascript:x' is no web address"),
        (["add", "last", "--text", "a", "--kind", "email"], "argument --kind: invalid choice: 'email'"),
        (["demo", "7"], "there is no issue 7; demo --list names them, 1 to 6"),
        (["demo", "first"], "argument N: invalid int value: 'first'"),
        (["list", "--out", "."], "--out . is a folder; name a file in it"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run: Run, words: list[str], line: str) -> None:
    said = run(*words)

    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith(f"customer-escalation: {line}")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["show", "last"], "there is no case yet"),
        (["brief", "ESC-ABCDEF"], "there is no case yet"),
        (["add", "last", "missing.log"], "there is no file missing.log"),
        (["open", "API is down", "--context", "missing.log"], "there is no file missing.log"),
        (["open", "API is down", "--workspace", "missing"], "--workspace missing: there is no such folder"),
        (["list", "--out", "missing/cases.md"], "--out missing/cases.md: there is no folder"),
    ],
)
def test_what_does_not_exist_is_one_line_and_exit_code_4(run: Run, words: list[str], line: str) -> None:
    said = run(*words)

    assert (said.code, said.out) == (4, "")
    assert said.err.startswith(f"customer-escalation: {line}")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("words", [["--format", "json"], ["--format=json"]])
def test_errors_are_json_where_json_was_asked_for(run: Run, words: list[str]) -> None:
    said = run("show", "last", "--nope", *words)

    assert (said.code, said.err) == (2, "")
    assert said.json["ok"] is False
    assert said.json["exit_code"] == 2
    assert "unrecognized arguments: --nope" in said.json["error"]


def test_an_error_is_one_printable_line_of_a_sane_length_whatever_was_typed(run: Run) -> None:
    said = run("show", "last", "T1", "\x1b[31mred\nline\u202e" + "x" * 20_000)

    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err
    assert len(said.err) < 1_100


@pytest.mark.parametrize(
    ("words", "sentence", "customer"),
    [
        (["API returning 500 errors", "Acme Corp"], "API returning 500 errors", "Acme Corp"),
        (["Outage", "Acme Corp"], "Outage", "Acme Corp"),
        (["API returning 500 errors", "Acme"], "API returning 500 errors", "Acme"),
        (["API returning 500 errors for Acme Corp"], "API returning 500 errors for Acme Corp", ""),
        (["API", "returning", "500", "errors", "for", "Acme", "Corp"], "API returning 500 errors for Acme Corp", ""),
        (["SSO", "broken"], "SSO broken", ""),
        (["Outage"], "Outage", ""),
        (["API is down", ""], "API is down", ""),
        ([], "", ""),
    ],
)
def test_the_issue_may_arrive_in_any_shape(words: list[str], sentence: str, customer: str) -> None:
    assert sentence_and_customer(words) == (sentence, customer)


def test_a_settings_mistake_is_exit_code_3_in_both_forms(run: Run, home: Path) -> None:
    (home / ".customer-escalation").mkdir()
    (home / ".customer-escalation" / "config.yaml").write_text("conectors: {}", encoding="utf-8")

    said = run("list")
    as_json = run("list", "--format", "json")

    assert (said.code, said.out) == (3, "")
    assert "config.yaml:1: settings, field 'conectors': there is no such field; did you mean 'connectors'?" in said.err
    assert (as_json.code, as_json.err) == (3, "")
    assert as_json.json == {"ok": False, "exit_code": 3, "error": said.err.removeprefix("customer-escalation: ").strip()}


def test_a_store_that_can_not_be_used_is_exit_code_5(run: Run, home: Path) -> None:
    (home / ".customer-escalation").mkdir()
    (home / ".customer-escalation" / "escalations.db").write_text("no database", encoding="utf-8")

    said = run("list")

    assert (said.code, said.out) == (5, "")
    assert "move it aside" in said.err


def test_a_defect_is_one_line_that_shows_nothing_of_the_work(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.commands.list.run", lambda *_: dict[str, str]()["customer words"])

    said = run("list")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("customer-escalation: unexpected KeyError in test_usage.py:")
    assert "customer words" not in said.err


def test_an_interruption_is_exit_code_130_and_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("escalation.commands.list.run", interrupted)

    assert run("list").code == 130
    assert run("list").err == "customer-escalation: interrupted; a case is saved whole or not at all\n"
    assert run("list", "--format", "json").json["exit_code"] == 130


@pytest.mark.parametrize("words", [["--help"], ["open", "--help"], ["connectors"]])
def test_a_reader_that_leaves_early_is_no_error(words: list[str], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    environ = {**os.environ, "CUSTOMER_ESCALATION_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "escalation", *words], stdout=write, stderr=subprocess.PIPE, env=environ, cwd=ROOT, timeout=60, check=False
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_can_not_be_written_is_exit_code_5() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "escalation", "--help"], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, timeout=60, check=False
        )

    assert done.returncode == 5
    assert done.stderr == b"customer-escalation: the output can't be written: No space left on device\n"


def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    done = process("connectors", cwd=tmp_path, env={"HOME": str(tmp_path), "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})

    assert done.returncode == 0
    assert "'{…}'" in done.stdout.decode("utf-8")


def test_words_that_are_no_utf_8_survive(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"escalation", b"show", b"caf\xe9"],
        capture_output=True,
        env={**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        timeout=60,
        check=False,
    )

    assert done.returncode == 4
    assert done.stderr.count(b"\n") == 1


def test_main_is_what_the_module_runs(home: Path) -> None:
    assert main(["--version"]) == 0
    assert process("--version", cwd=home).stdout == f"customer-escalation {__version__}\n".encode()
