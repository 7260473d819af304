"""What a connector is: one class, typed settings, and a method for each thing it can find.

A connector offers an ability by defining its method. Each takes one frozen query and yields
records as they come, so what was yielded before a failure is kept. It runs on a thread of its
own, may block, and is left behind at the deadline: it need not watch the time, but a long loop
is kinder if it calls `self.session.check()`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator

from escalation.errors import AuthError, ConnectorError, EscalationError, Unavailable, UnexpectedResponse
from escalation.model import Instant, Model
from escalation.records import Account, AccountKey, Article, Category, Message, Record, Side, Ticket, WorkItem
from escalation.tokens import MemoryVault, Vault

if TYPE_CHECKING:
    from escalation.auth import Auth
    from escalation.http import Api
    from escalation.paging import Page
    from escalation.reply import Reply


class Settings(Model):
    """Base of a connector's settings. Every field documented; secrets are `SecretStr`."""


class ApiSettings(Settings):
    """Base of the settings of a connector that speaks HTTP."""

    base_url: str = Field(
        default="", description="Address of the API, where it is not the vendor's usual one: a proxy, a sandbox, your own server."
    )
    our_domains: tuple[str, ...] = Field(
        default=(), description="E-mail domains of our own staff: who in a thread speaks for us, where the system does not tell."
    )

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query or parts.fragment):
            raise ValueError("expected an address such as https://api.example.com, without user, query or fragment")
        return value.rstrip("/")

    def side(self, email: str) -> Side:
        """On whose side the owner of this address speaks; unknown without an address, or where our domains are not set."""
        domain = email.rpartition("@")[2].strip().casefold()
        if not domain or not self.our_domains:
            return "unknown"
        return "vendor" if any(domain == own or domain.endswith("." + own) for own in map(str.casefold, self.our_domains)) else "customer"


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

    def terms(self, most: int = 12, longest: int = 200) -> tuple[str, ...]:
        """`exact`, then `words`, each on one line without control characters, and of a length that a vendor's search takes.

        Nothing is escaped here: each vendor's query language has its own rules.
        """
        lines = (
            " ".join("".join(c if c.isprintable() else " " for c in term).split())[:longest].strip() for term in (*self.exact, *self.words)
        )
        return tuple(dict.fromkeys(filter(None, lines)))[:most]


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

    def __init__(
        self,
        *,
        seconds: float,
        cache: Path,
        budget: int | None = None,
        vault: Vault | None = None,
        transport: Any = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """`transport` stands for the network (an `httpx.BaseTransport`), `clock` and `sleep` for time: tests pass their own."""
        self._clock = clock
        self._over = threading.Event()
        self._sleep = sleep or self._over.wait
        self.deadline = clock() + seconds
        """Seconds on `clock`."""
        self.cache = cache
        """A folder this connector may write to; it may be deleted at any time."""
        self.budget = budget
        """Requests that may be sent; None means as many as it takes."""
        self.vault: Vault = vault or MemoryVault()
        """Where access tokens are kept between runs."""
        self.transport = transport
        self.requests = 0
        self.signs = 0
        """Grows with every `check()`: who gives signs of life is not taken for one that hangs."""
        self.shortfalls: list[str] = []

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.deadline - self._clock())

    def end(self) -> None:
        """The time is over now: whoever waits in here, or checks the next time, is told."""
        self.deadline = self._clock()
        self._over.set()

    def wait(self, seconds: float) -> None:
        """Wait because the system asked for it, with signs of life. Raises `Unavailable` once the deadline has passed."""
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0:
            self.check()
            self._sleep(min(left, 0.5, self.remaining() or 0.01))
        self.check()

    def spent(self) -> bool:
        """Are all requests spent?"""
        return self.budget is not None and self.requests >= self.budget

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


def address(text: str) -> SplitResult:
    """The parts of an address, all empty where it is none. Never raises: what is followed was written by anybody."""
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult("", "", "", "", "")


@dataclass(frozen=True)
class Outside:
    """What the sessions of all connectors have in common: folder, vault and network."""

    cache: Path
    vault: Vault = field(default_factory=MemoryVault)
    transport: Any = None

    def session(self, name: str, seconds: float, budget: int | None = None) -> Session:
        """A session for the connector of this name."""
        return Session(seconds=seconds, cache=self.cache / name, budget=budget, vault=self.vault, transport=self.transport)


@dataclass(frozen=True)
class Ending:
    """Something a connector uses that its vendor will switch off."""

    what: str
    on: date
    instead: str
    """What to set instead, and where it is got."""
    source: str
    """Where the vendor says so."""
    fields: tuple[str, ...] = ()
    """Settings that make use of it; empty means: whatever is set."""


@dataclass(frozen=True)
class About:
    """What people are told of a connector: CONNECTORS.md, `connectors` and `doctor` print it."""

    title: str = ""
    """The product's name as its vendor writes it."""
    credential: str = ""
    """How to get the credential with the least privilege: where to click, what to tick. One paragraph."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """Ability → scope or permission it takes, in the vendor's own words."""
    blind: str = ""
    """What the vendor's search can't see, in one sentence; part of coverage's honesty."""
    source: str = ""
    """API and version, where it was read, and when."""
    example: Mapping[str, str] = field(default_factory=dict)
    """Settings as they stand in config.yaml."""
    endings: tuple[Ending, ...] = ()


S = TypeVar("S", bound=Settings)
A = TypeVar("A", bound=ApiSettings)
R = TypeVar("R", bound=Record)
SettingsType: TypeAlias = type[Settings]
ConnectorType: TypeAlias = "type[Connector[Any]]"
"""Named here, because inside `Connector` the word `type` is the configuration's."""


class Connector(Generic[S]):
    """Base of all connectors. `type` is the word used in `config.yaml`."""

    type: ClassVar[str]
    categories: ClassVar[tuple[Category, ...]]
    settings_type: ClassVar[SettingsType]
    about: ClassVar[About] = About()

    def __init__(self, name: str, settings: S, session: Session) -> None:
        self.name = name
        """The name it is configured under; what evidence and coverage are labelled with."""
        self.settings = settings
        self.session = session

    @classmethod
    def endings(cls, settings: Settings) -> tuple[Ending, ...]:
        """What these settings make use of and the vendor will switch off."""
        return tuple(one for one in cls.about.endings if not one.fields or any(getattr(settings, name, None) for name in one.fields))

    @classmethod
    def fitted(cls, settings: S) -> ConnectorType:
        """The class for these settings: one whose abilities or categories depend on them returns one that has only those."""
        return cls

    def owns(self, reference: str) -> bool:
        """Could this key or URL be one of mine? Pure and quick: it decides whether `fetch` is asked."""
        return False

    def close(self) -> None:
        """The case is over; let go what is held."""

    def mapped(self, rows: Iterable[Reply], mapping: Callable[[Reply], R | None]) -> Iterator[R]:
        """A record for each row; None is a row that is no record. One that can't be mapped is dropped and counted in coverage.

        Nothing of the row is told, only the kind of slip: its values are a customer's.
        """
        slips: dict[str, int] = {}
        try:
            for row in rows:
                before = len(row.faults)  # rows of one page share their list
                try:
                    record = mapping(row)
                except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, ConnectorError) as error:
                    if isinstance(error, ConnectorError) and type(error) is not UnexpectedResponse:
                        raise
                    why = str(error) if isinstance(error, UnexpectedResponse) else f"{type(error).__name__} in {mapping.__name__}"
                    slips[f"dropped, {why}"] = slips.get(f"dropped, {why}", 0) + 1
                    continue
                for fault in dict.fromkeys(row.faults[before:]):
                    slips[fault] = slips.get(fault, 0) + 1
                if record is not None:
                    yield record
        finally:
            for why, times in slips.items():
                self.session.fall_short(f"{times} × {why}")

    def secrets(self) -> tuple[str, ...]:
        """Values of the secret settings that are set."""
        return tuple(value.get_secret_value() for _, value in self.settings if isinstance(value, SecretStr) and value.get_secret_value())

    def credential_fields(self) -> tuple[str, ...]:
        """Names of the secret settings that are set: what to mend when the system refuses."""
        return tuple(name for name, value in self.settings if isinstance(value, SecretStr))

    def refused(self, ability: str, error: AuthError) -> str:
        """The line for whoever must mend a refusal: what was answered, which field it is about, which scope it takes."""
        fields = " or ".join(repr(name) for name in self.credential_fields())
        needs = self.about.needs.get(ability, "")
        hint = "the credential was not accepted" if error.status == 401 else "the credential may not do this"
        parts = [str(error), f"{hint}: check {fields}" if fields else "", f"{ability} needs {needs}" if needs else ""]
        return self.masked("; ".join(filter(None, parts)))

    def masked(self, text: str) -> str:
        """The text without any value of a secret setting."""
        for secret in sorted(self.secrets(), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


class ApiConnector(Connector[A]):
    """Base of the connectors that speak HTTP: says where and as whom; `self.api` does the rest."""

    def base_url(self) -> str:
        """Where the API is: `settings.base_url`, or the vendor's usual address."""
        return self.settings.base_url

    def auth(self) -> Auth:
        """Who asks."""
        from escalation.auth import Anonymous

        return Anonymous()

    def headers(self) -> Mapping[str, str]:
        """What every request carries, such as the API's version. No credential."""
        return {}

    def refusal(self, page: Page) -> ConnectorError | None:
        """Which error a reply is in truth whose status does not tell all: a success, a 4xx without a meaning, a 403 that names a scope."""
        return None

    @cached_property
    def api(self) -> Api:
        """The client, made when it is first used: its library takes a while to load."""
        from escalation.http import Api

        return Api(self.base_url(), self.auth(), self.session, headers=self.headers(), refusal=self.refusal)

    def close(self) -> None:
        if "api" in self.__dict__:
            self.api.close()

    def probe(self, ability: str, ask: Callable[[], object], detail: str = "") -> Probe:
        """One line of `check_connection`: does this small request of an ability succeed? `detail` says what it could see."""
        try:
            said = ask()
        except AuthError as error:
            return Probe(ability=ability, works=False, detail=self.refused(ability, error), fix=self.about.credential)
        except EscalationError as error:
            return Probe(ability=ability, works=False, detail=self.masked(str(error)))
        return Probe(ability=ability, works=True, detail=detail or (said if isinstance(said, str) else ""))


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
