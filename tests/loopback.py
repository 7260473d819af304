"""A server on this machine that says nothing of a client that went away."""

from http.server import ThreadingHTTPServer
from typing import Any


class Loopback(ThreadingHTTPServer):
    """Tests leave servers behind in the middle of a reply, and what it would print lands in the output of the test after."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass
