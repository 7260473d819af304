"""See it work on a made-up company: Larkspur, which sells order orchestration, and six issues of its customers.

`demo` opens the first, `demo 3` the third, `demo --list` names them all. Their cases are kept apart from real ones; `show`,
`brief` and `add` know them by their ids.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from escalation.errors import UsageError
from escalation.pages.fit import LIMIT, WHOLE
from escalation.result import Result

if TYPE_CHECKING:
    from escalation.desk import Desk

EXAMPLE = "demo 3"

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
"""The moment the example's systems were exported."""

ISSUES = (
    ("API returning 500 errors intermittently for Acme Corp", ""),
    ("Data export is missing rows — 3 customers reported this week", ""),
    ("SSO login loop affecting all Enterprise customers", ""),
    ("Customer threatening to churn over missing audit log feature", "Tessera Bank"),
    ("Webhook signatures fail verification for Orchid Travel after rotating their secret", ""),
    ("Vireo Media reports they can see another customer's invoices in the billing portal", ""),
)
"""Sentence and customer."""


def arguments(parser: ArgumentParser) -> None:
    """The flags of `demo`."""
    parser.add_argument("number", nargs="?", type=int, default=1, metavar="N", help=f"which issue, 1 to {len(ISSUES)} (default: 1)")
    parser.add_argument("--list", action="store_true", help="name the issues, open none")


def run(args: Namespace, desk: Desk) -> Result:
    """Open it, and say what to type next."""
    if args.list:
        issues = [{"number": number, "issue": issue, "customer": customer} for number, (issue, customer) in enumerate(ISSUES, 1)]
        return Result(
            {"issues": issues} if args.format == "json" else "".join(f"{n}. {_typed(*issue)}\n" for n, issue in enumerate(ISSUES, 1))
        )
    if not 1 <= args.number <= len(ISSUES):
        raise UsageError(f"there is no issue {args.number}; demo --list names them, 1 to {len(ISSUES)}")
    from escalation.commands.brief import as_document
    from escalation.commands.open import Request, open_case

    example = desk.for_demo()
    sentence, customer = ISSUES[args.number - 1]
    request = Request(sentence, NOW, customers=(customer,) if customer else ())
    case, problem = open_case(example, request, example.configuration.connectors)
    if args.format == "json":
        return Result(as_document(example, case, None), problem, case.id)
    tail = _next(desk.command, case.id, args.number)
    page = example.renderer.page(case, limit=WHOLE if args.out else LIMIT - len(tail))
    return Result(page + tail, problem, case.id)


def _typed(issue: str, customer: str) -> str:
    return f"{issue} ({customer})" if customer else issue


def _next(command: str, case: str, number: int) -> str:
    another = number % len(ISSUES) + 1
    return (
        "\nThis was the example company. Next, for instance:\n"
        f"    {command} show {case} T1\n"
        f"    {command} brief {case} --audience leadership\n"
        f"    {command} add {case} --text 'Retrying helps after all'\n"
        f"    {command} demo {another}\n"
        f"On your own exports: {command} open 'YOUR ISSUE' --workspace FOLDER\n"
    )
