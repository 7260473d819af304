"""One case across five real servers: gathered, briefed, acted on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from escalation.actions import MessageDraft, NoteDraft, WorkItemDraft
from escalation.config import load_config
from escalation.connector import Outside, WorkItemQuery
from tests.house.tree import ROOT
from tests.servers.room import MEDIAWIKI, REDMINE, RT, SYNAPSE, TRYTON, Admins, missing, running
from tests.servers.story import BOT, BOT_PASSWORD, TITLE, Story, told

pytestmark = [pytest.mark.servers, pytest.mark.skipif(bool(missing()), reason=missing())]

SENTENCE = "Nightly export fails with E4711 for Acme Corp"
CONFIG = f"""\
connectors:
  rt: {{base_url: "{RT.url}", username: root, password: "${{RT_PASSWORD}}"}}
  tryton: {{base_url: "{TRYTON.url}", database: e2e, key: "${{TRYTON_KEY}}"}}
  matrix: {{base_url: "{SYNAPSE.url}", access_token: "${{MATRIX_ACCESS_TOKEN}}"}}
  redmine: {{base_url: "{REDMINE.url}", api_key: "${{REDMINE_API_KEY}}"}}
  mediawiki: {{base_url: "{MEDIAWIKI.url}", username: "Admin@{BOT}", password: "${{MEDIAWIKI_PASSWORD}}"}}
"""
FIELDS = {"rt": "password", "tryton": "key", "matrix": "access_token", "redmine": "api_key", "mediawiki": "password"}
"""Connector → the setting that holds its secret."""
PERMISSIONS = {
    "rt": "*ShowTicket*",
    "tryton": "*read* on *Party*",
    "matrix": "membership",
    "redmine": "*View issues*",
    "mediawiki": "`read`",
}


class House(NamedTuple):
    """The servers with the story in them, and a home in which the command line knows them."""

    admins: Admins
    story: Story
    folder: Path
    environ: Mapping[str, str]

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The command line as a process of its own."""
        env = {**os.environ, **self.environ, "PYTHONPATH": str(ROOT), **environ}
        return subprocess.run(
            [sys.executable, "-m", "escalation", *words],
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def act(self, name: str, act: Callable[[Any], Any]) -> Any:
        """What the configured connector says after this action, in a session of its own as in a run of its own."""
        configured = next(each for each in load_config(self.folder / "home", self.environ).connectors if each.name == name)
        with closing(configured.kind(name, configured.settings, Outside(self.folder / "cache").session(name, 30.0))) as connector:
            return act(connector)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("servers")
    (folder / "home").mkdir()
    (folder / "home" / "config.yaml").write_text(CONFIG, encoding="utf-8")
    with running(folder):
        admins = Admins()
        story = told(admins)
        admins.bot_password(BOT, BOT_PASSWORD)
        environ = {
            "CUSTOMER_ESCALATION_HOME": str(folder / "home"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_DATA_HOME": str(folder / "data"),
            "RT_PASSWORD": "e2e-root-password",
            "TRYTON_KEY": admins.tryton_key(),
            "MATRIX_ACCESS_TOKEN": admins.matrix_token,
            "REDMINE_API_KEY": admins.redmine_key,
            "MEDIAWIKI_PASSWORD": BOT_PASSWORD,
        }
        house = House(admins, story, folder, environ)
        _wait_for_index(house)
        yield house


def _wait_for_index(house: House) -> None:
    """A wiki's search index is written after the edit was answered."""
    for _ in range(40):
        found = house.admins.wiki("GET", "", action="query", list="search", srsearch="archive queue", srwhat="text", format="json")
        if any(hit["title"] == TITLE for hit in found["query"]["search"]):
            return
        time.sleep(0.5)
    raise AssertionError("the wiki's index does not hold the page after 20 s")


@pytest.fixture(scope="module")
def case(house: House) -> Any:
    """The case as `open` writes it."""
    out = house.folder / "case.json"
    said = house.run("open", SENTENCE, "--within", "60", "--format", "json", "--out", str(out))
    assert (said.returncode, said.stderr) == (0, "")
    return json.loads(out.read_text(encoding="utf-8"))


def test_one_case_is_gathered_from_all_five_at_once(house: House, case: Any) -> None:
    found = {item["url"] for item in case["evidence"]}
    assert {house.story.ticket, house.story.issue, house.story.account, house.story.thread, house.story.article} <= found
    assert {item["category"] for item in case["evidence"]} >= {"support platform", "CRM", "chat", "project tracker", "knowledge base"}


def test_every_connector_answered_completely_within_its_budget(case: Any) -> None:
    lines = [line for line in case["coverage"] if line["connector"]]
    for line in lines:
        print(  # noqa: T201 - the record of what a case costs: pytest tests/servers -n 0 -s
            f"{line['connector']:<10} {line['category']:<16} {line['status']:<9} {line['requests']:>3} requests {line['seconds']:>7.3f} s"
        )
    assert {line["connector"] for line in lines} == set(FIELDS)
    assert {(line["connector"], line["status"], line["detail"]) for line in lines if line["status"] != "complete"} == set()
    for name in FIELDS:
        assert sum(line["requests"] for line in lines if line["connector"] == name) <= 12


def test_a_link_is_followed_from_the_ticket_to_an_issue_that_no_search_finds(house: House, case: Any) -> None:
    words = WorkItemQuery(words=tuple(SENTENCE.split()))
    assert house.act("redmine", lambda tracker: list(tracker.find_work_items(words))) == []
    (issue,) = (item for item in case["evidence"] if item["url"] == house.story.issue)
    assert issue["title"] == "Archive workers wait for each other"


def test_the_account_is_known_and_brings_its_deal(house: House, case: Any) -> None:
    account = next(item for item in case["evidence"] if item["url"] == house.story.account)
    assert [(customer["name"], customer["account"]) for customer in case["customer"]] == [("Acme Corp", account["id"])]
    (deals,) = (fact["value"] for fact in case["facts"] if fact["name"] == "open_deals")
    assert "second site" in deals
    assert "240" in deals


def test_the_brief_and_the_page_hold(house: House, case: Any) -> None:
    assert "E4711" in case["brief"]
    page = house.run("open", SENTENCE, "--within", "60")
    assert page.returncode == 0
    assert page.stderr == ""
    assert "E4711" in page.stdout
    assert len(page.stdout) <= 9_000
    assert not any(
        secret in page.stdout + json.dumps(case) for name, secret in house.environ.items() if name.endswith(("KEY", "TOKEN", "WORD"))
    )


def test_doctor_sees_all_five(house: House) -> None:
    said = house.run("doctor", "--within", "30")
    assert said.returncode == 0, said.stdout
    for name in FIELDS:
        assert f"- {name}: ok" in said.stdout


@pytest.mark.parametrize("name", FIELDS)
def test_a_wrong_credential_is_one_line_with_its_field_and_permission(house: House, name: str) -> None:
    variable = next(word for word in CONFIG.splitlines() if word.strip().startswith(f"{name}:")).partition("${")[2].partition("}")[0]
    wrong = "not-the-secret-of-anyone-12345"
    said = house.run("doctor", "--within", "30", **{variable: wrong})
    assert said.returncode == 3
    lines = [line for line in said.stdout.splitlines() if line.startswith(f"- {name}: BROKEN")]
    assert lines
    assert f"'{FIELDS[name]}'" in lines[0]
    assert PERMISSIONS[name] in lines[0]
    assert wrong not in said.stdout + said.stderr
    for other in FIELDS.keys() - {name}:
        assert f"- {other}: ok" in said.stdout


def test_a_message_posted_twice_is_written_once(house: House) -> None:
    draft = MessageDraft(mark=_mark("post"), text="Escalated to engineering.", channel="support-emea", thread=house.story.thread)
    first, second = _twice(house, "matrix", lambda chat: chat.post_message(draft))
    assert (first.already, second.already, first.ref) == (False, True, second.ref)
    latest = house.admins.matrix("GET", f"/rooms/{house.story.room}/messages", dir="b", limit=50)["chunk"]
    written = [event for event in latest if event["content"].get("body") == draft.text]
    assert len(written) == 1
    assert written[0]["content"]["m.relates_to"]["event_id"] == house.story.thread.rpartition("/")[2]


def test_a_work_item_filed_twice_is_written_once(house: House) -> None:
    draft = WorkItemDraft(
        mark=_mark("file"),
        text="Found while escalating.",
        project=house.story.project,
        title="Export times out",
        links=(house.story.ticket,),
    )
    first, second = _twice(house, "redmine", lambda tracker: tracker.create_work_item(draft))
    assert (first.already, second.already, first.ref) == (False, True, second.ref)
    issues = house.admins.redmine("GET", "/issues.json", status_id="*", limit=100)["issues"]
    assert [issue["subject"] for issue in issues].count("Export times out") == 1
    (issue,) = (issue for issue in issues if issue["subject"] == "Export times out")
    assert house.story.ticket in issue["description"]


def test_a_note_added_twice_is_written_once_and_reaches_no_customer(house: House) -> None:
    draft = NoteDraft(mark=_mark("note"), text="Escalated; the brief is with engineering.", ticket=house.story.ticket)
    first, second = _twice(house, "rt", lambda platform: platform.add_internal_note(draft))
    assert (first.already, second.already, first.ref) == (False, True, second.ref)
    number = house.story.ticket.rpartition("=")[2]
    history = house.admins.rt("GET", f"/ticket/{number}/history", fields="Type", per_page=100)["items"]
    after = [row["Type"] for row in history if int(row["id"]) >= int(first.ref)]
    assert after.count("Comment") == 1
    assert "Correspond" not in after
    assert "EmailRecord" not in after


def _mark(action: str) -> str:
    return f"{action}-{time.time_ns()}"


def _twice(house: House, name: str, act: Callable[[Any], Any]) -> tuple[Any, Any]:
    return house.act(name, act), house.act(name, act)
