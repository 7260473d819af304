"""Imports point one way: docs/architecture.md draws it, this holds it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter

import pytest

from tests.house.tree import ROOT

AUTHOR_FACING = {"connector", "actions", "records", "reply", "hookspecs", "paging", "auth", "errors", "html_text", "instants"}
"""What a connector may import of `escalation`, built in or not."""

EDGE = {"__main__", "cli", "commands", "desk", "terminal", "arguments"}
"""The command line: it knows everything, and nothing knows it."""

AT_HOME = {
    "argparse": {"cli", "commands", "arguments"},
    "sqlite3": {"store"},
    "httpx": {"http"},
    "tenacity": {"http"},
    "pluggy": {"hookspecs", "plugins"},
}
"""Library → the only modules of `escalation` that know it."""


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(node: ast.AST, package: str, *, types: bool) -> Iterator[str]:
    """Full names of all that is imported below `node`; `types`: what only annotations need is included."""
    for child in ast.iter_child_nodes(node):
        if is_for_types(child) and not types:
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - child.level + 1] if child.level else []
            module = ".".join([*above, *([child.module] if child.module else [])])
            yield from (f"{module}.{alias.name}" for alias in child.names)
        else:
            yield from imported(child, package, types=types)


@cache
def modules(package: str, *, types: bool = True) -> dict[str, set[str]]:
    """Module → what it imports."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        inside = ".".join(parts[:-1])
        name = inside if parts[-1] == "__init__" else ".".join(parts)
        found[name] = set(imported(ast.parse(path.read_text(encoding="utf-8")), inside, types=types))
    return found


def room(module: str) -> str:
    """`commands` of `escalation.commands.open`."""
    return module.partition(".")[2].partition(".")[0]


def test_connectors_import_what_authors_are_given() -> None:
    ours = {(name, room(each)) for name, imports in modules("connectors").items() for each in imports if each.startswith("escalation.")}
    strangers = {(name, each) for name, each in ours if each not in AUTHOR_FACING}
    assert strangers == set()


def test_the_core_names_no_connector() -> None:
    assert [name for name, imports in modules("escalation").items() for each in imports if each.split(".")[0] == "connectors"] == []


def test_nothing_but_the_command_line_knows_the_command_line() -> None:
    inner = {name: imports for name, imports in modules("escalation", types=False).items() if room(name) not in EDGE}
    assert {
        (name, each) for name, imports in inner.items() for each in imports if each.startswith("escalation.") and room(each) in EDGE
    } == set()


def test_the_nouns_know_no_step_and_no_step_knows_another() -> None:
    may_call = EDGE | {"workflow", "testing"}
    inner = {name: imports for name, imports in modules("escalation").items() if room(name) not in may_call}
    assert {(name, each) for name, imports in inner.items() for each in imports if each.startswith("escalation.steps")} == set()


@pytest.mark.parametrize("library", AT_HOME)
def test_a_library_is_known_where_it_is_at_home(library: str) -> None:
    knowing = {
        room(name) for name, imports in modules("escalation", types=False).items() for each in imports if each.split(".")[0] == library
    }
    assert knowing <= AT_HOME[library]


def test_no_module_needs_itself() -> None:
    graph = modules("escalation", types=False)
    known = {
        name: {each if each in graph else each.rpartition(".")[0] for each in imports} & graph.keys() for name, imports in graph.items()
    }
    assert len(list(TopologicalSorter(known).static_order())) == len(graph)
