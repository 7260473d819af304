"""Growth is told with what so small a number can show, and no more."""

from __future__ import annotations

from math import exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.judgement.growth import growth, interval
from tests.assess.casework import judged, ticket, told


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (3, 0.619, 8.767), (10, 4.795, 18.39), (100, 81.364, 121.627)]
)
def test_the_interval_is_the_one_in_the_tables(count: int, low: float, high: float) -> None:
    assert interval(count) == pytest.approx((low, high), abs=0.001)


@given(st.integers(0, 25))
def test_at_the_bounds_so_extreme_a_count_has_one_chance_in_forty(count: int) -> None:
    low, high = interval(count)
    assert low <= count <= high
    assert sum(exp(-high) * high**k / factorial(k) for k in range(count + 1)) == pytest.approx(0.025, abs=1e-6)
    if count:
        assert 1 - sum(exp(-low) * low**k / factorial(k) for k in range(count)) == pytest.approx(0.025, abs=1e-6)


@settings(deadline=None)
@given(st.integers(0, 300))
def test_a_larger_count_moves_the_interval_up(count: int) -> None:
    assert all(more > less for less, more in zip(interval(count), interval(count + 1), strict=True))


@pytest.mark.parametrize(
    ("new", "before", "trend"),
    [
        (0, 0, "none new"),
        (3, 1, "too few to tell growth from chance"),
        (5, 0, "too few to tell growth from chance"),
        (6, 0, "growing: more than chance explains"),
        (1, 9, "falling: more than chance explains"),
    ],
)
def test_growth_is_claimed_only_where_chance_does_not_explain_it(new: int, before: int, trend: str) -> None:
    assert growth(new, before).trend == trend


def test_growth_counts_accounts_by_their_first_report() -> None:
    assessment, _ = judged(
        "Orders fail",
        ticket("1", "fails", opened=9 * 24), ticket("2", "fails", opened=10),
        ticket("3", "fails", account="Globex", opened=30), ticket("4", "fails", account="Initrode", opened=12),
    )  # fmt: skip
    week = told(assessment, "new_accounts_7d")
    assert week.value == "2 new in 7 days, 1 in the 7 before; too few to tell growth from chance"
    assert week.note == "so few fit any true rate from 0.2 to 7.2 accounts per 7 days (95 % Poisson interval)"
    assert told(assessment, "account_hours").value == "10 d 18 h: Acme Corp 9 d, Globex 1 d 6 h, Initrode 12 h"
