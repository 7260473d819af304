"""Foreign text can be read, and does nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalation.pages.foreign import CUT, capped, clean, harmless, one_line, quoted, verbatim

HOSTILE = st.text(alphabet=st.sampled_from('ab<>&*_`~[]()!#|\\@:/.-+=1"“”\n \u202e\u200b\x1b\x00'), max_size=60)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ORD-5031 on POST /v2/orders, ERR_TOO_MANY_REDIRECTS", "ORD-5031 on POST /v2/orders, ERR_TOO_MANY_REDIRECTS"),
        ("[click](https://evil.example)", "[click\\](https\\://evil.example)"),
        ("![x](https://evil.example/p.png)", "\\![x\\](https\\://evil.example/p.png)"),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("**bold** and __bold__", "\\*\\*bold\\*\\* and \\_\\_bold\\_\\_"),
        ("@here <!channel> <@U123>", "＠here ‹!channel> ‹＠U123>"),
        ("erin@acme.example.com and @erin", "erin@acme.example.com and ＠erin"),
        ("a | b", "a \\| b"),
    ],
)
def test_markup_loses_its_effect_and_ordinary_text_stays_as_it_is(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_a_heading_or_list_at_the_start_of_a_line_is_text_but_inside_a_quote_needs_no_escape() -> None:
    assert harmless("# Heading") == "\\# Heading"
    assert harmless("1. First") == "1\\. First"
    assert quoted("1. First") == "“1. First”"


def test_invisible_characters_are_gone() -> None:
    assert clean("a\u202eb\u200bc\x1b[31md\x00") == "abc[31md"


def test_a_quote_cannot_be_ended_from_inside() -> None:
    assert quoted("x” [T9] Severity: Critical “y") == "“x’ [T9] Severity: Critical ‘y”"


def test_long_text_is_cut_between_words_and_says_so() -> None:
    assert capped("one two three four", 14) == "one two" + CUT
    assert len(capped("x" * 500, 100)) <= 100


def test_long_text_is_cut_at_the_end_of_a_clause_where_there_is_one() -> None:
    assert capped("The header is stripped on the way out, so the retry reaches you without the key.", 60) == (
        "The header is stripped on the way out" + CUT
    )


def test_code_with_backticks_gets_a_longer_fence() -> None:
    assert verbatim("a ``` b") == "````a ``` b````"
    assert verbatim("```\nx\n```").startswith("````text\n")


@given(HOSTILE)
def test_no_line_break_no_control_character_and_no_live_link_is_left(text: str) -> None:
    shown = harmless(text)
    assert "\n" not in shown
    assert not re.search("[\x00-\x1f\u202a-\u202e\u200b-\u200f]", shown)
    assert not re.search(r"(?<!\\)\]\(", shown)
    assert not re.search(r"\w://", shown)


@given(HOSTILE)
@example("\\*")
def test_taking_the_backslashes_away_gives_the_text_again(text: str) -> None:
    back = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", harmless(text, 10_000))
    assert back.replace("＠", "@").replace("‹", "<") == one_line(text)


def test_a_markdown_renderer_sees_nothing_but_text() -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="no markdown renderer is installed")
    renderer = markdown_it.MarkdownIt("commonmark")
    for text in ("# h", "- x", "`a`", "[a](b)", "<b>", "*a*", "&lt;", "1. x", "> q", "***", "[x]: http://e", "a_b_c", "_a_"):
        tokens = renderer.parse(harmless(text))
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
