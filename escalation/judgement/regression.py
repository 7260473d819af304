"""Regression: what a work item calls fixed is reported again, by somebody who has the fix."""

from __future__ import annotations

import re
from collections.abc import Iterator

from escalation.evidence import Evidence
from escalation.judgement.facts import Reading
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.testimony import cited
from escalation.records import Ticket, WorkItem

NO_FIX = re.compile(
    r"won'?t (?:fix|do)|not a bug|invalid|duplicate|cannot reproduce|works? as designed|by design|rejected|declined|incomplete|obsolete",
    re.IGNORECASE,
)
"""Resolutions that fixed nothing."""
_VERSION_FIELDS = ("version", "product version", "app version", "build", "release", "server version", "affected version")
_NUMBERS = re.compile(r"\d+")


def readings(ground: Ground) -> Iterator[Reading]:
    """From the tracker and the tickets; from what is said only where they show nothing."""
    for work, record in ground.work_items:
        back = [pair for pair in ground.tickets if _came_after(record, pair[1])]
        if back:
            yield _told(ground, work, record, back)
            return
    said = ground.testimony.claiming("regression")
    if said:
        yield Reading("regression", True, "yes", "stated", cited(said), f"{quoted(said[0].text)} ({said[0].voice})")


def _told(ground: Ground, work: Evidence, record: WorkItem, back: list[tuple[Evidence, Ticket]]) -> Reading:
    assert record.resolved_at is not None  # _came_after asks for it
    fixed = f" in {', '.join(record.fix_versions)}" if record.fix_versions else ""
    seen = sorted({version for _, ticket in back if (version := version_of(ticket))})
    note = f"{record.ref} was resolved{fixed} on {ground.when(record.resolved_at)} and {back[0][1].ref} came after"
    note += f", on {', '.join(seen)}" if seen else ""
    return Reading("regression", True, "yes", "derived", (work.id, *(item.id for item, _ in back[:5])), note)


def _came_after(record: WorkItem, ticket: Ticket) -> bool:
    """Was the ticket opened after the fix, by somebody who does not run a version from before it?"""
    if not record.resolved_at or NO_FIX.search(record.resolution) or not ticket.created_at or ticket.created_at <= record.resolved_at:
        return False
    return not any(older(version_of(ticket), fixed) for fixed in record.fix_versions)


def version_of(ticket: Ticket) -> str:
    """The product's version that the ticket's own field states; empty when none does."""
    return next((value.strip() for name, value in ticket.fields.items() if name.casefold().strip() in _VERSION_FIELDS), "")


def older(version: str, other: str) -> bool:
    """Is it an earlier version, number by number? False when either has no number to compare."""
    one, two = ([int(number) for number in _NUMBERS.findall(text)] for text in (version, other))
    return bool(one and two) and one < two
