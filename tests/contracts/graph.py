"""A vendor's GraphQL schema as the other side of a test: documents and variables are validated, replies are executed on it.

    from tests.contracts.graph import GraphReplies
    from tests.contracts.spec import described

    pytestmark = described("linear")

    class TestLinear(ConnectorConformance):
        replies = GraphReplies(
            "linear",
            {
                "issue": {"identifier": "ENG-812", "title": "Export times out", "state": {"name": "Todo", "type": "unstarted"}},
                "searchIssues": lambda arguments: {"nodes": [{"identifier": "ENG-812", "title": "Export times out"}]},
                "issueCreate": {"success": True, "issue": {"identifier": "ENG-900"}},
            },
        )

The overlay holds the fields of the query's and the mutation's root by the schema's own names, whatever the document's aliases are.
Any value in it may be a function of the field's arguments; one that raises `Refusal(answer)` sends that answer instead. What
the overlay leaves out is null where the schema allows that, an empty list, or the plainest value of its type; an interface or
union takes `__typename` from the overlay.

AssertionError when: the request is no POST of JSON with a document; the document does not fit the schema; a variable is
missing, unknown or of a wrong type; the overlay has a field that the schema does not have, or a value of a wrong type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from escalation.testing import Answer, Sent, json_answer
from tests.contracts.spec import FOLDER
from tests.contracts.tally import TALLY

_SCALARS: Mapping[str, Any] = {
    "ID": "4f6a0f4e-3a52-4c2b-9d0c-0a6f5d1f2b3c",
    "Int": 1,
    "Float": 1.0,
    "Boolean": False,
    "DateTime": "2026-09-14T08:30:00.000Z",
    "TimelessDate": "2026-09-14",
}
"""The plainest values; of any other scalar it is `text`."""


class Refusal(Exception):
    """Answer the whole request with this."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("refused")
        self.answer = answer


@cache
def schema(name: str) -> Any:
    """The schema of this name; reading it takes a second or two, once a process."""
    from graphql import build_schema

    return build_schema((FOLDER / f"{name}.graphql").read_text(encoding="utf-8"), assume_valid=True, no_location=True)


@dataclass
class GraphReplies:
    """Answers documents by executing them on the vendor's schema over your values."""

    name: str
    overlay: Mapping[str, Any] = field(default_factory=dict)
    path: str = "/graphql"

    def __call__(self, sent: Sent) -> Answer:
        from graphql import ExecutionResult, execute, get_operation_ast, parse, validate

        assert sent.method == "POST", f"{self.name}: {sent.method} instead of POST"
        assert sent.url.partition("?")[0].endswith(self.path), f"{self.name}: not sent to {self.path}"
        assert "json" in sent.headers.get("content-type", ""), f"{self.name}: the request is no JSON"
        body = json.loads(sent.body)
        document = parse(body["query"])
        faults = validate(schema(self.name), document)
        assert not faults, f"{self.name}: the document does not fit the schema: {faults[0].message}"
        operation = get_operation_ast(document, body.get("operationName"))
        assert operation, f"{self.name}: not one operation in the document"
        declared = {each.variable.name.value for each in operation.variable_definitions or ()}
        assert (body.get("variables") or {}).keys() <= declared, f"{self.name}: a variable that the document does not declare"
        refusals: list[Answer] = []

        def resolve(source: Any, info: Any, **arguments: Any) -> Any:
            try:
                return _resolved(self.name, source, info, arguments)
            except Refusal as refusal:
                refusals.append(refusal.answer)
                raise

        done = cast(
            "ExecutionResult",
            execute(
                schema(self.name),
                document,
                root_value=self.overlay,
                variable_values=body.get("variables"),
                operation_name=body.get("operationName"),
                field_resolver=resolve,
                type_resolver=_type_of,
            ),
        )
        if refusals:
            return refusals[0]
        assert not done.errors, f"{self.name}: {done.errors[0].message} at {done.errors[0].path}"
        for root in sorted({"/".join(each) for each in _roots(operation)}):
            TALLY.count(self.name, root)
        return json_answer({"data": done.data})


def _roots(operation: Any) -> list[tuple[str, str]]:
    return [(operation.operation.value, each.name.value) for each in operation.selection_set.selections if hasattr(each, "name")]


def _resolved(vendor: str, source: Any, info: Any, arguments: Mapping[str, Any]) -> Any:
    """What the overlay holds for a field, else the plainest value of its type."""
    is_root = info.path.prev is None
    if not is_root:
        known = info.parent_type.fields.keys() | {"__typename"}
        assert source.keys() <= known, f"{info.parent_type.name} has no field {', '.join(sorted(source.keys() - known))}"
    else:
        both = set(info.schema.query_type.fields) | set(info.schema.mutation_type.fields if info.schema.mutation_type else ())
        assert source.keys() <= both, f"{vendor} has no root field {', '.join(sorted(source.keys() - both))}"
    if info.field_name not in source:
        return _plain(info.return_type)
    value = source[info.field_name]
    return value(dict(arguments)) if callable(value) else value


def _plain(kind: Any) -> Any:
    """The plainest value of a type: null wherever that is allowed."""
    from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, GraphQLScalarType

    if not isinstance(kind, GraphQLNonNull):
        return None
    kind = kind.of_type
    if isinstance(kind, GraphQLList):
        return []
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values.values())).value
    return _SCALARS.get(kind.name, "text") if isinstance(kind, GraphQLScalarType) else {}


def _type_of(value: Any, info: Any, abstract: Any) -> str:
    """The type that stands in the overlay, else the first that it can be."""
    return str(value.get("__typename") or info.schema.get_possible_types(abstract)[0].name)
