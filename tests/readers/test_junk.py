"""Whatever stands in a row, a reader yields records and faults and raises nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.workspace.reader import Context, Fault
from connectors.workspace.readers.freshdesk import Freshdesk
from connectors.workspace.readers.hubspot import HubSpot
from connectors.workspace.readers.intercom import Intercom
from connectors.workspace.readers.salesforce import Salesforce
from connectors.workspace.readers.slack import Slack
from connectors.workspace.readers.zendesk import Zendesk
from escalation.records import Record

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.sampled_from(["2026-11-18T10:00:00Z", "1794990050.000100", "<p>x", "2"])
)
JUNK = st.recursive(SCALAR, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)), max_leaves=6)

ZENDESK: dict[str, Any] = {
    "id": 1,
    "requester_id": 2,
    "subject": "s",
    "status": "open",
    "created_at": "2026-11-18T10:00:00Z",
    "description": "d",
    "tags": ["t"],
    "comments": [
        {"author_id": 2, "body": "b", "public": True, "created_at": "2026-11-18T10:00:00Z", "attachments": [{"file_name": "f", "size": 1}]}
    ],
    "metric_set": {"reply_time_in_minutes": {"calendar": 1, "business": 1}, "solved_at": None},
    "requester": {"name": "n", "role": "end-user"},
    "organization": {"id": 3, "name": "o", "domain_names": ["x.example"], "organization_fields": {"plan": "p"}},
    "custom_fields": [{"id": 1, "value": "v"}],
    "slas": {"policy_metrics": [{"metric": "first_reply_time", "stage": "active", "breach_at": "2026-11-18T10:00:00Z", "minutes": -1}]},
    "metric_events": {"reply_time": [{"instance_id": 1, "type": "apply_sla", "time": "2026-11-18T10:00:00Z", "sla": {"target": 1}}]},
}
INTERCOM: dict[str, Any] = {
    "type": "conversation",
    "id": "1",
    "state": "open",
    "created_at": 1791448913,
    "source": {"body": "b", "author": {"type": "user", "name": "n"}},
    "conversation_parts": {
        "conversation_parts": [{"part_type": "note", "body": "b", "created_at": 1791448913, "author": {"type": "admin", "id": "1"}}]
    },
    "company": {"name": "c", "website": "w.example"},
    "tags": {"tags": [{"name": "t"}]},
    "statistics": {"last_close_at": 1},
    "custom_attributes": {"a": "b"},
    "admin_assignee_id": 1,
    "contacts": {"contacts": [{"id": "1"}]},
    "waiting_since": None,
    "sla_applied": {"sla_name": "n"},
}
FRESHDESK: dict[str, Any] = {
    "id": 1,
    "requester_id": 2,
    "responder_id": 3,
    "company_id": 4,
    "status": 2,
    "subject": "s",
    "description": "<p>d",
    "fr_due_by": "2026-11-18T10:00:00Z",
    "due_by": "2026-11-18T10:00:00Z",
    "stats": {"resolved_at": "2026-11-18T10:00:00Z"},
    "custom_fields": {"a": "b"},
    "requester": {"name": "n"},
    "conversations": [{"body_text": "b", "private": False, "incoming": True, "user_id": 2, "created_at": "2026-11-18T10:00:00Z"}],
}
SLACK: dict[str, Any] = {
    "type": "message",
    "ts": "1794990050.000100",
    "thread_ts": "1794990050.000100",
    "user": "U1",
    "text": "<@U1|x> <https://x|y>",
    "subtype": None,
    "attachments": [{"title": "t", "fields": [{"title": "t", "value": "v"}]}],
    "files": [{"name": "f", "size": 1}],
    "user_profile": {"real_name": "n"},
}


def spoilt(good: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The good row with junk at a few of its places, a place inside a place included."""

    def put(row: Any, path: list[int], junk: Any) -> Any:
        if not path or not isinstance(row, (dict, list)) or not row:
            return junk
        names = list(row) if isinstance(row, dict) else list(range(len(row)))
        at = names[path[0] % len(names)]
        inner = put(row[at], path[1:], junk)
        return {**row, at: inner} if isinstance(row, dict) else [*row[:at], inner, *row[at + 1 :]]

    places = st.lists(st.tuples(st.lists(st.integers(0, 20), min_size=1, max_size=4), JUNK), max_size=3)

    def spoil(spots: list[tuple[list[int], Any]]) -> dict[str, Any]:
        row: Any = good
        for path, junk in spots:
            row = put(row, path, junk)
        return row if isinstance(row, dict) else {}

    return places.map(spoil)


@pytest.mark.parametrize(
    ("kind", "good", "shape"),
    [(Zendesk, ZENDESK, "ndjson"), (Intercom, INTERCOM, "ndjson"), (Freshdesk, FRESHDESK, "ndjson"), (Slack, SLACK, "json")],
)
def test_json_rows_become_records_or_faults(rows: type[Any], context: Context, kind: Any, good: dict[str, Any], shape: str) -> None:
    @settings(max_examples=80)
    @given(st.lists(spoilt(good), max_size=3), JUNK)
    def law(spoilt_rows: list[dict[str, Any]], noise: Any) -> None:
        reader = kind(context)
        export = rows([good, *spoilt_rows, noise], shape)
        reader.recognises(rows([noise], shape))
        items = list(reader.read([export]))
        assert all(isinstance(item, (Record, Fault)) for item in items)
        assert any(isinstance(item, Record) for item in items), "the good row survives"

    law()


CELL = st.one_of(TEXT, st.sampled_from(["", "1,200", "-5", "12/11/2026", "2026-12-15", "true", "a;b", "18840011"]))
COMPANIES = (
    "Record ID",
    "Company name",
    "Company Domain Name",
    "Lifecycle Stage",
    "ARR (USD)",
    "Currency",
    "Renewal date",
    "Last Modified Date",
    "Zendesk ID",
)
ACCOUNTS = ("Id", "Name", "Website", "ARR__c", "CurrencyIsoCode", "Renewal_Date__c", "ParentId", "OwnerId", "LastModifiedDate")
CONTACTS = ("Record ID", "First Name", "Email", "Associated Company IDs", "Associated Company")
DEALS = ("Id", "AccountId", "Name", "StageName", "Amount", "CloseDate", "IsClosed")


@pytest.mark.parametrize(("kind", "tables"), [(HubSpot, (COMPANIES, CONTACTS)), (Salesforce, (ACCOUNTS, DEALS))])
def test_csv_rows_become_records_or_faults(rows: type[Any], context: Context, kind: Any, tables: tuple[tuple[str, ...], ...]) -> None:
    @settings(max_examples=60)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        exports = [
            rows(data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELL)), max_size=4)), "csv", columns) for columns in tables
        ]
        reader = kind(context)
        assert all(reader.recognises(export) for export in exports)
        assert all(isinstance(item, (Record, Fault)) for item in reader.read(exports))

    law()
