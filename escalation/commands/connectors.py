"""Which systems are connected, from which line of the settings, and what would fill the categories that are empty.

Nothing is asked over the network: `customer-escalation doctor` tries every connection.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from escalation.result import Result

if TYPE_CHECKING:
    from escalation.config import Configuration
    from escalation.desk import Desk

EXAMPLE = "connectors --format json"

GIVES = {
    "support platform": "tickets with their threads, clocks and who waits for whom",
    "CRM": "plan, revenue, renewal, contacts and health of the account",
    "chat": "what colleagues know, and other customers who report the same",
    "project tracker": "the bug or feature request, its owner and state",
    "knowledge base": "the documented fix or workaround, and where it does not apply",
}
"""Category → what a brief has from it."""


def arguments(parser: ArgumentParser) -> None:
    """`connectors` has no flags of its own."""


@dataclass(frozen=True)
class Line:
    """One configured connector."""

    name: str
    type: str
    """Empty when its module can't be loaded."""
    categories: tuple[str, ...]
    source: str
    state: str


def run(args: Namespace, desk: Desk) -> Result:
    """List them."""
    configuration = desk.configuration
    lines = _lines(configuration)
    filled = {category: [line.name for line in lines if category in line.categories] for category in GIVES}
    if args.format == "json":
        file = str(configuration.file) if configuration.file else None
        return Result({"config": file, "connectors": [asdict(line) for line in lines], "categories": filled})
    return Result(_page(configuration, lines, filled, desk.command))


def _lines(configuration: Configuration) -> list[Line]:
    working = [
        Line(each.name, each.kind.type, tuple(category.value for category in each.kind.categories), each.source, "configured")
        for each in configuration.connectors
    ]
    return working + [Line(each.name, "", (), each.source, each.problem) for each in configuration.unloadable]


def _page(configuration: Configuration, connected: list[Line], filled: dict[str, list[str]], command: str) -> str:
    from escalation.plugins import BUILT_IN

    lines = [f"Settings: {configuration.file or f'none; they would be in {configuration.folder}/config.yaml'}"]
    for line in connected:
        cells = (line.name, line.type, ", ".join(line.categories), line.state, line.source)
        lines.append("- " + " · ".join(cell for cell in cells if cell))
    lines.append("\nCategories:")
    for category, names in filled.items():
        lines.append(f"- ~~{category}: {', '.join(names) if names else f'not connected. It gives {GIVES[category]}'}")
    lines += [
        f"\nTypes in this version: {', '.join(sorted(BUILT_IN))}. `workspace` reads a folder of exports of any of these systems:",
        f"    {command} open 'Data export is missing rows' --workspace ./exports",
        "or, for every case, in config.yaml:",
        "    connectors: {exports: {type: workspace, path: ./exports}}",
        "What another tool returns joins a case with:",
        f"    {command} add last --connector NAME --json '{{…}}'",
    ]
    return "\n".join(lines) + "\n"
