"""Revenue: what the affected accounts are worth, each account once, each currency by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from escalation.gathering import AffectedAccount
from escalation.judgement.facts import Reading, unknown
from escalation.judgement.ground import Ground
from escalation.policy import HighValue
from escalation.records import Account, Deal, Money

_CLOSED = ("closed", "won", "lost")


def printed(money: Money) -> str:
    """`USD 1,200,000`; the amount alone, and so said, when the source states no currency."""
    amount = f"{money.amount:,.0f}" if money.amount == money.amount.to_integral_value() else f"{money.amount:,.2f}"
    return f"{amount} (currency not stated)" if money.currency == "XXX" else f"{money.currency} {amount}"


def summed(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum per currency, by currency code. Currencies are never converted."""
    sums: dict[str, Decimal] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
    return tuple(Money(amount=sums[currency], currency=currency) for currency in sorted(sums))


def high_value(account: Account, thresholds: HighValue, today: date) -> str:
    """Why the account is one of high value; empty when it isn't."""
    if account.arr and account.arr.currency in thresholds.arr and account.arr.amount >= thresholds.arr[account.arr.currency]:
        return f"ARR {printed(account.arr)}"
    if account.plan.casefold() in (plan.casefold() for plan in thresholds.plans):
        return f"{account.plan} plan"
    if account.renewal_on and 0 <= (account.renewal_on - today).days <= thresholds.renewal_within_days:
        return f"renewal on {account.renewal_on}, in {(account.renewal_on - today).days} days"
    return ""


def is_open(deal: Deal) -> bool:
    """Is the deal still open? By its own flag, else by the word of its stage."""
    return deal.open if deal.open is not None else not any(word in deal.stage.casefold() for word in _CLOSED)


def readings(ground: Ground) -> Iterator[Reading]:
    """The customer's plan, ARR and renewal, and the sums over all affected accounts."""
    yield from _customer(ground)
    counted = ground.affected or tuple(one for one in (ground.customer,) if one)
    if ground.issue.type == "feature gap":  # whoever only asks for a feature puts no revenue at risk
        counted = tuple(one for one in counted if one.name in ground.leaving) or counted
    yield _at_risk(ground, counted)
    yield _suspected(ground)
    yield _deals(ground, counted)


def told(ground: Ground) -> Iterator[Reading]:
    """ARR, plan and renewal of every affected account, for the brief's table; no condition reads them."""
    today = ground.now.date()
    for one in ground.gathering.affected:
        account = ground.account(one)
        if account is None:
            continue
        if account.arr:
            yield Reading(
                f"ARR of {one.name}",
                (account.arr,),
                printed(account.arr),
                "observed",
                (ground.stating(one, "arr"),),
                f"{account.plan or 'plan unknown'}; {one.certainty}",
            )
        if account.renewal_on:
            yield Reading(
                f"renewal of {one.name}",
                None,
                f"{account.renewal_on} ({(account.renewal_on - today).days} days)",
                "observed",
                (ground.stating(one, "renewal_on"),),
            )


def _customer(ground: Ground) -> Iterator[Reading]:
    one = ground.customer
    name = ground.customer_name
    yield (
        Reading(
            "customer",
            name,
            name,
            "observed" if one and one.account else "stated",
            (one.account,) if one and one.account else _source(ground),
        )
        if name
        else unknown("customer")
    )
    account = ground.account(one) if one else None
    if account is None or one is None:
        return
    today = ground.now.date()
    if account.plan:
        yield Reading("customer_plan", account.plan, account.plan, "observed", (ground.stating(one, "plan"),))
    why = high_value(account, ground.policy.thresholds.high_value, today)
    if why:
        yield Reading("customer_high_value", True, "yes", "derived", (one.account,), f"{why} (policy thresholds.high_value)")
    if account.arr:
        yield Reading("arr", (account.arr,), printed(account.arr), "observed", (ground.stating(one, "arr"),))
    if account.renewal_on:
        days = (account.renewal_on - today).days
        yield Reading("renewal_on", account.renewal_on, str(account.renewal_on), "observed", (ground.stating(one, "renewal_on"),))
        yield Reading("renewal_days", days, f"{days} days", "derived", (ground.stating(one, "renewal_on"),), "renewal_on − today")


def _source(ground: Ground) -> tuple[str, ...]:
    return (ground.testimony.typed,)


def _at_risk(ground: Ground, counted: tuple[AffectedAccount, ...]) -> Reading:
    """The sum, with what it counts and what it leaves out."""
    valued = [(one, account.arr) for one in counted if (account := ground.account(one)) and account.arr]
    doubts = "; ".join(doubt for one in counted if (doubt := _doubt(ground, one)))
    if not valued:
        return unknown("revenue_at_risk", doubts)
    sums = summed(money for _, money in valued)
    missing = [one.name for one in counted if one.name not in {known.name for known, _ in valued}]
    others = [one.name for one in ground.affected if one not in counted]
    note = f"ARR of {len(valued)} of {len(counted)} affected accounts, each once; renewal amounts and deals not added"
    note += f"; no ARR on record for {', '.join(missing[:5])}" if missing else ""
    note += f"; also asking, not counted: {', '.join(others[:5])}" if others else ""
    note += f"; {doubts}" if doubts else ""
    return Reading(
        "revenue_at_risk", sums, " + ".join(map(printed, sums)), "derived", tuple(ground.stating(one, "arr") for one, _ in valued), note
    )


def _doubt(ground: Ground, one: AffectedAccount) -> str:
    """What speaks against the ARR that is counted: what nobody can have, and systems that say different things."""
    stated = [(id, arr) for id, arr in ground.stated(one, "arr") if arr]
    wrong = [f"{printed(arr)} ({id}) can't be the ARR of {one.name} and is not counted" for id, arr in stated if not ground.believable(arr)]
    account = ground.account(one)
    others = [f"{printed(arr)} ({id})" for id, arr in stated if ground.believable(arr) and account and arr != account.arr]
    if others and account and account.arr:
        wrong.append(f"of {one.name} {printed(account.arr)} ({ground.stating(one, 'arr')}) is counted, not {' or '.join(others)}")
    return "; ".join(wrong)


def _suspected(ground: Ground) -> Reading:
    valued = [(one, account.arr) for one in ground.suspected if (account := ground.account(one)) and account.arr]
    if not valued or not ground.affected:
        return unknown("revenue_suspected")
    sums = summed(money for _, money in valued)
    return Reading(
        "revenue_suspected",
        sums,
        " + ".join(map(printed, sums)),
        "derived",
        tuple(ground.stating(one, "arr") for one, _ in valued),
        "suspected accounts only; not in revenue_at_risk",
    )


def _deals(ground: Ground, counted: tuple[AffectedAccount, ...]) -> Reading:
    """Open deals that are new business; open renewals are named, but they are the money that ARR counts already."""
    found = [(one, deal) for one in counted if (account := ground.account(one)) for deal in account.deals if is_open(deal)]
    renewals = [(one, deal) for one, deal in found if "renewal" in f"{deal.name} {deal.stage}".casefold()]
    new = [pair for pair in found if pair not in renewals]
    known = tuple(dict.fromkeys(ground.stating(one, "deals") for one, _ in found)) or tuple(
        one.account for one in counted if ground.account(one)
    )
    if not known:
        return unknown("open_deals")
    note = f"open renewals, the same money as ARR: {'; '.join(_deal(*pair) for pair in renewals[:5])}" if renewals else ""
    text = f"{len(new)}: {'; '.join(_deal(*pair) for pair in new[:6])}" if new else "none on record"
    return Reading("open_deals", len(new), text, "observed", known, note)


def _deal(one: AffectedAccount, deal: Deal) -> str:
    amount = f" {printed(deal.amount)}" if deal.amount else ""
    return f"{deal.name}{amount}{f' ({deal.stage})' if deal.stage else ''}, {one.name}"
