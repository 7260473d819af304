"""Access tokens between runs: in the data folder for its owner alone, or in the system's keyring.

A token is kept under a key that its connector makes of client, scope and address. Refresh tokens that the vendor replaces at
every use are kept here too, so losing this folder can mean signing in again.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol

EARLY = 60.0
"""Seconds before its end at which a token is no longer used."""


@dataclass(frozen=True)
class Token:
    """What an authorization server gave."""

    access: str = field(repr=False)
    expires_at: float = 0.0
    """POSIX seconds; 0 when the server did not say."""
    refresh: str = field(default="", repr=False)
    """The refresh token that replaces the configured one, where the server gave a new one."""

    def usable(self, now: float) -> bool:
        """Is it still good for a request?"""
        return bool(self.access) and (not self.expires_at or now < self.expires_at - EARLY)


class Vault(Protocol):
    """Where tokens are kept."""

    def load(self, key: str) -> Token | None:
        """The token of this key, also one that has expired: its refresh token may be needed."""
        ...

    def save(self, key: str, token: Token) -> None:
        """Keep it. Failing to is no error: the next run asks again."""
        ...


class MemoryVault:
    """For one run."""

    def __init__(self) -> None:
        self._held: dict[str, Token] = {}

    def load(self, key: str) -> Token | None:
        return self._held.get(key)

    def save(self, key: str, token: Token) -> None:
        self._held[key] = token


class FileVault:
    """One file a token, in a folder that only its owner can open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> Token | None:
        file = self._file(key)
        try:
            if os.name != "nt" and file.stat().st_mode & 0o077:
                return None  # somebody could have read or written it
            values = json.loads(file.read_text(encoding="utf-8"))
            return Token(str(values["access"]), float(values["expires_at"]), str(values["refresh"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def save(self, key: str, token: Token) -> None:
        file = self._file(key)
        new = file.with_name(f"{file.name}.{os.getpid()}.{time.monotonic_ns()}")
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                    json.dump(asdict(token), opened)
                new.replace(file)
            finally:
                new.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode()).hexdigest()[:32]}.json"


class KeyringVault:
    """The system's keyring, by the `keyring` library of the extra of that name."""

    _SERVICE = "customer-escalation"

    def load(self, key: str) -> Token | None:
        import keyring
        from keyring.errors import KeyringError

        try:
            held = keyring.get_password(self._SERVICE, key)
            values = json.loads(held) if held else None
            return Token(str(values["access"]), float(values["expires_at"]), str(values["refresh"])) if values else None
        except (KeyringError, ValueError, LookupError, TypeError):
            return None

    def save(self, key: str, token: Token) -> None:
        import keyring
        from keyring.errors import KeyringError

        with suppress(KeyringError):
            keyring.set_password(self._SERVICE, key, json.dumps(asdict(token)))
