"""What needs no case imports nothing heavy: an agent asks for help first. A case from exports imports nothing of the network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

HEAVY = {"pydantic", "pydantic_core", "jinja2", "pluggy", "yaml", "httpx", "tenacity", "sqlite3", "asyncio", "importlib.metadata", "email"}
NETWORK = {"httpx", "tenacity", "asyncio", "ssl", "holidays", "escalation.http", "escalation.throttle"}


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["open", "--help"], ["opne"]], ids=" ".join)
def test_it_is_answered_without_the_libraries(words: list[str]) -> None:
    assert HEAVY.isdisjoint(imported_by(words))


def test_a_case_from_exports_imports_nothing_of_the_network(tmp_path: Path) -> None:
    assert NETWORK.isdisjoint(imported_by(["demo"], XDG_CACHE_HOME=str(tmp_path)))


def imported_by(words: list[str], **environ: str) -> list[str]:
    """Names of the modules that a process of its own has imported after this command."""
    code = f"import sys; from escalation.cli import main; main({words}); print('imported', *sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environ}, capture_output=True, encoding="utf-8", check=True
    )
    return ended.stdout.rpartition("imported")[2].split()
