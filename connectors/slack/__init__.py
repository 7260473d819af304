"""Slack: messages of channels with their threads, over the Web API.

Methods, arguments, replies and error codes were read in docs.slack.dev/reference/methods (the machine-readable copy of 2026-08-20 in
github.com/slack-ruby/slack-api-ref) and held against slack_sdk 3.47 (2026-11), which lacks `assistant.search.context` alone. A
permalink is https://WORKSPACE.slack.com/archives/CHANNEL/pTIMESTAMP, with `?thread_ts=` for a reply (docs.slack.dev/reference/methods/
chat.getPermalink). Slack refuses with status 200, `ok: false` and a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar

from escalation.actions import Done, MessageDraft
from escalation.auth import Auth, Bearer
from escalation.connector import About, ApiConnector, Connector, MessageQuery, Probe
from escalation.errors import AuthError, ConnectorError, NotFound, Unavailable, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Call, Page, cursor
from escalation.records import Category, Message, Person, Record
from escalation.reply import Reply

from .search import Search
from .settings import SlackSettings
from .workspace import Place, Workspace, is_housekeeping, root_in

_PAGE, _THREAD = 200, 600
_MOST_PEOPLE = 4
"""People whose names are asked for in one case."""
_CHANNEL = r"[CG][A-Z0-9]{6,20}"
_LINK = re.compile(rf"https://([a-z0-9-]+)(?:\.enterprise)?\.slack\.com/archives/({_CHANNEL})/p(\d{{10}})(\d{{6}})/?(?:[?#].*)?")
_REF = re.compile(rf"({_CHANNEL})/(\d{{10}}\.\d{{6}})")
_MARK = "customer_escalation"

_UNKNOWN_CALLER = frozenset("invalid_auth not_authed account_inactive token_revoked token_expired org_login_required".split())
_FORBIDDEN = frozenset(
    "missing_scope not_allowed_token_type no_permission access_denied ekm_access_denied team_access_not_granted enterprise_is_restricted "
    "feature_not_enabled invalid_action_token unknown_method not_in_channel channel_is_limited_access restricted_action "
    "app_access_restricted method_not_supported_for_channel_type".split()
)
_ABSENT = frozenset("channel_not_found thread_not_found message_not_found user_not_found user_not_visible team_not_found".split())
_DOWN = frozenset("internal_error fatal_error service_unavailable request_timeout assistant_search_context_disabled".split())
_OTHER = frozenset(
    "invalid_arguments invalid_cursor invalid_charset invalid_form_data missing_query no_query query_too_long no_text is_archived "
    "metadata_must_be_sent_from_app metadata_too_large invalid_metadata_format msg_too_long message_limit_exceeded".split()
)
"""Codes that are told; any other text could be somebody's."""


class Slack(ApiConnector[SlackSettings]):
    """Finds messages, reads threads, and posts messages."""

    type: ClassVar[str] = "slack"
    categories: ClassVar[tuple[Category, ...]] = (Category.CHAT,)
    settings_type = SlackSettings
    about = About(
        title="Slack",
        credential=(
            "api.slack.com/apps → *Create New App* → *From scratch*, in your workspace: an app of your own that is not distributed keeps "
            "Slack's ordinary rate limits. *OAuth & Permissions* → *User Token Scopes* → add `search:read.public`, `channels:history`, "
            "`channels:read`, `users:read` and `users:read.email` (for `private_channels` also `search:read.private`, `groups:history` and "
            "`groups:read`; to post, `chat:write`) → *Install to Workspace* → copy the *User OAuth Token*. Set `our_domains`, so that "
            "colleagues are told from customers in shared channels. Where only a bot is allowed: the same without `search:`, under *Bot "
            "Token Scopes*; invite the bot to each channel and name these in `channels`."
        ),
        needs={
            "find_messages": "`search:read.public` (user token), or `channels:history` and `channels:read` in the `channels` named",
            "fetch": "`channels:history`, `channels:read`, `users:read`, `users:read.email`; where private `groups:history`, `groups:read`",
            "post_message": "`chat:write`, and `channels:history` to look whether it was posted before",
        },
        blind="Its index follows new messages with a delay and holds what the token's owner may see; direct messages are never read.",
        source="Slack Web API, docs.slack.dev/reference/methods, 2026-08; slack_sdk 3.47, 2026-11",
        example={"workspace": "acme", "token": "${SLACK_TOKEN}"},
    )

    def base_url(self) -> str:
        return self.settings.base_url or "https://slack.com/api"

    def auth(self) -> Auth:
        return Bearer(self.settings.token)

    def refusal(self, page: Page) -> ConnectorError | None:
        code, needed = page.reply.text("error"), page.reply.text("needed")
        known = code in _UNKNOWN_CALLER | _FORBIDDEN | _ABSENT | _DOWN | _OTHER
        if page.reply.flag("ok") is True or (page.status != 200 and not known):
            return None
        said = f"Slack answered {code}" if known else "Slack refused for a reason that is not known here"
        said += f": it takes {needed}" if re.fullmatch(r"[a-z]+:[a-z:._, ]{2,100}", needed) else ""
        if code in _UNKNOWN_CALLER or code in _FORBIDDEN:
            return AuthError(said, status=401 if code in _UNKNOWN_CALLER else 403)
        return (NotFound if code in _ABSENT else Unavailable if code in _DOWN else UnexpectedResponse)(said)

    def find_messages(self, query: MessageQuery) -> Iterator[Message]:
        yield from self._search.messages(query)

    def owns(self, reference: str) -> bool:
        link = _LINK.fullmatch(reference)
        return link[1] == self.settings.workspace if link else bool(_REF.fullmatch(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        if link := _LINK.fullmatch(reference):
            channel, ts = link[2], root_in(reference) or f"{link[3]}.{link[4]}"
        elif ref := _REF.fullmatch(reference):
            channel, ts = ref[1], ref[2]
        else:
            raise NotFound(f"{reference[:80]!r} is no link to a message in a channel")
        place = self._place(channel)
        rows = self._thread(channel, ts)
        root = rows[0].text("thread_ts", "ts")
        if root not in {row.text("ts") for row in rows}:  # the link was to a reply and did not say so
            rows = self._thread(channel, root)
        self._meet(rows)
        told = {"id": channel, "name": place.name, "is_private": place.visibility == "restricted", "is_ext_shared": place.shared}
        yield from self.mapped([Reply({"channel": told, "messages": [row.raw for row in rows]})], self._workspace.thread)

    def check_connection(self) -> Iterator[Probe]:
        found: list[Message] = []

        def search() -> str:
            found.extend(self.find_messages(MessageQuery(words=("hello",), limit=1)))
            return f"by {self._search.way}"

        def read() -> str:
            if not found:
                return "not tried: no message was found to read"
            channel, _, ts = found[0].ref.partition("/")
            self.api.get("/conversations.info", channel=channel)
            user = self.api.get("/conversations.replies", channel=channel, ts=ts, limit=1).text("messages.0.user")
            return f"a thread in #{found[0].channel}" + (", with names" if user and self.api.get("/users.info", user=user) else "")

        yield (searched := self.probe("find_messages", search))
        if searched.works:
            yield self.probe("fetch", read)

    def post_message(self, draft: MessageDraft) -> Done:
        channel, thread = self._channel_id(draft.channel), draft.thread.rpartition("/")[2]
        path, where = ("/conversations.replies", {"ts": thread}) if thread else ("/conversations.history", {})
        for row in self.api.get(path, channel=channel, **where, limit=_PAGE, include_all_metadata="true").need_rows("messages"):
            if row.text("metadata.event_type") == _MARK and row.text("metadata.event_payload.mark") == draft.mark:
                return self._done(channel, row, thread, already=True)
        text = draft.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        body = {"channel": channel, "text": text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
        body |= {"metadata": {"event_type": _MARK, "event_payload": {"mark": draft.mark}}, **({"thread_ts": thread} if thread else {})}
        return self._done(channel, self.api.act("/chat.postMessage", body), thread)

    @cached_property
    def _workspace(self) -> Workspace:
        return Workspace(self.settings)

    @cached_property
    def _search(self) -> Search:
        return Search(self, self._workspace, self._place)

    def _place(self, channel: str) -> Place:
        """What a channel is; asked once. Raises NotFound for direct messages."""
        places = self._workspace.places
        if channel not in places:
            try:
                told = self.api.get("/conversations.info", channel=channel).under("channel")
            except AuthError as error:
                if error.status == 401:
                    raise
                self.session.fall_short(f"{channel} is taken for private: {error}")
                return places.setdefault(channel, Place(channel, channel))
            if told.flag("is_im") or told.flag("is_mpim"):
                raise NotFound("direct messages are never read")
            self._workspace.team = self._workspace.team or told.text("context_team_id")
            places[channel] = self._workspace.place(told)
        return places[channel]

    def _thread(self, channel: str, ts: str) -> list[Reply]:
        call = Call("/conversations.replies", params={"channel": channel, "ts": ts, "limit": _PAGE})
        rows = list(self.api.items(cursor(call, at="response_metadata.next_cursor", to="cursor"), "messages", most=_THREAD))
        if len(rows) == _THREAD:
            self.session.fall_short(f"a thread of more than {_THREAD} messages: the rest was not read")
        if not rows:
            raise UnexpectedResponse("a thread without messages")
        return rows

    def _meet(self, rows: Iterable[Reply]) -> None:
        """Ask for the names of those who speak; a thread is worth having without them."""
        people = self._workspace.people
        for user in dict.fromkeys(row.text("user") for row in rows if not row.text("bot_id") and not is_housekeeping(row)):
            if not user or user in people:
                continue
            if self._asked >= _MOST_PEOPLE:
                self.session.fall_short(f"more than {_MOST_PEOPLE} people were not known by name: the others are told by their ids")
                return
            self._asked += 1
            try:
                people[user] = self._workspace.person(self.api.get("/users.info", user=user).under("user"))
            except NotFound:
                people[user] = Person(name=user)
            except ConnectorError as error:
                if error.status == 401:
                    raise
                self.session.fall_short(f"people are told by their ids: {error}")
                return

    _asked = 0

    def _channel_id(self, channel: str) -> str:
        """Slack posts by name, but only an id tells whether it did before."""
        name = channel.lstrip("#")
        if re.fullmatch(_CHANNEL, name):
            return name
        call = Call("/conversations.list", params={"exclude_archived": "true", "types": "public_channel,private_channel", "limit": 999})
        for row in self.api.items(cursor(call, at="response_metadata.next_cursor", to="cursor"), "channels"):
            if row.text("name") == name:
                return row.need("id")
        raise NotFound(f"no channel #{name[:80]} is known to the token")

    def _done(self, channel: str, raw: Reply, thread: str, *, already: bool = False) -> Done:
        ts = raw.need("ts")
        return Done(ref=f"{channel}/{ts}", url=self._workspace.link(channel, ts, thread or ts), at=raw.moment("ts"), already=already)


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Slack,)
