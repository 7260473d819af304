"""The MCP servers whose tools are known: address, categories, and which tool answers what.

Addresses and tool names as their vendors' repositories and pages had them in November 2026. An argument that is not written here
is found in the tool's own schema when it is called, so a server that renames one is still understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from escalation.records import Category

from .tools import Ability, Use


@dataclass(frozen=True)
class Preset:
    """One server that is known."""

    categories: tuple[Category, ...]
    tools: Mapping[Ability, tuple[Use, ...]]
    url: str = ""
    """Empty where it differs from one customer to the next."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """Name of a value that `values` must hold → what it is."""


_JQL = r'text ~ "\"{term}\""'
_CQL = r'siteSearch ~ "{term}"'
_SOQL = "(Subject LIKE '%{term}%')"
_HOST = r"https://[\w-]+\.atlassian\.net"

PRESETS: Final[Mapping[str, Preset]] = {
    "atlassian": Preset(
        categories=(Category.PROJECT_TRACKER, Category.KNOWLEDGE_BASE),
        url="https://mcp.atlassian.com/v1/mcp",
        needs={"cloud_id": "the site, acme.atlassian.net, or its id"},
        tools={
            "find_work_items": (
                Use(
                    tool="searchJiraIssuesUsingJql",
                    arguments={"cloudId": "{cloud_id}", "jql": "{terms} ORDER BY updated DESC"},
                    escaping="jql",
                    term=_JQL,
                ),
            ),
            "find_articles": (
                Use(
                    tool="searchConfluenceUsingCql",
                    arguments={"cloudId": "{cloud_id}", "cql": "type = page AND {terms}"},
                    escaping="cql",
                    term=_CQL,
                ),
            ),
            "fetch": (
                Use(
                    tool="getJiraIssue",
                    arguments={"cloudId": "{cloud_id}", "issueIdOrKey": "{key}"},
                    pattern=_HOST + r"/browse/(?P<key>[A-Z][A-Z0-9_]+-\d+)/?(?:[?#].*)?",
                    kind="work item",
                ),
                Use(
                    tool="getConfluencePage",
                    arguments={"cloudId": "{cloud_id}", "pageId": "{page}"},
                    pattern=_HOST + r"/wiki/spaces/[^/]+/pages/(?P<page>\d+)(?:/.*)?",
                    kind="article",
                ),
            ),
        },
    ),
    "attio": Preset(
        categories=(Category.CRM,),
        url="https://mcp.attio.com/mcp",
        tools={"find_accounts": (Use(tool="search-records"),)},
    ),
    "azure-devops": Preset(
        categories=(Category.PROJECT_TRACKER, Category.KNOWLEDGE_BASE),
        tools={"find_work_items": (Use(tool="search_workitem"),), "find_articles": (Use(tool="search_wiki"),)},
    ),
    "github": Preset(
        categories=(Category.PROJECT_TRACKER,),
        url="https://api.githubcopilot.com/mcp/readonly",
        tools={
            "find_work_items": (Use(tool="search_issues", arguments={"query": "{query}"}),),
            "fetch": (
                Use(
                    tool="issue_read",
                    arguments={"method": "get", "owner": "{owner}", "repo": "{repo}", "issue_number": "{number}"},
                    pattern=r"https://github\.com/(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+)/issues/(?P<number>\d+)/?(?:[?#].*)?",
                    kind="work item",
                ),
            ),
        },
    ),
    "gitlab": Preset(
        categories=(Category.PROJECT_TRACKER,),
        tools={"find_work_items": (Use(tool="gitlab_search", arguments={"scope": "issues", "search": "{query}"}),)},
    ),
    "guru": Preset(categories=(Category.KNOWLEDGE_BASE,), url="https://mcp.api.getguru.com/mcp", tools={}),
    "hubspot": Preset(
        categories=(Category.CRM, Category.SUPPORT_PLATFORM),
        url="https://mcp.hubspot.com",
        tools={
            "find_accounts": (Use(tool="search_crm_objects", arguments={"objectType": "companies", "query": "{query}"}),),
            "find_tickets": (Use(tool="search_crm_objects", arguments={"objectType": "tickets", "query": "{query}"}),),
        },
    ),
    "intercom": Preset(
        categories=(Category.SUPPORT_PLATFORM,),
        url="https://mcp.intercom.com/mcp",
        tools={"find_tickets": (Use(tool="search_conversations"), Use(tool="search")), "fetch": (Use(tool="fetch", kind="ticket"),)},
    ),
    "linear": Preset(
        categories=(Category.PROJECT_TRACKER,),
        url="https://mcp.linear.app/mcp",
        tools={
            "find_work_items": (Use(tool="list_issues", arguments={"query": "{query}"}),),
            "fetch": (
                Use(
                    tool="get_issue",
                    arguments={"id": "{key}"},
                    pattern=r"https://linear\.app/[\w-]+/issue/(?P<key>[A-Z][A-Z0-9]*-\d+)(?:/.*)?",
                    kind="work item",
                ),
            ),
        },
    ),
    "notion": Preset(
        categories=(Category.KNOWLEDGE_BASE,),
        url="https://mcp.notion.com/mcp",
        tools={
            "find_articles": (Use(tool="notion-search"),),
            "fetch": (
                Use(tool="notion-fetch", pattern=r"https://(?:www\.)?(?:notion\.so|notion\.com|[\w-]+\.notion\.site)/.+", kind="article"),
            ),
        },
    ),
    "salesforce": Preset(
        categories=(Category.CRM, Category.SUPPORT_PLATFORM),
        url="https://api.salesforce.com/platform/mcp/v1/platform/sobject-reads",
        tools={
            "find_accounts": (
                Use(
                    tool="soqlQuery",
                    arguments={
                        "q": "SELECT Id, Name, Website, Industry, Type, Owner.Name, LastModifiedDate FROM Account WHERE {terms} LIMIT 25"
                    },
                    escaping="soql",
                    term="Name LIKE '%{term}%'",
                ),
            ),
            "find_tickets": (
                Use(
                    tool="soqlQuery",
                    arguments={
                        "q": "SELECT Id, CaseNumber, Subject, Description, Status, Priority, Account.Name, CreatedDate FROM Case "
                        "WHERE {terms} ORDER BY CreatedDate DESC LIMIT 25"
                    },
                    escaping="soql",
                    term=_SOQL,
                ),
            ),
        },
    ),
    "sentry": Preset(
        # Its one tool runs any other, so it counts as one that writes: `allow_write: [execute_sentry_tool]` says that it may be used.
        categories=(Category.PROJECT_TRACKER,),
        url="https://mcp.sentry.dev/mcp",
        needs={"organization": "the organization's slug"},
        tools={
            "find_work_items": (
                Use(
                    tool="execute_sentry_tool",
                    arguments={
                        "name": "search_issues",
                        "arguments": {"organizationSlug": "{organization}", "naturalLanguageQuery": "{query}"},
                    },
                ),
            ),
        },
    ),
    "shortcut": Preset(categories=(Category.PROJECT_TRACKER,), tools={"find_work_items": (Use(tool="stories-search"),)}),
    "slack": Preset(
        categories=(Category.CHAT,),
        url="https://mcp.slack.com/mcp",
        tools={"find_messages": (Use(tool="slack_search_public"),)},
    ),
}
"""Name in `preset` → the server."""
