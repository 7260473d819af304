from __future__ import annotations

from datetime import date, datetime

import pytest

from escalation.records import SlaClock
from tests.assess.casework import account, article, customer, hours_ago, issue, judged, support, ticket, work_item

ACME = account("Acme Corp", 1_200_000, "Enterprise", date(2026, 12, 15))
WORDS = {"words": ("webhook", "signatures", "rotating", "secret")}
GUIDE = article(
    "Rotating webhook secrets", "After rotating the secret, webhook signatures must be verified with the new one on every endpoint."
)


def test_an_incident_goes_to_engineering_and_leadership_is_informed() -> None:
    assessment, route = judged(
        "API returning 500 errors for Acme Corp",
        ticket("1", "Orders fail with 500. I am Acme's CTO and need a call today by 17:00 UTC.", opened=4,
               clocks=(SlaClock(metric="resolution", due_at=hours_ago(1)),)),
        ticket("2", "Orders fail.", account="Globex"), ticket("3", "Orders fail.", account="Brightwater"),
        ACME, work_item("PLAT-812", "500s"),
        customers=["Acme Corp"],
    )  # fmt: skip
    assert route.decision.action == "escalate"
    assert (route.target.team, route.kind) == ("engineering", "incident")
    assert route.target.path == ("L1", "L2 support", "engineering", "leadership (informed)")
    assert {"targets.incident", "inform.executive", "inform.critical_account_sla"} <= {reason.rule for reason in route.target.because}
    assert route.ask.by == datetime.fromisoformat("2026-11-18T17:00:00+00:00")
    assert (route.ask.basis, route.ask.evidence) == ("hard date", ("T1",))
    assert "full reproduction steps" in route.target.include
    assert assessment.severity.level == "High"


def test_a_threat_to_leave_over_a_missing_feature_goes_to_leadership_with_product_informed() -> None:
    _, route = judged(
        "Customer threatening to churn over missing audit log feature",
        ticket("1", "Without a commitment by Friday 27 November we will not renew.", account="Tessera Bank"),
        account("Tessera Bank", 520_000, "Enterprise", currency="EUR"),
        work_item("ORD-377", "Audit log export", type="New Feature"),
        type="feature gap",
    )
    assert (route.target.team, route.kind, route.ask.verb) == ("leadership", "account", "decide")
    assert route.target.path[-1] == "product (informed)"


def test_a_feature_gap_without_a_threat_is_a_product_decision() -> None:
    _, route = judged(
        "Audit log export is missing",
        ticket("1", "Is an export planned?"),
        ticket("2", "We need it.", account="Globex"),
        type="feature gap",
    )
    assert (route.decision.action, route.target.team, route.ask.verb) == ("escalate", "product", "decide")


def test_security_bypasses_the_tiers_whatever_else_holds_and_stays_restricted() -> None:
    _, route = judged(
        "Vireo Media can see another customer's invoices",
        ticket("1", "What opened was not ours: an invoice of another organisation."),
        GUIDE,
        type="security",
    )
    assert route.decision.action == "escalate"
    assert (route.target.team, route.kind, route.target.restricted) == ("security", "security", True)
    assert route.target.path == ("security",)
    assert (route.ask.verb, route.ask.basis) == ("contain", "policy")


def test_an_exposure_that_was_contained_is_to_be_investigated() -> None:
    case = ticket(
        "1",
        "What opened was not ours: an invoice of another organisation.",
        support("We have disabled the download.", 1, visibility="internal"),
    )
    _, route = judged("Vireo Media can see another customer's invoices", case, type="security")
    assert route.ask.verb == "investigate"


def test_a_documented_fix_that_was_not_tried_stays_in_support_and_says_when_it_would_not() -> None:
    _, route = judged(
        "Webhook signatures fail after rotating the secret",
        ticket("1", "Signatures fail.", opened=1),
        GUIDE,
        type="configuration",
        about=WORDS,
    )
    assert route.decision.action == "handle in support"
    assert "K1" in route.decision.criteria[0].evidence
    assert route.decision.until.startswith("escalate when the documented fix is tried and fails")
    assert (route.target.path, route.ask.verb) == (("L1",), "provide")


def test_a_documented_fix_that_failed_does_not_count() -> None:
    case = ticket(
        "1", "Signatures fail.", support(f"Please see {GUIDE.url}", 5), customer("We followed it, that article does not help.", 3)
    )
    _, route = judged("Webhook signatures fail after rotating the secret", case, GUIDE, type="configuration", about=WORDS)
    assert route.decision.action == "escalate"
    assert "escalate.fix_failed" in [reason.rule for reason in route.decision.criteria]


def test_a_strong_ground_outweighs_supports_own_answer_and_the_answer_is_still_told() -> None:
    _, route = judged(
        "Webhook signatures fail after rotating the secret",
        ticket("1", "Signatures fail. We will not renew."),
        GUIDE,
        type="configuration",
        about=WORDS,
    )
    assert route.decision.action == "escalate"
    assert "handle_in_support.documented_fix" in [reason.rule for reason in route.decision.against]


def test_too_little_to_decide_on_is_watched_with_what_would_change_it() -> None:
    _, route = judged("Acme Corp wrote in about orders", type="unknown", customers=["Acme Corp"])
    assert route.decision.action == "monitor"
    assert route.decision.until.startswith("escalate when ")
    assert route.ask.verb == "investigate"


@pytest.mark.parametrize(
    ("text", "basis", "by"),
    [
        ("Orders fail.", "policy", "2026-11-18T17:00:00+00:00"),
        ("Orders fail. We need a fix by Friday 20 November, 12:00 UTC.", "hard date", "2026-11-20T12:00:00+00:00"),
    ],
)
def test_the_deadline_of_the_ask_is_the_earliest_that_binds_else_the_policys(text: str, basis: str, by: str) -> None:
    _, route = judged(
        "Orders fail for Acme Corp", ticket("1", text, clocks=(SlaClock(metric="first response", fulfilled_at=hours_ago(50)),))
    )
    assert (route.ask.basis, route.ask.by) == (basis, datetime.fromisoformat(by))


def test_the_resolution_target_and_a_promised_fix_bind_engineering_but_a_reply_target_and_a_promised_update_do_not() -> None:
    clocks = (SlaClock(metric="next response", due_at=hours_ago(-1)), SlaClock(metric="resolution", due_at=hours_ago(-20)))
    update = support("Next update by 18:00 UTC.", 2)
    fix = support("The fix will be shipped by 2026-11-19 06:00 UTC.", 3)
    _, by_target = judged("Orders fail for Acme Corp", ticket("1", "Orders fail.", update, clocks=clocks))
    _, by_promise = judged("Orders fail for Acme Corp", ticket("1", "Orders fail.", fix, clocks=clocks))
    assert (by_target.ask.basis, by_target.ask.by) == ("SLA", hours_ago(-20))
    assert (by_promise.ask.basis, by_promise.ask.by) == ("customer commitment", hours_ago(-15))


def test_a_date_that_was_taken_back_binds_nobody() -> None:
    fix = support("The fix will be shipped by 2026-11-19 06:00 UTC.", 3)
    back = support("I take that date back, please don't quote it.", 2, visibility="internal")
    _, route = judged(
        "Orders fail for Acme Corp", ticket("1", "Orders fail.", fix, back, clocks=(SlaClock(metric="resolution", due_at=hours_ago(-20)),))
    )
    assert route.ask.basis == "SLA"


def test_who_answers_the_customer_is_bound_by_the_reply_target() -> None:
    clocks = (SlaClock(metric="next response", due_at=hours_ago(-3)), SlaClock(metric="resolution", due_at=hours_ago(-20)))
    case = ticket("1", "Signatures fail.", opened=1, clocks=clocks)
    _, route = judged("Webhook signatures fail after rotating the secret", case, GUIDE, type="configuration", about=WORDS)
    assert (route.ask.verb, route.ask.basis, route.ask.by) == ("provide", "SLA", hours_ago(-3))


def test_a_cadence_names_one_number_the_range_and_when_the_next_update_is_due() -> None:
    _, route = judged("Production is down for Acme Corp", ticket("1", "Production is down.", support("On it.", 5)), type="outage")
    assert route.cadence == (
        "internal follow-up every 2 h",
        "customer update every 2 h (the policy allows 2 h to 4 h; the earlier bound sets the timer)",
        "next customer update: now; by the last one it was due 2026-11-18T12:00+00:00, 3 h ago",
    )


def test_the_same_sentence_from_another_team_of_records_never_leaks_the_last_case() -> None:
    first, _ = judged("Orders fail for Acme Corp", ticket("1", "Production is down."))
    second, _ = judged("Orders fail for Acme Corp", ticket("1", "A small question."))
    assert first.severity.level == "Critical"
    assert second.severity.level == "High"
    assert issue("x").sentence == "x"
