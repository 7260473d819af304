"""A made-up machine to start the skill on: its own home, path, data folder and copy of the launcher."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

ENGINE = """
import json, os, sys

def main():
    import pydantic
    print(json.dumps({"argv": sys.argv, "cwd": os.getcwd(), "prefix": sys.prefix, "path": sys.path, "pydantic": pydantic.__file__}))
    return len(sys.argv) - 1
"""
"""Stands in for the engine: says how it was started, and exits with the number of words it was given."""


@dataclass
class Machine:
    """Starts the launcher with `python`, in `cwd`, with nothing on the path but `path`."""

    skill: Path
    home: Path
    cwd: Path
    python: str = sys.executable
    path: str = ""
    prefix: list[str] = field(default_factory=list)
    """What stands before the interpreter: another user, a namespace, a sandbox."""

    @property
    def environments(self) -> Path:
        return self.home / ".local/share/customer-escalation/environments"

    def names(self) -> list[str]:
        """The environments that are there, finished or not."""
        found = self.environments.iterdir() if self.environments.is_dir() else []
        return sorted(each.name for each in found if each.is_dir())

    def environ(self, **more: str | None) -> dict[str, str]:
        unwanted = {
            "CUSTOMER_ESCALATION_DATA",
            "CUSTOMER_ESCALATION_EXTRAS",
            "XDG_DATA_HOME",
            "TMPDIR",
            "VIRTUAL_ENV",
            "UV_OFFLINE",
            "PIP_NO_INDEX",
        }
        kept = {key: value for key, value in os.environ.items() if key not in unwanted}
        changed: dict[str, str | None] = {"HOME": str(self.home), "PATH": self.path, **more}
        return {key: value for key, value in {**kept, **changed}.items() if value is not None}

    def command(self, *words: str) -> list[str]:
        return [*self.prefix, self.python, str(self.skill / "scripts" / "escalate.py"), *words]

    def begin(self, *words: str, **environ: str | None) -> subprocess.Popen[str]:
        """Start and don't wait; in a session of its own, as agents' shells do."""
        return subprocess.Popen(
            self.command(*words),
            env=self.environ(**environ),
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def start(self, *words: str, **environ: str | None) -> subprocess.CompletedProcess[str]:
        running = self.begin(*words, **environ)
        out, err = running.communicate(timeout=180)
        return subprocess.CompletedProcess(running.args, running.returncode, out, err)


def copy_of_skill(folder: Path) -> Path:
    """The launcher with its lock file and the engine's stand-in."""
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.lock", "requirements-extras.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / "escalation").mkdir()
    (folder / "escalation" / "__init__.py").touch()
    (folder / "escalation" / "cli.py").write_text(ENGINE, encoding="utf-8")
    (folder / "connectors").mkdir()
    return folder


def one_line(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1
