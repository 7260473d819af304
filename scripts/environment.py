"""Make the environment that escalate.py starts in: once for each set of dependencies and kind of interpreter.

uv makes it where uv is found, else venv and pip. Both read one file of pinned versions with hashes, which names no
index, so the one that the user has configured is asked. One process builds at a time, in place and under a lock that
the system releases when its holder dies; the stamp is written last, so what a cut-off start left behind is built anew.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import escalate

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(escalate.ROOT)
PATIENCE = 110
"""Seconds to wait for another process that builds: under the two minutes that agents give a command."""
UNUSED = 14 * 24 * 3600
"""Seconds after which an environment that nobody started in is removed. Other copies of the skill may use older ones."""
COMPILE = """
import compileall, sys
import jinja2, pluggy, pydantic, yaml
pydantic.create_model("Model", field=(int, 0))
for folder in sys.argv[1:]:
    compileall.compile_dir(folder, quiet=2)
"""
"""Proves that the dependencies work and leaves bytecode, so that a data folder that is read-only later is quick too."""


class Failed(Exception):
    """The environment can't be made; the message says why in a few words."""


def make(name: str, requirements: Path) -> Path:
    """The folder of environment `name`, made if need be from the pinned `requirements`. Raises Failed."""
    folder = home()
    environment = folder / name
    if sys.stderr.isatty():
        about = "a few seconds" if shutil.which("uv") else "about 20 seconds"
        print(f"customer-escalation: first start, preparing the environment ({about})", file=sys.stderr)
    with alone(folder):
        if not whole(environment):
            build(environment, requirements)
            remove_unused(folder, keep=environment)
    return environment


def whole(environment: Path) -> bool:
    """Was it finished, and is the Python that it was made from still installed?"""
    return (environment / "ready").exists() and Path(escalate.python_in(str(environment))).exists()


def home() -> Path:
    """The first folder that can be written to. Raises Failed when there is none."""
    tried = []
    for folder in map(Path, escalate.folders()):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if str(folder) in escalate.folders():  # still trusted, now that it surely exists
                (folder / "lock").open("ab").close()
                return folder
        except OSError as error:
            tried.append(f"{folder} ({error.strerror})")
    raise Failed(f"no folder can be written to: {', '.join(tried)}; set CUSTOMER_ESCALATION_DATA to one that can")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time in. Raises Failed after `PATIENCE` seconds."""
    with (folder / "lock").open("ab") as file:
        # uv and pip inherit the lock: if this process is killed, the next one waits until they are gone too.
        os.set_inheritable(file.fileno(), True)
        until = time.monotonic() + PATIENCE
        while not locked(file):
            if time.monotonic() > until:
                raise Failed(f"another start has held {folder / 'lock'} for {PATIENCE} seconds; wait for it or end it")
            time.sleep(0.1)
        yield


def locked(file: BinaryIO) -> bool:
    """Take the lock if it is free; closing the file, or dying, gives it back."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def build(environment: Path, requirements: Path) -> None:
    """Fill the folder, see that it works, stamp it. Raises Failed, with nothing left behind."""
    shutil.rmtree(environment, ignore_errors=True)
    try:
        install(environment, requirements)
        run([*escalate.isolated(str(environment)), "-c", COMPILE, str(ROOT / "escalation"), str(ROOT / "connectors")], environment)
        (environment / "ready").touch()
    finally:
        if not whole(environment):
            shutil.rmtree(environment, ignore_errors=True)


def install(environment: Path, requirements: Path) -> None:
    """By uv if it is found; should that fail though there is a network, by pip, which may know another index."""
    if not shutil.which("uv"):
        return with_pip(environment, requirements)
    try:
        with_uv(environment, requirements)
    except Failed as failed:
        if no_network():
            raise
        shutil.rmtree(environment, ignore_errors=True)
        try:
            with_pip(environment, requirements)
        except Failed:
            raise failed from None


def with_uv(environment: Path, requirements: Path) -> None:
    """The quick way."""
    uv = shutil.which("uv") or "uv"
    run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(environment)], environment)
    fetch([uv, "pip", "sync", "--quiet", "--python", str(environment), "--require-hashes", str(requirements)], environment)


def with_pip(environment: Path, requirements: Path) -> None:
    """The way that needs nothing but Python. Debian keeps ensurepip apart; there the system's pip does for the venv."""
    own = find_spec("ensurepip") is not None
    if find_spec("venv") is None or not (own or find_spec("pip")):
        raise Failed(f"{sys.executable} lacks venv and pip: apt-get install python3-venv, or install uv from https://docs.astral.sh/uv/")
    run([sys.executable, "-I", "-m", "venv", *([] if own else ["--without-pip"]), str(environment)], environment)
    python = escalate.python_in(str(environment))
    pip = [python, "-I", "-m", "pip"] if own else [sys.executable, "-I", "-m", "pip", "--python", python]
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-compile", "--retries", "1"]
    fetch([*pip, "install", *quiet, "--require-hashes", "-r", str(requirements)], environment)


def fetch(command: list[str], environment: Path) -> None:
    """Run a tool that needs the network. Raises Failed with what to do."""
    try:
        run(command, environment)
    except Failed as failed:
        once = "run the same command once where the package index can be reached"
        why = no_network()
        advice = f"{why}: {once}" if why else f"{once}, or name an index that can be in UV_DEFAULT_INDEX or PIP_INDEX_URL"
        raise Failed(f"{failed}; {advice}") from None


def no_network() -> str:
    """Why nothing outside can be reached, or nothing. Asks the system for a route to a reserved address; sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
    except PermissionError:
        return "the sandbox blocks the network"
    except OSError:
        return "there is no network"
    return ""


def run(command: list[str], environment: Path) -> None:
    """Run one tool, unseen. Raises Failed with the line of its output that says why.

    It runs in the data folder, away from the user's project, whose virtual environment and settings are not meant for us.
    """
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd=environment.parent,
        env={key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"},
        close_fds=False,  # see alone()
        check=False,
    )
    if done.returncode:
        tool = command[command.index("-m") + 1] if "-m" in command else Path(command[0]).stem
        raise Failed(f"{tool} says: {telling(done.stdout)}")


def telling(output: str) -> str:
    """The line that names the cause: a connection's error, else the innermost error."""
    refused = re.findall(r"\[Errno -?\d+\] ([^'\")\n]+)", output)
    causes = re.findall(r"^ *(?:error|cause|caused by): *(.+)$", output, re.IGNORECASE | re.MULTILINE)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return str((refused or causes or lines or ["nothing"])[-1])


def remove_unused(folder: Path, keep: Path) -> None:
    """Remove what was never finished (we hold the lock, so nobody is at it) and what nobody has started in for long."""
    for other in folder.iterdir():
        stamp = other / "ready"
        if other != keep and other.is_dir() and not (stamp.exists() and time.time() - stamp.stat().st_mtime < UNUSED):
            stamp.unlink(missing_ok=True)
            shutil.rmtree(other, ignore_errors=True)


def main(arguments: list[str]) -> None:
    """Make environment `arguments[0]` and go on in it as the launcher `arguments[1]` with the words after it."""
    name, launcher, *words = arguments
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a build that is ended cleans up
    try:
        environment = make(name, ROOT / escalate.requirements())
        escalate.enter(str(environment), launcher, words)
    except Failed as failed:
        escalate.stop(f"can't prepare the environment: {failed}", words)
    except OSError as error:
        escalate.stop(f"can't prepare the environment: {error}", words)
    except KeyboardInterrupt:
        print("customer-escalation: stopped; the next start begins again", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
