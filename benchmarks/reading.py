"""What an agent reads for one case, and what lies behind it: python3 scripts/dev.py benchmarks/reading.py

For each of the six example cases: SKILL.md, what `open` prints, and the three longest `show` pages, against DESIGN.md §10.
Behind it stand the records that the connector yielded before anything was chosen: each once, and as often as it was
yielded, which is what somebody reading the answers would get; and the company's exports as a whole. No tokenizer is at
hand: a token is taken to be four characters, and the words times 1.33 are printed beside that.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from escalation.commands.demo import ISSUES, NOW
from escalation.commands.open import Request, open_case
from escalation.config import Configured
from escalation.connector import Connector
from escalation.desk import Desk, examples
from escalation.records import Record
from escalation.search.rounds import ABILITIES

BUDGET = 12_000
"""Tokens of one case."""
TIMES = 20
"""How many times as much must lie behind it."""


class Yielded:
    """The records that a connector handed over."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        """Bytes of each record as JSON, repeated ones too."""
        self.distinct: dict[tuple[str, str], int] = {}

    def watch(self, kind: type[Connector[Any]]) -> type[Connector[Any]]:
        """The same connector, telling what it yields."""

        def watched(ability: str) -> Any:
            def ask(connector: Connector[Any], argument: Any) -> Iterator[Record]:
                for record in getattr(super(told, connector), ability)(argument):
                    size = len(record.model_dump_json(exclude_defaults=True).encode())
                    self.sizes.append(size)
                    self.distinct[type(record).__name__, record.ref] = size
                    yield record

            return ask

        abilities = [name for name in (*ABILITIES, "fetch") if hasattr(kind, name)]
        told: type[Connector[Any]] = type(kind.__name__, (kind,), {name: watched(name) for name in abilities})
        return told


def tokens(text: str) -> tuple[int, int]:
    """(characters / 4, words × 1.33)."""
    return len(text) // 4, round(len(text.split()) * 1.33)


def read_for(number: int, home: Path) -> tuple[list[str], Yielded]:
    """(SKILL.md, the page of `open`, the three longest pages of `show`) of an example case, and what was yielded for it."""
    desk = Desk(now=lambda: NOW, environ=os.environ | {"XDG_CACHE_HOME": str(home / "cache")}, here=home).for_demo()
    yielded = Yielded()
    connectors = [Configured(one.name, yielded.watch(one.kind), one.settings, one.source) for one in desk.configuration.connectors]
    desk.configuration = replace(desk.configuration, connectors=tuple(connectors))
    sentence, customer = ISSUES[number]
    case, _ = open_case(desk, Request(sentence, NOW, customers=(customer,) if customer else ()), connectors)
    shown = sorted((desk.renderer.evidence(case, item.id) for item in case.gathering.evidence), key=len)[-3:]
    return [(ROOT / "SKILL.md").read_text(encoding="utf-8"), desk.renderer.page(case), *shown], yielded


def main() -> None:
    """One line a case."""
    exports = sum(file.stat().st_size for file in examples().rglob("*") if file.is_file() and file.suffix != ".yaml")
    print(f"the company's exports: {exports:,} bytes, {exports // 4:,} tokens of four")
    print("case  tokens (characters / 4)  words x 1.33  of budget  records  behind it, each once  as often as yielded  exports")
    with tempfile.TemporaryDirectory() as home:
        for number in range(len(ISSUES)):
            texts, yielded = read_for(number, Path(home))
            by_characters, by_words = map(sum, zip(*map(tokens, texts), strict=True))
            once, often = sum(yielded.distinct.values()) / 4 / by_characters, sum(yielded.sizes) / 4 / by_characters
            print(
                f"{number + 1:>4}  {by_characters:>23,}  {by_words:>12,}  {by_characters / BUDGET:>9.2f}  {len(yielded.distinct):>7}  "
                f"{once:>18.1f} x  {often:>17.1f} x  {exports / 4 / by_characters:>5.1f} x"
            )
    print(f"budget: {BUDGET:,} tokens, and {TIMES} times as much behind it")


if __name__ == "__main__":
    main()
