"""Write a connector's package: a module that speaks a made-up API, its tests on the conformance kit, and what it takes to publish it.

Replace the made-up API by yours; docs/writing-connectors.md goes through it. Nothing is asked over the network, and no folder
that exists is written into.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

from escalation.errors import StoreError, UsageError
from escalation.result import Result

if TYPE_CHECKING:
    from escalation.desk import Desk

EXAMPLE = "new-connector helpdesk --category 'support platform' --category CRM"


@dataclass(frozen=True)
class Part:
    """What the package has for one category."""

    category: str
    ability: str
    query: str
    record: str
    path: str
    things: str
    mapping: str
    key: str
    heading: str
    hit: bool
    """A search brings it without its thread."""

    besides: str = ""
    """What else a record of it can't do without, for the test that is written."""

    @property
    def constant(self) -> str:
        """Name of the category in `Category`."""
        return self.category.upper().replace(" ", "_")


PARTS = (
    Part("support platform", "find_tickets", "TicketQuery", "Ticket", "tickets", "tickets", "ticket", "4211", "subject", hit=True),
    Part("CRM", "find_accounts", "AccountQuery", "Account", "companies", "accounts", "account", "9", "name", hit=False),
    Part(
        "chat",
        "find_messages",
        "MessageQuery",
        "Message",
        "messages",
        "messages",
        "message",
        "771",
        "text",
        hit=True,
        besides=', "channel": {"name": "support"}',
    ),
    Part("project tracker", "find_work_items", "WorkItemQuery", "WorkItem", "items", "work items", "work_item", "812", "title", hit=True),
    Part("knowledge base", "find_articles", "ArticleQuery", "Article", "articles", "articles", "article", "31", "title", hit=False),
)


def arguments(parser: ArgumentParser) -> None:
    """The flags of `new-connector`."""
    parser.add_argument("name", metavar="NAME", type=_name, help="its type in config.yaml: lower-case letters, digits and hyphens")
    parser.add_argument(
        "--category",
        action="append",
        required=True,
        metavar="C",
        type=_category,
        help="what it speaks for; several may be given: " + ", ".join(part.category for part in PARTS),
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where to write it (default: escalation-NAME here)")


def run(args: Namespace, desk: Desk) -> Result:
    """Write it, and say what to type next."""
    from escalation.plugins import BUILT_IN

    if args.name in BUILT_IN:
        raise UsageError(f"{args.name!r} is built in already: see {desk.command} connectors; choose another name")
    folder = desk.here / (args.folder or f"escalation-{args.name}")
    if folder.exists():
        raise UsageError(f"{folder} is there already; remove it, or name another with --folder")
    parts = [part for part in PARTS if part.category in args.category]
    files = _files(args.name, parts, desk)
    try:
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{folder} can't be written: {error.strerror}; name another with --folder") from error
    commands = _next(folder, desk)
    if args.format == "json":
        return Result({"type": args.name, "folder": str(folder), "files": list(files), "next": commands})
    lines = [f"{folder}: a connector of type {args.name} for {', '.join(part.category for part in parts)}", *map("- {}".format, files)]
    return Result("\n".join([*lines, "\nNext:", *map("    {}".format, commands), "\n" + _GUIDE, ""]))


_GUIDE = "It speaks a made-up API and passes; put yours in its place from the top down: docs/writing-connectors.md goes through it."


def _files(name: str, parts: list[Part], desk: Desk) -> dict[str, str]:
    """Path below the folder → text."""
    import jinja2

    from escalation.brief import shipped_templates

    templates = shipped_templates() / "connector"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates, encoding="utf-8"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - what is written is Python and TOML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    given = _given(name, parts, desk)
    written = {
        "pyproject.toml": "pyproject.toml.j2",
        "README.md": "README.md.j2",
        ".gitignore": "gitignore.j2",
        f"{given['module']}.py": "connector.py.j2",
        f"tests/test_{given['name']}.py": "test_connector.py.j2",
    }
    files = {path: environment.get_template(template).render(given) for path, template in written.items()}
    for part in parts:
        files[f"tests/recordings/{part.path}.json"] = (templates / "recordings" / f"{part.path}.json").read_text(encoding="utf-8")
    return files


def _given(name: str, parts: list[Part], desk: Desk) -> dict[str, Any]:
    """What the templates speak of."""
    word = name.replace("-", "_")
    abilities = {part.ability for part in parts}
    searches = [part for part in parts if part.ability != "find_accounts"]
    people = bool(abilities & {"find_tickets", "find_messages", "find_work_items"})
    queries = [part.query for part in parts]
    records = {part.record for part in parts} | {"Category", "Record"}
    records |= {"AccountKey"} if "find_tickets" in abilities else set()
    records |= {"Comment", "Visibility"} if people else set()
    records |= {"Person"} if people or "find_accounts" in abilities else set()
    searching = {"SearchQuery"} if searches else set()
    return {
        "name": word,
        "type": name,
        "module": f"escalation_{word}",
        "package": f"escalation-{name}",
        "title": " ".join(part.capitalize() for part in name.split("-")),
        "cls": "".join(part.capitalize() for part in name.split("-")),
        "variable": word.upper(),
        "month": desk.now().strftime("%Y-%m"),
        "things": _listed([part.things for part in parts]),
        "parts": parts,
        "searches": searches,
        "people": people,
        "html": bool(abilities & {"find_tickets", "find_articles"}),
        "from_connector": sorted({"About", "ApiConnector", "ApiSettings", "Connector", "Probe", "address", *queries, *searching}),
        "from_records": sorted(records),
        "imported_by_test": sorted({parts[0].query, *(part.query for part in searches[:1])}),
        "engine": _engine(),
    }


def _engine() -> str:
    """What to give to pip so that the engine and its kit are there: the folder this runs or was installed from, or the package."""
    root = Path(__file__).resolve().parent.parent.parent
    return f"'{root if (root / 'pyproject.toml').is_file() else _installed_from() or 'customer-escalation'}[testing]'"


def _installed_from() -> str:
    """The folder that pip was given (PEP 610); empty where it was the package's name."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        origin = json.loads(distribution("customer-escalation").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    parts = urlsplit(str(origin.get("url", "")))
    return url2pathname(parts.path) if parts.scheme == "file" and "dir_info" in origin else ""


def _next(folder: Path, desk: Desk) -> list[str]:
    shown = folder.relative_to(desk.here) if folder.is_relative_to(desk.here) else folder
    place = f"'{shown}'" if " " in str(shown) else str(shown)
    return [f"cd {place}", "python3 -m venv .venv", f".venv/bin/pip install {_engine()}", ".venv/bin/pip install -e .", ".venv/bin/pytest"]


def _listed(things: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(things[:-1]), things[-1]]))


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", text) or len(text) > 30 or iskeyword(text):
        raise ArgumentTypeError(f"{text[:40]!r} is no name: use lower-case letters, digits and hyphens, such as helpdesk or status-page")
    return text


def _category(text: str) -> str:
    wanted = text.strip().lstrip("~").replace("-", " ").casefold()
    for part in PARTS:
        if part.category.casefold() == wanted:
            return part.category
    raise ArgumentTypeError(f"there is no category {text[:40]!r}; there are {', '.join(part.category for part in PARTS)}")
