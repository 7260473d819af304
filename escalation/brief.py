"""Briefs and pages: a case through a template. Foreign text is escaped unless a template goes out of its way."""

# ruff: noqa: S704 - every Markup here is made of ids, times or text that foreign.py has made harmless

from __future__ import annotations

import re
import traceback
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache, FileSystemLoader, PrefixLoader, StrictUndefined, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError
from jinja2.bccache import Bucket
from jinja2.loaders import ChoiceLoader
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from escalation import __version__
from escalation.case import Audience, Case
from escalation.clock import duration, local
from escalation.digest import SHORT, Line
from escalation.disclosure import notice_of, withheld
from escalation.errors import EscalationError, TemplateError
from escalation.evidence import Evidence, Quote
from escalation.language.parts import parts_of, to_a_machine
from escalation.language.statement import Statement, passage_id, side_of
from escalation.model import Instant, Model
from escalation.pages.figures import clock_words
from escalation.pages.foreign import capped, capped_lines, clean, harmless, one_line, quoted, verbatim
from escalation.pages.markup import html_page
from escalation.pages.next_steps import COMMAND, next_steps
from escalation.pages.view import PassageView, Room, View
from escalation.plugins import Hooks
from escalation.records import Money, Passage, Record

TEMPLATES: Mapping[Audience, str] = {
    "L2 support": "l2-support.md.j2",
    "engineering": "engineering.md.j2",
    "product": "product.md.j2",
    "security": "security.md.j2",
    "leadership": "leadership.md.j2",
}
LONGEST_VALUE = 2_000
"""Characters of one value that a template prints without a filter."""
NOTICE = "restricted.md.j2"
"""What everybody but security gets of a restricted case."""
MOST_WORDS: Mapping[Audience, int] = {"L2 support": 450, "engineering": 450, "product": 450, "security": 450, "leadership": 250}
"""Words of a brief before its appendix, as a reader counts them: citations, numbers of list items and exact error text are not."""
EXCERPT = 6_500
"""Characters of a record that is not shown whole: a page and three records are what an agent reads for one case."""
APPENDIX = "\n## Appendix"

BRIEF_ROOMS = tuple(
    Room(quote, 4, rows, reason=reason, fact=400, optional=optional)
    for quote, rows, reason, optional in (
        (260, 4, 200, True), (260, 3, 160, True), (260, 2, 90, True), (260, 1, 60, True), (260, 1, 60, False), (200, 1, 60, False),
        (160, 1, 60, False), (130, 1, 60, False), (110, 1, 60, False), (90, 1, 60, False),
        (70, 1, 60, False),
    )
)  # fmt: skip
"""Rooms of a brief's body: lists get shorter before quotes are cut, and no quote becomes shorter than a clause."""
LINES = 100
"""More lines than a digest has."""
AROUND_A_LINE = 50
"""Characters of id, moment, author and marks beside a quote."""
QUOTE = 220
"""Characters up to which a quote on the page is whole."""
PAGE_ROOMS = (
    (Room(400, LINES, 40, reason=400, fact=400), LINES),
    (Room(QUOTE, LINES, 40, reason=400, fact=300), LINES),
    (Room(QUOTE, LINES, 40, reason=200, fact=260, titles=False), 26),
    (Room(QUOTE, LINES, 40, reason=160, fact=220, titles=False), 24),
    (Room(QUOTE, LINES, 40, reason=90, fact=180, titles=False), 22),
    (Room(QUOTE, LINES, 40, reason=60, fact=150, titles=False), 21),
    (Room(QUOTE, LINES, 40, reason=60, fact=120, titles=False), 20),
    (Room(QUOTE, LINES, 40, reason=60, fact=100, titles=False), 18),
    (Room(180, LINES, 12, reason=60, fact=90, titles=False), 18),
    (Room(150, LINES, 8, reason=60, fact=90, titles=False), 18),
    (Room(130, LINES, 6, reason=60, fact=70, titles=False), 16),
    (Room(110, LINES, 5, reason=60, fact=80, titles=False), 12),
    (Room(80, LINES, 4, reason=60, fact=70, titles=False), 10),
    (Room(50, LINES, 1, reason=40, fact=60, titles=False), 0),
)
"""Rooms of a page, and how many lines of the digest must fit for one to be taken: what frames the digest gives way before it does."""
SHOW_ROOMS = tuple(
    Room(quote, most, 30)
    for quote, most in ((600, 1000), (400, 70), (300, 50), (260, 40), (240, 30), (220, 22), (200, 14), (140, 5), (60, 1))
)

_UNCOUNTED = re.compile(r"```.*?```|\[(?:[TAMWKUF]\d+(?:\.\d+)?(?:, )?)+\]|\b[TAMWKU]\d+(?:\.\d+)?\b|^\d+\. ", re.DOTALL | re.MULTILINE)
_LONG_URL = re.compile(r"(https?://[^\s/]{1,80}/)([^\s)>\],;:]{16,})")
_UNSAFE_URL = re.compile(r"[^\w\-./:?=&%#~+,;@!]")


class Renderer:
    """The shipped templates with the user's laid over them by name, made ready once."""

    def __init__(self, templates: Path | None, hooks: Hooks, *, command: str = COMMAND, cache: Path | None = None) -> None:
        """`templates`: the user's folder, if there is one.

        `command`: what starts the program, for the commands that are offered.
        `cache`: a folder for compiled templates; without one they are compiled anew in every process.

        A template may extend the shipped one of its own name as `shipped/engineering.md.j2`.
        """
        shipped = FileSystemLoader(shipped_templates(), encoding="utf-8")
        own = [FileSystemLoader(templates, encoding="utf-8")] if templates else []
        self._command = command
        self._environment = SandboxedEnvironment(
            loader=ChoiceLoader([*own, shipped, PrefixLoader({"shipped": shipped})]),
            undefined=StrictUndefined,
            autoescape=True,
            finalize=_as_markdown,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.filters.update(cite=cite, duration=duration, money=money, url=url, verbatim=verbatim, short=short)
        prepared = hooks.prepare_environment(self._environment)
        if cache and not prepared:  # what a plugin changes may change what a template compiles to
            self._environment.bytecode_cache = _Compiled(str(cache), f"{__version__}-%s.cache")

    def brief(self, case: Case, audience: Audience) -> str:
        """The brief for an audience, in markdown: a body of so many words (`MOST_WORDS`) if it can be had, then the appendix."""
        text = ""
        shown, template = (notice_of(case), NOTICE) if withheld(case, audience) else (case, TEMPLATES[audience])
        view = View(shown, BRIEF_ROOMS[0], audience)
        for room in BRIEF_ROOMS:
            view = view.in_room(room)
            text = self._render(template, view, audience=audience)
            if body_words(text) <= MOST_WORDS[audience]:
                break
        return text

    def html(self, case: Case, audience: Audience) -> str:
        """The same brief as one self-contained HTML page."""
        return html_page(self.brief(case, audience), title=case.id)

    def page(self, case: Case, *, limit: int = 9000, audience: Audience | None = None) -> str:
        """What `open` prints: at most `limit` characters, the last newline included.

        `audience`: whom the brief is to be for, where that is not the target.
        """
        steps = next_steps(case, self._command, audience)
        view = View(case, PAGE_ROOMS[0][0], audience)

        def made(room: Room) -> str:
            nonlocal view
            view = view.in_room(room)
            return self._render("page.md.j2", view, steps=steps, audience=audience)

        def fits(number: int) -> bool:
            room, least = PAGE_ROOMS[number]
            pages[number] = made(room._replace(lines=min(least, len(case.digest))))
            return len(pages[number]) <= limit

        pages: dict[int, str] = {}
        first = bisect_left(range(len(PAGE_ROOMS)), True, key=fits)
        if first == len(PAGE_ROOMS):
            return _whole_lines(pages[first - 1], limit, f"{self._command} show {case.id}")
        room, least = PAGE_ROOMS[first]
        return _filled(pages[first], view.ranked[least:], lambda more: made(room._replace(lines=least + more)), limit, room.quote)

    def evidence(self, case: Case, id: str, *, all: bool = False, limit: int = 9000) -> str:
        """One record, or one passage of it: what in it plays a part, in at most `EXCERPT` characters, or everything with `all`."""
        item = case.gathering[id]
        text = ""
        for room in SHOW_ROOMS:
            view = View(case, room)
            passages = _passages(view, id, whole=all)
            text = self._render(
                "evidence.md.j2", view, item=item, id=id, passages=passages, fields=_fields(item.record, case.zone), all=all
            )
            if len(text) <= (limit if all else min(limit, EXCERPT)):
                return text
        if len(text) <= limit:
            return text
        more = f"{self._command} show {case.id} {id} --all --out FILE" if all else f"{self._command} show {case.id} {id} --all"
        return _whole_lines(text, limit, more)

    def _render(self, name: str, view: View, **values: object) -> str:
        zone = view.case.zone

        def when(at: Instant | None) -> Markup:
            return Markup(local(at, zone)) if at else Markup("at an unknown time")

        quoted_before: set[str] = set()

        def quote(said: Quote | Line, most: int = 0) -> Markup:
            """Word for word with its source; without `most`, only the source when it was quoted before."""
            if said.text in quoted_before and not most:
                return Markup(f"as quoted [{said.id}]")
            quoted_before.add(said.text)
            return Markup(f"{quoted(_LONG_URL.sub(_shortened, said.text), most or view.room.quote)} [{said.id}]")

        def soon(at: Instant | None) -> Markup:
            """A moment in UTC, its year only when it is another one."""
            return Markup(f"{at:%m-%dT%H:%MZ}" if at.year == view.case.now.year else f"{at:%Y-%m-%dT%H:%MZ}") if at else Markup("undated")

        def words(text: str, most: int = view.room.quote) -> Markup:
            return quoted(_LONG_URL.sub(_shortened, text), most)

        try:
            text = self._environment.get_template(name).render(
                view=view,
                case=view.case,
                room=view.room,
                clock_words=clock_words,
                when=when,
                soon=soon,
                quote=quote,
                words=words,
                command=self._command,
                **values,
            )
        except EscalationError:
            raise
        except Exception as error:  # a user's template may fail in any way
            raise TemplateError(_failure(error, name)) from error
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


class _Compiled(FileSystemBytecodeCache):
    """Templates compiled before. A folder that can't be written to, or a damaged file, costs time and nothing else."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - reading a damaged file may fail in any way
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def _filled(page: str, lines: Sequence[Line], made: Callable[[int], str], limit: int, quote: int) -> str:
    """The page with as many more lines of the digest as fit: guessed from their length, then tried."""
    left, guess = limit - len(page), 0
    for line in lines:
        left -= min(len(line.text), quote) + min(len(line.note), quote) + AROUND_A_LINE
        guess += left > 0
        if left <= 0:
            break
    for more in range(guess, 0, -1):
        text = made(more)
        if len(text) <= limit:
            return text
    return page


def shipped_templates() -> Path:
    """The folder of our own templates: inside the wheel, or beside `escalation` in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def body_words(brief: str) -> int:
    """Words of a brief before its appendix. Citations, marks, numbers of list items and blocks of exact error text are not counted."""
    body = _UNCOUNTED.sub(" ", brief.partition(APPENDIX)[0])
    return sum(any(character.isalnum() for character in word) for word in body.split())


def cite(ids: str | Iterable[str]) -> Markup:
    """Where it comes from, with a space before it: ` [T1.2, W1]`; nothing for nothing."""
    found = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
    return Markup(f" [{', '.join(found)}]") if found and found[0] else Markup("")


def money(amount: Money | Iterable[Money] | None) -> str:
    """`USD 1,200,000`, several sums joined by `+`; an amount whose currency nobody stated says so."""
    if amount is None:
        return "Unknown – ask the account owner"
    sums = [amount] if isinstance(amount, Money) else list(amount)
    return " + ".join(f"{'(currency unknown)' if one.currency == 'XXX' else one.currency} {_figure(one.amount)}" for one in sums)


def url(address: str) -> Markup:
    """A record's own address, if it is one that does nothing but lead there."""
    return Markup(address) if re.match(r"https?://\w", address) and not _UNSAFE_URL.search(address) else Markup(harmless(address, 200))


def short(text: str, most: int) -> str:
    """At most `most` characters, cut where a clause ends, saying so; a quote that is cut is closed."""
    cut = capped(one_line(text), most)
    return cut + "”" * (cut.count("“") > cut.count("”"))


def _shortened(found: re.Match[str]) -> str:
    """A long address by its host and, where that is short, its last part."""
    last = found[2].rstrip("/").rpartition("/")[2]
    return f"{found[1]}…" + (f"/{last}" if last != found[2] and len(last) <= 24 else "")


def _figure(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")


def _as_markdown(value: object) -> object:
    """Every value that a template prints, unless a filter has made it markup on purpose."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return Markup(f"{before}{harmless(text, LONGEST_VALUE)}{after}" if text.strip() else before)


def _passages(view: View, id: str, *, whole: bool) -> list[PassageView]:
    """The passages of a record with the sentences that there is room for: the most telling ones, and one of every passage."""
    item = view.case.gathering[id]
    said = view.statements_of(id)
    telling = sorted(said, key=lambda s: -_telling(s))
    chosen = [*telling[: view.room.lines], *({s.id: s for s in reversed(telling)}.values())]
    wanted = {(s.id, s.text) for s in chosen}
    shown = []
    for passage in item.record.passages():
        name = passage_id(item, passage)
        if id in (item.id, name) and passage.text.strip():
            own = [s for s in said if s.id == name]
            kept = tuple(s.text for s in own if (s.id, s.text) in wanted)
            text = capped_lines(clean(passage.text), 10**9 if whole else view.room.quote)
            shown.append(PassageView(name, _head(item, passage, view.case.zone), kept, len(own) - len(kept), text))
    return shown


def _telling(statement: Statement) -> float:
    """How much a sentence tells: the part it plays, its figures, not too short. What commands a machine comes last."""
    if to_a_machine(statement.text):
        return 0.0
    figures = sum(character.isdigit() for character in statement.text)
    return (
        max((played.weight for played in parts_of(statement)), default=0.1)
        + min(0.3, 0.1 * figures)
        - (0.3 if len(statement.text) < SHORT else 0.0)
    )


def _head(item: Evidence, passage: Passage, zone: str) -> str:
    """When, who, on which side, who can read it."""
    side = {"customer": "customer", "vendor": "our side", "system": "a system", "unknown": "side unknown"}[side_of(item, passage)]
    title = f", {passage.author.title}" if passage.author.title else ""
    public = item.record.kind == "ticket" and passage.visibility in ("public", "customer")
    hidden = item.record.visibility == "restricted" and not public
    readers = "the customer can read it" if public else "restricted" if hidden else passage.visibility
    at = local(passage.at, zone) if passage.at else "undated"
    return f"{at} · {passage.author.name or passage.author.email or 'unknown author'}{title} ({side}; {readers})"


_NOT_FIELDS = frozenset({"kind", "text", "comments", "replies", "url", "ref", "subject", "title", "name", "visibility", "clocks", "whole"})


def _fields(record: Record, zone: str) -> list[tuple[str, str]]:
    """What the record states besides its text: every field that is filled, in the model's order."""
    values = ((name, _said(getattr(record, name), zone)) for name in type(record).model_fields if name not in _NOT_FIELDS)
    read = [] if record.whole else [("read", "as a search's hit: there may be more of it than stands here")]
    return [*((name.replace("_", " "), said) for name, said in values if said), *read]


def _said(value: Any, zone: str) -> str:
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, tuple):
        return "; ".join(filter(None, (_said(one, zone) for one in value)))
    if isinstance(value, Model):
        return ", ".join(filter(None, (_said(getattr(value, name), zone) for name in type(value).model_fields if name != "side")))
    if isinstance(value, datetime):
        return local(value, zone)
    return "" if value in (None, "", "unknown") else str(value)


def _whole_lines(text: str, limit: int, command: str) -> str:
    """The first whole lines that fit, and a line that says how many are left out and what shows them."""
    lines = text.splitlines()
    for kept in range(len(lines) - 1, -1, -1):
        last = f"… {len(lines) - kept} lines left out; see `{command}`\n"
        head = "".join(line + "\n" for line in lines[:kept])
        if len(head) + len(last) <= limit:
            return head + last
    return ""


def _failure(error: Exception, name: str) -> str:
    """One line: which template, which line, what is wrong."""
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or name, error.lineno or 0
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
        file, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else (name, 0)
    problem = " ".join(str(error).split()) if isinstance(error, JinjaError) else f"{type(error).__name__}: {' '.join(str(error).split())}"
    where = f"line {line}" if line else "its first line"
    return f"template {Path(file).name}, {where}: {problem or type(error).__name__}; mend it, or remove the file to use the shipped one"
