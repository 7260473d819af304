"""Turn one sentence about a support issue into a case: ask every connected system, assess, route, and print the brief.

The case is saved; `add`, `show` and `brief` go on from there. An earlier case or a work item that looks the same is named with
its reasons, and `add` joins the two when you say so. Two quoted arguments are the issue and the customer;
words without quotes are one sentence. The same sentence, flags and --now are the same case: opening it twice keeps what was added.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from escalation import arguments as types
from escalation.errors import EscalationError, NothingFound, StoreError, TemplateError, UsageError
from escalation.pages.fit import LIMIT, WHOLE
from escalation.result import Result

if TYPE_CHECKING:
    from escalation.case import Case
    from escalation.config import Configured
    from escalation.desk import Desk
    from escalation.gathering import Gathering
    from escalation.issue import Issue
    from escalation.records import AnyRecord
    from escalation.store import Saved, Store

EXAMPLE = 'open "API returning 500 errors intermittently" "Acme Corp" --ticket 4211'

HANDED_OVER = "handed over"
"""Why evidence is there that `add` brought; the words that `admit` uses."""

UNCONNECTED = (
    "\nNo system is connected, so this rests on what was typed and added. `{command} open … --workspace FOLDER` reads a folder of exports, "
    "`{command} connectors` says what to connect, `{command} demo` shows an example.\n"
)

_ATTEMPTS = 5


def arguments(parser: ArgumentParser) -> None:
    """The flags of `open`."""
    parser.add_argument(
        "words", nargs="*", type=types.text, metavar="ISSUE", help="what is wrong or wanted, in your words; then the customer"
    )
    parser.add_argument(
        "--customer", action="append", default=[], type=types.text, metavar="NAME", help="a customer it is about (repeatable)"
    )
    parser.add_argument(
        "--ticket", action="append", default=[], type=types.text, metavar="REF", help="a key or URL that belongs to it (repeatable)"
    )
    parser.add_argument(
        "--context", action="append", default=[], type=Path, metavar="FILE", help="a log, note or export that belongs to it (repeatable)"
    )
    parser.add_argument(
        "--workspace", action="append", default=[], type=Path, metavar="FOLDER", help="a folder of exports to search as well (repeatable)"
    )
    parser.add_argument(
        "--our-domain",
        action="append",
        default=[],
        type=types.domain,
        metavar="DOMAIN",
        help="an e-mail domain of our own staff, for --workspace and --context (repeatable; default: of the help desk's agents in there)",
    )
    parser.add_argument(
        "--audience", type=types.audience, metavar="TEAM", help=f"whom the brief is for: {', '.join(types.AUDIENCES)} (default: the target)"
    )
    parser.add_argument(
        "--within", type=types.seconds, default=25.0, metavar="SECONDS", help="how long to wait for the connected systems (default: 25)"
    )
    parser.add_argument(
        "--now", type=types.moment, metavar="TIME", help="tell everything against this moment, ISO 8601 with offset (default: the clock)"
    )


class Request(NamedTuple):
    """What was asked for."""

    sentence: str
    now: datetime
    """Aware, UTC."""
    customers: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    context: tuple[AnyRecord, ...] = ()
    seconds: float = 25.0


def run(args: Namespace, desk: Desk) -> Result:
    """Open the case and print it."""
    sentence, customer = sentence_and_customer(args.words)
    if not any(map(str.isalnum, sentence)):
        raise UsageError(f"say what is wrong or wanted in words, for example: {desk.command} {EXAMPLE}")
    customers = tuple(dict.fromkeys(name for name in (customer, *args.customer) if name))
    domains = tuple(dict.fromkeys(args.our_domain))
    connectors = with_workspaces(desk, args.workspace, domains)
    context = (*_beyond_a_sentence(sentence), *context_of(args.context, desk, domains))
    request = Request(sentence, args.now or desk.now(), customers, tuple(args.ticket), context, args.within)
    case, problem = open_case(desk, request, connectors)
    try:
        return Result(rendered(desk, case, args, connected=bool(connectors)), problem, case.id)
    except TemplateError as error:
        raise TemplateError(f"{error}; {'nothing could be saved' if problem else f'the case is saved as {case.id}'}") from error


def sentence_and_customer(words: Sequence[str]) -> tuple[str, str]:
    """Two arguments of which one holds a space were quoted: issue and customer. Anything else is one sentence."""
    match words:
        case [issue, customer] if " " in issue or " " in customer:
            return issue, customer
    return " ".join(words), ""


def _beyond_a_sentence(typed: str) -> tuple[AnyRecord, ...]:
    """A log pasted as the issue is read only in part; here is all of it, as evidence."""
    from escalation.language.typed import read

    if not read(typed).left_out:
        return ()
    from escalation.submission import note

    return (note(typed, title="The issue as typed, whole"),)


def context_of(files: Sequence[Path], desk: Desk, domains: Sequence[str] = ()) -> tuple[AnyRecord, ...]:
    """The records in the files that were handed over."""
    if not files:
        return ()
    from escalation.commands.add import vendor_domains
    from escalation.submission import submitted_file

    return tuple(record for file in files for record in submitted_file(file, (*domains, *vendor_domains(desk))))


def with_workspaces(desk: Desk, folders: Sequence[Path], domains: Sequence[str] = ()) -> tuple[Configured, ...]:
    """The configured connectors, and one more for each folder; `domains` are those of our own staff."""
    from escalation.config import workspaces

    for folder in folders:
        if not folder.is_dir():
            raise NothingFound(f"--workspace {folder}: there is no such folder")
    connectors = desk.configuration.connectors
    return connectors + (workspaces(folders, [each.name for each in connectors], vendor_domains=tuple(domains)) if folders else ())


def open_case(desk: Desk, request: Request, connectors: Sequence[Configured]) -> tuple[Case, EscalationError | None]:
    """Steps 1 to 5. The case, and why it could not be saved if it could not: what was found is never lost."""
    from escalation.search.duplicates import also_about, guarded
    from escalation.steps.gather import admit
    from escalation.steps.understand import understand
    from escalation.workflow import conclude

    zone = desk.configuration.reporter.zone
    policy, hooks = desk.policy, desk.hooks  # what is wrong with them is said before anyone is asked
    issue = understand(request.sentence, now=request.now, zone=zone, customers=request.customers, references=request.tickets)
    gathering = _gather(desk, issue, request, connectors)
    name = _name(request)

    def concluded(before: Saved | None) -> Case:
        return conclude(
            issue,
            admit(also_about(gathering, before.case.gathering.customers), _handed_over(before.case)) if before else gathering,
            case_id=name,
            opened_at=request.now,
            now=request.now,
            reporter=desk.configuration.reporter,
            policy=policy,
            hooks=hooks,
        )

    case: Case | None = None
    try:
        for _ in range(_ATTEMPTS):
            before = _saved(desk.store, name)
            case = concluded(before)
            case = guarded(case, desk.store, policy.thresholds.duplicate_percent, joined_to=before.case.joined_to if before else "")
            if desk.store.save(case, over=before.revision if before else 0) is not None:
                return case, None
    except StoreError as error:
        return case or concluded(None), error
    return concluded(None), StoreError(f"{name}: others keep saving this case; it was not saved, try again")


def rendered(desk: Desk, case: Case, args: Namespace, *, connected: bool) -> str | dict[str, object]:
    """The page of a case just opened, or its document."""
    if args.format == "json":
        from escalation.commands.brief import as_document

        return as_document(desk, case, args.audience)
    tail = "" if connected else UNCONNECTED.format(command=desk.command)
    page = desk.renderer.page(case, limit=WHOLE if args.out else LIMIT - len(tail), audience=args.audience)
    return page + tail


def _gather(desk: Desk, issue: Issue, request: Request, connectors: Sequence[Configured]) -> Gathering:
    from escalation.evidence import Gap
    from escalation.steps.gather import admit, gather

    found = gather(issue, connectors, seconds=request.seconds, outside=desk.outside, added=request.context, on_progress=desk.on_progress)
    broken = tuple(
        Gap(question=f"What does {each.name} hold on this?", why=each.problem, ask=f"whoever maintains it ({each.source}); run `doctor`")
        for each in desk.configuration.unloadable
    )
    found = found.model_copy(update={"gaps": (*found.gaps, *broken)})
    return admit(found, [("user", record) for record in request.context]) if request.context else found


def _name(request: Request) -> str:
    from hashlib import sha256

    from escalation.workflow import case_id

    given = [f"customer {name}" for name in request.customers] + [f"ticket {reference}" for reference in request.tickets]
    given += [f"context {sha256(record.model_dump_json().encode()).hexdigest()}" for record in request.context]
    return case_id(request.sentence, given, request.now)


def _saved(store: Store, name: str) -> Saved | None:
    return store.load(name) if any(listed.id == name for listed in store.cases()) else None


def _handed_over(case: Case) -> list[tuple[str, AnyRecord]]:
    """Evidence that no connector will find again."""
    asked = {line.connector for line in case.gathering.coverage}
    kept = [item for item in case.gathering.evidence if item.connector not in asked or HANDED_OVER in item.why]
    return [(item.connector, item.record) for item in kept if item.id != "U1"]
