"""The other end of an MCP connection, for code that is not async: one thread with an event loop for as long as it is held.

The only module that knows the SDK (package `mcp` 2.3, read 2026-11), which takes a second to load: it is imported on that
thread, when a tool is first wanted. A server may hang, die or write anything; each of it becomes one of the connector's errors,
none of which repeats what the server said.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import json
import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Final, TypeVar

from escalation.connector import Session
from escalation.errors import AuthError, ConfigError, ConnectorError, Exhausted, NotFound, Unavailable, UnexpectedResponse

from .tools import Tool

START_SECONDS: Final = 30.0
"""For a server to start: one that `npx` fetches first takes a while."""
ANSWER_SECONDS: Final = 20.0
END_SECONDS: Final = 7.0
"""For it to end; the SDK takes six at most until a process that does not want to is killed."""
MOST_CHARACTERS: Final = 400_000
"""Of one result, over all its parts."""
MOST_BYTES: Final = 8_000_000
"""Of one HTTP reply."""
MOST_TOOLS: Final = 500
MOST_JUNK: Final = 20
"""Lines on its standard output that are no messages, before it has said a word: a banner is forgiven."""

MISSING: Final = (
    "a connector of type mcp needs the extra `mcp`: pip install 'customer-escalation[mcp]', "
    "or set CUSTOMER_ESCALATION_EXTRAS=1 where scripts/escalate.py is started"
)
T = TypeVar("T")


@dataclass(frozen=True)
class Door:
    """How to reach a server: a command to start, or an address with the headers that say who asks."""

    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] | None = None
    url: str = ""
    headers: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True)
class Result:
    """What a tool gave back: what it states as data, else its texts."""

    structured: Any
    texts: tuple[str, ...]
    cut: bool = False


class Server:
    """A server, started or called when it is first asked."""

    def __init__(self, door: Door, session: Session) -> None:
        self._door = door
        self._session = session
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._client: Any = None
        self._failed: BaseException | None = None
        self._up = threading.Event()
        self._junk = 0
        self._large = False
        self._status = 0
        self._retry_after: float | None = None

    def tools(self) -> list[Tool]:
        """All its tools. Raises a ConnectorError."""
        found: list[Tool] = []
        cursor: str | None = None
        while True:
            page = self._asked("tools/list", partial(self._listed, cursor))
            found += map(_tool, page.tools)
            cursor = page.next_cursor
            if not cursor or len(found) >= MOST_TOOLS:
                return found[:MOST_TOOLS]

    async def _listed(self, cursor: str | None) -> Any:
        return await self._client.list_tools(cursor=cursor)

    def call(self, tool: str, arguments: Mapping[str, Any]) -> Result:
        """What a tool answers. Raises a ConnectorError; NotFound where it says so in its own words."""
        answer = self._asked(f"tool {tool}", lambda: self._client.call_tool(tool, dict(arguments)))
        texts = [text for block in answer.content if isinstance(text := _text(block), str)]
        if answer.is_error:
            raise _refused(tool, " ".join(texts))
        kept, left = [], MOST_CHARACTERS
        for text in texts:
            kept.append(text[:left])
            left -= len(kept[-1])
        cut = sum(map(len, texts)) > MOST_CHARACTERS
        structured = answer.structured_content
        if structured is not None and len(json.dumps(structured, default=str)) > MOST_CHARACTERS:
            structured, cut = None, True
        return Result(structured, tuple(kept), cut)

    def close(self) -> None:
        """Let the server go; a process that was started is ended."""
        atexit.unregister(self.close)
        thread, loop, task = self._thread, self._loop, self._task
        if thread is None:
            return
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # its loop has ended
                loop.call_soon_threadsafe(task.cancel)
        thread.join(END_SECONDS)
        self._thread = None

    def _asked(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        """One request, on the loop's thread, with the deadline held on this one."""
        self._session.check()
        if self._session.spent():
            raise Exhausted(f"{what} was not asked: the requests for this case are spent")
        self._start()
        self._session.count_request()
        assert self._loop is not None
        self._status = 0
        try:
            answer = asyncio.run_coroutine_threadsafe(_awaited(ask), self._loop)
        except RuntimeError as error:  # its loop has ended
            raise self._meant(what, self._failed or error) from None
        try:
            return answer.result(min(ANSWER_SECONDS, max(0.01, self._session.remaining())))
        except concurrent.futures.TimeoutError:
            answer.cancel()
            raise self._meant(what, TimeoutError()) from None
        except concurrent.futures.CancelledError as error:
            raise self._meant(what, self._failed or error) from None
        except Exception as error:  # noqa: BLE001 - whatever the SDK raises: its words may be the server's
            raise self._meant(what, error) from None

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, args=(self._door.headers(),), name="mcp server", daemon=True)
            atexit.register(self.close)
            self._session.count_request()
            self._thread.start()
        until = time.monotonic() + min(START_SECONDS, self._session.remaining())
        while not self._up.wait(0.1):
            if time.monotonic() > until or self._junk > MOST_JUNK:
                raise self._meant("connecting", TimeoutError())
            self._session.check()
        if self._failed is not None:
            raise self._meant("connecting", self._failed)

    def _live(self, headers: Mapping[str, str]) -> None:
        """The thread: connect, stay until it is over, disconnect."""
        try:
            asyncio.run(self._connected(headers))
        except BaseException as error:  # noqa: BLE001 - whatever ended it is told to who asks
            self._failed = self._failed or _leaf(error)
        finally:
            self._failed = self._failed or ConnectionError("ended")
            self._up.set()

    async def _connected(self, headers: Mapping[str, str]) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        from mcp import Client, StdioServerParameters, stdio_client
        from mcp.client.streamable_http import streamable_http_client

        for name in ("mcp", "client", "httpx2"):  # their words may be the server's, and a customer's
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        async with AsyncExitStack() as stack:
            if self._door.command:
                nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))  # noqa: ASYNC230, PTH123, SIM115 - a device
                start = StdioServerParameters(
                    command=self._door.command,
                    args=list(self._door.args),
                    env=dict(self._door.env or {}),
                    encoding_error_handler="replace",
                )
                transport = stdio_client(start, errlog=nowhere)
            else:
                transport = streamable_http_client(self._door.url, http_client=await stack.enter_async_context(self._http(headers)))
            self._client = await stack.enter_async_context(
                Client(transport, cache=None, message_handler=self._heard, read_timeout_seconds=ANSWER_SECONDS)
            )
            self._up.set()
            await asyncio.Event().wait()

    async def _heard(self, message: object) -> None:
        """Something that no request asked for; what could not be read comes as the error it made."""
        if isinstance(message, Exception):
            self._junk += 1

    def _http(self, headers: Mapping[str, str]) -> Any:
        """A client that sends no header to another host, reads only so much, and notes what was refused."""
        import httpx2

        async def counted(stream: Any) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in stream:
                read += len(chunk)
                if read > MOST_BYTES:
                    self._large = True
                    raise httpx2.StreamError("too large")
                yield chunk

        class Counted(httpx2.AsyncByteStream):
            def __init__(self, stream: Any) -> None:
                self._stream = stream

            def __aiter__(self) -> AsyncIterator[bytes]:
                return counted(self._stream)

            async def aclose(self) -> None:
                await self._stream.aclose()

        async def note(response: Any) -> None:
            if response.request.method == "POST":
                self._status = response.status_code
                stated = response.headers.get("retry-after", "")
                self._retry_after = float(stated) if stated.isdigit() else None
                response.stream = Counted(response.stream)

        return httpx2.AsyncClient(
            headers=dict(headers),
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=5.0),
            follow_redirects=False,
            event_hooks={"response": [note]},
        )

    def _meant(self, what: str, error: BaseException) -> ConnectorError | ConfigError:
        """What somebody has to do about it. Of what the server said, only the status is repeated."""
        error = _leaf(error)
        if isinstance(error, (ConnectorError, ConfigError)):
            return error
        if isinstance(error, ImportError):
            return ConfigError(MISSING)
        if self._status >= 300:
            return _by_status(what, self._status, self._retry_after)
        if self._large:
            return UnexpectedResponse(f"{what}: the reply is larger than {MOST_BYTES // 1_000_000} MB; not read")
        if self._junk:
            return UnexpectedResponse(f"{what}: the server writes what is no MCP message to its standard output: does it log there?")
        return _by_kind(what, error, connected=self._client is not None)


def _by_status(what: str, status: int, retry_after: float | None) -> ConnectorError:
    """What an HTTP status that is no success means."""
    said = f"{what}: the server answered {status}"
    if status in (401, 403):
        return AuthError(said, status=status)
    if status in (429, 503):
        return Unavailable(f"{what}: too many requests", status=429, retry_after=retry_after, refused=True)
    if status >= 500:
        return Unavailable(said, status=status)
    return UnexpectedResponse(f"{said}: is `url` its own address?", status=status)


def _by_kind(what: str, error: BaseException, *, connected: bool) -> ConnectorError | ConfigError:
    """What an error means that is known by its class alone."""
    kind = type(error).__name__
    if isinstance(error, (FileNotFoundError, PermissionError, NotADirectoryError)):
        return ConfigError("`command` can't be started: is it installed, and is its path right?")
    if isinstance(error, TimeoutError) or "Timeout" in kind:
        return Unavailable(f"{what}: no answer in time")
    if isinstance(error, OSError) or "Connect" in kind or getattr(error, "code", None) == _CLOSED:
        return Unavailable(f"{what}: the connection is gone" if connected else f"{what}: no connection; does the server start?")
    return UnexpectedResponse(f"{what} failed ({kind})")


_CLOSED = -32000
"""JSON-RPC code that the SDK gives a request whose connection ended."""


async def _awaited(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()


def _leaf(error: BaseException) -> BaseException:
    """The first error inside a group of them."""
    while inner := getattr(error, "exceptions", None):
        error = inner[0]
    return error


def _tool(raw: Any) -> Tool:
    schema = raw.input_schema if isinstance(raw.input_schema, Mapping) else {}
    properties = schema.get("properties")
    required = schema.get("required")
    whole = raw.model_dump_json(include={"name", "description", "input_schema", "annotations"})
    hints = raw.annotations
    return Tool(
        name=raw.name,
        properties=properties if isinstance(properties, Mapping) else {},
        required=tuple(map(str, required)) if isinstance(required, list) else (),
        read_only=False if hints and hints.destructive_hint and not hints.read_only_hint else hints.read_only_hint if hints else None,
        digest=sha256(whole.encode()).hexdigest(),
    )


def _text(block: Any) -> str | None:
    """The text of a part of a result: its own, or that of a resource inside."""
    inner = getattr(block, "resource", None)
    return getattr(inner if inner is not None else block, "text", None)


def _refused(tool: str, said: str) -> ConnectorError:
    """What a tool's own error most likely is. Its words are not repeated."""
    said = said[:2000].casefold()
    if any(word in said for word in ("not found", "no such", "does not exist", "404")):
        return NotFound(f"tool {tool} finds nothing by that key")
    if any(word in said for word in ("unauthorized", "unauthenticated", "forbidden", "permission", "401", "403")):
        return AuthError(f"tool {tool} was refused", status=403)
    if any(word in said for word in ("rate limit", "too many requests", "429")):
        return Unavailable(f"tool {tool}: too many requests", status=429, refused=True)
    return UnexpectedResponse(f"tool {tool} answered with an error")
