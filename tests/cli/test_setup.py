"""`connectors`, `doctor` and `demo`: what is set up, what is broken and how to mend it, and what it looks like."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from escalation.pages.fit import LIMIT

if TYPE_CHECKING:
    from tests.cli.conftest import Run, Said

Settings = Callable[..., Path]


@pytest.fixture
def settings(home: Path) -> Settings:
    """Write the configuration folder's files."""

    def write(**files: str) -> Path:
        folder = home / ".customer-escalation"
        for name, text in files.items():
            file = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_j2", ".j2").replace("_py", ".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    return write


def checks(said: Said) -> dict[str, str]:
    return {check["check"]: check["state"] for check in said.json["checks"]}


def test_with_nothing_configured_every_category_says_what_it_would_give(run: Run) -> None:
    said = run("connectors")

    assert said.code == 0
    assert said.out.count("not connected. It gives") == 5
    assert "--workspace" in said.out
    assert run("connectors", "--format", "json").json["categories"] == {
        "support platform": [],
        "CRM": [],
        "chat": [],
        "project tracker": [],
        "knowledge base": [],
    }


def test_what_is_configured_is_shown_with_the_line_that_sets_it(run: Run, settings: Settings) -> None:
    folder = settings(config_yaml="connectors:\n  exports: {type: workspace, path: ./exports}\n")

    said = run("connectors")

    assert (
        f"- exports · workspace · support platform, CRM, chat, project tracker, knowledge base · configured · {folder}/config.yaml:2"
        in said.out
    )
    assert "- ~~chat: exports\n" in said.out


def test_a_connector_that_can_not_be_loaded_is_shown_too(run: Run, settings: Settings) -> None:
    settings(config_yaml="connectors: {broken: {}}", connectors__broken_py="1 / 0")

    assert "- broken · connector 'broken' can't be loaded: ZeroDivisionError" in run("connectors").out


def test_the_doctor_finds_a_fresh_installation_sound(run: Run) -> None:
    said = run("doctor")

    assert (said.code, said.err) == (0, "")
    assert "BROKEN" not in said.out
    assert set(checks(run("doctor", "--format", "json"))) == {"version", "folder", "settings", "store", "policy", "templates", "cache"}


def test_the_doctor_asks_every_connector(run: Run, settings: Settings, home: Path) -> None:
    (home / "exports").mkdir()
    (home / "exports" / "a.jsonl").write_text('{"kind": "ticket", "ref": "1", "subject": "a"}\n', encoding="utf-8")
    settings(config_yaml="connectors: {exports: {type: workspace, path: ./exports}, gone: {type: workspace, path: ./gone}}")

    said = run("doctor")

    assert said.code == 3
    assert "- exports: ok · find tickets: 1 from" in said.out
    assert "- exports: warning · find accounts" in said.out
    assert "- gone: BROKEN · " in said.out
    assert said.err == "customer-escalation: broken: gone; what to do stands beside each\n"


@pytest.mark.parametrize(
    ("files", "check", "state", "words"),
    [
        ({"config_yaml": "conectors: {}"}, "settings", "broken", "did you mean 'connectors'?"),
        ({"config_yaml": "store: mysql://x"}, "store", "broken", "expected sqlite:///FILE"),
        ({"escalations.db": "no database"}, "store", "broken", "move it aside"),
        ({"policy_yaml": "severty: {}"}, "policy", "broken", "severty"),
        ({"templates__engineering.md_j2": "{% if %}"}, "templates", "broken", "line 1"),
        ({"templates__unknown.md_j2": "text"}, "templates", "warning", "no shipped namesake"),
        ({"config_yaml": "connectors: {broken: {}}", "connectors__broken_py": "1 / 0"}, "broken", "warning", "ZeroDivisionError"),
        ({"config_yaml": "connectors: {slow: {}}", "connectors__slow_py": "SLOW"}, "slow", "broken", "no answer within 0.2 s"),
        ({"config_yaml": "connectors: {rude: {}}", "connectors__rude_py": "RUDE"}, "rude", "broken", "RuntimeError in its check"),
    ],
)
def test_the_doctor_names_what_is_broken(
    run: Run, settings: Settings, files: dict[str, str], check: str, state: str, words: list[str]
) -> None:
    connector = """
import time
from escalation.connector import Connector, Settings
from escalation.hookspecs import hookimpl
from escalation.records import Category

class Odd(Connector[Settings]):
    type = "{type}"
    categories = (Category.CHAT,)
    settings_type = Settings
    def check_connection(self):
        {act}
        yield

@hookimpl
def register_connectors():
    return [Odd]
"""
    acts = {
        "SLOW": connector.format(type="slow", act="time.sleep(30)"),
        "RUDE": connector.format(type="rude", act="raise RuntimeError('hunter2')"),
    }
    settings(**{name: acts.get(text, text) for name, text in files.items()})

    said = run("doctor", "--format", "json", "--within", "0.2")

    [found] = [each for each in said.json["checks"] if each["check"] == check and each["state"] == state]
    assert words in found["detail"] + found["fix"]
    assert said.code == (3 if state == "broken" else 0)
    assert "hunter2" not in said.out


def test_the_demo_shows_a_case_and_what_to_type_next(run: Run) -> None:
    said = run("demo")

    assert (said.code, said.err) == (0, "")
    assert len(said.out) <= LIMIT
    assert "Acme Corp" in said.out
    assert "customer-escalation demo 2" in said.out


def test_the_demos_cases_are_apart_from_real_ones_and_can_be_looked_at(run: Run) -> None:
    run("demo")

    assert run("list", "--format", "json").json["cases"] == []
    assert run("show", "last").code == 0
    assert run("brief", "last", "--audience", "leadership").code == 0
    assert run("add", "last", "--text", "Retrying helps after all").code == 0


def test_last_is_the_case_that_was_opened_last_real_or_not(run: Run) -> None:
    real = run("open", "Exports are late for Acme Corp", "--now", "2026-11-18T15:00:00+00:00", "--format", "json").json["case"]
    example = run("demo", "5", "--format", "json").json["case"]

    assert run("brief", "last", "--format", "json").json["case"] == example
    run("add", real, "--text", "Since Monday")
    assert run("brief", "last", "--format", "json").json["case"] == real


def test_the_json_of_a_restricted_case_for_others_than_security_is_a_notice(run: Run) -> None:
    case = run("demo", "6", "--format", "json").json["case"]

    run("brief", case, "--audience", "leadership", "--format", "json", "--out", "notice.json")
    notice = json.loads(Path("notice.json").read_text(encoding="utf-8"))

    assert (notice["facts"], notice["digest"], notice["gaps"]) == ([], [], [])
    assert "invoice" not in json.dumps(notice)
    run("brief", case, "--audience", "security", "--format", "json", "--out", "whole.json")
    assert "invoice" in Path("whole.json").read_text(encoding="utf-8")


def test_each_issue_of_the_demo_fits(run: Run) -> None:
    for number in range(1, 7):
        said = run("demo", str(number))
        assert said.code == 0
        assert len(said.out) <= LIMIT


def test_the_demo_comes_out_the_same_twice(run: Run) -> None:
    assert run("demo", "3") == run("demo", "3")


def test_the_demo_names_its_issues(run: Run) -> None:
    said = run("demo", "--list")

    assert said.out.count("\n") == 6
    assert "4. Customer threatening to churn over missing audit log feature (Tessera Bank)" in said.out


def test_the_demo_takes_nothing_from_the_users_settings(run: Run, settings: Settings) -> None:
    plain = run("demo").out
    settings(config_yaml="conectors: {}", policy_yaml="nonsense: 1")

    assert run("demo").out == plain
