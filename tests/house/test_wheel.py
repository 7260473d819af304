"""The wheel alone is the whole program, and puts one name on the path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files

pytestmark = pytest.mark.slow

BESIDE = {"connectors", "templates", "examples", "references"}
"""Folders that stand beside `escalation` in the tree and inside it in the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source archive, as an index would."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run([*build, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    shutil.unpack_archive(next(folder.glob("*.tar.gz")), folder)
    (source,) = (path for path in folder.iterdir() if path.is_dir())
    subprocess.run([*build, "-t", "wheel"], cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script in an environment that holds the wheel and the pinned dependencies."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if uv is None:
        pytest.skip("no uv here; scripts/dev.py brings one")
    environment = tmp_path_factory.mktemp("clean")
    for command in (
        ["venv", "--clear", "--python", sys.executable, str(environment)],
        ["pip", "sync", "--python", str(environment), "--require-hashes", str(ROOT / "requirements.lock")],
        ["pip", "install", "--python", str(environment), "--no-deps", str(wheel)],
    ):
        subprocess.run([uv, "--quiet", *command], cwd=environment, check=True)
    return environment / "bin" / "customer-escalation"


def test_its_only_name_is_escalation(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"escalation"}


def test_it_holds_every_file_of_the_program_and_no_other(wheel: Path) -> None:
    program = {path.as_posix() for path in files() if path.parts[0] == "escalation"}
    beside = {f"escalation/{path.as_posix()}" for path in files() if path.parts[0] in BESIDE}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == program | beside


def test_it_says_its_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        assert "License-Expression: Apache-2.0\n" in archive.read(name).decode()


@pytest.mark.parametrize("words", [["--version"], ["demo"], ["demo", "--format", "json"]], ids=" ".join)
def test_it_runs_from_anywhere(program: Path, words: list[str], tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": ""}
    ended = subprocess.run([str(program), *words], cwd="/", env=environ, capture_output=True, encoding="utf-8", check=False)
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert ended.stdout
