"""Compiled templates are kept in a folder; they save time and change nothing."""

from pathlib import Path

from escalation.brief import Renderer
from escalation.case import Case
from escalation.plugins import Hooks


def test_a_second_renderer_reads_what_the_first_has_compiled(case: Case, tmp_path: Path) -> None:
    first = Renderer(None, Hooks(), cache=tmp_path / "templates").page(case)
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "templates").iterdir()}
    assert kept
    assert Renderer(None, Hooks(), cache=tmp_path / "templates").page(case) == first
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "templates").iterdir()} == kept


def test_damaged_files_are_compiled_anew(case: Case, tmp_path: Path) -> None:
    page = Renderer(None, Hooks(), cache=tmp_path).page(case)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:40])
    assert Renderer(None, Hooks(), cache=tmp_path).page(case) == page


def test_a_place_that_can_not_be_a_folder_costs_time_only(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert Renderer(None, Hooks(), cache=file / "templates").page(case) == Renderer(None, Hooks()).page(case)
