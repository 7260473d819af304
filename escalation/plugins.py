"""Where connectors come from, and the hooks with their types.

Built-in connectors are found by name in a table, without reading any metadata. A name that is
not there is looked for in the configuration folder's `connectors/`, then among the entry points
of group `customer_escalation`, and only that one is loaded.
"""

from __future__ import annotations

import difflib
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

from escalation import hookspecs
from escalation.errors import ConfigError, EscalationError

if TYPE_CHECKING:
    import jinja2

    from escalation.assessment import Assessment, Severity
    from escalation.case import Case, Finding
    from escalation.connector import Connector
    from escalation.gathering import Gathering
    from escalation.issue import Issue
    from escalation.routing import Target

BUILT_IN = {
    "atlassian": "atlassian",
    "github": "github",
    "hubspot": "hubspot",
    "intercom": "intercom",
    "linear": "linear",
    "matrix": "matrix",
    "mcp": "mcp",
    "mediawiki": "mediawiki",
    "notion": "notion",
    "redmine": "redmine",
    "rt": "rt",
    "salesforce": "salesforce",
    "slack": "slack",
    "teams": "teams",
    "tryton": "tryton",
    "workspace": "workspace",
    "zendesk": "zendesk",
}
"""Connector type → module inside the connectors package."""


PART_OF = {
    "confluence": "atlassian",
    "guide": "zendesk",
    "jira": "atlassian",
    "jsm": "atlassian",
    "msteams": "teams",
    "request-tracker": "rt",
    "synapse": "matrix",
}
"""Word that somebody may try → the type that has it."""


class Hooks:
    """The plugins of one run, with the hooks as typed methods; nothing else touches pluggy."""

    def __init__(self, plugins: Iterable[ModuleType] = ()) -> None:
        self._manager = pluggy.PluginManager(hookspecs.GROUP)
        self._manager.add_hookspecs(hookspecs)
        try:
            for plugin in plugins:
                self._manager.register(plugin)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            name = getattr(error.plugin, "__name__", "a plugin")
            raise ConfigError(
                f"plugin {name} does not fit the hooks: {' '.join(str(error).split())}; escalation/hookspecs.py has them"
            ) from error

    def connectors(self) -> dict[str, type[Connector[Any]]]:
        """Connector classes by type; two classes of one type are refused, naming both."""
        found: dict[str, type[Connector[Any]]] = {}
        for offered in self._answers("register_connectors"):
            for kind in offered:
                other = found.setdefault(kind.type, kind)
                if other is not kind:
                    raise ConfigError(f"connector type {kind.type!r} is offered twice: by {other.__module__} and by {kind.__module__}")
        return found

    def assess_severity(self, issue: Issue, gathering: Gathering, assessment: Assessment) -> tuple[Severity, ...]:
        """Every severity that a plugin offers."""
        return tuple(self._answers("assess_severity", issue=issue, gathering=gathering, assessment=assessment))

    def choose_target(self, issue: Issue, gathering: Gathering, assessment: Assessment) -> Target | None:
        """The first target that a plugin names."""
        return next(self._answers("choose_target", issue=issue, gathering=gathering, assessment=assessment), None)

    def review_brief(self, case: Case, brief: str) -> tuple[Finding, ...]:
        """Every finding of every plugin."""
        return tuple(finding for findings in self._answers("review_brief", case=case, brief=brief) for finding in findings)

    def prepare_environment(self, environment: jinja2.Environment) -> bool:
        """Let plugins add filters and globals. False when none of them does."""
        for _ in self._answers("prepare_environment", environment=environment):
            pass
        return bool(self._manager.hook.prepare_environment.get_hookimpls())

    def _answers(self, hook: str, **arguments: Any) -> Iterator[Any]:
        """What each plugin answers, the last registered first, without the Nones.

        Called one by one and not through pluggy, which would discard all answers when one plugin fails and not say which.
        """
        for implementation in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            try:
                answer = implementation.function(*(arguments[name] for name in implementation.argnames))
            except EscalationError:
                raise
            except Exception as error:
                name = getattr(implementation.plugin, "__name__", implementation.plugin_name)
                raise ConfigError(
                    f"plugin {name} failed in {hook}: {type(error).__name__}; mend it, or take its connector out of config.yaml"
                ) from error
            if answer is not None:
                yield answer


def load_plugin(type_: str, folder: Path | None = None) -> ModuleType:
    """The module that offers connector type `type_`. `folder` is the configuration folder.

    Raises ConfigError when there is none, or when it fails to import.
    """
    if type_ in BUILT_IN:
        return import_module(f"{connectors_package()}.{BUILT_IN[type_]}")
    dropped_in = folder / "connectors" / f"{type_}.py" if folder else None
    if dropped_in and dropped_in.is_file():
        return _guarded(type_, lambda: _import_file(f"customer_escalation_{type_}", dropped_in))
    from importlib.metadata import entry_points

    for entry in entry_points(group=hookspecs.GROUP):
        if entry.name == type_:
            return _guarded(type_, entry.load)
    known = ", ".join(sorted(BUILT_IN))
    meant = PART_OF.get(type_.casefold())
    close = difflib.get_close_matches(type_, [*BUILT_IN, *PART_OF], n=1)
    hint = f" (set `type: {meant}`, which has it)" if meant in BUILT_IN else f" (did you mean {close[0]!r}?)" if close else ""
    raise ConfigError(
        f"no connector of type {type_!r}{hint}: built in are {known}; another needs a package with an entry point of that name "
        f"in group {hookspecs.GROUP}, or the file connectors/{type_}.py in the configuration folder"
    )


def connectors_package() -> str:
    """Name of the package of built-in connectors: inside the wheel, or beside `escalation` in a checkout."""
    if importlib.util.find_spec("escalation.connectors"):
        return "escalation.connectors"
    folder = Path(__file__).resolve().parent.parent / "connectors"
    bound = sys.modules.get("connectors")
    if bound is None or Path(str(bound.__file__)).resolve().parent != folder:
        _import_file("connectors", folder / "__init__.py", [str(folder)])
    return "connectors"


def _guarded(type_: str, load: Any) -> ModuleType:
    try:
        module: ModuleType = load()
    except (Exception, SystemExit) as error:
        raise ConfigError(f"connector {type_!r} can't be loaded: {type(error).__name__} in its module; mend or remove it") from error
    return module


def _import_file(name: str, path: Path, search: list[str] | None = None) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=search)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{path} can't be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
