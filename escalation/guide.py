"""How to connect one type of connector, told from its class: for `connectors TYPE` and for CONNECTORS.md."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from escalation.connector import Connector

ABILITIES = ("find_accounts", "find_tickets", "find_messages", "find_work_items", "find_articles", "fetch")
ACTIONS = ("post_message", "create_work_item", "add_internal_note", "create_task")


@dataclass(frozen=True)
class Setting:
    """One setting of a connector."""

    name: str
    required: bool
    secret: bool
    description: str


@dataclass(frozen=True)
class Guide:
    """Everything that somebody must know to connect it."""

    type: str
    title: str
    categories: tuple[str, ...]
    credential: str
    settings: tuple[Setting, ...]
    needs: tuple[tuple[str, str], ...]
    """(ability, scope or permission), abilities with one need together."""
    blind: str
    source: str
    example: tuple[tuple[str, str], ...]
    endings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        settings = [{"name": s.name, "required": s.required, "secret": s.secret, "description": s.description} for s in self.settings]
        return {
            "type": self.type,
            "title": self.title,
            "categories": list(self.categories),
            "credential": self.credential,
            "settings": settings,
            "needs": [{"abilities": abilities, "needs": needs} for abilities, needs in self.needs],
            "blind": self.blind,
            "endings": list(self.endings),
            "source": self.source,
            "example": dict(self.example),
        }

    def yaml(self) -> str:
        """Its settings as they stand in config.yaml."""
        values = "".join(f"    {name}: {json.dumps(value) if value.isdigit() else value}\n" for name, value in self.example)
        return f"connectors:\n  {self.type}:\n{values}" if values else f"connectors:\n  {self.type}: {{}}\n"

    def as_text(self, command: str, file: Path) -> str:
        """For a terminal. `file`: where the settings go."""
        lines = [f"{self.title}: {', '.join(f'~~{name}' for name in self.categories)}", ""]
        if self.credential:
            lines += [f"Credential: {self.credential}", ""]
        lines += [f"- {abilities}: needs {needs}" for abilities, needs in self.needs]
        lines += ["", f"In {file}:", *(f"    {line}" for line in self.yaml().splitlines()), "", "Settings:"]
        lines += [
            f"- {s.name}{' (required)' if s.required else ''}{' (secret)' if s.secret else ''}: {s.description}" for s in self.settings
        ]
        if self.blind:
            lines += ["", f"Can't see: {self.blind}"]
        lines += [f"Ends: {ending}" for ending in self.endings]
        variables = re.findall(r"\$\{(\w+)\}", self.yaml())
        first = f"set {' and '.join(variables)} in the environment, and " if variables else ""
        lines += ["", f"Then {first}run: {command} doctor"]
        return "\n".join(lines) + "\n"


def guide(kind: type[Connector[Any]]) -> Guide:
    """The guide of one class."""
    about = kind.about
    settings = tuple(
        Setting(name, field.is_required(), "SecretStr" in str(field.annotation) or field.annotation is SecretStr, field.description or "")
        for name, field in kind.settings_type.model_fields.items()
    )
    together: dict[str, list[str]] = {}
    for ability in (*ABILITIES, *ACTIONS):
        if hasattr(kind, ability) and about.needs.get(ability):
            together.setdefault(about.needs[ability], []).append(ability)
    return Guide(
        type=kind.type,
        title=about.title or kind.type,
        categories=tuple(category.value for category in kind.categories),
        credential=about.credential,
        settings=tuple(sorted(settings, key=lambda setting: not setting.required)),
        needs=tuple((", ".join(abilities), needs) for needs, abilities in together.items()),
        blind=about.blind,
        source=about.source,
        example=tuple(about.example.items()),
        endings=tuple(f"{ending.what}, on {ending.on}: {ending.instead} ({ending.source})" for ending in about.endings),
    )
