"""Calendars as a policy states them: hours, holidays, versions, and whom they serve."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from escalation.calendar import Calendar
from escalation.errors import PolicyError
from escalation.policy import Policy

WEEK = {"mon-fri": ["09:00-17:00"]}


def calendar(**stated: Any) -> Calendar:
    return Calendar.model_validate({"name": "emea", "zone": "Europe/Berlin", "hours": WEEK, **stated})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Policy]:
    def with_user_file(text: str) -> Policy:
        file = tmp_path / "policy.yaml"
        file.write_text(text, encoding="utf-8")
        return Policy.load(file)

    return with_user_file


@pytest.mark.parametrize(
    "hours",
    [{}, {"mon": []}, {"mon": None}, {"mon": 9}, {"mon-fri": ["9-17"]}, {"xyz": ["09:00-17:00"]}, {"mon": ["09:00-24:30"]}, "sometimes"],
)
def test_hours_that_make_no_sense_are_refused(hours: Any) -> None:
    with pytest.raises(ValueError, match=r"never open|no interval|no weekday|expected|after 24:00"):
        calendar(hours=hours)


@pytest.mark.parametrize(
    "hours",
    [
        {"mon": ["09:00-12:00", "11:00-17:00"]},
        {"mon": ["22:00-06:00"], "tue": ["05:00-12:00"]},
        {"sun": ["22:00-06:00"], "mon": ["05:59-12:00"]},
        {"mon": ["20:00-23:00", "22:00-02:00"]},
    ],
)
def test_intervals_that_overlap_are_refused_across_midnight_too(hours: Any) -> None:
    with pytest.raises(ValueError, match=r"overlap|runs into"):
        calendar(hours=hours)


def test_an_interval_may_begin_when_the_night_shift_ends() -> None:
    assert calendar(hours={"mon": ["22:00-06:00"], "tue": ["06:00-12:00"]})


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "CEST+1"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="no IANA time zone"):
        calendar(zone=zone)


def test_a_calendar_without_a_zone_names_what_is_missing(load: Callable[[str], Policy]) -> None:
    with pytest.raises(PolicyError, match=r"policy.yaml line 2: calendars.emea.zone: is missing"):
        load("calendars:\n  emea: {hours: {mon-fri: ['09:00-17:00']}}\n")


def test_the_library_of_holidays_is_read_only_for_a_policy_that_names_a_country() -> None:
    code = "import sys; from escalation.policy import Policy; Policy.load().calendar('UTC').describe(); sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_calendar_whose_every_day_is_a_holiday_says_so_instead_of_searching_for_ever() -> None:
    mondays = [date(2026, 11, 23) + timedelta(weeks=week) for week in range(530)]
    with pytest.raises(ValueError, match="not open for ten years"):
        calendar(hours={"mon": ["09:00-17:00"]}, holidays=mondays).due(at("2026-11-20T12:00+00:00"), timedelta(hours=1))


def test_a_calendar_is_named_with_its_version_and_a_changed_one_never_by_the_same() -> None:
    assert calendar(version=3).label == calendar(version="v3").label == "emea v3"
    assert calendar().label == calendar().label
    assert calendar().label != calendar(holidays=["2026-12-25"]).label
    assert calendar(zone="reporter").in_zone("Asia/Tokyo").label == calendar(zone="reporter").label


def test_a_list_of_holidays_is_known_until_its_last_day_or_as_far_as_it_says() -> None:
    assert calendar(holidays=["2026-12-26", "2026-05-01"]).known_until == date(2026, 12, 26)
    covered = calendar(holidays=["2026-12-25"], covers_until="2027-06-30")
    assert covered.covers(at("2027-06-30T23:30+02:00"))
    assert not covered.covers(at("2027-07-01T00:30+02:00"))
    assert calendar().known_until is None


def test_hours_around_the_clock_need_no_holidays() -> None:
    assert calendar(hours="always").covers(at("2090-01-01T00:00+00:00"))


def test_a_holiday_on_29_february_closes_that_day_alone() -> None:
    leap = calendar(holidays=["2028-02-29"])
    assert leap.due(at("2028-02-28T16:00+01:00"), timedelta(hours=2)) == at("2028-03-01T10:00+01:00")


def test_a_holiday_that_is_no_day_names_the_line(load: Callable[[str], Policy]) -> None:
    with pytest.raises(PolicyError, match=r"policy.yaml line 3: .*day is out of range for month"):
        load("calendars:\n  support:\n    holidays: [2027-02-29]\n")


def test_the_public_holidays_of_a_country_or_one_of_its_states() -> None:
    bavaria, berlin = calendar(holidays={"country": "DE", "subdivision": "BY"}), calendar(holidays={"country": "DE"})
    epiphany = at("2026-01-06T10:00+01:00")
    assert bavaria.due(epiphany, timedelta(hours=1)) == at("2026-01-07T10:00+01:00")
    assert berlin.due(epiphany, timedelta(hours=1)) == at("2026-01-06T11:00+01:00")
    assert bavaria.describe() == "Mon-Fri 09:00-17:00 Europe/Berlin, less public holidays of DE-BY"


def test_days_can_be_added_to_a_countrys_holidays_and_taken_out() -> None:
    ours = calendar(holidays={"country": "DE", "also": ["2026-12-24"], "but_not": ["2026-05-01"]})
    assert [day.isoformat() for day in ours.holidays_between(at("2026-04-30T12:00+00:00"), at("2026-05-15T12:00+00:00"))] == ["2026-05-14"]
    assert date(2026, 12, 24) in ours.holidays


def test_a_countrys_holidays_are_covered_until_the_data_end() -> None:
    american = calendar(holidays={"country": "US"})
    assert american.known_until is not None
    assert american.known_until.year >= 2050
    assert not american.covers(datetime(american.known_until.year + 1, 1, 2, tzinfo=timezone.utc))
    assert calendar(holidays={"country": "US"}, covers_until="2026-12-31").known_until == date(2026, 12, 31)


def test_a_holiday_that_follows_the_moon_is_told_to_be_an_estimate() -> None:
    holidays = calendar(holidays={"country": "EG"}).holidays
    year = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]
    assert any(holidays.estimated(day) for day in year)
    assert not holidays.estimated(date(2027, 1, 7))  # Coptic Christmas has a date of its own


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("{country: Atlantis}", "no holidays are known of country 'Atlantis'"),
        ("{country: DE, subdivision: XX}", "no subdivision 'XX' of DE"),
        ("{subdivision: BY}", "need a country"),
        ("[soon]", "valid date"),
    ],
)
def test_holidays_that_nobody_knows_name_the_key_and_the_line(load: Callable[[str], Policy], stated: str, says: str) -> None:
    with pytest.raises(PolicyError) as error:
        load(f"calendars:\n  support:\n    holidays: {stated}\n")
    assert "policy.yaml line 3: calendars.support.holidays" in str(error.value)
    assert says in str(error.value)


AMER = "calendars:\n  amer:\n    zone: America/New_York\n    hours: {mon-fri: ['09:00-17:00']}\n    serves: "


@pytest.mark.parametrize(
    ("serves", "attributes", "expected"),
    [
        ("{account.plan: Enterprise}", {"account.plan": "enterprise"}, "amer"),
        ("{account.plan: [Scale, Enterprise], ticket.tag: 'us-*'}", {"account.plan": "Scale", "ticket.tag": "us-east-1"}, "amer"),
        ("{account.plan: Enterprise, ticket.fields.region: US}", {"account.plan": "Enterprise", "ticket.fields.region": "eu"}, "support"),
        ("{account.plan: Enterprise, ticket.fields.region: US}", {"account.plan": "Enterprise"}, "support"),
        ("[{account.plan: Enterprise}, {ticket.channel: phone}]", {"ticket.channel": "phone"}, "amer"),
    ],
)  # fmt: skip
def test_a_calendar_is_chosen_by_what_ticket_and_account_state(
    load: Callable[[str], Policy], serves: str, attributes: dict[str, str], expected: str
) -> None:
    policy = load(AMER + serves + "\n")
    assert policy.calendar("UTC", lambda name: [attributes[name]] if name in attributes else []).name == expected
    assert policy.calendar("UTC").name == "support"


@pytest.mark.parametrize("serves", ["{account.plna: Enterprise}", "{region: us}", "Enterprise", "[]x", "{ticket.fields.: x}", "[{}]"])
def test_an_attribute_that_does_not_exist_is_refused(load: Callable[[str], Policy], serves: str) -> None:
    with pytest.raises(PolicyError, match=r"policy.yaml line 5: calendars.amer.serves|not valid YAML"):
        load(AMER + serves + "\n")


def test_a_pause_is_a_state_in_which_somebody_else_acts(load: Callable[[str], Policy]) -> None:
    assert load("pauses: {next response: [on hold]}\n").pauses["next response"] == ("on hold",)
    with pytest.raises(PolicyError, match=r"line 1: pauses.resolution"):
        load("pauses: {resolution: [asleep]}\n")
