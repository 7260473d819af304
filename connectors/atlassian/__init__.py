"""Atlassian Cloud: Jira, Jira Service Management and Confluence of one site, a file each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from escalation.connector import About, Connector, Probe
from escalation.errors import NotFound
from escalation.hookspecs import hookimpl
from escalation.records import Category, Record

from .confluence import Confluence
from .jira import SERVICE
from .service import ServiceManagement
from .site import AtlassianSettings

__all__ = ["Atlassian", "AtlassianSettings"]


class Atlassian(ServiceManagement, Confluence):
    """Finds tickets, work items and articles of one site, files work items and adds internal notes."""

    type: ClassVar[str] = "atlassian"
    categories: ClassVar[tuple[Category, ...]] = (Category.SUPPORT_PLATFORM, Category.PROJECT_TRACKER, Category.KNOWLEDGE_BASE)
    settings_type = AtlassianSettings
    about = About(
        title="Atlassian (Jira, Jira Service Management, Confluence)",
        credential=(
            "As an organization admin: admin.atlassian.com → Directory → Service accounts → Create a service account, with the role *User* "
            "in the products it shall read (an agent's seat, too, for SLA clocks and internal notes), and in Jira a project role that may "
            "browse just these projects. Then Create credentials → OAuth 2.0, tick the scopes below and no others, and set `client_id`, "
            "`client_secret` and `cloud_id`. Create credentials → API token does as well, with `email`, `token` and `cloud_id`. "
            "A person's own token: id.atlassian.com → Security → API tokens → *Create API token with scopes*; it is for Jira or for "
            "Confluence, so that the site is configured twice, under two names with different `products`. One without scopes "
            "may do all that the person may and is set with `site`, `email` and `token` alone."
        ),
        needs={
            "find_work_items": "`read:jira-work` and `read:jira-user`",
            "find_tickets": "`read:jira-work` and `read:jira-user`",
            "find_articles": "`search:confluence`",
            "fetch": "`read:jira-work`, `read:servicedesk-request` and an agent's seat for SLA clocks, `read:page:confluence`",
            "create_work_item": "`write:jira-work`",
            "add_internal_note": "`write:servicedesk-request`",
        },
        blind=(
            "Jira has no ranking by relevance: the latest 25 hits are read; what was written in the last seconds may be missing from its "
            "index and Confluence's; issues with a security level are restricted; Server and Data Center are not spoken to."
        ),
        source="Jira Cloud REST API v3, its OpenAPI description; Service Management and Confluence v1 and v2, their typed clients; 2026-11",
        example={
            "site": "acme",
            "cloud_id": "11223344-a1b2-3b33-c444-def123456789",
            "client_id": "${ATLASSIAN_CLIENT_ID}",
            "client_secret": "${ATLASSIAN_CLIENT_SECRET}",
        },
    )

    def owns(self, reference: str) -> bool:
        return bool(self.key_in(reference) or self.page_in(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        if page := self.page_in(reference):
            yield from self.mapped([self.page(page)], self.article)
            return
        key = self.key_in(reference)
        if not key:
            raise NotFound(f"{reference[:80]!r} is no issue and no page of this site")
        issue = self.issue(key)
        if issue.text("fields.project.projectTypeKey") == SERVICE:
            yield from self.mapped([self.with_clocks(issue)], self.ticket)
        else:
            yield from self.mapped([self.with_remote_links(issue)], self.work_item)

    def check_connection(self) -> Iterator[Probe]:
        products = self.settings.products
        if "jira" in products:
            yield self.probe("find_work_items", lambda: self.seen(self.work_scope()))
        if "service management" in products:
            yield self.probe("find_tickets", lambda: self.seen(self.ticket_scope()))
            yield self.probe("fetch", self.requests_seen)
        if "confluence" in products:
            yield self.probe("find_articles", self.pages_seen)
            yield self.probe("fetch", self.bodies_seen)


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Atlassian,)
