"""Checks that a record survives what vendors do to their replies: new fields, nulls, new values, other dates."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from escalation.http import Answer, Sent
from escalation.testing.bench import Bench, Trials
from escalation.testing.replies import Replies, json_answer
from escalation.testing.weather import constantly, lenient

SEEDS = 24
STRUCTURE = re.compile(
    r"^(?:type|kind|object|entity|result_?type|resource_?type)$|next|cursor|after|more|total|count|page|offset|start|limit|size"
    r"|last",
    re.IGNORECASE,
)
"""Fields that say what a row is or how many there are: with another value there, another answer is right."""

_ODD: tuple[Any, ...] = (
    None, "a-value-nobody-knew", "", 7, -1, 3.5, True, {}, [], ["x"], {"id": None}, "18.11.2026 10:02", "2026-11-18", "yesterday",
    1794996120, 1794996120000, "1794996120", 10**30, "x" * 5_000, "\x00",
)  # fmt: skip
_MISSING = "\0missing"


class ShapeChecks(Bench):
    """Mutated replies. Each is made from a seed, so that a failure can be repeated."""

    def test_unknown_fields_change_nothing(self, http: Trials) -> None:
        """If this fails: a record depends on fields you don't know. Read by name, with `raw.text("subject")`, never the whole object."""
        for usual in http.each():
            everything = usual.ask().records
            for seed in range(4):
                trial = http.of(usual.ability, replies=_altered(type(self).replies, lambda body, seed=seed: _grown(body, seed))).ask()  # type: ignore[misc]
                assert trial.error is None, f"{trial.ability}, seed {seed}: {trial.error}"
                assert _stated(trial.records) == _stated(everything), f"{trial.ability}, seed {seed}"

    def test_an_odd_value_costs_one_record_at_most(self, http: Trials) -> None:
        """If this fails: a null, a missing key, another type or a strange date breaks the answer with something else than a ConnectorError.

        Read with `raw.text`, `raw.number`, `raw.moment`, `raw.rows` (empty where the value is odd), and map with
        `self.mapped(rows, self.ticket)`, which drops the one row and counts it.
        """
        for usual in http.each():
            everything = usual.ask().records
            for seed in range(SEEDS):
                changes = _Change(seed)
                trial = http.of(usual.ability, replies=_altered(lenient(type(self).replies), changes)).ask()
                where = f"{trial.ability}, seed {seed}: {changes.done}"
                fewer = len(trial.records) < len(everything) and not changes.structural
                assert not fewer or trial.error or trial.session.shortfalls, f"{where}: a record is missing and nothing says so"

    def test_many_odd_values_end_in_nothing_worse_than_an_error(self, http: Trials) -> None:
        """If this fails: a reply with many odd values ends in something else than records or a ConnectorError. Read values as above."""
        for ability in self.abilities():
            for seed in range(8):
                http.of(ability, replies=_altered(lenient(type(self).replies), _Change(seed, times=12))).ask()

    def test_a_reply_of_another_shape_ends_in_nothing_worse_than_an_error(self, http: Trials) -> None:
        """If this fails: a list where an object was, a text, a number or null as the whole reply ends in more than a ConnectorError."""
        bodies: tuple[Any, ...] = ([], {}, None, "text", 42, [[]], [None], {"results": None}, {"data": None, "errors": None})
        for body in bodies:
            for trial in http.each():
                trial.weather = constantly(json_answer(body))
                assert trial.ask().records == [], f"{trial.ability} makes a record of {body!r}"

    def test_a_vendor_that_finds_nothing_is_an_empty_answer(self, http: Trials) -> None:
        """If this fails: with every list of the replies empty, a search raises or yields something. Nothing found is no error."""
        for trial in http.each(fetch=False, replies=_altered(type(self).replies, _emptied)):
            trial.ask()
            assert trial.error is None, f"{trial.ability}: {trial.error!r}"
            assert trial.records == [], trial.ability


class _Change:
    """Puts odd values into a reply, the same ones for the same seed and reply."""

    def __init__(self, seed: int, times: int = 1) -> None:
        self._seed = seed
        self._times = times
        self.done: list[str] = []
        self.structural = False

    def __call__(self, body: Any) -> Any:
        chance = _chance(self._seed, body)
        for _ in range(self._times):
            places = list(_places(body))
            if not places:
                return body
            path, holder, key = chance.choice(places)
            odd = deepcopy(chance.choice((*_ODD, _MISSING, _MISSING)))
            self.structural |= any(STRUCTURE.search(str(part)) for part in path) or isinstance(holder[key], list)
            self.done.append(f"{'.'.join(map(str, path))} is {'missing' if odd == _MISSING else repr(odd)[:40]}")
            if odd == _MISSING and isinstance(holder, dict):
                del holder[key]
            else:
                holder[key] = None if odd == _MISSING else deepcopy(odd)
        return body


def _chance(seed: int, body: Any) -> random.Random:
    """The same for the same seed and reply."""
    return random.Random(f"{seed} {json.dumps(body, sort_keys=True)}")  # noqa: S311 - nothing here is a secret


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Every place in a reply: its path, what holds it, and its key."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in members:
        yield (*path, key), value, key
        yield from _places(each, (*path, key))


def _grown(body: Any, seed: int) -> Any:
    """The reply with fields nobody knows in half of its objects."""
    chance = _chance(seed, body)

    def grow(value: Any) -> Any:
        if isinstance(value, list):
            return [grow(each) for each in value]
        if not isinstance(value, dict):
            return value
        grown = {key: grow(each) for key, each in value.items()}
        if grown and chance.random() < 0.5 and not all(key.isdigit() for key in grown):
            grown[f"new_in_2027_{chance.randrange(100)}"] = chance.choice((None, "x", 7, [], {}, [{"id": 1}], {"id": 1}, True))
        return grown

    return grow(body)


def _emptied(body: Any) -> Any:
    """The reply with nothing in its lists, and totals of nothing."""
    if isinstance(body, list):
        return []
    if not isinstance(body, dict):
        return body
    if body and all(key.lstrip("-").isdigit() for key in body):
        return {}
    return {
        key: 0 if isinstance(each, int) and not isinstance(each, bool) and re.search("total|count", key, re.IGNORECASE) else _emptied(each)
        for key, each in body.items()
    }


def _altered(replies: Replies, change: Callable[[Any], Any]) -> Replies:
    """The same replies with their JSON changed; what holds an access token is left as it is."""

    def answer(sent: Sent) -> Answer:
        reply = replies(sent)
        try:
            body = json.loads(reply.body) if isinstance(reply.body, bytes) else None
        except ValueError:
            return reply
        if body is None or reply.status >= 300 or (isinstance(body, dict) and "access_token" in body):
            return reply
        return json_answer(change(body), reply.status, reply.headers)

    return answer


def _stated(records: list[Any]) -> list[Any]:
    """What records state, without what a connector hands on of fields that the system's customers make up."""
    return [record.model_copy(update={"fields": {}}) for record in records]
