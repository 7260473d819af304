"""What needs no case imports nothing heavy: an agent asks for help first."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

HEAVY = {"pydantic", "pydantic_core", "jinja2", "pluggy", "yaml", "httpx", "tenacity", "sqlite3", "asyncio", "importlib.metadata", "email"}


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["open", "--help"], ["opne"]], ids=" ".join)
def test_it_is_answered_without_the_libraries(words: list[str]) -> None:
    code = f"import sys; from escalation.cli import main; main({words}); print('imported', *sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert HEAVY.isdisjoint(ended.stdout.rpartition("imported")[2].split())
