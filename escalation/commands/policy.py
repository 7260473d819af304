"""Look at the policy that decides severity, decision, target, ask and clocks, and try a change out before it is adopted.

show      what applies, key by key, and where each value was set; a KEY (escalate.stalled, pattern) narrows it
check     is a policy file sound: mistakes keep it from being used (exit code 3), warnings don't
explain   why a case was judged so: rules, the facts they read, what would turn them; --rule ID for one, --all for every one
backtest  what a change would have done to past cases: yours, those of a FOLDER, or with --demo the example company's

The change is a whole policy.yaml (--policy FILE, in place of yours) or single keys (--set KEY=VALUE, on top). Nothing is saved.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from escalation import arguments as types
from escalation.errors import NothingFound, PolicyError, UsageError
from escalation.result import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from escalation.case import Case
    from escalation.desk import Desk
    from escalation.policy import Layers

EXAMPLE = "policy backtest --demo --set thresholds.pattern_accounts=2"

FLAGS = {"show": {"policy", "set"}, "check": set(), "explain": {"policy", "set", "rule", "all"}, "backtest": {"policy", "set", "demo"}}
"""What is asked → the flags that belong to it."""


def arguments(parser: ArgumentParser) -> None:
    """The flags of `policy`."""
    parser.add_argument("what", choices=FLAGS, metavar="WHAT", help=f"one of {', '.join(FLAGS)}")
    parser.add_argument(
        "subject", nargs="?", default="", type=types.text, metavar="KEY, FILE, CASE or FOLDER", help="of show, check, explain and backtest"
    )
    parser.add_argument("--policy", type=Path, metavar="FILE", help="this policy.yaml in place of yours")
    parser.add_argument(
        "--set", action="append", default=[], type=_assignment, metavar="KEY=VALUE", help="one key set to this (repeatable)"
    )
    parser.add_argument("--rule", type=types.text, metavar="ID", help="explain this rule only: escalate.stalled, or a part of its key")
    parser.add_argument("--all", action="store_true", help="explain every rule, not only what decided")
    parser.add_argument("--demo", action="store_true", help="backtest on the example company's six issues")


def _assignment(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not equals or not key.strip():
        raise ArgumentTypeError(f"{word!r} is no change; expected KEY=VALUE such as thresholds.pattern_accounts=4")
    return key.strip(), types.text(value)


def run(args: Namespace, desk: Desk) -> Result:
    """Do what was asked for."""
    given = {name for flags in FLAGS.values() for name in flags if getattr(args, name)}
    if wrong := sorted(given - FLAGS[args.what]):
        raise UsageError(f"policy {args.what} takes no --{wrong[0]}; {desk.command} policy --help shows what belongs to what")
    return {"show": _show, "check": _check, "explain": _explain, "backtest": _backtest}[args.what](args, desk)


def _own(desk: Desk) -> list[Path]:
    file = desk.folder / "policy.yaml"
    return [file] if file.is_file() else []


def _there(file: Path) -> Path:
    if not file.is_file():
        raise NothingFound(f"there is no file {file}")
    return file


def _layers(args: Namespace, desk: Desk) -> Layers:
    """What applies, with the change if one is given."""
    from escalation.policy import Layers
    from escalation.policy_source import Source

    written = Layers.read(*([_there(args.policy)] if args.policy else _own(desk)))
    return Layers(written.shipped, *written.over, *(Source.single(f"--set {key}", key, value) for key, value in args.set))


def _show(args: Namespace, desk: Desk) -> Result:
    from escalation.pages.fit import LIMIT, WHOLE
    from escalation.pages.policy import Listing

    layers = _layers(args, desk)
    listing = Listing(layers, layers.policy().version, args.subject)
    if args.format == "json":
        return Result(listing.document())
    return Result(listing.text(f"{desk.command} policy show", WHOLE if args.out else LIMIT))


def _check(args: Namespace, desk: Desk) -> Result:
    from escalation.policy import Layers
    from escalation.review.soundness import warnings

    files = [_there(Path(args.subject))] if args.subject else _own(desk)
    name = str(files[0]) if files else "shipped policy"
    layers = Layers.read(*files)
    mistakes = layers.mistakes()
    doubts = [] if mistakes else list(warnings(layers, layers.policy(), desk.now()))
    error = (
        PolicyError(f"{name} can't be used: {_counted(len(mistakes), 'mistake')}; what is wrong stands beside each") if mistakes else None
    )
    if args.format == "json":
        lists = {"mistakes": [one._asdict() for one in mistakes], "warnings": [one._asdict() for one in doubts]}
        return Result({"file": name, "keys": len(layers.over[0].lines) if layers.over else 0, **lists}, error)
    found = ", ".join([_counted(len(mistakes), "mistake")] * bool(mistakes) + [_counted(len(doubts), "warning")] * bool(doubts))
    empty = " · it states nothing, so the shipped policy applies as it is" if files and not layers.over[0].lines else ""
    lines = [f"{name}: {'BROKEN' if mistakes else 'ok'}{f' · {found}' if found else ''}{empty}"]
    lines += [f"- BROKEN · {one}" for one in mistakes] + [f"- warning · {one}" for one in doubts]
    return Result("\n".join(lines) + "\n", error)


def _explain(args: Namespace, desk: Desk) -> Result:
    from escalation.pages.policy import Explained
    from escalation.review.backtest import judged
    from escalation.review.explanation import explain

    if not args.subject:
        raise UsageError(f"say which case, for example: {desk.command} policy explain last")
    saved = desk.find(args.subject)[1].case
    layers = _layers(args, desk)
    policy = layers.policy()
    case = judged(saved, policy, desk.hooks)
    explained = Explained(case, saved.policy_version, explain(case, policy, layers))
    if args.rule:
        explained = explained.only(args.rule)
    if args.format == "json":
        return Result(explained.document(whole=args.all or bool(args.rule)), case=case.id)
    return Result(explained.text(f"{desk.command} policy explain {case.id}", whole=args.all, alone=bool(args.rule)), case=case.id)


def _backtest(args: Namespace, desk: Desk) -> Result:
    from escalation.pages.policy import Compared
    from escalation.policy import Layers
    from escalation.review.backtest import backtest

    present = Layers.read(*_own(desk))
    proposed = _layers(args, desk)
    if not args.policy and not args.set:
        present = Layers.read()
        if not proposed.over:
            raise UsageError(f"say what is to change: --policy FILE or --set KEY=VALUE, for example: {desk.command} {EXAMPLE}")
    before, after = present.policy(), proposed.policy()
    rows = backtest(_cases(args, desk), before, after, desk.hooks)
    compared = Compared(present, proposed, before.version, after.version, rows)
    return Result(compared.document() if args.format == "json" else compared.text())


def _cases(args: Namespace, desk: Desk) -> Sequence[Case]:
    """The past cases to judge again; the example's are opened as `demo` opens them, and not kept."""
    from escalation.review.backtest import saved_in, stored

    if args.demo and args.subject:
        raise UsageError("give a FOLDER or --demo, not both")
    if args.subject:
        return saved_in(Path(args.subject))
    if args.demo:
        return _examples(desk)
    if cases := stored(desk.store):
        return cases
    raise NothingFound(
        f"there is no case yet to try it on; --demo takes the example company's, a FOLDER those saved in it ({desk.command} policy --help)"
    )


def _examples(desk: Desk) -> Sequence[Case]:
    from tempfile import TemporaryDirectory

    from escalation.commands.demo import ISSUES, NOW
    from escalation.commands.open import Request, open_case
    from escalation.store import SqliteStore

    requests = [Request(sentence, NOW, customers=(customer,) if customer else ()) for sentence, customer in ISSUES]
    example = desk.for_demo()
    with TemporaryDirectory() as folder:
        example.store = SqliteStore(Path(folder) / "escalations.db")
        return [open_case(example, request, example.configuration.connectors)[0] for request in requests]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
