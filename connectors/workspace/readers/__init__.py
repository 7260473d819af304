"""One file per export format, and the order in which they are asked whether a file is theirs."""

from importlib import import_module

from ..reader import Context, Reader

READERS = (
    ("plain", "Plain"),
    ("zendesk", "Zendesk"),
    ("intercom", "Intercom"),
    ("freshdesk", "Freshdesk"),
    ("hubspot", "HubSpot"),
    ("hubspot_json", "HubSpotJson"),
    ("salesforce", "Salesforce"),
    ("slack", "Slack"),
    ("jira_csv", "JiraCsv"),
    ("jira_json", "JiraJson"),
    ("github", "GitHub"),
    ("linear", "Linear"),
    ("mail", "Mail"),
    ("confluence", "Confluence"),
    ("articles", "Articles"),
)
"""Module here and class in it. Those that look for their own column or key names come first, those that take any page last."""


def load_readers(context: Context) -> tuple[Reader, ...]:
    """All readers; imported only here, because a fresh index needs none of them."""
    return tuple(getattr(import_module(f".{module}", __name__), name)(context) for module, name in READERS)
