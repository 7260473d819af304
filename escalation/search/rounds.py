"""Rounds: all connectors asked at once, each on its own daemon thread, under one deadline.

A round is over when all have answered, or when those who answered have waited long enough for the rest: a slow connector
catches up, it gets the next round's questions after its own and what it finds counts when it comes. A thread can't be
stopped, so a connector that hangs is left behind: what it yielded before is kept, what it yields later is ignored, and
coverage says so. Nothing a connector does (raise, hang, drip, return junk) costs another connector anything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from escalation.connector import Connector, Outside, Settings
from escalation.errors import AuthError, EscalationError, Exhausted, NotFound, Unavailable
from escalation.evidence import Coverage
from escalation.records import AnyRecord, Category, Record
from escalation.search.reading import Reading

if TYPE_CHECKING:
    from escalation.config import Configured

PATIENCE = 5.0
"""Seconds that a connector may give no sign of life (no record, no request) before it is left behind."""
MOST_RECORDS = 500
"""Records read from one query; a connector that ignores the query's limit is stopped here."""
MOST_REQUESTS = 12
"""Requests one connector may spend on one case (DESIGN.md §10); links beyond that are not followed."""
ALONE = 0.9
"""Share of the whole time that any round of a single connector may take."""
GRACE = 1.0
"""Seconds that a round waits at least for those who have not answered."""
STRAGGLING = 2.0
"""A round waits so many times as long as half of the connectors took."""
CLOCK_SKEW = timedelta(hours=1)

ABILITIES = {
    "find_accounts": (Category.CRM, "account"),
    "find_tickets": (Category.SUPPORT_PLATFORM, "ticket"),
    "find_messages": (Category.CHAT, "message"),
    "find_work_items": (Category.PROJECT_TRACKER, "work item"),
    "find_articles": (Category.KNOWLEDGE_BASE, "article"),
}
"""Ability → the category it speaks for and the kind of record it must yield."""


class Progress(NamedTuple):
    """What somebody watching may be told."""

    connector: str
    state: Literal["asked", "answered", "late", "failed"]
    records: int
    seconds: float


class Task(NamedTuple):
    """One ability and the ladder of arguments to call it with, climbed down while too little is found."""

    ability: str
    ladder: tuple[Any, ...]
    enough: int = 1


@dataclass(frozen=True)
class Found:
    """A record, who yielded it, and how high it stood in the answer."""

    connector: str
    category: Category
    record: AnyRecord
    rank: int
    """0 is the connector's best."""

    @cached_property
    def reading(self) -> Reading:
        """The record's words and names, read once."""
        return Reading(self.record)


Status = Literal["complete", "partial", "unauthorized", "throttled", "timed_out", "failed", "not_configured"]
_WORST: tuple[Status, ...] = ("complete", "partial", "timed_out", "throttled", "unauthorized", "failed")


@dataclass
class _Line:
    """The coverage of one category, as it grows."""

    status: Status = "complete"
    details: list[str] = field(default_factory=list)
    records: int = 0
    requests: int = 0
    seconds: float = 0.0

    def worsen(self, status: Status, detail: str) -> None:
        self.status = max(self.status, status, key=_WORST.index)
        if detail and detail not in self.details:
            self.details.append(detail)


class _Seat:
    """One connector's place: its thread, its ledger, what it has yielded."""

    def __init__(self, configured: Configured, outside: Outside, seconds: float, now: datetime, *, restricted: bool) -> None:
        self.name = configured.name
        self.restricted = restricted
        self.kind: type[Connector[Settings]] = configured.kind
        self.settings = configured.settings
        self.session = outside.session(configured.name, seconds, budget=MOST_REQUESTS)
        self.latest = now + CLOCK_SKEW
        self.connector: Connector[Settings] | None = None
        self.lines: dict[Category, _Line] = {}
        self.found: list[Found] = []
        self.current: Category | None = None
        self.told = 0
        """Records of `found` that a round has returned."""
        self.asked = self.answered = 0
        """Rounds it was asked in, and those it has answered; each is counted by one thread alone."""
        self.left_behind = False
        self.signs = 0
        self.lived = 0
        self.alive_at = 0.0
        """What `life()` was, and when it last grew."""
        self.inbox: SimpleQueue[Sequence[Task] | None] = SimpleQueue()
        self.thread: threading.Thread | None = None

    def line(self, category: Category) -> _Line:
        return self.lines.setdefault(category, _Line())

    @property
    def busy(self) -> bool:
        return self.asked > self.answered and not self.left_behind

    def life(self) -> int:
        """A number that grows whenever the connector does anything."""
        return self.signs + self.session.signs + self.session.requests

    def ask(self, tasks: Sequence[Task], done: Callable[[], None]) -> None:
        """Hand the tasks to this seat's thread; it is one and the same for the whole case."""
        if not self.busy:
            self.alive_at = time.monotonic()
        self.asked += 1
        self.inbox.put(tasks)
        if self.thread is None:
            self.thread = threading.Thread(target=self._work, args=(done,), name=f"connector {self.name}", daemon=True)
            self.thread.start()

    def _work(self, done: Callable[[], None]) -> None:
        try:
            while (tasks := self.inbox.get()) is not None:
                for task in tasks:
                    if self.left_behind:
                        return
                    self._carry_out(task)
                self.answered += 1
                done()
        finally:
            if self.connector is not None:
                with suppress(Exception):
                    self.connector.close()

    def _carry_out(self, task: Task) -> None:
        category = self._among(ABILITIES[task.ability][0] if task.ability in ABILITIES else self.kind.categories[0])
        self.current, line = category, self.line(category)
        started, requests, shortfalls = time.monotonic(), self.session.requests, len(self.session.shortfalls)
        try:
            self._climb(task, category)
        except AuthError as error:
            line.worsen("unauthorized", self.connector.refused(task.ability, error) if self.connector else str(error))
        except Unavailable as error:
            throttled = error.retry_after is not None or error.status == 429
            line.worsen("throttled" if throttled else "failed", self._masked(error))
        except Exhausted as error:
            line.worsen("partial", self._masked(error))
        except EscalationError as error:  # a setting that is wrong too: what these say is meant for the reader
            line.worsen("failed", self._masked(error))
        except Exception as error:  # noqa: BLE001 - a connector may fail in any way; its message may hold customer data
            line.worsen("failed", f"{type(error).__name__} in {task.ability}; ask the connector's author")
        except BaseException as error:  # noqa: BLE001 - SystemExit in a connector must not end the thread unheard
            line.worsen("failed", f"{type(error).__name__} raised in {task.ability}")
        for why in self.session.shortfalls[shortfalls:]:
            line.worsen("partial", why)
        line.requests += self.session.requests - requests
        line.seconds += time.monotonic() - started

    def _among(self, category: Category) -> Category:
        """The category, if the connector speaks for it: a help desk that knows its organisations is no CRM."""
        return category if category in self.kind.categories else self.kind.categories[0]

    def _masked(self, error: EscalationError) -> str:
        return self.connector.masked(str(error)) if self.connector else str(error)

    def _climb(self, task: Task, category: Category) -> None:
        if self.connector is None:
            with suppress(OSError):  # on a disk that may only be read, a connector does without
                self.session.cache.mkdir(parents=True, exist_ok=True)
            self.connector = self.kind(self.name, self.settings, self.session)
        ability = getattr(self.connector, task.ability)
        seen: set[str] = set()
        for argument in task.ladder:
            if task.ability == "fetch" and not _owns(self.connector, argument):
                continue
            if self.session.spent():
                self.session.fall_short(f"{MOST_REQUESTS} requests were spent; the rest was not asked")
                return
            try:
                for rank, record in enumerate(self._sound(ability(argument), task.ability, category)):
                    seen.add(record.ref)
                    actual = category if task.ability in ABILITIES else self._among(_category_of(record, category))
                    self.line(actual).records += 1
                    self.found.append(Found(self.name, actual, record, rank))
                    self.signs += 1
            except NotFound:
                if task.ability in ABILITIES:  # a search that is not there: the address is wrong
                    raise
            if task.ability in ABILITIES and len(seen) >= task.enough:
                return

    def _sound(self, yielded: Iterable[object], ability: str, category: Category) -> Iterator[AnyRecord]:
        """Only records of the right kind, whole, with dates that can be true; the rest is counted."""
        wanted = ABILITIES[ability][1] if ability in ABILITIES else None
        junk = 0
        for number, thing in enumerate(yielded):
            if self.left_behind:
                return
            if number >= MOST_RECORDS:
                self.line(category).worsen("partial", f"more than {MOST_RECORDS} records to one query; the rest was not read")
                break
            record = _whole(thing)
            if record is None or (wanted and record.kind != wanted):
                junk += 1
                continue
            if record.visibility == "restricted" and not self.restricted:
                continue  # not even counted: that there is something must not show
            dated = _without_future(record, self.latest)
            if dated is not record:
                self.line(category).worsen("partial", "dates in the future were ignored")
            yield dated
        if junk:
            self.line(category).worsen("partial", f"{junk} things that are not {wanted or 'record'}s were dropped")


class Rounds:
    """The rounds of one gathering."""

    def __init__(
        self,
        connectors: Sequence[Configured],
        *,
        seconds: float,
        outside: Outside,
        now: datetime,
        restricted: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """`restricted`: whether records of private places may be found; only a security issue may see them."""
        self._seconds = seconds
        self._started = time.monotonic()
        self._seats = [_Seat(configured, outside, seconds, now, restricted=restricted) for configured in connectors]
        self._bell = threading.Condition()
        self._tell = on_progress or (lambda _progress: None)
        self._patience = min(PATIENCE, seconds / 4)

    def run(self, plan: Callable[[type[Connector[Settings]], int], Sequence[Task]], until: float) -> list[Found]:
        """Ask every connector what `plan(its class, requests left)` says; wait until all have answered or `until`.

        `until` is a share of the whole time, 0 to 1. What is returned is all that came since the last round, in order of
        configuration. A connector that is still busy with an earlier round gets these questions after it.
        """
        asked: list[_Seat] = []
        for seat in self._seats:
            tasks = () if seat.left_behind else plan(seat.kind, max(0, MOST_REQUESTS - seat.session.requests))
            if not tasks:
                continue
            if not seat.busy:  # who is late already is waited for at the end
                asked.append(seat)
            self._tell(Progress(seat.name, "asked", len(seat.found), self._elapsed()))
            seat.ask(tasks, self._ring)
        self._wait(asked, ALONE if len(self._seats) == 1 else until)
        return self._news()

    def finish(self) -> list[Found]:
        """Wait for all who are still busy, at most to the deadline, and return what they bring."""
        self._wait(None, 1.0)
        return self._news()

    def _news(self) -> list[Found]:
        news: list[Found] = []
        for seat in self._seats:
            found = tuple(seat.found)[seat.told :]
            seat.told += len(found)
            news += found
        return news

    def close(self) -> None:
        """Let the threads that are still listening go."""
        for seat in self._seats:
            seat.inbox.put(None)

    def coverage(self) -> tuple[Coverage, ...]:
        """One line per connector and category, then one per category that nothing is connected for."""
        lines = [
            Coverage(
                connector=seat.name,
                category=category,
                status=line.status,
                detail="; ".join(line.details),
                records=line.records,
                requests=line.requests,
                seconds=round(line.seconds, 3),
            )
            for seat in self._seats
            for category, line in sorted(seat.lines.items(), key=lambda item: list(Category).index(item[0]))
        ]
        served = {category for seat in self._seats for category in seat.kind.categories}
        missing = [category for category in Category if category not in served and category is not Category.USER]
        return (*lines, *(Coverage(connector="", category=category, status="not_configured") for category in missing))

    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    def _ring(self) -> None:
        with self._bell:
            self._bell.notify_all()

    def _wait(self, asked: list[_Seat] | None, until: float) -> None:
        """Until the asked have answered, or half of them have and the others take much longer; all, to the deadline, when None."""
        started = self._elapsed()
        waiting = [seat for seat in self._seats if seat.busy]
        half: float | None = None
        while waiting:
            with self._bell:
                self._bell.wait_for(lambda: not all(seat.busy for seat in waiting), timeout=0.05)
            for seat in tuple(waiting):
                self._watch(seat)
                if not seat.busy:
                    waiting.remove(seat)
                    self._tell(Progress(seat.name, _state(seat), len(seat.found), self._elapsed()))
            if asked is None:
                continue
            missing = sum(seat.busy for seat in asked)
            if half is None and 2 * missing <= len(asked):
                half = self._elapsed() - started
            late = half is not None and self._elapsed() - started >= max(GRACE, STRAGGLING * half)
            if not missing or late or self._elapsed() >= self._seconds * until:
                return

    def _watch(self, seat: _Seat) -> None:
        """Leave a seat behind that gives no sign of life, and everyone once the time is over."""
        if seat.life() != seat.lived:
            seat.lived, seat.alive_at = seat.life(), time.monotonic()
        elif seat.busy and time.monotonic() - seat.alive_at > self._patience:
            self._leave_behind(seat, f"no sign of life for {self._patience:.1f} s")
        if seat.busy and self._elapsed() >= self._seconds:
            self._leave_behind(seat, f"not finished after {self._elapsed():.1f} s")

    def _leave_behind(self, seat: _Seat, why: str) -> None:
        seat.left_behind = True
        seat.session.end()
        category = seat.current or seat.kind.categories[0]
        seat.line(category).worsen("timed_out", f"{why}, left behind; what it had sent is kept. Ask again with a longer --within")


def _owns(connector: Connector[Settings], reference: str) -> bool:
    """Is it one of the connector's? What can't even be split like an address is not."""
    try:
        return connector.owns(reference)
    except ValueError:
        return False


def _state(seat: _Seat) -> Literal["answered", "late", "failed"]:
    if seat.left_behind:
        return "late"
    return "failed" if any(line.status in ("failed", "unauthorized") for line in seat.lines.values()) else "answered"


def _category_of(record: AnyRecord, otherwise: Category) -> Category:
    return next((category for category, kind in ABILITIES.values() if kind == record.kind), otherwise)


def _whole(thing: object) -> AnyRecord | None:
    """The thing, if it is a record that the steps can rely on, even when it was built without validation."""
    if not isinstance(thing, Record):
        return None
    try:
        sound = bool(thing.ref) and isinstance(thing.ref, str) and isinstance(thing.heading, str)
        moments = [thing.moment, *(passage.at for passage in thing.passages() if isinstance(passage.text + "", str))]
        sound = sound and all(moment is None or moment.utcoffset() is not None for moment in moments)
    except Exception:  # noqa: BLE001 - whatever is wrong inside a foreign object, it is no record
        return None
    return thing if sound else None  # type: ignore[return-value]  # every concrete Record is one of AnyRecord


_DATES = ("created_at", "updated_at", "solved_at", "first_reply_at", "resolved_at", "at")


def _without_future(record: AnyRecord, latest: datetime) -> AnyRecord:
    """The record without moments after `latest`: something that has not happened yet can't be evidence."""
    changes: dict[str, object] = {name: None for name in _DATES if (moment := getattr(record, name, None)) and moment > latest}
    for name in ("comments", "replies"):
        comments = getattr(record, name, ())
        if any(comment.at and comment.at > latest for comment in comments):
            changes[name] = tuple(c.model_copy(update={"at": None}) if c.at and c.at > latest else c for c in comments)
    return record.model_copy(update=changes) if changes else record
