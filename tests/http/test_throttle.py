"""Every way in which a vendor asks to slow down, and what is none."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.throttle import throttle

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
EPOCH = int(NOW.timestamp())

SIGNALS: dict[str, tuple[int, dict[str, str], Any, float | None]] = {
    "429 with seconds": (429, {"retry-after": "30"}, None, 30.0),
    "429 with part of a second": (429, {"retry-after": "0.5"}, None, 0.5),
    "429 with an HTTP date": (429, {"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, None, 90.0),
    "429 with nothing": (429, {}, None, None),
    "503 with seconds": (503, {"retry-after": "12"}, None, 12.0),
    "503 with a date that is over": (503, {"retry-after": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, None, 0.0),
    "GitHub's primary limit": (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH + 600)}, {"message": "…"}, 600.0),
    "GitHub's secondary limit": (403, {"retry-after": "60"}, {"message": "…"}, 60.0),
    "Intercom": (429, {"x-ratelimit-reset": str(EPOCH + 7)}, {}, 7.0),
    "Atlassian": (429, {"x-ratelimit-reset": "2026-11-18T15:01Z"}, {}, 60.0),
    "Zendesk": (429, {"ratelimit-reset": "45"}, {}, 45.0),
    "Salesforce": (403, {}, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "…"}], None),
    "Slack": (200, {}, {"ok": False, "error": "ratelimited"}, None),
    "Slack with a header": (429, {"retry-after": "30"}, {"ok": False, "error": "ratelimited"}, 30.0),
    "Linear": (
        400,
        {"x-ratelimit-requests-reset": str((EPOCH + 90) * 1000)},
        {"errors": [{"message": "…", "extensions": {"code": "RATELIMITED"}}]},
        90.0,
    ),
    "Matrix": (429, {}, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}, 1.5),
    "Discord": (429, {}, {"message": "…", "retry_after": 1.25}, 1.25),
    "Discord's index that is not ready": (202, {}, {"message": "…", "code": 110000, "retry_after": 2}, 2.0),
    "a wait of a year": (429, {"retry-after": "31536000"}, None, 86_400.0),
    "a wait that is no number": (429, {"retry-after": "soon"}, None, None),
}


@pytest.mark.parametrize(("status", "headers", "body", "seconds"), SIGNALS.values(), ids=SIGNALS)
def test_a_vendor_that_asks_to_wait_is_understood(status: int, headers: dict[str, str], body: Any, seconds: float | None) -> None:
    slow = throttle(status, headers, body, NOW)
    assert slow is not None
    assert slow.seconds == seconds


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH + 600)}, {"ok": True}),
        (403, {"x-ratelimit-remaining": "59"}, {"message": "Resource not accessible by integration"}),
        (503, {}, {"message": "down"}),
        (500, {"retry-after": "30"}, {"error": "rate_limited"}),
        (400, {}, {"errors": [{"extensions": {"code": "INPUT_ERROR"}}]}),
        (200, {}, {"error": {"code": 7}}),
        (202, {}, {"status": "accepted"}),
    ],
)
def test_what_asks_for_nothing_is_not_waited_for(status: int, headers: dict[str, str], body: Any) -> None:
    assert throttle(status, headers, body, NOW) is None


@given(
    st.sampled_from([200, 202, 400, 403, 429, 503]),
    st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset", "ratelimit-reset"]), st.text() | st.floats().map(str)),
    st.recursive(
        st.none() | st.text() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["retry_after", "errors", "code"]), inner),
    ),
)
def test_whatever_comes_the_wait_is_between_nothing_and_a_day(status: int, headers: dict[str, str], body: Any) -> None:
    slow = throttle(status, headers, body, NOW)
    assert slow is None or slow.seconds is None or 0.0 <= slow.seconds <= 86_400.0
