"""What a vendor answers in a test: recordings in files, or a function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from escalation.http import Answer, Sent


class Replies(Protocol):
    """Anything that answers a request; raises `Unrecorded` for one that it does not know."""

    def __call__(self, sent: Sent) -> Answer:
        """The answer to one request."""
        ...


class Unrecorded(AssertionError):
    """A request came that nothing was recorded for."""


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A reply that is JSON."""
    return Answer(status, json.dumps(body).encode(), {"content-type": "application/json", **(headers or {})})


class Recordings:
    """Replies in a folder of JSON files, each one exchange or a list of them.

        {"request": "GET /api/v2/search.json", "params": {"page": "2"}, "json": {...}, "status": 200, "headers": {...}, "body": {...}}

    `request` is method and path. `params` and `json` are optional: the values that the request must have among its own, so
    that pages of one search can be told apart. Of several that fit, the one with most of these is taken.
    """

    def __init__(self, folder: Path) -> None:
        self._exchanges: list[Mapping[str, Any]] = []
        for file in sorted(folder.glob("*.json")):
            held = json.loads(file.read_text(encoding="utf-8"))
            self._exchanges += held if isinstance(held, list) else [held]

    def __call__(self, sent: Sent) -> Answer:
        """The recorded answer to one request."""
        address = urlsplit(sent.url)
        named = f"{sent.method} {address.path}"
        params = dict(parse_qsl(address.query, keep_blank_values=True))
        try:
            body = json.loads(sent.body) if sent.body else {}
        except ValueError:
            body = dict(parse_qsl(sent.body.decode("utf-8", "replace")))
        fitting = [
            exchange
            for exchange in self._exchanges
            if exchange["request"] == named and _within(exchange.get("params", {}), params) and _within(exchange.get("json", {}), body)
        ]
        if not fitting:
            known = ", ".join(sorted({exchange["request"] for exchange in self._exchanges}))
            raise Unrecorded(f"{named} with {sorted(params)} was not recorded; recorded are {known}")
        best = max(fitting, key=lambda exchange: len(exchange.get("params", {})) + len(exchange.get("json", {})))
        return json_answer(best.get("body"), best.get("status", 200), best.get("headers"))


def _within(wanted: Mapping[str, Any], given: Any) -> bool:
    return isinstance(given, Mapping) and all(given.get(name) == value for name, value in wanted.items())
