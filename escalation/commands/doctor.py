"""Check the installation: interpreter, folders, settings, store, policy, templates, plugins and every connection, with what to mend.

Each connection is tried by the smallest request of each thing it can find; what its vendor will switch off is told with the date.

It ends with exit code 3 when something is broken; a warning is no failure.
"""

from __future__ import annotations

import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from escalation import __version__
from escalation import arguments as types
from escalation.errors import AuthError, ConfigError, EscalationError
from escalation.result import Result

if TYPE_CHECKING:
    from escalation.config import Configured
    from escalation.connector import Connector, Outside
    from escalation.desk import Desk

EXAMPLE = "doctor --within 20"

State = Literal["ok", "warning", "broken"]

_MARKS = {"ok": "ok", "warning": "warning", "broken": "BROKEN"}


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    state: State
    detail: str
    fix: str = ""


def arguments(parser: ArgumentParser) -> None:
    """The flags of `doctor`."""
    parser.add_argument(
        "--within", type=types.seconds, default=10.0, metavar="SECONDS", help="how long to wait for the connections (default: 10)"
    )


def run(args: Namespace, desk: Desk) -> Result:
    """Run all checks; one that fails keeps none of the others from running."""
    settings = _guarded("settings", lambda: _settings(desk))
    readable = all(finding.state != "broken" for finding in settings)
    findings = [
        *_installation(desk),
        *settings,
        *(_guarded("store", lambda: _store(desk)) if readable else ()),
        *_guarded("policy", lambda: _policy(desk)),
        *_guarded("templates", lambda: _templates(desk)),
        *_guarded("cache", lambda: [_cache(desk.cache)]),
    ]
    if readable:
        findings += [
            Finding(each.name, "warning", each.problem, f"mend it, or remove it from {each.source}")
            for each in desk.configuration.unloadable
        ]
        findings += connections(desk.configuration.connectors, seconds=args.within, outside=desk.outside)
        findings += [finding for each in desk.configuration.connectors for finding in _foreseen(each, desk.now().date())]
    broken = [finding.check for finding in findings if finding.state == "broken"]
    error = ConfigError(f"broken: {', '.join(dict.fromkeys(broken))}; what to do stands beside each") if broken else None
    if args.format == "json":
        return Result({"version": __version__, "checks": [asdict(finding) for finding in findings]}, error)
    return Result("".join(map(_line, findings)), error)


def _line(finding: Finding) -> str:
    fix = f" → {finding.fix}" if finding.fix else ""
    return f"- {finding.check}: {_MARKS[finding.state]} · {finding.detail}{fix}\n"


def _guarded(check: str, run: Callable[[], Iterable[Finding]]) -> Sequence[Finding]:
    try:
        return list(run())
    except EscalationError as error:
        return [Finding(check, "broken", str(error))]
    except Exception as error:  # noqa: BLE001 - the one command that must speak when everything else fails
        return [
            Finding(check, "broken", f"unexpected {type(error).__name__}", "CUSTOMER_ESCALATION_DEBUG=1 with any other command shows where")
        ]


def _installation(desk: Desk) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("version", "ok", f"customer-escalation {__version__} on Python {version} ({sys.executable})")
    yield Finding("folder", "ok", f"{desk.folder}{'' if desk.folder.is_dir() else ' (not made yet; the first case makes it)'}")


def _settings(desk: Desk) -> list[Finding]:
    configuration = desk.configuration
    if configuration.file is None:
        return [
            Finding(
                "settings",
                "ok",
                "no config.yaml: no system is connected, briefs rest on what is typed and added",
                f"{desk.command} connectors",
            )
        ]
    return [Finding("settings", "ok", f"{configuration.file}: {_counted(len(configuration.connectors), 'connector')}")]


def _store(desk: Desk) -> list[Finding]:
    desk.store.check()
    where = f"{desk.configuration.store} in {desk.folder}"
    return [Finding("store", "ok", f"{where}: {_counted(len(desk.store.cases()), 'case')}, can be written")]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _cache(folder: Path) -> Finding:
    if folder.is_dir():
        return Finding("cache", "ok", str(folder))
    return Finding(
        "cache", "warning", f"{folder} can't be written, so exports are read anew on every run", "set XDG_CACHE_HOME to one that can"
    )


def _policy(desk: Desk) -> list[Finding]:
    own = desk.folder / "policy.yaml"
    return [Finding("policy", "ok", f"version {desk.policy.version}{f', with {own}' if own.exists() else ', as shipped'}")]


def _templates(desk: Desk) -> Iterator[Finding]:
    """Each of the user's own is parsed; a shipped one is tested where it is made."""
    from jinja2 import Environment, TemplateSyntaxError

    from escalation.brief import shipped_templates

    own = desk.folder / "templates"
    files = sorted(file for file in own.rglob("*") if file.is_file()) if own.is_dir() else []
    for file in files:
        name = file.relative_to(own).as_posix()
        try:
            Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            yield Finding("templates", "broken", f"{file}, line {error.lineno}: {error.message}", "mend it, or remove the file")
        except UnicodeDecodeError:
            yield Finding("templates", "broken", f"{file} is not UTF-8 text", "save it as UTF-8")
        else:
            if not (shipped_templates() / name).is_file():
                yield Finding(
                    "templates", "warning", f"{file} has no shipped namesake", "no command uses it unless another template includes it"
                )
    yield Finding("templates", "ok", f"{len(files)} of your own in {own}" if files else "as shipped")


def connections(connectors: Sequence[Configured], *, seconds: float, outside: Outside) -> list[Finding]:
    """What each connector says of its connection; all are tried at once, and one that hangs is left behind."""
    found: dict[str, list[Finding]] = {each.name: [] for each in connectors}
    threads = [
        threading.Thread(target=_probe, args=(each, seconds, outside, found[each.name]), name=f"check {each.name}", daemon=True)
        for each in connectors
    ]
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    for each, thread in zip(connectors, threads, strict=True):
        if thread.is_alive():
            found[each.name].append(
                Finding(each.name, "broken", f"no answer within {seconds:g} s", "check its address, or allow more with --within")
            )
    return [finding for each in connectors for finding in _judged(list(found[each.name]))]


def _judged(findings: Sequence[Finding]) -> Sequence[Finding]:
    """One ability that does not work is a warning; a connector of which nothing works is broken."""
    if any(finding.state != "warning" for finding in findings):
        return findings
    return [replace(finding, state="broken") for finding in findings]


def _probe(configured: Configured, seconds: float, outside: Outside, found: list[Finding]) -> None:
    from escalation.connector import ChecksConnection

    name = configured.name
    connector: Connector[Any] | None = None
    try:
        session = outside.session(name, seconds)
        with suppress(OSError):
            session.cache.mkdir(parents=True, exist_ok=True)
        connector = configured.kind(name, configured.settings, session)
        if not isinstance(connector, ChecksConnection):
            found.append(Finding(name, "ok", "configured; it offers no check of its connection"))
            return
        asked, begun = 0, time.monotonic()
        for probe in connector.check_connection():
            state: State = "ok" if probe.works else "warning"
            now, spent = time.monotonic(), session.requests - asked
            took = f" ({_counted(spent, 'request')}, {now - begun:.2f} s)" if spent else ""
            found.append(Finding(name, state, f"{probe.ability}: {probe.detail or 'works'}{took}", probe.fix))
            asked, begun = session.requests, now
    except AuthError as error:
        found.append(
            Finding(
                name,
                "broken",
                connector.masked(str(error)) if connector else str(error),
                f"renew the credential set in {configured.source}",
            )
        )
    except EscalationError as error:
        found.append(Finding(name, "broken", connector.masked(str(error)) if connector else str(error)))
    except Exception as error:  # noqa: BLE001 - a connector may fail in any way; its message may hold a secret
        found.append(Finding(name, "broken", f"{type(error).__name__} in its check", "report it to the connector's author"))


def _foreseen(configured: Configured, today: date) -> Iterator[Finding]:
    """What works today and will not later, and what works and should not."""
    for ending in configured.kind.endings(configured.settings):
        days = (ending.on - today).days
        when = f"ends on {ending.on}, in {_counted(days, 'day')}" if days > 0 else f"ended on {ending.on}"
        yield Finding(configured.name, "warning", f"{ending.what} {when} ({ending.source})", ending.instead)
    address = urlsplit(str(getattr(configured.settings, "base_url", "")))
    if address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
        yield Finding(configured.name, "warning", "base_url is http://: the credential travels unencrypted", "use https://")
