"""Contradictions: two sources that can't both be right, told side by side and left to the reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from escalation.assessment import Contradiction, Level
from escalation.judgement.facts import Facts
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.revenue import printed
from escalation.judgement.testimony import Said
from escalation.records import Account

_WELL = re.compile(r"\b(?:healthy|health(?:y)? ?: ?good|good|green|low risk|on track|stable|satisfied|gesund)\b", re.IGNORECASE)
_LOW = re.compile(r"\b(?:low|normal|medium|minor|trivial|p[345]|sev ?[345])\b", re.IGNORECASE)
_HIGH = re.compile(r"\b(?:urgent|critical|highest|blocker|p[01]|sev ?[01])\b", re.IGNORECASE)


def contradictions(ground: Ground, facts: Facts, level: Level) -> tuple[Contradiction, ...]:
    """Every kind that is looked for, in a fixed order."""
    return (
        *_health(ground),
        *_systems(ground),
        *_called_fixed(ground),
        *_fix_date(facts),
        *_article(facts),
        *_everyone(ground),
        *_counts(ground, facts),
        *_priority(ground, level),
    )


def _health(ground: Ground) -> Iterator[Contradiction]:
    """The CRM calls an account well, and somebody who should know says that it may leave."""
    threats = ground.testimony.claiming("churn_threat")
    for one in ground.affected:
        account = ground.account(one)
        word = account and next((value for value in (account.health, account.stage) if _WELL.search(value)), "")
        if account is None or not word:
            continue
        about = [said for said in threats if _about(said, account)]
        said = next((said for said in about if said.voice == "account team"), about[0] if about else None)
        if said:
            yield Contradiction(
                about=f"how safe {one.name} is",
                sides=(
                    f"the CRM says {quoted(word)} ({one.account})",
                    f"{said.statement.author or said.voice} says {quoted(said.text)} ({said.id})",
                ),
                evidence=(one.account, said.id),
            )


def _about(said: Said, account: Account) -> bool:
    return said.statement.account == account.name or account.name.casefold() in said.text.casefold()


def _systems(ground: Ground) -> Iterator[Contradiction]:
    """Two systems state different things of one account."""
    shown: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("arr", "ARR", printed),
        ("plan", "plan", quoted),
        ("renewal_on", "renewal", str),
    )
    for one in ground.affected:
        for field, called, show in shown:
            stated = [(id, value) for id, value in ground.stated(one, field) if value]
            if len({show(value).casefold() for _, value in stated}) > 1:
                sides = tuple(f"{ground.gathering[id].connector} says {show(value)} ({id})" for id, value in stated)
                yield Contradiction(about=f"the {called} of {one.name}", sides=sides, evidence=tuple(id for id, _ in stated))


def _called_fixed(ground: Ground) -> Iterator[Contradiction]:
    for item, record in ground.work_items:
        if record.state != "done" and not record.resolved_at:
            continue
        later = [
            (ticket, opened)
            for ticket, opened in ground.tickets
            if opened.created_at and record.resolved_at and opened.created_at > record.resolved_at
        ]
        if later:
            fixed_in = f" in {', '.join(record.fix_versions)}" if record.fix_versions else ""
            reports = [f"{one.record.ref} on {ground.when(opened.created_at)} ({one.id})" for one, opened in later[:4] if opened.created_at]
            yield Contradiction(
                about=f"whether {record.ref} is fixed",
                sides=(
                    f"{record.ref} was resolved{fixed_in} on {ground.when(record.resolved_at)} ({item.id})",  # type: ignore[arg-type]
                    f"reported after that: {', '.join(reports)}",
                ),
                evidence=(item.id, *(one.id for one, _ in later[:4])),
            )


def _fix_date(facts: Facts) -> Iterator[Contradiction]:
    date = facts["fix_date_committed"]
    if date.value is False:
        yield Contradiction(
            about="the date of the fix",
            sides=(f"promised ({date.evidence[0]})", f"taken back ({date.evidence[1]}): {date.words}"),
            evidence=date.evidence,
        )


def _article(facts: Facts) -> Iterator[Contradiction]:
    failed = facts["documented_fix_failed"]
    if failed.value:
        yield Contradiction(
            about="whether the documented fix applies",
            sides=(f"an article covers the symptom ({failed.evidence[0]})", f"tried without success or not applicable: {failed.text}"),
            evidence=failed.evidence,
        )


def _everyone(ground: Ground) -> Iterator[Contradiction]:
    """The issue says all of them; one of them says that it works."""
    claimed = ground.issue.everyone or (ground.issue.segments and "all" in ground.issue.sentence.casefold().split())
    if not claimed:
        return
    spared = ground.testimony.claiming("unaffected")
    if spared:
        yield Contradiction(
            about="whether everyone is affected",
            sides=(
                f"the issue says {quoted(ground.issue.sentence)} ({ground.testimony.typed})",
                f"{spared[0].statement.author or spared[0].voice}: {quoted(spared[0].text)} ({spared[0].id})",
            ),
            evidence=(ground.testimony.typed, spared[0].id),
        )


def _counts(ground: Ground, facts: Facts) -> Iterator[Contradiction]:
    stated, found = facts["pattern_stated"].value, len(ground.affected)
    if stated and found and stated != found and any(item.record.kind == "ticket" for item in ground.direct):
        names = ", ".join(one.name for one in ground.affected)
        evidence = (ground.testimony.typed, *(one.evidence[0] for one in ground.affected if one.evidence))
        yield Contradiction(
            about="how many customers are affected",
            sides=(f"the issue states {stated} ({ground.testimony.typed})", f"{found} distinct accounts are confirmed or linked: {names}"),
            evidence=evidence[:8],
        )


def _priority(ground: Ground, level: Level) -> Iterator[Contradiction]:
    for item, ticket in ground.own_tickets[:1] if ground.customer else ():
        if (level != "Medium" and _LOW.search(ticket.priority)) or (level == "Medium" and _HIGH.search(ticket.priority)):
            yield Contradiction(
                about="how urgent it is",
                sides=(f"the ticket's priority is {quoted(ticket.priority)} ({item.id})", f"the policy finds {level}"),
                evidence=(item.id,),
            )
