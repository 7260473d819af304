"""Bad weather: what a network answers when something is wrong, and which error and coverage it must become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from escalation.errors import AuthError, ConnectorError, NotFound, Unavailable, UnexpectedResponse
from escalation.evidence import Coverage
from escalation.http import MOST_BYTES, Answer, Sent
from escalation.testing.bench import CANARY, Trial, Weather
from escalation.testing.replies import Replies, Unrecorded, json_answer

if TYPE_CHECKING:
    from typing import Literal

    Status = Literal["complete", "partial", "unauthorized", "throttled", "timed_out", "failed", "not_configured"]

MEGABYTE = b" " * 1_000_000


class Fault(NamedTuple):
    """One thing that can be wrong with every reply."""

    name: str
    answer: Callable[[str], Answer]
    """Makes the reply; what it is given stands in the body, as a customer's words or a secret might."""
    error: type[ConnectorError]
    coverage: Status


def _status(status: int, error: type[ConnectorError], coverage: Status, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(str(status), lambda leak: json_answer({"message": leak, "error": leak}, status, named), error, coverage)


def _body(name: str, content: str, kind: str, error: type[ConnectorError] = UnexpectedResponse) -> Fault:
    return Fault(name, lambda leak: Answer(200, content.replace("LEAK", leak).encode(), {"content-type": kind}), error, "failed")


FAULTS: tuple[Fault, ...] = (
    _status(400, UnexpectedResponse, "failed"),
    _status(401, AuthError, "unauthorized"),
    _status(403, AuthError, "unauthorized"),
    _status(404, NotFound, "failed"),
    _status(410, UnexpectedResponse, "failed"),
    _status(429, Unavailable, "throttled", retry_after="86400"),
    _status(500, Unavailable, "failed"),
    _status(502, Unavailable, "failed"),
    _status(503, Unavailable, "failed"),
    Fault("timeout", lambda _leak: Answer(fault="timeout"), Unavailable, "failed"),
    Fault("refused", lambda _leak: Answer(fault="refused"), Unavailable, "failed"),
    Fault("cut off", lambda leak: Answer(200, (b'{"results": [{"id": 1, "x": "', leak.encode()), fault="cut off"), Unavailable, "failed"),
    _body("HTML", "<!doctype html><title>Sign in</title><p>LEAK</p>", "text/html; charset=utf-8"),
    _body("broken JSON", '{"results": [{"id": 1, "subject": "LEAK"', "application/json"),
    _body("nonsense", "\x00\x01LEAK", "application/json"),
    Fault("too large", lambda leak: Answer(200, _endless(leak)), UnexpectedResponse, "failed"),
)
"""In the order of how often they are met."""


def fault(name: str) -> Fault:
    """The fault of this name."""
    return next(each for each in FAULTS if each.name == name)


def always(cause: Fault, leak: str = CANARY) -> Weather:
    """Every request meets this fault."""
    return lambda _sent, _number: cause.answer(leak)


def constantly(answer: Answer) -> Weather:
    """Every request is answered so."""
    return lambda _sent, _number: answer


def first(answer: Answer) -> Weather:
    """The first request is answered so, all others as ever."""
    return lambda _sent, number: answer if number == 0 else None


def later(start: int, answer: Answer) -> Weather:
    """From the request of this number on, every one is answered so."""
    return lambda _sent, number: answer if number >= start else None


def cancelling(trial: Trial) -> Weather:
    """The case is over as soon as the first request is out."""

    def weather(_sent: Sent, _number: int) -> None:
        trial.session.end()

    return weather


def lenient(replies: Replies) -> Replies:
    """The same replies, and 404 for a request that nothing was recorded for."""

    def answer(sent: Sent) -> Answer:
        try:
            return replies(sent)
        except Unrecorded:
            return json_answer({}, 404)

    return answer


def moved(replies: Replies, usual: str, there: str) -> Replies:
    """The same replies for a system that is elsewhere: every address of the one origin is one of the other."""

    def answer(sent: Sent) -> Answer:
        reply = replies(sent._replace(url=sent.url.replace(there, usual, 1)))
        body = reply.body if isinstance(reply.body, bytes) else b"".join(reply.body)
        headers = {name: value.replace(usual, there) for name, value in reply.headers.items()}
        return reply._replace(body=body.replace(usual.encode(), there.encode()), headers=headers)

    return answer


def drip(trial: Trial) -> Weather:
    """A reply that never ends: a byte a second."""

    def bytes_for_ever() -> Iterator[bytes]:
        for _ in range(10_000):
            trial.clock.sleep(1.0)
            yield b" "
        raise AssertionError("the reply was read for hours")

    return lambda _sent, _number: Answer(200, bytes_for_ever())


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def status_of(lines: tuple[Coverage, ...]) -> set[str]:
    """The states of the lines for which anything was asked."""
    return {line.status for line in lines if line.requests}


def _endless(leak: str) -> Iterator[bytes]:
    yield b'{"results": ["' + leak.encode()
    for _ in range(4 * MOST_BYTES // len(MEGABYTE)):
        yield MEGABYTE
