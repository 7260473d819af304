"""Notion: every request against Notion's own description, and what is particular to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.notion import Notion, NotionSettings
from escalation.connector import ArticleQuery, Session
from escalation.errors import AuthError, NotFound, Unavailable
from escalation.records import Article
from escalation.reply import Reply
from escalation.testing import Answer, ConnectorConformance, Network, json_answer
from tests.contracts.spec import Spec, SpecReplies, described

pytestmark = described("notion")

SETTINGS = {"token": "ntn_s3cr3t-of-the-test"}
SOURCE = "1f2e3d4c-5b6a-4978-8899-aabbccddeeff"
SEARCH, QUERY = ("POST", "/v1/search"), ("POST", "/v1/data_sources/{data_source_id}/query")
PAGE, MARKDOWN = ("GET", "/v1/pages/{page_id}"), ("GET", "/v1/pages/{page_id}/markdown")


def id_of(number: int) -> str:
    return f"8b1c2d3e-0000-4000-8000-{number:012d}"


def rich(*pieces: str) -> list[dict[str, Any]]:
    return [{"type": "text", "plain_text": piece} for piece in pieces]


def page(number: int = 1, title: str = "Export fails with E4711", **values: Any) -> dict[str, Any]:
    return {
        "object": "page",
        "id": id_of(number),
        "url": f"https://www.notion.so/Export-fails-{id_of(number).replace('-', '')}",
        "created_time": "2026-10-02T09:00:00.000Z",
        "last_edited_time": "2026-11-02T09:00:00.000Z",
        "created_by": {"object": "user", "id": id_of(99)},
        "in_trash": False,
        "parent": {"type": "data_source_id", "data_source_id": SOURCE},
        "properties": {"Name": {"id": "title", "type": "title", "title": rich(title)}, **values.pop("properties", {})},
        **values,
    }


PROPERTIES = {
    "Owner": {"type": "people", "people": [{"name": "Noor Haddad", "type": "person", "person": {"email": "noor@larkspur.example"}}]},
    "Verification": {"type": "verification", "verification": {"state": "verified", "date": {"start": "2026-09-01", "end": "2026-12-01"}}},
    "Tags": {"type": "multi_select", "multi_select": [{"name": "export"}, {"name": "memory"}]},
    "Status": {"type": "status", "status": {"name": "Published"}},
    "Product": {"type": "select", "select": {"name": "Exporter"}},
    "Summary": {"type": "rich_text", "rich_text": rich("Exports above ", "10,000 rows fail.")},
    "Since": {"type": "date", "date": {"start": "2026-11-01", "end": None}},
    "Number": {"type": "unique_id", "unique_id": {"prefix": "KB", "number": 12}},
    "Views": {"type": "formula", "formula": {"type": "number", "number": 40}},
    "Reviewed": {"type": "checkbox", "checkbox": True},
    "Empty": {"type": "select", "select": None},
    "New": {"type": "of a new kind", "of a new kind": {"what": ["ever"]}},
}
BODY = "Exports above 10,000 rows fail with E4711.\n\nSplit them into parts."


def rendered(_sent: Any, path: Mapping[str, str]) -> dict[str, Any]:
    return {"object": "page_markdown", "id": path["page_id"], "markdown": BODY, "truncated": False, "unknown_block_ids": []}


def vendor(**overlays: Any) -> SpecReplies:
    """Notion as its description has it, over which `search`, `query`, `page` and `markdown` are laid."""
    known = {"search": SEARCH, "query": QUERY, "page": PAGE, "markdown": MARKDOWN}
    return SpecReplies(Spec("notion"), {known[name]: value for name, value in {"markdown": rendered, **overlays}.items()})


def found(*pages: Any) -> dict[str, Any]:
    return {"object": "list", "results": list(pages), "has_more": False, "next_cursor": None}


class TestNotion(ConnectorConformance):
    connector_type = Notion
    settings = SETTINGS
    # Which bodies are read follows from the titles, hence titles that the kit does not take for prose.
    replies = vendor(search=found(page(1, "E4711 export"), page(2, "Large exports"), page(3, "Export mail")), page=page(1))
    reference = "https://www.notion.so/larkspur/Export-fails-8b1c2d3e000040008000000000000001"


class Asked:
    """A connector on a network that answers so."""

    def __init__(self, folder: Path, replies: Any, **settings: Any) -> None:
        self.network = Network(replies)
        self.session: Session = self.network.session(folder)
        connector = self.network.connector(Notion, {**SETTINGS, **settings}, self.session)
        assert isinstance(connector, Notion)
        self.notion = connector

    def found(self, **query: Any) -> list[Article]:
        return list(self.notion.find_articles(ArticleQuery(**query)))

    def body(self, number: int = 0) -> dict[str, Any]:
        return dict(json.loads(self.network.sent[number].body))

    def article(self, raw: Any) -> Article:
        article = self.notion.article(Reply(raw))
        assert article
        return article


def test_a_page_holds_what_its_properties_say(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(page=page(1, properties=PROPERTIES)))
    (article,) = asked.notion.fetch(TestNotion.reference)
    assert isinstance(article, Article)
    assert (article.ref, article.title, article.text, article.whole) == (id_of(1), "Export fails with E4711", BODY, True)
    assert (article.author.name, article.author.email, article.author.side) == ("Noor Haddad", "noor@larkspur.example", "vendor")
    assert article.labels == ("export", "memory")
    assert article.updated_at == datetime(2026, 11, 2, 9, tzinfo=timezone.utc)
    assert article.fields == {
        "Owner": "Noor Haddad",
        "Verification": "verified until 2026-12-01",
        "Tags": "export, memory",
        "Status": "Published",
        "Product": "Exporter",
        "Summary": "Exports above 10,000 rows fail.",
        "Since": "2026-11-01",
        "Number": "KB-12",
        "Views": "40",
        "Reviewed": "true",
    }


def test_the_title_is_the_property_of_that_type_whatever_its_name(tmp_path: Path) -> None:
    titled = {"Name": {"type": "rich_text", "rich_text": rich("no")}, "Titel": {"type": "title", "title": rich("Export ", "fails")}}
    raw = page(properties=titled)
    assert Asked(tmp_path, vendor()).article(raw).title == "Export fails"
    assert Asked(tmp_path, vendor()).article(page(title="")).title == "Untitled"


def test_markdown_loses_its_tags_and_colours_and_code_stays_as_it_is(tmp_path: Path) -> None:
    markdown = (
        '# Export {color="red"}\n<callout icon="x" color="gray_bg">\n\tSee <mention-page url="https://www.notion.so/8b1c">Limits</mention-page>.<br>'
        'Cost: 3 \\> 2\n</callout>\n<empty-block/>\n```xml\n<page id="1">\\>{color="x"}</page>\n```\nuse List<String>'
    )
    text = Asked(tmp_path, vendor()).article({**page(), "markdown": markdown}).text
    assert text == '# Export\n\n\tSee Limits.\nCost: 3 > 2\n\n```xml\n<page id="1">\\>{color="x"}</page>\n```\nuse List<String>'


def test_hits_are_ranked_by_their_titles_and_the_best_are_read(tmp_path: Path) -> None:
    pages = (page(1, "Mail"), page(2, "Export"), page(3, "Mail export"), page(4, "Large export by mail"))
    asked = Asked(tmp_path, vendor(search=found(*pages)))
    articles = asked.found(words=("large", "export", "mail"))
    assert [(article.title, article.whole) for article in articles] == [
        ("Large export by mail", True),
        ("Mail export", True),
        ("Mail", False),
        ("Export", False),
    ]
    assert len(asked.network.sent) == 3


def test_a_body_is_read_once_for_all_questions(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=found(page(1), page(2)), page=page(1)))
    asked.found(words=("export", "memory"))
    assert [article.whole for article in asked.found(words=("export",))] == [True, True]
    assert [article.whole for article in asked.notion.fetch(TestNotion.reference)] == [True]
    assert len(asked.network.sent) == 5


def test_a_few_words_are_asked_for_and_all_of_them_rank(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=found()))
    asked.found(words=("a1", "b2", "c3", "d4", "e5", "f6"))
    assert asked.body() == {"query": "a1 b2 c3 d4 e5", "filter": {"property": "object", "value": "page"}, "page_size": 25}


def test_exact_strings_must_all_stand_in_the_title(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=found(page(1, "Export fails with e4711"), page(2, "Export"))))
    assert [article.ref for article in asked.found(exact=("E4711", "export"))] == [id_of(1)]


def test_data_sources_are_asked_by_a_filter_and_a_page_is_told_once(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=found(page(1)), query=found(page(1), page(2))), data_sources=[SOURCE.replace("-", "")])
    assert [article.ref for article in asked.found(words=("export", "memory"))] == [id_of(1), id_of(2)]
    titles = [{"property": "title", "title": {"contains": word}} for word in ("export", "memory")]
    assert asked.body() == {"filter": {"or": titles}, "page_size": 25}
    asked.found(exact=("E4711",))
    assert asked.body(4)["filter"] == {"and": [{"property": "title", "title": {"contains": "E4711"}}]}


def test_a_data_source_that_is_not_shared_is_told_and_the_search_goes_on(tmp_path: Path) -> None:
    missing = json_answer({"object": "error", "status": 404, "code": "object_not_found", "message": "x"}, 404)
    asked = Asked(tmp_path, vendor(search=found(page(1)), query=lambda _sent, _path: missing), data_sources=[SOURCE])
    assert len(asked.found(words=("export",))) == 1
    assert asked.session.shortfalls == [f"data source {SOURCE} is not there, or not shared with the connection"]


def test_what_is_in_the_trash_is_no_article(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=found(page(1, in_trash=True), page(2), {"object": "data_source", "id": SOURCE})))
    assert [article.ref for article in asked.found(words=("export",))] == [id_of(2)]
    assert not asked.session.shortfalls


def test_pages_edited_before_since_are_left_out(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=found(page(1), page(2, last_edited_time="2025-01-01T00:00:00.000Z"))))
    assert [article.ref for article in asked.found(words=("export",), since=datetime(2026, 1, 1, tzinfo=timezone.utc))] == [id_of(1)]


def test_a_hit_whose_body_is_gone_stays_a_hit(tmp_path: Path) -> None:
    def answers(_sent: Any, path: Mapping[str, str]) -> Any:
        return json_answer({}, 404) if path["page_id"] == id_of(1) else rendered(_sent, path)

    asked = Asked(tmp_path, vendor(search=found(page(1), page(2)), markdown=answers))
    assert [(article.ref, article.whole) for article in asked.found(words=("export",))] == [(id_of(1), False), (id_of(2), True)]


def test_what_notion_did_not_render_is_told(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(page=page(1), markdown={"markdown": BODY, "truncated": True, "unknown_block_ids": [id_of(7)]}))
    assert list(asked.notion.fetch(TestNotion.reference))
    assert len(asked.session.shortfalls) == 1


def test_a_page_that_is_not_shared_says_how_to_share_it(tmp_path: Path) -> None:
    missing = json_answer({"object": "error", "status": 404, "code": "object_not_found", "message": "Quokka-5150"}, 404)
    with pytest.raises(NotFound, match="••• → Connections") as raised:
        list(Asked(tmp_path, lambda _sent: missing).notion.fetch(TestNotion.reference))
    assert "Quokka" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (json_answer({"code": "unauthorized"}, 401), AuthError),
        (json_answer({"code": "restricted_resource"}, 403), AuthError),
        (json_answer({"code": "rate_limited"}, 429, {"retry-after": "600"}), Unavailable),
        (json_answer({"code": "service_overload"}, 529), Unavailable),
    ],
)
def test_refusals_are_what_they_are(tmp_path: Path, answer: Answer, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        Asked(tmp_path, lambda _sent: answer).found(words=("export",))


@pytest.mark.parametrize("query", [{}, {"words": ("***", '"', "\n")}, {"exact": ("{}",)}])
def test_a_question_that_says_nothing_is_not_sent(tmp_path: Path, query: dict[str, Any]) -> None:
    asked = Asked(tmp_path, vendor(), data_sources=[SOURCE])
    assert asked.found(**query) == []
    assert asked.network.sent == []


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet=st.sampled_from("aE4 \"'\\{}$*%\n\t)(:#é\u202e"), min_size=1, max_size=30))
def test_no_text_is_more_than_the_value_of_a_filter(tmp_path: Path, text: str) -> None:
    asked = Asked(tmp_path, lambda _sent: json_answer(found()), data_sources=[SOURCE])
    asked.found(exact=(text,))
    for number, sent in enumerate(asked.network.sent):
        if sent.url.endswith("/query"):
            (condition,) = asked.body(number)["filter"]["and"]
            assert condition.keys() == {"property", "title"}
            assert condition["title"].keys() == {"contains"}


NO_DASHES = id_of(1).replace("-", "")


@pytest.mark.parametrize(
    "reference",
    [
        f"https://www.notion.so/larkspur/Export-fails-{NO_DASHES}",
        f"https://www.notion.so/{NO_DASHES}?pvs=4",
        f"https://app.notion.com/p/larkspur/Export-fails-{NO_DASHES}#3e4f",
        f"https://larkspur.notion.site/{id_of(1)}",
        f"https://www.notion.so/larkspur/8b1c2d3e000040008000000000000002?v=8b1c2d3e000040008000000000000003&p={NO_DASHES}&pm=s",
    ],
)
def test_an_address_leads_to_its_page_with_dashes_or_without(tmp_path: Path, reference: str) -> None:
    asked = Asked(tmp_path, vendor(page=page(1)))
    assert asked.notion.owns(reference)
    list(asked.notion.fetch(reference))
    assert asked.network.sent[0].url.endswith(f"/v1/pages/{id_of(1)}")


@pytest.mark.parametrize(
    "reference",
    [
        "ENG-812",
        id_of(1),
        "https://www.notion.so/larkspur",
        f"https://notion.so.evil.example/{NO_DASHES}",
        f"https://docs.example/{NO_DASHES}",
    ],
)
def test_others_are_not_its_own(tmp_path: Path, reference: str) -> None:
    assert not Asked(tmp_path, vendor()).notion.owns(reference)


def test_every_request_names_the_version(tmp_path: Path) -> None:
    asked = Asked(tmp_path, vendor(search=found(page(1))))
    asked.found(words=("export",))
    assert {sent.headers["notion-version"] for sent in asked.network.sent} == {"2026-03-11"}


def test_the_connection_says_when_nothing_is_shared(tmp_path: Path) -> None:
    (probe,) = Asked(tmp_path, vendor(search=found())).notion.check_connection()
    assert probe.works
    assert "no page is shared" in probe.detail


@pytest.mark.parametrize("sources", [["exports"], [SOURCE] * 3])
def test_data_sources_are_ids_and_few(sources: list[str]) -> None:
    with pytest.raises(ValidationError):
        NotionSettings.model_validate({**SETTINGS, "data_sources": sources})
