"""Keys and URLs by which records name one another, and the denials that go with them."""

import re
from collections.abc import Iterator, Sequence

from escalation.language.cue import Cue
from escalation.records import AnyRecord, Passage

_DENIAL = Cue(
    "denial",
    "not |unrelated|unlike|nothing to do|isn't |isnt |misunderst|ruled out|different |separate |affected|work fine|works fine|work for|"
    "works for|work without|works without|kein zusamm|nicht |sans rapport|pas concern",
    r"\b(?:not (?:the same|related|this|caused by|a duplicate|to be confused)"
    r"|un(?:related|like)|nothing to do with|isn'?t (?:the same|related)|misunderst\w+|ruled out"
    r"|different (?:issue|bug|problem|matter|from|thing)|separate (?:issue|bug|matter)"
    r"|(?:not|un|isn'?t |aren'?t )\s?affected|works? (?:fine|for (?:them|us|me)|without)"
    r"|kein zusammenhang|nicht (?:verwandt|betroffen)|sans rapport|pas concerné)\b",
)
_ADDRESS = r"(?P<address>https?://[^\s<>|\])\"']+)"
_KEY = r"\b[A-Za-z][A-Za-z0-9]{1,9}-\d{1,7}\b"
_HASHED = r"[\w.-]*(?:/[\w.-]+)?#\d{1,9}\b"
_NUMBER = r"\b(?:ticket|case|request|conversation)s?\s+(?P<number>\d{3,18})\b"
_NAMED = re.compile(rf"{_ADDRESS}|(?P<key>{_KEY}|{_HASHED})|{_NUMBER}", re.IGNORECASE)
_KEY_BEGINS = re.compile(r"\b[A-Za-z][A-Za-z0-9]{1,9}\Z")
_KEY_ENDS = re.compile(r"-\d{1,7}\b")
_LONGEST_PREFIX = 10
_NUMBERED = Cue("numbered", "ticket|case|request|conversation", _NUMBER)
_BARE = re.compile(r"\d(?<![\w./:#-]\d)\d{3,7}(?![\w:/-]|\.\d)")
_END = re.compile(r"[.!?](?=\s)|\n")


def handles(record: AnyRecord) -> frozenset[str]:
    """How a key or URL elsewhere would name this record: its URL, its key, and the key with its usual prefixes."""
    ref = record.ref.casefold()
    names = {ref, f"#{ref}", trimmed(record.url)}
    return frozenset(names - {""}) if record.kind != "account" else frozenset({trimmed(record.url)} - {""})


_NAMING = re.compile(r"[?&;](?:id|ticket|ticket_?id|issue|case|pageid|curid|title|selectedissue)=[^&;#\s]+")
"""Query parameters that say which record it is; all others say how to show it, or who sent the link."""


def trimmed(url: str) -> str:
    """A URL for comparison: no closing slash, of the query only what names the record, no fragment unless it is a path."""
    if "://" not in url:
        return url.casefold()
    address, _, fragment = url.casefold().partition("#")
    path, mark, query = address.partition("?")
    naming = sorted(match.group()[1:] for match in _NAMING.finditer(mark + query))
    route = fragment.partition("?")[0].rstrip("/") if "/" in fragment else ""  # matrix.to/#/!room/$event
    return path.rstrip("/") + (f"?{'&'.join(naming)}" if naming else "") + (f"#{route}" if route else "")


def named_in(record: AnyRecord, passages: Sequence[Passage] = ()) -> tuple[frozenset[str], frozenset[str]]:
    """(keys and URLs that the record names, those of them that it says are another matter), as `handles` writes them.

    `passages` are the record's, where the caller has them.
    Whatever looks like a name counts: it matters only if a record that was found answers to it.
    """
    named = {trimmed(link) for link in record.links}
    denied: set[str] = set()
    for passage in passages or record.passages():
        doubted = _DENIAL.may_match(passage.text.lower())
        for written, start, end in _written(passage.text):
            name = trimmed(written)
            named.add(name)
            if doubted and _denied(passage.text, start, end):
                denied.add(name)
    return frozenset(named), frozenset(denied)


def _written(text: str) -> Iterator[tuple[str, int, int]]:
    """(name, start, end) of the keys, numbers and addresses in a text; where none is an address or has a `#`, a faster way finds them."""
    if "#" in text or "://" in text:
        for match in _NAMED.finditer(text):
            yield match[match.lastgroup or 0].rstrip(".,;:!?)"), *match.span()
        return
    for match in _KEY_ENDS.finditer(text):
        begun = _KEY_BEGINS.search(text, max(0, match.start() - _LONGEST_PREFIX), match.start())
        if begun:
            yield text[begun.start() : match.end()], begun.start(), match.end()
    for match in _NUMBERED.finditer(text, text.lower()):
        yield match["number"], *match.span()


def bare_numbers(record: AnyRecord, passages: Sequence[Passage] = ()) -> Iterator[tuple[str, str, bool]]:
    """(number, the passage it stands in, said to be another matter) for "Kestrel (4233)" and "same as 4196".

    Colleagues write ticket numbers without a mark. Such a number counts as a name only when the passage also names
    the ticket's account, which whoever holds the ticket can tell.
    """
    for passage in passages or record.passages():
        if passage.author.side != "customer" and record.kind in ("message", "work item", "ticket", "note"):
            for match in _BARE.finditer(passage.text):
                yield match.group(), passage.text, _denied(passage.text, *match.span())


def _denied(text: str, start: int, end: int) -> bool:
    """Does the sentence that the name at start:end stands in say that it is another matter?"""
    sentence = _around(text, start, end)
    return any(_DENIAL.finditer(sentence, sentence.lower()))


def _around(text: str, start: int, end: int) -> str:
    """The sentence of the text that this part stands in."""
    first = max((match.end() for match in _END.finditer(text, max(0, start - 400), start)), default=max(0, start - 400))
    last = _END.search(text, end)
    return text[first : last.start() if last else end + 400]
