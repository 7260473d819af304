"""What a command has to say, before anyone decides how to print it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from escalation.errors import EscalationError


class Result(NamedTuple):
    """The whole of it; the command line cuts what is too long for stdout."""

    body: str | Mapping[str, Any] = ""
    """Markdown or HTML as text, or the mapping that becomes JSON."""
    error: EscalationError | None = None
    """What went wrong although there is a body: a case that was made and could not be saved."""
    case: str = ""
    """Id of the case it is about, said again when the body goes to a file."""
