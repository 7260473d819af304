"""Articles of the help center and of the team. Property names: `article` and `internal_article` of the API's description 2.16."""

from __future__ import annotations

from collections.abc import Mapping

from escalation.html_text import html_to_text
from escalation.records import Article, Visibility
from escalation.reply import Reply

_AUDIENCES: Mapping[str, Visibility] = {
    "everyone": "public",
    "all_users": "customer",
    "all_leads": "customer",
    "all_visitors": "public",
    "all_visitors_and_leads": "public",
    "restricted": "internal",
}
INTERNAL = "internal_article/"
"""Before the id of a team's article, which has no address that we know."""


def article(raw: Reply) -> Article:
    """An article of the help center; its body comes with a search's hit too."""
    audience = _AUDIENCES.get(raw.text("help_center_audience"), "customer")
    return Article(
        ref=raw.need("id"),
        url=raw.text("url") if raw.text("url").startswith("https://") else "",
        visibility="internal" if raw.text("state") != "published" else audience,
        title=html_to_text(raw.need("title")),
        text="\n\n".join(filter(None, (raw.text("description"), html_to_text(raw.text("body"))))),
        labels=tuple(name for tag in raw.rows("tags.tags") if (name := tag.text("name"))),
        created_at=raw.moment("created_at"),
        updated_at=raw.moment("updated_at"),
    )


def internal_article(raw: Reply) -> Article:
    """An article for the team. A hit of the search over all content has its title alone."""
    return Article(
        ref=f"{INTERNAL}{raw.need('id')}",
        whole=raw.value("body") is not None,
        title=html_to_text(raw.need("title")),
        text=html_to_text(raw.text("body")),
        created_at=raw.moment("created_at"),
        updated_at=raw.moment("updated_at"),
    )
