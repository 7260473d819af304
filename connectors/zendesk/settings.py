"""How Zendesk is connected: its settings, and what people are told of them.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ (client credentials: for confidential clients, in JSON, the
token acts as the user of the client), https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/ (the end of
API tokens) and https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/ (`tickets:read` can't read audits), 2026-11.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field, SecretStr, model_validator

from escalation.connector import About, ApiSettings, Ending


class ZendeskSettings(ApiSettings):
    """Settings of the Zendesk connector."""

    subdomain: str = Field(
        default="", pattern=r"^(?:[A-Za-z0-9][A-Za-z0-9-]*)?$", description="`acme`, if your agents work at https://acme.zendesk.com."
    )
    client_id: str = Field(default="", description="Identifier of a confidential OAuth client.")
    client_secret: SecretStr | None = Field(default=None, description="Secret of that OAuth client.")
    scope: str = Field(
        default="read",
        description="What the token may do: `read` is the least that can search; `read tickets:write`, if it may add internal notes.",
    )
    token: SecretStr | None = Field(default=None, description="An OAuth access token, in place of a client, where you already have one.")
    email: str = Field(default="", description="With `api_token`: address of the agent it acts as.")
    api_token: SecretStr | None = Field(
        default=None, description="An API token from before 2026-10-27; it stops on 2027-04-30, and after 30 days without use."
    )
    arr_field: str = Field(default="arr", pattern=r"^\w+$", description="Key of the organization field that holds the yearly revenue.")
    plan_field: str = Field(default="plan", pattern=r"^\w+$", description="Key of the organization field that holds the plan.")
    currency: str = Field(default="", pattern=r"^(?:[A-Z]{3})?$", description="ISO 4217 code of the currency that the revenue is in.")

    @model_validator(mode="after")
    def _is_enough(self) -> ZendeskSettings:
        if not (self.subdomain or self.base_url):
            raise ValueError("subdomain is needed (or base_url)")
        if not (self.token or (self.client_id and self.client_secret) or (self.email and self.api_token)):
            raise ValueError("client_id with client_secret is needed (or token; or email with api_token, until 2027-04-30)")
        return self


ABOUT = About(
    title="Zendesk",
    credential=(
        "Sign in as the user that it is to act as: a client acts as the user who made it, so take one whose role sees no more tickets than "
        "it should. Admin Center → Apps and integrations → APIs → OAuth clients → *Add OAuth client*: *Client kind* Confidential, *Allowed "
        "scopes* `read` (and `tickets:write`, if it may add internal notes). Copy *Identifier* into client_id, *Secret* into client_secret."
    ),
    needs={
        "find_tickets": "`read`",
        "find_accounts": "`read`",
        "find_articles": "`read`",
        "fetch": "`read` (`tickets:read` can't read audits)",
        "add_internal_note": "`tickets:write`, also in the setting scope",
    },
    blind=(
        "New and changed tickets can be searched only after some minutes; a query brings its first 1,000 results at most; of a thread the "
        "first 500 comments are searched; single words are sought in descriptions and comments, not in subjects; articles are those of "
        "the default language."
    ),
    source="Support API 2.0.0 (OpenAPI description), developer.zendesk.com and support.zendesk.com, 2026-11",
    example={"subdomain": "acme", "client_id": "customer_escalation", "client_secret": "${ZENDESK_CLIENT_SECRET}"},
    endings=(
        Ending(
            what="Zendesk's API tokens",
            on=date(2027, 4, 30),
            instead=(
                "client_id and client_secret of an OAuth client (Admin Center → Apps and integrations → APIs → OAuth clients); since "
                "2026-10-27 no new API token can be made, and one that was not used for 30 days is switched off"
            ),
            source="https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/",
            fields=("api_token",),
        ),
    ),
)
