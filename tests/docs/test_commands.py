"""Every command line that the pages show is one that the program takes."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest

from escalation.cli import COMMANDS, _arguments, _command

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "SKILL.md",
    "CONNECTORS.md",
    "docs/configuration.md",
    "docs/policy.md",
    "docs/workspace.md",
    "docs/writing-connectors.md",
    "examples/README.md",
)
STARTED = re.compile(r"^(?:python3 \S*scripts/escalate\.py|customer-escalation) (?P<words>.+)$")


def command_lines() -> list[tuple[str, str]]:
    """(page, words) of each line of code, and of each span of code, that starts the program."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        lines = [line.strip() for line in text.splitlines() if line.startswith("    ") or STARTED.match(line)]
        spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
        found += [(page, started["words"]) for code in [*lines, *spans] if (started := STARTED.match(code))]
    return found


@pytest.mark.parametrize(("page", "words"), command_lines())
def test_a_command_line_of_the_pages_parses(page: str, words: str) -> None:
    command, rest = _command(shlex.split(words, comments=True))

    if command is None:
        return  # --version and --help are answered there and then
    assert command in COMMANDS
    assert _arguments(command, import_module(f"escalation.commands.{command.replace('-', '_')}"), rest) is not None


def test_every_page_shows_one() -> None:
    shown = {page for page, _ in command_lines()}
    assert {"README.md", "SKILL.md", "CONNECTORS.md"} <= shown
    assert {shlex.split(words)[0] for _, words in command_lines()} | {"list"} >= COMMANDS.keys()
