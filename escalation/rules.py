"""A rule of the policy: when it matches, and what it then says."""

from __future__ import annotations

import string
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator

from escalation.judgement.conditions import Condition
from escalation.judgement.vocabulary import BY_NAME, hint
from escalation.model import Model

IN_ASKS = ("issue", "affected")
"""Names that an ask may speak of besides the facts: the issue's summary, the affected accounts' names."""

Problem = tuple[tuple[str, ...], str]
"""Path of a key in the policy, and what is wrong with it."""


def _condition(value: Any) -> Condition:
    if isinstance(value, bool):
        value = str(value).lower()
    if not isinstance(value, str):
        raise ValueError("expected an expression over facts, such as affected_accounts >= 3")  # noqa: TRY004 - pydantic wants a ValueError
    return Condition(value)


def _sentence(text: Any) -> Any:
    if isinstance(text, str):
        for _, name, _, _ in string.Formatter().parse(text):
            if name is not None and name not in BY_NAME and name not in IN_ASKS:
                raise ValueError(f"unknown fact {{{name}}}; {hint(name, [*BY_NAME, *IN_ASKS])}")
    return text


When = Annotated[Condition, PlainValidator(_condition)]
Sentence = Annotated[str, BeforeValidator(_sentence), Field(min_length=1)]


class Rule(Model):
    """Something that matches when its condition holds, and the reason it then gives."""

    when: When
    says: Sentence
