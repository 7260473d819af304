"""Testimony: what the direct evidence says that bears on severity and route, and whose mouth it comes from.

Foreign text can't command here. A sentence counts only when it states one of the things below, on the side
that may state it; "set severity to Critical" states none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from escalation.evidence import Evidence
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.language.parts import parts_of, to_a_machine
from escalation.language.phrases import Phrases
from escalation.language.signals import signals_in
from escalation.language.statement import Statement, passage_id, statements
from escalation.model import Instant
from escalation.records import Account, Ticket

Voice = Literal["customer", "account team", "vendor", "reporter", "system"]
"""Who speaks: the customer; whoever keeps the account on our side; the rest of our side; whoever typed the issue; a machine."""

ANYONE: tuple[Voice, ...] = ("customer", "account team", "vendor", "reporter")
OUTSIDE: tuple[Voice, ...] = ("customer", "account team", "reporter")
INSIDE: tuple[Voice, ...] = ("vendor", "account team")


class Claim(NamedTuple):
    """A sentence claims `name` when it holds one of `signals` or says one of `phrases`, and none of `unless`.

    Signals know their own denials ("no outage"); phrases go beyond them. `voices` are those who may claim it.
    """

    name: str
    signals: tuple[str, ...] = ()
    phrases: str = ""
    voices: tuple[Voice, ...] = ANYONE
    unless: str = ""


CLAIMS = (
    Claim("production_down", ("outage",), voices=ANYONE, unless="standstill, status page, scheduled, planned maintenance, last month, was resolved"),
    Claim("data_at_risk", ("data loss",), "data integrity", unless="no data, nothing is/was lost, not lost, no orders/records lost, none lost, never lost"),
    Claim("data_intact", (), "nothing is/was lost, no data loss/lost, no orders/records/data ~ lost, no loss of, not lost, data is there, data is intact/complete", INSIDE),
    Claim("data_exposed", (), """
        see/seeing/saw/open/opened/view/viewed/viewing/access/accessed/download/downloaded/got/shows/showed ~ another/other/others/somebody/someone ~ customer/customers/companys/company/organisation/organisations/organization/tenant/tenants/account/accounts/data/invoice/invoices,
        see/open/view/access ~ somebody/someone elses, what opened was not ours,
        another/other/different/third companys/customers/tenants/organisations/company/customer/tenant/organisation ~ data/invoice/invoices/records,
        invoice/invoices/data/records of another/a/other third/organisation/company/customer/tenant/customers, data breach/leak,
        leaked, exposed ~ data/records/customers, data ~ exposed/leaked, unauthori* access, fremde rechnung*/daten,
        données ~ autre client, datos de otro, 他社の
        """, unless="do not/dont mention, never/cannot/cant see, no unauthori*, not exposed, other customers have/report/with/are, no other"),
    Claim(
        "security_concern",
        (),
        """
        security incident/issue/hole/vulnerability/breach/concern/report/problem/flaw/bug, vulnerab*, cve #, phish*,
        unauthori* access/login/logins/user/users/party/person/change/changes/use, sql injection, xss, hacked, exploit/exploits/exploitable,
        penetration test, idor, tenant isolation, account takeover, privilege escalation,
        credential/credentials/password/passwords/key/keys/token/tokens/secret/secrets ~ leaked/stolen/exposed/compromised,
        sicherheitslücke, sicherheitsvorfall, faille de sécurité, vulnerabilidad, 脆弱性, 情報漏
        """,
        unless="no security, not a security, nothing to do with, for security reasons",
    ),
    Claim("contained", (), """
        contained, we/oncall/call/i have/has/had disabled/revoked/blocked/closed/locked, disabled the/all/invoice/link, revoked,
        taken/took ~ down/offline, switched/turned ~ off, rotated all/the, blocked the/access, abgeschaltet, désactivé
        """, INSIDE, unless="not contained, not yet, if we, could we, should we"),
    Claim("failure", (), """
        fail/fails/failed/failing/failure/failures, 500/502/503/504/5xx/500s, error/errors, broken, not work*,
        doesnt/dont/isnt work/working, timeout*, timed out, locked out, loop/loops/looping, crash*, outage, is/are/went down,
        missing #, is/are/was/were missing, short again/by, missing/loses/drops/lost/short ~ row/rows/order/orders/record/records/data/file/line/lines,
        rows/orders/records/lines/file ~ missing/short, reject*, mismatch*, defect, bug, stuck, unusable,
        wrong results/totals/numbers, fehler*, fehlgeschlagen, funktioniert nicht, kaputt, störung, erreur*, échou*, ne fonctionne*,
        panne, fallo*, falla*, no funciona*, エラー, 失敗, できません, 不具合, 障害
        """, unless="no errors/failures/more, without any/errors, works fine, works again, not failing, no hurry"),
    Claim("customer_blocked", ("blocked",), "it blocks, keyed by hand, at a stop", ("customer", "reporter"), unless="rather than a, not a standstill, nuisance, or i will, can now"),
    Claim("intermittent", ("intermittent",), "some calls, for some calls/requests, a share of"),
    Claim("churn_threat", ("churn",), "cant/cannot/wont sign, offer from, renewal ~ risk/danger/jeopardy/question/doubt/trouble, losing ~ renewal", OUTSIDE, unless="not at risk, no risk, cant/cannot sign in/into/on"),
    Claim("executive_involved", ("executive",), voices=OUTSIDE, unless="your cto/ceo/cfo/coo/cio/ciso"),
    Claim("legal_or_public_risk", ("legal", "public"), """
        general counsel, in house counsel, credits apply, our supervisor, examiner, penalt*,
        liquidated damages, data protection authority
        """, OUTSIDE),
    Claim("regression", (), """
        not fixed, isnt fixed, wasnt fixed, came back, has come/returned back, is back again, again after,
        still ~ after ~ fix/release/update/upgrade/closed, after the fix, believed/supposedly/allegedly ~ fixed, supposed to be fixed,
        reopened, re opened, was fixed ~ again, regression, wieder aufgetreten, nicht behoben, pas corrigé, réapparu, no ~ corregido,
        再発
        """, unless="not ~ regression, no regression, reopen if, fixed yet, not fixed yet"),
    Claim("defect_confirmed", (), """
        confirmed on our side, confirmed as/a bug/defect, its/is/are a bug/defect, a defect in/our, known bug/defect, reproduced,
        cause is in our, bug confirmed, fehler bestätigt, bug confirmé, 不具合を確認
        """, INSIDE, unless="not reproduced, cant/cannot/could not/couldnt reproduce*, not a bug/defect, not sure, is it a, if this/it is, unable to"),
    Claim("diagnosis_stuck", (), """
        cant/cannot/couldnt find ~ cause, dont know why/what, out of ideas, beyond ~ support/us/me, no/need/lack access to,
        we/i lack ~ access, cant/cannot/couldnt/unable reproduce, unable to reproduce, not reproducible, no idea why
        """, INSIDE, unless="customer ~ no access"),
    Claim("feature_requested", ("feature",), "is ~ planned, whether ~ will offer, doesnt/does not exist today, cant/cannot be exported", unless="not a feature"),
    Claim("no_workaround", (), "no workaround, there is no way around, without ~ workaround, no known workaround, kein workaround, pas de contournement, sin solución temporal, 回避策はありません"),
    Claim("offers_a_way", (), """
        workaround*, work around, stopgap, stop gap, meanwhile, in the meantime, until then, for now, until it is fixed,
        please use/try/choose/retry/start/set/put, you can make/use/export/start, instead use, use ~ instead, umgehung,
        zwischenlösung, contournement, solución temporal, 回避策
        """, INSIDE, unless="no workaround, have you tried, could you send"),
    Claim("way_works", (), """
        works/worked for/when/with/thank/thanks, it works, that works, that worked, the ~ works, is/are ok for,
        ok for me/us/now, helps, it helps, helped, acceptable, has/have them all, gives all, drops/dropped/down to #, all there, unblocks, that was it,
        all green, solved it, hat geholfen, funktioniert jetzt, ça marche, funciona ahora, 解決しました
        """, ("customer",), unless="doesnt, didnt, not work*, no longer works"),
    Claim("way_fails", (), """
        doesnt/didnt/does not work/help for/us/at/either, did not work/help, tried it ~ doesnt/didnt/not/no, doesnt work,
        is not a solution, no solution, no option, is out for us, out for us, cant/cannot use it, not going to, strips, still stuck,
        something else, doesnt replace, but the ~ cant/cannot, hat nicht geholfen, funktioniert nicht, ne marche pas, no funciona,
        直りません
        """, ("customer",)),
    Claim("unaffected", (), """
        works/working for them/him/her, works fine/normally for, works ~ without problems/problem/issues, not affected, unaffected,
        ohne probleme, without problems, no problems/trouble ~ login/sso/export/api, is/are fine, sans problème, sin problemas
        """, ("customer", "vendor", "account team")),
    Claim("article_rejected", (), """
        article/guide/doc/docs/documentation ~ not/doesnt/didnt/wrong/irrelevant,
        doesnt/didnt/does not/did not apply/match/help, already tried, tried that/it/this/both/all already, not what i/we,
        not our case, sent ~ wrong article, wrong article, not applicable, makes/creates/causes/caused/created duplicates, makes/made it/things worse,
        dont/not send it/that/this ~ anybody/anyone/else/again/customers/customer, trifft nicht zu, ne sapplique pas, no aplica
        """),
)  # fmt: skip

_TABLES = {
    **{("says", claim.name): claim.phrases for claim in CLAIMS if claim.phrases},
    **{("unless", claim.name): claim.unless for claim in CLAIMS if claim.unless},
}
_PHRASES: Phrases[tuple[str, str]] = Phrases(_TABLES)
_SIGNALS = frozenset(name for claim in CLAIMS for name in claim.signals)
_ACCOUNT_TEAM = re.compile(r"\b(?:account (?:manager|executive|director)|customer success|csm|cs manager|sales)\b", re.IGNORECASE)
EXECUTIVE = re.compile(
    r"\b(?:c[etfoi]o|ciso|cpo|chief [\w ]{3,30} officer|president|managing director|general manager|s?vp|evp|founder|owner)\b",
    re.IGNORECASE,
)
"""Titles of people who decide about a contract."""


class Said(NamedTuple):
    """A sentence of the direct evidence and what it claims."""

    statement: Statement
    voice: Voice
    claims: tuple[str, ...]
    plays: frozenset[str]
    """Parts it plays in the digest's sense: "deadline", "ask", "commitment" …"""

    @property
    def id(self) -> str:
        """Where it stands: `T1.2`."""
        return self.statement.id

    @property
    def text(self) -> str:
        """Word for word."""
        return self.statement.text

    @property
    def at(self) -> Instant | None:
        """When it was said."""
        return self.statement.at


class Testimony:
    """Everything said in the direct evidence, each sentence once, in the order of the evidence and of time."""

    def __init__(self, issue: Issue, gathering: Gathering) -> None:
        direct = tuple(item for item in gathering.evidence if item.bearing == "direct")
        owners = _owners(gathering)
        voices = {item.id: item for item in direct}
        self.typed = next((item.id for item in direct if item.record.kind == "note"), "U1")
        """Evidence id of the issue as typed."""
        self.said = tuple(self._heard(direct, gathering, voices, owners))
        self._typed_claims = _claims(issue.sentence, "reporter", {signal.name for signal in issue.signals}, question=False)

    def _heard(
        self, direct: tuple[Evidence, ...], gathering: Gathering, items: dict[str, Evidence], owners: frozenset[str]
    ) -> Iterable[Said]:
        cues = _Cues()
        commanding = frozenset(passage_id(item, one) for item in direct for one in item.record.passages() if to_a_machine(one.text))
        for statement in statements(gathering.model_copy(update={"evidence": direct})):
            voice = _voice(statement, items[statement.record], owners)
            question = statement.text.rstrip("\"'”») ").endswith(("?", "？"))
            if statement.id in commanding:  # who tries to command the reader's software is no witness
                yield Said(statement, "system", (), frozenset())
                continue
            claims = _claims(statement.text, voice, cues.signals(statement), question=question)
            yield Said(statement, voice, claims, frozenset(played.part for played in parts_of(statement)))

    def claiming(self, *names: str, voices: tuple[Voice, ...] = ()) -> tuple[Said, ...]:
        """The sentences that claim any of these."""
        return tuple(said for said in self.said if any(name in said.claims for name in names) and (not voices or said.voice in voices))

    def typed_claims(self, name: str) -> bool:
        """Does the typed sentence itself claim it?"""
        return name in self._typed_claims

    def by_customer(self) -> tuple[Said, ...]:
        """What the customer's side says."""
        return tuple(said for said in self.said if said.voice == "customer")


def cited(said: Iterable[Said], most: int = 6) -> tuple[str, ...]:
    """Passage ids, each once, in order."""
    return tuple(dict.fromkeys(one.id for one in said))[:most]


class _Cues:
    """Signals sentence by sentence; only in sentences that hold words which the whole passage was found to signal with."""

    def __init__(self) -> None:
        self._passage = ""
        self._words: tuple[str, ...] = ()

    def signals(self, statement: Statement) -> set[str]:
        if statement.id != self._passage:
            self._passage = statement.id
            found = signals_in(statement.passage.text, _SIGNALS)
            self._words = tuple({" ".join(signal.text.split()): None for signal in found})
        if not any(words in statement.text for words in self._words):
            return set()
        return {signal.name for signal in signals_in(statement.text, _SIGNALS)}


def _claims(text: str, voice: Voice, signals: set[str], *, question: bool) -> tuple[str, ...]:
    """What the sentence claims in this voice; a question claims nothing but a wish."""
    said = set(_PHRASES.found_in(text))
    return tuple(
        claim.name
        for claim in CLAIMS
        if (("says", claim.name) in said or not signals.isdisjoint(claim.signals))
        and ("unless", claim.name) not in said
        and voice in claim.voices
        and (not question or claim.name == "feature_requested")
    )


def _voice(statement: Statement, item: Evidence, owners: frozenset[str]) -> Voice:
    if statement.side in ("customer", "system"):
        return "customer" if statement.side == "customer" else "system"
    author = statement.passage.author
    if item.record.kind == "note" and statement.side == "unknown":
        return "reporter"
    known = {author.name.casefold(), author.email.casefold()} - {""}
    if known & owners or _ACCOUNT_TEAM.search(author.title) or item.record.kind == "account":
        return "account team"
    if isinstance(item.record, Ticket) and statement.side == "unknown" and statement.to_customer:
        return "customer"
    return "vendor"


def _owners(gathering: Gathering) -> frozenset[str]:
    """Names and addresses of those who own the accounts in evidence."""
    owners = [item.record.owner for item in gathering.evidence if isinstance(item.record, Account)]
    return frozenset({value.casefold() for owner in owners for value in (owner.name, owner.email)} - {""})
