"""Time expressions: "since Monday", "by Friday 5 pm CET", "for two weeks", read against a now and a zone.

A day is found, and a time of day beside it, and the words around say whether it is a start or a
by-when. What was typed can be asked about: what has two readings ("03/04", "next Friday", an hour that the
clocks repeat) has none there, and both are said (`times_in`). What stands in a thread can't, and is read as its
writer most likely meant it (`moments_in`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from escalation.issue import When
from escalation.language.calendar_words import Clock, Day, Direction, Length, clocks_in, days_in, lengths_in

Role = Literal["since", "deadline", ""]


class Told(NamedTuple):
    """One time expression: what it is for, and what it stands for."""

    text: str
    """Word for word, without the "since" or "by" before it."""
    start: int
    """Where it stands, the word before it included."""
    end: int
    role: Role
    when: When | None
    """None when it has several readings, or none."""
    readings: tuple[str, ...] = ()
    """What it could be, when it could be more than one thing; a single entry says why it can't be told."""
    explicit: bool = False
    """"since", "by" or their like stand before it; else the words around decided."""
    length: bool = False
    """It is a stretch counted from now: "for two weeks"."""


# Fillers between the leading word and the date: "since about", "before their go-live on".
_SINCE_LEAD = (
    r"(?:\b(?:ever )?since|\bstart(?:ed|ing|s)|\bbegan|\bbegin(?:ning|s)|\bbegun|\bas (?:of|from)|\bfirst (?:seen|reported|noticed|"
    r"occurred|observed|happened|hit|appeared)|"
    r"\bonset|\bseit|\bdepuis|\bà partir|\bdesde|(?:worked|working|works|fine|ok|okay|good) (?:fine |well |again )?(?:until|till|up to))"
    r"(?: (?:on|at|around|about|approximately|approx\.?|roughly|the|early|late|mid|dem|der|den|le|la|el|del|du|de|d'|um|gegen|ca\.?|circa|"
    r"vers|las|of|from|our|your|last|update|upgrade|release|deploy|deployment|migration|rollout|maintenance))*[ ~:]*$"
)
_DEADLINE_LEAD = (
    r"(?:\bby|\bbefore|\buntil|\btill|\b(?:no|not) later than|\bdue(?: date)?|\bdeadline|\bahead of|\bprior to|\bexpir(?:es?|ing|y)|"
    r"\brenewal(?: date)?|\brenews?|\bgo-?live|\bgo(?:es|ing)? live|"
    r"\blaunch(?:es|ing)?|\bcut-?over|\bfrist|\béchéance|\bfecha límite|\bbis|\bspätestens|\bvor|\bavant|\bd'ici|\bd’ici|\bjusqu['’](?:à|"
    r"au)|\bau plus tard|\bantes del?|\bhasta|\bpara|\ba más tardar)"
    r"(?<!valid until)(?: ?[:=])?(?: (?:the|their|our|its|his|her|is|are|on|at|around|about|by|zum|am|dem|der|den|um|le|la|el|au|à|this|"
    r"date|latest|go-?live|launch|renewal|deadline|audit|meeting|demo|call|"
    r"review|migration|cut-?over|release|event|board|contract|regulator|scheduled|planned|set|for|coming|end|of|EOD|latest by|ist|est|"
    r"es))*[ :~]*$"
)
_ANY_LEAD = r"(?:\b(?:on|at|from|in|of|for|am|vom|ab|zum|le|du|el|del|around|about|early|mid|late)(?: the)? ?~?$)|\(\s?$"
_FROM_TO = r"^(?:から|以来|より)"
_BY_TO = r"^(?:までに|まで|中に|締め切り|締切|期限)"
_GAP_TO_CLOCK = (
    r"[ ,]{0,3}(?:(?:at|by|before|until|around|about|approx\.?|approximately|ca\.?|circa|roughly|um|bis|gegen|ab|à|avant|vers|a las|antes de las|"
    r"sobre las|por|shortly after|T|@|の) ?)?(?:about |around |ca\. ?|gegen |~ ?)?"
)
_GAP_FROM_CLOCK = r"[ ,]{0,3}(?:(?:on|the|am|le|el|of|von|tomorrow's) ){0,2}"

_STARTS = (
    r"\b(?:fail\w*|errors?|broke\w*|stopp\w+|start\w*|began|begun|down|outage|missing|report\w*|happen\w*|notic\w+|saw|seen|seeing|"
    r"occur\w*|appear\w*|crash\w*|slow\w*|lost|return\w*|time(?:s|d)? ?out\w*|"
    r"loop\w*|reject\w*|stuck|unable|can't|can’t|cannot|not work\w*|affect\w*|issues?|problem\w*|waiting|no (?:reply|response|answer|"
    r"update)|[45]\d\ds?|ausgefallen|gemeldet|fehl\w+|gestartet|signal\w+|erreurs?|"
    r"plante\w*|fallan?|fallos?)\b|失敗|エラー|障害|発生"
)
_HAPPENINGS = (
    r"\b(?:promis\w+|updat\w+|upgrad\w+|rotat\w+|chang\w+|migrat\w+|deploy\w*|repl(?:y|ied)\w*|asked|called|spoke|spoken|e-?mailed|renewed|"
    r"releas\w+|tried|restarted|cleared|sent|signed|switched|onboard\w*|"
    r"install\w*|closed|resolved|fixed|escalated|met|meeting|told|joined|bought|worked)\b"
)
_DUES = (
    r"\b(?:go-?live|go live|goes live|going live|launch\w*|renew\w*|deadline|due|demo|audit|needs?|needed|must|wants?|expects?|expected|"
    r"expir\w*|call|meeting|board|cut-?over|contract|require\w*|demand\w*|"
    r"asks?|asking|QBR|review|payroll|presentation|kick-?off|has to|have to|wait until|brauch\w*|muss|müssen|will|besoin|doi(?:t|vent)|"
    r"necesita\w*)\b|必要|期限"
)
_LASTING_NOT = (
    r"\b(?:valid|retain\w*|retention|stored?|keep|kept|contract|customers?(?: of ours)?|clients?|subscri\w+|trial|last(?:s|ed)?|available|"
    r"cached?|locked|expires?|held|hold|paused?|agreed|signed|booked|"
    r"scheduled|logs?|history|extend\w*|discount|credit|licen[cs]e\w*|free|warranty|needed|suspended)(?: \w+){0,2} $"
)

# Abbreviation → every place that uses it, with its offset from UTC in minutes. Without an offset it goes by that place's clocks all year.
_ABBREVIATIONS: dict[str, tuple[tuple[str, int | None], ...]] = {
    "UTC": (("UTC", 0),), "GMT": (("UTC", 0),), "Z": (("UTC", 0),), "WET": (("Europe/Lisbon", 0),), "WEST": (("Europe/Lisbon", 60),),
    "CET": (("Europe/Berlin", 60),), "MEZ": (("Europe/Berlin", 60),), "CEST": (("Europe/Berlin", 120),), "MESZ": (("Europe/Berlin", 120),),
    "EET": (("Europe/Athens", 120),), "EEST": (("Europe/Athens", 180),), "BST": (("Europe/London", 60),), "MSK": (("Europe/Moscow", 180),),
    "EST": (("America/New_York", -300),), "EDT": (("America/New_York", -240),), "ET": (("America/New_York", None),),
    "CDT": (("America/Chicago", -300),), "CT": (("America/Chicago", None),), "CST": (("America/Chicago", -360), ("Asia/Shanghai", 480)),
    "MST": (("America/Denver", -420),), "MDT": (("America/Denver", -360),), "MT": (("America/Denver", None),),
    "PST": (("America/Los_Angeles", -480),), "PDT": (("America/Los_Angeles", -420),), "PT": (("America/Los_Angeles", None),),
    "JST": (("Asia/Tokyo", 540),), "KST": (("Asia/Seoul", 540),), "SGT": (("Asia/Singapore", 480),), "HKT": (("Asia/Hong_Kong", 480),),
    "IST": (("Asia/Kolkata", 330), ("Asia/Jerusalem", 120), ("Europe/Dublin", 60)), "BRT": (("America/Sao_Paulo", -180),),
    "AEST": (("Australia/Sydney", 600),), "AEDT": (("Australia/Sydney", 660),), "NZST": (("Pacific/Auckland", 720),),
    "NZDT": (("Pacific/Auckland", 780),),
}  # fmt: skip
_SPOKEN_ZONES = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver", "pacific": "America/Los_Angeles",
    "berlin": "Europe/Berlin", "german": "Europe/Berlin", "london": "Europe/London", "uk": "Europe/London", "paris": "Europe/Paris",
    "french": "Europe/Paris", "madrid": "Europe/Madrid", "spanish": "Europe/Madrid", "tokyo": "Asia/Tokyo", "japan": "Asia/Tokyo",
    "singapore": "Asia/Singapore", "sydney": "Australia/Sydney", "auckland": "Pacific/Auckland",
}  # fmt: skip
"""How people name a zone in words: "Eastern", "London time"."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def times_in(text: str, *, now: datetime, zone: str) -> tuple[Told, ...]:
    """Every time expression with a role or without, in order of appearance. `zone` is the IANA zone that bare times are read in."""
    found = [_of_length(text, length, now, ZoneInfo(zone)) for length in lengths_in(text)]
    taken = [(told.start, told.end) for told in found]
    for day, clock in _pairs(days_in(text), clocks_in(text), text):
        start = min(part.start for part in (day, clock) if part)
        end = max(part.end for part in (day, clock) if part)
        if not any(first < end and start < last for first, last in taken) and (told := _of_moment(text, day, clock, now, zone)):
            found.append(told)
    return tuple(sorted(found, key=lambda told: (told.start, told.end)))


def moments_in(text: str, *, at: datetime, zone: str, lean: Direction = "future") -> tuple[datetime, ...]:
    """Moments that a sentence written at `at` names, in order, UTC; `zone` is the writer's, where the text names none.

    `lean`: what the sentence is about. By-whens ("future") stand for the end of their day, starts ("past") for its beginning;
    those of the other sort are left out. A date of no year is the nearest such day, a weekday the next or the last one.
    """
    found: list[tuple[int, Moment]] = []
    days = days_in(text)
    for day, clock in _pairs(days, clocks_in(text), text):
        start, end = min(part.start for part in (day, clock) if part), max(part.end for part in (day, clock) if part)
        role, _ = _stated(text, start, end)
        if day is None and (days or clock is None or clock.at is None):
            continue  # an hour alone is meant for the day of writing, unless another day is spoken of
        if role == "deadline" and lean == "past":
            continue
        if (day and _may_stand_alone(text, start, day, None)) or role or (day is None and clock and clock.zone):
            found += [(start, moment) for moment in _likeliest(day, clock, lean, role, at, zone)]
    for length in lengths_in(text, ("in",) if lean == "future" else ("for", "ago")):
        if length.number and length.unit != "business day":
            counted = _counted(at, length.number, length.unit, 1 if length.way == "in" else -1, ZoneInfo(zone))
            found += [(length.start, (counted, None))] if counted else []
    exact = [first for _, (first, until) in found if until is None]
    plain = (
        (start, first if until is None or lean == "past" else until - timedelta(minutes=1))
        for start, (first, until) in found
        if until is None or not any(first <= moment < until for moment in exact)
    )
    return tuple(dict.fromkeys(moment for _, moment in sorted(plain)))


def _likeliest(day: Day | None, clock: Clock | None, lean: Direction, role: Role, at: datetime, zone: str) -> tuple[Moment, ...]:
    """The reading that fits best; none where a date can be read in two ways ("03/04") or its hour is over."""
    direction: Direction = "past" if role == "since" and not (day and day.dated) else lean
    near = day is None or (day.dated and role != "deadline")
    options, _ = _moments(day, clock, (day.tense if day else "") or ("" if near else direction), at, zone)
    if day and day.weekday is None and len({moment[0].date() for moment in options}) > 1:
        return ()
    if day and day.dated and role != "since":
        return options[:1]
    if lean == "past":
        return tuple(sorted((moment for moment in options if moment[0] <= at), key=lambda moment: moment[0]))[-1:]
    return tuple(sorted((moment for moment in options if (moment[1] or moment[0]) > at), key=lambda moment: moment[0]))[:1]


def dated(text: str) -> bool:
    """Does the text name a calendar day, or a time with its zone, rather than "tomorrow at six"?"""
    return any(day.dated or day.weekday is not None for day in days_in(text)) or any(clock.zone for clock in clocks_in(text))


def timed(text: str) -> bool:
    """Does the text name an hour?"""
    return any(clock.at for clock in clocks_in(text))


def _pairs(days: list[Day], clocks: list[Clock], text: str) -> Iterator[tuple[Day | None, Clock | None]]:
    """Each day with the time of day that stands beside it; then the times of day that stand alone."""
    used: set[int] = set()
    for day in days:
        partner = None
        for number, clock in enumerate(clocks):
            beside = 0 <= clock.start - day.end <= 24 and _compiled(_GAP_TO_CLOCK).fullmatch(text, day.end, clock.start)
            beside = beside or (0 <= day.start - clock.end <= 16 and _compiled(_GAP_FROM_CLOCK).fullmatch(text, clock.end, day.start))
            if beside and number not in used:
                partner = clock
                used.add(number)
                break
        yield day, partner
    for number, clock in enumerate(clocks):
        if number not in used:
            yield None, clock


def _of_moment(text: str, day: Day | None, clock: Clock | None, now: datetime, zone: str) -> Told | None:
    start = min(part.start for part in (day, clock) if part)
    end = max(part.end for part in (day, clock) if part)
    stated, lead_start = _stated(text, start, end)
    if not stated and not _may_stand_alone(text, start, day, clock):
        return None
    clause = _clause(text, start, end)
    tense = day.tense if day else ""
    role = stated or _implied(clause, tense)
    direction: Direction = tense or ("past" if role == "since" else "future" if role == "deadline" else "")
    options, why = _moments(day, clock, direction, now, zone)
    if not role and day and not tense and options:
        role = _implied(clause, "past" if options[0][0] <= now else "future")
    said = text[start:end].rstrip()
    if len(options) != 1:
        why = why or tuple(_shown(option) for option in options) or ("the weekday and the date don't belong together",)
        return Told(said, lead_start, end, role, None, why, bool(stated))
    at, until = options[0]
    if role == "since" and at > now:  # "starting 1 December" is ahead, so nothing has started
        role = "deadline" if not stated and _compiled(_DUES).search(clause) else ""
    elif role == "deadline" and (until or at) <= now and not stated:
        role = ""
    elif role == "since" and until and until > now:
        until = now
    return Told(said, lead_start, end, role, When(text=said, at=at, until=until), (), bool(stated))


def _stated(text: str, start: int, end: int) -> tuple[Role, int]:
    """(role that the words before or the particle after give it, where those words start)."""
    before, after = text[max(0, start - 70) : start], text[end : end + 12]
    since = _compiled(_SINCE_LEAD).search(before)
    lead = since or _compiled(_DEADLINE_LEAD).search(before)
    if lead:
        verb = _compiled(r"until|till|up to").search(lead[0]) if since else None  # "worked until": the verb is no part of the time
        return "since" if since else "deadline", start - len(before) + lead.start() + (verb.start() if verb else 0)
    if _compiled(_FROM_TO).search(after):
        return "since", start
    return ("deadline" if _compiled(_BY_TO).search(after) else ""), start


def _may_stand_alone(text: str, start: int, day: Day | None, clock: Clock | None) -> bool:
    """Is it a time without "since" or "by" before it? A bare hour is not, nor "3/4", nor the stamp of a log line."""
    if day is None:
        return clock is not None and clock.at is None
    if clock and text[:start].rstrip(" [")[-1:] in ("", "\n"):
        return False
    return not day.needs_lead or bool(_compiled(_ANY_LEAD).search(text[max(0, start - 70) : start]))


def _implied(clause: str, tense: Direction) -> Role:
    """The role that a clause gives a time without "since" or "by": something went wrong then, or something is due then."""
    starts, happened, dues = (bool(_compiled(pattern).search(clause)) for pattern in (_STARTS, _HAPPENINGS, _DUES))
    if tense == "past":
        return "since" if starts and not happened else ""
    if tense == "future":
        return "deadline" if dues else ""
    if starts and not happened and not dues:
        return "since"
    return "deadline" if dues and not starts and not happened else ""


def _of_length(text: str, length: Length, now: datetime, zone: ZoneInfo) -> Told:
    said = text[length.start : length.end].rstrip()
    clause = _clause(text, length.start, length.end)
    before = text[max(0, length.start - 60) : length.start]
    role: Role = "since"
    explicit = not length.plain
    if length.way == "in":
        role = (
            "deadline"
            if _compiled(_DUES).search(clause) and not _compiled(r"\b(?:times? out|expires? after|fails?|respond\w*)\b").search(clause)
            else ""
        )
        explicit = False
    elif length.way == "ago":
        explicit = bool(_compiled(_SINCE_LEAD).search(before) or _compiled(_FROM_TO).search(text[length.end : length.end + 12]))
        role = "since" if explicit or _implied(clause, "past") else ""
    elif length.plain and (
        _compiled(_LASTING_NOT).search(before)
        or not _compiled(rf"{_STARTS}|\b(?:has|have|had|been|is|are|was|were|keeps?|going|'s|open|unanswered|still)\b").search(clause)
    ):
        role = ""
    start = length.start
    if lead := _compiled(_SINCE_LEAD).search(before):
        start -= len(before) - lead.start()
    if length.number is None:
        return Told(said, start, length.end, role, None, ("how long that is was not said",) if role else (), explicit, length.way == "for")
    if length.unit == "business day":
        return Told(
            said,
            start,
            length.end,
            role,
            None,
            ("business days need the calendar that they are counted on",) if role else (),
            explicit,
            length.way == "for",
        )
    at = _counted(now, length.number, length.unit, 1 if length.way == "in" else -1, zone)
    return Told(said, start, length.end, role, When(text=said, at=at) if at else None, (), explicit, length.way == "for")


def _counted(now: datetime, number: float, unit: str, sign: int, zone: ZoneInfo) -> datetime | None:
    """Now and so much later or earlier: minutes and hours as they pass, days and more by the calendar and the clock on the wall."""
    try:
        if unit in ("minute", "hour"):
            return now + sign * timedelta(minutes=number * (60 if unit == "hour" else 1))
        local = now.astimezone(zone)
        if unit in ("day", "week"):
            moved = local.replace(tzinfo=None) + sign * timedelta(days=number * (7 if unit == "week" else 1))
        else:
            months = local.year * 12 + local.month - 1 + sign * round(number * (12 if unit == "year" else 1))
            first = datetime(months // 12, months % 12 + 1, 1)  # noqa: DTZ001  # the clock on the wall; its zone is put back below
            last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            moved = local.replace(tzinfo=None, year=first.year, month=first.month, day=min(local.day, last.day))
        return moved.replace(tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


Moment = tuple[datetime, "datetime | None"]


def _moments(
    day: Day | None, clock: Clock | None, direction: Direction, now: datetime, zone: str
) -> tuple[tuple[Moment, ...], tuple[str, ...]]:
    """(every reading as start and end, and why there is none)."""
    places, why = _places(clock.zone if clock else "", zone)
    if why:
        return (), (why,)
    options: dict[Moment, None] = {}
    for place, offset in places:
        today = now.astimezone(place).date()
        spans = day.read(today, direction) if day else _bare(clock, today, place, direction, now)
        if day and clock and clock.at and len(spans) > 1 and today in (span[0] for span in spans):
            spans = _by_the_hour(spans, clock.at, today, place, direction, now)
        for first, after in spans:
            for moment in _readings(first, after, day.part if day else None, clock.at if clock else None, place, offset):
                options[moment] = None
    return tuple(options), ()


def _bare(clock: Clock | None, today: date, place: tzinfo, direction: Direction, now: datetime) -> tuple[tuple[date, date], ...]:
    """The day of a time said alone: the last one that was at that time, or the next one that will be."""
    one = timedelta(days=1)
    if clock is None or clock.at is None:
        return ((today, today + one),)
    at = datetime.combine(today, clock.at, place)
    if direction == "past" and at > now:
        today -= one
    elif direction == "future" and at <= now:
        today += one
    return ((today, today + one),)


def _by_the_hour(
    spans: tuple[tuple[date, date], ...], at: time, today: date, place: tzinfo, direction: Direction, now: datetime
) -> tuple[tuple[date, date], ...]:
    """On a Wednesday, "by Wednesday 5 pm" is today while that is ahead, and "since Wednesday 8 am" is today once that is past."""
    ahead = datetime.combine(today, at, place) > now
    is_today = ahead == (direction != "past")
    return tuple(span for span in spans if (span[0] == today) == is_today)


def _readings(first: date, after: date, part: tuple[int, int] | None, at: time | None, place: tzinfo, offset: int | None) -> list[Moment]:
    """A day's span, a part of the day, or an exact moment; two where the clocks repeat or skip that hour or contradict the zone's name."""
    midnight = time(0)
    if at is None and part is None:
        return [(_utc(first, midnight, place), _utc(after, midnight, place))]
    if at is None and part is not None:
        return [(_utc(first, time(part[0]), place), _utc(first + timedelta(days=part[1] // 24), time(part[1] % 24), place))]
    assert at is not None
    if offset is not None:
        named = datetime.combine(first, at, timezone(timedelta(minutes=offset))).astimezone(timezone.utc)
        local = _utc(first, at, place)
        return [(named, None)] if named == local or place == timezone(timedelta(minutes=offset)) else [(named, None), (local, None)]
    return [(moment, None) for moment in dict.fromkeys((_utc(first, at, place), _utc(first, at.replace(fold=1), place)))]


def _utc(day: date, at: time, place: tzinfo) -> datetime:
    return datetime.combine(day, at, place).astimezone(timezone.utc)


def _places(typed: str, zone: str) -> tuple[tuple[tuple[tzinfo, int | None], ...], str]:  # noqa: PLR0911  # one for each way of naming a zone
    """(zones that a name may stand for, or why none can be told)."""
    if not typed:
        return ((ZoneInfo(zone), None),), ""
    if spoken := _SPOKEN_ZONES.get(typed.partition(" ")[0].lower()):
        return ((ZoneInfo(spoken), None),), ""
    if typed.endswith(" time"):
        return (), f'which zone "{typed}" is was not said'
    if match := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", typed):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes > 14 * 60:
            return (), f'"{typed}" is no offset in use'
        return ((timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)), None),), ""
    if "/" in typed:
        try:
            return ((ZoneInfo(typed), None),), ""
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return (), f'"{typed}" is no IANA zone'
    return tuple((ZoneInfo(place), offset) for place, offset in _ABBREVIATIONS[typed.upper()]), ""


def _shown(moment: Moment) -> str:
    at, until = moment
    if until is None:
        return at.isoformat(timespec="minutes")
    return f"{at.isoformat(timespec='minutes')} to {until.isoformat(timespec='minutes')}"


def _clause(text: str, start: int, end: int) -> str:
    """The words around, up to the next full stop, comma, dash, "but" or "and"."""
    before = re.split(r"[.;!?\n,:()]|[ ][–—-][ ]|。|、|\b(?:but|and|aber|und|mais|pero)\b", text[max(0, start - 160) : start])[-1]
    after = re.split(r"[.;!?\n,()]|[ ][–—-][ ]|。|、|\b(?:but|and|aber|und|mais|pero)\b", text[end : end + 160], maxsplit=1)[0]
    return before + text[start:end] + after
