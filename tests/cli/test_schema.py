"""The JSON Schemas in docs/ say what the code says."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_generated_documentation_is_fresh() -> None:
    generated = runpy.run_path(str(ROOT / "docs" / "generate.py"))["generated"]

    stale = [file.name for file, text in generated() if not file.exists() or file.read_text(encoding="utf-8") != text]

    assert stale == [], "run python docs/generate.py"


def test_every_field_that_the_contract_names_is_there_and_required() -> None:
    schema = json.loads((ROOT / "docs" / "schema" / "document.json").read_text(encoding="utf-8"))
    contract = (
        "ok exit_code error case issue kind decision severity target customer affected_accounts impact sla reproduction "
        "facts evidence coverage gaps next_steps brief"
    )

    assert set(contract.split()) <= set(schema["required"])
    fields = {
        name: set(schema["$defs"][name]["properties"])
        for name in ("Decision", "Severity", "Target", "Fact", "EvidenceEntry", "Coverage", "Gap", "NextStep")
    }
    assert {"action", "criteria"} <= fields["Decision"]
    assert {"level", "because", "caps", "would_change"} <= fields["Severity"]
    assert {"team", "path", "because"} <= fields["Target"]
    assert {"id", "name", "value", "status", "evidence"} <= fields["Fact"]
    assert {"id", "category", "connector", "ref", "url", "at", "author", "visibility", "title", "excerpt"} == fields["EvidenceEntry"]
    assert {"connector", "category", "status", "detail", "records", "requests", "seconds"} == fields["Coverage"]
    assert {"question", "why", "ask"} == fields["Gap"]
    assert {"offer", "command"} == fields["NextStep"]
