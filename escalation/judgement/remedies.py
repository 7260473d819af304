"""Remedies: a way round, a documented fix, a like case that support solved, and what engineering and product have on record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from escalation.evidence import Evidence
from escalation.judgement.facts import Reading, unknown
from escalation.judgement.ground import Ground, quoted
from escalation.judgement.regression import NO_FIX
from escalation.judgement.stakes import BUG_TYPES, FEATURE_TYPES
from escalation.judgement.testimony import INSIDE, Said, cited
from escalation.records import Article, Ticket
from escalation.search.similarity import tokens

ENOUGH = 0.5
"""Share of the issue's words that an article must hold to count as one that addresses it."""
SHORTEST_NAME = 5
"""Characters; what is shorter stands in too many texts."""


def readings(ground: Ground, issue_type: str | None) -> Iterator[Reading]:
    """What could help, and what has been tried of it."""
    yield _workaround(ground)
    yield from _articles(ground)
    yield from _solved_before(ground)
    typed = (ground.testimony.typed,)
    if issue_type == "configuration":
        yield Reading("configuration_problem", True, "yes", "derived", typed, "by the kind of issue")
    if issue_type == "question":
        yield Reading("guidance_wanted", True, "yes", "derived", typed, "by the kind of issue")
    stuck = ground.testimony.claiming("diagnosis_stuck")
    if stuck:
        yield Reading("diagnosis_stuck", True, "yes", "stated", cited(stuck), quoted(stuck[0].text))
    yield from _defect(ground, issue_type)
    yield _feature(ground, issue_type)
    yield from _fix_date(ground)
    yield _component(ground)


def _workaround(ground: Ground) -> Reading:
    """From what customers say of a way that our side offered them: whom it works for, whom it doesn't, who is silent."""
    offered, works, fails = _answers(ground)
    none = ground.testimony.claiming("no_workaround")
    names = {item.id: ground.account_of(item) for item, _ in ground.tickets if item.id not in ground.over}
    silent = sorted(set(names.values()) - {names.get(id, id) for id in (*works, *fails)})
    good, bad = ("; ".join(f"{names.get(id, id)} {quoted(said.text, 100)}" for id, said in told.items()) for told in (works, fails))
    bad = bad or "; ".join(quoted(said.text, 100) for said in none[:1])
    told = "; ".join(f"{word} {who}" for word, who in (("works:", good), ("fails:", bad), ("no word from", ", ".join(silent))) if who)
    evidence = cited([*works.values(), *fails.values(), *none])
    if bad and (works or len(fails) < len(offered)):
        return Reading("workaround", "fails for some", f"fails for some; {told}", "stated", evidence)
    if bad:
        return Reading("workaround", "none known", f"none known; {told}", "stated", evidence)
    if works and not silent:
        return Reading("workaround", "works", told, "stated", evidence)
    if works:
        return Reading("workaround", "unknown", f"not known for all; {told}", "stated", evidence)
    if offered:
        first = next(iter(offered.values()))
        return Reading("workaround", "unknown", f"offered, result unknown: {quoted(first.text)}", "stated", cited(offered.values()))
    return unknown("workaround")


def _answers(ground: Ground) -> tuple[dict[str, Said], dict[str, Said], dict[str, Said]]:
    """(what we offered, customers it works for, customers it fails) by ticket; in one passage a "but" outweighs."""
    offered: dict[str, Said] = {}
    works: dict[str, Said] = {}
    fails: dict[str, Said] = {}
    for said in ground.testimony.said:
        record = said.statement.record
        offers = "offers_a_way" in said.claims or ("workaround" in said.plays and said.voice in INSIDE)
        if record in ground.over or said.statement.kind != "ticket":
            continue
        if offers and said.statement.to_customer:
            offered.setdefault(record, said)
        elif record in offered and said.id != offered[record].id and "way_fails" in said.claims:
            fails.setdefault(record, said)
        elif record in offered and said.id != offered[record].id and "way_works" in said.claims:
            works.setdefault(record, said)
    failed = {said.id for said in fails.values()}
    return offered, {record: said for record, said in works.items() if said.id not in failed}, fails


def _articles(ground: Ground) -> Iterator[Reading]:
    """Articles that address the symptom: open to try, or tried in vain."""
    fitting = sorted(
        ((share, item) for item in ground.gathering.of_kind("article") if (share := fit(ground, item)) >= ENOUGH),
        key=lambda pair: -pair[0],
    )
    turned_down = [(item, said) for _, item in fitting if (said := refused(ground, item))]
    usable = [item for _, item in fitting if item not in [one for one, _ in turned_down]]
    if turned_down:
        told = "; ".join(f"{quoted(item.record.heading)} ({item.id}): {quoted(said.text, 120)} ({said.id})" for item, said in turned_down)
        cited_by = tuple(dict.fromkeys(id for item, said in turned_down for id in (item.id, said.id)))
        yield Reading("documented_fix_failed", True, told, "stated", cited_by)
    if usable:
        listed = ", ".join(f"{quoted(item.record.heading)} ({item.id})" for item in usable[:3])
        yield Reading(
            "documented_fix",
            True,
            listed,
            "derived",
            tuple(item.id for item in usable[:3]),
            "holds the issue's words; nobody says that it was tried in vain",
        )
    else:
        yield unknown("documented_fix")


def fit(ground: Ground, item: Evidence) -> float:
    """Share of the issue's telling words that stand in the article; all of it when somebody sent it in answer."""
    if not isinstance(item.record, Article) or item.bearing == "look-alike":
        return 0.0
    if any(name in said.text.casefold() for name in _names(item) for said in ground.testimony.said if said.statement.kind == "ticket"):
        return 1.0
    wanted = {stem for word in (*ground.issue.words, *ground.issue.errors) for stem in tokens(word)}
    there = set(tokens(f"{item.record.title}\n{item.record.text}"))
    return len(wanted & there) / len(wanted) if len(wanted) > 1 else 0.0


def refused(ground: Ground, item: Evidence) -> Said | None:
    """The sentence that says an article does not help: one that names it before one that follows a message in its thread that does."""
    names = _names(item)
    named_in: set[str] = set()
    following: Said | None = None
    for said in ground.testimony.said:
        record = said.statement.record
        text = said.text.casefold()
        here = any(name in text for name in names)
        if here and "article_rejected" in said.claims:
            return said
        if record in named_in and following is None and {"article_rejected", "way_fails"} & set(said.claims):
            following = said
        if here:
            named_in.add(record)
    return following


def _names(item: Evidence) -> tuple[str, ...]:
    """How a thread may name an article: key, address, last part of the address, title."""
    record = item.record
    names = (record.ref, record.url, record.url.rstrip("/").rsplit("/", 1)[-1], record.heading)
    return tuple(name.casefold() for name in names if len(name) > SHORTEST_NAME)


def _solved_before(ground: Ground) -> Iterator[Reading]:
    """Earlier tickets of the same kind that were solved without a work item."""
    solved = [
        item
        for item in ground.gathering.of_kind("ticket")
        if isinstance(item.record, Ticket)
        and item.record.state == "solved"
        and not item.record.merged_into
        and item.bearing != "look-alike"
        and not _names_work(ground, item)
    ]
    if solved:
        refs = ", ".join(f"{item.record.ref} ({item.id})" for item in solved[:4])
        yield Reading("similar_solved_in_support", len(solved), f"{len(solved)}: {refs}", "observed", tuple(item.id for item in solved[:4]))


def _names_work(ground: Ground, item: Evidence) -> bool:
    text = "\n".join((*item.record.links, *item.record.fields.values(), *(passage.text for passage in item.record.passages())))
    return any(other.record.ref in text for other in ground.gathering.of_kind("work item"))


def _defect(ground: Ground, issue_type: str | None) -> Iterator[Reading]:
    """A defect on record: a linked bug that was not turned down, or our own side confirming one."""
    bugs = [
        (item, record) for item, record in ground.work_items if record.type.casefold() in BUG_TYPES and not NO_FIX.search(record.resolution)
    ]
    if ground.work_items:
        item, record = (bugs or list(ground.work_items))[0]
        who = f", {record.assignee.name}" if record.assignee.name else ""
        told = f"{record.ref} {quoted(record.title, 90)}, {record.status or record.state}{who} ({item.id})"
        yield Reading("work_item", record.ref, told, "observed", (item.id,))
        still = [one for one, work in ground.work_items if work.state in ("open", "in progress")]
        if still:
            yield Reading("work_item_open", True, "yes", "observed", tuple(one.id for one in still))
    said = () if issue_type in ("feature gap", "question") else ground.testimony.claiming("defect_confirmed")
    if bugs:
        item, record = bugs[0]
        yield Reading("bug_confirmed", True, "yes", "observed", (item.id, *cited(said, 3)), f"{record.ref} is of type {record.type}")
    elif said:
        yield Reading("bug_confirmed", True, "yes", "stated", cited(said), quoted(said[0].text))
    else:
        yield unknown("bug_confirmed")


def _feature(ground: Ground, issue_type: str | None) -> Reading:
    wanted = [(item, record) for item, record in ground.work_items if record.type.casefold() in FEATURE_TYPES]
    said = ground.testimony.claiming("feature_requested", voices=("customer", "reporter"))
    if issue_type == "feature gap":
        return Reading(
            "feature_requested",
            True,
            "yes",
            "derived",
            (ground.testimony.typed, *(item.id for item, _ in wanted), *cited(said, 3)),
            "by the kind of issue",
        )
    if wanted and not any(record.type.casefold() in BUG_TYPES for _, record in ground.work_items):
        item, record = wanted[0]
        return Reading("feature_requested", True, "yes", "observed", (item.id,), f"{record.ref} is of type {record.type}")
    return unknown("feature_requested")


def _fix_date(ground: Ground) -> Iterator[Reading]:
    """A date that our side promised, unless a later word took it back."""
    promised = [said for said in ground.testimony.said if said.voice == "vendor" and said.at and "commitment" in said.plays]
    taken_back = [said for said in ground.testimony.said if said.voice == "vendor" and said.at and "retraction" in said.plays]
    if promised:
        last = max(promised, key=lambda said: said.at)  # type: ignore[arg-type, return-value]
        retracted = next((said for said in taken_back if said.at and last.at and said.at >= last.at and said.id != last.id), None)
        if retracted:
            yield Reading(
                "fix_date_committed",
                False,
                "no",
                "stated",
                (last.id, retracted.id),
                f"{quoted(last.text, 100)} was taken back: {quoted(retracted.text, 100)}",
            )
        else:
            yield Reading("fix_date_committed", True, "yes", "stated", (last.id,), quoted(last.text))


def _component(ground: Ground) -> Reading:
    """From the tracker, else from the ticket's own field, else by the policy's words."""
    for item, record in ground.work_items:
        if record.components:
            return Reading("component", record.components[0], ", ".join(record.components), "observed", (item.id,))
    for item, ticket in ground.own_tickets:
        named = next((value for name, value in ticket.fields.items() if name.casefold().strip() == "component" and value), "")
        if named:
            return Reading("component", named, named, "observed", (item.id,))
    text = ground.issue.sentence.casefold()
    for name, component in ground.policy.components.items():
        if any(re.search(rf"(?<!\w){re.escape(word.casefold())}", text) for word in component.words):
            return Reading("component", name, name, "derived", (ground.testimony.typed,), f"policy components.{name}")
    return unknown("component")
