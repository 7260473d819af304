from __future__ import annotations

from datetime import datetime, timezone

import pytest

from escalation.language.times import moments_in

WRITTEN = datetime(2026, 11, 18, 11, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A call today by 17:00 UTC (12:00 noon Eastern) with an engineer.", "2026-11-18T17:00+00:00"),
        ("Our Black Friday freeze begins on Tuesday 24 November at 00:00 Eastern.", "2026-11-24T05:00+00:00"),
        ("before the next settlement run, Friday November 20 at 16:00 Central.", "2026-11-20T22:00+00:00"),
        ("a written plan by tomorrow, Thursday 19 November, 09:00 Eastern, or else", "2026-11-19T14:00+00:00"),
        ("a first statement by Thursday 19 November, 12:00 London time.", "2026-11-19T12:00+00:00"),
        ("We need it by 2027-01-31.", "2027-01-31T22:59+00:00"),
        ("We need it by 5 January.", "2027-01-05T22:59+00:00"),
        ("Next update by 16:00 UTC.", "2026-11-18T16:00+00:00"),
        ("Please answer by Friday.", "2026-11-20T22:59+00:00"),
        ("We will write again within 2 hours.", "2026-11-18T13:05+00:00"),
        ("Bitte antworten Sie bis Freitag, 17 Uhr.", "2026-11-20T16:00+00:00"),
        ("Wir brauchen das bis zum 30. November.", "2026-11-30T22:59+00:00"),
        ("Répondez-nous avant vendredi.", "2026-11-20T22:59+00:00"),
        ("Necesitamos una respuesta antes del 24 de noviembre.", "2026-11-24T22:59+00:00"),
        ("11月20日17時までに回答をください。", "2026-11-20T16:00+00:00"),
    ],
)
def test_a_moment_is_read_with_the_zone_it_names_or_the_writers(text: str, expected: str) -> None:
    assert moments_in(text, at=WRITTEN, zone="Europe/Berlin") == (datetime.fromisoformat(expected),)


@pytest.mark.parametrize(
    "text", ["", "version 2026.45", "6 of 6 get in", "on 31 February", "it was fine at 08:00 UTC", "Black Friday is near"]
)
def test_what_names_no_moment_ahead_gives_none(text: str) -> None:
    assert moments_in(text, at=WRITTEN, zone="UTC") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It fails since Monday.", "2026-11-15T23:00+00:00"),
        ("Since 10 November the file is short.", "2026-11-09T23:00+00:00"),
        ("Seit gestern 9 Uhr geht nichts mehr.", "2026-11-17T08:00+00:00"),
        ("Depuis vendredi le fichier est vide.", "2026-11-12T23:00+00:00"),
        ("Desde ayer fallan los pedidos.", "2026-11-16T23:00+00:00"),
        ("昨日からエラーになります。", "2026-11-16T23:00+00:00"),
    ],
)
def test_a_start_is_the_beginning_of_the_last_such_day_and_no_by_when(text: str, expected: str) -> None:
    assert moments_in(text, at=WRITTEN, zone="Europe/Berlin", lean="past") == (datetime.fromisoformat(expected),)
    assert moments_in(text, at=WRITTEN, zone="Europe/Berlin") == ()


def test_two_days_in_one_sentence_are_two_moments() -> None:
    found = moments_in("Without an answer by Friday 27 November we will not renew on 31 December.", at=WRITTEN, zone="UTC")
    assert [moment.date().isoformat() for moment in found] == ["2026-11-27", "2026-12-31"]
