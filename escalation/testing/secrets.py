"""Checks that no credential and nothing a customer said gets out: no repr, message, log, address or foreign host."""

from __future__ import annotations

import logging
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest

from escalation.connector import ApiConnector
from escalation.testing.bench import CANARY, Bench, Trials
from escalation.testing.replies import json_answer
from escalation.testing.weather import FAULTS, Fault, always, constantly, origin


class SecretChecks(Bench):
    """Everything that is shown, logged or sent."""

    def test_no_repr_shows_a_secret(self, trials: Trials) -> None:
        """If this fails: the `repr` of the connector, its settings, its credential, client or session holds a secret. Use `SecretStr`."""
        trial = trials.of(next(iter(self.abilities()))).ask()
        shown = [
            trial.connector,
            trial.connector.settings,
            trial.session,
            vars(trial.connector),
            trial.connector.settings.model_dump_json(),
        ]
        if isinstance(trial.connector, ApiConnector):
            shown += [trial.connector.api, trial.connector.auth()]
        for each in shown:
            self._assert_silent(f"{each!r} {each!s}", f"the repr of {type(each).__name__}")

    @pytest.mark.parametrize("cause", FAULTS, ids=lambda cause: cause.name)
    def test_no_message_holds_a_secret_or_what_a_customer_said(self, http: Trials, cause: Fault) -> None:
        """If this fails: an error, or a line for coverage, repeats the reply, the query or the credential.

        A message has method, path and status, and a code that you know. Never `str(exception)` of something else, never `page.reply`.
        """
        leak = f"{CANARY} {' '.join(self.secrets())}"
        for trial in http.each():
            trial.weather = always(cause, leak)
            trial.ask(self.about(trial.ability, CANARY))
            assert CANARY not in trial.told(), f"{trial.ability} on {cause.name}: the message says what a customer said"
            self._assert_silent(trial.said(), f"{trial.ability} on {cause.name}")

    def test_no_message_is_longer_than_a_line(self, http: Trials) -> None:
        """If this fails: an error has several lines or hundreds of characters. It is printed as one line, for somebody who must act."""
        for cause in FAULTS:
            for trial in http.each():
                trial.weather = always(cause)
                trial.ask()
                assert "\n" not in str(trial.error)
                assert len(str(trial.error)) <= 400

    def test_no_log_holds_a_secret(self, http: Trials, caplog: pytest.LogCaptureFixture) -> None:
        """If this fails: something logged at DEBUG holds a secret. Log ids and counts; headers and bodies are the client's business."""
        caplog.set_level(logging.DEBUG)
        for name in ("httpx", "httpcore", "hpack", "urllib3", self.connector_type.__module__):
            caplog.set_level(logging.DEBUG, logger=name)
        for trial in http.each():
            trial.ask()
        for trial in http.each():
            trial.weather = constantly(json_answer({"message": " ".join(self.secrets())}, 401))
            trial.ask()
        self._assert_silent(caplog.text, "the log")

    def test_no_address_holds_a_secret(self, http: Trials) -> None:
        """If this fails: a secret is part of a URL, which proxies and servers write into their logs. Send it in a header: `auth()`."""
        for trial in http.each():
            trial.ask()
            for sent in trial.network.sent:
                self._assert_silent(sent.url, f"an address of {trial.ability}")

    def test_the_credential_goes_to_its_own_host_alone(self, http: Trials) -> None:
        """If this fails: a request to another host than `base_url` carries a secret. Ask through `self.api` alone."""
        for trial in http.each():
            assert isinstance(trial.connector, ApiConnector)
            base = trial.connector.base_url()
            trial.ask()
            for sent in trial.sent:
                if origin(sent.url) != origin(base):
                    self._assert_silent(f"{sent.headers} {sent.body!r}", f"a request to {origin(sent.url)}")

    def test_masked_hides_every_secret(self, trials: Trials) -> None:
        """If this fails: `masked()` or `secrets()` was overridden and lets a secret through."""
        connector = trials.of(next(iter(self.abilities()))).connector
        assert set(self.secrets()) <= set(connector.secrets())
        self._assert_silent(connector.masked(f"before {' and '.join(self.secrets())} after"), "masked()")

    def test_no_probe_shows_a_secret(self, http: Trials) -> None:
        """If this fails: what `doctor` prints holds a secret, or what the reply said."""
        for cause in FAULTS:
            trial = http.of(next(iter(self.abilities())))
            if not hasattr(trial.connector, "check_connection"):
                pytest.skip("there is no check_connection")
            trial.weather = always(cause, f"{CANARY} {' '.join(self.secrets())}")
            for probe in trial.connector.check_connection():
                self._assert_silent(f"{probe.detail} {probe.fix}", f"the probe of {probe.ability} on {cause.name}")
                assert CANARY not in probe.detail

    def _assert_silent(self, text: str, what: str) -> None:
        for secret in self.secrets():
            coded = (secret, quote(secret, safe=""), quote_plus(secret), b64encode(secret.encode()).decode().rstrip("="))
            assert not any(form in text for form in coded), f"{what} holds a secret"
