"""The facts a policy may speak of: name, what kind of value it has, what it means, whom to ask when it is unknown."""

import difflib
from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["number", "flag", "word", "money", "moment", "text"]


class Term(NamedTuple):
    """One fact name and what stands behind it."""

    name: str
    kind: Kind
    meaning: str
    ask: str = ""
    """Whom or what to ask when it is unknown. A fact with this is always told, if only as unknown."""
    words: tuple[str, ...] = ()
    """All values that a fact of kind `word` can have."""


CUSTOMER = "ask the customer in the ticket"
ACCOUNT_TEAM = "ask the account owner, or connect the CRM"
PLATFORM = "look at the ticket, or connect the support platform"
TRACKER = "ask engineering, or connect the project tracker"

TERMS = (
    Term("issue_type", "word", "what kind of issue it is, from the typed sentence or the records", "say what is broken or wanted",
         ("bug", "feature gap", "configuration", "question", "outage", "security")),
    Term("symptom_stated", "flag", "something is said to fail or to be missing"),
    # breadth
    Term("affected_accounts", "number", "distinct accounts, confirmed or linked by symptom; tickets of one account count once", PLATFORM),
    Term("affected_confirmed", "number", "of these, confirmed by support or engineering, or the customer named with a ticket of its own"),
    Term("affected_suspected", "number", "accounts that were only named by somebody"),
    Term("affected_high_value", "number", "of the affected accounts, those of high value by the policy's thresholds", ACCOUNT_TEAM),
    Term("users_stated", "number", "most users somebody on the customer's side said are affected"),
    Term("percent_stated", "number", "highest share in per cent that somebody stated"),
    Term("growing", "number", "affected accounts that first reported within the last 24 hours"),
    # depth
    Term("production_down", "flag", "production is said to be down or unusable as a whole"),
    Term("data_at_risk", "flag", "data is said to be lost, corrupted, wrong or in danger"),
    Term("data_exposed", "flag", "somebody is said to see data that is not theirs, or access was not authorised"),
    Term("security_concern", "flag", "a security or compliance concern was raised"),
    Term("contained", "flag", "somebody says that an exposure was contained"),
    Term("major_function_broken", "flag", "a function of the product is said to fail"),
    Term("customer_blocked", "flag", "the customer says that work is blocked"),
    Term("intermittent", "flag", "it fails only some of the time"),
    Term("workaround", "word", "whether a way round is on record", "ask support whether anything unblocks the customer",
         ("none known", "works", "fails for some", "unknown")),
    # stakes
    Term("churn_threat", "flag", "the customer or the account team says that the customer may leave"),
    Term("executive_involved", "flag", "an executive of the customer has joined or is named by the customer"),
    Term("legal_or_public_risk", "flag", "the customer speaks of lawyers, regulators, press or going public", CUSTOMER),
    Term("deadline", "moment", "the next date by which the customer needs something", CUSTOMER),
    Term("deadline_hours", "number", "hours from now to that deadline"),
    Term("customer_expectation", "text", "what the customer expects, in the customer's words", CUSTOMER),
    # time and service levels
    Term("first_report_at", "moment", "when it was first reported", PLATFORM),
    Term("days_open", "number", "days since it was first reported"),
    Term("time_in_queue", "number", "hours since the customer's own ticket was opened", PLATFORM),
    Term("waiting_hours", "number", "hours that the oldest unanswered customer message has waited"),
    Term("unanswered_message", "text", "the customer's message that nobody has answered"),
    Term("last_customer_update", "text", "the vendor's last public word to the customer: when, by whom, what", PLATFORM),
    Term("promises_missed", "number", "what our side promised a customer by a time that has passed, and did not do"),
    Term("promises_outstanding", "number", "what our side promised a customer and has not done yet"),
    Term("whose_turn", "text", "ticket by ticket, who owes the next word: we or the customer"),
    Term("sla_breached", "number", "targets of the issue's tickets that are breached", PLATFORM),
    Term("sla_breached_high_value", "number", "of these, targets of high-value accounts"),
    Term("sla_at_risk", "number", "targets that fall due within the policy's warning time"),
    # history
    Term("reports_before", "number", "earlier reports of the same symptom that had been solved"),
    Term("regression", "flag", "it was supposedly fixed and has come back"),
    Term("pattern_stated", "number", "number of customers that the typed sentence speaks of"),
    # remedies
    Term("documented_fix", "flag", "an article addresses the symptom, and was neither tried without success nor said not to apply",
         "search the knowledge base"),
    Term("documented_fix_failed", "flag", "an article that addresses the symptom was tried without success or does not apply"),
    Term("similar_solved_in_support", "number", "earlier similar tickets that support solved without a work item"),
    Term("configuration_problem", "flag", "the issue is one of configuration or setup"),
    Term("guidance_wanted", "flag", "the customer asks how to do something; nothing is broken"),
    Term("diagnosis_stuck", "flag", "support says that it can't find the cause or lacks the access to look"),
    # the other teams' side
    Term("bug_confirmed", "flag", "a work item of type bug is linked, or engineering confirms a defect", TRACKER),
    Term("work_item", "text", "the work item for this issue, with its state"),
    Term("work_item_open", "flag", "a linked work item is not done"),
    Term("fix_date_committed", "flag", "a date for the fix was promised and not taken back"),
    Term("feature_requested", "flag", "a feature is asked for that the product does not have"),
    Term("component", "text", "the part of the product, from the tracker or the policy's words", TRACKER),
    # the account and its money
    Term("customer", "text", "the account the issue is about", "say which customer it is"),
    Term("customer_plan", "text", "that account's plan", ACCOUNT_TEAM),
    Term("customer_high_value", "flag", "that account is of high value by the policy's thresholds"),
    Term("arr", "money", "that account's annual recurring revenue", ACCOUNT_TEAM),
    Term("renewal_on", "moment", "that account's renewal date", ACCOUNT_TEAM),
    Term("renewal_days", "number", "days from now to that renewal"),
    Term("revenue_at_risk", "money", "ARR of all affected accounts, each once, summed per currency", ACCOUNT_TEAM),
    Term("revenue_suspected", "money", "ARR of the accounts that are only suspected; not part of revenue_at_risk"),
    Term("open_deals", "number", "open deals of the affected accounts", ACCOUNT_TEAM),
    # counting
    Term("new_accounts_7d", "number", "affected accounts that first reported within 7 days, beside the 7 days before"),
    Term("new_accounts_30d", "number", "affected accounts that first reported within 30 days, beside the 30 days before"),
    Term("account_hours", "number", "hours since each affected account's first report, summed, each account once"),
    Term("users_affected", "number", "the most users that each account's own people state, summed, each account once"),
    Term("reports_uncounted", "number", "tickets that add no account: our own staff's, replies to all, merged and repeated ones"),
    Term("known_limitation", "flag", "an article calls it a known limitation and names an alternative that was not tried without success"),
)  # fmt: skip

THRESHOLDS = (
    "pattern_accounts", "several_accounts", "several_high_value", "sla_warning_hours",
    "long_wait_hours", "long_open_days", "deadline_near_hours",
)  # fmt: skip
"""Numbers of the policy that a condition may compare with by name."""

BY_NAME = {term.name: term for term in TERMS}


def vocabulary() -> list[tuple[str, str]]:
    """Every fact name with its kind and meaning, in the order in which facts are told."""
    return [(term.name, f"{term.kind}{' (' + ', '.join(term.words) + ')' if term.words else ''}: {term.meaning}") for term in TERMS]


def hint(name: str, known: Iterable[str]) -> str:
    """What a name that is unknown was probably meant to be."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]}?" if close else "docs/policy.md lists them"
