"""Hooks register or decide; a plugin that fails is named and costs one line, not a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import pytest

from escalation.assessment import Reason, Severity
from escalation.brief import Renderer
from escalation.case import Case, Finding, Reporter
from escalation.cli import main
from escalation.connector import Connector, Outside
from escalation.errors import ConfigError
from escalation.hookspecs import hookimpl
from escalation.plugins import Hooks, load_plugin
from escalation.policy import Policy
from escalation.routing import Target
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from escalation.workflow import conclude
from tests.search.connectors import NOW, Base

REVIEWING = """
from escalation.case import Finding
from escalation.connector import Connector, Settings
from escalation.hookspecs import hookimpl
from escalation.records import Category


class House(Connector[Settings]):
    type = "house"
    categories = (Category.CHAT,)
    settings_type = Settings


@hookimpl
def register_connectors():
    return [House]


@hookimpl
def review_brief(brief):
    return [Finding(level="warning", where="brief", text="names no runbook")]
"""


def plugin(name: str, **hooks: Any) -> ModuleType:
    """A module with these hooks."""
    module = ModuleType(name)
    for hook, function in hooks.items():
        function.__name__ = hook
        setattr(module, hook, hookimpl(function))
    return module


def case(hooks: Hooks, tmp_path: Path) -> Case:
    issue = understand("Checkout is down for Acme Corp since Monday 08:00", now=NOW, zone="UTC")
    gathering = gather(issue, [], seconds=1, outside=Outside(tmp_path))
    return conclude(
        issue, gathering, case_id="ESC-TESTED", opened_at=NOW, now=NOW, reporter=Reporter(), policy=Policy.load(None), hooks=hooks
    )


def offered(level: Any, rule: str) -> Severity:
    return Severity(level=level, because=(Reason(rule=rule, text=f"{rule} says so"),))


def test_the_highest_severity_offered_wins_and_all_reasons_are_kept(tmp_path: Path) -> None:
    low = plugin("low", assess_severity=lambda assessment: offered("Medium", "low.rule"))
    high = plugin("high", assess_severity=lambda issue: offered("Critical", "high.rule"))
    severity = case(Hooks([low, high]), tmp_path).assessment.severity
    assert severity.level == "Critical"
    assert {"low.rule", "high.rule"} <= {reason.rule for reason in severity.because}


def test_an_offer_below_the_policys_level_does_not_lower_it(tmp_path: Path) -> None:
    without = case(Hooks(), tmp_path).assessment.severity.level
    low = plugin("low", assess_severity=lambda assessment: offered("Medium", "low.rule"))
    assert case(Hooks([low]), tmp_path).assessment.severity.level == without


def test_a_plugin_may_choose_the_target(tmp_path: Path) -> None:
    chosen = plugin("chooser", choose_target=lambda issue: Target(team="product", owner="Checkout squad"))
    target = case(Hooks([chosen]), tmp_path).route.target
    assert (target.team, target.owner) == ("product", "Checkout squad")


def test_a_plugin_that_has_no_opinion_changes_nothing(tmp_path: Path) -> None:
    silent = plugin("silent", choose_target=lambda issue: None, assess_severity=lambda issue: None)
    assert case(Hooks([silent]), tmp_path) == case(Hooks(), tmp_path)


def test_a_failing_plugin_is_named_with_its_hook_and_no_message_of_its_own(tmp_path: Path) -> None:
    def broken(issue: object) -> None:
        raise KeyError("customer data")

    with pytest.raises(ConfigError, match=r"plugin acme_rules failed in assess_severity: KeyError") as raised:
        case(Hooks([plugin("acme_rules", assess_severity=broken)]), tmp_path)
    assert "customer data" not in str(raised.value)


def test_findings_of_all_plugins_are_collected(tmp_path: Path) -> None:
    def review(brief: str) -> Iterator[Finding]:
        if "runbook" not in brief:
            yield Finding(level="warning", where="brief", text="names no runbook")

    hooks = Hooks([plugin("one", review_brief=review), plugin("two", review_brief=lambda case: ())])
    assert [finding.text for finding in hooks.review_brief(case(hooks, tmp_path), "text")] == ["names no runbook"]


def test_a_plugin_may_add_a_filter_for_templates(tmp_path: Path) -> None:
    def prepare(environment: jinja2.Environment) -> None:
        environment.filters["shout"] = str.upper

    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "engineering.md.j2").write_text("{{ case.id | shout }}!", encoding="utf-8")
    hooks = Hooks([plugin("shouting", prepare_environment=prepare)])
    assert Renderer(templates, hooks).brief(case(hooks, tmp_path), "engineering").strip() == "ESC-TESTED!"


def test_a_misspelt_hook_argument_is_refused_when_the_plugin_is_registered() -> None:
    with pytest.raises(ConfigError, match="misspelt"):
        Hooks([plugin("misspelt", assess_severity=lambda isue: None)])


def test_two_connectors_of_one_type_are_refused_with_both_names() -> None:
    def twin() -> type[Connector[Any]]:
        return type("Twin", (Base,), {"__module__": "other_module"})

    first = plugin("first", register_connectors=lambda: [Base])
    second = plugin("second", register_connectors=lambda: [twin()])
    with pytest.raises(ConfigError, match=r"offered twice: by .* and by"):
        Hooks([first, second]).connectors()


def test_a_file_dropped_into_the_configuration_folder_is_a_connector(tmp_path: Path) -> None:
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "pager.py").write_text("LOADED = True\n", encoding="utf-8")
    assert load_plugin("pager", tmp_path).LOADED


def test_a_file_that_fails_to_import_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "pager.py").write_text("import no_such_module\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="'pager' can't be loaded: ModuleNotFoundError"):
        load_plugin("pager", tmp_path)


def test_an_unknown_type_says_what_there_is_and_where_to_put_another() -> None:
    with pytest.raises(ConfigError, match=r"built in are .*workspace.*; .*entry point.*connectors/pager\.py"):
        load_plugin("pager")


def test_what_a_reviewing_plugin_points_at_stands_below_the_brief(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".customer-escalation"
    (folder / "connectors").mkdir(parents=True)
    (folder / "config.yaml").write_text("connectors:\n  house: {type: house}\n", encoding="utf-8")
    (folder / "connectors" / "house.py").write_text(REVIEWING, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert main(["open", "Checkout is down for Acme Corp"]) == 0
    assert main(["brief", "last"]) == 0
    assert "- warning: names no runbook (brief)" in capsys.readouterr().out
