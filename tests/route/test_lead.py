"""The six example cases against what a support lead decided who read every record of them, and why the two differ where they do.

`python3 scripts/dev.py tests/route/test_lead.py` prints the table.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from escalation.case import Case, Reporter
from escalation.commands.demo import ISSUES, NOW
from escalation.config import Configured
from escalation.connector import Outside
from escalation.plugins import Hooks, load_plugin
from escalation.policy import Policy
from escalation.steps.gather import gather
from escalation.steps.understand import understand
from escalation.workflow import conclude

LARKSPUR = Path(__file__).parents[2] / "examples" / "larkspur"


class Lead(NamedTuple):
    """What the lead says of a case."""

    action: str
    level: str
    target: str
    informed: tuple[str, ...]
    accounts: int
    """Independent accounts, confirmed or linked."""
    because: str
    differs: str = ""
    """Where the engine decides otherwise on purpose, and why; empty when it agrees."""


LEADS = (
    Lead(
        "escalate", "Critical", "engineering", ("leadership",), 3,
        "two Enterprise accounts lose orders, one renews in 27 days and its CTO wrote; the only way round can't be used by the customer "
        "that is hit worst",
    ),
    Lead(
        "escalate", "High", "engineering", (), 3,
        "a fix of last week is back for three accounts, but the rows are safe in the store and no account is of high value",
    ),
    Lead(
        "escalate", "Critical", "engineering", ("leadership",), 3,
        "three Enterprise accounts can't log in, a hospital's pharmacies among them",
    ),
    Lead(
        "escalate", "High", "leadership", ("product",), 2,
        "nothing is broken, but a bank of EUR 520,000 leaves over a date that only an exception to the roadmap can give",
        differs="accounts: the lead counts the two that are waiting for an answer; the engine counts a third, whose chat about the same "
        "request was closed with a pointer to it. It asks for the same feature, so product should see it; no revenue is added for it.",
    ),
    Lead(
        "handle in support", "Medium", "L2 support", (), 1,
        "the guide for exactly this was not sent yet; it becomes an escalation if that fails or the reply target of 18:00 UTC is missed",
    ),
    Lead(
        "escalate", "Critical", "security", (), 1,
        "data of other customers was seen; contained or not, security decides, and nobody else is told",
    ),
)  # fmt: skip
SAID = ("action", "level", "target", "informed", "accounts")


@cache
def case(number: int) -> Case:
    sentence, customer = ISSUES[number - 1]
    workspace = load_plugin("workspace")
    settings = workspace.WorkspaceSettings(path=LARKSPUR, vendor_domains=("larkspur.example",))
    issue = understand(sentence, now=NOW, zone="Europe/Berlin", customers=(customer,) if customer else ())
    with tempfile.TemporaryDirectory() as cache_folder:
        exports = Configured("exports", workspace.Workspace, settings, "test")
        gathering = gather(issue, [exports], seconds=60, outside=Outside(Path(cache_folder)))
    return conclude(
        issue, gathering, case_id="ESC-LEADER", opened_at=NOW, now=NOW, reporter=Reporter(), policy=Policy.load(), hooks=Hooks()
    )


def decided(number: int) -> dict[str, object]:
    one = case(number)
    informed = tuple(step.removesuffix(" (informed)") for step in one.route.target.path if step.endswith(" (informed)"))
    accounts = sum(not each.counted_with for each in one.gathering.affected if each.certainty != "suspected")
    return dict(
        zip(SAID, (one.route.decision.action, one.assessment.severity.level, one.route.target.team, informed, accounts), strict=True)
    )


@pytest.mark.parametrize("number", range(1, len(LEADS) + 1))
def test_the_engine_decides_as_the_lead_does_or_the_difference_is_explained(number: int) -> None:
    lead = LEADS[number - 1]
    different = [name for name, value in decided(number).items() if value != getattr(lead, name)]
    assert different == [part.partition(":")[0] for part in lead.differs.split("; also ") if part]


@pytest.mark.parametrize("number", range(1, len(LEADS) + 1))
def test_every_decision_severity_and_target_has_a_reason_that_cites(number: int) -> None:
    one = case(number)
    known = {item.id for item in one.gathering.evidence}
    for reasons in (one.route.decision.criteria, one.assessment.severity.because, one.route.target.because):
        cited = [id.split(".")[0] for reason in reasons for id in reason.evidence]
        assert cited or one.route.decision.action == "handle in support"
        assert set(cited) <= known


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        (1, "impact extensive × urgency today"),
        (2, "impact significant × urgency today"),
        (3, "impact extensive × urgency at once"),
        (4, "impact limited × urgency today"),
        (5, "impact limited × urgency this week"),
        (6, "impact extensive × urgency at once"),
    ],
)
def test_the_cell_each_level_was_read_from(number: int, cell: str) -> None:
    assert case(number).assessment.severity.placed == cell


def table() -> str:
    """Case by case: decision, severity and target with their first reasons, and the lead's."""
    lines = ["| case | engine | cell | reasons | lead | agrees |", "| --- | --- | --- | --- | --- | --- |"]
    for number, lead in enumerate(LEADS, 1):
        one, told = case(number), decided(number)
        severity, route = one.assessment.severity, one.route
        reasons = [reasons[0] for reasons in (route.decision.criteria, severity.because, route.target.because) if reasons]
        because = "; ".join(f"{reason.text[:90]} [{', '.join(reason.evidence[:2])}]" for reason in reasons)
        say = " · ".join(str(told[name]) for name in ("action", "level", "target", "accounts"))
        differs = f"all but {lead.differs}" if lead.differs else "yes"
        lines.append(
            f"| {number} | {say} | {severity.placed} | {because} | {lead.action} · {lead.level} · {lead.target} · {lead.accounts}: "
            f"{lead.because} | {differs} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201 - a table for people
