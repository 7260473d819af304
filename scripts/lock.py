"""Bring all that follows from pyproject.toml's dependencies up to date: `python3 scripts/dev.py scripts/lock.py`.

That is uv.lock, the three files of pinned versions with hashes exported from it, and the digests in scripts/escalate.py
that name the environments. `--check` changes nothing and says what is stale; what else is given goes to `uv lock`.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = ROOT / "scripts" / "escalate.py"


def uv(*words: str) -> str:
    """What uv prints. A refusal of uv's ends the run."""
    done = subprocess.run(["uv", *words], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def derived() -> dict[Path, str]:
    """What each file that follows from uv.lock must hold."""
    export = ["export", "--quiet", "--frozen", "--no-emit-project", "--no-header", "--no-annotate"]
    runtime = uv(*export, "--no-default-groups")
    extras = uv(*export, "--no-default-groups", "--all-extras")
    launcher = LAUNCHER.read_text(encoding="utf-8")
    for constant, text in (("LOCKED", runtime), ("LOCKED_EXTRAS", extras)):
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        launcher = re.sub(rf'(?m)^{constant} = ".*"$', f'{constant} = "{digest}"', launcher)
    return {
        ROOT / "requirements.lock": runtime,
        ROOT / "requirements-extras.lock": extras,
        ROOT / "requirements-dev.lock": uv(*export, "--all-groups"),
        LAUNCHER: launcher,
    }


def main(words: list[str]) -> None:
    """Write what differs, or with `--check` name it and exit 1."""
    uv("lock", "--quiet", *words)
    stale = {path: text for path, text in derived().items() if not path.is_file() or path.read_text(encoding="utf-8") != text}
    if "--check" in words and stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        sys.exit(f"stale: {names}; run python3 scripts/dev.py scripts/lock.py")
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
