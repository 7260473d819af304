"""What HubSpot is connected with, and what people are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from escalation.connector import About, ApiSettings, Ending

_CHANGELOG = "https://developers.hubspot.com/changelog/"
_END_OF_4 = f"{_CHANGELOG}deprecating-support-for-hubspot-v4-apis"
_ENDS = f"{_CHANGELOG}legacy-apis-and-legacy-apps-whats-going-unsupported-and-when"


class HubSpotSettings(ApiSettings):
    """Settings of the HubSpot connector."""

    token: SecretStr | None = Field(default=None, description="Service key, or the access token of a private app.")
    client_id: str = Field(default="", description="Client id of an app that somebody installed by OAuth, instead of a token.")
    client_secret: SecretStr | None = Field(default=None, description="Its client secret.")
    refresh_token: SecretStr | None = Field(default=None, description="The refresh token that installing it gave.")
    portal_id: str = Field(default="", pattern=r"^\d*$", description="Hub ID: only addresses of this account are then taken for ours.")
    currency: str = Field(
        default="", pattern=r"^([A-Z]{3})?$", description="The account's company currency, for amounts without their own."
    )
    properties: Mapping[Literal["arr", "plan", "segment", "health", "renewal"], str] = Field(
        default={}, description="Internal names of the company properties that hold these; those commonly called so are read unless set."
    )
    more_properties: tuple[str, ...] = Field(
        default=(),
        description="Internal names of further properties of companies and tickets worth reading: region, build, zendesk_org_id.",
    )
    stages: Mapping[str, str] = Field(
        default={}, description="Id of a stage of your own pipelines → its label, as Settings → Objects → Pipelines shows them."
    )

    @model_validator(mode="after")
    def _one_credential(self) -> HubSpotSettings:
        if not self.token and not (self.client_id and self.client_secret and self.refresh_token):
            raise ValueError("expected token, or client_id with client_secret and refresh_token")
        return self


ABOUT = About(
    title="HubSpot",
    credential=(
        "As a super admin: Development → Keys → Service keys → Create service key → Add new scope; choose "
        "*crm.objects.companies.read*, *crm.objects.contacts.read*, *crm.objects.deals.read*, *crm.objects.owners.read*, "
        "*tickets* and *conversations.read* (*crm.objects.contacts.write* too, if it may write notes and tasks); Create, open it, "
        "Show, copy. Legacy private apps can't be created any more; those that exist work until September 2027."
    ),
    needs={
        "find_accounts": "*crm.objects.companies.read*, and *.contacts.read*, *.deals.read*, *.owners.read* for what belongs to them",
        "find_tickets": "*tickets*",
        "fetch": "*tickets*, *conversations.read*, and *crm.objects.contacts.read* for notes",
        "add_internal_note": "*tickets*, *crm.objects.contacts.write*",
        "create_task": "*crm.objects.contacts.write*",
    },
    blind=(
        "Its search sees a ticket's subject and description, whole words alone, not its messages and notes; "
        "tickets that belong to no company are not found by account; what changed a moment ago may be missing."
    ),
    source="HubSpot API 2026-09, HubSpot's own descriptions and guides, read 2026-11",
    example={"token": "${HUBSPOT_SERVICE_KEY}", "portal_id": "1234567", "currency": "USD"},
    endings=(
        Ending("tokens of legacy private apps", date(2027, 9, 1), "a service key", _ENDS, ("token",)),
        Ending("API v4, where a proxy still speaks it", date(2027, 3, 30), "the paths of 2026-09", _END_OF_4, ("base_url",)),
        Ending("API v1 to v3, where a proxy still speaks them", date(2027, 9, 1), "the paths of 2026-09", _ENDS, ("base_url",)),
    ),
)
