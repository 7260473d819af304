"""Zendesk: tickets with their SLA clocks, organizations, articles of Guide, and internal notes.

Support API 2.0.0: paths and properties are those of the vendor's OpenAPI description. Read on developer.zendesk.com, 2026-11: "Side-loading
related records", "Search" (1,000 results, minutes until indexed), "Ticket Audits", the Help Center API's "Search". A whole ticket takes two
requests: itself with all that can be side-loaded, and its audits, which hold the comments and the changes. The integration with Jira tags
the tickets that it linked `jira_escalated` and keeps the links at /api/services/jira/links: both from public code of 2026, from no page of
the vendor, so a refusal there costs the links alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from escalation.actions import Done, NoteDraft
from escalation.auth import Auth, Basic, Bearer, ClientCredentials
from escalation.connector import AccountQuery, ApiConnector, ArticleQuery, Connector, Probe, Session, TicketQuery, address
from escalation.errors import AuthError, NotFound, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Call, cursor, numbered
from escalation.records import Account, AccountKey, Article, Category, Record, Ticket
from escalation.reply import Reply

from . import articles, organizations, tickets
from .query import any_of, article_terms, ticket_terms
from .settings import ABOUT, ZendeskSettings

_PAGE = 100
_MOST = 1000
"""Results that a search gives at most."""
_LASTS = 86_400
"""Seconds that a token is to last; without that, it would last for ever."""
_TICKET = re.compile(r"^/(?:agent/tickets|(?:hc/(?:[\w-]+/)?)?requests|tickets|api/v2/tickets)/(\d{1,19})(?:\.json)?(?:/|$)")
_ARTICLE = re.compile(r"^/(?:hc|api/v2/help_center)/(?:[\w-]+/)?articles/(\d{1,19})(?:-[^/]*)?(?:\.json)?/?$")
_NUMBER = re.compile(r"(?:#|(?:zd|zen|zendesk)-)?(\d{2,12})", re.IGNORECASE)
_LINKED = "jira_escalated"
_MARK = "customer-escalation mark"


class Zendesk(ApiConnector[ZendeskSettings]):
    """Finds tickets, organizations and articles, and adds internal notes."""

    type: ClassVar[str] = "zendesk"
    categories: ClassVar[tuple[Category, ...]] = (Category.SUPPORT_PLATFORM, Category.KNOWLEDGE_BASE)
    settings_type = ZendeskSettings
    about = ABOUT

    def __init__(self, name: str, settings: ZendeskSettings, session: Session) -> None:
        super().__init__(name, settings, session)
        self._known: dict[str, Reply] = {}
        """Organizations that replies held, by id."""

    def base_url(self) -> str:
        return self.settings.base_url or f"https://{self.settings.subdomain.lower()}.zendesk.com"

    def auth(self) -> Auth:
        own = self.settings
        if own.client_id and own.client_secret:
            url, more = f"{self.base_url()}/oauth/tokens", {"expires_in": _LASTS}
            return ClientCredentials(url, own.client_id, own.client_secret, scope=own.scope, sent="json", more=more)
        return Bearer(own.token) if own.token else Basic(f"{own.email}/token", own.api_token or SecretStr(""))

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        known = [self._known[ref] for ref in query.refs if ref in self._known]
        yield from self.mapped(known, self.account)
        told = {row.text("name").casefold() for row in known}
        names = [name for name in (*query.names, *map(organizations.label, query.domains)) if name.casefold() not in told]
        for keyword, values in (("name", names), ("external_id", [ref for ref in query.refs if ref not in self._known])):
            terms, left = any_of(keyword, values)
            if left:
                self.session.fall_short(f"{left} names are more than one query takes; they were not looked up")
            for page in self._pages("/api/v2/search", f"type:organization {terms}", query.limit) if terms else ():
                found = [row for row in page.need_rows("results") if row.text("id") not in query.refs]
                self._known.update({row.text("id"): row for row in found})
                exact = (row for row in found if organizations.is_one_of(row, query.names, query.domains, query.refs))
                yield from self.mapped(found if query.near else exact, self.account)

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        organization = self._filter(query.account) if query.account else ""
        terms = ticket_terms(query, organization) if organization or not query.account else ""
        if terms:
            latest = {} if query.exact or query.words else {"sort_by": "updated_at", "sort_order": "desc"}
            yield from self._hits(terms, query.limit, latest)

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]:
        if terms := article_terms(query):
            for page in self._pages("/api/v2/help_center/articles/search", terms, query.limit):
                yield from self.mapped(page.need_rows("results"), self.article)

    def owns(self, reference: str) -> bool:
        return bool(self._named(reference)[1])

    def fetch(self, reference: str) -> Iterator[Record]:
        kind, id = self._named(reference)
        if kind == "article":
            yield from self.mapped([self.api.get(f"/api/v2/help_center/articles/{id}").under("article")], self.article)
        elif kind == "ticket":
            yield from self.mapped([self._whole(id)], self.ticket)
        else:
            raise NotFound(f"{reference[:80]!r} is no address or number of a ticket or article")

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_tickets", lambda: self._count("ticket"))
        yield self.probe("find_accounts", lambda: self._count("organization"))
        yield self.probe("find_articles", lambda: self.api.get("/api/v2/help_center/articles/search", query="help", per_page=1))
        yield self.probe("fetch", lambda: self.api.get("/api/v2/tickets", **{"page[size]": 1}))

    def add_internal_note(self, draft: NoteDraft) -> Done:
        kind, id = self._named(draft.ticket)
        if kind != "ticket":
            raise NotFound(f"{draft.ticket[:80]!r} is no address or number of a ticket")
        if done := self._noted(id, draft.mark, self._latest(id)):
            return done.model_copy(update={"already": True})
        note = {"body": f"{draft.text}\n\n{_MARK} {draft.mark}", "public": False}  # without `public`, the customer would get it
        audit = self.api.act(f"/api/v2/tickets/{id}", {"ticket": {"comment": note}}, method="PUT").under("audit")
        told = [event for event in audit.rows("events") if event.flag("public") is not None]
        if done := self._noted(id, draft.mark, told) or self._noted(id, draft.mark, self._latest(id)):
            return done.model_copy(update={"at": done.at or audit.moment("created_at")})
        raise UnexpectedResponse(f"ticket {id} was written to, but holds no note with mark {draft.mark}: look before it is written again")

    def ticket(self, raw: Reply) -> Ticket:
        """A reply that holds a `ticket`, with its `audits` or `comments`, `users` and `organizations` beside it."""
        return tickets.ticket(raw.under("ticket") if raw.value("ticket") else raw, self._beside(raw), self.base_url(), story=raw)

    def account(self, raw: Reply) -> Account:
        """An organization."""
        return organizations.account(raw, self.settings, self.base_url())

    def article(self, raw: Reply) -> Article:
        """An article of Guide."""
        return articles.article(raw, self.base_url())

    def _hits(self, terms: str, most: int, latest: Mapping[str, str]) -> Iterator[Ticket]:
        """Tickets without their threads."""
        for page in self._pages("/api/v2/search", terms, most, include="tickets(users,organizations)", **latest):
            beside = self._beside(page)

            def hit(raw: Reply, beside: tickets.Beside = beside) -> Ticket | None:
                if raw.text("result_type") not in ("ticket", ""):
                    return None
                return tickets.ticket(raw, beside, self.base_url(), story=Reply({})).model_copy(update={"whole": False})

            yield from self.mapped(page.need_rows("results"), hit)

    def _pages(self, path: str, terms: str, most: int, **more: str) -> Iterator[Reply]:
        """What a search answers, page by page, until enough came."""
        size = min(most, _PAGE)
        call = Call(path, params={"query": terms, "per_page": size, **more})
        pages = self.api.pages(numbered(call, to="page", items="results", size=size))
        return (page.reply for page in islice(pages, -(-min(most, _MOST) // size)))

    def _whole(self, id: str) -> Reply:
        """The ticket, and beside it whatever else is known of it, as one reply."""
        found = self.api.get(f"/api/v2/tickets/{id}", include="users,organizations,metric_sets,slas,metric_events")
        whole = dict(found.raw) if isinstance(found.raw, dict) else {}
        call = Call(f"/api/v2/tickets/{id}/audits", params={"include": "users", "page[size]": _PAGE})
        for page in self.api.pages(cursor(call, at="meta.after_cursor", to="page[after]", more="meta.has_more")):
            for name in ("audits", "users"):
                whole[name] = [*(whole.get(name) or ()), *(row.raw for row in page.reply.rows(name))]
        if _LINKED in found.texts("ticket.tags"):
            try:
                whole["links"] = self.api.get("/api/services/jira/links", ticket_id=id).value("links")
            except (AuthError, NotFound, UnexpectedResponse) as error:
                self.session.fall_short(f"links to Jira were not read: {error}")
        return Reply(whole, found.faults)

    def _beside(self, reply: Reply) -> tickets.Beside:
        beside = tickets.Beside(reply, self.settings.side)
        self._known.update(beside.organizations)
        return beside

    def _filter(self, account: AccountKey) -> str:
        """The organizations that were found by exactly that name or domain, else any of that name."""
        found = [id for id, row in self._known.items() if organizations.is_one_of(row, (account.name,), (account.domain,))]
        if found:
            return " ".join(f"organization:{id}" for id in found if id.isdigit())
        return any_of("organization", [account.name or organizations.label(account.domain)])[0]

    def _named(self, reference: str) -> tuple[str, str]:
        """(ticket or article, id) of an address on this site or of a number; nothing for anything else."""
        if number := _NUMBER.fullmatch(reference.strip()):
            return "ticket", number[1]
        parts = address(reference)
        if parts.hostname and parts.netloc.casefold() == urlsplit(self.base_url()).netloc.casefold():
            for kind, pattern in (("ticket", _TICKET), ("article", _ARTICLE)):
                if found := pattern.search(parts.path):
                    return kind, found[1]
        return "", ""

    def _noted(self, id: str, mark: str, comments: Iterable[Reply]) -> Done | None:
        """The note with this mark, if it is among the comments. Raises UnexpectedResponse if the customer can read it."""
        for said in comments:
            if f"{_MARK} {mark}" in said.text("body", "plain_body", "html_body"):
                if said.flag("public") is not False:
                    raise UnexpectedResponse(f"the comment with mark {mark} on ticket {id} is public: make it internal in Zendesk now")
                return Done(ref=said.need("id"), url=f"{self.base_url()}/agent/tickets/{id}", at=said.moment("created_at"))
        return None

    def _latest(self, id: str) -> tuple[Reply, ...]:
        return self.api.get(f"/api/v2/tickets/{id}/comments", sort="-created_at", **{"page[size]": _PAGE}).rows("comments")

    def _count(self, kind: str) -> str:
        return f"{self.api.get('/api/v2/search/count', query=f'type:{kind}').number('count') or 0:,} {kind}s in view"


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Zendesk,)
