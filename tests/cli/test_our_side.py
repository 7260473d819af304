"""Who speaks for us: found out from the folder itself, or said with --our-domain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from escalation.arguments import domain
from escalation.commands.demo import ISSUES
from escalation.desk import examples

if TYPE_CHECKING:
    from tests.cli.conftest import Run

NOW = "2026-11-18T15:00:00+00:00"
REPORTER = 'reporter: {name: Dana Reyes, team: Support EMEA, channel: "#support-emea", zone: Europe/Berlin}'
MAIL = """From: Tom <tom@vendor.example>
To: kim@acme.example.com
Subject: Export stopped
Date: Mon, 16 Nov 2026 10:12:00 +0000
Message-ID: <2@vendor.example>

We see that the nightly export of Acme Corp stopped.
"""


@pytest.mark.parametrize("number", [1, 3, 6])
def test_the_examples_folder_gives_the_demos_page_without_being_told_whose_it_is(run: Run, home: Path, number: int) -> None:
    (home / ".customer-escalation").mkdir()
    (home / ".customer-escalation" / "config.yaml").write_text(REPORTER, encoding="utf-8")
    sentence, customer = ISSUES[number - 1]

    run("demo", str(number), "--out", "demo.md")
    run("open", sentence, *([customer] if customer else []), "--workspace", str(examples()), "--now", NOW, "--out", "open.md")

    shown, _, _ = Path("demo.md").read_text(encoding="utf-8").partition("\nThis was the example company.")
    assert Path("open.md").read_text(encoding="utf-8") == shown


@pytest.mark.parametrize(("flags", "side"), [([], "customer"), (["--our-domain", "vendor.example"], "vendor")])
@pytest.mark.parametrize("flag", ["--workspace", "--context"])
def test_our_domain_says_it_where_no_help_desk_does(run: Run, flag: str, flags: list[str], side: str) -> None:
    Path("exports").mkdir()
    Path("exports/mail.eml").write_text(MAIL, encoding="utf-8")
    given = "exports" if flag == "--workspace" else "exports/mail.eml"

    run("open", "The nightly export of Acme Corp stopped", flag, given, *flags, "--now", NOW, "--format", "json", "--out", "case.json")

    document = json.loads(Path("case.json").read_text(encoding="utf-8"))
    [mail] = [item for item in document["evidence"] if "Export stopped" in item["title"]]
    assert run("show", "last", mail["id"], "--format", "json").json["evidence"]["record"]["requester"]["side"] == side


@pytest.mark.parametrize(
    ("word", "read"),
    [("Vendor.example", "vendor.example"), ("@vendor.example", "vendor.example"), ("ann@vendor.example", "vendor.example")],
)
def test_a_domain_may_be_given_with_what_stands_before_it(word: str, read: str) -> None:
    assert domain(word) == read
