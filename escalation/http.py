"""The one HTTP client: deadline, retries, throttling, size and page caps, tokens, and requests counted.

Whatever goes wrong becomes one of the errors in `escalation.errors`, whose message holds method, path and status, never a
query, a body or a credential. Credentials go to the connector's own origin and nowhere else: a redirect or a next page
on another host is refused. This is the only module that knows httpx.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from escalation import __version__
from escalation.auth import Auth, DeviceCode, Grant
from escalation.errors import AuthError, ConfigError, ConnectorError, Exhausted, NotFound, Unavailable, UnexpectedResponse
from escalation.paging import Call, Page, Paging
from escalation.reply import Reply
from escalation.throttle import throttle
from escalation.tokens import Token

if TYPE_CHECKING:
    from escalation.connector import Session

ATTEMPTS: Final = 4
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 20.0
"""Longest silence within a reply."""
AT_ONCE: Final = 4
"""Requests to one host at the same time, over all connectors."""
MOST_BYTES: Final = 20_000_000
"""Of one reply, unpacked."""
MOST_PAGES: Final = 20
MOST_REDIRECTS: Final = 3

logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes whole addresses, and a query is a customer's


@cache
def tls() -> ssl.SSLContext:
    """The one TLS context: making it costs more than a request."""
    return httpx.create_ssl_context()


class Api:
    """A vendor's API at one address, for one connector and one case."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        session: Session,
        *,
        headers: Mapping[str, str] | None = None,
        refusal: Callable[[Page], ConnectorError | None] | None = None,
        most_bytes: int = MOST_BYTES,
        most_pages: int = MOST_PAGES,
    ) -> None:
        """`refusal` says which error a reply is in truth whose status does not tell: 200 (Slack), 400 (GraphQL), 422."""
        self._base = base_url.rstrip("/")
        self._auth = auth
        self._session = session
        self._refusal = refusal
        self._most_bytes = most_bytes
        self._most_pages = most_pages
        self._token: Token | None = None
        self._down: dict[str, Unavailable] = {}
        """Path → why it could not be asked; the empty path is the whole host."""
        self._client = httpx.Client(
            headers={"Accept": "application/json", "User-Agent": f"customer-escalation/{__version__}", **(headers or {})},
            transport=session.transport,
            verify=tls() if session.transport is None else True,
            follow_redirects=False,
        )

    def __repr__(self) -> str:
        return f"Api({_origin(self._base)!r})"

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def get(self, path: str, **params: Any) -> Reply:
        """One reply. Raises a ConnectorError."""
        return self.send(Call(path, params=params)).reply

    def post(self, path: str, body: Any, **params: Any) -> Reply:
        """One reply to a search by POST: something that changes nothing. Raises a ConnectorError."""
        return self.send(Call(path, "POST", params=params, json=body)).reply

    def act(self, path: str, body: Any, *, method: Any = "POST", headers: Mapping[str, str] | None = None) -> Reply:
        """One reply to something that changes the vendor's data; sent once, unless the vendor says that it did not take it."""
        return self.send(Call(path, method, json=body, headers=headers or {}, safe=False)).reply

    def items(self, paging: Paging, at: str, most: int | None = None) -> Iterator[Reply]:
        """The objects in the list at path `at` of each page, `most` at most; pages are read only as far as they are needed."""
        return islice((row for page in self.pages(paging) for row in self._rows(page, at)), most)

    def _rows(self, page: Page, at: str) -> tuple[Reply, ...]:
        rows, members = page.reply.rows(at), page.reply.value(at)
        if isinstance(members, (list, Mapping)) and len(members) > len(rows):
            self._session.fall_short(f"{len(members) - len(rows)} × dropped, a row that is no object")
        return rows

    def pages(self, paging: Paging) -> Iterator[Page]:
        """Each page, up to the last or to a cap, which coverage is told of."""
        seen: set[str] = set()
        call = next(paging)
        while True:
            asked = repr((call.method, call.path, call.params, call.json))
            if asked in seen:
                raise UnexpectedResponse(f"{_named(call)}: the next page is one that was read already")
            seen.add(asked)
            page = self.send(call)
            yield page
            try:
                call = paging.send(page)
            except StopIteration:
                return
            if len(seen) >= self._most_pages:
                self._session.fall_short(f"{_named(call)}: more than {self._most_pages} pages; the rest was not read")
                return
            if self._session.spent():
                self._session.fall_short("the requests for this case are spent; further pages were not read")
                return

    def send(self, call: Call) -> Page:
        """The answer to one call, asked again while the vendor is unavailable and there is time. Raises a ConnectorError.

        What stayed down through all that is not asked again in this case: it would spend the requests of all the rest.
        """
        for place in ("", call.path) if call.safe else ():
            if known := self._down.get(place):
                raise Unavailable(str(known), status=known.status)
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, Unavailable) and (call.safe or error.refused)),
            wait=_pause,
            stop=lambda state: (
                state.attempt_number >= ATTEMPTS or self._session.spent() or state.upcoming_sleep >= self._session.remaining()
            ),
            sleep=self._session.wait,
            reraise=True,
        )
        try:
            return again(self._once, call)
        except Unavailable as error:
            if call.safe and not error.refused:
                self._down["" if isinstance(error.__cause__, httpx.ConnectError) else call.path] = error
            raise

    def sign_in(self, show: Callable[[str, str], None]) -> None:
        """Let somebody sign in by RFC 8628: `show(code, address)` tells them what to type where; returns once they have.

        Raises ConfigError where the connector needs no sign-in, AuthError when they refuse or take too long for the server,
        Unavailable when they take too long for the session.
        """
        grant = self._auth
        if not isinstance(grant, DeviceCode):
            raise ConfigError("nobody needs to sign in for this connector: its settings hold its credential")
        begun = self._exchange(begin := grant.begin())
        if refused := self._grant_refused(begin, begun):
            raise refused
        code, pause = begun.reply.need("device_code"), begun.reply.number("interval") or 5
        show(begun.reply.need("user_code"), begun.reply.need("verification_uri", "verification_url"))
        while True:
            self._session.wait(pause)
            page = self._exchange(redeem := grant.redeem(code))
            said = page.reply.text("error")
            if said not in ("authorization_pending", "slow_down"):
                break
            pause += 5 if said == "slow_down" else 0
        self._token = self._kept(redeem, page, None)

    def _once(self, call: Call) -> Page:
        url = self._address(call)
        for renewed in (False, True):
            page = self._exchange(replace(call, path=url, headers={**call.headers, **self.credentials()}))
            if page.status != 401 or renewed or self._token is None:
                break
            self._token = self._granted(Token("", refresh=self._token.refresh))  # it was revoked before its end
        error = self._error(call, page)
        if self._refusal and (error is None or type(error) in (UnexpectedResponse, AuthError, NotFound)):  # the other statuses say it all
            error = self._refusal(page) or error
        if error:
            raise error
        return page

    def _address(self, call: Call) -> str:
        url = call.path if _WHOLE.match(call.path) else self._base + call.path
        if _origin(url) != _origin(self._base) or urlsplit(url).username is not None:
            raise UnexpectedResponse(
                f"{call.method}: the address given for the next page is on another host, {urlsplit(url).hostname}; refused"
            )
        return url

    def _exchange(self, call: Call) -> Page:
        """One request and its reply, redirects on the same host followed."""
        for _ in range(MOST_REDIRECTS + 1):
            response, body = self._request(call)
            target = response.headers.get("location", "") if response.is_redirect else ""
            if not target:
                return Page(Reply(_read(call, response, body)), dict(response.headers), response.status_code)
            url = urljoin(call.path, target)
            if _origin(url) != _origin(call.path):
                host = urlsplit(url).hostname
                raise UnexpectedResponse(
                    f"{_named(call)} is redirected to another host, {host}; refused: is base_url the API's own address?"
                )
            if call.method != "GET":
                raise UnexpectedResponse(f"{_named(call)} is redirected; refused: is base_url the API's own address?")
            call = replace(call, path=url, params={})
        raise UnexpectedResponse(f"{_named(call)} is redirected again and again")

    def _request(self, call: Call) -> tuple[httpx.Response, bytes]:
        session = self._session
        session.check()
        if session.spent():
            raise Exhausted(f"{_named(call)} was not sent: the requests for this case are spent")
        remaining = session.remaining()
        params = {name: value for name, value in call.params.items() if value is not None}
        try:
            request = self._client.build_request(
                call.method,
                call.path,
                params=params or None,
                json=call.json,
                data=call.form,
                headers=dict(call.headers),
                timeout=httpx.Timeout(min(READ_SECONDS, remaining), connect=min(CONNECT_SECONDS, remaining)),
                extensions={"safe": call.safe},
            )
        except (httpx.InvalidURL, ValueError) as error:  # its text would hold what could not be sent
            raise UnexpectedResponse(f"{_named(call)} can't be sent: it is too long, or holds what no request may") from error
        with _turn(_origin(call.path), session):
            session.count_request()
            try:
                response = self._client.send(request, stream=True)
                try:
                    return response, self._body(call, response)
                finally:
                    response.close()
            except httpx.TimeoutException as error:
                raise Unavailable(f"{_named(call)}: no answer in time") from error
            except httpx.HTTPError as error:
                raise Unavailable(f"{_named(call)}: {_trouble(error)}") from error

    def _body(self, call: Call, response: httpx.Response) -> bytes:
        read = bytearray()
        for chunk in response.iter_bytes():
            self._session.check()
            read += chunk
            if len(read) > self._most_bytes:
                raise UnexpectedResponse(f"{_named(call)}: the reply is larger than {self._most_bytes // 1_000_000} MB; not read")
        return bytes(read)

    def _error(self, call: Call, page: Page) -> ConnectorError | None:
        """What a status that is no success means for whoever reads it."""
        status, said = page.status, f"{_named(call)} answered {page.status}"
        kinds: tuple[tuple[type[ConnectorError], bool, str], ...] = (
            (AuthError, status in (401, 403, 407), ""),
            (NotFound, status == 404, ""),
            (UnexpectedResponse, status == 410, ": what was asked for is gone for good, or this version of the API is"),
            (Unavailable, status == 408 or status >= 500, ""),
            (UnexpectedResponse, status >= 300, ""),
        )
        if slow := throttle(status, page.headers, page.reply.raw, datetime.now(timezone.utc)):
            until = "later" if slow.seconds is None else f"in {slow.seconds:.0f} s"
            return Unavailable(
                f"{said}: too many requests; it may be asked again {until}", status=429, retry_after=slow.seconds, refused=True
            )
        return next((kind(said + more, status=status) for kind, meant, more in kinds if meant), None)

    def credentials(self) -> Mapping[str, str]:
        """The headers that say who asks, a token got or renewed first if need be. For the connector's own address alone."""
        if not isinstance(self._auth, Grant):
            return _sendable(self._auth.headers())
        if self._token is None or not self._token.usable(time.time()):
            held = self._token or self._session.vault.load(self._auth.key)
            self._token = held if held and held.usable(time.time()) else self._granted(held)
        return _sendable({"Authorization": f"Bearer {self._token.access}"})

    def _granted(self, held: Token | None) -> Token:
        """A new token. Its address may be on another host; nothing but the grant goes there."""
        assert isinstance(self._auth, Grant)
        call = self._auth.request(held)
        return self._kept(call, self._exchange(call), held)

    def _kept(self, call: Call, page: Page, held: Token | None) -> Token:
        """The token in the reply to a grant, put into the vault."""
        assert isinstance(self._auth, Grant)
        if refused := self._grant_refused(call, page):
            raise refused
        lasts = page.reply.number("expires_in")
        token = Token(
            page.reply.text("access_token"),
            time.time() + lasts if lasts else 0.0,
            page.reply.text("refresh_token") or (held.refresh if held else ""),
        )
        if not token.access:
            raise AuthError(f"{_named(call)} gave no token: the reply holds none")
        self._session.vault.save(self._auth.key, token)
        return token

    def _grant_refused(self, call: Call, page: Page) -> ConnectorError | None:
        error = self._error(call, page)
        if error is None or isinstance(error, Unavailable):
            return error
        reason = page.reply.text("error")
        known = reason if reason in _OAUTH_ERRORS else f"status {page.status}"
        return AuthError(f"{_named(call)} gave no token: {known}", status=401)


_OAUTH_ERRORS = frozenset(
    "invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope access_denied "
    "authorization_declined expired_token bad_verification_code".split()
)
"""RFC 6749 §5.2, RFC 8628 §3.5 and Entra: what a server may say of a refused grant; anything else could hold a secret."""


def _read(call: Call, response: httpx.Response, body: bytes) -> Any:
    """The JSON of a reply; nothing where there is none. Raises UnexpectedResponse when a success is no JSON."""
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        if response.status_code >= 300:
            return None
    kind = response.headers.get("content-type", "").partition(";")[0] or "something without a type"
    if "json" in kind:
        raise UnexpectedResponse(f"{_named(call)}: the reply is broken JSON")
    raise UnexpectedResponse(
        f"{_named(call)}: expected JSON, got {kind}: is base_url the API's own address, with no sign-in page before it?"
    )


def _pause(state: tenacity.RetryCallState) -> float:
    """What the vendor asks for; else half a second and doubled each time, with some chance, so that many do not return at once."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after", None)
    return float(asked) if asked is not None else tenacity.wait_random_exponential(0.5, max=8.0)(state)


def _sendable(credential: Mapping[str, str]) -> Mapping[str, str]:
    """The headers, unless something was copied that can't be one. Raises AuthError, because nobody would take it."""
    if all(value.isascii() and value.isprintable() and value == value.strip() for value in credential.values()):
        return credential
    raise AuthError("the credential is empty, or holds a blank or a character that can't be sent; copy it again", status=401)


def _named(call: Call) -> str:
    """Method and path: no host, no query."""
    return f"{call.method} {urlsplit(call.path).path or '/'}"


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").casefold(), parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _trouble(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return "no connection; is base_url right (or the site it is made from), and may this machine reach it?"
    if isinstance(error, httpx.UnsupportedProtocol):
        return "base_url must begin with https:// or http://"
    return f"the connection broke off ({type(error).__name__})"


_WHOLE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_turns: dict[tuple[str, str, int | None], threading.BoundedSemaphore] = {}
_turns_lock = threading.Lock()


@contextmanager
def _turn(origin: tuple[str, str, int | None], session: Session) -> Iterator[None]:
    """Wait until fewer than `AT_ONCE` requests are under way to this host. Raises Unavailable when there is no time for it."""
    with _turns_lock:
        turn = _turns.setdefault(origin, threading.BoundedSemaphore(AT_ONCE))
    while not turn.acquire(timeout=min(0.25, session.remaining())):
        session.check()
    try:
        yield
    finally:
        turn.release()


class Sent(NamedTuple):
    """A request as it would have gone out."""

    method: str
    url: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    safe: bool = True
    """It was sent as something that changes nothing at the vendor."""


class Answer(NamedTuple):
    """What to send back for it."""

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = MappingProxyType({"content-type": "application/json"})
    fault: Literal["", "timeout", "refused", "cut off"] = ""
    """The connection fails instead: no answer in time, none at all, or in the middle of the body."""


def played(answer: Callable[[Sent], Answer]) -> httpx.BaseTransport:
    """A network that is a function; for `Session(transport=...)` in tests."""

    def handle(request: httpx.Request) -> httpx.Response:
        reply = answer(
            Sent(request.method, str(request.url), dict(request.headers), request.read(), bool(request.extensions.get("safe", True)))
        )
        if reply.fault == "timeout":
            raise httpx.ReadTimeout("no answer in time", request=request)
        if reply.fault == "refused":
            raise httpx.ConnectError("refused", request=request)
        body = (reply.body,) if isinstance(reply.body, bytes) else reply.body
        return httpx.Response(reply.status, headers=dict(reply.headers), stream=_Stream(body, cut=reply.fault == "cut off"))

    return httpx.MockTransport(handle)


class _Stream(httpx.SyncByteStream):
    def __init__(self, body: Iterable[bytes], *, cut: bool) -> None:
        self._body = body
        self._cut = cut

    def __iter__(self) -> Iterator[bytes]:
        yield from self._body
        if self._cut:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
