"""Error texts: codes, exception names, HTTP statuses, quoted literals and ids, word for word, in any text.

A key such as `ORD-5031` may be an error code or a work item: it is a code only where the text treats it as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from escalation.language.cue import Cue

LONGEST = 100_000
"""Characters read of one text; a log pasted whole says nothing more after that."""
MOST = 200
"""Strings of one sort taken from one text."""

# A look-behind stands after the first character where it can: the search then jumps to that character.
_ERRORS = (
    Cue("constant", "_", r"[A-Z](?<![\w$./-].)[A-Z0-9]{1,40}(?:_[A-Z0-9]{1,40}){1,8}(?![\w(])", exact=True),
    Cue(
        "posix",
        "econn|etimed|epipe|eaddr|enotfound|ehost|eai_",
        r"E(?<!\w.)(?:CONN[A-Z]{3,8}|TIMEDOUT|PIPE|ADDRINUSE|NOTFOUND|HOSTUNREACH|AI_AGAIN)\b",
        exact=True,
    ),
    Cue("vendor", "aadsts|ora-|sqlstate|0x", r"\b(?:AADSTS\d{4,7}|ORA-\d{5}|SQLSTATE\[\w{1,10}\]|0x[0-9A-Fa-f]{6,16})(?!\w)", exact=True),
    Cue(
        "exception",
        "exception|error|fault|failure|timeout",
        r"[A-Za-z_](?<![\w.$].)(?:(?:\w{0,40}\.){1,8}[A-Z])?(?:\w{1,60}(?:Exception|Error|Fault|Failure)|\w{0,40}[a-z]Timeout)(?!\w)",
        exact=True,
    ),
    Cue(
        "snake",
        "_",
        r"[a-z](?<![\w./-].)(?=[a-z_]{0,60}(?:invalid|nvalid|error|rror|denied|fail|exceeded|expired|unauthorized|forbidden|timeout|"
        r"unavailable|not_found|missing|"
        r"mismatch|unsupported|rejected|conflict))[a-z]{1,29}(?:_[a-z]{2,30}){1,6}(?!\w)",
        exact=True,
    ),
    Cue(
        "number",
        "code|errno|error no|error number|エラー",
        r"(?:(?:error|fehler)[ -]?code|code d'erreur|código de error|error no\.?|errno|error number|"
        r"エラーコード)[ :#=]{0,3}(?P<text>\d{3,7})(?![\w.-])",
    ),
)
_NOT_AN_ERROR = re.compile(
    r"_(?:KEYS?|SECRET|TOKEN|URLS?|URI|IDS?|PATH|HOST|PORT|NAME|USER|PASSWORD|DIR|ENV|REGION|MODE|LEVEL|VERSION|AT)$"
)

_STATUS = r"[45](?<![A-Za-z0-9_.,:/#$€£-].)(?:\d\d|xx)(?=s?(?![A-Za-z0-9_%]|[.,:-]\d))"
_STATUS_BEFORE = (
    r"(?:(?:->|→)|\b(?:https?|status(?: code)?|errors?|code|returns?|returning|returned|answers?|answering|responds?|responding|gets?|getting|got|"
    r"throws?|throwing|with|"
    r"gives?|giving|fehler|erreur|error de|statut|liefert|sees?|seeing|reports?|reporting|reported|and|or|,|/)(?:[ /]\d\.\d)?(?: an?| http)?[ :=]{1,3}|エラー\s?)$"
)
_NOT_COUNTED = (
    r"s?\s?(?:customers?|users?|rows|records|orders|accounts|times|tickets|seats|ms|millisec\w*|sec\w*|min\w*|hours?|days?|characters?|"
    r"items?|lines?|requests?|calls?|people|"
    r"k|gb|mb|kb|eur|usd|€|\$|%|percent|employees|agents|sites?|stores?|invoices?|other|more|different|of)(?!\w)"
)
_STATUS_AFTER = (
    r"(?:s(?!\w)(?!\s*(?:ago|timeout|delay|wait))|[ -](?:errors?|responses?|status|internal|bad request|bad gateway|not found|forbidden|"
    r"unauthorized|service unavailable|"
    r"gateway|too many|conflict|fehler|erreurs?|errores|on (?:get|post|put|patch|delete)|from /|for (?:get|post))\b|エラー)"
)

KEY_END = r"-\d{1,7}(?![\w-])"
_KEY_START = r"(?<![\w/.-])[A-Z][A-Z0-9]{1,9}$"
_NO_CODE = r"(?:ORA|UTF|ISO|RFC|HTTP|SHA)-"
_CODE_BEFORE = (
    r"(?:\b(?:errors?|err|code|errorcode|error_code|exception|status|http|throws?|throwing|returns?|returning|returned|answers?|answering|"
    r"getting|gets?|got|"
    r"fails? with|failing with|failed with|hits?|hitting|fehler|fehlercode|fehlermeldung|erreur|código)|[45]\d\ds?|エラー(?:コード)?|(?:unavailable|failed|failure|denied|rejected|timeout|timed out)(?= ?[(\[]$)|(?:error|fatal|warn|warning)\]?(?: \[[^\]\n]{1,30}\])+)"
    r"(?: with| an?| the| code| error| errors| message| is| was| http(?: [45]\d\d)?| [45]\d\d){0,4}[\s:=/,(\[\"'`“«「-]{0,6}$"
)
_CODE_AFTER = r"[\"'`”»」)\]]{0,2}\s?(?:errors?\b|error code|fehler\b|exception|エラー|\(?http\b|\(?[45]\d\d\b)"
_ITEM_BEFORE = (
    r"\b(?:ticket|issue|bug|jira|linear|work ?item|story|task|epic|see|in|as|of|by|to|request|duplicates?|filed|linked|tracker|pr|"
    r"fixed)\s*[#:(]?\s*$"
)

_QUOTES = (
    r"[\"`“„«「『'‘](?:(?<=```)(?P<fence>[^`]{1,2000}?)```|(?<=`)(?P<tick>[^`\n]{1,300})`|(?<=\")(?P<straight>[^\"\n]{1,300})\"(?!\s?:)|"
    r"(?<=“)(?P<curly>[^“”\n]{1,300})”|"
    r"(?<=„)(?P<low>[^„“”\n]{1,300})[“”]|(?<=«)\s?(?P<angle>[^«»\n]{1,300}?)\s?»|(?<=「)(?P<corner>[^「」\n]{1,300})」|"
    r"(?<=『)(?P<white>[^『』\n]{1,300})』|"
    r"(?<=')(?<!\w')(?P<single>[^'\n]{2,200})'(?!\w)|(?<=‘)(?<!\w‘)(?P<single_curly>[^‘’\n]{2,200})’(?!\w))"
)

_FRAMES = (
    Cue("frame", "at ", r"\bat (?P<text>[\w$.<>]{3,120}\s?\([\w./-]{1,120}:\d{1,6}(?::\d{1,6})?\))", exact=True),
    Cue("python", 'file "', r"File \"[^\"\n]{1,200}\", line \d{1,6}, in \w{1,80}", exact=True),
)
_REQUESTS = (
    Cue(
        "labelled",
        "request|trace|correlation|span|event|incident|req",
        r"\b(?:(?:x-)?(?:request|trace|correlation|span|event|incident)[ _-]?id|req[ _-]id|request)s?[\"']?\s{0,2}[:=]?\s{0,2}[\"'`(]?"
        r"(?P<text>(?=[\w-]{0,63}\d)[A-Za-z0-9][\w-]{5,63})",
    ),
    Cue("prefixed", "req_|trace_|evt_|run_", r"\b(?:req|trace|evt|run)_(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{6,64}(?!\w)"),
    Cue("uuid", "-", r"(?<![\w-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])"),
    Cue("trace", "0|1|2|3|4|5|6|7|8|9", r"\b(?=[0-9a-f]{0,31}[a-f])(?=[0-9a-f]{0,31}[0-9])[0-9a-f]{32}(?!\w)", exact=True),
)
_SEGMENT = r"/[\w{}~%:-]{1,80}(?:\.[\w{}-]{1,40})?"
_PATHS = (
    Cue(
        "called",
        "/",
        rf"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:https?://[\w.:-]{{1,120}})?(?P<text>(?:{_SEGMENT}){{1,10}})",
        exact=True,
    ),
    Cue("addressed", "://api", rf"https?://api[\w.:-]{{1,120}}(?P<text>(?:{_SEGMENT}){{1,10}})"),
    Cue(
        "path",
        "/",
        rf"/(?<![\w:/.<~}}-].)(?:(?:v\d{{1,3}}|api|rest|graphql|oauth2?|auth|saml2?|scim|webhooks?|services)(?![\w-])(?:{_SEGMENT}){{0,9}}|"
        rf"[\w{{}}~%:-]{{1,80}}(?:{_SEGMENT}){{1,9}})(?![\w/])",
    ),
)
# What any program throws and any stack ends in proves nothing.
_EVERYBODYS = re.compile(
    r"(?:[\w.]*\.)?(?:NullPointer|IO|Runtime|IllegalArgument|IllegalState|Interrupted|ClassNotFound|FileNotFound|Execution|Socket|"
    r"EOF)Exception|"
    r"(?:builtins\.)?(?:Type|Value|Key|Index|Attribute|Runtime|Assertion|Reference|Syntax|Import|OS|IO|Timeout|Connection)Error|"
    r"(?:[\w.]*\.)?(?:Assertion|Linkage)Error"
)
_LIBRARY = re.compile(
    r"(?:java|javax|jdk|sun|com\.sun|org\.junit|org\.apache\.catalina|org\.springframework|kotlin|scala|node|File \"/usr)\b"
)
_FILE = re.compile(r"/(?:var|usr|etc|home|opt|tmp|srv|mnt|root|users|app|src|lib|node_modules)/", re.IGNORECASE)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def is_code(text: str, start: int, end: int) -> bool:
    """Does the text treat the key at start:end as an error code, rather than as the key of a work item?"""
    before = text[max(0, start - 60) : start]
    if _any_case(_ITEM_BEFORE).search(before):
        return False
    return bool(_any_case(_CODE_BEFORE).search(before) or _any_case(_CODE_AFTER).match(text, end))


def keys_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of everything of the shape `ABC-123`, error code or not."""
    for match in _compiled(KEY_END).finditer(text):
        window = max(0, match.start() - 12)
        prefix = _compiled(_KEY_START).search(text[window : match.start()])
        if prefix:
            yield window + prefix.start(), match.end()


def errors_in(text: str) -> tuple[str, ...]:
    """Error codes, exception names and HTTP statuses of 400 and more, in order of appearance: "500", "ERR_CONN_RESET", "ORD-5031"."""
    text = text[:LONGEST]
    return tuple(dict.fromkeys(error for _, error in sorted([*_statuses(text), *_codes(text)])))


def quotes_in(text: str) -> tuple[str, ...]:
    """Quoted messages and literal strings, without their marks, in order of appearance. Straight, curly, low, angle and corner marks, backticks."""
    quotes = (match[match.lastgroup or 0].strip() for match in _compiled(_QUOTES).finditer(text[:LONGEST]))
    return _first(quote for quote in quotes if any(letter.isalnum() for letter in quote))


def identifiers_in(text: str) -> tuple[str, ...]:
    """Strings so specific that two texts that share one speak of the same failure; error codes first, endpoint paths last.

    Error codes and exception names (not a bare HTTP status), stack frames, request ids, endpoint paths.
    """
    text = text[:LONGEST]
    codes = (code for _, code in sorted(_codes(text)) if not _EVERYBODYS.fullmatch(code))
    paths = (path.rstrip("/:") for _, path in _found(_PATHS, text))
    endpoints = (path for path in paths if not _FILE.match(path) and any(letter.isalpha() for letter in path))
    frames = (frame for _, frame in _found(_FRAMES, text) if not _LIBRARY.match(frame))
    ids = (request for _, request in _found(_REQUESTS, text))
    return tuple(dict.fromkeys((*_first(codes), *_first(frames), *_first(ids), *_first(endpoints))))


def _codes(text: str) -> list[tuple[int, str]]:
    """(position, code) of everything but bare HTTP statuses."""
    found = [
        (start, error) for start, error in _found(_ERRORS, text) if not _NOT_AN_ERROR.search(error) and error not in ("Error", "Exception")
    ]
    for start, end in islice(keys_in(text), 5 * MOST):
        if is_code(text, start, end) and not _compiled(_NO_CODE).match(text, start):
            found.append((start, text[start:end]))
    return found


def _statuses(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in islice(_compiled(_STATUS).finditer(text), 5 * MOST) if _is_status(text, match)]


def _is_status(text: str, match: re.Match[str]) -> bool:
    """Do the words around make it an HTTP status rather than 500 of something?"""
    if _any_case(_STATUS_AFTER).match(text, match.end()):
        return True
    before = _any_case(_STATUS_BEFORE).search(text[max(0, match.start() - 40) : match.start()])
    return bool(before) and not _any_case(_NOT_COUNTED).match(text, match.end())


def _found(cues: Iterable[Cue], text: str) -> list[tuple[int, str]]:
    lowered = text.lower()
    found = []
    for cue in cues:
        for match in islice(cue.finditer(text, lowered), MOST):
            group = "text" if "text" in match.re.groupindex else 0
            found.append((match.start(group), match[group]))
    return sorted(found)


def _first(strings: Iterable[str]) -> tuple[str, ...]:
    """Each string once, in order, at most MOST."""
    return tuple(islice(dict.fromkeys(strings), MOST))
