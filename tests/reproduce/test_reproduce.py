"""Step 5: what the threads say about how to see it happen."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from escalation.evidence import Evidence
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.records import Category, Comment, Person, Ticket
from escalation.reproduction import Reproduction
from escalation.steps.reproduce import reproduce

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
ERIN = Person(name="Erin Vale", side="customer")
LENA = Person(name="Lena Brandt", side="vendor")
WHOLE = """We are on the Enterprise plan, signed in as an admin.
1. Open Reports, Orders.
2. Choose the date 2026-11-11 and the zone America/Chicago.
3. Click "Export CSV".
We expected 8,904 rows. The file is missing 312 rows instead.
It happens every time, in Chrome 142 on Windows.
It started on 2026-11-10, until then the file was fine.
With the zone UTC there are no errors in the file.

```
export_id=exp_7F21 rows=8592
```
"""


def of(text: str, *comments: Comment, type_: str = "bug") -> Reproduction:
    issue = Issue(sentence="Rows are missing", at=NOW, zone="UTC", summary="Rows are missing", type=type_, words=("rows", "missing"))  # type: ignore[arg-type]
    ticket = Ticket(ref="4180", subject="Rows missing", text=text, requester=ERIN, created_at=NOW - timedelta(hours=9), comments=comments)
    item = Evidence(id="T1", connector="made", category=Category.SUPPORT_PLATFORM, record=ticket)
    return reproduce(issue, Gathering(evidence=(item,), primary="T1"))


def note(text: str, hours_ago: float = 3, who: Person = LENA) -> Comment:
    return Comment(at=NOW - timedelta(hours=hours_ago), author=who, text=text, visibility="internal" if who is LENA else "customer")


def test_a_careful_report_fills_every_slot_word_for_word() -> None:
    found = of(WHOLE, note("Reproduced on a test account, 3 of 3."))
    assert [step.text for step in found.steps] == [
        "Open Reports, Orders.",
        "Choose the date 2026-11-11 and the zone America/Chicago.",
        'Click "Export CSV".',
    ]
    assert found.expected[0].text == "We expected 8,904 rows."
    assert found.actual[0].text == "The file is missing 312 rows instead."
    assert found.environment[0].text == "It happens every time, in Chrome 142 on Windows."
    assert found.first_bad[0].text.startswith("It started on 2026-11-10")
    assert found.errors[0].text == "export_id=exp_7F21 rows=8592"
    assert found.start_state
    assert found.frequency
    assert found.ruled_out
    every = [
        quote for slot in (found.steps, found.expected, found.actual, found.environment, found.first_bad, found.ruled_out) for quote in slot
    ]
    assert all(quote.text in " ".join(WHOLE.split()) for quote in every)


def test_reproduced_by_support_follows_the_newest_word_of_our_side() -> None:
    assert of(WHOLE, note("I can't reproduce it.", 5), note("Reproduced on staging.", 2)).reproduced_by_support == "yes"
    assert of(WHOLE, note("Could not reproduce it on a test account.", 2)).reproduced_by_support == "no"
    assert of(WHOLE, note("Can you reproduce it?", 2)).reproduced_by_support == "unknown"


def test_what_was_tried_comes_with_its_result_or_none() -> None:
    tried = of("We cleared the cache. No change.", note("We switched to UTC.", 2, ERIN)).tried
    assert [(attempt.action.text, attempt.result.text if attempt.result else None) for attempt in tried] == [
        ("We cleared the cache.", "No change."),
        ("We switched to UTC.", None),
    ]


def test_the_next_question_asks_the_one_who_can_answer_for_what_is_missing_first() -> None:
    assert of("It fails.").next_question.startswith("Ask the customer in T1: What exactly do you do, step by step")
    assert of(WHOLE).next_question == "Ask support: Does it happen on a test account with the same plan and settings?"
    assert of(WHOLE, note("Reproduced on a test account.")).next_question == ""


def test_a_wish_is_not_reproduced() -> None:
    assert of("We need an audit log.", type_="feature gap").applies is False


def test_nothing_is_made_up_when_nothing_is_said() -> None:
    found = of("Hello?")
    assert [*found.steps, *found.expected, *found.environment, *found.tried, *found.errors] == []
    assert "steps" in found.missing
