"""Nothing an agent is shown is longer than 9,000 characters; what is missing is said, and how to get it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.pages.fit import LIMIT, fit_json, fit_text


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert fit_text("a\n" * 4500) == "a\n" * 4500


def test_a_longer_text_is_cut_between_lines_and_says_how_much_is_missing() -> None:
    fitted = fit_text("a line\n" * 2000)

    *lines, last = fitted.splitlines()
    assert set(lines) == {"a line"}
    assert last == f"… {14000 - 7 * len(lines):,} more characters: add --out FILE to have the whole written to a file."


@given(st.text(max_size=400), st.integers(100, 300))
def test_no_text_is_longer_than_the_limit(text: str, limit: int) -> None:
    assert len(fit_text(text, limit)) <= limit


def test_a_document_that_fits_is_whole() -> None:
    document = {"ok": True, "evidence": [{"id": "T1", "excerpt": "ü"}]}

    assert json.loads(fit_json(document)) == document
    assert fit_json(document).endswith("}\n")


def test_excerpts_are_shortened_before_anything_is_dropped() -> None:
    document = {"ok": True, "evidence": [{"id": f"T{n}", "excerpt": "x" * 400} for n in range(30)]}

    fitted = json.loads(fit_json(document))

    assert [item["id"] for item in fitted["evidence"]] == [f"T{n}" for n in range(30)]
    assert {len(item["excerpt"]) for item in fitted["evidence"]} == {240}
    assert "omitted" not in fitted


def test_the_tails_of_the_longest_parts_are_dropped_and_counted() -> None:
    document: dict[str, Any] = {
        "ok": True,
        "case": "ESC-AAAAAA",
        "evidence": [{"id": f"T{n}", "title": "t" * 50, "excerpt": "x" * 400} for n in range(200)],
        "reproduction": {"steps": [{"id": "T1", "text": "y" * 300}] * 100},
        "gaps": [{"question": "Which version?"}],
        "brief": "".join(f"{n} line of the brief\n" for n in range(1000)),
    }

    fitted = json.loads(fit_json(document))

    assert set(fitted["omitted"]) == {"evidence", "reproduction", "brief"}
    assert fitted["omitted"]["evidence"] == 200 - len(fitted["evidence"])
    assert fitted["omitted"]["reproduction"] == 100 - len(fitted["reproduction"]["steps"])
    assert fitted["evidence"][0]["id"] == "T0"
    assert document["brief"].startswith(fitted["brief"])
    assert min(len(fitted["evidence"]), len(fitted["reproduction"]["steps"]), len(fitted["brief"])) > 5
    assert fitted["gaps"] == document["gaps"]
    assert "--out FILE" in fitted["whole"]


def test_more_is_kept_of_what_citations_rest_on_and_less_of_the_brief() -> None:
    entries = [{"question": "y" * 90}] * 100
    document = {"gaps": entries, "facts": entries, "brief": "a line\n" * 900}

    fitted = json.loads(fit_json(document))

    assert 0 < len(fitted["brief"]) < len(json.dumps(fitted["gaps"])) < len(json.dumps(fitted["facts"]))


def test_what_is_cut_fills_most_of_the_room() -> None:
    document = {"evidence": [{"id": n, "excerpt": "x" * 100} for n in range(1000)], "brief": "word " * 10_000}

    assert LIMIT * 0.9 < len(fit_json(document)) <= LIMIT


def test_cutting_changes_nothing_in_the_document_itself() -> None:
    document: dict[str, Any] = {"evidence": [{"id": n, "excerpt": "x" * 400} for n in range(100)]}

    fit_json(document)

    assert len(document["evidence"]) == 100
    assert len(document["evidence"][0]["excerpt"]) == 400


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text("abcdef", min_size=1, max_size=5), inner, max_size=4),
    max_leaves=40,
)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.text("ghij", min_size=1, max_size=3), st.lists(values, max_size=30) | st.text(max_size=3000) | values, max_size=6)
)
def test_json_stays_json_within_the_limit(document: dict[str, Any]) -> None:
    fitted = fit_json(document, 2500)

    parsed = json.loads(fitted)
    assert set(document) <= set(parsed)
    if "omitted" in parsed:
        assert len(fitted) <= 2500 or not any(isinstance(value, (list, str)) and len(value) > 120 for value in parsed.values())
    else:
        assert len(fitted) <= 2500


@pytest.mark.parametrize("count", [1, 10, 100])
def test_many_errors_fit_too(count: int) -> None:
    assert len(fit_json({"ok": False, "exit_code": 2, "error": "é" * 9 * count})) <= LIMIT


def case(**more: Any) -> dict[str, Any]:
    """Something like the document of a case."""
    evidence = [
        {
            "id": f"T{n}",
            "ref": str(4_200 + n),
            "title": f"Ticket {n}",
            "excerpt": "x" * 200,
            "url": f"https://desk.example/{n}",
            "author": "Kim",
        }
        for n in range(30)
    ]
    return {
        "ok": True,
        "decision": {"action": "escalate", "criteria": []},
        "evidence": evidence,
        "brief": "a line of the brief\n" * 40,
        **more,
    }


def test_of_a_case_the_brief_goes_before_any_evidence_is_touched() -> None:
    fitted = json.loads(fit_json(case(), 10_000))

    assert fitted["evidence"] == case()["evidence"]
    assert case()["brief"].startswith(fitted["brief"])
    assert fitted["omitted"] == {"brief": 40 - fitted["brief"].count("\n")}


def test_then_details_of_the_evidence_go_and_every_id_ref_and_title_stays() -> None:
    fitted = json.loads(fit_json(case(digest=[{"part": "symptom", "id": "T1", "text": "y" * 90}] * 90), 5_000))

    assert [(item["id"], item["ref"], item["title"]) for item in fitted["evidence"]] == [
        (item["id"], item["ref"], item["title"]) for item in case()["evidence"]
    ]
    assert len(fitted["digest"]) == 1
    assert len(fitted["brief"]) <= 400
    assert fitted["omitted"]["digest"] == 89
    assert "--out FILE" in fitted["whole"]


def test_no_key_address_or_command_is_cut_inside() -> None:
    long = "https://desk.example/" + "p" * 300
    document = case(next_steps=[{"offer": "o" * 400, "command": long}], facts=[{"id": "F1", "value": "v" * 9_000}])

    [step] = json.loads(fit_json(document, 9_000))["next_steps"]

    assert step["command"] == long
    assert step["offer"].endswith("…")


def test_a_step_that_saves_next_to_nothing_is_left_out() -> None:
    document = case(
        evidence=[{"id": "U1", "ref": "U1", "connector": "user", "category": "user", "title": "t"}], facts=[{"id": "F", "value": "v"}] * 900
    )

    [typed] = json.loads(fit_json(document))["evidence"]

    assert (typed["connector"], typed["category"]) == ("user", "user")
