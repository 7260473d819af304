"""Where the environment is kept, and what happens when that can't be written to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import escalate
import pytest

from tests.start.machine import Machine, one_line

NOWHERE = "/proc/nowhere"
"""Not even root can make a folder there."""


def test_linux_follows_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("CUSTOMER_ESCALATION_DATA", raising=False)
    monkeypatch.setenv("HOME", "/home/dana")
    monkeypatch.setenv("XDG_DATA_HOME", "/data/dana")
    assert next(escalate.folders()) == "/data/dana/customer-escalation/environments"
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert next(escalate.folders()) == "/home/dana/.local/share/customer-escalation/environments"


def test_macos_uses_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv("CUSTOMER_ESCALATION_DATA", raising=False)
    monkeypatch.setenv("HOME", "/Users/dana")
    assert next(escalate.folders()) == "/Users/dana/Library/Application Support/customer-escalation/environments"


def test_a_folder_that_the_user_names_is_the_only_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUSTOMER_ESCALATION_DATA", str(tmp_path))
    assert list(escalate.folders()) == [str(tmp_path / "environments")]


def test_other_interpreters_get_other_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    this = escalate.name()
    monkeypatch.setattr(sys, "abiflags", "t")
    assert escalate.name() != this
    monkeypatch.setattr(escalate, "LOCKED", "other")
    assert escalate.name().startswith("other-")


def test_a_named_folder_that_is_no_folder_is_named_in_one_line(bare: Machine) -> None:
    ended = bare.start(CUSTOMER_ESCALATION_DATA=NOWHERE)
    assert ended.returncode == 3
    assert one_line(ended.stderr)
    assert f"{NOWHERE}/environments (No such file or directory); set CUSTOMER_ESCALATION_DATA" in ended.stderr


@pytest.mark.slow
def test_without_a_home_it_is_kept_in_a_private_temporary_folder(with_uv: Machine, tmp_path: Path) -> None:
    for _ in ("first", "later"):
        ended = with_uv.start(HOME=NOWHERE, TMPDIR=str(tmp_path), UV_CACHE_DIR=str(tmp_path / "cache"))
        assert (ended.stderr, ended.returncode) == ("", 0)
    own = tmp_path / f"customer-escalation-{os.getuid()}"
    assert own.stat().st_mode & 0o777 == 0o700


def test_a_temporary_folder_that_others_may_write_to_is_not_trusted(bare: Machine, tmp_path: Path) -> None:
    own = tmp_path / f"customer-escalation-{os.getuid()}"
    own.mkdir()
    own.chmod(0o777)
    forged = own / escalate.name()
    (forged / "bin").mkdir(parents=True)
    (forged / "ready").touch()
    (forged / "bin/python").symlink_to("/bin/echo")
    ended = bare.start(HOME=NOWHERE, TMPDIR=str(tmp_path))
    assert (ended.stdout, ended.returncode) == ("", 3)
    assert one_line(ended.stderr)


def test_a_temporary_folder_of_another_user_is_not_trusted(bare: Machine, tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    own = tmp_path / "customer-escalation-0"
    own.mkdir(mode=0o700)
    os.chown(own, 65534, 65534)
    ended = bare.start(HOME=NOWHERE, TMPDIR=str(tmp_path))
    assert (ended.stdout, ended.returncode) == ("", 3)
    assert one_line(ended.stderr)
