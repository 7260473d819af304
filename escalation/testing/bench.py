"""What every check stands on: the connector under test, and trials, each of which asks it one thing under some weather."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeAlias
from urllib.parse import urlsplit

import pytest

from escalation.actions import Draft
from escalation.connector import (
    AccountQuery,
    ApiConnector,
    ArticleQuery,
    Connector,
    MessageQuery,
    Session,
    TicketQuery,
    WorkItemQuery,
)
from escalation.errors import AuthError, ConnectorError
from escalation.guide import ACTIONS
from escalation.http import Answer, Sent
from escalation.records import AccountKey, Category, Record
from escalation.search import rounds
from escalation.testing.network import Clock, Network
from escalation.testing.replies import Replies, Unrecorded

ABILITIES: Mapping[str, tuple[type[Any], str]] = {
    "find_accounts": (AccountQuery, "account"),
    "find_tickets": (TicketQuery, "ticket"),
    "find_messages": (MessageQuery, "message"),
    "find_work_items": (WorkItemQuery, "work item"),
    "find_articles": (ArticleQuery, "article"),
}
"""Ability → the query it takes, and the kind of record that it yields."""

CATEGORY: Mapping[str, Category] = {ability: rounds.ABILITIES[ability][0] for ability in ABILITIES}

CANARY = "Quokka-5150"
"""Stands for what a customer said: it must not be in any message."""

Weather: TypeAlias = Callable[[Sent, int], "Answer | None"]
"""What answers a request instead of the replies, or None: the request, and how many went to the API before it."""


def silent(sent: Sent) -> Answer:
    """The replies of a connector that speaks no HTTP: there are none."""
    raise Unrecorded(f"{sent.method} {urlsplit(sent.url).path}: `replies` is not set")


class Trial:
    """One question to a fresh connector on a network, with a clock and a session of its own."""

    def __init__(
        self,
        bench: type[Bench],
        ability: str,
        cache: Path,
        *,
        seconds: float = 60.0,
        budget: int | None = None,
        settings: Mapping[str, Any] | None = None,
        replies: Replies | None = None,
    ) -> None:
        self.ability = ability
        self.bench = bench
        self.weather: Weather | None = None
        self.network = Network(replies or bench.replies, self._meddle)
        self.session = self.network.session(cache, seconds, budget)
        self.connector = self.network.connector(bench.kind(), bench.settings if settings is None else settings, self.session)
        self.records: list[Record] = []
        self.error: ConnectorError | None = None
        self._tokens_from = getattr(self.connector.auth(), "token_url", "") if isinstance(self.connector, ApiConnector) else ""

    @property
    def clock(self) -> Clock:
        """The time that passes when the connector waits."""
        return self.network.clock

    @property
    def sent(self) -> list[Sent]:
        """What went to the API: everything but requests for an access token."""
        return [sent for sent in self.network.sent if not self._for_token(sent)]

    @property
    def renews(self) -> bool:
        """Does it get a token of its own, which a refusal makes it renew once?"""
        return bool(self._tokens_from)

    def ask(self, question: Any = None) -> Trial:
        """Put the question, an ordinary one unless given. What it yielded and the ConnectorError it ended with are kept."""
        argument = self.bench.question(self.ability) if question is None else question
        try:
            for record in getattr(self.connector, self.ability)(argument):
                self.records.append(record)
        except ConnectorError as error:
            self.error = error
        finally:
            self.connector.close()
        return self

    def said(self) -> str:
        """Every word that somebody could be shown of it: the error with its causes, the line of a refusal, coverage's details."""
        parts = list(self.session.shortfalls)
        if self.error:
            parts += traceback.format_exception(self.error)
        if isinstance(self.error, AuthError):
            parts.append(self.connector.refused(self.ability, self.error))
        return "\n".join(parts)

    def told(self) -> str:
        """What is shown without a debugger: as `said`, the error by its message alone."""
        refusal = self.connector.refused(self.ability, self.error) if isinstance(self.error, AuthError) else ""
        return "\n".join([*self.session.shortfalls, str(self.error or ""), refusal])

    def _meddle(self, sent: Sent, _number: int) -> Answer | None:
        if self.weather is None or self._for_token(sent):
            return None
        return self.weather(sent, len(self.sent) - 1)

    def _for_token(self, sent: Sent) -> bool:
        return bool(self._tokens_from) and sent.url.partition("?")[0] == self._tokens_from


class Trials:
    """Makes the trials of one check."""

    def __init__(self, bench: type[Bench], folder: Path) -> None:
        self._bench = bench
        self._folder = folder

    def of(self, ability: str, **options: Any) -> Trial:
        """A fresh trial of this ability; options as `Trial` takes them."""
        return Trial(self._bench, ability, self._folder, **options)

    def each(self, *, fetch: bool = True, **options: Any) -> Iterator[Trial]:
        """A fresh trial of every ability that finds something, and of `fetch`."""
        for ability in self._bench.abilities():
            if ability != "fetch" or fetch:
                yield self.of(ability, **options)

    def actions(self, **options: Any) -> Iterator[Trial]:
        """A fresh trial of every action."""
        for action in ACTIONS:
            if hasattr(self._bench.kind(), action):
                yield self.of(action, **options)


class Bench:
    """The connector under test: what a subclass sets, and how it is asked."""

    connector_type: ClassVar[type[Connector[Any]]]
    settings: ClassVar[Mapping[str, Any]]
    """As they would stand in config.yaml, secrets in clear: use ones that stand nowhere else."""
    replies: ClassVar[Replies] = staticmethod(silent)
    """What the vendor answers: `Recordings(folder)`, or any function of a request."""
    reference: ClassVar[str] = ""
    """A key or URL that `fetch` finds in the replies."""
    account: ClassVar[str] = "Acme Corp"
    """Name of an account that `find_accounts` finds in the replies."""
    words: ClassVar[tuple[str, ...]] = ("export",)
    exact: ClassVar[tuple[str, ...]] = ("E4711",)
    """What the searches find something by."""
    drafts: ClassVar[Mapping[str, Draft]] = {}
    """Action → a draft that it can carry out in the replies, if the kit's own will not do."""
    written: ClassVar[str] = "kit-mark-written"
    """The mark of a draft that stands in the replies already; not needed where the mark is the vendor's own idempotency key."""

    @pytest.fixture
    def network(self) -> Network:
        """A network that answers as recorded."""
        return Network(type(self).replies)

    @pytest.fixture
    def session(self, network: Network, tmp_path: Path) -> Session:
        """A session on that network."""
        return network.session(tmp_path)

    @pytest.fixture
    def trials(self, tmp_path: Path) -> Trials:
        """Trials of any connector."""
        return Trials(type(self), tmp_path)

    @pytest.fixture
    def http(self, trials: Trials) -> Trials:
        """Trials of a connector that speaks HTTP through `self.api`; checks that ask for them are skipped for others."""
        if not issubclass(self.connector_type, ApiConnector):
            pytest.skip("the connector speaks no HTTP through self.api")
        return trials

    @classmethod
    def kind(cls) -> type[Connector[Any]]:
        """The class as it is for the settings under test."""
        kind = cls.connector_type
        return kind.fitted(kind.settings_type.model_validate(cls.settings))

    @classmethod
    def abilities(cls) -> Iterator[str]:
        """The abilities that this connector has."""
        for ability in (*ABILITIES, "fetch"):
            if hasattr(cls.kind(), ability):
                yield ability

    @classmethod
    def times(cls) -> dict[str, int]:
        """Ability → how often an ordinary case asks for it."""
        return {ability: {"find_accounts": 1, "find_tickets": 3, "fetch": 3}.get(ability, 2) for ability in cls.abilities()}

    @classmethod
    def question(cls, ability: str) -> Any:
        """An ordinary question of this ability."""
        if ability == "fetch":
            return cls.reference
        if ability == "find_accounts":
            return AccountQuery(names=(cls.account,))
        return ABILITIES[ability][0](words=cls.words, account=AccountKey(name=cls.account))

    @classmethod
    def about(cls, ability: str, text: str) -> Any:
        """A question that is this text wherever a question can hold some; the key as ever where it holds none."""
        if ability == "fetch":
            return cls.reference
        if ability == "find_accounts":
            return AccountQuery(names=(text,), domains=(text,))
        return ABILITIES[ability][0](words=(text,), exact=(text,), account=AccountKey(name=text))

    @classmethod
    def secrets(cls) -> tuple[str, ...]:
        """The values of the secret settings under test."""
        settings = cls.connector_type.settings_type.model_validate(cls.settings)
        return tuple(value.get_secret_value() for _, value in settings if hasattr(value, "get_secret_value") and value.get_secret_value())

    def ask(self, connector: Connector[Any], ability: str) -> list[Record]:
        """What an ordinary question of this ability yields."""
        return list(getattr(connector, ability)(self.question(ability)))
