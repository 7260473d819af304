"""Checks of what people read about it: the connector asked by the engine itself, alone, in every weather."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from escalation.config import Configured
from escalation.connector import Outside, Session
from escalation.evidence import Coverage
from escalation.gathering import Gathering
from escalation.http import Answer, Sent
from escalation.search.rounds import MOST_REQUESTS
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from escalation.testing.bench import CANARY, CATEGORY, Bench, Trial, Trials
from escalation.testing.network import Network
from escalation.testing.weather import FAULTS, Fault, always, fault, lenient


@dataclass(frozen=True)
class _Played(Outside):
    """An outside whose network and clock are those of a trial."""

    network: Network | None = None

    def session(self, name: str, seconds: float, budget: int | None = None) -> Session:
        assert self.network is not None
        return self.network.session(self.cache / name, max(seconds, 60.0), budget)


class CoverageChecks(Bench):
    """A cut-off run is never reported complete."""

    def test_an_ordinary_case_is_covered(self, trials: Trials, tmp_path: Path) -> None:
        """If this fails: the engine asks your connector about an ordinary issue, and coverage says that it failed or was refused.

        Its queries are wider than those of the other checks. A request that your replies don't know is answered with 404.
        """
        trial = trials.of(next(iter(self.abilities())), replies=lenient(type(self).replies))
        lines = self._lines(self._gather(trial, tmp_path))
        assert {line.status for line in lines} <= {"complete", "partial"}, [line.detail for line in lines]
        assert sum(line.records for line in lines), "nothing was found"

    def test_an_ordinary_case_stays_in_its_budget(self, http: Trials, tmp_path: Path) -> None:
        """If this fails: a case costs more requests than a connector may spend, so that something is not asked."""
        trial = http.of(next(iter(self.abilities())), replies=lenient(type(self).replies))
        lines = self._lines(self._gather(trial, tmp_path))
        assert len(trial.network.sent) <= MOST_REQUESTS
        spent = any("requests were spent" in line.detail for line in lines)
        assert not spent or sum(self.times().values()) > MOST_REQUESTS, [line.detail for line in lines]

    @pytest.mark.parametrize("cause", FAULTS, ids=lambda cause: cause.name)
    def test_coverage_says_what_happened(self, http: Trials, tmp_path: Path, cause: Fault) -> None:
        """If this fails: with every reply like this, coverage does not say so: something was caught that should have been let through.

        `unauthorized`, `throttled` and `failed` come from the errors of `self.api`; don't turn them into an empty answer.
        """
        trial = http.of(next(iter(self.abilities())), replies=lenient(type(self).replies))
        trial.weather = always(cause, f"{CANARY} {' '.join(self.secrets())}")
        gathering = self._gather(trial, tmp_path)
        asked = [line for line in self._lines(gathering) if line.requests and line.category in self._searched()]
        states = {line.status for line in asked}
        assert states == {cause.coverage} or not self._searched(), f"{[(line.category.value, line.status, line.detail) for line in asked]}"
        for line in asked:
            assert line.detail, "no line says why"
            assert CANARY not in line.detail
            assert not any(secret in line.detail for secret in self.secrets())

    def test_coverage_names_the_setting_to_mend(self, http: Trials, tmp_path: Path) -> None:
        """If this fails: after a refusal nobody is told which setting is wrong and which scope it takes. Fill `about.needs`."""
        trial = http.of(next(iter(self.abilities())), replies=lenient(type(self).replies))
        trial.weather = always(fault("403"))
        for line in self._lines(self._gather(trial, tmp_path)):
            if line.status == "unauthorized":
                fields = trial.connector.credential_fields()
                assert any(f"'{name}'" in line.detail for name in fields) or not fields, line.detail

    def test_a_failure_after_some_requests_is_not_complete(self, http: Trials, tmp_path: Path) -> None:
        """If this fails: the system goes down in the middle of a case, and coverage calls it complete."""
        usual = http.of(next(iter(self.abilities())), replies=lenient(type(self).replies))
        self._gather(usual, tmp_path)
        trial = http.of(next(iter(self.abilities())), replies=lenient(type(self).replies))
        last = len(usual.sent) - 1
        trial.weather = lambda _sent, number: fault("500").answer("") if number >= last else None
        states = {line.status for line in self._lines(self._gather(trial, tmp_path))}
        assert states - {"complete"} or len(trial.sent) <= last

    def test_one_that_hangs_is_left_behind(self, http: Trials, tmp_path: Path) -> None:
        """If this fails: a system that never answers holds up the brief."""
        trial = http.of(next(iter(self.abilities())), replies=lenient(type(self).replies))
        released = threading.Event()

        def hang(_sent: Sent, _number: int) -> Answer | None:
            released.wait(5)
            return Answer(fault="timeout")

        trial.weather = hang
        started = time.monotonic()
        try:
            gathering = self._gather(trial, tmp_path, seconds=0.4)
        finally:
            released.set()
        assert time.monotonic() - started < 2.0
        assert {line.status for line in self._lines(gathering)} == {"timed_out"} or not trial.sent

    def _gather(self, trial: Trial, folder: Path, seconds: float = 20.0) -> Gathering:
        kind = self.kind()
        sentence = f"{' '.join(self.words)} fails with {' '.join(self.exact)} for {self.account} since yesterday, see {self.reference}"
        issue = understand(
            sentence,
            now=datetime.now(timezone.utc),
            zone="UTC",
            customers=(self.account,),
            references=(self.reference,) if self.reference else (),
        )
        configured = Configured("under-test", kind, kind.settings_type.model_validate(self.settings), "the test")
        return gather(issue, [configured], seconds=seconds, outside=_Played(folder, network=trial.network))

    def _lines(self, gathering: Gathering) -> list[Coverage]:
        return [line for line in gathering.coverage if line.connector == "under-test"]

    def _searched(self) -> set[object]:
        return {CATEGORY[ability] for ability in self.abilities() if ability in CATEGORY}
