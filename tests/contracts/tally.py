"""What was proved against vendors' own descriptions: operations used, requests validated; printed at the end of a test run.

`tests/conftest.py` takes the hooks from here, so that every run that sent such requests ends with lines like

    zendesk: 9 operations, 143 requests validated

With pytest-xdist each worker hands its counts to the process that prints.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest


class Tally:
    """Counts by vendor."""

    def __init__(self) -> None:
        self._operations: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._undescribed: Counter[str] = Counter()
        self._wrong: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def count(self, vendor: str, operation: str) -> None:
        """One more request was validated."""
        self._operations[vendor][operation] += 1

    def undescribed(self, vendor: str) -> None:
        """One more request went to what the description at hand leaves out."""
        self._undescribed[vendor] += 1

    def tolerate(self, vendor: str, place: str, why: str) -> None:
        """The description is known to be wrong here."""
        self._wrong[vendor][place] = why

    def operations(self, vendor: str) -> Mapping[str, int]:
        """Operations of a vendor that were used, with the requests of each."""
        return self._operations[vendor]

    def packed(self) -> list[Any]:
        """All of it as plain values."""
        return [{name: dict(value) for name, value in self._operations.items()}, dict(self._undescribed), dict(self._wrong)]

    def add(self, packed: list[Any]) -> None:
        """Add what another process counted."""
        operations, undescribed, wrong = packed
        for vendor, counts in operations.items():
            self._operations[vendor].update(counts)
        self._undescribed.update(undescribed)
        for vendor, places in wrong.items():
            self._wrong[vendor].update(places)

    def lines(self, *, whole: bool = False) -> Iterator[str]:
        """A line a vendor; `whole` adds each operation, and each place where the description is known to be wrong."""
        for vendor in sorted(self._operations):
            counts = self._operations[vendor]
            beside = f", {self._undescribed[vendor]} more to what it leaves out" if self._undescribed[vendor] else ""
            wrong = f"; known to be wrong in {len(self._wrong[vendor])} places" if self._wrong[vendor] else ""
            yield f"{vendor}: {len(counts)} operations, {counts.total()} requests validated{beside}{wrong}"
            if whole:
                yield from (f"    {count:6} {operation}" for operation, count in sorted(counts.items()))
                yield from (f"    wrong: {place}: {why}" for place, why in sorted(self._wrong[vendor].items()))


TALLY = Tally()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["contracts"] = TALLY.packed()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a worker counted is taken."""
    if packed := getattr(node, "workeroutput", {}).get("contracts"):
        TALLY.add(packed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The lines at the end; with -v, the operations too."""
    if lines := list(TALLY.lines(whole=config.get_verbosity() > 0)):
        terminalreporter.section("vendors' own descriptions")
        for line in lines:
            terminalreporter.write_line(line)
