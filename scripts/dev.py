#!/usr/bin/env python3
"""Run a developer's tool, in an environment that has them all: `python3 scripts/dev.py pytest [...]`.

The first word is a module (pytest, ruff, mypy) or a file (scripts/lock.py); the rest goes to it. The environment is made
on first use from requirements-dev.lock, in the user's data folder. Parses under Python 2.7, as escalate.py does.
"""

import os
import sys

import escalate


def main(words):
    # type: (list[str]) -> None
    """Make the environment and become the tool."""
    if sys.version_info < escalate.OLDEST:
        escalate.become(escalate.interpreter([]) + [os.path.abspath(__file__)] + words)
    import hashlib
    from pathlib import Path

    import environment

    requirements = Path(escalate.ROOT, "requirements-dev.lock")
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    try:
        made = str(environment.make("dev-" + escalate.name(digest), requirements))
    except environment.Failed as failed:
        escalate.stop("can't prepare the environment: %s" % failed, [])
    os.utime(os.path.join(made, "ready"))
    python = escalate.python_in(made)
    os.environ["PATH"] = os.path.dirname(python) + os.pathsep + os.environ.get("PATH", os.defpath)
    os.chdir(escalate.ROOT)
    tool = words or ["pytest"]
    escalate.become([python] + ([] if tool[0].endswith(".py") else ["-m"]) + tool)


if __name__ == "__main__":
    main(sys.argv[1:])
