from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from connectors.workspace.readers.amounts import amount
from connectors.workspace.readers.days import day, order


@pytest.mark.parametrize(
    ("cell", "value", "currency"),
    [
        ("1200000", "1200000", ""),
        ("1,200,000.00", "1200000.00", ""),
        ("$1,200", "1200", ""),
        ("€ 180.000,50", "180000.50", "EUR"),
        ("1 200 000", "1200000", ""),
        ("1'200'000", "1200000", ""),
        ("EUR 9600", "9600", "EUR"),
        ("9600.5 GBP", "9600.5", "GBP"),
        ("0", "0", ""),
    ],
)
def test_a_plain_amount_is_read(cell: str, value: str, currency: str) -> None:
    assert amount(cell) == (Decimal(value), currency)


@pytest.mark.parametrize("cell", ["1.2M", "$1.2M", "-500", "(500)", "1.200", "about 5", "12,34,567", "1e6", "$", "9" * 20, "1,2,3", "N/A"])
def test_an_amount_that_is_not_plain_is_refused(cell: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any wording
        amount(cell)


def test_one_value_above_twelve_decides_the_column() -> None:
    assert order(["12/11/2026", "12/15/2026", ""]) == "month first"
    assert order(["12/11/2026", "15/12/2026"]) == "day first"


def test_a_column_that_proves_nothing_or_both_has_no_order() -> None:
    assert order(["12/11/2026"]) == "unknown"
    assert order(["12/15/2026", "15/12/2026"]) == "unknown"


def test_days_are_read_as_they_are_written() -> None:
    assert day("2026-12-15 23:30", "unknown") == date(2026, 12, 15)
    assert day("15.12.2026", "unknown") == date(2026, 12, 15)
    assert day("12/11/2026", "month first") == date(2026, 12, 11)
    assert day("12/11/2026", "day first") == date(2026, 11, 12)
    assert day("7/7/2026", "unknown") == date(2026, 7, 7)
    assert day("15 Dec 2026", "unknown") == date(2026, 12, 15)
    assert day(" ", "unknown") is None


def test_a_day_of_unknown_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        day("12/11/2026", "unknown")
