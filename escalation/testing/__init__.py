"""The conformance kit: subclass `ConnectorConformance`, give settings and replies, and every check runs against your connector.

from escalation.testing import ConnectorConformance, Recordings

class TestStatuspage(ConnectorConformance):
    connector_type = Statuspage
    settings = {"token": "a-secret-of-the-test"}
    replies = Recordings(Path(__file__).parent / "recordings")
    reference = "https://status.example/incidents/7"
"""

from escalation.http import Answer, Sent
from escalation.testing.conformance import ConnectorConformance
from escalation.testing.network import Clock, Network
from escalation.testing.replies import Recordings, Replies, Unrecorded, json_answer

__all__ = ["Answer", "Clock", "ConnectorConformance", "Network", "Recordings", "Replies", "Sent", "Unrecorded", "json_answer"]
