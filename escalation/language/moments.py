"""Moments that a sentence names, told against when it was written: the deadlines that customers state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|m[aä]r|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zäé]*\.?"
_LOCAL = {"mai": "may", "mär": "mar", "okt": "oct", "dez": "dec"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ZONES = {
    "utc": "UTC", "gmt": "UTC", "z": "UTC", "eastern": "America/New_York", "et": "America/New_York", "est": "America/New_York",
    "edt": "America/New_York", "central": "America/Chicago", "ct": "America/Chicago", "cst": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "cet": "Europe/Berlin", "cest": "Europe/Berlin", "berlin": "Europe/Berlin", "london": "Europe/London", "bst": "Europe/London",
    "paris": "Europe/Paris",
}  # fmt: skip

_DAY = re.compile(
    rf"(?P<iso>\b20\d\d-\d\d-\d\d\b)|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<month>{_MONTH})(?:,?\s+(?P<year>20\d\d)\b)?"
    rf"|\b(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year2>20\d\d)\b)?"
    rf"|\b(?:(?P<near>today|tonight|tomorrow)|(?<!black )(?P<weekday>{'|'.join(_WEEKDAYS)}))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-4])(?::(?P<minute>[0-5]\d)(?:\s*(?P<half>am|pm))?|\s*(?P<half2>am|pm))(?!\d)"
    rf"(?:\s*\(?(?P<zone>{'|'.join(_ZONES)})\b)?",
    re.IGNORECASE,
)
END_OF_DAY = time(23, 59)
"""A date without a time means until the end of that day."""


def moments_in(text: str, *, at: datetime, zone: str) -> tuple[datetime, ...]:
    """Moments named in the text, in order, UTC. `at` is when it was written, `zone` the writer's, where the text names none.

    A time stands with the day nearest to it; a day of no year is the next such day.
    """
    return tuple(dict.fromkeys(_moments(text, at, zone)))


def dated(text: str) -> bool:
    """Does the text name a calendar day, or a time with its zone, rather than "tomorrow at six"?"""
    return any(not found["near"] for found in _DAY.finditer(text)) or any(found["zone"] for found in _TIME.finditer(text))


def _moments(text: str, at: datetime, zone: str) -> Iterator[datetime]:
    days = [
        (found.start(), found.end(), day) for found in _DAY.finditer(text) if (day := _day(found, at.astimezone(ZoneInfo(zone)).date()))
    ]
    days = [one for number, one in enumerate(days) if not _repeats(text, days, number)]
    times = list(_TIME.finditer(text))
    if not days:
        yield from _today(text, times, at, zone)
    for start, end, day in days:
        stated = next((found for found in times if _close(text, start, end, found)), None)
        named = re.search(rf"\b({'|'.join(_ZONES)})\b", text[end : end + 40], re.IGNORECASE)
        here = ZoneInfo(
            _ZONES[((stated and stated["zone"]) or (named and named[1]) or "").lower()] if (stated and stated["zone"]) or named else zone
        )
        extra, clock = _clock(stated) if stated else (0, END_OF_DAY)
        yield datetime.combine(day + timedelta(days=extra), clock, here).astimezone(timezone.utc)


def _today(text: str, times: list[re.Match[str]], at: datetime, zone: str) -> Iterator[datetime]:
    """`by 16:00 UTC` without a day is meant for the day of writing, if it is still ahead."""
    for found in times:
        if found["zone"] or re.search(r"\b(?:by|until|before)\s*$", text[: found.start()], re.IGNORECASE):
            here = ZoneInfo(_ZONES[found["zone"].lower()] if found["zone"] else zone)
            extra, clock = _clock(found)
            moment = datetime.combine(at.astimezone(here).date() + timedelta(days=extra), clock, here).astimezone(timezone.utc)
            if moment > at:
                yield moment


def _repeats(text: str, days: list[tuple[int, int, date]], number: int) -> bool:
    """`Thursday 19 November` and `today ... (Wednesday)` name one day twice: the weekday adds nothing to a date beside it."""
    start, end, _ = days[number]
    if text[start:end].lower() not in (*_WEEKDAYS, "tomorrow", "today"):
        return False
    following = days[number + 1] if number + 1 < len(days) else None
    return following is not None and following[0] - end <= 3


def _close(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    """A time goes with a day when little stands between them."""
    between = text[end : found.start()] if found.start() >= end else text[found.end() : start]
    return len(between) <= 24 and not re.search(r"[.;:!?]\s|\bby\b.*\bby\b", between)


def _day(found: re.Match[str], written: date) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        if found["near"]:
            return written + timedelta(days=found["near"].lower() == "tomorrow")
        if found["weekday"]:
            return written + timedelta(days=(_WEEKDAYS.index(found["weekday"].lower()) - written.weekday()) % 7)
        month = (found["month"] or found["month2"])[:3].lower()
        year = found["year"] or found["year2"]
        day = int(found["day"] or found["day2"])
        named = date(int(year) if year else written.year, _MONTHS.index(_LOCAL.get(month, month)) + 1, day)
    except ValueError:
        return None
    if not year and (written - named).days > 182:
        return named.replace(year=named.year + 1)
    return named


def _clock(found: re.Match[str]) -> tuple[int, time]:
    """(days over, time of day): 24:00 is midnight of the next day."""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or found["half2"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour // 24, time(hour % 24, minute)
