from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from connectors.workspace.readers.intercom import Intercom

Read = Callable[..., tuple[list[Any], list[Any]]]


def part(type_: str, author: str, body: str | None, at: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": "1",
        "part_type": type_,
        "body": body,
        "created_at": at,
        "author": {"type": author, "name": author},
        **more,
    }


def conversation(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": "215470",
        "title": None,
        "created_at": 1791448913,
        "updated_at": 1791453807,
        "state": "open",
        "source": {
            "type": "email",
            "subject": "",
            "body": "<p>Bonjour,</p><p>aidez-nous</p>",
            "author": {"type": "user", "name": "Amélie", "email": "a@kestrel.example.com"},
        },
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": list(parts)},
        **more,
    }


def test_html_becomes_text_and_the_first_line_stands_in_for_a_title(read: Read) -> None:
    (found,), faults = read(Intercom, {"c.json": {"type": "conversation.list", "conversations": [conversation()]}})
    assert not faults
    assert (found.subject, found.text) == ("Bonjour,", "Bonjour,\n\naidez-nous")
    assert found.created_at == datetime(2026, 10, 8, 8, 41, 53, tzinfo=timezone.utc)
    assert (found.requester.email, found.requester.side, found.channel) == ("a@kestrel.example.com", "customer", "email")


def test_notes_and_whatever_is_not_known_to_be_seen_by_customers_are_internal(read: Read) -> None:
    parts = [
        part("comment", "admin", "<p>hello</p>", 1791448930),
        part("note", "admin", "pool again?", 1791448910),
        part("something_new", "bot", "x", 1791448920),
    ]
    (found, _), _ = read(Intercom, {"c.ndjson": [conversation(*parts), conversation(id="2")]})
    assert [(said.text, said.visibility, said.author.side) for said in found.comments] == [
        ("pool again?", "internal", "vendor"),
        ("x", "internal", "system"),
        ("hello", "customer", "vendor"),
    ]


def test_parts_without_words_are_left_out(read: Read) -> None:
    (found,), _ = read(
        Intercom, {"c.json": [conversation(part("assignment", "admin", None, 1791448930), part("close", "admin", "", 1791448931))]}
    )
    assert found.comments == ()


def test_state_follows_who_spoke_last(read: Read) -> None:
    statistics = {"first_admin_reply_at": 1791451858, "last_admin_reply_at": 1791451858, "last_close_at": 1791453807}
    rows = [
        conversation(id="1", waiting_since=None, statistics=statistics),
        conversation(id="2", waiting_since=1791451858, statistics=statistics),
        conversation(id="3", state="snoozed"),
        conversation(id="4", state="closed", statistics=statistics),
    ]
    found, _ = read(Intercom, {"c.json": rows})
    assert [one.state for one in found] == ["waiting on customer", "open", "on hold", "solved"]
    assert found[3].solved_at is not None
    assert found[0].solved_at is None
    assert found[0].first_reply_at == datetime(2026, 10, 8, 9, 30, 58, tzinfo=timezone.utc)


def test_the_company_goes_by_the_id_it_has_in_our_systems(read: Read) -> None:
    company = {"id": "92e1", "company_id": "18840121", "name": "Kestrel Mobility", "website": "https://www.kestrel.example.com/about"}
    (found,), _ = read(Intercom, {"c.json": [conversation(company=company)]})
    assert (found.account.name, found.account.ref, found.account.domain) == ("Kestrel Mobility", "18840121", "kestrel.example.com")


def test_one_that_we_began_has_the_contact_as_requester(read: Read) -> None:
    source = {"body": "Hi", "author": {"type": "admin", "name": "Priscilla"}}
    contacts = {
        "type": "list",
        "data": [{"type": "contact", "id": "5b4", "role": "user", "name": "Amélie", "email": "a@kestrel.example.com"}],
    }
    files = {"c.json": [conversation(source=source, contacts={"contacts": [{"type": "contact", "id": "5b4"}]})], "contacts.json": contacts}
    (found,), faults = read(Intercom, files)
    assert not faults
    assert (found.requester.name, found.fields["opened by"]) == ("Amélie", "Priscilla")


def test_an_applied_sla_names_no_target_so_it_is_no_clock(read: Read) -> None:
    (found,), _ = read(Intercom, {"c.json": [conversation(sla_applied={"sla_name": "Premium", "sla_status": "missed"})]})
    assert found.clocks == ()
    assert (found.fields["sla_name"], found.fields["sla_status"]) == ("Premium", "missed")


def test_one_conversation_saved_from_the_api_is_read(read: Read) -> None:
    (found,), _ = read(Intercom, {"one.json": conversation(part("comment", "user", "still there", 1791448930))})
    assert [said.text for said in found.comments] == ["still there"]
