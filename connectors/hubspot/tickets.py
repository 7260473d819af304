"""A ticket with the messages of its conversations and the notes beside it.

What the client sees are messages; comments in a conversation and notes on the ticket are ours alone: HubSpot is replacing
the former by the latter (its changelog, read 2026-11), so that both are read. The due dates of an SLA and its states are
properties of the ticket, their codes as portals label them: 0 active, 1 overdue, 2 due soon, 3 done in time, 4 done late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Final, Literal

from escalation.html_text import html_to_text
from escalation.records import AccountKey, Comment, Person, Side, SlaClock, Ticket
from escalation.reply import Reply

STANDARD = (
    *("subject", "content", "hs_pipeline_stage", "hs_is_closed", "hs_ticket_priority", "source_type", "hubspot_owner_id"),
    *("createdate", "closed_date", "hs_lastmodifieddate", "hs_first_agent_message_sent_at"),
    *("hs_primary_company_id", "hs_primary_company_name", "hs_num_associated_conversations", "hs_conversations_originating_thread_id"),
    *(f"hs_all_associated_contact_{what}" for what in ("emails", "firstnames", "lastnames")),
    *(f"hs_time_to_{what}_sla_{end}" for what in ("first_response", "next_response", "close") for end in ("at", "status")),
)
TOLD = ("hs_ticket_category", "hs_resolution")
"""Not part of a ticket, but worth reading."""
NOTE = ("hs_note_body", "hs_timestamp", "hubspot_owner_id")

_STAGES = {"1": "New", "2": "Waiting on contact", "3": "Waiting on us", "4": "Closed"}
"""Stages of the pipeline that every portal begins with."""
_METRICS: Final[tuple[tuple[Literal["first response", "next response", "resolution"], str, str], ...]] = (
    ("first response", "hs_time_to_first_response_sla", "hs_first_agent_message_sent_at"),
    ("next response", "hs_time_to_next_response_sla", ""),
    ("resolution", "hs_time_to_close_sla", "closed_date"),
)
"""Metric, beginning of its properties, and the property that says when it was met."""
_BREACHED = {"0": False, "1": True, "2": False, "3": False, "4": True}
_DONE = ("3", "4")
_NEVER = datetime.max.replace(tzinfo=timezone.utc)
_NOBODY = ("B-", "I-", "L-", "S-")
"""How the ids of bots, integrations, language models and the system itself begin."""


def ticket(raw: Reply, stages: Mapping[str, str], owners: Mapping[str, Person], base: str = "") -> Ticket:
    """`raw` is a ticket, with `messages` and `notes` beside its properties; `base` is the address of tickets in the portal."""
    stated, ref = raw.under("properties"), raw.need("id")
    stage, text = stated.text("hs_pipeline_stage"), stated.text("content")
    closed = stated.flag("hs_is_closed") if stated.text("hs_is_closed") else bool(stated.text("closed_date"))
    status = stages.get(stage) or _STAGES.get(stage) or ("Closed" if closed else "Open")
    others = {name: words for name, words in stated.items() if name not in STANDARD and (name in TOLD or not name.startswith("hs_"))}
    said = (*(_message(row, owners) for row in raw.rows("messages")), *(_note(row, owners) for row in raw.rows("notes")))
    return Ticket(
        ref=ref,
        url=raw.text("url") or (f"{base}/{ref}" if base else ""),
        subject=stated.need("subject", "content").splitlines()[0],
        text=text,
        status=status,
        state="solved" if closed else _waiting(status),
        priority=stated.text("hs_ticket_priority"),
        channel=stated.text("source_type"),
        requester=_requester(stated),
        assignee=owners.get(stated.text("hubspot_owner_id"), Person()),
        account=AccountKey(name=stated.text("hs_primary_company_name"), ref=stated.text("hs_primary_company_id")),
        created_at=stated.moment("createdate") or raw.moment("createdAt"),
        updated_at=stated.moment("hs_lastmodifieddate") or raw.moment("updatedAt"),
        first_reply_at=stated.moment("hs_first_agent_message_sent_at"),
        solved_at=stated.moment("closed_date") if closed else None,
        comments=tuple(sorted(_told_once(filter(None, said), text), key=lambda comment: comment.at or _NEVER)),
        clocks=tuple(_clocks(stated)),
        fields={**others, **({"stage": stage} if stage and status in ("Closed", "Open") and stage not in _STAGES else {})},
    )


def _waiting(status: str) -> Literal["open", "waiting on customer", "on hold"]:
    word = status.casefold()
    if "hold" in word:
        return "on hold"
    return "waiting on customer" if "waiting" in word and ("contact" in word or "customer" in word or "client" in word) else "open"


def _requester(stated: Reply) -> Person:
    """The first of the contacts; whose name is whose is certain with a single one alone."""
    emails, first, last = (
        [entry.strip() for entry in stated.text(f"hs_all_associated_contact_{what}").split(";")]
        for what in ("emails", "firstnames", "lastnames")
    )
    name = " ".join(filter(None, (first[0], last[0]))) if len(emails) == len(first) == len(last) == 1 else ""
    return Person(name=name, email=emails[0], side="customer") if name or emails[0] else Person()


def _clocks(stated: Reply) -> Iterator[SlaClock]:
    for metric, begin, met in _METRICS:
        due, status = stated.moment(f"{begin}_at"), stated.text(f"{begin}_status")
        done = stated.moment(met) if met else None
        if due and (done or status not in _DONE):  # one that was met at a moment unknown would look as if it were running
            yield SlaClock(metric=metric, due_at=due, fulfilled_at=done, breached=_BREACHED.get(status))


def _message(raw: Reply, owners: Mapping[str, Person]) -> Comment | None:
    """A message or comment; None for what only says that somebody was assigned, or a conversation closed."""
    kind, text = raw.text("type"), raw.text("text") or html_to_text(raw.text("richText"))
    if kind not in ("MESSAGE", "COMMENT", "WELCOME_MESSAGE") or not text:
        return None
    actor = raw.text("senders.0.actorId", "createdBy")
    email = raw.text("senders.0.deliveryIdentifier.value")
    known = owners.get(actor, Person())
    side: Side = "customer" if raw.text("direction") == "INCOMING" else "vendor"
    if kind == "WELCOME_MESSAGE" or actor.startswith(_NOBODY):
        side = "system"
    author = Person(name=raw.text("senders.0.name") or known.name, email=email if "@" in email else known.email, side=side)
    return Comment(at=raw.moment("createdAt"), author=author, text=text, visibility="internal" if kind == "COMMENT" else "customer")


def _note(raw: Reply, owners: Mapping[str, Person]) -> Comment | None:
    stated = raw.under("properties")
    text = html_to_text(stated.text("hs_note_body"))
    author = owners.get(stated.text("hubspot_owner_id"), Person(side="vendor"))
    at = stated.moment("hs_timestamp") or raw.moment("createdAt")
    return Comment(at=at, author=author, text=text, visibility="internal") if text else None


def _told_once(comments: Iterable[Comment], text: str) -> Iterator[Comment]:
    """A ticket made from a message repeats it as its own text."""
    for comment in comments:
        if comment.author.side != "customer" or " ".join(comment.text.split()) != " ".join(text.split()):
            yield comment
