"""Step 4, route: escalate, monitor or handle in support; to whom; and the one thing asked for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from escalation.assessment import Assessment, Level, Reason
from escalation.clock import duration
from escalation.evidence import Gap
from escalation.gathering import Gathering
from escalation.issue import Issue
from escalation.judgement.facts import Facts
from escalation.judgement.findings import known
from escalation.judgement.ground import Ground
from escalation.judgement.owners import owner_of
from escalation.judgement.promises import Binding, bindings
from escalation.judgement.severity import MOST_MORE, changed, reason, reasons
from escalation.plugins import Hooks
from escalation.policy import AskRule, Cadence, Policy, TargetRule
from escalation.routing import Action, Ask, Decision, Kind, Route, Target, Team
from escalation.span import Span

SUPPORT: Team = "L2 support"
MOST_UNTIL = 4


def route(issue: Issue, gathering: Gathering, assessment: Assessment, *, policy: Policy, now: datetime, hooks: Hooks) -> Route:
    """The decision with its criteria, the target with its path, and one ask with an owner and a deadline."""
    ground = Ground.of(issue, gathering, policy=policy, now=now)
    facts, _ = known(ground)
    decision = _decision(policy, facts)
    kind, target = _target(ground, facts, decision.action)
    if decision.action == "escalate" and (chosen := hooks.choose_target(issue, gathering, assessment)):
        target = chosen
        kind = "security" if chosen.restricted else kind
    level = assessment.severity.level
    return Route(
        kind=kind,
        decision=decision,
        target=target,
        ask=_ask(ground, facts, target, assessment, decision.action),
        cadence=tuple(_cadence(ground, facts, policy.cadence[level])),
        gaps=tuple(_gaps(ground, facts, target, decision.action)),
    )


def action(policy: Policy, facts: Facts) -> Action:
    """What the criteria come to: a strong ground escalates, support's own answer outweighs the rest, nothing at all is watched."""
    matched = [rule for rule in policy.escalate.values() if rule.when.evaluate(facts.read).holds]
    answered = any(rule.when.evaluate(facts.read).holds for rule in policy.handle_in_support.values())
    if any(rule.strong for rule in matched) or (matched and not answered):
        return "escalate"
    return "handle in support" if answered else "monitor"


def _decision(policy: Policy, facts: Facts) -> Decision:
    chosen = action(policy, facts)
    for_it = reasons("escalate", policy.escalate, facts)
    answers = reasons("handle_in_support", policy.handle_in_support, facts)
    watched = reasons("monitor", policy.monitor, facts)
    if chosen == "escalate":
        return Decision(action=chosen, criteria=for_it, against=answers)
    until = f"escalate when {'; '.join(_until(policy, facts)) or 'anything above changes'}"
    if chosen == "handle in support":
        return Decision(action=chosen, criteria=answers, against=(*for_it, *watched), until=until)
    nothing = Reason(rule="monitor", text="no criterion for escalating matches, and support has no answer on record yet")
    return Decision(action=chosen, criteria=(*watched, nothing), until=until)


def _until(policy: Policy, facts: Facts) -> list[str]:
    """The policy's what-ifs that would turn the decision into an escalation."""
    found = []
    for change in policy.severity.what_if.values():
        times = range(1, MOST_MORE + 1 if change.more else 2)
        enough = next((number for number in times if action(policy, changed(facts, change, number)) == "escalate"), 0)
        if enough:
            found.append(change.says if enough == 1 else change.more.format(n=enough))
    return found[:MOST_UNTIL]


def _target(ground: Ground, facts: Facts, chosen: Action) -> tuple[Kind, Target]:
    """The first rule that matches; what support handles or watches stays with support."""
    policy = ground.policy
    if chosen != "escalate":
        team = policy.teams[SUPPORT]
        because = Reason(rule=f"targets.{chosen.replace(' ', '_')}", text="it stays with support")
        return "functional", Target(team=SUPPORT, path=team.path[:1], because=(because,), owner=_assignee(ground), include=team.include)
    rule, given = _first_target(policy, facts)
    team = policy.teams[rule.team]
    informed = (
        ()
        if team.restricted
        else tuple(
            (told.team, one)
            for key, told in policy.inform.items()
            if told.team != rule.team and (one := reason(f"inform.{key}", told, facts))
        )
    )
    path = (*team.path, *dict.fromkeys(f"{name} (informed)" for name, _ in informed))
    return rule.kind, Target(
        team=rule.team,
        path=path,
        because=(given, *(one for _, one in informed)),
        owner=owner_of(ground, facts, rule.team),
        restricted=team.restricted,
        include=team.include,
    )


def _first_target(policy: Policy, facts: Facts) -> tuple[TargetRule, Reason]:
    for id, rule in sorted(policy.targets.items(), key=lambda pair: pair[1].order):
        given = reason(f"targets.{id}", rule, facts)
        if given:
            return rule, given
    id, rule = max(policy.targets.items(), key=lambda pair: pair[1].order)
    return rule, Reason(rule=f"targets.{id}", text=rule.says)


def _assignee(ground: Ground) -> str:
    for item, ticket in ground.own_tickets:
        if ticket.assignee.name:
            return f"{ticket.assignee.name}, assignee of {ticket.ref} ({item.id})"
    return ""


def _ask(ground: Ground, facts: Facts, target: Target, assessment: Assessment, chosen: Action) -> Ask:
    rule = _ask_rule(ground.policy, facts, target.team, in_support=chosen == "handle in support")
    level = assessment.severity.level
    due = _policy_time(ground, level)
    found = () if rule.at_once else bindings(ground, assessment.clocks, replying=rule.verb in ("provide", "call"))
    binding = found[0] if found else due
    names = ", ".join(one.name for one in ground.affected[:4]) or ground.customer_name or "the customers affected"
    named = {**facts.texts(), "issue": _what(ground), "affected": names, "customer": ground.customer_name or "the customer"}
    return Ask(
        verb=rule.verb,
        text=rule.says.format_map(named),
        owner=f"{target.team}{f' – {target.owner}' if target.owner else ''}",
        by=binding.at,
        basis=binding.basis,
        basis_text=binding.text,
        evidence=binding.evidence,
    )


def _ask_rule(policy: Policy, facts: Facts, team: str, *, in_support: bool) -> AskRule:
    rules = [rule for rule in policy.asks.values() if rule.team == team and rule.in_support == in_support]
    return next((rule for rule in rules if rule.when.evaluate(facts.read).holds), (rules or list(policy.asks.values()))[-1])


def _what(ground: Ground) -> str:
    """The issue in the reporter's words, one line."""
    return " ".join((ground.issue.summary or ground.issue.sentence).split())[:160].rstrip(" .")


def _policy_time(ground: Ground, level: Level) -> Binding:
    rules = ground.policy.severity.levels[level]
    calendar = ground.policy.calendar(ground.issue.zone)
    at = calendar.after(ground.now, rules.attention)
    hours = f" on {calendar.describe()}" if rules.attention.business else ""
    return Binding(at, "policy", f"{rules.needs} for {level}: {rules.attention}{hours} (policy severity.levels.{level}.attention)", ())


def _cadence(ground: Ground, facts: Facts, cadence: Cadence) -> Iterator[str]:
    """Both rhythms in words, then when the next customer update falls due by the earlier bound."""
    yield f"internal follow-up every {_timer(cadence.internal)}"
    yield f"customer update every {_timer(cadence.customer)}"
    calendar = ground.policy.calendar(ground.issue.zone)
    last = next((id for id in facts["last_customer_update"].evidence if facts["last_customer_update"].value), None)
    said = next((one.passage.at for item, _ in ground.own_tickets for one in ground.public(item) if one.id == last), None)
    due = calendar.after(said, cadence.customer[0]) if said else None
    if due and due < ground.now:
        late = duration(int((ground.now - due).total_seconds() // 60))
        yield f"next customer update: now; by the last one it was due {ground.when(due)}, {late} ago"
    elif due:
        yield f"next customer update due {ground.when(due)}"
    else:
        yield f"next customer update due {ground.when(calendar.after(ground.now, cadence.customer[0]))}"


def _timer(bounds: tuple[Span, ...]) -> str:
    if len(bounds) == 1:
        return str(bounds[0])
    return f"{bounds[0]} (the policy allows {bounds[0]} to {bounds[1]}; the earlier bound sets the timer)"


def _gaps(ground: Ground, facts: Facts, target: Target, chosen: Action) -> Iterator[Gap]:
    if chosen == "escalate" and target.team == "engineering" and not target.owner:
        yield Gap(
            question="Which engineering team owns this?",
            why="the ask needs one owner",
            ask="ask the engineering on-call, or name owners in policy.yaml under components",
        )
    if chosen != "handle in support" and facts["documented_fix"].status == "unknown":
        searched = any(
            one.category.value == "knowledge base" and one.status in ("complete", "partial") for one in ground.gathering.coverage
        )
        if not searched:
            yield Gap(
                question="Is there a documented fix?",
                why="then support could handle it",
                ask="whoever can search the knowledge base; none could be searched here",
            )
