from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.start.machine import Machine, copy_of_skill


@pytest.fixture(scope="session")
def uv_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the path that holds uv and nothing else; every call is noted in `calls` beside it."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin") or shutil.which("uv")
    if uv is None:
        pytest.skip("no uv here; scripts/dev.py brings one")
    folder = tmp_path_factory.mktemp("uv")
    (folder / "uv").write_text(f'#!/bin/sh\necho "$1" >> "{folder}/calls"\nexec "{uv}" "$@"\n', encoding="utf-8")
    (folder / "uv").chmod(0o755)
    return folder


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    """Nothing made yet, and only the interpreter there is: no uv."""
    for folder in ("home", "project", "nothing"):
        (tmp_path / folder).mkdir()
    return Machine(copy_of_skill(tmp_path / "skill"), tmp_path / "home", tmp_path / "project", path=str(tmp_path / "nothing"))


@pytest.fixture
def with_uv(bare: Machine, uv_folder: Path) -> Machine:
    """Nothing made yet, but uv is on the path."""
    return replace(bare, path=str(uv_folder))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, uv_folder: Path) -> Machine:
    """A machine where the environment was made before; tests must leave it as it is."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("home", "project"):
        (folder / name).mkdir()
    machine = Machine(copy_of_skill(folder / "skill"), folder / "home", folder / "project", path=str(uv_folder))
    first = machine.start()
    assert first.returncode == 0, first.stderr
    return machine
