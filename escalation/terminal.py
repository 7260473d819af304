"""Who has answered, on one line of a person's terminal. Agents get both streams in one, so elsewhere it says nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from escalation.search.rounds import Progress


class ProgressLine:
    """Rewrites one line; `clear` leaves nothing behind."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._states: dict[str, str] = {}

    def __call__(self, progress: Progress) -> None:
        """Show what one connector did."""
        records = f"{progress.records} record{'s' if progress.records != 1 else ''}"
        said = {
            "asked": f"{records} …" if progress.records else "asked …",
            "answered": f"{records} in {progress.seconds:.1f} s",
            "late": f"left behind after {progress.seconds:.1f} s",
            "failed": "failed",
        }
        self._states[progress.connector] = said[progress.state]
        waiting_first = sorted(self._states.items(), key=lambda each: not each[1].endswith("…"))  # a narrow terminal cuts the rest
        line = "  ".join(f"{connector}: {state}" for connector, state in waiting_first)
        width = max(20, shutil.get_terminal_size().columns - 1)
        self._write(line if len(line) <= width else line[: width - 1] + "…")

    def clear(self) -> None:
        """Empty the line, if anything was written."""
        if self._states:
            self._write("")

    def _write(self, line: str) -> None:
        self._stream.write(f"\r\x1b[2K{line}")
        self._stream.flush()
