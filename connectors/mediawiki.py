"""MediaWiki: pages with their text, over the action API.

Read on a MediaWiki 1.39.17 that runs here, on its own help (`api.php?action=help`) and in CirrusSearch's parser (2026-11). A search
finds titles alone unless `srwhat=text` is said, and then texts alone, unless the wiki has a search engine of its own, CirrusSearch:
that one refuses to search titles apart (`search-title-disabled`) and knows OR. The wiki's own search wants every word. So there
each telling word is asked for by itself, its text and its titles in one request, and the pages with most of the words come first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pydantic import Field, SecretStr, model_validator

from escalation.auth import Anonymous, Auth, Bearer
from escalation.connector import About, ApiConnector, ApiSettings, ArticleQuery, Connector, Probe, Session
from escalation.errors import AuthError, ConnectorError, NotFound, Unavailable, UnexpectedResponse
from escalation.hookspecs import hookimpl
from escalation.paging import Call, Page
from escalation.records import Article, Category, Person, Record
from escalation.reply import Reply

from .wikitext import wikitext_to_text

_MOST_WORDS = 3
"""Words that the wiki's own search is asked for, each by a request."""
_LONGEST_QUERY = 300
"""Characters that CirrusSearch takes, unless the wiki allows more."""
_ONE_ENGINE = "search-title-disabled"
_WHOLE = {"prop": "revisions|info|categories", "rvprop": "content|timestamp|user", "rvslots": "main", "inprop": "url", "cllimit": "max"}
_REFUSED = re.compile(r"readapidenied|permissiondenied|assert\w*failed|mwoauth-.*|badtoken|notloggedin")
_LATER = re.compile(r"ratelimited|maxlag|readonly|search-error|cirrussearch-.*-error|internal_api_error_.*")


class MediaWikiSettings(ApiSettings):
    """Settings of the MediaWiki connector."""

    base_url: str = Field(description="Address of the folder that holds api.php: https://wiki.example.com/w.")
    access_token: SecretStr | None = Field(default=None, description="OAuth 2 access token of an owner-only consumer (Extension:OAuth).")
    username: str = Field(default="", description="Name of a bot password, such as Dana@escalation. Leave it out where everybody may read.")
    password: SecretStr | None = Field(default=None, description="The bot password.")
    namespaces: tuple[int, ...] = Field(default=(0, 4, 12), description="Numbers of the namespaces to search.")
    public: bool = Field(default=False, description="Customers may read this wiki: its pages may be shown to them.")

    @model_validator(mode="after")
    def _name_and_password(self) -> MediaWikiSettings:
        if bool(self.username) != bool(self.password):
            raise ValueError("expected 'username' and 'password' together: both are told when a bot password is made")
        return self


class MediaWiki(ApiConnector[MediaWikiSettings]):
    """Finds pages."""

    type: ClassVar[str] = "mediawiki"
    categories: ClassVar[tuple[Category, ...]] = (Category.KNOWLEDGE_BASE,)
    settings_type = MediaWikiSettings
    about = About(
        title="MediaWiki",
        credential=(
            "None where everybody may read. Else sign in as the account to read as, open *Special:BotPasswords* and make one with *Basic "
            "rights* alone; or, with Extension:OAuth, *Special:OAuthConsumerRegistration/propose/oauth2*, *owner-only*, the same rights."
        ),
        needs={"find_articles": "*Basic rights* (`read`)", "fetch": "*Basic rights* (`read`)"},
        blind="The wiki's own search knows whole words, and lags behind edits; no attached file is searched.",
        source="MediaWiki action API, read on 1.39.17, 2026-11",
        example={"base_url": "https://wiki.example.com/w", "username": "Dana@escalation", "password": "${MEDIAWIKI_PASSWORD}"},
    )

    def __init__(self, name: str, settings: MediaWikiSettings, session: Session) -> None:
        super().__init__(name, settings, session)
        self._signed_in = not settings.password
        self._turned_away: ConnectorError | None = None
        self._one_engine = False
        """One search covers titles and texts; the wiki tells when it is first asked for titles."""
        self._words: dict[str, Sequence[str]] = {}
        """Ids of the pages that each word was found in."""
        self._pages: dict[str, Reply] = {}

    def auth(self) -> Auth:
        return Bearer(self.settings.access_token) if self.settings.access_token else Anonymous()

    def refusal(self, page: Page) -> ConnectorError | None:
        """Errors come with status 200 and a code."""
        code = page.reply.text("error.code")
        if not code or code == _ONE_ENGINE:
            return None
        said = f"GET /api.php answered {code}" if re.fullmatch(r"[\w-]{1,60}", code) else "GET /api.php answered an error"
        if _REFUSED.fullmatch(code):
            return AuthError(said, status=403)
        return Unavailable(said, refused=True) if _LATER.fullmatch(code) else UnexpectedResponse(said)

    def find_articles(self, query: ArticleQuery) -> Iterator[Article]:
        terms = [term for word in query.terms()[: len(query.exact) or None] if (term := _phrase(word))]
        if terms:
            yield from self.mapped(self._found(terms, all_of_them=bool(query.exact), limit=min(query.limit, 50)), self.article)

    def owns(self, reference: str) -> bool:
        return bool(self._titled(reference))

    def fetch(self, reference: str) -> Iterator[Record]:
        title = self._titled(reference)
        if not title:
            raise NotFound(f"{reference[:80]!r} is no page's address")
        pages = [page for page in self._query(titles=title, redirects=1, **_WHOLE).rows("query.pages") if not page.flag("missing")]
        if not pages:
            raise NotFound("the wiki has no page of this title, or it may not be read")
        yield from self.mapped(pages, self.article)

    def check_connection(self) -> Iterator[Probe]:
        yield self.probe("find_articles", self._seen)

    def article(self, raw: Reply) -> Article:
        """A page as `action=query` has it, with the content of its latest revision."""
        title = raw.need("title")
        latest = raw.under("revisions.0")
        if not latest.raw:
            raise UnexpectedResponse("a page without its text")
        text = latest.text("slots.main.content", "content")
        plain = latest.text("slots.main.contentmodel") not in ("", "wikitext")
        space = title.partition(":")[0] if raw.number("ns") and ":" in title else ""
        return Article(
            ref=title,
            url=raw.text("canonicalurl", "fullurl") or f"{self.settings.base_url}/index.php?title={quote(title.replace(' ', '_'))}",
            visibility="public" if self.settings.public else "internal",
            title=title,
            text=text if plain else wikitext_to_text(text),
            space=space,
            labels=tuple(row.text("title").partition(":")[2] for row in raw.rows("categories") if ":" in row.text("title")),
            author=Person(name=latest.text("user"), side="vendor") if latest.text("user") else Person(),
            updated_at=latest.moment("timestamp") or raw.moment("touched"),
        )

    def _found(self, terms: Sequence[str], *, all_of_them: bool, limit: int) -> Iterable[Reply]:
        """Pages, the best first."""
        asked = [" ".join(terms)] if all_of_them else terms[:_MOST_WORDS]
        counted = Counter(id for term in asked for id in self._by_word(term, limit))
        if not self._one_engine:
            return self._whole([id for id, _ in counted.most_common(limit)])
        query = ""
        for term in terms:
            longer = f"{query}{' ' if all_of_them else ' OR '}{term}" if query else term
            query = longer if len(longer) <= _LONGEST_QUERY else query
        pages = self._query(generator="search", gsrsearch=query, gsrlimit=limit, gsrnamespace=self._spaces(), **_WHOLE).rows("query.pages")
        return _ranked(pages)

    def _by_word(self, term: str, limit: int) -> Sequence[str]:
        """Ids of the pages whose title or text the wiki's own search finds by this, titles first; each term is asked once."""
        if term not in self._words and not self._one_engine:
            text = {
                "generator": "search",
                "gsrsearch": term,
                "gsrwhat": "text",
                "gsrlimit": limit,
                "gsrnamespace": self._spaces(),
                **_WHOLE,
            }
            titles = {"list": "search", "srsearch": term, "srwhat": "title", "srlimit": limit, "srnamespace": self._spaces(), "srprop": ""}
            reply = self._query(**text, **titles)
            if reply.text("error.code") == _ONE_ENGINE:
                self._one_engine = True
                return ()
            pages = _ranked(reply.rows("query.pages"))
            self._pages.update((_key(page), page) for page in pages)
            self._words[term] = tuple(dict.fromkeys(map(_key, [*reply.need_rows("query.search"), *pages])))
        return self._words.get(term, ())

    def _whole(self, ids: Sequence[str]) -> list[Reply]:
        """The pages of these ids; those that were found by title alone are read in one request."""
        if missing := [id for id in ids if id.isdigit() and id not in self._pages]:
            read = self._query(pageids="|".join(missing), **_WHOLE).rows("query.pages")
            self._pages.update((_key(page), page) for page in read if not page.flag("missing"))
        if lost := sum(id not in self._pages for id in ids):
            self.session.fall_short(f"{lost} of the pages found can't be read")
        return [self._pages[id] for id in ids if id in self._pages]

    def _spaces(self) -> str:
        return "|".join(map(str, self.settings.namespaces))

    def _query(self, **params: Any) -> Reply:
        if not self._signed_in:
            self._sign_in()
        return self.api.get("/api.php", action="query", format="json", formatversion=2, **params)

    def _sign_in(self) -> None:
        """By bot password: a token, then the password in a form; a cookie does the rest. Raises AuthError, or Unavailable when throttled.

        Once a case: a wiki that was given a wrong password five times lets nobody in by that name for five minutes.
        """
        if self._turned_away:
            raise self._turned_away
        assert self.settings.password
        token = self.api.get("/api.php", action="query", meta="tokens", type="login", format="json", formatversion=2)
        form = {
            "action": "login",
            "format": "json",
            "errorformat": "raw",
            "lgname": self.settings.username,
            "lgpassword": self.settings.password.get_secret_value(),
            "lgtoken": token.need("query.tokens.logintoken"),
        }
        login = self.api.send(Call("/api.php", "POST", form=form)).reply.under("login")
        self._signed_in = login.text("result") == "Success"
        if not self._signed_in:
            slow = login.text("reason.code") == "login-throttled"
            said = (
                f"POST /api.php, action=login: {'too many attempts, try again in five minutes' if slow else 'the bot password was refused'}"
            )
            self._turned_away = Unavailable(said, refused=True, status=429) if slow else AuthError(said, status=401)
            raise self._turned_away

    def _seen(self) -> str:
        reply = self._query(meta="siteinfo|userinfo", siprop="statistics", uiprop="rights")
        user = "" if reply.flag("query.userinfo.anon") else f"as {reply.text('query.userinfo.name')}, "
        if "read" not in reply.texts("query.userinfo.rights"):
            raise AuthError("the account may not read", status=403)
        return f"{user}{reply.number('query.statistics.pages') or 0:,} pages"

    def _titled(self, reference: str) -> str:
        """Title of the page whose address this is: `index.php?title=X`, `/index.php/X`, `/wiki/X`, or as the base is set."""
        parts, base = urlsplit(reference), urlsplit(self.settings.base_url)
        if parts.scheme not in ("https", "http") or (parts.hostname, parts.port) != (base.hostname, base.port):
            return ""
        title = parse_qs(parts.query).get("title", [""])[0]
        path = re.match(r"(?:.*/index\.php|/wiki)/(.+)", parts.path)
        return (title or (unquote(path[1]) if path else "")).replace("_", " ").replace("|", " ").strip()


def _ranked(pages: Iterable[Reply]) -> list[Reply]:
    """The pages in the search's own order, which `generator` keeps in `index` alone."""
    return sorted(pages, key=lambda page: page.number("index") or 0)


def _key(page: Reply) -> str:
    return page.text("pageid", "title")


def _phrase(term: str) -> str:
    """The term's words as one phrase, in which no sign acts: quotes, wildcards, prefixes such as `intitle:` and OR lose their power."""
    words = " ".join(re.findall(r"\w+", term))[:100]
    return f'"{words}"' if words else ""


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Hand over the connector."""
    return (MediaWiki,)
