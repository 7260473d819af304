from __future__ import annotations

from pathlib import Path

import yaml

from escalation.judgement.vocabulary import THRESHOLDS, vocabulary
from escalation.policy import Policy

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")


def test_the_page_lists_every_fact_as_the_code_has_it() -> None:
    table = PAGE.partition("<!-- generated: facts -->\n| fact | meaning |\n| --- | --- |\n")[2].partition("<!-- end -->")[0]
    assert table.splitlines() == [f"| `{name}` | {meaning} |" for name, meaning in vocabulary()]
    assert all(f"`{name}`" in PAGE for name in THRESHOLDS)


def example_under(heading: str) -> str:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))


def test_the_example_on_the_page_is_a_policy_that_loads(tmp_path: Path) -> None:
    example = example_under("Changing it")
    assert set(yaml.safe_load(example)) == {"thresholds", "escalate", "calendars", "components"}
    (tmp_path / "policy.yaml").write_text(example, encoding="utf-8")
    policy = Policy.load(tmp_path / "policy.yaml")
    assert policy.thresholds.pattern_accounts == 4
    assert "stalled" not in policy.escalate
    assert policy.components["exports"].owner == "Data Platform team"


def test_the_calendars_on_the_page_load_and_serve_whom_they_name(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(example_under("Clocks and calendars"), encoding="utf-8")
    policy = Policy.load(tmp_path / "policy.yaml")
    stated = {"account.plan": "Scale", "ticket.fields.region": "us-east-1"}
    assert policy.calendar("UTC", lambda name: [stated[name]] if name in stated else []).label == "amer v7"
    assert policy.calendar("UTC", lambda name: ["gulf"] if name == "ticket.tag" else []).zone == "Asia/Riyadh"
    assert "public holidays of DE-BY and 1 listed holiday" in policy.calendar("UTC").describe()


def test_the_matrix_and_the_counting_on_the_page_load(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(example_under("Severity") + "\n" + example_under("Counting"), encoding="utf-8")
    policy = Policy.load(tmp_path / "policy.yaml")
    assert policy.severity.level({"impact": "significant", "urgency": "this week"}) == "High"
    assert policy.severity.axes["urgency"].rules["peak_season"].makes == "at once"
    assert policy.counting.partners == ("Pontell Partners", "resale.example")
