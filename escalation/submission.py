"""What somebody hands over (a log, a note, a tool's answer) as records.

JSON in our own shape is taken as it is; a vendor's JSON or an export file is mapped by what is in
it; anything else is kept word for word as a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from escalation.errors import NothingFound, UsageError
from escalation.plugins import load_plugin
from escalation.records import AnyRecord, Person

MAX_BYTES = 2_000_000

_FIELDS = {
    "ticket": ("subject", "requester", "created_at"),
    "account": ("name", "owner", "updated_at"),
    "message": ("channel", "author", "at"),
    "work item": ("title", "reporter", "created_at"),
    "article": ("title", "author", "created_at"),
    "note": ("title", "author", "at"),
}
"""Kind → its fields for heading, person and moment."""
KINDS = tuple(_FIELDS)

_RECORD: TypeAdapter[AnyRecord] = TypeAdapter(AnyRecord)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TITLE_LENGTH = 80
_MOST_LISTS = 12
"""Lists inside a tool's answer that are tried for a shape that is known."""
_MAPPED_SHAPES = ("json", "ndjson", "csv", "mail")
"""A page or a plain text stays the note it is."""


def submitted_file(file: Path, vendor_domains: Sequence[str] = ()) -> tuple[AnyRecord, ...]:
    """The records in a file. Raises NothingFound, UsageError."""
    text = read_text(file)
    if text.lstrip()[:1] in ("{", "["):
        return submitted_json(text, file.name, vendor_domains)
    return _mapped(text, vendor_domains) or (note(text, title=file.name),)


def submitted_json(text: str, name: str, vendor_domains: Sequence[str] = ()) -> tuple[AnyRecord, ...]:
    """The records in JSON text. Raises UsageError when it is in our shape but wrong, or no JSON at all.

    `vendor_domains` are the e-mail domains of our own staff.
    """
    text = _SURROGATE.sub("\ufffd", text)
    try:
        value = _clean(json.loads(text))
    except json.JSONDecodeError as error:
        if "\n" in text.strip() and (records := _mapped(text, vendor_domains)):
            return records  # an object a line
        raise UsageError(f"{name}: not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError):
        raise UsageError(f"{name}: JSON that is nested too deeply, or holds a number of thousands of digits") from None
    entries = value if isinstance(value, list) else [value]
    if entries and all(isinstance(entry, Mapping) and entry.get("kind") in KINDS for entry in entries):
        return tuple(_ours(entry, name) for entry in entries)
    for part in (text, *(json.dumps(inner) for inner in islice(_lists(value), _MOST_LISTS))):
        if records := _mapped(part, vendor_domains):
            return records
    return (note(text, title=name),)


@dataclass(frozen=True)
class Details:
    """What is known of some words besides themselves."""

    title: str = ""
    author: str = ""
    at: datetime | None = None
    """Aware."""
    url: str = ""
    ref: str = ""


def completed(record: AnyRecord, details: Details, connector: str) -> AnyRecord:
    """The record with these details where it states none itself."""
    title, person, moment = _FIELDS[record.kind]
    known = {
        title: details.title or (connector if record.kind == "message" else ""),
        person: Person(name=details.author) if details.author else None,
        moment: details.at,
        "url": details.url,
    }
    update = {name: value for name, value in known.items() if value and getattr(record, name) in ("", None, Person())}
    return record.model_copy(update=update) if update else record


def note(text: str, *, title: str = "") -> AnyRecord:
    """Words as a note; the same words are the same note."""
    return record("note", text, Details(title=title))


def record(kind: str, text: str, details: Details) -> AnyRecord:
    """Words as a record of `kind`, one of KINDS. Raises UsageError when there are none."""
    text = _SURROGATE.sub("\ufffd", text)
    if not text.strip():
        raise UsageError("there is nothing in what was handed over; give some text")
    title, person, moment = _FIELDS[kind]
    named = {
        "kind": kind,
        "ref": details.ref or f"{kind.replace(' ', '-')}-{sha256(text.encode()).hexdigest()[:8]}",
        "url": details.url,
        "text": text,
        title: details.title or ("chat" if kind == "message" else _first_words(text)),
        person: Person(name=details.author),
        moment: details.at,
    }
    return _RECORD.validate_python(named)


def read_text(file: Path) -> str:
    """A text file of at most two megabytes; single bytes that are no UTF-8 become U+FFFD."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise NothingFound(f"there is no file {file}") from None
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{file} is larger than {MAX_BYTES:,} bytes; hand over the part that matters, or search it with --workspace")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise UsageError(f"{file} is no text; hand over text, JSON or an export")
    return data.decode("utf-8-sig", errors="replace")


def _ours(entry: Mapping[str, Any], name: str) -> AnyRecord:
    try:
        return _RECORD.validate_python(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        raise UsageError(f"{name}: a {entry['kind']} whose {field!r} is wrong: {first['msg'].lower()}") from None


def _mapped(text: str, vendor_domains: Sequence[str]) -> tuple[AnyRecord, ...]:
    """What the workspace's readers make of it, one format at most; nothing where none knows the shape."""
    workspace = load_plugin("workspace").__name__
    exports, readers, reader = (import_module(f"{workspace}.{module}") for module in ("exports", "readers", "reader"))
    context = reader.Context(vendor_domains=tuple(vendor_domains))
    data = text.encode()
    try:
        export = exports.Export("handed over", 0.0, lambda: BytesIO(data))
        if export.shape not in _MAPPED_SHAPES:
            return ()
        mine = next((each for each in readers.load_readers(context) if each.recognises(export)), None)
        return tuple(item for item in mine.read([export]) if not isinstance(item, reader.Fault)) if mine else ()
    except Exception:  # noqa: BLE001 - foreign data may break a reader in any way; it is kept as a note then
        return ()


def _lists(value: Any, depth: int = 2) -> Iterator[list[Any]]:
    """An object as the list that a vendor would export, the lists of objects in it, then the same of the objects in it."""
    if isinstance(value, dict):
        yield [value]
        yield from (inner for inner in value.values() if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner))
        for inner in value.values() if depth else ():
            yield from _lists(inner, depth - 1)


def _clean(value: Any) -> Any:
    """The same without lone surrogates, which JSON can spell and nothing can store."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    return value


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1] + "…"
