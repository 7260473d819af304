"""Matrix: recordings of a Synapse 1.163.2 with a made-up thread, and what is particular to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.matrix import Matrix
from escalation.actions import MessageDraft
from escalation.connector import MessageQuery
from escalation.errors import NotFound
from escalation.http import Answer, Sent
from escalation.records import Message
from escalation.testing import ConnectorConformance, Network, Recordings, json_answer

SETTINGS = {"base_url": "https://matrix.example.com", "access_token": "s3cr3t-token-of-the-test"}
ROOM, ROOT = "!Kc1r8sJtq2", "$root-4711"
THREAD = f"https://matrix.to/#/{ROOM}/{ROOT}"
_RECORDED = Recordings(Path(__file__).parent / "recordings" / "matrix")


def recordings(sent: Sent) -> Answer:
    """Recordings name rooms and events as they are, requests write them percent-encoded."""
    parts = urlsplit(sent.url)
    return _RECORDED(sent._replace(url=parts._replace(path=unquote(parts.path)).geturl()))


class TestMatrix(ConnectorConformance):
    connector_type = Matrix
    settings = SETTINGS
    replies = staticmethod(recordings)
    reference = THREAD


def made(network: Network, tmp_path: Path, settings: Mapping[str, Any] = SETTINGS) -> Matrix:
    """The connector on this network."""
    connector = network.connector(Matrix, settings, network.session(tmp_path))
    assert isinstance(connector, Matrix)
    return connector


def changed(path: str, change: Any) -> Any:
    """The recordings, with the body of one path changed."""

    def replies(sent: Sent) -> Answer:
        answer = recordings(sent)
        if path not in sent.url:
            return answer
        assert isinstance(answer.body, bytes)
        body = json.loads(answer.body)
        change(body)
        return json_answer(body)

    return replies


def found(tmp_path: Path, replies: Any = recordings, **settings: object) -> tuple[list[Message], list[str]]:
    network = Network(replies)
    connector = made(network, tmp_path, {**SETTINGS, **settings})
    return list(connector.find_messages(MessageQuery(words=("export",)))), connector.session.shortfalls


def asked(tmp_path: Path, query: MessageQuery) -> Iterator[str]:
    network = Network(recordings)
    list(made(network, tmp_path).find_messages(query))
    for sent in network.sent:
        if sent.method == "POST":
            yield json.loads(sent.body)["search_categories"]["room_events"]["search_term"]


def test_exact_strings_must_all_occur_and_words_need_not(tmp_path: Path) -> None:
    assert list(asked(tmp_path, MessageQuery(exact=("E4711", "queue full")))) == ['"E4711" "queue full"']
    assert list(asked(tmp_path, MessageQuery(words=("export", "slow")))) == ['"export" or "slow"']


@given(st.text(max_size=30))
def test_what_is_typed_stays_between_its_quotes(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for term in asked(tmp_path_factory.getbasetemp(), MessageQuery(words=(text, "-not or"))):
        assert term.count('"') in (2, 4)
        assert "".join(term.split('"')[::2]) in ("", " or ")


def test_a_reply_found_stands_for_its_thread_and_is_read_whole(tmp_path: Path) -> None:
    messages, _ = found(tmp_path)
    thread = next(message for message in messages if message.url == THREAD)
    assert (thread.whole, thread.channel, thread.author.name) == (False, "support", "Dana Reyes")
    assert thread.text.startswith("Acme Corp's nightly export is down")
    network = Network(recordings)
    (whole,) = made(network, tmp_path).fetch(THREAD)
    assert isinstance(whole, Message)
    assert [reply.text for reply in whole.replies][:1] == ["Looks like the archive workers again."]
    assert len(network.sent) == 2


def test_a_message_without_a_thread_is_whole_as_it_is_found(tmp_path: Path) -> None:
    messages, _ = found(tmp_path)
    assert {message.whole for message in messages if message.url != THREAD} == {True}


def test_a_thread_that_a_search_found_takes_one_request_to_read(tmp_path: Path) -> None:
    network = Network(recordings)
    connector = made(network, tmp_path)
    list(connector.find_messages(MessageQuery(words=("export",))))
    before = len(network.sent)
    list(connector.fetch(THREAD))
    assert len(network.sent) == before + 1


def test_a_room_by_invitation_is_restricted_unless_it_is_named(tmp_path: Path) -> None:
    def by_invitation(body: Any) -> None:
        for event in body["rooms"]["join"][ROOM]["state"]["events"]:
            if event["type"] == "m.room.join_rules":
                event["content"]["join_rule"] = "invite"

    replies = changed("/sync", by_invitation)
    assert {message.visibility for message in found(tmp_path)[0]} == {"internal"}
    assert {message.visibility for message in found(tmp_path, replies)[0]} == {"restricted"}
    assert {message.visibility for message in found(tmp_path, replies, rooms=[ROOM])[0]} == {"internal"}


def test_encrypted_rooms_are_told(tmp_path: Path) -> None:
    def encrypted(body: Any) -> None:
        body["rooms"]["join"]["!secret"] = {"state": {"events": [{"type": "m.room.encryption", "content": {}}]}}

    assert found(tmp_path, changed("/sync", encrypted))[1] == ["1 encrypted room can't be searched"]


def test_a_message_that_was_edited_is_read_in_its_latest_words_and_one_taken_back_is_none(tmp_path: Path) -> None:
    def edited(body: Any) -> None:
        first, second, *_ = (row["result"] for row in body["search_categories"]["room_events"]["results"])
        second["unsigned"]["m.relations"]["m.replace"] = {"content": {"m.new_content": {"body": "It was the queue."}}}
        first["unsigned"]["redacted_because"] = {"type": "m.room.redaction"}
        first["content"] = {}

    messages, shortfalls = found(tmp_path, changed("/search", edited))
    assert "It was the queue." in [message.text for message in messages]
    assert shortfalls == []


def test_our_side_is_known_by_the_server_that_people_are_on(tmp_path: Path) -> None:
    assert {message.author.side for message in found(tmp_path, our_domains=["larkspur.example"])[0]} == {"vendor"}


def test_a_post_bears_the_mark_as_its_transaction_and_answers_in_the_thread(tmp_path: Path) -> None:
    network = Network(recordings)
    connector = made(network, tmp_path)
    connector.post_message(MessageDraft(mark="kit-mark-new", text="Escalated.", channel="#support", thread=THREAD))
    (written,) = [sent for sent in network.sent if sent.method == "PUT"]
    assert written.url.endswith("/send/m.room.message/kit-mark-new")
    assert json.loads(written.body)["m.relates_to"] == {"rel_type": "m.thread", "event_id": ROOT}


def test_a_room_that_was_not_joined_is_not_found(tmp_path: Path) -> None:
    network = Network(recordings)
    connector = made(network, tmp_path)
    with pytest.raises(NotFound, match="has joined no room 'elsewhere'"):
        connector.post_message(MessageDraft(mark="kit-mark-new", text="x", channel="elsewhere"))


@pytest.mark.parametrize(
    "reference",
    [
        THREAD,
        f"{THREAD}?via=larkspur.example",
        f"https://matrix.to/#/{quote(ROOM, safe='')}/{quote(ROOT, safe='')}",
        f"{ROOM}/{ROOT}",
        f"matrix:roomid/{ROOM[1:]}/e/{ROOT[1:]}?via=larkspur.example",
    ],
)
def test_every_way_to_name_a_message_leads_to_it(tmp_path: Path, reference: str) -> None:
    network = Network(recordings)
    connector = made(network, tmp_path)
    assert connector.owns(reference)
    (message,) = connector.fetch(reference)
    assert message.url == THREAD


def test_a_room_or_a_person_is_no_message(tmp_path: Path) -> None:
    network = Network(recordings)
    connector = made(network, tmp_path)
    assert not any(
        map(connector.owns, ("https://matrix.to/#/#support:larkspur.example", "https://matrix.to/#/@dana:larkspur.example", "#12"))
    )
