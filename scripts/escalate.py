#!/usr/bin/env python3
"""Start customer-escalation under any python3: `python3 scripts/escalate.py <command> ...`.

Every start but the first is one look at a stamp and an exec. The first one makes the environment
(environment.py) in the user's data folder; nothing is ever written beside this file. It must parse
under Python 2.7, so that an interpreter that is too old can look for a newer one, or say what it needs.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator  # noqa: F401 - a comment uses it

OLDEST = (3, 10)

# The first twelve hex digits of the SHA-256 of requirements.lock, and of requirements-extras.lock; written by scripts/lock.py.
LOCKED = "62636f71a901"
LOCKED_EXTRAS = "0eb46adabfca"

LAUNCHER = os.path.abspath(__file__)
ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

# Runs the engine from the skill's folder: argv is that folder, then the launcher as it was called, then the user's words.
ENTER = "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = sys.argv[2:]; from escalation.cli import main; sys.exit(main())"


def extras():
    # type: () -> bool
    """Are the extras wanted too: MCP servers as connectors, signed JWTs, the system's keyring?"""
    return os.environ.get("CUSTOMER_ESCALATION_EXTRAS", "0") not in ("", "0")


def requirements():
    # type: () -> str
    """Name of the file with the pinned versions that the environment is made from."""
    return "requirements-extras.lock" if extras() else "requirements.lock"


def name(digest=""):
    # type: (str) -> str
    """Name of the environment for these dependencies and this kind of interpreter."""
    digest = digest or ("extras-" + LOCKED_EXTRAS if extras() else LOCKED)
    implementation = getattr(sys, "implementation", None)
    tag = getattr(implementation, "cache_tag", None) or "python-27"
    platform = getattr(implementation, "_multiarch", sys.platform)
    return "-".join([digest, tag + getattr(sys, "abiflags", ""), platform])


def folders():
    # type: () -> Iterator[str]
    """Where environments may live, the best first: the user's data folder, then one of their own below the temporary one."""
    given = os.environ.get("CUSTOMER_ESCALATION_DATA")
    if given:
        yield os.path.join(os.path.abspath(given), "environments")
        return
    if os.name == "nt":
        data = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        data = os.path.expanduser("~/Library/Application Support")
    else:
        data = os.environ.get("XDG_DATA_HOME", "")
        data = data if os.path.isabs(data) else os.path.expanduser("~/.local/share")
    if os.path.isabs(data):
        yield os.path.join(data, "customer-escalation", "environments")
    if hasattr(os, "getuid"):
        own = os.path.join(os.environ.get("TMPDIR", "/tmp"), "customer-escalation-%d" % os.getuid())
        if private(own):
            yield own


def private(folder):
    # type: (str) -> bool
    """Is it beyond the reach of others, or not there yet? Below a shared folder anyone may have made it first."""
    if not os.path.lexists(folder):
        return True
    seen = os.lstat(folder)
    return seen.st_uid == os.getuid() and seen.st_mode & 0o170077 == 0o040000


def python_in(environment):
    # type: (str) -> str
    """Path of an environment's interpreter."""
    return os.path.join(environment, "Scripts\\python.exe" if os.name == "nt" else "bin/python")


def isolated(environment):
    # type: (str) -> list[str]
    """An environment's interpreter with nothing of the caller's mixed in, and its bytecode kept beside it."""
    return [python_in(environment), "-I", "-X", "utf8", "-X", "pycache_prefix=" + os.path.join(environment, "bytecode")]


def become(command):
    # type: (list[str]) -> None
    """Go on as another program; it never returns. Raises OSError when the program is not there."""
    if os.name != "nt":
        os.execv(command[0], command)
    import subprocess

    child = subprocess.Popen(command)
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:  # the child was told too, and decides
            pass


def enter(environment, launcher, words):
    # type: (str, str, list[str]) -> None
    """Run the engine. Raises OSError unless the environment is whole: its stamp is written last."""
    stamp = os.path.join(environment, "ready")
    try:
        os.utime(stamp, None)  # one call both finds it and says when it was last used
    except OSError:
        os.stat(stamp)  # a read-only data folder is fine
    become(isolated(environment) + ["-c", ENTER, ROOT, launcher] + words)


def stop(why, words):
    # type: (str, list[str]) -> None
    """End with one line that says what to do, as JSON where JSON was asked for."""
    if "--format=json" in words or ("--format", "json") in zip(words, words[1:]):
        import json

        print(json.dumps({"ok": False, "exit_code": 3, "error": why}))
    else:
        sys.stderr.write("customer-escalation: " + why + "\n")
    sys.exit(3)


def interpreter(words):
    # type: (list[str]) -> list[str]
    """Command of an interpreter that is new enough: this one, one on the path, or one that uv has or gets."""
    if sys.version_info >= OLDEST:
        return [sys.executable]
    paths = os.environ.get("PATH", os.defpath).split(os.pathsep)
    ending = ".exe" if os.name == "nt" else ""
    names = ["python3.%d" % minor for minor in range(20, OLDEST[1] - 1, -1)] + ["python3", "python"]
    for found in [os.path.join(path, name + ending) for name in names for path in paths]:
        if works([found]):
            return [found]
    for path in paths:
        uv = [os.path.join(path, "uv" + ending), "run", "--quiet", "--no-project", "--python", ">=%d.%d" % OLDEST, "python"]
        if works(uv):
            return uv
    stop(
        "needs Python %d.%d or newer, and this is %s; install one from https://www.python.org/downloads/ "
        "or uv from https://docs.astral.sh/uv/, then run the same command again" % (OLDEST + (sys.version.split()[0],)),
        words,
    )
    return []


def works(command):
    # type: (list[str]) -> bool
    """Is there an interpreter behind this, and is it new enough? What is found on the path may be a stub."""
    import subprocess

    if not os.access(command[0], os.X_OK):
        return False
    with open(os.devnull, "w") as nowhere:
        ask = "import sys; sys.exit(sys.version_info < (%d, %d))" % OLDEST
        return subprocess.call(command + ["-c", ask], stdout=nowhere, stderr=nowhere) == 0


def start(words):
    # type: (list[str]) -> None
    """Enter the environment that is there, or go and make it."""
    for folder in folders():
        try:
            enter(os.path.join(folder, name()), LAUNCHER, words)
        except OSError:  # not there, not finished, or its Python is gone
            continue
    become(interpreter(words) + ["-E", "-s", "-B", os.path.join(ROOT, "scripts", "environment.py"), name(), LAUNCHER] + words)


if __name__ == "__main__":
    start(sys.argv[1:])
