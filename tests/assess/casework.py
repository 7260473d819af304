"""Small real cases to judge: records as connectors yield them, gathered as step 2 would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from escalation.assessment import Assessment
from escalation.evidence import Evidence, Fact
from escalation.gathering import AffectedAccount, Customer, Gathering
from escalation.issue import Issue
from escalation.plugins import Hooks
from escalation.policy import Policy
from escalation.records import Account, AccountKey, Article, Category, Comment, Message, Money, Note, Person, Ticket, WorkItem
from escalation.routing import Route
from escalation.steps.assess import assess
from escalation.steps.route import route

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
POLICY = Policy.load()
HOOKS = Hooks()
_CATEGORIES = {
    "ticket": ("T", Category.SUPPORT_PLATFORM),
    "account": ("A", Category.CRM),
    "message": ("M", Category.CHAT),
    "work item": ("W", Category.PROJECT_TRACKER),
    "article": ("K", Category.KNOWLEDGE_BASE),
}


def told(assessment: Assessment, name: str) -> Fact:
    """A fact that must be there."""
    fact = assessment.fact(name)
    assert fact is not None, f"no fact {name}"
    return fact


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def customer(text: str, hours: float, name: str = "Wes Calloway", title: str = "") -> Comment:
    return Comment(at=hours_ago(hours), author=Person(name=name, side="customer", title=title), text=text, visibility="public")


def support(text: str, hours: float, name: str = "Tomasz Brzoza", visibility: str = "public") -> Comment:
    return Comment(at=hours_ago(hours), author=Person(name=name, side="vendor"), text=text, visibility=visibility)  # type: ignore[arg-type]


def ticket(
    ref: str, text: str, *comments: Comment, account: str = "Acme Corp", subject: str = "Orders fail", opened: float = 54, **more: Any
) -> Ticket:
    author = Person(name="Wes Calloway", side="customer")
    return Ticket(
        ref=ref, subject=subject, text=text, state=more.pop("state", "open"), requester=author, account=AccountKey(name=account),
        created_at=hours_ago(opened), comments=comments, **more,
    )  # fmt: skip


def account(
    name: str, arr: int | None = None, plan: str = "Business", renewal: date | None = None, currency: str = "USD", **more: Any
) -> Account:
    money = None if arr is None else Money(amount=Decimal(arr), currency=currency)
    return Account(ref=name, name=name, arr=money, plan=plan, renewal_on=renewal, **more)


def message(text: str, hours: float = 5, name: str = "Marisol Vega", title: str = "") -> Message:
    return Message(
        ref=f"m{hours}", channel="acct-acme", text=text, at=hours_ago(hours), author=Person(name=name, side="vendor", title=title)
    )


def work_item(ref: str, title: str, type: str = "Bug", state: str = "open", **more: Any) -> WorkItem:
    return WorkItem(ref=ref, title=title, type=type, status=state, state=state, created_at=hours_ago(50), **more)  # type: ignore[arg-type]


def article(title: str, text: str, ref: str = "kb-1") -> Article:
    return Article(ref=ref, title=title, text=text, url=f"https://help.larkspur.example/articles/{ref}")


def gathered(
    sentence: str, *records: Any, context: Sequence[Any] = (), customers: Sequence[str] = (), suspected: Sequence[str] = ()
) -> Gathering:
    """A gathering of these records: tickets make their accounts affected, and confirmed when the customer is named."""
    evidence = [
        Evidence(
            id="U1", connector="user", category=Category.USER, record=Note(ref="U1", title="The issue as typed", text=sentence, at=NOW)
        )
    ]
    counts: dict[str, int] = {}
    for record in (*records, *context):
        letter, category = _CATEGORIES[record.kind]
        counts[letter] = counts.get(letter, 0) + 1
        bearing = "context" if record.kind in ("account", "article") or any(record is one for one in context) else "direct"
        evidence.append(Evidence(id=f"{letter}{counts[letter]}", connector="exports", category=category, record=record, bearing=bearing))  # type: ignore[arg-type]
    ids = {item.record.heading: item.id for item in evidence if item.record.kind == "account"}
    ties: dict[str, list[str]] = {}
    for item in evidence:
        if isinstance(item.record, Ticket) and item.bearing == "direct":
            ties.setdefault(item.record.account.name, []).append(item.id)
    affected = [
        AffectedAccount(
            name=name, account=ids.get(name, ""), evidence=tuple(tied),
            certainty="confirmed" if name in customers else "linked by symptom", because="its own ticket reports it",
        )
        for name, tied in ties.items()
    ]  # fmt: skip
    affected += [
        AffectedAccount(name=name, account=ids.get(name, ""), evidence=("U1",), certainty="suspected", because="named in chat")
        for name in suspected
    ]
    return Gathering(
        evidence=tuple(evidence),
        customers=tuple(Customer(name=name, account=ids.get(name, "")) for name in customers),
        affected=tuple(sorted(affected, key=lambda one: one.certainty == "suspected")),
        primary=next((ties[name][0] for name in customers if name in ties), ""),
    )


def issue(sentence: str, type: str = "bug", **more: Any) -> Issue:
    return Issue(sentence=sentence, at=NOW, zone="UTC", summary=more.pop("summary", sentence), type=type, **more)  # type: ignore[arg-type]


def judged(
    sentence: str,
    *records: Any,
    type: str = "bug",
    policy: Policy = POLICY,
    now: datetime = NOW,
    about: dict[str, Any] | None = None,
    **more: Any,
) -> tuple[Assessment, Route]:
    """(assessment, route) of a case."""
    typed = issue(sentence, type, customers=tuple(more.get("customers", ())), **(about or {}))
    gathering = gathered(sentence, *records, **more)
    assessment = assess(typed, gathering, policy=policy, now=now, hooks=HOOKS)
    return assessment, route(typed, gathering, assessment, policy=policy, now=now, hooks=HOOKS)
