"""HubSpot: companies with their contacts and deals, and tickets with their conversations and notes, over its dated API.

Paths, bodies and replies were read in HubSpot's own descriptions of version 2026-09 (objects, conversations, owners): a search
must state `after` and `sorts`, and `sorts` are words, which others write `-createdate`. The guide "Search the CRM" allows five
searches a second and finds what is new after moments; that a refusal names scopes in `context` is in the descriptions and in
replies that others recorded; the OAuth address is in "Manage OAuth access tokens", the ends of versions are in its changelog, the
numbers of associations (192, 228, 230) in tables of others, what begins the id of an agent or bot in its guide (all 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from functools import cached_property
from html import escape
from typing import Any, ClassVar
from urllib.parse import urlsplit

from escalation.actions import Done, Draft, NoteDraft, TaskDraft
from escalation.auth import Auth, Bearer, RefreshToken
from escalation.connector import AccountQuery, ApiConnector, Connector, Probe, TicketQuery
from escalation.errors import AuthError, ConnectorError, NotFound, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Call, Page, cursor
from escalation.records import Account, AccountKey, Category, Person, Record, Ticket
from escalation.reply import Reply

from . import companies, filters, tickets
from .settings import ABOUT, HubSpotSettings

_VERSION = "2026-09"
_CRM = f"/crm/objects/{_VERSION}"
_THREADS = f"/conversations/conversations/{_VERSION}/threads"
_MOST = 100
_RELATED = 5
"""Companies whose contacts and deals are read, one group of filters each; of more, and of names asked for in bulk, they are not."""
_CONVERSATIONS = 3
_PAGE = re.compile(r"/(?:contacts|help-desk)/(\d+)/(?:record/0-([25])|(company)|(?:[\w-]+/)*ticket)/(\d{1,20})(?:/|$)")
_HOST = re.compile(r"app(?:-[a-z]{2}\d)?\.hubspot\.com")
_SCOPE = re.compile(r"[a-z][a-z0-9._-]{2,60}")
_LINKED = {("tasks", "companies"): 192, ("tasks", "tickets"): 230, ("notes", "tickets"): 228}


class HubSpot(ApiConnector[HubSpotSettings]):
    """Finds accounts and tickets, adds notes to tickets, creates tasks."""

    type: ClassVar[str] = "hubspot"
    categories: ClassVar[tuple[Category, ...]] = (Category.CRM, Category.SUPPORT_PLATFORM)
    settings_type = HubSpotSettings
    about = ABOUT

    def __init__(self, name: str, settings: HubSpotSettings, session: Any) -> None:
        super().__init__(name, settings, session)
        self._accounts: dict[str, Account] = {}
        """Those found so far: tickets are asked for by a company's id."""
        self._hits: dict[str, Reply] = {}
        """Tickets that a search brought, so that they need not be read again with their messages."""
        self._people: dict[str, Person] = {}
        """Our people, by the id that records name them by and by the one that messages do."""

    def base_url(self) -> str:
        return self.settings.base_url or "https://api.hubapi.com"

    def auth(self) -> Auth:
        given = self.settings
        if given.token:
            return Bearer(given.token)
        assert given.refresh_token
        return RefreshToken(f"{self.base_url()}/oauth/2026-03/token", given.client_id, given.refresh_token, given.client_secret)

    def refusal(self, page: Page) -> ConnectorError | None:
        category = page.reply.text("category")
        if page.status < 400 or not re.fullmatch(r"[A-Z_]{3,40}", category):
            return None
        if page.status not in (401, 403):
            return UnexpectedResponse(f"HubSpot answered {page.status} {category}", status=page.status)
        contexts = [page.reply.under("context"), *(row.under("context") for row in page.reply.rows("errors"))]
        scopes = dict.fromkeys(
            scope
            for context in contexts
            for name in ("missingScopes", "requiredGranularScopes", "requiredScopes")
            for scope in context.texts(name)
            if _SCOPE.fullmatch(scope)
        )
        missing = f"; missing is the scope {' or '.join(scopes)}" if scopes else ""
        return AuthError(f"HubSpot answered {page.status} {category}{missing}", status=page.status)

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        if not (groups := filters.for_companies(query)):
            return
        if more := filters.left_out(query, groups):
            self.session.fall_short(f"{more} names are more than one search takes; they were not looked up")
        rows = self._search("companies", groups, self._company_properties, cut="companies with such names")
        best = sorted(rows, key=lambda row: filters.distance(row.under("properties"), query))[: query.limit]
        few = max(len(best), len(query.names)) <= _RELATED
        for found in self.mapped(self._with_related(best) if few else best, self.account):
            self._accounts[found.ref] = found
            yield found if few else found.model_copy(update={"whole": False})

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        company = self._company(query.account) if query.account else None
        groups = filters.for_tickets(query, company) if company or not query.account else []
        if groups:
            rows = self._search("tickets", groups, self._ticket_properties, min(query.limit, _MOST), sort="-createdate")
            best = filters.ranked(rows, query)
            self._hits.update((row.text("id"), row) for row in best)
            yield from self.mapped(best, self.hit)

    def owns(self, reference: str) -> bool:
        return self._place(reference) is not None

    def fetch(self, reference: str) -> Iterator[Record]:
        kind, id = self._place(reference) or ("", "")
        if not kind:
            raise NotFound(f"{reference[:80]!r} is no address of a company or ticket")
        if kind == "companies":
            company = self.api.get(f"{_CRM}/companies/{id}", properties=self._company_properties)
            yield from self.mapped(self._with_related([company]), self.account)
        else:
            row = self._hits.get(id) or self.api.get(f"{_CRM}/tickets/{id}", properties=self._ticket_properties)
            notes = self._optional("notes", lambda: self._search("notes", [[filters.belongs_to("ticket", id)]], tickets.NOTE, cut="notes"))
            self._read_people()
            messages = self._optional("messages", lambda: self._messages(row, id))
            whole = {"messages": [each.raw for each in messages], "notes": [each.raw for each in notes]}
            yield from self.mapped([Reply({**row.under("").raw, **whole}, row.faults)], self.ticket)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_accounts", lambda: f"{self._count('companies'):,} companies in view")
        yield self.probe("find_tickets", lambda: f"{self._count('tickets'):,} tickets in view")
        yield self.probe("fetch", lambda: self.api.get(_THREADS, limit=1))

    def add_internal_note(self, draft: NoteDraft) -> Done:
        body = f"{_html(draft.text)}<br><br>{draft.mark}"
        return self._write("notes", draft, draft.ticket, {"hs_note_body": body, "hs_timestamp": filters.millis(datetime.now(timezone.utc))})

    def create_task(self, draft: TaskDraft) -> Done:
        due = draft.due_at or datetime.now(timezone.utc)
        properties = {
            "hs_task_subject": draft.title,
            "hs_task_body": f"{_html(draft.text)}<br><br>{draft.mark}",
            "hs_timestamp": filters.millis(due),
            "hs_task_status": "NOT_STARTED",
            "hs_task_type": "TODO",
        }
        return self._write("tasks", draft, draft.about, properties)

    def account(self, raw: Reply) -> Account:
        """A company, with `contacts` and `deals` beside its properties."""
        return companies.account(raw, self._named, self.settings.currency, self._people, self.settings.stages)

    def hit(self, raw: Reply) -> Ticket:
        """A ticket as a search brings it, without messages and notes."""
        return self.ticket(raw).model_copy(update={"whole": False})

    def ticket(self, raw: Reply) -> Ticket:
        """A ticket, with `messages` and `notes` beside its properties."""
        portal = self.settings.portal_id
        base = f"https://app.hubspot.com/contacts/{portal}/record/0-5" if portal else ""
        return tickets.ticket(raw, self.settings.stages, self._people, base)

    @cached_property
    def _named(self) -> Mapping[str, tuple[str, ...]]:
        return {**companies.CUSTOM, **{what: (name,) for what, name in self.settings.properties.items()}}

    @cached_property
    def _company_properties(self) -> tuple[str, ...]:
        custom = (name for names in self._named.values() for name in names)
        return tuple(dict.fromkeys((*companies.STANDARD, *companies.TOLD, *custom, *self.settings.more_properties)))

    @cached_property
    def _ticket_properties(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*tickets.STANDARD, *tickets.TOLD, *self.settings.more_properties)))

    def _read_people(self) -> None:
        if not self._people:
            paging = cursor(Call(f"/crm/owners/{_VERSION}", params={"limit": 500}), at="paging.next.after", to="after")
            for row in self._optional("owners", lambda: self.api.items(paging, "results")):
                name = " ".join(filter(None, (row.text("firstName"), row.text("lastName"))))
                person = Person(name=name, email=row.text("email"), side="vendor")
                self._people |= {row.text("id"): person, f"A-{row.text('userId')}": person}

    def _optional(self, what: str, ask: Callable[[], Iterable[Reply]]) -> list[Reply]:
        """What a record can do without: where it can't be read, coverage says why, and the record is there all the same."""
        rows: list[Reply] = []
        try:
            rows.extend(row for row in ask())
        except ConnectorError as error:
            self.session.fall_short(f"{what} could not be read: {error}")
        return rows

    def _search(
        self, kind: str, groups: Sequence[Any], properties: Sequence[str], limit: int = _MOST, *, cut: str = "", sort: str = ""
    ) -> list[Reply]:
        """One page; where that is not all and `cut` names what these are, coverage says so."""
        wanted = {"filterGroups": [{"filters": group} for group in groups], "properties": list(properties)}
        reply = self.api.post(f"{_CRM}/{kind}/search", {**wanted, "sorts": [sort or "-hs_lastmodifieddate"], "limit": limit, "after": "0"})
        rows = list(reply.need_rows("results"))
        if cut and (reply.number("total") or 0) > len(rows):
            self.session.fall_short(f"more than {len(rows)} {cut}; the rest was not read")
        return rows

    def _with_related(self, rows: Sequence[Reply]) -> list[Reply]:
        """Companies with their contacts and deals: one request each for all of them."""
        ids = [row.text("id") for row in rows if row.text("id")]
        contacts = self._related("contacts", ids, companies.CONTACT, "associatedcompanyid")
        deals = self._related("deals", ids, companies.DEAL, "hs_primary_associated_company")
        self._read_people()
        return [Reply({**row.under("").raw, "contacts": contacts(row), "deals": deals(row)}, row.faults) for row in rows]

    def _related(self, kind: str, ids: Sequence[str], properties: Sequence[str], primary: str) -> Callable[[Reply], list[Any]]:
        """Which of a kind belong to a company. What is associated with several goes to the one that HubSpot holds for the main one."""
        groups = [[filters.belongs_to("company", id)] for id in ids]
        found = self._optional(kind, lambda: self._search(kind, groups, properties, cut=f"{kind} of these companies")) if ids else ()
        return lambda row: [each.raw for each in found if len(ids) == 1 or each.text(f"properties.{primary}") == row.text("id")]

    def _company(self, key: AccountKey) -> filters.Filter | None:
        """Only tickets of this company: by the id of the one that was found, else by its name; None when it has none."""
        name, domain, known = filters.plain(key.name), filters.plain(key.domain), tuple(self._accounts.values())
        ways: tuple[Callable[[Account], bool], ...] = (
            lambda one: key.ref == one.ref,
            lambda one: domain in one.domains,
            lambda one: name == filters.plain(one.name),
            lambda one: filters.is_near(name, one.name),
        )
        same = next((found for way in ways if (found := [one.ref for one in known if way(one)])), [])
        if len(same) == 1:
            return filters.belongs_to("company", same[0])
        return filters.is_one_of("hs_primary_company_name", (name,)) if name else None

    def _messages(self, row: Reply, id: str) -> Iterator[Reply]:
        """Those of the ticket's conversations, which a ticket of one conversation names itself."""
        count, first = row.text("properties.hs_num_associated_conversations"), row.text("properties.hs_conversations_originating_thread_id")
        if count == "0":
            return
        threads = [first] if count == "1" and first.isdigit() else []
        if not threads:
            listed = self.api.get(_THREADS, associatedTicketId=id, limit=_MOST).rows("results")
            newest = sorted(listed, key=lambda thread: thread.text("latestMessageTimestamp", "createdAt"), reverse=True)
            threads = [id for thread in newest if (id := thread.text("id")).isdigit()]
        if len(threads) > _CONVERSATIONS:
            self.session.fall_short(f"a ticket with {len(threads)} conversations; the latest {_CONVERSATIONS} were read")
        for thread in threads[:_CONVERSATIONS]:
            call = Call(f"{_THREADS}/{thread}/messages", params={"limit": _MOST})
            for message in self.api.items(cursor(call, at="paging.next.after", to="after"), "results"):
                if message.text("truncationStatus") == "TRUNCATED":
                    self.session.fall_short("HubSpot hands out long messages shortened")
                yield message

    def _count(self, kind: str) -> int:
        body = {"filterGroups": [], "properties": ["hs_object_id"], "sorts": [], "limit": 1, "after": "0"}
        return self.api.post(f"{_CRM}/{kind}/search", body).number("total") or 0

    def _place(self, reference: str) -> tuple[str, str] | None:
        """What an address of this account is about, and its id."""
        parts = urlsplit(reference)
        found = _PAGE.search(parts.path)
        if not found or not _HOST.fullmatch(parts.hostname or "") or self.settings.portal_id not in ("", found[1]):
            return None
        return ("companies" if found[2] == "2" or found[3] else "tickets"), found[4]

    def _write(self, kind: str, draft: Draft, about: str, properties: Mapping[str, str]) -> Done:
        """A note or task beside a record, unless one with its mark is there; its links are read, because a search lags behind."""
        place, id = self._place(about) or ("", "")
        if (kind, place) not in _LINKED:
            raise NotFound(f"{about[:80]!r} is no address of a record that {kind} can be written to")
        linked = self.api.get(f"{_CRM}/{place}/{id}", associations=[kind], properties=["hs_object_id"])
        there = [{"id": row.text("id")} for row in linked.rows(f"associations.{kind}.results") if row.text("id")][-_MOST:]
        body = next(name for name in properties if name.endswith("_body"))
        if there:
            wanted = {"inputs": there, "properties": [body], "propertiesWithHistory": []}
            for row in self.api.post(f"{_CRM}/{kind}/batch/read", wanted).rows("results"):
                if draft.mark in row.text(f"properties.{body}"):
                    return Done(ref=row.need("id"), url=row.text("url"), at=row.moment("createdAt"), already=True)
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": _LINKED[kind, place]}]
        made = self.api.act(f"{_CRM}/{kind}", {"properties": properties, "associations": [{"to": {"id": id}, "types": types}]})
        return Done(ref=made.need("id"), url=made.text("url"), at=made.moment("createdAt"))


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (HubSpot,)
