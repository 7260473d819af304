"""What another policy would have done to past cases: each is judged again under both, by its own clock. Nothing is saved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from escalation.case import Case
from escalation.errors import NothingFound, StoreError
from escalation.judgement.findings import known
from escalation.judgement.ground import Ground
from escalation.judgement.severity import reason
from escalation.plugins import Hooks
from escalation.policy import AskRule, Policy
from escalation.rules import Rule
from escalation.store import SqliteStore, Store
from escalation.workflow import conclude

DATABASE = "escalations.db"

OUTCOMES = ("decision", "severity", "target", "due")
"""What is compared: the action, the level, the team with the kind of escalation, and when the ask falls due."""


SECTIONS = {"severity": ("severity",), "decision": ("escalate", "handle_in_support", "monitor"), "target": ("targets", "inform")}
"""Outcome → the parts of the policy whose rules make it."""


class Judgement(NamedTuple):
    """A case as one policy has it."""

    case: Case
    matched: dict[str, tuple[Rule, str]]
    """Key of each rule that matches → the rule, and what it says of the case."""


class Row(NamedTuple):
    """One case under both policies."""

    before: Judgement
    after: Judgement

    @property
    def changed(self) -> dict[str, tuple[str, str]]:
        """Outcome → (before, after), of those that differ."""
        pairs = {name: (outcome(self.before.case, name), outcome(self.after.case, name)) for name in OUTCOMES}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @property
    def because(self) -> tuple[str, ...]:
        """What made the difference: `+` a rule that matches only now, `-` one that no longer does, `~` one that was changed."""
        found = [each for name in self.changed if name in SECTIONS for each in self._rules(SECTIONS[name])]
        if "due" in self.changed and not found:
            found = [
                f"{sign} {one.case.route.ask.basis}: {one.case.route.ask.basis_text}"
                for sign, one in (("+", self.after), ("-", self.before))
            ]
        return tuple(dict.fromkeys(found))

    @property
    def grounds(self) -> tuple[str, ...]:
        """The keys of all rules that match only before or only after."""
        return tuple(f"{sign} {key}" for sign, key, _ in _difference(self.before.matched, self.after.matched))

    def _rules(self, sections: tuple[str, ...]) -> Iterator[str]:
        for sign, key, says in _difference(self.before.matched, self.after.matched):
            if key.partition(".")[0] in sections:
                yield f"{sign} {key}: {says}"


def backtest(cases: Iterable[Case], before: Policy, after: Policy, hooks: Hooks) -> tuple[Row, ...]:
    """Every case under both, in the order given. Pure."""
    return tuple(Row(_judgement(case, before, hooks), _judgement(case, after, hooks)) for case in cases)


def _judgement(case: Case, policy: Policy, hooks: Hooks) -> Judgement:
    again = judged(case, policy, hooks)
    facts, _ = known(Ground.of(again.issue, again.gathering, policy=policy, now=again.now))
    rules = ((".".join(place), rule) for place, rule in policy.rules() if not isinstance(rule, AskRule))
    return Judgement(again, {key: (rule, one.text) for key, rule in rules if (one := reason(key, rule, facts))})


def _difference(old: Mapping[str, tuple[Rule, str]], new: Mapping[str, tuple[Rule, str]]) -> Iterator[tuple[str, str, str]]:
    """(sign, key, what it says)"""
    yield from (("+", key, says) for key, (_, says) in new.items() if key not in old)
    yield from (("-", key, says) for key, (_, says) in old.items() if key not in new)
    yield from (("~", key, says) for key, (rule, says) in new.items() if key in old and rule != old[key][0])


def judged(case: Case, policy: Policy, hooks: Hooks) -> Case:
    """The case as this policy has it, told against its own now."""
    return conclude(
        case.issue,
        case.gathering,
        case_id=case.id,
        opened_at=case.opened_at,
        now=case.now,
        reporter=case.reporter,
        policy=policy,
        hooks=hooks,
    )


def saved_in(folder: Path) -> tuple[Case, ...]:
    """The cases of a folder: of the case store in it, and of its case documents, by id.

    Raises NothingFound when there are none, StoreError when one can't be read.
    """
    if not folder.is_dir():
        raise NothingFound(f"there is no folder {folder}")
    database = folder / DATABASE
    found = {case.id: case for case in stored(SqliteStore(database))} if database.is_file() else {}
    found |= {case.id: case for case in _documents(folder)}
    if not found:
        raise NothingFound(
            f"there is no case in {folder}: neither a store ({DATABASE}) nor what `show CASE --all --format json --out FILE` writes"
        )
    return tuple(found[id] for id in sorted(found))


def stored(store: Store) -> tuple[Case, ...]:
    """Every case of a store, the first opened first."""
    return tuple(store.load(listed.id).case for listed in sorted(store.cases(), key=lambda each: (each.opened_at, each.id)))


def outcome(case: Case, name: str) -> str:
    """One of OUTCOMES, as printed."""
    if name == "decision":
        return case.route.decision.action
    if name == "severity":
        return case.assessment.severity.level
    if name == "target":
        return f"{case.route.target.team} ({case.route.kind})"
    return f"{case.route.ask.by:%Y-%m-%d %H:%MZ}" if case.route.ask.by else "no date"


def _documents(folder: Path) -> Iterator[Case]:
    """Of all JSON files those that `show CASE --all --format json --out FILE` has written."""
    for file in sorted(folder.glob("*.json")):
        try:
            held = json.loads(file.read_bytes())
        except OSError as error:
            raise StoreError(f"{file} can't be read: {error.strerror}") from None
        except ValueError:
            continue
        if not isinstance(held, dict) or "document" not in held:
            continue
        try:
            yield Case.model_validate(held["document"])
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
            raise StoreError(f"{file} was written by another version ({where} does not fit); open the case again") from None
