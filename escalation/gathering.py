"""What step 2 hands on: the evidence, whom it is about, and what could and couldn't be seen."""

from collections.abc import Iterable
from typing import Literal

from escalation.evidence import Coverage, Dropped, Evidence, Gap
from escalation.model import Model


class Customer(Model):
    """One customer named in the issue, and the account it was found to be."""

    name: str
    """As typed."""
    account: str = ""
    """Evidence id of the account; empty when none or several match."""
    matched_by: Literal["id", "domain", "exact name", "only near name", ""] = ""
    candidates: tuple[str, ...] = ()
    """Names of the accounts it could be, when it is ambiguous or only near."""


class AffectedAccount(Model):
    """A distinct account that the issue touches, and how sure that is. Tickets of one account count once."""

    name: str
    account: str = ""
    """Evidence id of its CRM account, if there is one."""
    evidence: tuple[str, ...] = ()
    """Tickets, messages, work items that tie it to the issue, strongest first."""
    certainty: Literal["confirmed", "linked by symptom", "suspected"]
    """confirmed: support or engineering says so of this account, or it is the customer named and its ticket
    reports the symptom; linked by symptom: its own ticket reports it; suspected: only named by somebody."""
    because: str
    ties: tuple[str, ...] = ()
    """What ties its tickets to the issue, each a clause that cites: ids first, then words."""
    counting: tuple[str, ...] = ()
    """Why a ticket counts for it that isn't simply its own, and why it counts with another account."""
    counted_with: str = ""
    """Name of the affected account of the same company with which it counts once; empty when it counts by itself."""


class Gathering(Model):
    """Everything that was found, in a fixed order."""

    evidence: tuple[Evidence, ...] = ()
    customers: tuple[Customer, ...] = ()
    affected: tuple[AffectedAccount, ...] = ()
    uncounted: tuple[str, ...] = ()
    """Tickets that add no account, each with why: "T9 was written by our own staff …", "T7 was merged into T1"."""
    primary: str = ""
    """Evidence id of the ticket that the issue is about, if one stands out."""
    coverage: tuple[Coverage, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def __getitem__(self, id: str) -> Evidence:
        """Evidence by id; `T1.2` finds T1."""
        wanted = id.split(".", maxsplit=1)[0]
        for item in self.evidence:
            if item.id == wanted:
                return item
        raise KeyError(id)

    def of_kind(self, *kinds: str) -> tuple[Evidence, ...]:
        """Evidence whose record is a "ticket", "account", "message", "work item", "article" or "note"."""
        return tuple(item for item in self.evidence if item.record.kind in kinds)

    def among(self, ids: Iterable[str]) -> tuple[Evidence, ...]:
        """Evidence with these ids, in their order."""
        return tuple(self[id] for id in ids)
