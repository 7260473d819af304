"""Breadth: how many distinct accounts and users are affected, and whether it grows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from escalation.gathering import AffectedAccount
from escalation.judgement.facts import Reading, unknown
from escalation.judgement.ground import Ground
from escalation.judgement.revenue import high_value

_USERS = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[.,]\d{3})+|\d{1,6})\s+(?:of\s+\d+\s+)?(?:[A-Za-z]{2,12}\s+)?"
    r"(?:users|people|employees|staff|agents|accounts? locked|nutzer|benutzer|utilisateurs|usuarios)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:[.,]\d+)?)\s*(?:%|per ?cent\b|percent\b)", re.IGNORECASE)
DAY = timedelta(hours=24)


def readings(ground: Ground) -> Iterator[Reading]:
    """Counts of accounts, from what was found; what the sentence states when nothing was."""
    found = ground.affected
    stated = next((count for count in ground.issue.counts if count.unit == "customers"), None)
    if stated:
        yield Reading("pattern_stated", stated.number, stated.text, "stated", (ground.testimony.typed,))
    yield _accounts(ground, found, stated.number if stated else 0)
    confirmed = [one for one in found if one.certainty == "confirmed"]
    if confirmed:
        yield Reading("affected_confirmed", len(confirmed), _listed(confirmed), "derived", _ties(confirmed), "distinct accounts")
    if ground.suspected:
        yield Reading(
            "affected_suspected",
            len(ground.suspected),
            _listed(ground.suspected),
            "derived",
            _ties(ground.suspected),
            "only named by somebody",
        )
    yield from _high_value(ground, found)
    yield from _growing(ground, found)
    yield from _stated(ground)


def _accounts(ground: Ground, found: Sequence[AffectedAccount], stated: int) -> Reading:
    name = "affected_accounts"
    if found and len(found) >= stated:
        return Reading(name, len(found), _listed(found), "derived", _ties(found), "distinct accounts, not tickets")
    if stated:
        note = f"the issue states {stated}; found: {_listed(found) if found else 'none'}"
        return Reading(name, stated, f"{stated} stated", "stated", (ground.testimony.typed, *_ties(found)), note)
    if ground.issue.customers:
        named = ground.issue.customers
        return Reading(
            name,
            len(named),
            f"{len(named)}: {', '.join(named)}",
            "stated",
            (ground.testimony.typed,),
            "named in the issue; not verified in any system",
        )
    return unknown(name)


def _high_value(ground: Ground, found: Sequence[AffectedAccount]) -> Iterator[Reading]:
    thresholds = ground.policy.thresholds.high_value
    why = {
        one.name: reason
        for one in found
        if (account := ground.account(one)) and (reason := high_value(account, thresholds, ground.now.date()))
    }
    if why:
        text = f"{len(why)}: {', '.join(f'{name} ({reason})' for name, reason in why.items())}"
        cited = tuple(id for one in found if one.name in why for id in (one.account, *one.evidence[:1]))
        yield Reading("affected_high_value", len(why), text, "derived", cited, "policy thresholds.high_value")


def _growing(ground: Ground, found: Sequence[AffectedAccount]) -> Iterator[Reading]:
    """Accounts whose own first ticket is less than a day old, when others are older."""
    firsts = {}
    for one in found:
        opened = [record.created_at for item, record in ground.tickets if item.id in one.evidence and record.created_at]
        if opened:
            firsts[one.name] = min(opened)
    new = [one for one in found if one.name in firsts and ground.now - firsts[one.name] < DAY]
    if len(firsts) > 1 and new:
        yield Reading("growing", len(new), f"{_listed(new)} first reported within 24 h", "derived", _ties(new))


def _stated(ground: Ground) -> Iterator[Reading]:
    """The largest count of users and share of calls that the customers' side or the typed sentence names."""
    users: list[tuple[float, str, str]] = []
    shares: list[tuple[float, str, str]] = []
    for said in ground.testimony.said:
        if said.voice in ("customer", "reporter") and said.statement.kind in ("ticket", "note"):
            users += [(float(re.sub(r"[.,]", "", found[1])), found[0], said.id) for found in _USERS.finditer(said.text)]
            shares += [(float(found[1].replace(",", ".")), found[0], said.id) for found in _PERCENT.finditer(said.text)]
    for name, values in (("users_stated", users), ("percent_stated", shares)):
        if values:
            largest = max(values, key=lambda value: value[0])
            yield Reading(
                name, largest[0], f"{largest[1]} (largest stated)", "stated", tuple(dict.fromkeys(value[2] for value in values))[:6]
            )


def _listed(accounts: Sequence[AffectedAccount]) -> str:
    names = ", ".join(one.name for one in accounts[:8])
    return f"{len(accounts)}: {names}{' …' if len(accounts) > 8 else ''}"


def _ties(accounts: Sequence[AffectedAccount]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.evidence[0] for one in accounts if one.evidence))
