"""Tables of phrases and a matcher that looks each word of a sentence up once, however many phrases there are.

A phrase is words in order: `take ~ back`. `word*` is any word that begins so, `this/that` either word, `~` up to five
words in between, `#` a word that begins with a digit. Case and apostrophes don't count ("can't" is `cant`),
hyphens part words. Phrases in Chinese characters or kana are looked for as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

WORD = re.compile(r"\w+(?:['’]\w+)*|%")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
GAP = 5
"""Words that `~` may stand for, at most."""

K = TypeVar("K")
Slot = tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text as phrases see them."""
    return [word.replace("'", "").replace("’", "") for word in WORD.findall(text.lower())]


class Phrases(Generic[K]):
    """Which of several phrase tables speak to a sentence?"""

    def __init__(self, tables: Mapping[K, str]) -> None:
        """`tables`: phrases separated by commas or line breaks, by key."""
        self._order = {key: number for number, key in enumerate(tables)}
        self._whole: dict[str, list[tuple[K, tuple[Slot, ...]]]] = {}
        self._begun: dict[str, list[tuple[K, tuple[Slot, ...]]]] = {}
        self._as_is: list[tuple[K, str]] = []
        for key, table in tables.items():
            for phrase in re.split(r"[,\n]", table):
                if phrase.strip():
                    self._add(key, phrase.strip())

    def found_in(self, text: str) -> tuple[K, ...]:
        """Keys of the tables with a phrase in the text, in the order of the tables."""
        words = words_of(text)
        found = {key: None for at, word in enumerate(words) for key, rest in self._starting(word) if _follows(words, at + 1, rest)}
        if CJK.search(text):
            found.update((key, None) for key, phrase in self._as_is if phrase in text)
        return tuple(sorted(found, key=self._order.__getitem__))

    def _add(self, key: K, phrase: str) -> None:
        if CJK.search(phrase):
            self._as_is.append((key, phrase))
            return
        first, *rest = (tuple(slot.split("/")) for slot in phrase.lower().split())
        for word in first:
            index, stem = (self._begun, word[:3]) if word.endswith("*") else (self._whole, word)
            index.setdefault(stem, []).append((key, ((word,), *rest)))

    def _starting(self, word: str) -> Iterable[tuple[K, tuple[Slot, ...]]]:
        """Phrases whose first word this is, without it."""
        whole = self._whole.get("#" if word[0].isdigit() else word, ()) if word not in self._whole else self._whole[word]
        for key, slots in whole:
            yield key, slots[1:]
        for key, slots in self._begun.get(word[:3], ()):
            if word.startswith(slots[0][0][:-1]):
                yield key, slots[1:]


def _follows(words: list[str], at: int, slots: tuple[Slot, ...]) -> bool:
    """Do the words from `at` on say the rest of a phrase?"""
    if not slots:
        return True
    if slots[0] == ("~",):
        return any(_follows(words, start, slots[1:]) for start in range(at, min(at + GAP + 1, len(words) + 1)))
    return at < len(words) and _is(words[at], slots[0]) and _follows(words, at + 1, slots[1:])


def _is(word: str, slot: Slot) -> bool:
    return any(
        word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted or (wanted == "#" and word[0].isdigit()) for wanted in slot
    )
