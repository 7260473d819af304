"""A real tracker's export, 2,503 reports that nobody here wrote: issues in our own words find theirs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from escalation.config import workspaces
from escalation.connector import Outside
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from tests.search.connectors import NOW

EXPORT = Path(__file__).resolve().parents[3] / "shared" / "data" / "duplicates-hadoop.csv"
LABELS = EXPORT.with_name("duplicates-hadoop-labels.csv")

pytestmark = pytest.mark.skipif(not EXPORT.is_file(), reason="needs ../shared/data/duplicates-hadoop.csv beside the checkout")

IN_OUR_WORDS = [
    ("Application master fails after an init action replaces the JAR because its timestamp no longer matches", "13404344"),
    ("docker image for Debian 10 can't be built in CI, libcrypt.so.1 not found", "13400058"),
    ("viewfs delegation tokens are missing the ones of the fallback file system", "13325659"),
    ("null pointer when uploading s3a blocks with a byte buffer", "13291056"),
    ("misleading error text about unauthenticated users when the person is logged in but no admin", "13318445"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tracker")
    (folder / "export.csv").write_bytes(EXPORT.read_bytes())
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize(("sentence", "wanted"), IN_OUR_WORDS)
def test_an_issue_in_our_own_words_finds_its_report(sentence: str, wanted: str, folder: Path, cache: Path) -> None:
    issue = understand(sentence, now=NOW, zone="UTC")
    gathering = gather(issue, workspaces([folder]), seconds=60, outside=Outside(cache))
    assert wanted in [item.record.ref for item in gathering.of_kind("work item")][:5]


def test_a_tracker_alone_affects_nobody(folder: Path, cache: Path) -> None:
    """Reports of bugs name no customer: none may be made up."""
    issue = understand("Hadoop fs -ls fails with a null pointer on s3a", now=NOW, zone="UTC")
    assert gather(issue, workspaces([folder]), seconds=60, outside=Outside(cache)).affected == ()


def test_a_duplicate_is_often_among_the_evidence(folder: Path, cache: Path) -> None:
    """The reports' own titles as issues: at least half of their known duplicates are admitted, among eight at most."""
    titles = {row["Issue id"]: row["Summary"] for row in csv.DictReader(EXPORT.read_text(encoding="utf-8").splitlines(keepends=True))}
    pairs = [(row["Issue id"], row["Duplicate id"]) for row in csv.DictReader(LABELS.read_text(encoding="utf-8").splitlines())]
    known = [(one, two) for one, two in pairs if one in titles and two in titles][::4]
    hits = 0
    for one, two in known:
        gathering = gather(understand(titles[one], now=NOW, zone="UTC"), workspaces([folder]), seconds=60, outside=Outside(cache))
        hits += two in {item.record.ref for item in gathering.evidence}
    assert hits / len(known) >= 0.5
