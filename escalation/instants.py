"""Date-and-time cells: the spellings in which exports write a moment."""

import math
import re
from datetime import datetime, timedelta, timezone, tzinfo

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:(?:[Tt]|\s+)(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_NAMED_MONTH = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[/ -]([A-Za-z]{3,9})[/ -](\d{4}|\d\d)"
    r"(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([AaPp])\.?[Mm]\.?)?(?:\s+([+-]\d{4}|[A-Za-z]{1,4}))?)?(?:\s+\([^()]*\))?",
    re.ASCII,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
"""The zone names that RFC 5322 §4.3 defines, in hours; any other name is not guessed at."""
_YEARS = range(1990, 2101)
_SECONDS = 100_000_000_000
"""Numbers below are epoch seconds (to the year 5138), others milliseconds (from 1973)."""


def moment(value: object, zone: str) -> datetime | None:
    """The moment that a cell states, aware, in UTC; None for an empty cell.

    Reads ISO 8601 with or without offset, `2026-11-18 10:02:33 UTC`, epoch seconds and milliseconds as
    number or text (Slack's `1731920000.123456` too), RFC 5322 (`Wed, 18 Nov 2026 10:02:33 +0100`) and
    `30/Sep/21 5:20 PM`. A time without an offset is in `zone` (an IANA name; empty means UTC).
    Raises ValueError for anything else, `12/11/2026` included, and for years outside 1990 to 2100.
    """
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(value)
    if not isinstance(value, str):
        raise ValueError(f"a moment is text or a number, not {type(value).__name__}")
    text = value.strip()
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        return _from_iso(found, zone)
    if found := _NAMED_MONTH.fullmatch(text):
        return _from_named_month(found, zone)
    if _NUMBER.fullmatch(text):
        return _from_epoch(float(text))
    raise ValueError("not a moment in any spelling that exports use")


def _from_epoch(number: float) -> datetime:
    if not 0 <= number < 50 * _SECONDS:  # false for NaN too
        raise ValueError("not a moment: years 1990 to 2100 are accepted")
    seconds = number if number < _SECONDS else number / 1000
    whole = math.floor(seconds)
    at = datetime.fromtimestamp(whole, tz=timezone.utc)
    return _plausible(at + timedelta(microseconds=round((seconds - whole) * 1_000_000)))


def _from_iso(found: re.Match[str], zone: str) -> datetime:
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    naive = datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "")[:6].ljust(6, "0"))
    )
    return _in_utc(naive, _offset(offset) if offset else None, zone)


def _from_named_month(found: re.Match[str], zone: str) -> datetime:
    day, name, year, hour, minute, second, half, offset = found.groups()
    if name[:3].lower() not in _MONTHS:
        raise ValueError("not a moment: no English month name")
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError("not a moment: an hour with AM or PM is 1 to 12")
        hours = hours % 12 + (12 if half in "pP" else 0)
    century = 0 if len(year) == 4 else 2000 if int(year) < 69 else 1900
    naive = datetime(century + int(year), _MONTHS.index(name[:3].lower()) + 1, int(day), hours, int(minute or 0), int(second or 0))
    return _in_utc(naive, _offset(offset) if offset else None, zone)


def _offset(text: str) -> tzinfo:
    if text[0] not in "+-":
        if text.lower() not in _ZONES:
            raise ValueError("not a moment: a zone name that stands for no one offset")
        return timezone(timedelta(hours=_ZONES[text.lower()]))
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if text[0] == "-" else size)


def _in_utc(naive: datetime, offset: tzinfo | None, zone: str) -> datetime:
    if naive.year not in _YEARS:
        raise ValueError("not a moment: years 1990 to 2100 are accepted")
    if offset is None and zone:
        from zoneinfo import ZoneInfo  # most exports state their offset

        offset = ZoneInfo(zone)
    return naive.replace(tzinfo=offset or timezone.utc).astimezone(timezone.utc)


def _plausible(at: datetime) -> datetime:
    if at.year not in _YEARS:
        raise ValueError("not a moment: years 1990 to 2100 are accepted")
    return at
