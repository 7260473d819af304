"""Checks of what a connector makes of a system that refuses, throttles, stumbles or lies."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest

from escalation.connector import ApiConnector
from escalation.errors import AuthError, ConnectorError, NotFound, Unavailable, UnexpectedResponse
from escalation.http import ATTEMPTS, Answer
from escalation.testing.bench import Bench, Trial, Trials
from escalation.testing.replies import json_answer
from escalation.testing.weather import always, cancelling, constantly, drip, fault, first, later, origin


class FaultChecks(Bench):
    """Statuses, broken replies, broken connections, and time that runs out."""

    @pytest.mark.parametrize("status", ["401", "403"])
    def test_a_refusal_is_an_auth_error(self, http: Trials, status: str) -> None:
        """If this fails: a refused credential looks like an empty answer, or like a system that is down.

        Let the `AuthError` of `self.api` through; one that comes with status 200 belongs into `refusal()`.
        """
        for trial in self._under(http, status):
            assert isinstance(trial.error, AuthError), f"{trial.ability}: {trial.error!r}"
            assert trial.records == []

    @pytest.mark.parametrize("status", ["401", "403"])
    def test_a_refusal_is_not_asked_again(self, http: Trials, status: str) -> None:
        """If this fails: a refused request is sent again. Accounts are locked for that; other ways may be tried, the same one may not."""
        for trial in self._under(http, status):
            asked = [(sent.method, sent.url, sent.body) for sent in trial.sent]
            once = 2 if trial.renews and status == "401" else 1
            assert all(asked.count(each) <= once for each in asked), trial.ability
            assert len(asked) <= once or status == "403", f"{trial.ability}: {len(asked)} requests after {status}"

    def test_a_refusal_says_what_to_mend(self, http: Trials) -> None:
        """If this fails: `refused()` does not name the setting and the scope. Fill `about.needs`; don't override it without them."""
        for trial in self._under(http, "403"):
            assert isinstance(trial.error, AuthError)
            line = trial.connector.refused(trial.ability, trial.error)
            named = trial.connector.credential_fields()
            assert any(f"'{name}'" in line for name in named) or not named, f"{line!r} names no setting"
            assert self.connector_type.about.needs.get(trial.ability, "") in line
            assert "\n" not in line

    def test_a_search_that_is_not_there_is_told(self, http: Trials) -> None:
        """If this fails: 404 for a search looks like nothing found. The address or the version is wrong, and somebody must hear it."""
        for trial in self._under(http, "404"):
            assert isinstance(trial.error, NotFound), f"{trial.ability}: {trial.error!r}"

    def test_a_version_that_is_gone_is_told(self, http: Trials) -> None:
        """If this fails: 410 for a search looks like nothing found, or like a refusal."""
        for trial in self._under(http, "410"):
            assert type(trial.error) in (UnexpectedResponse, NotFound), f"{trial.ability}: {trial.error!r}"

    def test_a_request_that_is_wrong_is_told(self, http: Trials) -> None:
        """If this fails: 400 looks like nothing found. Let the error through: the query is not in the vendor's language."""
        for trial in self._under(http, "400"):
            assert isinstance(trial.error, ConnectorError), f"{trial.ability}: {trial.error!r}"

    @pytest.mark.parametrize("form", ["seconds", "date"])
    def test_a_request_to_slow_down_is_obeyed(self, http: Trials, form: str) -> None:
        """If this fails: after 429 with Retry-After the request is not sent again, or too early. Send through `self.api`."""
        for usual in http.each():
            everything = usual.ask().records
            trial = http.of(usual.ability, seconds=120.0)
            date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=40), usegmt=True)
            trial.weather = first(json_answer({}, 429, {"retry-after": "39" if form == "seconds" else date}))
            trial.ask()
            assert trial.error is None, f"{trial.ability}: {trial.error}"
            assert 37 <= sum(trial.clock.slept) <= 41, f"{trial.ability} waited {sum(trial.clock.slept):.0f} s instead of 39"
            assert trial.records == everything, trial.ability

    def test_lasting_throttling_is_told_with_its_end(self, http: Trials) -> None:
        """If this fails: throttling beyond the deadline is waited for, or coverage is not told until when."""
        for trial in self._under(http, "429"):
            assert isinstance(trial.error, Unavailable), f"{trial.ability}: {trial.error!r}"
            assert trial.error.retry_after == 86_400.0
            assert sum(trial.clock.slept) == 0.0, "it waits for what can't come before the deadline"

    @pytest.mark.parametrize("cause", ["503", "500", "timeout", "cut off"])
    def test_a_stumble_is_forgiven(self, http: Trials, cause: str) -> None:
        """If this fails: one 5xx, timeout or broken connection ends a search. Send through `self.api`: it asks again in time."""
        for usual in http.each():
            everything = usual.ask().records
            trial = http.of(usual.ability)
            trial.weather = first(fault(cause).answer(""))
            trial.ask()
            assert trial.error is None, f"{trial.ability}: {trial.error}"
            assert trial.records == everything, trial.ability
            assert len(trial.sent) == len(usual.sent) + 1

    @pytest.mark.parametrize("cause", ["500", "502", "503", "timeout", "refused", "cut off"])
    def test_a_system_that_is_down_is_unavailable(self, http: Trials, cause: str) -> None:
        """If this fails: a system that stays down looks like an empty answer, or is asked for ever."""
        for trial in self._under(http, cause):
            assert isinstance(trial.error, Unavailable), f"{trial.ability}: {trial.error!r}"
            assert len(trial.sent) <= 3 * ATTEMPTS, f"{trial.ability}: {len(trial.sent)} requests to a system that is down"

    @pytest.mark.parametrize("cause", ["HTML", "broken JSON", "nonsense"])
    def test_a_reply_that_is_no_json_is_told(self, http: Trials, cause: str) -> None:
        """If this fails: a sign-in page or half a reply looks like an empty answer, or ends in something else than a ConnectorError."""
        for trial in self._under(http, cause):
            assert isinstance(trial.error, UnexpectedResponse), f"{trial.ability}: {trial.error!r}"

    def test_a_reply_that_is_too_large_is_not_read(self, http: Trials) -> None:
        """If this fails: a reply without end fills the memory. Read through `self.api`, which stops at a cap."""
        for trial in self._under(http, "too large"):
            assert isinstance(trial.error, UnexpectedResponse), f"{trial.ability}: {trial.error!r}"

    def test_a_reply_that_drips_is_left_at_the_deadline(self, http: Trials) -> None:
        """If this fails: a reply that comes byte by byte is read past the deadline. Read through `self.api`; it looks at the clock."""
        for trial in http.each(seconds=20.0):
            trial.weather = drip(trial)
            trial.ask()
            assert isinstance(trial.error, Unavailable), f"{trial.ability}: {trial.error!r}"
            assert sum(trial.clock.slept) <= 25.0

    def test_nothing_is_sent_once_the_time_is_over(self, http: Trials) -> None:
        """If this fails: the case is over or was cancelled, and the connector goes on asking. Don't catch `Unavailable` to go on."""
        for trial in http.each():
            trial.weather = cancelling(trial)
            trial.ask()
            assert len(trial.sent) == 1, f"{trial.ability} sent {len(trial.sent) - 1} requests after the end"

    @pytest.mark.parametrize("target", ["https://foreign.example/api", "//foreign.example/api", "other port"])
    def test_a_redirect_to_another_host_is_refused(self, http: Trials, target: str) -> None:
        """If this fails: a redirect takes the request, and perhaps the credential, to another host. Ask through `self.api` alone."""
        for trial in http.each():
            assert isinstance(trial.connector, ApiConnector)
            base = trial.connector.base_url()
            address = f"{urlsplit(base).scheme}://{urlsplit(base).hostname}:8444/api" if target == "other port" else target
            trial.weather = constantly(json_answer({}, 302, {"location": address}))
            trial.ask()
            assert isinstance(trial.error, UnexpectedResponse), f"{trial.ability}: {trial.error!r}"
            assert {origin(sent.url) for sent in trial.sent} == {origin(base)}

    def test_an_empty_reply_breaks_nothing(self, http: Trials) -> None:
        """If this fails: a reply with no body at all, 200 or 204, ends in something else than a ConnectorError or no records."""
        for status in (200, 204):
            for trial in http.each():
                trial.weather = constantly(Answer(status, b""))
                assert trial.ask().records == []

    def test_a_failure_half_way_keeps_what_came_before(self, http: Trials) -> None:
        """If this fails: when a later request fails, everything before it is lost without an error, or the failure is swallowed.

        Yield records as they come, and let the error through.
        """
        for usual in http.each():
            usual.ask()
            for at in range(1, len(usual.sent)):
                trial = http.of(usual.ability)
                trial.weather = later(at, fault("500").answer(""))
                trial.ask()
                complete = trial.records == usual.records
                assert complete or trial.error or trial.session.shortfalls, f"{trial.ability}: request {at + 1} failed in silence"

    def _under(self, http: Trials, name: str) -> list[Trial]:
        trials = list(http.each())
        for trial in trials:
            trial.weather = always(fault(name))
            trial.ask()
        return trials
