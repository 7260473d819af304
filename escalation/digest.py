"""The digest: sentences word for word, each chosen for the part it plays in the case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, get_args

from escalation.assessment import Promise
from escalation.clock import local
from escalation.gathering import AffectedAccount, Gathering
from escalation.issue import Issue
from escalation.language.parts import Part, falls_short, is_question, parts_of, tells_a_result, to_a_machine
from escalation.language.phrases import words_of
from escalation.language.statement import Statement, statements
from escalation.model import Instant, Model
from escalation.records import Side, Ticket

PARTS: tuple[Part, ...] = get_args(Part)

MOST: dict[Part, int] = {
    "unanswered": 4, "retraction": 2, "commitment": 2, "promise by us": 3, "executive or legal": 4, "deadline": 3, "ask": 3,
    "doubt": 3, "suspected cause": 3, "does not fit": 5, "growth": 3, "collision": 4, "workaround": 4, "decision": 4, "owner": 2,
    "tried": 5, "error": 3, "symptom": 4,
}  # fmt: skip
"""How many lines of each part a digest holds; the rarer part has the first choice of a sentence that plays several."""
CHANGING: frozenset[Part] = frozenset(
    {"commitment", "retraction", "promise by us", "ask", "deadline", "owner", "decision", "growth", "collision"}
)
"""Of what changes, the newest counts most."""

RESTATED: frozenset[Part] = CHANGING | {"symptom", "workaround"}
"""Parts of which a sentence said again later stands for the earlier one."""

AMONG_US: frozenset[Part] = frozenset({"suspected cause", "doubt", "does not fit", "owner", "decision", "growth", "collision"})
"""What is as telling in chat or the tracker as in the issue's own ticket."""
GOING_ON: frozenset[Part] = frozenset({"doubt", "retraction", "does not fit", "executive or legal", "ask", "collision"})
"""Parts of which a short sentence is shown with the next one."""
WAITING: frozenset[Part] = frozenset({"ask", "deadline", "promise by us"})
"""What nobody waits for any more once a ticket is solved."""
LISTED = 1.3
"""How strongly an item plays the part of an ask in a list that "we need the following:" begins."""
LABELLED = re.compile(r"\s*(?:result|outcome|ergebnis|résultat|resultado|結果)\s*[:：]", re.IGNORECASE)
"""How the result of a step is headed."""
SHORT = 48
"""A sentence shorter than this is shown with the one after it."""


class Line(Model):
    """One sentence and the part it plays."""

    part: Part
    id: str
    """T1 or T1.2"""
    text: str
    """Word for word."""
    at: Instant | None = None
    author: str = ""
    side: Side = "unknown"
    account: str = ""
    """Name of the account it is about, where that is known."""
    note: str = ""
    """What the rule adds: the result of a step tried, why a workaround fails, that no one has answered."""


class Candidate(NamedTuple):
    """A statement that could stand for a part."""

    part: Part
    statement: Statement
    score: float
    words: frozenset[str]


def digest(issue: Issue, gathering: Gathering, promises: Sequence[Promise] = ()) -> tuple[Line, ...]:
    """The lines of the case, by part, the strongest of each part first; every affected account has one if it said anything.

    `promises`: what became of those that our side made, told beside them.
    """
    said = tuple(heeded(gathering))
    candidates = _candidates(issue, gathering, said)
    chosen: list[Candidate] = []
    _choose(chosen, [candidate for candidate in candidates if candidate.part == "unanswered"], MOST["unanswered"])
    for account in gathering.affected:
        _choose(chosen, _of_account(account, candidates, said, gathering), 1, alike=False)
    for part, most in MOST.items():
        if part != "unanswered":
            _choose(chosen, [candidate for candidate in candidates if candidate.part == part], most)
    chosen.sort(key=lambda candidate: (PARTS.index(candidate.part), -candidate.score, candidate.statement.id))
    return tuple(_line(candidate, said, issue, gathering, promises) for candidate in chosen)


def heeded(gathering: Gathering) -> Iterator[Statement]:
    """What people said, without what commands a machine. The typed sentence counts only while nothing else does."""
    others = any(item.bearing == "direct" and item.id != "U1" for item in gathering.evidence)
    commanding: tuple[str, int] | None = None
    for statement in statements(gathering):
        paragraph = (statement.id, statement.sentence.paragraph)
        if to_a_machine(statement.text):
            commanding = paragraph
        if paragraph != commanding and not (others and statement.record == "U1"):
            yield statement


def _candidates(issue: Issue, gathering: Gathering, said: Sequence[Statement]) -> list[Candidate]:
    """Every part that every statement plays, the strongest first."""
    about = frozenset(word for text in (*issue.words, *issue.errors, *issue.quotes) for word in words_of(text))
    newest = sorted({s.at for s in said if s.at})
    rank = {at: number / len(newest) for number, at in enumerate(newest, start=1)}
    found: list[Candidate] = []
    asking = ""
    direct = any(gathering[s.id].bearing == "direct" and s.record != "U1" for s in said)
    for statement in said:
        if direct and gathering[statement.id].bearing != "direct":
            continue  # history and look-alikes are told apart from the issue
        played: list[tuple[Part, float]] = [(played.part, played.weight) for played in parts_of(statement)]
        asks = any(part == "ask" for part, _ in played)
        if statement.id == asking and statement.sentence.form == "step":
            played = [*((part, weight) for part, weight in played if part != "ask"), ("ask", LISTED)]
        elif asks and statement.text.endswith(":"):
            asking, played = statement.id, [(part, weight) for part, weight in played if part != "ask"]
        record = gathering[statement.id].record
        if isinstance(record, Ticket) and record.state == "solved":
            played = [(part, weight) for part, weight in played if part not in WAITING]
        words = frozenset(words_of(statement.text))
        for part, weight in played:
            score = weight + _standing(statement, gathering) + _substance(statement, words, about)
            score -= 0.35 if part in AMONG_US and statement.record == gathering.primary else 0.0
            score += 0.25 * statement.text.count("%") if part == "growth" else 0.0
            score += 0.3 if part == "workaround" and falls_short(statement.text) else 0.0
            score += rank.get(statement.at, 0.0) * (0.5 if part in CHANGING else 0.1) if statement.at else 0.0
            found.append(Candidate(part, statement, round(score, 4), words))
    found.extend(_unanswered(gathering, found, said))
    return sorted(_newest(found), key=lambda candidate: -candidate.score)


def _newest(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Of what changes, only the newest state: no sentence that the same account's record says again, later, with other figures."""
    by_part: dict[tuple[Part, str], list[Candidate]] = {}
    for one in found:
        by_part.setdefault((one.part, one.statement.account or one.statement.record), []).append(one)
    for one in found:
        others = by_part[one.part, one.statement.account or one.statement.record] if one.part in RESTATED else ()
        if not any(_later(other, one) and _alike(one.words, other.words) for other in others):
            yield one


def _later(some: Candidate, other: Candidate) -> bool:
    mine, theirs = some.statement.at, other.statement.at
    return mine is not None and theirs is not None and mine > theirs


def _of_account(
    account: AffectedAccount, candidates: Sequence[Candidate], said: Sequence[Statement], gathering: Gathering
) -> list[Candidate]:
    """What may stand for an account: its symptom, what it began with, what others say of it, at last any word in a record of its own."""
    own = [c for c in candidates if c.statement.account == account.name]
    symptoms = [c for c in own if c.part == "symptom"]
    voiced = [c for c in symptoms if c.statement.side == "customer"]
    if found := voiced or _first_words(account.name, said) or symptoms:
        return found
    named = [c for c in candidates if c.statement.account != account.name and _named(c.statement.text, gathering) == account.name]
    if found := [c for c in named if c.part == "symptom"] or own or named:
        return found
    records = {id.split(".")[0] for id in account.evidence}
    about = (s for s in said if s.account == account.name or _named(s.text, gathering) == account.name)
    theirs = [s for s in about if s.record in records and s.side != "system"]
    return [Candidate("symptom", s, 0.4, frozenset(words_of(s.text))) for s in sorted(theirs, key=lambda s: -len(s.text))]


def _first_words(account: str, said: Sequence[Statement]) -> list[Candidate]:
    """What an account began with, where nothing it says is a symptom in so many words: its longest sentence."""
    opening = [s for s in said if s.account == account and s.side == "customer" and "." not in s.id and s.kind == "ticket"]
    opening.sort(key=lambda s: -len(s.text))
    return [Candidate("symptom", s, 0.5, frozenset(words_of(s.text))) for s in opening[:1] if len(s.text) > SHORT]


def _standing(statement: Statement, gathering: Gathering) -> float:
    """How near to the matter the record is."""
    item = gathering[statement.id]
    near = 0.4 if item.bearing == "direct" else -0.3
    return near + 0.3 * item.relevance + (0.35 if statement.record == gathering.primary else 0.0)


def _substance(statement: Statement, words: frozenset[str], about: frozenset[str]) -> float:
    """Sentences with the issue's words, with figures and of a readable length say more."""
    figures = sum(word[0].isdigit() for word in words)
    length = len(statement.text)
    return min(0.4, 0.1 * len(words & about)) + min(0.3, 0.1 * figures) - (0.5 if length < 25 else 0.3 if length > 320 else 0.0)


def _unanswered(gathering: Gathering, found: Sequence[Candidate], said: Sequence[Statement]) -> list[Candidate]:
    """The customer's last words in every open ticket in which nobody on our side has written to them since."""
    waiting = []
    for item in gathering.of_kind("ticket"):
        if not isinstance(item.record, Ticket) or item.record.state == "solved" or item.bearing != "direct":
            continue
        heard = [s for s in said if s.record == item.id and s.to_customer and s.side != "system"]
        if not heard or heard[-1].side == "vendor":
            continue
        last = [s for s in heard if s.id == heard[-1].id]
        weights = {id(c.statement): c.score for c in found if c.part in ("ask", "deadline") and c.statement.id == heard[-1].id}
        best = max(
            last, key=lambda s: (round(weights.get(id(s), 0.0), 1) + is_question(s.text), len(s.text) >= SHORT // 2, _figures(s.text))
        )
        waiting.append(Candidate("unanswered", best, round(1.0 + _standing(best, gathering), 4), frozenset(words_of(best.text))))
    return waiting


def _figures(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _choose(chosen: list[Candidate], candidates: Iterable[Candidate], most: int, *, alike: bool = True) -> None:
    """Add up to `most` of the candidates, none that was chosen already and, with `alike`, none that says the same as another."""
    added = 0
    for candidate in candidates:
        if added == most:
            return
        same = [c for c in chosen if c.statement.id == candidate.statement.id and c.statement.text == candidate.statement.text]
        if same or (alike and any(_alike(candidate.words, other.words) for other in chosen)):
            continue
        chosen.append(candidate)
        added += 1


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    """Nearly the same words."""
    return len(some & others) >= 0.75 * max(1, min(len(some), len(others))) and len(some & others) >= 0.5 * max(len(some), len(others))


def _line(candidate: Candidate, said: Sequence[Statement], issue: Issue, gathering: Gathering, promises: Sequence[Promise]) -> Line:
    statement = candidate.statement
    return Line(
        part=candidate.part,
        id=statement.id,
        text=statement.text,
        at=statement.at,
        author=statement.author,
        side=statement.side,
        account=statement.account if statement.kind == "ticket" else _named(statement.text, gathering),
        note=_note(candidate.part, statement, said, _kept(statement, promises, issue.zone)),
    )


def _named(text: str, gathering: Gathering) -> str:
    """The one affected account that the sentence names; a longer name hides the shorter one in it, a first word must be nobody else's."""
    rest = text.casefold()
    found = []
    names = [account.name for account in gathering.affected]
    firsts = [words_of(name)[:1] for name in dict.fromkeys([*names, *(item.record.heading for item in gathering.of_kind("account"))])]
    for name in sorted(names, key=len, reverse=True):
        first = words_of(name)[:1]
        if name.casefold() in rest or (first and firsts.count(first) == 1 and first[0] in words_of(rest.replace("'s", ""))):
            found.append(name)
            rest = rest.replace(name.casefold(), " ")
    return found[0] if len(found) == 1 else ""


def _note(part: Part, statement: Statement, said: Sequence[Statement], kept: str) -> str:
    short = f"goes on: “{statement.after}”" if len(statement.text) < SHORT and statement.after else ""
    note = ""
    if part == "unanswered":
        note = f"no public reply since{'; ' if short else ''}{short}"
    elif part in ("promise by us", "commitment") and kept:
        note = kept
    elif part == "tried":
        note = _outcome(statement, said)
    elif part == "workaround" and not falls_short(statement.text) and falls_short(statement.after):
        note = f"but: “{statement.after}” [{statement.id}]"
    elif part in GOING_ON and short:
        note = f"{short} [{statement.id}]"
    return note


def _outcome(statement: Statement, said: Sequence[Statement]) -> str:
    """What came of a step, unless the step says so itself."""
    result = result_of(statement, said)
    if tells_a_result(statement.text) and not (result and LABELLED.match(result.text)):
        return ""
    return f"result: “{result.text}” [{result.id}]" if result else f"result unknown – ask {statement.author or 'the author'}"


def _kept(statement: Statement, promises: Sequence[Promise], zone: str) -> str:
    """What became of a promise to the customer."""
    made = [one for one in promises if one.id == statement.id]
    one = next((promise for promise in made if promise.text == statement.text), made[0] if made else None)
    if one is None:
        return ""
    due = f", due {local(one.due_at, zone)}" if one.due_at else ""
    return f"{one.state}{due}; {one.because}"


def result_of(action: Statement, said: Sequence[Statement]) -> Statement | None:
    """What came of a step: the next sentence, or the first words about a result in the next answer of the record."""
    following = [s for s in said if s.record == action.record and (s.id == action.id or _after(s, action))]
    own = [s for s in following if s.id == action.id]
    here = next((number for number, s in enumerate(own) if s.text == action.text), len(own))
    labelled = next((s for s in own[here + 1 :] if LABELLED.match(s.text)), None)
    if labelled:
        return labelled
    if own[here + 1 : here + 2] and tells_a_result(own[here + 1].text):
        return own[here + 1]
    answers = [s for s in following if s.id != action.id]
    about = _telling(action.text)
    told = (s for s in answers if s.id == answers[0].id and tells_a_result(s.text) and not is_question(s.text))
    return next((s for s in told if about & _telling(s.text)), None)


def _telling(text: str) -> frozenset[str]:
    """The beginnings of its longer words: what two sentences about one thing share."""
    return frozenset(word[:6] for word in words_of(text) if len(word) > 4)


def _after(statement: Statement, other: Statement) -> bool:
    return statement.passage.part > other.passage.part
