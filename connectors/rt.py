"""Request Tracker: tickets with their thread, over REST2.

Read on an RT 5.0.3 that runs here and in its modules RT::REST2 and RT::SQL (2026-11); https://docs.bestpractical.com/rt/5.0/RT/REST2.html.
A list holds requestors, owner and links of each ticket; what was written stands in attachments of transactions. So a hit is
read whole by two requests: its Create, Correspond and Comment transactions, and their texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, model_validator

from escalation.actions import Done, NoteDraft
from escalation.auth import Auth, Basic, Header
from escalation.connector import About, ApiConnector, ApiSettings, Connector, Probe, TicketQuery
from escalation.errors import NotFound
from escalation.hookspecs import hookimpl
from escalation.html_text import html_to_text
from escalation.paging import Call, Params, numbered
from escalation.records import AccountKey, Category, Comment, Person, Record, Side, SlaClock, Ticket
from escalation.reply import Reply

_API = "/REST/2.0"
_PAGE = 100
_MOST_TEXTS = 300
_MOST_WORDS = 6
_PATH = re.compile(r"/(?:Ticket/(?:Display|History|Update|Modify)\.html|REST/2\.0/ticket/(\d{1,9}))$")
_NEVER = "1970-01-01T00:00:00Z"
_STATES: dict[str, Literal["open", "on hold", "solved"]] = {
    "new": "open",
    "open": "open",
    "stalled": "on hold",
    "resolved": "solved",
    "rejected": "solved",
    "deleted": "solved",
}
"""Of the lifecycle that RT comes with; a site's own words are unknown."""
_FIELDS = {
    "fields": "Subject,Status,Priority,Queue,SLA,Due,Created,LastUpdated,Started,Resolved,Owner,Requestor,CustomFields,_hyperlinks",
    "fields[Queue]": "Name",
    "fields[Owner]": "Name,RealName,EmailAddress",
    "fields[Requestor]": "Name,RealName,EmailAddress,Organization",
}
_TRANSACTIONS: Params = {
    "fields": "Type,Created,Creator",
    "fields[Creator]": "Name,RealName,EmailAddress",
    "orderby": "id",
    "per_page": _PAGE,
}
_TEXTS: Params = {"fields": "TransactionId,ContentType,Content,Filename", "orderby": "id", "per_page": _PAGE}
_LINKS = {"depends-on", "depended-on-by", "parent", "child", "refers-to", "referred-to-by"}


class RtSettings(ApiSettings):
    """Settings of the Request Tracker connector."""

    base_url: str = Field(description="Address of your RT, with its path if it has one: https://rt.example.com.")
    token: SecretStr | None = Field(default=None, description="Authentication token of an account that may see the tickets.")
    username: str = Field(default="", description="Name of the account, where it signs in with a password instead of a token.")
    password: SecretStr | None = Field(default=None, description="Password of that account.")
    account_field: str = Field(
        default="",
        pattern=r"^[^{}'\"\\]*$",
        description="Name of the custom field that says which customer a ticket belongs to, if there is one.",
    )

    @model_validator(mode="after")
    def _one_credential(self) -> RtSettings:
        if not self.token and not (self.username and self.password):
            raise ValueError("expected 'token', or 'username' with 'password'")
        return self


class Rt(ApiConnector[RtSettings]):
    """Finds tickets, and comments on them."""

    type: ClassVar[str] = "rt"
    categories: ClassVar[tuple[Category, ...]] = (Category.SUPPORT_PLATFORM,)
    settings_type = RtSettings
    about = About(
        title="Request Tracker",
        credential=(
            "Make a privileged user with the rights *SeeQueue*, *ShowTicket* and *ShowTicketComments* on the queues to look in "
            "(*CommentOnTicket* too, if it may add notes) and no other. Sign in as it: *Logged in as → Settings → Auth Tokens → Create*."
        ),
        needs={
            "find_tickets": "*SeeQueue* and *ShowTicket*",
            "fetch": "*ShowTicket* and *ShowTicketComments*",
            "add_internal_note": "*CommentOnTicket*",
        },
        blind="Texts are searched only where the site's `FullTextSearch` is enabled, subjects always; the latest come first, not the best.",
        source="RT REST2, read on RT 5.0.3, 2026-11",
        example={"base_url": "https://rt.example.com", "token": "${RT_TOKEN}"},
    )

    def auth(self) -> Auth:
        if self.settings.token:
            return Header("Authorization", self.settings.token, prefix="token ")
        assert self.settings.password
        return Basic(self.settings.username, self.settings.password)

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        terms = [_mentions(term) for term in query.terms(most=_MOST_WORDS)[: len(query.exact) or None] if _literal(term)]
        if not terms and (query.exact or query.words or not query.account):
            return
        conditions = [f"({(' AND ' if query.exact else ' OR ').join(terms)})"] if terms else []
        if query.account and (whose := self._whose(query.account)):
            conditions.append(whose)
        elif query.account:
            return
        yield from self.mapped(self._tickets(" AND ".join(conditions), limit=min(query.limit, 50)), self.hit)

    def owns(self, reference: str) -> bool:
        return bool(self._number(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        number = self._number(reference)
        if not number:
            raise NotFound(f"{reference[:80]!r} is no ticket's address")
        if number not in self._hits and not self._tickets(f"id = {number}"):  # merged: lists leave it out, its own address leads on
            number = self.api.get(f"{_API}/ticket/{number}").need("id")
            self._tickets(f"id = {number}")
        if number not in self._hits:
            raise NotFound(f"ticket {number} was deleted")
        yield from self.mapped([Reply({**self._hits[number].raw, "thread": self._thread(number)})], self.ticket)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_tickets", lambda: self._count(f"{_API}/tickets", "id > 0", "tickets"))
        yield self.probe("fetch", lambda: self._count(f"{_API}/transactions", "Type = 'Comment'", "internal comments"))

    def add_internal_note(self, draft: NoteDraft) -> Done:
        """By `/comment`, never by `/correspond`: RT mails a comment to the staff who watch the ticket, a correspondence to the customer."""
        number = self._number(draft.ticket) or draft.ticket
        if not re.fullmatch(r"\d{1,9}", number):
            raise NotFound(f"{draft.ticket[:80]!r} is no ticket's number or address")
        if written := self._written(number, draft.mark):
            return written
        content = {"Content": f"{draft.text}\n\ncustomer-escalation mark {draft.mark}", "ContentType": "text/plain"}
        page = self.api.send(Call(f"{_API}/ticket/{number}/comment", "POST", json=content, safe=False))
        ref = page.headers.get("location", "").rpartition("/")[2]
        return self._done(number, self.api.get(f"{_API}/transaction/{ref}")) if ref else Done(ref=number, url=self._url(number))

    def hit(self, raw: Reply) -> Ticket:
        """A ticket as lists hold it, without its thread."""
        return self.ticket(raw).model_copy(update={"whole": False})

    def ticket(self, raw: Reply) -> Ticket:
        """A ticket as a list has it, with `thread`: its transactions, each with its `text`."""
        ref = raw.need("id")
        requesters = [self._person(row, "customer") for row in raw.rows("Requestor")]
        emails = {person.email for person in requesters if person.email}
        thread = [self._comment(row, emails) for row in raw.rows("thread")]
        first = thread[0] if thread else Comment(text="")
        values = {row.text("name"): ", ".join(row.texts("values")) for row in raw.rows("CustomFields") if row.texts("values")}
        requester = requesters[0] if requesters else Person()
        organisation = next((row.text("Organization") for row in raw.rows("Requestor") if row.text("Organization")), "")
        answers = [comment for comment in thread[1:] if comment.author.side == "vendor" and comment.visibility == "customer"]
        stated = {"queue": raw.text("Queue.Name"), "SLA": raw.text("SLA"), **values}
        status = raw.text("Status")
        return Ticket(
            ref=ref,
            url=self._url(ref),
            links=tuple(self._links(raw, ref)),
            fields={name: value for name, value in stated.items() if value},
            subject=raw.need("Subject"),
            text=first.text,
            status=status,
            state=_STATES.get(status.casefold(), "unknown"),
            priority=raw.text("Priority").strip("0") and raw.text("Priority"),
            requester=requester,
            assignee=Person() if raw.text("Owner.Name") in ("", "Nobody") else self._person(raw.under("Owner"), "vendor"),
            account=AccountKey(
                name=values.get(self.settings.account_field, "") or organisation,
                domain="" if requester.side == "vendor" else requester.email.rpartition("@")[2],
            ),
            created_at=raw.moment("Created"),
            updated_at=raw.moment("LastUpdated"),
            first_reply_at=answers[0].at if answers else None,
            solved_at=_stated(raw, "Resolved"),
            comments=tuple(thread[1:]),
            clocks=tuple(_clocks(raw, thread, answered=bool(answers))),
        )

    def _tickets(self, condition: str, *, limit: int = 1) -> tuple[Reply, ...]:
        found = self.api.get(f"{_API}/tickets", query=condition, orderby="LastUpdated", order="DESC", per_page=limit, **_FIELDS)
        rows = found.need_rows("items")
        self._hits.update((row.text("id"), row) for row in rows)
        return rows

    @cached_property
    def _hits(self) -> dict[str, Reply]:
        """Tickets that a list brought, so that reading one whole takes its thread alone."""
        return {}

    def _thread(self, number: str) -> list[dict[str, Any]]:
        """The transactions in which somebody wrote something, oldest first, each with its text."""
        condition = f"ObjectType = 'RT::Ticket' AND ObjectId = {number} AND (Type = 'Create' OR Type = 'Correspond' OR Type = 'Comment')"
        call = Call(f"{_API}/transactions", params={**_TRANSACTIONS, "query": condition})
        written = [row for row in self._rows(call) if row.text("id")]
        texts: dict[str, str] = {}
        wanted = [
            {"field": "TransactionId", "operator": "IN", "value": [row.text("id") for row in written]},
            {"field": "ContentType", "operator": "STARTSWITH", "value": "text/"},
        ]
        call = Call(f"{_API}/ticket/{number}/attachments", params={**_TEXTS, "query": json.dumps(wanted)})
        for row in self._rows(call):
            if not row.text("Filename"):  # the same words as text and as HTML: the first, which is the text, is taken
                content = row.text("Content")
                texts.setdefault(row.text("TransactionId"), html_to_text(content) if row.text("ContentType") == "text/html" else content)
        return [{**row.raw, "text": texts.get(row.text("id"), "")} for row in written]

    def _rows(self, call: Call) -> Sequence[Reply]:
        rows = list(self.api.items(numbered(call, to="page", items="items", size=_PAGE, pages="pages"), "items", most=_MOST_TEXTS))
        if len(rows) == _MOST_TEXTS:
            self.session.fall_short(f"of a long ticket's thread, the first {_MOST_TEXTS} pieces were read")
        return rows

    def _written(self, number: str, mark: str) -> Done | None:
        """The comment that holds the mark. Found by the text itself, because full-text search may be off or late."""
        wanted = json.dumps([{"field": "Content", "operator": "LIKE", "value": mark}])
        path = f"{_API}/ticket/{number}/attachments"
        found = self.api.get(path, query=wanted, fields="TransactionId,Created", orderby="id", per_page=1)
        return next((self._done(number, row, already=True) for row in found.rows("items")), None)

    def _done(self, number: str, raw: Reply, *, already: bool = False) -> Done:
        ref = raw.need("TransactionId", "id")
        return Done(ref=ref, url=f"{self._url(number)}#txn-{ref}", at=raw.moment("Created"), already=already)

    def _count(self, path: str, condition: str, what: str) -> str:
        count = self.api.get(path, query=condition, per_page=1).number("total")
        return f"{count:,} {what} in view" if count is not None else ""

    def _whose(self, account: AccountKey) -> str:
        """The condition that a ticket is this account's: by the requestor's domain, by the site's own field, or by name."""
        conditions = []
        if domain := _literal(account.domain):
            conditions += [f"Requestor.EmailAddress ENDSWITH '@{domain}'", f"Requestor.EmailAddress ENDSWITH '.{domain}'"]
        if name := _literal(account.name):
            conditions += [f"Requestor.Organization LIKE '{name}'", f"Subject LIKE '{name}'"]
            if self.settings.account_field:
                conditions.append(f"CF.{{{self.settings.account_field}}} = '{name}'")
            first = re.sub(r"[^a-z0-9]", "", account.name.casefold().split()[0])
            if not domain and len(first) > 3:  # most sites know a customer by the addresses alone
                conditions.append(f"Requestor.EmailAddress LIKE '@{first}'")
        return f"({' OR '.join(conditions)})" if conditions else ""

    def _number(self, reference: str) -> str:
        """The number of the ticket that this is the address or key of; empty when it is neither."""
        if "://" not in reference:
            found = re.fullmatch(r"(?:rt ?)?#?(\d{1,9})", reference.strip(), re.IGNORECASE)
            return found[1] if found else ""
        base, parts = urlsplit(self.settings.base_url), urlsplit(reference)
        path = _PATH.fullmatch(parts.path.removeprefix(base.path))
        if not path or (parts.hostname, parts.port) != (base.hostname, base.port):
            return ""
        number = path[1] or parse_qs(parts.query).get("id", [""])[0]
        return number if re.fullmatch(r"\d{1,9}", number) else ""

    def _links(self, raw: Reply, ref: str) -> Iterator[str]:
        for link in raw.rows("_hyperlinks"):
            if link.text("ref") in _LINKS:
                number = link.text("id") if link.text("type") == "ticket" else ""
                if (address := self._url(number) if number else link.text("_url")) and number != ref:
                    yield address

    def _comment(self, raw: Reply, customers: set[str]) -> Comment:
        """A comment is staff's own and internal. Whom RT knows by mail alone bears the address as a name, so a plain name is staff's."""
        internal = raw.text("Type") == "Comment"
        name, email = raw.text("Creator.Name", "Creator.id"), raw.text("Creator.EmailAddress")
        side: Side = "system" if name == "RT_System" else "customer" if email in customers else "unknown" if "@" in name else "vendor"
        author = self._person(raw.under("Creator"), side)
        if internal and author.side != "system":
            author = author.model_copy(update={"side": "vendor"})
        return Comment(at=raw.moment("Created"), author=author, text=raw.text("text"), visibility="internal" if internal else "customer")

    def _person(self, raw: Reply, otherwise: Side) -> Person:
        email = raw.text("EmailAddress")
        side = self.settings.side(email)
        return Person(name=raw.text("RealName", "Name", "id"), email=email, side=otherwise if side == "unknown" else side)

    def _url(self, ref: str) -> str:
        return f"{self.settings.base_url}/Ticket/Display.html?id={ref}"


def _stated(raw: Reply, name: str) -> Any:
    """RT writes the beginning of 1970 where a date is not set."""
    return None if raw.text(name) == _NEVER else raw.moment(name)


def _clocks(raw: Reply, thread: Sequence[Comment], *, answered: bool) -> Iterator[SlaClock]:
    """Of a ticket under an agreement RT keeps one date, the nearest: to answer while the customer waits, else to resolve."""
    due = _stated(raw, "Due")
    said = [comment for comment in thread if comment.visibility == "customer"]
    if due and raw.text("SLA") and said:
        waiting = said[-1].author.side == "customer"
        yield SlaClock(metric="resolution" if not waiting else "next response" if answered else "first response", due_at=due)


def _literal(term: str) -> str:
    r"""The term for between single quotes in TicketSQL, where `\` takes the next character as it is (RT::SQL).

    What would still act: `%` matches anything and becomes `_`, which matches one character; a value that begins with `CF.` would
    name a custom field; signs at the ends are operators of a full-text index in MySQL.
    """
    term = re.sub(r"^CF\.", "CF_", term.strip(" %_+-~<>()\"*@'"), flags=re.IGNORECASE).replace("%", "_")
    return re.sub(r"(['\\])", r"\\\1", term)


def _mentions(term: str) -> str:
    return f"(Subject LIKE '{_literal(term)}' OR Content LIKE '{_literal(term)}')"


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Rt,)
