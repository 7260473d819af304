"""Who asks: keys, names, and tokens that are got, kept, renewed and never shown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from escalation.auth import Anonymous, Auth, Basic, Bearer, ClientCredentials, Header, JwtBearer, RefreshToken
from escalation.connector import Session
from escalation.errors import AuthError, ConfigError, ConnectorError, Unavailable, UnexpectedResponse
from escalation.http import Answer, Api, Sent, played
from escalation.testing import Clock, json_answer
from escalation.tokens import FileVault, MemoryVault, Token, Vault

BASE, LOGIN = "https://api.example", "https://login.example/oauth/token"
HUSH = "hush-hush-secret"


class World:
    """An API and, on another host, what gives the tokens for it: t1, t2, … each refused once `revoked` holds it."""

    def __init__(self, folder: Path, auth: Auth, *, vault: Vault | None = None, lasts: Any = 3600) -> None:
        self.grants: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.sent: list[Sent] = []
        self.revoked: set[str] = set()
        self.lasts = lasts
        self.token_answer: Callable[[int], Answer] = self._token
        clock = Clock()
        self.clock = clock
        self.session = Session(
            seconds=60, cache=folder, vault=vault or MemoryVault(), transport=played(self), clock=clock, sleep=clock.sleep
        )
        self.api = Api(BASE, auth, self.session)

    def __call__(self, sent: Sent) -> Answer:
        self.sent.append(sent)
        if urlsplit(sent.url).netloc == "login.example":
            is_json = "json" in sent.headers.get("content-type", "")
            body = json.loads(sent.body) if is_json else {name: value[0] for name, value in parse_qs(sent.body.decode()).items()}
            self.grants.append(body)
            return self.token_answer(len(self.grants))
        shown = sent.headers.get("authorization", "")
        self.asked.append(shown)
        return json_answer({}, 401) if shown.removeprefix("Bearer ") in self.revoked else json_answer({"ok": True})

    def _token(self, number: int) -> Answer:
        return json_answer({"access_token": f"t{number}", "expires_in": self.lasts, "refresh_token": f"r{number}"})


def client(**more: Any) -> ClientCredentials:
    return ClientCredentials(LOGIN, "client-1", SecretStr(HUSH), **more)


def refresh(token: str = "r0") -> RefreshToken:
    return RefreshToken(LOGIN, "client-1", SecretStr(token), SecretStr(HUSH))


@pytest.mark.parametrize(
    ("auth", "shown"),
    [
        (Anonymous(), ""),
        (Bearer(SecretStr("abc")), "Bearer abc"),
        (Basic("jo@example.com/token", SecretStr("abc")), "Basic am9AZXhhbXBsZS5jb20vdG9rZW46YWJj"),
        (Header("Authorization", SecretStr("abc"), "GenieKey "), "GenieKey abc"),
    ],
)
def test_a_credential_that_stays_is_shown_with_every_request(auth: Auth, shown: str, tmp_path: Path) -> None:
    world = World(tmp_path, auth)
    world.api.get("/a")
    world.api.get("/b")
    assert world.asked == [shown, shown]


def test_a_token_is_got_once_and_used_for_all(tmp_path: Path) -> None:
    world = World(tmp_path, client(scope="read"))
    world.api.get("/a")
    world.api.get("/b")
    assert world.asked == ["Bearer t1", "Bearer t1"]
    assert world.grants == [{"grant_type": "client_credentials", "scope": "read", "client_id": "client-1", "client_secret": HUSH}]


@pytest.mark.parametrize("sent", ["form", "json", "basic"])
def test_the_secret_is_shown_as_the_vendor_wants_it(sent: Any, tmp_path: Path) -> None:
    world = World(tmp_path, client(sent=sent))
    world.api.get("/a")
    asked = world.sent[0]
    assert asked.method == "POST"
    assert ("client_secret" in world.grants[0]) is (sent != "basic")
    assert ("authorization" in asked.headers) is (sent == "basic")
    assert HUSH not in asked.url


def test_a_later_run_uses_the_token_that_was_kept(tmp_path: Path) -> None:
    for _ in range(2):
        world = World(tmp_path, client(), vault=FileVault(tmp_path / "tokens"))
        world.api.get("/a")
    assert world.grants == []
    assert world.asked == ["Bearer t1"]


def test_another_scope_or_secret_never_gets_it(tmp_path: Path) -> None:
    keys = {client().key, client(scope="read").key, ClientCredentials(LOGIN, "client-1", SecretStr("other")).key, refresh().key}
    assert len(keys) == 4
    assert not any(HUSH in key for key in keys)


def test_a_token_that_has_expired_is_not_used(tmp_path: Path) -> None:
    vault = MemoryVault()
    vault.save(client().key, Token("old", time.time() - 1))
    world = World(tmp_path, client(), vault=vault)
    world.api.get("/a")
    assert world.asked == ["Bearer t1"]


@pytest.mark.parametrize("lasts", [30, "30"])
def test_a_token_that_is_about_to_expire_is_renewed_before_the_next_request(lasts: Any, tmp_path: Path) -> None:
    world = World(tmp_path, client(), lasts=lasts)
    world.api.get("/a")
    world.api.get("/b")
    assert world.asked == ["Bearer t1", "Bearer t2"]


@pytest.mark.parametrize("lasts", [None, "soon", 0])
def test_a_token_without_a_readable_end_is_used_until_it_is_refused(lasts: Any, tmp_path: Path) -> None:
    world = World(tmp_path, client(), lasts=lasts)
    world.api.get("/a")
    world.api.get("/b")
    assert world.asked == ["Bearer t1", "Bearer t1"]


def test_a_token_that_was_revoked_is_renewed_once(tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.api.get("/a")
    world.revoked = {"t1"}
    world.api.get("/b")
    assert world.asked == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_new_token_that_is_refused_too_ends_it(tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.revoked = {f"t{number}" for number in range(9)}
    with pytest.raises(AuthError) as raised:
        world.api.get("/a")
    assert raised.value.status == 401
    assert len(world.asked) == 2


def test_an_action_is_sent_again_after_a_refusal_because_it_was_not_taken(tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.revoked = {"t1"}
    world.api.act("/a", {})
    assert world.asked == ["Bearer t1", "Bearer t2"]


def test_a_refresh_token_that_the_vendor_replaces_is_used_from_then_on(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "tokens")
    world = World(tmp_path, refresh(), vault=vault, lasts=1)
    world.api.get("/a")
    world.api.get("/b")
    later = World(tmp_path, refresh(), vault=vault, lasts=1)
    later.api.get("/c")
    assert [grant["refresh_token"] for grant in (*world.grants, *later.grants)] == ["r0", "r1", "r2"]


def test_a_refresh_token_that_the_vendor_keeps_is_kept(tmp_path: Path) -> None:
    world = World(tmp_path, refresh(), lasts=1)
    world.token_answer = lambda number: json_answer({"access_token": f"t{number}", "expires_in": 1})
    world.api.get("/a")
    world.api.get("/b")
    assert [grant["refresh_token"] for grant in world.grants] == ["r0", "r0"]


def test_a_new_refresh_token_in_the_settings_wins_over_what_was_kept(tmp_path: Path) -> None:
    vault = MemoryVault()
    World(tmp_path, refresh(), vault=vault, lasts=1).api.get("/a")
    world = World(tmp_path, refresh("brand-new"), vault=vault)
    world.api.get("/a")
    assert world.grants[0]["refresh_token"] == "brand-new"


@pytest.mark.parametrize("reason", ["invalid_client", "invalid_grant", "unauthorized_client", "invalid_scope"])
def test_a_refused_grant_says_which_of_the_known_reasons(reason: str, tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.token_answer = lambda _: json_answer({"error": reason, "error_description": f"no client {HUSH}"}, 400)
    with pytest.raises(AuthError, match=f"gave no token: {reason}$") as raised:
        world.api.get("/a")
    assert raised.value.status == 401
    assert world.asked == []


def test_a_reason_of_the_vendors_own_is_not_repeated(tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.token_answer = lambda _: json_answer({"error": f"the secret {HUSH} is wrong"}, 400)
    with pytest.raises(AuthError, match=r"gave no token: status 400$"):
        world.api.get("/a")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (json_answer({}), AuthError),
        (json_answer([]), AuthError),
        (json_answer({"access_token": 7}), None),
        (Answer(200, b"<html>", {"content-type": "text/html"}), UnexpectedResponse),
        (json_answer({}, 302, {"location": "https://foreign.example/"}), UnexpectedResponse),
    ],
)
def test_a_reply_that_holds_no_token_is_told(answer: Answer, error: type[ConnectorError] | None, tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.token_answer = lambda _: answer
    if error is None:
        world.api.get("/a")
        return
    with pytest.raises(error):
        world.api.get("/a")
    assert world.asked == []


def test_a_token_server_that_is_down_is_asked_again(tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.token_answer = lambda number: json_answer({}, 503) if number < 3 else world._token(number)
    world.api.get("/a")
    assert world.asked == ["Bearer t3"]
    world.token_answer = lambda _: json_answer({}, 503)
    world.revoked = {"t3"}
    with pytest.raises(Unavailable):
        world.api.get("/b")


def test_nothing_but_the_grant_goes_to_the_token_server_and_no_secret_to_the_api(tmp_path: Path) -> None:
    world = World(tmp_path, client())
    world.api.get("/a")
    token, asked = world.sent
    assert "authorization" not in token.headers
    assert HUSH not in f"{asked.url} {asked.headers} {asked.body!r}"


@pytest.mark.parametrize("auth", [client(), refresh(), Bearer(SecretStr(HUSH)), Basic("jo", SecretStr(HUSH)), Header("X", SecretStr(HUSH))])
def test_no_repr_shows_a_secret(auth: Auth, tmp_path: Path) -> None:
    assert HUSH not in repr(auth)
    assert HUSH not in repr(Api(BASE, auth, World(tmp_path, auth).session))


@pytest.mark.parametrize("secret", ["", " ", "abc\n", "abc def\x07", "“abc”", "a\r\nX-Evil: 1"])
def test_a_credential_that_can_not_be_sent_is_refused_without_being_shown(secret: str, tmp_path: Path) -> None:
    world = World(tmp_path, Bearer(SecretStr(secret)))
    with pytest.raises(AuthError, match="copy it again") as raised:
        world.api.get("/a")
    assert raised.value.status == 401
    assert world.sent == []


class TestJwt:
    jwt = pytest.importorskip("jwt", reason="needs the extra `jwt`")

    @pytest.fixture(scope="class")
    @classmethod
    def key(cls) -> Any:
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(65537, 2048)

    def grant(self, key: Any, **more: Any) -> JwtBearer:
        from cryptography.hazmat.primitives import serialization as s

        pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()
        return JwtBearer(LOGIN, "client-1", "jo@larkspur.example", "https://login.example", SecretStr(pem), **more)

    def test_a_statement_is_signed_and_lasts_three_minutes(self, key: Any, tmp_path: Path) -> None:
        world = World(tmp_path, self.grant(key))
        world.api.get("/a")
        assert world.asked == ["Bearer t1"]
        [form] = world.grants
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        claims = self.jwt.decode(form["assertion"], key.public_key(), algorithms=["RS256"], audience="https://login.example")
        assert (claims["iss"], claims["sub"]) == ("client-1", "jo@larkspur.example")
        assert 170 <= claims["exp"] - time.time() <= 180

    @pytest.mark.parametrize("pem", ["", "no key", "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----"])
    def test_a_key_that_can_not_sign_is_a_wrong_setting(self, pem: str, tmp_path: Path) -> None:
        world = World(tmp_path, JwtBearer(LOGIN, "client-1", "jo", "aud", SecretStr(pem)))
        with pytest.raises(ConfigError, match="expected a key in PEM"):
            world.api.get("/a")
        assert world.sent == []

    def test_no_repr_shows_the_key(self, key: Any) -> None:
        assert "BEGIN" not in repr(self.grant(key))
