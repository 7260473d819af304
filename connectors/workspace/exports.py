"""The files of the workspace, opened: members of zips too, their shape found by content.

What can't be read is named and left out; what can be read in part is read in part.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal

from .content import binary_kind, encoding_of, header_of, is_json, is_mail, markup_of
from .json_text import JsonText
from .reader import Fault, Row, Unreadable

Shape = Literal["csv", "json", "ndjson", "mail", "markdown", "html", "xml", "text"]

HEAD = 65_536
"""Bytes that the shape is decided from."""
SAMPLE = 5
"""Rows of `sample`."""
_NOTES = 20
"""Broken rows that one file reports by line; the others are counted."""
_CUT_OFF = "\ue000 the file ends here \ue000"
_DAMAGED = "can't be read on: the file or the zip round it is damaged"
_DAMAGE = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)
_ZIP_GROWTH = 4
"""A zip may unpack to this many times the largest file allowed."""

csv.field_size_limit(2**31 - 1)


def exports_of(folder: Path, path: str, modified: float, most: int) -> Iterator[Export | Fault]:
    """The export that the file at `path` is, or one for each member of a zip; `most` is the largest size in bytes."""
    try:
        with (folder / path).open("rb") as file:
            start = file.read(4)
            size = file.seek(0, io.SEEK_END)
        if start == b"PK\x03\x04":
            yield from _members(folder / path, path, modified, most)
        else:
            yield _opened(path, size, modified, most, lambda: (folder / path).open("rb"))
    except OSError as error:
        yield Fault(path, None, f"can't be opened: {error.strerror or 'input or output error'}")
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        yield Fault(path, None, "is a broken zip; export or copy it again")


def _members(zip_path: Path, path: str, modified: float, most: int) -> Iterator[Export | Fault]:
    archive = zipfile.ZipFile(zip_path)
    members = sorted((member for member in archive.infolist() if not member.is_dir()), key=lambda member: member.filename)
    if any(member.filename == "[Content_Types].xml" for member in members):
        yield Fault(path, None, "is an Office file; save it as CSV")
        return
    room = most * _ZIP_GROWTH
    for member in members:
        steps = member.filename.split("/")
        if any(step.startswith(".") or step == "__MACOSX" for step in steps if step):
            continue
        name = f"{path}/{member.filename}"
        room -= member.file_size
        if room < 0:
            yield Fault(name, None, "is left out: the zip unpacks to more than it may; unpack it here or raise max_file_mb")
        elif member.flag_bits & 1:
            yield Fault(name, None, "is encrypted; unpack the zip here")
        else:
            yield _opened(name, member.file_size, modified, most, partial(archive.open, member))


def _opened(name: str, size: int, modified: float, most: int, source: Callable[[], IO[bytes]]) -> Export | Fault:
    if size > most:
        return Fault(name, None, f"is {size / 1e6:,.0f} MB, more than max_file_mb: {most / 1e6:,.0f}")
    if not size:
        return Fault(name, None, "is empty")
    try:
        return Export(name, modified, source)
    except Unreadable as error:
        return Fault(name, error.line, error.problem)
    except _DAMAGE:
        return Fault(name, None, _DAMAGED)


class Export:
    """One file of the workspace folder; implements `reader.Export`. Raises Unreadable when it is no text."""

    shape: Shape
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sample: tuple[Row, ...] = ()

    def __init__(self, name: str, modified: float, source: Callable[[], IO[bytes]]) -> None:
        self.name = name
        self.modified = modified
        self.notes: list[Fault] = []
        """What was amiss but did not stop the reading."""
        self._source = source
        self._broken = 0
        with source() as stream:
            head = stream.read(HEAD)
        if is_mail(head):
            self.shape = "mail"
            self._encoding, self._errors = "utf-8", "replace"
            return
        if kind := binary_kind(head):
            raise Unreadable(f"is {kind}")
        with source() as stream:
            self._encoding, self._errors, note = encoding_of(stream, head)
        if note:
            self.notes.append(Fault(name, None, note))
        self._find_shape()

    def rows(self, key: str = "") -> Iterator[tuple[int, Row]]:
        """See `reader.Export`. A broken line of NDJSON and a CSV row with cells too many are noted, and reading goes on."""
        if self.shape == "csv":
            yield from self._csv_rows()
        elif self.shape == "ndjson":
            yield from self._ndjson_rows()
        elif self.shape == "json":
            for at, value in JsonText(self.text()).items(key):
                if isinstance(value, dict):
                    yield at, value
                else:
                    self._note(at, "is not an object")
        else:
            raise Unreadable(f"is {self.shape}, which has no rows")

    def document(self) -> Any:
        """See `reader.Export`."""
        return JsonText(self.text()).document()

    def text(self) -> str:
        """See `reader.Export`."""
        try:
            with self._text() as stream:
                return stream.read().replace("\0", "")
        except _DAMAGE:
            raise Unreadable(_DAMAGED) from None

    def data(self) -> bytes:
        """See `reader.Export`."""
        try:
            with self._source() as stream:
                return stream.read()
        except _DAMAGE:
            raise Unreadable(_DAMAGED) from None

    def faults(self) -> list[Fault]:
        """Everything amiss that was met so far, the last line counting what is not listed."""
        more = self._broken - _NOTES
        return [*self.notes, Fault(self.name, None, f"{more:,} more rows like these")] if more > 0 else self.notes

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._source(), encoding=self._encoding, errors=self._errors, newline="")

    def _find_shape(self) -> None:
        with self._text() as stream:
            head = stream.read(HEAD).replace("\0", "")
            whole = not stream.read(1)
        if is_json(head):
            self._find_json_shape()
        elif markup := markup_of(head):
            self.shape = markup
        elif header := header_of(head, whole=whole):
            self._delimiter, self.columns = header
            self.shape = "csv"
            self.sample = tuple(row for _, row in self._sampled())
        else:
            self.shape = "text"

    def _find_json_shape(self) -> None:
        with self._text() as stream:
            first = next((line for line in stream if line.strip()), "")
            more = any(line.strip() for line in stream)
        if more and _is_object(first):
            self.shape = "ndjson"
            self.sample = tuple(row for _, row in self._sampled())
            return
        self.shape = "json"
        self.keys, rows = JsonText(self.text()).outline(SAMPLE)
        self.sample = tuple(row for row in rows if isinstance(row, dict))

    def _sampled(self) -> Iterator[tuple[int, Row]]:
        rows = self.rows()
        try:
            for _, numbered in zip(range(SAMPLE), rows, strict=False):
                yield numbered
        except Unreadable:
            pass  # told when it is read
        self.notes = [note for note in self.notes if note.line is None]
        self._broken = 0

    def _note(self, line: int, problem: str) -> None:
        self._broken += 1
        if self._broken <= _NOTES:
            self.notes.append(Fault(self.name, line, problem))

    def _csv_rows(self) -> Iterator[tuple[int, Row]]:
        places: dict[str, list[int]] = {}
        for place, column in enumerate(self.columns):
            if column:
                places.setdefault(column, []).append(place)
        width = len(self.columns)
        for line, cells in self._csv_cells():
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                self._note(line, f"has {len(cells)} cells under {width} headings; those without a heading are left out")
            full = [*cells, *[""] * (width - len(cells))]
            yield line, {column: full[at[0]] if len(at) == 1 else [full[i] for i in at if full[i]] for column, at in places.items()}

    def _csv_cells(self) -> Iterator[tuple[int, list[str]]]:
        """(first line, cells) of each row under the header. Raises Unreadable when the file ends inside quotes."""
        with self._text() as stream:
            reader = csv.reader(_with_end(stream), delimiter=self._delimiter)
            headed = False
            end = 0
            try:
                for cells in reader:
                    start, end = end + 1, reader.line_num
                    if cells and cells[-1].endswith(_CUT_OFF):
                        if cells != [_CUT_OFF]:
                            raise Unreadable("has a quoted cell that never ends: the file is cut off or lacks a quote", start)
                    elif not headed:
                        headed = tuple(cell.strip() for cell in cells) == self.columns
                    elif any(cells):
                        yield start, cells
            except csv.Error as error:
                raise Unreadable(f"is not CSV from here: {error}", reader.line_num) from None
            except _DAMAGE:
                raise Unreadable(_DAMAGED, reader.line_num) from None

    def _ndjson_rows(self) -> Iterator[tuple[int, Row]]:
        with self._text() as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                try:
                    value = JsonText(line.replace("\0", "")).document()
                except Unreadable:
                    self._note(number, "is not JSON; cut off or damaged")
                    continue
                if isinstance(value, dict):
                    yield number, value
                else:
                    self._note(number, "is not an object")


def _with_end(stream: io.TextIOWrapper) -> Iterator[str]:
    for line in stream:
        yield line.replace("\0", "") if "\0" in line else line
    yield _CUT_OFF


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
