"""What holds for every test."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.contracts.tally import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown

__all__ = ["pytest_sessionfinish", "pytest_terminal_summary", "pytest_testnodedown"]
"""Hooks: a run ends with what was proved against vendors' own descriptions."""

pytest.register_assert_rewrite("escalation.testing")  # as the plugin does where the engine is installed

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
"""How long an example takes says how busy the machine is, and nothing of the law."""

os.environ.setdefault("UV_NATIVE_TLS", "1")
"""What the tests install comes through whatever this machine trusts: a company's proxy has its own certificate."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A run that a shell put into the background ignores Ctrl-C, and what the tests start and interrupt would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
