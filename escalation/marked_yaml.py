"""YAML with the line of every key, for messages that say where. Aliases, repeated keys and oversized files are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from escalation.errors import ConfigError

Place = tuple[str, ...]
"""Keys from the top: ("connectors", "zendesk", "subdomain"); list items by their index."""

MAX_BYTES = 1_000_000

REFERENCE = re.compile(r"\$\{([^{}\n]*)\}")
"""`${NAME}`"""

_OPEN, _CLOSE = "\uf8f1", "\uf8f2"
"""Stand for the braces of `${NAME}` while YAML is read, which otherwise takes them for a mapping. Same length, so columns hold."""


@dataclass(frozen=True)
class Marked:
    """A YAML file's content with where each part of it stands."""

    file: Path
    values: Any
    lines: Mapping[Place, int]

    def at(self, place: Place) -> str:
        """`file:line` of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.file}:{self.lines.get(place, 1)}"


def read_marked(file: Path) -> Marked:
    """Read one YAML file. Raises ConfigError with file and line; never shows a value."""
    text = _text(file)
    lines: dict[Place, int] = {}
    masked = REFERENCE.sub(lambda found: f"${_OPEN}{found[1]}{_CLOSE}", text)
    try:
        loader = _Loader(masked)
        node = loader.get_single_node()
        values = None if node is None else _value(loader, node, (), lines, file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(f"{file}:{mark.line + 1 if mark else 1}: not valid YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        raise ConfigError(f"{file}:{masked.count(chr(10), 0, error.position) + 1}: not valid YAML: {error.reason}") from None
    except RecursionError:
        raise ConfigError(f"{file}: nested too deeply") from None
    return Marked(file, values, lines)


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not allowed here; write the value out", mark)
        return super().compose_node(parent, index)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file} is larger than {MAX_BYTES:,} bytes: this can't be a settings file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: not UTF-8 text; save it as UTF-8") from None


def _value(loader: _Loader, node: yaml.Node, place: Place, lines: dict[Place, int], file: Path) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, place, lines, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*place, str(index)), lines, file) for index, item in enumerate(node.value)]
    try:
        value = loader.construct_object(node)
    except ValueError:
        raise ConfigError(f"{file}:{lines[place]}: a date or number that does not exist; put it in quotes if it is text") from None
    return _unmasked(value) if isinstance(value, str) else value


def _mapping(loader: _Loader, node: yaml.MappingNode, place: Place, lines: dict[Place, int], file: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = loader.construct_object(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):
            raise ConfigError(f"{file}:{line}: a key must be text; put it in quotes")
        key = _unmasked(key)
        inner = (*place, key)
        if key in values:
            first = lines[inner]
            raise ConfigError(f"{file}:{line}: {key!r} is set twice, first in line {first}; keep one")
        lines[inner] = line
        values[key] = _value(loader, value_node, inner, lines, file)
    return values


def _unmasked(text: str) -> str:
    return text.replace(f"${_OPEN}", "${").replace(_CLOSE, "}")
