"""Connectors that are wrong in one way each. The name of the check that must catch it stands beside each in test_mistakes.py."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import ConfigDict, Field, SecretStr

from escalation.actions import Done, NoteDraft
from escalation.auth import Auth, Bearer, Header
from escalation.connector import About, AccountQuery, ApiSettings, Connector, Probe, Session, TicketQuery
from escalation.errors import AuthError, ConnectorError, Exhausted, NotFound, Unavailable, UnexpectedResponse
from escalation.http import Api
from escalation.paging import Call, cursor
from escalation.records import Account, Category, Record, Ticket
from escalation.reply import Reply
from tests.kit.sound import Sound, SoundSettings

ELSEWHERE = "https://foreign.example"


class OpenSettings(ApiSettings):
    """A token that anybody may read."""

    token: str = Field(description="Token of an agent.")


class PlainToken(Sound):
    settings_type = OpenSettings  # type: ignore[assignment]

    def auth(self) -> Auth:
        return Bearer(SecretStr(self.settings.token))


class KeySettings(SoundSettings):
    """A credential by another name."""

    pass_: str = Field(default="hunter2-of-the-test", description="Needed, too.")


class PlainTokenByAnotherName(Sound):
    settings_type = KeySettings

    def auth(self) -> Auth:
        return Header("X-Pass", SecretStr(self.settings.pass_))


class Undocumented(Sound):
    class Bare(SoundSettings):
        """Settings."""

        region: str = ""

    settings_type = Bare


class TakesAnything(Sound):
    class Loose(SoundSettings):
        """Settings."""

        model_config = ConfigDict(frozen=True, extra="ignore")

    settings_type = Loose


class WrongType(Sound):
    type = "Sound Desk!"


class WrongCategory(Sound):
    categories = (Category.SUPPORT_PLATFORM, Category.CHAT)


class NoScopes(Sound):
    about = About(title="Sound", credential="Ask.", blind="All.", source="3", example={})


class SecretInTheExample(Sound):
    about = Sound.about.__class__(**{**vars(Sound.about), "example": {"token": "abcdef"}})


class NotHandedOver(Sound):
    type = "elsewhere"


class AsksWhenMade(Sound):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.api.get("/companies")


class ShowsItsToken(Sound):
    def __repr__(self) -> str:
        return f"ShowsItsToken({self.settings.token.get_secret_value()})"


class Swallows(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        try:
            yield from super().find_tickets(query)
        except ConnectorError:
            return


class SaysTheSecret(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        try:
            yield from super().find_tickets(query)
        except AuthError as error:
            raise AuthError(f"{self.settings.token.get_secret_value()} was refused", status=error.status) from None


class SaysTheQuery(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        try:
            yield from super().find_tickets(query)
        except Unavailable as error:
            raise Unavailable(f"no answer to {query.words}", status=error.status) from error


class SaysTheReply(Sound):
    def refusal(self, page: Any) -> ConnectorError | None:
        said = page.reply.text("message")
        return UnexpectedResponse(said) if said else None


class TalksTooMuch(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        try:
            yield from super().find_tickets(query)
        except Unavailable:
            raise Unavailable("it is down\n" + "sorry " * 100) from None


class LogsItsToken(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        logging.getLogger(__name__).debug("asking with %s", self.auth().headers())  # type: ignore[union-attr]
        yield from super().find_tickets(query)


class SecretInTheAddress(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        yield from self.mapped(self.api.get("/companies", key=self.settings.token.get_secret_value()).need_rows("companies"), self.account)


class Unmasked(Sound):
    def masked(self, text: str) -> str:
        return text


class IgnoresBaseUrl(Sound):
    def base_url(self) -> str:
        return "https://desk.larkspur.example"


class AsksElsewhere(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        other = Api(ELSEWHERE, self.auth(), self.session)
        yield from self.mapped(other.get("/companies").need_rows("companies"), self.account)


class Dicts(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Any]:
        for row in self.api.get("/tickets", q=" ".join(query.terms())).rows("tickets"):
            yield row.raw


class NaiveTimes(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        made = super().ticket(raw)
        return made.model_copy(update={"created_at": made.created_at and made.created_at.replace(tzinfo=None)})


class LocalTimes(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        made = super().ticket(raw)
        return made.model_copy(update={"created_at": made.created_at and made.created_at.astimezone(timezone(timedelta(hours=2)))})


class Milliseconds(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        return super().ticket(raw).model_copy(update={"created_at": datetime.fromtimestamp(1_763_000, timezone.utc)})


class Markup(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        return super().ticket(raw).model_copy(update={"text": raw.text("body")})


class ApiAddress(Sound):
    def account(self, raw: Reply) -> Account:
        return super().account(raw).model_copy(update={"url": f"http://{raw.text('id')}.example/companies/9.json"})


class OneRefForAll(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        return super().ticket(raw).model_copy(update={"ref": "ticket"})


class NoSubject(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        return super().ticket(raw).model_copy(update={"subject": " "})


class OnlyBuilt(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        return super().ticket(raw).model_copy(update={"state": "half open"})


class Clock(Sound):
    def ticket(self, raw: Reply) -> Ticket:
        return super().ticket(raw).model_copy(update={"fields": {"read at": str(time.monotonic_ns())}})


class EndlessLoop(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        after = None
        while True:
            reply = self.api.get("/tickets", q=" ".join(query.terms()), after=after)
            yield from self.mapped(reply.rows("tickets"), self.hit)
            after = reply.text("next")
            if not after:
                return


class SilentCap(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        after = None
        for _ in range(25):
            reply = self.api.get("/tickets", q=" ".join(query.terms()), after=after)
            yield from self.mapped(reply.rows("tickets"), self.hit)
            after = reply.text("next")
            if not after:
                return


class FollowsAnywhere(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        reply = self.api.get("/tickets", q=" ".join(query.terms()))
        yield from self.mapped(reply.rows("tickets"), self.hit)
        if "://" in (following := reply.text("next")):
            origin, _, path = following.partition("/next")
            yield from self.mapped(Api(origin, self.auth(), self.session).get(f"/next{path}").rows("tickets"), self.hit)


class GluesIntoThePath(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        for word in query.terms(most=1):
            yield from self.mapped(self.api.items(cursor(Call(f"/tickets?q={word}"), at="next", to="after"), "tickets"), self.hit)


class GluesIntoTheDocument(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        document = f'query {{ tickets(q: "{" ".join(query.terms())}") {{ id }} }}'
        yield from self.mapped(self.api.post("/tickets", {"query": document, "variables": {}}).rows("tickets"), self.hit)


class Trips(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        if any("{" in term for term in query.words):
            raise ValueError("no braces, please")
        yield from super().find_tickets(query)


class ReadsKeys(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        for row in self.api.get("/companies").raw["companies"]:
            yield Account(ref=str(row["id"]), name=row["name"])


class DropsInSilence(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        for row in self.api.get("/companies").rows("companies"):
            if row.text("name") and row.text("id"):
                yield self.account(row)


class ReadsEverything(Sound):
    def account(self, raw: Reply) -> Account:
        return super().account(raw).model_copy(update={"text": str(raw.raw)})


class NeedsAHit(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        rows = self.api.get("/companies").need_rows("companies")
        yield from self.mapped([rows[0], *rows[1:]], self.account)


class FollowsText(Sound):
    def fetch(self, reference: str) -> Iterator[Record]:
        for record in super().fetch(reference):
            yield record
            if isinstance(record, Ticket) and "admin" in record.text:
                self.api.get("/admin")


class OwnsBySubstring(Sound):
    def owns(self, reference: str) -> bool:
        return "desk.larkspur.example" in reference


class OwnsNothing(Sound):
    def owns(self, reference: str) -> bool:
        return False


class HalfForEver(Sound):
    def fetch(self, reference: str) -> Iterator[Record]:
        for record in super().fetch(reference):
            yield record.model_copy(update={"whole": False})


class QuietAboutUnknownKeys(Sound):
    def fetch(self, reference: str) -> Iterator[Record]:
        try:
            yield from super().fetch(reference)
        except NotFound:
            return


class AsksForEach(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        for hit in super().find_tickets(query):
            yield from self.mapped([self.api.get(f"/tickets/{hit.ref}").under("ticket")], self.ticket)


class AsksNameByName(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        seen: set[str] = set()
        for name in query.names:
            for account in super().find_accounts(AccountQuery(names=(name,))):
                if account.ref not in seen:
                    seen.add(account.ref)
                    yield account


class QuietlyExhausted(Sound):
    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        try:
            yield from super().find_tickets(query)
        except Exhausted:
            return

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        try:
            yield from super().find_accounts(query)
        except Exhausted:
            return


class Insists(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        try:
            yield from super().find_accounts(query)
        except AuthError:
            yield from super().find_accounts(query)


class GoesOnAfterTheEnd(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        try:
            yield from super().find_accounts(query)
        except Unavailable:
            late = Session(seconds=9, cache=self.session.cache, transport=self.session.transport)
            yield from self.mapped(Api(self.base_url(), self.auth(), late).get("/companies").need_rows("companies"), self.account)


class VagueRefusal(Sound):
    def refused(self, ability: str, error: AuthError) -> str:
        return "something was refused"


class SearchesByAction(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        yield from self.mapped(self.api.act("/companies", {"name": query.names}).need_rows("companies"), self.account)


class GivesUpAtOnce(Sound):
    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        reply = self.api.send(Call("/companies", "POST", json={}, safe=False)).reply
        yield from self.mapped(reply.need_rows("companies"), self.account)


class ProbeThatRaises(Sound):
    def check_connection(self) -> Iterator[Probe]:
        self.api.get("/companies")
        yield Probe(ability="find_tickets", works=True)
        yield Probe(ability="find_accounts", works=True)


class ProbeThatForgets(Sound):
    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_tickets", lambda: self.api.get("/tickets"))


class Unmarked(Sound):
    def add_internal_note(self, draft: NoteDraft) -> Done:
        return Done(ref=self.api.act("/tickets/1/notes", {"text": draft.text}).need("note.id"))


class WritesTwice(Sound):
    def add_internal_note(self, draft: NoteDraft) -> Done:
        return Done(ref=self.api.act("/tickets/1/notes", {"text": f"{draft.text} {draft.mark}"}).need("note.id"))


class WritesAsASearch(Sound):
    def add_internal_note(self, draft: NoteDraft) -> Done:
        return Done(ref=self.api.post("/tickets/1/notes", {"text": f"{draft.text} {draft.mark}"}).need("note.id"))


class WritesAgainInTheDark(Sound):
    def add_internal_note(self, draft: NoteDraft) -> Done:
        try:
            return super().add_internal_note(draft)
        except Unavailable:
            return super().add_internal_note(draft)


def register_connectors() -> Iterable[type[Connector[Any]]]:
    """None of them is handed over."""
    return ()
