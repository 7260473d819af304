"""A user's templates lie over the shipped ones, by name; what is wrong in one is said in a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.brief import Renderer
from escalation.case import Case
from escalation.errors import TemplateError
from escalation.plugins import Hooks


def rendered(folder: Path, case: Case, text: str) -> str:
    (folder / "engineering.md.j2").write_text(text, encoding="utf-8")
    return Renderer(folder, Hooks()).brief(case, "engineering")


def test_a_template_of_the_same_name_replaces_the_shipped_one(tmp_path: Path, case: Case) -> None:
    assert rendered(tmp_path, case, "Only {{ case.id }}") == "Only ESC-ABC234\n"


def test_a_template_may_extend_the_shipped_one_and_change_a_block(tmp_path: Path, case: Case) -> None:
    text = rendered(tmp_path, case, '{% extends "shipped/engineering.md.j2" %}{% block title %}Ours: {{ case.title }}{% endblock %}')
    assert text.startswith("## ESCALATION: Ours: Orders API answers 500")
    assert "### What's Needed" in text


def test_foreign_text_in_a_users_template_is_escaped_without_their_doing(tmp_path: Path, case: Case) -> None:
    hostile = case.model_copy(update={"title": "[x](https://evil.example) <b>"})
    assert (
        rendered(tmp_path, hostile, "{% macro say(text) %}*{{ text }}*{% endmacro %}{{ say(case.title) }}")
        == "*[x\\](https\\://evil.example) \\<b>*\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fine\n{% if %}", "engineering.md.j2, line 2: Expected an expression"),
        ("fine\n\n{{ case.sverity }}", "engineering.md.j2, line 3: "),
        ("{{ nothing }}", "engineering.md.j2, line 1: 'nothing' is undefined"),
        ("{{ 1 + 'a' }}", "engineering.md.j2, line 1: TypeError"),
        ("{{ case.__class__.__mro__ }}", "engineering.md.j2, line 1: "),
        ("{% extends 'gone.j2' %}", "gone.j2"),
    ],
)
def test_a_template_that_fails_is_named_with_its_line(tmp_path: Path, case: Case, text: str, told: str) -> None:
    with pytest.raises(TemplateError) as failure:
        rendered(tmp_path, case, text)
    assert told in str(failure.value)
    assert "\n" not in str(failure.value)


def test_compiled_templates_are_kept_where_the_caller_says_and_nowhere_else_matters(tmp_path: Path, case: Case) -> None:
    first = Renderer(None, Hooks(), cache=tmp_path / "compiled").page(case)
    assert any((tmp_path / "compiled").iterdir())
    assert Renderer(None, Hooks(), cache=tmp_path / "compiled").page(case) == first
    (tmp_path / "a file").write_text("", encoding="utf-8")
    assert Renderer(None, Hooks(), cache=tmp_path / "a file" / "below").page(case) == first
