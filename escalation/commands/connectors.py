"""Which systems are connected, from which line each setting came, what each can't see, and what would fill the empty categories.

Nothing is asked over the network: `customer-escalation doctor` tries every connection. `connectors TYPE` says how to connect one;
`connectors --sign-in NAME` lets somebody sign in, in any browser, where a system wants a person (Microsoft Teams).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from escalation.errors import NothingFound, UsageError
from escalation.result import Result

if TYPE_CHECKING:
    from escalation.config import Configuration, Configured
    from escalation.desk import Desk

EXAMPLE = "connectors zendesk"

SIGN_IN_SECONDS = 900

GIVES = {
    "support platform": "tickets with their threads, clocks and who waits for whom",
    "CRM": "plan, revenue, renewal, contacts and health of the account",
    "chat": "what colleagues know, and other customers who report the same",
    "project tracker": "the bug or feature request, its owner and state",
    "knowledge base": "the documented fix or workaround, and where it does not apply",
}
"""Category → what a brief has from it."""


def arguments(parser: ArgumentParser) -> None:
    """The flags of `connectors`."""
    parser.add_argument("type", nargs="?", metavar="TYPE", help="say how to connect this type, instead of what is connected")
    parser.add_argument("--sign-in", metavar="NAME", help="sign in for the connector of this name: shows a code to type in a browser")


@dataclass(frozen=True)
class Line:
    """One configured connector."""

    name: str
    type: str
    """Empty when its module can't be loaded."""
    categories: tuple[str, ...]
    source: str
    state: str
    settings: dict[str, str]
    """Setting → where its value came from; the value too, unless it is a secret."""
    blind: str
    """What its search can't see."""
    endings: tuple[str, ...]
    """What its vendor will switch off, and when."""


def run(args: Namespace, desk: Desk) -> Result:
    """List them, or explain one type."""
    if args.sign_in:
        return _signed_in(args.sign_in, desk)
    if args.type:
        return _explained(args.type, desk, as_json=args.format == "json")
    configuration = desk.configuration
    lines = _lines(configuration)
    filled = {category: [line.name for line in lines if category in line.categories] for category in GIVES}
    if args.format == "json":
        file = str(configuration.file) if configuration.file else None
        return Result({"config": file, "connectors": [asdict(line) for line in lines], "categories": filled})
    return Result(_page(configuration, lines, filled, desk.command))


def _lines(configuration: Configuration) -> list[Line]:
    working = [
        Line(
            each.name,
            each.kind.type,
            tuple(category.value for category in each.kind.categories),
            each.source,
            "configured",
            _origins(each),
            each.kind.about.blind,
            tuple(f"{ending.what} ends on {ending.on}: {ending.instead}" for ending in each.kind.endings(each.settings)),
        )
        for each in configuration.connectors
    ]
    return working + [Line(each.name, "", (), each.source, each.problem, {}, "", ()) for each in configuration.unloadable]


def _origins(each: Configured) -> dict[str, str]:
    from pydantic import SecretBytes, SecretStr

    shown = {}
    for name, origin in each.origins.items():
        value = getattr(each.settings, name, None)
        secret = isinstance(value, (SecretStr, SecretBytes)) or "$" in origin or "keyring:" in origin
        shown[name] = origin if secret else f"{_short(value)} ({origin})"
    return shown


def _short(value: Any) -> str:
    text = " ".join((", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)).split())
    return text if len(text) <= 60 else f"{text[:60]}…"


def _page(configuration: Configuration, connected: list[Line], filled: dict[str, list[str]], command: str) -> str:
    from escalation.plugins import BUILT_IN

    lines = [f"Settings: {configuration.file or f'none; they would be in {configuration.folder}/config.yaml'}"]
    for line in connected:
        cells = (line.name, line.type, ", ".join(line.categories), line.state, line.source)
        lines.append("- " + " · ".join(cell for cell in cells if cell))
        if line.settings:
            lines.append("  set: " + "; ".join(f"{name} {origin}" for name, origin in line.settings.items()))
        if line.blind:
            lines.append(f"  can't see: {line.blind}")
        lines += [f"  ends: {ending}" for ending in line.endings]
    lines.append("\nCategories:")
    for category, names in filled.items():
        lines.append(f"- ~~{category}: {', '.join(names) if names else f'not connected. It gives {GIVES[category]}'}")
    lines += [
        f"\nTypes in this version: {', '.join(sorted(BUILT_IN))}. How to connect one:",
        f"    {command} {EXAMPLE}",
        "Try every connection, with what to mend:",
        f"    {command} doctor",
        "`workspace` reads a folder of exports of any of these systems:",
        f"    {command} open 'Data export is missing rows' --workspace ./exports",
        "What another tool returns joins a case with:",
        f"    {command} add last --connector NAME --json '{{…}}'",
        "A connector of your own:",
        f"    {command} new-connector statuspage --category 'project tracker'",
    ]
    return "\n".join(lines) + "\n"


def _explained(type_: str, desk: Desk, *, as_json: bool) -> Result:
    """How to connect one type: its settings, the credential with the least privilege, what each ability needs."""
    from escalation.errors import ConfigError
    from escalation.guide import guide
    from escalation.plugins import PART_OF, Hooks, load_plugin

    type_ = PART_OF.get(type_, type_)
    try:
        kind = Hooks([load_plugin(type_, desk.folder)]).connectors()[type_]
    except ConfigError as error:
        raise NothingFound(str(error)) from error
    told = guide(kind)
    return Result({"connector": told.as_dict()} if as_json else told.as_text(desk.command, desk.folder / "config.yaml"))


def _signed_in(name: str, desk: Desk) -> Result:
    """Show a code, wait until somebody has typed it, and keep the token in the vault."""
    from escalation.connector import ApiConnector

    configured = next((each for each in desk.configuration.connectors if each.name == name), None)
    if configured is None:
        names = ", ".join(each.name for each in desk.configuration.connectors) or "none"
        raise NothingFound(
            f"no connector is configured under the name {name!r}; configured are: {names}; `{desk.command} connectors {name}` says how"
        )
    connector = configured.kind(name, configured.settings, desk.outside.session(name, SIGN_IN_SECONDS))
    if not isinstance(connector, ApiConnector):
        raise UsageError(f"nobody needs to sign in for {name}")
    try:
        connector.api.sign_in(_show)
    finally:
        connector.close()
    return Result(f"Signed in for {name}. Then: {desk.command} doctor\n")


def _show(code: str, address: str) -> None:
    """At once, because the command goes on only when it is done."""
    sys.stdout.write(f"Open {address} in a browser and enter {code}. Waiting for up to {SIGN_IN_SECONDS // 60} minutes …\n")
    sys.stdout.flush()
