"""`new-connector` writes a package that passes the kit, installs and is found; and refuses what it can't do well."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from escalation.commands.new_connector import PARTS

if TYPE_CHECKING:
    from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
NAMES = {"just-" + part.path: [part.category] for part in PARTS} | {
    "two-of-them": ["CRM", "support-platform"],
    "all-of-them": [part.category for part in PARTS],
}


def written(run: Run, name: str, categories: list[str]) -> Path:
    said = run("new-connector", name, *(word for category in categories for word in ("--category", category)))
    assert (said.code, said.err) == (0, "")
    return Path(said.out.partition(": ")[0])


def process(*words: str, cwd: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {"PYTHONPATH": f"{ROOT}{path}"}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=cwd, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=300
    )


@pytest.mark.slow
def test_what_is_written_passes_whatever_the_categories(run: Run, tmp_path: Path) -> None:
    folders = [written(run, name, categories) for name, categories in NAMES.items()]
    ended = process(
        *("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib", "-W", "error", *map(str, folders)),
        cwd=tmp_path / "work",
        path="".join(f"{os.pathsep}{folder}" for folder in folders),
    )
    assert ended.returncode == 0, ended.stdout[-3_000:]
    assert "failed" not in ended.stdout
    assert "skipped" not in ended.stdout


def test_what_is_written_is_tidy(run: Run, tmp_path: Path) -> None:
    for name, categories in NAMES.items():
        written(run, name, categories)
    words = ("--isolated", "--line-length", "140")
    checked = process(
        "ruff", "check", "--select", "E,F,UP,B,ANN001,ANN201,D1", "--per-file-ignores", "tests/**:D", *words, ".", cwd=tmp_path / "work"
    )
    assert "D102" in checked.stdout or checked.returncode == 0, checked.stdout
    formatted = process("ruff", "format", "--check", *words, ".", cwd=tmp_path / "work")
    assert formatted.returncode == 0, formatted.stdout


@pytest.mark.slow
def test_what_is_written_is_typed(run: Run, tmp_path: Path) -> None:
    folder = written(run, "all-of-them", NAMES["all-of-them"])
    checked = process("mypy", "--strict", "--python-version", "3.10", "escalation_all_of_them.py", cwd=folder)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
@pytest.mark.skipif(find_spec("hatchling") is None, reason="needs hatchling, which the development dependencies bring")
def test_what_is_written_builds_and_is_found_by_its_entry_point(run: Run, home: Path, tmp_path: Path) -> None:
    folder = written(run, "helpdesk", ["support platform", "CRM"])
    built = process("hatchling", "build", "-t", "wheel", cwd=folder)
    assert built.returncode == 0, built.stderr
    [wheel] = (folder / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (home / ".customer-escalation").mkdir()
    settings = "connectors:\n  helpdesk: {site: 'https://acme.example.com', token: '${HELPDESK_TOKEN}'}\n"
    (home / ".customer-escalation" / "config.yaml").write_text(settings, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path / 'site'}", "HELPDESK_TOKEN": "s3cr3t-of-the-test"}
    words = [sys.executable, "-m", "escalation", "connectors"]
    said = subprocess.run(words, cwd=home, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert said.stderr == ""
    assert "helpdesk · support platform, CRM · configured" in said.stdout


def test_it_says_what_to_type_next_one_plain_line_each(run: Run) -> None:
    said = run("new-connector", "helpdesk", "--category", "chat")
    commands = [line.strip() for line in said.out.partition("Next:")[2].splitlines() if line.startswith("    ")]
    assert commands == [
        "cd escalation-helpdesk",
        "python3 -m venv .venv",
        f".venv/bin/pip install '{ROOT}[testing]'",
        ".venv/bin/pip install -e .",
        ".venv/bin/pytest",
    ]
    assert run("new-connector", "other", "--category", "chat", "--format", "json").json["next"][0] == "cd escalation-other"


def test_the_package_names_the_module_under_the_type(run: Run) -> None:
    folder = written(run, "status-page", ["project tracker"])
    project = (folder / "pyproject.toml").read_text(encoding="utf-8")
    assert 'name = "escalation-status-page"\n' in project
    assert '[project.entry-points.customer_escalation]\nstatus-page = "escalation_status_page"\n' in project
    assert (folder / "escalation_status_page.py").is_file()
    assert ".venv/" in (folder / ".gitignore").read_text(encoding="utf-8")
    assert "${STATUS_PAGE_TOKEN}" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_folder_that_is_there_is_left_alone(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "work" / "escalation-helpdesk"
    folder.mkdir()
    said = run("new-connector", "helpdesk", "--category", "chat")
    assert said.code == 2
    assert f"{folder} is there already" in said.err
    assert list(folder.iterdir()) == []


def test_another_folder_may_be_named(run: Run, tmp_path: Path) -> None:
    assert run("new-connector", "helpdesk", "--category", "chat", "--folder", "deep/er").code == 0
    assert (tmp_path / "work" / "deep" / "er" / "pyproject.toml").is_file()


@pytest.mark.parametrize(
    "name", ["Helpdesk", "help_desk", "help desk", "x-", "1st", "../up", "a" * 31, "", "class", "hélp", "a--b", "name\n"]
)
def test_a_bad_name_is_refused_with_a_good_one(run: Run, tmp_path: Path, name: str) -> None:
    said = (
        run("new-connector", "--category", "chat", "--", name) if name.startswith("-") else run("new-connector", name, "--category", "chat")
    )
    assert said.code == 2
    assert "such as helpdesk" in said.err
    assert list((tmp_path / "work").iterdir()) == []


def test_a_built_in_type_is_refused(run: Run) -> None:
    said = run("new-connector", "redmine", "--category", "project tracker")
    assert said.code == 2
    assert "'redmine' is built in already" in said.err


@pytest.mark.parametrize("words", [["--category", "mail"], []])
def test_a_category_is_needed_and_must_be_one(run: Run, words: list[str]) -> None:
    said = run("new-connector", "helpdesk", *words)
    assert said.code == 2
    assert "support platform" in said.err


def test_a_folder_that_can_not_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "work" / "file").write_text("", encoding="utf-8")
    said = run("new-connector", "helpdesk", "--category", "chat", "--folder", "file/below")
    assert said.code == 5
    assert "can't be written" in said.err
