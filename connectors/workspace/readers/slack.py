"""Slack: a workspace export, a folder for each channel with a file for each day, and the lists beside them.

The layout is that of Slack's help page "How to read Slack data exports": `channels.json`, `groups.json` (private),
`dms.json`, `mpims.json`, `users.json`, and `<channel>/<day>.json`. A thread is its messages with one `thread_ts`,
on whatever days they were written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from escalation.records import Category, Comment, Message, Person, Record, Side, Visibility

from ..reader import Context, Export, Fault, Row, Unreadable
from .attachments import with_attachments
from .cells import Cells

_NO_MESSAGE = frozenset(
    ("pinned_item", "unpinned_item", "tombstone", "message_deleted", "bot_add", "bot_remove", "bot_enable", "bot_disable", "reminder_add")
)
_HOUSEKEEPING = ("channel_", "group_", "mpim_", "huddle_")
"""How the subtypes begin that tell of joining, leaving, topics and calls."""
_STAMP = re.compile(r"\d{9,11}(?:\.\d{1,6})?", re.ASCII)
_BRACKETED = re.compile(r"<([^<>\n]+)>")


class Slack:
    """Reads the messages, threads joined, with the names of people and channels."""

    format = "Slack export"
    categories = (Category.CHAT,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """A list of messages with `ts`, or of users, channels or direct messages as Slack shapes them."""
        return export.shape == "json" and not export.keys and any(_kind(row) for row in export.sample)

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A message for each thread or single message, in the order of the files."""
        workspace = _Workspace(self._context)
        days = []
        for export in exports:
            if any(_kind(row) == "message" for row in export.sample):
                days.append(export)
                continue
            for _, row in _rows(export):
                if isinstance(row, Fault):
                    yield row
                else:
                    workspace.add(row, export.name)
        threads: dict[tuple[str, str], _Thread] = {}
        for export in days:
            yield from _collect(export, self._context, threads)
        for thread in threads.values():
            yield from workspace.messages(thread)


@dataclass
class _Thread:
    channel: str
    """The folder's name: the channel's, or the id of a direct message."""
    ts: str
    said: dict[str, Cells] = field(default_factory=dict)
    """Its messages by `ts`; a reply that was also sent to the channel stands here once."""


class _Workspace:
    """Who and what the ids in messages stand for."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._people: dict[str, Person] = {}
        self._channels: dict[str, str] = {}
        self._closed: dict[str, Visibility] = {}
        """Channel folder → visibility, for those that not everyone can see."""

    def add(self, row: Row, file: str) -> None:
        cells = Cells(row, self._context, file, None)
        id, kind = cells.text("id"), _kind(row)
        if kind == "user":
            self._people[id] = self._member(cells)
        elif kind == "direct message":
            self._closed[cells.text("name") or id] = "restricted"
        elif kind == "channel":
            name = cells.text("name")
            self._channels[id] = name
            if file.rpartition("/")[2] == "groups.json" or cells.value("is_private") is True or id[:1] == "G":
                self._closed[name] = "restricted"

    def messages(self, thread: _Thread) -> Iterator[Record | Fault]:
        """The thread as one record. Where its first message is not in the export, the earliest reply stands first."""
        ordered = [thread.said[ts] for ts in sorted(thread.said, key=lambda ts: (ts != thread.ts, float(ts)))]
        comments = [comment for cells in ordered if (comment := self._comment(cells))]
        if comments:
            first, *replies = comments
            yield Message(
                ref="/".join(filter(None, (thread.channel, thread.ts))),
                url=ordered[0].text("permalink"),
                channel=thread.channel,
                text=first.text,
                author=first.author,
                at=first.at,
                replies=tuple(replies),
                visibility=self._visibility(thread.channel),
            )
        for cells in ordered:
            yield from cells.faults

    def _visibility(self, channel: str) -> Visibility:
        return "restricted" if channel.startswith("mpdm-") else self._closed.get(channel, "internal")

    def _comment(self, cells: Cells) -> Comment | None:
        if _is_housekeeping(cells.text("subtype")):
            return None
        parts = [self.plain(cells.text("text"))]
        parts += [self._attached(attachment) for attachment in cells.rows("attachments")]
        text = with_attachments("\n".join(filter(None, parts)), cells.rows("files"), "name", "size")
        return Comment(at=cells.moment("ts"), author=self._author(cells), text=text, visibility="internal") if text else None

    def _author(self, cells: Cells) -> Person:
        if known := self._people.get(cells.text("user")):
            return known
        name = cells.text("user_profile.real_name", "user_profile.display_name", "username", "bot_profile.name")
        bot = bool(cells.text("bot_id")) or cells.text("subtype") == "bot_message"
        return Person(name=name or cells.text("user", "bot_id"), side="system" if bot else "unknown")

    def _member(self, cells: Cells) -> Person:
        email = cells.text("profile.email")
        return Person(
            name=cells.text("profile.real_name", "real_name", "profile.display_name", "name"),
            email=email,
            side=self._side(cells, email),
            title=cells.text("profile.title"),
            zone=cells.text("tz"),
        )

    def _side(self, cells: Cells, email: str) -> Side:
        """By the address where our domains are known; else members speak for us, and who a guest speaks for is not known."""
        if cells.value("is_bot") is True:
            return "system"
        if email and self._context.vendor_domains:
            return self._context.side(email)
        guest = any(cells.value(mark) is True for mark in ("is_restricted", "is_ultra_restricted", "is_stranger"))
        return "unknown" if guest else "vendor"

    def _attached(self, attachment: Cells) -> str:
        """An unfurled link or a bot's card: what it says, below what was written."""
        title, link = attachment.text("title"), attachment.text("title_link", "from_url")
        heading = f"{title} ({link})" if title and link else title or link
        lines = [attachment.text("pretext"), heading, attachment.text("text")]
        lines += [f"{entry.text('title')}: {entry.text('value')}" for entry in attachment.rows("fields")]
        return "\n".join(self.plain(line) for line in lines if line) or self.plain(attachment.text("fallback"))

    def plain(self, text: str) -> str:
        """Slack's `<…>` forms as words, its three entities decoded, once."""
        text = _BRACKETED.sub(lambda found: self._shown(found[1]), text) if "<" in text else text
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _shown(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        if target.startswith("@"):
            person = self._people.get(target[1:])
            return "@" + (person.name if person else label.lstrip("@") or target[1:])
        if target.startswith("#"):
            return "#" + (label or self._channels.get(target[1:], target[1:]))
        if target.startswith("!"):
            return label or "@" + target[1:].partition("^")[0]
        address = target.removeprefix("mailto:").removeprefix("tel:")
        return address if label in ("", address, target) or target.partition("://")[2].rstrip("/") == label else f"{label} ({address})"


def _collect(export: Export, context: Context, threads: dict[tuple[str, str], _Thread]) -> Iterator[Fault]:
    folder = export.name.split("/")[-2] if "/" in export.name else ""
    for line, row in _rows(export):
        if isinstance(row, Fault):
            yield row
            continue
        cells = Cells(row, context, export.name, line)
        ts = cells.text("ts")
        if _kind(row) != "message" or not _STAMP.fullmatch(ts):
            yield Fault(export.name, line, "is no message: it lacks type message or a time stamp in `ts`")
            continue
        root = cells.text("thread_ts")
        key = root if _STAMP.fullmatch(root) else ts
        threads.setdefault((export.name.rpartition("/")[0], key), _Thread(folder or cells.text("channel.name"), key)).said.setdefault(
            ts, cells
        )


def _rows(export: Export) -> Iterator[tuple[int | None, Row | Fault]]:
    try:
        yield from export.rows()
    except Unreadable as error:
        yield None, Fault(export.name, error.line, error.problem)


def _kind(row: Row) -> str:
    id = row.get("id")
    if row.get("type") == "message":
        return "message" if "ts" in row else ""
    if not isinstance(id, str):
        return ""
    if isinstance(row.get("profile"), Mapping) and id[:1] in ("U", "W", "B"):
        return "user"
    if not isinstance(row.get("members"), list) or id[:1] not in ("C", "G", "D"):
        return ""
    return "direct message" if id[0] == "D" or str(row.get("name")).startswith("mpdm-") else "channel"


def _is_housekeeping(subtype: str) -> bool:
    return subtype in _NO_MESSAGE or subtype.startswith(_HOUSEKEEPING)
