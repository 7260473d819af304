"""A network that is a function, and a clock that only moves when somebody waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from escalation.connector import Connector, Session
from escalation.http import Answer, Sent, played
from escalation.testing.replies import Replies
from escalation.tokens import MemoryVault


class Clock:
    """Monotonic seconds that pass only by `sleep`."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """What the time is."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.seconds += seconds


class Network:
    """Answers requests by `replies` and keeps what was sent. `meddle` may answer first: a fault for some requests or for all."""

    def __init__(self, replies: Replies, meddle: Callable[[Sent, int], Answer | None] | None = None) -> None:
        self.replies = replies
        self._meddle = meddle
        self.sent: list[Sent] = []
        self.clock = Clock()

    def __call__(self, sent: Sent) -> Answer:
        """The answer to one request."""
        self.sent.append(sent)
        meddled = self._meddle(sent, len(self.sent) - 1) if self._meddle else None
        return meddled or self.replies(sent)

    def session(self, cache: Path, seconds: float = 30.0, budget: int | None = None) -> Session:
        """A session whose requests come here and whose time is this clock's."""
        return Session(
            seconds=seconds,
            cache=cache,
            budget=budget,
            vault=MemoryVault(),
            transport=played(self),
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    def connector(self, kind: type[Connector[Any]], settings: Mapping[str, Any], session: Session) -> Any:
        """The connector, made as the engine makes it."""
        return kind("under-test", kind.settings_type.model_validate(settings), session)
