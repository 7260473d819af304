"""A folder of files, and the connector opened on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from connectors.workspace import Workspace, WorkspaceSettings
from escalation.connector import Session

Files = Mapping[str, "str | bytes | list[dict[str, object]]"]
Open = Callable[..., Workspace]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the exports are."""
    path = tmp_path / "exports"
    path.mkdir()
    return path


@pytest.fixture
def put(folder: Path) -> Callable[[Files], None]:
    """Write files; a list of objects becomes JSON lines."""

    def write(files: Files) -> None:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = "".join(json.dumps(row) + "\n" for row in content) if isinstance(content, list) else content
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


@pytest.fixture
def workspace(folder: Path, tmp_path: Path, put: Callable[[Files], None]) -> Open:
    """Open a new session on the folder, with these files put there first."""

    def open_it(files: Files | None = None, *, cache: Path | None = None, seconds: float = 60, **settings: object) -> Workspace:
        put(files or {})
        chosen = WorkspaceSettings.model_validate({"path": folder, **settings})
        return Workspace("exports", chosen, Session(seconds=seconds, cache=cache or tmp_path / "cache"))

    return open_it
