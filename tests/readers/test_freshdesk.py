from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.workspace.readers.freshdesk import Freshdesk

Read = Callable[..., tuple[list[Any], list[Any]]]


def ticket(**more: Any) -> dict[str, Any]:
    return {
        "id": 1182,
        "subject": "500 dollars",
        "description": "<div>Please credit.</div>",
        "status": 2,
        "priority": 4,
        "source": 1,
        "requester_id": 5,
        "responder_id": 6,
        "company_id": 7,
        "requester": {"id": 5, "name": "Rusty", "email": "rusty@northwind.example.com"},
        "created_at": "2025-11-21T17:20:34Z",
        "updated_at": "2025-11-26T16:00:00Z",
        **more,
    }


def test_numbers_become_freshdesks_words(read: Read) -> None:
    found, _ = read(Freshdesk, {"t.json": [ticket(id=status, status=status) for status in (2, 3, 4, 5, 6, 7, 99)]})
    assert [one.status for one in found] == ["Open", "Pending", "Resolved", "Closed", "Waiting on Customer", "Waiting on Third Party", "99"]
    assert [one.state for one in found] == ["open", "waiting on customer", "solved", "solved", "waiting on customer", "on hold", "unknown"]
    assert (found[0].priority, found[0].channel, found[0].text) == ("Urgent", "Email", "Please credit.")


def test_conversations_tell_side_and_visibility(read: Read) -> None:
    said = [
        {
            "body_text": "ours",
            "incoming": False,
            "private": False,
            "user_id": 6,
            "from_email": "kofi@larkspur.example",
            "created_at": "2025-11-22T10:00:00Z",
        },
        {"body": "<div>theirs</div>", "incoming": True, "private": False, "user_id": 5, "created_at": "2025-11-22T11:00:00Z"},
        {"body_text": "note", "incoming": False, "private": True, "user_id": 6, "created_at": "2025-11-22T12:00:00Z"},
    ]
    (found,), _ = read(Freshdesk, {"t.json": [ticket(conversations=said)]})
    assert [(one.text, one.author.side, one.visibility) for one in found.comments] == [
        ("ours", "vendor", "customer"),
        ("theirs", "customer", "customer"),
        ("note", "vendor", "internal"),
    ]
    assert found.comments[1].author.name == "Rusty"


def test_due_times_become_clocks(read: Read) -> None:
    stats = {"first_responded_at": "2025-11-24T15:58:37Z", "resolved_at": "2025-11-24T16:00:00Z"}
    due = {"fr_due_by": "2025-11-22T17:20:34Z", "due_by": "2025-11-24T17:20:34Z", "fr_escalated": False}
    (found,), _ = read(Freshdesk, {"t.json": [ticket(stats=stats, **due)]})
    assert [(clock.metric, clock.breached) for clock in found.clocks] == [("first response", True), ("resolution", False)]


def test_an_open_clock_is_breached_only_where_freshdesk_says_so(read: Read) -> None:
    due = {"fr_due_by": "2025-11-22T17:20:34Z", "due_by": "2025-11-24T17:20:34Z", "fr_escalated": True, "is_escalated": True}
    (found,), _ = read(Freshdesk, {"t.json": [ticket(**due)]})
    assert [(clock.metric, clock.breached) for clock in found.clocks] == [("first response", True), ("resolution", None)]


def test_the_older_wrapped_export_is_read(read: Read) -> None:
    old = {
        "display_id": 31,
        "subject": "Old",
        "description": "text",
        "status": 4,
        "status_name": "Resolved",
        "priority_name": "Low",
        "requester_id": 5,
    }
    notes = [{"note": {"body": "seen", "private": False, "incoming": True, "user_id": 5, "created_at": "2019-11-22T11:00:00+01:00"}}]
    (found,), faults = read(Freshdesk, {"old.json": [{"helpdesk_ticket": {**old, "requester_name": "Rusty", "notes": notes}}]})
    assert not faults
    assert (found.ref, found.status, found.requester.name, found.comments[0].text) == ("31", "Resolved", "Rusty", "seen")


def test_companies_and_agents_of_other_files_lend_their_names(read: Read) -> None:
    files = {
        "t.json": {"tickets": [ticket()], "total": 1},
        "companies.json": [{"id": 7, "name": "Northwind", "domains": ["northwind.example.com"]}],
        "agents.json": [{"id": 6, "ticket_scope": 1, "contact": {"name": "Kofi", "email": "kofi@larkspur.example"}}],
    }
    (found,), faults = read(Freshdesk, files)
    assert not faults
    assert (found.account.name, found.account.domain, found.assignee.name) == ("Northwind", "northwind.example.com", "Kofi")
