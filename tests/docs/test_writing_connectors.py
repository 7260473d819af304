"""docs/writing-connectors.md by the letter: its pieces are one module, which passes the kit; every other snippet runs too."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from escalation.auth import Auth
from escalation.cli import main
from escalation.config import load_config

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-connectors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- ([a-z]+)(?: (\S+))? -->\n```(\w+)\n(.*?)```", PAGE, re.DOTALL)
"""(what it is, its file, language, text) of every block of code."""


def texts(what: str) -> list[str]:
    return [text for kind, _, _, text in BLOCKS if kind == what]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What somebody has who follows the page: the scaffold, with the page's pieces in the place of the made-up API."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    [command] = re.findall(r"^    customer-escalation (new-connector .*)$", PAGE, re.MULTILINE)
    assert command == "new-connector deskly --category 'support platform'"
    assert main(["new-connector", "deskly", "--category", "support platform", "--out", "said"]) == 0
    folder = tmp_path / "escalation-deskly"
    (folder / "escalation_deskly.py").write_text("\n".join(texts("module")), encoding="utf-8")
    (folder / "tests" / "test_deskly.py").write_text("\n\n".join(texts("test")), encoding="utf-8")
    for recording in (folder / "tests" / "recordings").iterdir():
        recording.unlink()
    for kind, file, _, text in BLOCKS:
        if kind == "recording":
            (folder / "tests" / "recordings" / file).write_text(text, encoding="utf-8")
    return folder


def test_every_block_of_code_is_tried() -> None:
    assert len(BLOCKS) == PAGE.count("\n```") // 2
    assert {kind for kind, *_ in BLOCKS} == {"module", "test", "recording", "alone", "config", "pyproject"}


def test_the_pieces_are_a_connector_that_passes(package: Path) -> None:
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "error"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(words, cwd=package, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout[-3_000:]
    passed = re.search(r"(\d+) passed", ended.stdout)
    assert passed
    assert int(passed[1]) > 100
    assert "skipped" not in ended.stdout


def test_the_pieces_are_as_short_as_promised() -> None:
    assert len("\n".join(texts("module")).splitlines()) < 160


@pytest.mark.parametrize("snippet", texts("alone"))
def test_a_snippet_runs_alone(snippet: str) -> None:
    exec(compile(snippet, "snippet", "exec"), {"__name__": "snippet"})


def test_the_settings_load_when_the_file_is_dropped_in(package: Path) -> None:
    folder = package.parent / ".customer-escalation"
    (folder / "connectors").mkdir(parents=True)
    [settings] = texts("config")
    (folder / "config.yaml").write_text(settings, encoding="utf-8")
    (folder / "connectors" / "deskly.py").write_bytes((package / "escalation_deskly.py").read_bytes())
    environ: Mapping[str, str] = {"DESKLY_API_KEY": "s3cr3t"}
    [configured] = load_config(folder, environ).connectors
    assert configured.kind.type == "deskly"


def test_the_entry_point_is_the_one_that_is_written(package: Path) -> None:
    [text] = texts("pyproject")
    assert text.strip() in (package / "pyproject.toml").read_text(encoding="utf-8")


def test_the_ways_to_show_who_asks_are_there() -> None:
    import escalation.auth

    named = re.findall(r"`(?:Bearer|Basic|Header|ClientCredentials|RefreshToken|DeviceCode|JwtBearer)\b", PAGE)
    assert all(hasattr(escalation.auth, name.strip("`")) for name in named)
    assert len(set(named)) == 7
    assert Auth


@pytest.mark.parametrize("scheme", ["cursor", "next_url", "link_header", "offset", "numbered", "graphql"])
def test_the_pagings_are_there_with_the_parameters_shown(scheme: str) -> None:
    import inspect

    from escalation import paging

    [shown] = re.findall(rf"^\| [^|]*\| `{scheme}\((.*?)\)`", PAGE, re.MULTILINE)
    known = inspect.signature(getattr(paging, scheme)).parameters
    assert set(re.findall(r"(\w+)=", shown)) <= set(known)


def test_the_recordings_are_json() -> None:
    for text in texts("recording"):
        json.loads(text)
