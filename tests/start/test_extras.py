"""CUSTOMER_ESCALATION_EXTRAS=1 starts in an environment that has the optional libraries too, beside the ordinary one."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import escalate
import pytest

from tests.start.machine import Machine

WANTED = "CUSTOMER_ESCALATION_EXTRAS"


@pytest.mark.parametrize(("value", "wanted"), [(None, False), ("", False), ("0", False), ("1", True), ("yes", True)])
def test_only_who_asks_for_the_extras_gets_them(monkeypatch: pytest.MonkeyPatch, value: str | None, wanted: bool) -> None:  # noqa: FBT001 - a table's column
    monkeypatch.delenv(WANTED, raising=False)
    plain = escalate.name()
    if value is not None:
        monkeypatch.setenv(WANTED, value)
    assert (escalate.name() != plain) is wanted
    assert escalate.requirements() == ("requirements-extras.lock" if wanted else "requirements.lock")


def test_a_tools_environment_has_one_name_with_and_without_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WANTED, raising=False)
    plain = escalate.name("0123")
    monkeypatch.setenv(WANTED, "1")
    assert escalate.name("0123") == plain


@pytest.mark.slow
def test_the_extras_are_in_an_environment_of_their_own(with_uv: Machine) -> None:
    plain = with_uv.start()
    assert (plain.stderr, plain.returncode) == ("", 0)
    extra = with_uv.start("one", **{WANTED: "1"})
    assert (extra.stderr, extra.returncode) == ("", 1)
    prefixes = [json.loads(ended.stdout)["prefix"] for ended in (plain, extra)]
    assert prefixes == [str(with_uv.environments / name) for name in sorted(with_uv.names(), key=lambda name: name.startswith("extras-"))]
    for prefix, has in zip(prefixes, (False, True), strict=True):
        asked = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ('mcp', 'jwt', 'keyring'))))"
        assert (subprocess.run([Path(prefix, "bin", "python"), "-I", "-c", asked], check=False).returncode == 0) is has
