"""What a tool gave back, as records: data in a shape that is known is mapped as far as that goes, all else is kept word for word.

Nobody has agreed on what these tools return, so every record says `confidence: text`: what it states was read, not defined.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, Literal

from escalation.html_text import html_to_text
from escalation.records import Account, AccountKey, Article, Comment, Message, Person, Record, Ticket, WorkItem
from escalation.reply import Reply

from .server import Result
from .tools import Kind

CONFIDENCE: Final = {"confidence": "text"}
_REF = "key identifier number iid CaseNumber display_id id Id uid ref ts".split()
_HANDLE = "id Id key identifier uid url".split()
_URL = "html_url web_url webUrl permalink url link href".split()
_TITLE = "title subject summary name Name Subject fields.summary properties.subject properties.name headline".split()
_TEXT = (
    "text body description content snippet excerpt message markdown Description fields.description properties.content "
    "highlight preview plain_text".split()
)
_CREATED = "created_at createdAt created createdDate CreatedDate fields.created createdate date timestamp ts".split()
_UPDATED = "updated_at updatedAt updated lastModifiedDate LastModifiedDate fields.updated last_edited_time modified".split()
_STATUS = "status.name state.name status state Status fields.status.name".split()
_PRIORITY = "priority.name priority priority.label Priority fields.priority.name".split()
_AUTHOR = "author.name author.displayName author user.login user.name user reporter.displayName creator.name from sender".split()
_ACCOUNT = "account.name company.name organization.name Account.Name account company organization".split()
_CHANNEL = "channel.name channel_name channel channelName".split()
_THREAD = "comments replies fields.comment.comments conversation_parts.conversation_parts conversation_parts notes thread".split()
_LISTS = "results items issues records tickets conversations messages stories pages articles data nodes hits matches values".split()
_STATES: Final[Mapping[str, Literal["open", "in progress", "done"]]] = {
    **dict.fromkeys(("open", "new", "to do", "todo", "backlog", "unstarted", "triage"), "open"),
    **dict.fromkeys(("in progress", "in review", "started", "doing", "active"), "in progress"),
    **dict.fromkeys(("done", "closed", "resolved", "completed", "cancelled", "canceled", "merged", "fixed"), "done"),
}
_TICKET_STATES: Final[Mapping[str, Literal["open", "waiting on customer", "on hold", "solved"]]] = {
    **dict.fromkeys(("open", "new", "in progress", "active"), "open"),
    **dict.fromkeys(("pending", "waiting on customer", "waiting for customer", "snoozed"), "waiting on customer"),
    **dict.fromkeys(("hold", "on hold", "on-hold"), "on hold"),
    **dict.fromkeys(("solved", "closed", "resolved", "done"), "solved"),
}
_MOST_FIELDS = 20
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'`]+[^\s<>()\[\]\"'`.,;:!?]")
_KEY = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b")
_DAY = re.compile(r"\b20\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d)?(?:\.\d+)?(?:Z|[+-][0-2]\d:?[0-5]\d)?)?")


def rows(result: Result) -> list[Reply]:
    """The objects in a result that could be records."""
    stated = (
        [result.structured] if result.structured is not None else [value for text in result.texts if (value := _json(text)) is not None]
    )
    return [Reply(row) for value in stated for row in _objects(value, 4)]


def prose(result: Result) -> str:
    """All that was said, as text."""
    return "\n\n".join(text.strip() for text in result.texts if text.strip()) or (
        json.dumps(result.structured, ensure_ascii=False, indent=1) if result.structured not in (None, {}, []) else ""
    )


def is_empty(result: Result) -> bool:
    """Does it say, as data, that there is nothing?"""
    stated = result.structured if result.structured is not None else _json("".join(result.texts))
    return stated is not None and not any(_objects(stated, 4)) and not _words(stated)


def _words(value: Any) -> bool:
    """Is there any text in it that somebody could read?"""
    if isinstance(value, Mapping):
        return any(map(_words, value.values()))
    return any(map(_words, value)) if isinstance(value, list) else isinstance(value, str) and len(value.split()) > 2


def handle(row: Reply) -> str:
    """What a tool that fetches would want to be given for this row."""
    return row.text(*_HANDLE)


def record(kind: Kind, row: Reply, *, whole: bool) -> Record | None:
    """A row as a record; None for one that says nothing."""
    url = next((found for name in _URL if (found := row.text(name)).startswith(("https://", "http://"))), "")
    text = _plain(row.text(*_TEXT))
    title = _line(_plain(row.text(*_TITLE)) or text)
    ref = row.text(*_REF) or url
    if not title or not ref:
        return None
    return _made(kind, row, ref=ref, url=url, title=title, text=text, whole=whole)


def told(kind: Kind, text: str, *, ref: str = "", url: str = "") -> Record:
    """A text that is no data, word for word; its first address, key and date are taken for its own."""
    address, key, day = _ADDRESS.search(text), _KEY.search(text), _DAY.search(text)
    stated = {
        "url": url or (address[0] if address else ""),
        "ref": ref or (key[0] if key else "") or f"text-{sha256(text.encode()).hexdigest()[:8]}",
        "created_at": day[0] if day else "",
    }
    row = Reply(stated)
    return _made(kind, row, ref=stated["ref"], url=stated["url"], title=_line(text), text=text, whole=True)


def _made(kind: Kind, row: Reply, *, ref: str, url: str, title: str, text: str, whole: bool) -> Record:
    """A record of the kind asked for."""
    created, updated, status = row.moment(*_CREATED), row.moment(*_UPDATED), row.text(*_STATUS)
    account = row.text(*_ACCOUNT)
    basic: dict[str, Any] = {
        "ref": ref,
        "url": url,
        "fields": {**_others(row), **CONFIDENCE},
        "whole": whole,
        "visibility": "internal",
    }
    if kind == "account":
        return Account(**basic, name=title, text=text if text != title else "", updated_at=updated or created)
    if kind == "message":
        channel = row.text(*_CHANNEL) or "unknown"
        return Message(
            **basic, channel=channel, text=text or title, author=Person(name=row.text(*_AUTHOR)), at=created, replies=_thread(row)
        )
    if kind == "article":
        return Article(**basic, title=title, text=text, author=Person(name=row.text(*_AUTHOR)), created_at=created, updated_at=updated)
    if kind == "work item":
        return WorkItem(
            **basic,
            title=title,
            text=text,
            status=status,
            state=_STATES.get(status.casefold(), "unknown"),
            priority=row.text(*_PRIORITY),
            reporter=Person(name=row.text(*_AUTHOR)),
            created_at=created,
            updated_at=updated,
            comments=_thread(row),
        )
    return Ticket(
        **basic,
        subject=title,
        text=text,
        status=status,
        state=_TICKET_STATES.get(status.casefold(), "unknown"),
        priority=row.text(*_PRIORITY),
        requester=Person(name=row.text(*_AUTHOR)),
        account=AccountKey(name=account),
        created_at=created,
        updated_at=updated,
        comments=_thread(row),
    )


def _thread(row: Reply) -> tuple[Comment, ...]:
    """What was said under it, in the order in which it came. Only what calls itself public counts as said to the customer."""
    found = next((under for name in _THREAD if (under := row.rows(name))), ())
    return tuple(
        Comment(
            at=each.moment(*_CREATED),
            author=Person(name=each.text(*_AUTHOR)),
            text=text,
            visibility="customer" if each.flag("public") else "internal",
        )
        for each in found
        if (text := _plain(each.text(*_TEXT)))
    )


def _others(row: Reply) -> dict[str, str]:
    """What else the row states in a few words."""
    known = {*_REF, *_URL, *_TITLE, *_TEXT, *_CREATED, *_UPDATED, *_STATUS, *_PRIORITY}
    short = ((name[:40], text) for name, text in row.items() if name not in known and len(text) <= 200)
    return dict(list(short)[:_MOST_FIELDS])


def _objects(value: Any, deep: int) -> Iterator[Mapping[str, Any]]:
    """The objects that are most likely the records: those of the first list that holds any, else the object itself."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, Mapping):
                yield from _objects(item, deep - 1) if _json_inside(item) else [item]
    elif isinstance(value, Mapping) and deep:
        lists = [value[name] for name in _LISTS if _is_list(value.get(name))]
        says = any(Reply(value).text(name) for name in (*_TITLE, *_TEXT))
        if lists:
            yield from _objects(lists[0], deep - 1)
        elif says:
            yield value
        elif inner := next((held for held in value.values() if _is_list(held)), None):
            yield from _objects(inner, deep - 1)
        else:
            for held in value.values():
                if isinstance(held, Mapping) and (found := list(_objects(held, deep - 1))):
                    yield from found
                    return


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _json_inside(item: Mapping[str, Any]) -> bool:
    """A wrapper, such as `{"type": "issue", "issue": {…}}`: nothing of its own to say, and one object inside."""
    return not any(Reply(item).text(name) for name in (*_TITLE, *_TEXT)) and sum(isinstance(held, Mapping) for held in item.values()) == 1


def _json(text: str) -> Any:
    """The JSON that a text is; None for any other."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _plain(text: str) -> str:
    return html_to_text(text) if re.search(r"</?(?:p|div|br|ul|ol|li|span|h\d|a|b|em|strong)\b[^>]*>", text) else text


def _line(text: str) -> str:
    first = next((line.strip().lstrip("#*>- ").strip() for line in text.splitlines() if line.strip().lstrip("#*>- ").strip()), "")
    return first if len(first) <= 120 else first[:119].rstrip() + "…"
