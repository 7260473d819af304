"""The skill in real agent clients: found, started through the client's own tools, and never in need of an approval.

The clients are real and the model is a script, so nothing here says whether a model would follow the skill; evals/ is for that.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.skill.conftest import CLAUDE, Agents, Step

pytestmark = pytest.mark.slow

RUN = "python3 {SKILL_DIR}/scripts/escalate.py"
NOW = "--now 2026-11-18T15:00:00+00:00"
OPEN = f"{RUN} open 'API returning 500 errors intermittently for Acme Corp' --workspace {{SKILL_DIR}}/examples/larkspur {NOW}"
ACCOUNT = {"kind": "account", "ref": "0015", "name": "Halden Marine", "plan": "Business", "arr": {"amount": 96000, "currency": "EUR"}}
AS_THE_SKILL_SAYS: list[Step] = [
    {"sh": OPEN},
    {"sh": f"{RUN} show last T1"},
    {"sh": f"{RUN} brief last --audience engineering"},
    {"sh": rf"{RUN} add last --author 'Dana Reyes' --text 'They can'\''t wait: \"stable by Tuesday\"; costs $40 {{a}} | b'"},
    {"sh": f"{RUN} add last --connector salesforce --json '{json.dumps(ACCOUNT)}'"},
    {"read": "{SKILL_DIR}/references/criteria.md"},
]
BEGINS = ["# ESC-", "# T1 ", "## ESCALATION: ", "ESC-", "ESC-", "1\t# When to escalate"]


def results(report: Any) -> list[str]:
    """What each tool call brought back, without what a client puts round it."""
    return [each["result"] for each in report["tool_results"]]


@pytest.mark.parametrize("installed", [(), ("--home-install",), ("--plugin",)], ids=["in a project", "in the home", "as a plugin"])
def test_claude_code_asks_for_no_approval(agents: Agents, installed: tuple[str, ...]) -> None:
    report = agents.converse("claude-code", *AS_THE_SKILL_SAYS, flags=installed)
    assert report["discovered"]
    assert report["injections"][0]["leftovers"] == []
    assert report["permission_denials"] == []
    assert [text[: len(begin)] for text, begin in zip(results(report), BEGINS, strict=True)] == BEGINS


@pytest.mark.parametrize("client", ["opencode", "gemini", "copilot", "codex"])
def test_every_other_client_finds_it_and_runs_it(agents: Agents, client: str) -> None:
    opened, _, _, noted, _, reference = AS_THE_SKILL_SAYS
    report = agents.converse(client, opened, noted, reference, flags=("--bypass",))
    assert report["discovered"]
    for text, part in zip(results(report), ("# ESC-", "added U2.", "# When to escalate"), strict=True):
        assert part in text


def test_the_first_start_is_over_before_a_client_loses_patience(agents: Agents) -> None:
    report = agents.converse("claude-code", {"sh": OPEN}, prepared=False)
    assert results(report)[0].startswith("# ESC-")
    assert report["wall_s"] < 110


def test_a_model_that_chooses_it_needs_the_users_yes_once_and_no_other(agents: Agents) -> None:
    chosen: list[Step] = [{"skill": "customer-escalation", "args": "API 500 for Acme"}, {"sh": f"{RUN} list"}]
    said = ("--prompt", "please escalate the Acme ticket")
    assert len(agents.converse("claude-code", *chosen, flags=said)["permission_denials"]) == 2
    report = agents.converse("claude-code", *chosen, flags=(*said, "--", "--allowedTools", "Skill(customer-escalation)"))
    assert report["permission_denials"] == []
    assert "There is no case yet" in results(report)[1]


def test_codex_is_told_by_its_full_name(agents: Agents) -> None:
    """Codex puts the name in the plugin's manifest before the skill's."""
    report = agents.converse("codex", flags=("--prompt", "$customer-escalation:customer-escalation API 500 for Acme"))
    assert report["injected_chars"] > 5000


@pytest.fixture
def sandbox(agents: Agents) -> Agents:
    """Codex's own, without network."""
    answer = results(agents.converse("codex", {"sh": "echo inside"}))[0]
    if "inside" not in answer:
        pytest.skip(f"codex can't make its sandbox on this machine: {answer[-200:]}")
    return agents


def test_in_a_sandbox_the_first_start_says_so_in_one_line(sandbox: Agents) -> None:
    answer = results(sandbox.converse("codex", {"sh": f"{RUN} --version"}, prepared=False))[0]
    said = answer.partition("Output:\n")[2]
    assert said.count("\n") == 1
    assert "the sandbox blocks the network: run the same command once where" in said
    assert "exited with code 3" in answer


def test_in_a_sandbox_the_case_opens_once_the_environment_is_there(sandbox: Agents) -> None:
    opened, shown = results(sandbox.converse("codex", {"sh": OPEN}, {"sh": f"{RUN} show last T1"}))
    assert "exited with code 0" in opened
    assert "# T1 " in shown


def claude(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Claude Code's command line, in a home of its own."""
    told = {"PATH": os.environ["PATH"], "HOME": str(home), "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1"}
    return subprocess.run(
        [str(CLAUDE), *words], env=told, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", cwd=home, check=False
    )


@pytest.mark.parametrize("manifest", ["plugin.json", "marketplace.json"])
def test_its_manifests_are_valid(agents: Agents, tmp_path: Path, manifest: str) -> None:
    ended = claude(tmp_path, "plugin", "validate", str(agents.clone / ".claude-plugin" / manifest), "--strict")
    assert ended.returncode == 0, ended.stdout


def test_it_installs_as_a_plugin_and_costs_little(agents: Agents, tmp_path: Path) -> None:
    for words in (("marketplace", "add", str(agents.clone)), ("install", "customer-escalation@customer-escalation")):
        assert claude(tmp_path, "plugin", *words).returncode == 0
    details = claude(tmp_path, "plugin", "details", "customer-escalation").stdout
    assert "Skills (1)  customer-escalation" in details
    costs = re.search(r"customer-escalation +~(\d+) +~([\d.]+)k", details)
    assert costs, details
    assert int(costs[1]) <= 120, "tokens in every session"
    assert float(costs[2]) <= 3, "thousand tokens when it is invoked"
