"""Whole sentences: every field of what is understood, word for word."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from escalation.issue import Issue, When
from escalation.steps.understand import understand
from tests.understand.sentences import SENTENCES

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)


def _when(when: When | None) -> tuple[str, ...] | None:
    if when is None:
        return None
    return (when.text, *(moment.strftime("%Y-%m-%dT%H:%MZ") for moment in (when.at, when.until) if moment))


def _understood(issue: Issue) -> dict[str, Any]:
    fields = {
        "summary": issue.summary,
        "type": issue.type,
        "because": issue.type_because,
        "customers": issue.customers,
        "segments": issue.segments,
        "everyone": issue.everyone,
        "counts": tuple((count.text, count.number, count.unit, "about" if count.approximate else "exact") for count in issue.counts),
        "since": _when(issue.since),
        "duration": issue.duration,
        "deadline": _when(issue.deadline),
        "references": tuple((reference.text, reference.kind) for reference in issue.references),
        "errors": issue.errors,
        "quotes": issue.quotes,
        "tried": issue.tried,
        "signals": tuple((signal.name, signal.text) for signal in issue.signals),
    }
    return {name: value for name, value in fields.items() if value}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[sentence[:60] for sentence, _ in SENTENCES])
def test_a_sentence_is_understood_exactly(sentence: str, expected: dict[str, Any]) -> None:
    assert _understood(understand(sentence, now=NOW, zone="Europe/Berlin")) == expected
