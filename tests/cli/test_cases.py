"""From a sentence to a saved case and back: open, add, brief, show and list, as a person or an agent calls them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from escalation.cli import main
from escalation.pages.fit import LIMIT
from tests.cli.conftest import Said, move_in

if TYPE_CHECKING:
    from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
NOW = "2026-11-18T15:00:00+00:00"
ISSUE = "POST /v2/orders answers HTTP 500 ORD-5031"

RECORDS = [
    {"kind": "account", "ref": "A-9", "name": "Acme Corp", "domains": "acme.example.com", "plan": "Enterprise"},
    {
        "kind": "ticket",
        "ref": "4211",
        "subject": "POST /v2/orders answers HTTP 500 ORD-5031",
        "text": "Since Monday POST /v2/orders answers HTTP 500 with code ORD-5031 for about 4 % of calls.",
        "requester_email": "kim@acme.example.com",
        "account_name": "Acme Corp",
        "created_at": "2026-11-16T09:12:00Z",
    },
]

HANGING = """
import time
from escalation.connector import Connector, Settings
from escalation.hookspecs import hookimpl
from escalation.records import Category

class Hanging(Connector[Settings]):
    type = "hanging"
    categories = (Category.SUPPORT_PLATFORM,)
    settings_type = Settings

    def find_tickets(self, query):
        (self.session.cache / "asked").touch()
        time.sleep(300)
        yield

    def check_connection(self):
        time.sleep(300)
        yield

@hookimpl
def register_connectors():
    return [Hanging]
"""


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home in which one case was opened on a folder of exports, and what that printed."""
    folder = tmp_path_factory.mktemp("first")
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch, contextlib.redirect_stdout(printed):
        exports = move_in(folder, monkeypatch) / "exports"
        exports.mkdir()
        (exports / "all.jsonl").write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")
        assert main(["open", ISSUE, "Acme Corp", "--workspace", str(exports), "--now", NOW]) == 0
    return folder, printed.getvalue()


@pytest.fixture
def exports(first: tuple[Path, str]) -> Path:
    """A folder with one account and its ticket."""
    return first[0] / "home" / "exports"


@pytest.fixture
def opened(first: tuple[Path, str], home: Path) -> Said:
    """That case, in this test's own home."""
    shutil.copytree(first[0] / "home" / ".customer-escalation", home / ".customer-escalation")
    return Said(0, first[1], "")


@pytest.fixture
def hanging(home: Path) -> Path:
    """A configuration whose one connector never answers."""
    folder = home / ".customer-escalation"
    (folder / "connectors").mkdir(parents=True)
    (folder / "connectors" / "hanging.py").write_text(HANGING, encoding="utf-8")
    (folder / "config.yaml").write_text("connectors: {hanging: {}}", encoding="utf-8")
    return folder


def test_an_issue_becomes_a_page_and_a_saved_case(run: Run, opened: Said) -> None:
    assert opened.err == ""
    assert len(opened.out) <= LIMIT
    assert "4211" in opened.out
    [case] = run("list", "--format", "json").json["cases"]
    assert case["id"] in opened.out
    assert case["opened_at"] == NOW


def test_bare_words_are_an_issue(run: Run) -> None:
    quoted = run("API returning 500 errors for Acme Corp", "--now", NOW)
    words = run("API", "returning", "500", "errors", "for", "Acme", "Corp", "--now", NOW)

    assert quoted == words
    assert quoted.code == 0
    assert len(run("list", "--format", "json").json["cases"]) == 1


def test_the_same_issue_at_the_same_moment_is_the_same_bytes(run: Run, opened: Said, exports: Path) -> None:
    again = run("open", ISSUE, "Acme Corp", "--workspace", str(exports), "--now", NOW)

    assert again.out == opened.out


@pytest.mark.usefixtures("opened")
def test_opening_again_keeps_what_was_added(run: Run, exports: Path) -> None:
    run("add", "last", "--text", "Retrying with an Idempotency-Key helps")
    run("add", "last", "--connector", "slack", "--kind", "message", "--text", "Pool exhaustion since the 2026.46 deploy")

    run("open", ISSUE, "Acme Corp", "--workspace", str(exports), "--now", NOW)

    titles = [item["title"] + item["excerpt"] for item in run("show", "last", "--format", "json").json["evidence"]]
    assert sum("Idempotency-Key" in title for title in titles) == 1
    assert sum("Pool exhaustion" in title for title in titles) == 1
    assert len(run("list", "--format", "json").json["cases"]) == 1


def test_with_nothing_connected_the_page_says_so_and_how_to_connect(run: Run) -> None:
    said = run("open", ISSUE, "Acme Corp", "--now", NOW)

    assert said.code == 0
    assert "No system is connected" in said.out
    assert "customer-escalation demo" in said.out
    document = run("open", ISSUE, "Acme Corp", "--now", NOW, "--format", "json").json
    assert {item["connector"] for item in document["evidence"]} == {"user"}
    assert {line["category"]: line["status"] for line in document["coverage"]} == dict.fromkeys(
        ["support platform", "CRM", "chat", "project tracker", "knowledge base"], "not_configured"
    )


@pytest.mark.usefixtures("opened")
def test_json_follows_the_contract(run: Run, exports: Path) -> None:
    said = run("open", ISSUE, "Acme Corp", "--workspace", str(exports), "--now", NOW, "--format", "json", "--out", "case.json")
    document = json.loads(Path("case.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "docs" / "schema" / "document.json").read_text(encoding="utf-8"))

    assert said.json == {
        "ok": True,
        "exit_code": 0,
        "error": None,
        "case": document["case"],
        "out": "case.json",
        "characters": Path("case.json").stat().st_size - sum(len(c.encode()) - 1 for c in Path("case.json").read_text(encoding="utf-8")),
    }
    assert set(document) == set(schema["required"])
    assert [document["ok"], document["exit_code"], document["error"]] == [True, 0, None]
    assert document["now"].replace("Z", "+00:00") == NOW
    assert [item["ref"] for item in document["evidence"] if item["category"] == "support platform"] == ["4211"]


@pytest.mark.usefixtures("opened")
def test_json_on_stdout_stays_json_within_the_limit(run: Run) -> None:
    said = run("brief", "last", "--format", "json")

    assert len(said.out) <= LIMIT
    assert said.json["case"]


@pytest.mark.usefixtures("opened")
def test_an_audience_may_be_asked_for(run: Run) -> None:
    for audience in ("L2 support", "engineering", "product", "security", "leadership"):
        said = run("brief", "last", "--audience", audience)
        assert said.code == 0
        assert len(said.out) <= LIMIT
        assert run("brief", "last", "--audience", audience, "--format", "json").json["audience"] == audience


def test_the_page_of_a_case_opened_for_an_audience_says_how_to_get_its_brief(run: Run) -> None:
    said = run("open", ISSUE, "Acme Corp", "--now", NOW, "--audience", "l2")

    [command] = re.findall(r"Print the brief for L2 support, .*`customer-escalation (brief .*)`", said.out)
    assert run(*shlex.split(command)).code == 0
    assert len(said.out) <= LIMIT


@pytest.mark.usefixtures("opened")
def test_html_that_does_not_fit_asks_for_a_file(run: Run) -> None:
    said = run("brief", "last", "--format", "html", "--out", "brief.html")
    page = Path("brief.html").read_text(encoding="utf-8")

    assert said.code == 0
    assert "<html" in page
    direct = run("brief", "last", "--format", "html")
    if len(page) > LIMIT:
        assert (direct.code, direct.out) == (2, "")
        assert "add --out FILE" in direct.err
    else:
        assert direct.out == page


@pytest.mark.usefixtures("opened")
def test_evidence_is_listed_and_shown(run: Run) -> None:
    listed = run("show", "last")
    one = run("show", "last", "t1")

    assert "- T1 · support platform · workspace “4211” · 2026-11-16 · “POST /v2/orders answers HTTP 500 ORD-5031”" in listed.out
    assert one.code == 0
    assert "ORD-5031" in one.out
    assert run("show", "last", "T1", "--all").code == 0
    assert run("show", "last", "T1", "--format", "json").json["evidence"]["record"]["ref"] == "4211"


@pytest.mark.usefixtures("opened")
def test_evidence_that_is_not_there_names_what_is(run: Run) -> None:
    said = run("show", "last", "W9")

    assert said.code == 4
    assert "has no evidence 'W9'; it has U1, A1, T1" in said.err


@pytest.mark.usefixtures("opened")
def test_foreign_titles_have_no_effect_in_the_list(run: Run) -> None:
    run("add", "last", "--kind", "ticket", "--title", "x ![a](https://evil.example/p.png) @channel\n# head \u202e`code`", "--text", "y")

    listed = run("show", "last").out
    assert "](https" not in listed.replace("\\](https", "")
    assert "\n# head" not in listed
    assert "\u202e" not in listed


@pytest.mark.usefixtures("opened")
def test_what_was_added_is_told_and_saved(run: Run) -> None:
    said = run(
        "add",
        "last",
        "--connector",
        "slack",
        "--kind",
        "message",
        "--title",
        "incidents",
        "--author",
        "Priya",
        "--at",
        "2026-11-18T10:02:00+00:00",
        "--text",
        "Pool exhaustion since the 2026.46 deploy",
    )

    assert (said.code, said.err) == (0, "")
    assert ": added M1." in said.out
    [message] = [item for item in run("show", "last", "--format", "json").json["evidence"] if item["id"] == "M1"]
    assert (message["connector"], message["author"], message["at"]) == ("slack", "Priya", "2026-11-18T10:02:00Z")


@pytest.mark.parametrize(
    "words",
    [
        ["--text", "Retrying helps"],
        ["--json", '{"weather": "rain"}'],
        ["--json", '{"kind": "ticket", "ref": "77", "subject": "again"}'],
        ["note.log"],
    ],
)
@pytest.mark.usefixtures("opened")
def test_the_same_evidence_added_twice_is_one_piece(run: Run, words: list[str]) -> None:
    Path("note.log").write_text("08:41 500 ORD-5031", encoding="utf-8")

    first, second = run("add", "last", *words), run("add", "last", *words)

    assert "added" in first.out
    assert "nothing was added; this evidence is there already" in second.out


@pytest.mark.usefixtures("opened")
def test_a_newer_state_of_a_record_takes_its_place_under_its_id(run: Run) -> None:
    run("add", "last", "--connector", "jira", "--json", '{"kind": "work item", "ref": "PLAT-812", "title": "500s", "status": "Open"}')
    said = run(
        "add", "last", "--connector", "jira", "--json", '{"kind": "work item", "ref": "PLAT-812", "title": "500s", "status": "Done"}'
    )

    assert ": added W1." in said.out
    items = [item for item in run("show", "last", "--format", "json").json["evidence"] if item["category"] == "project tracker"]
    assert [item["ref"] for item in items] == ["PLAT-812"]
    assert run("show", "last", "W1", "--format", "json").json["evidence"]["record"]["status"] == "Done"


@pytest.mark.usefixtures("opened")
def test_a_record_that_another_system_has_too_is_one_piece(run: Run) -> None:
    run(
        "add",
        "last",
        "--connector",
        "zendesk",
        "--json",
        json.dumps({"kind": "ticket", "ref": "4211", "subject": RECORDS[1]["subject"], "status": "pending"}),
    )
    run("add", "last", "--connector", "jira", "--json", '{"kind": "ticket", "ref": "4211", "subject": "Something else under this number"}')

    tickets = [item for item in run("show", "last", "--format", "json").json["evidence"] if item["category"] == "support platform"]
    assert [(item["id"], item["ref"]) for item in tickets] == [("T1", "4211"), ("T2", "4211")]
    assert run("show", "last", "T1", "--format", "json").json["evidence"]["record"]["status"] == "pending"


def test_an_account_that_is_added_answers_who_the_customer_is(run: Run) -> None:
    company = {"id": "18840011", "properties": {"name": "Acme Corp", "domain": "acme.example.com", "arr": "USD 1,200,000"}}
    run("open", ISSUE, "Acme Corp", "--now", NOW)

    said = run("add", "last", "--connector", "hubspot", "--json", json.dumps(company), "--format", "json")

    assert [item["id"] for item in said.json["added"]] == ["A1"]
    assert "Who is Acme Corp in the CRM?" in said.json["gaps_closed"]
    run("brief", "last", "--format", "json", "--out", "case.json")
    document = json.loads(Path("case.json").read_text(encoding="utf-8"))
    assert [(customer["account"], customer["matched_by"]) for customer in document["customer"]] == [("A1", "exact name")]
    assert "1,200,000" in json.dumps(document["facts"])


@pytest.mark.usefixtures("opened")
def test_json_of_no_known_shape_may_be_given_a_kind(run: Run) -> None:
    words = ["--connector", "linear", "--kind", "work item", "--ref", "ENG-12", "--title", "Retry fails"]
    run("add", "last", "--json", '{"identifier": "ENG-12", "title": "Retry fails"}', *words)

    [item] = [item for item in run("show", "last", "--format", "json").json["evidence"] if item["category"] == "project tracker"]
    assert (item["ref"], item["title"], item["connector"]) == ("ENG-12", "Retry fails", "linear")


@pytest.mark.usefixtures("opened")
def test_whose_ticket_it_is_may_be_said(run: Run) -> None:
    run("add", "last", "--account", "Globex Retail", "--json", '{"kind": "ticket", "ref": "77", "subject": "ORD-5031 here too"}')

    account = run("show", "last", "T2", "--format", "json").json["evidence"]["record"]["account"]
    assert account["name"] == "Globex Retail"


@pytest.mark.usefixtures("opened")
def test_what_add_changed_is_json_too(run: Run) -> None:
    said = run("add", "last", "--text", "Production is down for everyone", "--format", "json")

    assert said.json["ok"] is True
    assert [item["excerpt"] for item in said.json["added"]] == ["Production is down for everyone"]
    assert set(said.json) == {
        "ok",
        "exit_code",
        "error",
        "case",
        "added",
        "changed",
        "severity",
        "decision",
        "target",
        "gaps_closed",
        "gaps_opened",
    }


def test_context_files_are_part_of_the_case(run: Run, exports: Path) -> None:
    Path("gateway.log").write_text("08:41 POST /v2/orders 500 ORD-5031", encoding="utf-8")

    run("open", ISSUE, "Acme Corp", "--context", "gateway.log", "--workspace", str(exports), "--now", NOW)

    assert any("gateway.log" in item["title"] for item in run("show", "last", "--format", "json").json["evidence"])


@pytest.mark.usefixtures("opened")
def test_the_whole_goes_to_a_file_and_stdout_says_so(run: Run) -> None:
    said = run("brief", "last", "--out", "brief.md")
    text = Path("brief.md").read_text(encoding="utf-8")
    [case] = run("list", "--format", "json").json["cases"]

    assert said.out == f"{case['id']}: {len(text):,} characters written to brief.md\n"
    assert said.err == ""


@pytest.mark.usefixtures("opened")
def test_huge_evidence_does_not_break_the_limit(run: Run) -> None:
    Path("huge.log").write_text(
        "".join(f"08:41:{n % 60:02} POST /v2/orders 500 ORD-5031 request {n}\n" for n in range(1_500)), encoding="utf-8"
    )
    run("add", "last", "huge.log")

    for words in (["show", "last", "U2"], ["show", "last", "U2", "--all"], ["show", "last"], ["brief", "last"]):
        for form in ("markdown", "json"):
            said = run(*words, "--format", form)
            assert said.code == 0
            assert len(said.out) <= LIMIT
    run("show", "last", "U2", "--all", "--out", "all.md")
    assert Path("all.md").read_text(encoding="utf-8").count("ORD-5031") >= 1_500


def test_a_result_that_can_not_be_saved_is_printed_all_the_same(run: Run, home: Path) -> None:
    (home / ".customer-escalation").write_text("in the way", encoding="utf-8")

    said = run("open", ISSUE, "Acme Corp", "--now", NOW)
    as_json = run("open", ISSUE, "Acme Corp", "--now", NOW, "--format", "json")

    assert said.code == 5
    assert "Acme Corp" in said.out
    assert said.err.startswith("customer-escalation: case store")
    assert (as_json.code, as_json.err) == (5, "")
    assert (as_json.json["ok"], as_json.json["exit_code"]) == (False, 5)
    assert "case store" in as_json.json["error"]
    assert as_json.json["decision"]["action"]


def test_a_connector_whose_code_is_broken_becomes_a_gap(run: Run, home: Path) -> None:
    folder = home / ".customer-escalation"
    (folder / "connectors").mkdir(parents=True)
    (folder / "connectors" / "broken.py").write_text("import a_module_that_is_not_there", encoding="utf-8")
    (folder / "config.yaml").write_text("connectors: {broken: {}}", encoding="utf-8")

    said = run("open", ISSUE, "Acme Corp", "--now", NOW, "--format", "json", "--out", "case.json")

    assert said.code == 0
    document = json.loads(Path("case.json").read_text(encoding="utf-8"))
    assert "What does broken hold on this?" in [gap["question"] for gap in document["gaps"]]


def test_a_connector_that_hangs_is_left_behind_at_the_deadline_and_does_not_keep_the_process(hanging: Path, home: Path) -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "escalation", "open", ISSUE, "Acme Corp", "--now", NOW, "--within", "0.5", "--format", "json"],
        capture_output=True,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert time.monotonic() - started < 15
    assert {line["status"] for line in json.loads(done.stdout)["coverage"] if line["connector"] == "hanging"} == {"timed_out"}


def test_an_interruption_while_gathering_saves_nothing(hanging: Path, home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "escalation", "open", ISSUE, "Acme Corp", "--now", NOW, "--within", "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    while not list((home.parent / "cache").rglob("asked")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=15)

    assert process.returncode == 130
    assert out == b""
    assert err == b"customer-escalation: interrupted; a case is saved whole or not at all\n"
    assert not (hanging / "escalations.db").exists()


@pytest.mark.usefixtures("opened")
def test_two_processes_that_add_at_once_both_land(home: Path, run: Run) -> None:
    command = [sys.executable, "-m", "escalation", "add", "last", "--text"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    adders = [subprocess.Popen([*command, f"Note {n}"], stdout=subprocess.DEVNULL, cwd=home, env=environ) for n in range(3)]

    assert [adder.wait(60) for adder in adders] == [0, 0, 0]
    excerpts = [item["excerpt"] for item in run("show", "last", "--format", "json").json["evidence"]]
    assert {"Note 0", "Note 1", "Note 2"} <= set(excerpts)


@pytest.mark.usefixtures("opened")
def test_the_history_of_a_case_is_kept(run: Run, home: Path) -> None:
    run("add", "last", "--text", "Retrying helps")

    with sqlite3.connect(home / ".customer-escalation" / "escalations.db") as db:
        assert db.execute("SELECT revision FROM history ORDER BY number").fetchall() == [(1,), (2,)]
    db.close()


def test_words_that_are_no_utf_8_become_a_case(home: Path) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"escalation", b"open", b"caf\xe9 app shows error 500 for Acme Corp", b"--now", NOW.encode()],
        capture_output=True,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "caf\ufffd app" in done.stdout.decode("utf-8")


@pytest.mark.usefixtures("opened", "exports")
def test_nothing_goes_to_stderr_when_it_is_no_terminal(run: Run) -> None:
    for words in (["list"], ["show", "last"], ["show", "last", "T1"], ["brief", "last"], ["connectors"], ["add", "last", "--text", "a"]):
        assert run(*words).err == ""
