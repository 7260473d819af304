"""What may be shown to whom: secrets and card numbers to nobody, restricted records to security alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from escalation.gathering import Gathering
from escalation.language.cue import Cue
from escalation.model import Model
from escalation.records import Ticket
from escalation.reproduction import Reproduction

if TYPE_CHECKING:
    from escalation.case import Audience, Case

SECRET_REMOVED = "[secret removed]"  # noqa: S105 - what stands in a secret's place
CARD_REMOVED = "[card number removed]"

_BY_SHAPE = Cue(
    "by shape",
    "private key|_live_|_test_|_prod_|_secret_|sk_|sk-|xox|xapp-|akia|asia|aiza|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|npm_|sg.|eyj",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b[a-z]{2,6}_(?:live|test|prod|secret)_[A-Za-z0-9]{8,}|\bsk_[A-Za-z0-9]{16,}|\bsk-[A-Za-z0-9_-]{16,}"
    r"|\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}|\bnpm_[A-Za-z0-9]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?",
    exact=True,
)
_BY_NAME = Cue(
    "by name",
    "bearer|passw|passphrase|pwd|kennwort|de passe|contrase|パスワード|key|token|secret + bearer|:|=|：",
    r"(?P<name>\bbearer\s+|\b(?:password|passwd|passphrase|pwd|passwort|kennwort|mot de passe|contraseña)\s*[:=]\s*|パスワード\s*[:：=]\s*"
    r"|\b(?:api[ _-]?key|access[ _-]?key|secret[ _-]?key|client[ _-]?secret|auth[ _-]?token|access[ _-]?token|api[ _-]?token|token|secret)"
    r"[\"']?\s*[:=]\s*(?=\S*\d))"
    r"(?P<quote>[\"'“‘`]?)(?P<value>(?!\[secret|\$|<|\*{3})[^\s\"'”’`,;]{4,})",
)
_LONG_ENOUGH = 12
"""Characters of what stands after `Bearer` or `token:` before it is taken for one."""
_IN_URL = re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)")
_CARD = re.compile(r"[1-6](?<![\w.].)(?:(?<!1)\d|(?<=1)8(?=00))(?:[ \u00a0-]?\d){10,16}\d(?![\w]|\.\d)")
_CARD_CODE = Cue("card code", "cvc|cvv|cid|security code", r"\b(CVC|CVV|CID|CVC2|CVV2|security code)\b(\W{0,3})\d{3,4}\b")
_SHORTEST_CARD = 13
_NINE = 9

M = TypeVar("M", bound=Model)


def without_secrets(text: str) -> str:
    """The text with keys, tokens, passwords, private keys and payment cards replaced by words that say so."""
    folded = text.casefold()
    text = _BY_SHAPE.sub(SECRET_REMOVED, text, folded)
    text = _BY_NAME.sub(_named, text, folded)
    text = _IN_URL.sub(SECRET_REMOVED, text) if "://" in text else text
    return _CARD_CODE.sub(r"\1\2" + SECRET_REMOVED, _CARD.sub(_card, text), folded)


def _named(found: re.Match[str]) -> str:
    loose = found["name"].lower().startswith(("bearer", "token", "secret"))
    if loose and len(found["value"]) < _LONG_ENOUGH:
        return found.group()
    return found["name"] + found["quote"] + SECRET_REMOVED


def _card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())
    return CARD_REMOVED if len(digits) >= _SHORTEST_CARD and is_card_number(digits) else found.group()


def is_card_number(digits: str) -> bool:
    """Luhn's check."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - _NINE if value > _NINE else value for value in doubled) % 10 == 0


def cleared(value: M) -> M:
    """The same model with every text in it freed from secrets; itself when it holds none."""
    changes = {name: new for name in type(value).model_fields if (new := _cleared(old := getattr(value, name))) is not old}
    return value.model_copy(update=changes) if changes else value


def _cleared(value: object) -> object:
    if isinstance(value, str):
        shown = without_secrets(value)
        return value if shown == value else shown
    if isinstance(value, Model):
        return cleared(value)
    if isinstance(value, tuple):
        parts = tuple(_cleared(one) for one in value)
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    if isinstance(value, Mapping):
        entries = {key: _cleared(one) for key, one in value.items()}
        return value if all(entries[key] is one for key, one in value.items()) else entries
    return value


def unrestricted(gathering: Gathering) -> Gathering:
    """The gathering as if nothing restricted had been found; accounts that only restricted records name are gone with them."""
    hidden = frozenset(item.id for item in gathering.evidence if item.record.visibility == "restricted")
    if not hidden:
        return gathering
    affected = []
    for one in gathering.affected:
        seen = tuple(id for id in one.evidence if id.split(".")[0] not in hidden)
        if seen or one.account:
            because = one.because if seen == one.evidence else "its ticket reports the symptom" if seen else ""
            affected += [one.model_copy(update={"evidence": seen, "because": because})] if seen else []
    return gathering.model_copy(
        update={
            "evidence": tuple(item for item in gathering.evidence if item.id not in hidden),
            "affected": tuple(affected),
            "primary": "" if gathering.primary in hidden else gathering.primary,
        }
    )


def withheld(case: Case, audience: Audience | None) -> bool:
    """Is this case restricted, and the audience not security? Then only a notice may reach it."""
    return case.route.target.restricted and audience not in (None, "security")


def notice_of(case: Case) -> Case:
    """What anyone but security may know of a restricted case: that there is one, whose ticket it is, and how it stands with the customer.

    It is made only of the ticket's frame, its clocks and the CRM's record, so it is the same whatever the restricted facts are.
    """
    primary = case.gathering.primary
    tickets = [item for item in case.gathering.evidence if item.id == primary and isinstance(item.record, Ticket)]
    owners = {one.account for one in case.gathering.affected if primary and primary in one.evidence}
    accounts = [item for item in case.gathering.evidence if item.id in owners]
    return case.model_copy(
        update={
            "title": f"Restricted security case {case.id}",
            "issue": case.issue.model_copy(
                update={"sentence": "restricted", "summary": "restricted", **dict.fromkeys(_SAID, ()), "since": None, "type_because": ""}
            ),
            "gathering": Gathering(
                evidence=tuple(item.model_copy(update={"record": _frame(item.record), "why": ()}) for item in (*accounts, *tickets)),
                affected=tuple(
                    one.model_copy(update={"evidence": (primary,), "because": "its ticket", "certainty": "confirmed"})
                    for one in case.gathering.affected
                    if one.account in owners
                ),
                primary=primary,
            ),
            "assessment": case.assessment.model_copy(
                update={
                    "impact": (), "facts": (), "contradictions": (), "promises": (), "gaps": (), "revenue_at_risk": (),
                    "clocks": tuple(clock for clock in case.assessment.clocks if clock.ticket == primary),
                    "severity": case.assessment.severity.model_copy(update={"cell": {}, "because": (), "caps": (), "would_change": ()}),
                }
            ),
            "route": case.route.model_copy(
                update={
                    "decision": case.route.decision.model_copy(update={"criteria": (), "against": ()}),
                    "target": case.route.target.model_copy(update={"because": ()}),
                    "ask": case.route.ask.model_copy(
                        update={"verb": "contain", "text": "contain: leave it to security", "basis_text": "", "evidence": ()}
                    ),
                    "gaps": (),
                }
            ),
            "reproduction": Reproduction(applies=False),
            "digest": (),
            "gaps": (),
            "duplicates": (),
        }
    )  # fmt: skip


_SAID = ("customers", "segments", "counts", "references", "errors", "quotes", "tried", "signals", "words", "gaps")


def _frame(record: Model) -> Model:
    """A record without what anybody wrote in it."""
    blank = {"subject": "restricted", "text": "", "comments": (), "tags": (), "fields": {}, "links": ()}
    return record.model_copy(update={name: value for name, value in blank.items() if name in type(record).model_fields})
