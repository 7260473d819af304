"""The commands that SKILL.md gives an agent, run as they stand there, one after the other."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from escalation.cli import main

ROOT = Path(__file__).resolve().parents[2]
BODY = (ROOT / "SKILL.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    python3 \$\{CLAUDE_SKILL_DIR\}/scripts/escalate\.py (.+)$", BODY, re.MULTILINE)
LARKSPUR = ["--workspace", str(ROOT / "examples" / "larkspur"), "--now", "2026-11-18T15:00:00+00:00"]

SENTENCES = {
    "API returning 500 errors intermittently for Acme Corp": "engineering",
    "Data export is missing rows — 3 customers reported this week": "engineering",
    "SSO login loop affecting all Enterprise customers": "engineering",
    "Customer threatening to churn over missing audit log feature": "leadership",
    "Webhook signatures fail verification for Orchid Travel after rotating their secret": "l2-support",
    "Vireo Media reports they can see another customer's invoices in the billing portal": "security",
}
TOKEN = 3.5
"""Characters; English prose has four, ids and dates have fewer."""


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty home and an empty project."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CUSTOMER_ESCALATION_HOME", raising=False)
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command prints; it must succeed."""
    capsys.readouterr()
    code = main(words)
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, ""), words
    return captured.out


@pytest.mark.parametrize("extra", [LARKSPUR, []], ids=["with a workspace", "with nothing connected"])
def test_every_command_of_the_skill_works_as_written(capsys: pytest.CaptureFixture[str], extra: list[str]) -> None:
    assert [shlex.split(command)[0] for command in COMMANDS] == ["open", *["add"] * 6, "show", "show", "brief"]
    for command in COMMANDS:
        words = shlex.split(command)
        if words[:3] == ["show", "last", "T1.4"] and not extra:
            words[2] = "T1.1"
        printed = said(capsys, *words, *(extra if words[0] == "open" else []))
        if words[0] == "add":
            assert re.search(r"added [TAMWKU]\d+\.", printed), printed


def test_what_is_handed_over_becomes_evidence_of_its_kind_and_no_second_account(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS[:7]:
        said(capsys, *shlex.split(command))
    shown = said(capsys, "show", "last")
    assert re.findall(r"^- (\w+) · ", shown, re.MULTILINE) == ["U1", "U2", "A1", "T1", "M1", "W1", "K1"]
    affected = json.loads(said(capsys, "brief", "last", "--format", "json"))["affected_accounts"]
    assert [account["name"] for account in affected] == ["Acme Corp"]


@pytest.mark.parametrize(("sentence", "audience"), SENTENCES.items(), ids=SENTENCES.values())
def test_a_case_is_read_within_the_agents_budget(capsys: pytest.CaptureFixture[str], sentence: str, audience: str) -> None:
    """SKILL.md, `open`, and the three pages that it makes one look at first: at most 12,000 tokens."""
    page = said(capsys, "open", sentence, *LARKSPUR)
    cited = dict.fromkeys(re.findall(r"^- ([TM]\d+)(?:\.\d+)? ", page, re.MULTILINE))
    shown = [said(capsys, "show", "last", id) for id in list(cited)[:3]]
    assert shown
    assert (len(BODY) + len(page) + sum(map(len, shown))) / TOKEN <= 12_000
    assert len(said(capsys, "brief", "last", "--audience", audience)) <= 9_000
