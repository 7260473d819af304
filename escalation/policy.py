"""The policy: the shipped `policy.yaml` with the user's laid over it, checked before anything relies on it."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, ValidationError

from escalation.assessment import Level
from escalation.clock import Calendar, Span, SpanText
from escalation.errors import PolicyError
from escalation.judgement.conditions import Condition
from escalation.judgement.vocabulary import BY_NAME
from escalation.model import Model
from escalation.records import Visibility
from escalation.routing import Kind, Team

if TYPE_CHECKING:
    import yaml

LEVELS: tuple[Level, ...] = ("Medium", "High", "Critical")
"""From low to high."""
METRICS: tuple[Literal["first response", "next response", "resolution"], ...] = ("first response", "next response", "resolution")
IN_ASKS = ("issue", "affected")
"""Names that an ask may speak of besides the facts: the issue's summary, the affected accounts' names."""
SUPPORT_HOURS = "support"
"""The calendar that spans of business time are counted on."""


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
                raise ValueError(f"unknown fact {{{name}}}; docs/policy.md lists them")
    return text


When = Annotated[Condition, PlainValidator(_condition)]
Sentence = Annotated[str, BeforeValidator(_sentence), Field(min_length=1)]


class Rule(Model):
    """Something that matches when its condition holds, and the reason it then gives."""

    when: When
    says: Sentence


class Criterion(Rule):
    """A ground for escalating."""

    group: Literal["technical", "complexity", "impact", "business", "time", "pattern"]
    strong: bool = False
    """Holds even when support has an answer of its own."""


class Cap(Rule):
    """Holds the level down."""

    at_most: Level


class Floor(Rule):
    """Holds the level up; stronger than any cap."""

    at_least: Level


class WhatIf(Model):
    """A change of facts that is tried out, to say what would change the level."""

    set: Mapping[str, bool | int | str] = {}
    add: Mapping[str, int] = {}
    says: str


class LevelRules(Model):
    """One severity level: what it means, how soon it wants attention, and what makes it."""

    means: str
    needs: str
    attention: SpanText
    rules: Mapping[str, Rule]


class SeverityPolicy(Model):
    """How the level is found."""

    levels: Mapping[Level, LevelRules]
    caps: Mapping[str, Cap] = {}
    floors: Mapping[str, Floor] = {}
    what_if: Mapping[str, WhatIf] = {}


class TargetRule(Rule):
    """Who must act when it matches, and what kind of escalation it is."""

    order: int
    team: Team
    kind: Kind


class InformRule(Rule):
    """Who is told besides."""

    team: Team


class AskRule(Rule):
    """What the team is asked for."""

    team: Team
    in_support: bool = False
    """Only when the decision is to handle it in support."""
    at_once: bool = False
    """The policy's attention time is its deadline, even when a date further off is binding."""
    verb: Literal["investigate", "fix", "decide", "approve", "contain", "call", "provide"]


class TeamPolicy(Model):
    """The way to a team and what it must find in the brief."""

    path: tuple[str, ...]
    include: tuple[str, ...]
    destination: str = ""
    """Where to reach it: a channel, a queue, a rota."""
    restricted: bool = False


class Component(Model):
    """A part of the product."""

    words: tuple[str, ...]
    owner: str


class Cadence(Model):
    """How often to follow up: one span, or a range whose earlier bound sets the timer."""

    internal: Annotated[tuple[SpanText, ...], Field(min_length=1, max_length=2)]
    customer: Annotated[tuple[SpanText, ...], Field(min_length=1, max_length=2)]


class HighValue(Model):
    """What makes an account one of high value; any one is enough."""

    arr: Mapping[str, int] = {}
    """Currency → yearly amount from which on it is."""
    plans: tuple[str, ...] = ()
    renewal_within_days: int = 0


class Thresholds(Model):
    """Numbers that conditions may use by name."""

    pattern_accounts: int = Field(ge=2)
    several_accounts: int = Field(ge=2)
    several_high_value: int = Field(ge=1)
    sla_warning_hours: int = Field(ge=0)
    long_wait_hours: int = Field(ge=1)
    long_open_days: int = Field(ge=1)
    deadline_near_hours: int = Field(ge=1)
    ask_within_days: int = Field(ge=1)
    high_value: HighValue


class Policy(Model):
    """Everything that is decided by rule rather than by code."""

    version: str
    """Version of the shipped policy, with a mark of the user's changes if there are any."""
    thresholds: Thresholds
    severity: SeverityPolicy
    escalate: Mapping[str, Criterion]
    handle_in_support: Mapping[str, Rule]
    targets: Mapping[str, TargetRule]
    inform: Mapping[str, InformRule] = {}
    teams: Mapping[Team, TeamPolicy]
    asks: Mapping[str, AskRule]
    components: Mapping[str, Component] = {}
    cadence: Mapping[Level, Cadence]
    sla: Mapping[str, Mapping[Level, Mapping[Literal["first response", "next response", "resolution"], SpanText]]] = {}
    calendars: Mapping[str, Calendar]
    disclosure: Mapping[str, tuple[Visibility, ...]]

    @classmethod
    def load(cls, user: Path | None = None) -> Policy:
        """The shipped policy, with the user's file laid over it if there is one.

        Raises PolicyError, one line with file, line and key, when the file can't be used.
        """
        shipped = _Source.read(Path(__file__).with_name("policy.yaml"))
        if user is None or not user.is_file():
            return _validated(shipped.data, (shipped,))
        own = _Source.read(user)
        mark = hashlib.sha256(user.read_bytes()).hexdigest()[:8]
        merged = _merged(shipped.data, own.data)
        merged["version"] = f"{own.data.get('version', shipped.data['version'])}+{mark}"
        return _validated(merged, (own, shipped))

    def calendar(self, zone: str) -> Calendar:
        """The support hours, in the reporter's zone unless the policy fixes one."""
        return self.calendars[SUPPORT_HOURS].in_zone(zone)

    def targets_for(self, plan: str, level: Level) -> Mapping[Literal["first response", "next response", "resolution"], Span]:
        """SLA targets by plan and severity."""
        by_name = {name.casefold(): levels for name, levels in self.sla.items()}
        return by_name.get(plan.casefold(), by_name.get("default", {})).get(level, {})


class _Source:
    """One YAML file: its data, and the line of every key in it."""

    def __init__(self, name: str, data: dict[str, Any], lines: dict[tuple[str, ...], int]) -> None:
        self.name = name
        self.data = data
        self.lines = lines

    @classmethod
    def read(cls, path: Path) -> _Source:
        import yaml

        loader_type: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast, where it was built
        try:
            loader = loader_type(path.read_text(encoding="utf-8"))
            node = loader.get_single_node()
            data = {} if node is None else loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise PolicyError(f"{path.name} line {line}: not valid YAML: {error.problem or 'can not be parsed'}") from None
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            raise PolicyError(f"{path.name}: not valid YAML: {str(error).splitlines()[0]}") from None
        except OSError as error:
            raise PolicyError(f"{path}: can't be read: {error.strerror}") from None
        if not isinstance(data, dict):
            raise PolicyError(f"{path.name} line 1: expected keys such as thresholds, severity, escalate; see docs/policy.md")
        lines: dict[tuple[str, ...], int] = {}
        for key, line in _lines(node, ()):
            if key in lines:
                raise PolicyError(f"{path.name} line {line}: {'.'.join(key)} is given twice, first on line {lines[key]}; keep one")
            lines[key] = line
        return cls(path.name, data, lines)


def _lines(node: yaml.Node | None, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield here, key.start_mark.line + 1
            yield from _lines(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield (*path, str(number)), item.start_mark.line + 1
            yield from _lines(item, (*path, str(number)))


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merge by key, everything else is replaced; a mapping laid over with `off` or nothing is taken out."""
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merged(merged[key], value)
        elif isinstance(merged.get(key), dict) and (value is None or value is False):
            del merged[key]
        else:
            merged[key] = value
    return merged


def _validated(data: Mapping[str, Any], sources: tuple[_Source, ...]) -> Policy:
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = tuple(str(part) for part in first["loc"] if part != "[key]")
        raise PolicyError(f"{_place(path, sources)}: {_wrong(first['type'], first['msg'])}") from None
    problem = next(_incomplete(policy), None)
    if problem:
        raise PolicyError(f"{_place(problem[0], sources)}: {problem[1]}")
    return policy


Problem = tuple[tuple[str, ...], str]
"""Path of a key, and what is wrong with it."""


def _incomplete(policy: Policy) -> Iterator[Problem]:
    """What the models can't see by themselves: levels, teams and calendars that must be there, facts in what_if."""
    for level in LEVELS:
        if level not in policy.severity.levels:
            yield ("severity", "levels"), f"no level {level}; the levels are Critical, High and Medium"
        if level not in policy.cadence:
            yield ("cadence",), f"no cadence for {level}"
    if SUPPORT_HOURS not in policy.calendars:
        yield ("calendars",), f"no calendar {SUPPORT_HOURS!r}"
    yield from _teamless(policy)
    for id, what_if in policy.severity.what_if.items():
        for name in (*what_if.set, *what_if.add):
            if name not in BY_NAME:
                yield ("severity", "what_if", id), f"unknown fact {name!r}; docs/policy.md lists them"


def _teamless(policy: Policy) -> Iterator[Problem]:
    if "L2 support" not in policy.teams:
        yield ("teams",), "no team 'L2 support', which cases kept in support go to"
    for id, target in policy.targets.items():
        if target.team not in policy.teams:
            yield ("targets", id, "team"), f"no team {target.team!r} under teams"
        if not any(ask.team == target.team for ask in policy.asks.values()):
            yield ("targets", id, "team"), f"no ask for {target.team!r} under asks"


def _place(path: tuple[str, ...], sources: tuple[_Source, ...]) -> str:
    """`policy.yaml line 12: severity.levels.High`, by the longest part of the path that a file states, the user's first."""
    for length in range(len(path), 0, -1):
        for source in sources:
            if path[:length] in source.lines:
                return f"{source.name} line {source.lines[path[:length]]}: {'.'.join(path)}"
    return f"{sources[0].name}: {'.'.join(path)}"


def _wrong(type_: str, message: str) -> str:
    if type_ == "extra_forbidden":
        return "unknown key; docs/policy.md lists them"
    if type_ == "missing":
        return "is missing"
    plain = message.removeprefix("Value error, ")
    return plain[0].lower() + plain[1:]
