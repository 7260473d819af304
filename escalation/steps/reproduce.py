"""Step 5, reproduce: how to see it happen, word for word from the threads, and the one question worth asking next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from escalation.digest import LABELLED, heeded, result_of
from escalation.evidence import Quote
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.language.moments import moments_in
from escalation.language.parts import is_question, parts_of, tells_a_result
from escalation.language.phrases import Phrases
from escalation.language.statement import Statement
from escalation.reproduction import Attempt, Reproduction

Slot = Literal["start state", "inputs", "expected", "actual", "environment", "frequency", "first bad", "ruled out"]

SLOTS: dict[Slot, str] = {
    "start state": """
        logged in as, signed in as, log/logged/sign/signed in with, on the ~ plan, enterprise/business/starter plan,
        admin/owner/viewer role, as an admin, as admin, with role, fresh/new/clean account/profile/browser/session,
        test/staging/sandbox/production account/tenant/workspace, feature flag*, time zone set, timezone set, zone ~ set to,
        configured with, sso enforced, enabled for, angemeldet als, connecté en tant, conectado como, ログイン
        """,
    "inputs": """
        payload, request body, with body, order id*, customer id*, date range, from # to #, between # and #, report for, export of,
        export for, filter*, file attached, example*, for instance, e g, parameter*, header*,
        curl, endpoint, webhook url, beispiel, par exemple, por ejemplo, 例えば
        """,
    "expected": """
        we/i/they expected, expected ~ but, we/i expect ~ to/that/#/all/the, expect # , should be/have/show/contain/return/include/stay/land/work,
        should ~ instead, ought to, supposed to, normally, erwarte*, sollte*, devrait, attendu, debería, esperado, はず, 期待
        """,
    "actual": """
        actual, actually, observed, instead, returns/return/returned # , get/gets/got a/an/http/#, answers/answered # , answers with,
        receive*, sent back, are missing, is missing, redirect*, but ~ missing/fails/stops, bounces/bounced, only ~ rows,
        stattdessen, au lieu, en lugar, en vez, 代わりに
        """,
    "environment": """
        chrome/firefox/safari/edge, browser, windows/macos/linux/ios/android/ubuntu, sdk #, client version, version #, v# , build #,
        release #, node/python/java/php/ruby/dotnet #, region, tenant, cluster, eu west, us east,
        okta/entra/adfs/keycloak/onelogin/ping,
        production/staging/sandbox environment, in production, behind a/our ~ proxy/gateway, time zone, timezone, utc+#, samesite, 環境,
        ブラウザ, umgebung, environnement, navigateur, entorno, navegador
        """,
    "frequency": """
        # % , # of # , # out of #, # in #, every time, always, each time, intermittent*, sporadic*, randomly, sometimes, occasionally,
        per hour/minute/day, once a/every/per, reproducib*, only when/if/on/for/between/after, # times, jedes mal, immer,
        sporadisch, manchmal, à chaque, toujours, parfois, siempre, cada vez, a veces, 毎回, 時々, 断続
        """,
    "first bad": """
        since # , since monday/tuesday/wednesday/thursday/friday/saturday/sunday/yesterday/last/the/our/your/this,
        started/starting/began ~ # , errors ~ start/started ~ at, started/starting/began ~ monday/tuesday/wednesday/thursday/friday/yesterday/after,
        first seen/noticed/occurred/failure/error/report/one, live since, since noon/morning/midnight/about, every day from,
        last good, until ~ worked/fine, worked ~ until, was fine ~ until, after ~ deploy/release/update/upgrade/migration, seit # ,
        seit dem, depuis, desde, から
        """,
    "ruled out": """
        ruled out, rule out, not specific to, not account specific, not related, same behaviour/behavior/result ~ in/on/with,
        tested in ~ and, tried ~ browsers, not a/the cache/network/browser/firewall/proxy/dns, is not the, isnt the, has nothing to do,
        no errors/failures on/in/for,
        works fine on/in/with/for, works on/in/with/for, not affected, unaffected, cannot/cant reproduce ~ on/in/with, ausgeschlossen,
        is/are/look/looks fine, are clean, not tied to, isnt tied to, isnt/is not the, no pattern, before # ~ after # , 0 of #,
        have not deployed/changed, did not change, nothing changed, no deployment, it works, liegt nicht an, exclu, descartad*, 除外
        """,
}
"""What fills a slot, in phrases (`phrases.py`)."""
MOST: dict[Slot, int] = {
    "start state": 3,
    "inputs": 4,
    "expected": 2,
    "actual": 3,
    "environment": 4,
    "frequency": 3,
    "first bad": 3,
    "ruled out": 5,
}
SHARED: tuple[Slot, ...] = ("frequency", "first bad", "ruled out")
"""Slots that every report adds to; the others are of one way to see it, the primary ticket's if it tells."""
LABELS: dict[Slot, re.Pattern[str]] = {
    "start state": re.compile(r"\W*(?:start|precondition|account type|role)\b[^:]{0,20}:\s*", re.IGNORECASE),
    "inputs": re.compile(r"\W*(?:input|payload|example)\b[^:]{0,20}:\s*", re.IGNORECASE),
    "expected": re.compile(r"\W*(?:expected|erwartet|attendu|esperado)\b[^:]{0,20}:\s*", re.IGNORECASE),
    "actual": re.compile(r"\W*(?:actual|tatsächlich|obtenu)\b[^:]{0,20}:\s*", re.IGNORECASE),
    "environment": re.compile(r"\W*(?:environment|umgebung|environnement|entorno)\b[^:]{0,20}:\s*", re.IGNORECASE),
    "frequency": re.compile(r"\W*(?:frequency|how often|häufigkeit|fréquence)\b[^:]{0,20}:\s*", re.IGNORECASE),
    "first bad": re.compile(r"\W*(?:since|first|started|last good|seit|depuis|desde)\b[^:]{0,20}:\s*", re.IGNORECASE),
    "ruled out": re.compile(r"\W*(?:ruled out|not affected|ausgeschlossen|exclu)\b[^:]{0,20}:\s*", re.IGNORECASE),
}
"""How a reporter may head what belongs into a slot; what is headed so comes first."""
HEADED: tuple[Slot, ...] = ("expected", "actual", "environment", "frequency")
"""Slots that are printed under the same heading: the reporter's own is left out."""
CAN_REPRODUCE = "i/we can/could reproduce, reproduced, reproducible for me/us, able to reproduce, happens for me/us too, see it too, confirmed ~ on staging/test, nachstellen können, reproduit, reproducido, 再現しました, 再現できました"
CANNOT_REPRODUCE = "not reproduce/reproduced, cant/cannot/couldnt reproduce, unable to reproduce, not able to reproduce, no repro, not reproducible, nicht nachstellen, nicht reproduzier*, pas reproduire, no ~ reproducir, 再現できません, 再現しません"
LITERAL = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE) /\S+|\b[a-z]+_[A-Za-z0-9]{4,}\b|\b[A-Z]{2,8}-\d{3,}\b|\"[^\"]{2,60}\"|“[^”]{2,60}”|\b\d{4}-\d\d-\d\d\b|/v\d+/\w+"
)
"""An endpoint, id, code, quoted value or date: a literal input."""
SHOWN_ERROR = re.compile(
    r"\b[A-Z]{2,}(?:_[A-Z]+)+\b|[\"“][^\"”]*(?:error|fail|reject|denied|invalid|too many|expired|cannot)[^\"”]*[\"”]", re.IGNORECASE
)
"""An error's name, or a message of failure in quotation marks."""
UNFIT: dict[Slot, frozenset[str]] = {"expected": frozenset({"ask"}), "first bad": frozenset({"growth", "deadline", "decision"})}
"""Parts of a sentence that keep it out of a slot."""
VERSION = re.compile(r"\b[A-Za-z][\w-]* v?\d+(?:\.\d+)*\b")
"""A product and its version."""
LAST_GOOD = re.compile(r"\blast good\b|\buntil then\b", re.IGNORECASE)
STEP_WORDS = "open the, open #, take a/the, repeat the/this, count the, post/get/put/patch/delete https, click, go to, navigate to, log in, sign in, send/sending post/get/put/patch/delete, call post/get/put/patch/delete, export ~ csv/xlsx/report, select ~ and, enter, choose, run the export, press, klick*, öffne*, cliquez, ouvrez, haga clic, クリック"

QUESTIONS: dict[str, tuple[str, str]] = {
    "steps": ("ask the customer", "What exactly do you do, step by step, from signing in to the failure, and at which step does it fail?"),
    "actual": ("ask the customer", "What exactly happens instead: which message, page or file do you get, word for word?"),
    "errors": ("ask the customer", "Which exact error text and request id do you get, and at what time with zone?"),
    "expected": ("ask the customer", "What did you expect to get instead?"),
    "frequency": ("ask the customer", "How many of how many attempts fail, and under which condition never?"),
    "first bad": ("ask the customer", "When did it last work, and what changed on your side since?"),
    "environment": ("ask the customer", "Which version, region, browser or client do you use, and which settings differ from the default?"),
    "inputs": ("ask the customer", "For one failing attempt: which id, date, file or payload did you use?"),
    "start state": ("ask support", "With which plan, role and settings does the failing account start?"),
    "reproduced": ("ask support", "Does it happen on a test account with the same plan and settings?"),
    "ruled out": ("ask support", "For whom or where does it not happen?"),
}
"""Whom to ask what when a slot is empty; the first that is missing is the next question."""


_TABLES: dict[str, str] = {str(slot): phrases for slot, phrases in SLOTS.items()}
_PHRASES: Phrases[str] = Phrases({**_TABLES, "can": CAN_REPRODUCE, "cannot": CANNOT_REPRODUCE, "step": STEP_WORDS})


class Heard(NamedTuple):
    """A statement with all that it was found to say."""

    statement: Statement
    parts: frozenset[str]
    says: frozenset[str]


def reproduce(issue: Issue, gathering: Gathering) -> Reproduction:
    """The slots that the threads fill. A wish or a question is not reproduced; what was tried is told all the same."""
    said = tuple(
        s for s in heeded(gathering) if gathering[s.id].bearing == "direct" and s.kind not in ("article", "account") and s.side != "system"
    )
    heard = tuple(Heard(s, frozenset(p.part for p in parts_of(s)), frozenset(_PHRASES.found_in(s.text))) for s in said)
    tried = attempts(heard, said)
    workaround = _quotes((h.statement for h in heard if "workaround" in h.parts), 4, gathering.primary)
    if issue.type in ("feature gap", "question"):
        return Reproduction(applies=False, tried=tried, workaround=workaround)
    steps = _steps(heard, gathering.primary)
    taken = {quote.text for quote in steps}
    slots = {slot: _slot(slot, heard, taken, gathering.primary) for slot in SLOTS}
    verdict, proof = _reproduced(heard)
    symptoms = (h.statement for h in heard if h.statement.side == "customer" and "symptom" in h.parts)
    found = Reproduction(
        start_state=slots["start state"],
        steps=steps,
        inputs=slots["inputs"],
        expected=slots["expected"],
        actual=slots["actual"] or _quotes(symptoms, 2, gathering.primary),
        errors=_errors(heard, gathering.primary),
        environment=slots["environment"],
        frequency=slots["frequency"],
        first_bad=slots["first bad"],
        ruled_out=slots["ruled out"],
        tried=tried,
        workaround=workaround,
        reproduced_by_support=verdict,
        reproduced_evidence=proof,
    )
    missing = _missing(found)
    return found.model_copy(update={"missing": missing, "next_question": _question(missing, gathering)})


def attempts(heard: Sequence[Heard], said: Sequence[Statement], most: int = 8) -> tuple[Attempt, ...]:
    """What was tried, in the order of time, each once, with what came of it."""
    found: dict[str, Attempt] = {}
    for statement in sorted(
        (h.statement for h in heard if "tried" in h.parts and "decision" not in h.parts), key=lambda s: (s.at is None, s.at, s.id)
    ):
        told = result_of(statement, said)
        result = statement if tells_a_result(statement.text) and not (told and LABELLED.match(told.text)) else told
        found.setdefault(_flat(statement), Attempt(action=statement.quote(), result=result.quote() if result else None))
    with_result = [attempt for attempt in found.values() if attempt.result]
    without = [attempt for attempt in found.values() if not attempt.result]
    kept = [*with_result[:most], *without[: max(0, most - len(with_result))]]
    return tuple(attempt for attempt in found.values() if attempt in kept)


def _steps(heard: Sequence[Heard], primary: str) -> tuple[Quote, ...]:
    """The numbered steps of one passage of a customer, the primary ticket's before others'; else sentences that tell what to do."""
    by_passage: dict[str, list[Statement]] = {}
    for statement in (h.statement for h in heard if h.statement.sentence.form == "step" and "step" in h.says):
        by_passage.setdefault(statement.id, []).append(statement)
    if by_passage:
        best = max(by_passage.values(), key=lambda steps: (steps[0].record == primary, steps[0].side == "customer", len(steps)))
        listed = [h.statement for h in heard if h.statement.id == best[0].id and h.statement.sentence.form == "step"]
        return tuple(step.quote() for step in listed)
    told = (
        h.statement
        for h in heard
        if "step" in h.says and not is_question(h.statement.text) and h.statement.sentence.form != "code" and not h.statement.to_customer
    )
    asked = (
        h.statement
        for h in heard
        if "step" in h.says and h.statement.side == "customer" and not is_question(h.statement.text) and h.statement.sentence.form != "code"
    )
    return _quotes([*asked, *told], 4, primary)


def _slot(slot: Slot, heard: Sequence[Heard], taken: set[str], primary: str) -> tuple[Quote, ...]:
    fitting = [h.statement for h in heard if _fits(slot, h, taken)]
    if slot == "first bad":
        return tuple(s.quote() for s in sorted(fitting, key=_onset)[: MOST[slot]])
    if slot == "environment":
        fitting.sort(key=lambda s: (VERSION.search(s.text) is None, "://" in s.text))
    own = [statement for statement in fitting if statement.record == primary]
    labelled = [statement for statement in own or fitting if LABELS[slot].match(statement.text)]
    rest = [statement for statement in (fitting if slot in SHARED else own or fitting) if statement not in labelled]
    quotes = (*_quotes(labelled, MOST[slot], primary), *_quotes(rest, MOST[slot], primary))[: MOST[slot]]
    return (
        tuple(quote.model_copy(update={"text": LABELS[slot].sub("", quote.text, count=1)}) for quote in quotes)
        if slot in HEADED
        else quotes
    )


def _onset(statement: Statement) -> tuple[bool, bool, str]:
    """The earliest moment that is told first; the last good one and what names no moment come last."""
    moments = moments_in(statement.text, at=statement.at, zone="UTC") if statement.at else ()
    return LAST_GOOD.search(statement.text) is not None, not moments, min(moments).isoformat() if moments else ""


def _fits(slot: Slot, heard: Heard, taken: set[str]) -> bool:
    """Could the statement fill the slot? What we write to the customer is no observation; times must be those of the failure."""
    statement = heard.statement
    if statement.sentence.form == "code" or is_question(statement.text) or statement.text in taken:
        return False
    if statement.side == "vendor" and (statement.to_customer or (slot in ("first bad", "environment") and statement.kind == "ticket")):
        return False
    if slot == "inputs":
        return (
            bool(LITERAL.search(statement.text))
            and statement.side != "vendor"
            and (slot in heard.says or bool(heard.parts & {"symptom", "error"}))
        )
    if heard.parts & UNFIT.get(slot, frozenset()) or (slot == "first bad" and "ruled out" in heard.says):
        return False
    if slot in ("first bad", "frequency"):
        return slot in heard.says and (statement.side == "customer" or bool(heard.parts & {"symptom", "error", "suspected cause"}))
    return slot in heard.says or bool(LABELS[slot].match(statement.text))


def _errors(heard: Sequence[Heard], primary: str) -> tuple[Quote, ...]:
    """Blocks of code or log, then sentences that state an error with something literal in it."""
    blocks = [h.statement for h in heard if h.statement.sentence.form == "code"]
    stated = [h.statement for h in heard if h.statement.sentence.form != "code" and "error" in h.parts and LITERAL.search(h.statement.text)]
    shown = [h.statement for h in heard if h.statement.side == "customer" and (h.parts & {"symptom", "error"} or "actual" in h.says)]
    shown = [statement for statement in shown if SHOWN_ERROR.search(statement.text)]
    return (*_quotes(blocks, 3, primary), *_quotes(stated, 3, primary), *_quotes(shown, 2, primary))[:3]


def _quotes(found: Iterable[Statement], most: int, primary: str) -> tuple[Quote, ...]:
    """Up to `most` of them, each text once: the primary ticket's, then customers', then the rest, each in its order."""
    distinct: dict[str, Statement] = {}
    for statement in sorted(found, key=lambda s: (s.record != primary, s.side != "customer")):
        distinct.setdefault(_flat(statement), statement)
    return tuple(statement.quote() for statement in list(distinct.values())[:most])


def _flat(statement: Statement) -> str:
    return " ".join(statement.text.lower().split())


def _reproduced(heard: Sequence[Heard]) -> tuple[Literal["yes", "no", "not tried", "unknown"], tuple[str, ...]]:
    """Did our side see it happen? Once seen is seen; else the newest word on it counts."""
    found = [
        ("no" if "cannot" in h.says else "yes", h.statement)
        for h in heard
        if h.statement.side == "vendor" and h.says & {"can", "cannot"} and not is_question(h.statement.text)
    ]
    seen = [statement for answer, statement in found if answer == "yes"]
    if seen:
        return "yes", tuple(dict.fromkeys(statement.id for statement in seen))[:3]
    return ("no", (found[-1][1].id,)) if found else ("unknown", ())


def _missing(found: Reproduction) -> tuple[str, ...]:
    filled = {
        "steps": found.steps,
        "actual": found.actual or found.errors,
        "errors": found.errors,
        "expected": found.expected,
        "frequency": found.frequency,
        "first bad": found.first_bad,
        "environment": found.environment,
        "inputs": found.inputs,
        "start state": found.start_state,
        "reproduced": found.reproduced_evidence,
        "ruled out": found.ruled_out,
    }
    return tuple(slot for slot in QUESTIONS if not filled[slot])


def _question(missing: Sequence[str], gathering: Gathering) -> str:
    if not missing:
        return ""
    whom, question = QUESTIONS[missing[0]]
    if whom == "ask the customer" and gathering.primary:
        whom = f"ask the customer in {gathering.primary}"
    return f"{whom[0].upper()}{whom[1:]}: {question}"
