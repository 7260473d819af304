"""What people read of the six example cases is what was checked in, and holds what it must hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.brief import MOST_WORDS, TEMPLATES, body_words
from escalation.case import Case
from tests.golden.renew import HERE, cases, rendered

SECRETS = ("lk_live_51Hq0aB7ExampleKeyDoNotUse9fT2xZ", "4111 1111 1111 1111", "CVC 737")
RESTRICTED = (
    "cobalt",
    "sec-",
    "mistyped",
    "number in the address",
    "checks that you're logged in",
    "14 different invoices",
    "Owen Tarrant",
)


@pytest.fixture(scope="module", name="opened")
def the_cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return cases(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module", name="files")
def the_files(opened: list[Case]) -> dict[str, str]:
    return dict(rendered(opened))


def test_every_page_and_brief_is_as_it_was_checked_in(files: dict[str, str]) -> None:
    different = [name for name, text in files.items() if not Path(HERE, name).exists() or Path(HERE, name).read_text("utf-8") != text]
    assert not different, "run `python3 scripts/dev.py tests/golden/renew.py`, then look at `git diff tests/golden`"
    assert {path.name for path in HERE.glob("*.md")} == set(files)


def test_a_page_is_at_most_9000_characters_and_has_every_section(files: dict[str, str]) -> None:
    sections = ("## Facts", "## Affected accounts", "## Clocks", "## Digest", "## Gaps", "## Open places", "## Evidence", "## Next steps")
    for name, text in files.items():
        if name.endswith("-page.md"):
            assert len(text) <= 9_000
            assert [section for section in sections if section not in text] == []


def test_accounts_and_clocks_of_a_page_are_complete(files: dict[str, str], opened: list[Case]) -> None:
    for number, case in enumerate(opened, 1):
        accounts = files[f"{number}-page.md"].partition("## Affected accounts")[2].partition("\n## ")[0]
        clocks = files[f"{number}-page.md"].partition("## Clocks")[2].partition("\n## ")[0]
        assert all(one.name in accounts for one in case.gathering.affected)
        assert all(f"- {clock.ticket} " in clocks for clock in case.assessment.clocks)


def test_a_body_holds_no_more_words_than_its_audience_reads(files: dict[str, str]) -> None:
    lengths = {
        (name, audience): body_words(text)
        for name, text in files.items()
        for audience in TEMPLATES
        if name.endswith(f"-{audience.split()[0].lower()}.md")
    }
    assert {key: words for key, words in lengths.items() if words > MOST_WORDS[key[1]]} == {}


def test_no_secret_and_no_card_number_is_anywhere(files: dict[str, str], opened: list[Case]) -> None:
    everything = "".join(files.values()) + "".join(case.model_dump_json() for case in opened)
    assert [secret for secret in SECRETS if secret in everything] == []


def test_what_is_restricted_is_seen_by_security_alone(files: dict[str, str]) -> None:
    wider = {name: text.lower() for name, text in files.items() if name not in ("6-page.md", "6-security.md")}
    assert [(name, word) for name, text in wider.items() for word in RESTRICTED if word.lower() in text] == []
    assert "(restricted)" in files["6-page.md"]


def test_a_reply_does_not_ask_for_what_the_customer_has_done_already(files: dict[str, str]) -> None:
    assert "choose Rotate secret" not in files["5-l2.md"].partition("### Reply")[2].partition("###")[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1-page.md", "EUR 210,000 + USD 1,840,000"),
        ("1-page.md", "next response BREACHED by 5 h 19 min"),
        ("1-page.md", "A call today by 17:00 UTC (12:00 noon Eastern) with an engineer who can speak to the cause."),
        ("1-page.md", "3.1 % (16th), 4.4 % (17th), 5.8 % (18th until 13:30 UTC)"),
        ("1-page.md", "accounts with a near name, not counted: Acme Corp EU"),
        ("2-page.md", "not this: T5 4196"),
        ("2-page.md", "EXP-233 was resolved in 2026.45"),
        ("3-page.md", "Tessera Bank: “Not affected: Tessera Bank (Certus"),
        ("4-page.md", "He would accept a one-time file made by us for 2026 by 31 January PLUS a dated commitment"),
        ("4-page.md", "is not agreed by Product"),
        ("5-l2.md", "**Verdict: handle in support.**"),
        ("5-l2.md", "both need the new secret"),
        ("5-l2.md", "Resend failed for seven days"),
        ("5-l2.md", "wrote in Japanese"),
        ("6-security.md", "72 hours from the report end 2026-11-21T12:36+01:00"),
    ],
)
def test_what_a_careful_reader_would_look_for_is_there(files: dict[str, str], name: str, said: str) -> None:
    assert said in files[name]
