"""Checks that what people type, and what tickets say, is data in a request and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from escalation.connector import AccountQuery
from escalation.http import Answer, Sent
from escalation.records import AccountKey
from escalation.testing.bench import ABILITIES, Bench, Trials
from escalation.testing.replies import json_answer
from escalation.testing.weather import lenient

HOSTILE = (
    *"\"'\\*{%\n/",
    *("&a=b", "?x=1#y", ";()[]~^+-|<$`,:=", '" OR "1"="1', "') OR ('1'='1", "x\\", "%00%s", "{{7*7}}${HOME}", "../../admin", "AND OR NOT"),
    *("\x00\x1b[31m", "\u202egnp.\u200be\u2028xe", "😀ﬀ", "project:secret -x NEAR/2 *:*"),
)
"""Pieces that mean something to some query language, URL or terminal."""

_PHASES = (Phase.generate, Phase.shrink)
_PLAIN = ("benignone", "benigntwo")


class Shape(NamedTuple):
    """What of a request must not depend on what was typed."""

    method: str
    path: tuple[str, ...]
    """Its segments; one in which a plain word was typed is `*`."""
    params: frozenset[str]
    document: str
    """Of GraphQL: what was typed belongs into the variables."""

    def fits(self, other: Shape) -> bool:
        """Could `other`, sent for something harmless, be the same request?"""
        segments = len(self.path) == len(other.path) and all(
            theirs in (own, "*") for own, theirs in zip(self.path, other.path, strict=True)
        )
        return segments and self.method == other.method and self.params <= other.params and self.document == other.document


class QueryChecks(Bench):
    """Escaping."""

    def test_what_people_type_changes_no_request(self, http: Trials) -> None:
        """If this fails: a quote, a backslash, a star, a brace, a percent sign or the like breaks a search or changes what it asks.

        Pass text in `params`, `json` or GraphQL variables, never glued into a path or document; inside a query language escape by the
        vendor's own rules, and drop what can't be escaped. `query.terms()` has no control characters and no endless words.
        """
        harmless = self._harmless(http)
        for text in (*HOSTILE, "the of and to", " ", "a" * 10_000, '"' * 10_000, "x " * 5_000):
            self._assert_as_ever(http, text, harmless)

    def test_no_text_at_all_changes_a_request(self, http: Trials) -> None:
        """If this fails: hypothesis found a text that breaks a search or changes what it asks; it is printed below.

        As above: escape by the vendor's own rules; the shortest text that does harm is the one to begin with.
        """
        harmless = self._harmless(http)

        @settings(max_examples=15, deadline=None, derandomize=True, database=None, phases=_PHASES, suppress_health_check=list(HealthCheck))
        @given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), min_size=1, max_size=6).map("x".join).filter(bool))
        def holds(text: str) -> None:
            self._assert_as_ever(http, text, harmless)

        holds()

    def test_a_search_for_nothing_is_harmless(self, trials: Trials) -> None:
        """If this fails: a query whose words are blanks or control characters alone raises something that is no ConnectorError."""
        for ability in ABILITIES:
            if ability in self.abilities() and ability != "find_accounts":
                trials.of(ability, replies=lenient(type(self).replies)).ask(ABILITIES[ability][0](words=(" ", "\n"), exact=("\x00",)))

    def test_what_a_record_says_sends_no_request_of_its_own(self, http: Trials) -> None:
        """If this fails: text inside a record changes which requests follow. Only ids and links that the system itself holds may."""
        for usual in http.each():
            usual.ask()
            trial = http.of(usual.ability, replies=_hostile_prose(type(self)))
            trial.ask()
            assert [_bare(sent) for sent in trial.sent] == [_bare(sent) for sent in usual.sent], trial.ability

    def _harmless(self, http: Trials) -> dict[str, set[Shape]]:
        """Ability → the requests that it sends for plain words."""
        abilities = [ability for ability in self.abilities() if ability != "fetch"]
        return {ability: {_shape(sent, plain) for plain in _PLAIN for sent in self._asked(http, ability, plain)} for ability in abilities}

    def _assert_as_ever(self, http: Trials, text: str, harmless: dict[str, set[Shape]]) -> None:
        for ability, shapes in harmless.items():
            for shape in map(_shape, self._asked(http, ability, text)):
                assert any(shape.fits(other) for other in shapes), f"{ability} sends another request for {text[:60]!r}: {shape}"

    def _asked(self, http: Trials, ability: str, text: str) -> Iterator[Sent]:
        for question in _questions(ability, text):
            trial = http.of(ability, replies=lenient(type(self).replies))
            trial.ask(question)
            yield from trial.sent


def _questions(ability: str, text: str) -> Iterator[Any]:
    if ability == "find_accounts":
        yield AccountQuery(names=(text,))
        yield AccountQuery(names=("benignzero", text), near=False, domains=(text,), refs=(text,))
        return
    query = ABILITIES[ability][0]
    yield query(words=(text, "benignzero"))
    yield query(exact=(text,), account=AccountKey(name=text, domain=text, ref=text))


def _shape(sent: Sent, typed: str = "") -> Shape:
    parts = urlsplit(sent.url)
    path = parts.path + (f"/#{parts.fragment}" if parts.fragment else "")  # what is behind it never arrives
    segments = tuple("*" if typed and typed in segment else segment for segment in path.split("/"))
    document = ""
    if sent.body.startswith(b"{"):
        body = json.loads(sent.body)
        document = str(body["query"]) if {"query", "variables"} <= body.keys() else ""
    return Shape(sent.method, segments, frozenset(dict(parse_qsl(parts.query, keep_blank_values=True))), document)


def _bare(sent: Sent) -> tuple[str, str]:
    return sent.method, urlsplit(sent.url).path


def _hostile_prose(bench: type[Bench]) -> Any:
    """The replies, each text of several words in them replaced by one that means harm."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: changed(each) for key, each in value.items()}
        if isinstance(value, list):
            return [changed(each) for each in value]
        harmless = not isinstance(value, str) or value.count(" ") < 2 or "://" in value
        return value if harmless else "../../admin?x=1 https://foreign.example/issues/1 \"' OR 1=1 -- {{x}} \u202e ENG-1 please"

    def answer(sent: Sent) -> Answer:
        reply = lenient(bench.replies)(sent)
        if not isinstance(reply.body, bytes):
            return reply
        try:
            body = json.loads(reply.body)
        except ValueError:
            return reply
        return json_answer(changed(body), reply.status, reply.headers)

    return answer
