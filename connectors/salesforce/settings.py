"""What Salesforce is connected with, and what people are told of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, SecretStr, field_validator, model_validator

from escalation.connector import About, ApiSettings

from .accounts import What

_FIELD = re.compile(r"[A-Za-z]\w{0,79}(?:\.[A-Za-z]\w{0,79})?")


class SalesforceSettings(ApiSettings):
    """Settings of the Salesforce connector."""

    base_url: str = Field(description="Your My Domain: https://acme.my.salesforce.com (Setup → My Domain).")
    client_id: str = Field(description="Consumer key of the external client app.")
    client_secret: SecretStr | None = Field(
        default=None, description="Its consumer secret: for client credentials, and beside a refresh token."
    )
    private_key: SecretStr | None = Field(default=None, description="Private key in PEM, for the JWT bearer flow instead of a secret.")
    username: str = Field(default="", description="The user that the JWT bearer flow acts as.")
    refresh_token: SecretStr | None = Field(default=None, description="Refresh token of somebody who signed in, instead of either.")
    login_url: str = Field(
        default="", pattern=r"^(https?://[\w.:-]+)?$", description="Where tokens are got, and whom a JWT is addressed to, if not My Domain."
    )
    version: str = Field(default="v67.0", pattern=r"^v\d{2,3}\.0$", description="Version of the API.")
    fields: Mapping[What, str] = Field(
        default={}, description="API names of the account's fields that hold these: {arr: ARR__c, renewal: Renewal_Date__c}."
    )
    more_account_fields: tuple[str, ...] = Field(
        default=(), description="Further fields of accounts worth reading: Region__c, Zendesk_Org_Id__c."
    )
    more_case_fields: tuple[str, ...] = Field(default=(), description="Further fields of cases worth reading: Severity__c, Build__c.")
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$", description="The org's corporate currency.")
    multi_currency: bool = Field(default=False, description="The org has several currencies: each record states its own.")
    cases: bool = Field(default=True, description="The org uses cases.")
    milestones: bool = Field(default=True, description="The org uses entitlements, so that cases have milestones.")

    @field_validator("fields", "more_account_fields", "more_case_fields")
    @classmethod
    def _are_names(cls, value: Any) -> Any:
        for name in value.values() if isinstance(value, Mapping) else value:
            if not _FIELD.fullmatch(name):
                raise ValueError(f"expected the API name of a field, such as ARR__c or Owner.Region__c, not {name[:40]!r}")
        return value

    @model_validator(mode="after")
    def _one_credential(self) -> SalesforceSettings:
        if not self.client_secret and not self.refresh_token and not (self.private_key and self.username):
            raise ValueError("expected client_secret, or private_key with username, or refresh_token")
        return self


ABOUT = About(
    title="Salesforce",
    credential=(
        "Setup → Users → New User: license *Salesforce Integration*, profile *Minimum Access - API Only Integrations*; give it a "
        "permission set with *Read* on Accounts, Contacts, Opportunities and Cases and on the fields you name (*Create* on Tasks and "
        "Case Comments too, if it may write them). Setup → External Client App Manager → New External Client App: Distribution State "
        "*Local*, *Enable OAuth*, scope *Manage user data via APIs (api)* alone, *Enable Client Credentials Flow*; then Policies → "
        "*Run As* that user; Settings → Consumer Key and Secret. Connected apps that exist work, new ones can't be made any more."
    ),
    needs={
        "find_accounts": "*Read* on Account, Contact and Opportunity, scope *api*",
        "find_tickets": "*Read* on Case and Account, scope *api*",
        "fetch": "*Read* on Case, CaseComment, EmailMessage and CaseMilestone, scope *api*",
        "add_internal_note": "*Edit* on Case, scope *api*",
        "create_task": "*Edit Tasks*, scope *api*",
    },
    blind=(
        "Its search (SOSL) reads the text fields of a case, not its comments and e-mails, looks at the 2,000 best before it looks at "
        "what the user may see, and learns of changes with a delay; fields that the user may not see are not there."
    ),
    source="Salesforce REST API v67.0 (Summer ’26), its developer guides, read 2026-11",
    example={
        "base_url": "https://acme.my.salesforce.com",
        "client_id": "${SALESFORCE_CLIENT_ID}",
        "client_secret": "${SALESFORCE_CLIENT_SECRET}",
        "currency": "USD",
    },
)
