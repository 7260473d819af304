"""What templates see: the case, and the questions that several of them ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from escalation.assessment import Clock, Contradiction, Dimension, Reason
from escalation.case import Audience, Case
from escalation.digest import Line
from escalation.evidence import Coverage, Dropped, Gap
from escalation.gathering import AffectedAccount
from escalation.language.parts import Part, takes_back
from escalation.language.phrases import words_of
from escalation.model import Instant
from escalation.pages.figures import FactRow, TicketClocks, clocks_by_ticket, customers_line, fact_rows, time_line, worst_first
from escalation.pages.foreign import harmless
from escalation.pages.spoken import Spoken

T = TypeVar("T")


class Room(NamedTuple):
    """How much a rendering may show. The renderer takes the roomiest that fits."""

    quote: int
    """Characters of one quote."""
    lines: int
    """Lines of the digest, or sentences of one record."""
    rows: int
    """Rows of each list."""
    reason: int = 400
    """Characters of one reason."""
    fact: int = 400
    """Characters of one value in the table of facts."""
    statement: int = 240
    """Characters of one statement of impact."""
    optional: bool = True
    """What a brief's body can do without, because its appendix has it."""
    titles: bool = True
    """Evidence with titles and addresses, else by key alone."""


RANKS: dict[Part, float] = {
    "unanswered": 1.0, "suspected cause": 0.95, "doubt": 0.94, "retraction": 0.9, "does not fit": 0.9, "tried": 0.85, "workaround": 0.85,
    "symptom": 0.85, "deadline": 0.84, "promise by us": 0.8, "error": 0.75, "executive or legal": 0.7, "collision": 0.7, "decision": 0.7,
    "commitment": 0.6, "ask": 0.4, "growth": 0.4, "owner": 0.35,
}  # fmt: skip
"""How soon a part has a line more on the page; the first line of each comes before any second one."""


MOST_WAITING = 2
"""Unanswered messages that come before a first line of every part; the clocks name the others' tickets."""


class View(Spoken):
    """A case as templates ask about it. Tuples are in a fixed order, the weightiest first."""

    def __init__(self, case: Case, room: Room, audience: Audience | None = None) -> None:
        self.case = case
        self.room = room
        self.audience: Audience = audience or case.route.target.team

    def in_room(self, room: Room) -> View:
        """The same view with another room; what has been found for this one is kept."""
        other = copy(self)
        other.room = room
        for name in ("shown", "left_out", "gaps"):
            other.__dict__.pop(name, None)
        return other

    def few(self, items: Sequence[T], most: int | None = None, least: int = 1) -> Sequence[T]:
        """As many as there is room for, at least `least`."""
        room = max(least, self.room.rows)
        return items[: room if most is None else min(most, room)]

    def some(self, items: Sequence[T], most: int) -> Sequence[T]:
        """Items that a body can do without."""
        return items[: min(most, self.room.rows)] if self.room.optional else items[:0]

    @cached_property
    def shown(self) -> tuple[Line, ...]:
        """As many lines of the digest as there is room for, in its own order."""
        kept = {id(line) for line in self.ranked[: self.room.lines]}
        return tuple(line for line in self.case.digest if id(line) in kept)

    @cached_property
    def ranked(self) -> tuple[Line, ...]:
        """The digest, what must be seen first: whoever waits, one line of every account and of every part, then further ones."""
        tabled = {source for fact in self.facts if fact.id == "–" for source in fact.sources}
        seen: dict[str, int] = {}
        accounts = {line.account for line in self.lines("unanswered")}
        placed: list[tuple[bool, float, int, Line]] = []
        for line in self.case.digest:
            number = seen[line.part] = seen.get(line.part, 0) + 1
            new = bool(line.account and line.account not in accounts)
            first = number == 1 or (line.part == "unanswered" and number <= MOST_WAITING) or new
            accounts.add(line.account)
            repeated = line.part == "growth" and line.id in tabled
            placed.append(
                (not first or repeated, (1 if new or line.part == "unanswered" else number) / RANKS.get(line.part, 0.5), len(placed), line)
            )
        return tuple(line for *_, line in sorted(placed, key=lambda place: place[:3]))

    def reason(self, text: str) -> str:
        """A reason in full if there is room for it, else without what it lists after the colon."""
        whole = self.named(text)
        return whole if len(whole) <= self.room.reason else whole.partition(": ")[0]

    def dimension(self, name: str) -> Dimension:
        """Impact in one dimension."""
        found = next((dimension for dimension in self.case.assessment.impact if dimension.name == name), None)
        return found or Dimension(name=name, statement="Unknown – ask the customer in the ticket")

    @cached_property
    def facts(self) -> tuple[FactRow, ...]:
        """The table of facts."""
        return fact_rows(self.case)

    def fact(self, name: str) -> str:
        """What the table says of a fact, by its own name; nothing when it is not known."""
        row = next((row for row in self.facts if row.id == self._fact_id(name) and row.status != "unknown"), None)
        return self.named(row.value) if row else ""

    def sources(self, name: str) -> tuple[str, ...]:
        """What a fact rests on."""
        fact = self.case.assessment.fact(name)
        return fact.evidence[:3] if fact and fact.status != "unknown" else ()

    def flag(self, name: str) -> bool:
        """Is it simply so?"""
        fact = self.case.assessment.fact(name)
        return fact is not None and fact.value == "yes"

    def _fact_id(self, name: str) -> str:
        fact = self.case.assessment.fact(name)
        return fact.id if fact else "none"

    @cached_property
    def owner(self) -> str:
        """Of the ask: who it is, without the team's name before it."""
        owner = self.named(self.case.route.ask.owner)
        return owner.partition(" – ")[2].partition(", assignee")[0] or owner

    @cached_property
    def revenue(self) -> str:
        """The sum, and what is not in it, in few words."""
        return self.fact("revenue_at_risk").partition("; ARR of")[0].replace("; suspected, not added:", "; apart, suspected:")

    def deadline_words(self, when: Callable[[Instant | None], str]) -> Markup:
        """The moment of the ask and what it rests on."""
        ask = self.case.route.ask
        if not ask.by:
            return Markup("Unknown – ask the customer")
        known = harmless(f": {ask.basis_text}", 200) if ask.basis_text and "“" not in ask.basis_text else ""
        cited = f" [{', '.join(ask.evidence)}]" if ask.evidence else ""
        return Markup(f"{when(ask.by)} – basis: {ask.basis}{known}{cited}")  # noqa: S704 - our own words and ids

    @cached_property
    def customers_affected(self) -> str:
        """Who is affected, and how sure that is."""
        return customers_line(self.case)

    @cached_property
    def time_in_queue(self) -> str:
        """Since when, and how long nobody has answered."""
        return time_line(self.case)

    @cached_property
    def reasons(self) -> tuple[tuple[str, tuple[Reason, ...]], ...]:
        """(why what, the reasons), none told twice."""
        route, severity = self.case.route, self.case.assessment.severity
        groups = (
            (f"Why {route.decision.action}", route.decision.criteria),
            ("Outweighed", route.decision.against),
            (f"Why {severity.level}", severity.because),
            ("Held at that", severity.caps),
            (f"Why {route.target.team}", route.target.because),
        )
        told: set[frozenset[str]] = set()
        found = []
        for label, reasons in groups:
            new: list[Reason] = []
            for reason in reasons:
                about = frozenset(words_of(reason.text.partition(":")[0])) - _EMPTY
                if not any(len(about & other) >= 0.5 * min(len(about), len(other)) for other in told if other) or not new:
                    new.append(reason)
                    told.add(about)
            found.append((label, tuple(new[:3])))
        return tuple((label, reasons) for label, reasons in found if reasons)

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        """Breached first, then what falls due next, then the rest."""
        return worst_first(self.case.assessment.clocks)

    @cached_property
    def clocks_by_ticket(self) -> tuple[TicketClocks, ...]:
        """The same, one entry for each ticket."""
        return clocks_by_ticket(self.case.assessment.clocks)

    @cached_property
    def near_names(self) -> tuple[str, ...]:
        """Accounts whose names are like the customer's, and that are others."""
        return tuple(name for one in self.case.gathering.dropped if "near name" in one.reason for name in one.examples)

    @cached_property
    def left(self) -> tuple[Dropped, ...]:
        """What was found and left out."""
        return tuple(one for one in self.case.gathering.dropped if "near name" not in one.reason)

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Where sources disagree; a premise about everyone is held against every account of that kind."""
        tabled = {"the date of the fix": "committed fix date", "whether the documented fix applies": "documented fix does not help"}
        rows = {fact.name for fact in self.facts}
        found = [one for one in self.case.assessment.contradictions if tabled.get(one.about) not in rows]
        premise = self._premise()
        return (premise, *(one for one in found if one.about != premise.about)) if premise else tuple(found)

    def _premise(self) -> Contradiction | None:
        """The typed sentence says all; what the evidence says of each account that is not affected."""
        issue = self.case.issue
        if not (issue.everyone or (issue.segments and "all" in issue.sentence.casefold().split())) or not self.rows:
            return None
        affected = {row.affected.name for row in self.rows}
        others = []
        for item in self.case.gathering.of_kind("account"):
            name = item.record.heading
            first = words_of(name)[:1]
            named = [s for s in self._all if s.kind != "account" and s.side == "vendor" and first[0] in words_of(s.text)[:4]]
            said = next((s for s in named if name in s.text), named[0] if named else None)
            if name not in affected and not item.same_as:
                others.append(f"{name}: “{said.text}” ({said.id})" if said else f"{name}: not known ({item.id})")
        found = f"{len(affected)} accounts are found: {', '.join(row.affected.name for row in self.rows)}"
        return Contradiction(
            about="whether everyone is affected",
            sides=(f"the issue says “{issue.sentence}” (U1)", "; ".join([found, *others])),
            evidence=("U1",),
        )

    @cached_property
    def do_not_tell(self) -> tuple[tuple[str, str], ...]:
        """(what a customer must not hear, where it comes from), told by rule from the rest of the case."""
        if self.case.route.target.restricted:
            return (("anything on extent, other companies or the cause", self.case.gathering.primary),)
        others = [row.affected for row in self.rows if row is not self.customer]
        name = (
            f"that {', '.join(account.name for account in others)} may be affected"
            if self.customer
            else "each of the affected accounts about the others"
        )
        found = [(name, _ids(others))] if others and len(self.rows) > 1 else []
        found += [
            ("a suspected cause as if it were proven", line.id) for line in self.lines("suspected cause", "doubt") if line.side == "vendor"
        ][:1]
        unkept = self.lines("retraction")
        found += [("what was taken back", line.id) for line in unkept if takes_back(line.text)][:1]
        if not self.lines("commitment"):
            found += [("a date for the fix: none stands", line.id) for line in unkept if not takes_back(line.text)][:1]
        found += [("a date for the fix that no owner stands by", line.id) for line in self.lines("commitment")[:1]]
        return tuple(found)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is unknown, most pressing first; where room is short, not what only the settings lack."""
        return tuple(gap for gap in self.case.gaps if self.room.titles or "policy.yaml" not in gap.ask)

    @cached_property
    def open_places(self) -> tuple[tuple[str, str], ...]:
        """(place in the brief that waits for a writer, what to write it from)."""
        return tuple(self._open_places())

    def _open_places(self) -> Iterator[tuple[str, str]]:
        about = [line.id for line in self.lines("symptom", "error", "suspected cause")]
        yield (
            "Issue Description",
            f"3–5 sentences from [{', '.join(dict.fromkeys(about[:8]))}]"
            if about
            else "3–5 sentences; nothing on record yet: ask the customer",
        )
        reproduction = self.case.reproduction
        if reproduction.applies and reproduction.missing and not self.case.route.target.restricted:
            score = reproduction.completeness
            told = f"{score.told} of {score.of} told, {score.level}; " if score else ""
            yield "Reproduction Steps", f"{told}unknown: {', '.join(reproduction.missing)}. {reproduction.next_question}"
        without = [attempt.action.id for attempt in reproduction.tried if attempt.result is None]
        if without:
            yield "What's Been Tried", f"result unknown of {', '.join(dict.fromkeys(without))}: ask their authors"
        if not self.updates:
            yield "Last update to customer", "none on record: ask the ticket's assignee"
        if self.case.route.ask.by is None:
            yield "Deadline", "nobody has named one: ask the customer"
        if self.case.route.decision.action == "handle in support":
            yield "Reply", "check the fix against the article, then send the reply from the ticket"

    @cached_property
    def searched(self) -> tuple[tuple[str, tuple[Coverage, ...]], ...]:
        """(connector, its lines of coverage), in the order of configuration."""
        lines = self.case.gathering.coverage
        return tuple((name, tuple(one for one in lines if one.connector == name)) for name in dict.fromkeys(one.connector for one in lines))

    def looked_at(self, category: str) -> bool:
        """Whether any system of this category answered, so that finding nothing in it means something."""
        lines = [one for one in self.case.gathering.coverage if one.connector and one.category == category]
        return any(one.status == "complete" or one.records for one in lines)

    @cached_property
    def evidence_by_key(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(key or channel, ids of the evidence under it), in the order of the evidence; accounts have a section of their own."""
        found: dict[str, list[str]] = {}
        for item in self.case.gathering.evidence:
            if item.id != "U1" and item.record.kind != "account":
                label = item.record.heading if item.record.kind == "message" else item.record.ref
                mark = (
                    " (look-alike)" if item.bearing == "look-alike" else " (restricted)" if item.record.visibility == "restricted" else ""
                )
                found.setdefault(label + mark, []).append(item.id)
        return tuple((label, tuple(ids)) for label, ids in found.items())

    @cached_property
    def left_out(self) -> tuple[int, str]:
        """(lines of the digest that there was no room for, the record that holds most of them)."""
        missing = [line.id.split(".")[0] for line in self.ranked[self.room.lines :]]
        return len(missing), max(dict.fromkeys(missing), key=missing.count) if missing else ""


@dataclass(frozen=True)
class PassageView:
    """One passage of a record as `show` prints it."""

    id: str
    head: str
    """When, who, on which side, who can read it."""
    said: tuple[str, ...]
    """Sentences, word for word."""
    omitted: int
    """Sentences there was no room for."""
    whole: str
    """The passage as it stands."""


_EMPTY = frozenset(words_of("a an the is are of to and that it no which an if be may customer customers"))
"""Words that don't tell one reason from another."""


def _ids(accounts: Sequence[AffectedAccount]) -> str:
    return ", ".join(dict.fromkeys(account.evidence[0] for account in accounts if account.evidence))
