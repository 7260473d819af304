"""`policy`: what applies, whether it is sound, why a case came out so, and what a change would have done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from escalation.case import Case
from escalation.commands.demo import ISSUES
from escalation.pages.fit import LIMIT
from tests.cli.conftest import Run, Said, move_in

CHANGE = "thresholds.pattern_accounts=4"
CELL = "severity.matrix.significant.today=Critical"


@pytest.fixture
def own(home: Path) -> Path:
    """The user's policy.yaml, not yet written."""
    folder = home / ".customer-escalation"
    folder.mkdir()
    return folder / "policy.yaml"


@pytest.fixture
def demo(run: Run) -> str:
    """Id of the second example's case."""
    case: str = run("demo", "2", "--format", "json").json["case"]
    return case


def table(said: Said) -> dict[str, list[str]]:
    """Case id → the cells of its row."""
    rows = [line.strip("|").split(" | ") for line in said.out.splitlines() if line.startswith("| ESC-")]
    return {row[0].split()[0]: [cell.strip() for cell in row[1:]] for row in rows}


# show


def test_show_begins_with_what_differs_and_says_where_it_was_set(run: Run, own: Path) -> None:
    own.write_text("thresholds:\n  pattern_accounts: 4\nescalate:\n  stalled: off\n", encoding="utf-8")

    said = run("policy", "show")

    assert (said.code, said.err) == (0, "")
    assert len(said.out) <= LIMIT
    first, _, rest = said.out.partition("## What applies")
    assert "- thresholds.pattern_accounts: 4 · policy.yaml line 2 · shipped: 3\n" in first
    assert "- escalate.stalled: off · policy.yaml line 4 · shipped: {group: time," in first
    assert "- pattern_accounts: 4 · policy.yaml line 2\n- several_accounts: 2\n" in rest
    assert "more characters" not in rest, "it is shortened by what matters least, not cut off"


def test_show_without_a_policy_of_ones_own_has_no_differences(run: Run) -> None:
    said = run("policy", "show")
    assert "Different" not in said.out
    assert said.out.startswith("# Policy 1\nThe shipped policy. ")


def test_a_key_narrows_it_to_the_whole_of_a_part(run: Run) -> None:
    said = run("policy", "show", "escalate.stalled")
    assert said.out.count("\n- ") == 1
    assert '- stalled: {group: time, when: days_open >= long_open_days, says: "normal channels' in said.out
    assert "Left out" not in said.out


def test_a_part_of_a_key_shows_every_place_that_has_it(run: Run) -> None:
    said = run("policy", "show", "pattern")
    assert said.out.count("\n- pattern: ") == 2
    assert "several_accounts" not in said.out


def test_the_whole_of_it_fits_a_file_and_a_part_of_it_the_screen(run: Run, tmp_path: Path) -> None:
    assert run("policy", "show", "--out", str(tmp_path / "policy.md")).code == 0
    whole = (tmp_path / "policy.md").read_text(encoding="utf-8")
    assert len(whole) > LIMIT
    assert "Left out" not in whole
    assert all(len(run("policy", "show", part).out) <= LIMIT for part in ("severity", "escalate", "targets", "asks", "sla", "calendars"))


def test_show_as_json_has_every_value_with_its_place(run: Run, own: Path) -> None:
    own.write_text("calendars: {support: {holidays: [2026-12-25]}}\n", encoding="utf-8")
    shown = run("policy", "show", "calendars", "--format", "json").json
    assert shown["changes"] == [
        {"key": "calendars.support.holidays", "value": ["2026-12-25"], "shipped": None, "set": "policy.yaml line 1"}
    ]
    assert {one["key"]: one["set"] for one in shown["settings"]}["calendars.support.zone"] == "shipped"


def test_a_change_can_be_looked_at_before_it_is_made(run: Run) -> None:
    assert "- pattern_accounts: 4 · --set thresholds.pattern_accounts\n" in run("policy", "show", "thresholds", "--set", CHANGE).out


# check


def test_check_names_every_mistake_and_ends_with_exit_code_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(
        "thresholds:\n  patern_accounts: 3\nescalate:\n  mine: {group: time, when: days_opne > 2, says: x}\n"
    )

    said = run("policy", "check", str(tmp_path / "new.yaml"))

    assert said.code == 3
    assert "- BROKEN · new.yaml line 2: thresholds.patern_accounts: unknown key; did you mean pattern_accounts?\n" in said.out
    assert "- BROKEN · new.yaml line 4: escalate.mine.when: unknown fact 'days_opne'; did you mean days_open?\n" in said.out
    assert said.err == f"customer-escalation: {tmp_path / 'new.yaml'} can't be used: 2 mistakes; what is wrong stands beside each\n"


def test_a_warning_is_no_failure(run: Run, own: Path) -> None:
    own.write_text("thresholds: {several_accounts: 9}\ncalendars: {support: {hours: always}}\n", encoding="utf-8")
    said = run("policy", "check")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0] == f"{own}: ok · 1 warning"


def test_check_without_a_file_checks_what_applies(run: Run) -> None:
    said = run("policy", "check")
    assert said.code == 0
    assert said.out.startswith("shipped policy: ok")


def test_a_cell_of_the_matrix_that_is_missing_or_given_twice_is_told(run: Run, own: Path) -> None:
    own.write_text("severity:\n  axes: {impact: {places: [limited, significant, extensive, total]}}\n", encoding="utf-8")
    missing = run("policy", "check")
    own.write_text("severity:\n  matrix:\n    limited: {today: High, today: Medium}\n", encoding="utf-8")
    twice = run("policy", "check")

    assert missing.code == twice.code == 3
    assert "severity.matrix" in missing.out
    assert "severity.matrix.limited.today is given twice, first on line 3" in twice.err


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (None, 4, "there is no file"),
        (b"a: b: c\n", 3, "new.yaml line 1: not valid YAML"),
        (b"- a list\n", 3, "new.yaml line 1: expected keys"),
        (b"\xff\xfe\x00", 3, "new.yaml: not UTF-8 text"),
        (b"1: x\n", 3, "can't be used: 1 mistake"),
    ],
    ids=["not there", "not YAML", "no mapping", "not text", "a key that is no word"],
)
def test_a_file_that_is_no_policy_is_one_line(run: Run, tmp_path: Path, content: bytes | None, code: int, says: str) -> None:
    if content is not None:
        (tmp_path / "new.yaml").write_bytes(content)

    said = run("policy", "check", str(tmp_path / "new.yaml"))

    assert said.code == code
    assert says in said.err
    assert said.err.count("\n") == 1


def test_an_empty_file_is_sound_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text("# nothing yet\n", encoding="utf-8")
    said = run("policy", "check", str(tmp_path / "new.yaml"))
    assert said.code == 0
    assert "it states nothing, so the shipped policy applies as it is" in said.out


def test_check_as_json(run: Run, own: Path) -> None:
    own.write_text("thresholds: {patern_accounts: 3}\n", encoding="utf-8")
    said = run("policy", "check", "--format", "json")
    assert (said.code, said.json["ok"], said.json["exit_code"]) == (3, False, 3)
    assert said.json["mistakes"] == [
        {"where": "policy.yaml line 1", "key": "thresholds.patern_accounts", "says": "unknown key; did you mean pattern_accounts?"}
    ]


# explain


def test_explain_names_what_decided_what_it_read_and_what_would_turn_it(run: Run, demo: str) -> None:
    said = run("policy", "explain", demo)

    assert (said.code, said.err) == (0, "")
    assert len(said.out) <= LIMIT
    assert said.out.startswith(f"# {demo} by policy 1: escalate → engineering, High\n")
    assert "- escalate.several_customers: decided · multiple customers are affected: " in said.out
    assert "read affected_accounts = 3" in said.out
    assert "turns if affected_accounts falls to 1 (now 3)" in said.out
    assert "- targets.incident: decided" in said.out
    assert "\n## asks\n" in said.out
    assert "\n## Clocks (" in said.out
    assert "did not match" not in said.out.partition("\nNot shown: ")[0]


def test_one_rule_is_explained_with_its_condition_and_place(run: Run, demo: str) -> None:
    said = run("policy", "explain", demo, "--rule", "stalled")
    assert said.out.startswith("- escalate.stalled: did not match\n  shipped policy.yaml line ")
    assert "; when days_open >= long_open_days\n" in said.out
    assert "turns if days_open reaches 14 (now " in said.out


def test_every_rule_has_a_state_and_what_was_not_looked_at_is_told_apart(run: Run, demo: str, tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    assert run("policy", "explain", demo, "--all", "--format", "json", "--out", str(out)).code == 0
    rules = {rule["rule"]: rule for rule in json.loads(out.read_text(encoding="utf-8"))["rules"]}
    assert rules["targets.incident"]["state"] == "decided"
    assert rules["targets.security"]["state"] == "did not match"
    assert rules["targets.diagnosis"]["state"] == "not looked at"
    assert rules["asks.diagnose"]["state"] == "not looked at"
    assert rules["severity.axes.impact.rules.otherwise"]["state"] == "matched"
    assert rules["severity.axes.impact.rules.major_function_broken"]["state"] == "decided"
    assert all(fact["evidence"] for rule in rules.values() for fact in rule["facts"] if fact["status"] == "stated")


def test_a_change_can_be_explained_before_it_is_made(run: Run, demo: str) -> None:
    said = run("policy", "explain", demo, "--set", CHANGE)
    assert "It was saved under policy 1; here it is judged again." in said.out
    assert "- targets.defect: decided" in said.out


# backtest


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case store that holds the example's cases, each opened once."""
    from escalation.cli import main

    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        move_in(folder, patch)
        for number in range(1, len(ISSUES) + 1):
            main(["demo", str(number)])
    return folder / "cache" / "customer-escalation" / "demo"


def test_one_changed_threshold_is_shown_with_the_case_it_changes_and_the_rule(run: Run, examples: Path) -> None:
    said = run("policy", "backtest", str(examples), "--set", CHANGE)

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("# 6 past cases under policy 1 and under 1+")
    assert "- thresholds.pattern_accounts: 3 → 4\n" in said.out
    ((decision, severity, target, _due, because),) = table(said).values()
    assert (decision, severity, target) == ("escalate", "High", "engineering (incident) → engineering (functional)")
    assert because.startswith("- targets.incident: ")
    assert said.out.count("\n- ESC-") == 5
    assert "on other grounds: - severity.axes.impact.rules.pattern, - escalate.pattern" in said.out


def test_a_changed_cell_is_named_where_no_rule_makes_the_difference(run: Run, examples: Path) -> None:
    rows = table(run("policy", "backtest", str(examples), "--set", CELL))
    assert {row[1] for row in rows.values()} == {"High → Critical"}
    assert all(row[4].endswith("severity.matrix.significant.today") for row in rows.values())


def test_the_examples_are_opened_for_it_and_the_answer_is_the_same(run: Run, examples: Path) -> None:
    said = run("policy", "backtest", "--demo", "--set", CHANGE)
    assert table(said) == table(run("policy", "backtest", str(examples), "--set", CHANGE))
    assert said.out == run("policy", "backtest", "--demo", "--set", CHANGE).out


def test_a_whole_policy_takes_the_place_of_ones_own(run: Run, own: Path, examples: Path, tmp_path: Path) -> None:
    own.write_text("thresholds: {several_high_value: 3}\n", encoding="utf-8")
    (tmp_path / "new.yaml").write_text("thresholds: {pattern_accounts: 4}\n", encoding="utf-8")
    as_json = run("policy", "backtest", str(examples), "--policy", str(tmp_path / "new.yaml"), "--format", "json").json
    assert [change["key"] for change in as_json["changes"]] == ["thresholds.pattern_accounts", "thresholds.several_high_value"]
    assert as_json["counts"]["cases"] == 6
    assert as_json["counts"]["changed"] == len([case for case in as_json["cases"] if case["changed"]])


def test_without_a_change_it_says_what_ones_own_policy_changes(run: Run, own: Path, examples: Path) -> None:
    own.write_text("thresholds: {pattern_accounts: 4}\n", encoding="utf-8")
    said = run("policy", "backtest", str(examples))
    assert "- thresholds.pattern_accounts: 3 → 4\n" in said.out
    assert len(table(said)) == 1


def test_a_policy_that_says_the_same_makes_no_difference(run: Run, examples: Path) -> None:
    said = run("policy", "backtest", str(examples), "--set", "thresholds.pattern_accounts=3")
    assert "**0 would be different**" in said.out
    assert "on other grounds" not in said.out


def test_a_whole_case_can_be_kept_as_a_file_and_tried_again(run: Run, demo: str, tmp_path: Path) -> None:
    kept = tmp_path / "past"
    kept.mkdir()
    assert run("show", demo, "--all", "--format", "json", "--out", str(kept / "2.json")).code == 0
    (kept / "notes.json").write_text('{"no": "case"}', encoding="utf-8")

    said = run("policy", "backtest", str(kept), "--set", CHANGE)

    assert list(table(said)) == [demo]
    held = json.loads((kept / "2.json").read_text(encoding="utf-8"))["document"]
    assert Case.model_validate(held).model_dump(mode="json") == held


def test_nothing_is_saved(run: Run, demo: str) -> None:
    before = run("show", demo, "--all", "--format", "json").out
    run("policy", "backtest", "--demo", "--set", CHANGE)
    assert run("show", demo, "--all", "--format", "json").out == before
    assert run("list").out.startswith("There is no case yet")


# bad input


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["show", "escalat"], 4, "the policy has no key 'escalat'; did you mean escalate?"),
        (["explain"], 2, "say which case, for example: customer-escalation policy explain last"),
        (["explain", "ESC-ABCDEF"], 4, "there is no case yet"),
        (["backtest"], 2, "say what is to change: --policy FILE or --set KEY=VALUE"),
        (["backtest", "--set", CHANGE], 4, "there is no case yet to try it on; --demo takes the example company's"),
        (["backtest", ".", "--set", CHANGE], 4, "there is no case in .: neither a store (escalations.db) nor"),
        (["backtest", "missing", "--set", CHANGE], 4, "there is no folder missing"),
        (["backtest", ".", "--demo", "--set", CHANGE], 2, "give a FOLDER or --demo, not both"),
        (["backtest", "--demo", "--policy", "missing.yaml"], 4, "there is no file missing.yaml"),
        (
            ["backtest", "--demo", "--set", "thresholds.patern_accounts=4"],
            3,
            "--set thresholds.patern_accounts: thresholds.patern_accounts: un",
        ),
        (["backtest", "--demo", "--set", "thresholds.pattern_accounts=["], 3, "--set thresholds.pattern_accounts line "),
        (
            ["backtest", "--demo", "--set", "escalate.stalled.when=days_opne > 3"],
            3,
            "--set escalate.stalled.when: escalate.stalled.when: unknown",
        ),
        (["backtest", "--set", "pattern"], 2, "argument --set: 'pattern' is no change; expected KEY=VALUE"),
        (["check", "--demo"], 2, "policy check takes no --demo"),
        (["mend"], 2, "argument WHAT: invalid choice: 'mend'"),
    ],
)
def test_a_wrong_call_is_one_line(run: Run, words: list[str], code: int, says: str) -> None:
    said = run("policy", *words)
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(f"customer-escalation: {says}")
    assert said.err.count("\n") == 1


def test_a_rule_that_does_not_exist_is_told_with_the_nearest(run: Run, demo: str) -> None:
    said = run("policy", "explain", demo, "--rule", "escalate.staled")
    assert (said.code, said.out) == (4, "")
    assert "the policy has no rule 'escalate.staled'; did you mean stalled?" in said.err


def test_a_case_document_of_another_version_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"case": "ESC-ABCDEF", "document": {"id": "ESC-ABCDEF"}}', encoding="utf-8")
    said = run("policy", "backtest", str(tmp_path), "--set", CHANGE)
    assert (said.code, said.out) == (5, "")
    assert "old.json was written by another version (title does not fit)" in said.err
