"""Step 1, understand: one typed sentence, taken apart. What it doesn't tell becomes a gap, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from escalation.errors import UsageError
from escalation.evidence import Gap
from escalation.issue import Count, Issue, IssueType, Reference, Signal
from escalation.language import typed
from escalation.language.counts import counts_in
from escalation.language.errortext import errors_in, quotes_in
from escalation.language.names import Names, looks_like_a_name, names_in
from escalation.language.references import Kind, references_in
from escalation.language.signals import signals_in
from escalation.language.summary import fault_in, summary_of
from escalation.language.times import Told, times_in
from escalation.language.tried import tried_in
from escalation.language.words import telling_words

EXAMPLE = 'customer-escalation "API returning 500 errors intermittently for Acme Corp"'

_STAKES = (
    "churn", "deadline", "security", "outage", "data loss", "executive", "legal", "public", "blocked", "regression", "sla", "waiting",
)  # fmt: skip
_WISH = r"feature|enhancement|roadmap|support for|funktion|fonctionnalité|funcionalidad|función|機能"
_TWO_ARGUMENTS = (
    r"\s*(?:\"(?P<issue>[^\"]+)\"|“(?P<curly>[^“”]+)”|'(?P<single>[^']+)')\s+(?:\"(?P<name>[^\"\n]{2,80})\"|"
    r"“(?P<curly_name>[^“”\n]{2,80})”|'(?P<single_name>[^'\n]{2,80})')\s*"
)
_TRAILING_ARGUMENT = r"(?P<issue>[^\"“”\n]{3,})\s\"(?P<name>[^\"\n]{2,60})\"\s*"


def understand(sentence: str, *, now: datetime, zone: str, customers: Sequence[str] = (), references: Sequence[str] = ()) -> Issue:
    """Take the sentence apart. `now` is aware; `zone` is the IANA zone that bare times are read in.

    `customers` and `references` are names and keys that were given apart from the sentence; they come first.
    Raises `UsageError` when there is no sentence, `now` has no zone, or `zone` is not known.
    """
    _checked(now, zone)
    read = typed.read(sentence)
    if not any(letter.isalnum() for letter in read.sentence) and not read.sentence:
        raise UsageError(f"the issue is empty: say in one sentence what is broken or wanted, and for whom, e.g. {EXAMPLE}")
    text, argument = _arguments(read.sentence)
    names = names_in(text, known=[*(typed.cleaned(name).strip() for name in customers), *argument])
    times = times_in(text, now=now, zone=zone)
    since, deadline = _chosen(times, "since"), _chosen(times, "deadline")
    counts, tried = counts_in(text), tried_in(text)
    signals = _signals(text, deadline)
    errors = _each_once([*errors_in(text), *(error for line in read.error_lines for error in errors_in(line))])
    kind, because = _type_of(text, signals, errors)
    spans = [(told.start, told.end) for told in times if told.role]
    summary = summary_of(text, clauses=names.spans, times=spans)
    return Issue(
        sentence=read.sentence,
        at=now,
        zone=zone,
        summary=summary,
        type=kind,
        type_because=because,
        customers=names.customers,
        segments=names.segments,
        everyone=names.everyone,
        counts=counts,
        since=since.when if since else None,
        duration=since.text if since and since.length else "",
        deadline=deadline.when if deadline else None,
        references=_references(text, references),
        errors=errors,
        quotes=_each_once([*quotes_in(text), *read.error_lines]),
        tried=tried,
        signals=signals,
        words=telling_words(_blanked(text, spans), without=names.customers),
        gaps=(
            *_whom(names, counts),
            *_what(kind),
            *_when(times, since, deadline, kind),
            *_further(tried, signals, kind),
            *_left_out(read),
        ),
    )


def _checked(now: datetime, zone: str) -> None:
    if not 1980 <= now.year <= 2200:
        raise UsageError(f"now is in the year {now.year}; expected a year from 1980 to 2200")
    if now.tzinfo is None or now.utcoffset() is None:
        raise UsageError(f"now has no zone: {now.isoformat()}; expected an offset, e.g. 2026-11-18T15:00:00+00:00")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"zone {zone!r} is not known; expected an IANA name, e.g. Europe/Berlin, in reporter.zone of config.yaml"
        ) from None


def _arguments(sentence: str) -> tuple[str, tuple[str, ...]]:
    """(issue, customer) when the customer came as a second, quoted argument; else the sentence and nothing."""
    if both := _compiled(_TWO_ARGUMENTS).fullmatch(sentence):
        name = both["name"] or both["curly_name"] or both["single_name"]
        return both["issue"] or both["curly"] or both["single"], (name.strip(),)
    if (trailing := _compiled(_TRAILING_ARGUMENT).fullmatch(sentence)) and looks_like_a_name(trailing["name"]):
        return trailing["issue"], (trailing["name"].strip(),)
    return sentence, ()


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these parts made spaces: a date is no word to search for."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _each_once(strings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(strings))


def _references(text: str, given: Sequence[str]) -> tuple[Reference, ...]:
    """Given ones first; one that is given as a bare key is a ticket's, as `--ticket` says."""
    kept: dict[str, Reference] = {}
    for key in (typed.cleaned(key).strip() for key in given):
        if key:
            kind: Kind = next((found.kind for found in references_in(key) if found.text == key and found.kind != "unknown"), "ticket")
            kept.setdefault(key.casefold(), Reference(text=key, kind=kind))
    for reference in references_in(text):
        kept.setdefault(reference.text.casefold(), reference)
    return tuple(kept.values())


def _chosen(times: Sequence[Told], role: str) -> Told | None:
    """The time said outright before one that the words around imply; a moment before a stretch; then the first."""
    candidates = [told for told in times if told.role == role]
    return min(candidates, key=lambda told: (not told.explicit, told.when is None, told.length, told.start), default=None)


def _signals(text: str, deadline: Told | None) -> tuple[Signal, ...]:
    """Signals of the text; a by-when is a deadline even where no word says so."""
    signals = signals_in(text)
    if deadline is None or any(signal.name == "deadline" for signal in signals):
        return signals
    said = Signal(name="deadline", text=deadline.text)
    return tuple(sorted((*signals, said), key=lambda signal: text.find(signal.text)))


def _type_of(text: str, signals: Sequence[Signal], errors: Sequence[str]) -> tuple[IssueType, str]:
    """The first rule that holds, and the words it holds by."""
    fault = fault_in(text) or (errors[0] if errors else "")
    said: dict[str, str] = {}
    wish = ""
    for signal in signals:
        said.setdefault(signal.name, signal.text)
        if signal.name == "feature" and not wish and _compiled(_WISH).search(signal.text):
            wish = signal.text
    rules: tuple[tuple[IssueType, str], ...] = (
        ("security", said.get("security", "")),
        ("outage", said.get("outage", "")),
        ("feature gap", wish or ("" if fault else said.get("feature", ""))),
        ("configuration", said.get("configuration", "")),
        ("question", "" if fault else said.get("question", "")),
        ("bug", fault),
        ("bug", said.get("data loss", "") or said.get("regression", "") or said.get("blocked", "")),
    )
    return next(((kind, words) for kind, words in rules if words), ("unknown", ""))


def _whom(names: Names, counts: Sequence[Count]) -> list[Gap]:
    stated = next((count for count in counts if count.unit == "customers"), None)
    if names.unsure and not names.customers:
        doubtful = ", ".join(f'"{name}"' for name in names.unsure[:5])
        return [
            Gap(
                question=f"Which customer is it: is {doubtful} one?",
                why="the account, its contract and its tickets can't be looked up without a name that is sure",
                ask=f'whoever typed it; say --customer "{names.unsure[0]}" if it is',
            )
        ]
    if stated and stated.number > len(names.customers):
        which = "customers are" if stated.number > 1 else "customer is"
        return [
            Gap(
                question=f'Which {which} meant by "{stated.text}"?',
                why="reports are not accounts: breadth counts distinct accounts only",
                ask="whoever counted them; say --customer once for each",
            )
        ]
    if names.customers:
        return []
    if names.segments or names.everyone:
        whom = f"{' and '.join(names.segments)} customers" if names.segments else "customers"
        return [
            Gap(
                question=f"Which {whom} have reported it, and does it work for any of them?",
                why="a whole segment was claimed; who is affected and who is not decides breadth and cause",
                ask="support: the tickets of that segment; say --customer for each that is known",
            )
        ]
    return [
        Gap(
            question="Which customer is it?",
            why="without a name no account, contract, revenue or ticket can be looked up",
            ask="whoever reported it; say --customer NAME",
        )
    ]


def _what(kind: str) -> list[Gap]:
    if kind != "unknown":
        return []
    return [
        Gap(
            question="What is broken or wanted?",
            why="no failure, wish, question or change is named, so the kind of issue is unknown and so is who can act on it",
            ask="whoever reported it: what they did, what they expected and what happened instead",
        )
    ]


def _when(times: Sequence[Told], since: Told | None, deadline: Told | None, kind: str) -> list[Gap]:
    gaps = []
    if since is None and kind == "feature gap":
        gaps.append(
            Gap(
                question="How long has the customer been asking for it?",
                why="how long it was waited for decides its pressure",
                ask="the customer or their account manager",
            )
        )
    elif since is None and kind != "question":
        gaps.append(
            Gap(
                question="When did it start?",
                why="duration, the change that caused it and the tickets that belong to it hang on the start",
                ask="the customer: first bad and last good time, with its zone",
            )
        )
    for told in times:
        if told.when is None and told.role and told.readings:
            asked = f'When did it start: what is "{told.text}"?' if told.role == "since" else f'By when: what is "{told.text}"?'
            readings = " or ".join(told.readings)
            why = f"it can be read as {readings}" if len(told.readings) > 1 else readings
            if told in (since, deadline):
                gaps.append(Gap(question=asked, why=why, ask="whoever typed it, as a date with a time and zone, e.g. 2026-11-16 08:40 UTC"))
    return gaps


def _further(tried: Sequence[str], signals: Sequence[Signal], kind: str) -> list[Gap]:
    gaps = []
    if not tried and kind not in ("feature gap", "security"):
        gaps.append(
            Gap(
                question="What has been tried, and with what result?",
                why="the next team would otherwise try it again",
                ask="the support engineer on the ticket",
            )
        )
    if not any(signal.name in _STAKES for signal in signals):
        gaps.append(
            Gap(
                question="Why escalate now rather than go on in support?",
                why="nothing in the sentence says what is at stake or due",
                ask="whoever escalates: what happens, and when, if nobody acts",
            )
        )
    return gaps


def _left_out(read: typed.Typed) -> list[Gap]:
    if not read.left_out:
        return []
    return [
        Gap(
            question=f"What do the {read.left_out:,} characters say that were not read?",
            why=f"only the first {len(read.sentence):,} characters were read as the issue, and a few lines beyond that look like an error",
            ask="hand the whole over as a file: --context FILE",
        )
    ]
