"""The topic: what the issue is about in searchable terms, and the questions to ask the systems about it.

It starts from the typed sentence and grows by what the issue's own ticket says, so that a terse, a
careful and a rambling sentence about one issue end with the same questions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from escalation.connector import SearchQuery
from escalation.issue import Issue
from escalation.language.errortext import identifiers_in
from escalation.language.words import telling_words
from escalation.records import AccountKey, Ticket
from escalation.search.reading import Reading
from escalation.search.similarity import likeness, tokens

MOST_WORDS = 14
"""Words in one query; a vendor's search takes no more with profit."""
LEAST = 0.3
"""Importance of the least telling words of a long sentence; the first has 1."""
FEW_WORDS = 4
"""Words on the last rung, for searches that want every word."""

_STAKES = ("churn", "deadline", "executive", "legal", "public", "waiting", "sla")
"""What raises the stakes says nothing about the matter itself."""
OF_THE_REPORT = frozenset(
    stem
    for stem in tokens(
        "customer client account user company another ticket issue problem report complain say see affect threaten escalate urgent please "
        "week today"
    )
)
"""Words of the report, not of the matter."""


@dataclass(frozen=True)
class Topic:
    """Words with their importance (0 to 1), exact strings that prove sameness, and the time it began."""

    words: tuple[tuple[str, float], ...]
    identifiers: tuple[str, ...]
    """Error codes, request ids, exception names: two texts that share one are about one failure. (An endpoint's
    path is no such proof; it counts as a telling word.)"""
    statuses: frozenset[str]
    """HTTP statuses of the issue: "500" counts in a text only where it is a status there, not an amount."""
    onset: datetime
    lasting: bool = False
    """A wish is as true a year later; a failure has a window."""
    by_ties_only: bool = False
    """Words alone must not make another account part of a security report."""
    stems: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, issue: Issue) -> "Topic":
        """The topic as typed."""
        identifiers = _distinct(identifiers_in(issue.sentence))
        onset = issue.since.at if issue.since else issue.at - timedelta(days=45)
        statuses = frozenset(error for error in issue.errors if error.isdigit())
        aside = frozenset(stem for signal in issue.signals if signal.name in _STAKES for stem in tokens(signal.text)) | OF_THE_REPORT
        aside |= frozenset(stem for segment in issue.segments for stem in tokens(segment))
        telling = [word for word in issue.words if not set(tokens(word)) <= aside] or list(issue.words)
        words = [(word, max(LEAST, 1.0 - 0.08 * rank)) for rank, word in enumerate(telling)]
        return replace(
            cls._made(words, identifiers, statuses, onset), lasting=issue.type == "feature gap", by_ties_only=issue.type == "security"
        )

    def grown(self, tickets: Iterable[Ticket], *, known_onset: bool) -> "Topic":
        """The topic with what the issue's own tickets say: their subject's words at half weight, their identifiers."""
        tickets = tuple(tickets)
        words = dict(self.words)
        identifiers = list(self.identifiers)
        onset = self.onset
        for ticket in tickets:
            for word in telling_words(ticket.subject, without=(ticket.account.name,)):
                words.setdefault(word, 0.5)
            identifiers.extend(
                identifiers_in(" \n".join((ticket.subject, *(p.text for p in ticket.passages() if p.author.side != "vendor"))))
            )
        started = [ticket.created_at for ticket in tickets if ticket.created_at]
        if started and not known_onset:
            onset = min(started)
        grown = self._made(list(words.items()), _distinct(identifiers), self.statuses, onset)
        return replace(grown, lasting=self.lasting, by_ties_only=self.by_ties_only)

    @classmethod
    def _made(cls, words: list[tuple[str, float]], identifiers: tuple[str, ...], statuses: frozenset[str], onset: datetime) -> "Topic":
        words = [*words, *((path, 0.5) for path in identifiers if path.startswith("/"))]
        identifiers = tuple(identifier for identifier in identifiers if not identifier.startswith("/"))
        stems: dict[str, float] = {}
        for word, importance in words:
            for stemmed in tokens(word):
                stems[stemmed] = max(importance, stems.get(stemmed, 0.0))
        return cls(tuple(dict(words).items()), identifiers, statuses, onset, stems=stems)

    @cached_property
    def earliest(self) -> datetime:
        """Activity before this belongs to something else, or to history."""
        return self.onset - timedelta(days=365 if self.lasting else 21)

    def query_words(self) -> tuple[str, ...]:
        """The words to search for, most telling first, identifiers before all."""
        ordered = sorted(self.words, key=lambda item: -item[1])
        return _distinct([*self.identifiers[:3], *(word for word, _ in ordered)])[:MOST_WORDS]

    def ladder(self, kind: type[SearchQuery], account: AccountKey | None = None, *, exact: bool = True) -> tuple[SearchQuery, ...]:
        """From the exact string to a few telling words."""
        rungs = [kind(exact=(self.identifiers[0],), account=account)] if exact and self.identifiers else []
        words = self.query_words()
        if words:
            rungs.append(kind(words=words, account=account))
        if len(words) > 2 * FEW_WORDS:
            rungs.append(kind(words=words[:FEW_WORDS], account=account))
        return tuple(rungs)


def alike(topic: Topic, weights: Mapping[str, float], reading: Reading) -> float:
    """0 to 1: how much of the topic the record holds; `weights` are the topic's stems times their rarity."""
    absent = topic.statuses - reading.statuses if topic.statuses & reading.words else frozenset()
    if absent:
        return likeness(weights, reading.heading_words - absent, reading.words - absent)
    return likeness(weights, reading.heading_words, reading.words)


def shared_identifiers(topic: Topic, reading: Reading) -> tuple[str, ...]:
    """The topic's identifiers that the record's text holds."""
    return tuple(identifier for identifier in topic.identifiers if identifier.casefold() in reading.folded)


def _distinct(strings: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for string in strings:
        kept.setdefault(string.casefold(), string)
    return tuple(kept.values())
