"""Words for days, times of day and lengths of time in five languages, and what each stands for.

A `Day` may have several readings; which one holds depends on whether the past or the future is
meant. Nothing here knows a clock or a zone: `times.py` brings them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from datetime import date, time, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from escalation.language.cue import Cue

Direction = Literal["past", "future", ""]
Span = tuple[date, date]
"""First day, and the day after the last."""

MOST = 100
"""Expressions of one sort read in one text."""
FAR = timedelta(days=300)
"""A date without a year that would be farther off than this is as likely meant on the other side of now."""


class Day(NamedTuple):
    """A day or run of days, where it stands, and its readings."""

    start: int
    end: int
    read: Callable[[date, Direction], tuple[Span, ...]]
    tense: Direction = ""
    """Past for "yesterday", future for "tomorrow"; empty when the words around must tell."""
    part: tuple[int, int] | None = None
    """Hours of the day, "morning" is (6, 12); over 24 is the next day."""
    needs_lead: bool = False
    """Too short to be a date unless "since", "by", "on" … stands before it: 3/4, "May"."""
    weekday: int | None = None
    """0 for Monday, when it is a weekday's name."""
    dated: bool = False
    """It names a day of a month."""


class Clock(NamedTuple):
    """A time of day, with the zone it is said in."""

    start: int
    end: int
    at: time | None
    """None for "end of day": it says no more than the day."""
    zone: str = ""
    """As typed; empty for the reader's own."""


class Length(NamedTuple):
    """A stretch of time counted from now: "for 3 days", "two weeks ago", "within 48 hours"."""

    start: int
    end: int
    way: Literal["for", "ago", "in"]
    number: float | None
    """None when it is vague: "a few days", "weeks"."""
    unit: Literal["minute", "hour", "day", "week", "month", "year", "business day"]
    plain: bool = False
    """A bare "for", which says a start only where something has been going on."""


def _names(*languages: str) -> dict[str, int]:
    return {name: number for language in languages for number, names in enumerate(language.split()) for name in names.split("/")}


MONTHS = {
    name: number + 1
    for name, number in _names(
        "jan/january feb/february mar/march apr/april may jun/june jul/july aug/august sep/sept/september oct/october nov/november dec/december",
        "januar/jänner februar märz/maerz april mai juni juli august september okt/oktober november dez/dezember",
        "janvier février/fevrier mars avril mai juin juillet août/aout septembre octobre novembre décembre/decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ).items()
}
WEEKDAYS = _names(
    "mon/monday tue/tues/tuesday wed/weds/wednesday thu/thur/thurs/thursday fri/friday sat/saturday sun/sunday",
    "montag dienstag mittwoch donnerstag freitag samstag/sonnabend sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles/miercoles jueves viernes sábado/sabado domingo",
    "月曜日/月曜 火曜日/火曜 水曜日/水曜 木曜日/木曜 金曜日/金曜 土曜日/土曜 日曜日/日曜",
)
PARTS = {
    "morning": (6, 12), "früh": (6, 12), "morgen": (6, 12), "matin": (6, 12), "afternoon": (12, 18), "nachmittag": (12, 18),
    "après-midi": (12, 18), "tarde": (12, 18),
    "evening": (18, 24), "abend": (18, 24), "soir": (18, 24), "night": (18, 30), "nacht": (18, 30), "noche": (18, 30),
}  # fmt: skip
NUMBERS = _names(
    "zero a/an/one two three four five six seven eight nine ten eleven twelve",
    "null ein/eine/einem/einer/einen zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze",
    "cero un/una dos tres cuatro cinco seis siete ocho nueve diez once doce",
)

_MONTH = "|".join(sorted(MONTHS, key=lambda name: (-len(name), name)))
_MONTH_STEMS = "|".join(dict.fromkeys(name[:3] for name in MONTHS))
_WEEKDAY = "|".join(sorted((name for name in WEEKDAYS if name.isascii() or name[0] < "ÿ"), key=lambda name: (-len(name), name)))
_PART = (
    r"(?: (?:in the |am |au |por la )?(?P<part>morning|afternoon|evening|night|früh|morgen|nachmittag|abend|nacht|matin|après-midi|soir|"
    r"tarde|noche))?"
)
_THIS = r"this|current|diese[nmrs]?|cette|ce|cet|esta|este|cours de la"
_LAST = r"last|past|previous|letzte[nmrs]?|vorige[nmrs]?|vergangene[nmrs]?"
_NEXT = r"next|coming|nächste[nmrs]?|kommende[nmrs]?"
_PERIOD = r"week|month|quarter|year|woche|monat|quartal|jahr|semaine|mois|trimestre|année|semana|mes|año"
_PERIODS = {
    "woche": "week", "semaine": "week", "semana": "week", "monat": "month", "mois": "month", "mes": "month", "quartal": "quarter",
    "trimestre": "quarter", "jahr": "year",
    "année": "year", "año": "year",
}  # fmt: skip

_RELATIVE: dict[str, int] = {
    "day before yesterday": -2, "vorgestern": -2, "avant-hier": -2, "anteayer": -2, "一昨日": -2, "yesterday": -1, "gestern": -1, "hier": -1,
    "ayer": -1, "昨日": -1,
    "today": 0, "heute": 0, "aujourd'hui": 0, "aujourd’hui": 0, "hoy": 0, "今日": 0, "本日": 0, "今朝": 0, "day after tomorrow": 2,
    "übermorgen": 2,
    "après-demain": 2, "pasado mañana": 2, "明後日": 2, "tomorrow": 1, "morgen": 1, "demain": 1, "mañana": 1, "明日": 1,
}  # fmt: skip

_DAY_CUES = (
    Cue("iso", "-", r"(?<![\w.-])(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?![\d-])"),
    Cue("jp", "月", r"(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
    Cue("dotted", ".", r"(?<![\w.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?![\w.]\d|\w)"),
    Cue("dotted short", ".", r"(?<![\w.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?!\d)"),
    Cue("slashed", "/", r"(?<![\w/.:-])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?(?![\w/%])"),
    Cue(
        "day month",
        _MONTH_STEMS,
        rf"(?<![\w.#:/-])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|er)?[ -](?:of |de )?(?P<m>{_MONTH})(?!\w)\.?(?:,? (?:de |"
        rf"del )?(?P<y>20\d\d)(?!\w))?",
    ),
    Cue(
        "month day",
        _MONTH_STEMS,
        rf"(?<!\w)(?P<m>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\w%/]|[.:]\d| (?:errors?|users|times|"
        rf"customers)\b)(?:,? (?P<y>20\d\d)(?!\w))?",
    ),
    Cue("relative", "yesterday|gestern|hier|ayer|today|heute|aujourd|hoy|tomorrow|morgen|demain|mañana",
        rf"(?<![\w-])(?:the )?(?P<word>day before yesterday|vorgestern|avant-hier|anteayer|yesterday|gestern|hier|ayer|today|heute|"
        rf"aujourd['’]hui|hoy|day after tomorrow|übermorgen|après-demain|"
        rf"pasado mañana|tomorrow|morgen|demain|mañana){_PART}(?![\w-])"),
    Cue("relative", "昨日|今日|本日|明日|明後日|一昨日|今朝", r"(?P<word>一昨日|昨日|今日|本日|今朝|明後日|明日)"),
    Cue(
        "part",
        "this|last|tonight|ce |cette|esta |heute",
        r"\b(?P<which>this|last|ce|cet|cette|esta) (?P<part>morning|afternoon|evening|night|matin|après-midi|soir|mañana|tarde|noche)\b|"
        r"\b(?P<tonight>tonight)\b",
    ),
    Cue("weekday", _WEEKDAY,
        rf"(?<![\w-])(?<!black )(?:(?P<which>this coming|{_THIS}|{_LAST}|{_NEXT}) )?(?P<day>{_WEEKDAY})(?: (?P<after>dernier|prochain|pasado|"
        rf"próximo))?{_PART}(?![\w-])"),
    Cue("weekday", "曜", r"(?P<which>先週の?|今週の?|来週の?)?(?P<day>[月火水木金土日]曜日?)"),
    Cue("end", "end of|eow|eom|eoq|eoy|ende|fin d|à la fin|末",
        r"\b(?:end of (?:(?P<which>this|the|next|current) )?(?P<period>week|month|quarter|year)|(?P<short>EOW|EOM|EOQ|EOY)|"
        r"(?P<de>monatsende|wochenende|jahresende|ende (?:der woche|des monats|des jahres))|"
        r"(?P<fr>fin (?:de semana|de mes|de año|de la semaine|du mois|de l'année)))(?!\w)|(?P<jp>今月末|月末|今週末|週末|年末)"),
    Cue(
        "period",
        "week|month|quarter|year|woch|mona|quart|jahr|semaine|mois|trimestre|année|semana|mes|año",
        rf"\b(?P<which>{_THIS}|{_LAST}|{_NEXT}) (?P<period>{_PERIOD})(?: (?P<after>dernière?|prochaine?|pasad[ao]|próxim[ao]))?(?!\w)",
    ),
    Cue(
        "period",
        "la semaine|le mois|la semana|el mes",
        r"\b(?:la|le|el) (?P<period>semaine|mois|semana|mes) (?P<after>dernière?|prochaine?|pasad[ao]|próxim[ao])(?!\w)",
    ),
    Cue("period", "今週|先週|来週|今月|先月|来月", r"(?P<jp>今週|先週|来週|今月|先月|来月)(?!末|の?[月火水木金土日]曜)"),
    Cue("quarter", "q1|q2|q3|q4", r"(?<!\w)(?P<end>end of )?Q(?P<q>[1-4])(?:[ /-]?(?P<y>20\d\d))?(?!\w)"),
    Cue("month", _MONTH_STEMS, rf"(?<!\w)(?P<at>early |mid[- ]|late |end of |ende )?(?P<m>{_MONTH})(?!\w)(?: (?P<y>20\d\d)(?!\w))?"),
)  # fmt: skip

_ZONE = (
    r"(?: ?\(?(?P<zone>(?:UTC|GMT)[+-]\d{1,2}(?::\d{2})?|UTC|GMT|CES?T|MES?Z|EES?T|WES?T|BST|MSK|[ECMP][SD]?T|JST|KST|IST|SGT|HKT|AE[SD]T|"
    r"NZ[SD]T|BRT|(?:Eastern|Central|Mountain|Pacific)(?: time)?|[A-Z][a-z]{2,12}/[A-Z][A-Za-z_]{2,30}|"
    r"(?:their|local|your|our|my|[A-Z][a-z]{2,14}) time)(?![\w/])\)?|(?P<offset>Z|[+-]\d{2}:?\d{2})(?!\w))?"
)
_CLOCK = (
    r"(?:(?<![\w.:/,-])|(?<=\dT)|(?<=日))(?:(?P<h12>1[0-2]|0?[1-9])(?:[:.](?P<m12>[0-5]\d))? ?(?P<half>[aApP])(?:[mM](?!\w)|\.[mM]\.)"
    r"|(?P<h>[01]?\d|2[0-3])(?::(?P<m>[0-5]\d)(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: Uhr(?!\w))?|h(?P<hm>[0-5]\d)(?!\w)|"
    r" ?Uhr(?: (?P<um>[0-5]\d))?(?!\w))"
    r"|(?P<name>noon|midday|midnight|Mittag|Mitternacht|midi|minuit|mediodía|medianoche)(?!\w)"
    r"|(?P<eod>EOD|EOB|COB|end of (?:the )?(?:business )?day|close of (?:the )?business(?: day)?|Feierabend|Tagesende|"
    r"Geschäftsschluss)(?!\w)"
    rf"|(?P<jh>\d{{1,2}})時(?:(?P<jm>\d{{1,2}})分)?){_ZONE}"
)
_CLOCK_CUE = Cue(
    "clock",
    ":|am|pm|a.m|p.m|uhr|h0|h1|h2|h3|h4|h5|noon|midday|midnight|mittag|mitternacht|midi|minuit|medianoche|eod|eob|cob|end of|close of|"
    "feierabend|tagesende|geschäft|時",
    _CLOCK,
)

_UNIT = (
    r"(?P<unit>minutes?|mins?|hours?|hrs?|(?:business|working|work) days?|days?|weeks?|months?|years?|h|minuten|stunden?|werktag\w*|"
    r"arbeitstag\w*|tag(?:e|en)?|wochen?|monat(?:e|en)?|jahr(?:e|en)?|"
    r"heures?|jours? ouvrés|jours?|semaines?|mois|ans|minutos?|horas?|días? hábiles|días?|dias?|semanas?|mes(?:es)?|años?)(?!\w)"
)
_UNIT_STEMS = (
    "min|hour|hr|day|week|month|year|stund|tag|woche|monat|jahr|heure|jour|semaine|mois|ans|hora|día|dia|mes|año|"
    " h|-h|0h|1h|2h|3h|4h|5h|6h|7h|8h|9h"
)
_SPELLED = "|".join(sorted(NUMBERS, key=lambda name: (-len(name), name)))
_NUMBER = (
    r"(?:(?:about|around|over|more than|almost|nearly|at least|roughly|approximately|~|up to|etwa|rund|über|mehr als|fast|environ|"
    r"plus de|más de|unos|unas|casi) ?)?"
    rf"(?P<number>\d{{1,4}}(?:[.,]5)?|half an?|{_SPELLED})(?:[ -]|(?<=\d)(?=[a-z]))"
)
_VAGUE = (
    r"(?P<vague>(?:(?:a |the )?(?:few|couple of|couple|several|many|some)|einigen?|ein paar|mehreren?|quelques|plusieurs|varios|varias|"
    r"algunos) )"
)
_FEW = rf"(?:{_NUMBER}|{_VAGUE}|(?P<none>(?=(?:minutes|hours|days|weeks|months|years|stunden|tagen|wochen|monaten)\b)))"
_LENGTH_CUES = (
    Cue("ago", f"ago|back + {_UNIT_STEMS}", rf"\b(?:{_NUMBER}|{_VAGUE}){_UNIT} (?:ago|back)\b"),
    Cue("ago", f"vor |il y a|hace  + {_UNIT_STEMS}", rf"(?<!\w)(?:vor|il y a|(?<!desde )hace) (?:{_NUMBER}|{_VAGUE}){_UNIT}"),
    Cue("for", f"past|last|previous + {_UNIT_STEMS}", rf"\b(?:(?:for|over|in|during|within) )?the (?:past|last|previous) (?:{_NUMBER}|{_VAGUE})?{_UNIT}"),
    Cue("for", f"for  + {_UNIT_STEMS}", rf"\b(?P<plain>for) {_FEW}{_UNIT}(?P<now> now\b| already\b| straight\b)?"),
    Cue("for", f"since|seit|depuis|desde|hace|llevan + {_UNIT_STEMS}", rf"\b(?:since|seit|schon seit|depuis|desde hace|hace|llevan?) {_FEW}{_UNIT}"),
    Cue("in", f"in |within + {_UNIT_STEMS}", rf"\b(?:within|in)(?: the next)? (?:{_NUMBER}|{_VAGUE}){_UNIT}(?! of)"),
    Cue(
        "in",
        f"innerhalb|binnen|dans |d'ici|dentro de| en |en 1|en 2|en 3|en 4|en 5|en 6|en 7|en 8|en 9|en un|en dos|en tres + {_UNIT_STEMS}",
        rf"(?<!\w)(?:innerhalb von|binnen|dans(?: les)?|d'ici|dentro de|en) {_NUMBER}{_UNIT}",
    ),
    Cue("ago", "前", r"(?P<number>\d{1,3})(?P<unit>分|時間|日|週間|か月|ヶ月|カ月|年)前"),
    Cue("for", "間", r"(?P<number>\d{1,3})(?P<unit>日|週|か月|ヶ月|時)間(?!前|以内)"),
    Cue("in", "以内", r"(?P<number>\d{1,3})(?P<unit>時間|日|週間)以内"),
)  # fmt: skip


def days_in(text: str) -> list[Day]:
    """Every day, week, month or quarter that the text names, in order; of overlapping ones the longest."""
    lowered = text.lower()
    found = [day for cue in _DAY_CUES for match in islice(cue.finditer(text, lowered), MOST) if (day := _day(cue.name, match))]
    days = _apart(found)
    joined: list[Day] = []
    for day in days:
        if (
            joined
            and joined[-1].weekday is not None
            and day.dated
            and re.fullmatch(r",? (?:the |den |le |el )?", text[joined[-1].end : day.start])
        ):
            joined[-1] = _named(joined[-1], day)
        else:
            joined.append(day)
    return joined


def _named(weekday: Day, day: Day) -> Day:
    """The date of "Friday 6 Nov", if it is a Friday."""
    return Day(
        weekday.start,
        day.end,
        lambda today, way: tuple(span for span in day.read(today, way) if span[0].weekday() == weekday.weekday),
        part=day.part or weekday.part,
        dated=True,
    )


def clocks_in(text: str) -> list[Clock]:
    """Every time of day."""
    return [_clock(match) for match in islice(_CLOCK_CUE.finditer(text, text.lower()), MOST)]


def lengths_in(text: str, ways: Container[str] = ("for", "ago", "in")) -> list[Length]:
    """Every stretch of time counted from now, in one of these ways."""
    lowered = text.lower()
    cues = (cue for cue in _LENGTH_CUES if cue.name in ways)
    return _apart([_length(cue.name, match) for cue in cues for match in islice(cue.finditer(text, lowered), MOST)])


def _apart(found: list) -> list:  # type: ignore[type-arg]  # of Day or of Length
    kept: list = []  # type: ignore[type-arg]
    for item in sorted(found, key=lambda item: (item.start, -item.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def _day(name: str, match: re.Match[str]) -> Day | None:  # noqa: PLR0911  # one line for each sort
    said = match.groupdict()
    start, end = match.span()
    part = PARTS.get((said.get("part") or "").lower()) if said.get("part") else None
    if name == "relative":
        offset = _RELATIVE[match["word"].lower().replace("’", "'")]
        tense: Direction = "past" if offset < 0 else "future" if offset > 0 else ""
        return Day(
            start,
            end,
            lambda today, _: (_days(today + timedelta(days=offset)),),
            tense,
            PARTS["morning"] if match["word"] == "今朝" else part,
        )
    if name == "part":
        return _part_of_day(match)
    if name == "weekday":
        return _weekday(match, part)
    if name in ("end", "period"):
        return _period(name, match)
    if name == "quarter":
        return _quarter(match)
    if name == "month":
        return _month(match)
    if name == "slashed":
        return _slashed(match)
    month = int(said["m"]) if said["m"].isdigit() else MONTHS[said["m"].lower()]
    if said["m"].lower() in ("may", "mar", "sat") and not said["m"][0].isupper():
        return None
    readings = _dated(int(said["d"]), month, int(said["y"]) if said.get("y") else None)
    return Day(start, end, readings, needs_lead=name == "dotted short", dated=True) if readings else None


def _days(first: date, count: int = 1) -> Span:
    return first, first + timedelta(days=count)


def _dated(day: int, month: int, year: int | None) -> Callable[[date, Direction], tuple[Span, ...]] | None:
    """Readings of a day and month; without a year the nearest on the side that is meant, and the other one too when that is far off."""
    try:
        date(2024, month, day)
        if year:
            date(year, month, day)
    except ValueError:
        return None

    def read(today: date, direction: Direction) -> tuple[Span, ...]:
        if year:
            return (_days(date(year, month, day)),)
        dates = [found for y in range(today.year - 4, today.year + 5) if (found := _valid(y, month, day))]
        past = max(found for found in dates if found <= today)
        future = min(found for found in dates if found >= today)
        if direction == "past":
            return (_days(past),) if today - past <= FAR else (_days(past), _days(future))
        if direction == "future":
            return (_days(future),) if future - today <= FAR else (_days(past), _days(future))
        return (_days(min(past, future, key=lambda found: abs(found - today))),)

    return read


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _slashed(match: re.Match[str]) -> Day | None:
    """03/04: day first or month first; both are read when both can be."""
    if match[0] == "24/7":
        return None
    a, b = int(match["a"]), int(match["b"])
    year = int(match["y"]) + (2000 if len(match["y"]) == 2 else 0) if match["y"] else None
    orders = dict.fromkeys([(a, b), (b, a)])
    readers = [reader for day, month in orders if (reader := _dated(day, month, year))]
    if not readers:
        return None
    return Day(
        *match.span(),
        lambda today, way: tuple(dict.fromkeys(span for reader in readers for span in reader(today, way))),
        needs_lead=not year,
    )


def _part_of_day(match: re.Match[str]) -> Day:
    if match["tonight"]:
        return Day(*match.span(), lambda today, _: (_days(today),), "", PARTS["night"])
    last = match["which"].lower() == "last"
    part = PARTS["morning"] if match["part"].lower() == "mañana" else PARTS[match["part"].lower()]
    return Day(*match.span(), lambda today, _: (_days(today - timedelta(days=last)),), "past" if last else "", part)


def _weekday(match: re.Match[str], part: tuple[int, int] | None) -> Day | None:
    name = match["day"].lower()
    if len(name) <= 4 and name.isascii() and not match["day"][0].isupper():
        return None  # "sat", "sun", "wed" and "mon" are words too
    which = ((match["which"] or "") + (match.groupdict().get("after") or "")).lower()
    number = WEEKDAYS[name]
    past = bool(re.match(rf"(?:{_LAST}|dernier|pasado)", which))
    following = bool(re.match(rf"(?:{_NEXT}|prochain|próximo|来週)", which)) and which not in ("coming", "kommenden")
    same_week = bool(re.match(rf"(?:{_THIS}|今週)$", which))

    def read(today: date, direction: Direction) -> tuple[Span, ...]:
        monday = today - timedelta(days=today.weekday())
        back = today - timedelta(days=(today.weekday() - number) % 7 or 7)
        ahead = today + timedelta(days=(number - today.weekday()) % 7 or 7)
        if which.startswith("先週"):
            return (_days(monday + timedelta(days=number - 7)),)
        if same_week:
            return (_days(monday + timedelta(days=number)),)
        if following:
            return tuple(dict.fromkeys((_days(ahead), _days(monday + timedelta(days=7 + number)))))
        if past:
            return (_days(back),)
        if number == today.weekday() and not which:
            return (_days(today), _days(back if direction == "past" else ahead))
        return (_days(back if direction == "past" else ahead),)

    return Day(
        *match.span(),
        read,
        "past" if past or which.startswith("先週") else "future" if following or "coming" in which or "kommend" in which else "",
        part,
        weekday=number,
    )


def _first_of(period: str, today: date) -> date:
    if period == "week":
        return today - timedelta(days=today.weekday())
    month = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return date(today.year, month, 1)


def _whole(period: str, offset: int, today: date) -> Span:
    """The week, month, quarter or year that lies `offset` of its kind from today."""
    first = _first_of(period, today)
    if period == "week":
        return _days(first + timedelta(weeks=offset), 7)
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    return _months_later(first, offset * months), _months_later(first, (offset + 1) * months)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _period(name: str, match: re.Match[str]) -> Day:
    said = {key: (value or "").lower() for key, value in match.groupdict().items()}
    if name == "end":
        words = said["short"] or said["de"] or said["fr"] or said["jp"] or said["period"]
        kinds = (
            ("week", r"week|eow|woche|semana|semaine|週"),
            ("month", r"month|eom|monat|mes|mois|月"),
            ("quarter", r"quarter|eoq"),
            ("year", r"."),
        )
        period = next(kind for kind, pattern in kinds if re.search(pattern, words))
        offset = 1 if said["which"] == "next" else 0
        return Day(*match.span(), lambda today, _: (_days(_whole(period, offset, today)[1] - timedelta(days=1)),), "future")
    words = said.get("jp") or f"{said.get('which', '')} {said.get('after', '')}"
    period = {"週": "week", "月": "month"}[said["jp"][1]] if said.get("jp") else _PERIODS.get(said["period"], said["period"])
    offset = -1 if re.search(rf"\b(?:{_LAST}|derni|pasad)|先", words) else 1 if re.search(rf"\b(?:{_NEXT}|procha|próxim)|来", words) else 0
    return Day(*match.span(), lambda today, _: (_whole(period, offset, today),), "past" if offset < 0 else "future" if offset > 0 else "")


def _quarter(match: re.Match[str]) -> Day:
    first_month = 3 * int(match["q"]) - 2

    def read(today: date, direction: Direction) -> tuple[Span, ...]:
        years = [int(match["y"])] if match["y"] else [today.year - 1, today.year, today.year + 1]
        spans = [(date(year, first_month, 1), _months_later(date(year, first_month, 1), 3)) for year in years]
        if len(spans) > 1:
            spans = (
                [span for span in spans if span[0] <= today][-1:]
                if direction == "past"
                else [span for span in spans if span[1] > today][:1]
            )
        return tuple(_days(after - timedelta(days=1)) if match["end"] else (first, after) for first, after in spans)

    return Day(*match.span(), read, needs_lead=True)


def _month(match: re.Match[str]) -> Day | None:
    if not match["m"][0].isupper() and match["m"].lower() in ("may", "march", "mars", "mar", "jun", "dec", "sep", "set", "mai"):
        return None
    month = MONTHS[match["m"].lower()]
    last = (match["at"] or "").lower().strip() in ("end of", "ende")

    def read(today: date, direction: Direction) -> tuple[Span, ...]:
        firsts = (
            [date(int(match["y"]), month, 1)]
            if match["y"]
            else [date(year, month, 1) for year in (today.year - 1, today.year, today.year + 1)]
        )
        spans = [(first, _months_later(first, 1)) for first in firsts]
        if len(spans) > 1:
            spans = (
                [span for span in spans if span[0] <= today][-1:]
                if direction == "past"
                else [span for span in spans if span[1] > today][:1]
            )
        return tuple(_days(after - timedelta(days=1)) if last else (first, after) for first, after in spans)

    return Day(*match.span(), read, needs_lead=True)


def _clock(match: re.Match[str]) -> Clock:
    zone = match["zone"] or match["offset"] or ""
    if match["eod"]:
        return Clock(*match.span(), None, zone)
    if match["name"]:
        noon = match["name"].lower() in ("noon", "midday", "mittag", "midi", "mediodía")
        return Clock(*match.span(), time(12 if noon else 0), zone)
    if match["h12"]:
        hour = int(match["h12"]) % 12 + (12 if match["half"] in "pP" else 0)
        return Clock(*match.span(), time(hour, int(match["m12"] or 0)), zone)
    hour = int(match["h"] or match["jh"])
    minute = int(match["m"] or match["hm"] or match["um"] or match["jm"] or 0)
    return Clock(*match.span(), time(hour, minute) if hour < 24 and minute < 60 else None, zone)


def _length(name: str, match: re.Match[str]) -> Length:
    said = match.groupdict()
    unit = said["unit"].lower()
    japanese = {"分": "minute", "時": "hour", "日": "day", "週": "week", "か": "month", "ヶ": "month", "カ": "month", "年": "year"}
    business = re.match(r"(?:business|working|work) |werktag|arbeitstag|jours? ouvrés|días? hábiles", unit)
    kinds = (
        ("minute", r"min"),
        ("hour", r"h|stund"),
        ("day", r"d|tag|jour"),
        ("week", r"w|sem"),
        ("month", r"mo|mes"),
        ("year", r"y|ja|an|añ"),
    )
    kind = japanese.get(unit[0]) or ("business day" if business else next(kind for kind, pattern in kinds if re.match(pattern, unit)))
    spoken = (said.get("number") or "").lower().replace(",", ".")
    number = None if not spoken else 0.5 if spoken.startswith("half") else float(NUMBERS[spoken]) if spoken in NUMBERS else float(spoken)
    if not spoken and not said.get("vague") and said.get("none") is None and name == "for":
        number = 1.0  # "the last hour"
    plain = bool(said.get("plain")) and not said.get("now")
    return Length(*match.span(), name, number, kind, plain)  # type: ignore[arg-type]
