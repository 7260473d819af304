"""One text of a policy: what it states, and where."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from escalation.errors import PolicyError

if TYPE_CHECKING:
    import yaml

Place = tuple[str, ...]
"""Keys from the top: ("escalate", "stalled", "when"); list items by their index."""


class Source:
    """One YAML text: its data, and the line of every key in it."""

    def __init__(self, name: str, data: dict[str, Any], lines: dict[Place, int], mark: str) -> None:
        self.name = name
        self.data = data
        self.lines = lines
        self.mark = mark
        """Of the text, for the version of a policy that has it."""

    def at(self, place: Place) -> str:
        """`policy.yaml line 12`"""
        return f"{self.name} line {self.lines[place]}" if self.lines[place] else self.name

    @classmethod
    def read(cls, path: Path, name: str = "") -> Source:
        """A file, called by its own name unless another is given. Raises PolicyError."""
        try:
            source = cls.parse(name or path.name, path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError as error:
            raise PolicyError(f"{path.name}: not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8") from None
        except OSError as error:
            raise PolicyError(f"{path}: can't be read: {error.strerror}") from None
        if isinstance(owners := source.data.get("codeowners"), str) and owners:
            source.data["codeowners"] = str(path.parent / owners)
        return source

    @classmethod
    def parse(cls, name: str, text: str) -> Source:
        """A text that goes by this name. Raises PolicyError, with the line."""
        import yaml

        loader_type: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast, where it was built
        lines: dict[Place, int] = {}
        try:
            loader = loader_type(text)
            node = loader.get_single_node()
            data = {} if node is None else loader.construct_document(node)
            for key, line in _lines(node, ()):
                if key in lines:
                    raise PolicyError(f"{name} line {line}: {'.'.join(key)} is given twice, first on line {lines[key]}; keep one")
                lines[key] = line
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise PolicyError(f"{name} line {line}: not valid YAML: {error.problem or 'can not be parsed'}") from None
        except (yaml.YAMLError, ValueError) as error:
            raise PolicyError(f"{name}{_line_of_no_date(text)}: not valid YAML: {str(error).splitlines()[0]}") from None
        except RecursionError:
            raise PolicyError(f"{name}: not usable: nested too deeply, or a part of it contains itself") from None
        if not isinstance(data, dict):
            raise PolicyError(f"{name} line 1: expected keys such as thresholds, severity, escalate; see docs/policy.md")
        return cls(name, data, lines, hashlib.sha256(text.encode()).hexdigest()[:8])

    @classmethod
    def single(cls, name: str, key: str, text: str) -> Source:
        """One key (`thresholds.pattern_accounts`) with the text of its value. Raises PolicyError."""
        place: Place = tuple(key.split("."))
        data: Any = cls.parse(name, f"value: {text}\n").data["value"]
        for part in reversed(place):
            data = {part: data}
        return cls(
            name, data, {place[:length]: 0 for length in range(1, len(place) + 1)}, hashlib.sha256(f"{key}={text}".encode()).hexdigest()[:8]
        )


def _line_of_no_date(text: str) -> str:
    """` line 3`, where something is written as a date and is none, such as 29 February in most years; YAML does not tell."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in re.finditer(r"\b(\d{4})-(\d\d)-(\d\d)\b", line.partition(" #")[0]):
            try:
                date(*map(int, found.groups()))
            except ValueError:
                return f" line {number}"
    return ""


def _lines(node: yaml.Node | None, path: Place) -> Iterator[tuple[Place, int]]:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield here, key.start_mark.line + 1
            yield from _lines(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield (*path, str(number)), item.start_mark.line + 1
            yield from _lines(item, (*path, str(number)))


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merge by key, everything else is replaced; a mapping laid over with `off` or nothing is taken out."""
    both = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(both.get(key), dict):
            both[key] = merged(both[key], value)
        elif isinstance(both.get(key), dict) and (value is None or value is False):
            del both[key]
        else:
            both[key] = value
    return both
