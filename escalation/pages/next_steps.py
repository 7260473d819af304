"""What is worth doing now, each offer with the exact command that does it. Only commands that exist are offered."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.case import Case, NextStep
from escalation.digest import Line

COMMAND = "customer-escalation"


def next_steps(case: Case, command: str = COMMAND) -> tuple[NextStep, ...]:
    """The offers, most pressing first. `command` is what starts the program: its name, or the launcher with its path.

    No foreign text goes into a command: what a person must fill in stands in capital letters.
    """
    return tuple(_steps(case, command))


def _steps(case: Case, command: str) -> Iterator[NextStep]:
    team = case.route.target.team
    if case.route.target.restricted:
        yield NextStep(
            offer="Print the brief for the restricted destination, and only for it?",
            command=f"{command} brief {case.id} --audience security",
        )
    elif case.route.decision.action == "handle in support":
        yield NextStep(offer="Print the brief with the fix and the reply to review?", command=f"{command} brief {case.id} --audience L2")
    else:
        yield NextStep(
            offer=f"Print the brief for {team}, to hand over?", command=f"{command} brief {case.id} --audience {team.split()[0]}"
        )
    waiting = _first(case, "unanswered")
    if waiting:
        yield NextStep(
            offer=f"Read the message that nobody has answered, and write to the customer now? [{waiting.id}]",
            command=f"{command} show {case.id} {waiting.id.split('.')[0]}",
        )
    promised = _first(case, "promise by us")
    if promised and not (waiting and promised.id.split(".")[0] == waiting.id.split(".")[0]):
        yield NextStep(
            offer=f"Look at what was promised to the customer? [{promised.id}]",
            command=f"{command} show {case.id} {promised.id.split('.')[0]}",
        )
    if case.reproduction.applies and case.reproduction.next_question:
        yield NextStep(
            offer="Get the answer to the open question on reproduction, and add it?",
            command=f'{command} add {case.id} --author "WHO" --text "ANSWER"',
        )
    for gap in case.gaps[:1]:
        yield NextStep(
            offer=f"Find out what is missing most, and add it? ({gap.question})",
            command=f'{command} add {case.id} --author "WHO" --text "ANSWER"',
        )
    if not any(item.record.kind == "ticket" for item in case.gathering.evidence):
        yield NextStep(
            offer="No ticket was found: open it again with the ticket's key or URL?", command=f'{command} open "ISSUE" --ticket KEY-OR-URL'
        )
    if team != "leadership" and case.assessment.severity.level == "Critical" and not case.route.target.restricted:
        yield NextStep(offer="Inform leadership as well?", command=f"{command} brief {case.id} --audience leadership")


def _first(case: Case, part: str) -> Line | None:
    return next((line for line in case.digest if line.part == part), None)
