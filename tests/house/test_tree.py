"""What must never be in the tree, and what must."""

from __future__ import annotations

import json
import re

import pytest

from escalation import __version__
from tests.house.tree import ROOT, files, texts

# Put together here, so that this file may be looked at too.
MACHINE_PATH = re.compile(
    r"(?<![\w.~}-])/(?:" + "|".join(("ro" + "ot", "wo" + "rk/(?:main|shared)", "home/[a-z]+/(?:dev|src|code)")) + r")\b/?"
)
INDEX_HOST = re.compile("|".join(("py" + r"pi\.(?:org|python)", "python" + r"hosted\.", "registry" + r"\.npm", "npm" + r"js\.")))


def test_there_is_one_skill() -> None:
    named = [str(path) for path in files() if path.name.lower() == "skill.md"]
    assert named == ["SKILL.md"], "some clients take any further file of that name for a second skill"


def test_no_file_names_a_machines_path() -> None:
    assert [f"{path}: {found[0]}" for path, text in texts() if (found := MACHINE_PATH.search(text))] == []


def test_no_file_but_a_lock_names_a_package_index() -> None:
    assert [f"{path}: {found[0]}" for path, text in texts() if (found := INDEX_HOST.search(text))] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-extras.lock", "requirements-dev.lock"])
def test_the_pinned_versions_name_no_index_and_have_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^\S+==\S+.*\\\n(    --hash=sha256:[0-9a-f]{64})", text, re.MULTILINE)
    assert len(pinned) == len(re.findall("^[a-z]", text, re.MULTILINE))


def test_every_text_is_utf_8_with_plain_line_ends() -> None:
    ours = [
        path
        for path in files()
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".lock", ".jinja", ""} and path.parts[0] not in {"examples", "tests"}
    ]
    for path in ours:
        data = (ROOT / path).read_bytes()
        assert b"\r" not in data, path
        assert not data.startswith(b"\xef\xbb\xbf"), path
        data.decode("utf-8")


def test_the_version_is_one() -> None:
    skill = (ROOT / "SKILL.md").read_text(encoding="utf-8")
    assert re.findall(r'^  version: "(.+)"$', skill, re.MULTILINE) == [__version__]
    assert json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))["version"] == __version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[(?:Unreleased|{re.escape(__version__)})\]", changes, re.MULTILINE)


def test_the_readme_begins_with_the_commands_that_are_tested() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    run, test = "python3 scripts/escalate.py demo", "python3 scripts/dev.py pytest"
    assert 0 <= readme.find(run) < readme.find(test)
    assert f"check {test}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
