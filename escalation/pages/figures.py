"""The figures of a case in plain words: the table of facts, the clocks ticket by ticket, and what is read of the impact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from escalation.assessment import Clock
from escalation.case import Case
from escalation.clock import duration
from escalation.digest import Line
from escalation.evidence import Fact, Quote
from escalation.model import Instant
from escalation.records import Category


class FactRow(NamedTuple):
    """One row of the table of facts."""

    id: str
    """F-id; a dash for what is quoted from the reproduction or the digest."""
    name: str
    value: str
    status: str
    sources: tuple[str, ...]


class TicketClocks(NamedTuple):
    """The clocks of one ticket, the worst first."""

    ticket: str
    account: str
    running: tuple[Clock, ...]
    met: int


TOLD: tuple[tuple[str, str], ...] = (
    ("started", "started"),
    ("first_report_at", "first report"),
    ("time_in_queue", "time in queue"),
    ("reports_before", "solved reports before"),
    ("growth", "growth"),
    ("affected_accounts", "affected accounts"),
    ("reports_uncounted", "tickets that add no account"),
    ("users_stated", "users"),
    ("revenue_at_risk", "revenue at risk"),
    ("renewal_on", "renewal"),
    ("open_deals", "open deals, not added"),
    ("workaround", "workaround"),
    ("documented_fix", "documented fix"),
    ("documented_fix_failed", "documented fix does not help"),
    ("work_item", "work item"),
    ("fix_date_committed", "committed fix date"),
    ("regression", "back after a fix"),
    ("deadline", "deadline"),
    ("customer_expectation", "customer expects"),
    ("last_customer_update", "last customer update"),
    ("waiting_hours", "oldest unanswered message; whose turn"),
    ("whose_turn", "whose turn"),
    ("promises_missed", "promises missed"),
    ("promises_outstanding", "promises open"),
    ("contained", "contained"),
)
"""Facts that a writer needs, in the order of the table, with their names in plain words."""
NEEDED = frozenset({"deadline", "workaround", "revenue_at_risk", "last_customer_update", "customer_expectation", "documented_fix"})
"""Of these, the unknown ones are told as unknown."""


NOTHING = ("no", "none", "0", "none on record")
BESIDE_THE_POINT = ("workaround", "documented_fix", "revenue_at_risk", "renewal_on")
"""Facts that nobody needs while data may be exposed."""


def fact_rows(case: Case) -> tuple[FactRow, ...]:
    """The table: what is known, then what is not and whom to ask."""
    rows = [row for name, words in TOLD if (row := _row(case, name, words))]
    if any(
        row.name == "time in queue" and row.value.endswith(first.value) for row in rows for first in rows if first.name == "first report"
    ):
        rows = [row for row in rows if row.name != "first report"]
    return tuple(sorted(rows, key=lambda row: row.status == "unknown"))


def _row(case: Case, name: str, words: str) -> FactRow | None:
    if name in QUOTED:
        return next((FactRow("–", words, f"“{_from_its_day(said.text)}”", "stated", (said.id,)) for said in QUOTED[name](case)[:1]), None)
    fact = case.assessment.fact(name)
    if fact is None or (case.route.target.restricted and name in BESIDE_THE_POINT):
        return None
    if fact.status == "unknown":
        answered = name == "documented_fix" and case.assessment.fact("documented_fix_failed") is not None
        return (
            FactRow(
                fact.id,
                words,
                f"Unknown – {_no_article(case) if name == 'documented_fix' else ''}{fact.note or 'ask the reporter'}",
                "unknown",
                (),
            )
            if name in NEEDED and not answered
            else None
        )
    beside = name == "whose_turn" and case.assessment.fact("waiting_hours") is not None
    if beside or (fact.value in NOTHING and name != "fix_date_committed"):
        return None
    expected = case.assessment.fact("customer_expectation")
    if expected and expected.status != "unknown" and _waits(case, expected):
        if name == "customer_expectation" and case.assessment.fact("deadline"):
            return None
        if name == "deadline":
            words = f"deadline; customer expects, {expected.evidence[0]}"
    return FactRow(fact.id, words, VALUES.get(name, _as_it_is)(case, fact), fact.status, fact.evidence)


def _from_its_day(text: str) -> str:
    """A sentence from shortly before the date that it names, where that comes late: the row is cut at its end."""
    day = A_DAY.search(text)
    if day is None or day.end() <= DAY_BY:
        return text
    clause = max(text.rfind(mark, 0, day.start()) for mark in (": ", "; ", ", ")) + 1
    near = day.start() - clause <= DAY_BY
    return f"[…] {text[(clause if near else text.find(' ', day.start() - DAY_BY // 2)) + 1 :]}"


def _no_article(case: Case) -> str:
    """That the knowledge base was searched to its end, if it was."""
    searched = [line for line in case.gathering.coverage if line.category is Category.KNOWLEDGE_BASE]
    whole = searched and all(line.status == "complete" for line in searched)
    return f"none of {sum(line.records for line in searched)} articles found covers it; by other words " if whole else ""


def _as_it_is(_: Case, fact: Fact) -> str:
    return fact.value


def _by_its_note(_: Case, fact: Fact) -> str:
    return fact.note or fact.value


def _deadline(case: Case, fact: Fact) -> str:
    expected, left = (case.assessment.fact(name) for name in ("customer_expectation", "deadline_hours"))
    if not expected or expected.evidence[:1] != fact.evidence[:1]:
        return fact.value
    return "; ".join(filter(None, [fact.value.partition(": “")[0], left.value if left else "", fact.note]))


def _renewal(case: Case, fact: Fact) -> str:
    days = case.assessment.fact("renewal_days")
    return f"{fact.value}, in {days.value}" if days else fact.value


def _revenue(case: Case, fact: Fact) -> str:
    return "; ".join(filter(None, [fact.value, *_not_added(case), fact.note]))


def _fix_date(case: Case, fact: Fact) -> str:
    if fact.value != "no":
        return fact.note
    untold = any(one.what == "fix" and one.because.endswith("not been told") for one in case.assessment.promises)
    told = f"none stands: promised ({fact.evidence[0]}), taken back ({fact.evidence[-1]})"
    return f"{told}; the customer has not been told" if untold else told


def _in_queue(_: Case, fact: Fact) -> str:
    return fact.value.replace(", since ", ", first reported ")


def _accounts(case: Case, fact: Fact) -> str:
    high = case.assessment.fact("affected_high_value")
    named = re.sub(r" \(ARR [^)]*\)", "", high.value.partition(": ")[2]) if high and high.status != "unknown" else ""
    return fact.value.partition(":")[0] + (f", of high value {named}" if named else "")


def _waiting(case: Case, fact: Fact) -> str:
    turn = case.assessment.fact("whose_turn")
    return "; ".join(filter(None, [fact.value, re.sub(r" \([^)]*\)", "", turn.value) if turn else ""]))


def _workaround(_: Case, fact: Fact) -> str:
    return re.sub(r":?(?: “[^”]*”)", "", fact.value)


VALUES: Mapping[str, Callable[[Case, Fact], str]] = {
    "deadline": _deadline,
    "renewal_on": _renewal,
    "revenue_at_risk": _revenue,
    "fix_date_committed": _fix_date,
    "time_in_queue": _in_queue,
    "affected_accounts": _accounts,
    "waiting_hours": _waiting,
    "workaround": _workaround,
    "regression": _by_its_note,
    "contained": _by_its_note,
}
"""How a value is told where it is not told as it is."""
A_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}(?:st|nd|rd|th|\.)? [A-Z][a-zé]{2,8}\b|\b[A-Z][a-zé]{2,8} \d{1,2}\b")
"""A date in words or figures: it says since when better than "this morning" does."""
DAY_BY = 50
"""Characters by which the date must have come."""
QUOTED: Mapping[str, Callable[[Case], Sequence[Quote | Line]]] = {
    "started": lambda case: sorted(case.reproduction.first_bad, key=lambda said: not A_DAY.search(said.text)),
    "growth": lambda case: [line for line in case.digest if line.part == "growth"],
}
"""Rows that quote somebody, where no fact says it."""


def _not_added(case: Case) -> Iterator[str]:
    apart, suspected = (case.assessment.fact(name) for name in ("revenue_suspected", "affected_suspected"))
    if apart and suspected:
        yield f"suspected, not added: {apart.value} of {suspected.value.partition(': ')[2]}"


def _waits(case: Case, fact: Fact) -> bool:
    """Are the words that it quotes the customer's last ones, which a page shows as unanswered?"""
    return any(line.part == "unanswered" and line.id == fact.evidence[0] and line.text in fact.value for line in case.digest)


SOON = 2 * 24 * 60
"""Minutes within which it is told how long is left."""
_ORDER = ("breached", "due", "paused", "unknown", "met")


def worst_first(clocks: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """Breached first, then what falls due next, then the rest."""
    return tuple(sorted(clocks, key=lambda clock: (_ORDER.index(clock.state), clock.due_at is None, clock.due_at, clock.ticket)))


def clocks_by_ticket(clocks: tuple[Clock, ...]) -> tuple[TicketClocks, ...]:
    """One entry for each ticket, the one in the worst state first; targets that were met are counted."""
    tickets = dict.fromkeys(clock.ticket for clock in worst_first(clocks))
    found = []
    for ticket in tickets:
        own = [clock for clock in worst_first(clocks) if clock.ticket == ticket]
        running = tuple(clock for clock in own if clock.state != "met")
        found.append(TicketClocks(ticket, own[0].account, running, len(own) - len(running)))
    return tuple(found)


def customers_line(case: Case) -> str:
    """Who is affected and how sure that is: `3 accounts, confirmed: …; suspected: …`."""
    affected = case.gathering.affected
    if not affected:
        return "Unknown – ask support which accounts report it"
    groups = dict.fromkeys(one.certainty for one in affected)
    sure = sum(one.certainty != "suspected" and not one.counted_with for one in affected)
    told = (f"{certainty}: {', '.join(one.name for one in affected if one.certainty == certainty)}" for certainty in groups)
    return (f"{sure} account{'s' if sure != 1 else ''}, " if sure else "") + "; ".join(told)


def time_line(case: Case) -> str:
    """Since when it has been on our side."""
    first, open_for = (case.assessment.fact(name) for name in ("first_report_at", "days_open"))
    if first is None or first.status == "unknown":
        return "Unknown – ask the customer since when"
    return (
        f"{open_for.value}, first reported {first.value}" if open_for and open_for.status != "unknown" else f"first reported {first.value}"
    )


def clock_words(clock: Clock, when: Callable[[Instant | None], str], *, beside: bool = True) -> str:
    """`next response BREACHED by 5 h 19 min, was due 11-18T09:40Z (by policy 11-18T10:00Z)`.

    How long is left is told only when that is less than two days. `beside`: ours beside the platform's, where they differ.
    """
    due = f" {when(clock.due_at)}" if clock.due_at else ""
    asides = [f"by policy {when(clock.policy_due_at)}"] if clock.policy_due_at and beside else []
    if clock.state == "breached" and clock.minutes is not None:
        told = f"{clock.metric} BREACHED by {duration(clock.minutes)}" + (f", was due{due}" if due else "")
    elif clock.state == "due" and clock.minutes is not None:
        told = f"{clock.metric} due{due}"
        asides = [*([f"in {duration(clock.minutes)}"] if clock.minutes < SOON or not due else []), *asides]
    else:
        told = f"{clock.metric} {clock.state}" + (f", due{due}" if due else "")
    return f"{told} ({'; '.join(asides)})" if asides else told
