"""A Python that is too old looks for a newer one, or says what is needed and how to get it."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.start.machine import ROOT, Machine, one_line

OLD = ["2.7", "3.6", "3.7", "3.8", "3.9"]


@pytest.fixture(params=OLD)
def old(request: pytest.FixtureRequest, bare: Machine) -> Machine:
    """A machine whose python3 is too old, with no other on the path."""
    version = str(request.param)
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = [str(each) for each in sorted(versions.glob(f"{version}.*/bin/python"))]
    python = next(iter(found), None) or shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", "pass"], check=False).returncode:
        pytest.skip(f"no Python {version} here")
    return replace(bare, python=python)


@pytest.mark.parametrize("file", ["escalate.py", "dev.py"])
def test_the_launchers_are_written_so_that_any_python_3_can_read_them(file: str) -> None:
    text = (ROOT / "scripts" / file).read_bytes()
    assert text.isascii(), "Python 2.7 refuses anything else without a declaration"
    ast.parse(text, feature_version=(3, 4))


def test_it_says_what_is_needed_and_how_to_get_it(old: Machine) -> None:
    ended = old.start("open", "x")
    assert ended.returncode == 3
    assert one_line(ended.stderr)
    assert "needs Python 3.10 or newer, and this is " in ended.stderr
    assert "https://www.python.org/downloads/" in ended.stderr
    said = json.loads(old.start("open", "x", "--format=json").stdout)
    assert (said["ok"], said["exit_code"]) == (False, 3)


def test_a_stub_that_only_looks_like_a_newer_python_is_passed_over(old: Machine) -> None:
    stub = Path(old.path, "python3.12")
    stub.write_text("#!/bin/sh\necho 'python3.12: command not found' >&2\nexit 127\n", encoding="utf-8")
    stub.chmod(0o755)
    ended = old.start()
    assert one_line(ended.stderr)
    assert "needs Python 3.10" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("old", ["2.7", "3.9"], indirect=True)
def test_a_newer_python_on_the_path_is_used_instead(old: Machine, uv_folder: Path) -> None:
    Path(old.path, f"python3.{sys.version_info.minor}").symlink_to(sys.executable)
    machine = replace(old, path=f"{old.path}:{uv_folder}")
    for _ in ("first", "later"):
        ended = machine.start("open", "x")
        assert (ended.stderr, ended.returncode) == ("", 2)
    assert len(machine.names()) == 1
    assert f"python3.{sys.version_info.minor}" in json.loads(ended.stdout)["pydantic"]


@pytest.mark.slow
@pytest.mark.parametrize("old", ["3.9"], indirect=True)
def test_a_python_that_uv_keeps_is_used_instead(old: Machine, uv_folder: Path, tmp_path: Path) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    kept = tmp_path / "kept" / f"cpython-{version}-linux-x86_64-gnu"
    kept.mkdir(parents=True)
    for part in ("bin", "lib"):
        (kept / part).symlink_to(Path(sys.base_prefix, part))
    environ = {"UV_PYTHON_INSTALL_DIR": str(kept.parent), "UV_PYTHON_DOWNLOADS": "never"}
    machine = replace(old, path=str(uv_folder))
    ask = [str(uv_folder / "uv"), "run", "--no-project", "--python", ">=3.10", "python", "-c", "pass"]
    if subprocess.run(ask, env=machine.environ(**environ), capture_output=True, check=False).returncode:
        pytest.skip("uv finds no Python where this test keeps one")
    ended = machine.start(**environ)
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert f"python3.{sys.version_info.minor}" in json.loads(ended.stdout)["pydantic"]
