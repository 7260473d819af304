"""Messages as records, from the two shapes in which Graph has them.

chatMessage and teamworkUserIdentity of learn.microsoft.com/graph/api/resources, and the hit of
learn.microsoft.com/graph/search-concept-chat-messages, which holds a summary only; 2026-11.
"""

from __future__ import annotations

from typing import NamedTuple

from escalation.html_text import html_to_text
from escalation.records import Comment, Message, Person, Side, Visibility
from escalation.reply import Reply

from .links import Spot, message_in
from .settings import TeamsSettings

_OUTSIDERS = frozenset("federatedUser anonymousGuest personalMicrosoftAccountUser skypeUser phoneUser emailUser".split())
_MEMBERS = frozenset(("aadUser", "onPremiseAadUser"))


class Place(NamedTuple):
    """A channel or a chat; private unless Graph says that it is a standard channel."""

    name: str
    visibility: Visibility = "restricted"


class Reader:
    """What is known of channels, and messages read with it."""

    def __init__(self, settings: TeamsSettings) -> None:
        self._settings = settings
        self.places: dict[str, Place] = {}
        """Channels by id."""

    def place(self, raw: Reply) -> Place:
        """A channel as Graph has it: `private` and `shared` ones are not for everyone in the team."""
        return Place(raw.text("displayName") or "a channel", "internal" if raw.text("membershipType") == "standard" else "restricted")

    def hit(self, raw: Reply) -> Message:
        """A hit of the search: its summary, without the thread."""
        spot = self._spot(raw.under("resource"))
        place = self._place(spot)
        return Message(
            ref=f"{spot.conversation}/{spot.root or spot.message}",
            url=spot.link(self._settings.tenant),
            channel=place.name,
            text=html_to_text(raw.text("summary")),
            author=self._author(raw.under("resource")),
            at=raw.moment("resource.createdDateTime"),
            visibility=place.visibility,
            whole=False,
        )

    def thread(self, raw: Reply) -> Message | None:
        """A chatMessage with its `replies`, as `$expand=replies` has them; None for one that tells of an event or was deleted."""
        if not _is_said(raw):
            return None
        spot = self._spot(raw)
        place = self._place(spot)
        replies = (
            Comment(at=row.moment("createdDateTime"), author=self._author(row), text=_text(row), visibility=place.visibility)
            for row in sorted(raw.rows("replies"), key=lambda row: row.text("createdDateTime", "id"))
            if _is_said(row)
        )
        return Message(
            ref=f"{spot.conversation}/{spot.message}",
            url=spot.link(self._settings.tenant),
            fields={"importance": raw.text("importance")} if raw.text("importance") in ("high", "urgent") else {},
            channel=place.name,
            text=_text(raw),
            author=self._author(raw),
            at=raw.moment("createdDateTime"),
            replies=tuple(replies),
            visibility=place.visibility,
        )

    def _spot(self, raw: Reply) -> Spot:
        """Where a message is. A link that Graph gives names the thread, too."""
        linked = message_in(raw.text("webUrl"))
        root = raw.text("replyToId") or (linked.root if linked else "")
        if team := raw.text("channelIdentity.teamId"):
            return Spot(raw.need("channelIdentity.channelId"), team, raw.need("id"), root)
        return Spot(raw.need("chatId"), "", raw.need("id"))

    def _place(self, spot: Spot) -> Place:
        return self.places.get(spot.conversation, Place("a channel" if spot.team else "chat"))

    def _author(self, raw: Reply) -> Person:
        if raw.text("from.application.displayName", "from.application.id"):
            return Person(name=raw.text("from.application.displayName"), side="system")
        name, address = raw.text("from.user.displayName", "from.emailAddress.name"), raw.text("from.emailAddress.address")
        kind, tenant = raw.text("from.user.userIdentityType"), raw.text("from.user.tenantId")
        local, guest, _ = address.partition("#EXT#")
        email = "@".join(local.rsplit("_", 1)) if guest else address
        side: Side = self._settings.side(email)
        if side == "unknown":
            foreign = kind in _OUTSIDERS or (tenant and tenant.casefold() != self._settings.tenant.casefold())
            side = "customer" if guest or foreign or name.endswith("(Guest)") else "vendor" if kind in _MEMBERS else "unknown"
        return Person(name=name, email=email, side=side)


def text_of(raw: Reply) -> str:
    """Everything that a message and its replies say."""
    return "\n".join(map(_text, (raw, *raw.rows("replies"))))


def _is_said(raw: Reply) -> bool:
    return raw.text("messageType") in ("", "message") and not raw.text("deletedDateTime")


def _text(raw: Reply) -> str:
    body = raw.text("body.content")
    said = body if raw.text("body.contentType") == "text" else html_to_text(body)
    files = (f"[attachment: {name}]" for row in raw.rows("attachments") if (name := row.text("name")))
    return "\n".join(filter(None, (raw.text("subject"), said, *files)))
