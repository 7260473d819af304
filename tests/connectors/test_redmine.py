"""Redmine: recordings of a Redmine 5.0.4 with two made-up issues, and what is particular to it."""

from __future__ import annotations

from pathlib import Path

from connectors.redmine import Redmine
from escalation.testing import ConnectorConformance, Recordings


class TestRedmine(ConnectorConformance):
    connector_type = Redmine
    settings = {"base_url": "https://redmine.example.com", "api_key": "s3cr3t-key-of-the-test"}
    replies = Recordings(Path(__file__).parent / "recordings" / "redmine")
    reference = "https://redmine.example.com/issues/3"
