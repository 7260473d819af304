"""A calendar that was changed after a case was opened: its targets are counted again, and that is said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Run

TICKET = (
    '{"kind": "ticket", "ref": "4211", "subject": "Orders fail", "text": "Orders fail for us.", "state": "open",'
    ' "created_at": "2026-11-16T09:12:00Z",'
    ' "comments": [{"at": "2026-11-16T10:00:00Z", "text": "Looking.", "author": {"name": "Ada", "side": "vendor"}}]}'
)
POLICY = "calendars: {{support: {{version: {version}, holidays: [2026-11-17], covers_until: {until}}}}}\n"


def test_targets_are_counted_again_on_a_changed_calendar_and_add_says_so(run: Run, home: Path) -> None:
    policy = home / ".customer-escalation" / "policy.yaml"
    policy.parent.mkdir()
    policy.write_text(POLICY.format(version=2, until="2026-12-31"), encoding="utf-8")
    run("open", "Orders fail, ticket 4211", "--now", "2026-11-18T15:00:00+00:00")
    assert run("add", "last", "--connector", "zendesk", "--json", TICKET).code == 0

    unchanged = run("add", "last", "--text", "The customer called.")
    policy.write_text(POLICY.format(version=3, until="2027-12-31"), encoding="utf-8")
    changed = run("add", "last", "--text", "The customer called again.")

    assert "calendar support" not in unchanged.out
    assert "- calendar support: support v2 → support v3" in changed.out
