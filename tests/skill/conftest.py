"""The skill as somebody cloned it, and real agent clients, which `../shared/clients` drives against a scripted model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT, files

PROBE = ROOT.parent / "shared" / "clients" / "probe.py"
INSTALLED = Path(os.environ.get("CLIENTS") or Path.home() / ".cache" / "agent-clients")
CLAUDE = INSTALLED / "cc-latest" / "node_modules" / ".bin" / "claude"

Step = dict[str, Any]
"""What the scripted model does: {"sh": …}, {"read": …}, {"skill": …} or {"text": …}; {SKILL_DIR} is where the client has the skill."""


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file that git keeps, in a folder of the skill's name."""
    folder = tmp_path_factory.mktemp("clone") / "customer-escalation"
    for file in files():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
    return folder


@dataclass(frozen=True)
class Agents:
    """The five clients, each started in an empty home with the clone installed."""

    clone: Path
    path: str
    environment: Path
    """Where the launcher finds its environment, for the conversations in which it is there already."""
    folder: Path

    def converse(self, client: str, *script: Step, flags: tuple[str, ...] = (), prepared: bool = True) -> Any:
        """Play the script through the client's own tools: the probe's report."""
        written = self.folder / "script.json"
        written.write_text(json.dumps([*script, {"text": "done"}]), encoding="utf-8")
        settings = {"CUSTOMER_ESCALATION_DATA": str(self.environment)} if prepared else package_index()
        told = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        command = [sys.executable, str(PROBE), client, "--skill", str(self.clone), "--script", str(written), "--path", self.path]
        before, after = (flags[: flags.index("--")], flags[flags.index("--") :]) if "--" in flags else (flags, ())
        ended = subprocess.run([*command, *told, "--clip", "9500", *before, *after], capture_output=True, encoding="utf-8", check=False)
        assert ended.stdout, ended.stderr
        return json.loads(ended.stdout)


def package_index() -> dict[str, str]:
    """How this machine's user reaches a package index: a client's empty home knows nothing of it."""
    told = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_CERT"))}
    file = Path.home() / ".config" / "pip" / "pip.conf"
    return {"PIP_CONFIG_FILE": str(file), **told} if file.is_file() else told


@pytest.fixture(scope="session")
def agents(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Agents:
    if not PROBE.is_file():
        pytest.skip("no client harness at ../shared/clients")
    if not CLAUDE.exists():
        pytest.skip("no agent clients here; `sh ../shared/clients/setup.sh` installs them")
    node = shutil.which("node")
    folders = [INSTALLED / "rg/usr/bin", "/usr/local/bin", "/usr/bin", "/bin", *([Path(node).parent] if node else [])]
    path = os.pathsep.join(map(str, folders))
    environment = tmp_path_factory.mktemp("data")
    start = ["python3", str(clone / "scripts/escalate.py"), "--version"]
    changed = {"PATH": path, "CUSTOMER_ESCALATION_DATA": str(environment)}
    subprocess.run(start, env={**os.environ, **changed}, check=True, capture_output=True)
    return Agents(clone, path, environment, tmp_path_factory.mktemp("scripts"))
