"""Slack against replies in the shapes of docs.slack.dev/reference/methods, and its requests against the official SDK."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack import Slack
from connectors.slack.search import Asked
from connectors.slack.settings import SlackSettings
from connectors.slack.workspace import Workspace
from escalation.actions import MessageDraft
from escalation.connector import MessageQuery, Session
from escalation.errors import AuthError, ConnectorError, NotFound, Unavailable, UnexpectedResponse
from escalation.http import Answer, Sent
from escalation.records import AccountKey, Message
from escalation.reply import Reply
from escalation.testing import ConnectorConformance, Network, Replies, json_answer

ROOT, ANSWER, LATER = "1763457720.000100", "1763458020.000200", "1763458320.000300"
LINK = "https://larkspur.slack.com/archives/C024BE91L/p1763457720000100"
HIT = {
    "author_name": "Priya Nair",
    "author_email": "priya@larkspur.example",
    "author_user_id": "U01PRIYA1",
    "team_id": "T01LARK01",
    "channel_id": "C024BE91L",
    "channel_name": "support-emea",
    "message_ts": ROOT,
    "content": "Acme Corp: the nightly export stops with E4711 &amp; no rows, see <https://status.example/7|the status page>",
    "is_author_bot": False,
    "permalink": LINK,
    "reply_count": 2,
}
MATCH = {
    "type": "message",
    "user": "U01PRIYA1",
    "username": "priya",
    "ts": ANSWER,
    "text": "E4711 again in the export",
    "permalink": f"https://larkspur.slack.com/archives/C024BE91L/p1763458020000200?thread_ts={ROOT}",
    "channel": {"id": "C024BE91L", "name": "support-emea", "is_private": False, "is_im": False, "is_mpim": False},
}
CHANNEL = {
    "id": "C024BE91L",
    "name": "support-emea",
    "is_private": False,
    "is_im": False,
    "is_mpim": False,
    "is_ext_shared": False,
    "context_team_id": "T01LARK01",
}
THREAD: list[dict[str, Any]] = [
    {"type": "message", "user": "U01PRIYA1", "text": "The export stops with E4711", "ts": ROOT, "thread_ts": ROOT, "reply_count": 2},
    {"type": "message", "user": "U02JONAS2", "text": "<@U01PRIYA1> same here, in <#C0999OTHER|billing>", "ts": ANSWER, "thread_ts": ROOT},
    {
        "type": "message",
        "subtype": "bot_message",
        "bot_id": "B07PAGER1",
        "username": "Pager",
        "text": "",
        "ts": LATER,
        "thread_ts": ROOT,
        "attachments": [{"title": "Incident 7", "title_link": "https://status.example/7", "text": "Workers are &lt;down&gt;"}],
        "files": [{"name": "trace.log"}],
    },
    {"type": "message", "subtype": "channel_join", "user": "U03", "text": "joined", "ts": "1763458321.000400", "thread_ts": ROOT},
]
PEOPLE: dict[str, dict[str, Any]] = {
    "U01PRIYA1": {"team_id": "T01LARK01", "tz": "Europe/Berlin", "profile": {"real_name": "Priya Nair", "email": "priya@larkspur.example"}},
    "U02JONAS2": {"team_id": "T02ACME02", "profile": {"real_name": "Jonas Weber", "email": "jonas@acme.example"}},
}
HISTORY = [
    {"type": "message", "user": "U01PRIYA1", "text": "Lunch?", "ts": "1763457900.000100"},
    {"type": "message", "user": "U01PRIYA1", "text": "E4711 in the export of Acme Corp", "ts": ROOT, "thread_ts": ROOT, "reply_count": 2},
    {"type": "message", "user": "U02JONAS2", "text": "The export of Acme Corp is slow", "ts": "1763450000.000100"},
    {
        "type": "message",
        "user": "U09BOT999",
        "text": "posted",
        "ts": "1763459999.000100",
        "metadata": {"event_type": "customer_escalation", "event_payload": {"mark": "kit-mark-written"}},
    },
]


def ok(**body: Any) -> Answer:
    """A success."""
    return json_answer({"ok": True, **body, "response_metadata": {"next_cursor": ""}})


def slack(sent: Sent) -> Answer:
    """A workspace with one thread."""
    method, given = urlsplit(sent.url).path.removeprefix("/api/"), arguments(sent)
    if method == "users.info":
        user = PEOPLE.get(given["user"])
        return ok(user={"id": given["user"], **user}) if user else json_answer({"ok": False, "error": "user_not_found"})
    replies: Mapping[str, Mapping[str, Any]] = {
        "assistant.search.context": {"results": {"messages": [HIT]}},
        "search.messages": {"messages": {"matches": [MATCH], "total": 1}},
        "conversations.history": {"messages": HISTORY, "has_more": False},
        "conversations.replies": {"messages": THREAD, "has_more": False},
        "conversations.info": {"channel": {**CHANNEL, "id": given.get("channel", "")}},
        "conversations.list": {"channels": [CHANNEL]},
        "chat.postMessage": {"channel": given.get("channel"), "ts": "1763460000.000100", "message": {"text": given.get("text")}},
    }
    return ok(**replies[method])


def arguments(sent: Sent) -> dict[str, Any]:
    """What a request hands to a method, from its query or its JSON."""
    return {**dict(parse_qsl(urlsplit(sent.url).query)), **(json.loads(sent.body) if sent.body else {})}


def refusing(*methods: str, error: str = "missing_scope", needed: str = "") -> Replies:
    """The workspace, with methods that this token may not call."""

    def answer(sent: Sent) -> Answer:
        if urlsplit(sent.url).path.removeprefix("/api/") in methods:
            return json_answer({"ok": False, "error": error, **({"needed": needed} if needed else {})})
        return slack(sent)

    return answer


def quiet(sent: Sent) -> Answer:
    """The workspace, where one person and a bot speak: every further name is a request, four in a case at most."""
    speak = [said for said in THREAD if said.get("user") != "U02JONAS2"]
    return ok(messages=speak) if "conversations.replies" in sent.url else slack(sent)


class TestSlack(ConnectorConformance):
    connector_type = Slack
    settings = {"workspace": "larkspur", "token": "xoxp-secret-of-the-test", "our_domains": ["larkspur.example"]}  # noqa: RUF012
    replies = staticmethod(quiet)
    reference = LINK
    drafts = {"post_message": MessageDraft(mark="kit-mark-new", text="Please look", channel="C024BE91L")}  # noqa: RUF012


class Desk:
    """A connector on a network, with what it sent and said."""

    def __init__(self, folder: Path, replies: Replies = slack, **settings: Any) -> None:
        self.network = Network(replies)
        self.session: Session = self.network.session(folder)
        self.slack = cast(
            "Slack",
            self.network.connector(Slack, {"workspace": "larkspur", "token": "xoxp-secret-of-the-test", **settings}, self.session),
        )

    def found(self, **query: Any) -> list[Message]:
        return list(self.slack.find_messages(MessageQuery(**query)))

    def fetched(self, reference: str = LINK) -> Message:
        [record] = self.slack.fetch(reference)
        assert isinstance(record, Message)
        return record

    @property
    def asked(self) -> list[str]:
        return [urlsplit(sent.url).path.removeprefix("/api/") for sent in self.network.sent]

    def body(self, number: int = 0) -> dict[str, Any]:
        return arguments(self.network.sent[number])


def test_words_are_one_clause_of_which_any_may_match(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    [message] = desk.found(words=("export", "E4711", "Acme Corp"))
    assert desk.asked == ["assistant.search.context"]
    assert desk.body()["term_clauses"] == ["export E4711 Acme Corp"]
    assert desk.body()["channel_types"] == ["public_channel"]
    assert message.text == "Acme Corp: the nightly export stops with E4711 & no rows, see the status page (https://status.example/7)"
    assert (message.ref, message.whole, message.author.name) == (f"C024BE91L/{ROOT}", False, "Priya Nair")
    assert desk.session.shortfalls == []


def test_exact_strings_are_phrases_and_nothing_is_guessed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.found(exact=("E4711", 'no "rows"'), words=("export",))
    assert desk.body()["query"] == '"E4711" "no rows"'
    assert desk.body()["disable_semantic_search"] is True


def test_a_message_without_replies_is_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path, lambda sent: ok(results={"messages": [{**HIT, "reply_count": 0}]}))
    assert desk.found(words=("export",))[0].whole


def test_private_channels_are_asked_apart_and_are_restricted(tmp_path: Path) -> None:
    desk = Desk(tmp_path, private_channels=True)
    first, *_ = desk.found(words=("export",))
    assert [desk.body(number)["channel_types"] for number in (0, 1)] == [["public_channel"], ["private_channel"]]
    assert first.visibility == "internal"


def test_without_the_scope_the_legacy_search_is_asked_and_coverage_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refusing("assistant.search.context", needed="search:read.public"))
    [message] = desk.found(words=("nightly", "export", "E4711", "rows"))
    assert desk.asked == ["assistant.search.context", "search.messages"]
    assert desk.body(1)["query"] == "nightly export E4711"
    assert message.ref == f"C024BE91L/{ROOT}"
    assert desk.session.shortfalls == [
        "assistant.search.context was refused: Slack answered missing_scope: it takes search:read.public",
        "asked by search.messages instead",
    ]


def test_a_way_that_was_refused_is_not_tried_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refusing("assistant.search.context", error="feature_not_enabled"))
    desk.found(words=("export",))
    desk.found(words=("export",))
    assert desk.asked.count("assistant.search.context") == 1


def test_a_bot_reads_the_channels_named_and_matches_here(tmp_path: Path) -> None:
    desk = Desk(tmp_path, token="xoxb-secret-of-the-test", channels=["C024BE91L"])
    assert [message.text for message in desk.found(words=("export", "E4711"))] == [
        "E4711 in the export of Acme Corp",
        "The export of Acme Corp is slow",
    ]
    assert [message.whole for message in desk.found(words=("export", "E4711"))] == [False, True]
    assert desk.asked == ["conversations.info", "conversations.history"]
    assert desk.session.shortfalls == ["not searched: the latest 200 messages of #support-emea were read, without replies"]


def test_a_history_knows_exact_strings_dates_and_the_latest(tmp_path: Path) -> None:
    desk = Desk(tmp_path, token="xoxb-secret-of-the-test", channels=["C024BE91L"])
    assert [message.ref for message in desk.found(exact=("e4711",))] == [f"C024BE91L/{ROOT}"]
    since = datetime.fromtimestamp(1763457000, tz=timezone.utc)
    assert [message.ref for message in desk.found(words=("export",), since=since)] == [f"C024BE91L/{ROOT}"]
    assert len(desk.found(account=AccountKey(name="Acme Corp"))) == 2


def test_a_bot_without_channels_is_told_what_to_set(tmp_path: Path) -> None:
    desk = Desk(tmp_path, token="xoxb-secret-of-the-test")
    with pytest.raises(AuthError, match="name `channels` to read"):
        desk.found(words=("export",))
    assert desk.asked == []


def test_where_no_way_is_left_the_best_ones_refusal_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refusing("assistant.search.context", "search.messages", needed="search:read.public"))
    for _ in range(2):
        with pytest.raises(AuthError, match=r"missing_scope: it takes search:read\.public"):
            desk.found(words=("export",))
    assert len(desk.asked) == 2


def test_the_legacy_search_yields_nothing_private_and_nothing_direct(tmp_path: Path) -> None:
    matches = [
        {**MATCH, "channel": {"id": "D024BE91L", "is_im": True}},
        {**MATCH, "channel": {"id": "G024BE91L", "name": "mpdm-a--b-1", "is_mpim": True}},
        {**MATCH, "channel": {"id": "C0SECRET1", "name": "deal-room", "is_private": True}},
    ]

    def answer(sent: Sent) -> Answer:
        found = ok(messages={"matches": matches})
        return found if "search.messages" in sent.url else refusing("assistant.search.context")(sent)

    assert Desk(tmp_path, answer).found(words=("export",)) == []
    [message] = Desk(tmp_path, answer, private_channels=True).found(words=("export",))
    assert message.visibility == "restricted"


def test_hits_of_one_thread_are_one_record(tmp_path: Path) -> None:
    reply = {**HIT, "message_ts": ANSWER, "permalink": f"{LINK[:-16]}1763458020000200?thread_ts={ROOT}&cid=C024BE91L"}
    desk = Desk(tmp_path, lambda sent: ok(results={"messages": [HIT, reply]}))
    assert [message.ref for message in desk.found(words=("export",))] == [f"C024BE91L/{ROOT}"]


def test_an_account_alone_is_looked_for_by_name_latest_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.found(account=AccountKey(name="Acme Corp"))
    assert (desk.body()["query"], desk.body()["sort"]) == ('"Acme Corp"', "timestamp")


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_is_more_than_words_to_the_search(word: str, phrase: str) -> None:
    asked = Asked.of(MessageQuery(words=(word,), exact=(phrase,)))
    assert not any(mark in each for each in asked.words for mark in ':"*<>')
    assert not any(each.startswith("-") for each in asked.words)
    assert asked.text(12).count('"') == 2 * len(asked.phrases)


def test_a_thread_is_read_whole_with_names(tmp_path: Path) -> None:
    desk = Desk(tmp_path, our_domains=["larkspur.example"])
    message = desk.fetched()
    assert desk.asked == ["conversations.info", "conversations.replies", "users.info", "users.info"]
    assert (message.channel, message.url, message.whole, message.visibility) == ("support-emea", LINK, True, "internal")
    assert (message.author.name, message.author.side, message.author.zone) == ("Priya Nair", "vendor", "Europe/Berlin")
    answer, card = message.replies
    assert (answer.text, answer.author.side) == ("@Priya Nair same here, in #billing", "customer")
    assert card.text == "Incident 7 (https://status.example/7)\nWorkers are <down>\n[attachment: trace.log]"
    assert (card.author.name, card.author.side) == ("Pager", "system")


def test_a_hit_that_was_found_is_fetched_without_asking_for_its_channel(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    [hit] = desk.found(words=("export",))
    desk.fetched(hit.url)
    assert desk.asked == ["assistant.search.context", "conversations.replies", "users.info"]


@pytest.mark.parametrize(
    "reference",
    [
        f"https://larkspur.slack.com/archives/C024BE91L/p1763458020000200?thread_ts={ROOT}&cid=C024BE91L",
        f"https://larkspur.enterprise.slack.com/archives/C024BE91L/p1763458020000200?cid=C024BE91L&thread_ts={ROOT}",
        f"C024BE91L/{ROOT}",
    ],
)
def test_a_link_to_a_reply_leads_to_the_thread(tmp_path: Path, reference: str) -> None:
    desk = Desk(tmp_path)
    assert desk.slack.owns(reference)
    assert desk.fetched(reference).ref == f"C024BE91L/{ROOT}"
    assert desk.body(1)["ts"] == ROOT


def test_a_link_to_a_reply_that_does_not_name_the_thread_is_asked_for_it(tmp_path: Path) -> None:
    def answer(sent: Sent) -> Answer:
        return ok(messages=[THREAD[1]]) if arguments(sent).get("ts") == ANSWER else slack(sent)

    desk = Desk(tmp_path, answer)
    assert desk.fetched("https://larkspur.slack.com/archives/C024BE91L/p1763458020000200").ref == f"C024BE91L/{ROOT}"


@pytest.mark.parametrize(
    "reference",
    [
        LINK.replace("larkspur", "elsewhere"),
        LINK.replace("C024BE91L", "D024BE91L"),
        LINK.replace("slack.com", "slack.com.foreign.example"),
        "https://larkspur.slack.com/team/U01PRIYA1",
        "ENG-812",
    ],
)
def test_other_workspaces_and_direct_messages_are_not_owned(tmp_path: Path, reference: str) -> None:
    assert not Desk(tmp_path).slack.owns(reference)


def test_a_direct_message_behind_a_channels_id_is_never_read(tmp_path: Path) -> None:
    desk = Desk(tmp_path, lambda sent: ok(channel={**CHANNEL, "is_im": True}))
    with pytest.raises(NotFound, match="never read"):
        desk.fetched()
    assert desk.asked == ["conversations.info"]


def test_a_channel_of_which_nothing_is_told_is_taken_for_private(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refusing("conversations.info", needed="channels:read"))
    assert desk.fetched().visibility == "restricted"
    assert desk.session.shortfalls == ["C024BE91L is taken for private: Slack answered missing_scope: it takes channels:read"]


def test_a_shared_channel_says_so(tmp_path: Path) -> None:
    def answer(sent: Sent) -> Answer:
        return ok(channel={**CHANNEL, "is_ext_shared": True}) if "conversations.info" in sent.url else slack(sent)

    assert Desk(tmp_path, answer).fetched().fields == {"channel is shared": "with another organization"}


def test_a_thread_is_worth_having_without_names(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refusing("users.info", needed="users:read"))
    assert desk.fetched().author.name == "U01PRIYA1"
    assert desk.session.shortfalls == ["people are told by their ids: Slack answered missing_scope: it takes users:read"]


def test_the_names_of_four_people_are_asked_for_in_a_case(tmp_path: Path) -> None:
    crowd = [{**THREAD[0], "user": f"U0{number}CROWD", "ts": f"176345772{number}.000100"} for number in range(6)]
    desk = Desk(tmp_path, lambda sent: ok(messages=[THREAD[0], *crowd]) if "conversations.replies" in sent.url else slack(sent))
    desk.fetched()
    assert desk.asked.count("users.info") == 4
    assert desk.session.shortfalls == ["more than 4 people were not known by name: the others are told by their ids"]


@pytest.mark.parametrize(
    ("member", "side"),
    [
        ({"team_id": "T01LARK01"}, "vendor"),
        ({"team_id": "T01LARK01", "is_restricted": True}, "unknown"),
        ({"team_id": "T02ACME02"}, "unknown"),
        ({"team_id": "T02ACME02", "is_stranger": True}, "customer"),
        ({"team_id": "T01LARK01", "is_bot": True}, "system"),
    ],
)
def test_without_our_domains_a_side_is_told_by_workspace_or_not_at_all(member: Mapping[str, Any], side: str) -> None:
    workspace = Workspace(SlackSettings.model_validate({"workspace": "larkspur", "token": "xoxp-x"}))
    workspace.team = "T01LARK01"
    assert workspace.person(Reply({"name": "sam", **member})).side == side


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<@U404> and <@U404|sam>", "@U404 and @sam"),
        ("<#C404|general> <#C404>", "#general #C404"),
        ("<!here> <!subteam^S1|@oncall> <!date^1^x|today>", "@here @oncall today"),
        (
            "<https://a.example> <https://a.example|a.example> <mailto:a@b.example|a@b.example>",
            "https://a.example https://a.example a@b.example",
        ),
        ("1 &lt; 2 &amp;amp; \ue000hit\ue001", "1 < 2 &amp; hit"),
    ],
)
def test_markup_becomes_plain_text(markup: str, plain: str) -> None:
    assert Workspace(SlackSettings.model_validate({"workspace": "larkspur", "token": "xoxp-x"})).plain(markup) == plain


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        ("invalid_auth", AuthError, 401),
        ("account_inactive", AuthError, 401),
        ("token_revoked", AuthError, 401),
        ("not_allowed_token_type", AuthError, 403),
        ("ratelimited", Unavailable, 429),
        ("internal_error", Unavailable, None),
        ("channel_not_found", NotFound, None),
        ("Ms Mallory called", UnexpectedResponse, None),
    ],
)
def test_a_refusal_with_status_200_is_the_right_error(tmp_path: Path, error: str, kind: type[ConnectorError], status: int | None) -> None:
    desk = Desk(tmp_path, lambda sent: json_answer({"ok": False, "error": error}, headers={"retry-after": "86400"}))
    with pytest.raises(kind) as raised:
        desk.slack.api.get("/conversations.info", channel="C024BE91L")
    assert raised.value.status == status
    assert "Mallory" not in str(raised.value)


def test_a_revoked_token_is_no_reason_to_try_another_way(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refusing("assistant.search.context", error="token_revoked"))
    with pytest.raises(AuthError, match="token_revoked"):
        desk.found(words=("export",))
    assert desk.asked == ["assistant.search.context"]


def test_the_probe_names_the_way(tmp_path: Path) -> None:
    probes = list(Desk(tmp_path, refusing("assistant.search.context")).slack.check_connection())
    assert [(probe.ability, probe.works, probe.detail) for probe in probes] == [
        ("find_messages", True, "by search.messages"),
        ("fetch", True, "a thread in #support-emea, with names"),
    ]


def test_a_message_is_posted_once_and_as_it_stands(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = desk.slack.post_message(
        MessageDraft(mark="mark-0001", text="<!channel> & *now*", channel="#support-emea", thread=f"C024BE91L/{ROOT}")
    )
    assert desk.asked == ["conversations.list", "conversations.replies", "chat.postMessage"]
    assert desk.body(2) == {
        "channel": "C024BE91L",
        "text": "&lt;!channel&gt; &amp; *now*",
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": "customer_escalation", "event_payload": {"mark": "mark-0001"}},
        "thread_ts": ROOT,
    }
    assert done.url == f"https://larkspur.slack.com/archives/C024BE91L/p1763460000000100?thread_ts={ROOT}&cid=C024BE91L"


def test_a_message_that_was_posted_is_not_posted_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = desk.slack.post_message(MessageDraft(mark="kit-mark-written", text="Please look", channel="C024BE91L"))
    assert done.already
    assert desk.asked == ["conversations.history"]


def test_nothing_is_posted_where_nobody_can_look_whether_it_was(tmp_path: Path) -> None:
    desk = Desk(tmp_path, refusing("conversations.history", error="not_in_channel"))
    with pytest.raises(AuthError, match="not_in_channel"):
        desk.slack.post_message(MessageDraft(mark="mark-0001", text="Please look", channel="C024BE91L"))
    assert "chat.postMessage" not in desk.asked


def _everything_sent(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """(method, names of its arguments) of every request that the connector can send."""
    asked = {"words": ("export",), "since": datetime(2026, 11, 1, tzinfo=timezone.utc)}
    for desk in (
        Desk(folder),
        Desk(folder, refusing("assistant.search.context")),
        Desk(folder, token="xoxb-secret-of-the-test", channels=["C024BE91L"]),
    ):
        desk.found(**asked)
        desk.fetched()
        list(desk.slack.check_connection())
        desk.slack.post_message(MessageDraft(mark="mark-0001", text="x", channel="#support-emea", thread=f"C024BE91L/{ROOT}"))
        desk.slack.post_message(MessageDraft(mark="mark-0002", text="x", channel="C024BE91L"))
        yield from ((urlsplit(sent.url).path.removeprefix("/api/"), set(arguments(sent))) for sent in desk.network.sent)


def test_methods_and_arguments_are_those_of_the_official_sdk(tmp_path: Path) -> None:
    web = pytest.importorskip("slack_sdk.web.client", reason="slack_sdk is not installed")
    sent = list(_everything_sent(tmp_path))
    for method, names in sent:
        if method != "assistant.search.context":  # the SDK does not have it yet
            known = inspect.signature(getattr(web.WebClient, method.replace(".", "_"))).parameters
            assert names <= set(known) - {"self", "kwargs"}, method
    assert {method for method, _ in sent} == {
        "assistant.search.context",
        "search.messages",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.replies",
        "users.info",
        "chat.postMessage",
    }
