"""The one pydantic base: frozen, strict about names, built only when first used."""

from datetime import datetime, timezone
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


class Model(BaseModel):
    """Immutable value. An unknown field is an error: a misspelt name must not pass silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _utc(value: datetime) -> datetime:
    return value.astimezone(timezone.utc)


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A moment, aware, UTC inside. A naive time is refused: whoever reads the source knows its zone."""
