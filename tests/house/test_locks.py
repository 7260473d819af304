"""What follows from pyproject.toml's dependencies is up to date."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import escalate
import pytest

from tests.house.tree import ROOT


def test_the_environments_name_follows_the_locked_versions() -> None:
    for name, digest in (("requirements.lock", escalate.LOCKED), ("requirements-extras.lock", escalate.LOCKED_EXTRAS)):
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest()[:12] == digest


def test_no_lock_file_is_stale() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if not shutil.which("uv", path=path):
        pytest.skip("no uv here; scripts/dev.py brings one")
    command = [sys.executable, str(ROOT / "scripts" / "lock.py"), "--check"]
    checked = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, encoding="utf-8", check=False)
    assert checked.returncode == 0, checked.stderr
