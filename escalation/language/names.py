"""Names of customers in a sentence, segments ("all Enterprise customers"), and what only might be a name.

A capitalised span is a customer's name when the words around say so. Precision first: what only
looks like a name is handed back as unsure, for the reader to be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

from escalation.language.cue import Cue
from escalation.language.name_words import ADDRESS, AND_AFTER, FUNCTION, GENERIC, LEGAL_FORMS, OF_BEFORE, SUFFIXES, TECHNOLOGY, TRIMMED

MOST = 200
"""Spans looked at in one sentence."""


@dataclass
class Span:
    """Capitalised words that stand together, and how sure it is that they name a customer."""

    start: int
    end: int
    words: tuple[str, ...]
    sure: str = ""
    """"" not at all; "unsure", "weak" (gives way to a better one), "strong"."""
    lead: int = -1
    """Where the words that introduce it start: the "for" of "for Acme Corp"."""


class Names(NamedTuple):
    """Whom a sentence is about."""

    customers: tuple[str, ...] = ()
    """As typed, in order of appearance, each once (upper and lower case alike)."""
    unsure: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    everyone: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    """Start and end of every customer and segment clause, introducing words included."""


_WORD = r"[^\W_][\w&+-]*(?:['’][^\W\d_]\w+)?(?:\.\w[\w-]*)*"
_CODE_LIKE = (
    r".*_|.*\d{3}|[A-Z][A-Z0-9]{1,9}-\d+$|.*[a-z](?:Service|Controller|Worker|Handler|Manager|Client|Server|Thread|Job|Gateway|Module|"
    r"Exception|Error|Filter|Impl|Factory)$|v?\d[\d.]*[a-z]?$"
)

_LABEL = (
    r"(?:\b(?:customers?|clients?|account|company|tenant|organi[sz]ation|merchant|kunde|kundin|firma|cliente|empresa|entreprise)(?: name)?|"
    r"お客様|顧客|会社名) ?[:=：] ?[\"“«„']?$"
)
_LABELLED = (
    r"\b(?:customers?|clients?|account|company|tenant|kunde|kundin|firma|cliente|empresa)(?: name)? ?[:=] ?(?P<name>[^\s,;|"
    r"()\[\]\n\"“][^,;|()\[\]\n\"“]{0,60}?)\s*(?=[,;|()\[\]\n]|$|\.\s|\.$| [–—-] )"
)
_FILLER = (
    r"(?:(?:our|their|the|an?|both|all of|everyone at|everybody at|users? at|users? of|admins? at|people at|key|large|big|biggest|largest|"
    r"important|strategic|enterprise|business|starter|longtime|customers?|clients?|accounts?|like|namely|especially|including|such as|"
    r"e\.g\.|company|kunde[n]?|den|unseren?|unserem|notre|nuestro|le|la|el) )*[\"“«„'(@]?$"
)
_STRONG = (
    r"(?:(?<!waiting )(?<!wait )(?<!thanks )(?<!thank you )(?<!asked )(?<!asking )(?<!asks )(?<!looking )\bfor|\baffect\w*|"
    r"\bimpact\w*|\bhitting|\bcustomers?|\bclients?|\bon behalf of|\baccounts?|\btenants?|\bmerchant|\bcompany|\bkund(?:e|en|"
    r"in)|\bbei|\bfür|\bchez|\bpour|\bcliente|\bpara) " + _FILLER
)
_REPORTING = (
    r"\b(?:report(?:ed|s)?|raised|opened|logged|submitted|filed|sent|seen|noticed|experienced|confirmed|requested|tickets?|"
    r"complaints?|emails?|messages?|calls?|escalations?|users?|admins?|team|people|someone|contacts?|everyone|heard|"
    r"hearing) (?:by|with|from|at|of) " + _FILLER
)
_FROM = r"\b(?:from|at|en) " + _FILLER
_WEAK = r"\b(?:with|by|of|to|(?:ask\w*|wait\w*|looking) for|von|de|avec|con|mit) " + _FILLER
_PERSON = (
    r"\b(?:assigned to|escalated by|handled by|owned by|written by|spoke (?:to|with)|talked to|reach(?:ed)? out to|cc|contact|manager|csm|"
    r"ae|agent|engineer|my name is|regards|thanks|cheers|best|hi|hello|dear|hey),? ?$"
)

_EXCEPT = r"\b(?:not|unlike|except|nicht|pas|no)(?: (?:for|from|at|to|bei|chez|para|affecting))? $"

_SPEAKS = (
    r"^(?:['’]s (?:team|cto|ceo|admins?|users?|engineers?|people))? ?,? ?(?:(?:has|have|is|are|was|were|had|again|now|just|also|still|"
    r"already|currently|keeps?|kept) )*"
    r"(?:says?|said|saying|reports?|reported|reporting|complain(?:s|ed|ing)?|claims?|claimed|wants?|wanted|asks?|asked|asking|requests?|"
    r"requested|requesting|threaten(?:s|ed|ing)?|told|tells|writes|wrote|called|"
    r"confirm(?:s|ed)?|notic(?:es|ed)|escalat(?:es|ed|ing)|expects?|demands?|insists?|needs?|sees?|seeing|gets?|getting|experienc(?:es|ed|"
    r"ing)|facing|hits?|hitting|is affected|are affected|affected|impacted|unable|"
    r"meldet|melden|berichtet|berichten|sagt|schreibt|droht|signale|signalent|indique|se plaint|menace|informa|reporta|dice|indica|amenaza|"
    r"se queja)\b"
)
_CANNOT = r"^ (?:still |again |now )?(?:can't|can’t|cannot|can not|kann|ne peut|no puede)\b(?! be\b)"
_IS = (
    r"^ (?:is|are|was|were|has|have|had|can|could|still|keeps|loses|lost|did|does|doesn't|does not|will|would|may|hat|est|está|tried|uses|"
    r"upgraded|rotated|changed|switched|updated|migrated)\b"
)
_POSSESSIVE = r"^['’]s?(?= )"
_GLUE = r",? (?:and|und|et|y|&|or|as well as|sowie) (?:also )?|, ?|、| / ?"

_MASKED = (
    r"https?://\S{1,2000}|`[^`\n]{1,300}`|\"[^\"\n]{1,300}\"|“[^“”\n]{1,300}”|„[^„“”\n]{1,300}[“”]|«[^«»\n]{1,300}»|"
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,200}"
)
_INTRODUCED = r"(?:\b(?:for|customer|account|client|from|kunde)|[:=]) ?$"
_OPENING = r"(?:^|[.!?:;\n\[(>–—-])\s*$|[\"“]$"

_JAPANESE = (
    r"(?P<name>株式会社(?:[ァ-ヶー・]{1,20}|[一-龯々]{1,12}|[A-Za-z][A-Za-z0-9 ]{1,30})|(?:[ァ-ヶー・]{1,20}|[一-龯々]{1,12}|[A-Za-z][A-Za-z0-9]{1,30})株式会社|"
    r"(?:[ァ-ヶー・]{2,20}|(?<![A-Za-z])[A-Z][\w&.-]{0,30}(?: [A-Z][\w&.-]{0,30}){0,4}(?= ?(?:様|さま))))(?: ?(?P<sama>様|さま))?"
)
_SMALL = (
    r"\b(?:for|from|at|with|by|affecting|customer|client|account|bei|für|kunde|chez|pour|para|cliente) (?:(?:our|the) (?:customer|client|"
    r"account) )?"
    r"(?P<name>(?:[\w&'’-]{2,30} ){1,3}?(?P<suffix>[\w]{2,20}))(?!\w)(?! (?:customers|users|accounts|clients|account|transfers?|"
    r"statements?))"
)
_SMALL_UNSURE = (
    r"\b(?:for|bei|für|chez|para|customer|client|kunde) (?P<name>[^\W\d_][\w&'’-]{2,30}(?: [^\W\d_][\w&'’-]{2,30})?)(?= ?(?:$|[,.;:!?)\n]|"
    r"since\b|after\b|again\b|today\b|yesterday\b|says\b|reports\b|can't\b|cannot\b))"
)
_COMMON = frozenset(
    "example instance now everyone everybody all them us me you him her this that these those it days weeks months years hours "
    "minutes some many several certain various other others new existing free weeks ages while long "
    "review approval details info information reference context login sign success service experience data portal facing side sure "
    "real good each which whom whatever reason reasons support help days' requests calls".split()
)

_CLASS = (
    r"(?P<class>enterprise|business|starter|pro|professional|premium|free|team|basic|standard|growth|platinum|gold|silver|bronze|trial|smb|"
    r"mid-?market|vip|EU|US|USA|UK|EMEA|APAC|DACH|LATAM|ANZ|NA|nordic|european|american|asian|german|french|spanish|japanese|italian|dutch|"
    r"british|canadian|australian|indian|brazilian|swiss|austrian)"
)
_OF_CLASS = r"(?:[- ](?:plan|tier|level|edition|segment|region|based))?"
_PEOPLE = (
    r"(?:customers?|accounts?|clients?|users?|tenants?|orgs?|organi[sz]ations?|companies|merchants?|workspaces?|subscribers?|kunden|nutzer|"
    r"benutzer)"
)
_PEOPLE_STEMS = "customer|account|client|user|tenant|org|compan|merchant|workspace|subscriber|kunden|nutzer"
_SEGMENT = (
    rf"(?P<lead>\b(?:for|affect\w*|impact\w*|hitting|from|at|by|bei|für|of) )?(?:\b(?P<many>all|every|most|some|many|several|our|the|"
    rf"alle[nr]?|\d+(?: of \d+)?|few|multiple|only|other) ){{0,3}}(?<![\w-]){_CLASS}{_OF_CLASS}(?:(?:,| and| und| or|/|"
    rf" &) ?{_CLASS.replace('class', 'second')}{_OF_CLASS})?[ -]{_PEOPLE}(?!\w)"
)
_SEGMENT_AFTER = (
    rf"(?P<lead>\b(?:for|affect\w*|impact\w*|hitting|from|at|by|bei|für|of) )?(?:\b(?P<many>all|every|most|some|many|several|our|"
    rf"the) ){{0,3}}\b{_PEOPLE} (?:on|in|with|from) (?:the |our |an? )?{_CLASS}(?!\w){_OF_CLASS}(?! \w*(?:corp|inc)\b)"
    rf"|\b(?:clients?|clientes?|comptes?|cuentas?|utilisateurs|usuarios) {_CLASS.replace('class', 'romance')}(?!\w)"
)
_EVERYONE = (
    r"(?P<lead>\b(?:for|affect\w*|impact\w*|hitting) )?(?<!not )\b(?:(?:all|every)(?: of)?(?: our| the)? (?:customers?|users?|clients?|"
    r"accounts?|tenants?)\b(?! (?:at|of|from|in|on|with|using|who|that|behind|whose|data)\b)|every(?:one|body)\b(?! (?:at|in|from|on|who|"
    r"else)\b)|"
    r"alle (?:unsere )?(?:kunden|nutzer|benutzer)\b|tous (?:les|nos) (?:clients|utilisateurs)\b|todos (?:los|nuestros) (?:clientes|"
    r"usuarios)\b)|(?:全|すべての|全ての)(?:ユーザー|お客様|顧客)"
)
_SEGMENT_CUES = (
    Cue("segment", _PEOPLE_STEMS, _SEGMENT),
    Cue("segment", f"{_PEOPLE_STEMS}|compte|cuenta|utilisateur|usuario", _SEGMENT_AFTER),
)
_EVERYONE_CUE = Cue("everyone", "all|every|tous|todos|全|すべて", _EVERYONE)


@cache
def _compiled(pattern: str, *, exact: bool = False) -> re.Pattern[str]:
    return re.compile(pattern, 0 if exact else re.IGNORECASE)


def names_in(text: str, *, known: Sequence[str] = ()) -> Names:
    """Customers, segments and doubtful names in a sentence; `known` names come first and are never doubted."""
    shouting = _shouting(text)
    spans = [] if shouting else _judged(text)
    found = [(span.start, text[span.start : span.end], span.sure, span.lead, span.end) for span in spans]
    found += [(start, name, "strong", lead, end) for start, name, lead, end in (*_labelled(text), *_japanese(text))]
    if shouting or not any(sure in ("strong", "weak") for _, _, sure, _, _ in found):
        found += [(start, name, "strong", lead, end) for start, name, lead, end in _small(text)]
    found.sort(key=lambda item: (item[0], -item[4]))
    sure = any(item[2] == "strong" for item in found)
    customers: dict[str, str] = {name.casefold(): name for name in known if name.strip()}
    clauses: list[tuple[int, int]] = []
    read_to = -1
    for start, name, certainty, lead, end in found:
        if start < read_to or certainty in ("", "unsure") or (certainty == "weak" and sure):
            continue
        read_to = end
        customers.setdefault(name.casefold(), name)
        clauses.append((lead if lead >= 0 else start, end))
    unsure = dict.fromkeys(name for _, name, certainty, _, _ in found if certainty == "unsure" and name.casefold() not in customers)
    if not customers:
        unsure |= dict.fromkeys(_unsure_small(text))
    segments, everyone, more = _segments(text)
    return Names(tuple(customers.values()), tuple(unsure), segments, everyone, tuple(sorted({*clauses, *more})))


def _shouting(text: str) -> bool:
    letters = [letter for letter in text[:400] if letter.isalpha() and letter.upper() != letter.lower()]
    return len(letters) >= 12 and sum(letter.isupper() for letter in letters) > 0.75 * len(letters)


def _spans(text: str) -> list[Span]:
    """Runs of capitalised words, joined over "&", over "of" in Bank of Tessera and over "and" in Halden and Sons."""
    tokens = list(_compiled(_WORD).finditer(text))
    spans: list[Span] = []
    i = 0
    while i < len(tokens) and len(spans) < MOST:
        if not _capital(tokens[i][0]):
            i += 1
            continue
        j = i
        while (step := _joined(text, tokens, j)) and j - i < 7:
            j += step
        words = tuple(token[0] for token in tokens[i : j + 1])
        spans.append(Span(tokens[i].start(), tokens[j].end(), words))
        i = j + 1
    return spans


def _capital(word: str) -> bool:
    return word[0].isupper() or bool(re.match(r"\d{1,3}(?:[A-Z]|-[A-Z]|&\d)", word))


def _joined(text: str, tokens: list[re.Match[str]], at: int) -> int:
    """How many tokens after `at` belong to the same name: 0, 1, or 2 over a small joining word."""
    if at + 1 >= len(tokens):
        return 0
    this, following = tokens[at], tokens[at + 1]
    gap = text[this.end() : following.start()]
    if gap == " & " and this[0].lower() in SUFFIXES and following[0].lower() not in AND_AFTER:
        return 0
    if gap in (" ", " & ", " + ") or (gap == ". " and (len(this[0]) == 1 or this[0] in ("Co", "St", "Mt", "Dr"))):
        if _capital(following[0]):
            return 1
        if gap == " " and at + 2 < len(tokens) and text[following.end() : tokens[at + 2].start()] == " " and _capital(tokens[at + 2][0]):
            of = following[0] in ("of", "de", "of the", "von", "der") and this[0].lower() in OF_BEFORE
            sons = following[0] in ("and", "und", "et", "y") and tokens[at + 2][0].lower() in AND_AFTER
            return 2 if of or sons else 0
    return 0


def _judged(text: str) -> list[Span]:
    """Every capitalised span with how sure it is a customer; lists ("A, B and C") agree with their neighbours."""
    masked = _masked(text)
    spans = [span for raw in _spans(masked) if (span := _trimmed(masked, raw))]
    for span in spans:
        _judge(masked, span)
    pairs = list(pairwise(spans))
    for first, second in (*pairs, *reversed(pairs)):
        if _compiled(_GLUE).fullmatch(masked, first.end, second.start) and {first.sure, second.sure} & {"strong"}:
            if second.sure == "strong" and second.lead < 0:
                second.lead = first.end
            for span, other in ((first, second), (second, first)):
                if span.sure != "strong" and (second is span or len(span.words) > 1 or _company(span.words)):
                    span.sure, span.lead = "strong", span.start if span is first else first.end
                    del other
    return spans


def _masked(text: str) -> str:
    """The text with URLs, code and quoted messages blanked out, so that nothing in them is a name."""

    def blank(match: re.Match[str]) -> str:
        introduced = _compiled(_INTRODUCED).search(text[max(0, match.start() - 20) : match.start()])
        return match[0] if introduced and len(match[0]) <= 40 and match[0][0] in '"“„«' else "\x00" * len(match[0])

    return _compiled(_MASKED).sub(blank, text)


def _trimmed(text: str, span: Span) -> Span | None:
    """The span without a capital that only a sentence's start explains, and without "API" or "SSO" at its end; None when nothing is left."""
    words, start, end = list(span.words), span.start, span.end
    opening = bool(_compiled(_OPENING).search(text[max(0, start - 8) : start]))
    while len(words) > 1 and (
        words[0].lower() in ADDRESS or (opening and (words[0].lower() in FUNCTION or words[0].lower() in TECHNOLOGY - {"linear", "apple"}))
    ):
        start = text.index(words[1], start + len(words[0]))
        del words[0]
    while len(words) > 1 and words[-1].lower() in TRIMMED:
        del words[-1]
        end = start + _length_of(text[start:end], words)
    if words[-1].lower() in ("of", "and", "de", "und"):
        return None
    if (
        all(_plain(word) for word in words)
        or any(_compiled(_CODE_LIKE, exact=True).match(word) for word in words)
        or words == [words[0][:1]]
    ):
        return None
    return Span(start, end, tuple(words))


def _length_of(text: str, words: Sequence[str]) -> int:
    at = 0
    for word in words:
        at = text.index(word, at) + len(word)
    return at


def _plain(word: str) -> bool:
    lower = word.lower().replace("’", "'")
    if lower in GENERIC or lower in TECHNOLOGY or lower in FUNCTION:
        return True
    return "-" in lower.strip("-") and all(_plain(part) for part in lower.split("-") if part)


def _company(words: Sequence[str]) -> bool:
    """Does the name look like a company's: a suffix, an ampersand, a bank of somewhere, a digit?"""
    if "&" in "".join(words):
        return True
    return len(words) > 1 and (any(word.lower() in SUFFIXES for word in words[1:]) or words[0].lower() in OF_BEFORE)


def _judge(text: str, span: Span) -> None:
    """How sure the words before and after make it."""
    before, after = text[max(0, span.start - 80) : span.start], text[span.end : span.end + 60]
    company = _company(span.words) or "&" in text[span.start : span.end]
    several = len(span.words) > 1
    if _compiled(_PERSON).search(before) or _compiled(_EXCEPT).search(before):
        return
    for pattern, certainty in (
        (_LABEL, "strong"), (_STRONG, "strong"), (_REPORTING, "strong"), (r"(?:^|\s)@ $", "strong"),
        (_FROM, "strong" if several else "weak"), (_WEAK, "strong" if company else "unsure"),
    ):  # fmt: skip
        if lead := _compiled(pattern).search(before):
            preposition = (
                _compiled(r"\b(?:by|with|from|at|of) (?:[^ ]+ ){0,4}[\"“«„'(@]?$").search(before) if pattern == _REPORTING else None
            )
            span.sure, span.lead = certainty, span.start - len(before) + (preposition or lead).start()
            break
    if span.sure in ("", "unsure"):
        place = _by_place(text, span, before, after, company=company, several=several)
        follows = _by_what_follows(span, after, company=company, several=several)
        span.sure = place if place == "strong" else follows or place or span.sure


def _by_what_follows(span: Span, after: str, *, company: bool, several: bool) -> str:  # noqa: PLR0911  # a list of verbs
    if _compiled(_SPEAKS).match(after):
        return "strong" if company else "weak"
    if _compiled(_CANNOT).match(after):
        return "strong" if company else "weak"
    if _compiled(_IS).match(after):
        return "strong" if company else "unsure" if several else ""
    if _compiled(_POSSESSIVE).match(after):
        return "strong" if company or several else "weak"
    if span.words[-1].lower() in LEGAL_FORMS and len(span.words) > 1:
        return "weak"
    if company and _compiled(r"^ (?:customers?|account|tenant|users?|admins?|team|workspace|instance)\b").match(after):
        return "strong"
    return "weak" if company and span.sure == "" else ""


def _by_place(text: str, span: Span, before: str, after: str, *, company: bool, several: bool) -> str:
    """In brackets, at the very start before a colon or dash, at the very end after a comma or dash."""
    first = span.start < 80 and bool(re.fullmatch(r"\s*(?:\[[^\]\n]{1,20}\]\s*){0,3}[\[(]?", text[: span.start]))
    last = len(text) - span.end < 20 and not text[span.end :].strip(" ])\n.!?")
    short = len(text) < 300 and "\n" not in text.strip()
    if before.endswith("[") and after.startswith("]") and (first or last):
        return "strong" if company or several else "weak"
    if before.endswith("(") and after.startswith(")"):
        return "strong" if company or several else "weak" if last else "unsure"
    if last and short and company and re.search(r"\b(?:and|und|et|y) $", before):
        return "strong"
    if first and re.match(r" ?: | [–—|-] |, ", after):
        return "strong" if company or (several and not after.startswith(",")) else "unsure"
    if last and re.search(r"(?:[,;]| [–—|/-]) $", before) and short:
        return "strong" if company or several else "weak"
    return ""


def _labelled(text: str) -> list[tuple[int, str, int, int]]:
    """What "customer: acme corp" says itself, in whatever letters."""
    found = []
    for match in islice(_compiled(_LABELLED).finditer(text), MOST):
        name = match["name"].strip(" .")
        capital = _compiled(r"(?:[^\W\d_a-z][\w&'’.-]*|\d\w*)(?: (?:& |of |and )?[^\W\d_a-z][\w&'’-]*)*", exact=True).match(name)
        name = capital[0].rstrip(".") if capital and not name[0].islower() else name
        if len(name.split()) <= 5 and not _compiled(r"(?:is|are|can|has|un\w+|n/a|none|all|which|the) ?").fullmatch(name):
            found.append((match.start("name"), name, match.start(), match.start("name") + len(name)))
    return found


def _japanese(text: str) -> list[tuple[int, str, int, int]]:
    if not any(mark in text for mark in ("株式会社", "様", "さま")):
        return []
    return [
        (match.start("name"), match["name"].strip(), match.start(), match.end())
        for match in islice(_compiled(_JAPANESE, exact=True).finditer(text), MOST)
        if match["sama"] or "株式会社" in match["name"]
    ]


def _small(text: str) -> list[tuple[int, str, int, int]]:
    """Names in small letters, or where all letters are capitals: only with a company's suffix."""
    found: list[tuple[int, str, int, int]] = []
    position = 0
    pattern = _compiled(_SMALL)
    while len(found) < MOST and (match := pattern.search(text, position)):
        position = match.start() + 3
        name = _to_suffix(text, match.start("name"))
        if name:
            end = match.start("name") + len(name)
            found.append((match.start("name"), name, match.start(), end))
            position = end
    return found


def _to_suffix(text: str, start: int) -> str:
    """The words from `start` up to a company's suffix, at most four; empty when there is none or a plain word stands before it."""
    words = re.match(r"[\w&'’-]+(?: [\w&'’-]+){0,3}", text[start : start + 120])
    parts = words[0].split(" ") if words else []
    for count in range(2, len(parts) + 1):
        if parts[count - 1].lower() in LEGAL_FORMS:
            own = [part.lower() for part in parts[: count - 1]]
            follows = text[start + len(" ".join(parts[:count])) :][:12].lower()
            plain = any(part in FUNCTION or part in _COMMON for part in own) or all(part in GENERIC | TECHNOLOGY for part in own)
            return (
                "" if plain or re.match(r" (?:customers|users|accounts|clients|transfer|statement)", follows) else " ".join(parts[:count])
            )
    return ""


def _unsure_small(text: str) -> list[str]:
    found = []
    for match in islice(_compiled(_SMALL_UNSURE).finditer(text), MOST):
        words = match["name"].lower().split()
        if not any(
            word in FUNCTION or word in _COMMON or word in GENERIC or word in TECHNOLOGY or word.endswith(("ing", "ed", "s'"))
            for word in words
        ):
            found.append(match["name"])
    return found[:5]


def _segments(text: str) -> tuple[tuple[str, ...], bool, list[tuple[int, int]]]:
    """(classes of customers, whether everyone is meant, where that is said)."""
    segments: dict[str, str] = {}
    clauses = []
    lowered = text.lower()
    matches = [match for cue in _SEGMENT_CUES for match in islice(cue.finditer(text, lowered), MOST)]
    for match in sorted(matches, key=lambda match: match.start()):
        for group in ("class", "second", "romance"):
            if group in match.re.groupindex and match[group]:
                segments.setdefault(match[group].casefold(), match[group])
        clauses.append(match.span())
    everyone = list(islice(_EVERYONE_CUE.finditer(text, lowered), MOST))
    return tuple(segments.values()), bool(everyone), clauses + [match.span() for match in everyone]


def looks_like_a_name(text: str) -> bool:
    """Could this, said alone, be a customer's name? "Acme Corp" could, "invalid_grant" and "SSO" could not."""
    spans = [span for raw in _spans(text) if (span := _trimmed(" " + text, Span(raw.start + 1, raw.end + 1, raw.words)))]
    return len(spans) == 1 and spans[0].end - spans[0].start == len(text.strip())
