"""Who speaks for us, where the settings don't say: the e-mail domains of the help desk's own agents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from connectors.workspace.staff import our_domains
from escalation.connector import MessageQuery, TicketQuery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.workspace import Workspace

MAIL = """From kim@acme.example.com Mon Nov 16 09:12:00 2026
From: Kim <kim@acme.example.com>
To: support@vendor.example
Subject: Export stopped
Date: Mon, 16 Nov 2026 09:12:00 +0000
Message-ID: <1@acme.example.com>

The nightly export stopped.

From tom@vendor.example Mon Nov 16 10:12:00 2026
From: Tom <tom@vendor.example>
To: kim@acme.example.com
Subject: Re: Export stopped
Date: Mon, 16 Nov 2026 10:12:00 +0000
Message-ID: <2@vendor.example>
In-Reply-To: <1@acme.example.com>

We are looking into it.
"""


def zendesk(*agents: str) -> str:
    """An export of one ticket that every agent has commented on."""
    users: list[dict[str, Any]] = [{"id": 1, "name": "Kim", "email": "kim@acme.example.com", "role": "end-user", "organization_id": None}]
    users += [{"id": 10 + n, "name": f"Agent {n}", "email": email, "role": "agent"} for n, email in enumerate(agents)]
    comments = [
        {"id": 100 + n, "author_id": 10 + n, "public": True, "body": f"Reply {n}", "created_at": "2026-11-16T10:00:00Z"}
        for n in range(len(agents))
    ]
    ticket = {
        "id": 4211,
        "subject": "Webhook late",
        "description": "It is late",
        "requester_id": 1,
        "status": "open",
        "created_at": "2026-11-16T09:00:00Z",
        "comments": comments,
    }
    return json.dumps({"tickets": [ticket], "users": users})


def sides(workspace: Workspace) -> dict[str, str]:
    """Side by e-mail address, of those who wrote mails."""
    mails = [ticket for ticket in workspace.find_tickets(TicketQuery()) if "Export" in ticket.subject]
    return {person.email: person.side for mail in mails for person in (mail.requester, *(comment.author for comment in mail.comments))}


def test_those_whom_the_help_desk_calls_agents_are_ours_in_every_other_export(workspace: Callable[..., Workspace]) -> None:
    found = sides(workspace({"mails.mbox": MAIL, "tickets.json": zendesk("tom@vendor.example")}))

    assert found == {"kim@acme.example.com": "customer", "tom@vendor.example": "vendor"}


def test_without_a_help_desk_nobody_is_taken_for_ours(workspace: Callable[..., Workspace]) -> None:
    assert sides(workspace({"mails.mbox": MAIL}))["tom@vendor.example"] == "customer"


def test_what_the_settings_say_stands_alone(workspace: Callable[..., Workspace]) -> None:
    found = sides(workspace({"mails.mbox": MAIL, "tickets.json": zendesk("tom@vendor.example")}, vendor_domains=("other.example",)))

    assert found["tom@vendor.example"] == "customer"


def test_a_help_desk_that_comes_later_changes_what_was_read_before(workspace: Callable[..., Workspace], folder: Path) -> None:
    before = sides(workspace({"mails.mbox": MAIL}))
    after = sides(workspace({"tickets.json": zendesk("tom@vendor.example")}))
    (folder / "tickets.json").unlink()
    without = sides(workspace({}))

    assert (before["tom@vendor.example"], after["tom@vendor.example"]) == ("customer", "vendor")
    assert without == before


def test_guests_and_members_of_a_chat_go_by_the_same_domains(workspace: Callable[..., Workspace]) -> None:
    users = [
        {"id": "U1", "name": "tom", "profile": {"real_name": "Tom", "email": "tom@vendor.example"}},
        {"id": "U2", "name": "kim", "profile": {"real_name": "Kim", "email": "kim@acme.example.com"}},
    ]
    day = [
        {"type": "message", "user": "U1", "text": "Export stopped at Acme", "ts": "1794825418.557823"},
        {"type": "message", "user": "U2", "text": "Export stopped here", "ts": "1794825419.557823"},
    ]
    files = {"users.json": json.dumps(users), "shared/2026-11-16.json": json.dumps(day), "tickets.json": zendesk("ann@vendor.example")}
    messages = workspace(files).find_messages(MessageQuery(words=("export",)))

    assert {message.author.name: message.author.side for message in messages} == {"Tom": "vendor", "Kim": "customer"}


@pytest.mark.parametrize(
    ("agents", "ours"),
    [
        ({}, ()),
        ({"vendor.example": 1}, ("vendor.example",)),
        ({"vendor.example": 9, "partner.example": 1}, ("vendor.example",)),
        ({"vendor.example": 3, "vendor.example.de": 1}, ("vendor.example", "vendor.example.de")),
        ({"vendor.example": 1, "gmail.com": 30}, ("vendor.example",)),
        ({"gmail.com": 3}, ()),
        ({"localhost": 3}, ()),
    ],
)
def test_a_domain_is_ours_when_one_agent_in_five_has_it_and_not_everyone_may(agents: dict[str, int], ours: tuple[str, ...]) -> None:
    assert our_domains(agents) == ours
