"""Teams against replies in the shapes of learn.microsoft.com/graph: chatMessage, its search, channels and batches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.teams import Teams, _phrases
from connectors.teams.links import message_in
from connectors.teams.messages import Reader
from connectors.teams.settings import TeamsSettings
from escalation.actions import MessageDraft
from escalation.auth import ClientCredentials, DeviceCode, RefreshToken
from escalation.connector import MessageQuery
from escalation.errors import AuthError, ConnectorError, NotFound, Unavailable
from escalation.http import Answer, Sent
from escalation.records import AccountKey, Message
from escalation.reply import Reply
from escalation.testing import ConnectorConformance, Network, Replies, json_answer

TENANT, TEAM, APP = "2432b57b-0abd-43db-aa7b-16eadd115d34", "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b", "1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081"
CHANNEL, CHAT = "19:4a95f7d8db4c4e7fae857bcebe0623e6@thread.tacv2", "19:bdeff6bfed7f4b159cdf7fdd61aeacaa@thread.v2"
ROOT, ANSWER = "1763457720000", "1763458020000"
LINK = (
    f"https://teams.microsoft.com/l/message/19%3A4a95f7d8db4c4e7fae857bcebe0623e6%40thread.tacv2/{ROOT}"
    f"?tenantId={TENANT}&groupId={TEAM}&parentMessageId={ROOT}"
)
CHANNEL_LINK = f"https://teams.microsoft.com/l/channel/19%3A4a95f7d8db4c4e7fae857bcebe0623e6%40thread.tacv2/Support%20EMEA?groupId={TEAM}&tenantId={TENANT}"
CHAT_LINK = f"https://teams.microsoft.com/l/message/{CHAT}/{ROOT}?context=%7B%22contextType%22%3A%22chat%22%7D"


def person(name: str, kind: str = "aadUser", tenant: str = TENANT) -> dict[str, Any]:
    return {
        "application": None,
        "device": None,
        "user": {"id": "8ea0e38b", "displayName": name, "userIdentityType": kind, "tenantId": tenant},
    }


MESSAGE: dict[str, Any] = {
    "id": ROOT,
    "replyToId": None,
    "messageType": "message",
    "createdDateTime": "2025-11-18T09:22:00Z",
    "deletedDateTime": None,
    "subject": "Export at Acme Corp",
    "importance": "high",
    "webUrl": LINK,
    "from": person("Priya Nair"),
    "body": {"contentType": "html", "content": '<div>It stops with <b>E4711</b>,<br>see <at id="0">Jonas Weber</at></div>'},
    "channelIdentity": {"teamId": TEAM, "channelId": CHANNEL},
    "attachments": [{"id": "1", "contentType": "reference", "name": "trace.log"}],
}
REPLIES: list[dict[str, Any]] = [
    {
        **MESSAGE,
        "id": "1763458320000",
        "replyToId": ROOT,
        "createdDateTime": "2025-11-18T09:32:00Z",
        "from": {"application": {"id": "a1", "displayName": "Pager"}, "user": None},
        "subject": None,
        "body": {"contentType": "text", "content": "Workers are <down>"},
        "attachments": [],
    },
    {
        **MESSAGE,
        "id": ANSWER,
        "replyToId": ROOT,
        "createdDateTime": "2025-11-18T09:27:00Z",
        "from": person("Jonas Weber", "federatedUser", "aaaaaaaa-0abd-43db-aa7b-16eadd115d34"),
        "subject": None,
        "body": {"contentType": "html", "content": "<p>Same here</p>"},
        "attachments": [],
    },
    {
        **MESSAGE,
        "id": "1763458400000",
        "replyToId": ROOT,
        "messageType": "systemEventMessage",
        "from": None,
        "body": {"content": "<systemEventMessage/>"},
    },
    {
        **MESSAGE,
        "id": "1763458500000",
        "replyToId": ROOT,
        "deletedDateTime": "2025-11-18T10:00:00Z",
        "body": {"contentType": "text", "content": ""},
    },
]
HIT: dict[str, Any] = {
    "hitId": "AAMkAGIwMDA5",
    "rank": 1,
    "summary": "...the nightly <c0>export</c0> stops with <c0>E4711</c0>...",
    "resource": {
        "@odata.type": "microsoft.graph.chatMessage",
        "id": ROOT,
        "createdDateTime": "2025-11-18T09:22:00Z",
        "webLink": "https://outlook.office365.com/owa/?ItemID=AAMk",
        "from": {"emailAddress": {"name": "Priya Nair", "address": "priya@larkspur.example"}},
        "channelIdentity": {"teamId": TEAM, "channelId": CHANNEL},
    },
}
CHAT_HIT: dict[str, Any] = {**HIT, "resource": {**HIT["resource"], "channelIdentity": {}, "chatId": CHAT}}
PLACE = {"id": CHANNEL, "displayName": "Support EMEA", "membershipType": "standard"}


def found(*hits: Mapping[str, Any]) -> Answer:
    return json_answer(
        {
            "value": [
                {"searchTerms": ["export"], "hitsContainers": [{"hits": list(hits), "total": len(hits), "moreResultsAvailable": False}]}
            ]
        }
    )


def part(path: str) -> tuple[int, Any]:
    """What Graph answers to one GET of a batch."""
    known = {
        f"/teams/{TEAM}/channels/{CHANNEL}": PLACE,
        f"/teams/{TEAM}/channels/{CHANNEL}/messages/{ROOT}": MESSAGE,
        f"/teams/{TEAM}/channels/{CHANNEL}/messages/{ROOT}/replies": {"value": REPLIES},
        f"/chats/{CHAT}/messages/{ROOT}": {**MESSAGE, "chatId": CHAT, "channelIdentity": None},
    }
    body = known.get(unquote(path.partition("?")[0]))
    return (200, body) if body else (404, {"error": {"code": "NotFound"}})


def batched(sent: Sent, part: Any = part) -> Answer:
    asked = json.loads(sent.body)["requests"]
    answers = [{"id": each["id"], "status": part(each["url"])[0], "body": part(each["url"])[1]} for each in asked]
    return json_answer({"responses": answers[::-1]})


def graph(sent: Sent) -> Answer:
    """An organization with one channel, one thread and somebody signed in."""
    path = unquote(urlsplit(sent.url).path)
    if path.endswith("/oauth2/v2.0/token"):
        return json_answer(
            {"token_type": "Bearer", "expires_in": 3599, "access_token": "an-access-token", "refresh_token": "the-next-refresh-token"}
        )
    if path == "/v1.0/search/query":
        return found(HIT)
    if path == "/v1.0/$batch":
        return batched(sent)
    if sent.method == "POST":
        return json_answer({**MESSAGE, "id": "1763460000000"}, 201)
    if path.endswith("/messages"):
        written = {
            **MESSAGE,
            "id": "1763450000000",
            "body": {"contentType": "text", "content": "Done\n\ncustomer-escalation mark kit-mark-written"},
        }
        return json_answer({"value": [{**MESSAGE, "replies": REPLIES}, written]})
    return json_answer({"value": REPLIES}) if path.endswith("/replies") else json_answer({"error": {"code": "NotFound"}}, 404)


SIGNED_IN = {"tenant": TENANT, "client_id": APP, "refresh_token": "a-refresh-token-of-the-test", "our_domains": ["larkspur.example"]}
AS_APP = {"tenant": TENANT, "client_id": APP, "client_secret": "a-secret-of-the-test", "channels": [CHANNEL_LINK]}


class TestTeams(ConnectorConformance):
    connector_type = Teams
    settings = SIGNED_IN
    replies = staticmethod(graph)
    reference = LINK
    drafts = {"post_message": MessageDraft(mark="kit-mark-new", text="Please look", channel=CHANNEL_LINK)}  # noqa: RUF012


class Desk:
    """A connector on a network, with what it sent and said."""

    def __init__(self, folder: Path, replies: Replies = graph, settings: Mapping[str, Any] = SIGNED_IN, **more: Any) -> None:
        self.network = Network(replies)
        self.session = self.network.session(folder)
        self.teams = cast("Teams", self.network.connector(Teams, {**settings, **more}, self.session))

    def found(self, **query: Any) -> list[Message]:
        return list(self.teams.find_messages(MessageQuery(**query)))

    def fetched(self, reference: str = LINK) -> Message:
        [record] = self.teams.fetch(reference)
        assert isinstance(record, Message)
        return record

    @property
    def asked(self) -> list[str]:
        return [unquote(urlsplit(sent.url).path).removeprefix("/v1.0") for sent in self.network.sent if "/oauth2/" not in sent.url]

    def search(self) -> Mapping[str, Any]:
        [request] = next(json.loads(sent.body)["requests"] for sent in self.network.sent if sent.url.endswith("/search/query"))
        return cast("Mapping[str, Any]", request)


def test_words_are_alternatives_and_the_channels_of_all_hits_are_asked_for_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    [message] = desk.found(words=("export", "Acme Corp", "NOT"))
    assert desk.asked == ["/search/query", "/$batch"]
    assert desk.search() == {
        "entityTypes": ["chatMessage"],
        "query": {"queryString": '("export" OR "Acme Corp" OR "NOT")'},
        "from": 0,
        "size": 25,
        "enableTopResults": True,
    }
    assert (message.text, message.channel, message.visibility, message.whole) == (
        "...the nightly export stops with E4711...",
        "Support EMEA",
        "internal",
        False,
    )
    assert (message.author.name, message.author.side, message.url) == ("Priya Nair", "vendor", LINK)
    assert desk.session.shortfalls == []


def test_exact_strings_must_all_occur_since_the_day_before(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.found(exact=("E4711", 'from:"bob"'), words=("export",), since=datetime(2026, 11, 1, 8, tzinfo=timezone.utc))
    assert desk.search()["query"] == {"queryString": '"E4711" AND "from: bob" AND sent>2026-10-31'}


def test_an_account_alone_is_looked_for_by_name_latest_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.found(account=AccountKey(name="Acme Corp"))
    assert desk.search()["query"] == {"queryString": '"Acme Corp"'}
    assert "enableTopResults" not in desk.search()


@given(st.text(max_size=60))
def test_no_text_is_more_than_a_phrase_to_the_search(text: str) -> None:
    for phrase in _phrases(MessageQuery(words=(text,))):
        assert phrase.count('"') == 2
        assert phrase[0] == phrase[-1] == '"'
        assert "*" not in phrase


def test_chats_are_left_out_unless_they_are_wanted_and_are_restricted(tmp_path: Path) -> None:
    def answer(sent: Sent) -> Answer:
        return found(CHAT_HIT, HIT) if sent.url.endswith("/search/query") else graph(sent)

    assert [message.visibility for message in Desk(tmp_path, answer).found(words=("export",))] == ["internal"]
    chat, _ = Desk(tmp_path, answer, chats=True).found(words=("export",))
    assert (chat.channel, chat.visibility, chat.ref) == ("chat", "restricted", f"{CHAT}/{ROOT}")
    assert Desk(tmp_path, answer, chats=True).fetched(chat.url).visibility == "restricted"


@pytest.mark.parametrize("kind", ["private", "shared", "unknownFutureValue"])
def test_a_channel_that_is_not_for_the_whole_team_is_restricted(tmp_path: Path, kind: str) -> None:
    def answer(sent: Sent) -> Answer:
        return batched(sent, lambda path: (200, {**PLACE, "membershipType": kind})) if sent.url.endswith("$batch") else graph(sent)

    [message] = Desk(tmp_path, answer).found(words=("export",))
    assert message.visibility == "restricted"


def test_a_channel_of_which_nothing_is_told_is_taken_for_private(tmp_path: Path) -> None:
    def answer(sent: Sent) -> Answer:
        return batched(sent, lambda path: (403, {"error": {"code": "Forbidden"}})) if sent.url.endswith("$batch") else graph(sent)

    desk = Desk(tmp_path, answer)
    assert desk.found(words=("export",))[0].visibility == "restricted"
    assert desk.session.shortfalls == ["channels are taken for private whose kind could not be read: that takes Channel.ReadBasic.All"]


def test_a_search_that_finds_nothing_has_no_hits_and_is_sound(tmp_path: Path) -> None:
    def answer(sent: Sent) -> Answer:
        empty = json_answer({"value": [{"searchTerms": [], "hitsContainers": [{"total": 0, "moreResultsAvailable": False}]}]})
        return empty if sent.url.endswith("/search/query") else graph(sent)

    desk = Desk(tmp_path, answer)
    assert desk.found(words=("export",)) == []
    assert desk.session.shortfalls == []


def test_a_thread_is_read_whole_by_one_request(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    message = desk.fetched()
    assert desk.asked == ["/$batch"]
    assert message.text == "Export at Acme Corp\nIt stops with E4711,\nsee Jonas Weber\n[attachment: trace.log]"
    assert (message.channel, message.whole, message.fields, message.url) == ("Support EMEA", True, {"importance": "high"}, LINK)
    assert [(reply.text, reply.author.name, reply.author.side) for reply in message.replies] == [
        ("Same here", "Jonas Weber", "customer"),
        ("Workers are <down>", "Pager", "system"),
    ]


def test_a_link_to_a_reply_leads_to_the_thread(tmp_path: Path) -> None:
    assert Desk(tmp_path).fetched(LINK.replace(f"/{ROOT}?", f"/{ANSWER}?")).ref == f"{CHANNEL}/{ROOT}"


def test_a_long_thread_says_that_it_was_cut(tmp_path: Path) -> None:
    def cut(path: str) -> tuple[int, Any]:
        return (200, {"value": REPLIES, "@odata.nextLink": "https://graph.microsoft.com/v1.0/x"}) if "replies" in path else part(path)

    desk = Desk(tmp_path, lambda sent: batched(sent, cut) if sent.url.endswith("$batch") else graph(sent))
    desk.fetched()
    assert desk.session.shortfalls == ["a thread of more than 50 replies: the oldest were not read"]


@pytest.mark.parametrize(("status", "kind"), [(403, AuthError), (404, NotFound), (429, Unavailable), (503, Unavailable)])
def test_an_error_within_a_batch_is_the_same_error(tmp_path: Path, status: int, kind: type[ConnectorError]) -> None:
    desk = Desk(tmp_path, lambda sent: batched(sent, lambda path: (status, {})) if sent.url.endswith("$batch") else graph(sent))
    with pytest.raises(kind) as raised:
        desk.fetched()
    assert raised.value.status == status


@pytest.mark.parametrize(
    ("reference", "chats", "owned"),
    [
        (LINK, False, True),
        (LINK.replace("teams.microsoft.com", "teams.cloud.microsoft"), False, True),
        (LINK.replace(f"tenantId={TENANT}&", ""), False, True),
        (LINK.replace(TENANT, TEAM), False, False),
        (LINK.replace(f"&groupId={TEAM}", ""), True, False),
        (CHAT_LINK, True, True),
        (CHAT_LINK, False, False),
        (CHANNEL_LINK, True, False),
        (LINK.replace(TEAM, "../../me"), True, False),
        (LINK.replace("19%3A", "..%2F..%2F"), True, False),
    ],
)
def test_links_of_this_organization_are_owned(tmp_path: Path, reference: str, *, chats: bool, owned: bool) -> None:
    assert Desk(tmp_path, chats=chats).teams.owns(reference) is owned


def test_links_that_it_writes_can_be_read_again() -> None:
    for link in (LINK, CHAT_LINK):
        spot = message_in(link)
        assert spot
        again = message_in(spot.link(TENANT))
        assert again == spot._replace(tenant=TENANT)


def test_an_app_reads_the_channels_named_and_matches_here(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settings=AS_APP)
    [message] = desk.found(exact=("e4711",))
    assert (message.whole, len(message.replies)) == (True, 2)
    assert desk.found(words=("nothing of this",)) == []
    assert desk.asked == ["/$batch", f"/teams/{TEAM}/channels/{CHANNEL}/messages"]
    assert parse_qs(urlsplit(desk.network.sent[-1].url).query) == {"$top": ["50"], "$expand": ["replies"]}
    assert desk.session.shortfalls == ["not searched: the latest 50 threads of Support EMEA were read"]


def test_an_app_without_channels_is_told_what_to_set(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settings={**AS_APP, "channels": []})
    with pytest.raises(AuthError, match="name `channels` to read"):
        desk.found(words=("export",))


def test_an_app_can_not_post(tmp_path: Path) -> None:
    with pytest.raises(AuthError, match="somebody must sign in"):
        Desk(tmp_path, settings=AS_APP).teams.post_message(MessageDraft(mark="mark-0001", text="x", channel=CHANNEL_LINK))


def test_a_message_is_posted_as_text_with_its_mark(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = desk.teams.post_message(MessageDraft(mark="mark-0001", text="<b>Look</b>", channel=CHANNEL_LINK, thread=f"{CHANNEL}/{ROOT}"))
    path = f"/teams/{TEAM}/channels/{CHANNEL}/messages/{ROOT}/replies"
    assert desk.asked == [path, path]
    assert json.loads(desk.network.sent[-1].body) == {
        "body": {"contentType": "text", "content": "<b>Look</b>\n\ncustomer-escalation mark mark-0001"}
    }
    assert (done.ref, done.already) == ("1763460000000", False)


def test_a_message_that_was_posted_is_not_posted_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.teams.post_message(MessageDraft(mark="kit-mark-written", text="x", channel=CHANNEL_LINK)).already
    assert [sent.method for sent in desk.network.sent if "/oauth2/" not in sent.url] == ["GET"]


@pytest.mark.parametrize(
    ("sender", "name", "email", "side"),
    [
        ({"user": {"displayName": "Sam", "userIdentityType": "aadUser", "tenantId": TENANT.upper()}}, "Sam", "", "vendor"),
        ({"user": {"displayName": "Sam", "userIdentityType": "aadUser", "tenantId": TEAM}}, "Sam", "", "customer"),
        ({"user": {"displayName": "Sam (Guest)", "userIdentityType": "aadUser"}}, "Sam (Guest)", "", "customer"),
        ({"user": {"displayName": "Sam", "userIdentityType": "aNewKind"}}, "Sam", "", "unknown"),
        ({"user": {"displayName": "Sam", "userIdentityType": "phoneUser"}}, "Sam", "", "customer"),
        (
            {"emailAddress": {"name": "Sam", "address": "sam_a_acme.example#EXT#@larkspur.onmicrosoft.com"}},
            "Sam",
            "sam_a@acme.example",
            "customer",
        ),
        (None, "", "", "unknown"),
    ],
)
def test_guests_and_people_of_other_organizations_are_customers(sender: Any, name: str, email: str, side: str) -> None:
    reader = Reader(TeamsSettings.model_validate({"tenant": TENANT, "client_id": APP}))
    message = reader.thread(Reply({**MESSAGE, "from": sender}))
    assert message
    assert (message.author.name, message.author.email, message.author.side) == (name, email, side)


def test_a_refusal_names_the_permissions_that_graph_names(tmp_path: Path) -> None:
    said = (
        "Missing scope permissions on the request. API requires one of 'ChannelMessage.Read.All, Group.Read.All'. Scopes on the request ''"
    )
    desk = Desk(tmp_path, lambda sent: json_answer({"error": {"message": said}}, 403) if "search" in sent.url else graph(sent))
    with pytest.raises(AuthError, match=r"it takes ChannelMessage\.Read\.All, Group\.Read\.All$"):
        desk.found(words=("export",))


def test_the_credential_decides_who_asks() -> None:
    def auth(**settings: Any) -> Any:
        network = Network(graph)
        return network.connector(Teams, {"tenant": TENANT, "client_id": APP, **settings}, network.session(Path())).auth()

    assert isinstance(auth(refresh_token="r" * 9), RefreshToken)
    assert isinstance(auth(refresh_token="r" * 9, client_secret="s" * 9), RefreshToken)
    assert isinstance(auth(client_secret="s" * 9), ClientCredentials)
    assert isinstance(auth(), DeviceCode)
    assert "ChannelMessage.Send" not in auth().scope
    assert "ChannelMessage.Send" in auth(may_post=True).scope


def test_a_rotated_refresh_token_is_the_one_that_is_used(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.found(words=("export",))
    held = desk.session.vault.load(cast("RefreshToken", desk.teams.auth()).key)
    assert held
    assert held.refresh == "the-next-refresh-token"


def test_channels_are_links() -> None:
    with pytest.raises(ValidationError, match="Get link to channel"):
        TeamsSettings.model_validate({**AS_APP, "channels": ["Support EMEA"]})
