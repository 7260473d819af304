"""Vendors' own descriptions as the other side of a test: requests are validated against them, replies are built from them.

    from tests.contracts.spec import Spec, SpecReplies, described

    pytestmark = described("zendesk")              # skips with the reason where the description is not at hand

    class TestZendesk(ConnectorConformance):
        replies = SpecReplies(
            Spec("zendesk"),                       # Spec("hubspot-tickets", "hubspot-companies"): several files, one vendor
            {
                ("GET", "/api/v2/tickets/{ticket_id}"): {"ticket": {"id": 4211, "subject": "Export fails"}},
                ("GET", "/api/v2/search"): lambda sent, path: {"results": [{"result_type": "ticket", "id": 4211}]},
                ("GET", "/api/v2/users/{user_id}"): lambda sent, path: json_answer({}, 404),
            },
            otherwise=Recordings(folder),          # for what the description leaves out; without it, such a request fails
        )

An overlay is a JSON value, or a function of the request and its path parameters that returns one, or an `Answer` that goes
out as it is. It is laid over an instance of the operation's reply, made of the vendor's examples and schemas: objects merge,
scalars replace, each element of a list is laid over an instance of the element's schema. An operation without an overlay
answers with that instance alone; lists are empty in it, unless the vendor's example fills them.

AssertionError, naming method and path, when: no operation fits the request and there is no `otherwise`; a parameter, header or
body does not fit, or has a name that the description does not have; an overlay names something that the description does not
have; the reply does not fit. Credentials are not looked at, `oneOf` is taken as `anyOf`. Where the vendor is wrong, say so:

    Spec("zendesk", known_wrong={
        "GET /api/v2/tickets/{ticket_id} query/include": "side-loads are documented in prose only",
        "* reply/ticket/custom_fields/*/value": "null for a field that was never set",      # fnmatch, `*` crosses slashes
    })

Where the description types a reply too loosely, `spec.made("TicketObject", {"id": 4211})` is an instance of one of its schemas.
Places are `path/NAME`, `query/NAME`, `header/NAME`, `request/…` and `reply/…`, with list positions as numbers. `Spec(at="/ex/jira/7")`
is for a connector that reaches the API below a prefix. GraphQL: `tests/contracts/graph.py`. What was used is counted and printed
at the end of the run: `tests/contracts/tally.py`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from escalation.testing import Answer, Replies, Sent, json_answer
from tests.contracts.tally import TALLY

FOLDER = Path(os.environ.get("VENDOR_SPECS") or Path(__file__).resolve().parents[3] / "shared" / "specs")

Overlay: TypeAlias = Any
"""A JSON value, or a function `(Sent, path parameters) -> JSON value or Answer`."""

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_HOST = "https://vendor.example"
_DEEPEST = 8


def available(*names: str) -> bool:
    """Are the descriptions of these names at hand?"""
    return all(any((FOLDER / f"{name}{ending}").is_file() for ending in (".json", ".graphql")) for name in names)


def described(*names: str) -> pytest.MarkDecorator:
    """A mark that skips where one of the descriptions is not at hand, and says how to provide it."""
    return pytest.mark.skipif(
        not available(*names),
        reason=f"no description of {', '.join(names)}: set VENDOR_SPECS to a folder that holds it, or put it into ../shared/specs",
    )


@cache
def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@dataclass
class Operation:
    """One operation of a description: its schemas, and what validates it, made when it is first used."""

    method: str
    path: str
    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        """`GET /api/v2/tickets/{ticket_id}`."""
        return f"{self.method} {self.path}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Which paths are its own."""
        parts = re.split(r"\{([^{}]+)\}", self.path)
        names = parts[1::2]
        return re.compile("".join(re.escape(part) + ("([^/]+)" if i < len(names) else "") for i, part in enumerate(parts[::2])))

    def path_params(self, path: str) -> dict[str, str] | None:
        """The parameters in this path; None when the path is another operation's."""
        found = self.pattern.fullmatch(path)
        return dict(zip(re.findall(r"\{([^{}]+)\}", self.path), map(unquote, found.groups()), strict=True)) if found else None

    @cached_property
    def trimmed(self) -> dict[str, Any]:
        """The description with this operation alone, without `security`, `oneOf` made `anyOf`."""
        item = self.document["paths"][self.path]
        operation = {name: value for name, value in item[self.method.lower()].items() if name != "security"}
        kept: dict[str, Any] = {
            "openapi": self.document["openapi"],
            "info": self.document["info"],
            "servers": [{"url": _HOST}],
            "paths": {self.path: _loose({"parameters": item.get("parameters", []), self.method.lower(): operation})},
            "components": {},
        }
        wanted, seen = list(_references(kept)), set[str]()
        while wanted:
            pointer = wanted.pop()
            if pointer in seen:
                continue
            seen.add(pointer)
            kind, name = pointer.split("/")[2:4]
            held = self.document["components"].get(kind, {})
            part = _loose(held[name] if kind != "examples" else held.get(name, {}))
            kept["components"].setdefault(kind, {})[name] = part
            wanted += _references(part)
        _break_circles(kept["components"].get("schemas", {}))
        return kept

    @property
    def _operation(self) -> Any:
        return self.trimmed["paths"][self.path][self.method.lower()]

    @cached_property
    def query_names(self) -> frozenset[str]:
        """The query parameters it has."""
        stated = [*self.trimmed["paths"][self.path]["parameters"], *self._operation.get("parameters", [])]
        return frozenset(found["name"] for found in map(self.schemas.resolved, stated) if found["in"] == "query")

    @cached_property
    def reply(self) -> tuple[int, Any, list[Any]]:
        """Status, schema and examples of its reply of success."""
        answers = self._operation["responses"]
        status = min(code for code in answers if code.startswith("2"))
        media = self.schemas.resolved(answers[status]).get("content", {}).get("application/json")
        if media is None:
            return int(status), None, []
        stated = [self.schemas.resolved(each).get("value") for each in media.get("examples", {}).values()]
        return int(status), media.get("schema", {}), [each for each in (media.get("example"), *stated) if each is not None]

    @cached_property
    def body(self) -> Any:
        """Schema of its JSON body, None without one."""
        stated = self.schemas.resolved(self._operation.get("requestBody", {}))
        return stated.get("content", {}).get("application/json", {}).get("schema")

    @cached_property
    def schemas(self) -> Schemas:
        """Its schemas."""
        return Schemas(self.trimmed)

    @cached_property
    def _core(self) -> Any:
        from openapi_core import Config, OpenAPI

        return OpenAPI.from_dict(self.trimmed, config=Config(spec_validator_cls=None))

    def request_faults(self, sent: Sent, path: str) -> Iterator[str]:
        """What is wrong with a request, each as place and words."""
        from openapi_core.testing import MockRequest

        query = parse_qsl(urlsplit(sent.url).query, keep_blank_values=True)
        for name in dict.fromkeys(name for name, _ in query):
            if name not in self.query_names and name.partition("[")[0] not in self.query_names:
                yield f"query/{name}: the operation has no such parameter"
        request = MockRequest(
            _HOST, self.method, path, headers=dict(sent.headers), data=sent.body, content_type=sent.headers.get("content-type", "")
        )
        request.parameters.query = _multi(query)
        for error in self._core.request_validator.iter_errors(request):
            yield from _places(error, "request")
        if sent.body and self.body and "json" in sent.headers.get("content-type", ""):
            yield from self.schemas.strays(self.body, json.loads(sent.body), "request")

    def reply_faults(self, answer: Answer, path: str) -> Iterator[str]:
        """What is wrong with a reply, each as place and words."""
        from openapi_core.testing import MockRequest, MockResponse

        if self.reply[1] is None:
            return
        assert isinstance(answer.body, bytes)
        response = MockResponse(answer.body, status_code=answer.status, content_type="application/json")
        for error in self._core.response_validator.iter_errors(MockRequest(_HOST, self.method, path), response):
            yield from _places(error, "reply")


class Spec:
    """The description of one vendor's API."""

    def __init__(self, *names: str, known_wrong: Mapping[str, str] | None = None, at: str = "", vendor: str = "") -> None:
        """`names` of files without ending; nothing is read before it is used. `vendor` is the name it is counted under."""
        self.names = names
        self.vendor = vendor or names[0].partition("-")[0]
        self.known_wrong = dict(known_wrong or {})
        self.at = at.rstrip("/")

    @cached_property
    def operations(self) -> Sequence[Operation]:
        """All operations, those with the fewest parameters first; of two for one path, the one of the file named first."""
        found: dict[tuple[str, str], Operation] = {}
        for document in map(_read, self.names):
            for path, item in document["paths"].items():
                for method in _METHODS & item.keys():
                    found.setdefault((method, path), Operation(method.upper(), path, document))
        return sorted(found.values(), key=lambda operation: (operation.path.count("{"), operation.name))

    def path(self, sent: Sent) -> str:
        """The path of a request, without the prefix the API is reached below."""
        return urlsplit(sent.url).path.removeprefix(self.at)

    def operation(self, sent: Sent) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a request is for, with its path parameters."""
        for operation in self.operations:
            if operation.method == sent.method and (params := operation.path_params(self.path(sent))) is not None:
                return operation, params
        return None

    def validate_request(self, operation: Operation, sent: Sent) -> None:
        """Raise AssertionError for a request that the vendor would not take. Counted."""
        self._tolerate(operation, operation.request_faults(sent, self.path(sent)), "the request does not fit")
        TALLY.count(self.vendor, operation.name)

    def validate_reply(self, operation: Operation, sent: Sent, answer: Answer) -> None:
        """Raise AssertionError for a reply that the vendor would not give."""
        self._tolerate(operation, operation.reply_faults(answer, self.path(sent)), "the reply does not fit")

    def made(self, schema: str, overlay: Mapping[str, Any], *, file: str = "") -> Any:
        """An instance of one of the description's schemas with these values laid over, for a reply that it types too loosely."""
        schemas = _schemas(file or self.names[0])
        reference = {"$ref": f"#/components/schemas/{schema}"}
        if strays := list(schemas.strays(reference, overlay, schema)):
            raise AssertionError(f"{self.vendor}: the overlay does not fit: {strays[0]}")
        value = schemas.laid(reference, schemas.instance(reference), overlay)
        assert schemas.fits(reference, value), f"{self.vendor}: the values laid over {schema} do not fit it"
        return value

    def built(self, operation: Operation, overlay: Any) -> Answer:
        """A reply of success with these values laid over it."""
        status, schema, examples = operation.reply
        if schema is None:
            return Answer(status)
        schemas = operation.schemas
        body = schemas.instance(schema)
        for example in examples:
            if schemas.fits(schema, example):
                body = schemas.laid(schema, body, example)
                break
        if overlay is not None:
            self._tolerate(operation, schemas.strays(schema, overlay, "reply"), "the overlay does not fit")
            body = schemas.laid(schema, body, overlay)
        return json_answer(body, status)

    def _tolerate(self, operation: Operation, faults: Iterator[str], what: str) -> None:
        for fault in faults:
            place = f"{operation.name} {fault.partition(': ')[0]}"
            known = next(
                (key for key in self.known_wrong if fnmatchcase(place, _literal(key)) or fnmatchcase(place, _literal(key) + "/*")), None
            )
            if known is None:
                raise AssertionError(f"{self.vendor}: {what}: {operation.name}: {fault}")
            TALLY.tolerate(self.vendor, known, self.known_wrong[known])


@dataclass
class SpecReplies:
    """Answers requests as the vendor's description says, with your values laid over; refuses those that do not fit it."""

    spec: Spec
    overlays: Mapping[tuple[str, str], Overlay] = field(default_factory=dict)
    otherwise: Replies | None = None

    def __call__(self, sent: Sent) -> Answer:
        found = self.spec.operation(sent)
        if found is None:
            if self.otherwise is None:
                raise AssertionError(f"{self.spec.vendor}: no operation for {sent.method} {self.spec.path(sent)}")
            TALLY.undescribed(self.spec.vendor)
            return self.otherwise(sent)
        operation, params = found
        self._check_overlays()
        self.spec.validate_request(operation, sent)
        overlay = self.overlays.get((operation.method, operation.path))
        if callable(overlay):
            overlay = overlay(sent, params)
        if isinstance(overlay, Answer):
            return overlay
        answer = self.spec.built(operation, overlay)
        self.spec.validate_reply(operation, sent, answer)
        return answer

    def _check_overlays(self) -> None:
        known = {(operation.method, operation.path) for operation in self.spec.operations}
        if unknown := [f"{method} {path}" for method, path in self.overlays if (method, path) not in known]:
            raise AssertionError(f"{self.spec.vendor}: an overlay for what is no operation: {', '.join(unknown)}")


class Schemas:
    """The schemas of one description: instances of them, and what values have that they have not."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def resolved(self, schema: Any) -> Any:
        """What a reference refers to."""
        while "$ref" in schema:
            at: Any = self._document
            for key in schema["$ref"].removeprefix("#/").split("/"):
                at = at[key.replace("~1", "/").replace("~0", "~")]
            schema = at
        return schema

    def fits(self, schema: Any, value: Any) -> bool:
        """Is the value valid as a reply?"""
        from openapi_schema_validator import OAS30ReadValidator, OAS31Validator

        kind = OAS31Validator if self._document["openapi"].startswith("3.1") else OAS30ReadValidator
        return bool(kind({"allOf": [schema], "components": self._document["components"]}).is_valid(value))

    def flat(self, schema: Any, value: Any = None) -> dict[str, Any]:
        """The schema with `allOf` merged, and of `anyOf` the branch that fits the value best."""
        schema = self.resolved(schema)
        merged = {name: part for name, part in schema.items() if name not in ("allOf", "anyOf")}
        merged["properties"] = dict(schema.get("properties", {}))
        parts = list(schema.get("allOf", ()))
        if branches := [branch for branch in schema.get("anyOf", ()) if self.resolved(branch).get("type") != "null"]:
            parts.append(min(branches, key=lambda branch: self.misfits(branch, value)) if value is not None else branches[0])
        for part in parts:
            flat = self.flat(part, value)
            merged["properties"] = {**flat.pop("properties"), **merged["properties"]}
            if isinstance(flat.get("example"), dict) and isinstance(merged.get("example"), dict):
                merged["example"] = {**flat["example"], **merged["example"]}
            merged = {**flat, **merged}
        if isinstance(merged.get("type"), list):
            merged["nullable"] = "null" in merged["type"]
            merged["type"] = next((kind for kind in merged["type"] if kind != "null"), "null")
        if "type" not in merged and merged["properties"]:
            merged["type"] = "object"
        return merged

    def instance(self, schema: Any, above: tuple[str, ...] = (), *, null: bool = True) -> Any:
        """A value of the schema: the vendor's example where that is valid, else the plainest there is."""
        flat = self.flat(schema)
        examples = flat.get("examples") if isinstance(flat.get("examples"), list) else []
        for stated in [flat[key] for key in ("example", "default", "const") if key in flat] + [*(examples or ())]:
            if (stated is not None or null) and self.fits(schema, stated):
                whole = self._members(flat, above) if isinstance(stated, dict) else {}
                return {**whole, **deepcopy(stated)} if isinstance(stated, dict) else deepcopy(stated)
        if null and flat.get("nullable") and self.fits(schema, None):
            return None
        if values := [value for value in flat.get("enum", ()) if value is not None]:
            return values[0]
        if flat.get("type") == "object":
            return self._members(flat, above)
        if flat.get("type") == "array":
            return [self.instance(flat.get("items", {}), above) for _ in range(flat.get("minItems", 0))]
        return _plain(flat)

    def _members(self, flat: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        made = {}
        for name, schema in flat["properties"].items():
            pointer = schema.get("$ref", "")
            needed = name in flat.get("required", ())
            if not needed and (pointer in above or len(above) > _DEEPEST or self.resolved(schema).get("writeOnly")):
                continue
            made[name] = self.instance(schema, (*above, pointer) if pointer else above)
        return made

    def laid(self, schema: Any, base: Any, over: Any) -> Any:
        """`over` laid over `base`, which is an instance of the schema."""
        flat = self.flat(schema, over)
        if isinstance(over, Mapping):
            if not isinstance(base, Mapping) or self.misfits(flat, base):
                base = self.instance(flat, null=False)
            base = base if isinstance(base, Mapping) else {}
            rest = flat.get("additionalProperties")
            under = {name: flat["properties"].get(name, rest if isinstance(rest, Mapping) else {}) for name in over}
            return {**base, **{name: self.laid(under[name], base.get(name), value) for name, value in over.items()}}
        if isinstance(over, Sequence) and not isinstance(over, str):
            items = flat.get("items", {})
            first = base[0] if isinstance(base, list) and base else None
            return [self.laid(items, first if first is not None else self.instance(items, null=False), value) for value in over]
        return over

    def strays(self, schema: Any, value: Any, at: str) -> Iterator[str]:
        """Names in the value that the schema does not have, and does not leave open either."""
        flat = self.flat(schema, value)
        if isinstance(value, Mapping):
            rest = flat.get("additionalProperties")
            is_open = bool(rest) or rest == {} or not flat["properties"]
            for name, held in value.items():
                if name in flat["properties"]:
                    yield from self.strays(flat["properties"][name], held, f"{at}/{name}")
                elif not is_open:
                    yield f"{at}/{name}: the description has no such property"
                elif isinstance(rest, Mapping):
                    yield from self.strays(rest, held, f"{at}/{name}")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for place, held in enumerate(value):
                yield from self.strays(flat.get("items", {}), held, f"{at}/{place}")

    def misfits(self, schema: Any, value: Any) -> int:
        """How badly a part of a value fits a schema: what is missing does not count."""
        flat = self.flat(schema, value)
        if "enum" in flat and value not in flat["enum"]:
            return 10
        if "const" in flat and value != flat["const"]:
            return 10
        if value is None:
            return 0 if flat.get("nullable") or "type" not in flat else 1
        kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
        if flat.get("type") in kinds and not isinstance(value, kinds[flat["type"]]):
            return 10
        if isinstance(value, dict):
            known = [name for name in value if name in flat["properties"]]
            unknown = 0 if flat.get("additionalProperties") or not flat["properties"] else len(value) - len(known)
            return unknown + sum(self.misfits(flat["properties"][name], value[name]) for name in known)
        return sum(self.misfits(flat.get("items", {}), held) for held in value) if isinstance(value, list) else 0


@cache
def _schemas(name: str) -> Schemas:
    """All schemas of a description."""
    document = _read(name)
    return Schemas({**document, "components": {"schemas": _break_circles(_loose(document["components"]["schemas"]))}})


_PLAIN: Mapping[str, Callable[[], Any]] = {
    "date-time": lambda: "2026-09-14T08:30:00Z",
    "date": lambda: "2026-09-14",
    "uri": lambda: f"{_HOST}/1",
    "url": lambda: f"{_HOST}/1",
    "email": lambda: "someone@larkspur.example",
    "uuid": lambda: "4f6a0f4e-3a52-4c2b-9d0c-0a6f5d1f2b3c",
    "boolean": lambda: False,
    "object": dict,
    "array": list,
    "null": lambda: None,
}


def _plain(flat: Mapping[str, Any]) -> Any:
    """The plainest scalar of a schema."""
    kind = flat.get("type", "")
    if kind in ("integer", "number"):
        return max(1, flat.get("minimum", 1))
    if made := _PLAIN.get(flat.get("format", "")) or _PLAIN.get(kind):
        return made()
    return "text".ljust(flat.get("minLength", 0), "t")[: flat.get("maxLength")] if kind == "string" else None


def _loose(part: Any) -> Any:
    """The same, with `oneOf` as `anyOf` and without discriminators: vendors' branches overlap."""
    if isinstance(part, Mapping):
        kept = {
            name: _loose(value)
            for name, value in part.items()
            if name != "oneOf" and not (name == "discriminator" and isinstance(value, Mapping) and "propertyName" in value)
        }
        if isinstance(part.get("oneOf"), list):
            kept["anyOf"] = _loose([*part["oneOf"], *part.get("anyOf", [])])
        return kept
    return [_loose(value) for value in part] if isinstance(part, list) else part


def _break_circles(schemas: dict[str, Any]) -> dict[str, Any]:
    """A branch of `anyOf` that is made of the whole by `allOf` is so no more: nothing could be checked against it."""
    for whole, schema in schemas.items():
        for branch in filter(None, (_component(part) for part in schema.get("anyOf", ()))):
            if isinstance(parts := schemas[branch].get("allOf"), list):
                schemas[branch]["allOf"] = [part for part in parts if _component(part) != whole]
    return schemas


def _component(schema: Any) -> str:
    return str(schema.get("$ref", "")).removeprefix("#/components/schemas/")


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _multi(query: list[tuple[str, str]]) -> Any:
    from werkzeug.datastructures import ImmutableMultiDict

    return ImmutableMultiDict(query)


def _places(error: Any, body: str) -> Iterator[str]:
    """An error of openapi-core as places and words."""
    from jsonschema.exceptions import best_match  # type: ignore[import-untyped]

    where = f"{error.location}/{error.name}" if hasattr(error, "location") else body
    cause = error.__cause__
    if faults := tuple(getattr(cause, "schema_errors", ())):
        for fault in faults:
            best = best_match([fault]) or fault
            missing = [best.message.split("'")[1]] if fault.validator == "required" else []
            yield f"{'/'.join([where, *map(str, fault.absolute_path), *missing])}: {best.message[:300]}"
    else:
        yield f"{where}: {error}{f' ({cause})' if cause else ''}"


def _literal(key: str) -> str:
    """A pattern in which nothing but `*` is special."""
    return key.replace("[", "[[]").replace("?", "[?]")
