"""A JSON text read piece by piece, so that what stands before a break is not lost."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .reader import Unreadable

_SPACE = re.compile(r"[ \t\r\n]*")
_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_DECODER = json.JSONDecoder()


class JsonText:
    """One JSON document as text, with a cursor."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._after_space(0)
        self._mend = bool(_LONE_SURROGATE.search(text))

    def document(self) -> Any:
        """The whole of it. Raises Unreadable with the line when it is broken."""
        value = self._value()
        if self._at < len(self._text):
            raise self._unreadable("goes on after its end")
        return value

    def items(self, key: str = "") -> Iterator[tuple[int, Any]]:
        """(line, item) of the top list, or of the list under `key` of the top object.

        A document on one line gives the item's number instead. Raises Unreadable at a break, after the items before it.
        """
        if key:
            found = next((name for name in self._members() if name == key), None)
            if found is None or self._char() != "[":
                return
        elif self._char() != "[":
            return
        on_lines = self._text.count("\n") > 1
        line, counted = 1, 0
        for number, (at, item) in enumerate(self._items(), start=1):
            line += self._text.count("\n", counted, at)
            counted = at
            yield (line if on_lines else number), item

    def outline(self, most: int) -> tuple[tuple[str, ...], list[Any]]:
        """Keys of the top object, and the first `most` items of the top list or of the object's longest list."""
        if self._char() == "[":
            return (), [item for _, (_, item) in zip(range(most), self._tolerant(self._items()), strict=False)]
        keys: list[str] = []
        longest: list[Any] = []
        length = 0
        for key in self._tolerant(self._members()):
            keys.append(key)
            if self._char() != "[":
                continue
            first, count = [], 0
            for _, item in self._tolerant(self._items()):
                count += 1
                if count <= most:
                    first.append(item)
            if count > length:
                longest, length = first, count
        return tuple(keys), longest

    def _members(self) -> Iterator[str]:
        """Keys of the object at the cursor; at each, the cursor stands at its value, which may be read or left."""
        self._expect("{")
        if self._char() == "}":
            self._expect("}")
            return
        while True:
            key = self._value()
            if not isinstance(key, str):
                raise self._unreadable("is not JSON from here")
            self._expect(":")
            before = self._at
            yield key
            if self._at == before:
                self._value()
            if self._char() != ",":
                break
            self._expect(",")
        self._expect("}")

    def _items(self) -> Iterator[tuple[int, Any]]:
        """(position, item) of the list at the cursor."""
        self._expect("[")
        if self._char() == "]":
            self._expect("]")
            return
        while True:
            at = self._at
            yield at, self._value()
            if self._char() != ",":
                break
            self._expect(",")
        self._expect("]")

    @staticmethod
    def _tolerant(items: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from items
        except Unreadable:
            return

    def _value(self) -> Any:
        try:
            value, end = _DECODER.raw_decode(self._text, self._at)
        except RecursionError:
            raise self._unreadable("is nested too deeply") from None
        except ValueError as error:
            self._at = getattr(error, "pos", self._at)
            raise self._unreadable("is cut off here" if self._at >= len(self._text.rstrip()) else "is not JSON from here") from None
        self._at = self._after_space(end)
        return _mended(value) if self._mend else value

    def _expect(self, char: str) -> None:
        if self._char() != char:
            raise self._unreadable("is cut off here" if not self._char() else "is not JSON from here")
        self._at = self._after_space(self._at + 1)

    def _char(self) -> str:
        return self._text[self._at : self._at + 1]

    def _after_space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _unreadable(self, problem: str) -> Unreadable:
        return Unreadable(problem, self._text.count("\n", 0, self._at) + 1)


def _mended(value: Any) -> Any:
    """Half characters (a lone surrogate, which JSON can spell) replaced, since no text can hold them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(item) for name, item in value.items()}
    return value
