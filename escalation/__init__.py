"""From one sentence about a support issue to an escalation brief with every fact cited."""

__version__ = "0.1.0"
