"""Print the brief of a case again, for the team that must act or for another audience. Nothing is asked, nothing is changed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, cast

from escalation import arguments as types
from escalation.result import Result

if TYPE_CHECKING:
    from escalation.case import Audience, Case
    from escalation.desk import Desk

EXAMPLE = "brief last --audience leadership"
FORMATS = ("markdown", "html", "json")


def arguments(parser: ArgumentParser) -> None:
    """The flags of `brief`."""
    parser.add_argument("case", metavar="CASE", type=types.text, help="its id, the start of it, or `last`")
    parser.add_argument(
        "--audience", type=types.audience, metavar="TEAM", help=f"one of {', '.join(types.AUDIENCES)} (default: the target)"
    )


def run(args: Namespace, desk: Desk) -> Result:
    """Render it."""
    case = desk.find(args.case)[1].case
    audience = args.audience or case.route.target.team
    if args.format == "json":
        return Result(as_document(desk, case, audience), case=case.id)
    if args.format == "html":
        return Result(desk.renderer.html(case, audience), case=case.id)
    text = desk.renderer.brief(case, audience)
    return Result(text + remarks(desk, case, text), case=case.id)


def remarks(desk: Desk, case: Case, brief: str) -> str:
    """What the plugins that review briefs point at, below the brief; nothing when they have nothing to say."""
    findings = desk.hooks.review_brief(case, brief)
    lines = "".join(f"- {finding.level}: {finding.text} ({finding.where})\n" for finding in findings)
    return f"\n### Remarks of reviewing plugins, not part of the brief\n{lines}" if lines else ""


def as_document(desk: Desk, case: Case, audience: str | None) -> dict[str, object]:
    """The JSON contract of one case and one brief of it."""
    from escalation.disclosure import notice_of, withheld
    from escalation.pages.document import ABSENT_WHEN_WHOLE, document
    from escalation.pages.next_steps import next_steps

    team = cast("Audience", audience or case.route.target.team)
    shown = notice_of(case) if withheld(case, team) else case
    made = document(shown, desk.renderer.brief(case, team), audience=team, next_steps=next_steps(shown, desk.command, team))
    return made.model_dump(mode="json", exclude=set(ABSENT_WHEN_WHOLE))
