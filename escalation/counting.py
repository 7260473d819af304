"""Whom to count: what the policy knows of our own people and of partners, beyond what the systems say."""

from __future__ import annotations

from escalation.model import Model


class Counting(Model):
    """Names of accounts or domains, in any case. What is beneath a domain goes with it."""

    ours: tuple[str, ...] = ()
    """Our own people and test accounts: their tickets count for nobody."""
    partners: tuple[str, ...] = ()
    """Resellers and integrators: their tickets count for the customer they name, else once for the partner."""
