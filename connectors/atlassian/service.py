"""Jira Service Management: requests as tickets, with their SLA clocks and internal notes.

A request is an issue of a project whose type is `service_desk`, so it is searched for and read as one. `/sla` and `/comment` of
`/rest/servicedeskapi/request/{key}`, with cycles, milliseconds and `public`, were read in the typed client jira.js (August 2026),
which follows Atlassian's own description. The clause `organizations` and the field behind it:
https://confluence.atlassian.com/servicedeskcloud/blog/2016/09/group-customers-in-organizations; its type and value as sites
answer them. A name that is no organization's is refused with 400. Fields of the type `sd-servicelevelagreement` hold what `/sla`
gives, one of its values each, on every site that public code was seen to read; so `/sla` is asked only where there is no such
field. Read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from escalation.actions import Done, NoteDraft
from escalation.connector import TicketQuery
from escalation.errors import ConnectorError, NotFound, UnexpectedResponse
from escalation.paging import Call, offset
from escalation.records import AccountKey, Comment, Person, SlaClock, Ticket
from escalation.reply import Reply

from ..adf import rich_text
from .jira import SERVICE, Jira, stated_fields
from .query import among, any_of, jql_text, phrase, quoted

_MARK = "customer-escalation mark"
_PAGE = 50
_MINUTE = 60_000
_LIVE = re.compile(r"([\\\[\]{}!|])")
"""What begins a link, mention, macro, image or table in wiki markup."""
_ORGANIZATIONS, _SLA = "sd-customerorganization", "sd-servicelevelagreement"


class ServiceManagement(Jira):
    """Finds requests, and adds notes to them."""

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        text, account = jql_text(query), query.account
        if "service management" not in self.settings.products or (not text and (query.exact or query.words or not account)):
            return
        where = [self.ticket_scope(), text]
        if not account:
            yield from self.mapped(self.search(where, query), self.ticket_hit)
            return
        name = next(iter(TicketQuery(exact=(account.name,)).terms()), "")
        said = [f"text ~ {quoted(each)}" for each in map(phrase, (name, account.domain)) if each]
        if name and name not in self._no_organizations:
            try:
                whose = any_of([f"organizations = {quoted(name)}", *said])
                yield from self.mapped(self.search([*where, whose], query), self.ticket_hit)
            except UnexpectedResponse as error:
                if error.status != 400:
                    raise
                self._no_organizations.add(name)
                self.session.fall_short("no organization has the account's name; its tickets were looked for by text alone")
            else:
                return
        if said:
            yield from self.mapped(self.search([*where, any_of(said)], query), self.ticket_hit)

    def ticket_scope(self) -> str:
        """Where tickets are looked for."""
        return among("project", self.settings.service_projects) or f"projectType = {SERVICE}"

    def ticket_hit(self, raw: Reply) -> Ticket | None:
        """A request as a search holds it: whole where that brought all comments and an SLA."""
        found, total = self.ticket(raw), raw.number("fields.comment.total")
        whole = found is not None and total is not None and len(found.comments) >= total and bool(_slas(raw))
        return found.model_copy(update={"whole": whole}) if found else None

    def ticket(self, raw: Reply) -> Ticket | None:
        """A request as Jira has it, with `sla` where that was read; None for an issue of another kind of project."""
        fields = raw.under("fields")
        if fields.text("project.projectTypeKey") not in (SERVICE, ""):
            return None
        key, clocks = raw.need("key"), tuple(_clocks(raw))
        requester = self._requester(fields)
        organizations = self._organizations(raw)
        return Ticket(
            ref=key,
            url=self.issue_url(key),
            links=self.links(raw),
            fields={**stated_fields(raw), **({"organizations": ", ".join(organizations)} if len(organizations) > 1 else {})},
            subject=fields.need("summary"),
            text=rich_text(fields.value("description")),
            status=fields.text("status.name"),
            state=_state(fields),
            priority=fields.text("priority.name"),
            tags=fields.texts("labels"),
            requester=requester,
            assignee=self.person(fields.under("assignee")),
            account=AccountKey(name=organizations[0]) if organizations else AccountKey(),
            created_at=fields.moment("created"),
            updated_at=fields.moment("updated"),
            first_reply_at=next((clock.fulfilled_at for clock in clocks if clock.metric == "first response" and clock.fulfilled_at), None),
            solved_at=fields.moment("resolutiondate"),
            comments=tuple(self._said(comment, fields, requester) for comment in fields.rows("comment.comments")),
            clocks=clocks,
        )

    def with_clocks(self, issue: Reply) -> Reply:
        """The issue with its SLAs; without, where they can't be read or the product is not asked."""
        if "service management" not in self.settings.products or _slas(issue):
            return issue
        try:
            return Reply({**issue.raw, "sla": self.api.get(f"{self._request(issue.need('key'))}/sla", limit=_PAGE).raw})
        except ConnectorError as error:
            self.session.fall_short(f"SLA clocks were not read, which takes an agent and read:servicedesk-request: {error}")
            return issue

    def add_internal_note(self, draft: NoteDraft) -> Done:
        key = self.key_in(draft.ticket)
        if not key:
            raise NotFound(f"{draft.ticket[:80]!r} is no ticket's key or address")
        path, mark = f"{self._request(key)}/comment", f"{_MARK} {draft.mark}"
        call = Call(path, params={"public": False, "internal": True, "limit": _PAGE})
        for page in self.api.pages(offset(call, to="start", items="values", size=_PAGE, last="isLastPage")):
            for there in page.reply.need_rows("values"):
                if mark in there.text("body"):
                    return self._noted(key, there, already=True)
        text = _LIVE.sub(r"\\\1", draft.text)
        made = self.api.act(path, {"body": f"{text}\n\n{mark}", "public": False})
        if made.flag("public") is not False:
            raise UnexpectedResponse(f"POST {path}: the note was written, and not as an internal one; look at the ticket now")
        return self._noted(key, made)

    def requests_seen(self) -> str:
        """Do its requests answer?"""
        self.api.get(f"{self.below('jira')}/rest/servicedeskapi/request", limit=1)
        return "requests and their SLA clocks"

    @cached_property
    def _no_organizations(self) -> set[str]:
        """Names that turned out to be no organization's."""
        return set()

    def _requester(self, fields: Reply) -> Person:
        """Who raised it is a customer, unless our domains or the kind of account say otherwise."""
        person = self.person(fields.under("reporter"))
        if person.side == "vendor" and self.settings.side(person.email) != "vendor":
            return person.model_copy(update={"side": "customer"})
        return person

    def _said(self, raw: Reply, fields: Reply, requester: Person) -> Comment:
        own = raw.text("author.accountId")
        return Comment(
            at=raw.moment("created"),
            author=requester if own and own == fields.text("reporter.accountId") else self.person(raw.under("author")),
            text=rich_text(raw.value("body")),
            visibility="customer" if raw.flag("jsdPublic") else "restricted" if raw.text("visibility.type") else "internal",
        )

    def _organizations(self, raw: Reply) -> tuple[str, ...]:
        """Names alone: an organization's number here may be another account's in the CRM."""
        kept = (id for id in raw.under("fields").raw if raw.text(f"schema.{id}.items") == _ORGANIZATIONS)
        return tuple(name for id in kept for each in raw.rows(f"fields.{id}") if (name := each.text("name")))

    def _noted(self, key: str, note: Reply, *, already: bool = False) -> Done:
        ref = note.need("id")
        at = note.moment("created.iso8601", "created.epochMillis")
        return Done(ref=ref, url=f"{self.issue_url(key)}?focusedCommentId={ref}", at=at, already=already)

    def _request(self, key: str) -> str:
        return f"{self.below('jira')}/rest/servicedeskapi/request/{key}"


def _state(fields: Reply) -> Literal["open", "waiting on customer", "on hold", "solved", "unknown"]:
    """By the status category, and among the open ones by the words that Jira's templates use."""
    category, name = fields.text("status.statusCategory.key"), fields.text("status.name").casefold()
    if category == "done":
        return "solved"
    if re.search(r"(?:wait|pending).*(?:customer|reporter|requester|client)", name):
        return "waiting on customer"
    if re.search(r"\bhold\b|pending|paused", name):
        return "on hold"
    return "open" if category in ("new", "indeterminate") else "unknown"


def _metric(name: str) -> Literal["first response", "next response", "resolution"] | None:
    """What an SLA measures, by the name somebody gave it; None for one that is no promise to a customer, such as an approval."""
    name = name.casefold()
    if re.search(r"after resol|approv|review|assign", name):
        return None
    if re.search(r"respon|repl|answer|update", name):
        return "first response" if re.search(r"first|initial", name) else "next response"
    return "resolution" if re.search(r"resol|fix|restor|done|complet", name) else None


def _slas(raw: Reply) -> tuple[Reply, ...]:
    """What `/sla` gave, or the fields that hold the same."""
    fields = raw.under("fields")
    held = (fields.under(id) for id in fields.raw if raw.text(f"schema.{id}.type") == _SLA)
    return raw.rows("sla.values") or tuple(sla for sla in held if sla.raw)


def _clocks(raw: Reply) -> Iterator[SlaClock]:
    for sla in _slas(raw):
        if metric := _metric(sla.text("name")):
            for cycle in (*sla.rows("completedCycles"), sla.under("ongoingCycle")):
                if cycle.raw:
                    yield _clock(metric, cycle)


def _clock(metric: Literal["first response", "next response", "resolution"], cycle: Reply) -> SlaClock:
    millis = cycle.number("goalDuration.millis")
    return SlaClock(
        metric=metric,
        target_minutes=millis // _MINUTE if millis else None,
        due_at=cycle.moment("breachTime.iso8601", "breachTime.epochMillis"),
        fulfilled_at=cycle.moment("stopTime.iso8601", "stopTime.epochMillis"),
        breached=cycle.flag("breached"),
        paused=cycle.flag("paused") is True,
    )
