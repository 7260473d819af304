"""An article of Guide, Zendesk's help centre.

https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/ and …/search/, 2026-11.
"""

from __future__ import annotations

from escalation.html_text import html_to_text
from escalation.records import Article, Visibility
from escalation.reply import Reply

_STATED = ("locale", "section_id", "outdated", "draft")


def article(raw: Reply, site: str) -> Article:
    """An article; its body comes with a search's hit too."""
    ref = raw.need("id")
    return Article(
        ref=ref,
        url=raw.text("html_url") or f"{site}/hc/articles/{ref}",
        fields={name: text for name in _STATED if (text := raw.text(name)) not in ("", "false")},
        visibility=_visibility(raw),
        title=raw.need("title", "name"),
        text=html_to_text(raw.text("body")),
        labels=raw.texts("label_names"),
        created_at=raw.moment("created_at"),
        updated_at=raw.moment("edited_at", "updated_at"),
    )


def _visibility(raw: Reply) -> Visibility:
    """Without a user segment it is for everyone; which people are in a segment, only admins may ask."""
    if raw.flag("draft") or raw.text("user_segment_id") or raw.texts("user_segment_ids"):
        return "internal"
    return "public" if raw.value("") and "user_segment_id" in raw.raw else "internal"
