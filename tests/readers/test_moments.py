from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.instants import moment


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("2026-11-18T10:02:33Z", utc(2026, 11, 18, 10, 2, 33)),
        ("2026-11-18T10:02:33.250+0100", utc(2026, 11, 18, 9, 2, 33, 250_000)),
        ("2026-11-18 10:02:33 UTC", utc(2026, 11, 18, 10, 2, 33)),
        ("2026-11-18 10:02:33", utc(2026, 11, 18, 9, 2, 33)),
        ("2026-07-01 10:00", utc(2026, 7, 1, 8)),
        ("30/Sep/21 17:20", utc(2021, 9, 30, 15, 20)),
        ("30/Sep/21 5:20 PM", utc(2021, 9, 30, 15, 20)),
        ("Wed, 18 Nov 2026 10:02:33 +0100 (CET)", utc(2026, 11, 18, 9, 2, 33)),
        ("18 Nov 2026 10:02:33 EST", utc(2026, 11, 18, 15, 2, 33)),
        (1794996153, utc(2026, 11, 18, 10, 2, 33)),
        (1794996153000, utc(2026, 11, 18, 10, 2, 33)),
        ("1794996153000", utc(2026, 11, 18, 10, 2, 33)),
        ("1794996153.250000", utc(2026, 11, 18, 10, 2, 33, 250_000)),
    ],
)
def test_the_spellings_of_exports_are_read(cell: object, at: datetime) -> None:
    assert moment(cell, "Europe/Berlin") == at


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_an_empty_cell_is_no_moment(cell: object) -> None:
    assert moment(cell, "UTC") is None


@pytest.mark.parametrize(
    "cell",
    [
        "12/11/2026",
        "yesterday",
        "2026-13-01",
        "2026-11-18T25:00:00Z",
        "1985-01-01",
        "2201-01-01",
        "18 Nov 2026 10:02 CEST",
        True,
        [],
        -1,
        10**400,
        "9" * 400,
    ],
)
def test_what_is_no_certain_moment_is_refused(cell: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any wording
        moment(cell, "UTC")


@given(st.datetimes(utc(1990, 1, 2).replace(tzinfo=None), utc(2100, 12, 30).replace(tzinfo=None)), st.integers(-14 * 60, 14 * 60))
def test_iso_with_an_offset_is_read_as_it_was_written(at: datetime, minutes: int) -> None:
    aware = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment(aware.isoformat(), "Europe/Berlin") == aware


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.from_regex(r"\d{1,4}[-/]\w{1,3}[-/]\d{1,4} \d{1,2}:\d\d.{0,5}")))
def test_a_cell_is_a_moment_or_a_value_error(cell: Any) -> None:
    try:
        at = moment(cell, "Europe/Berlin")
    except ValueError:
        return
    assert at is None or (at.tzinfo is timezone.utc and 1989 <= at.year <= 2101)
