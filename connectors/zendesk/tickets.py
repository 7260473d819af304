"""A Zendesk ticket with its thread, people, organization, metrics and changes, from what stands beside it in the replies.

Property names: the Support API's description 2.0.0 (TicketObject, TicketCommentObject, TicketAuditObject, UserForAdmin,
OrganizationObject, TicketMetricObject). Events of audits (Comment, Change with `field_name`, `previous_value` and `value`):
https://developer.zendesk.com/documentation/ticketing/reference-guides/ticket-audit-events-reference, 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Literal, NamedTuple

from escalation.html_text import html_to_text
from escalation.records import AccountKey, Comment, Pause, Person, Side, Ticket, Waiting
from escalation.reply import Reply

from .clocks import METRICS, clocks

_STATES: Mapping[str, Literal["open", "waiting on customer", "on hold", "solved"]] = {
    "new": "open",
    "open": "open",
    "pending": "waiting on customer",
    "hold": "on hold",
    "solved": "solved",
    "closed": "solved",
}
_WAITING: Mapping[str, Waiting] = {"pending": "waiting on customer", "hold": "on hold"}
_SIDES: Mapping[str, Side] = {"end-user": "customer", "agent": "vendor", "admin": "vendor"}
_SYSTEM_USER = "-1"
_COMMENTS = frozenset(("Comment", "VoiceComment"))
_MERGED_INTO = re.compile(r"closed and merged into request #(\d{1,19})")
_STATED = ("type", "external_id", "due_at", "recipient", "group_id", "brand_id")
"""Ticket properties that are kept as `fields` under their own name."""
_COUNTED = ("reopens", "replies")
_MINUTES = ("reply_time", "full_resolution_time", "requester_wait_time")
_MANY = 10_000_000
"""Minutes after which a first reply is a slip, some nineteen years."""
_CHANGES = 12
"""The latest changes of one property that are told."""


class Beside:
    """What a reply holds beside its tickets: people and organizations, by id."""

    def __init__(self, reply: Reply, side: Callable[[str], Side]) -> None:
        users = {user.text("id"): user for user in reply.rows("users")}
        self.people = {id: _person(user, side) for id, user in users.items()}
        self.organizations = {organization.text("id"): organization for organization in reply.rows("organizations")}
        self._homes = {id: user.text("organization_id") for id, user in users.items()}

    def person(self, id: str) -> Person:
        """Who has this id."""
        return self.people.get(id, Person())

    def organization(self, ticket: Reply) -> Reply:
        """The ticket's organization, else the requester's; its id alone where no more is known."""
        id = ticket.text("organization_id") or self._homes.get(ticket.text("requester_id"), "")
        return self.organizations.get(id, Reply({"id": id}))


class Change(NamedTuple):
    """One change of one of the ticket's properties."""

    at: datetime | None
    author: str
    name: str
    before: str
    after: str


def ticket(raw: Reply, beside: Beside, site: str, *, story: Reply) -> Ticket:
    """A ticket; `story` is the reply with its `audits` (or `comments`) and its `links` to Jira, empty for a search's hit."""
    ref = raw.need("id")
    organization = beside.organization(raw)
    metrics = raw.under("metric_set") if raw.value("metric_set") else next(iter(story.rows("metric_sets")), Reply({}))
    text, hidden, comments = _thread(raw, story, beside)
    created, solved = raw.moment("created_at"), metrics.moment("solved_at")
    replied = _first_reply(created, comments, metrics)
    merged = _merged_into(raw, comments)
    requester, domains = beside.person(raw.text("requester_id")), organization.texts("domain_names")
    issues = (link.text("issue_key") for link in story.rows("links") if link.text("ticket_id") in (ref, ""))
    links = [raw.text("problem_id"), raw.text("via_followup_source_id"), *raw.texts("followup_ids"), merged, *issues]
    return Ticket(
        ref=ref,
        url=f"{site}/agent/tickets/{ref}",
        links=tuple(dict.fromkeys(filter(None, links))),
        fields=dict(_fields(raw, organization, metrics, story, beside)),
        visibility="internal" if hidden else "customer",
        subject=raw.text("subject", "raw_subject") or text.partition("\n")[0][:80] or f"Ticket {ref}",
        text=text,
        status=raw.text("status"),
        state=_STATES.get(raw.text("status").casefold(), "unknown"),
        priority=raw.text("priority"),
        channel=raw.text("via.channel"),
        tags=raw.texts("tags"),
        requester=requester.model_copy(update={"side": "customer"}) if requester.side == "unknown" else requester,
        assignee=_assignee(raw, beside),
        account=AccountKey(name=organization.text("name"), ref=organization.text("id"), domain=domains[0] if domains else ""),
        created_at=created,
        updated_at=raw.moment("updated_at"),
        first_reply_at=replied,
        solved_at=solved,
        comments=comments,
        clocks=tuple(clocks(raw, replied, solved, _targets(story))),
        pauses=tuple(_pauses(story)),
        merged_into=merged,
    )


def _person(user: Reply, side: Callable[[str], Side]) -> Person:
    email = user.text("email")
    return Person(name=user.text("name"), email=email, side=_SIDES.get(user.text("role")) or side(email), zone=user.text("iana_time_zone"))


def _assignee(raw: Reply, beside: Beside) -> Person:
    """Whoever tickets are assigned to is one of ours."""
    person, email = beside.person(raw.text("assignee_id")), raw.text("assignee_email")
    if not (person.email or email or raw.text("assignee_id")):
        return person
    return person.model_copy(update={"email": person.email or email, "side": "vendor"})


def _thread(raw: Reply, story: Reply, beside: Beside) -> tuple[str, bool, tuple[Comment, ...]]:
    """(opening text, whether it is internal, comments after it). The description is the first comment, said twice."""
    text, hidden = raw.text("description"), raw.flag("is_public") is False
    comments = sorted(_comments(raw, story, beside), key=lambda comment: (comment.at is None, comment.at.timestamp() if comment.at else 0))
    if comments and (not text or _same_text(text, comments[0].text)):
        first = comments.pop(0)
        text, hidden = first.text, hidden or first.visibility == "internal"
    return text, hidden, tuple(comment for comment in comments if comment.text)


def _comments(raw: Reply, story: Reply, beside: Beside) -> Iterator[Comment]:
    for said in story.rows("comments"):
        yield _comment(said, said.text("author_id"), said.moment("created_at"), raw, beside)
    for audit in story.rows("audits"):
        for event in audit.rows("events"):
            if event.text("type") in _COMMENTS:
                yield _comment(event, event.text("author_id") or audit.text("author_id"), audit.moment("created_at"), raw, beside)


def _comment(said: Reply, author: str, at: datetime | None, raw: Reply, beside: Beside) -> Comment:
    """What somebody wrote; where no role or address tells the side, the requester is the customer and the assignee one of ours."""
    person = beside.person(author)
    if person.side == "unknown" and author:
        known: dict[str, Side] = {raw.text("requester_id"): "customer", raw.text("assignee_id"): "vendor", _SYSTEM_USER: "system"}
        person = person.model_copy(update={"side": known.get(author, "unknown")})
    text = said.text("plain_body", "body") or html_to_text(said.text("html_body"))
    files = (_attachment(file) for file in said.rows("attachments") if file.text("file_name"))
    visibility: Literal["internal", "customer"] = "internal" if said.flag("public") is False else "customer"
    return Comment(at=at, author=person, text="\n".join(filter(None, (text, *files))), visibility=visibility)


def _attachment(file: Reply) -> str:
    size = file.number("size")
    return f"[attachment: {file.text('file_name')}, {size} bytes]" if size is not None else f"[attachment: {file.text('file_name')}]"


def _same_text(description: str, comment: str) -> bool:
    words = " ".join(description.split())
    return bool(words) and " ".join(comment.split()).startswith(words)


def _first_reply(created: datetime | None, comments: Sequence[Comment], metrics: Reply) -> datetime | None:
    """Creation plus the metric's minutes, to the second where that reply is in the thread; without it, our first public comment."""
    ours = [comment.at for comment in comments if comment.at and comment.author.side == "vendor" and comment.visibility == "customer"]
    minutes = metrics.number("reply_time_in_minutes.calendar")
    if created is None or minutes is None or not 0 <= minutes <= _MANY:
        return ours[0] if ours else None
    measured = created + timedelta(minutes=minutes)
    return next((at for at in ours if abs(at - measured) <= timedelta(minutes=1)), measured)


def _merged_into(raw: Reply, comments: Sequence[Comment]) -> str:
    """What the closing comment of a merge says; a customer's words do not count."""
    sides = ("vendor", "system", "unknown") if "closed_by_merge" in raw.texts("tags") else ("vendor", "system")
    said = (_MERGED_INTO.search(comment.text) for comment in reversed(comments) if comment.author.side in sides)
    return next((found[1] for found in said if found), "")


def _changes(story: Reply) -> Iterator[Change]:
    for audit in story.rows("audits"):
        for event in audit.rows("events"):
            if event.text("type") in ("Change", "Create") and (name := event.text("field_name")):
                after = event.text("value", "value.minutes")
                yield Change(audit.moment("created_at"), audit.text("author_id"), name, event.text("previous_value"), after)


def _pauses(story: Reply) -> Iterator[Pause]:
    """The stretches in which it was pending or on hold, by the changes of its status; the last may go on."""
    changes = [change for change in _changes(story) if change.name == "status" and change.at]
    for change, later in zip_longest(changes, changes[1:]):
        if (state := _WAITING.get(change.after.casefold())) and change.at:
            yield Pause(state=state, begins=change.at, ends=later.at if later else None)


def _targets(story: Reply) -> dict[str, int]:
    """Minutes of each SLA metric, as last set."""
    set_ = {change.name: change.after for change in _changes(story) if change.name in METRICS}
    return {name: int(minutes) for name, minutes in set_.items() if minutes.isdigit()}


def _fields(raw: Reply, organization: Reply, metrics: Reply, story: Reply, beside: Beside) -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name in _STATED if (text := raw.text(name)))
    for custom in raw.rows("custom_fields") or raw.rows("fields"):
        if custom.text("id") and (text := ", ".join(custom.texts("value"))):
            yield f"custom field {custom.text('id')}", text
    yield from ((f"organization: {name}", text) for name, text in organization.under("organization_fields").items())
    yield from ((name, text) for name in _COUNTED if (text := metrics.text(name)))
    for name in _MINUTES:
        for hours in ("calendar", "business"):
            if text := metrics.text(f"{name}_in_minutes.{hours}"):
                yield f"{name}_in_minutes ({hours})", text
    if (score := raw.text("satisfaction_rating.score")) not in ("", "unoffered", "offered"):
        yield "satisfaction", score
    changes = list(_changes(story))
    if policies := [change.after for change in changes if change.name == "sla_policy" and change.after]:
        yield "sla_policy", policies[-1]
    for name in ("status", "priority"):
        if told := [_told(change, beside) for change in changes if change.name == name and change.before]:
            yield f"{name} changes", "; ".join(told[-_CHANGES:])


def _told(change: Change, beside: Beside) -> str:
    """`normal → urgent 2026-11-16 09:12 UTC by Dana Reyes`."""
    at = f" {change.at:%Y-%m-%d %H:%M} UTC" if change.at else ""
    name = beside.person(change.author).name
    return f"{change.before} → {change.after or 'none'}{at}{f' by {name}' if name else ''}"
