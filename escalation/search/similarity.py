"""How alike two texts are: shared telling words, weighted by how rare they are in what was found."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from math import log

_TOKEN = re.compile(r"[^\W_]+(?:[-_./][^\W_]+)*", re.UNICODE)
_PIECE = re.compile(r"[-_./]")
_CORPUS = 400
"""Documents that the pool is taken to be a sample of: a word in every one of twenty hits is still a topic word."""


def tokens(text: str) -> list[str]:
    """Lower-case words, stemmed lightly, in order; a compound such as `ORD-5031` yields itself and its pieces."""
    return [stemmed for word in _TOKEN.findall(text.casefold()) for stemmed in _stems(word)]


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


class Pool:
    """The word sets of the texts found so far; what is common among them tells little."""

    def __init__(self, texts: Iterable[AbstractSet[str]]) -> None:
        self._documents = 0
        self._holding: Counter[str] = Counter()
        for words in texts:
            self._documents += 1
            self._holding.update(words)

    def weight(self, token: str) -> float:
        """Inverse document frequency, smoothed as if the pool were a sample of a larger corpus."""
        size = max(self._documents, _CORPUS)
        holding = self._holding.get(token, 0)
        return log(1 + (size - holding + 0.5) / (holding + 0.5))

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
