"""What the documentation points to is there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.house.tree import ROOT, files

PAGES = [path for path in files() if path.suffix == ".md" and not path.is_relative_to("examples/larkspur")]
"""Written by us; below examples/larkspur are a made-up company's articles."""

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
ROOM = re.compile(r"^\| (`.+?) \|", re.MULTILINE)


def anchor(heading: str) -> str:
    """A heading's name in a link, as GitHub writes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if "://" in link:
            continue
        path, _, fragment = unquote(link).partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if fragment:
            assert fragment in map(anchor, HEADING.findall(target.read_text(encoding="utf-8"))), link


def rooms() -> set[Path]:
    """Every path in the first column of the map. A name that is not at the root stands in the folder of the one before it."""
    found = set()
    for cell in ROOM.findall((ROOT / "docs/architecture.md").read_text(encoding="utf-8")):
        folder = Path()
        for name in re.findall(r"`([^`]+)`", cell):
            path = Path(name)
            folder = path.parent if len(path.parts) > 1 else folder
            found.add(path if (ROOT / path).exists() else folder / name)
    return found


def test_the_map_names_what_is_there() -> None:
    assert [str(path) for path in sorted(rooms()) if not (ROOT / path).exists()] == []


def test_every_module_of_the_core_is_on_the_map() -> None:
    mapped = rooms()
    modules = [path for path in files() if path.parts[0] == "escalation" and path.suffix == ".py" and not path.stem.startswith("__")]
    assert [str(path) for path in modules if mapped.isdisjoint({path, *path.parents})] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_file_it_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w./~])((?:escalation|connectors|templates|scripts|docs|tests|examples|benchmarks)/[\w./-]+)", text)
    assert [name for name in named if not (ROOT / name.rstrip(".")).exists()] == []
