"""What the Teams connector can be told."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from escalation.connector import ApiSettings

from .links import Spot, channel_in

_GUID = r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"


class TeamsSettings(ApiSettings):
    """Settings of the Microsoft Teams connector."""

    tenant: str = Field(pattern=_GUID, description="Directory (tenant) ID of your organization.")
    client_id: str = Field(pattern=_GUID, description="Application (client) ID of the app registration.")
    refresh_token: SecretStr | None = Field(
        default=None, description="Refresh token of somebody who signed in; not needed where they sign in here."
    )
    client_secret: SecretStr | None = Field(
        default=None, description="Secret of the app. With no refresh token, the app acts as itself and reads `channels` alone."
    )
    channels: tuple[str, ...] = Field(
        default=(),
        description="Links to channels (*Get link to channel*) whose latest threads an app reads that can't search; three at most.",
    )
    chats: bool = Field(default=False, description="Find messages in chats of whoever signed in, too; in channels alone unless set.")
    may_post: bool = Field(default=False, description="Ask for the right to post in channels when somebody signs in.")
    login_url: str = Field(default="https://login.microsoftonline.com", description="Where people sign in, if in a national cloud.")

    @field_validator("channels")
    @classmethod
    def _are_links(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(channel_in, value)):
            raise ValueError("expected links as *Get link to channel* copies them: https://teams.microsoft.com/l/channel/…?groupId=…")
        return value

    @property
    def signs_in(self) -> bool:
        """Does it act for a person, who may search and post, and not as an app?"""
        return bool(self.refresh_token) or not self.client_secret

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The channels named."""
        return tuple(filter(None, map(channel_in, self.channels)))
