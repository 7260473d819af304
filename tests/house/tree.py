"""The files of the project, as a clone has them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def files() -> tuple[Path, ...]:
    """Every file that git keeps or would keep, relative to the root. Without git: what an archive of the project holds."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if listed.returncode == 0:
        names = listed.stdout.split("\0")
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if "__pycache__" not in path.parts]
    return tuple(sorted(Path(name) for name in names if name and (ROOT / name).is_file()))


def texts() -> list[tuple[Path, str]]:
    """Path and text of every file that is text and written by people or exported for them."""
    found = []
    for path in files():
        data = (ROOT / path).read_bytes()
        if path.suffix != ".lock" and b"\0" not in data:
            found.append((path, data.decode("utf-8", "replace")))
    return found
