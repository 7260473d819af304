"""A policy as it is written: what is wrong in it, and where each value was set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from escalation.errors import PolicyError
from escalation.policy import Layers, Policy
from escalation.policy_source import Source
from escalation.review.provenance import Difference, differences, matching, settings, written

Lay = Callable[[str], Layers]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    def with_user_file(text: str) -> Layers:
        (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
        return Layers.read(tmp_path / "policy.yaml")

    return with_user_file


def test_all_mistakes_are_told_each_with_its_line_and_the_nearest_name(lay: Lay) -> None:
    layers = lay(
        "thresholds:\n  patern_accounts: 3\n  pattern_accounts: many\n"
        "escalate:\n  staled: off\n  stalled: {wen: days_open > 2}\n  executive: {when: executiv_involved}\n"
    )
    told = {one.key: (one.where, one.says) for one in layers.mistakes()}
    assert told == {
        "thresholds.patern_accounts": ("policy.yaml line 2", "unknown key; did you mean pattern_accounts?"),
        "thresholds.pattern_accounts": ("policy.yaml line 3", told["thresholds.pattern_accounts"][1]),
        "escalate.staled": ("policy.yaml line 5", "there is nothing shipped by this name to switch off; did you mean stalled?"),
        "escalate.stalled.wen": ("policy.yaml line 6", "unknown key; did you mean when?"),
        "escalate.executive.when": ("policy.yaml line 7", "unknown fact 'executiv_involved'; did you mean executive_involved?"),
    }
    assert "integer" in told["thresholds.pattern_accounts"][1]


def test_a_sound_policy_has_no_mistakes_and_is_what_load_gives(lay: Lay) -> None:
    layers = lay("thresholds: {pattern_accounts: 4}\n")
    assert layers.mistakes() == ()
    assert layers.policy().thresholds.pattern_accounts == 4
    assert Layers.read().policy() == Policy.load()


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        ("{extensive: {today: off}}", "severity.matrix"),
        ("{enormous: {today: High}}", "no such place"),
        ("{extensive: {someday: High}}", "no such place"),
        ("{extensive: {this week: Medium, today: Medium, at once: Medium}}", "is lower than"),
    ],
)
def test_a_matrix_with_a_hole_or_a_cell_out_of_place_is_refused_with_the_cell(lay: Lay, matrix: str, says: str) -> None:
    told = lay(f"severity:\n  matrix: {matrix}\n").mistakes()
    assert told
    assert all(one.key.startswith("severity.matrix") for one in told)
    assert any(says in str(one) for one in told)


def test_a_cell_that_is_given_twice_is_refused_with_both_lines(lay: Lay) -> None:
    with pytest.raises(PolicyError, match=r"policy\.yaml line 4: severity\.matrix\.limited is given twice, first on line 3"):
        lay("severity:\n  matrix:\n    limited: {today: High}\n    limited: {today: Medium}\n")


def test_an_axis_on_which_a_case_could_stand_nowhere_is_refused(lay: Lay) -> None:
    (told,) = lay("severity: {axes: {impact: {rules: {otherwise: off}}}}\n").mistakes()
    assert told.key == "severity.axes.impact.rules"
    assert "no rule matches" in told.says


def test_a_file_that_contains_itself_is_refused(lay: Lay) -> None:
    with pytest.raises(PolicyError, match="contains itself"):
        lay("escalate: &a\n  more: *a\n")


def test_each_value_says_where_it_was_set(lay: Lay) -> None:
    layers = lay("thresholds:\n  pattern_accounts: 4\nescalate:\n  executive: {strong: no}\n")
    told = {".".join(one.place): (one.value, one.where) for one in settings(layers)}
    assert told["thresholds.pattern_accounts"] == (4, "policy.yaml line 2")
    assert told["escalate.executive.strong"] == (False, "policy.yaml line 4")
    assert told["escalate.executive.when"] == ("executive_involved", "")
    assert {where for _, where in told.values()} == {"", "policy.yaml line 2", "policy.yaml line 4"}


def test_one_key_can_be_laid_on_top_and_says_so() -> None:
    shipped = Layers.read()
    layers = Layers(shipped.shipped, Source.single("--set", "thresholds.pattern_accounts", "4"))
    assert layers.policy().thresholds.pattern_accounts == 4
    assert layers.where(("thresholds", "pattern_accounts")) == "--set"
    assert layers.where(("thresholds", "several_accounts")).startswith("shipped policy.yaml line ")
    assert layers.policy().version != shipped.policy().version


def test_differences_name_what_was_changed_added_and_switched_off(lay: Lay) -> None:
    layers = lay("thresholds: {pattern_accounts: 4, several_accounts: 2}\nescalate: {stalled: off, mine: {group: time}}\n")
    found = {one.key: one for one in differences(layers.shipped.data, layers.data())}
    assert found.keys() == {"thresholds.pattern_accounts", "escalate.stalled", "escalate.mine"}
    assert found["thresholds.pattern_accounts"] == Difference(("thresholds", "pattern_accounts"), 3, 4)
    assert (written(found["escalate.stalled"].after), written(found["escalate.mine"].before)) == ("off", "off")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("a", ["a.b", "a.c"]), ("a.b", ["a.b"]), ("c", ["a.c", "d.c.e"]), ("c.e", ["d.c.e"]), ("b.c", []), ("", [])],
)
def test_a_key_is_found_by_its_whole_name_or_a_part_of_it(wanted: str, found: list[str]) -> None:
    places = [("a", "b"), ("a", "c"), ("d", "c", "e")]
    assert [".".join(place) for place in matching(places, wanted)] == found
