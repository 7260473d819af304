"""A made-up help desk and a connector for it that does everything right; the mistakes in mistakes.py are made on top of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr

from escalation.actions import Done, NoteDraft
from escalation.auth import Auth, Bearer
from escalation.connector import About, AccountQuery, ApiConnector, ApiSettings, Connector, Probe, TicketQuery
from escalation.errors import NotFound
from escalation.hookspecs import hookimpl
from escalation.html_text import html_to_text
from escalation.paging import Call, cursor
from escalation.records import Account, AccountKey, Category, Comment, Person, Record, Ticket
from escalation.reply import Reply
from escalation.testing import Answer, Sent, json_answer

SITE = "https://desk.larkspur.example"
SECRET = "s3cr3t-token-of-the-test"


class SoundSettings(ApiSettings):
    """Settings of the sound connector."""

    token: SecretStr = Field(description="Token of an agent who may read tickets.")


class Sound(ApiConnector[Any]):
    """Finds tickets and companies, and writes notes."""

    type: ClassVar[str] = "sound"
    categories: ClassVar[tuple[Category, ...]] = (Category.SUPPORT_PLATFORM, Category.CRM)
    settings_type = SoundSettings
    about = About(
        title="Sound Desk",
        credential="Settings → API: make a token and tick *Read tickets* alone.",
        needs={
            "find_tickets": "*Read tickets*",
            "find_accounts": "*Read companies*",
            "fetch": "*Read tickets*",
            "add_internal_note": "*Write*",
        },
        blind="It does not search attachments.",
        source="Sound Desk API 3, read 2026-11",
        example={"token": "${SOUND_TOKEN}"},
    )

    def base_url(self) -> str:
        return self.settings.base_url or SITE

    def auth(self) -> Auth:
        return Bearer(self.settings.token)

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        rows = self.api.get("/companies", name=[*query.names], limit=query.limit).need_rows("companies")
        yield from self.mapped(rows, self.account)

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        q = " ".join('"{}"'.format(term.replace('"', " ")) for term in query.terms())
        if not q and not query.account:
            return
        call = Call("/tickets", params={"q": q, "company": query.account.name if query.account else None})
        yield from self.mapped(self.api.items(cursor(call, at="next", to="after"), "tickets", most=query.limit), self.hit)

    def owns(self, reference: str) -> bool:
        return self._key(reference) != ""

    def fetch(self, reference: str) -> Iterator[Record]:
        yield from self.mapped([self.api.get(f"/tickets/{self._key(reference)}").under("ticket")], self.ticket)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_tickets", lambda: self.api.get("/tickets", q="", limit=1).text("total"))
        yield self.probe("find_accounts", lambda: self.api.get("/companies", limit=1).text("total"))

    def add_internal_note(self, draft: NoteDraft) -> Done:
        path = f"/tickets/{self._key(draft.ticket)}/notes"
        for note in self.api.get(path).rows("notes"):
            if draft.mark in note.text("text"):
                return Done(ref=note.need("id"), already=True)
        return Done(ref=self.api.act(path, {"text": f"{draft.text}\n\n{draft.mark}", "public": False}).need("note.id"))

    def hit(self, raw: Reply) -> Ticket:
        return self.ticket(raw).model_copy(update={"whole": False})

    def ticket(self, raw: Reply) -> Ticket:
        return Ticket(
            ref=raw.need("id"),
            url=f"{self.base_url()}/t/{raw.need('id')}",
            subject=raw.need("subject"),
            text=html_to_text(raw.text("body")),
            status=raw.text("status"),
            account=AccountKey(name=raw.text("company.name"), ref=raw.text("company.id")),
            requester=Person(name=raw.text("from.name"), side="customer"),
            created_at=raw.moment("created"),
            comments=tuple(Comment(at=row.moment("at"), text=html_to_text(row.text("body"))) for row in raw.rows("replies")),
        )

    def account(self, raw: Reply) -> Account:
        return Account(ref=raw.need("id"), name=raw.need("name"), domains=raw.texts("domains"), plan=raw.text("plan"))

    def _key(self, reference: str) -> str:
        parts, base = urlsplit(reference), urlsplit(self.base_url())
        key = parts.path.removeprefix("/t/")
        return key if parts.netloc == base.netloc and key.isascii() and key.isdigit() else ""


def ticket(number: int) -> dict[str, Any]:
    """A ticket as the desk has it."""
    return {
        "id": number,
        "subject": f"Export fails with E4711 ({number})",
        "body": "<p>Nightly export of orders &amp; refunds stops.</p>",
        "status": "open",
        "company": {"id": 9, "name": "Acme Corp"},
        "from": {"name": "Jo"},
        "created": "2026-11-17T09:00:00Z",
        "replies": [{"at": "2026-11-17T10:00:00Z", "body": "<p>We look into it.</p>"}],
    }


def replies(sent: Sent) -> Answer:
    """The help desk: three tickets, two on a page, and two companies."""
    parts = urlsplit(sent.url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.path == "/companies":
        companies = [{"id": 9, "name": "Acme Corp", "domains": ["acme.example"], "plan": "Gold"}, {"id": 8, "name": "Acme Corp EU"}]
        return json_answer({"companies": companies, "total": 2})
    if parts.path == "/tickets":
        last = asked.get("after") == "c2"
        return json_answer({"tickets": [ticket(3)] if last else [ticket(1), ticket(2)], "next": None if last else "c2", "total": 3})
    if parts.path.endswith("/notes"):
        return (
            json_answer({"note": {"id": 71}}, 201)
            if sent.method == "POST"
            else json_answer({"notes": [{"id": 70, "text": "kit-mark-written"}]})
        )
    key = parts.path.rpartition("/")[2]
    return json_answer({"ticket": ticket(int(key))}) if key in ("1", "2", "3") else json_answer({"error": "no such ticket"}, 404)


class Unfindable(NotFound):
    """For a mistake: an error of one's own."""


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Sound,)
