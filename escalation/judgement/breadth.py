"""Breadth: how many distinct accounts and users are affected, and whether it grows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from escalation.clock import duration, hours_between
from escalation.gathering import AffectedAccount
from escalation.judgement.facts import Reading, unknown
from escalation.judgement.ground import Ground
from escalation.judgement.growth import growth
from escalation.judgement.revenue import high_value

_USERS = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[.,]\d{3})+|\d{1,6})\s+(?:of\s+\d+\s+)?(?:[A-Za-z]{2,12}\s+)?"
    r"(?:users|people|employees|staff|agents|accounts? locked|nutzer|benutzer|utilisateurs|usuarios)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:[.,]\d+)?)\s*(?:%|per ?cent\b|percent\b)", re.IGNORECASE)
DAY = timedelta(hours=24)
SPANS = (7, 30)
"""Days over which growth is told."""


def readings(ground: Ground) -> Iterator[Reading]:
    """Counts of accounts, from what was found; what the sentence states when nothing was."""
    found = ground.independent
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
    yield from _growth(ground, found)
    yield from _uncounted(ground)
    yield from _stated(ground)
    yield from _users(ground)


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


def _firsts(ground: Ground, found: Sequence[AffectedAccount]) -> dict[str, tuple[datetime, str]]:
    """Name of an account → when it first reported, and in which ticket; what its company's other accounts reported counts for it."""
    firsts: dict[str, tuple[datetime, str]] = {}
    for one in found:
        with_it = [one, *(other for other in ground.affected if other.counted_with == one.name)]
        ids = {id for each in with_it for id in each.evidence}
        ids -= ground.over
        opened = [(record.created_at, item.id) for item, record in ground.tickets if item.id in ids and record.created_at]
        if opened:
            firsts[one.name] = min(opened)
    return firsts


def _growing(ground: Ground, found: Sequence[AffectedAccount]) -> Iterator[Reading]:
    """Accounts whose own first ticket is less than a day old, when others are older."""
    firsts = _firsts(ground, found)
    new = [one for one in found if one.name in firsts and ground.now - firsts[one.name][0] < DAY]
    if len(firsts) > 1 and new:
        yield Reading("growing", len(new), f"{_listed(new)} first reported within 24 h", "derived", _ties(new))


def _growth(ground: Ground, found: Sequence[AffectedAccount]) -> Iterator[Reading]:
    """New accounts within 7 and 30 days, with what so few can show; and how long all of them have been affected."""
    firsts = _firsts(ground, found)
    if len(firsts) < 2:
        return
    for days in SPANS:
        span = days * DAY
        ages = [ground.now - at for at, _ in firsts.values()]
        new = [id for at, id in firsts.values() if ground.now - at < span]
        rate = growth(len(new), sum(span <= age < 2 * span for age in ages))
        text = f"{rate.new} new in {days} days, {rate.before} in the {days} before; {rate.trend}"
        note = f"so few fit any true rate from {rate.low:.1f} to {rate.high:.1f} accounts per {days} days (95 % Poisson interval)"
        yield Reading(f"new_accounts_{days}d", rate.new, text, "derived", tuple(new) or tuple(id for _, id in firsts.values()), note)
    hours = {name: max(0, hours_between(at, ground.now)) for name, (at, _) in firsts.items()}
    listed = ", ".join(f"{name} {duration(60 * each)}" for name, each in hours.items())
    ids = tuple(id for _, id in firsts.values())
    yield Reading(
        "account_hours", sum(hours.values()), f"{duration(60 * sum(hours.values()))}: {listed}", "derived", ids, "now − first report"
    )


def _uncounted(ground: Ground) -> Iterator[Reading]:
    """Tickets that are in evidence and add no account."""
    told = ground.gathering.uncounted
    if told:
        yield Reading(
            "reports_uncounted", len(told), f"{len(told)}: {'; '.join(told[:6])}", "derived", tuple(why.split()[0] for why in told)
        )


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


def _users(ground: Ground) -> Iterator[Reading]:
    """The most users that each account's own people state, added up; somebody else's figure is not theirs."""
    most: dict[str, tuple[float, str]] = {}
    for one in ground.affected:
        own = {id.split(".")[0] for id in one.evidence}
        for said in ground.testimony.by_customer():
            if said.statement.record in own and said.statement.kind == "ticket":
                for found in _USERS.finditer(said.text):
                    most[one.name] = max(most.get(one.name, (0.0, "")), (float(re.sub(r"[.,]", "", found[1])), said.id))
    if len(most) > 1:
        total = int(sum(number for number, _ in most.values()))
        listed = ", ".join(f"{name} {number:g}" for name, (number, _) in most.items())
        yield Reading(
            "users_affected", total, f"{total}: {listed}", "stated", tuple(id for _, id in most.values()), "as each account states"
        )


def _listed(accounts: Sequence[AffectedAccount]) -> str:
    names = ", ".join(one.name for one in accounts[:8])
    return f"{len(accounts)}: {names}{' …' if len(accounts) > 8 else ''}"


def _ties(accounts: Sequence[AffectedAccount]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.evidence[0] for one in accounts if one.evidence))
