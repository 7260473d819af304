"""A length of time as a policy states it: `90 min`, `4 h`, `2 business days`, `end of day`, `end of week`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from escalation.model import Model

_SPAN = re.compile(r"(\d{1,5})\s*(business\s+)?(m|min|minutes?|h|hours?|d|days?)")
_MINUTES = {"min": 1, "h": 60, "d": 24 * 60, "business min": 1, "business h": 60}
_WORDS = {"d": "day", "business d": "business day", "business h": "business hour"}


class Span(Model):
    """An amount of a unit, or the end of a day or week."""

    amount: int = Field(default=0, ge=0)
    unit: str
    """min, h, d (elapsed); business min, business h, business d (on a calendar); end of day, end of week."""

    @property
    def business(self) -> bool:
        """Is it counted on a calendar rather than by elapsed time?"""
        return self.unit not in ("min", "h", "d")

    @property
    def minutes(self) -> int | None:
        """Its minutes, elapsed or business; None where that depends on the day it starts."""
        scale = _MINUTES.get(self.unit)
        return None if scale is None else self.amount * scale

    @property
    def length(self) -> timedelta | None:
        """The same, as a length."""
        return None if self.minutes is None else timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        if not self.amount:
            return self.unit
        if self.unit not in _WORDS:
            return f"{self.amount} {self.unit}"
        return f"{self.amount} {_WORDS[self.unit]}{'' if self.amount == 1 else 's'}"


def span(text: Any) -> Any:
    """A span from its text; anything but text is left for the model to judge. Raises ValueError."""
    if not isinstance(text, str):
        return text
    plain = " ".join(text.lower().split())
    if plain in ("end of day", "end of week"):
        return Span(unit=plain)
    found = _SPAN.fullmatch(plain)
    if not found or not int(found[1]):
        raise ValueError(f"{text!r} is no span of time: expected e.g. 30 min, 4 h, 2 business days, end of day, end of week")
    unit = "min" if found[3].startswith("m") else found[3][0]
    return Span(amount=int(found[1]), unit=f"business {unit}" if found[2] else unit)


SpanText = Annotated[Span, BeforeValidator(span)]
