"""One account in several systems is one line, with the systems and how it is known."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from escalation.brief import Renderer
from escalation.case import Case, Reporter
from escalation.gathering import Gathering
from escalation.plugins import Hooks
from escalation.policy import Policy
from escalation.records import Account, AccountKey, Comment, Money, Person, Ticket
from escalation.search.admission import admit
from escalation.steps.understand import understand
from escalation.workflow import conclude
from tests.search.connectors import NOW


def case(*accounts: tuple[str, Account], comments: tuple[Comment, ...] = ()) -> Case:
    issue = understand("Nightly export fails with E4711", now=NOW, zone="UTC", customers=("Acme Corp",))
    ticket = Ticket(
        ref="4211",
        subject="Nightly export fails with E4711",
        account=AccountKey(ref="desk-77"),
        requester=Person(name="Jo", side="customer"),
        created_at=NOW,
        comments=comments,
    )
    gathering = admit(Gathering(), [*accounts, ("desk", ticket)])
    return conclude(
        issue, gathering, case_id="ESC-TEST", opened_at=NOW, now=NOW, reporter=Reporter(), policy=Policy.load(Path("none")), hooks=Hooks()
    )


CRM = ("crm", Account(ref="0015", name="Acme Corp", domains=("acme.example",), arr=Money(amount=Decimal(240000), currency="EUR")))
DESK = ("desk", Account(ref="desk-77", name="ACME", domains=("acme.example",), plan="Enterprise"))


def test_the_page_counts_it_once_and_names_both() -> None:
    page = Renderer(None, Hooks(), command="x").page(case(CRM, DESK))
    affected = page.partition("## Affected accounts\n")[2].partition("\n\n")[0]
    assert affected.count("\n") == 0
    assert "Enterprise · ARR EUR 240,000" in affected
    assert "also A2 (desk, domain acme.example)" in affected


def test_a_fact_cites_the_system_that_states_it() -> None:
    assessment = case(CRM, DESK).assessment
    cited = {name: fact.evidence for name in ("arr", "customer_plan") if (fact := assessment.fact(name))}
    assert cited == {"arr": ("A1",), "customer_plan": ("A2",)}


def test_two_systems_that_differ_are_a_contradiction() -> None:
    other = ("desk", DESK[1].model_copy(update={"arr": Money(amount=Decimal(90000), currency="EUR")}))
    told = [one for one in case(CRM, other).assessment.contradictions if one.about == "the ARR of ACME"]
    assert [set(one.sides) for one in told] == [{"crm says EUR 240,000 (A1)", "desk says EUR 90,000 (A2)"}]


def test_a_contradiction_cites_the_system_that_states_its_side() -> None:
    said = Comment(
        text="Acme Corp's renewal is on 31 January 2027.", author=Person(name="Ada", side="vendor"), at=NOW, visibility="internal"
    )
    desk = ("desk", DESK[1].model_copy(update={"plan": "", "renewal_on": date(2026, 12, 15)}))
    rich = ("crm", CRM[1].model_copy(update={"plan": "Enterprise"}))
    told = [one for one in case(rich, desk, comments=(said,)).assessment.contradictions if one.about == "when Acme Corp renews"]
    assert [(one.sides[0], one.evidence[0]) for one in told] == [("the CRM says 2026-12-15 (A2)", "A2")]
