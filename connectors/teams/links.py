"""Links to channels and messages, as Teams copies them and Graph gives them in `webUrl`.

https://teams.microsoft.com/l/message/CHANNEL/MESSAGE?tenantId=…&groupId=TEAM&parentMessageId=ROOT, and for a chat
`?context={"contextType":"chat"}` instead; read in learn.microsoft.com: "Deep link to Teams chat" and chatMessage, 2026-11.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode

_HOST = r"https://teams\.(?:microsoft\.com|cloud\.microsoft)/l/"
_MESSAGE = re.compile(_HOST + r"message/([^/?#]{1,300})/(\d{10,16})(?:\?([^#]{0,2000}))?(?:#.*)?")
_CHANNEL = re.compile(_HOST + r"channel/([^/?#]{1,300})/[^?#]{0,300}\?([^#]{0,2000})")
_CONVERSATION = re.compile(r"19:[\w.-]+@[\w.]+", re.ASCII)
_TEAM = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class Spot(NamedTuple):
    """A channel of a team, or a chat where there is no team; with the message that is meant, if one is."""

    conversation: str
    team: str = ""
    message: str = ""
    root: str = ""
    """The message that begins the thread, where it is known."""
    tenant: str = ""

    @property
    def path(self) -> str:
        """Where Graph has it."""
        conversation = quote(self.conversation, safe=":@")
        return f"/teams/{self.team}/channels/{conversation}" if self.team else f"/chats/{conversation}"

    def link(self, tenant: str) -> str:
        """What leads to its message."""
        where = {"tenantId": tenant, "groupId": self.team, "parentMessageId": self.root or self.message}
        query = urlencode(where if self.team else {"tenantId": tenant, "context": '{"contextType":"chat"}'})
        return f"https://teams.microsoft.com/l/message/{quote(self.conversation, safe='')}/{self.message}?{query}"


def message_in(link: str) -> Spot | None:
    """Where a link to a message leads; None for any other text."""
    found = _MESSAGE.fullmatch(link)
    if not found:
        return None
    spot = _spot(found[1], found[3] or "")
    chat = (
        spot and not spot.team and ("chat" in unquote(found[3] or "") or not spot.conversation.endswith(("@thread.tacv2", "@thread.skype")))
    )
    return spot._replace(message=found[2]) if spot and (spot.team or chat) else None


def channel_in(link: str) -> Spot | None:
    """Which channel a link leads to; None for any other text."""
    found = _CHANNEL.fullmatch(link)
    spot = _spot(found[1], found[2]) if found else None
    return spot if spot and spot.team else None


def _spot(conversation: str, query: str) -> Spot | None:
    conversation, given = unquote(conversation), parse_qs(query)
    team, tenant, root = (given.get(name, [""])[0] for name in ("groupId", "tenantId", "parentMessageId"))
    if not _CONVERSATION.fullmatch(conversation) or (team and not _TEAM.fullmatch(team)):
        return None
    return Spot(conversation, team, root=root if root.isascii() and root.isdigit() else "", tenant=tenant)
