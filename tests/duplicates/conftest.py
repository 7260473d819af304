"""Cases made of records, and a store to keep them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.case import Case, Reporter
from escalation.search.duplicates import guarded
from escalation.steps.understand import understand
from escalation.store import SqliteStore
from escalation.workflow import conclude
from tests.assess.casework import HOOKS, NOW, POLICY, gathered

Open = Callable[..., Case]


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "escalations.db")


@pytest.fixture(name="opened")
def the_opener(store: SqliteStore) -> Open:
    """Opens a case as `open` does, a minute after the one before: gathered, concluded, guarded, saved."""
    count = 0

    def opened(sentence: str, *records: Any, customers: tuple[str, ...] = (), at: datetime | None = None, **more: Any) -> Case:
        nonlocal count
        count += 1
        case = conclude(
            understand(sentence, now=NOW, zone="UTC", customers=customers),
            gathered(sentence, *records, customers=customers, **more),
            case_id=f"ESC-AAAAA{'ABCDEFGH'[count]}",
            opened_at=at or NOW + timedelta(minutes=count),
            now=NOW,
            reporter=Reporter(name="Dana Reyes"),
            policy=POLICY,
            hooks=HOOKS,
        )
        case = guarded(case, store, POLICY.thresholds.duplicate_percent)
        store.save(case, over=0)
        return case

    return opened
