"""Exports as real files, and the rows of one without a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.workspace.exports import Export, exports_of
from connectors.workspace.reader import Context, Fault, Reader
from escalation.records import Record

CONTEXT = Context(vendor_domains=("larkspur.example",), currency="USD", zone="Europe/Berlin")

Read = Callable[..., tuple[list[Any], list[Fault]]]


class Rows:
    """An export of rows that are in memory already."""

    name = "export"
    modified = 0.0

    def __init__(self, rows: Sequence[Any], shape: str = "ndjson", columns: tuple[str, ...] = (), keys: tuple[str, ...] = ()) -> None:
        self.shape = shape
        self.columns = columns
        self.keys = keys
        self.sample = tuple(row for row in rows if isinstance(row, Mapping))[:5]
        self._rows = rows

    def rows(self, key: str = "") -> Iterator[tuple[int, Any]]:
        yield from ((line, row) for line, row in enumerate(self._rows, start=1) if isinstance(row, Mapping))

    def document(self) -> Any:
        return self._rows[0] if self._rows else {}

    def text(self) -> str:
        return json.dumps(self._rows)

    def data(self) -> bytes:
        return self.text().encode()


@pytest.fixture(scope="session")
def rows() -> type[Rows]:
    return Rows


@pytest.fixture(scope="session")
def context() -> Context:
    return CONTEXT


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(Zendesk, {"tickets.json": [...]})` → (records, faults); a list of rows for a `.csv`, else JSON, text or bytes."""

    def read(kind: Callable[[Context], Reader], files: Mapping[str, Any], context: Context = CONTEXT) -> tuple[list[Record], list[Fault]]:
        reader = kind(context)
        found: list[Export] = []
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_bytes(name, content))
            for export in exports_of(tmp_path, name, 0.0, 10_000_000):
                assert isinstance(export, Export), export
                assert reader.recognises(export), f"{name} is not recognised"
                found.append(export)
        items = list(reader.read(sorted(found, key=lambda export: export.name)))
        faults = [item for item in items if isinstance(item, Fault)]
        return [item for item in items if not isinstance(item, Fault)], faults

    return read


def _bytes(name: str, content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    if name.endswith(".csv"):
        table = io.StringIO()
        writer = csv.DictWriter(table, list(content[0]))
        writer.writeheader()
        writer.writerows(content)
        return table.getvalue().encode()
    if name.endswith(".ndjson"):
        return "".join(json.dumps(row) + "\n" for row in content).encode()
    return json.dumps(content).encode()


@pytest.fixture(scope="session")
def spec() -> Callable[[str], Any]:
    """A vendor's API description, `spec("zendesk.json")`; skips where it is not there."""

    def spec(name: str) -> Any:
        path = Path(__file__).parents[2].parent / "shared" / "specs" / name
        if not path.is_file():
            pytest.skip(f"the vendor's description ../shared/specs/{name} is not here")
        return json.loads(path.read_text(encoding="utf-8"))

    return spec
