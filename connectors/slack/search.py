"""Three ways to find messages, the best that the token allows first; coverage is told when it is not the best.

1. `assistant.search.context` (user token; JSON by POST; 20 hits): a query, and `term_clauses`, of which each must match by any one of
   its words. A bot token would need an `action_token` from an event. The reply does not say which kind of channel a hit is from.
2. `search.messages` (user token; called legacy): all words must occur; it can't leave out private channels and direct messages.
3. `conversations.history` of the channels named: the latest messages, without replies, matched here.

Read in docs.slack.dev/reference/methods, 2026-08. That all words must occur is in none of these pages; users of the method say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from escalation.connector import ApiConnector, MessageQuery
from escalation.errors import AuthError
from escalation.records import Message, Visibility
from escalation.reply import Reply

from .settings import SlackSettings
from .workspace import Place, Workspace

PAGE, HISTORY, MOST_CHANNELS = 20, 200, 3
_WORD = re.compile(r"\w(?:[\w.@/+&'-]*\w)?")
"""Nothing that Slack's search reads as a modifier (`from:`), an exclusion (`-`) or a wildcard (`*`) is left of a word."""
_IN_PHRASE = re.compile(r'["“”„*]')


class Asked(NamedTuple):
    """A query without anything that Slack's search would take for more than words."""

    query: MessageQuery
    phrases: tuple[str, ...]
    words: tuple[str, ...]
    latest: bool = False

    @classmethod
    def of(cls, query: MessageQuery) -> Asked:
        """With neither phrase nor word, the account's name is looked for, the latest first."""
        exact, words = query.model_copy(update={"words": ()}).terms(), query.model_copy(update={"exact": ()}).terms()
        name = query.account.name if query.account and not exact and not words else ""
        phrases = (" ".join(_IN_PHRASE.sub(" ", phrase).split()) for phrase in (*exact, name))
        found = dict.fromkeys(word for term in words for word in _WORD.findall(term))
        return cls(query, tuple(phrase for phrase in phrases if _WORD.search(phrase)), tuple(found), latest=bool(name))

    def text(self, words: int) -> str:
        """The phrases, which must all occur; where there are none, so many of the words."""
        return " ".join(f'"{phrase}"' for phrase in self.phrases) or " ".join(self.words[:words])

    @property
    def order(self) -> str:
        """What the answer is to be sorted by."""
        return "timestamp" if self.latest else "score"

    def score(self, text: str) -> int:
        """How well a text fits; 0 is not at all."""
        text = text.casefold()
        if any(phrase.casefold() not in text for phrase in self.phrases):
            return 0
        return sum(word.casefold() in text for word in self.words) or bool(self.phrases)


class Search:
    """The ways that are left. One that the token may not go is not tried again in this case."""

    def __init__(self, slack: ApiConnector[SlackSettings], workspace: Workspace, place: Callable[[str], Place]) -> None:
        """`place` tells what a channel is, asking Slack if need be."""
        self._slack, self._workspace, self._place = slack, workspace, place
        self._ways = {} if slack.settings.token.get_secret_value().startswith("xoxb-") else {"assistant.search.context": self._context}
        self._ways |= {"search.messages": self._keywords} if self._ways else {}
        self._ways |= {"conversations.history": self._history} if slack.settings.channels else {}
        self._refused: AuthError | None = None
        self._read: dict[str, tuple[Reply, ...]] = {}

    @property
    def way(self) -> str:
        """The method that is asked."""
        return next(iter(self._ways), "nothing")

    def messages(self, query: MessageQuery) -> Iterator[Message]:
        """Each thread once, by its best hit. Raises what the best way answered when no way is left."""
        asked, seen = Asked.of(query), set[str]()
        for message in self._found(asked) if asked.phrases or asked.words else ():
            if message.ref not in seen:
                seen.add(message.ref)
                yield message

    def _found(self, asked: Asked) -> tuple[Message, ...]:
        session = self._slack.session
        for way, ask in tuple(self._ways.items()):
            try:
                found = tuple(ask(asked))
            except AuthError as error:
                if error.status == 401:
                    raise
                del self._ways[way]
                self._refused = self._refused or error
                session.fall_short(f"{way} was refused: {error}")
                continue
            if self._refused:
                session.fall_short(f"asked by {way} instead")
            return found
        raise self._refused or AuthError("a bot token can't search: use a user token, or name `channels` to read", status=403)

    def _context(self, asked: Asked) -> Iterator[Message]:
        body = {"query": asked.text(12), "content_types": ["messages"], "include_bots": True, "sort": asked.order}
        body |= {"disable_semantic_search": True} if asked.phrases else {"term_clauses": [" ".join(asked.words)[:500]]}
        body |= {"after": int(asked.query.since.timestamp())} if asked.query.since else {}
        kinds: tuple[tuple[str, Visibility], ...] = (("public_channel", "internal"), ("private_channel", "restricted"))
        for kind, visibility in kinds[: 1 + self._slack.settings.private_channels]:
            reply = self._slack.api.post(
                "/assistant.search.context", {**body, "channel_types": [kind], "limit": min(asked.query.limit, PAGE)}
            )
            rows = reply.need_rows("results.messages")
            for row in rows:
                id, user = row.text("channel_id"), row.text("author_user_id")
                self._workspace.places.setdefault(id, Place(id, row.text("channel_name") or id, visibility))
                self._workspace.people.setdefault(user, self._workspace.author(row))
            for message in self._slack.mapped(rows, self._workspace.message):
                yield message.model_copy(update={"visibility": visibility})

    def _keywords(self, asked: Asked) -> Iterator[Message]:
        since = f" after:{asked.query.since.date() - timedelta(days=1)}" if asked.query.since else ""
        reply = self._slack.api.get("/search.messages", query=asked.text(3) + since, count=min(asked.query.limit, PAGE), sort=asked.order)
        for message in self._slack.mapped(reply.need_rows("messages.matches"), self._workspace.message):
            if message.visibility != "restricted" or self._slack.settings.private_channels:
                yield message

    def _history(self, asked: Asked) -> Iterator[Message]:
        places = [self._place(channel) for channel in self._slack.settings.channels[:MOST_CHANNELS]]
        for place in places:
            if place.id not in self._read:
                self._read[place.id] = self._slack.api.get("/conversations.history", channel=place.id, limit=HISTORY).need_rows("messages")
        names = ", ".join(f"#{place.name}" for place in places)
        self._slack.session.fall_short(f"not searched: the latest {HISTORY} messages of {names} were read, without replies")
        rows = (
            Reply({"reply_count": 0, **row.under("").raw, "channel": {"id": place.id, "name": place.name}})
            for place in places
            for row in self._read[place.id]
        )
        since = asked.query.since
        scored = [
            (0 if asked.latest else score, message)
            for message in self._slack.mapped(rows, self._workspace.message)
            if (score := asked.score(message.text)) and message.at and (not since or message.at >= since)
        ]
        scored.sort(key=lambda pair: (pair[0], pair[1].at), reverse=True)
        for _, message in scored[: asked.query.limit]:
            yield message.model_copy(update={"visibility": self._place(message.ref.partition("/")[0]).visibility})
