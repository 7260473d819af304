"""Matrix: messages with their threads, over the client-server API.

Read on a Synapse 1.163.2 that runs here, and https://spec.matrix.org/v1.16/client-server-api (2026-11). `POST /search` finds words in rooms
that the account has joined and tells in the bundled relations whether there is a thread; names and join rules of the rooms come by
one narrow `/sync`; a thread's replies by `/relations`. What is posted carries the mark as transaction id, which makes it idempotent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from pydantic import Field, SecretStr

from escalation.actions import Done, MessageDraft
from escalation.auth import Auth, Bearer
from escalation.connector import About, ApiConnector, ApiSettings, Connector, MessageQuery, Probe, Session
from escalation.errors import NotFound
from escalation.hookspecs import hookimpl
from escalation.paging import Call, cursor
from escalation.records import Category, Comment, Message, Person, Record, Visibility
from escalation.reply import Reply

_V3 = "/_matrix/client/v3"
_MOST_REPLIES = 200
_LATEST = 100
"""Messages among which a mark is looked for before a message is posted."""
_MARK = "customer_escalation.mark"
_NOTHING: Mapping[str, list[str]] = {"types": []}
_STATE = ["m.room.name", "m.room.canonical_alias", "m.room.join_rules", "m.room.encryption"]
_ROOMS_ALONE = {
    "presence": _NOTHING,
    "account_data": _NOTHING,
    "room": {
        "timeline": {"types": [], "limit": 0},
        "ephemeral": _NOTHING,
        "account_data": _NOTHING,
        "state": {"types": _STATE},
    },
}
_PLACE = re.compile(r"(![^/\s?]+)/(\$[^/\s?]+)")


class MatrixSettings(ApiSettings):
    """Settings of the Matrix connector."""

    base_url: str = Field(description="Address of your homeserver's client API: https://matrix.example.com.")
    access_token: SecretStr = Field(description="Access token of an account that has joined the rooms to look in.")
    rooms: tuple[str, ...] = Field(
        default=(), description="Ids or aliases of rooms by invitation whose messages may be shown like those of open rooms."
    )


class _Room(NamedTuple):
    """What is known of a room."""

    name: str = ""
    alias: str = ""
    open: bool = False
    encrypted: bool = False


class Matrix(ApiConnector[MatrixSettings]):
    """Finds messages, and posts them."""

    type: ClassVar[str] = "matrix"
    categories: ClassVar[tuple[Category, ...]] = (Category.CHAT,)
    settings_type = MatrixSettings
    about = About(
        title="Matrix",
        credential=(
            "Register an account for this alone and invite it to the rooms to look in, no others; it sees what it has joined. Its access "
            "token: `POST /_matrix/client/v3/login`, or in Element *All settings → Help & About → Access token*."
        ),
        needs={
            "find_messages": "membership of the rooms",
            "fetch": "membership of the room",
            "post_message": "the power level that the room asks for to send `m.room.message`",
        },
        blind="Encrypted rooms can't be searched, nor rooms that the account has not joined.",
        source="Matrix client-server API v1.16, read on Synapse 1.163.2, 2026-11",
        example={"base_url": "https://matrix.example.com", "access_token": "${MATRIX_ACCESS_TOKEN}"},
    )

    def __init__(self, name: str, settings: MatrixSettings, session: Session) -> None:
        super().__init__(name, settings, session)
        self._known: dict[str, _Room] = {}
        """Rooms by id, as far as they were met."""
        self._roots: dict[str, Reply] = {}
        """Events that a search brought, by id, so that reading a thread takes its replies alone."""
        self._names: dict[str, str] = {}
        """Display names by user, as replies brought them."""

    def auth(self) -> Auth:
        return Bearer(self.settings.access_token)

    def find_messages(self, query: MessageQuery) -> Iterator[Message]:
        terms = [f'"{term}"' for word in query.terms()[: len(query.exact) or None] if re.search(r"\w", term := word.replace('"', " "))]
        if not terms:
            return
        search = {
            "search_term": (" " if query.exact else " or ").join(terms),
            "keys": ["content.body"],
            "order_by": "rank",
            "filter": {"limit": min(query.limit, 50)},
            "event_context": {"before_limit": 0, "after_limit": 0, "include_profile": True},
        }
        found = self.api.post(f"{_V3}/search", {"search_categories": {"room_events": search}}).need_rows(
            "search_categories.room_events.results"
        )
        if hidden := sum(room.encrypted for room in self._rooms.values()):
            self.session.fall_short(f"{hidden} encrypted room{'' if hidden == 1 else 's'} can't be searched")
        messages: dict[str, Message] = {}
        for message in self.mapped(found, self.hit):
            if message.ref not in messages or message.ref.partition("/")[2] in self._roots:  # of one thread, its first message speaks
                messages[message.ref] = message
        yield from messages.values()

    def owns(self, reference: str) -> bool:
        return bool(_place(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        room, event = _place(reference) or ("", "")
        if not room:
            raise NotFound(f"{reference[:80]!r} is no message's address")
        root = self._event(room, event)
        if above := _thread_of(root):
            event, root = above, self._event(room, above)
        path = f"/_matrix/client/v1/rooms/{quote(room, safe='')}/relations/{quote(event, safe='')}/m.thread"
        paging = cursor(Call(path, params={"dir": "f", "limit": 100}), at="next_batch", to="from")
        replies = [row.raw for row in self.api.items(paging, "chunk", most=_MOST_REPLIES)] if _has_thread(root) else []
        if len(replies) == _MOST_REPLIES:
            self.session.fall_short(f"of a long thread, the first {_MOST_REPLIES} replies were read")
        yield from self.mapped([Reply({**root.raw, "room_id": room, "replies": replies})], self.message)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_messages", self._seen)

    def post_message(self, draft: MessageDraft) -> Done:
        """The mark is the transaction id, which a server keeps for a while; it stands in the message too, for the time after."""
        room = self._room_id(draft.channel)
        latest = self.api.get(f"{_V3}/rooms/{quote(room, safe='')}/messages", dir="b", limit=_LATEST)
        for event in latest.rows("chunk"):
            if _at(event, "content").raw.get(_MARK) == draft.mark:
                return self._done(room, event, already=True)
        thread = (_place(draft.thread) or ("", draft.thread))[1]
        content: dict[str, Any] = {"msgtype": "m.text", "body": draft.text, _MARK: draft.mark}
        if thread:
            content["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread}
        path = f"{_V3}/rooms/{quote(room, safe='')}/send/m.room.message/{draft.mark}"
        sent = self.api.act(path, content, method="PUT").need("event_id")
        return self._done(room, self._event(room, sent))

    def hit(self, raw: Reply) -> Message | None:
        """A result of a search. It stands for the whole thread, and is all of it where there is no other message."""
        event = raw.under("result")
        profiles = _at(raw, "context", "profile_info").raw
        self._names.update({user: name for user in profiles if (name := _at(raw, "context", "profile_info", user).text("displayname"))})
        if (message := self.message(event)) is None:
            return None
        root = _thread_of(event)
        if not root:
            self._roots[event.text("event_id")] = event
            return message.model_copy(update={"whole": not _has_thread(event)})
        room = event.text("room_id")
        return message.model_copy(update={"whole": False, "ref": f"{room}/{root}", "url": _url(room, root)})

    def message(self, raw: Reply) -> Message | None:
        """A message event with, in `replies`, the events of its thread. None when it was taken back."""
        if _at(raw, "unsigned", "redacted_because").raw:
            return None
        room_id, event = raw.need("room_id"), raw.need("event_id")
        text = _text(raw) or raw.need("content.body")
        room = self._known.get(room_id, _Room())
        named = {room_id, room.alias} & set(self.settings.rooms)
        visibility: Visibility = "internal" if room.open or named else "restricted"
        comments = [
            Comment(at=row.moment("origin_server_ts"), author=self._person(row), text=_text(row), visibility=visibility)
            for row in raw.rows("replies")
            if _text(row)
        ]
        return Message(
            ref=f"{room_id}/{event}",
            url=_url(room_id, event),
            visibility=visibility,
            channel=room.name or room.alias or room_id,
            text=text,
            author=self._person(raw),
            at=raw.moment("origin_server_ts"),
            replies=tuple(comments),
        )

    @cached_property
    def _rooms(self) -> Mapping[str, _Room]:
        """The rooms that the account has joined."""
        joined = _at(self.api.get(f"{_V3}/sync", filter=json.dumps(_ROOMS_ALONE), timeout=0), "rooms", "join").raw
        self._known.update((str(id), _room(Reply(held).rows("state.events"))) for id, held in joined.items())
        return dict(self._known)

    def _event(self, room: str, event: str) -> Reply:
        """An event, with what its room is; one that a search brought is not asked for again."""
        if event not in self._roots:
            state = json.dumps({"types": [*_STATE, "m.room.member"], "lazy_load_members": True})
            found = self.api.get(f"{_V3}/rooms/{quote(room, safe='')}/context/{quote(event, safe='')}", limit=0, filter=state)
            self._known[room] = _room(found.rows("state"))
            members = [row for row in found.rows("state") if row.text("type") == "m.room.member" and row.text("content.displayname")]
            self._names.update((row.text("state_key"), row.text("content.displayname")) for row in members)
            self._roots[event] = found.under("event")
        return self._roots[event]

    def _room_id(self, channel: str) -> str:
        for id, room in self._rooms.items():
            if channel in (id, room.alias, room.name, f"#{room.name}"):
                return id
        raise NotFound(f"the account has joined no room {channel[:80]!r}; invite it, or give the room's id")

    def _person(self, raw: Reply) -> Person:
        user = raw.text("sender")
        local, _, server = user.removeprefix("@").partition(":")
        bot = raw.text("content.msgtype") == "m.notice"
        return Person(name=self._names.get(user) or local, side="system" if bot else self.settings.side(f"{local}@{server}"))

    def _seen(self) -> str:
        user = self.api.get(f"{_V3}/account/whoami").text("user_id")
        hidden = sum(room.encrypted for room in self._rooms.values())
        return f"as {user}, {len(self._rooms):,} rooms joined{f', {hidden} of them encrypted, which cannot be searched' if hidden else ''}"

    def _done(self, room: str, event: Reply, *, already: bool = False) -> Done:
        ref = event.need("event_id")
        return Done(ref=f"{room}/{ref}", url=_url(room, ref), at=event.moment("origin_server_ts"), already=already)


def _at(raw: Reply, *keys: str) -> Reply:
    """The object below these keys, which have dots of their own."""
    value = raw.raw
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return Reply(value if isinstance(value, Mapping) else {}, raw.faults)


def _thread_of(event: Reply) -> str:
    """Id of the message whose thread this one stands in; empty when it stands on its own."""
    relation = _at(event, "content", "m.relates_to")
    return relation.text("event_id") if relation.text("rel_type") == "m.thread" else ""


def _has_thread(event: Reply) -> bool:
    return bool(_at(event, "unsigned", "m.relations", "m.thread").raw)


def _text(event: Reply) -> str:
    """The words of a message: its latest wording, without the quotation that old clients put before a reply."""
    body = _at(event, "unsigned", "m.relations", "m.replace", "content", "m.new_content").text("body") or event.text("content.body")
    return body.split("\n\n", 1)[-1] if body.startswith("> <@") else body


def _room(state: Sequence[Reply]) -> _Room:
    facts = {event.text("type"): event.under("content") for event in state}
    empty = Reply({})
    return _Room(
        name=facts.get("m.room.name", empty).text("name"),
        alias=facts.get("m.room.canonical_alias", empty).text("alias"),
        open=facts.get("m.room.join_rules", empty).text("join_rule") == "public",
        encrypted="m.room.encryption" in facts,
    )


def _place(reference: str) -> tuple[str, str] | None:
    """(room, event) of a matrix.to address, a matrix: URI or a message's ref."""
    parts = urlsplit(reference)
    if parts.scheme in ("https", "http") and parts.hostname == "matrix.to":
        found = _PLACE.match(unquote(parts.fragment).removeprefix("/"))
    elif uri := re.fullmatch(r"matrix:roomid/([^/?]+)/e/([^/?]+)(?:\?.*)?", reference):
        return f"!{unquote(uri[1])}", f"${unquote(uri[2])}"
    else:
        found = _PLACE.fullmatch(reference)
    return (found[1], found[2]) if found else None


def _url(room: str, event: str) -> str:
    return f"https://matrix.to/#/{room}/{event}"


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Matrix,)
