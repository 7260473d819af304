"""Telling words for a search: what sets one issue apart from another, most telling first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice

LONGEST = 100_000
"""Characters read of one text."""
MOST = 24
"""Words handed back; a vendor's search takes fewer still."""

_LATIN = r"\d{1,3}(?:,\d{3})+(?!\w)|/?[^\W_]\w*(?:[.:/'’&+-]+\w+)*"
_WORD = r"[぀-ヿ㐀-䶿一-鿿豈-﫿々ー]+|[가-힯]+|\d{1,3}(?:,\d{3})+(?!\w)|/?[^\W_぀-ヿ㐀-䶿一-鿿][\w]*(?:[.:/'’&+-]+[\w]+)*"
"""A run of Chinese, Japanese or Korean, or a word with what technical words hold together: ORD-5031, /v2/orders, read-only, foo.bar()."""

_STAMP = r"\d{4}-\d\d-\d\dt\d\d"

_STOP = frozenset(
    """
    a about above after again against all almost already also although always am an and another any anybody anyone anything are aren't
    around as at back be became because been before being below between both but by
    can can't cannot could couldn't did didn't do does doesn't doing don't done down during each either else even ever every everybody
    everyone everything few for from further get gets getting give given gives go goes going
    gone got had hadn't has hasn't have haven't having he hello help her here hers hi him his how however i i'm i've if in into is isn't
    it it's its just keep keeps kept know last let like likely look looks made make makes many
    may maybe me might more most much must my need needs never next no nobody none nor not nothing now of off often ok on once one only
    onto or other others our ours out over own per please quite rather really regarding s
    said same saw say says see seems seen several shall she should since so some somebody someone something sometimes soon still such
    sure t take than thank thanks that that's the their theirs them then there there's these they
    they're thing things think this those though through to today together told tomorrow too tried try trying two under unless until up
    upon us use used uses using usually very via want wants was wasn't way we we're we've well
    went were weren't what what's when where whether which while who whole whom whose why will with within without won't would wouldn't
    yes yesterday yet you you're your yours ago am pm utc cet est pst gmt monday tuesday
    wednesday thursday friday saturday sunday january february march april june july august september october november december day days
    week weeks month months year years hour hours minute minutes morning afternoon
    evening night regards dear team kind best three four five six seven eight nine ten dozen e.g i.e etc wrote write writes informed
    aber als am an auch auf aus bei beim bin bis bitte da dann das dass dem den der des die dies diese dieser dieses doch du durch ein
    eine einem einen einer es für gegen habe haben hat hatte hier ich ihr ihre im in ins ist ja
    jetzt kann kein keine können konnte mehr mein mit muss nach nicht noch nun nur ob oder ohne schon sehr seit sich sie sind so über um
    und uns unser unsere unter vom von vor war waren was wegen weil wenn wer werden wie wieder
    will wir wird wo wurde wurden zu zum zur zwischen montag dienstag mittwoch donnerstag freitag samstag sonntag gestern heute morgen
    tag tage tagen woche wochen
    au aux avec ce ces cet cette comme chez avons avez dans de depuis des du elle elles en est et été être fait il ils je la le les leur
    lui ma mais même mes mon ne nos notre nous on ont ou où par pas plus pour qu que qui sa sans se ses si son
    sont sur ta te tes toi ton tous tout toute très tu un une vos votre vous y lundi mardi mercredi jeudi vendredi samedi dimanche hier
    aujourd'hui demain jour jours semaine semaines bonjour merci
    al algo ante antes como con contra cuando del desde donde dos durante el ella ellas ellos entre era es esa ese eso esta está están
    este esto estos fue ha han hasta hay hemos la las lo los más me mi muy nada ni no nos nosotros nuestra
    nuestro o otra otro para pero por porque qué quien se ser si sin sobre son su sus también tiene tienen todo todos tu un una uno unos
    y ya yo lunes martes miércoles jueves viernes sábado domingo ayer hoy mañana día días semana semanas
    hola gracias
    の に は を が で と も から まで した して する です ます 様
    """.split()
)
_COMMON = frozenset(
    """
    customer customers client clients account accounts user users company issue issues problem problems ticket tickets case cases report
    reports reported reporting support escalate escalation escalated urgent urgently asap
    affecting affected affects affect impact impacted impacting returning returns returned return happening happens happened happen
    started starts start began noticed showing shows shown work works working worked cause causes
    caused call called calls wait waiting waited reply response update updates team threatening threaten threatens complaining complains
    claims several multiple broken fails fail failing failed failure error errors wrong missing
    intermittently intermittent sporadic sporadically occasionally randomly completely currently recently new old first time times all
    enterprise business eu question possible able unable kunde kunden fehler problem funktioniert
    client clients problème erreur fonctionne cliente clientes error errores problema funciona churn churning threatened renewal renew
    cto ceo deadline droht kündigung frist uhr big large important high low per cent percent about approximately
    """.split()
)
"""Words that most issues share: kept, but after the ones that few share."""
_PLAIN_FAILURE = frozenset(
    "error errors fails fail failing failed failure missing broken wrong intermittent intermittently returning".split()
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def telling_words(text: str, *, without: Sequence[str] = ()) -> tuple[str, ...]:
    """Up to 24 words in lower case, most telling first: technical tokens, then rare words, then common ones; each in order of appearance.

    Stop words of English, German, French and Spanish are left out, and so is every name in `without`.
    """
    text = text[:LONGEST]
    for name in sorted((name for name in without if name.strip()), key=lambda name: (-len(name), name)):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?![A-Za-z0-9_])", " ", text, flags=re.IGNORECASE)
    ranked: dict[str, tuple[int, int]] = {}
    for position, match in enumerate(islice(_compiled(_WORD if max(text, default="") > "\u2fff" else _LATIN).finditer(text), 5_000)):
        word = match[0].lower().replace("’", "'")
        word = re.sub("^(?:から|まで(?:に)?|では|で|は|の|が|に|を|様)+(?=.)", "", word) if _is_cjk(word) else word
        word = word.removesuffix("'s")
        if len(word) < 2 and not _is_cjk(word):
            continue
        if word in _STOP or len(word) > 80 or word.startswith(("http:", "https:")) or _compiled(_STAMP).match(word):
            continue
        rank = _rank(word, match[0])
        if word not in ranked or rank < ranked[word][0]:
            ranked[word] = (rank, ranked.get(word, (0, position))[1])
    return tuple(sorted(ranked, key=lambda word: ranked[word]))[:MOST]


def importance(word: str) -> float:
    """How much a lower-case word tells by itself: nothing for a stop word, little for one that most issues share."""
    return 0.0 if word in _STOP else 0.25 if word in _COMMON else 1.0


def _rank(word: str, typed: str) -> int:
    """0 for codes, paths, acronyms and other technical tokens; 1 for a rare word; 2 for one that says it failed; 3 for one that most issues share."""
    if word in _COMMON:
        return 2 if word in _PLAIN_FAILURE else 3
    if word.replace(",", "").isdigit():
        return 0 if re.fullmatch(r"[45]\d\d", word) else 3
    if any(sign.isdigit() for sign in word):
        return 0
    technical = "_" in word or "/" in word or "." in word or "-" in word or (typed[1:] != typed[1:].lower() and len(typed) > 1)
    return 0 if technical else 1


def _is_cjk(word: str) -> bool:
    return "぀" <= word[:1] <= "鿿"
