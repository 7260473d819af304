"""The calendar against an oracle that walks minute by minute and looks at the clock on the wall."""

from __future__ import annotations

import os
import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from escalation.clock import DAYS, Calendar

ZONES = (
    "UTC Europe/Berlin Europe/London Europe/Lisbon America/New_York America/Los_Angeles America/Sao_Paulo America/Santiago "
    "America/St_Johns Africa/Cairo Africa/Casablanca Asia/Beirut Asia/Kolkata Asia/Kathmandu Asia/Riyadh Asia/Tokyo Asia/Tehran Australia/Adelaide "
    "Australia/Lord_Howe Pacific/Auckland"
).split()
CASES = int(os.environ.get("CLOCK_CASES", "5000"))
"""`CLOCK_CASES=100000` runs as many as the project states; a hundred thousand take some minutes."""
MINUTE = timedelta(minutes=1)
Hours = dict[int, tuple[tuple[int, int], ...]]
Pauses = Sequence[tuple[datetime, datetime]]


class Wall:
    """Which minutes are open in a stretch of some weeks, found by walking through all of them."""

    def __init__(self, zone: str, hours: Hours, holidays: frozenset[date], begins: datetime, days: int) -> None:
        self.begins = begins
        self.open: list[int] = []
        tz = ZoneInfo(zone)
        states: dict[tuple[date, int], str] = {}
        for number in range(-2 * 1440, days * 1440):
            local = (begins + number * MINUTE).astimezone(tz).replace(tzinfo=None)
            for back in (0, 1):
                day = local.date() - timedelta(days=back)
                if day in holidays:
                    continue
                wall = local.hour * 60 + local.minute + 1440 * back
                for place, (opens, closes) in enumerate(hours.get(day.weekday(), ())):
                    state = states.get((day, place), "before")
                    if state == "before" and wall >= opens:
                        state = "open"
                    if state == "open" and wall >= closes:
                        state = "over"
                    states[day, place] = state
                    if state == "open" and number >= 0:
                        self.open.append(number)

    def counted(self, start: datetime, pauses: Pauses) -> Iterator[int]:
        """The open minutes from `start` on, without what is paused."""
        paused = [(self._number(first), self._number(last)) for first, last in pauses]
        for number in self.open[bisect_left(self.open, self._number(start)) :]:
            if not any(first <= number < last for first, last in paused):
                yield number

    def _number(self, at: datetime) -> int:
        return int((at - self.begins) / MINUTE)


def calendars(rng: random.Random) -> tuple[str, Hours, frozenset[date], datetime]:
    """A zone, hours, holidays and a first day, near a change of the clocks more often than not."""
    zone = rng.choice(ZONES)
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
    return zone, hours, holidays, datetime(first.year, first.month, first.day, tzinfo=timezone.utc)


def clock(minutes: int) -> str:
    """As a policy writes it; a closing on the next day is a smaller number."""
    minutes = minutes - 1440 if minutes > 1440 else minutes
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@pytest.mark.slow
@pytest.mark.parametrize("share", range(4))
def test_due_and_elapsed_are_what_a_walk_through_every_minute_finds(share: int) -> None:
    rng = random.Random(4711 + share)
    compared = 0
    while compared < CASES // 4:
        zone, hours, holidays, begins = calendars(rng)
        # No interval may begin before the one of the day before it has ended: a minute is open or it is not.
        if any(
            closes > 1440 and (hours.get((day + 1) % 7) or ((1440, 0),))[0][0] < closes - 1440 for day in hours for _, closes in hours[day]
        ):
            continue
        stated = {DAYS[day]: [f"{clock(opens)}-{clock(closes)}" for opens, closes in pairs] for day, pairs in hours.items()}
        calendar = Calendar.model_validate({"zone": zone, "hours": stated, "holidays": sorted(holidays)})
        wall = Wall(zone, hours, holidays, begins, 45)
        for _ in range(250):
            start = begins + rng.randrange(10 * 1440) * MINUTE
            minutes = rng.choice([1, 15, 60, 240, 480, rng.randrange(1, 1500)])
            pauses = [
                (at := start + rng.randrange(-600, 3000) * MINUTE, at + rng.randrange(1, 3000) * MINUTE)
                for _ in range(rng.choice([0, 0, 1, 2]))
            ]
            walked = list(islice(wall.counted(start, pauses), minutes))
            if len(walked) < minutes:
                continue  # the walk ends before the deadline does
            case = (zone, hours, holidays, start, minutes, pauses)
            due = begins + (walked[-1] + 1) * MINUTE
            assert calendar.due(start, minutes, pauses) == due, case
            assert calendar.elapsed(start, due, pauses) == minutes, case
            compared += 1
