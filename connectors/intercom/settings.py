"""How Intercom is connected: its settings, and what people are told of them.

https://developers.intercom.com/docs/build-an-integration/learn-more/authentication and …/authentication/oauth-scopes, 2026-11.
"""

from __future__ import annotations

from pydantic import Field, SecretStr

from escalation.connector import About, ApiSettings

VERSION = "2.16"
"""Of the API: what every request asks for, whatever the app's own version is."""


class IntercomSettings(ApiSettings):
    """Settings of the Intercom connector."""

    base_url: str = Field(
        default="https://api.intercom.io",
        description="Address of the API: https://api.eu.intercom.io or https://api.au.intercom.io, if your data is held there.",
    )
    access_token: SecretStr = Field(description="Access token of a private app in your workspace.")
    workspace: str = Field(
        pattern=r"^\w+$", description="Id of your workspace: what follows /a/inbox/ or /a/apps/ in the address of your Inbox."
    )
    help_center: str = Field(
        default="",
        pattern=r"^(?:https://[^/?#@\s]+)?$",
        description="Address of your help center, https://help.acme.com: links to its articles are followed.",
    )
    internal_articles: bool = Field(
        default=False, description="Search the team's internal articles too; that takes the permission *Read content data*."
    )
    arr_field: str = Field(
        default="arr", pattern=r"^\w+$", description="Custom attribute of companies that holds the yearly revenue; monthly_spend is none."
    )
    currency: str = Field(default="", pattern=r"^(?:[A-Z]{3})?$", description="ISO 4217 code of the currency that the revenue is in.")


ABOUT = About(
    title="Intercom",
    credential=(
        "Settings → Integrations → Developer Hub → *New app* in your own workspace (a private app, no OAuth). *Configure → "
        "Authentication* → *Edit*: tick the permissions below and no others, then copy the *Access token*. The workspace's id stands in "
        "the address of the Inbox."
    ),
    needs={
        "find_accounts": "*Read and list users and companies*",
        "find_tickets": "*Read conversations*, *Read tickets* and *Read and list users and companies*",
        "find_articles": "*Read and list articles* (and *Read content data*, if internal_articles is set)",
        "fetch": "*Read conversations*, *Read tickets* and *Read one user and one company*",
        "add_internal_note": "*Write conversations* (for tickets *Write tickets*) and *Read admins*",
    },
    blind=(
        "Its search of conversations compares single words with the first message alone, neither phrases nor later parts, and ranks "
        "nothing: so an account's are sought by the people of its company; companies are found by their exact name or id only; of a "
        "conversation the latest 500 parts can be read."
    ),
    source=f"Intercom API {VERSION} (OpenAPI description) and developers.intercom.com, 2026-11",
    example={"access_token": "${INTERCOM_ACCESS_TOKEN}", "workspace": "ab12cd34"},
)
