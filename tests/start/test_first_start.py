"""The first start makes the environment, whatever happens to it on the way."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import sysconfig
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.start.machine import Machine, one_line

pytestmark = pytest.mark.slow


def wait_until_building(machine: Machine) -> None:
    for _ in range(3000):
        if machine.names():
            return
        time.sleep(0.01)
    raise AssertionError("nothing was begun")


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}


def test_the_first_start_makes_an_environment_and_says_only_what_the_command_says(with_uv: Machine) -> None:
    ended = with_uv.start("open", "API returns 500 for Acme Corp")
    said = json.loads(ended.stdout)
    assert said["argv"] == [str(with_uv.skill / "scripts/escalate.py"), "open", "API returns 500 for Acme Corp"]
    assert said["cwd"] == str(with_uv.cwd)
    assert [said["prefix"]] == [str(with_uv.environments / name) for name in with_uv.names()]
    assert said["pydantic"].startswith(said["prefix"])
    assert (ended.stderr, ended.returncode) == ("", 2)


def test_without_uv_venv_and_pip_make_it(bare: Machine) -> None:
    ended = bare.start()
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert "home" in json.loads(ended.stdout)["pydantic"]


def python_without(tmp_path: Path, *missing: str) -> str:
    """This interpreter with parts of its library left out, as Debian's packages do."""
    version = f"python3.{sys.version_info.minor}"
    library = tmp_path / "lib" / version
    (tmp_path / "bin").mkdir()
    library.mkdir(parents=True)
    base = Path(sys.base_prefix, "bin", version).resolve()
    shutil.copy(base, tmp_path / "bin" / version)
    for entry in Path(sysconfig.get_path("stdlib")).iterdir():
        if entry.name not in missing:
            (library / entry.name).symlink_to(entry)
    return str(tmp_path / "bin" / version)


def test_a_python_without_ensurepip_lets_its_own_pip_do_it(bare: Machine, tmp_path: Path) -> None:
    if not Path(sysconfig.get_path("stdlib"), "site-packages", "pip").exists():
        pytest.skip("the base interpreter has no pip beside its library")
    ended = replace(bare, python=python_without(tmp_path, "ensurepip")).start()
    assert (ended.stderr, ended.returncode) == ("", 0)


def test_a_python_without_any_pip_says_what_to_install(bare: Machine, tmp_path: Path) -> None:
    ended = replace(bare, python=python_without(tmp_path, "ensurepip", "site-packages", "dist-packages")).start()
    assert ended.returncode == 3
    assert one_line(ended.stderr)
    assert "apt-get install python3-venv" in ended.stderr
    assert bare.names() == []


def test_two_that_start_at_once_share_one_environment_made_once(with_uv: Machine, uv_folder: Path) -> None:
    (uv_folder / "calls").unlink(missing_ok=True)
    both = [with_uv.begin(), with_uv.begin()]
    outputs = [each.communicate(timeout=180) for each in both]
    assert [each.returncode for each in both] == [0, 0], outputs
    assert outputs[0] == outputs[1]
    assert (uv_folder / "calls").read_text(encoding="utf-8").split() == ["venv", "pip"]


@pytest.mark.parametrize("whole_group", [False, True], ids=["the launcher alone", "all its processes"])
def test_after_a_first_start_was_killed_the_next_makes_it_anew(with_uv: Machine, *, whole_group: bool) -> None:
    first = with_uv.begin()
    wait_until_building(with_uv)
    if whole_group:
        os.killpg(first.pid, signal.SIGKILL)
    else:
        first.kill()
    first.communicate(timeout=60)
    left = [with_uv.environments / name for name in with_uv.names()]
    assert left
    assert not any((each / "ready").exists() for each in left)
    second = with_uv.start()
    assert (second.stderr, second.returncode) == ("", 0)


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_first_start_that_is_asked_to_stop_leaves_nothing_half_made(with_uv: Machine, sign: signal.Signals, code: int) -> None:
    first = with_uv.begin()
    wait_until_building(with_uv)
    os.killpg(first.pid, sign)
    _, err = first.communicate(timeout=60)
    assert first.returncode == code
    assert "Traceback" not in err
    assert err.count("\n") <= 1
    assert with_uv.names() == []


def test_new_dependencies_get_a_new_environment_and_unused_ones_go(with_uv: Machine) -> None:
    with_uv.start()
    (first,) = with_uv.names()
    launcher = with_uv.skill / "scripts/escalate.py"
    changes = iter(["aaaaaaaaaaaa", "bbbbbbbbbbbb"])

    def update() -> None:
        old = launcher.read_text(encoding="utf-8")
        (line,) = [line for line in old.splitlines() if line.startswith("LOCKED = ")]
        launcher.write_text(old.replace(line, f'LOCKED = "{next(changes)}"'), encoding="utf-8")
        assert with_uv.start().returncode == 0

    update()
    assert len(with_uv.names()) == 2, "one that was started in lately may be in use, or belong to another copy of the skill"
    fortnight = time.time() - 15 * 24 * 3600
    os.utime(with_uv.environments / first / "ready", (fortnight, fortnight))
    update()
    assert [name[:12] for name in with_uv.names()] == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]


def test_an_environment_whose_python_was_uninstalled_is_made_anew(with_uv: Machine) -> None:
    with_uv.start()
    (name,) = with_uv.names()
    python = with_uv.environments / name / "bin/python"
    python.unlink()
    python.symlink_to("/nowhere/bin/python3")
    again = with_uv.start()
    assert (again.stderr, again.returncode) == ("", 0)


def test_a_hash_that_does_not_match_is_refused(with_uv: Machine) -> None:
    locked = with_uv.skill / "requirements.lock"
    pinned = locked.read_text(encoding="utf-8")
    locked.write_text(re.sub("sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, pinned), encoding="utf-8")
    ended = with_uv.start()
    assert ended.returncode == 3
    assert one_line(ended.stderr)
    assert "Hash mismatch" in ended.stderr
    assert with_uv.names() == []


def test_nothing_is_written_into_the_skills_folder(with_uv: Machine) -> None:
    before = contents(with_uv.skill)
    assert with_uv.start().returncode == 0
    assert with_uv.start().returncode == 0
    assert contents(with_uv.skill) == before
