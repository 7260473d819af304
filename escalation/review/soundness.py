"""What a policy that loads may still have wrong: rules that never or always match, what is out of order, holidays that end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, NamedTuple

from escalation.assessment import Level
from escalation.judgement.conditions import Condition
from escalation.judgement.turning import Reach, ever, facts_in, reach
from escalation.judgement.vocabulary import BY_NAME, THRESHOLDS
from escalation.policy import SUPPORT_HOURS, Layers, Mistake, Policy
from escalation.policy_source import Place
from escalation.rules import Rule
from escalation.severity_matrix import LEVELS
from escalation.span import Span

SOON = timedelta(days=60)
"""How long before its holidays end a calendar is spoken of."""

_STARTS = (
    datetime(2026, 6, 1, 9, tzinfo=timezone.utc),
    datetime(2026, 6, 3, 12, tzinfo=timezone.utc),
    datetime(2026, 6, 5, 16, tzinfo=timezone.utc),
)
"""Monday morning, Wednesday noon, Friday afternoon: one span is longer than another if it is from each of them."""

_SAYS: dict[Reach | None, str] = {
    "never": "can never match",
    "always": "always matches",
    "always when known": "always matches once its facts are known",
}


_TYPES = {"flag": bool, "number": int, "word": str}
_EXPECTED = {"flag": "true or false", "number": "a number"}


class _Found(NamedTuple):
    place: Place
    says: str
    other: Place = ()
    """What it does not go with; told of instead where it is the user who stated that one."""


def warnings(layers: Layers, policy: Policy, now: datetime) -> Iterator[Mistake]:
    """One for each thing that is probably not meant; nothing of it keeps the policy from being used."""
    for found in (
        *_unmatched(policy), *_unreached(policy), *_thresholds(policy), *_spans(policy), *_what_ifs(policy), *_holidays(policy, now)
    ):  # fmt: skip
        place = found.other if layers.set_at(found.other) and not layers.set_at(found.place) else found.place
        yield Mistake(layers.where(place), ".".join(place), found.says)


def _limits(policy: Policy) -> Mapping[str, Any]:
    return {name: getattr(policy.thresholds, name) for name in THRESHOLDS}


def _unmatched(policy: Policy) -> Iterator[_Found]:
    for place, rule in policy.rules():
        found = reach(rule.when, _limits(policy))
        if found in _SAYS and facts_in(rule.when):  # of a condition without facts, such as true, it is meant
            yield _Found((*place, "when"), f"{_SAYS[found]}: {rule.when.text}")


def _unreached(policy: Policy) -> Iterator[_Found]:
    """Where the first match decides: rules behind one that matches whenever they do."""
    ordered = sorted(policy.targets.items(), key=lambda pair: pair[1].order)
    yield from _covered(("targets",), ordered, policy)
    for team in policy.teams:
        for in_support in (True, False):
            asks = [(id, ask) for id, ask in policy.asks.items() if ask.team == team and ask.in_support == in_support]
            yield from _covered(("asks",), asks, policy)


def _covered(place: Place, ordered: Sequence[tuple[str, Rule]], policy: Policy) -> Iterator[_Found]:
    for number, (id, rule) in enumerate(ordered):
        for earlier, other in ordered[:number]:
            if not ever(Condition(f"({rule.when.text}) and not ({other.when.text})"), _limits(policy)):
                yield _Found(
                    (*place, id), f"{id} is never reached: whenever it matches, {earlier} does, and comes first", (*place, earlier)
                )
                break


def _thresholds(policy: Policy) -> Iterator[_Found]:
    numbers = policy.thresholds
    if numbers.several_accounts > numbers.pattern_accounts:
        yield _Found(
            ("thresholds", "several_accounts"), f"{numbers.several_accounts} is more than pattern_accounts, {numbers.pattern_accounts}"
        )


def _spans(policy: Policy) -> Iterator[_Found]:
    """Critical is never slower than High, nor High than Medium; a first bound never later than a second, an answer than a resolution."""
    levels = LEVELS[::-1]
    yield from _by_level(policy, "severity.levels.{}.attention", {level: policy.severity.levels[level].attention for level in levels})
    for whom in ("internal", "customer"):
        bounds: dict[Level, tuple[Span, ...]] = {level: getattr(policy.cadence[level], whom) for level in levels}
        yield from _by_level(policy, f"cadence.{{}}.{whom}", {level: spans[0] for level, spans in bounds.items()})
        for level, spans in bounds.items():
            if len(spans) > 1 and _longer(policy, spans[0], spans[1]):
                yield _Found(("cadence", level, whom), f"{spans[0]} is later than {spans[1]}: the earlier bound comes first")
    for plan, by_level in policy.sla.items():
        for metric in dict.fromkeys(metric for targets in by_level.values() for metric in targets):
            stated = {level: by_level[level][metric] for level in levels if level in by_level and metric in by_level[level]}
            yield from _by_level(policy, f"sla.{plan}.{{}}.{metric}", stated)
        for level, targets in by_level.items():
            end = targets.get("resolution")
            for metric, span in targets.items():
                if end and span != end and _longer(policy, span, end):
                    here, there = (("sla", plan, level, each) for each in (metric, "resolution"))
                    yield _Found(here, f"{metric} within {span} is later than the resolution, {end}", there)


def _by_level(policy: Policy, key: str, spans: Mapping[Level, Span]) -> Iterator[_Found]:
    for (level, span), (lower, other) in pairwise(spans.items()):
        if _longer(policy, span, other):
            here, there = (tuple(key.format(each).split(".")) for each in (level, lower))
            yield _Found(here, f"{level} with {span} is slower than {lower} with {other}", there)


def _longer(policy: Policy, one: Span, other: Span) -> bool:
    calendar = policy.calendars[SUPPORT_HOURS].in_zone("UTC")
    try:
        return all(calendar.after(start, one) > calendar.after(start, other) for start in _STARTS)
    except ValueError:  # it does not open for years after these days
        return False


def _what_ifs(policy: Policy) -> Iterator[_Found]:
    for id, change in policy.severity.what_if.items():
        here = ("severity", "what_if", id)
        for name, value in change.set.items():
            term = BY_NAME[name]
            if type(value) is not _TYPES.get(term.kind) or (term.words and value not in term.words):
                expected = (
                    f"one of {', '.join(term.words)}" if term.words else _EXPECTED.get(term.kind, "a flag, a number or a word instead")
                )
                yield _Found((*here, "set", name), f"{value!r} is no value of {name}: expected {expected}")
        for name in change.add:
            if BY_NAME[name].kind != "number":
                yield _Found((*here, "add", name), f"{name} is no number, nothing can be added to it")


def _holidays(policy: Policy, now: datetime) -> Iterator[_Found]:
    for name, calendar in policy.calendars.items():
        here = calendar.in_zone("UTC")
        until = here.known_until
        if not until and not here.always:
            yield _Found(
                ("calendars", name), "no holidays are listed: business time runs on through every one; add holidays, and covers_until"
            )
        elif until and not here.covers(now + SOON):
            when = "are known no further than" if here.covers(now) else "have ended:"
            yield _Found(("calendars", name), f"holidays {when} {until}; add those that follow, and covers_until")
