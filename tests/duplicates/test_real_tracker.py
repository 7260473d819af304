"""A real tracker's reports, of which people said which are duplicates: the guard's words alone find most of them."""

from __future__ import annotations

import pytest

from benchmarks.duplicates import LABELS, REPORTS, Ranked, labels, ranking, recall, reports, shown
from escalation.policy import Policy
from escalation.store import SqliteStore

pytestmark = pytest.mark.skipif(not LABELS.is_file(), reason=f"needs ../shared/data/{REPORTS.name} and its labels beside the checkout")


@pytest.fixture(scope="module", name="ranked")
def the_ranking(tmp_path_factory: pytest.TempPathFactory) -> list[Ranked]:
    store, every, known = SqliteStore(tmp_path_factory.mktemp("tracker") / "escalations.db"), reports(), labels()
    store.remember(every)
    asked = known.keys() | {ref for others in known.values() for ref in others}
    return list(ranking(store, [one for one in every if one.ref in asked]))


@pytest.mark.parametrize(("most", "at_least"), [(1, 0.55), (5, 0.79), (10, 0.83)])
def test_the_known_duplicate_is_among_the_first(ranked: list[Ranked], most: int, at_least: float) -> None:
    """Plain BM25 has .395, .667 and .721."""
    assert recall(ranked, labels(), most) >= at_least


def test_what_the_policy_shows_by_words_alone_is_mostly_right(ranked: list[Ranked]) -> None:
    told = shown(ranked, labels(), Policy.load().thresholds.duplicate_percent)
    assert told.precision >= 0.65
    assert told.recall >= 0.28
