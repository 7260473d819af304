"""Starts against DESIGN.md §10: python3 scripts/dev.py benchmarks/start.py [RUNS]

`--version` and `--help` against an interpreter that does nothing, alone and through the launcher; `demo`, which opens the
first issue on the example workspace, against importing its libraries bare. Medians of whole processes, taken in turns.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import escalate

BARE = [sys.executable, "-c", "pass"]
LIBRARIES = [sys.executable, "-c", "import pydantic, jinja2, pluggy, yaml"]
ENGINE = [sys.executable, "-m", "escalation"]
LAUNCHER = [sys.executable, str(ROOT / "scripts" / "escalate.py")]


def milliseconds(command: list[str], environ: dict[str, str]) -> float:
    """One whole process."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begun) * 1000


def medians(commands: list[list[str]], runs: int, environ: dict[str, str]) -> list[float]:
    """Each command's median, after one start that doesn't count; in turns, so that a busy machine is unfair to none."""
    for command in commands:
        milliseconds(command, environ)
    taken = [[milliseconds(command, environ) for command in commands] for _ in range(runs)]
    return [statistics.median(each) for each in zip(*taken, strict=True)]


def main(runs: int) -> None:
    """Print every figure with its ratio and budget."""
    with tempfile.TemporaryDirectory() as home:
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        data = str(Path(next(iter(escalate.folders()))).parent)
        environ = {
            **kept,
            "HOME": home,
            "CUSTOMER_ESCALATION_HOME": f"{home}/config",
            "XDG_CACHE_HOME": f"{home}/cache",
            "CUSTOMER_ESCALATION_DATA": data,
        }
        bare, *quick = medians([BARE, *([*start, word] for start in (ENGINE, LAUNCHER) for word in ("--version", "--help"))], runs, environ)
        print(f"bare interpreter           {bare:7.1f} ms   (medians of {runs})")
        for name, taken in zip(("--version", "--help", "launcher --version", "launcher --help"), quick, strict=True):
            print(f"{name:<26} {taken:7.1f} ms   {taken / bare:5.2f} x bare   (budget 5)")
        libraries, alone, launched = medians([LIBRARIES, [*ENGINE, "demo"], [*LAUNCHER, "demo"]], runs, environ)
        budget = 1.5 * libraries + 150
        print(f"libraries imported bare    {libraries:7.1f} ms")
        for name, taken in (("demo", alone), ("launcher demo", launched)):
            print(f"{name:<26} {taken:7.1f} ms   {taken / budget:5.2f} x budget   (budget 1.5 x libraries + 150 ms = {budget:.0f} ms)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
