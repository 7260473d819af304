"""The checks. Each says what to mend when it fails; none may be overridden without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from escalation.connector import (
    AccountQuery,
    ArticleQuery,
    Connector,
    MessageQuery,
    Session,
    TicketQuery,
    WorkItemQuery,
)
from escalation.records import AccountKey, Record
from escalation.testing.network import Network
from escalation.testing.replies import Replies

ABILITIES: Mapping[str, tuple[type[Any], str]] = {
    "find_accounts": (AccountQuery, "account"),
    "find_tickets": (TicketQuery, "ticket"),
    "find_messages": (MessageQuery, "message"),
    "find_work_items": (WorkItemQuery, "work item"),
    "find_articles": (ArticleQuery, "article"),
}


class ConnectorConformance:
    """Subclass this in a test module, set the first four, and run pytest."""

    connector_type: ClassVar[type[Connector[Any]]]
    settings: ClassVar[Mapping[str, Any]]
    """As they would stand in config.yaml, secrets in clear: use ones that stand nowhere else."""
    replies: ClassVar[Replies]
    """What the vendor answers: `Recordings(folder)`, or any function of a request."""
    reference: ClassVar[str] = ""
    """A key or URL that `fetch` finds in the replies."""
    account: ClassVar[str] = "Acme Corp"
    """Name of an account that `find_accounts` finds in the replies."""
    words: ClassVar[tuple[str, ...]] = ("export",)
    exact: ClassVar[tuple[str, ...]] = ("E4711",)
    """What the searches find something by."""

    @pytest.fixture
    def network(self) -> Network:
        """A network that answers as recorded."""
        return Network(type(self).replies)

    @pytest.fixture
    def session(self, network: Network, tmp_path: Path) -> Session:
        """A session on that network."""
        return network.session(tmp_path)

    def abilities(self) -> Iterator[str]:
        """The abilities that this connector has."""
        for ability in (*ABILITIES, "fetch"):
            if hasattr(self.connector_type, ability):
                yield ability

    def ask(self, connector: Connector[Any], ability: str) -> list[Record]:
        """What an ordinary question of this ability yields."""
        if ability == "fetch":
            return list(getattr(connector, ability)(self.reference))
        if ability == "find_accounts":
            return list(getattr(connector, ability)(AccountQuery(names=(self.account,))))
        query = ABILITIES[ability][0]
        return list(getattr(connector, ability)(query(words=self.words, account=AccountKey(name=self.account))))

    def test_every_ability_yields_records_of_its_kind(self, network: Network, session: Session) -> None:
        """If this fails: an ability yields nothing from your replies, or records of another kind."""
        connector = network.connector(self.connector_type, self.settings, session)
        for ability in self.abilities():
            records = self.ask(connector, ability)
            assert records, f"{ability} yields nothing; session.shortfalls: {session.shortfalls}"
            if ability in ABILITIES:
                assert {record.kind for record in records} == {ABILITIES[ability][1]}  # type: ignore[attr-defined]
        assert not session.shortfalls
