"""The one HTTP client: where it goes, what it repeats, how much it reads, and when it stops."""

from __future__ import annotations

import gzip
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from escalation.auth import Anonymous, Bearer
from escalation.connector import Session
from escalation.errors import (
    AuthError,
    ConnectorError,
    Exhausted,
    NotFound,
    Unavailable,
    UnexpectedResponse,
)
from escalation.http import AT_ONCE, ATTEMPTS, MOST_REDIRECTS, Answer, Api, Sent, played
from escalation.paging import Call, cursor, next_url, single
from escalation.testing import Clock, Network, json_answer
from tests.loopback import Loopback

BASE = "https://api.example/v2"
HUSH = "hush-hush-secret"


class Net:
    """An API that answers by a function, and remembers."""

    def __init__(
        self, folder: Path, answer: Callable[[int], Answer], *, seconds: float = 60.0, budget: int | None = None, **options: Any
    ) -> None:
        self.sent: list[Sent] = []
        self.clock = Clock()

        def reply(sent: Sent) -> Answer:
            self.sent.append(sent)
            return answer(len(self.sent))

        self.session = Session(
            seconds=seconds, cache=folder, budget=budget, transport=played(reply), clock=self.clock, sleep=self.clock.sleep
        )
        self.api = Api(BASE, Bearer(SecretStr(HUSH)), self.session, **options)

    @property
    def urls(self) -> list[str]:
        return [sent.url for sent in self.sent]


OK = json_answer({"ok": True})


# Where it goes


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a", f"{BASE}/a"),
        ("/a?b=1", f"{BASE}/a?b=1"),
        (f"{BASE}/next?c=1", f"{BASE}/next?c=1"),
        ("https://api.example/other", "https://api.example/other"),
        ("https://API.example:443/other", "https://api.example/other"),
        ("/go?to=https://foreign.example/", f"{BASE}/go?to=https://foreign.example/"),
    ],
)
def test_a_call_goes_to_its_own_host(path: str, url: str, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: OK)
    net.api.send(Call(path))
    assert net.urls == [url]


@pytest.mark.parametrize(
    "path",
    [
        "https://foreign.example/a",
        "http://api.example/v2/a",
        "https://api.example:8443/v2/a",
        "https://api.example.foreign.example/a",
        "https://api.example@foreign.example/a",
        "https://jo:pw@api.example/v2/a",
        "https://foreign.example\\@api.example/a",
        "@foreign.example/a",
        ".foreign.example/a",
        ":8443/a",
        "HTTPS://foreign.example/a",
        "ftp://api.example/a",
    ],
)
def test_a_call_to_anywhere_else_is_refused_before_it_is_sent(path: str, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: OK)
    base = Api("https://api.example", Bearer(SecretStr(HUSH)), net.session)
    with pytest.raises(ConnectorError):
        base.send(Call(path))
    assert net.sent == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_is_followed(status: int, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda number: json_answer({}, status, {"location": "/v2/b?x=1"}) if number == 1 else OK)
    assert net.api.get("/a", y=2).flag("ok")
    assert net.urls == [f"{BASE}/a?y=2", f"{BASE}/b?x=1"]


@pytest.mark.parametrize(
    "location", ["https://foreign.example/", "//foreign.example/", "http://api.example/v2/b", "https://api.example:8443/"]
)
def test_a_redirect_to_another_origin_is_refused(location: str, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({}, 302, {"location": location}))
    with pytest.raises(UnexpectedResponse, match="redirected to another host"):
        net.api.get("/a")
    assert len(net.sent) == 1


def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({}, 302, {"location": "/v2/a"}))
    with pytest.raises(UnexpectedResponse, match="again and again"):
        net.api.get("/a")
    assert len(net.sent) == MOST_REDIRECTS + 1


def test_what_has_a_body_is_never_redirected(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({}, 307, {"location": "/v2/b"}))
    with pytest.raises(UnexpectedResponse, match="redirected"):
        net.api.post("/a", {"q": "x"})
    assert len(net.sent) == 1


@pytest.mark.parametrize("value", ["x" * 70_000, "\ud800"])
def test_what_can_not_be_sent_is_an_error_that_does_not_say_it(value: str, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: OK)
    with pytest.raises(UnexpectedResponse, match="can't be sent") as raised:
        net.api.get("/a", q=value)
    assert value not in str(raised.value)
    assert net.sent == []


# What it repeats


def test_what_is_unavailable_is_asked_again_and_each_pause_is_longer(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda number: json_answer({}, 503) if number < ATTEMPTS else OK)
    net.api.get("/a")
    assert len(net.sent) == ATTEMPTS
    assert 0 < sum(net.clock.slept) < 10


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, UnexpectedResponse), (401, AuthError), (403, AuthError), (404, NotFound), (410, UnexpectedResponse), (422, UnexpectedResponse)],
)
def test_nothing_else_is_asked_again(status: int, error: type[ConnectorError], tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({"message": HUSH}, status))
    with pytest.raises(error, match=f"^GET /a answered {status}") as raised:
        net.api.get("/a", q=HUSH)
    assert type(raised.value) is error
    assert raised.value.status == status
    assert HUSH not in str(raised.value)
    assert len(net.sent) == 1


@pytest.mark.parametrize("fault", ["timeout", "refused", "cut off"])
def test_an_action_whose_reply_is_lost_is_never_sent_again(fault: Any, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: Answer(200, b'{"id": 1', fault=fault))
    with pytest.raises(Unavailable):
        net.api.act("/a", {})
    assert len(net.sent) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_action_that_failed_on_the_other_side_is_never_sent_again(status: int, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({}, status))
    with pytest.raises(Unavailable):
        net.api.act("/a", {})
    assert len(net.sent) == 1


def test_an_action_that_was_throttled_was_not_taken_and_is_sent_again(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda number: json_answer({}, 429, {"retry-after": "2"}) if number == 1 else OK)
    net.api.act("/a", {})
    assert sum(net.clock.slept) == 2
    assert [sent.safe for sent in net.sent] == [False, False]


def test_a_wait_beyond_the_deadline_is_not_begun(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({}, 429, {"retry-after": "61"}))
    with pytest.raises(Unavailable, match="asked again in 61 s") as raised:
        net.api.get("/a")
    assert raised.value.retry_after == 61
    assert net.clock.slept == []


def test_waiting_shows_signs_of_life(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda number: json_answer({}, 429, {"retry-after": "20"}) if number == 1 else OK)
    before = net.session.signs
    net.api.get("/a")
    assert net.session.signs - before >= 20


def test_a_vendors_no_with_a_yes_status_is_what_the_connector_says_it_is(tmp_path: Path) -> None:
    error = Unavailable("ratelimited", status=429, retry_after=3, refused=True)
    net = Net(tmp_path, lambda _: json_answer({"ok": False}), refusal=lambda page: error if page.reply.flag("ok") is False else None)
    with pytest.raises(Unavailable, match="ratelimited"):
        net.api.act("/a", {})
    assert len(net.sent) == ATTEMPTS
    assert sum(net.clock.slept) == 9


# How much it reads


@pytest.mark.parametrize("body", [b"", b" \n", b"null"])
def test_an_empty_reply_is_an_empty_object(body: bytes, tmp_path: Path) -> None:
    assert Net(tmp_path, lambda _: Answer(200, body)).api.get("/a").text("x") == ""


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"<html>", "text/html", "expected JSON, got text/html"),
        (b'{"a": ', "application/json", "broken JSON"),
        (b"\xff\xfe", "application/json", "broken JSON"),
        (b"[" * 200_000, "application/json", "broken JSON"),
        (b"x", "", "something without a type"),
    ],
)
def test_a_reply_that_is_no_json_is_told(body: bytes, kind: str, said: str, tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: Answer(200, body, {"content-type": kind} if kind else {}))
    with pytest.raises(UnexpectedResponse, match=said):
        net.api.get("/a")
    assert len(net.sent) == 1


def test_a_reply_is_read_to_the_cap_and_no_further(tmp_path: Path) -> None:
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 100_000

    net = Net(tmp_path, lambda _: Answer(200, chunks()), most_bytes=1_000_000)
    with pytest.raises(UnexpectedResponse, match="larger than 1 MB"):
        net.api.get("/a")
    assert read <= 12


def test_a_reply_is_measured_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b" " * 3_000_000)
    assert len(packed) < 10_000
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    with pytest.raises(UnexpectedResponse, match="larger than 1 MB"):
        Net(tmp_path, lambda _: Answer(200, packed, headers), most_bytes=1_000_000).api.get("/a")


def test_pages_are_read_to_the_cap_and_coverage_is_told(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda number: json_answer({"rows": [{"n": number}], "next": f"c{number}"}), most_pages=3)
    rows = list(net.api.items(cursor(Call("/rows"), at="next", to="after"), "rows"))
    assert [row.number("n") for row in rows] == [1, 2, 3]
    assert net.session.shortfalls == ["GET /rows: more than 3 pages; the rest was not read"]


def test_pages_are_read_only_as_far_as_they_are_needed(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda number: json_answer({"rows": [{"n": number}] * 5, "next": f"c{number}"}))
    assert len(list(net.api.items(cursor(Call("/rows"), at="next", to="after"), "rows", most=7))) == 7
    assert len(net.sent) == 2
    assert net.session.shortfalls == []


def test_a_page_that_leads_to_itself_is_an_error(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({"rows": [], "next": f"{BASE}/rows?page=2"}))
    with pytest.raises(UnexpectedResponse, match="read already"):
        list(net.api.items(next_url(Call("/rows"), at="next"), "rows"))
    assert len(net.sent) == 2


def test_a_next_page_on_another_host_is_refused(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({"rows": [{"n": 1}], "next": "https://foreign.example/rows?page=2"}))
    rows = net.api.items(next_url(Call("/rows"), at="next"), "rows")
    assert next(rows).number("n") == 1
    with pytest.raises(UnexpectedResponse, match=r"another host, foreign\.example"):
        next(rows)
    assert len(net.sent) == 1


def test_rows_that_are_no_objects_are_counted(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: json_answer({"rows": [{"n": 1}, None, "x"]}))
    assert len(list(net.api.items(single(Call("/rows")), "rows"))) == 1
    assert net.session.shortfalls == ["2 × dropped, a row that is no object"]


# When it stops


def test_requests_that_are_spent_are_not_sent(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: OK, budget=2)
    net.api.get("/a")
    net.api.get("/b")
    with pytest.raises(Exhausted, match="/c was not sent"):
        net.api.get("/c")
    assert len(net.sent) == net.session.requests == 2


def test_every_request_counts_also_those_that_are_repeated(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda number: json_answer({}, 500) if number < 3 else OK)
    net.api.get("/a")
    assert net.session.requests == 3


def test_no_request_is_sent_after_the_deadline(tmp_path: Path) -> None:
    net = Net(tmp_path, lambda _: OK)
    net.clock.sleep(61)
    with pytest.raises(Unavailable, match="the time for this case is over"):
        net.api.get("/a")
    assert net.sent == []


def test_a_wait_that_is_cancelled_ends_at_once(tmp_path: Path) -> None:
    session = Session(seconds=60, cache=tmp_path, transport=played(lambda _: json_answer({}, 429, {"retry-after": "30"})))
    api = Api(BASE, Anonymous(), session)
    threading.Timer(0.1, session.end).start()
    started = time.monotonic()
    with pytest.raises(Unavailable):
        api.get("/a")
    assert time.monotonic() - started < 5


def test_one_host_is_asked_by_a_few_at_once_over_all_connectors(tmp_path: Path) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def answer(_: Sent) -> Answer:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.03)
        with lock:
            inside -= 1
        return OK

    def ask() -> None:
        Api("https://busy.example", Anonymous(), Session(seconds=20, cache=tmp_path, transport=played(answer))).get("/a")

    threads = [threading.Thread(target=ask) for _ in range(3 * AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == AT_ONCE


# On a real connection


@pytest.fixture
def server() -> Iterator[Loopback]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        connections: ClassVar[set[Any]] = set()

        def do_GET(self) -> None:
            self.connections.add(self.client_address)
            if self.path == "/hang":
                time.sleep(3)
            body = b'{"ok": true}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    made = Loopback(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def real(server: Loopback, folder: Path, seconds: float = 5.0) -> Api:
    return Api(f"http://127.0.0.1:{server.server_port}", Bearer(SecretStr(HUSH)), Session(seconds=seconds, cache=folder))


def test_one_connection_serves_all_requests(server: Loopback, tmp_path: Path) -> None:
    api = real(server, tmp_path)
    for _ in range(5):
        api.get("/a")
    api.close()
    assert len(server.RequestHandlerClass.connections) == 1  # type: ignore[attr-defined]


def test_not_even_the_most_talkative_log_holds_the_credential(server: Loopback, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
    api = real(server, tmp_path)
    api.get("/a")
    api.close()
    assert "send_request_headers" in caplog.text
    assert HUSH not in caplog.text


def test_what_people_type_is_not_logged_as_it_is_set_up_here(server: Loopback, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    api = real(server, tmp_path)
    api.get("/a", q="Quokka-5150")
    api.close()
    assert "Quokka" not in caplog.text


def test_a_silent_server_is_left_at_the_deadline(server: Loopback, tmp_path: Path) -> None:
    api = real(server, tmp_path, seconds=0.4)
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"no answer in time|the time for this case is over"):
        api.get("/hang")
    assert time.monotonic() - started < 2
    api.close()


def test_nobody_there_is_told_as_a_question_of_the_address(tmp_path: Path) -> None:
    api = Api("http://127.0.0.1:1", Anonymous(), Session(seconds=0.5, cache=tmp_path))
    with pytest.raises(Unavailable, match="is base_url right"):
        api.get("/a")
    api.close()


def test_a_host_that_stayed_unreachable_is_not_asked_again(tmp_path: Path) -> None:
    network = Network(lambda _sent: Answer(fault="refused"))
    api = Api("https://api.example", Bearer(SecretStr(HUSH)), network.session(tmp_path))
    for path in ("/one", "/two", "/one"):
        with pytest.raises(Unavailable, match="no connection"):
            api.get(path)
    assert len(network.sent) == ATTEMPTS


def test_an_address_that_stayed_down_is_not_asked_again_and_others_are(tmp_path: Path) -> None:
    network = Network(lambda sent: json_answer({}, 500 if sent.url.endswith("/broken") else 200))
    api = Api("https://api.example", Bearer(SecretStr(HUSH)), network.session(tmp_path))
    for _ in range(2):
        with pytest.raises(Unavailable, match="GET /broken answered 500"):
            api.get("/broken")
    api.get("/sound")
    assert len(network.sent) == ATTEMPTS + 1
