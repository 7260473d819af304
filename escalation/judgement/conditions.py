"""Conditions: what must hold for a policy rule to match, as a jinja2 expression over named facts.

`affected_high_value >= 2 and not intermittent`, `workaround in ["none known", "fails for some"]`, `arr is known`.

The expression is parsed by jinja2 and may hold only what `_ALLOWED` names: no calls, attributes, filters or
loops, so there is nothing that could reach beyond the facts or fail to end. It is walked rather than
compiled: compiling all rules costs more than the rest of the assessment, and walking tells which facts
were read. An unknown fact is false and compares as false to everything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from escalation.judgement.vocabulary import BY_NAME, THRESHOLDS, hint

Read = Callable[[str], Any]
"""Name of a fact or threshold → its value: bool, int, str; None when unknown."""

_ENVIRONMENT = ImmutableSandboxedEnvironment()
_ALLOWED = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Test)
_TESTS = ("known", "unknown")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "gteq": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lteq": lambda a, b: a <= b,
    "in": lambda a, b: a in b,
    "notin": lambda a, b: a not in b,
}


class Outcome(NamedTuple):
    """Whether a condition holds, and the names of the facts that were read, in the order of reading."""

    holds: bool
    read: tuple[str, ...]


class Condition:
    """A parsed and checked condition. Raises ValueError, with what is wrong, when it can't be used."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.tree = _parse(text)
        except TemplateSyntaxError as error:
            raise ValueError(f"bad expression {text!r}: {error.message}") from None
        _check(self.tree, text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"

    def evaluate(self, read: Read) -> Outcome:
        """Evaluate against facts. `and` and `or` stop early; what comes after is not read."""
        seen: dict[str, None] = {}

        def note(name: str) -> Any:
            if name in BY_NAME:  # a threshold is no fact: it supports nothing
                seen[name] = None
            return read(name)

        return Outcome(bool(_value(self.tree, note)), tuple(seen))


def _parse(text: str) -> nodes.Node:
    body = _ENVIRONMENT.parse("{{ (" + text + ") }}").body
    output = body[0] if len(body) == 1 else None
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
        raise ValueError(f"bad expression {text!r}: expected one expression, without braces")
    return output.nodes[0]


def _value(node: nodes.Node, read: Read) -> Any:  # noqa: PLR0911 - one return for each kind of node
    """The value of an allowed node."""
    if isinstance(node, nodes.Name):
        return read(node.name)
    if isinstance(node, nodes.Const):
        return node.value
    if isinstance(node, nodes.And):
        return _value(node.left, read) and _value(node.right, read)
    if isinstance(node, nodes.Or):
        return _value(node.left, read) or _value(node.right, read)
    if isinstance(node, nodes.Not):
        return not _value(node.node, read)
    if isinstance(node, nodes.Test):
        return (_value(node.node, read) is not None) == (node.name == "known")
    if isinstance(node, nodes.Compare):
        return _compare(node, read)
    assert isinstance(node, (nodes.List, nodes.Tuple))  # nothing else passes _check
    return [_value(item, read) for item in node.items]


def _compare(node: nodes.Compare, read: Read) -> bool:
    left = _value(node.expr, read)
    for operand in node.ops:
        right = _value(operand.expr, read)
        if left is None or right is None or not _COMPARE[operand.op](left, right):
            return False
        left = right
    return True


def _check(tree: nodes.Node, text: str) -> None:
    """Refuse what conditions may not hold, names that are no facts, and comparisons that can never be true."""
    for node in [tree, *tree.find_all(nodes.Node)]:
        if not isinstance(node, _ALLOWED):
            raise ValueError(  # noqa: TRY004 - the policy is wrong, not the caller
                f"bad expression {text!r}: {type(node).__name__.lower()} is not allowed; "
                "use facts, and, or, not, in, == != < <= > >=, is known"
            )
        if isinstance(node, nodes.Test) and node.name not in _TESTS:
            raise ValueError(f"bad expression {text!r}: `is {node.name}` is not allowed; use `is known` or `is unknown`")
        if isinstance(node, nodes.Name):
            _known(node.name)
        if isinstance(node, nodes.Compare):
            for operand in node.ops:
                _comparable(node.expr, operand, text)


def _known(name: str) -> None:
    if name not in BY_NAME and name not in THRESHOLDS:
        raise ValueError(f"unknown fact {name!r}; {hint(name, [*BY_NAME, *THRESHOLDS])}")


def _comparable(left: nodes.Node, operand: nodes.Operand, text: str) -> None:
    """A fact may be compared only with constants of its own kind."""
    if isinstance(left, nodes.Name):
        _known(left.name)
    if not isinstance(left, nodes.Name) or left.name not in BY_NAME:
        raise ValueError(f"bad expression {text!r}: a comparison starts with a fact")
    term = BY_NAME[left.name]
    right = operand.expr
    values = [node.value for node in [right, *right.find_all(nodes.Const)] if isinstance(node, nodes.Const)]
    if term.kind == "number":
        fits = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
        expected = "a number"
    elif term.kind == "word":
        fits = all(value in term.words for value in values)
        expected = f"one of {', '.join(term.words)}"
    else:
        fits = term.kind == "text" and all(isinstance(value, str) for value in values)
        expected = "text" if term.kind == "text" else "nothing: use it alone" if term.kind == "flag" else "nothing: use `is known`"
    names = [node.name for node in [right, *right.find_all(nodes.Name)] if isinstance(node, nodes.Name)]
    if not fits or (names and not (term.kind == "number" and all(name in THRESHOLDS for name in names))):
        raise ValueError(f"bad expression {text!r}: {term.name} is a {term.kind} and compares with {expected}")
    if term.kind != "number" and operand.op not in ("eq", "ne", "in", "notin"):
        raise ValueError(f"bad expression {text!r}: {term.name} is a {term.kind} and has no order")
    if operand.op in ("in", "notin") and not isinstance(right, (nodes.List, nodes.Tuple)):
        raise ValueError(f'bad expression {text!r}: `in` wants a list such as ["works", "unknown"]')
