"""Two cases about one thing: the second is saved, the page says so, and one command joins it to the first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import home, run

if TYPE_CHECKING:
    from tests.cli.conftest import Run

__all__ = ["home", "run"]

EARLIER, LATER = "2026-11-18T15:00:00+00:00", "2026-11-18T16:00:00+00:00"
FIRST, SECOND = "Orders API answers 500 with error ORD-5031", "Checkout is down at Kestrel Media, error ORD-5031"


@pytest.fixture(name="pair")
def two_cases(run: Run, tmp_path: Path) -> tuple[str, str]:
    """Ids of two cases about one error; the second has a ticket of its own."""
    ticket = tmp_path / "ticket.json"
    ticket.write_text(json.dumps({"kind": "ticket", "ref": "4233", "subject": "Checkout down", "account": {"name": "Kestrel Media"}}))
    first = run("open", FIRST, "--now", EARLIER, "--format", "json").json["case"]
    second = run("open", SECOND, "Kestrel Media", "--context", str(ticket), "--now", LATER, "--format", "json").json["case"]
    return first, second


def again(run: Run, tmp_path: Path) -> str:
    return run("open", SECOND, "Kestrel Media", "--context", str(tmp_path / "ticket.json"), "--now", LATER).out


def test_the_page_names_the_earlier_case_its_reasons_what_is_new_and_the_command(run: Run, pair: tuple[str, str], tmp_path: Path) -> None:
    first, second = pair
    page = again(run, tmp_path)
    assert f"case {first} (opened 11-18T15:00Z): same error code ORD-5031" in page
    assert "new here: account Kestrel Media, ticket 4233" in page
    assert f"add {first} --from {second}`" in page


def test_nothing_is_joined_by_itself_and_nothing_typed_is_lost(run: Run, pair: tuple[str, str]) -> None:
    cases = run("list", "--format", "json").json["cases"]
    assert {case["id"]: case["joined_to"] for case in cases} == dict.fromkeys(pair, "")


def test_joining_adds_what_is_new_and_what_was_typed(run: Run, pair: tuple[str, str]) -> None:
    first, second = pair
    said = run("add", first, "--from", second)
    assert said.out.startswith(f"{second} was joined to {first}.\n{first}: added ")

    shown = run("show", first).out
    assert f"The issue as typed for {second}" in shown
    assert "4233" in shown
    assert SECOND in run("show", first, "U2").out
    assert "Kestrel Media" in [one["name"] for one in run("brief", first, "--format", "json").json["affected_accounts"]]


def test_joining_twice_is_joining_once(run: Run, pair: tuple[str, str]) -> None:
    first, second = pair
    run("add", first, "--from", second)
    before = run("show", first).out
    assert "nothing was added" in run("add", first, "--from", second).out
    assert run("show", first).out == before


def test_a_joined_case_says_where_it_goes_on_however_often_it_is_opened(run: Run, pair: tuple[str, str], tmp_path: Path) -> None:
    first, second = pair
    run("add", first, "--from", second)
    page = again(run, tmp_path)
    assert f"Joined to {first}" in page
    assert "Looks the same" not in page
    assert f"- {second} · joined to {first} · " in run("list").out


def test_opening_the_earlier_case_again_keeps_what_was_joined(run: Run, pair: tuple[str, str]) -> None:
    first, second = pair
    run("add", first, "--from", second)
    before = run("show", first).out
    run("open", FIRST, "--now", EARLIER)
    assert run("show", first).out == before
    assert "Kestrel Media" in [one["name"] for one in run("brief", first, "--format", "json").json["affected_accounts"]]


def test_opening_twice_is_opening_once(run: Run, pair: tuple[str, str], tmp_path: Path) -> None:
    assert again(run, tmp_path) == again(run, tmp_path)
    assert [case["revision"] for case in run("list", "--format", "json").json["cases"]] == [1, 1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("add", "{first}", "--from", "{first}"), "can't be joined to itself"),
        (("add", "{first}", "--from", "ESC-ZZZZZZ"), "there is no case 'ESC-ZZZZZZ'"),
        (("add", "{first}", "--from", "{second}", "--text", "more"), "leave out --text"),
        (("add", "{second}", "--text", "more"), "was joined to"),
    ],
)
def test_what_can_not_be_joined_is_one_line(run: Run, pair: tuple[str, str], words: tuple[str, ...], complaint: str) -> None:
    first, second = pair
    if words[1] == "{second}":
        run("add", first, "--from", second)
    said = run(*(word.format(first=first, second=second) for word in words))
    assert said.code != 0
    assert complaint in said.err
    assert said.err.count("\n") == 1


def test_the_examples_cases_are_no_duplicates_of_real_ones(run: Run) -> None:
    run("demo")
    assert "case ESC-" not in run("open", "ORD-5031 on POST /v2/orders").out.partition("## Next steps")[0].partition("## Looks the same")[2]


def test_a_policy_that_asks_for_more_shows_less(run: Run, home: Path) -> None:
    run("open", "Nightly warehouse export misses rows with umlauts", "--now", EARLIER)
    like = ("open", "The nightly export to the warehouse misses rows", "--now", LATER)
    assert "Looks the same" in run(*like).out
    (home / ".customer-escalation" / "policy.yaml").write_text("thresholds: {duplicate_percent: 100}\n")
    assert "Looks the same" not in run(*like).out
