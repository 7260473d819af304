"""The conformance kit: subclass `ConnectorConformance`, give settings and replies, and every check runs against your connector.

    from escalation.testing import ConnectorConformance, Recordings

    class TestStatuspage(ConnectorConformance):
        connector_type = Statuspage
        settings = {"token": "a-secret-of-the-test"}
        replies = Recordings(Path(__file__).parent / "recordings")
        reference = "https://status.example/incidents/7"

It needs pytest and hypothesis: `pip install 'customer-escalation[testing]'`. docs/writing-connectors.md leads to it.
"""

from escalation.http import Answer, Sent
from escalation.testing.bench import Trial, Trials
from escalation.testing.conformance import ConnectorConformance
from escalation.testing.network import Clock, Network
from escalation.testing.replies import Recordings, Replies, Unrecorded, json_answer

__all__ = [
    "Answer",
    "Clock",
    "ConnectorConformance",
    "Network",
    "Recordings",
    "Replies",
    "Sent",
    "Trial",
    "Trials",
    "Unrecorded",
    "json_answer",
]
