from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from escalation.errors import PolicyError
from escalation.policy import Policy
from escalation.severity_matrix import LEVELS


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Policy]:
    def with_user_file(text: str) -> Policy:
        file = tmp_path / "policy.yaml"
        file.write_text(text, encoding="utf-8")
        return Policy.load(file)

    return with_user_file


def test_the_shipped_policy_knows_every_level_and_the_rhythms_of_the_original_tables() -> None:
    policy = Policy.load()
    assert tuple(policy.severity.levels) == tuple(reversed(LEVELS))
    assert [str(policy.cadence[level].internal[0]) for level in ("Critical", "High", "Medium")] == ["2 h", "4 h", "1 business day"]
    assert [str(bound) for bound in policy.cadence["Critical"].customer] == ["2 h", "4 h"]
    assert policy.version == "1"


def test_without_a_user_file_the_shipped_policy_stands(tmp_path: Path) -> None:
    assert Policy.load(tmp_path / "policy.yaml") == Policy.load()


def test_one_threshold_can_be_changed_and_the_rest_stays(load: Callable[[str], Policy]) -> None:
    policy = load("thresholds: {pattern_accounts: 5}\n")
    assert policy.thresholds.pattern_accounts == 5
    assert policy.thresholds.several_accounts == Policy.load().thresholds.several_accounts
    assert policy.version.startswith("1+")


def test_one_rule_can_be_changed_added_or_switched_off_by_its_id(load: Callable[[str], Policy]) -> None:
    policy = load(
        "escalate:\n  stalled: off\n  executive: {strong: no}\n"
        "  long_open: {group: time, when: days_open >= 3, says: 'open for {days_open}'}\n"
    )
    assert "stalled" not in policy.escalate
    assert not policy.escalate["executive"].strong
    assert policy.escalate["executive"].when == Policy.load().escalate["executive"].when
    assert policy.escalate["long_open"].when.text == "days_open >= 3"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("thresholds:\n  patern_accounts: 3\n", "line 2: thresholds.patern_accounts", "unknown key"),
        ("thresholds:\n  pattern_accounts: many\n", "line 2: thresholds.pattern_accounts", "integer"),
        ("escalate:\n  stalled:\n    when: days_opne > 2\n", "line 3: escalate.stalled.when", "did you mean days_open?"),
        ("escalate:\n  stalled:\n    when: days_open >\n", "line 3: escalate.stalled.when", "bad expression"),
        ("escalate:\n  mine:\n    says: x\n    group: time\n", "line 2: escalate.mine", "is missing"),
        ("severity:\n  levels:\n    Low: {means: x}\n", "line 3: severity.levels.Low", "Critical"),
        ("severity:\n  levels:\n    Medium: off\n", "line 2: severity.levels", "no level Medium"),
        ("severity:\n  what_if:\n    mine: {set: {nonsense: yes}, says: x}\n", "line 3: severity.what_if.mine", "unknown fact 'nonsense'"),
        ("asks:\n  decide_feature: {says: 'decide {nonsense}'}\n", "line 2: asks.decide_feature.says", "unknown fact {nonsense}"),
        ("cadence:\n  High: {customer: [soon]}\n", "line 2: cadence.High.customer.0", "no span of time"),
        ("calendars:\n  support: {zone: Europe/Atlantis}\n", "line 2: calendars.support.zone", "no IANA time zone"),
        ("calendars:\n  support: {hours: {mon: ['09:00-12:00', '11:00-17:00']}}\n", "line 2: calendars.support", "overlap"),
        ("teams:\n  wizards: {path: [], include: []}\n", "line 2: teams.wizards", "L2 support"),
        ("thresholds: [1]\n", "line 1: thresholds", "valid"),
        ("thresholds:\n  several_accounts: 2\nthresholds:\n  several_accounts: 3\n", "line 3", "given twice, first on line 1"),
        ("a: b: c\n", "line 1", "not valid YAML"),
        ("- just\n- a list\n", "line 1", "expected keys"),
    ],
)
def test_a_bad_policy_names_its_key_and_line_in_one_line(load: Callable[[str], Policy], text: str, place: str, says: str) -> None:
    with pytest.raises(PolicyError) as error:
        load(text)
    message = str(error.value)
    assert message.startswith(f"policy.yaml {place}")
    assert says in message
    assert "\n" not in message
    assert error.value.exit_code == 3


def test_an_empty_user_file_changes_nothing_but_the_mark(load: Callable[[str], Policy]) -> None:
    assert load("").model_copy(update={"version": "1"}) == Policy.load()


def test_sla_targets_are_looked_up_by_plan_without_regard_to_case_and_fall_back_to_the_default() -> None:
    policy = Policy.load()
    assert policy.targets_for("enterprise", "High") == policy.sla["Enterprise"]["High"]
    assert policy.targets_for("Starter", "High") == policy.sla["default"]["High"]
