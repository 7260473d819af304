"""A duplicate: an earlier case, or a work item that is filed already, that looks the same. Whether it is, a person decides."""

from typing import Literal

from escalation.model import Instant, Model

Sure = Literal["very likely", "likely", "possible"]


class Duplicate(Model):
    """What looks the same as the case at hand, why, and how sure that is."""

    kind: Literal["case", "work item"]
    ref: str
    """ESC-ABC234, or the work item's key."""
    title: str
    at: Instant | None = None
    """When it was opened."""
    by: str = ""
    """Who opened the case."""
    status: str = ""
    """The work item's, in the tracker's own word."""
    sure: Sure
    """A case: by a ticket or request that both are about, or by several ids; by one id, or by customer and words; by words.
    A work item: by ids and words; by either; by less."""
    because: tuple[str, ...]
    """Why, the strongest first: "same work item ENG-812", "same customer Acme Corp", "62 of 100 alike in words"."""
    alike: int = 0
    """In words and time, of 100."""
    news: tuple[str, ...] = ()
    """What the case at hand has and this one lacks: "account Halden Marine", "ticket 4233"."""
    may_join: bool = False
    """The case at hand can be joined to it: it is a case, and either both are restricted or neither is."""
