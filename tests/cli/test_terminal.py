"""A person at a terminal sees who has answered, on one line that leaves nothing behind."""

import io
import os

import pytest

from escalation.search.rounds import Progress
from escalation.terminal import ProgressLine


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((60, 24)))
    return io.StringIO()


def shown(stream: io.StringIO) -> str:
    """What stands on the line now."""
    return stream.getvalue().rsplit("\r\x1b[2K", 1)[-1]


def test_the_line_says_who_has_answered_and_how_many_records(stream: io.StringIO) -> None:
    progress = ProgressLine(stream)

    progress(Progress("zendesk", "asked", 0, 0.0))
    progress(Progress("slack", "asked", 0, 0.0))
    progress(Progress("zendesk", "answered", 14, 0.82))
    progress(Progress("slack", "failed", 0, 0.1))

    assert shown(stream) == "zendesk: 14 records in 0.8 s  slack: failed"
    assert "\n" not in stream.getvalue()


def test_the_line_is_never_longer_than_the_terminal(stream: io.StringIO) -> None:
    progress = ProgressLine(stream)

    for number in range(20):
        progress(Progress(f"connector-{number}", "late", 1, 25.0))

    assert len(shown(stream)) == 59
    assert shown(stream).endswith("…")


def test_those_who_have_not_answered_stand_first(stream: io.StringIO) -> None:
    progress = ProgressLine(stream)

    progress(Progress("zendesk", "answered", 14, 0.82))
    progress(Progress("slack", "asked", 0, 0.0))

    assert shown(stream) == "slack: asked …  zendesk: 14 records in 0.8 s"


def test_nothing_is_left_behind(stream: io.StringIO) -> None:
    progress = ProgressLine(stream)
    progress(Progress("zendesk", "answered", 1, 0.5))

    progress.clear()

    assert shown(stream) == ""


def test_a_command_that_asks_nobody_writes_nothing(stream: io.StringIO) -> None:
    ProgressLine(stream).clear()

    assert stream.getvalue() == ""
