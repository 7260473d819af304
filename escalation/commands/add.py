"""Add evidence that was gathered elsewhere to a case: what another tool returned, a note, a log, or what a duplicate of it holds.

The case is assessed, routed and saved again, and what changed is printed. The same evidence added twice is one piece.
JSON in our own shape ({"kind": "ticket", "ref": …}) is taken as it is, a vendor's own JSON or an export is mapped where its
shape is known, and anything else is kept word for word as a note.
With --from, all that another case has and this one lacks is added, what was typed for it included; that case is kept, and says
which one it was joined to.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from escalation import arguments as types
from escalation.errors import UsageError
from escalation.result import Result

if TYPE_CHECKING:
    from escalation.case import Case
    from escalation.desk import Desk
    from escalation.evidence import Evidence
    from escalation.gathering import Gathering
    from escalation.records import AnyRecord
    from escalation.store import Store

EXAMPLE = (
    "add last --connector slack --kind message --author 'Priya' --at 2026-11-18T10:02:00+00:00 --text 'Pool exhaustion since the deploy'"
)
KINDS = ("ticket", "account", "message", "work item", "article", "note")


def arguments(parser: ArgumentParser) -> None:
    """The flags of `add`."""
    parser.add_argument("case", metavar="CASE", type=types.text, help="its id, the start of it, or `last`")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a text, a log, JSON or an export")
    parser.add_argument("--text", type=types.text, metavar="TEXT", help="the words themselves")
    parser.add_argument("--json", metavar="JSON", help="what a tool returned, or a file that holds it")
    parser.add_argument(
        "--from", dest="duplicate", type=types.text, metavar="CASE", help="another case about the same, to be joined to this one"
    )
    parser.add_argument("--connector", default="user", type=types.label, metavar="NAME", help="the system it came from (default: user)")
    parser.add_argument("--kind", choices=KINDS, help="what --text or a text file is (default: note)")
    parser.add_argument("--title", default="", type=types.text, help="its subject, name or channel")
    parser.add_argument("--author", default="", type=types.text, metavar="NAME", help="who wrote it")
    parser.add_argument("--at", type=types.moment, metavar="TIME", help="when, ISO 8601 with offset")
    parser.add_argument("--url", type=types.web_address, help="where it can be read")
    parser.add_argument(
        "--account", default="", type=types.text, metavar="NAME", help="whose ticket it is, where it does not say so itself"
    )
    parser.add_argument("--ref", default="", type=types.text, help="its key in the system it came from")


def run(args: Namespace, desk: Desk) -> Result:
    """Add it, and say what changed."""
    from escalation.search.duplicates import guarded
    from escalation.store import change
    from escalation.workflow import conclude

    given = [] if args.duplicate else _records(args, vendor_domains(desk), desk.command)
    records = [_of_account(record, args.account) for record in given]
    store, saved = desk.find(args.case)
    if saved.case.joined_to:
        raise UsageError(f"{saved.case.id} was joined to {saved.case.joined_to}: add to that one")
    other = _duplicate(args, store, saved.case) if args.duplicate else None

    def added(case: Case) -> Case:
        wider = _with_all_of(other, case) if other else joined(case.gathering, args.connector, records)
        made = conclude(
            case.issue,
            wider,
            case_id=case.id,
            opened_at=case.opened_at,
            now=case.now,
            reporter=case.reporter,
            policy=desk.policy,
            hooks=desk.hooks,
        )
        return guarded(made, store, desk.policy.thresholds.duplicate_percent)

    before, after = change(store, saved.case.id, added)
    if other:  # only now: what was typed for it is in both
        change(store, other.id, lambda case: guarded(case, store, 0, joined_to=after.id))
    if args.format == "json":
        return Result(_as_json(before, after) | ({"joined": other.id} if other else {}), case=after.id)
    told = f"{other.id} was joined to {after.id}.\n" if other else ""
    return Result(told + "\n".join(_changes(before, after, desk.command)) + "\n", case=after.id)


def _duplicate(args: Namespace, store: Store, case: Case) -> Case:
    """The case to be joined to this one."""
    if any(given is not None for given in (args.text, args.json, args.file)):
        raise UsageError("--from brings evidence of its own: leave out --text, --json and FILE")
    other = store.load(args.duplicate).case
    if other.id == case.id:
        raise UsageError(f"{case.id} can't be joined to itself; name the other case after --from")
    if other.joined_to not in ("", case.id):
        raise UsageError(f"{other.id} was joined to {other.joined_to} already; `list` shows it")
    if other.route.target.restricted and not case.route.target.restricted:
        raise UsageError(f"{other.id} is restricted and {case.id} is not: leave it to security")
    return other


def _with_all_of(other: Case, case: Case) -> Gathering:
    """The gathering of `case` with what it lacks of another one about the same, and with what was typed for that one."""
    from escalation.search.duplicates import also_about, as_typed, lacking

    gathering = joined(also_about(case.gathering, other.gathering.customers), "user", [as_typed(other)])
    for item in lacking(other, case):
        gathering = joined(gathering, item.connector, [item.record])
    return gathering


def joined(gathering: Gathering, connector: str, records: Sequence[AnyRecord]) -> Gathering:
    """The gathering with these records; a newer state of a record takes the place of the one before, under its id."""
    from escalation.steps.gather import admit

    newer = {(record.kind, record.ref): record for record in records}

    def now(item: Evidence) -> Evidence:
        record = newer.get((item.record.kind, item.record.ref))
        if record is None or (item.connector != connector and item.record.heading != record.heading):
            return item  # two systems may use one key for two things
        return item.model_copy(update={"record": record})

    evidence = tuple(map(now, gathering.evidence))
    return admit(gathering.model_copy(update={"evidence": evidence}), [(connector, record) for record in records])


def vendor_domains(desk: Desk) -> tuple[str, ...]:
    """E-mail domains of our own staff, as far as the settings state them."""
    return tuple(domain for each in desk.configuration.connectors for domain in getattr(each.settings, "vendor_domains", ()))


def _records(args: Namespace, domains: Sequence[str], command: str) -> tuple[AnyRecord, ...]:
    """What is to be added, from exactly one of --text, --json and FILE."""
    from escalation.submission import Details, completed, read_text, record, submitted_file, submitted_json

    if sum(given is not None for given in (args.text, args.json, args.file)) != 1:
        raise UsageError(f"give one of --text, --json, FILE and --from; for example: {command} {EXAMPLE}")
    details = Details(args.title, args.author, args.at, args.url or "", args.ref)
    stated = args.kind or details != Details()
    if args.text is not None:
        return (record(args.kind or "note", args.text, details),)
    if args.json is not None:
        inline = args.json.lstrip()[:1] in ("{", "[")
        text, name = (args.json, "--json") if inline else (read_text(Path(args.json)), args.json)
        found = submitted_json(text, name, domains)
        if stated and all(each.kind == "note" for each in found):  # of no known shape: what it is, only the flags say
            return (record(args.kind or "note", text, details),)
        return tuple(completed(each, details, args.connector) for each in found)
    if stated:
        return (record(args.kind or "note", read_text(args.file), replace(details, title=args.title or args.file.name)),)
    return submitted_file(args.file, domains)


def _of_account(record: AnyRecord, name: str) -> AnyRecord:
    """A ticket that names no account is the one's that was said."""
    if record.kind != "ticket" or not name or record.account.name:
        return record
    return record.model_copy(update={"account": record.account.model_copy(update={"name": name})})


_WATCHED: tuple[tuple[str, Callable[[Case], str]], ...] = (
    ("severity", lambda case: case.assessment.severity.level),
    ("decision", lambda case: case.route.decision.action),
    ("target", lambda case: case.route.target.team),
    ("kind", lambda case: case.route.kind),
    ("title", lambda case: case.title),
    ("affected accounts", lambda case: str(len(case.gathering.affected))),
    ("ask", lambda case: case.route.ask.text),
)


def _new_ids(before: Case, after: Case) -> list[str]:
    """Ids of what is new, and of what stands under its id in a newer state."""
    old = {item.id: item.record for item in before.gathering.evidence}
    return [item.id for item in after.gathering.evidence if old.get(item.id) != item.record]


def _changed(before: Case, after: Case) -> dict[str, tuple[str, str]]:
    pairs = {name: (value(before), value(after)) for name, value in _WATCHED}
    calendars = [{(one.ticket, one.metric): one.calendar for one in case.assessment.clocks} for case in (before, after)]
    for clock in sorted(calendars[0].keys() & calendars[1].keys()):
        old, new = calendars[0][clock], calendars[1][clock]
        name = new.rpartition(" v")[0]
        if name == old.rpartition(" v")[0]:  # the same calendar in another version: its targets were counted again
            pairs[f"calendar {name}"] = (old, new)
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _gaps(case: Case, without: Case) -> list[str]:
    known = {gap.question for gap in without.gaps}
    return [gap.question for gap in case.gaps if gap.question not in known]


def _as_json(before: Case, after: Case) -> dict[str, object]:
    from escalation.pages.document import entry

    ids = _new_ids(before, after)
    return {
        "case": after.id,
        "added": [entry(item).model_dump(mode="json") for item in after.gathering.among(ids)],
        "changed": {name: {"before": old, "after": new} for name, (old, new) in _changed(before, after).items()},
        "severity": after.assessment.severity.model_dump(mode="json"),
        "decision": after.route.decision.model_dump(mode="json"),
        "target": after.route.target.model_dump(mode="json"),
        "gaps_closed": _gaps(before, after),
        "gaps_opened": _gaps(after, before),
    }


def _changes(before: Case, after: Case, command: str) -> Iterator[str]:
    from escalation.pages.document import entry
    from escalation.pages.foreign import quoted

    ids = _new_ids(before, after)
    if not ids:
        yield f"{after.id}: nothing was added; this evidence is there already."
        return
    yield f"{after.id}: added {', '.join(ids)}."
    for item in map(entry, after.gathering.among(ids)):
        yield f"- {item.id} · {item.category.value} · {item.connector} · {quoted(item.title, 100)}"
    changed = _changed(before, after)
    for name, (old, new) in changed.items():
        yield f"- {name}: {old} → {new}"
    if "severity" in changed:
        yield from (f"  - {reason.text} ({', '.join(reason.evidence) or reason.rule})" for reason in after.assessment.severity.because)
    if not changed:
        severity, route = after.assessment.severity, after.route
        yield f"- unchanged: {severity.level} · {route.decision.action} · {route.target.team}"
    yield from (f"- gap closed: {question}" for question in _gaps(before, after))
    yield from (f"- new gap: {question}" for question in _gaps(after, before))
    yield f"\nThe brief with it: {command} brief {after.id}"
