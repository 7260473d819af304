"""The core of an issue in its own typed words: no customer, no time, no greeting, at most 100 characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

LONGEST = 100

_FAULT = (
    r"(?:\b(?:fail(?:s|ed|ing|ure|ures)?|errors?|broken?|breaks|crash\w*|missing|loops?|looping|wrong|incorrect\w*|slow\w*|time(?:s|"
    r"d)?[- ]?out\w*|timeouts?|not work\w*|doesn't work|does not work|"
    r"doesn’t work|stuck|hang(?:s|ing)?|hung|freez\w+|duplicat\w+|corrupt\w*|lost|loses?|losing|delay\w*|reject\w*|dropp\w+|drops|stopp\w+|"
    r"never (?:fires?|arriv\w+|sent|loads?|complet\w+)|"
    r"(?:can't|can’t|cannot|unable to|won't|won’t) (?!reproduce|rule|confirm|say|tell)\w+(?: in\b)?|not (?:being )?\w{3,}(?:ed|ing)|typos?|leak(?:s|ed|ing)?|bugs?|regress\w*|"
    r"exceptions?|unexpected\w*|empty|blank|mismatch\w*|out of sync|outdated|stale|truncat\w*|garbled|unresponsive|not (?:syncing|loading|"
    r"sending|receiving|arriving|updating|showing|delivered|received|sent|found|triggered|firing)|denied|refused|[45]\d\ds|"
    r"fehler\w*|funktioniert nicht\w*|fehl|schlägt fehl|fehlgeschlagen|fehlt|fehlen\w*|kaputt|falsch\w*|abgebrochen|hängt|langsam|erreurs?|"
    r"ne (?:fonctionne|marche)\w*|plante\w*|lent\w*|manqu\w+|fallan?|fallos?|no funciona\w*|faltan?|lento)(?!\w)"
    r"|エラー|失敗|不具合|動か|できない|できません|表示されない|届か|遅い|消え|欠け)"
)
_WANT = (
    r"\b(?:feature|how (?:do|can|to)|is it possible|support for|see|access|outage|down|breach|leak\w*|churn\w*|need\w*|want\w*|request\w*|"
    r"cancel\w*|threaten\w*|after \w+ing)\b|障害|解約|ausfall|panne|caíd"
)
_GREETING = (
    r"^(?:(?:hi|hello|hey|dear|hallo|bonjour|hola|guten tag|moin|good (?:morning|afternoon))\b[^,.!\n]{0,40}[,.!:]?\s*|(?:fyi|urgent|asap|"
    r"escalation|issue|problem|subject|betreff|objet|asunto)\s*[:!-]\s*|\[[^\]\n]{1,30}\]\s*)+"
)
_SPOKEN = (
    r"^(?:,? ?(?:has |have |is |are |just |again |also )*(?:says?|said|sees?|gets?|reports?|reported|reporting|complain(?:s|ed|ing)?|"
    r"claims?|told us|tells us|writes|wrote in|wrote|informed us|notic(?:es|ed)|confirm(?:s|ed)?|seeing|sees|"
    r"experienc(?:es|ed|ing)|getting|meldet|melden|berichtet|sagt|signale|signalent|indique|informa|reporta|dice)(?: again| us)?(?: that|"
    r" dass| que|:|,)? ?)(?:they |their |it |she |he |we |sie |ils |ellos )?"
)
_CHURN = (
    r"^(?:(?:the |our |this |a )?(?:customer|client|account)s?,? ?)?(?:is |are |now |also |again )*threaten\w* (?:to|"
    r"with) (?:\w+ ){0,4}?(?:over|because of|due to|because|as|since|about|unless|if) (?:the |their |our |a |an )?|"
    r"^(?:the |our |a )?(?:customer|client)s? (?=(?:can|cannot|can't|is|are|has|have|needs?|wants?|asks?)\b)"
)
_LOOSE_END = (
    r"(?:[\s,;:.!?…。、–—|/&+-]|\s(?:and|or|for|from|at|with|by|of|on|(?<!log )(?<!sign )(?<!logging )(?<!logged )in|to|since|but|also|"
    r"reported|raised|opened|affecting|impacting|the|our|their|a|an|und|oder|für|bei|von|et|pour|chez|y|para|en|de|it|is|was)(?=$))+$"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def fault_in(text: str) -> str:
    """The first words that say something does not do what it should; empty when none do."""
    match = _compiled(_FAULT).search(text)
    return match[0] if match else ""


def summary_of(text: str, *, clauses: Sequence[tuple[int, int]], times: Sequence[tuple[int, int]]) -> str:
    """What is broken or wanted; `clauses` and `times` are starts and ends of what is said about whom and when."""
    first, last = _core(text, clauses)
    kept = re.sub(r"https?://\S+", "", _without(text, first, last, [*clauses, *times]))
    subject = any(
        not _compiled(_GREETING).sub("", text[first:start].strip()).strip(" ,;:[(–—-") for start, end in clauses if first <= start < last
    )
    kept = _compiled(_GREETING).sub("", kept.strip(" ,;:–—-"))
    for pattern in (_SPOKEN, _CHURN) if subject else (_CHURN,):
        shorter = _compiled(pattern).sub("", kept, count=1).strip()
        kept = shorter if len(shorter) > 3 else kept
    parts = [part for part in re.split(r"\s[–—|]\s|\s-\s|;\s?|\n", kept) if part.strip(" ,.")]
    told = [part for part in parts if _compiled(_FAULT).search(part)] or parts
    kept = _to_the_fault(re.sub(r"\s+", " ", told[0] if told else text[first:last]).strip(" \t,;:、–—-()[]&"))
    return _shortened(kept) or _shortened(re.sub(r"\s+", " ", text).strip())


def _to_the_fault(text: str) -> str:
    """Up to the comma after the first words that say a failure: what follows is what was tried, counted or asked for."""
    fault = _compiled(_FAULT).search(text)
    comma = re.compile(r",\s|、").search(text, fault.end()) if fault else None
    return text[: comma.start()] if comma else text


def _core(text: str, clauses: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The first sentence that says a failure; else a wish or stake; else the first of three words or more."""
    ends = [match.start() + 1 for match in re.finditer(r"[.!?](?=\s+[^\sa-z])|。|\n", text)]
    ends = [end for end in ends if not any(start < end < stop for start, stop in clauses)]  # "GmbH & Co. KG" ends no sentence
    sentences = [(start, end) for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if text[start:end].strip()]
    for pattern in (_FAULT, _WANT, r"\w\W+\w+\W+\w"):
        for start, end in sentences:
            if _compiled(pattern).search(text, start, end):
                return start, end
    return sentences[0] if sentences else (0, len(text))


def _without(text: str, first: int, last: int, clauses: Sequence[tuple[int, int]]) -> str:
    """The sentence without those clauses; a possessive goes with its name, an empty bracket with what stood in it."""
    kept = []
    position = first
    for start, end in sorted(clauses):
        if end <= position or start >= last:
            continue
        kept.append(text[position : max(position, start)])
        position = min(end, last)
        possessive = re.compile(r"['’]s?(?= )|様?(?:までに|まで|から|以来|では|で|は|の|が|に)").match(text, position)
        position = possessive.end() if possessive else position
    return re.sub(r"[\[(][\s,]*[\])]|[ ,]+(?=[,.;])", "", "".join(kept) + text[position:last])


def _shortened(text: str) -> str:
    if len(text) > LONGEST:
        cut = text.rfind(" ", LONGEST // 2, LONGEST)
        text = text[: cut if cut > 0 else LONGEST]
    return _compiled(_LOOSE_END).sub("", text)
