"""Tokens between runs: for their owner alone, and never a reason to fail."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from escalation.tokens import EARLY, FileVault, MemoryVault, Token

TOKEN = Token("an-access-token", 2_000_000_000.0, "a-refresh-token")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions in another way")


@pytest.mark.parametrize("make", [MemoryVault, None])
def test_what_is_kept_is_found_again(make: type[MemoryVault] | None, tmp_path: Path) -> None:
    vault = make() if make else FileVault(tmp_path / "tokens")
    vault.save("a key", TOKEN)
    assert vault.load("a key") == TOKEN
    assert vault.load("another key") is None


@posix
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        FileVault(tmp_path / "deep" / "tokens").save("a key", TOKEN)
    finally:
        os.umask(before)
    folder = tmp_path / "deep" / "tokens"
    [file] = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_could_touch_is_not_believed(mode: int, tmp_path: Path) -> None:
    vault = FileVault(tmp_path)
    vault.save("a key", TOKEN)
    [file] = tmp_path.iterdir()
    file.chmod(mode)
    assert vault.load("a key") is None
    vault.save("a key", TOKEN)
    assert vault.load("a key") == TOKEN


def test_the_name_of_the_file_says_nothing(tmp_path: Path) -> None:
    FileVault(tmp_path).save("https://login.example client-1 scope", TOKEN)
    [file] = tmp_path.iterdir()
    assert file.stem.isalnum()
    assert "client" not in file.name


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"access": 1}', "\x00", '{"access": "a", "expires_at": "x", "refresh": ""}'])
def test_a_file_that_is_broken_is_as_none(text: str, tmp_path: Path) -> None:
    vault = FileVault(tmp_path)
    vault.save("a key", TOKEN)
    [file] = tmp_path.iterdir()
    file.write_text(text, encoding="utf-8")
    assert vault.load("a key") is None


def test_a_folder_that_can_not_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("a file, not a folder", encoding="utf-8")
    FileVault(tmp_path / "tokens").save("a key", TOKEN)


def test_saving_leaves_nothing_half_written(tmp_path: Path) -> None:
    vault = FileVault(tmp_path)
    for number in range(3):
        vault.save("a key", Token(f"token-{number}"))
    assert len(list(tmp_path.iterdir())) == 1
    assert vault.load("a key") == Token("token-2")


def test_a_token_is_not_used_shortly_before_its_end() -> None:
    assert TOKEN.usable(TOKEN.expires_at - EARLY - 1)
    assert not TOKEN.usable(TOKEN.expires_at - EARLY + 1)
    assert Token("without an end").usable(9e9)
    assert not Token("").usable(0)


def test_no_repr_shows_it() -> None:
    assert "access-token" not in repr(TOKEN)
    assert "refresh-token" not in repr(TOKEN)
