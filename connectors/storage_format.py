"""Confluence's storage format as plain text: XHTML with macros and links of its own."""

import re
from html import escape

from escalation.html_text import html_to_text

_PLAIN_BODY = re.compile(r"<ac:plain-text-body>\s*<!\[CDATA\[(.*?)\]\]>\s*</ac:plain-text-body>", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PARAMETER = re.compile(r"<ac:parameter\b[^>]*>.*?</ac:parameter>", re.DOTALL)
_PAGE_LINK = re.compile(r'<ri:page\b[^>]*ri:content-title="([^"]*)"[^>]*/?>')


def storage_text(storage: str) -> str:
    """Confluence's storage format as text: macros' code kept, their settings not."""
    storage = _PLAIN_BODY.sub(lambda body: f"<pre>{escape(body[1])}</pre>", _PARAMETER.sub("", storage))
    storage = _CDATA.sub(lambda body: escape(body[1]), storage)
    return html_to_text(_PAGE_LINK.sub(r"\1", storage))
