"""Briefs for five audiences: complete without the ticket, cited, honest about what is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from escalation.brief import APPENDIX, TEMPLATES, Renderer, body_words
from escalation.case import Audience, Case
from escalation.plugins import Hooks
from escalation.routing import Decision

AUDIENCES = tuple(TEMPLATES)


@pytest.fixture(scope="module", name="renderer")
def a_renderer() -> Renderer:
    return Renderer(None, Hooks())


def body(renderer: Renderer, case: Case, audience: Audience) -> str:
    return renderer.brief(case, audience).partition(APPENDIX)[0]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_brief_has_the_head_and_sections_in_order(renderer: Renderer, case: Case, audience: Audience) -> None:
    text = body(renderer, case, audience)
    expected = [
        "## ESCALATION: ",
        "**Severity:** High",
        "**Target team:** Engineering",
        "**Reported by:** Dana Reyes, Support EMEA",
        "**Date:** 2026-11-18T16:00+01:00",
    ]
    expected += ["### Impact", "**Customers affected:**", "**Workflow impact:**", "**Revenue at risk:**", "**Time in queue:**"]
    expected += ["### Customer Communication", "**Last update to customer:**", "**Customer expectation:**", "**Escalation risk:**"]
    expected += ["### What's Needed", "**Deadline:**", "### Supporting Context"]
    places = [text.index(part) for part in expected]
    assert places == sorted(places)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_body_is_one_page_and_the_rest_is_appendix(renderer: Renderer, case: Case, audience: Audience) -> None:
    assert body_words(renderer.brief(case, audience)) <= 450
    assert APPENDIX in renderer.brief(case, audience)


def test_citations_and_exact_error_text_are_no_words() -> None:
    assert body_words("One – two [T1.2, W1] **three**\n```text\nfour five\n```\n\n## Appendix\nsix") == 3


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_citation_resolves(renderer: Renderer, case: Case, audience: Audience) -> None:
    cited = re.findall(r"\[([TAMWKU]\d[^\]]*)\]", renderer.brief(case, audience))
    assert cited
    for ids in cited:
        for id in ids.split(", "):
            assert case.gathering[id]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_is_blank(renderer: Renderer, case: Case, audience: Audience) -> None:
    for line in renderer.brief(case, audience).splitlines():
        assert not re.fullmatch(r"(?:- )?\*?\*?[\w ]+:\*?\*?\s*", line), line


def test_engineering_gets_steps_the_exact_error_and_both_sides_of_the_cause(renderer: Renderer, case: Case) -> None:
    text = body(renderer, case, "engineering")
    assert '```text\nHTTP/1.1 500 Internal Server Error\n{"code": "ORD-5031", "request_id": "req_7Qa91"}\n```' in text
    assert "1. “Send POST /v2/orders with a valid body.” [T1]" in text
    assert "**Expected:** “We expect 201 Created with the order id.” [T1]" in text
    assert "I suspect the connection pool" in text
    assert "Not convinced" in text


def test_what_was_tried_has_a_result_or_says_that_it_is_unknown(renderer: Renderer, case: Case) -> None:
    tried = body(renderer, case, "engineering").partition("### What's Been Tried\n")[2].partition("\n\n")[0]
    assert all("→" in line for line in tried.splitlines())
    assert "result unknown – ask Lena Brandt" in renderer.brief(case, "engineering")
    assert tried.splitlines()


def test_leadership_reads_no_code_and_gets_situation_account_and_options_first(renderer: Renderer, case: Case) -> None:
    text = body(renderer, case, "leadership")
    assert "```" not in text
    assert (
        text.index("**Situation:**")
        < text.index("**Account:** Acme Corp, Enterprise, ARR USD 1,200,000, renewal 2026-12-15 (27 days away)")
        < text.index("### Impact")
    )
    assert text.count("(our proposal") >= 2


def test_security_has_a_neutral_subject_and_no_detail_in_the_summary(renderer: Renderer, case: Case) -> None:
    text = body(renderer, case, "security")
    title = text.splitlines()[0]
    assert title == "## ESCALATION: for the security team, case ESC-ABC234"
    assert "No security concern is on record" in text
    assert "### Observation" in text
    assert "### Conclusion" in text
    assert "No statement to the customer before security signs it off" in text
    assert "POST /v2/orders with a valid body" not in text


def test_product_quotes_the_customer_before_any_solution(renderer: Renderer, case: Case) -> None:
    text = body(renderer, case, "product")
    assert text.index("### In the customer's words") < text.index("### What's Needed")
    assert "Option 1 (our proposal)" in text
    assert "No decision:" in text


def test_escalation_risk_is_a_quote_or_unknown(renderer: Renderer, case: Case) -> None:
    calm = case.model_copy(update={"digest": tuple(line for line in case.digest if line.part != "executive or legal")})
    assert "**Escalation risk:** “" in body(renderer, case, "engineering")
    assert "**Escalation risk:** Unknown – ask" in body(renderer, calm, "engineering")


def test_handle_in_support_gives_verdict_fix_and_reply_first(renderer: Renderer, case: Case) -> None:
    decision = Decision(action="handle in support", criteria=case.route.decision.criteria, until="the fix is tried and fails")
    handled = case.model_copy(update={"route": case.route.model_copy(update={"decision": decision})})
    text = body(renderer, handled, "L2 support")
    assert text.index("**Verdict: handle in support.**") < text.index("**Severity:**")
    assert "Becomes an escalation: the fix is tried and fails" in text
    assert "Retry the call with an Idempotency-Key header" in text
    assert "### Reply, ready to review" in text


def test_what_a_ticket_commands_appears_in_no_brief(renderer: Renderer, case: Case) -> None:
    for audience in AUDIENCES:
        assert "Ignore all previous" not in renderer.brief(case, audience)


def test_the_same_case_gives_the_same_bytes(case: Case) -> None:
    def made(render: Callable[[Renderer], str]) -> tuple[str, str]:
        return render(Renderer(None, Hooks())), render(Renderer(None, Hooks()))

    one, other = made(lambda renderer: renderer.brief(case, "engineering") + renderer.page(case))
    assert one == other


def test_html_is_self_contained_and_holds_no_live_foreign_markup(renderer: Renderer, case: Case) -> None:
    hostile = case.model_copy(update={"title": "<script>alert(1)</script> [x](https://evil.example) **b**"})
    page = renderer.html(hostile, "engineering")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [x](https://evil.example) **b**" in page
    assert not re.search(r"<(?:a|img|link|iframe)\b|src=|href=", page)
    assert "<h2>" in page
    assert "<pre>HTTP/1.1 500 Internal Server Error\n" in page
