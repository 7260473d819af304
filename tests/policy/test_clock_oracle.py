"""The calendar against an oracle that walks minute by minute and looks at the clock on the wall."""

from __future__ import annotations

import os
import random
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache
from itertools import cycle, islice
from zoneinfo import ZoneInfo

import pytest

from escalation.calendar import DAYS, Calendar
from escalation.clock import Run, local
from escalation.span import span

ZONES = (
    "UTC Europe/Berlin Europe/London Europe/Lisbon America/New_York America/Los_Angeles America/Sao_Paulo America/Santiago "
    "America/St_Johns Africa/Cairo Africa/Casablanca Asia/Beirut Asia/Kolkata Asia/Kathmandu Asia/Riyadh Asia/Tokyo Asia/Tehran "
    "Australia/Adelaide Australia/Lord_Howe Pacific/Auckland"
).split()
CASES = int(os.environ.get("CLOCK_CASES", "5000"))
"""`CLOCK_CASES=100000 pytest tests/policy/test_clock_oracle.py -rP` runs as many as the project states, and tells what it compared."""
SHARES = 4
MINUTE = timedelta(minutes=1)
AHEAD = 2 * 1440
DAYS_WALKED = 45
Hours = dict[int, tuple[tuple[int, int], ...]]
Pauses = Sequence[tuple[datetime, datetime]]


@cache
def shown(zone: str, begins: datetime) -> array[int]:
    """What the clock on the wall shows in every minute of some weeks: minutes since the year 1, two days ahead of `begins`."""
    tz = ZoneInfo(zone)
    walls = array("l")
    for number in range(-AHEAD, DAYS_WALKED * 1440):
        wall = (begins + number * MINUTE).astimezone(tz)
        walls.append(wall.toordinal() * 1440 + wall.hour * 60 + wall.minute)
    return walls


class Wall:
    """Which minutes are open in a stretch of some weeks, found by walking through all of them."""

    def __init__(self, zone: str, hours: Hours, holidays: frozenset[date], begins: datetime) -> None:
        self.begins = begins
        self.open: list[int] = []
        walls = shown(zone, begins)
        closed = {day.toordinal() for day in holidays}
        first, last = min(walls) // 1440 - 1, max(walls) // 1440
        waiting = deque(
            (day * 1440 + opens, day * 1440 + closes)
            for day in range(first, last + 1)
            if day not in closed
            for opens, closes in hours.get((day - 1) % 7, ())  # day 1 of the year 1 was a Monday
        )
        begun = False  # once begun, an interval lasts until its end is shown, even when the clocks go back before its beginning
        for number, wall in enumerate(walls, -AHEAD):
            while waiting and wall >= waiting[0][1]:
                waiting.popleft()
                begun = False
            begun = begun or (bool(waiting) and wall >= waiting[0][0])
            if begun and number >= 0:
                self.open.append(number)

    def counted(self, start: datetime, pauses: Pauses) -> Iterator[int]:
        """The open minutes from `start` on, without what is paused."""
        paused = [(self._number(first), self._number(last)) for first, last in pauses]
        for number in self.open[bisect_left(self.open, self._number(start)) :]:
            if not any(first <= number < last for first, last in paused):
                yield number

    def _number(self, at: datetime) -> int:
        return int((at - self.begins) / MINUTE)


def calendars(rng: random.Random) -> tuple[Hours, frozenset[date], datetime]:
    """Hours, holidays and a first day, near a change of the clocks more often than not."""
    first = rng.choice([date(2026, 3, 1), date(2026, 3, 20), date(2026, 4, 1), date(2026, 9, 1), date(2026, 10, 15), date(2026, 10, 28)])
    hours: Hours = {}
    if rng.random() < 0.1:
        hours = dict.fromkeys(range(7), ((0, 1440),))
    else:
        for day in rng.sample(range(7), rng.randint(1, 7)):
            marks = sorted(rng.sample(range(0, 1440, rng.choice([15, 30, 60, 1])), rng.choice([2, 2, 2, 4])))
            pairs = [(marks[n], marks[n + 1]) for n in range(0, len(marks), 2)]
            if len(pairs) == 1 and rng.random() < 0.2:
                pairs = [(marks[1], marks[0] + 1440)]  # over midnight
            hours[day] = tuple(pairs)
    holidays = frozenset(first + timedelta(days=rng.randrange(40)) for _ in range(rng.choice([0, 0, 1, 3])))
    return hours, holidays, datetime(first.year, first.month, first.day, tzinfo=timezone.utc)


def clock(minutes: int) -> str:
    """As a policy writes it; a closing on the next day is a smaller number."""
    minutes = minutes - 1440 if minutes > 1440 else minutes
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_due_and_elapsed_are_what_a_walk_through_every_minute_finds(share: int) -> None:
    rng = random.Random(4711 + share)
    compared, mismatches, zones = 0, [], set()
    turns = cycle(ZONES[share::SHARES])
    while compared < CASES // SHARES:
        hours, holidays, begins = calendars(rng)
        # No interval may begin before the one of the day before it has ended: a minute is open or it is not.
        if any(
            closes > 1440 and (hours.get((day + 1) % 7) or ((1440, 0),))[0][0] < closes - 1440 for day in hours for _, closes in hours[day]
        ):
            continue
        zone = next(turns)
        stated = {DAYS[day]: [f"{clock(opens)}-{clock(closes)}" for opens, closes in pairs] for day, pairs in hours.items()}
        calendar = Calendar.model_validate({"name": "random", "zone": zone, "hours": stated, "holidays": sorted(holidays)})
        wall = Wall(zone, hours, holidays, begins)
        zones.add(zone)
        for _ in range(100):
            start = begins + rng.randrange(10 * 1440) * MINUTE
            minutes = rng.choice([1, 15, 60, 240, 480, rng.randrange(1, 1500)])
            pauses = [
                (at := start + rng.randrange(-600, 3000) * MINUTE, at + rng.randrange(1, 3000) * MINUTE)
                for _ in range(rng.choice([0, 0, 1, 2]))
            ]
            walked = list(islice(wall.counted(start, pauses), minutes))
            if len(walked) < minutes:
                continue  # the walk ends before the deadline does
            due, length = begins + (walked[-1] + 1) * MINUTE, minutes * MINUTE
            if calendar.due(start, length, pauses) != due or calendar.elapsed(start, due, pauses) != length:
                mismatches.append((zone, hours, holidays, start, minutes, pauses))
            compared += 1
            if minutes > 240:
                sample = Run(calendar, span(f"{minutes} business min"), start, start, tuple(pauses))
    print(f"share {share + 1} of {SHARES}: {compared} cases compared in {len(zones)} zones, {len(mismatches)} mismatches")  # noqa: T201 - what was compared is worth reading
    print(f"for instance {sample.target} from {local(sample.start, sample.calendar.zone)} = {sample.proof}")  # noqa: T201 - as above
    assert mismatches == []
