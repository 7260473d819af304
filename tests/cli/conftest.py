"""The command line as a person or an agent uses it, in a home of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from escalation.cli import main


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON object."""
        return json.loads(self.out)


Run = Callable[..., Said]


def move_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Live in `folder`: an empty home, with nothing configured, and an empty folder to work in."""
    home = folder / "home"
    work = folder / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.delenv("CUSTOMER_ESCALATION_HOME", raising=False)
    monkeypatch.delenv("CUSTOMER_ESCALATION_DEBUG", raising=False)
    monkeypatch.chdir(work)
    return home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own."""
    return move_in(tmp_path, monkeypatch)


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    assert home.is_dir()

    def run(*words: str) -> Said:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run
