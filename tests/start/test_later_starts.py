"""Every later start finds the environment and goes straight on in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.start.machine import Machine, copy_of_skill
from tests.start.sandboxes import another_user, read_only, without_network

pytestmark = pytest.mark.slow


def test_the_exit_code_is_the_commands_own(made: Machine) -> None:
    assert made.start("one", "two", "three").returncode == 3


def test_the_launcher_imports_nothing_that_python_had_not_imported(made: Machine) -> None:
    def imported(*command: str) -> set[str]:
        ended = subprocess.run(
            [sys.executable, "-X", "importtime", *command], env=made.environ(), stderr=subprocess.PIPE, encoding="utf-8", check=True
        )
        return {line.rsplit("|")[-1].strip() for line in ended.stderr.splitlines()}

    assert imported(*made.command()[1:]) <= imported("-c", "import os, sys")


def test_a_start_leaves_the_time_of_its_use(made: Machine) -> None:
    (name,) = made.names()
    stamp = made.environments / name / "ready"
    os.utime(stamp, (0, 0))
    before = time.time()
    assert made.start().returncode == 0
    assert stamp.stat().st_mtime >= before - 1


def test_what_lies_in_the_working_folder_or_on_pythonpath_is_not_imported(made: Machine, tmp_path: Path) -> None:
    for module in ("json", "pydantic", "escalation"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('hijacked')", encoding="utf-8")
    ended = replace(made, cwd=tmp_path).start(PYTHONPATH=str(tmp_path), PYTHONSTARTUP=str(tmp_path / "json.py"))
    assert ended.returncode == 0, ended.stderr
    assert str(tmp_path) not in json.loads(ended.stdout)["path"]


def test_an_edit_of_the_engine_counts_at_the_next_start(made: Machine, tmp_path: Path) -> None:
    edited = replace(made, skill=copy_of_skill(tmp_path / "edited"))
    (edited.skill / "escalation" / "cli.py").write_text("def main():\n    print('edited')\n", encoding="utf-8")
    assert edited.start().stdout == "edited\n"


def test_bytecode_is_kept_in_the_data_folder_even_where_agents_forbid_it(made: Machine, tmp_path: Path) -> None:
    other = replace(made, skill=copy_of_skill(tmp_path / "other"))
    other.start(PYTHONDONTWRITEBYTECODE="1")
    (name,) = made.names()
    bytecode = made.environments / name / "bytecode"
    assert list(bytecode.joinpath(*other.skill.resolve().parts[1:], "escalation").glob("cli.*.pyc"))
    assert not list(other.skill.rglob("*.pyc"))


def test_a_link_to_the_skills_folder_is_named_as_it_was_called(made: Machine, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(made.skill)
    said = json.loads(replace(made, skill=tmp_path / "linked").start().stdout)
    assert said["argv"] == [str(tmp_path / "linked/scripts/escalate.py")]
    assert said["path"][0] == str(made.skill)


def test_a_relative_call_keeps_the_working_folder(made: Machine) -> None:
    ended = subprocess.run(
        [sys.executable, "scripts/escalate.py"], cwd=made.skill, env=made.environ(), capture_output=True, encoding="utf-8", check=True
    )
    assert json.loads(ended.stdout)["cwd"] == str(made.skill)


def test_no_network_is_needed(made: Machine) -> None:
    ended = replace(made, prefix=without_network()).start()
    assert (ended.stderr, ended.returncode) == ("", 0)


def test_a_data_folder_that_became_read_only_is_enough(made: Machine) -> None:
    ended = replace(made, prefix=read_only(made.home)).start()
    assert (ended.stderr, ended.returncode) == ("", 0)


def test_a_skill_folder_that_is_read_only_is_enough_for_the_first_start_too(with_uv: Machine) -> None:
    first = replace(with_uv, prefix=read_only(with_uv.skill)).start()
    assert (first.stderr, first.returncode) == ("", 0)


def test_a_user_who_owns_nothing_of_the_skill_can_start_it() -> None:
    prefix, python = another_user()
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        for each in ("home", "project"):
            (folder / each).mkdir()
        copy_of_skill(folder / "skill")
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        (folder / "home").chmod(0o777)
        machine = Machine(folder / "skill", folder / "home", folder / "project", python=python, path="/usr/bin:/bin", prefix=prefix)
        ended = machine.start()
        assert (ended.stderr, ended.returncode) == ("", 0)
