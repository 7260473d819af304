"""What a connector can do besides finding: each action takes one approved draft and says what was written.

An action is carried out once: the draft's mark stands in what is written, or is the vendor's own idempotency key.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from pydantic import Field

from escalation.model import Instant, Model


class Draft(Model):
    """Something that is to be written into a system, already approved. `mark` is unique to it and stands in what is written.

    Where the vendor has a key for that (Matrix's transaction id), the mark is the key; elsewhere the connector looks for the
    mark before it writes again, so that an action carried out twice is carried out once.
    """

    mark: str = Field(pattern=r"^[A-Za-z0-9-]{6,64}$")
    text: str


class MessageDraft(Draft):
    """A chat message. `channel` is the system's own id or name; `thread` the ref of a message to answer."""

    channel: str
    thread: str = ""


class WorkItemDraft(Draft):
    """A work item in a project of the tracker. `links` are URLs of the tickets behind it."""

    project: str
    title: str
    type: str = ""
    links: tuple[str, ...] = ()


class NoteDraft(Draft):
    """An internal note under a ticket. A note that the system would mail to the customer is refused."""

    ticket: str


class TaskDraft(Draft):
    """A follow-up task on an account or ticket."""

    about: str
    title: str
    due_at: Instant | None = None


class Done(Model):
    """What was written, as read back from the system."""

    ref: str
    url: str = ""
    at: Instant | None = None
    already: bool = False
    """It was there before: nothing was written this time."""


@runtime_checkable
class PostsMessages(Protocol):
    """Action: post a chat message."""

    def post_message(self, draft: MessageDraft) -> Done: ...


@runtime_checkable
class CreatesWorkItems(Protocol):
    """Action: create a work item."""

    def create_work_item(self, draft: WorkItemDraft) -> Done: ...


@runtime_checkable
class AddsInternalNotes(Protocol):
    """Action: add an internal note to a ticket."""

    def add_internal_note(self, draft: NoteDraft) -> Done: ...


@runtime_checkable
class CreatesTasks(Protocol):
    """Action: create a follow-up task."""

    def create_task(self, draft: TaskDraft) -> Done: ...
