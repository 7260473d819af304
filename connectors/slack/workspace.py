"""Messages as records: whom and what Slack's ids stand for, and its markup as plain text.

Shapes as docs.slack.dev/reference/methods has them for assistant.search.context, search.messages, conversations.history, .replies
and .info, and users.info; markup as in docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from escalation.records import Comment, Message, Person, Side, Visibility
from escalation.reply import Reply

from .settings import SlackSettings

_ROOT = re.compile(r"[?&]thread_ts=(\d{10}\.\d{6})(?![\d.])")
_BRACKETED = re.compile(r"<([^<>\n]+)>")
_HIGHLIGHT = str.maketrans("", "", "\ue000\ue001")
_HOUSEKEEPING = re.compile(r"(?:channel|group|huddle|reminder|bot)_(?!message)\w+|(?:un)?pinned_item|tombstone|message_deleted")
"""Subtypes that tell of joining, leaving, topics and pins."""


def root_in(link: str) -> str:
    """The time stamp of the thread that a permalink to a reply names; empty for any other link."""
    found = _ROOT.search(link)
    return found[1] if found else ""


class Place(NamedTuple):
    """A channel. It is taken for private where Slack does not say otherwise."""

    id: str
    name: str
    visibility: Visibility = "restricted"
    shared: bool = False
    """With another organization, by Slack Connect."""


class Workspace:
    """Who and what is known so far. Mapping asks nobody: an id that is not known stands for itself."""

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self.people: dict[str, Person] = {}
        self.places: dict[str, Place] = {}
        self.team = ""
        """Id of our own workspace."""

    def message(self, raw: Reply) -> Message | None:
        """A message as either search or a channel's history has it, without its thread; None for a direct one."""
        channel, ts = raw.need("channel.id", "channel_id"), raw.need("ts", "message_ts")
        if channel[0] == "D" or raw.flag("channel.is_im") or raw.flag("channel.is_mpim") or is_housekeeping(raw):
            return None
        link = raw.text("permalink")
        root = root_in(link) or raw.text("thread_ts") or ts
        return Message(
            ref=f"{channel}/{root}",
            url=link or self.link(channel, ts, root),
            fields=_fields(raw),
            channel=raw.text("channel.name", "channel_name") or channel,
            text=self._text(raw),
            author=self.author(raw),
            at=raw.moment("ts", "message_ts"),
            visibility=_visibility(raw),
            whole=root == ts and raw.number("reply_count") == 0,
        )

    def thread(self, raw: Reply) -> Message | None:
        """`messages` as conversations.replies has them, in a `channel` as conversations.info has it; None where nobody said anything."""
        rows = {row.text("ts"): row for row in raw.rows("messages") if not is_housekeeping(row)}
        if not rows:
            return None
        first, *rest = (rows[ts] for ts in sorted(rows))
        channel, root, visibility = raw.need("channel.id"), first.need("thread_ts", "ts"), _visibility(raw)
        return Message(
            ref=f"{channel}/{root}",
            url=self.link(channel, root, root),
            fields=_fields(raw),
            channel=raw.text("channel.name") or channel,
            text=self._text(first),
            author=self.author(first),
            at=first.moment("ts"),
            replies=tuple(
                Comment(at=row.moment("ts"), author=self.author(row), text=self._text(row), visibility=visibility) for row in rest
            ),
            visibility=visibility,
        )

    def place(self, raw: Reply) -> Place:
        """A channel as conversations.info has it."""
        private = raw.flag("is_private") is not False
        return Place(
            raw.need("id"), raw.text("name") or raw.need("id"), "restricted" if private else "internal", bool(raw.flag("is_ext_shared"))
        )

    def person(self, raw: Reply) -> Person:
        """A member as users.info has them: told by address, else by workspace; whom a guest speaks for is not known."""
        email, guest = raw.text("profile.email"), raw.flag("is_restricted") or raw.flag("is_ultra_restricted")
        side: Side = self._settings.side(email)
        if raw.flag("is_bot"):
            side = "system"
        elif side == "unknown" and raw.flag("is_stranger"):
            side = "customer"
        elif side == "unknown" and self.team and raw.text("team_id") == self.team and not guest:
            side = "vendor"
        name = raw.text("profile.real_name", "real_name", "profile.display_name", "name")
        return Person(name=name, email=email, side=side, title=raw.text("profile.title"), zone=raw.text("tz"))

    def author(self, raw: Reply) -> Person:
        """Whoever wrote a message, as far as it says or is known."""
        user, email = raw.text("user", "author_user_id"), raw.text("author_email")
        if user in self.people:
            return self.people[user]
        bot = raw.flag("is_author_bot") or raw.text("bot_id") or raw.text("subtype") == "bot_message"
        name = raw.text("user_profile.real_name", "author_name", "username", "bot_profile.name")
        return Person(name=name or user or raw.text("bot_id"), email=email, side="system" if bot else self._settings.side(email))

    def link(self, channel: str, ts: str, root: str) -> str:
        """The permalink, as chat.getPermalink would give it."""
        address = f"https://{self._settings.workspace}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
        return address if ts == root else f"{address}?thread_ts={root}&cid={channel}"

    def plain(self, text: str) -> str:
        """Slack's `<…>` as words, then its three entities."""
        text = _BRACKETED.sub(lambda found: self._shown(found[1]), text.translate(_HIGHLIGHT))
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _shown(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        sign, id = target[:1], target[1:]
        if sign == "@":
            return "@" + (self.people[id].name if id in self.people else label.lstrip("@") or id)
        if sign == "#":
            return "#" + (label or (self.places[id].name if id in self.places else id))
        if sign == "!":
            return label or "@" + id.partition("^")[0]
        address = re.sub(r"^(?:mailto|tel):", "", target)
        return address if label in ("", address) or target.partition("://")[2].rstrip("/") == label else f"{label} ({address})"

    def _text(self, raw: Reply) -> str:
        parts = [raw.text("text", "content"), *map(_attached, raw.rows("attachments"))]
        parts += [f"[attachment: {name}]" for file in raw.rows("files") if (name := file.text("name", "title"))]
        return "\n".join(self.plain(part) for part in parts if part)


def is_housekeeping(raw: Reply) -> bool:
    """Does it tell of somebody joining or leaving, of a topic or a pin, and of nothing that was said?"""
    return bool(_HOUSEKEEPING.fullmatch(raw.text("subtype")))


def _visibility(raw: Reply) -> Visibility:
    return "restricted" if raw.flag("channel.is_private") else "internal"


def _fields(raw: Reply) -> Mapping[str, str]:
    return {"channel is shared": "with another organization"} if raw.flag("channel.is_ext_shared") else {}


def _attached(raw: Reply) -> str:
    """An unfurled link or a bot's card: what it says, below what was written."""
    title, link = raw.text("title"), raw.text("title_link", "from_url")
    lines = [raw.text("pretext"), f"{title} ({link})" if title and link else title or link, raw.text("text")]
    lines += [f"{field.text('title')}: {field.text('value')}" for field in raw.rows("fields")]
    return "\n".join(filter(None, lines)) or raw.text("fallback")
