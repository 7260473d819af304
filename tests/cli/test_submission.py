"""What is handed over becomes records: ours as it is, a vendor's by its shape, anything else a note word for word."""

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from escalation.errors import NothingFound, UsageError
from escalation.records import Account, Message, Note, Ticket
from escalation.submission import MAX_BYTES, Details, completed, note, read_text, record, submitted_file, submitted_json

AT = datetime(2026, 11, 18, 10, 2, tzinfo=timezone.utc)


def test_a_record_in_our_shape_is_taken_as_it_is() -> None:
    ours = Ticket(ref="4211", subject="500s on /v2/orders", created_at=AT)

    assert submitted_json(ours.model_dump_json(), "--json") == (ours,)


def test_a_list_of_records_gives_each() -> None:
    text = json.dumps([{"kind": "ticket", "ref": "1", "subject": "a"}, {"kind": "account", "ref": "2", "name": "Acme Corp"}])

    assert submitted_json(text, "--json") == (Ticket(ref="1", subject="a"), Account(ref="2", name="Acme Corp"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"kind": "ticket", "ref": "1"}', "--json: a ticket whose 'subject' is wrong: field required"),
        ('{"kind": "ticket", "ref": "1", "subject": "a", "colour": "red"}', "--json: a ticket whose 'colour' is wrong: extra inputs"),
        (
            '{"kind": "ticket", "ref": "1", "subject": "a", "created_at": "2026-11-18T10:00:00"}',
            "'created_at' is wrong: input should have timezone",
        ),
        ("{", "--json: not valid JSON at line 1, column 2"),
        ("{'a': 1}", "--json: not valid JSON at line 1, column 2"),
        ("", "--json: not valid JSON at line 1, column 1"),
        ("[" * 200_000, "nested too deeply"),
        ("[" + "1" * 6000 + "]", "thousands of digits"),
    ],
)
def test_wrong_json_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        submitted_json(text, "--json")
    assert message in str(raised.value)


ZENDESK = {
    "id": 4211,
    "url": "https://larkspur.zendesk.com/api/v2/tickets/4211.json",
    "subject": "500s on /v2/orders",
    "description": "POST fails",
    "status": "open",
    "created_at": "2026-11-16T09:12:00Z",
    "updated_at": "2026-11-17T09:12:00Z",
    "requester_id": 1,
    "organization_id": 3,
}
JIRA = {
    "key": "PLAT-812",
    "self": "https://larkspur.atlassian.net/rest/api/3/issue/1",
    "fields": {"summary": "500s", "status": {"name": "Open"}, "issuetype": {"name": "Bug"}, "created": "2026-11-16T10:00:00.000+0000"},
}
GITHUB = {
    "html_url": "https://github.com/larkspur/mobile/issues/420",
    "number": 420,
    "state": "open",
    "title": "Show the error code",
    "body": "When an order can't be placed",
    "user": {"login": "kai"},
    "created_at": "2026-11-16T09:00:00Z",
}
HUBSPOT = {
    "id": "18840011",
    "properties": {
        "name": "Acme Corp",
        "domain": "acme.example.com",
        "plan": "Enterprise",
        "arr": "USD 1,200,000",
        "renewal_date": "2026-12-15",
    },
    "createdAt": "2024-01-01T00:00:00Z",
    "updatedAt": "2026-09-30T00:00:00Z",
}
SLACK = {"type": "message", "user": "U1", "text": "Pool exhaustion since the deploy", "ts": "1794825418.557823"}
INTERCOM = {
    "type": "conversation",
    "id": "215470",
    "state": "open",
    "created_at": 1794825418,
    "source": {"type": "email", "subject": "Audit log", "body": "<p>When?</p>", "author": {"type": "user", "name": "Ana"}},
    "conversation_parts": {"conversation_parts": []},
}
SPECS = Path(__file__).parents[3] / "shared" / "specs"


@pytest.mark.parametrize(
    ("vendor", "kind", "ref"),
    [
        (ZENDESK, "ticket", "4211"),
        ({"ticket": ZENDESK}, "ticket", "4211"),
        ({"tickets": [ZENDESK]}, "ticket", "4211"),
        (JIRA, "work item", "PLAT-812"),
        ([JIRA], "work item", "PLAT-812"),
        ({"issues": [JIRA]}, "work item", "PLAT-812"),
        ({"issue": JIRA, "names": {}}, "work item", "PLAT-812"),
        (GITHUB, "work item", "larkspur/mobile#420"),
        ({"total_count": 1, "items": [GITHUB]}, "work item", "larkspur/mobile#420"),
        (HUBSPOT, "account", "18840011"),
        ({"total": 1, "results": [HUBSPOT]}, "account", "18840011"),
        ([SLACK], "message", "1794825418.557823"),
        ({"ok": True, "messages": [SLACK], "has_more": False}, "message", "1794825418.557823"),
        ({"ok": True, "messages": {"matches": [{**SLACK, "channel": {"name": "oncall"}}]}}, "message", "oncall/1794825418.557823"),
        (INTERCOM, "ticket", "215470"),
        ({"type": "conversation.list", "conversations": [INTERCOM]}, "ticket", "215470"),
    ],
)
def test_a_vendors_own_json_is_mapped_by_its_shape(vendor: Any, kind: str, ref: str) -> None:
    [mapped] = submitted_json(json.dumps(vendor), "--json")

    assert (mapped.kind, mapped.ref) == (kind, ref)


def test_an_object_a_line_is_mapped_too() -> None:
    text = "".join(json.dumps({**ZENDESK, "id": number}) + "\n" for number in (1, 2))

    assert [each.ref for each in submitted_json(text, "tickets.ndjson")] == ["1", "2"]


def test_an_export_file_is_mapped_and_a_page_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("kind,ref,name\naccount,A-9,Acme Corp\n", encoding="utf-8")
    (tmp_path / "page.md").write_text("# Handling 500s\n\nRetry with an Idempotency-Key.\n", encoding="utf-8")

    assert [(each.kind, each.ref) for each in submitted_file(tmp_path / "accounts.csv")] == [("account", "A-9")]
    assert [each.kind for each in submitted_file(tmp_path / "page.md")] == ["note"]


def test_json_of_an_unknown_shape_is_kept_as_a_note_word_for_word() -> None:
    text = '{"weather": {"today": "rain"}}'

    [kept] = submitted_json(text, "--json")

    assert isinstance(kept, Note)
    assert kept.text == text


def test_lone_surrogates_in_json_become_replacement_characters() -> None:
    [ticket] = submitted_json('{"kind": "ticket", "ref": "1", "subject": "a\\ud800b"}', "--json")

    assert ticket.heading == "a\ufffdb"


def test_the_same_words_are_the_same_note() -> None:
    assert note("Retrying helps") == note("Retrying helps")
    assert note("Retrying helps").ref != note("Retrying helps not").ref


def test_a_note_is_titled_by_its_first_words() -> None:
    assert note("one\ntwo " + "x" * 200).heading == "one two " + "x" * 71 + "…"


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_nothing_is_no_evidence(text: str) -> None:
    with pytest.raises(UsageError, match="nothing in what was handed over"):
        note(text)


def test_words_become_the_kind_of_record_that_is_said() -> None:
    made = record("message", "Pool exhausted", Details("incidents", "Priya", AT, "https://chat.example.com/1", "p1"))

    assert isinstance(made, Message)
    assert (made.ref, made.channel, made.text, made.author.name, made.at, made.url) == (
        "p1",
        "incidents",
        "Pool exhausted",
        "Priya",
        AT,
        "https://chat.example.com/1",
    )


@pytest.mark.parametrize("kind", ["ticket", "account", "message", "work item", "article", "note"])
def test_every_kind_can_be_made_of_words_alone(kind: str) -> None:
    made = record(kind, "Pool exhausted", Details())

    assert made.kind == kind
    assert [passage.text for passage in made.passages()] == ["Pool exhausted"]


def test_a_log_is_a_note_named_after_its_file(tmp_path: Path) -> None:
    log = tmp_path / "gateway.log"
    log.write_text("08:41 POST /v2/orders 500 ORD-5031\n", encoding="utf-8")

    [kept] = submitted_file(log)

    assert (kept.heading, next(kept.passages()).text) == ("gateway.log", "08:41 POST /v2/orders 500 ORD-5031\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_file_is_read_in_the_encoding_it_announces(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes("Größe\n".encode(encoding))

    assert read_text(file) == "Größe\n"


def test_a_broken_byte_does_not_cost_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    file.write_bytes(b"before \xff after")

    assert read_text(file) == "before \ufffd after"


def test_files_that_can_not_be_taken_are_refused(tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "huge.log").write_bytes(b"x" * (MAX_BYTES + 1))

    with pytest.raises(NothingFound, match="there is no file"):
        read_text(tmp_path / "missing.log")
    with pytest.raises(UsageError, match="is no text"):
        read_text(tmp_path / "image.png")
    with pytest.raises(UsageError, match="larger than 2,000,000 bytes"):
        read_text(tmp_path / "huge.log")
    with pytest.raises(UsageError, match="can't be read: Is a directory"):
        read_text(tmp_path)


def test_a_company_brings_what_an_account_is_judged_by() -> None:
    [account] = submitted_json(json.dumps(HUBSPOT), "--json")

    assert isinstance(account, Account)
    assert (account.name, account.domains, account.plan) == ("Acme Corp", ("acme.example.com",), "Enterprise")
    assert account.arr is not None
    assert (int(account.arr.amount), account.arr.currency, str(account.renewal_on)) == (1_200_000, "USD", "2026-12-15")


def _examples(value: Any) -> Iterator[Any]:
    """Every object in an API description, those that are written as text too."""
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        with contextlib.suppress(ValueError):
            yield from _examples(json.loads(value))
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _examples(inner)


@pytest.mark.skipif(not SPECS.is_dir(), reason="the vendors' API descriptions are not beside the project")
@pytest.mark.parametrize(
    ("file", "marks", "kind"),
    [
        ("zendesk.json", {"requester_id", "subject", "description", "status"}, "ticket"),
        ("intercom.json", {"type", "source", "state", "conversation_parts"}, "ticket"),
        ("jira.json", {"key", "fields", "self", "id"}, "work item"),
    ],
)
def test_the_vendors_own_examples_are_mapped(file: str, marks: set[str], kind: str) -> None:
    spec = json.loads((SPECS / file).read_text(encoding="utf-8"))
    found = [one for one in _examples(spec) if marks <= one.keys() and isinstance(one.get("id"), (int, str))][:3]

    assert found
    for example in found:
        [mapped] = submitted_json(json.dumps(example), "--json")
        assert mapped.kind == kind
        assert mapped.ref in (str(example["id"]), example.get("key"))


def test_what_json_does_not_say_may_be_said_beside_it() -> None:
    [message] = submitted_json(json.dumps([SLACK]), "--json")

    known = completed(message, Details(title="plat-oncall", url="https://larkspur.slack.example/p1"), "slack")

    assert (known.heading, known.url) == ("#plat-oncall", "https://larkspur.slack.example/p1")
    assert completed(message, Details(), "slack").heading == "#slack"
    assert completed(known, Details(title="another", url="https://other.example"), "slack") == known
