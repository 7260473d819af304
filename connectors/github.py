"""GitHub Issues: issues with their comments and cross-references, over the REST API of github.com, ghe.com or your own server.

Operations and fields were read in GitHub's OpenAPI description (octokit/openapi 23.0.2); the search's rules in its
documentation (https://docs.github.com/search-github, "Troubleshooting search queries": 256 characters, five operators; read
2026-11). Since September 2025 a space between two `repo:` means *and*, hence the brackets. By words, GitHub wants every one
of them, so the few most telling ones are asked for; where that finds little, the question is asked again by meaning
(`search_type=hybrid`, ten times a minute), which GitHub does not do for quotations and OR (`lexical_fallback_reason`).
The timeline brings comments and cross-references in one list. Version 2022-11-28 of the API is supported until March 2028 at
least (https://github.blog/changelog/2026-03-12-rest-api-version-2026-03-10-is-now-available) and is the one that servers of one's
own know too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from escalation.actions import Done, WorkItemDraft
from escalation.auth import Auth, Bearer
from escalation.connector import About, ApiConnector, ApiSettings, Connector, Probe, WorkItemQuery, address
from escalation.errors import AuthError, ConfigError, ConnectorError, NotFound
from escalation.hookspecs import hookimpl
from escalation.paging import Call, Page, link_header
from escalation.records import Category, Comment, Person, Record, Side, WorkItem
from escalation.reply import Reply

_VERSION = "2022-11-28"
_LONGEST = 256
"""Characters of a query, qualifiers included."""
_MOST_REPOSITORIES = 5
_HITS = 25
_FEW = 3
"""With fewer hits, the question is asked again by meaning, or by any of the words."""
_TELLING = 3
_OPERATORS = 5
_MOST_EVENTS = 300
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[\w.-]{1,100}"
_KEY = re.compile(rf"({_NAME})#(\d{{1,9}})")
_PAGE = re.compile(rf"/({_NAME})/issues/(\d{{1,9}})/?")
_API_ISSUE = re.compile(rf"/repos/({_NAME})/issues/(\d{{1,9}})/?$")
_NOISE = "subscribed,unsubscribed,mentioned,labeled,unlabeled,assigned,unassigned,milestoned,demilestoned,renamed,locked,unlocked"
"""Events of a timeline that are of no interest here."""
_INSIDERS = frozenset(("OWNER", "MEMBER", "COLLABORATOR"))
_OUTSIDERS = frozenset(("NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR"))
_STATES: Mapping[str, Literal["open", "done"]] = {"open": "open", "closed": "done"}
_MARK = "customer-escalation mark"


class GitHubSettings(ApiSettings):
    """Settings of the GitHub Issues connector."""

    base_url: str = Field(
        default="https://api.github.com",
        description="Address of the API: https://HOST/api/v3 for GitHub Enterprise Server, https://api.NAME.ghe.com with data residency.",
    )
    token: SecretStr = Field(description="Fine-grained personal access token (github_pat_…), or an installation token of a GitHub App.")
    repositories: tuple[str, ...] = Field(
        default=(),
        max_length=_MOST_REPOSITORIES,
        description="Repositories to look in, as owner/name; five at most, for more set `organization`.",
    )
    organization: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9-]{0,39}$",
        description="Organization or user whose repositories to look in, instead of naming them.",
    )

    @field_validator("repositories")
    @classmethod
    def _are_repositories(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := next((name for name in value if not re.fullmatch(_NAME, name)), None):
            raise ValueError(f"expected owner/name, not {wrong[:60]!r}")
        return value

    @model_validator(mode="after")
    def _is_somewhere(self) -> GitHubSettings:
        if bool(self.repositories) == bool(self.organization):
            raise ValueError("set either `repositories` or `organization`: without one, all of GitHub would be searched")
        return self


class GitHub(ApiConnector[GitHubSettings]):
    """Finds issues, and creates them."""

    type: ClassVar[str] = "github"
    categories: ClassVar[tuple[Category, ...]] = (Category.PROJECT_TRACKER,)
    settings_type = GitHubSettings
    about = About(
        title="GitHub Issues",
        credential=(
            "Settings → Developer settings → Personal access tokens → Fine-grained tokens → Generate new token: choose the organization "
            "as *Resource owner*, *Only select repositories*, and under Repository permissions *Issues: Read-only* (*Read and write*, if "
            "it may file issues); *Metadata: Read-only* comes with it. An owner of the organization may have to approve it."
        ),
        needs={"find_work_items": "*Issues: Read-only*", "fetch": "*Issues: Read-only*", "create_work_item": "*Issues: Read and write*"},
        blind="Its search takes 256 characters, lags behind new issues, and sees nothing of repositories that the token is not for.",
        source="GitHub REST API 2022-11-28, its OpenAPI description (octokit/openapi 23.0.2), read 2026-11",
        example={"token": "${GITHUB_TOKEN}", "organization": "acme"},
    )

    def auth(self) -> Auth:
        return Bearer(self.settings.token)

    def headers(self) -> dict[str, str]:
        return {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": _VERSION}

    def refusal(self, page: Page) -> ConnectorError | None:
        """A repository that the token may not see makes the search's 422 a question of rights; a header names what is missing."""
        accepted = page.headers.get("x-accepted-github-permissions", "")
        if page.status == 403 and re.fullmatch(r"[a-z_=,; ]{1,120}", accepted):
            return AuthError(f"GitHub refused, it takes {accepted}", status=403)
        if page.status == 422 and any("cannot be searched" in error.text("message") for error in page.reply.rows("errors")):
            return AuthError("GitHub can't search there: a repository or organization that is not there, or not for this token", status=403)
        return None

    def find_work_items(self, query: WorkItemQuery) -> Iterator[WorkItem]:
        exact = [f'"{term}"' for term in map(_plain, query.exact) if term]
        words = list(dict.fromkeys(filter(None, map(_plain, query.words))))
        scope = self._scope(query)
        if exact:
            yield from self._found(_fitted(scope, exact), query.limit)
        elif words:
            read: set[str] = set()
            for record in self._found(_fitted(scope, words[:_TELLING]), query.limit):
                read.add(record.ref)
                yield record
            if len(read) < _FEW:
                again, how = self._widened(scope, words)
                yield from (record for record in self._found(again, query.limit, **how) if record.ref not in read)

    def owns(self, reference: str) -> bool:
        return bool(self._named(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        named = self._named(reference)
        if not named:
            raise NotFound(f"{reference[:80]!r} is no issue's key or address here")
        path = f"/repos/{named[0]}/issues/{named[1]}"
        issue = self.api.get(path)
        if _is_pull_request(issue):
            raise NotFound(f"{named[0]}#{named[1]} is a pull request, no issue")
        timeline = link_header(Call(f"{path}/timeline", params={"per_page": 100, "exclude": _NOISE}))
        events = [event.raw for event in self.api.items(timeline, "", most=_MOST_EVENTS + 1)]
        if len(events) > _MOST_EVENTS:
            self.session.fall_short(f"of an issue with more than {_MOST_EVENTS} comments and events, the rest was not read")
        yield from self.mapped([Reply({**issue.under("").raw, "timeline": events[:_MOST_EVENTS]})], self.work_item)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_work_items", self._seen)

    def _seen(self) -> str:
        reply = self.api.get("/search/issues", q=self._scope(WorkItemQuery()), per_page=1)
        return f"{reply.number('total_count') or 0:,} issues in view"

    def create_work_item(self, draft: WorkItemDraft) -> Done:
        """The mark is looked for in the list of the latest issues, which, unlike the search, knows those of this second."""
        if not re.fullmatch(_NAME, draft.project):
            raise ConfigError(f"{draft.project[:60]!r} is no repository: expected owner/name")
        path, marked = f"/repos/{draft.project}/issues", f"{_MARK} {draft.mark}"
        for issue in self.api.get(path, state="all", sort="created", direction="desc", per_page=100).rows(""):
            if issue.text("body").endswith(marked):
                return self._done(issue, already=True)
        text = "\n\n".join(filter(None, [draft.text, "\n".join(draft.links), marked]))
        return self._done(self.api.act(path, {"title": draft.title, "body": text, **({"type": draft.type} if draft.type else {})}))

    def hit(self, raw: Reply) -> WorkItem | None:
        """An issue as searches hold it, without comments; None for a pull request."""
        return None if _is_pull_request(raw) else self.work_item(raw).model_copy(update={"whole": False})

    def work_item(self, raw: Reply) -> WorkItem:
        """An issue as `GET /repos/…/issues/N` has it, its timeline beside it."""
        state: Literal["open", "done", "unknown"] = _STATES.get(raw.text("state").casefold(), "unknown")
        said = [event for event in raw.rows("timeline") if event.text("event") == "commented" and event.text("body")]
        return WorkItem(
            ref=_ref(raw),
            url=raw.text("html_url"),
            links=tuple(self._links(raw)),
            fields={row.text("issue_field_name"): value for row in raw.rows("issue_field_values") if (value := _field(row))},
            title=raw.need("title"),
            text=raw.text("body"),
            type=raw.text("type.name"),
            status=raw.text("state").casefold(),
            state=state,
            resolution=raw.text("state_reason").casefold().replace("_", " ") if state == "done" else "",
            assignee=next((_person(one, "", "vendor") for one in raw.rows("assignees")), _person(raw, "assignee", "vendor")),
            reporter=_person(raw, "user"),
            labels=tuple(filter(None, (label.text("name") for label in raw.rows("labels")))) or raw.texts("labels"),
            fix_versions=raw.texts("milestone.title"),
            created_at=raw.moment("created_at"),
            updated_at=raw.moment("updated_at"),
            resolved_at=raw.moment("closed_at"),
            comments=tuple(
                Comment(at=event.moment("created_at"), author=_person(event, "user"), text=event.text("body"), visibility="internal")
                for event in said
            ),
        )

    def _scope(self, query: WorkItemQuery) -> str:
        places = [f"repo:{name}" for name in self.settings.repositories] or [f"user:{self.settings.organization}"]
        where = places[0] if len(places) == 1 else f"({' OR '.join(places)})"
        return f"is:issue {where}" + (f" updated:>={query.since:%Y-%m-%d}" if query.since else "")

    def _widened(self, scope: str, words: list[str]) -> tuple[str, dict[str, str]]:
        """By meaning, in one place of github.com; elsewhere by any of the words, as many as operators are left for."""
        if len(self.settings.repositories) < 2 and not address(self.base_url()).path.endswith("/api/v3"):
            return _fitted(scope, words), {"search_type": "hybrid"}
        left = _OPERATORS - max(0, len(self.settings.repositories) - 1)
        some = words[: left + 1]
        while len(some) > 1 and len(scope) + len(" OR ".join(some)) + 3 > _LONGEST:
            some.pop()
        return f"{scope} ({' OR '.join(some)})"[:_LONGEST] if len(some) > 1 else _fitted(scope, words[:1]), {}

    def _found(self, q: str, limit: int, **how: str) -> Iterator[WorkItem]:
        reply = self.api.get("/search/issues", q=q, per_page=min(limit, _HITS), **how)
        if reply.flag("incomplete_results"):
            self.session.fall_short("GitHub's search ran out of time before it had looked everywhere")
        yield from self.mapped(reply.need_rows("items"), self.hit)

    def _named(self, reference: str) -> tuple[str, str] | None:
        """Repository and number, when the key or address names an issue in a repository of ours."""
        parts = address(reference)
        found = _PAGE.fullmatch(parts.path) if parts.hostname in self._hosts() else None if parts.scheme else _KEY.fullmatch(reference)
        if not found:
            return None
        ours = {name.casefold() for name in self.settings.repositories}
        owner = self.settings.organization.casefold()
        name = found[1].casefold()
        return (found[1], found[2]) if name in ours or (owner and name.startswith(f"{owner}/")) else None

    def _hosts(self) -> set[str]:
        """Hosts of the pages: your own server's, or github.com, also when a proxy stands before its API."""
        base = address(self.base_url())
        return {(base.hostname or "").removeprefix("api."), *(() if base.path.endswith("/api/v3") else ("github.com",))}

    def _links(self, raw: Reply) -> Iterator[str]:
        """Issues and pull requests that refer to it, and the one it is a part of."""
        if above := _API_ISSUE.search(address(raw.text("parent_issue_url")).path):
            page = address(raw.text("html_url"))
            yield f"{page.scheme}://{page.netloc}/{above[1]}/issues/{above[2]}"
        found = (event.text("source.issue.html_url") for event in raw.rows("timeline") if event.text("event") == "cross-referenced")
        yield from dict.fromkeys(filter(None, found))

    def _done(self, issue: Reply, *, already: bool = False) -> Done:
        return Done(ref=_ref(issue), url=issue.text("html_url"), at=issue.moment("created_at"), already=already)


def _plain(term: str) -> str:
    """The term as one piece of plain text: what makes qualifiers, quotations, brackets and operators is gone."""
    words = (word.lstrip("-") for word in re.sub(r"[^\w.,/+#@-]+", " ", term).split())
    return " ".join(word.lower() if word in ("AND", "OR", "NOT") else word for word in words if any(map(str.isalnum, word)))


def _fitted(scope: str, terms: Iterable[str]) -> str:
    """Scope and terms, as many as there is room for; the first is cut where it alone is too long."""
    q = scope
    for term in terms:
        room = _LONGEST - len(q) - 1
        if len(term) <= room:
            q = f"{q} {term}"
        elif q == scope:
            q = f"{q} {term[: room - 1].rpartition(' ')[0] or term[: room - 1]}" + ('"' if term.startswith('"') else "")
    return q


def _ref(raw: Reply) -> str:
    """owner/name#12, as people write it."""
    found = _PAGE.search(address(raw.text("html_url")).path) or _API_ISSUE.search(address(raw.text("url")).path)
    return f"{found[1]}#{found[2]}" if found else f"#{raw.need('number')}"


def _is_pull_request(raw: Reply) -> bool:
    return bool(raw.text("pull_request.url", "pull_request.html_url"))


def _person(raw: Reply, at: str, side: Side | None = None) -> Person:
    """Somebody with a login; the author's association with the repository tells on whose side."""
    who = raw.under(at) if at else raw
    login = who.text("name", "login")
    if who.text("type") == "Bot":
        side = "system"
    association = raw.text("author_association")
    told: Side = "vendor" if association in _INSIDERS else "customer" if association in _OUTSIDERS else "unknown"
    return Person(name=login, email=who.text("email"), side=side or told) if login else Person()


def _field(row: Reply) -> str:
    """The value of a custom field, as it is shown."""
    chosen = [option.text("name") for option in row.rows("multi_select_options")]
    return row.text("single_select_option.name") or ", ".join(filter(None, chosen)) or row.text("value")


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (GitHub,)
