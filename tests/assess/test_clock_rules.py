"""How targets behave as help desks have learned it: the seven rules collected from their bug reports, and records that can't be right."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.assessment import Clock
from escalation.pages.figures import clock_words
from escalation.policy import Policy
from escalation.records import Pause, SlaClock
from escalation.steps.assess import assess
from tests.assess.casework import HOOKS, NOW, POLICY, account, customer, gathered, hours_ago, issue, judged, support, ticket

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "sla_vectors.json"
SENTENCE = "Orders fail for Acme Corp"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def clocks(*records: Any, now: datetime = NOW, policy: Policy = POLICY, **more: Any) -> dict[str, Clock]:
    assessment, _ = judged(SENTENCE, *records, now=now, policy=policy, **more)
    return {clock.metric: clock for clock in assessment.clocks}


def policy(folder: Path, text: str) -> Policy:
    file = folder / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    return Policy.load(file)


def waiting(begins: float, ends: float | None, state: Any = "waiting on customer") -> Pause:
    """A pause that began and ended so many hours ago."""
    return Pause(state=state, begins=hours_ago(begins), ends=None if ends is None else hours_ago(ends))


# The rules, by their id in the shared data.


def test_pause_then_resolve() -> None:
    """A ticket solved straight out of a pause: the business minutes of the pause are taken off first."""
    platform = SlaClock(metric="resolution", due_at=at("2026-11-19T16:00+00:00"), fulfilled_at=at("2026-11-18T14:00+00:00"))
    solved: dict[str, Any] = {"state": "solved", "solved_at": at("2026-11-18T14:00+00:00"), "clocks": (platform,)}
    straight = clocks(ticket("1", "Orders fail.", opened=54, pauses=(waiting(30, None),), **solved))
    ended = clocks(ticket("1", "Orders fail.", opened=54, pauses=(waiting(30, 1),), **solved))
    assert straight["resolution"].policy_due_at == ended["resolution"].policy_due_at
    assert "paused, not counted: 13 h of Tue 11-17 09:00 – Wed 11-18 14:00" in straight["resolution"].policy_proof


def test_tz_display() -> None:
    """A deadline is the same instant wherever it is read."""
    found = gathered(SENTENCE, ticket("1", "Orders fail."))

    def due(zone: str) -> tuple[datetime | None, str]:
        typed = issue(SENTENCE).model_copy(update={"zone": zone})
        stated = POLICY.model_copy(
            update={"calendars": {"support": POLICY.calendars["support"].model_copy(update={"zone": "Asia/Riyadh"})}}
        )
        clock = assess(typed, found, policy=stated, now=NOW, hooks=HOOKS).clocks[0]
        return clock.due_at, clock.proof.partition("; due ")[2][: len("2026-11-16T16:00+03:00")]

    riyadh, kolkata = due("Asia/Riyadh"), due("Asia/Kolkata")
    assert riyadh == (at("2026-11-16T13:00+00:00"), "2026-11-16T16:00+03:00")
    assert kolkata == (at("2026-11-16T13:00+00:00"), "2026-11-16T18:30+05:30")


def test_next_response_stops_at_resolve() -> None:
    assert "next response" in clocks(ticket("1", "Orders fail.", support("On it.", 50), customer("Anyone?", 5)))
    assert "next response" not in clocks(ticket("1", "Orders fail.", support("On it.", 50), customer("Anyone?", 5), state="solved"))


def test_first_response_not_overruled(tmp_path: Path) -> None:
    """A smaller update target does not fire before there was a first response."""
    small = "sla: {default: {High: {first response: 8 business hours, next response: 1 min}}}"
    found = clocks(ticket("1", "Orders fail.", customer("Anyone?", 53), opened=54), policy=policy(tmp_path, small))
    assert set(found) == {"first response", "resolution"}
    assert found["first response"].target_minutes == 8 * 60


def test_update_clock_only_after_customer() -> None:
    assert "next response" not in clocks(ticket("1", "Orders fail.", support("On it.", 50)))
    assert "next response" not in clocks(ticket("1", "Orders fail.", support("On it.", 50), customer("Thanks!", 49), support("News.", 5)))


def test_any_customer_channel_restarts() -> None:
    """A note in the web portal and an e-mail start the same clock, and the first of several unanswered messages does."""
    for channel in ("e-mail", "web", "chat"):
        note = customer("Any news?", 5).model_copy(update={"visibility": "customer"})
        found = clocks(ticket("1", "Orders fail.", support("On it.", 50), note, customer("Hello?", 1), channel=channel))
        assert "from 2026-11-18T10:00+00:00" in found["next response"].proof


def test_which_target_breached() -> None:
    """All three are told, and which one is breached."""
    found = clocks(ticket("1", "Orders fail.", support("On it.", 500), customer("Any news?", 5), opened=520))
    assert {metric: clock.state for metric, clock in found.items()} == {
        "first response": "breached", "next response": "due", "resolution": "breached",
    }  # fmt: skip
    told = {metric: clock_words(clock, lambda moment: f"{moment:%m-%d}") for metric, clock in found.items()}
    assert told["first response"].startswith("first response BREACHED by 6 h")
    assert told["resolution"].startswith("resolution BREACHED by")
    assert told["next response"].startswith("next response due 11-19")


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared data folder is not beside the project")
def test_every_rule_of_the_shared_data_has_its_test() -> None:
    rules = [one["id"] for one in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"] if one["status"] == "behaviour"]
    assert len(rules) == 7
    assert [rule for rule in rules if f"test_{rule.replace('-', '_')}" not in globals()] == []


# Pauses.


def test_a_running_pause_moves_the_deadline_on_as_long_as_it_lasts() -> None:
    def resolution(now: datetime) -> Clock:
        paused = ticket("1", "Orders fail.", support("Which id?", 30), opened=54, state="waiting on customer", pauses=(waiting(29, None),))
        return clocks(paused, now=now)["resolution"]

    earlier, later = resolution(NOW), resolution(NOW + timedelta(hours=1))
    assert (earlier.state, later.state) == ("paused", "paused")
    assert earlier.due_at is not None
    assert later.due_at == earlier.due_at + timedelta(hours=1)
    assert earlier.remaining_minutes == later.remaining_minutes


def test_a_target_breached_before_the_pause_began_stays_breached() -> None:
    late = ticket("1", "Orders fail.", support("Which id?", 5), opened=500, state="waiting on customer", pauses=(waiting(4, None),))
    assert clocks(late)["resolution"].state == "breached"


def test_a_platform_that_tells_no_history_leaves_the_clock_paused_and_says_so() -> None:
    found = clocks(ticket("1", "Orders fail.", support("Which id?", 400), opened=500, state="waiting on customer"))
    assert found["resolution"].state == "paused"
    assert "waiting on customer since an unknown time" in found["resolution"].proof


@pytest.mark.parametrize(
    ("pause", "says"),
    [(waiting(20, 30), "ended before that is left out"), (waiting(30, None), "has no end is left out: the ticket is open")],
)
def test_a_pause_that_can_not_be_is_left_out_and_named(pause: Pause, says: str) -> None:
    with_it, without = (clocks(ticket("1", "Orders fail.", opened=54, pauses=pauses))["resolution"] for pauses in ((pause,), ()))
    assert with_it.due_at == without.due_at
    assert says in with_it.proof


def test_which_states_pause_which_target_is_policy(tmp_path: Path) -> None:
    held = ticket("1", "Orders fail.", support("Asked the carrier.", 30), opened=54, pauses=(waiting(30, 28, "on hold"),))
    never = policy(tmp_path, "pauses: {resolution: []}")
    counted, paused = clocks(held, policy=never)["resolution"].due_at, clocks(held)["resolution"].due_at
    assert counted is not None
    assert paused == counted + timedelta(hours=2)


# The platform's clock and ours.


def test_ours_stands_beside_the_platforms_where_they_differ_with_both_proofs() -> None:
    found = clocks(ticket("1", "Orders fail.", opened=54, clocks=(SlaClock(metric="resolution", due_at=at("2026-11-20T09:00+00:00")),)))
    clock = found["resolution"]
    assert (clock.source, clock.state, clock.due_at) == ("platform", "due", at("2026-11-20T09:00+00:00"))
    assert clock.policy_due_at == at("2026-11-19T09:00+00:00")
    assert clock.proof.startswith("the support platform's own clock; due 2026-11-20T09:00+00:00")
    assert clock.policy_proof.startswith("policy sla.default.High: 3 business days from 2026-11-16T09:00+00:00 = 8 h Mon 11-16")
    assert "(in 1 d 18 h; by policy 11-19T09:00)" in clock_words(clock, lambda moment: f"{moment:%m-%dT%H:%M}")


@pytest.mark.parametrize("seconds", [0, 59, 60])
def test_a_minute_between_two_clocks_means_nothing(seconds: int) -> None:
    due = at("2026-11-19T09:00+00:00") + timedelta(seconds=seconds)
    found = clocks(ticket("1", "Orders fail.", opened=54, clocks=(SlaClock(metric="resolution", due_at=due),)))
    assert found["resolution"].policy_due_at is None


def test_a_platforms_reply_of_last_week_is_not_compared_with_todays_message() -> None:
    past = SlaClock(metric="next response", due_at=hours_ago(100), fulfilled_at=hours_ago(101))
    found = clocks(ticket("1", "Orders fail.", support("On it.", 100), customer("Any news?", 5), opened=200, clocks=(past,)))
    assert found["next response"].policy_due_at is None


def test_a_target_due_on_monday_is_near_on_friday_afternoon() -> None:
    friday, monday = at("2026-11-20T15:00+00:00"), at("2026-11-23T10:00+00:00")
    assessment, _ = judged(
        SENTENCE, ticket("1", "Orders fail.", opened=54, clocks=(SlaClock(metric="resolution", due_at=monday),)), now=friday
    )
    assert assessment.clocks[0].warning_at == at("2026-11-20T14:00+00:00")
    fact = assessment.fact("sla_at_risk")
    assert fact is not None
    assert fact.value.startswith("1: resolution of T1")


# Calendars and plans.


def test_targets_go_by_plan_and_severity_and_the_calendar_by_what_serves_the_account(tmp_path: Path) -> None:
    amer = (
        "calendars:\n  amer: {version: 7, zone: America/New_York, hours: {mon-fri: ['09:00-17:00']}, holidays: {country: US},"
        " serves: {account.plan: Business}}\n"
    )
    found = clocks(ticket("1", "Orders fail.", opened=54), account("Acme Corp", plan="Business"), policy=policy(tmp_path, amer))
    assert found["resolution"].calendar == "amer v7"
    assert "calendar amer v7 in America/New_York" in found["resolution"].proof


# Records that can't be right.


def test_a_ticket_solved_before_it_was_created_has_no_clock_that_could_be_told() -> None:
    wrong = clocks(ticket("1", "Orders fail.", opened=10, solved_at=hours_ago(20)))["resolution"]
    assert (wrong.state, wrong.due_at, wrong.minutes) == ("unknown", None, None)
    assert "its start, 2026-11-18T05:00+00:00, comes after its end, 2026-11-17T19:00+00:00" in wrong.proof


def test_a_platform_whose_clock_runs_backwards_is_not_believed() -> None:
    backwards = SlaClock(metric="first response", due_at=hours_ago(5), fulfilled_at=hours_ago(20))
    wrong = clocks(ticket("1", "Orders fail.", opened=10, clocks=(backwards,)))["first response"]
    assert wrong.state == "unknown"
    assert "comes after its end" in wrong.proof


def test_two_systems_may_be_half_a_minute_apart() -> None:
    found = clocks(ticket("1", "Orders fail.", opened=10, first_reply_at=hours_ago(10) - timedelta(seconds=30)))
    assert found["first response"].state == "met"


def test_a_ticket_from_after_now_has_not_begun() -> None:
    found = clocks(ticket("1", "Orders fail.", opened=-3))
    assert {clock.state for clock in found.values()} == {"unknown"}
    assert "lies after now" in found["resolution"].proof


@pytest.mark.parametrize("blank", ["0001-01-01T00:00+00:00", "1970-01-01T00:00+00:00"])
def test_a_date_that_a_system_filled_in_starts_no_clock(blank: str) -> None:
    empty = ticket("1", "Orders fail.").model_copy(update={"created_at": at(blank)})
    found = clocks(empty)
    assert {clock.state for clock in found.values()} == {"unknown"}
    assert "no date that anybody wrote" in found["resolution"].proof
    platform = empty.model_copy(update={"clocks": (SlaClock(metric="resolution", due_at=hours_ago(-1)),)})
    assert clocks(platform)["resolution"].state == "due"


def test_a_ticket_without_a_date_starts_no_clock() -> None:
    assert clocks(ticket("1", "Orders fail.").model_copy(update={"created_at": None})) == {}


def test_a_platforms_target_of_no_time_is_breached_at_once() -> None:
    at_once = SlaClock(metric="first response", target_minutes=0, due_at=hours_ago(10))
    assert clocks(ticket("1", "Orders fail.", opened=10, clocks=(at_once,)))["first response"].state == "breached"
