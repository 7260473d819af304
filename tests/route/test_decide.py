"""Declare, monitor or handle in support; a regression with its version; who owns it and by which rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from escalation.codeowners import Codeowners
from escalation.policy import Policy
from escalation.records import Money, Person
from tests.assess.casework import POLICY, account, article, customer, gathered, hours_ago, issue, judged, support, ticket, told, work_item

WORDS = {"words": ("bulk", "export", "columns", "order")}
LIMIT = article(
    "Order of columns in the bulk export", "It is a known limitation that the columns of a bulk export can't be put in another order. "
    "Use the report builder instead: it keeps the order you choose.",
)  # fmt: skip


def decide(*records: Any, sentence: str = "Bulk export columns in the wrong order", type: str = "question", **more: Any) -> Any:
    return judged(sentence, *records, type=type, about=WORDS, **more)


def test_a_known_limitation_with_an_alternative_is_handled_in_support() -> None:
    assessment, route = decide(ticket("1", "The columns come in another order.", opened=2), LIMIT)
    assert route.decision.action == "handle in support"
    reason = next(one for one in route.decision.criteria if one.rule == "handle_in_support.known_limitation")
    assert reason.evidence == ("K1",)
    assert "instead: “Use the report builder instead" in told(assessment, "known_limitation").note


@pytest.mark.parametrize(
    "records",
    [
        (
            ticket("1", "The columns come in another order.", support(f"See {LIMIT.url}", 5), customer("That article does not help.", 4)),
            LIMIT,
        ),
        (
            ticket("1", "The columns come in another order."),
            article("Bulk export columns order", "It is a known limitation of the bulk export."),
        ),
    ],
    ids=["its alternative was tried in vain", "no alternative"],
)
def test_a_limitation_without_a_way_that_helps_is_no_answer(records: Any) -> None:
    assessment, _ = decide(*records)
    assert assessment.fact("known_limitation") is None


def test_two_independent_accounts_are_for_review_and_three_escalate() -> None:
    def action(*names: str) -> Any:
        tickets = [ticket(str(n), "The columns come in another order.", account=name, opened=2) for n, name in enumerate(names)]
        return decide(*tickets, LIMIT)[1].decision

    two, three = action("Acme Corp", "Globex"), action("Acme Corp", "Globex", "Initrode")
    assert (two.action, three.action) == ("handle in support", "escalate")
    assert "monitor.pattern_review" in [reason.rule for reason in two.against]
    assert "escalate.pattern" in [reason.rule for reason in three.criteria]


def test_what_is_watched_says_what_for() -> None:
    _, route = judged("Globex and Acme wrote in about orders", type="unknown", customers=["Acme Corp"], suspected=["Halden Marine"])
    assert route.decision.action == "monitor"
    assert [reason.rule for reason in route.decision.criteria] == ["monitor.suspected", "monitor"]
    assert route.decision.until.startswith("escalate when ")


@pytest.mark.parametrize(
    ("done", "version", "said"),
    [
        (
            {"fix_versions": ("2026.45",)},
            "2026.46",
            "EXP-233 was resolved in 2026.45 on 2026-11-16T03:00+00:00 and 1 came after, on 2026.46",
        ),
        ({"fix_versions": ("2026.45",)}, "", "EXP-233 was resolved in 2026.45 on 2026-11-16T03:00+00:00 and 1 came after"),
        ({"fix_versions": ("2026.45",)}, "2026.44", ""),
        ({"resolution": "Won't Fix"}, "2026.46", ""),
        ({"resolution": "Duplicate"}, "", ""),
    ],
)
def test_a_fix_that_is_reported_again_is_a_regression_unless_the_reporter_lacks_it(done: dict[str, Any], version: str, said: str) -> None:
    bug = work_item("EXP-233", "rows missing", state="done", resolved_at=hours_ago(60), **done)
    fields = {"Version": version} if version else {}
    assessment, _ = judged("Export is missing rows", ticket("1", "rows are missing", opened=30, fields=fields), bug)
    found = assessment.fact("regression")
    assert (found.note if found else "") == said


OWNERS = "* @everyone\n/services/ @platform\n[Exports] @data-team\nservices/export/\n*.sql @dba # all of them\n"


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", ("@everyone",)),
        ("services/api/app.py", ("@platform",)),
        ("services/export/window.py", ("@data-team",)),
        ("deep/down/x.sql", ("@dba",)),
    ],
)
def test_the_last_line_of_codeowners_that_matches_decides(path: str, owners: tuple[str, ...]) -> None:
    owned = Codeowners(OWNERS).owned(path)
    assert owned is not None
    assert owned.owners == owners


def owner(policy: Policy, *records: Any) -> str:
    return judged("Export is missing rows", ticket("1", "rows are missing"), *records, policy=policy)[1].target.owner


def test_the_owner_is_the_policys_then_the_assignee_then_the_trackers_lead_then_codeowners(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text(OWNERS, encoding="utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text("codeowners: CODEOWNERS\ncomponents:\n  exports: {words: [export], path: services/export}\n", encoding="utf-8")
    by_path = Policy.load(file)
    file.write_text("components:\n  exports: {words: [export], owner: Data team}\n", encoding="utf-8")
    by_name = Policy.load(file)
    plain = work_item("EXP-1", "rows", components=("Exports",), text="in services/api/app.py")
    led = work_item("EXP-1", "rows", components=("Exports",), fields={"Component lead": "Lucie Fabre"})
    assigned = led.model_copy(update={"assignee": Person(name="Ingrid Solberg")})
    assert owner(by_name, assigned) == "Data team"
    assert owner(by_path, assigned) == "Ingrid Solberg, assignee of EXP-1 (W1)"
    assert owner(by_path, led) == "Lucie Fabre, component lead by EXP-1 (W1)"
    assert owner(by_path, plain) == "@data-team, owner of services/export by CODEOWNERS line 4"
    unnamed = by_path.model_copy(update={"components": {}})
    assert owner(unnamed, plain) == "@platform, owner of services/api/app.py by CODEOWNERS line 2"
    assert owner(POLICY, plain) == ""


def money(amount: int, currency: str = "USD") -> Any:
    return Money(amount=amount, currency=currency)  # type: ignore[arg-type]


@pytest.mark.parametrize(("arr", "printed"), [(-5, "USD -5"), (9_000_000_000, "USD 9,000,000,000")])
def test_an_arr_that_nobody_can_have_is_neither_counted_nor_hidden(arr: int, printed: str) -> None:
    case = (ticket("1", "fails"), ticket("2", "fails", account="Globex"), account("Acme Corp", arr), account("Globex", 5000))
    assessment, _ = judged("Orders fail", *case)
    assert told(assessment, "revenue_at_risk").value == "USD 5,000"
    assert f"{printed} (A1) can't be the ARR of Acme Corp and is not counted" in told(assessment, "revenue_at_risk").note
    assert assessment.fact("affected_high_value").status == "unknown"  # type: ignore[union-attr]


def test_two_systems_that_disagree_about_revenue_are_both_told_and_one_is_counted() -> None:
    from escalation.steps.assess import assess
    from tests.assess.casework import HOOKS, NOW

    one, other = account("Acme Corp", 5000, "Business", hours_ago(-900).date()), account("Acme Corp", 7000, plan="", currency="EUR")
    gathering = gathered("Orders fail", ticket("1", "fails"), one, other.model_copy(update={"ref": "hub-1", "renewal_on": None}))
    evidence = tuple(item.model_copy(update={"connector": "hub"}) if item.id == "A2" else item for item in gathering.evidence)
    affected = tuple(each.model_copy(update={"account": "A1"}) for each in gathering.affected)
    gathering = gathering.model_copy(update={"evidence": evidence, "affected": affected})
    assessment = assess(issue("Orders fail"), gathering, policy=POLICY, now=NOW, hooks=HOOKS)
    assert told(assessment, "revenue_at_risk").value == "USD 5,000"
    assert "of Acme Corp USD 5,000 (A1) is counted, not EUR 7,000 (A2)" in told(assessment, "revenue_at_risk").note
