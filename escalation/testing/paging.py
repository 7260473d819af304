"""Checks that pages are read to the end, and that there is an end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

from escalation.connector import ApiConnector
from escalation.http import MOST_PAGES, Answer, Sent
from escalation.testing.bench import Bench, Trial, Trials
from escalation.testing.replies import Replies, json_answer
from escalation.testing.weather import lenient

_NEXT = re.compile(r"next|cursor|after|bookmark|continuation|scroll|page_?token", re.IGNORECASE)
_MORE = re.compile(r"more|has_?next|incomplete", re.IGNORECASE)
_LAST = re.compile(r"is_?last|last_?page$|end_?of", re.IGNORECASE)
_TOTAL = re.compile(r"total|count|pages|found", re.IGNORECASE)
_TOO_MANY = 10 * MOST_PAGES


Following: TypeAlias = Callable[[Trial, int], str]
"""Makes the address of the next page from the trial and the number of requests so far."""


class _EndlessError(Exception):
    """More requests than any cap allows."""


class PagingChecks(Bench):
    """Caps, loops, and links to other hosts."""

    def test_paging_that_never_ends_is_stopped_and_told(self, http: Trials) -> None:
        """If this fails: replies that always promise another page are read for ever, or cut without a word.

        Page with `self.api.items(paging, "results")`: it stops at a cap and tells coverage. A loop of your own must do both.
        """
        for trial in self._endless(http, lambda trial, number: f"{_base(trial)}/next?{urlencode({'page': number})}"):
            calls = [(sent.method, urlsplit(sent.url).path) for sent in trial.sent]
            many = [call for call in set(calls) if calls.count(call) >= MOST_PAGES]
            assert not many or trial.session.shortfalls or trial.error, f"{trial.ability}: pages were left out, and nothing says so"

    def test_paging_in_a_circle_is_stopped(self, http: Trials) -> None:
        """If this fails: a reply whose next page is the page itself is read again and again. Page with `self.api.items`."""
        for trial in self._endless(http, lambda trial, _number: f"{_base(trial)}/next?page=1"):
            asked = [(sent.method, sent.url, sent.body) for sent in trial.sent]
            assert all(asked.count(each) <= 2 for each in asked), f"{trial.ability} reads one page again and again"

    def test_a_next_page_on_another_host_is_not_asked(self, http: Trials) -> None:
        """If this fails: a next page is followed to another host, perhaps with the credential. Ask through `self.api` alone."""
        for trial in self._endless(http, lambda _trial, number: f"https://foreign.example/next?page={number}"):
            hosts = {urlsplit(sent.url).hostname for sent in trial.sent}
            assert "foreign.example" not in hosts

    def test_every_page_that_is_needed_is_read(self, http: Trials) -> None:
        """If this fails: a reply names a next page, the query's limit is not reached, and the connector neither reads it nor says so.

        Counted in your replies as they are: if a list is cut on purpose, say it with `self.session.fall_short(…)`.
        """
        for trial in http.each():
            trial.ask()
            assert trial.error is None, f"{trial.ability}: {trial.error}"
            followed = {sent.url for sent in trial.sent}
            for sent in trial.sent:
                reply = type(self).replies(sent)
                named = re.search(r'<([^<>]+)>;\s*rel="?next', reply.headers.get("link", ""))
                if named and len(trial.records) < getattr(self.question(trial.ability), "limit", 0):
                    assert named[1] in followed or trial.session.shortfalls, f"{trial.ability} leaves {named[1]} unread"

    def _endless(self, http: Trials, following: Following) -> Iterator[Trial]:
        for ability in self.abilities():
            trial = http.of(ability, seconds=600.0, replies=lenient(type(self).replies))
            trial.network.replies = _promising(trial, following)
            try:
                trial.ask()
            except _EndlessError:
                raise AssertionError(f"{ability} reads page after page for ever") from None
            yield trial


def _base(trial: Trial) -> str:
    assert isinstance(trial.connector, ApiConnector)
    return trial.connector.base_url()


def _promising(trial: Trial, following: Following) -> Replies:
    """The replies of the trial, each saying that there is another page."""
    replies = trial.network.replies
    before: dict[tuple[str, str], Answer] = {}

    def answer(sent: Sent) -> Answer:
        number = len(trial.network.sent)
        if number > _TOO_MANY:
            raise _EndlessError
        called = (sent.method, urlsplit(sent.url).path)
        following_page = called[1].endswith("/next") and before
        reply = list(before.values())[-1] if following_page else before.setdefault(called, replies(sent))
        try:
            body = json.loads(reply.body) if isinstance(reply.body, bytes) else None
        except ValueError:
            return reply
        if body is None or (isinstance(body, dict) and "access_token" in body):
            return reply
        address = following(trial, number)
        return json_answer(_with_more(body, address), reply.status, {**reply.headers, "link": f'<{address}>; rel="next"'})

    return answer


def _with_more(value: Any, address: str, depth: int = 0) -> Any:
    """The reply, with whatever looks as if it told of another page doing so. Rows are left as they are."""
    if not isinstance(value, dict) or depth > 3:
        return value
    changed: dict[str, Any] = {}
    for key, each in value.items():
        if isinstance(each, bool):
            changed[key] = True if _MORE.search(key) else False if _LAST.search(key) else each
        elif isinstance(each, int) and _TOTAL.search(key):
            changed[key] = 1_000_000
        elif _NEXT.search(key) and (each is None or isinstance(each, str)):
            changed[key] = address
        else:
            changed[key] = _with_more(each, address, depth + 1)
    if depth == 0:
        changed.setdefault("next", address)
    return changed
