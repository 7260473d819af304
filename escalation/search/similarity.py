"""How alike two texts are: shared telling words, weighted by how rare they are among the texts at hand.

`likeness` tells how much of a topic a text holds, whatever else it says; `cosine` how far two texts say the same.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from heapq import nlargest
from itertools import chain, pairwise
from math import log, sqrt

from escalation.language.words import importance

_TOKEN = re.compile(r"[^\W_]+(?:[-_./][^\W_]+)*", re.UNICODE)
_PIECE = re.compile(r"[-_./]")
_CORPUS = 400
"""Texts that fewer are taken to be a sample of: a word in every one of twenty hits is still a topic word."""
_HUMPS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
"""The words in `NullPointerException`."""
_UNSPACED = "\u3040"
"""From here on scripts write no spaces between words."""
_HEADING = 3
"""A word of the heading counts as often as this many of the text."""
_READ = 2_000
"""Characters of a text that tell what it is about; logs and listings come after."""
_STRONGEST = 60
"""Words that a text is recognised by."""


def tokens(text: str) -> list[str]:
    """Lower-case words, stemmed lightly, in order; a compound such as `ORD-5031` yields itself and its pieces."""
    return list(chain.from_iterable(map(_stems, _TOKEN.findall(text.casefold()))))


@lru_cache(maxsize=16_384)
def _stems(word: str) -> tuple[str, ...]:
    pieces = _PIECE.split(word)
    return (stem(word), *(stem(piece) for piece in pieces if len(piece) > 1)) if len(pieces) > 1 else (stem(word),)


def stem(word: str) -> str:
    """`rows` and `row`, `missing` and `missed`: near enough for telling whether texts speak of one thing."""
    if len(word) < 4 or not word.isalpha() or not word.isascii():
        return word
    for ending in ("ations", "ation", "ingly", "ings", "ing", "edly", "ied", "ies", "ed", "ly", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and (word[-1] == word[-2] or word.endswith("e")) else word


@lru_cache(maxsize=16_384)
def rarity(documents: int, holding: int) -> float:
    """How much a word tells that so many texts hold: inverse document frequency, smoothed as if they were a sample of a larger corpus."""
    size = max(documents, _CORPUS)
    return log(1 + (size - holding + 0.5) / (holding + 0.5))


class Pool:
    """The word sets of the texts found so far; what is common among them tells little."""

    def __init__(self, texts: Iterable[AbstractSet[str]]) -> None:
        every = list(texts)
        self._documents = len(every)
        self._holding = Counter(chain.from_iterable(every))

    def weight(self, token: str) -> float:
        """See `rarity`."""
        return rarity(self._documents, self._holding.get(token, 0))

    def weights(self, words: Mapping[str, float]) -> dict[str, float]:
        """The topic's words, each with its rarity times its importance."""
        return {token: importance * self.weight(token) for token, importance in words.items()}


def likeness(topic: Mapping[str, float], heading: AbstractSet[str], text: frozenset[str]) -> float:
    """0 to 1: how much of the weighted topic the text's words hold. A word in the heading counts in full, in the text a little less."""
    total = sum(topic.values())
    if not total or text.isdisjoint(topic):
        return 0.0
    held = sum(weight * (1.0 if token in heading else 0.85 if token in text else 0.0) for token, weight in topic.items())
    return held / total


def signature(heading: str, text: str) -> dict[str, float]:
    """What a text is recognised by: its strongest words, each with the logarithm of how often it is said.

    A compound, a dotted name and a class name count whole and in their pieces: `FSDownload.java` shares words with "fs download fails".
    """
    said: Counter[str] = Counter()
    for word in _words(heading):
        said[word] += _HEADING
    said.update(_words(text[:_READ]))
    weights = {word: importance(word) * log(1 + times) for word, times in said.items()}
    return dict(nlargest(_STRONGEST, weights.items(), key=lambda item: item[1]))


def cosine(one: Mapping[str, float], other: Mapping[str, float], rarity_of: Callable[[str], float]) -> float:
    """0 to 1: the cosine of two signatures, each word counting as `rarity_of` says."""
    shared = sum(one[word] * other[word] * rarity_of(word) for word in one.keys() & other.keys())
    if not shared:
        return 0.0
    lengths = (sqrt(sum(weight * weight * rarity_of(word) for word, weight in each.items())) for each in (one, other))
    return min(1.0, shared / (next(lengths) * next(lengths)))


def _words(text: str) -> Iterator[str]:
    """Stems of all words but stop words; of a script without spaces, pairs of characters."""
    for word in _TOKEN.findall(text):
        if not importance(word.casefold()):
            continue
        if word >= _UNSPACED:
            yield from (one + two for one, two in pairwise(word))
            continue
        pieces = _PIECE.split(word)
        if len(pieces) > 1:
            yield word.casefold()
        for piece in pieces:
            humps = _HUMPS.findall(piece)
            for part in (piece, *(humps if len(humps) > 1 else ())):
                if len(part) > 1 and importance(lowered := part.casefold()):
                    yield stem(lowered)
