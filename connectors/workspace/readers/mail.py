"""Mail: an mbox or single messages, threaded into one ticket per conversation.

Threads follow `References` and `In-Reply-To` (RFC 5322 §3.6.4); a reply that lost them joins the thread of the
same subject and the same outside correspondent. The ref is an `X-Ticket-ID` field where there is one, else the
first Message-ID's local part, or a short digest of a long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from escalation.html_text import html_to_text
from escalation.instants import moment
from escalation.records import AccountKey, Category, Comment, Person, Record, Ticket

from ..reader import Context, Export, Fault
from .attachments import attachment_line
from .quotation import own_words

if TYPE_CHECKING:
    from email.message import Message as Envelope

_FROM_LINE = re.compile(rb"(?:\A|(?<=\n))From \S[^\n]*\r?\n(?=[!-9;-~]+:)")
_ID = re.compile(r"<([^<>\s]+)>")
_REPLY = re.compile(r"(?:(?:re|aw|sv|antw|fwd?|wg|tr)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_REF = 24
"""Characters of the longest local part that is used as a ref."""


@dataclass(frozen=True)
class _Letter:
    """One message, read."""

    file: str
    number: int
    id: str
    parents: tuple[str, ...]
    """Message-IDs it answers, the nearest last."""
    subject: str
    author: Person
    others: tuple[Person, ...]
    """Recipients, To and Cc."""
    at: datetime | None
    text: str
    ticket: str
    faults: tuple[Fault, ...]

    @property
    def topic(self) -> str:
        return " ".join(self.subject[found.end() if (found := _REPLY.match(self.subject)) else 0 :].casefold().split())

    @property
    def is_reply(self) -> bool:
        return bool(_REPLY.match(self.subject))

    @property
    def outside(self) -> frozenset[str]:
        """Addresses in it that are not ours."""
        return frozenset(person.email.casefold() for person in (self.author, *self.others) if person.email and person.side != "vendor")


class Mail:
    """Reads mbox files and single messages."""

    format = "mailbox"
    categories = (Category.SUPPORT_PLATFORM,)

    def __init__(self, context: Context) -> None:
        self._context = context

    def recognises(self, export: Export) -> bool:
        """Whatever is mail by shape."""
        return export.shape == "mail"

    def read(self, exports: Sequence[Export]) -> Iterator[Record | Fault]:
        """A ticket for each thread, in the order of their first messages."""
        letters: dict[str, _Letter] = {}
        for export in exports:
            for number, raw in enumerate(_messages(export.data()), start=1):
                letter = self._letter(raw, export.name, number)
                if isinstance(letter, Fault):
                    yield letter
                elif letter.id not in letters:  # a copy in a second folder says nothing new
                    letters[letter.id] = letter
        for thread in _threads(list(letters.values())):
            yield self._ticket(thread, letters)
            for letter in thread:
                yield from letter.faults

    def _letter(self, raw: bytes, file: str, number: int) -> _Letter | Fault:
        from email.parser import BytesParser

        faults: list[Fault] = []
        try:
            message = BytesParser().parsebytes(raw)
            text, attached = _body(message)
            sent = _decoded(message.get("Date"))
            try:
                at = moment(sent, self._context.zone)
            except (ValueError, OverflowError):
                at = None
                faults.append(Fault(file, number, "Date is no date that can be read; left out"))
            ids = _ID.findall(_decoded(message.get("Message-ID")))
            parents = (*_ID.findall(_decoded(message.get("References"))), *_ID.findall(_decoded(message.get("In-Reply-To"))))
            author = (self._people(message, "From") or (Person(),))[0]
            if _decoded(message.get("Auto-Submitted")).strip().casefold() not in ("", "no"):  # RFC 3834: nobody wrote it
                author = author.model_copy(update={"side": "system"})
            return _Letter(
                file=file,
                number=number,
                id=ids[0] if ids else sha256(raw).hexdigest()[:16],
                parents=parents,
                subject=" ".join(_decoded(message.get("Subject")).split()),
                author=author,
                others=(*self._people(message, "To"), *self._people(message, "Cc")),
                at=at,
                text="\n".join(filter(None, (text, *attached))),
                ticket=_decoded(message.get("X-Ticket-ID")).strip(),
                faults=tuple(faults),
            )
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:  # from the email package
            return Fault(file, number, f"is a message that can't be read: {type(error).__name__}")

    def _people(self, message: Envelope, field: str) -> tuple[Person, ...]:
        from email.utils import getaddresses

        fields = [str(value) for value in message.get_all(field, [])]
        pairs = [(_decoded(name).strip(), _decoded(address).strip()) for name, address in getaddresses(fields)]
        return tuple(Person(name=name, email=email, side=self._context.side(email)) for name, email in pairs if name or email)

    def _ticket(self, thread: list[_Letter], letters: dict[str, _Letter]) -> Ticket:
        first = thread[0]
        asked = next((letter for letter in thread if letter.author.side == "customer"), first)
        asked_at = thread.index(asked)
        answers = [letter.at for letter in thread[asked_at + 1 :] if letter.author.side == "vendor"]
        times = [letter.at for letter in thread if letter.at]
        ours = bool(self._context.vendor_domains) and not any(letter.outside for letter in thread)
        people = {person.email.casefold(): person for letter in thread for person in letter.others if person.email}
        also = [person.email for key, person in people.items() if key != asked.author.email.casefold()]
        return Ticket(
            ref=_ref(thread),
            subject=first.subject,
            text=first.text,
            channel="email",
            requester=first.author,
            account=AccountKey(domain=asked.author.email.rpartition("@")[2].casefold() if asked.author.side == "customer" else ""),
            created_at=first.at,
            updated_at=max(times, default=None),
            first_reply_at=next((at for at in answers if at), None),
            comments=tuple(_comment(letter, letters, ours=ours) for letter in thread[1:]),
            fields={"recipients": ", ".join(also)} if also else {},
            visibility="internal" if ours else "customer",
        )


def _messages(data: bytes) -> Iterator[bytes]:
    """The messages of an mbox, or the one message that the file is."""
    starts = [found.span() for found in _FROM_LINE.finditer(data)]
    if not starts or starts[0][0] > 0:
        yield data
        return
    ends = [start for start, _ in starts[1:]] + [len(data)]
    for (_, start), end in zip(starts, ends, strict=True):
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", data[start:end])


def _threads(letters: list[_Letter]) -> list[list[_Letter]]:
    """Letters that belong together, each thread in time order, threads in the order in which they were met."""
    leader: dict[str, str] = {}

    def root(id: str) -> str:
        while (parent := leader.setdefault(id, id)) != id:
            leader[id] = id = leader.setdefault(parent, parent)
        return id

    by_topic: dict[str, list[_Letter]] = {}
    for letter in letters:
        by_topic.setdefault(letter.topic, []).append(letter)
        for parent in letter.parents:
            leader[root(letter.id)] = root(parent)
    for letter in letters:
        if letter.is_reply and not letter.parents and letter.topic:
            same = (other for other in by_topic[letter.topic] if other is not letter and other.outside & letter.outside)
            if other := next(same, None):
                leader[root(letter.id)] = root(other.id)
    threads: dict[str, list[_Letter]] = {}
    for letter in letters:
        threads.setdefault(root(letter.id), []).append(letter)
    return [_in_time(thread) for thread in threads.values()]


def _in_time(thread: list[_Letter]) -> list[_Letter]:
    """By date; an undated letter comes right after those it answers, that is, where the file has it."""
    latest = 0.0
    keys = {}
    for letter in thread:
        if letter.at:
            keys[letter.id] = latest = letter.at.timestamp()
        else:
            keys[letter.id] = latest
    return sorted(thread, key=lambda letter: keys[letter.id])


def _comment(letter: _Letter, letters: dict[str, _Letter], *, ours: bool) -> Comment:
    """What the letter adds. The quotation goes only where what it quotes is here to be read."""
    quoted = any(parent in letters for parent in letter.parents) or (letter.is_reply and not letter.parents)
    text = own_words(letter.text) if quoted else letter.text
    return Comment(at=letter.at, author=letter.author, text=text, visibility="internal" if ours else "customer")


def _ref(thread: list[_Letter]) -> str:
    stated = next((letter.ticket for letter in thread if letter.ticket), "")
    if stated:
        return stated
    local = thread[0].id.rpartition("@")[0] or thread[0].id
    return local if len(local) <= _REF else f"mail-{sha256(thread[0].id.encode('utf-8', 'replace')).hexdigest()[:10]}"


def _body(message: Envelope) -> tuple[str, list[str]]:
    """(text, a line for each attachment): the first plain text, else the first HTML."""
    plain: list[str] = []
    html: list[str] = []
    attached = []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = _decoded(part.get_filename())
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        if name or part.get_content_disposition() == "attachment":
            attached.append(attachment_line(name or part.get_content_type(), len(data)))
        elif part.get_content_type() == "text/plain":
            plain.append(_text(data, part.get_content_charset()))
        elif part.get_content_type() == "text/html":
            html.append(_text(data, part.get_content_charset()))
    text = "\n".join(filter(None, (piece.strip() for piece in plain))) or html_to_text("\n".join(html))
    return text.replace("\r\n", "\n").strip(), attached


def _text(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _decoded(value: object) -> str:
    """A header's text, its encoded words (RFC 2047) decoded."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    text = "" if value is None else str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(piece if isinstance(piece, str) else _text(piece, charset) for piece, charset in pieces)
