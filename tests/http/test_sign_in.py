"""Signing in by RFC 8628, against a server that waits, hurries no one and may refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from escalation.auth import Anonymous, DeviceCode
from escalation.connector import Session
from escalation.errors import AuthError, ConfigError, Unavailable
from escalation.http import Answer, Api, Sent, played
from escalation.testing import Clock, json_answer
from escalation.tokens import MemoryVault

GRANT = DeviceCode("https://login.example/devicecode", "https://login.example/token", "client-1", "Chat.Read offline_access")
CODE = {"device_code": "a-device-code", "user_code": "ABCD-EFGH", "verification_uri": "https://login.example/device", "interval": 7}
TOKENS = {"access_token": "an-access-token", "expires_in": 3600, "refresh_token": "a-refresh-token"}


class Server:
    """Gives the code, then the answers one by one."""

    def __init__(self, *answers: Answer) -> None:
        self.answers: Iterator[Answer] = iter(answers)
        self.forms: list[dict[str, list[str]]] = []
        self.clock = Clock()
        self.vault = MemoryVault()

    def __call__(self, sent: Sent) -> Answer:
        if sent.url.startswith("https://api.example/"):
            return json_answer({"authorization": sent.headers["authorization"]})
        self.forms.append(parse_qs(sent.body.decode()))
        return json_answer(CODE) if sent.url == GRANT.device_url else next(self.answers)

    def session(self, folder: Path, seconds: float = 900.0) -> Session:
        return Session(seconds=seconds, cache=folder, vault=self.vault, transport=played(self), clock=self.clock, sleep=self.clock.sleep)


def pending(error: str = "authorization_pending") -> Answer:
    return json_answer({"error": error, "error_description": "Mallory said so"}, 400)


def test_somebody_is_told_the_code_and_waited_for(tmp_path: Path) -> None:
    server = Server(pending(), pending("slow_down"), json_answer(TOKENS))
    told: list[tuple[str, str]] = []
    Api("https://api.example", GRANT, server.session(tmp_path)).sign_in(lambda code, address: told.append((code, address)))
    assert told == [("ABCD-EFGH", "https://login.example/device")]
    assert sum(server.clock.slept) == 7 + 7 + 12
    assert server.forms[0] == {"client_id": ["client-1"], "scope": ["Chat.Read offline_access"]}
    assert server.forms[1] == {
        "grant_type": ["urn:ietf:params:oauth:grant-type:device_code"],
        "client_id": ["client-1"],
        "device_code": ["a-device-code"],
    }


def test_afterwards_every_run_asks_for_them(tmp_path: Path) -> None:
    server = Server(json_answer(TOKENS), json_answer({**TOKENS, "access_token": "another"}))
    Api("https://api.example", GRANT, server.session(tmp_path)).sign_in(lambda code, address: None)
    assert Api("https://api.example", GRANT, server.session(tmp_path)).get("/me").text("authorization") == "Bearer an-access-token"
    held = server.vault.load(GRANT.key)
    assert held
    server.vault.save(GRANT.key, type(held)("an-access-token", 1.0, held.refresh))
    assert Api("https://api.example", GRANT, server.session(tmp_path)).get("/me").text("authorization") == "Bearer another"
    assert server.forms[-1]["refresh_token"] == ["a-refresh-token"]


def test_before_anybody_signed_in_nothing_is_sent(tmp_path: Path) -> None:
    server = Server()
    with pytest.raises(AuthError, match="nobody has signed in yet") as raised:
        Api("https://api.example", GRANT, server.session(tmp_path)).get("/me")
    assert raised.value.status == 401
    assert server.forms == []


@pytest.mark.parametrize("error", ["access_denied", "authorization_declined", "expired_token"])
def test_a_refusal_ends_it_and_says_nothing_of_the_servers_prose(tmp_path: Path, error: str) -> None:
    with pytest.raises(AuthError, match=f"gave no token: {error}$"):
        Api("https://api.example", GRANT, Server(pending(error)).session(tmp_path)).sign_in(lambda code, address: None)


def test_it_waits_no_longer_than_the_session(tmp_path: Path) -> None:
    server = Server(*[pending()] * 100)
    with pytest.raises(Unavailable, match="the time for this case is over"):
        Api("https://api.example", GRANT, server.session(tmp_path, seconds=60.0)).sign_in(lambda code, address: None)


def test_who_has_another_credential_need_not_sign_in(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nobody needs to sign in"):
        Api("https://api.example", Anonymous(), Server().session(tmp_path)).sign_in(lambda code, address: None)


def test_no_code_and_no_token_is_part_of_a_repr() -> None:
    assert "a-device-code" not in repr(GRANT)
