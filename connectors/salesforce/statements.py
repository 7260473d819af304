r"""SOQL and SOSL: what is asked, with whatever a user or a case says kept inside its quotes.

Read in the SOQL and SOSL Reference (developer.salesforce.com/docs/platform/salesforce-soql-sosl/guide, 2026-11): within a SOQL
string `'` and `\` are escaped, in LIKE `%` and `_` too; in a SOSL term ? & | ! { } [ ] ( ) ^ ~ * : \ " ' + - are; AND is what
SOSL does between terms unless OR is said, words in double quotes are a phrase and no operator; beyond 4,000 characters
operators are dropped. NAME FIELDS are an account's name and website, too. Texts (Description, CommentBody) can't be filtered by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from escalation.connector import AccountQuery, TicketQuery
from escalation.records import Account, AccountKey

ACCOUNT_CHILDREN = {
    "Contacts": "SELECT Name, Email, Title FROM Contacts ORDER BY LastModifiedDate DESC LIMIT 25",
    "Opportunities": (
        "SELECT Id, Name, StageName, IsClosed, Amount, CloseDate{currency} FROM Opportunities WHERE IsClosed = false "
        "ORDER BY CloseDate LIMIT 25"
    ),
    "Cases": "SELECT Id FROM Cases WHERE IsClosed = false LIMIT 200",
}
ACCOUNT = (
    *("Id", "Name", "Website", "AnnualRevenue", "Industry", "Type", "Description", "ParentId", "Parent.Name"),
    *("Owner.Name", "Owner.Email", "LastModifiedDate"),
)
CASE = (
    *("Id", "CaseNumber", "Subject", "Description", "Status", "IsClosed", "IsEscalated", "Priority", "Origin", "Type", "Reason"),
    *("CreatedDate", "LastModifiedDate", "ClosedDate", "AccountId", "Account.Name", "Account.Website"),
    *("Contact.Name", "Contact.Email", "Contact.Title", "SuppliedName", "SuppliedEmail", "Owner.Name"),
)
CASE_CHILDREN = {
    "CaseComments": (
        "SELECT CommentBody, IsPublished, CreatedDate, CreatedBy.Name, CreatedBy.Email, CreatedBy.UserType FROM CaseComments "
        "ORDER BY CreatedDate DESC LIMIT 100"
    ),
    "EmailMessages": (
        "SELECT Incoming, TextBody, HtmlBody, FromName, FromAddress, MessageDate, Status FROM EmailMessages "
        "ORDER BY MessageDate DESC LIMIT 100"
    ),
    "CaseMilestones": ("SELECT MilestoneType.Name, TargetDate, CompletionDate, IsViolated, TargetResponseInMins FROM CaseMilestones"),
}
ID = re.compile(r"(?:001|500)[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")
"""Of an account or a case."""

_RESERVED = re.compile(r"""[?&|!{}\[\]()^~*:\\"'+-]""")
_LONGEST = 6000
"""Of a condition as it stands in an address, which may be 16 KB with all its headers."""


def string(text: str) -> str:
    """A SOQL string, with its quotes."""
    kept = "".join(c if c.isprintable() else " " for c in text)[:255]
    return "'{}'".format(kept.replace("\\", "\\\\").replace("'", "\\'"))


def like(text: str, before: str = "", after: str = "") -> str:
    """A SOQL pattern, with its quotes: the text as it stands, with something before and after."""
    inner = string(text)[1:-1].replace("%", "\\%").replace("_", "\\_")
    return f"'{before}{inner}{after}'"


def term(text: str) -> str:
    """A SOSL phrase; empty for what has no two letters or digits, which SOSL refuses."""
    return f'"{_RESERVED.sub(lambda found: chr(92) + found[0], text)}"' if len(re.findall(r"\w", text)) > 1 else ""


def any_of(conditions: Iterable[str]) -> tuple[str, bool]:
    """(the conditions with OR between them, as many as an address holds; whether that is all of them)."""
    kept: list[str] = []
    wanted = list(dict.fromkeys(conditions))
    for condition in wanted:
        if len(quote(" OR ".join((*kept, condition)))) > _LONGEST:
            break
        kept.append(condition)
    return " OR ".join(kept), len(kept) == len(wanted)


def accounts_named(query: AccountQuery) -> str:
    """SOSL for near names; empty when there is nothing to search by."""
    terms = [found for text in (*query.names[:8], *query.domains[:8]) if (found := term(" ".join(text.split())[:100]))]
    sought = " OR ".join(dict.fromkeys(terms))
    return f"FIND {{{sought}}} IN NAME FIELDS RETURNING Account(Id LIMIT {min(query.limit, 25)})" if sought else ""


def which_accounts(query: AccountQuery, ids: Iterable[str]) -> tuple[str, bool]:
    """The condition for accounts of these ids, and of the names, domains and refs that are asked for."""
    known = [ref for ref in (*ids, *query.refs) if ID.fullmatch(ref)]
    return any_of(
        (
            *([f"Id IN ({', '.join(map(string, dict.fromkeys(known)))})"] if known else []),
            *(f"Name = {string(name)}" for name in query.names if name.strip()),
            *(f"Website LIKE {pattern}" for domain in query.domains for pattern in _websites(domain)),
        )
    )


def select(fields: Iterable[str], kind: str, where: str, rest: str) -> str:
    """SOQL; what is in `where` must have been made by the functions above."""
    return " ".join(("SELECT", ", ".join(fields), "FROM", kind, "WHERE", where, rest))


def accounts(condition: str, fields: Sequence[str], children: Iterable[str], limit: int) -> str:
    """SOQL for accounts with what belongs to them."""
    currency = ", CurrencyIsoCode" if "CurrencyIsoCode" in fields else ""
    inner = (f"({ACCOUNT_CHILDREN[child].format(currency=currency)})" for child in children)
    return select((*fields, *inner), "Account", condition, f"LIMIT {limit}")


def of_account(key: AccountKey, known: Sequence[Account]) -> str:
    """The condition for cases of an account: by the id of one that was found, else by name and domain; empty when several may be meant."""
    name, domain = key.name.casefold().strip(), key.domain.casefold()
    for meant in (
        [one.ref for one in known if key.ref and key.ref == one.ref],
        [one.ref for one in known if domain and domain in one.domains],
        [one.ref for one in known if name and name == one.name.casefold()],
    ):
        if meant:
            return f"AccountId IN ({', '.join(map(string, meant[:20]))})"
    if near := [one.ref for one in known if name and name in one.name.casefold()]:
        return f"AccountId = {string(near[0])}" if len(near) == 1 else ""
    ways = [f"Account.Name = {string(key.name)}"] if name else []
    ways += [f"Account.Website LIKE {pattern}" for pattern in _websites(domain)] if domain else []
    return f"({' OR '.join(ways)})" if ways else ""


def cases_holding(query: TicketQuery, fields: Sequence[str], condition: str, limit: int) -> str:
    """SOSL for cases: all that is exact, else any of the words, the best first; empty when there is nothing to search by."""
    texts = (query.model_copy(update={"words": ()}) if query.exact else query).terms(most=10, longest=150)
    if not (terms := [found for text in texts if (found := term(text))]):
        return ""
    sought = (" AND " if query.exact else " OR ").join(terms)
    where = " AND ".join(filter(None, (condition, since(query.since))))
    return f"FIND {{{sought}}} IN ALL FIELDS RETURNING Case({', '.join(fields)}{f' WHERE {where}' if where else ''} LIMIT {limit})"


def latest_cases(query: TicketQuery, fields: Sequence[str], condition: str, limit: int) -> str:
    """SOQL for an account's cases, the newest first."""
    where = " AND ".join(filter(None, (condition, since(query.since))))
    return select(fields, "Case", where, f"ORDER BY CreatedDate DESC LIMIT {limit}")


def whole_case(reference: str, fields: Sequence[str], children: Iterable[str]) -> str:
    """SOQL for one case, by id or number, with all that was said and its milestones."""
    by = f"Id = {string(reference)}" if ID.fullmatch(reference) else f"CaseNumber = {string(reference)}"
    inner = (f"({CASE_CHILDREN[child]})" for child in children)
    return select((*fields, *inner), "Case", by, "LIMIT 1")


def since(at: datetime | None) -> str:
    """The condition for what changed after a moment, which stands without quotes."""
    return f"LastModifiedDate >= {at:%Y-%m-%dT%H:%M:%SZ}" if at else ""


def _websites(domain: str) -> tuple[str, ...]:
    """How a website of this domain, and of no other that ends alike, may be written."""
    return like(domain, after="%"), like(domain, before="%//", after="%"), like(domain, before="%.", after="%")
