from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from connectors.workspace.reader import Context
from connectors.workspace.readers.slack import Slack

Read = Callable[..., tuple[list[Any], list[Any]]]

USERS = [
    {
        "id": "U1",
        "name": "dana",
        "tz": "Europe/Berlin",
        "profile": {"real_name": "Dana Reyes", "email": "dana@larkspur.example", "title": "Support Lead"},
    },
    {"id": "U2", "name": "guest", "is_restricted": True, "profile": {"real_name": "Gus Guest", "email": "gus@acme.example.com"}},
]
CHANNELS = [{"id": "C1", "name": "general", "members": ["U1"]}]


def said(ts: str, text: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def test_a_thread_is_joined_across_days(read: Read) -> None:
    root = "1794953758.751994"
    files = {
        "slack/users.json": USERS,
        "slack/general/2026-11-17.json": [said(root, "renewal in danger", thread_ts=root)],
        "slack/general/2026-11-18.json": [said("1794990040.347135", "thanks", "U2", thread_ts=root), said("1794990050.000100", "other")],
    }
    (thread, other), faults = read(Slack, files)
    assert not faults
    assert (thread.ref, thread.channel, thread.author.name, thread.author.side) == (f"general/{root}", "general", "Dana Reyes", "vendor")
    assert [(reply.text, reply.author.side) for reply in thread.replies] == [("thanks", "customer")]
    assert thread.at == datetime(2026, 11, 17, 22, 15, 58, 751994, tzinfo=timezone.utc)
    assert other.text == "other"


def test_a_thread_whose_beginning_is_not_in_the_export_begins_with_its_first_reply(read: Read) -> None:
    files = {
        "general/2026-11-18.json": [
            said("1794990050.000100", "b", thread_ts="1794000000.000001"),
            said("1794990040.000100", "a", thread_ts="1794000000.000001"),
        ]
    }
    (thread,), _ = read(Slack, files)
    assert (thread.ref, thread.text, thread.replies[0].text) == ("general/1794000000.000001", "a", "b")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<@U1> please", "@Dana Reyes please"),
        ("<@U9|zoe> please", "@zoe please"),
        ("in <#C1|general> and <#C1>", "in #general and #general"),
        ("<!here> <!subteam^S1|@oncall>", "@here @oncall"),
        ("<https://x.example.com/a|the log>", "the log (https://x.example.com/a)"),
        ("<https://x.example.com>", "https://x.example.com"),
        ("<http://x.example.com|x.example.com>", "http://x.example.com"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ],
)
def test_slacks_markup_becomes_plain_text(read: Read, markup: str, text: str) -> None:
    files = {"users.json": USERS, "channels.json": CHANNELS, "general/1.json": [said("1794990050.000100", markup)]}
    (found,), _ = read(Slack, files)
    assert found.text == text


def test_joining_and_topics_are_no_messages(read: Read) -> None:
    rows = [
        said("1794990050.000100", "has joined", subtype="channel_join"),
        said("1794990051.000100", "kept"),
        said("1794990052.0001", "", subtype="tombstone"),
    ]
    found, faults = read(Slack, {"general/1.json": rows})
    assert [one.text for one in found] == ["kept"]
    assert not faults


def test_a_bots_card_is_text_and_a_bot_is_the_system(read: Read) -> None:
    card = {"title": "PLAT-812", "title_link": "https://jira.example.com/browse/PLAT-812", "fields": [{"title": "Status", "value": "Open"}]}
    row = {
        "type": "message",
        "subtype": "bot_message",
        "bot_id": "B1",
        "username": "Jira",
        "text": "",
        "ts": "1794990050.000100",
        "attachments": [card],
    }
    (found,), _ = read(Slack, {"general/1.json": [row]})
    assert found.text == "PLAT-812 (https://jira.example.com/browse/PLAT-812)\nStatus: Open"
    assert (found.author.name, found.author.side) == ("Jira", "system")


def test_direct_messages_and_private_channels_are_restricted_and_others_internal(read: Read) -> None:
    files = {
        "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
        "groups.json": [{"id": "G1", "name": "sec", "members": ["U1"]}],
        "D1/1.json": [said("1794990050.000100", "psst")],
        "mpdm-a--b-1/1.json": [said("1794990051.000100", "we three")],
        "sec/1.json": [said("1794990052.000100", "need to know")],
        "general/1.json": [said("1794990053.000100", "hello")],
    }
    found, _ = read(Slack, files)
    assert {one.channel: one.visibility for one in found} == {
        "D1": "restricted",
        "mpdm-a--b-1": "restricted",
        "sec": "restricted",
        "general": "internal",
    }


def test_without_known_domains_members_are_ours_and_guests_are_not_guessed(read: Read) -> None:
    files = {"users.json": USERS, "general/1.json": [said("1794990050.000100", "a"), said("1794990051.000100", "b", "U2")]}
    found, _ = read(Slack, files, Context())
    assert [one.author.side for one in found] == ["vendor", "unknown"]


def test_a_row_without_a_time_stamp_is_a_fault_with_its_line(read: Read) -> None:
    (found,), (fault,) = read(
        Slack, {"general/1.json": [said("1794990050.000100", "a"), {"type": "message", "ts": None, "text": "private words"}]}
    )
    assert found.text == "a"
    assert (fault.line, "private" in fault.problem) == (2, False)


def test_files_that_were_shared_are_named(read: Read) -> None:
    (found,), _ = read(Slack, {"general/1.json": [said("1794990050.000100", "see", files=[{"name": "trace.log", "size": 10}])]})
    assert found.text == "see\n[attachment: trace.log, 10 bytes]"
