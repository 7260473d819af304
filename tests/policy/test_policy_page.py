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


def test_the_example_on_the_page_is_a_policy_that_loads(tmp_path: Path) -> None:
    example = "\n".join(line[4:] for line in PAGE.splitlines() if line.startswith("    "))
    assert set(yaml.safe_load(example)) == {"thresholds", "escalate", "calendars", "components"}
    (tmp_path / "policy.yaml").write_text(example, encoding="utf-8")
    policy = Policy.load(tmp_path / "policy.yaml")
    assert policy.thresholds.pattern_accounts == 4
    assert "stalled" not in policy.escalate
    assert policy.components["exports"].owner == "Data Platform team"
