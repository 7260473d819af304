"""In which language a customer wrote, as far as a reply must be in it: told by script and by the commonest short words."""

from __future__ import annotations

import re

from escalation.language.phrases import words_of

ENOUGH = 3
"""Different short words of a language before a text is taken to be in it."""
_KANA = re.compile("[\u3040-\u30ff]")
_WORDS = {
    "German": frozenset("der die das und nicht ist ich wir für mit auf ein eine seit bitte auch sind haben".split()),
    "French": frozenset("le la les des et nous vous est pas pour une que depuis avec sur merci dans notre".split()),
    "Spanish": frozenset("el los las y no se en que por para una desde con del pero nos muy hoy".split()),
}
_ENGLISH = frozenset("the and is we you not for with on a to of since please have are it that".split())


def tongue_of(text: str) -> str:
    """As "German", "French", "Spanish", "Japanese"; nothing for English and whatever can't be told."""
    if _KANA.search(text):
        return "Japanese"
    words = frozenset(words_of(text))
    counts = {tongue: len(words & own) for tongue, own in _WORDS.items()}
    best = max(counts, key=lambda tongue: counts[tongue])
    return best if counts[best] >= ENOUGH and counts[best] > len(words & _ENGLISH) else ""
