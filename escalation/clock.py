"""Time as a contract counts it: working calendars, spans of time, and when they fall due.

A calendar is a set of open intervals in one IANA zone, less its holidays. Business time is the
part of elapsed time that lies inside them. Instants go in and come out in UTC; the zone only
decides where the intervals lie, so a wall clock holds across a change of daylight saving time
and a calendar that never closes counts elapsed instants.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator, model_validator

from escalation.model import Instant, Model

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON = timedelta(days=3660)
"""How far ahead an open interval is looked for before a calendar counts as never open."""

REPORTER = "reporter"
"""A calendar's zone that means: the zone of whoever reports."""

Piece = tuple[datetime, datetime]
"""An interval of instants, start included, end not."""


class Span(Model):
    """A length of time as a policy states it: `90 min`, `4 h`, `2 business days`, `end of day`, `end of week`."""

    amount: int = Field(default=0, ge=0)
    unit: str
    """min, h, d (elapsed); business min, business h, business d (on a calendar); end of day, end of week."""

    @property
    def business(self) -> bool:
        """Is it counted on a calendar rather than by elapsed time?"""
        return self.unit not in ("min", "h", "d")

    @property
    def minutes(self) -> int | None:
        """Its minutes, elapsed or business; None where that depends on the day it starts."""
        scale = {"min": 1, "h": 60, "d": 24 * 60, "business min": 1, "business h": 60}.get(self.unit)
        return None if scale is None else self.amount * scale

    def __str__(self) -> str:
        if not self.amount:
            return self.unit
        words = {"d": "day", "business d": "business day", "business h": "business hour"}
        if self.unit not in words:
            return f"{self.amount} {self.unit}"
        return f"{self.amount} {words[self.unit]}{'' if self.amount == 1 else 's'}"


_SPAN = re.compile(r"(\d{1,5})\s*(business\s+)?(m|min|minutes?|h|hours?|d|days?)")


def span(text: Any) -> Any:
    """A span from its text; anything but text is left for the model to judge. Raises ValueError."""
    if not isinstance(text, str):
        return text
    plain = " ".join(text.lower().split())
    if plain in ("end of day", "end of week"):
        return Span(unit=plain)
    found = _SPAN.fullmatch(plain)
    if not found or not int(found[1]):
        raise ValueError(f"{text!r} is no span of time: expected e.g. 30 min, 4 h, 2 business days, end of day, end of week")
    unit = "min" if found[3].startswith("m") else found[3][0]
    return Span(amount=int(found[1]), unit=f"business {unit}" if found[2] else unit)


SpanText = Annotated[Span, BeforeValidator(span)]


class Calendar(Model):
    """Working hours: intervals per weekday in a zone, less holidays."""

    zone: str
    """IANA zone, or `reporter` until `in_zone` puts one in."""
    hours: Mapping[int, tuple[tuple[int, int], ...]]
    """Weekday (0 Monday) → intervals in minutes of the local day; an end past 1440 runs into the next day."""
    holidays: tuple[date, ...] = ()
    """Local dates on which no interval starts."""
    covers_until: date | None = None
    """Last date for which the holidays are known."""

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if zone != REPORTER:
            _zone(zone)
        return zone

    @field_validator("hours", mode="before")
    @classmethod
    def _hours(cls, value: Any) -> Any:
        if value == "always":
            return dict.fromkeys(range(7), ((0, 1440),))
        if not isinstance(value, Mapping):
            raise ValueError("expected `always`, or weekdays with intervals such as mon-fri: [09:00-17:00]")  # noqa: TRY004 - pydantic turns only a ValueError into its own
        hours: dict[int, tuple[tuple[int, int], ...]] = {}
        for days, intervals in value.items():
            read = tuple(sorted(_interval(text) for text in ([intervals] if isinstance(intervals, str) else intervals)))
            for day in _weekdays(str(days)):
                hours[day] = read
        return hours

    @model_validator(mode="after")
    def _is_sometimes_open(self) -> "Calendar":
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
    def always(self) -> bool:
        """Does it never close?"""
        return not self.holidays and all(self.hours.get(day) == ((0, 1440),) for day in range(7))

    def in_zone(self, zone: str) -> "Calendar":
        """The same calendar, with the reporter's zone filled in."""
        return self.model_copy(update={"zone": zone}) if self.zone == REPORTER else self

    def knows_holidays_on(self, at: datetime) -> bool:
        """Are the holidays of that day on record? A calendar that never closes need not know any."""
        return self.always or (self.covers_until is not None and at.astimezone(_zone(self.zone)).date() <= self.covers_until)

    def due(self, start: datetime, minutes: int, pauses: Sequence[Piece] = ()) -> datetime:
        """The instant at which so many business minutes have passed since `start`, pauses not counted."""
        left = timedelta(minutes=minutes)
        at = start
        for opens, closes in self._open(start, pauses):
            if closes - opens >= left:
                at = opens + left
                break
            left -= closes - opens
        return at.astimezone(timezone.utc)

    def elapsed(self, start: datetime, end: datetime, pauses: Sequence[Piece] = ()) -> int:
        """Whole business minutes between two instants, pauses not counted; 0 when `end` comes first."""
        total = timedelta()
        for opens, closes in self._open(start, pauses, until=end):
            total += closes - opens
        return int(total.total_seconds() // 60)

    def after(self, start: datetime, length: Span) -> datetime:
        """The instant at which a span that starts at `start` ends."""
        if not length.business:
            return start + timedelta(minutes=length.minutes or 0)
        if length.minutes is not None:
            return self.due(start, length.minutes)
        if length.unit == "business d":
            return self._working_days_later(start, length.amount)
        if length.unit == "end of day":
            return max(self._closing(start, run=False), self.due(start, 2 * 60))
        return max(self._closing(start, run=True), self._working_days_later(start, 1))

    def describe(self) -> str:
        """Its hours in words, for a proof that a person can redo: `Mon-Fri 09:00-17:00 Europe/Berlin`."""
        if self.always:
            return "around the clock"
        groups: dict[tuple[tuple[int, int], ...], list[int]] = {}
        for day in range(7):
            if self.hours.get(day):
                groups.setdefault(self.hours[day], []).append(day)
        told = [f"{_day_range(days)} {', '.join(f'{_clock(a)}-{_clock(b)}' for a, b in hours)}" for hours, days in groups.items()]
        holidays = f", less {len(self.holidays)} holidays" if self.holidays else ", no holidays on record"
        return f"{'; '.join(told)} {self.zone}{holidays}"

    def _days(self, first: date) -> Iterator[tuple[date, list[Piece]]]:
        """Local days from `first` on with their open intervals as instants."""
        zone = _zone(self.zone)
        closed = set(self.holidays)
        for number in range(HORIZON.days):
            day = first + timedelta(days=number)
            hours = () if day in closed else self.hours.get(day.weekday(), ())
            yield day, [(_instant(day, opens, zone), _instant(day, closes, zone)) for opens, closes in hours]

    def _open(self, start: datetime, pauses: Sequence[Piece], until: datetime | None = None) -> Iterator[Piece]:
        """Open pieces after `start`, in order, without what was paused."""
        yesterday = start.astimezone(_zone(self.zone)).date() - timedelta(days=1)  # an interval may run over midnight
        for _, intervals in self._days(yesterday):
            for opens, closes in intervals:
                if until is not None and opens >= until:
                    return
                if closes > start:
                    yield from _without((max(opens, start), min(closes, until or closes)), sorted(pauses))
        if until is None:
            raise ValueError(f"calendar in {self.zone} is not open for ten years after {start.isoformat()}")

    def _closing(self, start: datetime, *, run: bool) -> datetime:
        """When work ends: of the current or next working day, or of the run of working weekdays it is part of."""
        closing: datetime | None = None
        for day, intervals in self._days(start.astimezone(_zone(self.zone)).date()):
            ahead = [closes for _, closes in intervals if closes > start]
            closing = ahead[-1] if ahead else closing
            week_ends = not self.hours.get((day.weekday() + 1) % 7) or (self.always and day.weekday() == 6)
            if closing and (not run or week_ends):
                break
        return (closing or start).astimezone(timezone.utc)

    def _working_days_later(self, start: datetime, days: int) -> datetime:
        """The same wall-clock time so many working days on, moved into the hours of that day."""
        begins = self.due(start, 0) if self._is_open(start) else next(self._open(start, ()))[0]
        zone = _zone(self.zone)
        local = begins.astimezone(zone)
        working = (item for item in self._days(local.date() + timedelta(days=1)) if item[1])
        for _ in range(days):
            day, intervals = next(working)
        same_time = datetime.combine(day, local.time(), zone)
        return min(max(same_time, intervals[0][0]), intervals[-1][1]).astimezone(timezone.utc)

    def _is_open(self, at: datetime) -> bool:
        opens, _ = next(self._open(at, ()))
        return opens == at


def hours_between(start: datetime, end: datetime) -> int:
    """Whole elapsed hours, never below zero."""
    return max(0, int((end - start).total_seconds() // 3600))


def duration(minutes: int) -> str:
    """Elapsed minutes in words with their unit: `45 min`, `2 h 10 min`, `3 d 4 h`."""
    days, rest = divmod(abs(minutes), 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {left} min" if left else f"{hours} h"
    return f"{left} min"


def local(at: datetime, zone: str) -> str:
    """ISO 8601 to the minute with the zone's offset: `2026-11-18T16:00+01:00`."""
    return at.astimezone(_zone(zone)).isoformat(timespec="minutes")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone: expected e.g. Europe/Berlin, America/New_York, UTC") from None


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The first instant at which a clock on the wall shows this time or a later one of the same day.

    A time that the wall shows twice is the first of the two; one that is skipped is the instant at which it is skipped.
    """
    extra, minute = divmod(minutes, 1440)
    wall = datetime.combine(day + timedelta(days=extra), time(minute // 60, minute % 60), zone)
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if before is not None and after is not None and before < after:
        return _skipped(wall.replace(tzinfo=None), before, after, zone)
    return wall.astimezone(timezone.utc)


def _skipped(wall: datetime, before: timedelta, after: timedelta, zone: ZoneInfo) -> datetime:
    """The instant of the change of offset over which a wall time does not exist."""
    first, last = (wall - after).replace(tzinfo=timezone.utc), (wall - before).replace(tzinfo=timezone.utc)
    while last - first > timedelta(seconds=1):
        middle = first + (last - first) / 2
        if middle.astimezone(zone).utcoffset() == before:
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


__all__ = ["Calendar", "Instant", "Span", "SpanText", "duration", "hours_between", "local", "span"]
