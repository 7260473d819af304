"""What holds for every test."""

from __future__ import annotations

import os
import signal

os.environ.setdefault("UV_NATIVE_TLS", "1")
"""What the tests install comes through whatever this machine trusts: a company's proxy has its own certificate."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A run that a shell put into the background ignores Ctrl-C, and what the tests start and interrupt would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
