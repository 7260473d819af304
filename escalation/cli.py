"""The command line: the one place that knows terminals, and where an error becomes a line and an exit code."""

from __future__ import annotations

import argparse
import difflib
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TextIO

from escalation import __version__
from escalation.errors import EscalationError, NothingFound, StoreError, UsageError
from escalation.result import Result

PROGRAM = "customer-escalation"

COMMANDS = {
    "open": "turn one sentence about a support issue into a case and its brief",
    "add": "add evidence that was gathered elsewhere: a note, a log, a tool's answer",
    "brief": "print the brief again, for any audience",
    "show": "look at one piece of evidence, or at the list of them",
    "list": "the cases so far, the latest first",
    "policy": "what decides and where it was set, whether it is sound, why a case came out so, what a change would have done",
    "connectors": "which systems are connected, and what would fill the gaps",
    "doctor": "check the installation, the settings and every connection",
    "demo": "see it work on a made-up company",
    "new-connector": "write the package of a connector of your own",
}
"""Command → what it does. Its module is escalation/commands/<command>.py, with `_` for `-`."""

EXIT_CODES = "exit codes: 0 done · 1 check failed · 2 wrong usage · 3 configuration or authentication · 4 nothing found · 5 not carried out"

INTERRUPTED = 130

_EXAMPLE = '"API returning 500 errors for Acme Corp"'
_ERROR_LENGTH = 1_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. The exit code; nothing is raised."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # saves a scan of everything that is installed
    gc.set_threshold(200_000)  # one command makes much that lives to its end; looking for cycles in it takes a tenth of the time
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return _main(words)
    except _OutputLostError as lost:
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries to write it once more
        if isinstance(lost.__cause__, BrokenPipeError):  # whoever read the output has seen enough
            return 0
        sys.stderr.write(f"{PROGRAM}: {lost}\n")
        return StoreError.exit_code
    except KeyboardInterrupt:
        return _complain("interrupted; a case is saved whole or not at all", INTERRUPTED, as_json=_wants_json(words))


def _main(words: Sequence[str]) -> int:
    as_json = _wants_json(words)
    try:
        command, rest = _command(words)
        if command is None:
            _write(rest[0])
            return 0
        module = import_module(f"escalation.commands.{command.replace('-', '_')}")
        args = _arguments(command, module, rest)
        if args is None:
            return 0
        if args.out:
            _check_out(args.out)
        as_json = args.format == "json"
        return _deliver(_run(module, args), args)
    except EscalationError as error:
        return _complain(str(error), error.exit_code, as_json=as_json)
    except _OutputLostError:
        raise
    except Exception as error:
        if os.environ.get("CUSTOMER_ESCALATION_DEBUG"):
            raise
        return _complain(_defect(error), EscalationError.exit_code, as_json=as_json)


def _command(words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The command and its words; None and a text where the text is all there is to say."""
    if not words:
        raise UsageError(f"say what is wrong, for example: {_started()} {_EXAMPLE}; {_started()} --help shows the rest")
    first, rest = words[0], words[1:]
    if first in ("-V", "--version"):
        return None, [f"{PROGRAM} {__version__}\n"]
    if first == "help" and rest and rest[0] in COMMANDS:
        return rest[0], ["--help"]
    if first in ("-h", "--help") or (first == "help" and not rest):
        return None, [_help()]
    if first in COMMANDS:
        return first, rest
    _refuse_misspelt(first, rest)
    return "open", words


def _refuse_misspelt(first: str, rest: Sequence[str]) -> None:
    """A lone lower-case word near a command's name, or before a case's id, was meant for a command, not for an issue."""
    if not first.replace("-", "").isalpha() or not first.islower():
        return
    about_case = bool(rest) and (rest[0].upper().startswith("ESC-") or rest[0] == "last")
    lone = not rest or " " in rest[0] or rest[0].startswith("-") or about_case
    near = difflib.get_close_matches(first, COMMANDS, n=1, cutoff=0.7)
    if lone and near:
        raise UsageError(f"there is no command {first!r}; did you mean {near[0]!r}? For an issue of one word: {_started()} open {first}")
    if about_case:
        raise UsageError(f"there is no command {first!r}; there are {', '.join(COMMANDS)}")


def _help() -> str:
    program = _started()
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {about}" for name, about in COMMANDS.items())
    return (
        f"{PROGRAM}: from one sentence about a support issue to an escalation brief with every fact cited.\n\n"
        f'usage: {program} "<issue>" ["<customer>"]\n       {program} <command> …\n\ncommands:\n{commands}\n\n'
        f"{program} <command> --help shows its flags. Every command takes --format markdown|json and --out FILE.\n\n"
        f"example: {program} {_EXAMPLE}\n{EXIT_CODES}\n"
    )


class _Parser(argparse.ArgumentParser):
    """Wrong usage is an error like any other: one line, with an example."""

    example = ""

    def error(self, message: str) -> NoReturn:
        known = [name for action in self._actions for name in action.option_strings if name.startswith("--")]
        wrong = next((word.split("=")[0] for word in message.split() if word.startswith("--")), "")
        near = difflib.get_close_matches(wrong, known, n=1) if "unrecognized" in message else []
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"{message}; {hint}for example: {_started()} {self.example}; {self.prog} --help shows all flags")

    def _print_message(self, message: str, _: Any = None) -> None:
        """By itself, argparse would write to a pipe that nobody reads, and not notice."""
        _write(message)


def _arguments(command: str, module: ModuleType, words: Sequence[str]) -> argparse.Namespace | None:
    """None when the help was asked for and printed."""
    parser = _Parser(
        prog=f"{_started()} {command}",
        description=module.__doc__,
        epilog=f"example: {_started()} {module.EXAMPLE}\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.example = module.EXAMPLE
    module.arguments(parser)
    formats = getattr(module, "FORMATS", ("markdown", "json"))
    parser.add_argument("--format", choices=formats, default="markdown", help="how the result is written (default: markdown)")
    parser.add_argument("--out", metavar="FILE", type=Path, help="write the whole result to FILE; stdout has at most 9,000 characters")
    try:
        return parser.parse_intermixed_args(words)
    except SystemExit:  # argparse has printed the help
        return None


def _run(module: ModuleType, args: argparse.Namespace) -> Result:
    from escalation.desk import Desk
    from escalation.terminal import ProgressLine

    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise UsageError("the folder you are in no longer exists; change to another one") from None
    progress = ProgressLine(sys.stderr) if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else None
    desk = Desk(now=_now, environ=os.environ, here=here, command=_started(), on_progress=progress)
    try:
        result: Result = module.run(args, desk)
        return result
    finally:
        if progress:
            progress.clear()


def _started() -> str:
    """What is typed before the command: through the launcher its path, as an agent's permission rule has it."""
    script = Path(sys.argv[0])
    if script.name != "escalate.py":
        return PROGRAM
    path = str(script.absolute())
    return f'python3 "{path}"' if " " in path else f"python3 {path}"


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)


class _OutputLostError(Exception):
    """Standard output takes nothing more."""


def _deliver(result: Result, args: argparse.Namespace) -> int:
    from escalation.pages.fit import LIMIT, fit_json, fit_text

    error = result.error
    code = error.exit_code if error else 0
    if args.format == "json":
        state = {"ok": error is None, "exit_code": code, "error": _line(str(error)) if error else None}
        body: Mapping[str, Any] = result.body if isinstance(result.body, Mapping) else {}
        document = state | {key: value for key, value in body.items() if key not in state}
        if args.out:
            import json

            written = _write_file(args.out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
            document = state | {"case": result.case or None, "out": str(args.out), "characters": written}
        _write(fit_json(document))
        return code
    text = str(result.body)
    if args.out:
        written = _write_file(args.out, text)
        _write(f"{f'{result.case}: ' if result.case else ''}{written:,} characters written to {args.out}\n")
    elif args.format == "html" and len(text) > LIMIT:
        raise UsageError(f"the page has {len(text):,} characters, more than fit on stdout: add --out FILE")
    else:
        _write(fit_text(text))
    return _complain(str(error), code, as_json=False) if error else code


def _complain(message: str, code: int, *, as_json: bool) -> int:
    if as_json:
        from escalation.pages.fit import fit_json

        _write(fit_json({"ok": False, "exit_code": code, "error": _line(message)}))
    else:
        _write(f"{PROGRAM}: {_line(message)}\n", sys.stderr)
    return code


def _line(message: str) -> str:
    """One line, printable, of a sane length, whatever was typed."""
    line = " ".join("".join(character if character.isprintable() else " " for character in message).split())
    return line if len(line) <= _ERROR_LENGTH else line[: _ERROR_LENGTH - 1] + "…"


def _defect(error: Exception) -> str:
    """For what should never happen: where it did, and nothing of what was being worked on."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    defect = f"unexpected {type(error).__name__} in {where}: a defect of {PROGRAM} {__version__}"
    return f"{defect}; CUSTOMER_ESCALATION_DEBUG=1 shows the traceback"


def _wants_json(words: Sequence[str]) -> bool:
    """Asked before the words are parsed: wrong usage is told in JSON too."""
    return "--format=json" in words or ("--format" in words and words[words.index("--format") + 1 :][:1] == ["json"])


def _check_out(path: Path) -> None:
    """Before any work is done."""
    if path.is_dir():
        raise UsageError(f"--out {path} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise NothingFound(f"--out {path}: there is no folder {path.absolute().parent}; make it first")


def _write_file(path: Path, text: str) -> int:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise StoreError(f"--out {path} can't be written: {error.strerror}; the case itself is safe") from error
    return len(text)


def _write(text: str, stream: TextIO | None = None) -> None:
    stream = stream or sys.stdout
    if stream is None:
        raise _OutputLostError("the output can't be written: it is closed")
    try:
        print(text, end="", file=stream, flush=True)
    except OSError as error:
        raise _OutputLostError(f"the output can't be written: {error.strerror}") from error
