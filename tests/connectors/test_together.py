"""All connectors at once, each in a weather of its own: the brief comes in time, coverage is honest, and nobody's secret is told."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from escalation.brief import Renderer
from escalation.case import Reporter
from escalation.config import Configured
from escalation.connector import Outside, Session
from escalation.gathering import Gathering
from escalation.http import Answer, Sent
from escalation.pages.fit import LIMIT
from escalation.plugins import BUILT_IN, Hooks
from escalation.policy import Policy
from escalation.search import rounds
from escalation.search.rounds import MOST_REQUESTS
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from escalation.testing import ConnectorConformance, Network
from escalation.testing.bench import CANARY
from escalation.testing.weather import FAULTS, Fault, always, lenient
from escalation.workflow import conclude

SECONDS = 40.0
NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)


def kits() -> dict[str, type[ConnectorConformance]]:
    """Type of connector → its kit, for all that speak HTTP."""
    found: dict[str, type[ConnectorConformance]] = {}
    for type_ in sorted(BUILT_IN.keys() - {"workspace", "mcp"}):
        try:
            module = import_module(f"tests.connectors.test_{type_}")
        except pytest.skip.Exception:
            continue
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, ConnectorConformance) and thing is not ConnectorConformance:
                found.setdefault(type_, thing)
    return found


KITS = kits()


@dataclass(frozen=True)
class Room(Outside):
    """Every connector's own network, by its name."""

    networks: dict[str, Network] = field(default_factory=dict)

    def session(self, name: str, seconds: float, budget: int | None = None) -> Session:
        return self.networks[name].session(self.cache / name, 60.0, budget)


def together(folder: Path, weathers: dict[str, Any]) -> tuple[Gathering, Room, float]:
    """(what all of them brought, their networks, seconds); a connector that is not in `weathers` has fine weather."""
    networks = {name: Network(lenient(kit.replies), weathers.get(name)) for name, kit in KITS.items()}
    room = Room(folder, networks=networks)
    settings: dict[str, Any] = {name: kit.connector_type.settings_type for name, kit in KITS.items()}
    connectors = [
        Configured(name, kit.connector_type, settings[name].model_validate(kit.settings), "the test") for name, kit in KITS.items()
    ]
    issue = understand("Export fails with E4711 for Acme Corp since yesterday", now=NOW, zone="UTC", customers=("Acme Corp",))
    started = time.monotonic()
    gathering = gather(issue, connectors, seconds=SECONDS, outside=room)
    return gathering, room, time.monotonic() - started


def told(gathering: Gathering) -> str:
    """The page that people and agents read of it."""
    issue = understand("Export fails with E4711 for Acme Corp since yesterday", now=NOW, zone="UTC", customers=("Acme Corp",))
    case = conclude(
        issue, gathering, case_id="ESC-STORMY", opened_at=NOW, now=NOW, reporter=Reporter(), policy=Policy.load(), hooks=Hooks()
    )
    return Renderer(None, Hooks()).page(case, limit=LIMIT) + gathering.model_dump_json()


def secrets() -> set[str]:
    """Values of all secret settings."""
    return {secret for kit in KITS.values() for secret in kit().secrets()}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The systems are played by whatever holds requests against a description; the first of them takes seconds on a busy machine."""
    monkeypatch.setattr(rounds, "PATIENCE", 15.0)
    monkeypatch.setattr(rounds, "GRACE", 15.0)


def test_every_connector_is_here() -> None:
    assert len(KITS) == len(BUILT_IN) - 2 or not KITS


@pytest.mark.skipif(not KITS, reason="the vendors' descriptions are not beside the project (VENDOR_SPECS)")
def test_in_fine_weather_every_one_answers_within_its_requests(tmp_path: Path) -> None:
    gathering, room, seconds = together(tmp_path, {})
    assert seconds < SECONDS
    for name in KITS:
        lines = [line for line in gathering.coverage if line.connector == name]
        assert {line.status for line in lines} <= {"complete", "partial"}, [(line.connector, line.detail) for line in lines]
        assert len(room.networks[name].sent) <= MOST_REQUESTS
    assert not any(secret in told(gathering) for secret in secrets())


@pytest.mark.skipif(not KITS, reason="the vendors' descriptions are not beside the project (VENDOR_SPECS)")
@pytest.mark.parametrize("turn", range(len(FAULTS)))
def test_whatever_befalls_each_of_them_the_brief_comes_and_says_so(turn: int, tmp_path: Path) -> None:
    causes: dict[str, Fault] = {name: FAULTS[(turn + place) % len(FAULTS)] for place, name in enumerate(KITS)}
    leak = f"{CANARY} {' '.join(sorted(secrets()))}"
    gathering, room, seconds = together(tmp_path, {name: always(cause, leak) for name, cause in causes.items()})
    assert seconds < SECONDS
    for name, cause in causes.items():
        lines = [line for line in gathering.coverage if line.connector == name and line.requests]
        assert lines or not room.networks[name].sent, name
        assert all(line.status != "complete" for line in lines), (name, cause.name, [line.detail for line in lines])
    page = told(gathering)
    assert CANARY not in page
    assert not any(secret in page for secret in secrets())


@pytest.mark.skipif(not KITS, reason="the vendors' descriptions are not beside the project (VENDOR_SPECS)")
def test_one_that_hangs_and_one_that_is_throttled_cost_the_others_nothing(tmp_path: Path) -> None:
    released = threading.Event()
    hanging, throttled, *others = KITS

    def hang(_sent: Sent, _number: int) -> Answer:
        released.wait(30)
        return Answer(fault="timeout")

    try:
        gathering, _, seconds = together(tmp_path, {hanging: hang, throttled: always(next(one for one in FAULTS if one.name == "429"))})
    finally:
        released.set()
    assert seconds < SECONDS
    states = {name: {line.status for line in gathering.coverage if line.connector == name} for name in KITS}
    assert states[hanging] == {"timed_out"}
    assert "throttled" in states[throttled]
    assert all(states[name] <= {"complete", "partial"} for name in others)
