"""Linear: issues with their comments, links and customers, over its GraphQL API.

Fields, arguments and their limits were read in the schema that Linear publishes with its SDK (August 2026): `attachmentsForURL`
finds the issues that a ticket's address is attached to, `searchIssues` (full text and vectors, comments too) and
`semanticSearch` may each be asked 30 times a minute, `issueCreate` takes an id of the caller's. `issue(id:)` takes a key too
(github.com/linear/linear/issues/1066). The types of errors were read in the SDK's error.ts; they come with HTTP 200 or 400
(https://linear.app/developers/rate-limiting, read 2026-11). `IssueSearchResult` has the fields of `Issue` but is another type,
so that no fragment fits both: what is asked of either is one text here. Values are GraphQL variables, always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from escalation.actions import Done, WorkItemDraft
from escalation.auth import Auth, Header
from escalation.connector import About, ApiConnector, ApiSettings, Connector, Probe, WorkItemQuery, address
from escalation.errors import AuthError, ConfigError, ConnectorError, NotFound, Unavailable, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Page, graphql
from escalation.records import AccountKey, Category, Comment, Person, Record, WorkItem
from escalation.reply import Reply

_HITS = 25
_FEW = 3
"""With fewer hits, the question is asked again by meaning."""
_COMMENT_PAGES = 3
"""Of a hundred comments."""
_KEY = re.compile(r"[A-Z][A-Z0-9]{0,9}-\d{1,7}")
_PATH = re.compile(r"/([\w-]+)/issue/([A-Za-z][A-Za-z0-9]{0,9}-\d{1,7})(?:/|$)")
_ENDPOINT = "/graphql"
_MARK = "customer-escalation mark"

_WHO = "{ name email app }"
_OUTSIDER = "{ name email }"
_HIT = f"""
    identifier title description url createdAt updatedAt startedAt completedAt canceledAt trashed
    priorityLabel dueDate customerTicketCount slaType slaStartedAt slaBreachesAt
    state {{ name type }} team {{ key }} project {{ name }} assignee {_WHO} creator {_WHO} externalUserCreator {_OUTSIDER}
    labels(first: 20) {{ nodes {{ name }} }}
    attachments(first: 20) {{ nodes {{ url }} }}"""
_FOUND = f"""query Found($term: String!, $filter: IssueFilter, $first: Int!) {{
  searchIssues(term: $term, filter: $filter, first: $first, includeComments: true, includeArchived: true) {{ nodes {{ {_HIT} }} }}
}}"""
_MEANT = f"""query Meant($term: String!, $filter: IssueFilter, $first: Int!) {{
  semanticSearch(query: $term, types: [issue], filters: {{issues: $filter}}, maxResults: $first, includeArchived: true) {{
    results {{ issue {{ {_HIT} }} }} }}
}}"""
_NAMED = f"""query Named($url: String!, $linked: Boolean!, $filter: IssueFilter, $first: Int!) {{
  attachmentsForURL(url: $url, first: $first, includeArchived: true) @include(if: $linked) {{ nodes {{ issue {{ {_HIT} }} }} }}
  issues(filter: $filter, first: $first, orderBy: updatedAt, includeArchived: true) {{ nodes {{ {_HIT} }} }}
}}"""
_WHOLE = f"""query Whole($id: String!, $after: String) {{
  issue(id: $id) {{ {_HIT}
    parent {{ url }} children(first: 50) {{ nodes {{ url }} }}
    relations(first: 50) {{ nodes {{ relatedIssue {{ url }} }} }} inverseRelations(first: 50) {{ nodes {{ issue {{ url }} }} }}
    needs(first: 50) {{ nodes {{ customer {{ name domains revenue tier {{ displayName }} status {{ displayName }} }} }} }}
    comments(first: 100, after: $after) {{
      nodes {{ body createdAt user {_WHO} externalUser {_OUTSIDER} botActor {{ name }} }}
      pageInfo {{ hasNextPage endCursor }} }} }}
}}"""
_SEEN = "query Seen { viewer { name } teams(first: 250) { nodes { key } } issues(first: 1) { nodes { identifier } } }"
_DRAFTED = """query Drafted($id: ID!, $team: String!) {
  issues(filter: {id: {eq: $id}}, includeArchived: true) { nodes { identifier url createdAt } }
  teams(filter: {key: {eqIgnoreCase: $team}}) { nodes { id } }
}"""
_CREATE = """mutation Create($input: IssueCreateInput!) {
  issueCreate(input: $input) { success issue { identifier url createdAt } }
}"""
_ATTACH = "mutation Attach($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { success } }"

_REFUSALS: Mapping[str, int] = {"authentication error": 401, "forbidden": 403, "feature not accessible": 403}
_STATES: Mapping[str, Literal["open", "in progress", "done"]] = {
    "triage": "open", "backlog": "open", "unstarted": "open", "started": "in progress",
    "completed": "done", "canceled": "done", "duplicate": "done",
}  # fmt: skip
_FIELDS = {
    "team": "team.key", "project": "project.name", "due": "dueDate", "SLA type": "slaType", "SLA started": "slaStartedAt",
    "SLA breaches": "slaBreachesAt", "customer tickets": "customerTicketCount",
}  # fmt: skip


class LinearSettings(ApiSettings):
    """Settings of the Linear connector."""

    base_url: str = Field(default="https://api.linear.app", description="Address of the API, where a proxy stands before it.")
    api_key: SecretStr = Field(description="Personal API key (lin_api_…), or an OAuth access token (lin_oauth_…).")
    teams: tuple[str, ...] = Field(
        default=(),
        description="Keys of the only teams to look in, such as ENG. Unless set, all in view; and keys of other systems are asked for too.",
    )
    workspace: str = Field(
        default="",
        pattern=r"^[\w-]*$",
        description="Your workspace as addresses name it: linear.app/WORKSPACE/issue/…; any unless set.",
    )


class Linear(ApiConnector[LinearSettings]):
    """Finds issues by the tickets attached to them and by text, and creates them."""

    type: ClassVar[str] = "linear"
    categories: ClassVar[tuple[Category, ...]] = (Category.PROJECT_TRACKER,)
    settings_type = LinearSettings
    about = About(
        title="Linear",
        credential=(
            "As a member who sees just the teams in question: Settings → Account → Security & Access → Personal API keys → New API key; "
            "under Permissions choose *Only select permissions* and tick *Read* alone (*Write* too, if it may file issues), "
            "under Team access *Only select teams*. It is shown once."
        ),
        needs={"find_work_items": "*Read*", "fetch": "*Read*", "create_work_item": "*Write*"},
        blind="Its search ranks by words and meaning and promises neither all hits nor the newest, and only in teams that the key may see.",
        source="Linear GraphQL API, its published schema of August 2026, read 2026-11",
        example={"api_key": "${LINEAR_API_KEY}"},
    )

    def auth(self) -> Auth:
        bearer = self.settings.api_key.get_secret_value().startswith("lin_oauth_")
        return Header("Authorization", self.settings.api_key, prefix="Bearer " if bearer else "")

    def refusal(self, page: Page) -> ConnectorError | None:
        errors = page.reply.rows("errors")
        if not errors:
            return None
        if any(part is not None for part in page.reply.under("data").raw.values()):
            self.session.fall_short("Linear left a part of its answer out")
            return None
        kind = errors[0].text("extensions.type").casefold() or errors[0].text("extensions.code").casefold().replace("_", " ")
        if kind in _REFUSALS:
            return AuthError(f"Linear refused: {kind}", status=_REFUSALS[kind])
        if errors[0].text("message").startswith("Entity not found"):
            return NotFound("Linear has nothing by that key")
        if kind in ("internal error", "internal server error", "lock timeout", "network error"):
            return Unavailable(f"Linear answered: {kind}")
        known = kind if re.fullmatch(r"[a-z ]{4,40}", kind) else "an error"
        return UnexpectedResponse(f"Linear did not take the question: {known}")

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]:
        first = min(query.limit, _HITS)
        narrow: list[dict[str, Any]] = []
        if self.settings.teams:
            narrow.append({"team": {"key": {"in": [team.upper() for team in self.settings.teams]}}})
        if query.since:
            narrow.append({"updatedAt": {"gte": query.since.isoformat()}})
        exact = list(filter(_tells, WorkItemQuery(exact=query.exact).terms(longest=500)))
        words = list(filter(_tells, WorkItemQuery(words=query.words).terms()))
        if exact or (query.account and not words):
            wanted = [_says(text) for text in exact] or _asked_for_by(query.account or AccountKey())
            if not wanted:
                return
            url = next((text for text in exact if "://" in text), "")
            reply = self._asked(_NAMED, url=url, linked=bool(url), filter={"and": [*narrow, *wanted]}, first=first)
            linked = [row.under("issue") for row in reply.rows("data.attachmentsForURL.nodes")]
            yield from self._hits([*linked, *reply.need_rows("data.issues.nodes")])
        elif words:
            asked: dict[str, Any] = {"term": " ".join(words), "filter": {"and": narrow} if narrow else None, "first": first}
            found = self._asked(_FOUND, **asked).need_rows("data.searchIssues.nodes")
            yield from self._hits(found)
            if len(found) < _FEW:
                meant = (row.under("issue") for row in self._asked(_MEANT, **asked).need_rows("data.semanticSearch.results"))
                read = {row.text("identifier") for row in found}
                yield from self._hits(row for row in meant if row.raw and row.text("identifier") not in read)

    def owns(self, reference: str) -> bool:
        if "://" not in reference:
            return bool(_KEY.fullmatch(reference)) and self._is_ours(reference)
        parts = address(reference)
        found = _PATH.match(parts.path)
        here = parts.hostname == "linear.app" and found and self.settings.workspace in ("", found[1])
        return bool(here and found and self._is_ours(found[2]))

    def fetch(self, reference: str) -> Iterator[Record]:
        found = _PATH.match(address(reference).path)
        key = found[2] if found else reference
        if not _KEY.fullmatch(key.upper()):
            raise NotFound(f"{reference[:80]!r} is no issue's key or address")
        issue: dict[str, Any] = {}
        said: list[Any] = []
        for number, page in enumerate(self.api.pages(graphql(_ENDPOINT, _WHOLE, {"id": key.upper()}, at="issue.comments")), start=1):
            issue = issue or page.reply.under("data.issue").raw
            said += [comment.raw for comment in page.reply.rows("data.issue.comments.nodes")]
            if number == _COMMENT_PAGES and page.reply.flag("data.issue.comments.pageInfo.hasNextPage"):
                self.session.fall_short(f"of an issue with more than {_COMMENT_PAGES * 100} comments, the rest was not read")
                break
        if not issue:
            raise NotFound("Linear has nothing by that key")
        yield from self.mapped([Reply({**issue, "comments": {"nodes": said}})], self.work_item)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_work_items", self._seen)

    def _seen(self) -> str:
        data = self._asked(_SEEN).under("data")
        teams = {team.text("key") for team in data.rows("teams.nodes")}
        missing = ", ".join(key for key in self.settings.teams if key.upper() not in teams)
        return f"as {data.text('viewer.name')}, {len(teams)} teams in view" + (f"; not in view: {missing}" if missing else "")

    def create_work_item(self, draft: WorkItemDraft) -> Done:
        """The issue's id is made from the mark, so that Linear itself refuses a second one."""
        id = str(UUID(bytes=sha256(draft.mark.encode()).digest()[:16], version=4))
        before = self._asked(_DRAFTED, id=id, team=draft.project).under("data")
        if there := before.rows("issues.nodes"):
            return _done(there[0], already=True)
        team = before.text("teams.nodes.0.id")
        if not team:
            raise ConfigError(f"no team {draft.project[:20]!r} in view of this key: name a team by its key, such as ENG")
        text = "\n\n".join(filter(None, [draft.text, "\n".join(draft.links), f"{_MARK} {draft.mark}"]))
        created = self._carried_out(_CREATE, {"id": id, "teamId": team, "title": draft.title, "description": text}, "issueCreate")
        for link in draft.links:
            try:
                self._carried_out(_ATTACH, {"issueId": id, "url": link, "title": link}, "attachmentCreate")
            except ConnectorError:
                self.session.fall_short("a link stands in the new issue's text and could not be attached to it")
        return _done(created.under("issue"))

    def hit(self, raw: Reply) -> WorkItem | None:
        """An issue as a search brings it, without comments."""
        record = self.work_item(raw)
        return record and record.model_copy(update={"whole": False})

    def work_item(self, raw: Reply) -> WorkItem | None:
        """An issue with its comments; None when it is in the trash."""
        if raw.flag("trashed"):
            return None
        begun: Literal["open", "in progress"] = "in progress" if raw.text("startedAt") else "open"
        state = _STATES.get(raw.text("state.type"), "done" if raw.text("completedAt", "canceledAt") else begun)
        status, priority = raw.text("state.name"), raw.text("priorityLabel")
        return WorkItem(
            ref=raw.need("identifier"),
            url=raw.text("url"),
            links=tuple(_links(raw)),
            fields={**{name: raw.text(path) for name, path in _FIELDS.items() if raw.text(path) not in ("", "0")}, **_customers(raw)},
            title=raw.need("title"),
            text=raw.text("description"),
            status=status,
            state=state,
            resolution=status if state == "done" else "",
            priority="" if priority == "No priority" else priority,
            assignee=self._person(raw, "assignee"),
            reporter=self._person(raw, "creator", "externalUserCreator"),
            labels=tuple(filter(None, (label.text("name") for label in raw.rows("labels.nodes")))),
            created_at=raw.moment("createdAt"),
            updated_at=raw.moment("updatedAt"),
            resolved_at=raw.moment("completedAt", "canceledAt") if state == "done" else None,
            comments=tuple(sorted(self._comments(raw), key=lambda comment: comment.at.timestamp() if comment.at else 0.0)),
        )

    def _hits(self, rows: Iterable[Reply]) -> Iterator[WorkItem]:
        """Each issue once, and none of a team that is not asked for."""
        read: set[str] = set()
        for record in self.mapped(rows, self.hit):
            if record.ref not in read and self._is_ours(record.ref):
                read.add(record.ref)
                yield record

    def _comments(self, issue: Reply) -> Iterator[Comment]:
        for raw in issue.rows("comments.nodes"):
            author = self._person(raw, "user", "externalUser")
            if not author.name and raw.text("botActor.name"):
                author = Person(name=raw.text("botActor.name"), side="system")
            if raw.text("body"):
                yield Comment(at=raw.moment("createdAt"), author=author, text=raw.text("body"), visibility="internal")

    def _person(self, raw: Reply, member: str, outsider: str = "") -> Person:
        """A member of the workspace is one of ours; who wrote through Slack, Intercom and the like is told by the address."""
        if name := raw.text(f"{member}.name"):
            return Person(name=name, email=raw.text(f"{member}.email"), side="system" if raw.flag(f"{member}.app") else "vendor")
        email = raw.text(f"{outsider}.email")
        return Person(name=raw.text(f"{outsider}.name"), email=email, side=self.settings.side(email))

    def _is_ours(self, key: str) -> bool:
        return not self.settings.teams or key.partition("-")[0].upper() in {team.upper() for team in self.settings.teams}

    def _asked(self, document: str, **variables: Any) -> Reply:
        return self.api.post(_ENDPOINT, {"query": document, "variables": variables})

    def _carried_out(self, document: str, given: Mapping[str, Any], at: str) -> Reply:
        """What a mutation brought about. Raises UnexpectedResponse when it says that it did not succeed."""
        reply = self.api.act(_ENDPOINT, {"query": document, "variables": {"input": given}}).under(f"data.{at}")
        if reply.flag("success") is not True:
            raise UnexpectedResponse(f"Linear did not carry out {at}")
        return reply


def _done(issue: Reply, *, already: bool = False) -> Done:
    return Done(ref=issue.need("identifier"), url=issue.text("url"), at=issue.moment("createdAt"), already=already)


def _tells(term: str) -> bool:
    return any(map(str.isalnum, term))


def _says(text: str) -> dict[str, Any]:
    """A filter: the issue says this, word for word, in title, description or a comment."""
    within = {"containsIgnoreCase": text}
    return {"or": [{"title": within}, {"description": within}, {"comments": {"some": {"body": within}}}]}


def _asked_for_by(account: AccountKey) -> list[dict[str, Any]]:
    """A filter: this customer has asked for the issue. None for a customer without a name."""
    ways: list[dict[str, Any]] = [{"externalIds": {"some": {"eq": account.ref}}}] if account.ref else []
    ways += [{"domains": {"some": {"eq": account.domain}}}] if account.domain else []
    ways += [{"name": {"eqIgnoreCase": account.name}}] if account.name else []
    return [{"needs": {"some": {"customer": {"or": ways}}}}] if ways else []


def _links(raw: Reply) -> Iterator[str]:
    """Addresses attached to it, and of the issues it is related to."""
    lists = {"attachments": "url", "children": "url", "relations": "relatedIssue.url", "inverseRelations": "issue.url"}
    found = [raw.text("parent.url"), *(row.text(path) for name, path in lists.items() for row in raw.rows(f"{name}.nodes"))]
    yield from dict.fromkeys(filter(None, found))


def _customers(raw: Reply) -> dict[str, str]:
    """A field for each customer that asked for it, with what Linear knows of them."""
    told = {}
    for customer in (need.under("customer") for need in raw.rows("needs.nodes")):
        known = {"tier": customer.text("tier.displayName"), "status": customer.text("status.displayName")}
        known |= {"yearly revenue": customer.text("revenue"), "domains": ", ".join(customer.texts("domains"))}
        if name := customer.text("name"):
            told[f"customer {name}"] = "; ".join(f"{word} {value}" for word, value in known.items() if value) or "asked for it"
    return told


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (Linear,)
