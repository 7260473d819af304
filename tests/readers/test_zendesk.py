from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from connectors.workspace.reader import Context
from connectors.workspace.readers.zendesk import Zendesk

Read = Callable[..., tuple[list[Any], list[Any]]]

CUSTOMER = {"id": 11, "name": "Wes Calloway", "email": "wes@acme.example.com", "role": "end-user", "iana_time_zone": "America/New_York"}
AGENT = {"id": 22, "name": "Dana Reyes", "email": "dana@larkspur.example", "role": "agent"}
ACME = {"id": 9001, "name": "Acme Corp", "domain_names": ["acme.example.com"], "organization_fields": {"plan": "enterprise"}}


def ticket(**more: Any) -> dict[str, Any]:
    return {
        "id": 4211,
        "url": "https://larkspur.zendesk.example/api/v2/tickets/4211.json",
        "subject": "POST /v2/orders returns 500",
        "description": "About 4 % of calls fail.",
        "status": "open",
        "requester_id": 11,
        "assignee_id": 22,
        "organization_id": 9001,
        "created_at": "2026-11-16T09:00:00Z",
        "updated_at": "2026-11-18T09:00:00Z",
        **more,
    }


def comment(author: int, text: str, at: str, **more: Any) -> dict[str, Any]:
    return {"id": 1, "author_id": author, "body": text, "public": True, "created_at": at, **more}


def test_users_organizations_and_metrics_are_joined_from_other_files(read: Read) -> None:
    metrics = {"ticket_id": 4211, "reply_time_in_minutes": {"calendar": 30, "business": 30}, "solved_at": None, "reopens": 1}
    files = {"t.ndjson": [ticket()], "u.ndjson": [CUSTOMER, AGENT], "o.json": {"organizations": [ACME]}}
    (found,), faults = read(Zendesk, files | {"m.json": {"ticket_metrics": [metrics]}})
    assert not faults
    assert (found.requester.name, found.requester.side, found.requester.zone) == ("Wes Calloway", "customer", "America/New_York")
    assert (found.assignee.name, found.assignee.side) == ("Dana Reyes", "vendor")
    assert (found.account.name, found.account.ref, found.account.domain) == ("Acme Corp", "9001", "acme.example.com")
    assert found.first_reply_at == datetime(2026, 11, 16, 9, 30, tzinfo=timezone.utc)
    assert found.fields["organization: plan"] == "enterprise"
    assert found.url == "https://larkspur.zendesk.example/agent/tickets/4211"


def test_sideloads_of_one_file_are_joined_and_string_ids_match_numbers(read: Read) -> None:
    (found,), _ = read(Zendesk, {"all.json": {"tickets": [ticket(requester_id="11")], "users": [CUSTOMER, AGENT], "organizations": [ACME]}})
    assert found.requester.email == "wes@acme.example.com"


def test_the_description_is_not_said_twice(read: Read) -> None:
    thread = [comment(11, "About 4 % of  calls fail.", "2026-11-16T09:00:00Z"), comment(22, "Looking.", "2026-11-16T09:20:10Z")]
    (found,), _ = read(Zendesk, {"t.json": [ticket(comments=thread)], "u.ndjson": [CUSTOMER, AGENT]})
    assert [passage.text for passage in found.passages()] == ["About 4 % of  calls fail.", "Looking."]
    assert found.first_reply_at == datetime(2026, 11, 16, 9, 20, 10, tzinfo=timezone.utc)


def test_a_private_comment_is_internal_and_never_the_first_reply(read: Read) -> None:
    thread = [comment(22, "Internal: pool again?", "2026-11-16T09:05:00Z", public=False), comment(22, "Hello.", "2026-11-16T10:00:00Z")]
    (found,), _ = read(Zendesk, {"t.json": [ticket(comments=thread)], "u.ndjson": [CUSTOMER, AGENT]})
    assert [said.visibility for said in found.comments] == ["internal", "customer"]
    assert found.first_reply_at == datetime(2026, 11, 16, 10, tzinfo=timezone.utc)


def test_a_ticket_that_begins_with_a_private_note_is_internal(read: Read) -> None:
    (found,), _ = read(
        Zendesk, {"t.json": [ticket(comments=[comment(22, "About 4 % of calls fail.", "2026-11-16T09:00:00Z", public=False)])]}
    )
    assert found.visibility == "internal"


def test_comments_are_put_in_time_order_with_attachments_named(read: Read) -> None:
    log = {"file_name": "crash.log", "size": 2532}
    thread = [comment(11, "second", "2026-11-16T11:00:00Z", attachments=[log]), comment(22, "first", "2026-11-16T10:00:00Z")]
    (found,), _ = read(Zendesk, {"t.json": [ticket(comments=thread)]})
    assert [said.text for said in found.comments] == ["first", "second\n[attachment: crash.log, 2532 bytes]"]


def test_sides_follow_the_role_then_the_domain_then_the_part_in_the_ticket(read: Read) -> None:
    thread = [comment(id, f"by {id}", f"2026-11-16T1{number}:00:00Z") for number, id in enumerate((33, 44, 11, 22, -1, 55))]
    people = [
        {"id": 33, "name": "Pia", "email": "pia@larkspur.example", "role": "end-user"},
        {"id": 44, "name": "Bo", "email": "bo@larkspur.example", "role": None},
    ]
    (found,), _ = read(Zendesk, {"t.json": [ticket(comments=thread)], "u.json": {"users": people}})
    assert [said.author.side for said in found.comments] == ["customer", "vendor", "customer", "vendor", "system", "unknown"]


def test_policy_metrics_become_clocks(read: Read) -> None:
    policies = [
        {"metric": "first_reply_time", "stage": "achieved", "breach_at": "2026-11-16T10:00:00Z"},
        {"metric": "next_reply_time", "stage": "active", "breach_at": "2026-11-18T08:00:00Z", "minutes": -420},
        {"metric": "requester_wait_time", "stage": "paused", "breach_at": "2026-11-19T08:00:00Z", "hours": 3},
        {"metric": "a_metric_of_next_year", "stage": "active"},
    ]
    metric_set = {"reply_time_in_minutes": {"calendar": 30}}
    (found,), _ = read(Zendesk, {"t.json": [ticket(slas={"policy_metrics": policies}, metric_set=metric_set)]})
    first, following, resolution = found.clocks
    assert (first.metric, first.breached, first.fulfilled_at) == ("first response", False, found.first_reply_at)
    assert (following.metric, following.breached) == ("next response", True)
    assert (resolution.metric, resolution.breached, resolution.paused) == ("resolution", None, True)


def test_metric_events_say_the_target_and_the_breach(read: Read) -> None:
    story = [
        {"instance_id": 1, "type": "activate", "time": "2026-11-16T09:00:00Z"},
        {"instance_id": 1, "type": "apply_sla", "time": "2026-11-16T09:00:00Z", "sla": {"target": 60, "business_hours": False}},
        {"instance_id": 1, "type": "breach", "time": "2026-11-16T10:00:00Z"},
        {"instance_id": 1, "type": "fulfill", "time": "2026-11-16T10:30:00Z"},
        {"instance_id": 2, "type": "activate", "time": "2026-11-16T11:00:00Z"},
    ]
    (found,), _ = read(Zendesk, {"t.json": [ticket(metric_events={"reply_time": story})]})
    (clock,) = found.clocks
    assert (clock.metric, clock.target_minutes, clock.breached) == ("first response", 60, True)
    assert clock.fulfilled_at == datetime(2026, 11, 16, 10, 30, tzinfo=timezone.utc)


def test_a_merge_is_told_by_our_side_and_not_by_a_customer(read: Read) -> None:
    words = 'This request was closed and merged into request #4300 "500 errors".'
    ours, theirs = (comment(author, words, "2026-11-17T09:00:00Z") for author in (22, 11))
    (merged, other), _ = read(Zendesk, {"t.json": [ticket(comments=[ours]), ticket(id=2, comments=[theirs])]})
    assert (merged.merged_into, "4300" in merged.links) == ("4300", True)
    assert other.merged_into == ""


def test_custom_fields_go_by_their_title_where_it_is_known(read: Read) -> None:
    fields = {"custom_fields": [{"id": 7, "value": "EU"}, {"id": 8, "value": ["a", "b"]}, {"id": 9, "value": None}]}
    (found,), _ = read(Zendesk, {"t.json": {"tickets": [ticket(**fields)], "ticket_fields": [{"id": 7, "title": "Region"}]}})
    assert (found.fields["Region"], found.fields["custom field 8"]) == ("EU", "a, b")
    assert "custom field 9" not in found.fields


def test_one_bad_row_costs_the_others_nothing_and_its_values_stay_out_of_the_fault(read: Read) -> None:
    rows = [ticket(id=None, subject="Secret of Acme"), ticket(id=2, created_at="Secret"), ticket(id=3)]
    found, faults = read(Zendesk, {"t.ndjson": rows})
    assert [one.ref for one in found] == ["2", "3"]
    assert found[0].created_at is None
    assert [fault.line for fault in faults] == [1, 2]
    assert "Acme" not in faults[0].problem


def test_a_ticket_saved_from_the_api_is_read_with_the_comments_beside_it(read: Read) -> None:
    document = {"ticket": ticket(), "comments": [comment(11, "More.", "2026-11-16T12:00:00Z")]}
    (found,), _ = read(Zendesk, {"one.json": document})
    assert [said.text for said in found.comments] == ["More."]


def test_a_file_that_breaks_off_keeps_what_stands_before_the_break(read: Read) -> None:
    found, faults = read(Zendesk, {"t.json": b'[{"id": 1, "subject": "a", "requester_id": 1, "status": "open"}, {"id": 2, "subj'})
    assert [one.ref for one in found] == ["1"]
    assert len(faults) == 1


def test_statuses_are_mapped_and_unknown_ones_survive(read: Read) -> None:
    rows = [ticket(id=number, status=status) for number, status in enumerate(["new", "pending", "hold", "closed", "Brand new state"])]
    found, _ = read(Zendesk, {"t.json": rows}, Context())
    assert [one.state for one in found] == ["open", "waiting on customer", "on hold", "solved", "unknown"]
    assert found[4].status == "Brand new state"
