"""Growth: how many accounts reported for the first time within a span, and what so small a number can and can't show."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, exp, lgamma, log
from typing import NamedTuple

SURE = 0.95
"""How often such an interval holds the true rate."""
_STEPS = 60


class Growth(NamedTuple):
    """New accounts in a span and in the one before it, with the exact interval of the rate behind the first."""

    new: int
    before: int
    low: float
    """Accounts per span; Garwood's interval for a Poisson count."""
    high: float
    chance: float
    """How probable it is that mere chance deals the two spans out at least so unevenly, the rate being the same."""

    @property
    def trend(self) -> str:
        """What may be said of it."""
        if self.new > self.before and self.chance <= 1 - SURE:
            return "growing: more than chance explains"
        if self.new < self.before and self.chance <= 1 - SURE:
            return "falling: more than chance explains"
        return "too few to tell growth from chance" if self.new or self.before else "none new"


def growth(new: int, before: int) -> Growth:
    """From the counts of two spans of the same length."""
    low, high = interval(new)
    return Growth(new, before, low, high, _uneven(new, before))


def interval(count: int) -> tuple[float, float]:
    """Garwood's exact interval of a Poisson rate, given one count of at least 0: (0.62, 8.77) for 3."""
    tail = (1 - SURE) / 2
    low = 0.0 if count == 0 else _where(lambda rate: 1 - _at_most(count - 1, rate), tail, count)
    return low, _where(lambda rate: 1 - _at_most(count, rate), 1 - tail, count)


def _where(rising: Callable[[float], float], level: float, count: int) -> float:
    """The rate at which a rising function reaches the level, by halving."""
    low, high = 0.0, 4.0 * count + 20.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < level else (low, middle)
    return (low + high) / 2


def _at_most(count: int, rate: float) -> float:
    """Probability of at most `count` events at this rate."""
    if rate <= 0:
        return 1.0
    return min(1.0, sum(exp(number * log(rate) - rate - lgamma(number + 1)) for number in range(count + 1)))


def _uneven(new: int, before: int) -> float:
    """Two-sided exact test that both spans have one rate: then each event falls into either with probability one half."""
    events = new + before
    most = max(new, before)
    tail = sum(comb(events, number) for number in range(most, events + 1)) / 2.0**events
    return min(1.0, 2 * tail)
