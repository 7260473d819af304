"""What a file is told to be from its content, and what is left of one that is broken."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.workspace.exports import Export, exports_of
from connectors.workspace.folder import walk
from connectors.workspace.reader import Fault, Unreadable


def opened(content: str | bytes, name: str = "file") -> Export:
    data = content.encode() if isinstance(content, str) else content
    return Export(name, 0.0, lambda: io.BytesIO(data))


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        ("Issue key,Summary\nORD-1,Late\n", "csv"),
        ("Issue key;Summary\nORD-1;Late, again\n", "csv"),
        ("Issue key\tSummary\nORD-1\tLate\n", "csv"),
        ("sep=;\nIssue key;Summary\nORD-1;Late\n", "csv"),
        ('ID,Title,Description\n1,Late,"# a heading\n- a\n- list"\n', "csv"),
        ('{"issues": []}', "json"),
        ('[{"number": 1}]', "json"),
        ('{\n  "a": 1\n}\n', "json"),
        ('{"a": 1}\n{"a": 2}\n', "ndjson"),
        ("From dana@example.com Wed Nov 18 10:00:00 2026\nFrom: dana@example.com\nSubject: x\n\nHi\n", "mail"),
        ("Received: by mx.example.com\n with SMTP\nFrom: dana@example.com\nDate: Wed, 18 Nov 2026 10:00:00 +0000\n\nHi, \x80\n", "mail"),
        ("# Rotating secrets\n\nFirst, second, third.\n", "markdown"),
        ("---\ntitle: Rotating secrets\n---\nBoth, at once, for a day.\n", "markdown"),
        ("Rotating secrets\n================\n\nBoth.\n", "markdown"),
        ("<!DOCTYPE html><html><body>Hi</body></html>", "html"),
        ("\n<div><p>Hi</p></div>", "html"),
        ('<?xml version="1.0"?>\n<hibernate-generic datetime="x"></hibernate-generic>', "xml"),
        ("Just a few words, said once.\nAnd then more, and more, and more.\n", "text"),
        ("[2026-11-18 10:00] worker started\n[2026-11-18 10:01] worker died\n", "text"),
    ],
)
def test_the_shape_is_told_from_the_content(content: str, shape: str) -> None:
    assert opened(content).shape == shape


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_gives_the_same_rows(encoding: str) -> None:
    export = opened("Name;Ort\nZoë;Köln\n".encode(encoding))
    assert export.columns == ("Name", "Ort")
    assert list(export.rows()) == [(2, {"Name": "Zoë", "Ort": "Köln"})]
    assert export.faults() == []


def test_windows_1252_is_read_with_a_note() -> None:
    export = opened("Name;Ort\nZoë;Köln\n".encode("cp1252"))
    assert list(export.rows()) == [(2, {"Name": "Zoë", "Ort": "Köln"})]
    assert export.faults() == [Fault("file", None, "is not UTF-8; read as Windows-1252")]


def test_a_damaged_byte_in_utf_8_stays_utf_8_and_names_its_line() -> None:
    export = opened("Name;Ort\nZoë;Köln\nA;B".encode() + b"\xff\n")
    assert [row["Ort"] for _, row in export.rows()] == ["Köln", "B\N{REPLACEMENT CHARACTER}"]
    assert "line 3" in export.faults()[0].problem


def test_repeated_headings_are_collected_and_short_rows_filled() -> None:
    export = opened("Key,Comment,Comment,Comment,Last\n1,a,,b,z\n2,c\n")
    assert [row for _, row in export.rows()] == [
        {"Key": "1", "Comment": ["a", "b"], "Last": "z"},
        {"Key": "2", "Comment": ["c"], "Last": ""},
    ]


def test_rows_know_the_line_they_begin_on() -> None:
    export = opened('Key,Text\n1,"two\nlines"\n\n2,one\n')
    assert [line for line, _ in export.rows()] == [2, 5]


def test_a_csv_cut_off_inside_quotes_keeps_the_rows_before() -> None:
    rows = opened('Key,Text\n1,good\n2,"cut o').rows()
    assert next(rows) == (2, {"Key": "1", "Text": "good"})
    with pytest.raises(Unreadable, match="never ends") as caught:
        next(rows)
    assert caught.value.line == 3


def test_a_row_with_too_many_cells_is_kept_and_noted() -> None:
    export = opened("Key,Text\n1,a,b\n2,c\n")
    assert len(list(export.rows())) == 2
    assert [(fault.line, "3 cells" in fault.problem) for fault in export.faults()] == [(2, True)]


def test_a_cell_of_a_megabyte_is_read() -> None:
    assert len(next(iter(opened("Key,Text\n1," + "x" * 1_000_000 + "\n").rows()))[1]["Text"]) == 1_000_000


def test_a_json_list_cut_off_keeps_the_items_before() -> None:
    rows = opened('{"count": 2, "issues": [\n {"key": "A-1"},\n {"key": "A-2"},\n {"key"').rows("issues")
    assert next(rows) == (2, {"key": "A-1"})
    assert next(rows) == (3, {"key": "A-2"})
    with pytest.raises(Unreadable, match="cut off") as caught:
        next(rows)
    assert caught.value.line == 4


def test_the_sample_is_of_the_longest_list_and_all_keys_are_known() -> None:
    export = opened('{"users": [{"id": 1}], "tickets": [{"id": 2}, {"id": 3}], "next_page": null}')
    assert export.keys == ("users", "tickets", "next_page")
    assert export.sample == ({"id": 2}, {"id": 3})


def test_a_broken_line_of_json_lines_costs_that_line_alone() -> None:
    export = opened('{"a": 1}\n{"a": \n7\n{"a": 2}\n')
    assert [row["a"] for _, row in export.rows()] == [1, 2]
    assert [fault.line for fault in export.faults()] == [2, 3]


def test_many_broken_lines_are_counted_not_listed() -> None:
    export = opened('{"a": 1}\n' + "x\n" * 1000)
    list(export.rows())
    assert len(export.faults()) == 21
    assert export.faults()[-1].problem == "980 more rows like these"


def test_half_a_character_spelt_in_json_is_replaced() -> None:
    assert [row["a"] for _, row in opened('[{"a": "x\\ud83d"}]').rows()] == ["x\N{REPLACEMENT CHARACTER}"]


def test_json_nested_without_end_is_unreadable_not_a_crash() -> None:
    with pytest.raises(Unreadable):
        opened('[{"a":' + "[" * 200_000).document()


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"%PDF-1.7 ...", "a PDF"), (b"\x89PNG\r\n\x1a\n", "an image"), (bytes(range(256)) * 9, "binary"), (b"\x1f\x8b\x08", "gzip")],
)
def test_a_binary_file_is_named_for_what_it_is(data: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match=kind):
        opened(data)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    said = []
    try:
        export = opened(data)
        for read in (lambda: list(export.rows()), export.document, export.text):
            with suppress(Unreadable):
                read()
        said = [fault.problem for fault in export.faults()]
    except Unreadable as error:
        said = [error.problem]
    assert not any("\n" in problem for problem in said)


def zipped(path: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_members_of_a_zip_are_files_of_the_folder(tmp_path: Path) -> None:
    zipped(tmp_path / "slack.zip", {"general/2026-11-18.json": "[{}]", "users.json": "[{}]", "__MACOSX/x": "junk", ".hidden": "junk"})
    assert [export.name for export in exports_of(tmp_path, "slack.zip", 0.0, 10_000) if isinstance(export, Export)] == [
        "slack.zip/general/2026-11-18.json",
        "slack.zip/users.json",
    ]


def test_a_zip_that_unpacks_to_too_much_is_left_out_from_there(tmp_path: Path) -> None:
    zipped(tmp_path / "bomb.zip", {f"{n}.csv": "a,b\n" * 200 for n in range(9)})
    found = list(exports_of(tmp_path, "bomb.zip", 0.0, 1000))
    assert [type(export) for export in found] == [Export] * 5 + [Fault] * 4
    assert "max_file_mb" in str(found[-1])


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"PK\x03\x04 but no zip", "broken zip"), (b"", "is empty"), (b"a,b\n" * 1000, "more than max_file_mb")],
)
def test_a_file_that_cannot_be_read_is_one_fault(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "file").write_bytes(content)
    [fault] = exports_of(tmp_path, "file", 0.0, 3000)
    assert isinstance(fault, Fault)
    assert problem in fault.problem


def test_a_spreadsheet_is_sent_back_for_csv(tmp_path: Path) -> None:
    zipped(tmp_path / "crm.xlsx", {"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"})
    assert [str(fault.problem) for fault in exports_of(tmp_path, "crm.xlsx", 0.0, 10_000) if isinstance(fault, Fault)] == [
        "is an Office file; save it as CSV"
    ]


def test_links_are_not_followed_and_those_leading_out_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n", encoding="utf-8")
    folder = tmp_path / "exports"
    (folder / "sub").mkdir(parents=True)
    (folder / "in.csv").write_text("a,b\n", encoding="utf-8")
    (folder / "out.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "alias.csv").symlink_to(folder / "in.csv")
    (folder / "broken").symlink_to(folder / "nowhere")
    files, faults = walk(folder)
    assert list(files) == ["in.csv"]
    assert [(fault.file, "out of the folder" in fault.problem) for fault in faults] == [("broken", False), ("out.csv", True)]
