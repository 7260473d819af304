"""Tables of phrases and a matcher that looks each word of a sentence up once, however many phrases there are.

A phrase is words in order: `take ~ back`. `word*` is any word that begins so, `this/that` either word, `~` up to five
words in between, `#` a word that begins with a digit. Case and apostrophes don't count ("can't" is `cant`),
hyphens part words. Phrases in Chinese characters or kana are looked for as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Generic, NamedTuple, TypeVar

WORD = re.compile(r"\w+(?:['’]\w+)*|%")
KANA = "\u3040"
"""The first of the characters that are written without spaces between words."""
GAP = 5
"""Words that `~` may stand for, at most."""

K = TypeVar("K")


class Slot(NamedTuple):
    """What one word of a phrase may be; with nothing at all, the slot is a gap."""

    whole: frozenset[str] = frozenset()
    begun: tuple[str, ...] = ()
    number: bool = False

    def takes(self, word: str) -> bool:
        """Does the word fit?"""
        return word in self.whole or word.startswith(self.begun) or (self.number and word[0].isdigit())


_GAP = Slot()


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as phrases see them."""
    words = WORD.findall(text.lower())
    if "'" in text or "’" in text:
        return tuple(word.replace("'", "").replace("’", "") for word in words)
    return tuple(words)


class Phrases(Generic[K]):
    """Which of several phrase tables speak to a sentence?"""

    def __init__(self, tables: Mapping[K, str]) -> None:
        """`tables`: phrases separated by commas or line breaks, by key."""
        self._order = {key: number for number, key in enumerate(tables)}
        self._whole: dict[str, list[tuple[K, str]]] = {}
        self._begun: dict[str, list[tuple[K, str, str]]] = {}
        self._as_is: list[tuple[K, str]] = []
        self._beginning = lru_cache(maxsize=8192)(self._phrases_beginning)
        for key, table in tables.items():
            for phrase in table.replace("\n", ",").split(","):
                if phrase and not phrase.isspace():
                    self._add(key, phrase.strip())

    def found_in(self, text: str) -> tuple[K, ...]:
        """Keys of the tables with a phrase in the text, in the order of the tables."""
        words = words_of(text)
        found: set[K] = set()
        for at, word in enumerate(words, start=1):
            for key, rest in self._beginning(word):
                if key not in found and _follows(words, at, rest):
                    found.add(key)
        if not text.isascii() and max(text) >= KANA:
            found.update(key for key, phrase in self._as_is if phrase in text)
        return tuple(sorted(found, key=self._order.__getitem__))

    def _add(self, key: K, phrase: str) -> None:
        if max(phrase) >= KANA:
            self._as_is.append((key, phrase))
            return
        first, _, rest = phrase.lower().partition(" ")
        for word in first.split("/"):
            if word.endswith("*"):
                self._begun.setdefault(word[:3], []).append((key, rest, word[:-1]))
            else:
                self._whole.setdefault(word, []).append((key, rest))

    def _phrases_beginning(self, word: str) -> tuple[tuple[K, tuple[Slot, ...]], ...]:
        """Phrases whose first word this is: (key, the rest of the phrase)."""
        found = self._whole.get(word) or self._whole.get("#" if word[0].isdigit() else "", [])
        begun = [(key, rest) for key, rest, stem in self._begun.get(word[:3], ()) if word.startswith(stem)]
        return tuple((key, _slots(rest)) for key, rest in (*found, *begun))


@cache
def _slots(rest: str) -> tuple[Slot, ...]:
    """Read only when the first word of the phrase has been met."""
    return tuple(_GAP if slot == "~" else _slot(slot.split("/")) for slot in rest.split())


def _slot(wanted: list[str]) -> Slot:
    begun = tuple(word[:-1] for word in wanted if word.endswith("*"))
    return Slot(frozenset(word for word in wanted if not word.endswith("*")), begun, "#" in wanted)


def _follows(words: tuple[str, ...], at: int, slots: tuple[Slot, ...]) -> bool:
    """Do the words from `at` on say the rest of a phrase?"""
    for number, slot in enumerate(slots, start=1):
        if slot is _GAP:
            return any(_follows(words, start, slots[number:]) for start in range(at, min(at + GAP + 1, len(words) + 1)))
        if at >= len(words) or not slot.takes(words[at]):
            return False
        at += 1
    return True
