"""One story in five systems: the nightly export of Acme Corp fails with E4711. Each holds a part, and names the next by its address."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from tests.servers.room import MEDIAWIKI, REDMINE, RT, TRYTON, Admins

TITLE = "Export job stops with E4711"
BOT, BOT_PASSWORD = "reader", "0123456789abcdefghijklmnopqrstuv"


class Story(NamedTuple):
    """Where each part of the story stands."""

    ticket: str
    """Address of the ticket; so the others."""
    issue: str
    account: str
    thread: str
    article: str
    room: str
    project: str


def told(admins: Admins) -> Story:
    """The story, written into all five; what earlier runs wrote of it is put away first."""
    _put_away(admins)
    account = _account(admins)
    said = admins.rt(
        "POST",
        "/ticket",
        {
            "Queue": "General",
            "Subject": "Nightly export fails with E4711",
            "Requestor": "rosa.lind@acme.example",
            "Content": "Hello,\n\nsince Monday our nightly export stops after 90 seconds with E4711. Started by hand: same result."
            "\nThe auditors need the file by Friday.\n\nRosa Lind, Acme Corp",
            "ContentType": "text/plain",
            "Priority": 80,
        },
    )
    number = said["id"]
    ticket = f"{RT.url}/Ticket/Display.html?id={number}"
    issue, project = _issue(admins, ticket)
    admins.rt("PUT", f"/ticket/{number}", {"RefersTo": [issue]})
    admins.rt(
        "POST",
        f"/ticket/{number}/correspond",
        {"Content": "We can see it in the log and have told engineering.", "ContentType": "text/plain"},
    )
    admins.rt("POST", f"/ticket/{number}/comment", {"Content": "Renewal is in March, handle with care.", "ContentType": "text/plain"})
    thread, room = _thread(admins, ticket)
    return Story(ticket, issue, account, thread, _article(admins), room, project)


def _put_away(admins: Admins) -> None:
    """What is left of an earlier telling would be evidence too."""
    for row in admins.rt("GET", "/tickets", query="Subject LIKE 'E4711' OR Content LIKE 'E4711'", per_page=100)["items"]:
        admins.rt("PUT", f"/ticket/{row['id']}", {"Status": "deleted"})
    for row in admins.redmine("GET", "/issues.json", status_id="*", limit=100)["issues"]:
        admins.redmine("DELETE", f"/issues/{row['id']}.json")
    for room in admins.matrix("GET", "/joined_rooms")["joined_rooms"]:
        admins.matrix("POST", f"/rooms/{quote(room)}/leave", {})
        admins.matrix("POST", f"/rooms/{quote(room)}/forget", {})
    if parties := admins.tryton("model.party.party.search", [["name", "=", "Acme Corp"]], 0, None, None):
        admins.tryton("model.party.party.write", parties, {"active": False})


def _account(admins: Admins) -> str:
    (currency,) = admins.tryton("model.currency.currency.search", [["code", "=", "EUR"]], 0, 1, None) or admins.tryton(
        "model.currency.currency.create",
        [{"name": "Euro", "code": "EUR", "symbol": "€", "rounding": {"__class__": "Decimal", "decimal": "0.01"}}],
    )
    company = admins.tryton("model.company.company.search", [], 0, 1, None)
    if not company:
        (own,) = admins.tryton("model.party.party.create", [{"name": "Larkspur"}])
        company = admins.tryton("model.company.company.create", [{"party": own, "currency": currency}])
    admins.tryton("model.res.user.write", [1], {"companies": [["add", company]], "company": company[0]})
    means = [{"type": "email", "value": "rosa.lind@acme.example"}, {"type": "website", "value": "https://www.acme.example"}]
    (party,) = admins.tryton("model.party.party.create", [{"name": "Acme Corp", "contact_mechanisms": [["create", means]]}])
    deal = {
        "party": party,
        "company": company[0],
        "currency": currency,
        "description": "Acme Corp, second site",
        "amount": {"__class__": "Decimal", "decimal": "240000.00"},
        "conversion_probability": 0.6,
        "start_date": {"__class__": "date", "year": 2026, "month": 11, "day": 1},
    }
    admins.tryton("model.sale.opportunity.create", [deal])
    return f"{TRYTON.url}/#e2e/model/party.party/{party}"


def _issue(admins: Admins, ticket: str) -> tuple[str, str]:
    """A bug in whose words no search for the symptom would find it: the ticket's link leads to it."""
    projects = admins.redmine("GET", "/projects.json")["projects"]
    new = {"name": "Core", "identifier": "core", "tracker_ids": [1, 2, 3], "enabled_module_names": ["issue_tracking"]}
    project = projects[0] if projects else admins.redmine("POST", "/projects.json", {"project": new})["project"]
    bug = {
        "project_id": project["id"],
        "tracker_id": 1,
        "priority_id": 4,
        "subject": "Archive workers wait for each other",
        "description": f"Two workers hold one lock each and want the other's. Reported in {ticket}",
    }
    number = admins.redmine("POST", "/issues.json", {"issue": bug})["issue"]["id"]
    admins.redmine("PUT", f"/issues/{number}.json", {"issue": {"notes": "The fix is in review, planned for the next release."}})
    return f"{REDMINE.url}/issues/{number}", project["identifier"]


def _thread(admins: Admins, ticket: str) -> tuple[str, str]:
    room = admins.matrix("POST", "/createRoom", {"name": "support-emea", "preset": "public_chat"})["room_id"]

    def say(mark: str, body: str, **more: object) -> str:
        content = {"msgtype": "m.text", "body": body, **more}
        return str(admins.matrix("PUT", f"/rooms/{quote(room)}/send/m.room.message/{mark}", content)["event_id"])

    root = say("story-1", f"Acme Corp's nightly export is down with E4711, see {ticket}")
    say("story-2", "Looks like the archive workers again.", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})
    say("story-3", "Lunch?")
    return f"https://matrix.to/#/{room}/{root}", room


def _article(admins: Admins) -> str:
    token = admins.wiki("GET", "", action="query", meta="tokens", format="json")["query"]["tokens"]["csrftoken"]
    text = (
        "== Cause ==\nThe nightly export waits for the '''archive queue''', which is full.\n\n"
        "== Workaround ==\n# Stop the export.\n# Empty the queue.\n# Start the export again."
    )
    said = admins.wiki("POST", "", form={"action": "edit", "format": "json", "title": TITLE, "text": text, "token": token})
    assert said["edit"]["result"] == "Success", said
    return f"{MEDIAWIKI.url}/index.php/{TITLE.replace(' ', '_')}"
