"""The readers against what the vendors publish: every property they ask for is one that the vendor describes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.workspace.reader import Context
from connectors.workspace.readers.intercom import Intercom
from connectors.workspace.readers.zendesk import Zendesk
from escalation.records import Ticket

Read = Callable[..., tuple[list[Any], list[Any]]]
Spec = Callable[[str], Any]

NOT_IN_THE_API = {
    "comments",
    "metric_set",
    "organization",
    "submitter",
    "assignee",
    "author",
    "slas",
    "metric_events",
    "fields",
}
"""What Zendesk's account export inlines and its side-loads add to a ticket; its ticket description does not have these."""
OTHER_PLATFORMS = {"responder_id", "company_id", "helpdesk_ticket", "conversations", "ticket"}
"""Asked only to tell a ticket from those of other platforms, or a wrapped one from a bare one."""


class Watched(dict[str, Any]):
    """A row that notes the names it is asked for."""

    def __init__(self, row: dict[str, Any]) -> None:
        super().__init__({name: _watched(value) for name, value in row.items()})
        self.asked: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def get(self, name: Any, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def names(self) -> set[str]:
        return {name.partition(".")[0] for name in self.asked}


def _watched(value: Any) -> Any:
    if isinstance(value, dict):
        return Watched(value)
    return [_watched(item) for item in value] if isinstance(value, list) else value


def test_zendesks_own_example_is_read_whole(read: Read, spec: Spec) -> None:
    schemas = spec("zendesk.json")["components"]["schemas"]
    example = schemas["TicketObject"]["example"]
    said = {**schemas["TicketCommentObject"]["example"], "ticket_id": example["id"]}
    organization = {**schemas["OrganizationObject"]["example"], "id": example["organization_id"]}
    metric = {**schemas["TicketMetricObject"]["example"], "ticket_id": example["id"]}
    beside = {"comments": [said], "organizations": [organization], "metric_sets": [metric]}
    (found,), faults = read(Zendesk, {"t.json": {"tickets": [example], **beside}})
    assert not faults
    assert (found.ref, found.subject, found.priority, found.state) == ("35436", "Help, my printer is on fire!", "high", "open")
    assert (found.account.name, found.account.domain, found.fields["custom field 27642"]) == ("One Organization", "example.com", "745")
    assert found.comments[0].text == "Thanks for your help!\n[attachment: crash.log, 2532 bytes]"
    assert (found.solved_at.year, found.fields["replies"], found.links) == (2011, "322", ("9873764",))


def test_what_is_asked_of_a_ticket_stands_in_zendesks_description(rows: type[Any], context: Context, spec: Spec) -> None:
    schemas = spec("zendesk.json")["components"]["schemas"]
    row = Watched(schemas["TicketObject"]["example"])
    list(Zendesk(context).read([rows([row])]))
    assert row.names() - NOT_IN_THE_API - OTHER_PLATFORMS <= set(schemas["TicketObject"]["properties"])


def test_what_is_asked_of_comments_and_organizations_stands_in_zendesks_description(rows: type[Any], context: Context, spec: Spec) -> None:
    schemas = spec("zendesk.json")["components"]["schemas"]
    ticket = Watched(
        {
            **schemas["TicketObject"]["example"],
            "comments": [schemas["TicketCommentObject"]["example"]],
            "organization": schemas["OrganizationObject"]["example"],
            "metric_set": schemas["TicketMetricObject"]["example"],
        }
    )
    list(Zendesk(context).read([rows([ticket])]))
    assert dict.__getitem__(ticket, "comments")[0].names() - {"author"} <= set(schemas["TicketCommentObject"]["properties"])
    assert dict.__getitem__(ticket, "organization").names() <= set(schemas["OrganizationObject"]["properties"])
    assert dict.__getitem__(ticket, "metric_set").names() <= set(schemas["TicketMetricObject"]["properties"])


def _example(schemas: Any, schema: Any, depth: int = 0) -> Any:
    """An object of a schema's own examples."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "example" in schema:
        return schema["example"]
    if depth > 6 or schema.get("type") not in ("object", "array"):
        return None
    if schema["type"] == "array":
        item = _example(schemas, schema.get("items", {}), depth + 1)
        return [] if item is None else [item]
    return {name: _example(schemas, inner, depth + 1) for name, inner in schema.get("properties", {}).items()}


def test_intercoms_own_example_is_read_and_only_its_properties_are_asked_for(rows: type[Any], context: Context, spec: Spec) -> None:
    schemas = spec("intercom.json")["components"]["schemas"]
    row = Watched(_example(schemas, schemas["conversation"]))
    (found,) = Intercom(context).read([rows([row])])
    assert isinstance(found, Ticket)
    assert found.ref == "1295"
    assert found.created_at is not None
    assert row.names() <= set(schemas["conversation"]["properties"])
    source = dict.__getitem__(row, "source")
    assert source.names() <= set(schemas["conversation_source"]["properties"])
    parts = dict.__getitem__(row, "conversation_parts")
    assert parts.names() <= set(schemas["conversation_parts"]["properties"])
    for part in dict.__getitem__(parts, "conversation_parts"):
        assert part.names() <= set(schemas["conversation_part"]["properties"])
    statistics = dict.__getitem__(row, "statistics")
    assert statistics.names() <= set(schemas["conversation_statistics"]["properties"])
