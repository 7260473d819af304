"""What a command works with, each made when it is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from escalation.errors import ConfigError, NothingFound

if TYPE_CHECKING:
    from escalation.brief import Renderer
    from escalation.config import Configuration
    from escalation.connector import Outside
    from escalation.plugins import Hooks
    from escalation.policy import Policy
    from escalation.search.rounds import Progress
    from escalation.store import Saved, Store


class Desk:
    """Configuration, policy, plugins, templates, store and clock of one run."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        environ: Mapping[str, str],
        here: Path,
        command: str = "customer-escalation",
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.now = now
        """The wall clock, aware and in whole seconds; read only where no `--now` is given."""
        self.environ = environ
        self.here = here
        self.command = command
        """What starts this program, for the commands that are offered."""
        self.on_progress = on_progress

    @cached_property
    def folder(self) -> Path:
        """The configuration folder; it need not exist."""
        from escalation.config import find_folder

        return find_folder(self.environ, self.here)

    @cached_property
    def configuration(self) -> Configuration:
        """Raises ConfigError."""
        from escalation.config import load_config

        return load_config(self.folder, self.environ)

    @cached_property
    def cache(self) -> Path:
        """A folder that connectors may write to."""
        from escalation.config import cache_folder

        return cache_folder(self.environ)

    @cached_property
    def outside(self) -> Outside:
        """Cache, token vault and network, for the connectors."""
        from escalation.config import data_folder
        from escalation.connector import Outside
        from escalation.tokens import FileVault, KeyringVault, Vault

        keyring = self.configuration.tokens == "keyring"
        vault: Vault = KeyringVault() if keyring else FileVault(data_folder(self.environ) / "tokens")
        return Outside(self.cache, vault)

    @cached_property
    def policy(self) -> Policy:
        """Raises PolicyError."""
        from escalation.policy import Policy

        return Policy.load(self.folder / "policy.yaml")

    @cached_property
    def hooks(self) -> Hooks:
        """The hooks of every configured plugin."""
        from escalation.plugins import Hooks

        return Hooks(self.configuration.plugins)

    @cached_property
    def renderer(self) -> Renderer:
        """Shipped templates with the user's laid over them."""
        from escalation.brief import Renderer

        own = self.folder / "templates"
        try:
            compiled: Path | None = self.cache / "templates"
        except ConfigError:  # nowhere to write: only slower
            compiled = None
        return Renderer(own if own.is_dir() else None, self.hooks, command=self.command, cache=compiled)

    @cached_property
    def store(self) -> Store:
        """Where this user's cases are."""
        from escalation.store import open_store

        return open_store(self.configuration.store, self.folder)

    @cached_property
    def demo_store(self) -> Store:
        """Where the example's cases are, apart from the real ones."""
        from escalation.store import SqliteStore

        return SqliteStore(self.cache / "demo" / "escalations.db")

    def find(self, name: str) -> tuple[Store, Saved]:
        """A case by id, by the start of one, or `last`: the one saved last, be it the example's; else the example's after the real ones."""
        if name.lower() == "last" and self.demo_store.saved_at() > self.store.saved_at():
            return self.demo_store, self.demo_store.load(name)
        try:
            return self.store, self.store.load(name)
        except NothingFound:
            try:
                return self.demo_store, self.demo_store.load(name)
            except NothingFound:
                pass
            raise

    def for_demo(self) -> Desk:
        """The same desk on the example company: its own store and reporter, nothing of the user's settings."""
        from escalation.case import Reporter
        from escalation.config import Configuration, workspaces

        desk = Desk(now=self.now, environ=self.environ, here=self.here, command=self.command, on_progress=self.on_progress)
        desk.folder = self.cache / "demo"
        connectors = workspaces([examples()], vendor_domains=("larkspur.example",))
        reporter = Reporter(name="Dana Reyes", team="Support EMEA", channel="#support-emea", zone="Europe/Berlin")
        desk.configuration = replace(Configuration(desk.folder), connectors=connectors, reporter=reporter)
        return desk


def examples() -> Path:
    """The example company's exports: inside the wheel, or beside `escalation` in a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package, package.parent):
        if (folder / "examples" / "larkspur").is_dir():
            return folder / "examples" / "larkspur"
    raise NothingFound(f"the example company is missing from this installation ({sys.prefix}); install customer-escalation again")
