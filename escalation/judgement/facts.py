"""Facts: named values with what they rest on; the only thing that policy conditions read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from escalation.evidence import Fact, Status
from escalation.judgement.vocabulary import BY_NAME, TERMS, THRESHOLDS
from escalation.policy import Thresholds

MOST_CITED = 8
"""Passages cited for one fact; the strongest come first."""


class Reading(NamedTuple):
    """A fact as computed: the value that conditions compare, and the words that are printed."""

    name: str
    value: Any
    """bool, int, str, datetime or a tuple of Money; None when unknown."""
    text: str
    status: Status
    evidence: tuple[str, ...] = ()
    note: str = ""

    @property
    def words(self) -> str:
        """What to say of it in a sentence: of a flag, the words it rests on."""
        return self.note if self.text in ("yes", "no") and self.note else self.text


def unknown(name: str, note: str = "") -> Reading:
    """A fact that nothing supports; the note says whom to ask."""
    return Reading(name, None, "unknown", "unknown", (), note or BY_NAME[name].ask)


class Facts:
    """All readings of a case by name, and further ones per account that are told but not judged by."""

    def __init__(self, readings: Iterable[Reading], thresholds: Thresholds, told: Iterable[Reading] = ()) -> None:
        self._readings = {reading.name: reading for reading in readings}
        self._limits: Mapping[str, Any] = {name: getattr(thresholds, name) for name in THRESHOLDS}
        self._thresholds = thresholds
        self._told = tuple(told)

    def __getitem__(self, name: str) -> Reading:
        return self._readings.get(name) or unknown(name)

    def read(self, name: str) -> Any:
        """Value of a fact or threshold, for conditions."""
        return self._limits[name] if name in self._limits else self[name].value

    def texts(self) -> dict[str, str]:
        """Every fact as printed, for sentences that name facts."""
        return {term.name: self[term.name].words for term in TERMS}

    def evidence(self, names: Iterable[str]) -> tuple[str, ...]:
        """What these facts rest on, each once; facts that are false or none support nothing."""
        return tuple(dict.fromkeys(id for name in names if name in BY_NAME and self[name].value for id in self[name].evidence))[:MOST_CITED]

    def changed(self, values: Mapping[str, Any], added: Mapping[str, int]) -> Facts:
        """The same facts with some values replaced and some numbers raised; to try out what would change."""
        readings = dict(self._readings)
        for name, value in {**values, **{name: (self.read(name) or 0) + more for name, more in added.items()}}.items():
            readings[name] = self[name]._replace(value=value)
        return Facts(readings.values(), self._thresholds, self._told)

    def printed(self) -> tuple[Fact, ...]:
        """Facts as told: what is known, and of the unknown what somebody can be asked for."""
        shown = [self[term.name] for term in TERMS if self[term.name].status != "unknown" or term.ask]
        return tuple(
            Fact(id=f"F{number}", name=one.name, value=one.text, status=one.status, evidence=one.evidence, note=one.note)
            for number, one in enumerate((*shown, *self._told), start=1)
        )
