from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain, no markup", "plain, no markup"),
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a &lt;b&gt; &amp;amp; c&nbsp;d", "a <b> &amp; c d"),
        ('<a href="https://x.example.com/a">the log</a>', "the log (https://x.example.com/a)"),
        ('<a href="https://x.example.com/">https://x.example.com</a>', "https://x.example.com"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ("<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>", "- one\n  - inner\n- two"),
        ("<ol><li>one</li><li><p>two</p></li></ol>", "1. one\n2. two"),
        ("<pre>  x = 1\n\n    y</pre>", "  x = 1\n\n    y"),
        ("<blockquote><p>said</p><p>again</p></blockquote>after", "> said\n>\n> again\n\nafter"),
        ("<table><tr><th>Code</th><th>n</th></tr><tr><td>500</td><td>3</td></tr></table>", "Code | n\n500 | 3"),
        ("<head><title>T</title></head><style>p{}</style><script>if (a<b) {}</script><body>seen</body>", "seen"),
        ('<img src="data:image/png;base64,AAAA" alt="chart">', "[image: chart]"),
        ("<!-- no --><!DOCTYPE html>yes", "yes"),
        ("if a < b and c > d", "if a < b and c > d"),
        ('<a title="a > b" href="https://x.example.com">t</a>', "t (https://x.example.com)"),
    ],
)
def test_html_reads_as_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_what_was_text_never_turns_into_a_tag_or_gets_lost() -> None:
    assert html_to_text(f"<p>{escape('<script>alert(1)</script>')}</p>") == "<script>alert(1)</script>"


def test_a_tag_whose_quote_never_closes_ends_at_its_first_bracket() -> None:
    assert html_to_text('<p>before</p><a href="x>link</a> after') == "before\n\nlink after"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp")), min_size=1))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert html_to_text(f"<div>{escape(text)}</div>") == text


_BITS = ["<", "</", ">", "p", "a", "li", "ol", "pre", "blockquote", "head", " ", "\n", '"', "'", "!", "--", "=", "href", "&amp;", "text"]


@given(st.lists(st.sampled_from(_BITS)).map("".join))
def test_broken_markup_is_read_somehow(html: str) -> None:
    assert isinstance(html_to_text(html), str)


@pytest.mark.parametrize("unit", ["<a ", '<a "', "<!--", "<", '<a href="', "<p>x", "<ul><li>", "<blockquote>", "<![if"])
def test_a_long_run_of_broken_tags_is_read_in_one_pass(unit: str) -> None:
    """The standard library's parser takes minutes over these."""
    assert isinstance(html_to_text(unit * 30_000), str)
