"""Is this reply a request to slow down, and for how long? Pure: status, headers and body in, seconds out.

The signals, each read in the vendor's own documentation (November 2026): 429 and 503 with `Retry-After` in seconds or as a
date; reset headers (`X-RateLimit-Reset` in epoch seconds: GitHub, Intercom; in ISO 8601: Atlassian; `ratelimit-reset` in
seconds: Zendesk, RFC draft; `X-RateLimit-Requests-Reset` in epoch milliseconds: Linear); `retry_after` in seconds or
`retry_after_ms` in the body (Discord, Matrix); Salesforce's 403 REQUEST_LIMIT_EXCEEDED; GitHub's 403 with nothing remaining or
a Retry-After; Slack's 200 with `ok: false`; Linear's 400 with the code RATELIMITED; Discord's 202 for an index that is not ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from math import isnan
from typing import Any, NamedTuple

_RESETS = (
    "x-ratelimit-reset",
    "x-rate-limit-reset",
    "ratelimit-reset",
    "beta-ratelimit-reset",
    "x-ratelimit-reset-after",
    "x-ratelimit-requests-reset",
)
_CODES = frozenset(("ratelimited", "rate_limited", "request_limit_exceeded", "m_limit_exceeded", "rate_limit_exceeded"))
_EPOCH = 1_000_000_000
"""Numbers above are a moment, those below a number of seconds."""
_EPOCH_MS = 1_000 * _EPOCH
"""Above, a moment in milliseconds (Linear)."""
_LONGEST = 86_400.0


class Throttle(NamedTuple):
    """The vendor asks to wait."""

    seconds: float | None
    """How long, where it says so; never below zero, a day at most."""


def throttle(status: int, headers: Mapping[str, str], body: Any, now: datetime) -> Throttle | None:
    """What the reply asks for, or None when it is no such request. `headers` by names in lower case; `now` is aware."""
    stated = _stated(headers, body, now)
    coded = _coded(body)
    if status == 429 or (status < 500 and coded):
        return Throttle(stated)
    if status == 503 and "retry-after" in headers:
        return Throttle(stated)
    if status == 403 and ("retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"):
        return Throttle(stated)
    if status == 202 and isinstance(body, Mapping) and ("retry_after" in body or "retry-after" in headers):
        return Throttle(stated)
    return None


def _stated(headers: Mapping[str, str], body: Any, now: datetime) -> float | None:
    if (seconds := _seconds(headers.get("retry-after", ""), now)) is not None:
        return seconds
    for name in _RESETS:
        if (seconds := _seconds(headers.get(name, ""), now)) is not None:
            return seconds
    if isinstance(body, Mapping):
        for name, unit in (("retry_after_ms", 1000.0), ("retry_after", 1.0)):
            value = body.get(name)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and not isnan(value):
                return _within(value / unit)
    return None


def _seconds(text: str, now: datetime) -> float | None:
    """Seconds, an epoch, ISO 8601 or an HTTP date."""
    text = text.strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        at = _date(text)
        return _within((at - now).total_seconds()) if at else None
    if isnan(number):
        return None
    if number > _EPOCH_MS:
        number /= 1000
    return _within(number - now.timestamp() if number > _EPOCH else number)


def _date(text: str) -> datetime | None:
    readers: tuple[Callable[[str], datetime], ...] = (datetime.fromisoformat, parsedate_to_datetime)
    for read in readers:
        try:
            at = read(text.replace("Z", "+00:00"))
        except (ValueError, TypeError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return None


def _within(seconds: float) -> float:
    return min(_LONGEST, max(0.0, seconds))


def _coded(body: Any) -> bool:
    """Does the body name a limit where vendors put their codes?"""
    if isinstance(body, list):
        return any(map(_coded, body))
    if not isinstance(body, Mapping):
        return False
    codes = [body.get("error"), body.get("errcode"), body.get("errorCode"), body.get("code")]
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, Mapping):
            extensions = error.get("extensions")
            codes += [error.get("code"), extensions.get("code") if isinstance(extensions, Mapping) else None]
    return any(isinstance(code, str) and code.casefold() in _CODES for code in codes)
