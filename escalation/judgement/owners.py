"""Owners: the one person or team that an ask goes to, and the rule that chose it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from escalation.judgement.facts import Facts
from escalation.judgement.ground import Ground
from escalation.records import WorkItem
from escalation.routing import Team

_LEADS = ("component lead", "component owner", "lead", "project lead")
"""Fields of a tracker that name who answers for the part of the product, the nearest first."""
_SOURCE = re.compile(
    r"(?<![\w:/.@-])(?:[\w.-]+/){1,12}[\w-]+\.(?:py|js|jsx|ts|tsx|go|rs|java|kt|rb|php|cs|cpp|cc|c|h|scala|swift|ex|sql)\b"
)
MOST_PATHS = 20


def owner_of(ground: Ground, facts: Facts, team: Team) -> str:
    """Who owns it on that team; empty when nothing says so.

    For engineering: the policy's owner of the component, the work item's assignee, the tracker's lead, CODEOWNERS; for product
    the assignee of the request; else where the policy says that the team is reached.
    """
    if team == "engineering":
        return next(_of_component(ground, facts), ground.policy.teams[team].destination)
    if team == "product":
        return next(_assigned(ground), ground.policy.teams[team].destination)
    return ground.policy.teams[team].destination


def _of_component(ground: Ground, facts: Facts) -> Iterator[str]:
    name = str(facts["component"].value or "")
    by_name = {key.casefold(): component for key, component in ground.policy.components.items()}
    component = by_name.get(name.casefold())
    if component and component.owner:
        yield component.owner
    yield from _assigned(ground)
    yield from _led(ground)
    for path in (component.path,) if component and component.path else _paths(ground):
        owned = ground.policy.codeowners.owned(path)
        if owned:
            yield f"{', '.join(owned.owners)}, owner of {path} by CODEOWNERS line {owned.line}"


def _assigned(ground: Ground) -> Iterator[str]:
    for item, record in ground.work_items:
        if record.assignee.name:
            yield f"{record.assignee.name}, assignee of {record.ref} ({item.id})"


def _led(ground: Ground) -> Iterator[str]:
    for item, record in ground.work_items:
        fields = {name.casefold().strip(): value for name, value in record.fields.items()}
        for field in _LEADS:
            if fields.get(field, "").strip():
                yield f"{fields[field].strip()}, {field} by {record.ref} ({item.id})"


def _paths(ground: Ground) -> tuple[str, ...]:
    """Source files that the work items name, as a stack does."""
    records: list[WorkItem] = [record for _, record in ground.work_items]
    found = (path for record in records for passage in record.passages() for path in _SOURCE.findall(passage.text))
    return tuple(dict.fromkeys(found))[:MOST_PATHS]
