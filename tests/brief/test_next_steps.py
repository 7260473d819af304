"""What is worth doing now, and the command that does it."""

from __future__ import annotations

import shlex

from escalation.case import Case
from escalation.gathering import Gathering
from escalation.pages.next_steps import next_steps
from escalation.routing import Decision

EXISTING = {"open", "add", "show", "brief"}


def test_every_offer_has_a_command_that_exists(case: Case) -> None:
    for step in next_steps(case):
        words = shlex.split(step.command)
        assert words[0] == "customer-escalation"
        assert words[1] in EXISTING


def test_the_brief_for_the_target_comes_first_then_the_unanswered_message(case: Case) -> None:
    first, second, *_ = next_steps(case)
    assert first.command == "customer-escalation brief ESC-ABC234 --audience engineering"
    assert second.command == "customer-escalation show ESC-ABC234 T1"


def test_the_launcher_that_was_used_is_named(case: Case) -> None:
    assert next_steps(case, "python3 /skill/scripts/escalate.py")[0].command.startswith("python3 /skill/scripts/escalate.py brief ")


def test_a_restricted_case_is_offered_to_security_alone(case: Case) -> None:
    target = case.route.target.model_copy(update={"team": "security", "restricted": True})
    steps = next_steps(case.model_copy(update={"route": case.route.model_copy(update={"target": target})}))
    assert "--audience security" in steps[0].command
    assert not any("leadership" in step.command for step in steps)


def test_what_support_can_handle_is_offered_as_a_reply(case: Case) -> None:
    route = case.route.model_copy(update={"decision": Decision(action="handle in support")})
    assert "reply" in next_steps(case.model_copy(update={"route": route}), audience="L2 support")[0].offer


def test_the_brief_that_is_offered_is_for_the_audience_that_was_asked_for(case: Case) -> None:
    assert next_steps(case, audience="product")[0].command == "customer-escalation brief ESC-ABC234 --audience product"


def test_without_a_ticket_the_next_step_is_to_name_one(case: Case) -> None:
    bare = case.model_copy(update={"gathering": Gathering(), "digest": ()})
    assert any("--ticket" in step.command for step in next_steps(bare))


def test_no_foreign_text_enters_a_command(case: Case) -> None:
    for step in next_steps(case):
        assert "Acme" not in step.command
