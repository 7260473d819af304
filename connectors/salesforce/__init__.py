"""Salesforce: accounts with their contacts and opportunities, and cases with all that was said, over its REST API.

Resources, error codes and their shape (`[{"message", "errorCode"}]`), `nextRecordsUrl` and the limit of 16 KB an address were
read in the REST API Developer Guide and its help (developer.salesforce.com/docs/platform/api-rest, 2026-11), the external client
app and its flows in "Authorization Through External Client Apps" and Salesforce Help; that a statement of JWT is addressed to
My Domain, since hosts of old are no longer redirected, in the notes of others who moved (2026-08). There is no 429: a limit is
403 REQUEST_LIMIT_EXCEEDED, which the client knows. Fields and statements: see the modules beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, ClassVar
from urllib.parse import urlsplit

from escalation.actions import Done, NoteDraft, TaskDraft
from escalation.auth import Auth, ClientCredentials, JwtBearer, RefreshToken
from escalation.connector import AccountQuery, ApiConnector, Connector, Probe, TicketQuery
from escalation.errors import AuthError, ConfigError, ConnectorError, NotFound, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Call, Page, next_url
from escalation.records import Account, Category, Record, Ticket
from escalation.reply import Reply

from . import accounts, cases, statements
from .settings import ABOUT, SalesforceSettings

_MOST = 50
_CASE_NUMBER = re.compile(r"00\d{5,8}")
"""As Salesforce numbers cases unless told otherwise, with zeros before."""
_PAGE = re.compile(r"/(?:lightning/r/(?:Case|Account)/)?((?:001|500)[A-Za-z0-9]{12,15})(?:/|$)")
_UNKNOWN = re.compile(r"(?:No such column|understand relationship|sObject type) '(\w+)'")
_CODE = re.compile(r"[A-Z][A-Z_]{2,60}")
_ACCESS = re.compile(r"INSUFFICIENT_ACCESS|API_(?:CURRENTLY_)?DISABLED|CANNOT_|INVALID_SESSION|OAUTH|LOGIN")


class _Unknown(UnexpectedResponse):
    """The org has no such field or relationship, or the user may not see it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message, status=400)
        self.name = name


class Salesforce(ApiConnector[SalesforceSettings]):
    """Finds accounts and cases, comments cases internally, creates tasks."""

    type: ClassVar[str] = "salesforce"
    categories: ClassVar[tuple[Category, ...]] = (Category.CRM, Category.SUPPORT_PLATFORM)
    settings_type = SalesforceSettings
    about = ABOUT

    def __init__(self, name: str, settings: SalesforceSettings, session: Any) -> None:
        super().__init__(name, settings, session)
        self._known: dict[str, Account] = {}
        """Accounts found so far: cases are asked for by their ids."""
        self._absent: set[str] = set()
        """Relationships that this org, or this user, has not."""

    def auth(self) -> Auth:
        given = self.settings
        login = given.login_url or self.base_url()
        token_url = f"{login}/services/oauth2/token"
        if given.private_key:
            return JwtBearer(token_url, given.client_id, given.username, login, given.private_key)
        if given.refresh_token:
            return RefreshToken(token_url, given.client_id, given.refresh_token, given.client_secret)
        assert given.client_secret
        return ClientCredentials(token_url, given.client_id, given.client_secret)

    def refusal(self, page: Page) -> ConnectorError | None:
        error = next(iter(page.reply.rows("")), Reply({})) if page.status >= 400 else Reply({})
        code = error.text("errorCode")
        if not _CODE.fullmatch(code):
            return None
        said = f"Salesforce answered {page.status} {code}"
        if page.status in (401, 403) or _ACCESS.match(code):
            return AuthError(said, status=page.status if page.status in (401, 403) else 403)
        found = _UNKNOWN.search(error.text("message")) if code in ("INVALID_FIELD", "INVALID_TYPE") else None
        if not found:
            return UnexpectedResponse(said, status=page.status)
        asked = {**self._named("Account"), **self._named("Case"), "CurrencyIsoCode": "multi_currency"}.get(found[1])
        who = f"setting {asked!r} asks for {found[1]}" if asked else found[1]
        return _Unknown(found[1], f"{said}: {who}, which is not there or not visible to this user; doctor names the fields that are")

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        ids: list[str] = []
        if query.near and (sosl := statements.accounts_named(query)):
            ids = [row.text("Id") for row in self._get("search", q=sosl).need_rows("searchRecords")]
        condition, complete = statements.which_accounts(query, ids)
        if not complete:
            self.session.fall_short("too many names for one question; the rest of them was not asked for")
        if not condition:
            return
        money = ("CurrencyIsoCode",) if self.settings.multi_currency else ()
        fields = tuple(dict.fromkeys((*statements.ACCOUNT, *money, *self._named("Account"))))
        children = [name for name in statements.ACCOUNT_CHILDREN if name != "Cases" or self.settings.cases]
        rows = self._with_children(children, lambda kept: statements.accounts(condition, fields, kept, 2 * query.limit))
        names = [name.casefold() for name in query.names]
        ranked = sorted(rows, key=lambda row: (row.text("Name").casefold() not in names, _rank(ids, row.text("Id"))))
        for found in self.mapped(ranked[: query.limit], self.account):
            self._known[found.ref] = found
            yield found

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        condition = statements.of_account(query.account, tuple(self._known.values())) if query.account else ""
        if not self.settings.cases or (query.account and not condition):
            return
        limit, fields = min(query.limit, _MOST), self._case_fields
        if query.exact or query.words:
            if sosl := statements.cases_holding(query, fields, condition, limit):
                yield from self.mapped(self._get("search", q=sosl).need_rows("searchRecords"), self.hit)
        elif condition:
            yield from self.mapped(self._query(statements.latest_cases(query, fields, condition, limit)), self.hit)

    def owns(self, reference: str) -> bool:
        return bool(self._key(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        key = self._key(reference)
        if not key:
            raise NotFound(f"{reference[:80]!r} is no address or number of a case, nor an account's address")
        if key.startswith("001") and statements.ID.fullmatch(key):
            yield from self.find_accounts(AccountQuery(refs=(key,), limit=1))
            return
        children = [name for name in statements.CASE_CHILDREN if name != "CaseMilestones" or self.settings.milestones]
        rows = self._with_children(children, lambda kept: statements.whole_case(key, self._case_fields, kept))
        if not rows:
            raise NotFound("Salesforce has no case of that id or number, or shows none to this user")
        yield from self.mapped(rows, self.ticket)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_accounts", lambda: self._described("Account"))
        if self.settings.cases:
            yield self.probe("find_tickets", lambda: self._described("Case"))
            yield self.probe("fetch", self._versions)

    def add_internal_note(self, draft: NoteDraft) -> Done:
        id = self._id(draft.ticket)
        where, rest = f"ParentId = {statements.string(id)}", "ORDER BY CreatedDate DESC LIMIT 200"
        soql = statements.select(("Id", "CommentBody", "CreatedDate"), "CaseComment", where, rest)
        there = next((row for row in self._query(soql) if draft.mark in row.text("CommentBody")), None)
        body = {"ParentId": id, "IsPublished": False, "CommentBody": f"{draft.text}\n\n{draft.mark}"}
        return self._write("CaseComment", body, there)

    def create_task(self, draft: TaskDraft) -> Done:
        id = self._id(draft.about)
        where = f"WhatId = {statements.string(id)} AND Subject LIKE {statements.like(draft.mark, '%', '%')}"
        there = next(self._query(statements.select(("Id", "CreatedDate"), "Task", where, "LIMIT 1")), None)
        due = {"ActivityDate": draft.due_at.date().isoformat()} if draft.due_at else {}
        body = {"WhatId": id, "Subject": f"{draft.title[:180]} [{draft.mark}]", "Description": draft.text, **due}
        return self._write("Task", body, there)

    def account(self, raw: Reply) -> Account:
        """An account, with `Contacts`, `Opportunities` and `Cases` below it."""
        given = self.settings
        return accounts.account(raw, self.base_url(), given.fields, given.more_account_fields, given.currency)

    def hit(self, raw: Reply) -> Ticket:
        """A case as a search brings it, without comments, e-mails and milestones."""
        return self.ticket(raw).model_copy(update={"whole": False})

    def ticket(self, raw: Reply) -> Ticket:
        """A case, with `CaseComments`, `EmailMessages` and `CaseMilestones` below it."""
        return cases.case(raw, self.base_url(), self.settings.more_case_fields)

    @property
    def _case_fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*statements.CASE, *self.settings.more_case_fields)))

    def _named(self, kind: str) -> dict[str, str]:
        """Fields of an account or a case that settings name → the setting."""
        if kind == "Case":
            return dict.fromkeys(self.settings.more_case_fields, "more_case_fields")
        return {
            **dict.fromkeys(self.settings.more_account_fields, "more_account_fields"),
            **{name: f"fields.{what}" for what, name in self.settings.fields.items()},
        }

    def _get(self, path: str, **params: Any) -> Reply:
        return self.api.get(f"/services/data/{self.settings.version}/{path}", **params)

    def _query(self, soql: str) -> Iterator[Reply]:
        call = Call(f"/services/data/{self.settings.version}/query", params={"q": soql})
        return self.api.items(next_url(call, at="nextRecordsUrl"), "records")

    def _with_children(self, children: Sequence[str], statement: Callable[[Sequence[str]], str]) -> list[Reply]:
        """Rows with what belongs to them, asked again without a relationship that this org has not, or this user may not see."""
        while True:
            kept = [name for name in children if name not in self._absent]
            try:
                return list(self._query(statement(kept)))
            except _Unknown as error:
                lost = next((name for name in kept if error.name in (name, _one_of(name))), "")
                if not lost:
                    raise
            self._absent.add(lost)
            hint = "; set milestones: false if the org uses no entitlements" if lost == "CaseMilestones" else ""
            self.session.fall_short(f"{lost} are not there or not visible to this user{hint}")

    def _key(self, reference: str) -> str:
        """The id or case number that a reference of this org names; empty for any other."""
        if "://" not in reference:
            is_id = statements.ID.fullmatch(reference) and not reference.isdigit()
            return reference if is_id or _CASE_NUMBER.fullmatch(reference) else ""
        parts, own = urlsplit(reference), urlsplit(self.base_url()).hostname or ""
        found = _PAGE.search(parts.path)
        return found[1] if found and parts.hostname in (own, own.replace(".my.salesforce.com", ".lightning.force.com")) else ""

    def _id(self, reference: str) -> str:
        """The id of an account or case, asked for where its number alone is given."""
        key = self._key(reference)
        if key and not statements.ID.fullmatch(key):
            key = next((row.text("Id") for row in self._query(statements.whole_case(key, ("Id",), ()))), "")
        if not key:
            raise NotFound(f"{reference[:80]!r} names no account or case of this org")
        return key

    def _write(self, kind: str, body: Mapping[str, Any], there: Reply | None) -> Done:
        """Write it, unless `there` is what was written before."""
        ref = there.need("Id") if there else self.api.act(f"/services/data/{self.settings.version}/sobjects/{kind}", body).need("id")
        url = f"{self.base_url()}/lightning/r/{kind}/{ref}/view"
        return Done(ref=ref, url=url, at=there.moment("CreatedDate") if there else None, already=there is not None)

    def _described(self, kind: str) -> str:
        """What can be seen of accounts or cases. Raises ConfigError for a field in the settings that is not there, with near ones."""
        rows = self._get(f"sobjects/{kind}/describe").rows("fields")
        labels = {row.need("name"): row.text("label") for row in rows if row.text("name")} | {
            row.text("relationshipName"): "" for row in rows if row.text("relationshipName")
        }
        for name, setting in self._named(kind).items():
            if name.partition(".")[0] not in labels:
                near = ", ".join(_near(name, labels)) or "none"
                raise ConfigError(f"setting {setting!r}: {kind} has no field {name} that this user may see; near ones: {near}")
        own = [row.text("name") for row in rows if row.text("type") == "currency" and row.flag("custom")]
        hint = f"; ARR is not mapped, own currency fields: {', '.join(own[:5]) or 'none'}" if kind == "Account" else ""
        return f"{len(rows)} fields in view{'' if 'arr' in self.settings.fields else hint}"

    def _versions(self) -> str:
        """Which versions are offered. Raises ConfigError when the one in the settings is not."""
        offered = [f"v{row.text('version')}" for row in self.api.get("/services/data/").rows("")]
        if offered and self.settings.version not in offered:
            raise ConfigError(f"setting 'version': {self.settings.version} is not offered; the newest is {offered[-1]}")
        return f"API {self.settings.version}, the newest is {offered[-1] if offered else 'not told'}"


def _one_of(name: str) -> str:
    """`Opportunity` for `Opportunities`."""
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _rank(ids: Sequence[str], id: str) -> int:
    """The same record has an id of 15 and one of 18 characters."""
    return next((place for place, other in enumerate(ids) if other[:15] == id[:15]), len(ids))


def _near(name: str, labels: Mapping[str, str]) -> list[str]:
    """Fields whose name or label is much like this one."""
    plain = {re.sub(r"__c$|[\W_]", "", text.casefold()): field for field, label in labels.items() for text in (label, field) if text}
    wanted = re.sub(r"__c$|[\W_]", "", name.casefold())
    return list(dict.fromkeys(plain[found] for found in get_close_matches(wanted, plain, n=4, cutoff=0.6)))[:3]


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Salesforce,)
