"""Contradictions: two sources that can't both be right, told side by side and left to the reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from escalation.assessment import Contradiction, Level
from escalation.judgement.facts import Facts
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.revenue import printed
from escalation.judgement.testimony import INSIDE, Said
from escalation.language.frequency import Share, share_in
from escalation.language.phrases import Phrases, words_of
from escalation.language.sentences import sentences
from escalation.language.slots import slots_of
from escalation.language.times import dated, moments_in
from escalation.records import Account, Article

MOST_SIDES = 4
"""Sources told of one contradiction."""
APART = timedelta(days=1)
"""Two starts that lie closer are the same day told by two people."""
SHORT = 110
"""Characters of a quote."""
SHORT_WORD = 4
"""Characters; what is shorter stands in too many names."""
_SAYS: Phrases[str] = Phrases(
    {
        "well": "healthy, good, green, low risk, on track, stable, satisfied, gesund",
        "badly": "at risk, red, poor, critical, churn*, unhealthy, gefährdet",
        "nearly signed": "contract sent, verbal*, commit*, closing, signature",
        "stalled": """
        on hold, paused, postponed, frozen, withdrawn, wont sign, not sign, auf eis, zurückgestellt, en pause, suspendu*, en espera,
        aplazad*, 保留
        """,
        "reassured": """
        renewal is safe/agreed/signed/done/secured, renewal is not at risk, will renew, going to renew,
        theyve/they signed, signed the renewal,
        happy customer, no risk
        """,
        "renewal": """
        renew*, contract ends/end/expires, contract runs out, vertrag endet/läuft, vertragsende, verlänger*, renouvel*, renovaci*, 更新
        """,
        "condition": """
        only on/for/with/in, applies to, apply to, applies only to, available on/for/in/only, requires, require,
        not supported/available on/for/in,
        nur für/mit/bei, gilt für, gilt nur, uniquement, seulement, réservé*, solo para/con, disponible en/para, のみ, 対象外
        """,
        "not": "not, doesnt, isnt, kein*, nicht, ne, pas, no, 対象外",
        "low": "low, normal, medium, minor, trivial, p3, p4, p5, sev3, sev4, sev5, sev 3/4/5",
        "high": "urgent, critical, highest, blocker, p0, p1, sev0, sev1, sev 0/1",
    }
)
"""Words by which one side of a contradiction is known."""
_FROM_VERSION = re.compile(
    r"\b(?:from|since|as of|requires?|ab|à partir de|desde)(?: the)? (?:api |sdk )?(?:version |release |v)(\d+(?:[.-]\d+)+)",
    re.IGNORECASE,
)
_ON_VERSION = re.compile(r"\b(?:version|release|v) ?(\d+(?:[.-]\d+)+)", re.IGNORECASE)


def contradictions(ground: Ground, facts: Facts, level: Level) -> tuple[Contradiction, ...]:
    """Every kind that is looked for, in a fixed order."""
    return (
        *_health(ground),
        *_deals(ground),
        *_systems(ground),
        *_renewal(ground),
        *_called_fixed(ground),
        *_called_solved(ground),
        *_fix_date(ground, facts),
        *_article(facts),
        *_conditions(ground),
        *_everyone(ground),
        *_counts(ground, facts),
        *_how_often(ground),
        *_since_when(ground),
        *_priority(ground, level),
    )


def _health(ground: Ground) -> Iterator[Contradiction]:
    """The CRM calls an account well, and somebody who should know says that it may leave; or the other way round."""
    threats = ground.testimony.claiming("churn_threat")
    assured = tuple(said for said in ground.testimony.said if said.voice == "account team" and "reassured" in _SAYS.found_in(said.text))
    for one in ground.affected:
        account = ground.account(one)
        if account is None:
            continue
        for how, claims in (("well", threats), ("badly", assured)):
            field = next((name for name in ("health", "stage") if how in _SAYS.found_in(getattr(account, name))), "")
            about = [said for said in claims if _about(said, account)]
            said = next((said for said in about if said.voice == "account team"), about[0] if about else None)
            if field and said:
                cited = ground.stating(one, field)
                yield Contradiction(
                    about=f"how safe {one.name} is",
                    sides=(
                        f"the CRM says {quoted(getattr(account, field))} ({cited})",
                        f"{said.statement.author or said.voice} says {quoted(said.text)} ({said.id})",
                    ),
                    evidence=(cited, said.id),
                )


def _deals(ground: Ground) -> Iterator[Contradiction]:
    """The CRM has a deal as good as signed, and somebody says that it is on hold, or that the account may leave."""
    for one in ground.affected:
        account = ground.account(one)
        deal = (
            next((deal for deal in account.deals if deal.open is not False and "nearly signed" in _SAYS.found_in(deal.stage)), None)
            if account
            else None
        )
        if account is None or deal is None:
            continue
        words = {word for word in words_of(deal.name) if len(word) > SHORT_WORD}
        said = next(
            (
                said
                for said in ground.testimony.said
                if _about(said, account) and words & {*words_of(said.text)} and "stalled" in _SAYS.found_in(said.text)
            ),
            next((said for said in ground.testimony.claiming("churn_threat") if _about(said, account)), None),
        )
        if said:
            cited = ground.stating(one, "deals")
            yield Contradiction(
                about=f"the deal {deal.name}",
                sides=(
                    f"the CRM has it at {quoted(deal.stage)} ({cited})",
                    f"{_who(said)} says {quoted(said.text, SHORT)} ({said.id})",
                ),
                evidence=(cited, said.id),
            )


def _about(said: Said, account: Account) -> bool:
    return said.statement.account == account.name or account.name.casefold() in said.text.casefold()


def _who(said: Said) -> str:
    return said.statement.author or said.voice


def _systems(ground: Ground) -> Iterator[Contradiction]:
    """Two systems state different things of one account."""
    shown: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("arr", "ARR", printed),
        ("plan", "plan", quoted),
        ("renewal_on", "renewal", str),
    )
    for one in ground.affected:
        for field, called, show in shown:
            stated = [(id, value) for id, value in ground.stated(one, field) if value]
            if len({show(value).casefold() for _, value in stated}) > 1:
                sides = tuple(f"{ground.gathering[id].connector} says {show(value)} ({id})" for id, value in stated)
                yield Contradiction(about=f"the {called} of {one.name}", sides=sides, evidence=tuple(id for id, _ in stated))


def _renewal(ground: Ground) -> Iterator[Contradiction]:
    """The day of the renewal in the CRM, against the only day that somebody names for it."""
    for one in ground.affected:
        account = ground.account(one)
        if account is None or account.renewal_on is None:
            continue
        for said in ground.testimony.said:
            if said.at and _about(said, account) and "renewal" in _SAYS.found_in(said.text) and dated(said.text):
                days = {moment.date() for moment in moments_in(said.text, at=said.at, zone="UTC")}
                if len(days) == 1 and account.renewal_on not in days:
                    cited = ground.stating(one, "renewal_on")
                    yield Contradiction(
                        about=f"when {one.name} renews",
                        sides=(
                            f"the CRM says {account.renewal_on} ({cited})",
                            f"{_who(said)} says {quoted(said.text, SHORT)} ({said.id})",
                        ),
                        evidence=(cited, said.id),
                    )
                    break


def _called_fixed(ground: Ground) -> Iterator[Contradiction]:
    """A work item is done, and tickets were opened after that, or customers still speak of failures."""
    for item, record in ground.work_items:
        done = record.resolved_at
        if done is None:
            continue
        opened = [
            (one.id, f"{one.record.ref} on {ground.when(at)} ({one.id})")
            for one, ticket in ground.tickets
            if (at := ticket.created_at) and at > done
        ]
        still = [
            (said.id, f"{_who(said)} on {ground.when(said.at)}: {quoted(said.text, SHORT)} ({said.id})")
            for said in ground.testimony.claiming("failure", "regression", voices=("customer",))
            if said.at and said.at > done and said.statement.kind == "ticket" and said.statement.record not in [id for id, _ in opened]
        ]
        later = [*opened, *still[-1:]][:MOST_SIDES]
        if later:
            fixed_in = f" in {', '.join(record.fix_versions)}" if record.fix_versions else ""
            yield Contradiction(
                about=f"whether {record.ref} is fixed",
                sides=(
                    f"{record.ref} was resolved{fixed_in} on {ground.when(done)} ({item.id})",
                    f"reported after that: {', '.join(told for _, told in later)}",
                ),
                evidence=(item.id, *(id for id, _ in later)),
            )


def _called_solved(ground: Ground) -> Iterator[Contradiction]:
    """A ticket is solved, and the customer's last word in it says that it still fails."""
    for item, ticket in ground.tickets:
        if ticket.state != "solved" or ticket.merged_into or item.id in ground.over:
            continue
        heard = [said for said in ground.testimony.said if said.statement.record == item.id and said.statement.to_customer]
        last = [said for said in heard if said.id == heard[-1].id and said.voice == "customer" and said.at]
        said = next((said for said in last if {"failure", "regression", "way_fails"} & set(said.claims)), None)
        if said and ticket.comments:
            yield Contradiction(
                about=f"whether {ticket.ref} is solved",
                sides=(f"the ticket's state is solved ({item.id})", f"{_who(said)} says last {quoted(said.text, SHORT)} ({said.id})"),
                evidence=(item.id, said.id),
            )


def _fix_date(ground: Ground, facts: Facts) -> Iterator[Contradiction]:
    """A date for the fix that was taken back, or two dates of which neither was."""
    date = facts["fix_date_committed"]
    if date.value is False:
        yield Contradiction(
            about="the date of the fix",
            sides=(f"promised ({date.evidence[0]})", f"taken back ({date.evidence[1]}): {date.words}"),
            evidence=date.evidence,
        )
        return
    days: dict[object, Said] = {}
    for said in ground.testimony.said:
        if said.voice in INSIDE and said.at and "commitment" in said.plays and dated(said.text):
            for moment in moments_in(said.text, at=said.at, zone=ground.issue.zone)[:1]:
                days.setdefault(moment.date(), said)
    if len(days) > 1:
        told = tuple(days.values())[:MOST_SIDES]
        yield Contradiction(
            about="the date of the fix",
            sides=tuple(f"{_who(said)} on {ground.when(said.at)}: {quoted(said.text, SHORT)} ({said.id})" for said in told if said.at),
            evidence=tuple(said.id for said in told),
        )


def _article(facts: Facts) -> Iterator[Contradiction]:
    failed = facts["documented_fix_failed"]
    if failed.value:
        yield Contradiction(
            about="whether the documented fix applies",
            sides=(f"an article covers the symptom ({failed.evidence[0]})", f"tried without success or not applicable: {failed.text}"),
            evidence=failed.evidence,
        )


def _conditions(ground: Ground) -> Iterator[Contradiction]:
    """An article names the plan or the version that it is for, and the customer has another one."""
    account = ground.account(ground.customer) if ground.customer else None
    plans = {item.record.plan for item in ground.gathering.of_kind("account") if isinstance(item.record, Account) and item.record.plan}
    for item in ground.gathering.of_kind("article"):
        if not isinstance(item.record, Article) or item.bearing == "look-alike":
            continue
        for sentence in sentences(item.record.text):
            text = sentence.text
            named = {plan for plan in plans if re.search(rf"(?<!\w){re.escape(plan)}(?!\w)", text)}
            if (
                ground.customer
                and account
                and account.plan
                and named
                and "condition" in _SAYS.found_in(text)
                and (account.plan in named) == ("not" in _SAYS.found_in(text))
            ):
                yield Contradiction(
                    about=f"whether {quoted(item.record.heading, 60)} is for {ground.customer.name}",
                    sides=(
                        f"the article says {quoted(text, SHORT)} ({item.id})",
                        f"its plan is {quoted(account.plan)} ({ground.customer.account})",
                    ),
                    evidence=(item.id, ground.customer.account),
                )
                break
            least = _FROM_VERSION.search(text)
            said = _older(ground, least[1]) if least else None
            if said:
                yield Contradiction(
                    about=f"whether {quoted(item.record.heading, 60)} fits the version",
                    sides=(
                        f"the article says {quoted(text, SHORT)} ({item.id})",
                        f"{_who(said)} says {quoted(said.text, SHORT)} ({said.id})",
                    ),
                    evidence=(item.id, said.id),
                )
                break


def _older(ground: Ground, version: str) -> Said | None:
    """Who says that they are on a version before this one."""
    least = [int(part) for part in re.split(r"[.-]", version)]
    for said in ground.testimony.by_customer():
        found = _ON_VERSION.search(said.text)
        own = [int(part) for part in re.split(r"[.-]", found[1])] if found else least
        if len(own) == len(least) and own < least:
            return said
    return None


def _everyone(ground: Ground) -> Iterator[Contradiction]:
    """The issue says all of them; one of them says that it works."""
    claimed = ground.issue.everyone or (ground.issue.segments and "all" in ground.issue.sentence.casefold().split())
    if not claimed:
        return
    spared = ground.testimony.claiming("unaffected")
    if spared:
        yield Contradiction(
            about="whether everyone is affected",
            sides=(
                f"the issue says {quoted(ground.issue.sentence)} ({ground.testimony.typed})",
                f"{_who(spared[0])}: {quoted(spared[0].text)} ({spared[0].id})",
            ),
            evidence=(ground.testimony.typed, spared[0].id),
        )


def _counts(ground: Ground, facts: Facts) -> Iterator[Contradiction]:
    stated, found = facts["pattern_stated"].value, len(ground.affected)
    if stated and found and stated != found and any(item.record.kind == "ticket" for item in ground.direct):
        names = ", ".join(one.name for one in ground.affected)
        evidence = (ground.testimony.typed, *(one.evidence[0] for one in ground.affected if one.evidence))
        yield Contradiction(
            about="how many customers are affected",
            sides=(f"the issue states {stated} ({ground.testimony.typed})", f"{found} distinct accounts are confirmed or linked: {names}"),
            evidence=evidence[:8],
        )


def _reports(ground: Ground) -> Iterator[Said]:
    """What customers say of the failure in their own tickets."""
    for said in ground.testimony.by_customer():
        if said.statement.kind == "ticket" and said.plays & {"symptom", "error"} and said.statement.record not in ground.over:
            yield said


def _how_often(ground: Ground) -> Iterator[Contradiction]:
    """One report says every time, another that most attempts succeed."""
    stated = [(share, said) for said in _reports(ground) if (share := share_in(said.text))]
    typed = share_in(ground.issue.sentence)
    always = next(((share, said) for share, said in stated if share.least == 1), None)
    if always is None:
        if typed and typed.least == 1 and stated and typed.excludes(stated[0][0]):
            yield _frequencies(
                f"the issue says {quoted(ground.issue.sentence, SHORT)} ({ground.testimony.typed})", ground.testimony.typed, stated[0][1]
            )
        return
    other = next((said for share, said in stated if share.excludes(always[0])), None)
    if other:
        yield _frequencies(f"{_who(always[1])} says {quoted(always[1].text, SHORT)} ({always[1].id})", always[1].id, other)
    elif typed and typed.excludes(Share(1.0, 1.0)):
        yield _frequencies(
            f"the issue says {quoted(ground.issue.sentence, SHORT)} ({ground.testimony.typed})", ground.testimony.typed, always[1]
        )


def _frequencies(one: str, id: str, other: Said) -> Contradiction:
    sides = (one, f"{_who(other)} says {quoted(other.text, SHORT)} ({other.id})")
    return Contradiction(about="how often it fails", sides=sides, evidence=(id, other.id))


def _since_when(ground: Ground) -> Iterator[Contradiction]:
    """Reports that let it begin on different days, each in its own ticket, the earliest first."""
    starts: dict[str, tuple[datetime, str, str]] = {}
    for said in _reports(ground):
        moments = (
            moments_in(said.text, at=said.at, zone=ground.issue.zone, lean="past") if said.at and "first bad" in slots_of(said.text) else ()
        )
        if moments and said.statement.record not in starts:
            starts[said.statement.record] = (min(moments), f"{_who(said)} says {quoted(said.text, SHORT)} ({said.id})", said.id)
    if ground.issue.since:
        typed = f"the issue says {quoted(ground.issue.since.text)} ({ground.testimony.typed})"
        starts["typed"] = (ground.issue.since.at, typed, ground.testimony.typed)
    ordered = sorted(starts.values())
    if len(ordered) > 1 and ordered[-1][0] - ordered[0][0] >= APART:
        told = [ordered[0], ordered[-1]]
        yield Contradiction(
            about="since when it fails",
            sides=tuple(f"{side}: {ground.when(at).partition('T')[0]}" for at, side, _ in told),
            evidence=tuple(id for *_, id in told),
        )


def _priority(ground: Ground, level: Level) -> Iterator[Contradiction]:
    """The customer's open tickets are ranked otherwise than the policy ranks the issue."""
    wrong = "high" if level == "Medium" else "low"
    found = [
        (item, ticket)
        for item, ticket in ground.own_tickets
        if wrong in _SAYS.found_in(ticket.priority) and ticket.state != "solved" and not ticket.merged_into
    ]
    if found:
        told = ", ".join(f"{ticket.ref} {quoted(ticket.priority)} ({item.id})" for item, ticket in found[:MOST_SIDES])
        yield Contradiction(
            about="how urgent it is",
            sides=(f"by the ticket's priority: {told}", f"the policy finds {level}"),
            evidence=tuple(item.id for item, _ in found[:MOST_SIDES]),
        )
