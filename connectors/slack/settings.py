"""What the Slack connector can be told."""

from pydantic import Field, SecretStr

from escalation.connector import ApiSettings


class SlackSettings(ApiSettings):
    """Settings of the Slack connector."""

    workspace: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Your workspace: acme, where its address is acme.slack.com.")
    token: SecretStr = Field(description="User token (xoxp-…), which can search; or bot token (xoxb-…), which reads `channels` alone.")
    channels: tuple[str, ...] = Field(
        default=(), description="Ids of channels (C0123ABCD) whose latest messages are read where the token may not search; three at most."
    )
    private_channels: bool = Field(default=False, description="Search private channels of the token's owner, too. Direct messages never.")
