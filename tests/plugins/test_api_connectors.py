"""A connector from outside that speaks HTTP: as a file in the configuration folder, and as an installed package."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from escalation.cli import main
from escalation.http import Sent
from escalation.testing import Recordings, Unrecorded
from tests.loopback import Loopback

ROOT = Path(__file__).parents[2]
TOKEN = "s3cr3t-token-of-the-test"
ISSUE = "Nightly export fails with E4711 for Acme Corp"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `new-connector` writes."""
    for name in [name for name in os.environ if name.startswith("CUSTOMER_ESCALATION_")]:
        monkeypatch.delenv(name)
    for name, folder in {"HOME": "home", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data"}.items():
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setenv("HELPDESK_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path / "home")
    assert main(["new-connector", "helpdesk", "--category", "support platform", "--category", "CRM", "--out", "said.txt"]) == 0
    return tmp_path / "home" / "escalation-helpdesk"


@pytest.fixture
def helpdesk(package: Path) -> Iterator[str]:
    """The vendor: the package's recordings, on a real connection."""
    recordings = Recordings(package / "tests" / "recordings")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                answer = recordings(Sent("GET", f"http://helpdesk{self.path}", {}))
                allowed = self.headers["authorization"] == f"Bearer {TOKEN}"
                status, body = (answer.status, answer.body) if allowed else (401, b"{}")
            except Unrecorded:
                status, body = 404, b"{}"
            assert isinstance(body, bytes)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = Loopback(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def configured(home: Path, site: str) -> Path:
    folder = home / ".customer-escalation"
    folder.mkdir()
    settings = f"connectors:\n  desk: {{type: helpdesk, site: '{site}', token: '${{HELPDESK_TOKEN}}'}}\n"
    (folder / "config.yaml").write_text(settings, encoding="utf-8")
    return folder


def ask(*words: str, cwd: Path, path: str = "") -> str:
    """What a command prints; it must do so without a complaint."""
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}{path}"}
    command = [sys.executable, "-m", "escalation", *words]
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert TOKEN not in done.stdout
    return done.stdout


def saved(package: Path) -> str:
    """The file dropped into the configuration folder."""
    folder = package.parent / ".customer-escalation" / "connectors"
    folder.mkdir()
    (folder / "helpdesk.py").write_bytes((package / "escalation_helpdesk.py").read_bytes())
    return ""


def installed(package: Path) -> str:
    """The module on the path, with the metadata that pip writes beside it."""
    site = package.parent / "site"
    metadata = site / "escalation_helpdesk-0.1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.3\nName: escalation-helpdesk\nVersion: 0.1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[customer_escalation]\nhelpdesk = escalation_helpdesk\n", encoding="utf-8")
    (site / "escalation_helpdesk.py").write_bytes((package / "escalation_helpdesk.py").read_bytes())
    return f"{os.pathsep}{site}"


@pytest.mark.parametrize("put", [saved, installed])
def test_it_is_found_checked_and_asked(put: object, package: Path, helpdesk: str) -> None:
    home = package.parent
    configured(home, helpdesk)
    path = put(package)  # type: ignore[operator]
    assert "desk · helpdesk · support platform, CRM · configured" in ask("connectors", cwd=home, path=path)
    doctor = ask("doctor", cwd=home, path=path)
    assert "3 in view" in doctor
    page = ask("open", ISSUE, cwd=home, path=path)
    evidence = page.partition("## Evidence")[2]
    assert "Export fails with E4711" in evidence
    assert f"{helpdesk}/tickets/4211" in ask("show", "last", "T1", cwd=home, path=path)
    assert "Export worker deadlocks" in ask("show", "last", "T1", "--all", cwd=home, path=path).replace("export worker", "Export worker")


def test_a_wrong_token_is_one_line_with_the_settings_name(package: Path, helpdesk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = package.parent
    configured(home, helpdesk)
    saved(package)
    monkeypatch.setenv("HELPDESK_TOKEN", "another-token")
    words = [sys.executable, "-m", "escalation", "doctor"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=home, env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 3
    assert "check 'token'" in done.stdout
    assert "tickets:read" in done.stdout
    assert "another-token" not in done.stdout + done.stderr
    page = ask("open", ISSUE, cwd=home)
    assert "the credential was not accepted: check 'token'" in page
