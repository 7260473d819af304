"""The gatherer against DESIGN.md §10: python benchmarks/gather.py

Ten connectors that take 200 ms a request through three rounds, against the slowest chain alone; the
same with one that hangs and one that is throttled; then joining and assessing 10,000 and 100,000 records. Ratios of one run.
"""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from escalation.case import Reporter
from escalation.config import Configured
from escalation.connector import AccountQuery, ApiConnector, ApiSettings, Connector, Outside, TicketQuery
from escalation.http import Answer, Sent, played
from escalation.plugins import Hooks
from escalation.policy import Policy
from escalation.records import Account, AccountKey, Category, Person, Record, Ticket
from escalation.search.rounds import Found, Progress
from escalation.search.selection import Selection
from escalation.search.topic import Topic
from escalation.steps.gather import admit, gather
from escalation.steps.understand import understand
from escalation.workflow import conclude

NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
LATENCY = 0.2
"""Seconds a request."""
RUNS = 5


class Slow(ApiConnector[ApiSettings]):
    """Two requests to identify, two to search, one to follow, through the real client; each takes LATENCY."""

    type = "slow"
    categories = (Category.SUPPORT_PLATFORM, Category.CRM)
    settings_type = ApiSettings

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        self.api.get("/accounts")
        yield Account(ref="a1", name="Acme Corp", domains=("acme.example.com",))

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        self.api.get("/tickets")
        for number in range(3):
            yield Ticket(
                ref=f"{self.name}-{number}",
                subject="Orders API answers ORD-5031",
                text="see ticket 990",
                account=AccountKey(name="Acme Corp"),
                created_at=NOW - timedelta(days=1),
            )

    def owns(self, reference: str) -> bool:
        return "990" in reference

    def fetch(self, reference: str) -> Iterator[Record]:
        self.api.get("/tickets/990")
        yield Ticket(ref="990", subject="Orders API answers ORD-5031", created_at=NOW - timedelta(days=2))


class Hanging(Slow):
    """Its system never answers."""


class Throttled(Slow):
    """Its system asks to wait two seconds at the first request."""


class Systems:
    """The systems behind them, by host."""

    def __init__(self) -> None:
        self._throttled = False

    def __call__(self, sent: Sent) -> Answer:
        if "hanging" in sent.url:
            time.sleep(3600)
        time.sleep(LATENCY)
        if "throttled" in sent.url and not self._throttled:
            self._throttled = True
            return Answer(429, b"{}", {"retry-after": "2", "content-type": "application/json"})
        return Answer(200, b"{}")


def connectors(count: int, *more: type[Connector[Any]]) -> list[Configured]:
    """So many slow ones, and these besides."""
    names = [(f"{kind.__name__.lower()}{number}", kind) for number, kind in enumerate([Slow] * count + list(more))]
    return [Configured(name, kind, ApiSettings(base_url=f"https://{name}.example"), "benchmark") for name, kind in names]


def timed(crew: list[Configured], seconds: float) -> tuple[float, dict[str, float]]:
    """(wall seconds, seconds until each connector had answered all it was asked)."""
    answered: dict[str, float] = {}
    issue = understand("Orders API answers ORD-5031 for Acme Corp", now=NOW, zone="UTC")

    def told(progress: Progress) -> None:
        if progress.state == "answered":
            answered[progress.connector] = time.perf_counter() - started

    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        gathering = gather(issue, crew, seconds=seconds, outside=Outside(Path(cache), transport=played(Systems())), on_progress=told)
        wall = time.perf_counter() - started
    for line in gathering.coverage:
        if line.connector in answered and line.status != "complete":
            raise SystemExit(f"{line.connector} is {line.status}: {line.detail}")
    return wall, answered


def joining(count: int) -> float:
    """Seconds to weigh `count` found records, take them in and run steps 3 to 5."""
    issue = understand("Orders API answers ORD-5031 for Acme Corp since Monday", now=NOW, zone="UTC")
    found = [Found("bench", Category.SUPPORT_PLATFORM, _ticket(number), number % 50) for number in range(count)]
    policy, hooks = Policy.load(), Hooks()
    started = time.perf_counter()
    selection = Selection(Topic.of(issue), found, (), [], issue.customers)
    chosen, _ = selection.chosen("")
    with tempfile.TemporaryDirectory() as cache:
        gathering = admit(gather(issue, [], seconds=1, outside=Outside(Path(cache))), [("bench", one.record) for one in chosen])
    conclude(issue, gathering, case_id="ESC-BENCH1", opened_at=NOW, now=NOW, reporter=Reporter(), policy=policy, hooks=hooks)
    return time.perf_counter() - started


def yardstick() -> float:
    """Seconds of work that doesn't depend on this project."""
    started = time.perf_counter()
    sum(range(10_000_000))
    return time.perf_counter() - started


def _ticket(number: int) -> Ticket:
    about = "Orders API answers ORD-5031" if number % 200 == 0 else f"Question {number} about invoices and exports of month {number % 12}"
    return Ticket(
        ref=str(number),
        subject=about,
        text=f"Hello, {about.lower()}. We tried twice, see ticket {number + 1}. Order {number * 7919 % 100003} is the last that worked.",
        account=AccountKey(name=f"Account {number % 3000}", domain=f"c{number % 3000}.example.com"),
        requester=Person(name="Jo", email=f"jo@c{number % 3000}.example.com", side="customer"),
        created_at=NOW - timedelta(hours=number % 500),
    )


def main() -> None:
    """Print one line a figure."""
    chain = statistics.median(timed(connectors(1), 30)[0] for _ in range(RUNS))
    ten = statistics.median(timed(connectors(10), 30)[0] for _ in range(RUNS))
    print(f"ten connectors at {LATENCY * 1000:.0f} ms a request: {ten:.2f} s", end="; ")
    print(f"slowest chain alone {chain:.2f} s; ratio {ten / chain:.2f} (budget 1.25)")
    wall, answered = timed(connectors(10, Hanging, Throttled), 30)
    slow = max(seconds for name, seconds in answered.items() if name.startswith("slow"))
    throttled = next(seconds for name, seconds in answered.items() if name.startswith("throttled"))
    print(f"the same, one that hangs and one that is throttled for 2 s: the ten done after {slow:.2f} s ({slow / chain:.2f}),", end=" ")
    print(f"the throttled one after {throttled:.2f} s, brief after {wall:.2f} s, of 30 s allowed")
    gc.set_threshold(200_000)  # as the command line does
    joining(100)  # compiles what every case needs
    one, many = joining(10_000), joining(100_000)
    print(f"joining and assessing 10,000 records: {one:.2f} s (budget 1); 100,000: {many:.2f} s, {many / one:.1f} times (linear is 10)")
    print(f"the first of them is {one / yardstick():.1f} times adding up ten million numbers, for a machine that is slow or busy")


if __name__ == "__main__":
    main()
