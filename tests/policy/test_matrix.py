"""A severity matrix that would leave a case without a level, or with two, is refused when the policy is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.errors import PolicyError
from escalation.judgement.facts import Facts, Reading
from escalation.judgement.severity import severity
from escalation.policy import Policy


def load(folder: Path, text: str) -> Policy:
    file = folder / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    return Policy.load(file)


def level(policy: Policy, **facts: object) -> tuple[str, str]:
    readings = [Reading(name, value, str(value), "derived", ("T1",)) for name, value in facts.items()]
    judged = severity(policy, Facts(readings, policy.thresholds))
    return judged.level, judged.placed


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("severity:\n  matrix:\n    limited: off\n", "line 3: severity.matrix.limited", "no level for 'this week'"),
        (
            "severity:\n  axes:\n    impact:\n      places: [limited, significant, extensive, total]\n",
            "severity.matrix.total",
            "no level for",
        ),
        ("severity:\n  matrix:\n    limited:\n      today: High\n      today: Medium\n", "line 5", "given twice, first on line 4"),
        ("severity:\n  matrix:\n    limited:\n      tomorrow: High\n", "line 4: severity.matrix.limited.tomorrow", "no such place"),
        ("severity:\n  matrix:\n    huge: {today: High}\n", "line 3: severity.matrix.huge", "no such place"),
        ("severity:\n  matrix:\n    extensive:\n      today: Medium\n", "line 4: severity.matrix.extensive", "is lower than High"),
        ("severity:\n  axes:\n    impact:\n      rules: {otherwise: off}\n", "line 4: severity.axes.impact.rules", "stand nowhere"),
        (
            "severity:\n  axes:\n    impact:\n      rules:\n        pattern: {makes: vast}\n",
            "line 5: severity.axes.impact.rules.pattern",
            "no place 'vast'",
        ),
        (
            "severity:\n  axes:\n    mood:\n      places: [a, b]\n      rules: {o: {makes: a, when: 'true', says: x}}\n",
            "line 2: severity.axes",
            "two axes, not 3",
        ),
        (
            "severity:\n  axes:\n    urgency:\n      places: [limited, today, at once]\n",
            "line 2: severity.axes",
            "'limited' is the name of 2 places",
        ),
        (
            "severity:\n  caps:\n    mine: {when: churn_threat, at_most: Low, says: x}\n",
            "line 3: severity.caps.mine",
            "neither a level nor a place",
        ),
        ("severity:\n  levels:\n    High: {rules: {}}\n", "line 3: severity.levels.High.rules", "unknown key"),
        ("teams:\n  security: {restricted: no}\n", "line 2: teams.security", "restricted"),
        ("codeowners: nowhere/CODEOWNERS\n", "line 1: codeowners", "can't be read"),
    ],
)
def test_a_broken_matrix_names_its_key_and_line(tmp_path: Path, text: str, place: str, says: str) -> None:
    with pytest.raises(PolicyError) as error:
        load(tmp_path, text)
    assert place in str(error.value)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_one_cell_can_be_changed(tmp_path: Path) -> None:
    policy = load(tmp_path, "severity:\n  matrix:\n    significant: {today: Critical}\n")
    assert level(policy, major_function_broken=True) == ("Critical", "impact significant × urgency today")
    assert level(Policy.load(), major_function_broken=True)[0] == "High"


def test_an_axis_can_have_other_places_and_another_name(tmp_path: Path) -> None:
    policy = load(
        tmp_path,
        "severity:\n  axes:\n    urgency: off\n    stakes:\n      places: [usual, high]\n      rules:\n"
        "        churn: {makes: high, when: churn_threat, says: the customer may leave}\n"
        "        otherwise: {makes: usual, when: 'true', says: nothing is at stake}\n"
        "  matrix:\n"
        "    extensive: {this week: off, today: off, at once: off, usual: High, high: Critical}\n"
        "    significant: {this week: off, today: off, at once: off, usual: Medium, high: High}\n"
        "    limited: {this week: off, today: off, at once: off, usual: Medium, high: Medium}\n"
        "  caps: {documented_fix: off, workaround_and_low_stakes: off, working_workaround: {at_most: significant}}\n",
    )
    assert level(policy, production_down=True) == ("High", "impact extensive × stakes usual")
    assert level(policy, production_down=True, churn_threat=True)[0] == "Critical"
