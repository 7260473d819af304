"""Pages about the policy: what applies, why a case was judged so, what a change would have done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from escalation.case import Case
from escalation.errors import NothingFound
from escalation.judgement.facts import Reading
from escalation.judgement.vocabulary import hint
from escalation.pages.foreign import harmless
from escalation.policy import Layers
from escalation.policy_source import Place
from escalation.review.backtest import OUTCOMES, Row, outcome
from escalation.review.explanation import Looked, close
from escalation.review.provenance import ABSENT, Difference, differences, matching, plain, settings, written

MOST_CLOCKS = 6
LONGEST = 160
"""Characters of a fact's value or of a reason."""


MOST_BECAUSE = 4
"""Rules that are told for one case in a table."""


class Listing:
    """What applies, or the part of it that a key names."""

    def __init__(self, layers: Layers, version: str, wanted: str = "") -> None:
        """Raises NothingFound when nothing has that key."""
        self._layers = layers
        self._version = version
        found = list(settings(layers))
        changes = list(differences(layers.shipped.data, layers.data()))
        if wanted:
            places = matching([*(one.place for one in found), *(one.place for one in changes)], wanted)
            if not places:
                known = dict.fromkeys(part for one in found for part in one.place)
                raise NothingFound(f"the policy has no key {wanted!r}; {hint(wanted.rpartition('.')[2], known)}")
            found = [one for one in found if one.place in places]
            changes = [
                one for one in changes if any(one.place[: len(place)] == place or place[: len(one.place)] == one.place for place in places)
            ]
        self._settings = found
        self._changes = changes

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        changes = [
            {"key": one.key, "value": plain(one.after), "shipped": plain(one.before), "set": self._layers.where(one.place)}
            for one in self._changes
        ]
        values = [{"key": ".".join(one.place), "value": plain(one.value), "set": one.where or "shipped"} for one in self._settings]
        return {
            "policy_version": self._version,
            "files": [source.name for source in self._layers.over],
            "changes": changes,
            "settings": values,
        }

    def text(self, command: str, limit: int) -> str:
        """In as much detail as fits: whole, without what rules say, or with the names of the rules only."""
        over = " and ".join(source.name for source in self._layers.over)
        laid = f" with {over} over it" if over else ""
        head = f"# Policy {self._version}\nThe shipped policy{laid}. What has no place beside it is as shipped.\n\n"
        if self._changes:
            head += f"## Different from the shipped policy ({len(self._changes)})\n" + "".join(map(self._change, self._changes)) + "\n"
        for shown, left_out in ((_whole, ""), (_without_words, "what the rules say"), (_named, "of rules all but their names")):
            tail = f"\nLeft out: {left_out}. `{command} KEY` shows a part whole, `--out FILE` everything.\n" if left_out else ""
            text = head + "## What applies\n" + "\n".join(self._groups(shown)) + "\n" + tail
            if len(text) <= limit:
                break
        return text

    def _change(self, one: Difference) -> str:
        shipped = "not shipped" if one.before is ABSENT else f"shipped: {written(one.before)}"
        return f"- {one.key}: {written(one.after)} · {self._layers.where(one.place)} · {shipped}\n"

    def _groups(self, shown: Callable[[Sequence[_Entry]], Iterator[str]]) -> Iterator[str]:
        """A heading for each mapping of entries, and a line for each entry."""
        data = self._layers.data()
        entries: dict[Place, dict[str, str]] = {}
        for one in self._settings:
            depth = _depth(data, one.place)
            entries.setdefault(one.place[:depth], {})[".".join(one.place[depth:])] = one.where
        groups: dict[Place, list[_Entry]] = {}
        for place, set_at in entries.items():
            groups.setdefault(place[:-1], []).append(_Entry(place[-1], _at(data, place), set_at))
        for group, members in groups.items():
            yield f"**{'.'.join(group) or 'policy'}**"
            yield from shown(members)


class _Entry(NamedTuple):
    """What is shown in one line: a value, or a mapping of values."""

    key: str
    value: Any
    set_at: Mapping[str, str]
    """Key in it (``""``: it is a value itself) → where that is set, empty: as shipped."""

    @property
    def is_rule(self) -> bool:
        return isinstance(self.value, Mapping) and "says" in self.value

    def __str__(self) -> str:
        by_where: dict[str, list[str]] = {}
        for key, where in self.set_at.items():
            if where:
                by_where.setdefault(where, []).append(key)
        told = [where if len(keys) == len(self.set_at) else f"{', '.join(keys)}: {where}" for where, keys in by_where.items()]
        return f"- {self.key}: {written(self.value)}{''.join(f' · {one}' for one in told)}"


def _whole(entries: Sequence[_Entry]) -> Iterator[str]:
    yield from map(str, entries)


def _without_words(entries: Sequence[_Entry]) -> Iterator[str]:
    for one in entries:
        yield str(one._replace(value={key: value for key, value in one.value.items() if key != "says"}) if one.is_rule else one)


def _named(entries: Sequence[_Entry]) -> Iterator[str]:
    yield from (str(one) for one in entries if not one.is_rule)
    rules = [one.key for one in entries if one.is_rule]
    if rules:
        yield f"- {', '.join(rules)}"


def _at(data: Mapping[str, Any], place: Place) -> Any:
    part: Any = data
    for key in place:
        part = next(inner for name, inner in part.items() if str(name) == key)
    return part


def _depth(data: Mapping[str, Any], place: Place) -> int:
    """How much of a place names an entry: up to a mapping below the top that holds values and mappings of values only, else all of it."""
    for length in range(2, len(place)):
        part = _at(data, place[:length])
        inner = [value for value in part.values() if isinstance(value, Mapping)]
        if len(inner) < len(part) and not any(isinstance(value, Mapping) for one in inner for value in one.values()):
            return length
    return len(place)


class Explained(NamedTuple):
    """A case as the policy judges it now, with every rule."""

    case: Case
    saved_version: str
    """Of the policy by which the case was judged when it was saved."""
    rules: tuple[Looked, ...]

    def only(self, wanted: str) -> Explained:
        """The rules that a key names. Raises NothingFound."""
        places = matching([tuple(one.key.split(".")) for one in self.rules], wanted)
        if not places:
            known = [part for one in self.rules for part in one.key.split(".")]
            raise NothingFound(f"the policy has no rule {wanted!r}; {hint(wanted.rpartition('.')[2], known)}")
        return self._replace(rules=tuple(one for one in self.rules if tuple(one.key.split(".")) in places))

    def document(self, *, whole: bool) -> dict[str, Any]:
        """The same as JSON; not whole: the rules that decided, and those that are close to matching."""
        case = self.case
        shown = self.rules if whole else [one for one in self.rules if one.state == "decided"]
        return {
            "case": case.id,
            "policy_version": case.policy_version,
            "saved_policy_version": self.saved_version,
            "decision": case.route.decision.action,
            "severity": {"level": case.assessment.severity.level, "cell": dict(case.assessment.severity.cell)},
            "target": case.route.target.team,
            "ask": case.route.ask.text,
            "would_change": list(case.assessment.severity.would_change),
            "rules": list(map(_rule_document, shown)),
            "close": [one.key for one in close(self.rules)],
            "clocks": [clock.model_dump(mode="json") for clock in case.assessment.clocks],
        }

    def text(self, command: str, *, whole: bool, alone: bool) -> str:
        """What decided; `whole`: every rule; `alone`: only the rules, each with its condition."""
        return "\n".join(self._rules() if alone else self._page(command, whole=whole)) + "\n"

    def _rules(self) -> Iterator[str]:
        for one in self.rules:
            yield from (f"- {_told(one)}", f"  {one.where}; when {one.when}", *_details(one))

    def _page(self, command: str, *, whole: bool) -> Iterator[str]:
        severity, route = self.case.assessment.severity, self.case.route
        yield f"# {self.case.id} by policy {self.case.policy_version}: {route.decision.action} → {route.target.team}, {severity.level}"
        yield harmless(self.case.title, LONGEST)
        if self.saved_version != self.case.policy_version:
            yield f"It was saved under policy {self.saved_version or 'unknown'}; here it is judged again."
        if severity.cell:
            yield f"Cell: {severity.placed}."
        yield from (f"Would change it: {harmless(one, LONGEST)}." for one in severity.would_change)
        for section in dict.fromkeys(one.key.partition(".")[0] for one in self.rules):
            rules = [one for one in self.rules if one.key.startswith(f"{section}.") and (whole or one.state == "decided")]
            if rules:
                yield f"\n## {section}"
            for one in rules:
                yield from (f"- {_told(one)}", *_details(one))
        if not whole:
            yield from self._close()
        yield from self._clocks(len(self.case.assessment.clocks) if whole else MOST_CLOCKS)
        if not whole:
            counts = Counter(one.state for one in self.rules if one.state != "decided")
            rest = ", ".join(f"{number} {state}" for state, number in counts.items())
            yield f"\nNot shown: {rest}. `{command} --all` shows every rule, `--rule ID` one of them."

    def _close(self) -> Iterator[str]:
        if near := close(self.rules):
            yield "\n## Close to matching"
        yield from (f"- {one.key}: {'; '.join(map(str, one.turns))}" for one in near)

    def _clocks(self, most: int) -> Iterator[str]:
        clocks = self.case.assessment.clocks
        told = [clock for clock in clocks if clock.state != "met"][:most]
        if clocks:
            yield f"\n## Clocks ({len(clocks)})"
        for clock in told:
            yield f"- {clock.ticket} {harmless(clock.account, 60)}, {clock.metric}: {clock.state} · {harmless(clock.proof, 300)}"
        if len(told) < len(clocks):
            yield f"- {len(clocks) - len(told)} more, met or due later"


def _told(one: Looked) -> str:
    return f"{one.key}: {one.state}{f' · {harmless(one.says, LONGEST)}' if one.state in ('decided', 'matched') else ''}"


def _details(one: Looked) -> Iterator[str]:
    parts = []
    if one.facts:
        parts.append(f"read {', '.join(map(_read, one.facts))}")
    if one.turns:
        parts.append(f"turns if {' and '.join(map(str, one.turns))}")
    if parts:
        yield f"  {'; '.join(parts)}"


def _read(fact: Reading) -> str:
    cited = f" [{', '.join(fact.evidence[:3])}]" if fact.evidence and fact.value else ""
    return f"{fact.name} = {harmless(fact.text, 60)}{cited}"


def _rule_document(one: Looked) -> dict[str, Any]:
    facts = [{"name": fact.name, "value": fact.text, "status": fact.status, "evidence": list(fact.evidence)} for fact in one.facts]
    return {
        "rule": one.key,
        "set": one.where,
        "when": one.when,
        "says": one.says,
        "state": one.state,
        "facts": facts,
        "turns_if": list(map(str, one.turns)),
    }


class Compared(NamedTuple):
    """Past cases under two policies."""

    present: Layers
    proposed: Layers
    before: str
    """Version of the policy."""
    after: str
    rows: Sequence[Row]

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        changes = [{"key": one.key, "before": plain(one.before), "after": plain(one.after)} for one in self._changes()]
        return {
            "before": self.before,
            "after": self.after,
            "changes": changes,
            "counts": {"cases": len(self.rows), "changed": len(self._changed()), **self._counts()},
            "cases": [self._row_document(row) for row in (*self._changed(), *self._unchanged())],
        }

    def text(self) -> str:
        """A table of what would be different, then a line for each case that would stay as it is."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        changed, unchanged = self._changed(), self._unchanged()
        yield f"# {len(self.rows)} past case{'' if len(self.rows) == 1 else 's'} under policy {self.before} and under {self.after}"
        counts = ", ".join(f"{name} {number}" for name, number in self._counts().items())
        yield f"**{len(changed)} would be different**: {counts}. Each is judged against its own now; nothing is saved."
        yield "\n## The change"
        yield from (f"- {one.key}: {written(one.before)} → {written(one.after)}" for one in self._changes())
        if changed:
            yield f"\n## Different\n| case | {' | '.join(OUTCOMES)} | because |\n| {'--- | ' * (len(OUTCOMES) + 2)}".rstrip()
            yield from map(self._table_row, changed)
        if unchanged:
            yield "\n## As before"
            yield from map(_unchanged_line, unchanged)

    def _because(self, row: Row) -> list[str]:
        """Where no rule matches otherwise, the keys that were changed are all there is to say."""
        return list(row.because) or [one.key for one in self._changes()]

    def _table_row(self, row: Row) -> str:
        cells = [" → ".join(row.changed[name]) if name in row.changed else outcome(row.after.case, name) for name in OUTCOMES]
        because = self._because(row)
        more = f"; {len(because) - MOST_BECAUSE} more" if len(because) > MOST_BECAUSE else ""
        told = "; ".join(f"{sign} {harmless(rest, LONGEST)}" for sign, _, rest in (one.partition(" ") for one in because[:MOST_BECAUSE]))
        return f"| {row.after.case.id} {harmless(row.after.case.title, 60)} | {' | '.join(cells)} | {told}{more} |"

    def _row_document(self, row: Row) -> dict[str, Any]:
        return {
            "case": row.after.case.id,
            "title": row.after.case.title,
            **{name: {"before": outcome(row.before.case, name), "after": outcome(row.after.case, name)} for name in OUTCOMES},
            "changed": list(row.changed),
            "because": self._because(row) if row.changed else [],
            "grounds": list(row.grounds),
        }

    def _changes(self) -> list[Difference]:
        return list(differences(self.present.data(), self.proposed.data()))

    def _changed(self) -> list[Row]:
        return [row for row in self.rows if row.changed]

    def _unchanged(self) -> list[Row]:
        return [row for row in self.rows if not row.changed]

    def _counts(self) -> dict[str, int]:
        return {name: sum(name in row.changed for row in self.rows) for name in OUTCOMES}


def _unchanged_line(row: Row) -> str:
    case = row.after.case
    grounds = f" · on other grounds: {', '.join(row.grounds)}" if row.grounds else ""
    return f"- {case.id}: {' · '.join(outcome(case, name) for name in OUTCOMES[:3])} · {harmless(case.title, 90)}{grounds}"
