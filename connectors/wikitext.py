"""Wikitext as plain text, as far as a reader needs it: https://www.mediawiki.org/wiki/Help:Formatting (2026-11)."""

import re

from escalation.html_text import html_to_text

_DROPPED = re.compile(
    r"<!--.*?-->|<ref\b[^<>]*/>|<ref\b.*?</ref>|__[A-Z]+__|\[\[(?:File|Image|Category):[^\[\]]*\]\]", re.DOTALL | re.IGNORECASE
)
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")


def wikitext_to_text(text: str) -> str:
    """The words of wikitext, with its lines: headings, lists and tables without their signs, links as `text (url)`. Never raises."""
    text = _DROPPED.sub("", text)
    for _ in range(3):  # templates in templates
        text = _TEMPLATE.sub("", text)
    text = re.sub(r"^(={1,6})\s*(.+?)\s*\1\s*$", r"\n\2\n", text, flags=re.MULTILINE)
    text = re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]", r"\1", text)
    text = re.sub(r"\[(https?://[^\s\[\]]+)\s+([^\[\]]+)\]", r"\2 (\1)", text)
    text = re.sub(r"\[(https?://[^\s\[\]]+)\]", r"\1", text)
    text = re.sub(r"'{2,5}", "", text)
    text = re.sub(r"^[*#:;]+\s*", "- ", text, flags=re.MULTILINE)
    text = re.sub(r"^\{\|.*$|^\|\}.*$|^\|-.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^[|!]\s*", "", text, flags=re.MULTILINE).replace("||", " | ").replace("!!", " | ")
    text = re.sub(r"<(/?)(nowiki|code|tt|syntaxhighlight|source)\b[^<>]*>", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\n", "<br>", text) if "<" in text else text
    return re.sub(r"\n{3,}", "\n\n", html_to_text(text) if "<" in text or "&" in text else text).strip()
