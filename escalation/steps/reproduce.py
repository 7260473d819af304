"""Step 5, reproduce: how to see it happen, word for word from the threads, and the one question worth asking next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from escalation.digest import LABELLED, heeded, result_of
from escalation.evidence import Quote
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.language.parts import is_question, parts_of, tells_a_result
from escalation.language.questions import OF_SUPPORT, QUESTIONS, asked
from escalation.language.slots import Slot, heading_of, slots_of
from escalation.language.statement import Statement
from escalation.language.times import moments_in, timed
from escalation.language.tongue import tongue_of
from escalation.reproduction import Attempt, Completeness, Reproduction

MOST: dict[Slot, int] = {
    "start state": 3,
    "inputs": 4,
    "expected": 2,
    "actual": 3,
    "environment": 4,
    "frequency": 3,
    "first bad": 3,
    "last good": 2,
    "ruled out": 5,
}
"""Quotes that a slot holds, at most."""
SHARED: tuple[Slot, ...] = ("frequency", "first bad", "last good", "ruled out")
"""Slots that every report adds to; the others are of one way to see it, the primary ticket's if it tells."""
HEADED: tuple[Slot, ...] = ("expected", "actual", "environment", "frequency")
"""Slots that are printed under the same heading: the reporter's own is left out."""
LITERAL = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE) /\S+|\b[a-z]+_[A-Za-z0-9]{4,}\b|\b[A-Z]{2,8}-\d{3,}\b|\"[^\"]{2,60}\"|“[^”]{2,60}”|\b\d{4}-\d\d-\d\d\b|/v\d+/\w+"
)
"""An endpoint, id, code, quoted value or date: a literal input."""
SHOWN_ERROR = re.compile(
    r"\b[A-Z]{2,}(?:_[A-Z]+)+\b|[\"“][^\"”]*(?:error|fail|reject|denied|invalid|too many|expired|cannot)[^\"”]*[\"”]", re.IGNORECASE
)
"""An error's name, or a message of failure in quotation marks."""
UNFIT: dict[Slot, frozenset[str]] = {"expected": frozenset({"ask"}), "first bad": frozenset({"growth", "deadline", "decision"})}
"""Parts of a sentence that keep it out of a slot."""
VERSION = re.compile(r"\b[A-Za-z][\w-]* v?\d+(?:\.\d+)*\b")
"""A product and its version."""


class Heard(NamedTuple):
    """A statement with all that it was found to say."""

    statement: Statement
    parts: frozenset[str]
    says: frozenset[str]


def reproduce(issue: Issue, gathering: Gathering) -> Reproduction:
    """The slots that the threads fill. A wish or a question is not reproduced; what was tried is told all the same."""
    said = tuple(
        s for s in heeded(gathering) if gathering[s.id].bearing == "direct" and s.kind not in ("article", "account") and s.side != "system"
    )
    heard = tuple(Heard(s, frozenset(p.part for p in parts_of(s)), slots_of(s.text)) for s in said)
    tried = attempts(heard, said)
    workaround = _quotes((h.statement for h in heard if "workaround" in h.parts), 4, gathering.primary)
    if issue.type in ("feature gap", "question"):
        return Reproduction(applies=False, tried=tried, workaround=workaround)
    steps = _steps(heard, gathering.primary)
    taken = {quote.text for quote in steps}
    slots = {slot: _slot(slot, heard, taken, gathering.primary) for slot in MOST}
    verdict, proof = _reproduced(heard)
    symptoms = (h.statement for h in heard if h.statement.side == "customer" and "symptom" in h.parts)
    found = Reproduction(
        start_state=slots["start state"],
        steps=steps,
        inputs=slots["inputs"],
        expected=slots["expected"],
        actual=slots["actual"] or _quotes(symptoms, 2, gathering.primary),
        errors=_errors(heard, gathering.primary),
        environment=slots["environment"],
        frequency=slots["frequency"],
        first_bad=slots["first bad"],
        last_good=slots["last good"],
        ruled_out=slots["ruled out"],
        tried=tried,
        workaround=workaround,
        reproduced_by_support=verdict,
        reproduced_evidence=proof,
    )
    missing = _missing(found)
    question = asked(missing[0], _tongue(said, gathering.primary), gathering.primary) if missing else ""
    return found.model_copy(update={"missing": missing, "completeness": _completeness(missing), "next_question": question})


def attempts(heard: Sequence[Heard], said: Sequence[Statement], most: int = 8) -> tuple[Attempt, ...]:
    """What was tried, in the order of time, each once, with what came of it."""
    found: dict[str, Attempt] = {}
    for statement in sorted(
        (h.statement for h in heard if "tried" in h.parts and "decision" not in h.parts), key=lambda s: (s.at is None, s.at, s.id)
    ):
        told = result_of(statement, said)
        result = statement if tells_a_result(statement.text) and not (told and LABELLED.match(told.text)) else told
        found.setdefault(_flat(statement), Attempt(action=statement.quote(), result=result.quote() if result else None))
    with_result = [attempt for attempt in found.values() if attempt.result]
    without = [attempt for attempt in found.values() if not attempt.result]
    kept = [*with_result[:most], *without[: max(0, most - len(with_result))]]
    return tuple(attempt for attempt in found.values() if attempt in kept)


def _steps(heard: Sequence[Heard], primary: str) -> tuple[Quote, ...]:
    """The numbered steps of one passage of a customer, the primary ticket's before others'; else sentences that tell what to do."""
    by_passage: dict[str, list[Statement]] = {}
    for statement in (h.statement for h in heard if h.statement.sentence.form == "step" and "step" in h.says):
        by_passage.setdefault(statement.id, []).append(statement)
    if by_passage:
        best = max(by_passage.values(), key=lambda steps: (steps[0].record == primary, steps[0].side == "customer", len(steps)))
        listed = [h.statement for h in heard if h.statement.id == best[0].id and h.statement.sentence.form == "step"]
        return tuple(step.quote() for step in listed)
    told = (
        h.statement
        for h in heard
        if "step" in h.says and not is_question(h.statement.text) and h.statement.sentence.form != "code" and not h.statement.to_customer
    )
    asked = (
        h.statement
        for h in heard
        if "step" in h.says and h.statement.side == "customer" and not is_question(h.statement.text) and h.statement.sentence.form != "code"
    )
    return _quotes([*asked, *told], 4, primary)


def _slot(slot: Slot, heard: Sequence[Heard], taken: set[str], primary: str) -> tuple[Quote, ...]:
    fitting = [h.statement for h in heard if _fits(slot, h, taken)]
    if slot == "first bad":
        return tuple(s.quote() for s in sorted(fitting, key=_onset)[: MOST[slot]])
    if slot == "environment":
        fitting.sort(key=lambda s: (VERSION.search(s.text) is None, "://" in s.text))
    own = [statement for statement in fitting if statement.record == primary]
    labelled = [statement for statement in own or fitting if (head := heading_of(statement.text)) and head.slot == slot]
    rest = [statement for statement in (fitting if slot in SHARED else own or fitting) if statement not in labelled]
    quotes = (*_quotes(labelled, MOST[slot], primary), *_quotes(rest, MOST[slot], primary))[: MOST[slot]]
    return tuple(_unheaded(quote, slot) for quote in quotes) if slot in HEADED else quotes


def _unheaded(quote: Quote, slot: Slot) -> Quote:
    head = heading_of(quote.text)
    return quote.model_copy(update={"text": quote.text[head.end :]}) if head and head.slot == slot else quote


def _onset(statement: Statement) -> tuple[str, bool, str]:
    """The earliest moment that is told first, of one day the most exact; what names no moment comes last."""
    moments = moments_in(statement.text, at=statement.at, zone="UTC", lean="past") if statement.at else ()
    first = min(moments).isoformat() if moments else "~"
    return first[:10], not timed(statement.text), first


def _fits(slot: Slot, heard: Heard, taken: set[str]) -> bool:
    """Could the statement fill the slot? What we write to the customer is no observation; times must be those of the failure."""
    statement = heard.statement
    if statement.sentence.form == "code" or is_question(statement.text) or statement.text in taken:
        return False
    if statement.side == "vendor" and (statement.to_customer or (slot in ("first bad", "environment") and statement.kind == "ticket")):
        return False
    if slot == "inputs":
        return (
            bool(LITERAL.search(statement.text))
            and statement.side != "vendor"
            and (slot in heard.says or bool(heard.parts & {"symptom", "error"}))
        )
    if heard.parts & UNFIT.get(slot, frozenset()) or (slot == "first bad" and "ruled out" in heard.says):
        return False
    if slot in ("first bad", "frequency"):
        return slot in heard.says and (statement.side == "customer" or bool(heard.parts & {"symptom", "error", "suspected cause"}))
    head = heading_of(statement.text)
    return slot in heard.says or bool(head and head.slot == slot)


def _errors(heard: Sequence[Heard], primary: str) -> tuple[Quote, ...]:
    """Blocks of code or log, then sentences that state an error with something literal in it."""
    blocks = [h.statement for h in heard if h.statement.sentence.form == "code"]
    stated = [h.statement for h in heard if h.statement.sentence.form != "code" and "error" in h.parts and LITERAL.search(h.statement.text)]
    shown = [h.statement for h in heard if h.statement.side == "customer" and (h.parts & {"symptom", "error"} or "actual" in h.says)]
    shown = [statement for statement in shown if SHOWN_ERROR.search(statement.text)]
    return (*_quotes(blocks, 3, primary), *_quotes(stated, 3, primary), *_quotes(shown, 2, primary))[:3]


def _quotes(found: Iterable[Statement], most: int, primary: str) -> tuple[Quote, ...]:
    """Up to `most` of them, each text once: the primary ticket's, then customers', then the rest, each in its order."""
    distinct: dict[str, Statement] = {}
    for statement in sorted(found, key=lambda s: (s.record != primary, s.side != "customer")):
        distinct.setdefault(_flat(statement), statement)
    return tuple(statement.quote() for statement in list(distinct.values())[:most])


def _flat(statement: Statement) -> str:
    return " ".join(statement.text.lower().split())


def _reproduced(heard: Sequence[Heard]) -> tuple[Literal["yes", "no", "not tried", "unknown"], tuple[str, ...]]:
    """Did our side see it happen? Once seen is seen; else the newest word on it counts."""
    found = [
        ("no" if "cannot" in h.says else "yes", h.statement)
        for h in heard
        if h.statement.side == "vendor" and h.says & {"can", "cannot"} and not is_question(h.statement.text)
    ]
    seen = [statement for answer, statement in found if answer == "yes"]
    if seen:
        return "yes", tuple(dict.fromkeys(statement.id for statement in seen))[:3]
    return ("no", (found[-1][1].id,)) if found else ("unknown", ())


def _missing(found: Reproduction) -> tuple[str, ...]:
    filled = {
        "steps": found.steps,
        "actual": found.actual or found.errors,
        "errors": found.errors,
        "expected": found.expected,
        "frequency": found.frequency,
        "first bad": found.first_bad,
        "last good": found.last_good,
        "environment": found.environment,
        "inputs": found.inputs,
        "start state": found.start_state,
        "reproduced": found.reproduced_evidence,
        "ruled out": found.ruled_out,
    }
    return tuple(slot for slot in (*QUESTIONS, *OF_SUPPORT) if not filled[slot])


def _completeness(missing: Sequence[str]) -> Completeness:
    """How far a stranger gets, by what is missing."""
    told = {*QUESTIONS, *OF_SUPPORT} - {*missing}
    level: Literal["can be followed", "can be looked into", "a symptom, no more"] = "a symptom, no more"
    if {"steps", "expected", "actual", "environment"} <= told:
        level = "can be followed"
    elif "actual" in told and told & {"errors", "inputs"} and told & {"first bad", "frequency"}:
        level = "can be looked into"
    return Completeness(told=len(told), of=len(QUESTIONS) + len(OF_SUPPORT), level=level)


def _tongue(said: Sequence[Statement], primary: str) -> str:
    """The language that the customer wrote last in the primary ticket."""
    theirs = [s for s in said if s.record == primary and s.side == "customer"]
    return tongue_of(theirs[-1].passage.text) if theirs else ""
