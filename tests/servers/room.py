"""Five real servers, started by the scripts in ../shared/servers, and how to talk to each as its administrator."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

SCRIPTS = Path(os.environ.get("SERVERS") or Path(__file__).resolve().parents[3] / "shared" / "servers")
HELD = Path(os.environ.get("E2E") or Path.home() / ".cache" / "e2e-servers")
"""Where the scripts install the servers and keep their data."""


class Server(NamedTuple):
    """One of the five."""

    name: str
    url: str
    installed: str
    """A file in `HELD` that is there once it is installed."""


RT = Server("rt5", "http://127.0.0.1:8081", "rt5/.ready")
REDMINE = Server("redmine", "http://127.0.0.1:8082", "redmine/.ready")
MEDIAWIKI = Server("mediawiki", "http://127.0.0.1:8083", "mediawiki/.ready")
TRYTON = Server("tryton", "http://127.0.0.1:8085", "tryton/bin/trytond-admin")
SYNAPSE = Server("synapse", "http://127.0.0.1:8008", "synapse/bin/register_new_matrix_user")
SERVERS = (RT, TRYTON, SYNAPSE, REDMINE, MEDIAWIKI)


def absent() -> list[str]:
    """Names of the servers that are not installed here."""
    return [server.name for server in SERVERS if not (HELD / server.installed).exists()]


def missing() -> str:
    """Why the servers can't be started here, with what to do; empty when they can."""
    if not (SCRIPTS / "common.sh").is_file():
        return f"no scripts that start the servers in {SCRIPTS}: set SERVERS to a folder that has them"
    if os.geteuid() != 0:
        return "the servers live in chroots, which only root may enter: run as root"
    commands = "; ".join(f"{SCRIPTS}/run_{name}.sh start" for name in absent())
    return f"not installed: {', '.join(absent())}; .ci/run installs them, as does: {commands}" if commands else ""


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """All five are up. Those that were not are stopped in the end. One test run at a time: they have fixed ports."""
    with ExitStack() as stack, (HELD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        started = {server: _script(server, "start", folder) for server in SERVERS if not _answers(server)}
        for server in started:
            stack.callback(_stop, server, folder)
        for server, process in started.items():
            assert process.wait(180) == 0, f"{server.name} did not start; {HELD}/{server.name}.log may say why"
        yield


def _script(server: Server, verb: str, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / f"{server.name}.{verb}.txt").open("wb") as said:
        command = ["bash", str(SCRIPTS / f"run_{server.name}.sh"), verb]
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)


def _stop(server: Server, folder: Path) -> None:
    _script(server, "stop", folder).wait(60)


def _answers(server: Server) -> bool:
    try:
        build_opener(ProxyHandler({})).open(server.url, timeout=20).close()
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True


class Admin:
    """JSON over HTTP as whoever may do everything; what a test sets up and reads back goes through here, never through a connector."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._url = url
        self.headers = dict(headers or {})
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def __call__(self, method: str, path: str, body: Any = None, form: Mapping[str, Any] | None = None, **query: Any) -> Any:
        address = f"{self._url}{path}{'?' + urlencode(query) if query else ''}"
        data = urlencode(form).encode() if form else None if body is None else json.dumps(body).encode()
        kind = {} if form else {"Content-Type": "application/json"}
        with self._opener.open(Request(address, data, {**kind, **self.headers}, method=method), timeout=60) as reply:
            said = reply.read()
        return json.loads(said) if said.strip() else None


class Admins:
    """One administrator a server, signed in."""

    @cached_property
    def rt(self) -> Admin:
        return Admin(f"{RT.url}/REST/2.0", {"Authorization": f"Basic {b64encode(b'root:e2e-root-password').decode()}"})

    @cached_property
    def redmine(self) -> Admin:
        return Admin(REDMINE.url, {"X-Redmine-API-Key": self.redmine_key})

    @property
    def redmine_key(self) -> str:
        return (HELD / "redmine" / ".apikey").read_text(encoding="utf-8").strip()

    @cached_property
    def matrix_token(self) -> str:
        who = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "bot"}, "password": "bot-password"}
        return str(Admin(SYNAPSE.url)("POST", "/_matrix/client/v3/login", who)["access_token"])

    @cached_property
    def matrix(self) -> Admin:
        return Admin(f"{SYNAPSE.url}/_matrix/client/v3", {"Authorization": f"Bearer {self.matrix_token}"})

    @cached_property
    def wiki(self) -> Admin:
        wiki = Admin(f"{MEDIAWIKI.url}/api.php")
        token = wiki("GET", "", action="query", meta="tokens", type="login", format="json")["query"]["tokens"]["logintoken"]
        who = {"username": "Admin", "password": "e2e-Admin-password-1", "logintoken": token, "loginreturnurl": MEDIAWIKI.url}
        said = wiki("POST", "", form={"action": "clientlogin", "format": "json", **who})
        assert said["clientlogin"]["status"] == "PASS", said
        return wiki

    def bot_password(self, name: str, password: str) -> None:
        """A bot password that may read, as Special:BotPasswords makes one; it is kept if it is there."""
        script = ["php", "/usr/share/mediawiki/maintenance/createBotPassword.php", "--appid", name, "--grants", "basic", "Admin", password]
        subprocess.run(["chroot", str(HELD / "mediawiki"), *script], check=False, capture_output=True, timeout=60)

    def tryton(self, method: str, *params: Any) -> Any:
        """One call over JSON-RPC."""
        said = self._tryton("POST", "/e2e/rpc/", {"id": 1, "method": method, "params": [*params, {}]})
        assert "error" not in said, f"{method}: {said}"
        return said["result"]

    @cached_property
    def _tryton(self) -> Admin:
        admin = Admin(TRYTON.url)
        params = ["admin", {"password": "e2e-admin-password"}, "en"]
        number, session, *_ = admin("POST", "/e2e/rpc/", {"id": 0, "method": "common.db.login", "params": params})["result"]
        admin.headers["Authorization"] = f"Session {b64encode(f'admin:{number}:{session}'.encode()).decode()}"
        return admin

    def tryton_key(self) -> str:
        """A key of the application REST API."""
        (number,) = self.tryton("model.res.user.application.create", [{"user": 1, "application": "rest"}])
        return str(self.tryton("model.res.user.application.read", [number], ["key"])[0]["key"])


if __name__ == "__main__":  # .ci/run installs what this names
    sys.stdout.write(" ".join(absent()))
