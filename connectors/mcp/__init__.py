"""MCP: any server that speaks the Model Context Protocol, over stdio or streamable HTTP, as a connector.

Protocol and SDK: package `mcp` 2.3.0 (2026-07-28 revision, older servers by handshake), read 2026-11. Servers that are known have
a preset; another is understood by what `tools` declares, or by the names and schemas of its tools. Tools that write are never
called unless `allow_write` lists them. What a tool answers is text evidence: mapped as far as its shape is known, and no further.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from escalation.auth import Anonymous, Auth, Basic, Bearer, ClientCredentials, RefreshToken
from escalation.connector import (
    About,
    AccountQuery,
    ApiConnector,
    ApiSettings,
    ArticleQuery,
    Connector,
    ConnectorType,
    MessageQuery,
    Probe,
    SearchQuery,
    TicketQuery,
    WorkItemQuery,
)
from escalation.errors import ConfigError, NotFound
from escalation.hookspecs import hookimpl
from escalation.records import Account, Article, Category, Message, Record, Ticket, WorkItem
from escalation.reply import Reply

from . import reading
from .presets import PRESETS, Preset
from .server import Door, Result, Server
from .tools import KINDS, Ability, Kind, Tool, Use, account_values, call, changed, guessed, reference_values, search_values

_ABILITIES: Mapping[Category, Ability] = {
    Category.SUPPORT_PLATFORM: "find_tickets",
    Category.CRM: "find_accounts",
    Category.CHAT: "find_messages",
    Category.PROJECT_TRACKER: "find_work_items",
    Category.KNOWLEDGE_BASE: "find_articles",
}
_NOTHING = Preset(categories=(), tools={})


class McpSettings(ApiSettings):
    """Settings of the MCP connector."""

    preset: str = Field(default="", description=f"A server that is known: {', '.join(sorted(PRESETS))}.")
    command: str = Field(default="", description="Program that is the server, spoken to over its standard input and output.")
    args: tuple[str, ...] = Field(default=(), description="Arguments of `command`.")
    env: Mapping[str, SecretStr] = Field(
        default_factory=dict,
        description="Environment variables for `command`; of this process's own it gets PATH, HOME and the like alone.",
    )
    url: str = Field(default="", description="Address of a server that is there already, streamable HTTP; a preset may know it.")
    token: SecretStr | None = Field(default=None, description="Bearer token for `url`; with `user`, the password of HTTP Basic.")
    user: str = Field(default="", description="User name for HTTP Basic, where the server takes an API token that way (Atlassian).")
    token_url: str = Field(default="", description="OAuth 2 token address of the server's authorization server.")
    client_id: str = Field(default="", description="OAuth 2 client id that the refresh token, or the client secret, belongs to.")
    client_secret: SecretStr | None = Field(default=None, description="OAuth 2 client secret, for a confidential client.")
    refresh_token: SecretStr | None = Field(default=None, description="OAuth 2 refresh token of a user who signed in once.")
    categories: tuple[Category, ...] = Field(
        default=(), description="What the server is asked for, where neither `preset` nor `tools` says so: support platform, CRM, chat …"
    )
    tools: Mapping[Ability, tuple[Use, ...]] = Field(
        default_factory=dict, description="Ability → the tools that answer it, the first whose placeholders can be filled is called."
    )
    values: Mapping[str, str] = Field(
        default_factory=dict, description="Placeholders of your own, such as cloud_id for the preset atlassian."
    )
    allow_write: tuple[str, ...] = Field(
        default=(),
        description="Tools that may be called though their name or annotation says that they write. Empty is right for nearly all.",
    )
    site: str = Field(
        default="", description="Host of the URLs that the server may be asked to read, acme.atlassian.net; empty: any that fits."
    )

    @field_validator("tools", mode="before")
    @classmethod
    def _one_is_many(cls, value: Any) -> Any:
        return (
            {ability: uses if isinstance(uses, list | tuple) else [uses] for ability, uses in value.items()}
            if isinstance(value, Mapping)
            else value
        )

    @field_validator("preset")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value and value not in PRESETS:
            raise ValueError(f"expected one of {', '.join(sorted(PRESETS))}")
        return value

    @field_validator("url", "token_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if value and (not parts.hostname or parts.username or parts.scheme != ("http" if local and parts.scheme == "http" else "https")):
            raise ValueError("expected an address that begins with https:// (http:// for this machine only), without a user")
        return value

    @model_validator(mode="after")
    def _leads_somewhere(self) -> McpSettings:
        if bool(self.command) == bool(self.address):
            raise ValueError("set `command`, or `url` (a preset may know it), and not both")
        if not self.served():
            raise ValueError("say what it is asked for: `categories`, `tools` or `preset`")
        if missing := [f"{name} ({what})" for name, what in self.known.needs.items() if not self.values.get(name)]:
            raise ValueError(f"preset {self.preset} needs in `values`: {', '.join(missing)}")
        for use in self.tools.get("fetch", ()):
            try:
                re.compile(use.pattern)
            except re.error:
                raise ValueError(f"tools.fetch: the pattern of {use.tool} is no regular expression") from None
        return self

    @property
    def known(self) -> Preset:
        """The preset, or an empty one."""
        return PRESETS.get(self.preset, _NOTHING)

    @property
    def address(self) -> str:
        """Where the server is, unless it is a command."""
        return self.base_url or self.url or ("" if self.command else self.known.url)

    def served(self) -> tuple[Category, ...]:
        """The categories that it is asked for."""
        declared = tuple(category for category, ability in _ABILITIES.items() if ability in self.tools)
        return self.categories or declared or self.known.categories

    def uses(self, ability: Ability) -> tuple[Use, ...]:
        """The tools that are declared for an ability, here or in the preset."""
        return self.tools.get(ability) or self.known.tools.get(ability, ())


class McpServer(ApiConnector[McpSettings]):
    """What every connector to an MCP server has; `Mcp.fitted` adds the abilities that one is asked for."""

    type: ClassVar[str] = "mcp"
    categories: ClassVar[tuple[Category, ...]] = tuple(_ABILITIES)
    settings_type = McpSettings
    about = About(
        title="MCP server",
        credential=(
            "The extra `mcp` has to be installed (from the skill's folder: CUSTOMER_ESCALATION_EXTRAS=1 in the environment). "
            "A server of your own: what its `command` wants in `env`. One of a vendor: an API token with read access, where it takes one "
            "(GitHub: fine-grained, *Issues: read-only*; Atlassian: *id.atlassian.com → Security → API tokens*, with `user`), else "
            "sign in once with an OAuth client and set `token_url`, `client_id` and `refresh_token`. Prefer a server's read-only address."
        ),
        needs=dict.fromkeys((*KINDS, "fetch"), "a tool that reads"),
        blind="It sees what the server's own search tool returns, as text; what a record states is read from that, not defined.",
        source="Model Context Protocol 2026-07-28 by its official SDK 2.3.0, read 2026-11",
        example={"preset": "github", "token": "${GITHUB_TOKEN}"},
    )

    def __init__(self, name: str, settings: McpSettings, session: Any) -> None:
        super().__init__(name, settings, session)
        self._found: dict[str, tuple[Kind, str]] = {}
        """Key or URL of what a search brought → kind, and what the server calls it."""

    @classmethod
    def fitted(cls, settings: McpSettings) -> ConnectorType:
        """A class with the abilities that these settings ask for, so that nobody asks, or counts on, any other."""
        served = settings.served()
        members: dict[str, Any] = {ability: Mcp.__dict__[ability] for ability in map(_ABILITIES.__getitem__, served)}
        return type("Mcp", (McpServer,), {**members, "categories": served, "__doc__": Mcp.__doc__})

    def base_url(self) -> str:
        return self.settings.address

    def auth(self) -> Auth:
        held = self.settings
        if held.refresh_token:
            return RefreshToken(held.token_url, held.client_id, held.refresh_token, held.client_secret)
        if held.client_secret:
            return ClientCredentials(held.token_url, held.client_id, held.client_secret)
        if held.token:
            return Basic(held.user, held.token) if held.user else Bearer(held.token)
        return Anonymous()

    def secrets(self) -> tuple[str, ...]:
        env = (value.get_secret_value() for value in self.settings.env.values())
        return (*super().secrets(), *(value for value in env if len(value) > 5))

    @cached_property
    def server(self) -> Server:
        """The server's other end; nothing starts before it is asked."""
        held = self.settings
        env = {name: value.get_secret_value() for name, value in held.env.items()}
        headers: Callable[[], Mapping[str, str]] = dict if held.command else self._headers
        return Server(Door(held.command, held.args, env, held.address, headers), self.session)

    def _headers(self) -> Mapping[str, str]:
        return self.api.credentials()

    @cached_property
    def offered(self) -> Mapping[str, Tool]:
        """The server's tools, watched for change since the last run."""
        tools = self.server.tools()
        pinned = self.session.cache / "tools.json"
        with suppress(OSError, ValueError):
            before = json.loads(pinned.read_text(encoding="utf-8"))
            if isinstance(before, dict) and (names := changed(before, tools)):
                few = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
                self.session.fall_short(
                    f"the server's tools are not what they were at the last run: {few}; see that they still do what they should"
                )
        with suppress(OSError):
            pinned.parent.mkdir(parents=True, exist_ok=True)
            pinned.write_text(json.dumps({tool.name: tool.digest for tool in tools}), encoding="utf-8")
        return {tool.name: tool for tool in tools}

    def close(self) -> None:
        if "server" in self.__dict__:
            self.server.close()
        super().close()

    def owns(self, reference: str) -> bool:
        return reference in self._found or any(self._may_read(use, reference) for use in self.settings.uses("fetch"))

    def fetch(self, reference: str) -> Iterator[Record]:
        kind, key = self._found.get(reference, (self._kind(), reference))
        for use in self.settings.uses("fetch") or tuple(filter(None, [guessed("fetch", self.offered.values())])):
            values = reference_values(use, reference) if use.pattern else {"reference": key} if reference in self._found else None
            if values and (not use.pattern or self._may_read(use, reference)) and (result := self._called(use, values)) is not None:
                url = reference if "://" in reference else ""
                yield from self._records(result, use.kind or kind, whole=True, most=1, ref="" if url else reference, url=url)
                return
        raise NotFound("no tool of the server reads this")

    def check_connection(self) -> Iterator[Probe]:
        for category in self.settings.served():
            ability = _ABILITIES[category]
            yield self.probe(ability, partial(self._tried, ability))

    def _tried(self, ability: Ability) -> str:
        """Which tool answers; a search for one word shows whether it does."""
        uses = self._uses(ability)
        if not uses:
            raise ConfigError(f"no tool that reads fits {ability}: declare one in `tools`")
        named: dict[str, str | int] = {"query": "support", "account": "support", "exact": "support", "limit": 1}
        for use in uses:
            if self._called(use, {**named, "terms": use.term.replace("{term}", "support")}) is not None:
                return f"by tool {use.tool}"
        raise ConfigError(f"the arguments of {uses[0].tool} can't be filled: declare them in `tools`")

    def _uses(self, ability: Ability) -> tuple[Use, ...]:
        """What answers the ability: as declared, else what looks like it. Only tools that are there."""
        declared = tuple(use for use in self.settings.uses(ability) if use.tool in self.offered)
        if self.settings.uses(ability) and not declared:
            self.session.fall_short(f"the server has no tool {self.settings.uses(ability)[0].tool} (any more)")
        guess = None if declared else guessed(ability, self.offered.values())
        return declared or ((guess,) if guess else ())

    def _asked(self, ability: Ability, query: SearchQuery | AccountQuery) -> Iterator[Record]:
        if not (query.terms() or query.account if isinstance(query, SearchQuery) else query.names or query.domains or query.refs):
            return
        uses = self._uses(ability)
        if not uses:
            self.session.fall_short(f"no tool of the server that reads fits {ability}; declare one in `tools`")
            return
        said = len(self.session.shortfalls)
        for use in uses:
            values = search_values(use, query) if isinstance(query, SearchQuery) else account_values(use, query)
            if (result := self._called(use, values)) is not None:
                yield from self._records(result, KINDS[ability], whole=False, most=query.limit)
                return
            if values["query"] and len(self.session.shortfalls) == said:
                self.session.fall_short(f"a question was not asked: it has no value for every placeholder of tool {use.tool}")

    def _called(self, use: Use, values: Mapping[str, str | int]) -> Result | None:
        """The answer of a tool; None when it is not there, may not be called, or an argument can't be filled."""
        tool = self.offered.get(use.tool)
        if tool is None:
            return None
        if not tool.reads(self.settings.allow_write):
            self.session.fall_short(
                f"tool {use.tool} is not known to be read-only and was not called; list it in `allow_write` if it may be"
            )
            return None
        arguments = call(use, tool, {**self.settings.values, **values})
        return None if arguments is None else self.server.call(use.tool, arguments)

    def _records(self, result: Result, kind: Kind, *, whole: bool, most: int, ref: str = "", url: str = "") -> Iterator[Record]:
        if result.cut:
            self.session.fall_short("a tool's answer was too long; the rest was not read")
        found = reading.rows(result)
        reads = whole or not (self.settings.uses("fetch") or guessed("fetch", self.offered.values()))
        mapped = list(self.mapped(found[:most], lambda row: self._record(kind, row, whole=reads)))
        if len(found) > most:
            self.session.fall_short(f"{len(found)} hits came, the first {most} were read")
        if mapped or (found and not whole):
            yield from mapped
        elif not reading.is_empty(result) and (said := reading.prose(result)):
            yield reading.told(kind, said, ref=ref, url=url)

    def _record(self, kind: Kind, row: Reply, *, whole: bool) -> Record | None:
        record = reading.record(kind, row, whole=whole)
        if record is not None and (key := reading.handle(row)):
            self._found |= {handle: (kind, key) for handle in (record.url, record.ref) if handle}
        return record

    def _may_read(self, use: Use, reference: str) -> bool:
        site = self.settings.site
        return reference_values(use, reference) is not None and (not site or urlsplit(reference).hostname == site.casefold())

    def _kind(self) -> Kind:
        return KINDS[_ABILITIES[self.settings.served()[0]]]


class Mcp(McpServer):
    """Asks the tools of an MCP server."""

    def find_accounts(self, query: AccountQuery) -> Iterator[Account]:
        yield from cast("Iterator[Account]", self._asked("find_accounts", query))

    def find_tickets(self, query: TicketQuery) -> Iterator[Ticket]:
        yield from cast("Iterator[Ticket]", self._asked("find_tickets", query))

    def find_messages(self, query: MessageQuery) -> Iterator[Message]:
        yield from cast("Iterator[Message]", self._asked("find_messages", query))

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]:
        yield from cast("Iterator[WorkItem]", self._asked("find_work_items", query))

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]:
        yield from cast("Iterator[Article]", self._asked("find_articles", query))


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Mcp,)
