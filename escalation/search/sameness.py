"""Is it the same issue? Decided by ids first (work item, request id, error code, stack frame), then by words; each link has its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from escalation.evidence import Evidence
from escalation.language.errortext import identifiers_in
from escalation.records import Ticket, WorkItem
from escalation.search.links import handles, named_in, trimmed

MOST = 4
"""Links told of one ticket."""
_FRAME = re.compile(r"\(|^File \"")
_LINE = re.compile(r":\d+(?::\d+)?\)|, line \d+,")
_REQUEST = re.compile(r"(?:req|trace|evt|run)_\w+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|(?=\w*\d)(?=\w*[a-z])[\w-]{12,}", re.IGNORECASE)
_BY_LINK = ("named in ", "names ")
_BY_ID = ("holds ",)
"""How evidence says that it was admitted for a link, or for an identifier of the issue's."""


def linked_work(item: Evidence, evidence: Sequence[Evidence]) -> str:
    """Why a work item is this ticket's, by what our side entered in either; empty when none is."""
    ticket = item.record
    assert isinstance(ticket, Ticket)
    entered = {trimmed(value) for value in (*ticket.links, *ticket.fields.values())}
    for other in evidence:
        if isinstance(other.record, WorkItem) and other.bearing == "direct":
            named, denied = named_in(other.record)
            if handles(ticket) & (named - denied):
                return f"its ticket is linked from a work item [{other.id}]"
            if handles(other.record) & entered:
                return f"its ticket is linked to {other.record.ref} [{other.id}]"
    return ""


def links(item: Evidence, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """What ties a ticket to the issue, the strongest first, each a clause that cites."""
    by_id = tuple(dict.fromkeys(_links(item, evidence)))[:MOST]
    return by_id or (f"its own ticket tells of the same in like words [{item.id}]",)


def _links(item: Evidence, evidence: Sequence[Evidence]) -> Iterator[str]:
    if work := linked_work(item, evidence):
        yield work
    others = [other for other in evidence if other is not item and other.bearing == "direct" and other.record.kind != "account"]
    texts = {other.id: _text(other) for other in others}
    shared = []
    for identifier in identifiers_in(_text(item, ours=False)):
        kind, sign = sign_of(identifier)
        holder = next((id for id, text in texts.items() if sign.casefold() in _without_lines(text).casefold()), "") if kind else ""
        if holder:
            shared.append((_KINDS.index(kind), f"its own ticket holds the {kind} {sign}, as {holder} does [{item.id}]"))
    yield from (clause for _, clause in sorted(shared, key=lambda one: one[0]))
    for why in item.why:
        if why.startswith(_BY_LINK) or (why.startswith(_BY_ID) and not shared):
            yield f"its own ticket {'is ' if why.startswith('named') else ''}{why} [{item.id}]"


_KINDS = ("request id", "error code", "stack frame")
"""From what can only be one event to what can be one fault."""


def sign_of(identifier: str) -> tuple[str, str]:
    """(kind, how two texts share it); a path is no proof, and a stack frame is the same whatever its line."""
    if identifier.startswith("/"):
        return "", ""
    if _FRAME.search(identifier):
        return "stack frame", _without_lines(identifier)
    return ("request id" if _REQUEST.fullmatch(identifier) else "error code"), identifier


def _without_lines(text: str) -> str:
    return _LINE.sub(lambda found: ")" if found[0].endswith(")") else ",", text)


def _text(item: Evidence, *, ours: bool = True) -> str:
    passages = (passage for passage in item.record.passages() if ours or passage.author.side != "vendor")
    return "\n".join((item.record.heading, *(passage.text for passage in passages)))
