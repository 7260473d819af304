"""What is worth doing now, each offer with the exact command that does it. Only commands that exist are offered."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.case import Audience, Case, NextStep
from escalation.digest import Line

COMMAND = "customer-escalation"


def next_steps(case: Case, command: str = COMMAND, audience: Audience | None = None) -> tuple[NextStep, ...]:
    """The offers, most pressing first. `command` is what starts the program: its name, or the launcher with its path.

    `audience`: whom the brief is to be for, where that is not the target. No foreign text goes into a command: what a
    person must fill in stands in capital letters.
    """
    return tuple(_steps(case, command, audience or case.route.target.team))


def _steps(case: Case, command: str, audience: Audience) -> Iterator[NextStep]:
    team = case.route.target.team
    print_it = f"{command} brief {case.id} --audience {audience.split()[0]}"
    yield from _elsewhere(case, command)
    if case.route.target.restricted and audience == "security":
        yield NextStep(offer="Print the brief for the restricted destination, and only for it?", command=print_it)
    elif case.route.target.restricted:
        yield NextStep(offer=f"Print the notice for {audience}? It holds nothing of what was found", command=print_it)
    elif case.route.decision.action == "handle in support" and audience == "L2 support":
        yield NextStep(offer="Print the brief with the fix and the reply to review?", command=print_it)
    else:
        yield NextStep(offer=f"Print the brief for {audience}, to hand over?", command=print_it)
    waiting = _first(case, "unanswered")
    if waiting:
        then = "ask security for an answer to sign off" if case.route.target.restricted else "write to the customer now"
        yield NextStep(
            offer=f"Read the message that nobody has answered, and {then}? [{waiting.id}]",
            command=f"{command} show {case.id} {waiting.id.split('.')[0]}",
        )
    promised = _first(case, "promise by us")
    if promised and not (waiting and promised.id.split(".")[0] == waiting.id.split(".")[0]):
        yield NextStep(
            offer=f"Look at what was promised to the customer? [{promised.id}]",
            command=f"{command} show {case.id} {promised.id.split('.')[0]}",
        )
    if case.reproduction.applies and case.reproduction.next_question and not case.route.target.restricted:
        yield NextStep(
            offer="Get the answer to the open question on reproduction, and add it?",
            command=f'{command} add {case.id} --author "WHO" --text "ANSWER"',
        )
    for gap in [gap for gap in case.gaps if "policy.yaml" not in gap.ask][:1]:
        yield NextStep(
            offer=f"Find out what is missing most, and add it? ({gap.question})",
            command=f'{command} add {case.id} --author "WHO" --text "ANSWER"',
        )
    if not any(item.record.kind == "ticket" for item in case.gathering.evidence):
        yield NextStep(
            offer="No ticket was found: open it again with the ticket's key or URL?", command=f'{command} open "ISSUE" --ticket KEY-OR-URL'
        )
    if "leadership" not in (team, audience) and case.assessment.severity.level == "Critical" and not case.route.target.restricted:
        yield NextStep(offer="Inform leadership as well?", command=f"{command} brief {case.id} --audience leadership")


def _elsewhere(case: Case, command: str) -> Iterator[NextStep]:
    """Where it goes on, or may go on, in an earlier case."""
    if case.joined_to:
        yield NextStep(offer=f"It was joined to {case.joined_to}; go on there?", command=f"{command} brief {case.joined_to}")
    for one in [one for one in case.duplicates if one.may_join][:1]:
        yield NextStep(
            offer=f"Is it the same as {one.ref}? Then add what is new to that case, instead of a second escalation",
            command=f"{command} add {one.ref} --from {case.id}",
        )


def _first(case: Case, part: str) -> Line | None:
    return next((line for line in case.digest if line.part == part), None)
