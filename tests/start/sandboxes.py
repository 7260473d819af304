"""Real walls around a command: each function gives what to put before it, or skips with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def works(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def without_network() -> list[str]:
    """No interface at all: what connects finds the network unreachable."""
    unshare = shutil.which("unshare")
    for flags in ("-n", "-rn"):
        if unshare and works(unshare, flags, "true"):
            return [unshare, flags]
    pytest.skip("this machine allows no network namespace")


def read_only(folder: Path) -> list[str]:
    """The folder can't be written to, not even by root."""
    unshare, mount = shutil.which("unshare"), shutil.which("mount")
    script = f'{mount} --bind "$0" "$0" && {mount} -o remount,ro,bind "$0" && exec "$@"'
    prefix = [str(unshare), "-m", "/bin/sh", "-c", script, str(folder)]
    if not (unshare and mount and works(*prefix, "true")):
        pytest.skip("this machine allows no read-only mount")
    assert not works(*prefix, "touch", str(folder / "touched"))
    return prefix


def another_user() -> tuple[list[str], str]:
    """Somebody without rights, and a Python that they may run."""
    setpriv, env = shutil.which("setpriv"), shutil.which("env")
    if os.getuid() != 0 or not (setpriv and env):
        pytest.skip("only root can become another user")
    prefix = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", env]  # root's powers end with the first exec
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        if works(*prefix, python, "-c", "import sys, ensurepip; sys.exit(sys.version_info < (3, 10))"):
            return prefix, python
    pytest.skip("no Python here that another user may run and that can make a venv")


def sockets_refused() -> list[str]:
    """As agents' sandboxes do it: asking for a network socket gives EPERM."""
    prefix = [sys.executable, str(Path(__file__).with_name("refuse_sockets.py"))]
    if not works(*prefix, "true"):
        pytest.skip("this machine allows no system-call filter, or is no x86-64 Linux")
    return prefix
