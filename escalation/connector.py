"""What a connector is: one class, typed settings, and a method for each thing it can find.

A connector offers an ability by defining its method. Each takes one frozen query and yields
records as they come, so what was yielded before a failure is kept. It runs on a thread of its
own, may block, and is left behind at the deadline: it need not watch the time, but a long loop
is kinder if it calls `self.session.check()`.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from escalation.errors import Unavailable
from escalation.model import Instant, Model
from escalation.records import Account, AccountKey, Article, Category, Message, Record, Ticket, WorkItem


class Settings(Model):
    """Base of a connector's settings. Every field documented; secrets are `SecretStr`."""


class AccountQuery(Model):
    """Which accounts? Any of the names, domains or refs may match."""

    names: tuple[str, ...] = ()
    near: bool = True
    """Near names are wanted too ("Acme Corp EU" for "Acme Corp"). If not, many names are asked at once, most of no account."""
    domains: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    limit: int = 25


class SearchQuery(Model):
    """One rung of the search ladder.

    `exact`: strings that must all occur as they stand (an error code, a quoted message).
    `words`: telling words; more of them is better, none is required.
    `account`: only records of this account, where the system can tell.
    With neither `exact` nor `words`, it asks for the account's latest records.
    """

    exact: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    account: AccountKey | None = None
    since: Instant | None = None
    limit: int = 50


class TicketQuery(SearchQuery):
    """Which tickets?"""


class MessageQuery(SearchQuery):
    """Which chat messages?"""


class WorkItemQuery(SearchQuery):
    """Which work items?"""


class ArticleQuery(SearchQuery):
    """Which articles?"""


class Session:
    """What a connector is handed for one case: its deadline, its cache folder, its ledger.

    The ledger is what coverage is made of: requests sent, why the answer is incomplete.
    """

    def __init__(self, *, seconds: float, cache: Path) -> None:
        self.deadline = time.monotonic() + seconds
        """Monotonic seconds."""
        self.cache = cache
        """A folder this connector may write to; it may be deleted at any time."""
        self.requests = 0
        self.signs = 0
        """Grows with every `check()`: who gives signs of life is not taken for one that hangs."""
        self.shortfalls: list[str] = []

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.deadline - time.monotonic())

    def check(self) -> None:
        """Say that the work goes on; raise `Unavailable` once the deadline has passed."""
        self.signs += 1
        if not self.remaining():
            raise Unavailable("the time for this case is over")

    def count_request(self) -> None:
        """One more call to the system (or one query of a local index)."""
        self.requests += 1

    def fall_short(self, why: str) -> None:
        """Say why the answer is incomplete; coverage becomes `partial` with this detail."""
        if why not in self.shortfalls:
            self.shortfalls.append(why)


S = TypeVar("S", bound=Settings)
SettingsType: TypeAlias = type[Settings]
"""Named here, because inside `Connector` the word `type` is the configuration's."""


class Connector(Generic[S]):
    """Base of all connectors. `type` is the word used in `config.yaml`."""

    type: ClassVar[str]
    categories: ClassVar[tuple[Category, ...]]
    settings_type: ClassVar[SettingsType]

    def __init__(self, name: str, settings: S, session: Session) -> None:
        self.name = name
        """The name it is configured under; what evidence and coverage are labelled with."""
        self.settings = settings
        self.session = session

    def owns(self, reference: str) -> bool:
        """Could this key or URL be one of mine? Pure and quick: it decides whether `fetch` is asked."""
        return False


@runtime_checkable
class FindsAccounts(Protocol):
    """Ability: accounts by name, domain or id."""

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]: ...


@runtime_checkable
class FindsTickets(Protocol):
    """Ability: tickets by account and text."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]: ...


@runtime_checkable
class FindsMessages(Protocol):
    """Ability: chat messages by text."""

    def find_messages(self, query: MessageQuery) -> Iterator[Message]: ...


@runtime_checkable
class FindsWorkItems(Protocol):
    """Ability: work items by text."""

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]: ...


@runtime_checkable
class FindsArticles(Protocol):
    """Ability: articles by text."""

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]: ...


@runtime_checkable
class Fetches(Protocol):
    """Ability: the record behind a key or URL that `owns` said yes to."""

    def fetch(self, reference: str) -> Iterator[Record]: ...


class Probe(Model):
    """One line of `check_connection`: an ability, whether it works, and what to mend if not."""

    ability: str
    works: bool
    detail: str = ""
    fix: str = ""


@runtime_checkable
class ChecksConnection(Protocol):
    """Ability: say what works and which scope is missing."""

    def check_connection(self) -> Iterator[Probe]: ...
