"""Deadlines, their sums and their warnings."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.calendar import DAYS, Calendar, around_the_clock
from escalation.clock import Run, duration, worked
from escalation.span import span

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "sla_vectors.json"
OFFICE = Calendar.model_validate({"name": "emea", "version": 3, "zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}})
ALWAYS = around_the_clock("America/New_York")
NIGHT = Calendar.model_validate({"name": "night", "zone": "UTC", "hours": {"mon-fri": ["22:00-06:00"]}})
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def vectors() -> list[dict[str, Any]]:
    if not VECTORS.is_file():
        return []
    return [vector for vector in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"] if "minutes" in vector]


def calendar(name: str) -> Calendar:
    stated = json.loads(VECTORS.read_text(encoding="utf-8"))["calendars"][name]
    hours = {DAYS[int(day)]: ["-".join(interval) for interval in intervals] for day, intervals in stated["hours"].items()}
    return Calendar.model_validate({"name": name, "zone": stated["tz"], "hours": hours, "holidays": stated["holidays"]})


def run(length: str, start: str, *, until: str = "", hours: Calendar = OFFICE, pauses: tuple[tuple[str, str], ...] = ()) -> Run:
    stretches = tuple((at(begins), at(ends)) for begins, ends in pauses)
    return Run(hours, span(length), at(start), at(until or start), stretches)


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared data folder is not beside the project")
@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_due_and_elapsed_agree_with_deadlines_collected_from_other_help_desks(vector: dict[str, Any]) -> None:
    pauses = [(at(begins), at(ends)) for begins, ends in vector.get("pauses", [])]
    hours, start, length = calendar(vector["calendar"]), at(vector["start"]), timedelta(minutes=vector["minutes"])
    assert hours.due(start, length, pauses) == at(vector["expect"])
    assert hours.elapsed(start, at(vector["expect"]), pauses) == length


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
    assert NIGHT.due(at("2026-11-20T23:00+00:00"), 7 * HOUR) == at("2026-11-21T06:00+00:00")
    assert NIGHT.due(at("2026-11-20T23:00+00:00"), 7 * HOUR + timedelta(minutes=1)) == at("2026-11-23T22:01+00:00")
    assert NIGHT.after(at("2026-11-17T02:00+00:00"), span("1 business day")) == at("2026-11-18T02:00+00:00")


def test_the_same_instant_is_told_whatever_zone_it_is_given_in() -> None:
    assert OFFICE.due(at("2026-11-18T16:00+01:00"), HOUR) == OFFICE.due(at("2026-11-18T20:30+05:30"), HOUR)


def test_a_wall_clock_holds_across_a_change_of_time_and_an_elapsed_one_does_not() -> None:
    assert OFFICE.due(at("2026-10-23T16:30+02:00"), HOUR) == at("2026-10-26T09:30+01:00")
    assert ALWAYS.due(at("2026-03-08T00:30-05:00"), 4 * HOUR) == at("2026-03-08T05:30-04:00")


def test_no_time_at_all_is_due_at_once_even_while_closed() -> None:
    sunday = at("2026-11-22T12:00+00:00")
    assert OFFICE.due(sunday, timedelta()) == sunday


def test_a_business_day_passes_over_29_february_where_there_is_one() -> None:
    assert OFFICE.after(at("2028-02-28T10:00+01:00"), span("1 business day")) == at("2028-02-29T10:00+01:00")
    assert OFFICE.after(at("2027-02-26T10:00+01:00"), span("1 business day")) == at("2027-03-01T10:00+01:00")


def test_a_stretch_longer_than_ten_years_is_counted_whole() -> None:
    mondays = Calendar.model_validate({"zone": "UTC", "hours": {"mon": ["09:00-10:00"]}})
    assert mondays.elapsed(at("2004-11-22T00:00+00:00"), at("2026-11-23T00:00+00:00")) == 1148 * HOUR


def test_a_warning_comes_a_business_hour_before_the_deadline() -> None:
    friday = run("1 business hour", "2026-11-20T16:30+01:00")
    assert friday.due == at("2026-11-23T09:30+01:00")
    assert friday.warning(timedelta(minutes=30)) == at("2026-11-20T17:00+01:00")
    assert friday.warning(5 * HOUR) == friday.start
    assert run("2 business hours", "2026-11-21T12:00+01:00").warning(HOUR) == at("2026-11-23T10:00+01:00")


def test_what_is_used_and_what_is_left_are_business_time_too() -> None:
    over_the_weekend = run("8 business hours", "2026-11-20T16:00+01:00", until="2026-11-23T10:00+01:00")
    assert (over_the_weekend.elapsed, over_the_weekend.remaining) == (2 * HOUR, 6 * HOUR)
    assert run("1 business hour", "2026-11-20T15:00+01:00", until="2026-11-23T10:00+01:00").remaining == -2 * HOUR


def test_a_pause_takes_only_the_business_minutes_inside_it() -> None:
    paused = run("8 business hours", "2026-01-30T10:00+01:00", pauses=(("2026-01-30T12:00+01:00", "2026-02-02T12:00+01:00"),))
    assert paused.due == at("2026-02-03T10:00+01:00")


def test_a_pause_that_takes_nothing_is_not_told() -> None:
    night, later = ("2026-11-18T18:00+01:00", "2026-11-19T08:00+01:00"), ("2026-11-19T12:00+01:00", "2026-11-19T13:00+01:00")
    assert "paused" not in run("2 business hours", "2026-11-18T16:00+01:00", pauses=(night, later)).proof


def test_a_pause_moves_a_target_in_days_by_the_business_time_inside_it() -> None:
    paused = run("2 business days", "2026-11-16T10:00+01:00", pauses=(("2026-11-16T16:00+01:00", "2026-11-17T10:00+01:00"),))
    assert paused.due == at("2026-11-18T12:00+01:00")


def test_pauses_that_overlap_count_once() -> None:
    first, second = ("2026-11-18T10:00+01:00", "2026-11-18T12:00+01:00"), ("2026-11-18T11:00+01:00", "2026-11-18T13:00+01:00")
    both = run("2 business hours", "2026-11-18T09:00+01:00", pauses=(second, first))
    assert both.due == at("2026-11-18T14:00+01:00")
    assert "paused, not counted: 3 h of Wed 11-18 10:00–13:00" in both.proof


@pytest.mark.parametrize(
    ("counted", "proof"),
    [
        (
            run("1 business hour", "2026-11-20T16:30+01:00"),
            "30 min Fri 11-20 16:30–17:00 + 30 min Mon 11-23 09:00–09:30",
        ),
        (
            run("5 business days", "2026-11-18T15:00+01:00"),
            "2 h Wed 11-18 15:00–17:00 + 32 h in 4 stretches from Thu 11-19 09:00 to Tue 11-24 17:00 + 6 h Wed 11-25 09:00–15:00",
        ),
        (
            run("4 h", "2026-11-01T00:30-04:00", hours=ALWAYS),
            "4 h Sun 11-01 00:30-04:00–03:30-05:00",
        ),
        (
            run("2 d", "2026-11-18T15:00-05:00", hours=ALWAYS),
            "48 h Wed 11-18 15:00 – Fri 11-20 15:00",
        ),
        (
            run("1 business hour", "2026-11-20T16:30:20+01:00"),
            "29 min 40 s Fri 11-20 16:30:20–17:00 + 30 min 20 s Mon 11-23 09:00–09:30:20",
        ),
    ],
    ids=["two days", "many days", "a change of time", "elapsed", "seconds"],
)  # fmt: skip
def test_a_person_can_redo_the_sum(counted: Run, proof: str) -> None:
    named = (
        ", calendar emea v3 in Europe/Berlin; no holidays on record"
        if counted.calendar is OFFICE
        else ", around the clock in America/New_York"
    )
    assert counted.proof == proof + named


def test_the_sum_names_the_holidays_that_it_skipped_and_where_they_end() -> None:
    listed = {"name": "amer", "version": 1, "zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}, "holidays": ["2026-11-26"]}
    proof = run("2 business hours", "2026-11-25T16:00-05:00", hours=Calendar.model_validate(listed)).proof
    assert proof.endswith(", calendar amer v1 in America/New_York; holiday Thu 11-26; calendar covers until 2026-11-26")
    covered = Calendar.model_validate({**listed, "covers_until": "2026-12-31"})
    assert run("2 business hours", "2026-11-25T16:00-05:00", hours=covered).proof.endswith("; holiday Thu 11-26")


@pytest.mark.parametrize("text", ["soon", "0 h", "0 business days", "4", "h 4", "-2 h", "4 business weeks", ""])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no span of time"):
        span(text)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (119, "1 h 59 min"), (120, "2 h"), (-90, "1 h 30 min"), (3270, "2 d 6 h"), (2880, "2 d")]
)
def test_durations_name_their_units(minutes: int, words: str) -> None:
    assert duration(minutes) == words


def test_business_time_is_never_told_in_days() -> None:
    assert [worked(length) for length in (28 * HOUR, timedelta(minutes=90, seconds=5), timedelta())] == ["28 h", "1 h 30 min 5 s", "0 min"]


moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00+00:00") + timedelta(minutes=minutes))
lengths = st.integers(0, 5000).map(lambda minutes: timedelta(minutes=minutes))
calendars = st.sampled_from([OFFICE, ALWAYS, NIGHT])


@settings(deadline=None)
@given(calendars, moments, lengths)
def test_as_much_business_time_lies_before_a_deadline_as_was_given(hours: Calendar, start: datetime, length: timedelta) -> None:
    assert hours.elapsed(start, hours.due(start, length)) == length


@settings(deadline=None)
@given(calendars, moments, lengths, lengths)
def test_two_stretches_one_after_the_other_are_one_long_stretch(
    hours: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert hours.due(hours.due(start, first), second) == hours.due(start, first + second)


@settings(deadline=None)
@given(calendars, moments, lengths, lengths)
def test_a_pause_never_makes_a_deadline_earlier(hours: Calendar, start: datetime, length: timedelta, pause: timedelta) -> None:
    assert hours.due(start, length, [(start, start + pause)]) >= hours.due(start, length)


@settings(deadline=None)
@given(calendars, moments, lengths.filter(bool), lengths, lengths)
def test_the_pieces_of_a_sum_add_up_to_the_target(
    hours: Calendar, start: datetime, length: timedelta, wait: timedelta, pause: timedelta
) -> None:
    target = span(f"{int(length.total_seconds() // 60)} business min")
    counted = Run(hours, target, start, start, ((start + wait, start + wait + pause),))
    terms = counted.proof.partition(", calendar" if hours.name else ", around")[0].split(" + ")
    assert sum((length_in(term) for term in terms), timedelta()) == length


def length_in(term: str) -> timedelta:
    """What a piece of a sum says of its own length, at its start."""
    found = re.match(r"(?:(\d+) h ?)?(?:(\d+) min)?", term)
    assert found
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
