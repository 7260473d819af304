"""A first start without a network says so in one line, and leaves nothing behind."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.start.machine import Machine, one_line
from tests.start.sandboxes import sockets_refused, without_network

pytestmark = pytest.mark.slow

PROXY = "http://127.0.0.1:9"


@pytest.fixture(params=["uv", "pip"])
def machine(request: pytest.FixtureRequest) -> Machine:
    made: Machine = request.getfixturevalue("with_uv" if request.param == "uv" else "bare")
    return made


def refused(machine: Machine, **environ: str) -> str:
    """The one line that a start ends with."""
    ended = machine.start("open", "x", UV_NO_CACHE="1", PIP_NO_CACHE_DIR="1", **environ)
    assert ended.returncode == 3
    assert ended.stdout == ""
    assert one_line(ended.stderr)
    assert machine.names() == []
    return ended.stderr


def test_no_network_is_named(machine: Machine) -> None:
    assert "there is no network: run the same command once where" in refused(replace(machine, prefix=without_network()))


def test_a_sandbox_that_refuses_sockets_is_named(machine: Machine) -> None:
    assert "the sandbox blocks the network: run the same command once where" in refused(replace(machine, prefix=sockets_refused()))


def test_a_proxy_that_is_not_there_is_quoted_with_the_settings_to_mend(machine: Machine) -> None:
    line = refused(machine, HTTPS_PROXY=PROXY, HTTP_PROXY=PROXY, ALL_PROXY=PROXY)
    assert "Connection refused" in line
    assert "UV_DEFAULT_INDEX or PIP_INDEX_URL" in line


def test_who_asked_for_json_gets_json(bare: Machine) -> None:
    ended = replace(bare, prefix=without_network()).start("open", "x", "--format", "json")
    said = json.loads(ended.stdout)
    assert (said["ok"], said["exit_code"], ended.stderr) == (False, ended.returncode, "")
    assert "there is no network" in said["error"]


def test_pip_is_asked_where_uv_was_told_of_no_index_that_answers(with_uv: Machine) -> None:
    ended = with_uv.start(UV_DEFAULT_INDEX="http://127.0.0.1:9/simple", UV_NO_CACHE="1", UV_HTTP_RETRIES="0")
    assert (ended.stderr, ended.returncode) == ("", 0)
