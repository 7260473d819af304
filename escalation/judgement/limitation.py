"""A known limitation: the documentation says that the product can't do it, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from escalation.judgement.facts import Reading
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.remedies import ENOUGH, fit, refused
from escalation.language.sentences import sentences

_LIMITED = re.compile(
    r"\b(?:known limitation|limitations? of|(?:is|are) (?:not|n't) (?:yet |currently )?(?:supported|possible|available)|isn't supported|"
    r"(?:does|do) not (?:yet |currently )?support|by design|works as designed|"
    r"can(?:not|'t) be (?:changed|exported|combined|configured)|"
    r"bekannte einschränkung|nicht unterstützt|limitation connue|n'est pas (?:prise? en charge|possible)|"
    r"limitación conocida|no es compatible)(?!\w)|既知の制限|対応していません",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:instead|alternativ\w*|as a workaround|work around|you can (?:use|export|run|set|call|choose)|stattdessen|ersatzweise|"
    r"à la place|en lugar|en su lugar)\b|代わりに|回避策",
    re.IGNORECASE,
)


def readings(ground: Ground) -> Iterator[Reading]:
    """The article that says so, unless its way was tried without success."""
    for item in ground.gathering.of_kind("article"):
        if fit(ground, item) < ENOUGH or refused(ground, item):
            continue
        said = [sentence.text for passage in item.record.passages() for sentence in sentences(passage.text)]
        limited = next((sentence for sentence in said if _LIMITED.search(sentence)), "")
        instead = next((sentence for sentence in said if _INSTEAD.search(sentence)), "")
        if limited and instead:
            note = f"{quoted(limited, 120)}; instead: {quoted(instead, 120)}" if limited != instead else quoted(limited)
            yield Reading("known_limitation", True, "yes", "derived", (item.id,), note)
            return
