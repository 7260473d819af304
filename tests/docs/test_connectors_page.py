"""CONNECTORS.md by the letter: its example is saved, configured and asked, as a file and as an installed package."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONNECTORS.md").read_text(encoding="utf-8")


def between(mark: str, language: str) -> str:
    """The only block of code between two marks."""
    [block] = re.findall(rf"<!-- {mark}:begin -->\n```{language}\n(.*?)```\n<!-- {mark}:end -->", PAGE, re.DOTALL)
    assert isinstance(block, str)
    return block


EXAMPLE = between("example", "python")
SETTINGS = next(block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "statuspage" in block)
COMMANDS = ("connectors", "doctor", "open 'Orders API returns elevated errors for Acme Corp'")


def ask(home: Path, *words: str, path: str = "") -> str:
    """What a command prints for somebody with this home; it must do so without a complaint."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CUSTOMER_ESCALATION_")}
    environ |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONPATH": f"{ROOT}{path and os.pathsep + path}"}
    done = subprocess.run(
        [sys.executable, "-m", "escalation", *words], capture_output=True, encoding="utf-8", env=environ, cwd=home, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def configured(home: Path) -> Path:
    folder = home / ".customer-escalation"
    (folder / "connectors").mkdir(parents=True)
    (folder / "config.yaml").write_text(SETTINGS, encoding="utf-8")
    return folder


def test_the_page_names_the_commands_that_are_tried_here() -> None:
    section = PAGE.partition("## 4. ")[2]
    assert re.findall(r"^    customer-escalation (.*)$", section, re.MULTILINE) == list(COMMANDS)


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.splitlines()) < 30


def test_the_example_saved_as_a_file_is_a_connector(tmp_path: Path) -> None:
    folder = configured(tmp_path)
    (folder / "connectors" / "statuspage.py").write_text(EXAMPLE, encoding="utf-8")

    assert "incidents · statuspage · project tracker · configured" in ask(tmp_path, "connectors")
    assert "- incidents: ok" in ask(tmp_path, "doctor")
    page = ask(tmp_path, "open", "Orders API returns elevated errors for Acme Corp")
    assert "INC-7" in page.partition("## Evidence")[2]
    assert "Elevated errors on Orders API" in ask(tmp_path, "show", "last", "W1")


@pytest.mark.skipif(find_spec("hatchling") is None, reason="needs hatchling, which the development dependencies bring")
def test_the_example_installed_as_a_package_is_a_connector(tmp_path: Path) -> None:
    configured(tmp_path)
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    (source / "pyproject.toml").write_text(between("package", "toml"), encoding="utf-8")
    (source / "escalation_statuspage.py").write_text(EXAMPLE, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=source, check=True, capture_output=True, timeout=60)
    [wheel] = (source / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)

    assert "incidents · statuspage · project tracker · configured" in ask(tmp_path, "connectors", path=str(site))
    assert "INC-7" in ask(tmp_path, "open", "Orders API returns elevated errors for Acme Corp", path=str(site))
