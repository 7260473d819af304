"""Checks of the records that an ordinary question brings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from escalation.connector import ApiConnector, Session
from escalation.records import Record
from escalation.testing.bench import ABILITIES, Bench, Trials
from escalation.testing.network import Network

_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|ul|ol|li|strong|b|i|em|table|tr|td|th|h[1-6]|img|blockquote|pre)(?:\s[^<>]*)?/?>|&(?:nbsp|amp|lt|gt|quot|#\d+);",
    re.IGNORECASE,
)
_OLDEST, _LATEST = 1990, 2100


class RecordChecks(Bench):
    """Kinds, refs, addresses, times and text."""

    def test_every_ability_yields_records_of_its_kind(self, network: Network, session: Session) -> None:
        """If this fails: an ability yields nothing from your replies, or records of another kind."""
        connector = network.connector(self.connector_type, self.settings, session)
        for ability in self.abilities():
            records = self.ask(connector, ability)
            assert records, f"{ability} yields nothing; session.shortfalls: {session.shortfalls}"
            assert all(isinstance(record, Record) for record in records), f"{ability} yields something that is no record"
            if ability in ABILITIES:
                assert {record.kind for record in records} == {ABILITIES[ability][1]}  # type: ignore[attr-defined]

    def test_refs_are_keys_as_people_write_them(self, trials: Trials) -> None:
        """If this fails: a `ref` is empty, has blanks around it or line breaks in it, or two records of one answer share one.

        It is how a ticket names a record and how evidence is told apart: 4211, ENG-812, C024/1763457720.000100.
        """
        for trial in trials.each():
            refs = [(getattr(record, "kind", ""), record.ref) for record in trial.ask().records]
            for _, ref in refs:
                assert re.fullmatch(r"\S(?:.{0,198}\S)?", ref), f"{trial.ability}: {ref!r} is no key"
            assert len(set(refs)) == len(refs), f"{trial.ability}: two records have the same ref"

    def test_every_record_has_a_heading(self, trials: Trials) -> None:
        """If this fails: a title, subject or name is empty. Read it with `raw.need(…)`: a record without one is dropped and counted."""
        for trial in trials.each():
            assert all(record.heading.strip() for record in trial.ask().records), trial.ability

    def test_addresses_lead_to_pages_that_people_open(self, trials: Trials) -> None:
        """If this fails: a `url` is no whole https address, or leads to the API's JSON.

        It is what a reader clicks on. Plain http only where `base_url` is http itself.
        """
        for trial in trials.each():
            base = trial.connector.base_url() if isinstance(trial.connector, ApiConnector) else ""
            schemes = {"https", *([urlsplit(base).scheme] if base else [])}
            for record in trial.ask().records:
                parts = urlsplit(record.url)
                if record.url:
                    assert parts.scheme in schemes, f"{trial.ability}: {record.url!r}"
                    assert parts.hostname
                    assert parts.username is None
                    assert not parts.path.endswith(".json"), f"{record.url!r} is the API's own address"

    def test_times_are_aware_and_in_utc(self, trials: Trials) -> None:
        """If this fails: a time has no zone, is not in UTC, or is in no year that can be (milliseconds read as seconds?).

        Read times with `raw.moment(…)`, with `zone=` where the vendor writes none.
        """
        for trial in trials.each():
            for record in trial.ask().records:
                for path, value in _values(record):
                    if isinstance(value, datetime):
                        assert value.utcoffset() == timedelta(0), f"{trial.ability}: {path} is not in UTC"
                        assert _OLDEST <= value.year <= _LATEST, f"{trial.ability}: {path} is in {value.year}"

    def test_text_is_plain_text(self, trials: Trials) -> None:
        """If this fails: HTML tags or entities are left in a text. Put it through `html_to_text`; ADF and others have readers too."""
        for trial in trials.each():
            for record in trial.ask().records:
                for text in (record.heading, *(passage.text for passage in record.passages())):
                    assert not (found := _MARKUP.search(text)), f"{trial.ability}: {record.ref} holds {found and found[0]!r}"

    def test_records_are_valid_and_not_only_built(self, trials: Trials) -> None:
        """If this fails: a record was made by `model_construct`, or changed by `model_copy`, into something its fields don't allow."""
        for trial in trials.each():
            for record in trial.ask().records:
                assert type(record).model_validate(record.model_dump()) == record

    def test_two_runs_give_equal_records(self, trials: Trials) -> None:
        """If this fails: a record depends on something else than the reply: a clock, a random number, the order of a set."""
        for first, second in zip(trials.each(), trials.each(), strict=True):
            assert first.ask().records == second.ask().records, first.ability


def _values(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything inside a record, each with where it stands."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _values(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _values(each, f"{path}[{key}]")
    elif isinstance(value, (tuple, list)):
        for number, each in enumerate(value):
            yield from _values(each, f"{path}[{number}]")
    else:
        yield path, value
