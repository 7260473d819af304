"""The one class to subclass: all checks together, none of which goes away unnoticed."""

from __future__ import annotations

from escalation.testing.actions import ActionChecks
from escalation.testing.coverage import CoverageChecks
from escalation.testing.described import DescriptionChecks
from escalation.testing.faults import FaultChecks
from escalation.testing.finding import FindingChecks
from escalation.testing.paging import PagingChecks
from escalation.testing.queries import QueryChecks
from escalation.testing.records import RecordChecks
from escalation.testing.secrets import SecretChecks
from escalation.testing.shapes import ShapeChecks


class ConnectorConformance(
    DescriptionChecks,
    RecordChecks,
    FindingChecks,
    QueryChecks,
    PagingChecks,
    FaultChecks,
    ShapeChecks,
    SecretChecks,
    CoverageChecks,
    ActionChecks,
):
    """Subclass this in a test module, set `connector_type`, `settings`, `replies` and `reference`, and run pytest.

    A check that can't hold for a connector may be overridden if it is marked `xfail(strict=True, reason="…")` and calls
    `super()`: then the reason stands in the report, and it fails on the day it holds.
    """

    def test_no_check_is_overridden_without_a_reason(self) -> None:
        """If this fails: a subclass replaces or removes a check of the kit.

        Call the check by `super()` and mark it `@pytest.mark.xfail(strict=True, reason="why it can't hold")`, or mend the connector.
        """
        silenced = []
        for name in (name for name in dir(ConnectorConformance) if name.startswith("test_")):
            own = getattr(type(self), name, None)
            if own is getattr(ConnectorConformance, name):
                continue
            excuses = [mark for mark in getattr(own, "pytestmark", ()) if mark.name == "xfail"]
            if not any(mark.kwargs.get("strict") is True and mark.kwargs.get("reason") for mark in excuses):
                silenced.append(name)
        assert not silenced, f"overridden without xfail(strict=True, reason=…): {', '.join(silenced)}"
