"""The plain format, as docs/workspace.md tells it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.workspace import Workspace
from escalation.connector import AccountQuery, ArticleQuery, MessageQuery, TicketQuery, WorkItemQuery
from escalation.records import Account, Article, Message, Ticket, WorkItem

Open = Callable[..., Workspace]

DOCS = Path(__file__).parents[2] / "docs" / "workspace.md"


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_csv_in_the_documentation_is_read_without_a_fault(workspace: Open) -> None:
    opened = workspace({"plain.csv": example("csv")}, vendor_domains=["larkspur.example"])
    [ticket] = opened.find_tickets(TicketQuery())
    assert opened.session.shortfalls == []
    assert (ticket.account.name, ticket.tags, ticket.fields) == ("Acme Corp", ("api", "orders"), {"region": "EU"})
    assert ticket.comments[0].author.side == "vendor"
    [account] = opened.find_accounts(AccountQuery(domains=("acme.example.com",)))
    assert account.arr is not None
    assert (account.arr.amount, account.arr.currency, account.renewal_on) == (Decimal(1200000), "USD", date(2026, 12, 15))


def test_the_json_lines_in_the_documentation_are_read_without_a_fault(workspace: Open) -> None:
    opened = workspace({"plain.jsonl": example("json")})
    [message] = opened.find_messages(MessageQuery())
    [item] = opened.find_work_items(WorkItemQuery())
    [article] = opened.find_articles(ArticleQuery())
    assert opened.session.shortfalls == []
    assert message.replies[0].text
    assert item.fix_versions == ("2026.45",)
    assert article.visibility == "public"


def test_every_field_of_every_kind_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    nested = {"requester", "assignee", "reporter", "author", "owner", "account", "parent"}
    for model in (Ticket, Account, Message, WorkItem, Article):
        for name in model.model_fields:
            if name not in ("clocks", "pauses", "whole"):
                assert f"`{name}`" in text or (name in nested and f"`{name}_name`" in text), f"{model.__name__}.{name}"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("tickets,1,x,,,", "kind 'tickets' is none of"),
        ("ticket,,x,,,", "has no ref"),
        ("ticket,1,x,9999-12-31T00:00:00Z,,", "created_at '9999-12-31T00:00:00Z' is no date"),
        ("ticket,1,x,,nearly done,", "state 'nearly done' is none of"),
        ("ticket,1,x,,,[{", "comments is not JSON"),
    ],
)
def test_what_is_not_as_documented_is_told_with_its_line(workspace: Open, row: str, problem: str) -> None:
    opened = workspace({"plain.csv": f"kind,ref,subject,created_at,state,comments\nticket,0,good,,,\n{row}\n"})
    assert "0" in [ticket.ref for ticket in opened.find_tickets(TicketQuery())]
    assert opened.session.shortfalls[0].startswith(f"plain.csv line 3: {problem}")


def test_a_visibility_in_other_words_is_the_narrowest(workspace: Open) -> None:
    opened = workspace({"plain.csv": "kind,ref,subject,visibility\nticket,1,x,top secret\n"})
    assert [ticket.visibility for ticket in opened.find_tickets(TicketQuery())] == ["restricted"]


def test_amounts_without_currency_take_the_one_of_the_settings(workspace: Open) -> None:
    rows = {"plain.csv": "kind,ref,name,arr\naccount,1,Acme Corp,9600\n"}
    [account] = workspace(rows, currency="EUR").find_accounts(AccountQuery(names=("Acme Corp",)))
    assert account.arr is not None
    assert account.arr.currency == "EUR"


def test_one_record_in_one_line_of_json_is_read(workspace: Open) -> None:
    [ticket] = workspace(
        {"one.jsonl": '{"kind": "ticket", "ref": "1", "subject": "x", "updated_at": "2026-11-18T10:00:00+01:00"}'}
    ).find_tickets(TicketQuery())
    assert ticket.updated_at == datetime(2026, 11, 18, 9, tzinfo=timezone.utc)
