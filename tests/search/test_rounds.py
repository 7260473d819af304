"""Rounds: who is late catches up, what a search brought in part is read whole, and a number is its own system's."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from escalation.connector import AccountQuery, Connector, Outside, TicketQuery, WorkItemQuery
from escalation.errors import AuthError, Exhausted, NotFound
from escalation.evidence import Coverage
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.records import Account, Category, Comment, Record, Ticket, WorkItem
from escalation.search import rounds
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from tests.search import connectors as c

SECRET = "xyzzy-not-to-be-shown"


@pytest.fixture
def issue() -> Issue:
    return understand("Orders API answers ORD-5031 for Acme Corp", now=c.NOW, zone="UTC")


def run(issue: Issue, cache: Path, *kinds: type[Any], seconds: float = 8.0) -> Gathering:
    return gather(issue, c.configured(*kinds), seconds=seconds, outside=Outside(cache))


def line(gathering: Gathering, connector: str, category: Category = Category.SUPPORT_PLATFORM) -> Coverage:
    return next(line for line in gathering.coverage if line.connector == connector and line.category is category)


class Slow(c.Base):
    """Answers every question a little too late for the round."""

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        time.sleep(1.6)
        return super().find_accounts(query)


def test_one_that_is_late_gets_every_question_and_counts_all_the_same(
    issue: Issue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "GRACE", 0.2)
    gathering = run(issue, tmp_path, c.Base, c.Counts, Slow)
    assert line(gathering, "slow", Category.CRM).status == "complete"
    assert line(gathering, "slow").records >= line(gathering, "base").records


def test_one_that_hangs_keeps_no_round_open(issue: Issue, tmp_path: Path) -> None:
    asked: dict[str, float] = {}
    begun = time.monotonic()

    class Watched(c.Base):
        def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
            asked.setdefault("tickets" if query.account else "symptom", time.monotonic() - begun)
            return super().find_tickets(query)

    run(issue, tmp_path, Watched, c.Counts, c.Hangs)
    assert asked["symptom"] < rounds.GRACE + 1.0


class Hits(c.Base):
    """Its search brings the beginning only."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        yield c.ticket(whole=False, url="https://desk.example/tickets/1")

    def owns(self, reference: str) -> bool:
        return reference.startswith("https://desk.example/")

    def fetch(self, reference: str) -> Iterator[Record]:
        self.session.count_request()
        yield c.ticket(url=reference, comments=(Comment(text="Since the deploy of Monday it is every order."),))


def test_a_hit_that_bears_on_the_case_is_read_whole_once(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, Hits)
    (ticket,) = gathering.of_kind("ticket")
    assert isinstance(ticket.record, Ticket)
    assert [comment.text for comment in ticket.record.comments] == ["Since the deploy of Monday it is every order."]
    assert sum(one.requests for one in gathering.coverage) == 2  # the account, and the ticket


class Tracker(Connector[c.Quiet]):
    """Numbers its work items from 1, as the help desk numbers its tickets."""

    type = "tracker"
    categories = (Category.PROJECT_TRACKER,)
    settings_type = c.Quiet

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]:
        yield WorkItem(ref="1", title="Orders API answers ORD-5031", text="Blocks #2.", created_at=c.NOW)
        yield WorkItem(ref="2", title="Orders API returns errors on bulk orders", created_at=c.NOW)


def test_a_bare_number_is_its_own_systems(issue: Issue, tmp_path: Path) -> None:
    class Desk(c.Base):
        def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
            yield c.ticket("1")
            yield c.ticket("2", "Invoice shows the wrong address for orders", text="Orders are billed to an old address by the API.")

    gathering = run(issue, tmp_path, Desk, Tracker)
    assert {item.record.ref for item in gathering.of_kind("work item")} == {"1", "2"}
    assert not any("named in 1" in item.why for item in gathering.of_kind("ticket") if item.record.ref == "2")


class Refuses(c.Base):
    """Says no to a credential, and says more than it should."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        raise AuthError(f"GET /search answered 403 to {SECRET}", status=403)
        yield

    def secrets(self) -> tuple[str, ...]:
        return (SECRET,)


def test_no_secret_of_a_connectors_settings_gets_into_coverage(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, Refuses)
    assert "answered 403" in line(gathering, "refuses").detail
    assert SECRET not in gathering.model_dump_json()


class Spends(c.Base):
    """Has no request left for its search."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        yield c.ticket()
        raise Exhausted("GET /search was not sent: the requests for this case are spent")


def test_spent_requests_are_no_failure_and_never_complete(issue: Issue, tmp_path: Path) -> None:
    assert line(run(issue, tmp_path, Spends), "spends").status == "partial"


class Misplaced(c.Base):
    """Its search is not where the settings say."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        raise NotFound("GET /search answered 404", status=404)
        yield


def test_a_search_that_is_not_there_is_a_failure(issue: Issue, tmp_path: Path) -> None:
    assert line(run(issue, tmp_path, Misplaced), "misplaced").status == "failed"


def test_every_connector_is_closed_on_its_own_thread(issue: Issue, tmp_path: Path) -> None:
    closed = threading.Event()

    class Closes(c.Base):
        def close(self) -> None:
            assert threading.current_thread().name == "connector closes"
            closed.set()

    run(issue, tmp_path, Closes)
    assert closed.wait(2)
