"""Connectors that behave, and connectors that don't, for the tests of the gatherer."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from escalation.config import Configured
from escalation.connector import AccountQuery, Connector, Settings, TicketQuery
from escalation.errors import AuthError, NotFound, Unavailable
from escalation.records import Account, AccountKey, Category, Comment, Message, Person, Record, Ticket

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
FOREVER = threading.Event()


def ticket(ref: str = "1", subject: str = "Orders API answers ORD-5031", **more: Any) -> Ticket:
    """A ticket of Acme Corp from two days before NOW."""
    values: dict[str, Any] = {
        "created_at": NOW - timedelta(days=2),
        "account": AccountKey(name="Acme Corp", domain="acme.example.com"),
        "requester": Person(name="Jo", email="jo@acme.example.com", side="customer"),
        "state": "open",
    }
    return Ticket(ref=ref, subject=subject, **(values | more))


class Quiet(Settings):
    """No settings."""


class Base(Connector[Quiet]):
    """A support platform with one ticket and one account."""

    type = "base"
    categories = (Category.SUPPORT_PLATFORM, Category.CRM)
    settings_type = Quiet

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        self.session.count_request()
        yield ticket()

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        self.session.count_request()
        yield Account(ref="a1", name="Acme Corp", domains=("acme.example.com",))


class Hangs(Base):
    """Never answers."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        FOREVER.wait(60)
        yield ticket("never")


class HangsWhenMade(Base):
    """Doesn't even come up."""

    def __init__(self, *arguments: Any) -> None:
        FOREVER.wait(60)
        super().__init__(*arguments)


class Drips(Base):
    """One record at a time, for ever."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        for number in range(10_000):
            yield ticket(f"drip-{number}")
            time.sleep(0.05)


class Raises(Base):
    """Fails half-way with a message that must not be shown."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        yield ticket("before")
        raise KeyError("customer@acme.example.com said hunter2")


class Exits(Base):
    """Tries to end the program."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        raise SystemExit(7)
        yield


class Refuses(Base):
    """A token without the scope."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        raise AuthError("GET /tickets: 403; the token lacks the scope tickets:read", status=403)
        yield


class Throttles(Base):
    """Too many requests."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        raise Unavailable("GET /tickets: 429, retry after 30 s", status=429, retry_after=30)
        yield


class Junk(Base):
    """Things that are not tickets."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Any]:
        yield from (None, {"ref": "1"}, "ticket", 3.5, Message(ref="m", channel="c", text="not a ticket"))
        yield Ticket.model_construct(ref=None, subject=None, text=None)
        yield Ticket.model_construct(ref="9", subject="x", text="x", comments=(None,))
        yield ticket("sound")


class JunkInsteadOfAnIterator(Base):
    """Returns a number."""

    def find_tickets(self, query: TicketQuery) -> Any:
        return 42


class Floods(Base):
    """50,000 records, whatever the limit."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        for number in range(50_000):
            yield ticket(str(number))


class Lies(Base):
    """Dates that can't be."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        late = NOW + timedelta(days=4000)
        yield ticket("future", created_at=late, comments=(Comment(text="from tomorrow", at=late),))


class Links(Base):
    """Holds what others name."""

    def owns(self, reference: str) -> bool:
        return reference.startswith("77")

    def fetch(self, reference: str) -> Iterator[Record]:
        self.session.count_request()
        if reference != "7755":
            raise NotFound(f"no ticket {reference}")
        yield ticket("7755", subject="Orders API answers ORD-5031 here too", account=AccountKey(name="Globex Retail"))


class Counts(Base):
    """Says how much it was asked."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        self.session.count_request()
        time.sleep(0.02)
        yield from ()


def configured(*kinds: type[Connector[Any]]) -> list[Configured]:
    """Each class under its own name, in this order."""
    return [Configured(name=kind.__name__.lower(), kind=kind, settings=Quiet(), source="test") for kind in kinds]
