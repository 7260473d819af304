"""The skill's text keeps what the clients do to it in mind."""

import json
import re
from pathlib import Path

import pytest
import yaml

from escalation import __version__
from escalation.search.similarity import Pool, likeness, tokens

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SKILL.md").read_text(encoding="utf-8")
_, FRONT, BODY = TEXT.split("---\n", 2)
FIELDS = yaml.safe_load(FRONT)


def test_only_the_six_fields_of_the_specification() -> None:
    assert set(FIELDS) <= {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}


def test_the_specifications_own_validator_finds_nothing(clone: Path) -> None:
    skills_ref = pytest.importorskip("skills_ref", reason="skills-ref is not here; it needs Python 3.11")
    assert skills_ref.validate(clone) == []


def test_it_is_under_200_lines() -> None:
    assert len(TEXT.splitlines()) < 200


def test_clients_find_nothing_to_substitute_or_run() -> None:
    assert not re.search(r"\$[0-9]|!`|\$ARGUMENTS", TEXT)
    assert set(re.findall(r"\$\{\w+\}", TEXT)) == {"${CLAUDE_SKILL_DIR}"}


def test_the_contract_is_on_the_first_screen() -> None:
    first_screen = "\n".join(BODY.splitlines()[:24])
    assert "The contract" in first_screen
    assert "Nothing leaves" in first_screen


def test_the_description_is_short_and_plain() -> None:
    description = FIELDS["description"]
    assert len(description) <= 420
    assert not re.search(r"[<>]|: ", description)
    assert "Use when" in description


def test_every_file_it_sends_the_agent_to_exists() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", BODY):
        assert (ROOT / target).is_file(), target


def test_versions_agree() -> None:
    plugin = json.loads((ROOT / ".claude-plugin/plugin.json").read_text(encoding="utf-8"))
    assert FIELDS["metadata"]["version"] == plugin["version"] == __version__


def test_no_second_skill_file_anywhere() -> None:
    named = [path for path in ROOT.rglob("*") if path.name.lower() == "skill.md" and ".venv" not in path.parts]
    assert named == [ROOT / "SKILL.md"]


def test_commands_are_one_plain_line_of_flags() -> None:
    for line in re.findall(r"^    (python3 .*)$", BODY, re.MULTILINE):
        outside_quotes = re.sub(r"'[^']*'", "", line).replace("${CLAUDE_SKILL_DIR}", "")
        assert not re.search(r"[|><;$`]|&&", outside_quotes), line


def test_twenty_queries_find_the_right_skill() -> None:
    """Ranked by shared words among its neighbours' descriptions, ours wins where it should and only there."""
    triggers = json.loads((ROOT / "evals/triggers.json").read_text(encoding="utf-8"))
    skills = {"customer-escalation": FIELDS["description"], **triggers["neighbours"]}
    words = {name: frozenset(tokens(text)) for name, text in skills.items()}
    pool = Pool(words.values())
    assert len(triggers["queries"]) == 20
    for case in triggers["queries"]:
        topic = pool.weights(dict.fromkeys(tokens(case["query"]), 1.0))
        scores = {name: likeness(topic, frozenset(tokens(name.replace("-", " "))), words[name]) for name in skills}
        winner = max(scores, key=lambda name: scores[name])
        assert (winner == "customer-escalation") == case["ours"], (case["query"], scores)


SUITE = sorted(path.parent for path in (ROOT / "evals").glob("*/prompt.md"))


@pytest.mark.parametrize("case", SUITE, ids=lambda case: str(case.name))
def test_a_case_of_the_eval_suite_says_whether_the_skill_fires_and_judges_what_comes_out(case: Path) -> None:
    graders = {path.stem: path.read_text(encoding="utf-8").split("---\n", 2) for path in (case / "graders").glob("*.md")}
    kinds = {name: yaml.safe_load(front)["type"] for name, (_, front, _) in graders.items()}
    assert {"fired", "not-fired"} & kinds.keys()
    assert {"regex", "llm"} & set(kinds.values())
    for name, (_, _, pattern) in graders.items():
        if kinds[name] == "regex":
            assert "(?" not in pattern.replace("(?:", ""), "patterns are JavaScript's, which takes `flags: i` and no inline flag"
            assert re.compile(pattern.strip())


def test_the_eval_suite_has_four_cases_that_fire_and_one_that_does_not() -> None:
    fires = [(case / "graders/fired.md").is_file() for case in SUITE]
    assert (fires.count(True), fires.count(False)) == (4, 1)


def test_the_evals_say_the_exact_sentence_and_what_to_look_for() -> None:
    evals = json.loads((ROOT / "evals/evals.json").read_text(encoding="utf-8"))
    assert evals["skill_name"] == FIELDS["name"]
    for case in evals["evals"]:
        assert case["prompt"].startswith("/customer-escalation ")
        assert len(case["assertions"]) >= 3
