"""Time expressions against Wednesday 18 November 2026, 15:00 UTC, read in Europe/Berlin unless they say otherwise."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from escalation.language.times import Told, times_in

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)


def told(text: str, now: datetime = NOW, zone: str = "Europe/Berlin") -> Told:
    (only,) = times_in(text, now=now, zone=zone)
    return only


def moments(told: Told) -> tuple[str, str]:
    assert told.when is not None
    until = told.when.until
    return told.when.at.strftime("%Y-%m-%dT%H:%M"), until.strftime("%Y-%m-%dT%H:%M") if until else ""


@pytest.mark.parametrize(
    ("text", "words", "at", "until"),
    [
        ("since Monday", "Monday", "2026-11-15T23:00", "2026-11-16T23:00"),
        ("failing since 08:40 UTC", "08:40 UTC", "2026-11-18T08:40", ""),
        ("failing since 18:00 UTC", "18:00 UTC", "2026-11-17T18:00", ""),
        ("broken since yesterday 5 pm", "yesterday 5 pm", "2026-11-17T16:00", ""),
        ("API returning 500s for two weeks", "for two weeks", "2026-11-04T15:00", ""),
        ("stuck for 3 days now", "for 3 days now", "2026-11-15T15:00", ""),
        ("over the past 24 hours", "over the past 24 hours", "2026-11-17T15:00", ""),
        ("started on 16 Nov", "16 Nov", "2026-11-15T23:00", "2026-11-16T23:00"),
        ("started 2 hours ago", "2 hours ago", "2026-11-18T13:00", ""),
        ("orders failed last Tuesday", "last Tuesday", "2026-11-16T23:00", "2026-11-17T23:00"),
        ("3 customers reported this week", "this week", "2026-11-15T23:00", "2026-11-18T15:00"),
        ("as of 2026-11-16", "2026-11-16", "2026-11-15T23:00", "2026-11-16T23:00"),
        ("since 16 Nov about 08:40 UTC", "16 Nov about 08:40 UTC", "2026-11-16T08:40", ""),
        ("since Friday 6 Nov", "Friday 6 Nov", "2026-11-05T23:00", "2026-11-06T23:00"),
        ("since 11/16", "11/16", "2026-11-15T23:00", "2026-11-16T23:00"),
        ("since 16.11.2026", "16.11.2026", "2026-11-15T23:00", "2026-11-16T23:00"),
        ("since Wednesday 8 am", "Wednesday 8 am", "2026-11-18T07:00", ""),
        ("it worked until yesterday", "yesterday", "2026-11-16T23:00", "2026-11-17T23:00"),
        ("seit zwei Wochen", "seit zwei Wochen", "2026-11-04T15:00", ""),
        ("seit gestern 8:40 Uhr", "gestern 8:40 Uhr", "2026-11-17T07:40", ""),
        ("depuis lundi", "lundi", "2026-11-15T23:00", "2026-11-16T23:00"),
        ("desde hace 3 días", "desde hace 3 días", "2026-11-15T15:00", ""),
        ("昨日から", "昨日", "2026-11-16T23:00", "2026-11-17T23:00"),
        ("3日前から", "3日前", "2026-11-15T15:00", ""),
    ],
)
def test_a_start_is_read(text: str, words: str, at: str, until: str) -> None:
    start = told(text)
    assert (start.role, start.text, *moments(start)) == ("since", words, at, until)


@pytest.mark.parametrize(
    ("text", "words", "at", "until"),
    [
        ("needs a fix by Friday 5 pm CET", "Friday 5 pm CET", "2026-11-20T16:00", ""),
        ("by 5 pm PST", "5 pm PST", "2026-11-19T01:00", ""),
        ("by tomorrow 9am Europe/London", "tomorrow 9am Europe/London", "2026-11-19T09:00", ""),
        ("by Wednesday 5 pm", "Wednesday 5 pm", "2026-11-18T16:00", ""),
        ("by Wednesday 9 am", "Wednesday 9 am", "2026-11-25T08:00", ""),
        ("before their go-live on 1 December", "1 December", "2026-11-30T23:00", "2026-12-01T23:00"),
        ("until EOD tomorrow", "EOD tomorrow", "2026-11-18T23:00", "2026-11-19T23:00"),
        ("renewal 15 Dec", "15 Dec", "2026-12-14T23:00", "2026-12-15T23:00"),
        ("CTO wants a call in 2 hours", "in 2 hours", "2026-11-18T17:00", ""),
        ("by end of month", "end of month", "2026-11-29T23:00", "2026-11-30T23:00"),
        ("must ship by Q1", "Q1", "2026-12-31T23:00", "2027-03-31T22:00"),
        ("bis Freitag 17 Uhr", "Freitag 17 Uhr", "2026-11-20T16:00", ""),
        ("avant vendredi", "vendredi", "2026-11-19T23:00", "2026-11-20T23:00"),
        ("para el viernes", "viernes", "2026-11-19T23:00", "2026-11-20T23:00"),
        ("金曜日までに", "金曜日", "2026-11-19T23:00", "2026-11-20T23:00"),
    ],
)
def test_a_by_when_is_read(text: str, words: str, at: str, until: str) -> None:
    due = told(text)
    assert (due.role, due.text, *moments(due)) == ("deadline", words, at, until)


@pytest.mark.parametrize(
    "text",
    [
        "They have been customers for 5 years",
        "keys valid for 30 days",
        "session lasts for 30 minutes",
        "We upgraded on 16 Nov and now login fails",
        "We promised a fix last Tuesday",
        "valid until 2026-12-31",
    ],
)
def test_other_times_are_neither_start_nor_by_when(text: str) -> None:
    assert told(text).role == ""


@pytest.mark.parametrize("text", ["24/7 support", "version 2026.46", "10:22:31 INFO started", "3/4 of the rows", "may 5 users log in?"])
def test_what_is_no_time_is_not_read_as_one(text: str) -> None:
    assert [found for found in times_in(text, now=NOW, zone="UTC") if found.role] == []


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("since 03/04", 2),
        ("by 03/04/2027", 2),
        ("due next Friday", 2),
        ("since Wednesday", 2),
        ("by Wednesday", 2),
        ("renewal 15 Nov", 2),
        ("by 5 pm CST", 2),
        ("since 2:30 on 25 Oct", 2),
        ("since 9 am their time", 1),
        ("since Monday 6 Nov", 1),
        ("reply needed within 2 business days", 1),
        ("failing for a few days", 1),
    ],
)
def test_what_can_be_read_two_ways_is_not_read_but_said(text: str, readings: int) -> None:
    doubtful = told(text)
    assert doubtful.when is None
    assert doubtful.role
    assert len(doubtful.readings) == readings


def test_a_summer_zone_said_in_winter_has_two_readings() -> None:
    assert len(told("by 20 Nov 5 pm CEST").readings) == 2


def test_next_monday_said_on_a_wednesday_has_one_reading() -> None:
    assert moments(told("due next Monday")) == ("2026-11-22T23:00", "2026-11-23T23:00")


def test_days_are_as_long_as_the_zone_makes_them() -> None:
    start = told("since 25 Oct", zone="Europe/Berlin")
    assert moments(start) == ("2026-10-24T22:00", "2026-10-25T23:00")


def test_days_back_keep_the_hour_on_the_wall_over_a_clock_change() -> None:
    start = told("failing for 3 days", now=datetime(2026, 10, 26, 9, 0, tzinfo=timezone.utc))
    assert moments(start) == ("2026-10-23T08:00", "")


def test_the_zone_decides_which_day_yesterday_is() -> None:
    now = datetime(2026, 11, 18, 23, 30, tzinfo=timezone.utc)
    assert moments(told("since yesterday", now=now, zone="UTC"))[0] == "2026-11-17T00:00"
    assert moments(told("since yesterday", now=now, zone="Asia/Tokyo"))[0] == "2026-11-17T15:00"
