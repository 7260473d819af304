"""What gathering could not find out, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.evidence import Coverage, Gap
from escalation.gathering import Customer, Gathering
from escalation.issue import Issue
from escalation.records import Category
from escalation.search.links import handles, trimmed

_SAYS = "What does {} say?"
_UNSEEN = "it could not be seen: "


def gaps_of(issue: Issue, customers: Sequence[Customer], gathering: Gathering) -> list[Gap]:
    """What gathering leaves open: who a customer is, what a reference says, which ticket it is, what could not be seen."""
    gaps = [gap for customer in customers if (gap := customer_gap(customer, gathering.coverage))]
    gaps += [
        Gap(
            question=_SAYS.format(reference.text),
            why="it is named in the issue and no connected system has it",
            ask="whoever named it, and paste it with the command add; or connect the system it is in",
        )
        for reference in issue.references
        if not any(trimmed(reference.text) in handles(item.record) for item in gathering.evidence)
    ]
    if (
        customers
        and not gathering.of_kind("ticket")
        and any(line.category is Category.SUPPORT_PLATFORM and line.connector for line in gathering.coverage)
    ):
        gaps.append(
            Gap(
                question=ticket_question(customers[0]),
                why="none that was found is alike enough; clocks and the last update can't be told without it",
                ask="the reporter: name it with --ticket, or say the symptom in the customer's words",
            )
        )
    gaps += [gap for line in gathering.coverage if (gap := _coverage_gap(line))]
    return gaps


def customer_gap(customer: Customer, coverage: Sequence[Coverage]) -> Gap | None:
    """What is not known of who a customer is; None when it is known."""
    if customer.matched_by == "only near name":
        return Gap(
            question=f"Is {customer.name} the account {customer.candidates[0]}?",
            why="only a near name was found; revenue, plan and renewal are taken from it",
            ask="the account owner; or open again with --customer and the exact name",
        )
    if customer.account:
        return None
    if customer.candidates:
        return Gap(
            question=f"Which account is {customer.name}: {', '.join(customer.candidates)}?",
            why="near names are never merged; revenue, plan and affected accounts depend on it",
            ask="the reporter; then open again with --customer and the exact name",
        )
    searched = any(line.category is Category.CRM and line.connector for line in coverage)
    return Gap(
        question=f"Who is {customer.name} in the CRM?",
        why="no account of that name was found" if searched else "no CRM is connected, so revenue, plan and renewal are unknown",
        ask="the account team, or check the spelling" if searched else "the account team; or hand the CRM record over with the command add",
    )


def _coverage_gap(line: Coverage) -> Gap | None:
    if line.status in ("complete", "partial") or (line.status == "not_configured" and line.connector == ""):
        return None
    return Gap(
        question=f"What does {line.connector} ({line.category.value}) hold on this?",
        why=f"{_UNSEEN}{line.status.replace('_', ' ')}",
        ask=f"whoever looks after {line.connector}{f': {line.detail}' if line.detail else '; the command doctor says more'}",
    )


def unseen(gap: Gap) -> bool:
    """Is it about a system that was connected and could not be seen? All other gaps may only be there because of it."""
    return gap.why.startswith(_UNSEEN)


def reference_in(question: str) -> str:
    """The reference whose content is asked for, as `handles` writes it; empty in any other question."""
    before, after = _SAYS.split("{}")
    return trimmed(question[len(before) : -len(after)]) if question.startswith(before) and question.endswith(after) else ""


def ticket_question(customer: Customer) -> str:
    """Asked where no ticket of the customer's was found."""
    return f"Which ticket of {customer.name} is this about?"
