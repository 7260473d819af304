from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.clock import DAYS, Calendar, duration, span

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "sla_vectors.json"
OFFICE = Calendar.model_validate({"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}})
ALWAYS = Calendar.model_validate({"zone": "America/New_York", "hours": "always"})
NIGHT = Calendar.model_validate({"zone": "UTC", "hours": {"mon-fri": ["22:00-06:00"]}})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def vectors() -> list[dict[str, Any]]:
    if not VECTORS.is_file():
        return []
    return [vector for vector in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"] if "minutes" in vector]


def calendar(name: str) -> Calendar:
    stated = json.loads(VECTORS.read_text(encoding="utf-8"))["calendars"][name]
    hours = {DAYS[int(day)]: ["-".join(interval) for interval in intervals] for day, intervals in stated["hours"].items()}
    return Calendar.model_validate({"zone": stated["tz"], "hours": hours, "holidays": stated["holidays"]})


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared data folder is not beside the project")
@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_due_and_elapsed_agree_with_deadlines_collected_from_other_help_desks(vector: dict[str, Any]) -> None:
    pauses = [(at(begins), at(ends)) for begins, ends in vector.get("pauses", [])]
    hours = calendar(vector["calendar"])
    assert hours.due(at(vector["start"]), vector["minutes"], pauses) == at(vector["expect"])
    assert hours.elapsed(at(vector["start"]), at(vector["expect"]), pauses) == vector["minutes"]


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("2 h", "2026-11-18T17:00+00:00"),
        ("1 d", "2026-11-19T15:00+00:00"),
        ("2 business hours", "2026-11-19T09:00+00:00"),
        ("1 business day", "2026-11-19T15:00+00:00"),
        ("3 business days", "2026-11-23T15:00+00:00"),
        ("end of day", "2026-11-19T09:00+00:00"),
        ("end of week", "2026-11-20T16:00+00:00"),
    ],
)
def test_a_span_ends_where_the_calendar_says(length: str, expected: str) -> None:
    assert OFFICE.after(at("2026-11-18T15:00+00:00"), span(length)) == at(expected)


def test_a_business_day_from_a_weekend_starts_at_the_next_opening() -> None:
    assert OFFICE.after(at("2026-11-21T12:00+00:00"), span("1 business day")) == at("2026-11-24T08:00+00:00")


def test_end_of_day_leaves_time_to_act() -> None:
    assert OFFICE.after(at("2026-11-18T09:00+00:00"), span("end of day")) == at("2026-11-18T16:00+00:00")
    assert OFFICE.after(at("2026-11-18T15:50+00:00"), span("end of day")) == at("2026-11-19T09:50+00:00")


def test_an_interval_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    assert NIGHT.due(at("2026-11-20T23:00+00:00"), 7 * 60) == at("2026-11-21T06:00+00:00")
    assert NIGHT.due(at("2026-11-20T23:00+00:00"), 7 * 60 + 1) == at("2026-11-23T22:01+00:00")


def test_the_same_instant_is_told_whatever_zone_it_is_given_in() -> None:
    assert OFFICE.due(at("2026-11-18T16:00+01:00"), 30) == OFFICE.due(at("2026-11-18T20:30+05:30"), 30)


@pytest.mark.parametrize("text", ["soon", "0 h", "4", "h 4", "-2 h", "4 business weeks", ""])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no span of time"):
        span(text)


@pytest.mark.parametrize("hours", [{}, {"mon": []}, {"monday-fri": ["9-17"]}, {"xyz": ["09:00-17:00"]}, "sometimes"])
def test_a_calendar_that_makes_no_sense_is_refused(hours: Any) -> None:
    with pytest.raises(ValueError, match=r"never open|no interval|no weekday|expected"):
        Calendar.model_validate({"zone": "UTC", "hours": hours})


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (119, "1 h 59 min"), (120, "2 h"), (-90, "1 h 30 min"), (3270, "2 d 6 h"), (2880, "2 d")]
)
def test_durations_name_their_units(minutes: int, words: str) -> None:
    assert duration(minutes) == words


moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00+00:00") + timedelta(minutes=minutes))
calendars = st.sampled_from([OFFICE, ALWAYS, NIGHT])


@settings(deadline=None)
@given(calendars, moments, st.integers(1, 5000))
def test_as_much_business_time_lies_before_a_deadline_as_was_given(hours: Calendar, start: datetime, minutes: int) -> None:
    assert hours.elapsed(start, hours.due(start, minutes)) == minutes


@settings(deadline=None)
@given(calendars, moments, st.integers(0, 3000), st.integers(0, 3000))
def test_two_stretches_one_after_the_other_are_one_long_stretch(hours: Calendar, start: datetime, first: int, second: int) -> None:
    assert hours.due(hours.due(start, first), second) == hours.due(start, first + second) or first == 0 or second == 0


@settings(deadline=None)
@given(calendars, moments, st.integers(1, 3000), st.integers(1, 4000))
def test_a_pause_never_makes_a_deadline_earlier(hours: Calendar, start: datetime, minutes: int, pause: int) -> None:
    assert hours.due(start, minutes, [(start, start + timedelta(minutes=pause))]) >= hours.due(start, minutes)
