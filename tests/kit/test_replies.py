"""What stands for the vendor: recordings, a network, a clock."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from escalation.connector import Session
from escalation.http import Answer, Api, Sent
from escalation.testing import Clock, Network, Recordings, Unrecorded, json_answer
from tests.kit.sound import Sound, replies

URL = "https://desk.larkspur.example"


def recordings(folder: Path, *exchanges: dict[str, Any]) -> Recordings:
    (folder / "one.json").write_text(json.dumps(exchanges[0]), encoding="utf-8")
    (folder / "rest.json").write_text(json.dumps(exchanges[1:]), encoding="utf-8")
    return Recordings(folder)


def test_of_several_that_fit_the_one_that_asks_for_most_is_taken(tmp_path: Path) -> None:
    recorded = recordings(
        tmp_path,
        {"request": "GET /tickets", "body": {"page": 1}},
        {"request": "GET /tickets", "params": {"after": "c2"}, "body": {"page": 2}, "headers": {"x-left": "7"}},
        {"request": "POST /tickets", "json": {"q": "x"}, "status": 201, "body": {"made": 1}},
        {"request": "POST /token", "json": {"grant_type": "client_credentials"}, "body": {"access_token": "t"}},
    )
    assert recorded(Sent("GET", f"{URL}/tickets?q=export", {})).body == b'{"page": 1}'
    second = recorded(Sent("GET", f"{URL}/tickets?q=export&after=c2", {}))
    assert (second.body, second.headers["x-left"]) == (b'{"page": 2}', "7")
    assert recorded(Sent("POST", f"{URL}/tickets", {}, b'{"q": "x", "limit": 5}')).status == 201
    assert recorded(Sent("POST", f"{URL}/token", {}, b"grant_type=client_credentials&scope=read")).status == 200


@pytest.mark.parametrize(
    "sent", [Sent("GET", f"{URL}/other", {}), Sent("DELETE", f"{URL}/tickets", {}), Sent("POST", f"{URL}/tickets", {})]
)
def test_what_was_not_recorded_is_named_beside_what_was(sent: Sent, tmp_path: Path) -> None:
    recorded = recordings(tmp_path, {"request": "GET /tickets", "body": {}}, {"request": "POST /tickets", "json": {"q": "x"}})
    with pytest.raises(Unrecorded, match="was not recorded; recorded are GET /tickets, POST /tickets"):
        recorded(sent)


def test_a_network_keeps_what_was_sent_and_may_meddle(tmp_path: Path) -> None:
    network = Network(replies, lambda sent, number: json_answer({}, 503) if number == 0 else None)
    connector = network.connector(Sound, {"token": "s3cr3t"}, network.session(tmp_path))
    assert isinstance(connector, Sound)
    assert connector.api.get("/tickets").number("total") == 3
    assert [sent.method for sent in network.sent] == ["GET", "GET"]
    assert sum(network.clock.slept) > 0


def test_a_clock_passes_by_sleep_alone(tmp_path: Path) -> None:
    clock = Clock()
    session = Session(seconds=10, cache=tmp_path, clock=clock, sleep=clock.sleep)
    session.wait(4)
    assert session.remaining() == 6
    assert clock.slept == [0.5] * 8


@pytest.mark.parametrize("fault", ["timeout", "refused", "cut off"])
def test_a_network_can_fail_in_three_ways(fault: Any, tmp_path: Path) -> None:
    network = Network(lambda _: Answer(200, b'{"a": ', fault=fault))
    api = Api(
        URL, Sound("x", Sound.settings_type.model_validate({"token": "x"}), network.session(tmp_path)).auth(), network.session(tmp_path)
    )
    with pytest.raises(Exception, match=r"no answer in time|no connection|broke off"):
        api.get("/a")
