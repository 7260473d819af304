"""The configuration folder: where it is, and what its `config.yaml` says about connectors, reporter and store."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, SecretBytes, SecretStr, ValidationError

from escalation.case import Reporter
from escalation.connector import Connector, Settings
from escalation.errors import ConfigError
from escalation.marked_yaml import REFERENCE, Marked, Place, read_marked
from escalation.model import Model
from escalation.plugins import Hooks, load_plugin
from escalation.records import Category

FILE = "config.yaml"

DEFAULT_STORE = "sqlite:///escalations.db"

NOBODY = Reporter()

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYRING = re.compile(r"keyring:(?P<service>[^/]+)/(?P<user>.+)")
_SECRET_NAME = re.compile(r"token|key|secret|passw|credential|auth|(?:^|_)pat(?:$|_)", re.IGNORECASE)
"""What a name within a mapping of secrets says when its value must not stand in the file."""
_TOKEN = re.compile(
    r"""xox[a-z]-|gh[oprsu]_|github_pat_|gl(?:pat|oas)-|sk-|pat-[a-z]{2}\d-|lin_api_|ATATT|ATCTT|ntn_|secret_\w{20}
    |AKIA[A-Z0-9]{12}|eyJ[\w-]{10,}\.|Bearer\s|Basic\s|-----BEGIN|\w+://[^/\s]+:[^/\s]+@""",
    re.VERBOSE,
)
"""How well-known tokens begin, and a password inside a URL."""


class ConfigFile(Model):
    """What `config.yaml` may hold."""

    connectors: Mapping[str, Mapping[str, Any]] = Field(
        default={}, description="Name of your choice → settings. `type` is the name unless stated."
    )
    reporter: Reporter = Field(default=NOBODY, description="Who escalates, and the IANA zone that times without one are read and shown in.")
    store: str = Field(
        default=DEFAULT_STORE, description="sqlite:///FILE (relative to the configuration folder) or sqlite:////absolute/path."
    )
    tokens: Literal["file", "keyring"] = Field(
        default="file",
        description="Where access tokens are kept between runs: files in the data folder for you alone, or the system's keyring.",
    )


class Configured(NamedTuple):
    """A connector with its settings, ready to be asked."""

    name: str
    kind: type[Connector[Any]]
    settings: Settings
    source: str
    """Where it was set: `file:line`, or the flag."""
    origins: Mapping[str, str] = MappingProxyType({})
    """Setting → where its value came from: `line 4`, or the variable or keyring entry that the line names. No values."""


class Unloadable(NamedTuple):
    """A configured connector whose code fails to import. It costs the others nothing."""

    name: str
    problem: str
    source: str


@dataclass(frozen=True)
class Configuration:
    """Everything that is set. With no file, all of it is default: no connectors, an unnamed reporter."""

    folder: Path
    file: Path | None = None
    connectors: tuple[Configured, ...] = ()
    unloadable: tuple[Unloadable, ...] = ()
    plugins: tuple[ModuleType, ...] = ()
    reporter: Reporter = NOBODY
    store: str = DEFAULT_STORE
    tokens: Literal["file", "keyring"] = "file"


def find_folder(environ: Mapping[str, str], here: Path, home: Callable[[], Path] = Path.home) -> Path:
    """`./.customer-escalation/` if it exists, else `$CUSTOMER_ESCALATION_HOME`, else `~/.customer-escalation/`."""
    beside = here / ".customer-escalation"
    if beside.is_dir():
        return beside
    stated = environ.get("CUSTOMER_ESCALATION_HOME", "").strip()
    return here / Path(stated).expanduser() if stated else home() / ".customer-escalation"


def load_config(folder: Path, environ: Mapping[str, str]) -> Configuration:
    """Read the folder's `config.yaml`. Raises ConfigError: file, line, connector, field, what to do. Never shows a value."""
    file = folder / FILE
    if not file.exists():
        return Configuration(folder)
    marked = read_marked(file)
    top = _valid(ConfigFile, {} if marked.values is None else marked.values, (), marked, "settings")
    _check_zone(top.reporter, marked)
    connectors: list[Configured] = []
    unloadable: list[Unloadable] = []
    plugins: dict[str, ModuleType] = {}
    for name, values in top.connectors.items():
        place = ("connectors", name)
        _check_name(name, marked.at(place))
        loaded = _load(name, str(values.get("type", name)), folder, marked.at(place))
        if isinstance(loaded, Unloadable):
            unloadable.append(loaded)
            continue
        module, kind = loaded
        plugins[module.__name__] = module
        section = _Section(name, values, marked, environ)
        settings = section.settings(kind.settings_type)
        connectors.append(Configured(name, kind.fitted(settings), settings, marked.at(place), section.origins()))
    return Configuration(folder, file, tuple(connectors), tuple(unloadable), tuple(plugins.values()), top.reporter, top.store, top.tokens)


def workspaces(folders: Sequence[Path], taken: Sequence[str] = (), **settings: Any) -> tuple[Configured, ...]:
    """A workspace connector for each folder, as `--workspace` asks for; `settings` beside the path."""
    kind = Hooks([load_plugin("workspace")]).connectors()["workspace"]
    settings_type: Any = kind.settings_type
    numbered = (f"workspace-{number}" for number in range(2, len(folders) + len(taken) + 2))
    names = [name for name in ("workspace", *numbered) if name not in taken]
    return tuple(
        Configured(name, kind, settings_type.model_validate({"path": folder, **settings}), f"--workspace {folder}")
        for name, folder in zip(names, folders, strict=False)
    )


def _load(name: str, type_: str, folder: Path, where: str) -> tuple[ModuleType, type[Connector[Any]]] | Unloadable:
    try:
        module = load_plugin(type_, folder)
        offered = Hooks([module]).connectors()
    except ConfigError as error:
        if error.__cause__ is None:
            raise ConfigError(f"{where}: connector {name!r}: {error}") from error
        return Unloadable(name, str(error), where)
    except Exception as error:  # noqa: BLE001 - a plugin's hooks are foreign code
        expected = "register_connectors() must return a list of Connector classes, each with a `type`"
        return Unloadable(name, f"connector {type_!r} can't be used: {type(error).__name__} in its hooks; {expected}", where)
    if type_ not in offered:
        return Unloadable(name, f"connector {type_!r} can't be used: its module registers no connector of that type", where)
    if unfit := _unfit(offered[type_]):
        return Unloadable(name, f"connector {type_!r} can't be used: {unfit}", where)
    return module, offered[type_]


def _unfit(kind: Any) -> str:
    """What a connector's class lacks."""
    if not (isinstance(kind, type) and issubclass(kind, Connector)):
        return "what it registers is no class derived from Connector"
    settings, categories = getattr(kind, "settings_type", None), getattr(kind, "categories", None)
    if not (isinstance(settings, type) and issubclass(settings, Settings)):
        return f"{kind.__name__} needs a `settings_type`, a class derived from Settings"
    if not (isinstance(categories, tuple) and categories and all(isinstance(each, Category) for each in categories)):
        return f"{kind.__name__} needs `categories`, a tuple such as (Category.CHAT,)"
    return ""


@dataclass(frozen=True)
class _Section:
    """What the file says of one connector, on its way to settings."""

    name: str
    values: Mapping[str, Any]
    marked: Marked
    environ: Mapping[str, str]

    def settings(self, model: Any) -> Settings:
        """Raises ConfigError for the first thing that is wrong."""
        given = {key: value for key, value in self.values.items() if key != "type"}
        for place in _secrets(model, given, ()):
            value = reduce(getitem, place, given)
            if value is not None and not (isinstance(value, str) and (REFERENCE.fullmatch(value) or _KEYRING.fullmatch(value))):
                raise self._literal(place)
        values = self._expanded(given, ())
        base = self.marked.file.absolute().parent.parent
        for key, field in model.model_fields.items():
            if _mentions(field.annotation, Path) and isinstance(values.get(key), str):
                values[key] = base / Path(values[key]).expanduser()
        settings: Settings = _valid(model, values, self._place(()), self.marked, f"connector {self.name!r}")
        return settings

    def origins(self) -> dict[str, str]:
        """Setting → where its value came from, never the value."""
        return {key: self._origin(key, value) for key, value in self.values.items() if key != "type"}

    def _origin(self, key: str, value: Any) -> str:
        line = f"line {self.marked.at(self._place((key,))).rpartition(':')[2]}"
        if isinstance(value, str) and (REFERENCE.search(value) or _KEYRING.fullmatch(value)):
            return f"{value if _KEYRING.fullmatch(value) else ', '.join(f'${{{name}}}' for name in REFERENCE.findall(value))}, {line}"
        return line

    def _place(self, keys: Place) -> Place:
        return ("connectors", self.name, *keys)

    def _field(self, keys: Place) -> str:
        return f"{self.marked.at(self._place(keys))}: connector {self.name!r}, field {'.'.join(keys)!r}"

    def _literal(self, keys: Place) -> ConfigError:
        variable = re.sub(r"\W", "_", f"{self.name}_{keys[-1]}").upper()
        return ConfigError(
            f"{self._field(keys)}: a secret is written in clear; put it into the environment and write ${{{variable}}}, "
            "then replace it at the vendor if others could read this file"
        )

    def _expanded(self, value: Any, keys: Place) -> Any:
        """The same value with `${NAME}` and `keyring:` replaced."""
        if isinstance(value, Mapping):
            return {key: self._expanded(inner, (*keys, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._expanded(inner, (*keys, str(index))) for index, inner in enumerate(value)]
        if not isinstance(value, str):
            return value
        if _TOKEN.match(value):
            raise self._literal(keys)
        if found := _KEYRING.fullmatch(value):
            return _from_keyring(found["service"], found["user"], self._field(keys))
        return REFERENCE.sub(lambda reference: self._variable(reference[1], keys), value)

    def _variable(self, variable: str, keys: Place) -> str:
        where = self._field(keys)
        if not _VARIABLE.fullmatch(variable):
            raise ConfigError(f"{where}: ${{{variable}}} is no environment variable's name; expected ${{NAME}}, letters, digits and _")
        value = self.environ.get(variable, "")
        if not value:
            raise ConfigError(f"{where}: the environment variable {variable} is not set; set it, or remove the connector")
        if REFERENCE.search(value):
            raise ConfigError(
                f"{where}: the environment variable {variable} itself holds a ${{…}}, which is not followed; set it to the value"
            )
        return value


def _secrets(model: type[BaseModel], values: Any, place: Place) -> Iterator[Place]:
    """Places of the values that are set for secret fields."""
    if not isinstance(values, Mapping):
        return
    for key, field in model.model_fields.items():
        if key not in values:
            continue
        if _mentions(field.annotation, SecretStr) or _mentions(field.annotation, SecretBytes):
            if isinstance(values[key], Mapping):  # environment variables of a server: a level of logging is none
                yield from ((*place, key, name) for name in values[key] if _SECRET_NAME.search(str(name)))
            else:
                yield (*place, key)
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from _secrets(inner, values[key], (*place, key))


def _mentions(annotation: Any, wanted: type) -> bool:
    return annotation is wanted or any(_mentions(part, wanted) for part in get_args(annotation))


def _from_keyring(service: str, user: str, where: str) -> str:
    try:
        import keyring  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise ConfigError(f"{where}: the package `keyring` is not installed; install it, or use ${{NAME}} from the environment") from None
    try:
        value = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - every backend has errors of its own
        raise ConfigError(f"{where}: the system keyring can't be read ({type(error).__name__}); use ${{NAME}} instead") from None
    if not value:
        raise ConfigError(f"{where}: the system keyring holds nothing for {service}/{user}; store it with: keyring set {service} {user}")
    return str(value)


def _valid(model: type[Any], values: Any, place: Place, marked: Marked, what: str) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
    found.sort(key=lambda each: each["type"] != "extra_forbidden")  # a misspelt field explains a missing one
    first, others = found[0], len(found) - 1
    keys = tuple(str(key) for key in first["loc"])
    more = f" (and {others} more)" if others else ""
    field = f", field {'.'.join(keys)!r}" if keys else ""
    raise ConfigError(f"{marked.at((*place, *keys))}: {what}{field}: {_problem(model, keys, first)}{more}")


def _problem(model: type[BaseModel], keys: Place, found: Any) -> str:
    if found["type"] == "extra_forbidden":
        for key in keys[:-1]:
            inner = model.model_fields[key].annotation if key in model.model_fields else None
            model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
        close = difflib.get_close_matches(keys[-1], model.model_fields, n=1)
        return f"there is no such field; {f'did you mean {close[0]!r}? ' if close else ''}it has {', '.join(model.model_fields)}"
    if found["type"] == "missing":
        about = model.model_fields[keys[0]].description if keys[0] in model.model_fields else ""
        return f"is missing{f': {about}' if about else ''}"
    if found["type"] == "string_type":
        return "expected text; put it in quotes"
    if found["type"] in ("dict_type", "model_type"):
        return "expected settings, each on its line as NAME: VALUE"
    if found["type"] == "string_pattern_mismatch":
        about = model.model_fields[keys[0]].description if keys[0] in model.model_fields else ""
        return f"it does not look like one{f'; expected: {about}' if about else ''}"
    message: str = found["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _check_name(name: str, where: str) -> None:
    if name == "user" or not _NAME.fullmatch(name):
        reason = "`user` stands for what is typed" if name == "user" else "expected letters, digits, - _ and ."
        raise ConfigError(f"{where}: {name!r} can't be a connector's name: {reason}; choose another and state its `type`")


def _check_zone(reporter: Reporter, marked: Marked) -> None:
    try:
        ZoneInfo(reporter.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        where = marked.at(("reporter", "zone"))
        raise ConfigError(
            f"{where}: reporter, field 'zone': no such time zone; expected an IANA name such as Europe/Berlin or UTC"
        ) from None


def cache_folder(environ: Mapping[str, str], home: Callable[[], Path] = Path.home) -> Path:
    """A folder that may be deleted at any time: in the platform's cache, or a private one among the temporary files.

    Where nothing can be written, it does not exist, and whatever would be kept there is made anew on every run.
    """
    owner = os.getuid() if hasattr(os, "getuid") else None
    stated = environ.get("XDG_CACHE_HOME") or environ.get("LOCALAPPDATA")
    usual = (Path(stated) if stated else home() / ".cache") / "customer-escalation"
    for temporary in (False, True):
        with suppress(OSError):
            cache = _temporary() / f"customer-escalation-cache-{owner}" if temporary else usual
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(cache, os.W_OK) and owner in (None, cache.stat().st_uid):
                return cache
    return usual


def data_folder(environ: Mapping[str, str], home: Callable[[], Path] = Path.home) -> Path:
    """The user's data folder, where the launcher keeps its environments too; it need not exist."""
    if stated := environ.get("CUSTOMER_ESCALATION_DATA"):
        return Path(stated).absolute()
    if os.name == "nt":
        return Path(environ.get("LOCALAPPDATA") or home() / "AppData" / "Local") / "customer-escalation"
    if sys.platform == "darwin":
        return home() / "Library" / "Application Support" / "customer-escalation"
    stated = environ.get("XDG_DATA_HOME", "")
    return (Path(stated) if Path(stated).is_absolute() else home() / ".local" / "share") / "customer-escalation"


def _temporary() -> Path:
    import tempfile

    return Path(tempfile.gettempdir())
