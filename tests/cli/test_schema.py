"""The JSON Schemas in docs/ say what the code says, and what is printed is what they say."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run

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


def misfits(value: Any, schema: dict[str, Any], definitions: dict[str, Any], where: str = "$") -> list[str]:
    """Where a value lacks a required field, or has one that the schema does not know."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        found = [f"{where} lacks {name}" for name in schema.get("required", ()) if name not in value]
        found += [f"{where} has {name}" for name in value if name not in known]
        return found + [
            misfit for name in value if name in known for misfit in misfits(value[name], known[name], definitions, f"{where}.{name}")
        ]
    if isinstance(value, dict) and isinstance(schema.get("additionalProperties"), dict):
        return [misfit for name in value for misfit in misfits(value[name], schema["additionalProperties"], definitions, f"{where}.{name}")]
    if isinstance(value, list) and "items" in schema:
        return [misfit for place, one in enumerate(value) for misfit in misfits(one, schema["items"], definitions, f"{where}[{place}]")]
    return []


@pytest.mark.parametrize("number", ["1", "2", "5", "6"])
def test_what_is_printed_is_what_the_schema_says_cut_or_whole(run: Run, number: str) -> None:
    schema = json.loads((ROOT / "docs" / "schema" / "document.json").read_text(encoding="utf-8"))
    printed = run("demo", number, "--format", "json")
    run("demo", number, "--format", "json", "--out", "case.json")
    whole = json.loads(Path("case.json").read_text(encoding="utf-8"))

    assert "omitted" in printed.json
    assert "omitted" not in whole
    for document in (printed.json, whole):
        assert misfits(document, schema, schema["$defs"]) == []
    assert [item["id"] for item in printed.json["evidence"]] == [item["id"] for item in whole["evidence"]]
    assert [item["ref"] for item in printed.json["evidence"]] == [item["ref"] for item in whole["evidence"]]


def test_a_whole_document_has_every_field_even_those_that_a_cut_one_may_lack(run: Run) -> None:
    optional = runpy.run_path(str(ROOT / "escalation" / "pages" / "abridged.py"))["OPTIONAL"]
    run("demo", "--format", "json", "--out", "case.json")
    whole = json.loads(Path("case.json").read_text(encoding="utf-8"))

    places = {"EvidenceEntry": whole["evidence"], "Fact": whole["facts"], "Line": whole["digest"], "Clock": whole["sla"]}
    places |= {
        "Promise": whole["promises"],
        "Reason": whole["decision"]["criteria"],
        "Dimension": list(whole["impact"].values()),
        "Issue": [whole["issue"]],
    }
    assert places.keys() == optional.keys()
    for model, entries in places.items():
        assert entries
        assert all(set(optional[model]) <= entry.keys() for entry in entries)
