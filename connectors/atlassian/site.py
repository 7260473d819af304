"""An Atlassian Cloud site: its settings, where its APIs are, and who asks.

Basic with an API token, Bearer, and the two addresses (the site's own, and api.atlassian.com below the site's cloud id, which
scoped tokens and OAuth need): https://support.atlassian.com/user-management/docs/manage-api-tokens-for-service-accounts and
create-oauth-2-0-credential-for-service-accounts beside it; https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps.
Read 2026-11.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from escalation.auth import Auth, Basic, Bearer, ClientCredentials, RefreshToken
from escalation.connector import ApiConnector, ApiSettings, address

_TOKENS = "https://auth.atlassian.com/oauth/token"
Product = Literal["jira", "service management", "confluence"]


class AtlassianSettings(ApiSettings):
    """Settings of the Atlassian connector. One site is configured once, whatever it runs."""

    site: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$", description="Name of the site: acme, of https://acme.atlassian.net.")
    cloud_id: str = Field(
        default="",
        pattern=r"^[0-9A-Za-z-]*$",
        description="Id of the site, for tokens with scopes and for OAuth; https://acme.atlassian.net/_edge/tenant_info tells it.",
    )
    email: str = Field(default="", description="Address of the account whose API token this is; without one, `token` is sent as Bearer.")
    token: SecretStr | None = Field(default=None, description="API token, or an OAuth access token.")
    client_id: str = Field(default="", description="OAuth client of a service account, or of your own 3LO app with `refresh_token`.")
    client_secret: SecretStr | None = Field(default=None, description="Secret of that client.")
    refresh_token: SecretStr | None = Field(default=None, description="Refresh token of your 3LO app (scope offline_access).")
    products: tuple[Product, ...] = Field(
        default=("jira", "service management", "confluence"), description="What of the site is asked; leave out what you do not run."
    )
    projects: tuple[str, ...] = Field(default=(), description="Keys of the only projects to look for work items in, such as ENG.")
    service_projects: tuple[str, ...] = Field(default=(), description="Keys of the only service projects to look for tickets in.")
    spaces: tuple[str, ...] = Field(default=(), description="Keys of the only Confluence spaces to look for articles in.")
    issue_type: str = Field(default="Bug", description="Issue type of work items that are filed without one.")

    @model_validator(mode="after")
    def _can_ask(self) -> AtlassianSettings:
        if not (self.site or self.base_url):
            raise ValueError("'site' is missing: acme, of https://acme.atlassian.net")
        if self.token is None and not (self.client_id and self.client_secret):
            raise ValueError("expected 'token', with 'email' for an API token, or 'client_id' with 'client_secret'")
        if self.client_id and not (self.cloud_id or self.base_url):
            raise ValueError("'cloud_id' is missing: OAuth reaches a site by its id, which /_edge/tenant_info of the site tells")
        return self


class Site(ApiConnector[AtlassianSettings]):
    """What the connectors of its products have in common."""

    def base_url(self) -> str:
        return self.settings.base_url or ("https://api.atlassian.com" if self.settings.cloud_id else self.web())

    def web(self) -> str:
        """The address that people know."""
        return f"https://{self.settings.site.lower()}.atlassian.net" if self.settings.site else self.settings.base_url

    def auth(self) -> Auth:
        own = self.settings
        if own.client_id and own.client_secret:
            if own.refresh_token:
                return RefreshToken(_TOKENS, own.client_id, own.refresh_token, own.client_secret, sent="json")
            return ClientCredentials(_TOKENS, own.client_id, own.client_secret, sent="json")
        token = own.token or SecretStr("")
        return Basic(own.email, token) if own.email else Bearer(token)

    def below(self, product: Literal["jira", "confluence"]) -> str:
        """What comes before every path of a product's API."""
        prefix = f"/ex/{product}/{self.settings.cloud_id}" if self.settings.cloud_id else ""
        return prefix if product == "jira" else f"{prefix}/wiki"

    def is_here(self, url: str) -> bool:
        """Is this an address of the site?"""
        parts = address(url)
        return parts.scheme in ("https", "http") and parts.hostname in {
            urlsplit(own).hostname for own in (self.web(), self.settings.base_url)
        }
