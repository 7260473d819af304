"""A record read once: its text, its words, and what it names. Found records are weighed again after every round."""

from __future__ import annotations

from functools import cached_property

from escalation.language.errortext import errors_in
from escalation.records import AnyRecord
from escalation.search.links import bare_numbers, handles, named_in
from escalation.search.similarity import tokens


class Reading:
    """What the weighing needs of one record."""

    def __init__(self, record: AnyRecord) -> None:
        passages = tuple(record.passages())
        below = "\n".join((*(passage.text for passage in passages), *getattr(record, "tags", ())))
        self.text = f"{record.heading}\n{below}"
        self.folded = self.text.casefold()
        self.heading_words = frozenset(tokens(record.heading))
        self.words = self.heading_words.union(tokens(below))
        self.handles = handles(record)
        """The ways others name it."""
        self.latest = max((passage.at for passage in passages if passage.at), default=record.moment)
        """When somebody last wrote in it; None when nobody knows."""
        self.named, self.denied = named_in(record, passages)
        """Keys and URLs it names or links to, lower case; those of them that it says are another matter."""
        self.numbers = tuple(bare_numbers(record, passages))
        """Bare numbers that may be tickets: (number, the passage it stands in, said to be another matter)."""

    @cached_property
    def statuses(self) -> frozenset[str]:
        """HTTP statuses: "500" where it is one, not where it is an amount."""
        return frozenset(error for error in errors_in(self.text) if error.isdigit())
