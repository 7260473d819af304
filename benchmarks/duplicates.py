"""How often the duplicate guard finds what is the same, and how long it takes.

    python benchmarks/duplicates.py [ITEMS]

Bug reports of a public tracker of which people said which are duplicates, from ../shared/data: where in the guard's ranking
the known duplicate stands, and of what it would show by words alone how much is one. Then milliseconds for one question among
those reports, and among ITEMS (100,000) of made-up words, with the size of the store and the memory that was taken.
"""

import csv
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.workspace import Prose
from escalation.policy import Policy
from escalation.search.duplicates import likeness
from escalation.search.similarity import signature
from escalation.search.sketch import Sketch
from escalation.store import SqliteStore

REPORTS = ROOT.parent / "shared" / "data" / "duplicates-hadoop.csv"
LABELS = REPORTS.with_name("duplicates-hadoop-labels.csv")
WORDS = 90
QUESTIONS = 50


class Ranked(NamedTuple):
    """What the guard puts first for one report."""

    ref: str
    others: tuple[str, ...]
    """The most alike first."""
    alike: int
    """The first one's likeness, of 100."""


class Shown(NamedTuple):
    """What would be shown from a likeness on."""

    reports: int
    """Of all reports."""
    labelled: int
    """Of those of which a duplicate is known."""
    right: int
    """Of these, with the known one first."""
    known: int
    """Reports of which a duplicate is known."""

    @property
    def precision(self) -> float:
        """Of the labelled ones that are shown. Most of the rest are duplicates that nobody labelled, or one task for two branches."""
        return self.right / self.labelled

    @property
    def recall(self) -> float:
        """Of all labelled ones."""
        return self.right / self.known


def reports() -> list[Sketch]:
    """The tracker's."""
    with REPORTS.open(encoding="utf-8", newline="") as file:
        return [
            sketch(row["Issue id"], row["Summary"], row["Description"], datetime.strptime(row["Created"] + " +0000", "%d/%b/%y %H:%M %z"))
            for row in csv.DictReader(file)
        ]


def sketch(ref: str, title: str, text: str, at: datetime) -> Sketch:
    """Of a report that has nothing but words: no id helps."""
    return Sketch(ref=ref, title=title, opened_at=at, words=signature(title, text))


def labels() -> dict[str, set[str]]:
    """Report → its known duplicates, as labelled."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known[row["Issue id"]] |= {ref.strip() for ref in row["Duplicate id"].split(",")}
    return dict(known)


def ranking(store: SqliteStore, asked: Sequence[Sketch]) -> Iterator[Ranked]:
    """As the guard ranks what the store holds."""
    for one in asked:
        near = store.neighbours(one)
        scored = sorted((-likeness(one, other, near), other.ref) for other in near.sketches if other.ref != one.ref)
        yield Ranked(one.ref, tuple(ref for _, ref in scored), -scored[0][0] if scored else 0)


def recall(ranked: Sequence[Ranked], known: dict[str, set[str]], most: int) -> float:
    """Share of the labelled reports with a known duplicate among the first so many."""
    asked = [one for one in ranked if one.ref in known]
    return sum(bool(known[one.ref] & set(one.others[:most])) for one in asked) / len(asked)


def shown(ranked: Sequence[Ranked], known: dict[str, set[str]], percent: int) -> Shown:
    """What is shown from this likeness on. A label counts both ways."""
    both: defaultdict[str, set[str]] = defaultdict(set)
    for ref, others in known.items():
        both[ref] |= others
        for other in others:
            both[other].add(ref)
    told = [one for one in ranked if one.alike >= percent]
    labelled = [one for one in told if one.ref in both]
    return Shown(len(told), len(labelled), sum(one.others[0] in both[one.ref] for one in labelled), len(both))


def made_up(count: int) -> Iterator[Sketch]:
    """Reports in words as common as words are."""
    prose = Prose(1)
    at = datetime(2026, 11, 18, tzinfo=timezone.utc)
    for number in range(count):
        yield sketch(f"M-{number}", prose.say(8), prose.say(WORDS), at - timedelta(hours=number))


def timed(store: SqliteStore, asked: Sequence[Sketch], items: int) -> str:
    """One line about the time that a question takes, with all that the guard does; on a busy machine the processor's counts."""
    times, busy = [], time.process_time()
    for one in asked:
        start = time.perf_counter()
        list(ranking(store, [one]))
        times.append((time.perf_counter() - start) * 1000)
    busy = (time.process_time() - busy) / len(times) * 1000
    size = sum(file.stat().st_size for file in store.path.parent.iterdir()) / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    median, slowest = statistics.median(times), max(times)
    took = f"{median:.1f} ms median, {slowest:.1f} ms slowest of {len(times)}, {busy:.1f} ms of the processor"
    return f"among {items:,} items: {took}; store {size:.0f} MB, memory {memory:.0f} MB"


def main(items: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        if REPORTS.is_file():
            store, known, every = SqliteStore(Path(folder, "tracker", "escalations.db")), labels(), reports()
            store.remember(every)
            ranked = list(ranking(store, every))
            found = "  ".join(f"R@{most} {recall(ranked, known, most):.3f}" for most in (1, 5, 10))
            print(f"{len(every):,} reports, {len(known)} labelled: {found}  (to beat: .395 .667 .721)")
            threshold = Policy.load().thresholds.duplicate_percent
            for percent in sorted({30, 50, 60, threshold}):
                told = shown(ranked, known, percent)
                which = "shown by the policy" if percent == threshold else "if shown"
                right = f"precision {told.precision:.2f}, recall {told.recall:.2f} of {told.known} labelled reports"
                print(f"{which} from {percent} of 100 alike: {right}; a suggestion for {told.reports:,} of {len(every):,} reports")
            print(timed(store, every[:: len(every) // QUESTIONS], len(every)))
        store = SqliteStore(Path(folder, "many", "escalations.db"))
        start = time.perf_counter()
        store.remember(made_up(items))
        kept = (time.perf_counter() - start) / items * 1000
        print(timed(store, list(made_up(QUESTIONS)), items) + f"; {kept:.2f} ms to keep one")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
