"""Which of the found records bear on the case, why each, and how many were left out for which reason.

Ties first (a link, a shared error code), likeness of words second. A tie that somebody denies
("not the same as 4196") makes a look-alike, kept apart on purpose.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from heapq import nsmallest
from typing import Literal

from escalation.evidence import Dropped
from escalation.records import AnyRecord, Message, Ticket, WorkItem
from escalation.search.identity import normal, short_names
from escalation.search.links import trimmed
from escalation.search.rounds import Found
from escalation.search.similarity import Pool
from escalation.search.topic import Topic, alike, shared_identifiers

Bearing = Literal["direct", "context", "look-alike"]

MOST = {"ticket": 25, "message": 18, "work item": 10, "article": 4, "account": 20, "note": 20}
"""Records of one kind that a case may hold; what is beyond is counted, not lost."""
SAME_MATTER = 0.52
"""Likeness at which a ticket or work item is about the same matter without any other tie."""
NEVER = 2.0
OWN = 0.2
"""Likeness, counting that it is open and recent, at which one of the customer's own tickets is the one that is meant."""
WITH_A_TIE = 0.2
"""Likeness that a record tied by a link must still have: a link alone can lead anywhere."""
READABLE = 0.35
"""Likeness at which a message that names the customer is worth reading."""
TOUCHES = 0.12
"""Likeness below which a message that names the affected accounts talks of something else they share."""
COVERS = 0.28
"""Likeness at which an article covers the subject, if no other article does so much better."""
EARLIER = 2
"""Solved tickets from before the window that are kept as history."""
CLOSEST, MOST_CLOSEST = 0.35, 8
"""Likeness at which a work item is worth comparing, and how many of them."""

_UNDATED = datetime.min.replace(tzinfo=timezone.utc)
_CHANNEL_WORDS = frozenset("acct account accounts customer client cust ext external shared internal support team".split())


@dataclass
class Candidate:
    """A found record and what speaks for it."""

    found: Found
    likeness: float
    reasons: list[str] = field(default_factory=list)
    bearing: Bearing | None = None
    """None: not admitted."""
    named: frozenset[str] = frozenset()
    """Keys and URLs it names or links to, lower case."""
    denied: frozenset[str] = frozenset()
    """Those of them that it says are another matter."""

    @property
    def record(self) -> AnyRecord:
        """What was found."""
        return self.found.record

    @property
    def handles(self) -> frozenset[str]:
        """The ways others name this record."""
        return self.found.reading.handles

    @property
    def score(self) -> float:
        """0 to 1, for ordering."""
        return round(min(1.0, self.likeness + 0.3 * len(self.reasons) + 0.1 / (1 + self.found.rank)), 4)

    def admit(self, bearing: Bearing, reason: str) -> None:
        """Take it in for one more reason; what is direct stays so."""
        if self.bearing is None or (bearing == "direct" and self.bearing == "context"):
            self.bearing = bearing
        if reason not in self.reasons:
            self.reasons.append(reason)


class Selection:
    """All that was found for one case, weighed together."""

    def __init__(self, topic: Topic, found: Iterable[Found], typed: Iterable[str], own: Sequence[str], own_names: Sequence[str]) -> None:
        """`typed`: keys and URLs in the issue; `own`: refs of tickets known to be the customer's; `own_names`: the customers' names."""
        unique: dict[tuple[str, str, str], Found] = {}
        for item in found:
            unique.setdefault((item.record.kind, item.connector, item.record.ref), item)
        records = [item.record for item in unique.values()]
        pool = Pool(item.reading.words for item in unique.values())
        self.topic = topic
        self._weights = pool.weights(topic.stems)
        self._own_names = tuple(name.casefold() for name in own_names)
        self._own = frozenset(own)
        self._typed = frozenset(trimmed(reference) for reference in typed)
        self._tickets = {record.ref: record for record in records if isinstance(record, Ticket)}
        self.candidates = [self._weighed(item) for item in unique.values() if item.record.kind != "account"]

    def _weighed(self, item: Found) -> Candidate:
        reading = item.reading
        named, denied = reading.named, reading.denied
        for number, passage, another_matter in reading.numbers:
            ticket = self._tickets.get(number)
            if ticket and any(name in passage.casefold() for name in short_names(ticket.account.name)):
                named |= {number}
                denied |= {number} if another_matter else frozenset()
        return Candidate(item, alike(self.topic, self._weights, reading), named=named, denied=denied)

    def chosen(self, primary: str) -> tuple[list[Candidate], list[Dropped]]:
        """The admitted candidates, the most telling first, and the counts of the rest."""
        self._by_themselves(primary)
        self._by_links()
        if self._by_accounts():
            self._by_links()
        self._earlier()
        admitted = sorted((c for c in self.candidates if c.bearing), key=_order(primary))
        kept: list[Candidate] = []
        beyond: list[Candidate] = []
        of_kind: Counter[str] = Counter()
        for candidate in admitted:
            kind = candidate.record.kind
            of_kind[kind] += 1
            (kept if of_kind[kind] <= MOST[kind] else beyond).append(candidate)
        return kept, self._dropped(beyond)

    def _by_themselves(self, primary: str) -> None:
        best_article = max((c.likeness for c in self.candidates if c.record.kind == "article"), default=0.0)
        for candidate in self.candidates:
            record = candidate.record
            if candidate.handles & self._typed:
                candidate.admit("direct", "named in the issue")
            if record.kind == "ticket" and record.ref == primary:
                candidate.admit("direct", "the customer's ticket that matches best")
            shared = shared_identifiers(self.topic, candidate.found.reading)
            recent = self._recent(candidate)
            if shared and (recent or record.kind == "article"):
                candidate.admit("context" if record.kind == "article" else "direct", f"holds {', '.join(shared[:3])}")
            if record.kind in ("ticket", "work item") and recent and candidate.likeness >= self._needed(candidate):
                candidate.admit("direct", "tells of the same matter")
            if record.kind == "article" and candidate.likeness >= max(COVERS, 0.8 * best_article):
                candidate.admit("context", "covers the subject")
            if (
                isinstance(record, Message)
                and self._customers_channel(record.channel)
                and (candidate.found.reading.latest or self.topic.onset) >= self.topic.onset
            ):
                candidate.admit("direct", "in the customer's channel")
            if record.kind == "message" and recent and candidate.likeness >= self._needed(candidate):
                candidate.admit("direct", "talks of the same matter")
            if record.kind == "note":
                candidate.admit("direct", "handed over")

    def _by_links(self) -> None:
        """Admit what an admitted record names, and what names it, from one to the next."""
        by_handle: defaultdict[str, list[Candidate]] = defaultdict(list)
        by_named: defaultdict[str, list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            for handle in candidate.handles:
                by_handle[handle].append(candidate)
            for name in candidate.named:
                by_named[name].append(candidate)
        waiting = [c for c in self.candidates if c.bearing == "direct"]
        while waiting:
            core = waiting.pop(0)
            forward = [
                (other, f"named in {_label(core.record)}", name in core.denied)
                for name in sorted(core.named)
                for other in _meant(name, core, by_handle[name])
            ]
            back = [
                (other, f"names {_label(core.record)}", bool(core.handles & other.denied))
                for handle in sorted(core.handles)
                for other in by_named[handle]
                if core in _meant(handle, other, by_handle[handle])
            ]
            for other, reason, denied in forward + back:
                if other is not core and other.bearing is None and self._follows(other, core):
                    other.admit("look-alike" if denied else self._by_link(other), reason)
                    if other.bearing == "direct":
                        waiting.append(other)

    def _by_accounts(self) -> bool:
        """Admit recent messages that name two of the accounts whose tickets are in, or one of them and the matter."""
        tickets = [c.record for c in self.candidates if c.bearing == "direct" and isinstance(c.record, Ticket)]
        names = {name for ticket in tickets for name in short_names(ticket.account.name)}
        channels = {c.record.heading for c in self.candidates if c.bearing == "direct" and c.record.kind == "message"}
        admitted = False
        for candidate in self.candidates:
            if candidate.record.kind != "message" or candidate.bearing or not self._recent(candidate):
                continue
            text = candidate.found.reading.folded
            spoken = sorted(name for name in names if name in text)
            touches = candidate.likeness >= TOUCHES or candidate.record.heading in channels
            if (len(spoken) > 1 and touches) or (spoken and candidate.likeness >= READABLE):
                candidate.admit("direct", f"speaks of {' and '.join(spoken[:3])}")
                admitted = True
        return admitted

    def _by_link(self, candidate: Candidate) -> Bearing:
        record = candidate.record
        if isinstance(record, Ticket) and record.merged_into:
            return "context"
        return "context" if record.kind == "article" or not self._recent(candidate) else "direct"

    def _follows(self, candidate: Candidate, other: Candidate) -> bool:
        """A link is followed when the linked record is alike at least a little; a message about many things isn't a bridge."""
        if other.record.kind == "message" and candidate.record.kind == "message":
            return False
        return candidate.likeness >= WITH_A_TIE or candidate.record.kind == "article" or other.record.kind == "ticket"

    def _earlier(self) -> None:
        """A few solved tickets from before as history, and the work items closest in words, whatever their age."""
        left = [c for c in self.candidates if c.bearing is None]
        history = [c for c in left if c.record.kind == "ticket" and not self._recent(c) and self._same_kind(c)]
        for candidate in sorted(history, key=_order(""))[:EARLIER]:
            candidate.admit("context", "an earlier matter of the same kind")
        closest = [c for c in left if c.record.kind == "work item" and (c.likeness >= CLOSEST or self._same_kind(c))]
        for candidate in sorted(closest, key=_order(""))[:MOST_CLOSEST]:
            candidate.admit("context", "among the closest in words")

    def _same_kind(self, candidate: Candidate) -> bool:
        return candidate.likeness >= SAME_MATTER or bool(shared_identifiers(self.topic, candidate.found.reading))

    def _needed(self, candidate: Candidate) -> float:
        """Own tickets and messages that name the customer need less; a topic of few words needs more."""
        record = candidate.record
        if self.topic.by_ties_only and record.ref not in self._own and record.kind == "ticket":
            return NEVER
        few = 0.12 if len(self._weights) <= 4 or self.topic.identifiers else 0.0
        if record.kind == "ticket":
            return SAME_MATTER + few - (0.12 if record.ref in self._own else 0.0)
        if record.kind == "message":
            named = any(name in candidate.found.reading.folded for name in self._own_names)
            return READABLE if named else SAME_MATTER + few
        return SAME_MATTER - 0.07

    def _customers_channel(self, channel: str) -> bool:
        """`acct-acme` is the channel of Acme Corp: what is left of its name are words of the customer's."""
        words = set(normal(channel).split()) - _CHANNEL_WORDS
        return bool(words) and any(words <= set(normal(name).split()) for name in self._own_names)

    def _recent(self, candidate: Candidate) -> bool:
        record, moment = candidate.record, candidate.found.reading.latest
        if moment is None or (isinstance(record, WorkItem) and record.state in ("open", "in progress")):
            return True
        return moment >= self.topic.earliest

    def _dropped(self, beyond: list[Candidate]) -> list[Dropped]:
        left = [c for c in self.candidates if c.bearing is None]
        groups = [
            ("other tickets of the customer", [c for c in left if c.record.kind == "ticket" and c.record.ref in self._own]),
            ("about something else", [c for c in left if not (c.record.kind == "ticket" and c.record.ref in self._own)]),
            ("beyond the most telling of their kind", beyond),
        ]
        return [
            Dropped(reason=reason, count=len(members), examples=tuple(_label(c.record) for c in nsmallest(5, members, key=_order(""))))
            for reason, members in groups
            if members
        ]


def best(topic: Topic, tickets: Sequence[Found], *, enough: float = READABLE) -> Found | None:
    """The ticket that the issue is most likely about: alike in words, open, recent. None when none is alike `enough`."""
    pool = Pool(item.reading.words for item in tickets)
    weights = pool.weights(topic.stems)
    scored = []
    for item in tickets:
        record = item.record
        assert isinstance(record, Ticket)
        likeness = alike(topic, weights, item.reading)
        recent = 0.1 if (item.reading.latest or topic.onset) >= topic.earliest else -0.2
        scored.append((likeness + recent + (0.05 if record.state != "solved" else -0.1), item))
    scored.sort(key=lambda pair: (-round(pair[0], 4), pair[1].record.ref))
    return scored[0][1] if scored and scored[0][0] >= enough else None


def _meant(name: str, by: Candidate, among: Sequence[Candidate]) -> Sequence[Candidate]:
    """Which of the records of this name `by` means: a bare number is its own system's, where that has one of this number."""
    own = [other for other in among if other.found.connector == by.found.connector] if name.lstrip("#").isdigit() else []
    return own or among


def _label(record: AnyRecord) -> str:
    return record.ref if record.kind != "message" else record.heading


def _order(primary: str) -> Callable[[Candidate], tuple[bool, bool, float, datetime, str]]:
    def key(candidate: Candidate) -> tuple[bool, bool, float, datetime, str]:
        record = candidate.record
        return (record.ref != primary, candidate.bearing != "direct", -candidate.score, record.moment or _UNDATED, record.ref)

    return key
