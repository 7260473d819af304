"""Arguments are read strictly, and a wrong one says what was expected."""

from argparse import ArgumentTypeError
from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation import arguments
from escalation.case import Audience

EARLIEST = datetime(1990, 1, 2)  # noqa: DTZ001 - hypothesis wants naive bounds
LATEST = datetime(2199, 12, 30)  # noqa: DTZ001 - as above


@given(st.datetimes(EARLIEST, LATEST), st.integers(-14 * 60, 14 * 60))
def test_a_moment_is_read_back_in_utc(naive: datetime, minutes: int) -> None:
    time = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert arguments.moment(time.isoformat()) == time
    assert arguments.moment(time.isoformat()).tzinfo is timezone.utc


@pytest.mark.parametrize(
    "word",
    ["2026-11-18T15:00:00Z", "2026-11-18T15:00:00z", "2026-11-18 15:00+00:00", "2026-11-18T15:00:00.000Z", "2026-11-18T16:00:00+01:00"],
)
def test_the_usual_spellings_are_the_same_moment(word: str) -> None:
    assert arguments.moment(word) == datetime(2026, 11, 18, 15, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("2026-11-18T15:00:00", "has no offset"),
        ("2026-11-18", "has no offset"),
        ("yesterday", "is no time"),
        ("", "is no time"),
        ("2026-13-01T00:00:00Z", "is no time"),
        ("0001-01-01T00:00:00+14:00", "out of range"),
        ("9999-12-31T23:59:59-14:00", "out of range"),
    ],
)
def test_what_is_no_moment_is_refused(word: str, message: str) -> None:
    with pytest.raises(ArgumentTypeError, match=message):
        arguments.moment(word)


@pytest.mark.parametrize("word", ["0", "-1", "nan", "inf", "601", "soon", "", "1e999"])
def test_seconds_out_of_range_are_refused(word: str) -> None:
    with pytest.raises(ArgumentTypeError, match="more than 0 and at most 600"):
        arguments.seconds(word)


def test_the_audiences_are_the_teams_that_can_be_targets() -> None:
    assert get_args(Audience) == arguments.AUDIENCES


@pytest.mark.parametrize("word", ["L2 support", "l2-support", "L2_SUPPORT", "l2", "L2  Support "])
def test_an_audience_may_be_spelt_in_any_usual_way(word: str) -> None:
    assert arguments.audience(word) == "L2 support"


def test_an_unknown_audience_names_the_known_ones() -> None:
    with pytest.raises(ArgumentTypeError, match="expected one of L2 support, engineering, product, security, leadership"):
        arguments.audience("marketing")


@pytest.mark.parametrize("word", ["javascript:alert(1)", "example.com", "https://", "file:///etc/passwd", "https:///x"])
def test_only_web_addresses_are_links(word: str) -> None:
    with pytest.raises(ArgumentTypeError, match="expected https://"):
        arguments.web_address(word)


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert arguments.text("caf\udce9 ") == "caf\ufffd"
