"""Counts: "3 customers", "about 40 users", "a dozen tickets", "~5 % of requests"."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal

from escalation.issue import Count
from escalation.language.cue import Cue, stems_of

Unit = Literal["customers", "users", "tickets", "records", "attempts", "percent", "other"]

MOST = 100
"""Counts taken from one sentence."""

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "a hundred": 100, "one hundred": 100, "a thousand": 1000, "a couple of": 2, "a couple": 2, "a dozen": 12,
    "half a dozen": 6, "two dozen": 24, "both": 2,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "zwölf": 12, "ein dutzend": 12,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "dix": 10, "une douzaine de": 12, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "diez": 10, "una docena de": 12,
}  # fmt: skip
_LOOSE = frozenset(
    {
        "a couple of",
        "a couple",
        "a dozen",
        "half a dozen",
        "two dozen",
        "a hundred",
        "a thousand",
        "ein dutzend",
        "une douzaine de",
        "una docena de",
    }
)
_RECORDS = (
    r"rows?|records?|orders?|invoices?|events?|messages?|files?|entries|lines?|transactions?|shipments?|documents?|emails?|payments?|"
    r"contacts?|exports?|zeilen|datensätze|bestellungen|rechnungen|lignes|commandes|factures|filas|registros|pedidos|facturas|件"
)
_OTHER = (
    r"requests?|calls|api calls|webhooks?|deliveries|regions?|endpoints?|sites?|stores?|warehouses?|devices|servers?|instances?|"
    r"locations?|environments?|workspaces?|integrations?|jobs?|anfragen|requêtes|solicitudes"
)
_USERS = (
    r"users?|people|persons?|seats?|agents?|employees|admins?|end-users?|students|patients|drivers|benutzer|nutzer|mitarbeiter|"
    r"utilisateurs?|usuarios?|人|名"
)
_UNITS: tuple[tuple[Unit, str], ...] = (
    ("customers", r"customers?|accounts?|clients?|tenants?|companies|company|merchants?|organi[sz]ations?|orgs?|kunden?|clientes?|社"),
    ("users", _USERS),
    ("tickets", r"tickets?|cases?|conversations?|complaints?|reports?"),
    ("attempts", r"attempts?|tries|retries|times|versuche?|tentatives|intentos|回"),
    ("percent", r"%|percent|per cent|prozent|pour cent|por ciento|パーセント|％"),
    ("records", _RECORDS),
    ("other", _OTHER),
)
_ABOUT = (
    r"(?P<about>about|around|approx(?:imately|\.)?|roughly|at least|over|more than|almost|nearly|up to|some|circa|ca\.|~|≈|etwa|rund|"
    r"ungefähr|mindestens|über|environ|plus de|unos|unas|alrededor de|más de|約)? ?"
)
_BETWEEN = (
    r"(?:(?:other|more|additional|different|separate|distinct|further|large|big|small|affected|active|paying|new|key|unique|individual|"
    r"open|support|internal|duplicate|angry|of (?:our|their|the|its)|biggest|largest|"
    r"missing|failed|lost|enterprise|business|starter|pro|premium|eu|us|uk|emea|apac|betroffene|weitere|andere|verschiedene|autres|otros|"
    r"api) ){0,3}"
)


_UNIT = "|".join(unit for _, unit in _UNITS)
_WORD = "|".join(sorted(_NUMBERS, key=lambda word: (-len(word), word)))
_COUNT = Cue(
    "count",
    stems_of(_UNIT),
    rf"(?<![\w.,#:/$€£-])(?<!q)(?P<all>{_ABOUT}(?:(?P<digits>\d{{1,3}}(?:[,.'’ ]\d{{3}})+(?!\d)|"
    rf"\d{{1,9}}(?:[.,]\d{{1,2}})?)(?P<k>k(?= ))?(?P<range> ?[–-] ?\d{{1,9}}(?:[.,]\d{{1,2}})?)?|\b(?P<word>{_WORD})\b)"
    rf"(?P<plus>\+)?(?: (?:out )?of (?:the )?\d{{1,9}})?[ -]?{_BETWEEN}(?P<unit>{_UNIT})(?:(?<=[社人名回件％%])|(?![\w-])))",
)


def counts_in(text: str) -> tuple[Count, ...]:
    """Numbers of something counted, in order of appearance.

    A range gives its lower end, a fraction is rounded; both are marked approximate. Less than one
    ("0.5 %") can't be said in whole numbers and is left out.
    """
    found = []
    for match in islice(_COUNT.finditer(text, text.lower()), MOST):
        digits, word = match["digits"], (match["word"] or "").lower()
        value = _value(digits) * (1000 if match["k"] else 1) if digits else float(_NUMBERS[word])
        unit = next(name for name, pattern in _UNITS if re.fullmatch(pattern, match["unit"], re.IGNORECASE))
        if (
            digits
            and unit != "percent"
            and re.fullmatch(r"[45]\d\d", digits)
            and re.match(r"(?:responses?|requests?|calls)$", match["unit"], re.IGNORECASE)
        ):
            continue
        loose = bool(match["about"] or match["range"] or match["plus"] or word in _LOOSE or value != int(value))
        said = match["all"].strip()
        if value >= 1 and not re.search(
            r"\b(?:no|http|error|status|code|ticket|case|id|version|v) ?$", text[max(0, match.start() - 10) : match.start()], re.IGNORECASE
        ):
            found.append(Count(text=said, number=round(value), unit=unit, approximate=loose))
    return tuple(found)


def _value(digits: str) -> float:
    """1,200 and 1.200 and 1 200 are twelve hundred; 2.5 and 2,5 are two and a half."""
    if re.search(r"[,.'’ ]\d{3}$", digits) and not digits.startswith("0"):
        return float(re.sub(r"\D", "", digits))
    return float(digits.replace(",", "."))
