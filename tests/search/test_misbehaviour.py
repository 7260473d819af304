"""Whatever one connector does, the others lose nothing and coverage says what happened."""

import time
from pathlib import Path
from typing import Any

import pytest

from escalation.connector import Outside
from escalation.evidence import Coverage
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.records import Category
from escalation.search.rounds import MOST_RECORDS, Progress
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from tests.search import connectors as c


@pytest.fixture
def issue() -> Issue:
    return understand("Orders API answers ORD-5031 for Acme Corp", now=c.NOW, zone="UTC")


def run(issue: Issue, cache: Path, *kinds: type[Any], seconds: float = 4.0) -> Gathering:
    return gather(issue, c.configured(*kinds), seconds=seconds, outside=Outside(cache))


def line(gathering: Gathering, connector: str, category: Category = Category.SUPPORT_PLATFORM) -> Coverage:
    return next(line for line in gathering.coverage if line.connector == connector and line.category is category)


def test_one_that_hangs_is_left_behind_and_the_others_are_whole(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Hangs, c.Base)
    assert line(gathering, "hangs").status == "timed_out"
    assert line(gathering, "base").status == "complete"
    assert gathering.of_kind("ticket")[0].connector == "base"


def test_the_deadline_holds_even_if_nobody_answers(issue: Issue, tmp_path: Path) -> None:
    started = time.monotonic()
    gathering = run(issue, tmp_path, c.Hangs, c.HangsWhenMade, c.Drips, seconds=1.0)
    assert time.monotonic() - started < 2.0
    assert {line.status for line in gathering.coverage if line.category is Category.SUPPORT_PLATFORM} == {"timed_out"}


def test_one_that_drips_keeps_what_it_sent_before_it_was_left(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Drips, seconds=1.5)
    assert line(gathering, "drips").status == "timed_out"
    assert line(gathering, "drips").records > 1
    assert gathering.of_kind("ticket")


def test_one_that_raises_keeps_what_it_yielded_and_shows_no_message(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Raises)
    assert line(gathering, "raises").status == "failed"
    assert line(gathering, "raises").detail == "KeyError in find_tickets; ask the connector's author"
    assert gathering.of_kind("ticket")[0].record.ref == "before"


def test_one_that_exits_does_not_end_the_program(issue: Issue, tmp_path: Path) -> None:
    assert line(run(issue, tmp_path, c.Exits), "exits").status == "failed"


def test_a_missing_scope_is_named_and_becomes_a_gap(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Refuses)
    assert line(gathering, "refuses").status == "unauthorized"
    assert any("tickets:read" in gap.ask for gap in gathering.gaps)
    assert line(gathering, "refuses", Category.CRM).status == "complete"


def test_throttled_is_told_apart_from_failed(issue: Issue, tmp_path: Path) -> None:
    assert line(run(issue, tmp_path, c.Throttles), "throttles").status == "throttled"


def test_junk_is_counted_and_dropped(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Junk)
    assert [item.record.ref for item in gathering.of_kind("ticket")] == ["sound"]
    assert "7 things that are not tickets were dropped" in line(gathering, "junk").detail


def test_a_number_instead_of_records_is_a_failure_of_that_connector(issue: Issue, tmp_path: Path) -> None:
    assert line(run(issue, tmp_path, c.JunkInsteadOfAnIterator), "junkinsteadofaniterator").status == "failed"


def test_a_flood_is_read_up_to_the_cap_and_never_reported_complete(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Floods, seconds=10)
    assert line(gathering, "floods").status == "partial"
    assert str(MOST_RECORDS) in line(gathering, "floods").detail
    assert len(gathering.of_kind("ticket")) <= 25
    assert sum(dropped.count for dropped in gathering.dropped) >= MOST_RECORDS - 25


def test_dates_in_the_future_are_no_evidence(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Lies)
    lying = gathering.of_kind("ticket")[0].record
    assert lying.moment is None
    assert all(passage.at is None for passage in lying.passages())
    assert "dates in the future" in line(gathering, "lies").detail


def test_results_are_in_order_of_configuration_not_of_arrival(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Counts, c.Base)
    assert [line.connector for line in gathering.coverage if line.connector] == ["counts", "counts", "base", "base"]


def test_all_are_asked_at_once(issue: Issue, tmp_path: Path) -> None:
    told: list[Progress] = []
    kinds = [type(f"C{number}", (c.Counts,), {}) for number in range(10)]
    gather(issue, c.configured(*kinds), seconds=4, outside=Outside(tmp_path), on_progress=told.append)
    assert [progress.state for progress in told[:10]] == ["asked"] * 10


def test_twelve_requests_at_most(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path, c.Base, c.Counts)
    for name in ("base", "counts"):
        assert sum(line.requests for line in gathering.coverage if line.connector == name) <= 12


def test_nothing_connected_is_a_supported_state(issue: Issue, tmp_path: Path) -> None:
    gathering = run(issue, tmp_path)
    assert {line.status for line in gathering.coverage} == {"not_configured"}
    assert [item.id for item in gathering.evidence] == ["U1"]
    assert any("CRM" in gap.why for gap in gathering.gaps)


def test_a_reference_that_nobody_has_is_a_gap(tmp_path: Path) -> None:
    issue = understand("See ticket 7712 and ticket 7755 please, orders fail", now=c.NOW, zone="UTC")
    gathering = run(issue, tmp_path, c.Links)
    assert any("7712" in gap.question for gap in gathering.gaps)
    assert any(item.record.ref == "7755" for item in gathering.evidence)
