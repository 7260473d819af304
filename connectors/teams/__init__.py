"""Microsoft Teams: messages of channels with their threads, over Microsoft Graph v1.0.

Read in learn.microsoft.com, 2026-11: graph/search-concept-chat-messages (`POST /search/query` for `chatMessage`: delegated permissions
alone, 25 hits of a page, a summary of each), graph/api/chatmessage-get, -list-replies, channel-list-messages (`$top` 50,
`$expand=replies`), chatmessage-post (delegated alone), channel-get, graph/json-batching (20 requests in one), KQL in
openspecs/sharepoint_protocols/ms-kql, and entra/identity-platform/v2-oauth2-device-code. A hit does not say whether its channel is
private, hence one batch for the channels of all hits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from escalation.actions import Done, MessageDraft
from escalation.auth import Auth, ClientCredentials, DeviceCode, RefreshToken
from escalation.connector import About, ApiConnector, Connector, MessageQuery, Probe
from escalation.errors import AuthError, ConnectorError, NotFound, Unavailable, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Page
from escalation.records import Category, Message, Record
from escalation.reply import Reply

from .links import Spot, channel_in, message_in
from .messages import Place, Reader, text_of
from .settings import TeamsSettings

_HITS, _THREADS, _MOST_CHANNELS = 25, 50, 3
_SCOPES = "ChannelMessage.Read.All Chat.Read Channel.ReadBasic.All"
_NEEDED = re.compile(r"(?:requires? one of|the following permissions:?)\s*'?((?:(?:, | or )?[A-Z]\w+(?:\.[A-Z]\w+)+)+)")
_IN_PHRASE = re.compile(r'["“”„*]')
"""KQL has no way to write a quotation mark within a phrase; a star at the end of one would match beginnings."""
_MARK = "customer-escalation mark"


class Teams(ApiConnector[TeamsSettings]):
    """Finds messages for somebody who signed in, or in named channels for an app; reads threads, and posts."""

    type: ClassVar[str] = "teams"
    categories: ClassVar[tuple[Category, ...]] = (Category.CHAT,)
    settings_type = TeamsSettings
    about = About(
        title="Microsoft Teams",
        credential=(
            "entra.microsoft.com → *App registrations* → *New registration*, for this organizational directory only, without redirect URI. "
            "*API permissions* → *Add a permission* → *Microsoft Graph* → *Delegated permissions*: `ChannelMessage.Read.All`, `Chat.Read` "
            "and `Channel.ReadBasic.All` (to post, `ChannelMessage.Send`) → *Grant admin consent*. *Authentication* → *Allow public client "
            "flows*: *Yes*. From *Overview* take the two ids. Somebody who sees the channels signs in once, in a terminal: "
            "`customer-escalation connectors --sign-in teams` shows a code to type in a browser; the token is kept in the data folder. "
            "Where Conditional Access blocks device code flow, or nobody may sign in: *Application permissions* "
            "`ChannelMessage.Read.All` and `Channel.ReadBasic.All` instead, a secret under *Certificates & secrets*, links to `channels`."
        ),
        needs={
            "find_messages": "delegated `ChannelMessage.Read.All` and `Chat.Read`; an app `ChannelMessage.Read.All`, for its `channels`",
            "fetch": "`ChannelMessage.Read.All` and `Channel.ReadBasic.All`; `Chat.Read` in chats",
            "post_message": "delegated `ChannelMessage.Send` and `ChannelMessage.Read.All`",
        },
        blind="Its search knows what whoever signed in may see, follows new messages with a delay, and gives 25 hits; an app can't search.",
        source="Microsoft Graph v1.0, stored copies of learn.microsoft.com/graph, some of them undated, read 2026-11",
        example={
            "tenant": "9f1c2d3e-4a5b-4c6d-8e7f-0a1b2c3d4e5f",
            "client_id": "1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081",
        },
    )

    def base_url(self) -> str:
        return self.settings.base_url or "https://graph.microsoft.com/v1.0"

    def auth(self) -> Auth:
        own, at = self.settings, f"{self.settings.login_url.rstrip('/')}/{self.settings.tenant}/oauth2/v2.0"
        if own.refresh_token:
            return RefreshToken(f"{at}/token", own.client_id, own.refresh_token, own.client_secret)
        if own.client_secret:
            return ClientCredentials(f"{at}/token", own.client_id, own.client_secret, "https://graph.microsoft.com/.default")
        scope = f"{_SCOPES}{' ChannelMessage.Send' if own.may_post else ''} offline_access"
        return DeviceCode(f"{at}/devicecode", f"{at}/token", own.client_id, scope)

    def refusal(self, page: Page) -> ConnectorError | None:
        needed = _NEEDED.search(page.reply.text("error.message")) if page.status == 403 else None
        return AuthError(f"Microsoft Graph answered 403: it takes {needed[1][:200]}", status=403) if needed else None

    def find_messages(self, query: MessageQuery) -> Iterator[Message]:
        phrases, words = _phrases(query.model_copy(update={"words": ()})), _phrases(query.model_copy(update={"exact": ()}))
        latest = () if query.exact or query.words or not query.account else _phrases(MessageQuery(exact=(query.account.name,)))
        if not phrases and not words and not latest:
            return
        find = self._searched if self.settings.signs_in else self._listed
        seen: set[str] = set()
        for message in find(query, phrases or latest, words):
            if message.ref not in seen:
                seen.add(message.ref)
                yield message

    def owns(self, reference: str) -> bool:
        spot = message_in(reference)
        if not spot or not (spot.team or self.settings.chats):
            return False
        return spot.tenant.casefold() in ("", self.settings.tenant.casefold())

    def fetch(self, reference: str) -> Iterator[Record]:
        spot = message_in(reference)
        if not spot:
            raise NotFound(f"{reference[:80]!r} is no link to a message")
        message, replies = self._read(spot._replace(message=spot.root or spot.message))
        if above := message.text("replyToId"):  # the link was to a reply and did not say so
            message, replies = self._read(spot._replace(message=above))
        if "@odata.nextLink" in replies.under("").raw:
            self.session.fall_short(f"a thread of more than {_THREADS} replies: the oldest were not read")
        identity = (
            {"channelIdentity": {"teamId": spot.team, "channelId": spot.conversation}} if spot.team else {"chatId": spot.conversation}
        )
        rows = [row.raw for row in replies.rows("value")]
        yield from self.mapped([Reply({**message.under("").raw, **identity, "replies": rows})], self._reader.thread)

    def check_connection(self) -> Iterator[Probe]:
        found: list[Message] = []

        def search() -> str:
            found.extend(self.find_messages(MessageQuery(words=("hello",), limit=1)))
            return "by search, for whoever signed in" if self.settings.signs_in else f"in {len(self.settings.channels)} channels, as an app"

        def read() -> str:
            for _ in self.fetch(found[0].url) if found else ():
                return f"a thread in {found[0].channel}"
            return "not tried: no message was found to read"

        yield (searched := self.probe("find_messages", search))
        if searched.works:
            yield self.probe("fetch", read)

    def post_message(self, draft: MessageDraft) -> Done:
        spot = channel_in(draft.channel)
        if not spot:
            raise NotFound(f"{draft.channel[:80]!r} is no link to a channel, as *Get link to channel* copies it")
        if not self.settings.signs_in:
            raise AuthError("an app can't post in Teams: somebody must sign in", status=403)
        thread = draft.thread.rpartition("/")[2]
        path = f"{spot.path}/messages" + (f"/{int(thread)}/replies" if thread.isascii() and thread.isdigit() else "")
        marked = f"{_MARK} {draft.mark}"
        for row in self.api.get(path, **{"$top": _THREADS}).need_rows("value"):
            if marked in text_of(row):
                return self._done(row, already=True)
        return self._done(self.api.act(path, {"body": {"contentType": "text", "content": f"{draft.text}\n\n{marked}"}}))

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.settings)

    @cached_property
    def _lists(self) -> dict[str, tuple[Reply, ...]]:
        return {}

    def _searched(self, query: MessageQuery, phrases: Sequence[str], words: Sequence[str]) -> Iterator[Message]:
        wanted = " AND ".join(phrases) or f"({' OR '.join(words)})"
        since = f" AND sent>{query.since.date() - timedelta(days=1)}" if query.since else ""
        asked = {"entityTypes": ["chatMessage"], "query": {"queryString": wanted + since}, "from": 0, "size": min(query.limit, _HITS)}
        best = {"enableTopResults": True} if query.exact or query.words else {}
        reply = self.api.post("/search/query", {"requests": [{**asked, **best}]})
        containers = [box for answer in reply.need_rows("value") for box in answer.need_rows("hitsContainers")]
        hits = [hit for box in containers if box.number("total") != 0 or box.rows("hits") for hit in box.need_rows("hits")]
        if not self.settings.chats:
            hits = [hit for hit in hits if hit.text("resource.channelIdentity.teamId") or not hit.text("resource.chatId")]
        where = (hit.under("resource.channelIdentity") for hit in hits)
        self._locate({Spot(channel.text("channelId"), channel.text("teamId")) for channel in where if channel.text("teamId")})
        yield from self.mapped(hits, self._reader.hit)

    def _listed(self, query: MessageQuery, phrases: Sequence[str], words: Sequence[str]) -> Iterator[Message]:
        """What an app can do: read the latest threads of the channels named, and match them here."""
        spots = self.settings.spots[:_MOST_CHANNELS]
        if not spots:
            raise AuthError("an app can't search Teams: name `channels` to read, or let somebody sign in", status=403)
        self._locate(set(spots))
        for spot in spots:
            if spot.conversation not in self._lists:
                reply = self.api.get(f"{spot.path}/messages", **{"$top": _THREADS, "$expand": "replies"})
                self._lists[spot.conversation] = reply.need_rows("value")
        names = ", ".join(self._reader.places[spot.conversation].name for spot in spots)
        self.session.fall_short(f"not searched: the latest {_THREADS} threads of {names} were read")
        rows = [row for spot in spots for row in self._lists[spot.conversation]]
        scored = [(score, row) for row in rows if (score := _score(text_of(row), phrases, words))]
        scored.sort(key=lambda pair: (pair[0], pair[1].text("createdDateTime")), reverse=True)
        messages = self.mapped((row for _, row in scored), self._reader.thread)
        yield from (message for message in messages if not query.since or (message.at and message.at >= query.since))

    def _locate(self, spots: Iterable[Spot]) -> None:
        """Ask for names and privacy of channels that are not known yet, all at once."""
        unknown = sorted(spot for spot in spots if spot.conversation not in self._reader.places)[:20]
        for spot, answer in zip(unknown, self._batch([spot.path for spot in unknown]), strict=True):
            self._learn(spot, answer)

    def _learn(self, spot: Spot, answer: Reply) -> None:
        if answer.number("status") == 200:
            self._reader.places[spot.conversation] = self._reader.place(answer.under("body"))
            return
        self.session.fall_short("channels are taken for private whose kind could not be read: that takes Channel.ReadBasic.All")
        self._reader.places[spot.conversation] = Place("a channel")

    def _read(self, spot: Spot) -> tuple[Reply, Reply]:
        """(the message, its replies) by one request, with the channel if need be."""
        message = f"{spot.path}/messages/{spot.message}"
        if not spot.team:
            return _body(self._batch([message])[0]), Reply({})
        known = spot.conversation in self._reader.places
        first, replies, *place = self._batch([message, f"{message}/replies?$top={_THREADS}", *([] if known else [spot.path])])
        for answer in place:
            self._learn(spot, answer)
        return _body(first), _body(replies)

    def _batch(self, paths: Sequence[str]) -> list[Reply]:
        """The answers to several GETs, in their order, each with `status`, `headers` and `body`."""
        if not paths:
            return []
        requests = [{"id": str(number), "method": "GET", "url": path} for number, path in enumerate(paths)]
        answers = {row.text("id"): row for row in self.api.post("/$batch", {"requests": requests}).need_rows("responses")}
        return [answers.get(str(number), Reply({})) for number in range(len(paths))]

    def _done(self, raw: Reply, *, already: bool = False) -> Done:
        return Done(ref=raw.need("id"), url=raw.text("webUrl"), at=raw.moment("createdDateTime"), already=already)


def _phrases(query: MessageQuery) -> tuple[str, ...]:
    """Each term in quotation marks, where KQL knows no operators and no properties."""
    terms = (" ".join(_IN_PHRASE.sub(" ", term).split()) for term in query.terms(longest=100))
    return tuple(dict.fromkeys(f'"{term}"' for term in terms if re.search(r"\w", term)))


def _score(text: str, phrases: Sequence[str], words: Sequence[str]) -> int:
    """How well a text fits; 0 is not at all."""
    text = text.casefold()
    if any(phrase.strip('"').casefold() not in text for phrase in phrases):
        return 0
    return sum(word.strip('"').casefold() in text for word in words) or bool(phrases)


def _body(answer: Reply) -> Reply:
    """What one part of a batch brought, or its error."""
    status = answer.number("status") or 0
    if status == 200:
        return answer.under("body")
    said = f"a part of POST /$batch answered {status}"
    if status in (401, 403):
        raise AuthError(said, status=status)
    if status == 404:
        raise NotFound(said, status=status)
    if status == 429:
        raise Unavailable(said, status=status, retry_after=float(answer.number("headers.Retry-After") or 60))
    raise (Unavailable if status >= 500 else UnexpectedResponse)(said, status=status)


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Teams,)
