"""Working hours: open intervals per weekday in one IANA zone, less the holidays.

Business time is the part of elapsed time that lies inside them. Instants go in and come out in UTC; the
zone only decides where the intervals lie, so a wall clock holds across a change of daylight saving time
and a calendar that never closes counts elapsed instants.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice, pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator, model_validator

from escalation.model import Model
from escalation.public_holidays import Holidays
from escalation.span import Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_IDLE_DAYS = 3660
"""A calendar that is closed for so long counts as never open."""
LEAST_TO_THE_END_OF_A_DAY = timedelta(hours=2)
"""`end of day` leaves so much business time at least."""

REPORTER = "reporter"
"""A calendar's zone that means: the zone of whoever reports."""

ATTRIBUTES = (
    "account.name account.domain account.plan account.segment ticket.channel ticket.priority ticket.tag ticket.connector ticket.zone"
).split()
"""What `serves` may ask of; besides `account.fields.X` and `ticket.fields.X`, a field by the source's own name."""

Piece = tuple[datetime, datetime]
"""An interval of instants, start included, end not."""
Day = tuple[date, list[Piece]]
Told = Callable[[str], Iterable[str]]
"""An attribute's name → its values for one ticket."""


class Calendar(Model):
    """One calendar of the policy. `name` and `version` say in every sum which one was used."""

    name: str = ""
    version: Annotated[str, BeforeValidator(str)]
    """As stated; else a mark of what it holds, so that a changed calendar can't pass for the old one."""
    zone: str
    """IANA zone, or `reporter` until `in_zone` puts one in."""
    hours: Mapping[int, tuple[tuple[int, int], ...]]
    """Weekday (0 Monday) → intervals in minutes of the local day; an end past 1440 runs into the next day."""
    holidays: Holidays = Holidays()
    """Local dates on which no interval starts."""
    covers_until: date | None = None
    """Last date for which the holidays are known, where that is not the last one listed."""
    serves: Annotated[tuple[Mapping[str, tuple[str, ...]], ...], Field(validate_default=False)] = ()
    """Whose tickets it is for: any of these, of which every attribute must have one of the words (`*` stands for anything)."""

    @model_validator(mode="before")
    @classmethod
    def _versioned(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("version") in (None, ""):
            return {**data, "version": hashlib.sha256(repr(data).encode()).hexdigest()[:6]}
        return data

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        if name != REPORTER:
            zone(name)
        return name

    @field_validator("hours", mode="before")
    @classmethod
    def _hours(cls, value: Any) -> Any:
        if value == "always":
            return dict.fromkeys(range(7), ((0, 1440),))
        if not isinstance(value, Mapping):
            raise ValueError("expected `always`, or weekdays with intervals such as mon-fri: [09:00-17:00]")  # noqa: TRY004 - pydantic turns only a ValueError into its own
        hours: dict[int, tuple[tuple[int, int], ...]] = {}
        for days, stated in value.items():
            intervals = [stated] if isinstance(stated, str) else stated or ()
            if not isinstance(intervals, (list, tuple)):
                raise ValueError(f"{days}: expected intervals such as [09:00-17:00]")  # noqa: TRY004 - as above
            read = tuple(sorted(map(_interval, intervals)))
            for day in _weekdays(str(days)):
                hours[day] = read
        return hours

    @field_validator("serves", mode="before")
    @classmethod
    def _serves(cls, value: Any) -> Any:
        groups = [value] if isinstance(value, Mapping) else value
        if not isinstance(groups, (list, tuple)) or not all(isinstance(group, Mapping) and group for group in groups):
            raise ValueError("expected attributes with words, such as {account.plan: Enterprise, ticket.fields.region: [emea, apac]}")
        for name in (str(name) for group in groups for name in group):
            if name not in ATTRIBUTES and not re.fullmatch(r"(account|ticket)\.fields\..+", name):
                raise ValueError(f"unknown attribute {name!r}: expected {', '.join(ATTRIBUTES)}, account.fields.X or ticket.fields.X")
        return tuple(
            {name: tuple(map(str, words)) if isinstance(words, (list, tuple)) else (str(words),) for name, words in group.items()}
            for group in groups
        )

    @model_validator(mode="after")
    def _makes_sense(self) -> Calendar:
        if not any(self.hours.values()):
            raise ValueError("the calendar is never open")
        for intervals in self.hours.values():
            if any(first[1] > second[0] for first, second in pairwise(intervals)):
                raise ValueError("intervals of one day overlap")
        for day, intervals in self.hours.items():
            following = self.hours.get((day + 1) % 7, ())
            if intervals and following and intervals[-1][1] - 1440 > following[0][0]:
                raise ValueError(f"the interval that begins on {DAYS[day]} runs into one of the next day")
        return self

    @property
    def label(self) -> str:
        """As a sum names it: `emea v3`."""
        return f"{self.name} v{self.version.removeprefix('v')}".strip()

    @property
    def always(self) -> bool:
        """Does it never close?"""
        return self.holidays == Holidays() and all(self.hours.get(day) == ((0, 1440),) for day in range(7))

    @property
    def known_until(self) -> date | None:
        """The last date for which the holidays are known; None when there are none on record."""
        return self.covers_until or self.holidays.known_until

    def covers(self, at: datetime) -> bool:
        """Are the holidays of that day known? A calendar that never closes need not know any."""
        return self.always or (self.known_until is not None and at.astimezone(zone(self.zone)).date() <= self.known_until)

    def in_zone(self, name: str) -> Calendar:
        """The same calendar, with the reporter's zone filled in."""
        return self.model_copy(update={"zone": name}) if self.zone == REPORTER else self

    def claims(self, told: Told) -> bool:
        """Is a ticket with these attributes one of those that it serves?"""
        return any(all(_matches(told(name), words) for name, words in group.items()) for group in self.serves)

    def opened(self, start: datetime, end: datetime | None = None, pauses: Sequence[Piece] = ()) -> Iterator[Piece]:
        """The open pieces between two instants, in order, without what was paused.

        Without an end it goes on for ever. Raises ValueError where the calendar does not open for ten years.
        """
        paused = sorted(pauses)
        yesterday = start.astimezone(zone(self.zone)).date() - timedelta(days=1)  # an interval may run over midnight
        for _, intervals in self._days(yesterday):
            for opens, closes in intervals:
                if end is not None and opens >= end:
                    return
                if closes > start:
                    yield from _without((max(opens, start), min(closes, end or closes)), paused)

    def due(self, start: datetime, length: timedelta, pauses: Sequence[Piece] = ()) -> datetime:
        """The first instant at which so much open time has passed since `start`, pauses not counted; no time is due at once."""
        at, left = start, length
        pieces = self.opened(start, pauses=pauses)
        while left:
            opens, closes = next(pieces)
            at = min(closes, opens + left)
            left -= at - opens
        return at.astimezone(timezone.utc)

    def elapsed(self, start: datetime, end: datetime, pauses: Sequence[Piece] = ()) -> timedelta:
        """The open time between two instants, pauses not counted; none when `end` comes first."""
        return sum((closes - opens for opens, closes in self.opened(start, end, pauses)), timedelta())

    def warning(self, start: datetime, due: datetime, before: timedelta, pauses: Sequence[Piece] = ()) -> datetime:
        """So much open time before a deadline that runs since `start`; `start` itself where it runs for less."""
        return self.due(start, max(timedelta(), self.elapsed(start, due, pauses) - before), pauses)

    def after(self, start: datetime, length: Span) -> datetime:
        """The instant at which a span that starts at `start` ends."""
        if not length.business:
            return start + (length.length or timedelta())
        if length.length is not None:
            return self.due(start, length.length)
        if length.unit == "business d":
            return self._working_days_later(start, length.amount)
        if length.unit == "end of day":
            return max(self._closing(start, run=False), self.due(start, LEAST_TO_THE_END_OF_A_DAY))
        return max(self._closing(start, run=True), self._working_days_later(start, 1))

    def holidays_between(self, start: datetime, end: datetime) -> Iterator[date]:
        """Holidays that took a working day out of this stretch."""
        first, last = (at.astimezone(zone(self.zone)).date() for at in (start, end))
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return (day for day in days if self.hours.get(day.weekday()) and day in self.holidays)

    def describe(self) -> str:
        """Its hours in words: `Mon-Fri 09:00-17:00 Europe/Berlin, less public holidays of DE-BY`."""
        if self.always:
            return "around the clock"
        groups: dict[tuple[tuple[int, int], ...], list[int]] = {}
        for day in range(7):
            if self.hours.get(day):
                groups.setdefault(self.hours[day], []).append(day)
        told = [f"{_day_range(days)} {', '.join(f'{_clock(a)}-{_clock(b)}' for a, b in hours)}" for hours, days in groups.items()]
        holidays = f", less {self.holidays}" if str(self.holidays) else "" if self.covers_until else ", no holidays on record"
        return f"{'; '.join(told)} {self.zone}{holidays}"

    def _days(self, first: date) -> Iterator[Day]:
        """Local days from `first` on with their open intervals as instants."""
        place, day, idle = zone(self.zone), first, 0
        while idle < MOST_IDLE_DAYS:
            hours = self.hours.get(day.weekday(), ())
            if hours and day in self.holidays:
                hours = ()
            idle = 0 if hours else idle + 1
            yield day, [(_instant(day, timedelta(minutes=a), place), _instant(day, timedelta(minutes=b), place)) for a, b in hours]
            if day.year >= date.max.year - 1:
                break
            day += timedelta(days=1)
        raise ValueError(f"calendar {self.label} is not open for ten years after {first}")

    def _closing(self, start: datetime, *, run: bool) -> datetime:
        """When work ends: of the current or next working day, or of the run of working weekdays it is part of."""
        closing: datetime | None = None
        for day, intervals in self._days(start.astimezone(zone(self.zone)).date()):
            ahead = [closes for _, closes in intervals if closes > start]
            closing = ahead[-1] if ahead else closing
            week_ends = not self.hours.get((day.weekday() + 1) % 7) or (self.always and day.weekday() == 6)
            if closing and (not run or week_ends):
                break
        return (closing or start).astimezone(timezone.utc)

    def _working_days_later(self, start: datetime, days: int) -> datetime:
        """The same wall-clock time so many working days on, moved into the hours of that day.

        The hours after midnight of a night shift belong to the day on which it began.
        """
        begins = next(self.opened(start))[0]
        local = begins.astimezone(zone(self.zone))
        working = ((day, pieces) for day, pieces in self._days(local.date() - timedelta(days=1)) if pieces and pieces[-1][1] > begins)
        today, _ = next(working)
        day, pieces = next(islice(working, days - 1, None))
        same_time = _instant(day, local.replace(tzinfo=None) - datetime.combine(today, time()), zone(self.zone))
        return min(max(same_time, pieces[0][0]), pieces[-1][1])


@lru_cache
def around_the_clock(place: str) -> Calendar:
    """The calendar of elapsed time, told in a zone."""
    return Calendar.model_validate({"version": "1", "zone": place, "hours": "always"})


def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone: expected e.g. Europe/Berlin, America/New_York, UTC") from None


@lru_cache(maxsize=1 << 14)
def _instant(day: date, since_midnight: timedelta, place: ZoneInfo) -> datetime:
    """The first instant at which a clock on the wall shows this time or a later one of the same day.

    A time that the wall shows twice is the first of the two; one that is skipped is the instant at which it is skipped.
    """
    wall = datetime.combine(day, time(), place) + since_midnight
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if before is not None and after is not None and before < after:
        return _skipped(wall.replace(tzinfo=None), before, after, place)
    return wall.astimezone(timezone.utc)


def _skipped(wall: datetime, before: timedelta, after: timedelta, place: ZoneInfo) -> datetime:
    """The instant of the change of offset over which a wall time does not exist."""
    first, last = (wall - after).replace(tzinfo=timezone.utc), (wall - before).replace(tzinfo=timezone.utc)
    while last - first > timedelta(seconds=1):
        middle = first + (last - first) / 2
        if middle.astimezone(place).utcoffset() == before:
            first = middle
        else:
            last = middle
    return last.replace(microsecond=0)


def _without(piece: Piece, pauses: Sequence[Piece]) -> Iterator[Piece]:
    opens, closes = piece
    for begins, ends in pauses:
        if ends <= opens or begins >= closes:
            continue
        if begins > opens:
            yield opens, begins
        opens = max(opens, ends)
    if opens < closes:
        yield opens, closes


def _matches(values: Iterable[str], words: Sequence[str]) -> bool:
    return any(fnmatchcase(value.strip().casefold(), word.strip().casefold()) for value in values for word in words)


def _weekdays(text: str) -> list[int]:
    """Days from `mon`, `mon-fri`, `sun-thu`."""
    first, _, last = (part.strip().lower()[:3] for part in text.partition("-"))
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError(f"{text!r} is no weekday: expected mon … sun, or a range such as mon-fri")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _interval(text: Any) -> tuple[int, int]:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)", str(text).strip())
    if not found:
        raise ValueError(f"{text!r} is no interval: expected e.g. 09:00-17:00")
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if closes > 1440:
        raise ValueError(f"{text!r} ends after 24:00")
    return opens, closes if closes > opens else closes + 1440


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24 if minutes != 1440 else 24:02d}:{minutes % 60:02d}"


def _day_range(days: list[int]) -> str:
    names = [DAYS[day].capitalize() for day in days]
    run = days == list(range(days[0], days[-1] + 1))
    return f"{names[0]}-{names[-1]}" if run and len(days) > 1 else ", ".join(names)
