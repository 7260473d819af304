"""A target counted from its start on a calendar: when it falls due, how much of it is used, and the sum that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from escalation.calendar import Calendar, Piece, zone
from escalation.span import Span

MOST_PIECES = 4
"""A sum of more pieces names the first and the last, and what lies between in one."""
MOST_TOLD = 3
"""Pauses and holidays that a sum names one by one."""


@dataclass(frozen=True)
class Run:
    """One target of one ticket from `start` to `until`: the moment it was met, or now."""

    calendar: Calendar
    target: Span
    start: datetime
    until: datetime
    pauses: tuple[Piece, ...] = ()

    @cached_property
    def _unpaused(self) -> datetime:
        return self.calendar.after(self.start, self.target)

    @cached_property
    def allowed(self) -> timedelta:
        """The open time that the target leaves; that of days depends on the day on which they begin."""
        return self.target.length or self.calendar.elapsed(self.start, self._unpaused)

    @cached_property
    def due(self) -> datetime:
        """When it falls due; a pause moves that by the open time inside the pause. Raises ValueError if the calendar never opens."""
        if self.calendar.elapsed(self.start, self._unpaused, self.pauses) == self.allowed:
            return self._unpaused
        return self.calendar.due(self.start, self.allowed, self.pauses)

    @cached_property
    def elapsed(self) -> timedelta:
        """The open time that it has used."""
        return self.calendar.elapsed(self.start, self.until, self.pauses)

    @property
    def remaining(self) -> timedelta:
        """The open time that is left; negative once more than allowed was used."""
        return self.allowed - self.elapsed

    def warning(self, before: timedelta) -> datetime:
        """So much open time before it falls due; its start when the target is shorter than that."""
        return self.calendar.due(self.start, max(timedelta(), self.allowed - before), self.pauses)

    @property
    def proof(self) -> str:
        """One line by which a person can redo the sum: `30 min Fri 11-20 16:30–17:00 + 30 min Mon 11-23 09:00–09:30, calendar emea …`."""
        place = zone(self.calendar.zone)
        pieces = list(_joined(self.calendar.opened(self.start, self.due, self.pauses)))
        return "; ".join([f"{_sum(pieces, place)}, {self._calendar()}", *self._paused(place), *self._holidays(), *self._coverage()])

    def _calendar(self) -> str:
        if not self.calendar.name:
            return f"{self.calendar.describe()} in {self.calendar.zone}"
        return f"calendar {self.calendar.label} in {self.calendar.zone}"

    def _paused(self, place: ZoneInfo) -> Iterator[str]:
        merged = [(first, last) for first, last in _joined(sorted(self.pauses)) if first < self.due]
        taken = (self.calendar.elapsed(max(first, self.start), last) for first, last in merged)
        told = [f"{worked(length)} of {_stretch(pause, place)}" for length, pause in zip(taken, merged, strict=True) if length]
        if told:
            yield f"paused, not counted: {_few(told)}"

    def _holidays(self) -> Iterator[str]:
        days = list(self.calendar.holidays_between(self.start, self.due))
        told = [f"{_day(day)}{' (an estimate)' if self.calendar.holidays.estimated(day) else ''}" for day in days]
        if told:
            yield f"holiday{'' if len(told) == 1 else 's'} {_few(told)}"

    def _coverage(self) -> Iterator[str]:
        if not self.calendar.covers(max(self.due, self.until)):
            until = self.calendar.known_until
            yield f"calendar covers until {until}" if until else "no holidays on record"


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


def worked(length: timedelta) -> str:
    """Business time in words, never in days, which are as long as their hours: `45 min`, `28 h`, `1 h 29 min 40 s`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    told = [f"{amount} {unit}" for amount, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if amount]
    return " ".join(told) or "0 min"


def local(at: datetime, name: str) -> str:
    """ISO 8601 to the minute with the zone's offset: `2026-11-18T16:00+01:00`."""
    return at.astimezone(zone(name)).isoformat(timespec="minutes")


def _joined(pieces: Iterator[Piece] | Sequence[Piece]) -> Iterator[Piece]:
    """Pieces that touch or overlap as one."""
    last: Piece | None = None
    for opens, closes in pieces:
        if last and opens <= last[1]:
            last = (last[0], max(last[1], closes))
        else:
            if last:
                yield last
            last = (opens, closes)
    if last:
        yield last


def _sum(pieces: list[Piece], place: ZoneInfo) -> str:
    told = [f"{worked(closes - opens)} {_stretch((opens, closes), place)}" for opens, closes in pieces]
    if len(told) <= MOST_PIECES:
        return " + ".join(told)
    between = pieces[1:-1]
    total = worked(sum((closes - opens for opens, closes in between), timedelta()))
    first, last = _moment(between[0][0], place), _moment(between[-1][1], place)
    return f"{told[0]} + {total} in {len(between)} stretches from {first} to {last} + {told[-1]}"


def _stretch(piece: Piece, place: ZoneInfo) -> str:
    """`Fri 11-20 16:30–17:00`; with both offsets where the clocks change in between, or the hours would not add up."""
    opens, closes = (at.astimezone(place) for at in piece)
    offsets = opens.utcoffset() != closes.utcoffset()
    told = [f"{_time(at)}{at.isoformat()[-6:] if offsets else ''}" for at in (opens, closes)]
    if closes.date() == opens.date():
        return f"{_day(opens)} {told[0]}–{told[1]}"
    return f"{_day(opens)} {told[0]} – {_day(closes)} {told[1]}"


def _moment(at: datetime, place: ZoneInfo) -> str:
    moment = at.astimezone(place)
    return f"{_day(moment)} {_time(moment)}"


def _day(day: date) -> str:
    return f"{'Mon Tue Wed Thu Fri Sat Sun'.split()[day.weekday()]} {day:%m-%d}"  # strftime's %a speaks the user's language


def _time(at: datetime) -> str:
    return at.strftime("%H:%M:%S" if at.second else "%H:%M")


def _few(told: list[str]) -> str:
    more = f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return ", ".join(told[:MOST_TOLD]) + more
