"""The six cases of the example company, from its exports to the route."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from escalation.assessment import Assessment
from escalation.config import Configured
from escalation.connector import Outside
from escalation.judgement.title import title
from escalation.plugins import Hooks, load_plugin
from escalation.policy import Policy
from escalation.routing import Route
from escalation.steps.assess import assess
from escalation.steps.gather import gather
from escalation.steps.route import route
from escalation.steps.understand import understand
from tests.assess.casework import told

Concluded = Callable[[str], tuple[Assessment, Route, str]]
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
LARKSPUR = Path(__file__).parents[2] / "examples" / "larkspur"
SENTENCES = {
    "api": "API returning 500 errors intermittently for Acme Corp",
    "export": "Data export is missing rows — 3 customers reported this week",
    "sso": "SSO login loop affecting all Enterprise customers",
    "churn": "Customer threatening to churn over missing audit log feature",
    "webhook": "Webhook signatures fail verification for Orchid Travel after rotating their secret",
    "invoices": "Vireo Media reports they can see another customer's invoices in the billing portal",
}


@pytest.fixture(scope="module")
def concluded(tmp_path_factory: pytest.TempPathFactory) -> Concluded:
    """(assessment, route, title) of a case by its name, each concluded once."""
    cache = tmp_path_factory.mktemp("cache")
    workspace = load_plugin("workspace")
    settings = workspace.WorkspaceSettings(path=LARKSPUR, vendor_domains=("larkspur.example",))
    connector = Configured("exports", workspace.Workspace, settings, "test")
    policy, hooks = Policy.load(), Hooks()
    done: dict[str, tuple[Assessment, Route, str]] = {}

    def conclude(name: str) -> tuple[Assessment, Route, str]:
        if name not in done:
            issue = understand(SENTENCES[name], now=NOW, zone="Europe/Berlin")
            gathering = gather(issue, [connector], seconds=60, outside=Outside(cache))
            assessment = assess(issue, gathering, policy=policy, now=NOW, hooks=hooks)
            routed = route(issue, gathering, assessment, policy=policy, now=NOW, hooks=hooks)
            done[name] = assessment, routed, title(issue, gathering, assessment, routed)
        return done[name]

    return conclude


@pytest.mark.parametrize(
    ("name", "action", "level", "team", "kind"),
    [
        ("api", "escalate", "Critical", "engineering", "incident"),
        ("export", "escalate", "High", "engineering", "incident"),
        ("sso", "escalate", "Critical", "engineering", "incident"),
        ("churn", "escalate", "High", "leadership", "account"),
        ("webhook", "handle in support", "Medium", "L2 support", "functional"),
        ("invoices", "escalate", "Critical", "security", "security"),
    ],
)
def test_decision_severity_and_target(concluded: Concluded, name: str, action: str, level: str, team: str, kind: str) -> None:
    assessment, routed, _ = concluded(name)
    assert (routed.decision.action, assessment.severity.level, routed.target.team, routed.kind) == (action, level, team, kind)


@pytest.mark.parametrize(
    ("name", "revenue"),
    [
        ("api", "EUR 210,000 + USD 1,840,000"),
        ("export", "USD 323,000"),
        ("sso", "EUR 310,000 + USD 1,120,000"),
        ("churn", "EUR 520,000"),
    ],
)
def test_revenue_at_risk_counts_each_affected_account_once(concluded: Concluded, name: str, revenue: str) -> None:
    assert told(concluded(name)[0], "revenue_at_risk").value == revenue


@pytest.mark.parametrize(
    ("name", "ticket", "state", "minutes"),
    [("api", "T1", "breached", 114), ("webhook", "T1", "due", 180), ("invoices", "T1", "due", 1403)],
)
def test_the_next_response_clock_of_the_customers_own_ticket(
    concluded: Concluded, name: str, ticket: str, state: str, minutes: int
) -> None:
    clock = next(clock for clock in concluded(name)[0].clocks if (clock.ticket, clock.metric) == (ticket, "next response"))
    assert (clock.state, clock.minutes) == (state, minutes)


def test_the_workaround_of_the_api_failure_works_for_one_and_fails_for_the_named_customer(concluded: Concluded) -> None:
    value = told(concluded("api")[0], "workaround").value
    assert value.startswith("fails for some; works: Globex Retail")
    assert "fails: Acme Corp “Tried it, doesn't work for us.”" in value


def test_what_contradicts_itself_is_told(concluded: Concluded) -> None:
    assert {"how safe Acme Corp is", "the date of the fix", "whether the documented fix applies"} <= {
        one.about for one in concluded("api")[0].contradictions
    }
    assert "whether EXP-233 is fixed" in {one.about for one in concluded("export")[0].contradictions}
    assert "whether everyone is affected" in {one.about for one in concluded("sso")[0].contradictions}


@pytest.mark.parametrize(
    ("name", "by", "basis"),
    [
        ("api", "2026-11-18T17:00:00+00:00", "hard date"),
        ("sso", "2026-11-19T14:00:00+00:00", "hard date"),
        ("invoices", "2026-11-18T16:00:00+00:00", "policy"),
    ],
)
def test_the_ask_is_due_at_the_earliest_date_that_binds(concluded: Concluded, name: str, by: str, basis: str) -> None:
    ask = concluded(name)[1].ask
    assert (ask.by, ask.basis) == (datetime.fromisoformat(by), basis)


def test_titles(concluded: Concluded) -> None:
    assert concluded("api")[2] == "API returning 500 errors intermittently – Acme Corp and 2 more accounts – renewal at risk, SLA breached"
    assert concluded("invoices")[2] == "Security report – Vireo Media – contained, scope open"
