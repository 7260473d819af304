"""Days on which nobody works: dates that somebody listed, and those of a country from the `holidays` library."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import model_validator

from escalation.model import Model


class Holidays(Model):
    """In a policy `[2026-12-25, 2026-12-26]`, or `{country: DE, subdivision: BY, also: [2026-12-24], but_not: [2026-06-04]}`."""

    country: str = ""
    """ISO 3166-1 alpha-2, as the library has it: DE, US, GB."""
    subdivision: str = ""
    """A state or province, as the library has it: BY, CA, ENG."""
    also: tuple[date, ...] = ()
    but_not: tuple[date, ...] = ()
    """Public holidays on which this team works."""

    @model_validator(mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return {"also": value} if isinstance(value, (list, tuple)) else value

    @model_validator(mode="after")
    def _library_knows_the_country(self) -> Holidays:
        if self.country:
            known = _library().list_supported_countries()
            if self.country not in known:
                raise ValueError(f"no holidays are known of country {self.country!r}: expected an ISO 3166 code such as DE, US, GB")
            parts = known[self.country]
            if self.subdivision and self.subdivision not in parts:
                raise ValueError(f"no subdivision {self.subdivision!r} of {self.country} is known: expected one of {', '.join(parts)}")
        elif self.subdivision or self.but_not:
            raise ValueError("subdivision and but_not need a country")
        return self

    def __contains__(self, day: date) -> bool:
        if day in self.also:
            return True
        return bool(self.country) and day in _of(self.country, self.subdivision, day.year) and day not in self.but_not

    def estimated(self, day: date) -> bool:
        """Does the library only estimate that this is a holiday, as with those that follow the moon?"""
        return day in self and day not in self.also and _of(self.country, self.subdivision, day.year)[day]

    @property
    def known_until(self) -> date | None:
        """The last day of which it is known whether it is one: the last in a list, or where the library's data end."""
        if self.country:
            return _until(self.country)
        return max(self.also, default=None)

    def __str__(self) -> str:
        listed = f"{len(self.also)} listed holiday{'' if len(self.also) == 1 else 's'}" if self.also else ""
        if not self.country:
            return listed
        return f"public holidays of {'-'.join(filter(None, (self.country, self.subdivision)))}{f' and {listed}' if listed else ''}"


def _library() -> Any:
    try:
        import holidays
    except ImportError:
        raise ValueError("a country's holidays need the package `holidays`: install it, or list the dates") from None
    return holidays


@lru_cache
def _until(country: str) -> date:
    return date(_library().country_holidays(country).end_year, 12, 31)


@lru_cache(maxsize=512)
def _of(country: str, subdivision: str, year: int) -> Mapping[date, bool]:
    """Holidays of a year, and whether each is an estimate. English names, or the user's locale would choose."""
    found = _library().country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    return {day: "estimated" in name for day, name in found.items() if day.year == year}
