"""What connectors yield: tickets, accounts, messages, work items and articles, in one shape.

Field values are the vendor's own words, unshortened and uncleaned; the core decides what is
shown. Text is plain text: a connector turns HTML or ADF into text before it yields a record.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from escalation.model import Instant, Model


class Category(str, Enum):
    """The kinds of system a connector speaks for. Written `~~support platform` in the skill."""

    SUPPORT_PLATFORM = "support platform"
    CRM = "CRM"
    CHAT = "chat"
    PROJECT_TRACKER = "project tracker"
    KNOWLEDGE_BASE = "knowledge base"
    USER = "user"


Visibility = Literal["public", "customer", "internal", "restricted"]
"""Who may see a record or passage in its own system."""

Side = Literal["customer", "vendor", "system", "unknown"]
"""On whose side a person speaks."""


class Person(Model):
    """Someone in a thread or on an account."""

    name: str = ""
    email: str = ""
    side: Side = "unknown"
    title: str = ""
    zone: str = ""


class Money(Model):
    """An amount with its ISO 4217 currency; `XXX` when the source did not state one."""

    amount: Decimal
    currency: str = Field(default="XXX", pattern=r"^[A-Z]{3}$")


class AccountKey(Model):
    """How a record names the account it belongs to, in its own system's words."""

    name: str = ""
    ref: str = ""
    domain: str = ""


class Passage(NamedTuple):
    """One piece of text somebody wrote at one moment: a ticket's body, a comment, a chat message.

    `part` is its number within the record: 0 for the opening text, then 1, 2, 3 … in time order.
    Evidence `T1` part 2 is cited as `T1.2`. Made in great numbers and never stored, so it is no model.
    """

    part: int
    at: datetime | None
    author: Person
    text: str
    visibility: Visibility = "customer"


class Comment(Model):
    """A reply or note under a ticket, message or work item."""

    at: Instant | None = None
    author: Person = Person()
    text: str
    visibility: Visibility = "customer"


Metric = Literal["first response", "next response", "resolution"]
"""The three targets that a ticket has, each with a clock of its own."""


class SlaClock(Model):
    """A target as the platform itself keeps it. Minutes are on the platform's own calendar."""

    metric: Metric
    target_minutes: int | None = None
    due_at: Instant | None = None
    fulfilled_at: Instant | None = None
    breached: bool | None = None
    paused: bool = False


Waiting = Literal["waiting on customer", "on hold"]
"""States of a ticket in which somebody else has to act: the customer, or a third party."""


class Pause(Model):
    """A stretch in which a ticket waited for somebody else, from its history of states."""

    state: Waiting
    begins: Instant
    ends: Instant | None = None
    """None when it still waits, or was solved while it did."""


class Record(Model):
    """What every record has. `ref` is the vendor's own key, as people write it: 4211, ENG-812."""

    ref: str
    url: str = ""
    links: tuple[str, ...] = ()
    """Keys and URLs of other records that the system itself holds as links (not those in text)."""
    fields: Mapping[str, str] = {}
    """Whatever else the source states, by its own field name: region, build, plan …"""
    visibility: Visibility = "internal"
    whole: bool = True
    """False for a search's hit that holds the beginning only: the gatherer fetches the record if it bears on the case."""

    @property
    def heading(self) -> str:
        """The record's title, subject or name."""
        raise NotImplementedError

    @property
    def moment(self) -> Instant | None:
        """When it came about; what it is sorted by."""
        return None

    def passages(self) -> Iterator[Passage]:
        """Everything somebody wrote in it, oldest first."""
        return iter(())


class Ticket(Record):
    """A customer's request on the support platform, with its whole thread."""

    kind: Literal["ticket"] = "ticket"
    subject: str
    text: str = ""
    status: str = ""
    """The vendor's own word."""
    state: Literal["open", "waiting on customer", "on hold", "solved", "unknown"] = "unknown"
    priority: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()
    requester: Person = Person()
    assignee: Person = Person()
    account: AccountKey = AccountKey()
    created_at: Instant | None = None
    updated_at: Instant | None = None
    first_reply_at: Instant | None = None
    solved_at: Instant | None = None
    comments: tuple[Comment, ...] = ()
    clocks: tuple[SlaClock, ...] = ()
    pauses: tuple[Pause, ...] = ()
    """Every stretch in which it waited, past ones too, where the platform tells the history of states."""
    merged_into: str = ""
    """Ref of the ticket this one was merged into, if it was."""
    visibility: Visibility = "customer"

    @property
    def heading(self) -> str:
        return self.subject

    @property
    def moment(self) -> Instant | None:
        return self.created_at

    def passages(self) -> Iterator[Passage]:
        yield Passage(part=0, at=self.created_at, author=self.requester, text=self.text, visibility=self.visibility)
        yield from _numbered(self.comments)


class Contact(Model):
    """A person at the account, as the CRM has them."""

    name: str
    email: str = ""
    title: str = ""
    role: str = ""


class Deal(Model):
    """A sales opportunity, open or closed."""

    ref: str
    name: str
    stage: str = ""
    open: bool | None = None
    amount: Money | None = None
    close_on: date | None = None
    url: str = ""


class Account(Record):
    """A company that buys from us, as the CRM has it."""

    kind: Literal["account"] = "account"
    name: str
    domains: tuple[str, ...] = ()
    external_ids: Mapping[str, str] = {}
    """The same account's id in other systems: {"zendesk": "9001"}."""
    plan: str = ""
    segment: str = ""
    stage: str = ""
    """Lifecycle or renewal stage in the CRM's own word."""
    health: str = ""
    arr: Money | None = None
    renewal_on: date | None = None
    owner: Person = Person()
    parent: AccountKey | None = None
    contacts: tuple[Contact, ...] = ()
    deals: tuple[Deal, ...] = ()
    text: str = ""
    """Description or notes, if the CRM holds any."""
    updated_at: Instant | None = None

    @property
    def heading(self) -> str:
        return self.name

    @property
    def moment(self) -> Instant | None:
        return self.updated_at

    def passages(self) -> Iterator[Passage]:
        if self.text:
            yield Passage(part=0, at=self.updated_at, author=self.owner, text=self.text, visibility=self.visibility)


class Message(Record):
    """A chat message with the thread under it. `ref` is the channel and the root's timestamp."""

    kind: Literal["message"] = "message"
    channel: str
    text: str
    author: Person = Person()
    at: Instant | None = None
    replies: tuple[Comment, ...] = ()

    @property
    def heading(self) -> str:
        return f"#{self.channel.lstrip('#')}"

    @property
    def moment(self) -> Instant | None:
        return self.at

    def passages(self) -> Iterator[Passage]:
        yield Passage(part=0, at=self.at, author=self.author, text=self.text, visibility=self.visibility)
        yield from _numbered(self.replies)


class WorkItem(Record):
    """A bug, feature or task in the project tracker."""

    kind: Literal["work item"] = "work item"
    title: str
    text: str = ""
    type: str = ""
    status: str = ""
    state: Literal["open", "in progress", "done", "unknown"] = "unknown"
    resolution: str = ""
    priority: str = ""
    assignee: Person = Person()
    reporter: Person = Person()
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    affects_versions: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()
    created_at: Instant | None = None
    updated_at: Instant | None = None
    resolved_at: Instant | None = None
    comments: tuple[Comment, ...] = ()

    @property
    def heading(self) -> str:
        return self.title

    @property
    def moment(self) -> Instant | None:
        return self.created_at

    def passages(self) -> Iterator[Passage]:
        yield Passage(part=0, at=self.created_at, author=self.reporter, text=self.text, visibility=self.visibility)
        yield from _numbered(self.comments)


class Article(Record):
    """A page of the knowledge base, help centre or wiki."""

    kind: Literal["article"] = "article"
    title: str
    text: str
    space: str = ""
    labels: tuple[str, ...] = ()
    author: Person = Person()
    created_at: Instant | None = None
    updated_at: Instant | None = None

    @property
    def heading(self) -> str:
        return self.title

    @property
    def moment(self) -> Instant | None:
        return self.updated_at or self.created_at

    def passages(self) -> Iterator[Passage]:
        yield Passage(part=0, at=self.moment, author=self.author, text=self.text, visibility=self.visibility)


class Note(Record):
    """What the user or the agent handed over: the typed issue, a pasted log, a tool's answer."""

    kind: Literal["note"] = "note"
    title: str
    text: str
    author: Person = Person()
    at: Instant | None = None

    @property
    def heading(self) -> str:
        return self.title

    @property
    def moment(self) -> Instant | None:
        return self.at

    def passages(self) -> Iterator[Passage]:
        yield Passage(part=0, at=self.at, author=self.author, text=self.text, visibility=self.visibility)


AnyRecord = Annotated[
    Ticket | Account | Message | WorkItem | Article | Note,
    Field(discriminator="kind"),
]


def _numbered(comments: tuple[Comment, ...]) -> Iterator[Passage]:
    for part, comment in enumerate(comments, start=1):
        yield Passage(part=part, at=comment.at, author=comment.author, text=comment.text, visibility=comment.visibility)
