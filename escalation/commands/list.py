"""The cases so far, the last saved first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from escalation.result import Result

if TYPE_CHECKING:
    from escalation.desk import Desk
    from escalation.store import Listed

EXAMPLE = "list --format json"


def arguments(parser: ArgumentParser) -> None:
    """`list` has no flags of its own."""


def run(args: Namespace, desk: Desk) -> Result:
    """List them."""
    cases = desk.store.cases()
    if args.format == "json":
        return Result({"cases": [case._asdict() for case in cases]})
    if not cases:
        return Result(f"There is no case yet. Open one: {desk.command} open 'API returning 500 errors for Acme Corp'\n")
    return Result("".join(map(_line, cases)))


def _line(case: Listed) -> str:
    joined = f"joined to {case.joined_to} · " if case.joined_to else ""
    return f"- {case.id} · {joined}{case.severity} · {case.action} · {case.target} · {case.opened_at} · {case.title}\n"
