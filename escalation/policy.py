"""The policy: the shipped `policy.yaml` with the user's laid over it, checked before anything relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BeforeValidator, Field, PlainValidator, ValidationError

from escalation.assessment import Level
from escalation.calendar import Calendar, Told
from escalation.codeowners import Codeowners
from escalation.counting import Counting
from escalation.errors import PolicyError
from escalation.judgement.vocabulary import hint
from escalation.model import Model
from escalation.policy_source import Place, Source, merged
from escalation.records import Metric, Visibility, Waiting
from escalation.routing import Kind, Team
from escalation.rules import Problem, Rule
from escalation.severity_matrix import LEVELS, SeverityPolicy
from escalation.span import Span, SpanText

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SUPPORT_HOURS = "support"
"""The calendar that spans of business time are counted on."""


class Criterion(Rule):
    """A ground for escalating."""

    group: Literal["technical", "complexity", "impact", "business", "time", "pattern"]
    strong: bool = False
    """Holds even when support has an answer of its own."""


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

    words: tuple[str, ...] = ()
    owner: str = ""
    """Empty: whoever CODEOWNERS names for the path."""
    path: str = ""
    """Where its source is, from the root of the repository."""


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
    duplicate_percent: int = Field(ge=1, le=100)
    absurd_arr: int = Field(ge=1)
    """An ARR beyond this, in any currency, is taken for a slip and not counted."""
    high_value: HighValue


def _named(calendars: Any) -> Any:
    if not isinstance(calendars, Mapping):
        return calendars
    return {name: {**stated, "name": name} if isinstance(stated, dict) else stated for name, stated in calendars.items()}


def _codeowners(value: Any) -> Codeowners:
    if not isinstance(value, str):
        raise ValueError("expected the path of a CODEOWNERS file")  # noqa: TRY004 - pydantic wants a ValueError
    if not value:
        return Codeowners("")
    try:
        return Codeowners(Path(value).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{value} can't be read; expected a CODEOWNERS file, named from the policy's folder") from None


class Policy(Model):
    """Everything that is decided by rule rather than by code."""

    version: str
    """Version of the shipped policy, with a mark of the user's changes if there are any."""
    thresholds: Thresholds
    counting: Counting = Counting()
    severity: SeverityPolicy
    escalate: Mapping[str, Criterion]
    handle_in_support: Mapping[str, Rule]
    monitor: Mapping[str, Rule] = {}
    """Why a case that is neither escalated nor answered is watched."""
    targets: Mapping[str, TargetRule]
    inform: Mapping[str, InformRule] = {}
    teams: Mapping[Team, TeamPolicy]
    asks: Mapping[str, AskRule]
    components: Mapping[str, Component] = {}
    codeowners: Annotated[Codeowners, PlainValidator(_codeowners)] = Codeowners("")
    """Written as the path of the file, from the policy's folder; here, what the file says."""
    cadence: Mapping[Level, Cadence]
    sla: Mapping[str, Mapping[Level, Mapping[Metric, SpanText]]] = {}
    pauses: Mapping[Metric, tuple[Waiting, ...]] = {}
    """Target → states of a ticket in which its clock stands still."""
    calendars: Annotated[Mapping[str, Calendar], BeforeValidator(_named)]
    disclosure: Mapping[str, tuple[Visibility, ...]]

    @classmethod
    def load(cls, user: Path | None = None) -> Policy:
        """The shipped policy, with the user's file laid over it if there is one.

        Raises PolicyError, one line with file, line and key, when the file can't be used.
        """
        return Layers.read(*[user] if user and user.is_file() else []).policy()

    def rules(self) -> Iterator[tuple[Place, Rule]]:
        """Every rule with its place, in the order in which they are written."""
        return _rules(self, ())

    def calendar(self, zone: str, told: Told = lambda _: ()) -> Calendar:
        """The first calendar that serves a ticket with these attributes, else the support hours.

        In the reporter's zone unless the policy fixes one.
        """
        serving = next((one for one in self.calendars.values() if one.claims(told)), self.calendars[SUPPORT_HOURS])
        return serving.in_zone(zone)

    def targets_for(self, plan: str, level: Level) -> Mapping[Metric, Span]:
        """SLA targets by plan and severity."""
        return self.sla.get(self.sla_plan(plan), {}).get(level, {})

    def sla_plan(self, plan: str) -> str:
        """The key under `sla` that holds the targets of an account's plan."""
        return next((name for name in self.sla if name.casefold() == plan.casefold()), "default")


def _rules(part: Any, place: Place) -> Iterator[tuple[Place, Rule]]:
    if isinstance(part, Rule):
        yield place, part
    elif isinstance(part, (Model, Mapping)):
        for key, inner in dict(part).items():
            yield from _rules(inner, (*place, str(key)))


class Mistake(NamedTuple):
    """Something that keeps a policy from being used."""

    where: str
    """`policy.yaml line 12`"""
    key: str
    """`severity.levels.High`"""
    says: str
    """What is wrong, and what was expected."""

    def __str__(self) -> str:
        return f"{self.where}: {self.key}: {self.says}"


class Layers:
    """A policy as it is written: the shipped file, and what is laid over it."""

    def __init__(self, shipped: Source, *over: Source) -> None:
        self.shipped = shipped
        self.over = over
        """The user's own, the last one on top."""

    @classmethod
    def read(cls, *files: Path) -> Layers:
        """The shipped file with these over it. Raises PolicyError where one is no YAML with keys; what the keys say is not looked at."""
        return cls(Source.read(Path(__file__).with_name("policy.yaml"), "shipped policy.yaml"), *map(Source.read, files))

    def data(self) -> dict[str, Any]:
        """What applies, key by key, as written."""
        data = self.shipped.data
        for source in self.over:
            data = merged(data, source.data)
        return {**data, "version": "+".join([str(data.get("version")), *(source.mark for source in self.over)])} if self.over else data

    def set_at(self, place: Place) -> str:
        """`policy.yaml line 12` if exactly this key is set by what is laid over the shipped file; else nothing."""
        return next((source.at(place) for source in reversed(self.over) if place in source.lines), "")

    def policy(self) -> Policy:
        """Raises PolicyError, one line with file, line and key."""
        try:
            policy = Policy.model_validate(self.data())
        except ValidationError as error:
            raise PolicyError(str(next(self._misfits(error)))) from None
        for place, says in _incomplete(policy):
            raise PolicyError(str(self._mistake(place, says)))
        return policy

    def mistakes(self) -> tuple[Mistake, ...]:
        """All that keeps it from being used; while a value does not fit, what depends on the whole is not looked at."""
        try:
            policy = Policy.model_validate(self.data())
        except ValidationError as error:
            return tuple(self._misfits(error))
        return tuple(self._mistake(place, says) for place, says in _incomplete(policy))

    def _misfits(self, error: ValidationError) -> Iterator[Mistake]:
        """At most one for each key that is written down: each type that a value might have had is an error of its own."""
        told: set[Place] = set()
        for one in error.errors(include_url=False, include_context=False):
            place = tuple(str(part) for part in one["loc"] if part != "[key]")
            stated = self._stated(place)[1]
            if stated in told and one["type"] != "missing":
                continue
            told.add(stated)
            switched_off = one["input"] in (None, False) and one["type"] in ("model_type", "mapping_type")
            says = f"there is nothing shipped by this name to switch off; {self._near(place)}" if switched_off else _wrong(one, place)
            yield self._mistake(place, says)

    def _near(self, place: Place) -> str:
        siblings: Any = self.shipped.data
        for part in place[:-1]:
            siblings = siblings.get(part, {}) if isinstance(siblings, dict) else {}
        return hint(place[-1], siblings)

    def _mistake(self, place: Place, says: str) -> Mistake:
        return Mistake(self.where(place), ".".join(place), says)

    def where(self, place: Place) -> str:
        """`policy.yaml line 12`: where a key stands, the user's file first; else the nearest one around it."""
        return self._stated(place)[0]

    def _stated(self, place: Place) -> tuple[str, Place]:
        """That, and the longest part of the place that a file states."""
        sources = [*reversed(self.over), self.shipped]
        for length in range(len(place), 0, -1):
            for source in sources:
                if place[:length] in source.lines:
                    return source.at(place[:length]), place[:length]
        return sources[0].name, place


def _incomplete(policy: Policy) -> Iterator[Problem]:
    """What the models can't see by themselves: a whole matrix, and the levels, teams and calendars that must be there."""
    for path, says in policy.severity.problems():
        yield ("severity", *path), says
    for level in LEVELS:
        if level not in policy.cadence:
            yield ("cadence",), f"no cadence for {level}"
    if SUPPORT_HOURS not in policy.calendars:
        yield ("calendars",), f"no calendar {SUPPORT_HOURS!r}"
    yield from _teamless(policy)


def _teamless(policy: Policy) -> Iterator[Problem]:
    if "L2 support" not in policy.teams:
        yield ("teams",), "no team 'L2 support', which cases kept in support go to"
    for id, target in policy.targets.items():
        if target.kind == "security" and target.team in policy.teams and not policy.teams[target.team].restricted:
            yield ("teams", target.team), "security cases go there, so it must be restricted: yes, with a destination of its own"
        if target.team not in policy.teams:
            yield ("targets", id, "team"), f"no team {target.team!r} under teams"
        if not any(ask.team == target.team for ask in policy.asks.values()):
            yield ("targets", id, "team"), f"no ask for {target.team!r} under asks"


def _wrong(error: ErrorDetails, place: Place) -> str:
    if error["type"] == "extra_forbidden":
        return f"unknown key; {hint(place[-1], _keys(place[:-1]))}"
    if error["type"] == "missing":
        return "is missing"
    plain = error["msg"].removeprefix("Value error, ")
    return plain[0].lower() + plain[1:]


def _keys(place: Place) -> tuple[str, ...]:
    """The keys that the models know at a place."""
    kind: Any = Policy
    for part in place:
        inner = getattr(kind, "model_fields", {}).get(part)
        kind = inner.annotation if inner else next(reversed(get_args(kind)), None)
    return tuple(getattr(kind, "model_fields", {}))
