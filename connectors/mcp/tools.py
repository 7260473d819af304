"""Which tool of a server answers an ability, and with which arguments: declared first, by its name and schema otherwise.

What a server says of its tools is not believed further than it costs us: a tool whose name speaks of writing is not called
even where the server calls it harmless, and a description is never read, only watched for change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field

from escalation.connector import AccountQuery, SearchQuery, Settings

Ability: TypeAlias = Literal["find_accounts", "find_tickets", "find_messages", "find_work_items", "find_articles", "fetch"]
Kind: TypeAlias = Literal["account", "ticket", "message", "work item", "article"]
Escaping: TypeAlias = Literal["text", "jql", "cql", "soql", "sosl", "sql"]
Values: TypeAlias = Mapping[str, str | int]

KINDS: Final[Mapping[Ability, Kind]] = {
    "find_tickets": "ticket",
    "find_accounts": "account",
    "find_messages": "message",
    "find_work_items": "work item",
    "find_articles": "article",
}
_NOUNS: Final[Mapping[Ability, frozenset[str]]] = {
    "find_tickets": frozenset("ticket tickets case cases conversation conversations request requests issue issues".split()),
    "find_accounts": frozenset("account accounts company companies customer customers organization organizations crm".split()),
    "find_messages": frozenset("message messages chat chats channel channels thread threads".split()),
    "find_work_items": frozenset("issue issues story stories task tasks bug bugs work workitem workitems item items".split()),
    "find_articles": frozenset("article articles doc docs document documents page pages knowledge wiki content".split()),
}
_SEARCHING: Final = ("search", "find", "query", "list", "lookup", "ask")
_READING: Final = frozenset((*_SEARCHING, "get", "fetch", "read", "retrieve", "describe", "show", "view", "soql", "answer"))
_WRITING: Final = frozenset(
    "create add update edit write set delete remove send post reply comment assign transition move merge close reopen archive save "
    "upload publish invite manage execute exec convert approve reject cancel insert upsert patch put modify rename import sync "
    "trigger draft".split()
)
_QUERIES: Final = "query q jql cql term search searchText search_text searchQuery text keyword keywords filter question".split()
_HANDLES: Final = "id url key uri ref reference issueIdOrKey issue_key issue_id ticket_id page_id conversation_id".split()
_LIMITS: Final = "limit perPage per_page maxResults max_results pageSize page_size count top".split()
_AT_ONCE: Final = 25
_MOST_WORDS: Final = 6
_HOLE: Final = re.compile(r"\{(\w+)\}")
_NAME: Final = re.compile(r"[\w.:/-]{1,80}")


class Use(Settings):
    """One tool, as it is to be called for one ability."""

    tool: str = Field(description="Name of the tool.")
    arguments: Mapping[str, Any] = Field(
        default_factory=dict,
        description=(
            "Its arguments; texts may hold {query} (what is looked for), {exact} (only what must occur), {terms} (each word through "
            "`term`, joined by OR or AND), {account}, {reference}, {limit}, and names of `values`. A call with a placeholder that has no "
            "value is not made. Empty: the argument is found in the tool's own schema."
        ),
    )
    escaping: Escaping = Field(default="text", description="Query language that the words are put into.")
    term: str = Field(default="{term}", description='How one word stands in {terms}: text ~ "{term}".')
    pattern: str = Field(
        default="",
        description="For `fetch`: regular expression of what it reads; named groups are placeholders. Empty: what its search found.",
    )
    kind: Kind | None = Field(default=None, description="For `fetch`: the kind of record it reads.")


@dataclass(frozen=True)
class Tool:
    """What is known of a server's tool. Its description is a digest alone."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    read_only: bool | None = None
    """What the server says of it."""
    digest: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name: `searchJiraIssues` is search, jira, issues."""
        spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", self.name)
        return tuple(re.sub(r"[\W_]+", " ", spaced).lower().split())

    def reads(self, allowed: Iterable[str] = ()) -> bool:
        """May it be called? It must be told or named as one that reads, and not be named as one that writes, unless it is allowed."""
        if self.name in allowed:
            return True
        words = set(self.words) - ({"merge"} if "merge request" in " ".join(self.words) else set())
        if not _NAME.fullmatch(self.name) or words & _WRITING or self.read_only is False:
            return False
        return self.read_only is True or bool(words & _READING)

    def texts(self) -> list[str]:
        """The arguments that take text."""
        return [name for name, schema in self.properties.items() if "string" in _types(schema)]

    def number(self, name: str) -> bool:
        """Does this argument take a number and no text?"""
        types = _types(self.properties.get(name, {}))
        return bool({"integer", "number"} & types) and "string" not in types


def _types(schema: Any) -> set[str]:
    if not isinstance(schema, Mapping):
        return set()
    stated = schema.get("type")
    types = {stated} if isinstance(stated, str) else set(stated or ())
    return types | {kind for branch in schema.get("anyOf", ()) for kind in _types(branch)}


def guessed(ability: Ability, tools: Iterable[Tool]) -> Use | None:
    """The tool that most likely answers the ability: told to be read-only, named for it, with one text that must be given."""
    fitting = [(score, tool) for tool in tools if tool.read_only and tool.reads() and (score := _likeness(ability, tool))]
    return Use(tool=max(fitting, key=lambda each: each[0])[1].name) if fitting else None


def _likeness(ability: Ability, tool: Tool) -> int:
    """How likely the tool is the one for the ability; 0 when it is not."""
    words, required = set(tool.words), [name for name in tool.required if name in tool.texts()]
    if ability == "fetch":
        fits = words & {"get", "fetch", "read"} and len(tool.required) == 1 and required and required[0] in _HANDLES
        return (2 if tool.name == "fetch" else 1) if fits else 0
    fits = words & set(_SEARCHING) and len(tool.required) == 1 and required and required[0] in _QUERIES
    if not fits:
        return 0
    if words & _NOUNS[ability]:
        return 20 - min(_SEARCHING.index(word) for word in words & set(_SEARCHING))
    elsewhere = any(words & nouns for nouns in _NOUNS.values())
    return 0 if elsewhere else 10 if tool.name == "search" else 5


def call(use: Use, tool: Tool, values: Values) -> dict[str, Any] | None:
    """The arguments of a call; None where a placeholder has no value."""
    arguments = use.arguments or _inferred(use, tool)
    if arguments is None:
        return None
    try:
        filled = {name: _filled(value, values) for name, value in arguments.items()}
    except LookupError:
        return None
    limit = next((name for name in _LIMITS if tool.number(name) and name not in filled), "")
    if limit and "limit" in values:
        filled[limit] = min(int(values["limit"]), _AT_ONCE)
    return {
        name: int(value) if isinstance(value, str) and value.isdigit() and tool.number(name) else value for name, value in filled.items()
    }


def _inferred(use: Use, tool: Tool) -> Mapping[str, Any] | None:
    """The argument that takes the words, or the key, by the tool's schema."""
    texts, reads = tool.texts(), bool(use.pattern) or use.kind is not None or bool({"get", "fetch", "read"} & set(tool.words))
    names = [name for name in (_HANDLES if reads else _QUERIES) if name in texts] or [name for name in tool.required if name in texts]
    if not names:
        return None
    if reads:
        return {names[0]: "{reference}"}
    return {names[0]: "{terms}" if use.term != "{term}" else "{query}"}


def _filled(value: Any, values: Values) -> Any:
    if isinstance(value, str):
        if whole := _HOLE.fullmatch(value):
            return _held(whole[1], values)
        return _HOLE.sub(lambda hole: str(_held(hole[1], values)), value)
    if isinstance(value, Mapping):
        return {name: _filled(inner, values) for name, inner in value.items()}
    return [_filled(inner, values) for inner in value] if isinstance(value, list | tuple) else value


def _held(name: str, values: Values) -> str | int:
    if values.get(name) in (None, ""):
        raise LookupError(name)
    return values[name]


def search_values(use: Use, query: SearchQuery) -> dict[str, str | int]:
    """What a search puts into a tool's arguments: what must occur, else telling words, else the account's name."""
    exact = [said for term in query.exact if (said := escaped(term, use.escaping))]
    words = [said for term in query.words if (said := escaped(term, use.escaping))][:_MOST_WORDS]
    account = escaped(query.account.name, use.escaping) if query.account else ""
    asked = exact or words or ([account] if account else [])
    terms = (" AND " if exact else " OR ").join(use.term.replace("{term}", term) for term in asked)
    return {
        "query": " ".join(asked),
        "exact": " ".join(exact),
        "terms": f"({terms})" if terms and use.term != "{term}" else terms,
        "account": account,
        "limit": query.limit,
    }


def account_values(use: Use, query: AccountQuery) -> dict[str, str | int]:
    """What a question for accounts puts into a tool's arguments."""
    names = [said for name in (*query.names, *query.domains, *query.refs) if (said := escaped(name, use.escaping))][:_MOST_WORDS]
    terms = " OR ".join(use.term.replace("{term}", name) for name in names)
    return {
        "query": names[0] if names else "",
        "account": names[0] if names else "",
        "terms": f"({terms})" if terms and use.term != "{term}" else terms,
        "limit": query.limit,
    }


def reference_values(use: Use, reference: str) -> dict[str, str | int] | None:
    """What a key or URL puts into a tool's arguments; None when it is none of this tool's."""
    found = re.fullmatch(use.pattern, reference) if use.pattern else None
    return {"reference": reference, **found.groupdict()} if found else None


_OPERATORS: Final = re.compile(r"\b(AND|OR|NOT|NEAR|TO)\b")
_SPECIAL: Final = re.compile(r"""["'`\\+&|!(){}\[\]^~*?:;<>=%,]|(?<!\w)-""")
_SOSL: Final = re.compile(r"""([?&|!{}\[\]()^~*:\\"'+-])""")


def escaped(text: str, escaping: Escaping) -> str:
    """The text so that nothing in it means anything in the query language; what only search engines read is taken out instead.

    For `jql` and `cql` the text is to stand in double quotes, for `soql` and `sql` in single ones.
    """
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200].strip()
    if escaping == "soql":
        return re.sub(r"([\\'%_])", r"\\\1", line)
    if escaping == "sql":
        return re.sub(r"\s+", " ", re.sub(r"[\\%;]|--", " ", line)).strip().replace("'", "''")
    plain = _OPERATORS.sub(lambda word: word[0].lower(), line)
    if escaping == "sosl":
        return _SOSL.sub(r"\\\1", plain)
    return " ".join(_SPECIAL.sub(" ", plain).split())


def changed(before: Mapping[str, str], tools: Sequence[Tool]) -> list[str]:
    """Names of the tools that are new, gone or no longer what they were."""
    now = {tool.name: tool.digest for tool in tools}
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name) and _NAME.fullmatch(name))
