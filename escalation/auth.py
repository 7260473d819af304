"""Ways to show who asks: a key in a header, a name with a password, and the OAuth 2 grants. No I/O: `Api` sends what these describe.

A grant describes the request that gets a token; `Api` sends it to the token address alone, keeps the answer in the vault and
puts it into the header of requests to the connector's own address. No secret is part of any `repr`.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from pydantic import SecretStr

from escalation.errors import AuthError, ConfigError
from escalation.paging import Call
from escalation.tokens import Token


class Static(Protocol):
    """A credential that stays the same."""

    def headers(self) -> Mapping[str, str]:
        """What it adds to a request."""
        ...


@runtime_checkable
class Grant(Protocol):
    """A way to get a token that lasts a while."""

    @property
    def key(self) -> str:
        """Under which the token is kept: different for every client, scope and address, and no secret."""
        ...

    def request(self, held: Token | None) -> Call:
        """What to send to get one. `held` is the last one, whose refresh token may be the one to use."""
        ...


Auth: TypeAlias = "Static | Grant"


@dataclass(frozen=True)
class Anonymous:
    """Nothing is shown."""

    def headers(self) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True)
class Header:
    """A key in a header of the vendor's own, `X-Redmine-API-Key`, or in Authorization behind a word of its own."""

    name: str
    value: SecretStr
    prefix: str = ""

    def headers(self) -> Mapping[str, str]:
        return {self.name: f"{self.prefix}{self.value.get_secret_value()}"}


@dataclass(frozen=True)
class Bearer:
    """RFC 6750."""

    token: SecretStr

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"}


@dataclass(frozen=True)
class Basic:
    """RFC 7617."""

    user: str
    password: SecretStr

    def headers(self) -> Mapping[str, str]:
        pair = f"{self.user}:{self.password.get_secret_value()}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


Sent: TypeAlias = Literal["form", "json", "basic"]
"""How a client shows its secret: in a form, in JSON (Zendesk), or by Basic beside a form."""


@dataclass(frozen=True)
class ClientCredentials:
    """RFC 6749 §4.4: the connector acts as itself."""

    token_url: str
    client_id: str
    client_secret: SecretStr
    scope: str = ""
    sent: Sent = "form"
    more: Mapping[str, str | int] = field(default_factory=dict)
    """What the vendor takes besides: how long the token is to last, for whom it is."""

    @property
    def key(self) -> str:
        return _key(self.token_url, self.client_id, self.scope, self.client_secret)

    def request(self, held: Token | None) -> Call:
        return _token_call(self.token_url, {"grant_type": "client_credentials", "scope": self.scope, **self.more}, self, self.sent)


@dataclass(frozen=True)
class RefreshToken:
    """RFC 6749 §6: the connector acts for somebody who signed in once. A replaced refresh token is kept in the vault."""

    token_url: str
    client_id: str
    refresh_token: SecretStr
    client_secret: SecretStr | None = None
    scope: str = ""
    sent: Sent = "form"

    @property
    def key(self) -> str:
        return _key(self.token_url, self.client_id, self.scope, self.refresh_token)

    def request(self, held: Token | None) -> Call:
        refresh = held.refresh if held and held.refresh else self.refresh_token.get_secret_value()
        return _token_call(self.token_url, {"grant_type": "refresh_token", "refresh_token": refresh, "scope": self.scope}, self, self.sent)


@dataclass(frozen=True)
class DeviceCode:
    """RFC 8628: somebody signs in once, in any browser, and the connector acts for them from then on.

    `Api.sign_in` does that. The refresh token that comes of it stands in the vault alone, in no setting.
    """

    device_url: str
    token_url: str
    client_id: str
    scope: str

    @property
    def key(self) -> str:
        return _key(self.token_url, self.client_id, self.scope, SecretStr(""))

    def begin(self) -> Call:
        """What to send to get the code that they type."""
        return Call(self.device_url, "POST", form={"client_id": self.client_id, "scope": self.scope})

    def redeem(self, device_code: str) -> Call:
        """What to send, again and again, to hear whether they have typed it."""
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": self.client_id}
        return Call(self.token_url, "POST", form={**grant, "device_code": device_code})

    def request(self, held: Token | None) -> Call:
        """Raises AuthError as long as nobody has signed in."""
        if not held or not held.refresh:
            raise AuthError("nobody has signed in yet: run `connectors --sign-in NAME` with the connector's name once", status=401)
        return RefreshToken(self.token_url, self.client_id, SecretStr(held.refresh), scope=self.scope).request(None)


@dataclass(frozen=True)
class JwtBearer:
    """RFC 7523: a signed statement instead of a secret. The private key is PEM."""

    token_url: str
    issuer: str
    subject: str
    audience: str
    private_key: SecretStr
    algorithm: Literal["RS256", "ES256"] = "RS256"
    scope: str = ""
    lasts: int = 180
    """Seconds; Salesforce takes three minutes at most."""

    @property
    def key(self) -> str:
        return _key(self.token_url, f"{self.issuer} {self.subject}", self.scope, self.private_key)

    def request(self, held: Token | None) -> Call:
        """Raises ConfigError when the key can't sign, or nothing here can."""
        try:
            import jwt
        except ImportError:
            raise ConfigError("signing a JWT needs the extra `jwt`: pip install 'customer-escalation[jwt]'") from None
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": self.audience, "iat": now, "exp": now + self.lasts}
        try:
            assertion = jwt.encode(claims, self.private_key.get_secret_value(), algorithm=self.algorithm)
        except (ValueError, TypeError, jwt.PyJWTError):
            raise ConfigError(f"the private key can't sign with {self.algorithm}: expected a key in PEM, with its line breaks") from None
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion, "scope": self.scope}
        return Call(self.token_url, "POST", form={name: value for name, value in form.items() if value})


def _key(token_url: str, client: str, scope: str, secret: SecretStr) -> str:
    """A new secret is a new key, so that a token from an old one is never used."""
    return " ".join([token_url, client, scope, sha256(secret.get_secret_value().encode()).hexdigest()[:16]])


def _token_call(url: str, values: Mapping[str, str | int], client: Any, sent: Sent) -> Call:
    secret = client.client_secret.get_secret_value() if client.client_secret else ""
    stated = {name: value for name, value in values.items() if value}
    if sent != "basic":
        stated |= {"client_id": client.client_id, **({"client_secret": secret} if secret else {})}
    if sent == "json":
        return Call(url, "POST", json=stated)
    headers = Basic(client.client_id, SecretStr(secret)).headers() if sent == "basic" else {}
    return Call(url, "POST", form={name: str(value) for name, value in stated.items()}, headers=headers)
