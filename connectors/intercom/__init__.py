"""Intercom: conversations, tickets, companies and articles, and internal notes.

API 2.16: paths, properties and limits are those of the vendor's OpenAPI description (github.com/intercom/Intercom-OpenAPI, 2026-11). An
account's conversations are found by the people of its company, once for the whole case: to search in them by words is left to us, because
the vendor's search sees single words of the first message alone. `GET /companies?name=` answers a list by the description and the one
company itself by older documentation; both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from escalation.actions import Done, NoteDraft
from escalation.auth import Auth, Bearer
from escalation.connector import AccountQuery, ApiConnector, ArticleQuery, Connector, Probe, Session, TicketQuery, address
from escalation.errors import ConnectorError, NotFound, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Call, Page
from escalation.records import Account, AccountKey, Article, Category, Record, Ticket
from escalation.reply import Reply

from . import articles, companies, conversations
from . import query as filters
from .settings import ABOUT, VERSION, IntercomSettings

_PAGE = 150
_COMPANIES = 3
"""Companies that are asked for by name at once; each takes a request."""
_INBOXES = {"api.intercom.io": "app.intercom.com", "api.eu.intercom.io": "app.eu.intercom.com", "api.au.intercom.io": "app.au.intercom.com"}
_THREAD = re.compile(r"/(?:conversations?|tickets)/(\d{1,20})(?:/|$)")
_ARTICLE = re.compile(r"/articles/(\d{1,20})(?:-[^/]*)?/?$")
_ID = re.compile(r"#?(\d{12,20})")
"""Ids of conversations are long; short numbers may be anybody's."""
_MARK = "customer-escalation mark"


class NoCompany(NotFound):
    """There is no company of this name or id: an answer, where any other 404 is a wrong address."""


class Intercom(ApiConnector[IntercomSettings]):
    """Finds conversations, tickets, companies and articles, and adds internal notes."""

    type: ClassVar[str] = "intercom"
    categories: ClassVar[tuple[Category, ...]] = (Category.SUPPORT_PLATFORM, Category.KNOWLEDGE_BASE)
    settings_type = IntercomSettings
    about = ABOUT

    def __init__(self, name: str, settings: IntercomSettings, session: Session) -> None:
        super().__init__(name, settings, session)
        self._companies: dict[str, Reply] = {}
        """Companies that were asked for, by name; empty ones are not there."""
        self._people: dict[AccountKey, list[str]] = {}
        self._threads: dict[tuple[AccountKey, filters.Kind], list[Ticket]] = {}
        """What an account has, read once."""
        self._tickets: dict[str, AccountKey] = {}
        """Ids that are tickets' and no conversations', as searches told, with whose they are."""

    def auth(self) -> Auth:
        return Bearer(self.settings.access_token)

    def headers(self) -> Mapping[str, str]:
        return {"Intercom-Version": VERSION}

    def refusal(self, page: Page) -> ConnectorError | None:
        none = page.status == 404 and page.reply.text("errors.0.code") == "company_not_found"
        return NoCompany("no company of this name or id", status=404) if none else None

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        names, refs = list(dict.fromkeys(filter(None, map(_line, query.names)))), list(dict.fromkeys(filter(None, map(_line, query.refs))))
        asked = [("name", name) for name in names] + [("company_id", ref) for ref in refs]
        known = [(field, value) for field, value in asked if f"{field} {value.casefold()}" in self._companies]
        fresh = [each for each in asked if each not in known]
        if len(fresh) > _COMPANIES:
            self.session.fall_short(f"companies are found one by one: {len(fresh) - _COMPANIES} more names or ids were not looked up")
        told: set[str] = set()
        for field, value in (*known, *fresh[:_COMPANIES]):
            company = self._company(field, value)
            if company.raw and company.text("id") not in told:
                told.add(company.text("id"))
                yield from self.mapped([company], self.account)

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        for kind in ("conversations", "tickets"):
            found = self._of(query.account, kind, query.limit) if query.account else self._about(query, kind)
            yield from filters.ranked(found, query)

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]:
        phrase = " ".join(query.terms())[:500]
        if not re.search(r"\w", phrase):
            return
        found = self.api.get("/articles/search", phrase=phrase, state="published")
        yield from self.mapped(found.need_rows("data.articles"), self.article)
        if self.settings.internal_articles:
            content = self.api.get("/content/search", query=phrase, content_types=["internal_article"], per_page=min(query.limit, 50))
            yield from self.mapped(content.need_rows("data"), articles.internal_article)

    def owns(self, reference: str) -> bool:
        return bool(self._named(reference)[1])

    def fetch(self, reference: str) -> Iterator[Record]:
        kind, id = self._named(reference)
        if kind == "article":
            yield from self.mapped([self.api.get(f"/articles/{id}")], self.article)
        elif kind == "internal article":
            yield from self.mapped([self.api.get(f"/internal_articles/{id}")], articles.internal_article)
        elif kind == "thread":
            yield from self.mapped([self._thread(id)], self.ticket)
        else:
            raise NotFound(f"{reference[:80]!r} is no address or id of a conversation, ticket or article")

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_tickets", lambda: self._count("conversations"))
        yield self.probe("find_accounts", lambda: self.api.post("/companies/list", {}, per_page=1))
        yield self.probe("find_articles", lambda: self.api.get("/articles/search", phrase="help"))

    def add_internal_note(self, draft: NoteDraft) -> Done:
        kind, id = self._named(draft.ticket)
        if kind != "thread":
            raise NotFound(f"{draft.ticket[:80]!r} is no address or id of a conversation or ticket")
        thread = self._thread(id)
        if done := self._noted(id, draft.mark, conversations.parts(thread)):
            return done.model_copy(update={"already": True})
        text = "".join(f"<p>{escape(line)}</p>" for line in (*draft.text.splitlines(), f"{_MARK} {draft.mark}"))
        note = {"message_type": "note", "type": "admin", "admin_id": self.api.get("/me").need("id"), "body": text}
        noun = "tickets" if thread.text("type") == "ticket" else "conversations"
        written = self.api.act(f"/{noun}/{id}/reply", note)
        if done := self._noted(id, draft.mark, (written, *conversations.parts(written))):
            return done
        raise UnexpectedResponse(f"{id} was written to, but holds no note with mark {draft.mark}: look before it is written again")

    def ticket(self, raw: Reply) -> Ticket:
        """A conversation or a ticket, whole; the company of a ticket's contact stands in it as `company`."""
        return conversations.either(raw, self._inbox(), companies.key(raw.under("company")))

    def account(self, raw: Reply) -> Account:
        """A company."""
        return companies.account(raw, self.settings)

    def article(self, raw: Reply) -> Article:
        """An article of the help center."""
        return articles.article(raw)

    def _of(self, account: AccountKey, kind: filters.Kind, most: int) -> list[Ticket]:
        """The account's conversations or tickets, without their parts; asked for once in a case."""
        if (account, kind) not in self._threads:
            company = self._company("name", _line(account.name)) if account.name else self._company("company_id", _line(account.ref))
            people = self._people_of(company, account)
            rows = self._search(kind, filters.of_contacts(people), most) if people else ()
            self._threads[account, kind] = list(self._hits(rows, companies.key(company) if company.raw else account))
        return self._threads[account, kind]

    def _about(self, query: TicketQuery, kind: filters.Kind) -> Iterator[Ticket]:
        wanted = filters.about(query, kind)
        return self._hits(self._search(kind, wanted, query.limit) if wanted else (), AccountKey())

    def _hits(self, rows: Iterable[Reply], account: AccountKey) -> Iterator[Ticket]:
        def hit(raw: Reply) -> Ticket:
            if raw.text("type") == "ticket":
                self._tickets[raw.text("id")] = account
            return conversations.either(raw, self._inbox(), account).model_copy(update={"whole": False})

        return self.mapped(rows, hit)

    def _search(self, kind: filters.Kind, wanted: filters.Filter, most: int) -> Iterator[Reply]:
        call = Call(f"/{kind}/search", "POST", json={"query": wanted, "pagination": {"per_page": min(most, _PAGE)}})
        left, total = most, 0
        for page in self.api.pages(filters.cursor(call)):
            rows, total = page.reply.need_rows(kind), page.reply.number("total_count") or 0
            yield from rows[:left]
            left -= len(rows)
            if left <= 0:
                break
        if total > most:
            self.session.fall_short(f"{total:,} {kind} match, and the search ranks nothing: {most} of them were read")

    def _company(self, field: str, value: str) -> Reply:
        """The company of this name or id, asked for once; an empty reply where there is none."""
        key = f"{field} {value.casefold()}"
        if value and key not in self._companies:
            try:
                reply = self.api.get("/companies", **{field: value})
            except NoCompany:
                reply = Reply({})
            self._companies[key] = next(iter(reply.rows("data")), reply if reply.text("id") else Reply({}))
        return self._companies.get(key, Reply({}))

    def _people_of(self, company: Reply, account: AccountKey) -> list[str]:
        """Ids of the people of a company, else of a mail domain."""
        if account not in self._people:
            reply = Reply({})
            if id := company.text("id"):
                reply = self.api.get(f"/companies/{quote(id, safe='')}/contacts")
            elif domain := _line(account.domain):
                wanted = {"operator": "AND", "value": [{"field": "email_domain", "operator": "=", "value": domain}]}
                reply = self.api.post("/contacts/search", {"query": wanted, "pagination": {"per_page": _PAGE}})
            self._people[account] = people = [row.text("id") for row in reply.rows("data") if row.text("id")]
            if (total := reply.number("total_count") or 0) > len(people):
                self.session.fall_short(f"of the account's {total:,} people, {len(people)} were considered")
        return self._people[account]

    def _thread(self, id: str) -> Reply:
        """The conversation of this id, or the ticket with whose it is. Raises NotFound."""
        if id in self._tickets:
            return self._owned(self.api.get(f"/tickets/{id}"), self._tickets[id])
        try:
            whole = self.api.get(f"/conversations/{id}")
        except NotFound:
            return self._owned(self.api.get(f"/tickets/{id}"), AccountKey())
        total, read = whole.number("conversation_parts.total_count") or 0, len(conversations.parts(whole))
        if total > read > 0:
            self.session.fall_short(f"conversation {id} has {total:,} parts; its latest {read} can be read")
        return whole

    def _owned(self, ticket: Reply, account: AccountKey) -> Reply:
        """The ticket with its account as `company`: the one that is known, else that of its first contact."""
        company: Any = {"name": account.name, "company_id": account.ref, "website": account.domain}
        contact = ticket.text("contacts.contacts.0.id")
        if not (account.name or account.ref) and contact:
            held = self.api.get(f"/contacts/{quote(contact, safe='')}/companies")
            rows = held.rows("companies") or held.rows("data")  # the description's schema and its example disagree
            company = rows[0].raw if rows else None
        return Reply({**ticket.raw, "company": company}, ticket.faults) if isinstance(ticket.raw, Mapping) else ticket

    def _named(self, reference: str) -> tuple[str, str]:
        """(thread, article or internal article; id) of an address of ours or an id; nothing for anything else."""
        if found := _ID.fullmatch(reference.strip()):
            return "thread", found[1]
        if reference.startswith(articles.INTERNAL) and reference.removeprefix(articles.INTERNAL).isascii():
            id = reference.removeprefix(articles.INTERNAL)
            return ("internal article", id) if id.isdigit() else ("", "")
        parts, center = address(reference), address(self.settings.help_center)
        if parts.netloc.casefold() == urlsplit(self._inbox()).netloc and f"/{self.settings.workspace}/" in parts.path:
            found = _THREAD.search(parts.path)
            return ("thread", found[1]) if found else ("", "")
        if center.netloc and parts.netloc.casefold() == center.netloc.casefold():
            found = _ARTICLE.search(parts.path)
            return ("article", found[1]) if found else ("", "")
        return "", ""

    def _noted(self, id: str, mark: str, parts: Iterable[Reply]) -> Done | None:
        """The note with this mark, if it is among the parts. Raises UnexpectedResponse if the customer can read it."""
        for part in parts:
            if f"{_MARK} {mark}" in part.text("body"):
                if part.text("part_type") != "note":
                    raise UnexpectedResponse(f"the part with mark {mark} of {id} is no note: the customer may have got it")
                return Done(ref=part.need("id"), url=f"{self._inbox()}/conversation/{id}", at=part.moment("created_at"))
        return None

    def _inbox(self) -> str:
        host = _INBOXES.get(urlsplit(self.base_url()).netloc, "app.intercom.com")
        return f"https://{host}/a/inbox/{self.settings.workspace}/inbox"

    def _count(self, kind: filters.Kind) -> str:
        wanted = {"operator": "AND", "value": [{"field": "created_at", "operator": ">", "value": 0}]}
        reply = self.api.post(f"/{kind}/search", {"query": wanted, "pagination": {"per_page": 1}})
        return f"{reply.number('total_count') or 0:,} {kind} in view"


def _line(text: str) -> str:
    """A name on one line, without control characters."""
    return next(iter(TicketQuery(exact=(text,)).terms()), "")


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Intercom,)
