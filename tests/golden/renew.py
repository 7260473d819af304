"""Write the pages and briefs of the six example cases anew: `python3 scripts/dev.py tests/golden/renew.py`.

Look at what changed (`git diff tests/golden`) before it is checked in: these files are what people read.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
if str(HERE.parents[1]) not in sys.path:
    sys.path.insert(0, str(HERE.parents[1]))

if TYPE_CHECKING:
    from escalation.case import Case


def cases(folder: Path) -> list[Case]:
    """The six cases of the example company; what is stored goes into `folder`."""
    from escalation.commands.demo import ISSUES, NOW
    from escalation.commands.open import Request, open_case
    from escalation.desk import Desk

    desk = Desk(now=lambda: NOW, environ={"HOME": str(folder), "XDG_CACHE_HOME": str(folder)}, here=folder).for_demo()
    requests = (Request(sentence, NOW, customers=(customer,) if customer else ()) for sentence, customer in ISSUES)
    return [open_case(desk, request, desk.configuration.connectors)[0] for request in requests]


def rendered(cases: list[Case]) -> Iterator[tuple[str, str]]:
    """(name of the file, its text): of every case the page, the brief for its target whole, the others without their appendix."""
    from escalation.brief import APPENDIX, TEMPLATES, Renderer
    from escalation.plugins import Hooks

    renderer = Renderer(None, Hooks())
    for number, case in enumerate(cases, 1):
        yield f"{number}-page.md", renderer.page(case)
        for audience in TEMPLATES:
            brief = renderer.brief(case, audience)
            whole = audience == case.route.target.team
            yield f"{number}-{audience.split()[0].lower()}.md", brief if whole else brief.partition(APPENDIX)[0].rstrip("\n") + "\n"


def main() -> None:
    """Write every file."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in rendered(cases(Path(folder))):
            (HERE / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
