"""Articles: Markdown, HTML, Confluence's two exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone

import pytest

from connectors.workspace import Workspace
from escalation.connector import ArticleQuery
from escalation.records import Article

Open = Callable[..., Workspace]


def articles(workspace: Open, files: Mapping[str, str]) -> dict[str, Article]:
    return {article.ref: article for article in workspace(files).find_articles(ArticleQuery(limit=100))}


def test_front_matter_gives_what_the_text_does_not_say(workspace: Open) -> None:
    page = (
        "---\nid: KB-17\ntitle: 'Rotating webhook secrets'\ntags: [webhooks, security]\nurl: https://help.larkspur.example/17\n"
        "updated: 2026-10-01\nvisibility: public\naudience:\n  - admins\n  - owners\n---\n"
        "# Ignored heading\n\nBoth secrets are valid for 24 hours.\n"
    )
    article = articles(workspace, {"help/rotating.md": page})["KB-17"]
    assert (article.title, article.labels, article.url) == (
        "Rotating webhook secrets",
        ("webhooks", "security"),
        "https://help.larkspur.example/17",
    )
    assert article.updated_at == datetime(2026, 10, 1, tzinfo=timezone.utc)
    assert (article.visibility, article.fields, article.space) == ("public", {"audience": "admins\nowners"}, "help")
    assert article.text.startswith("# Ignored heading")


def test_without_front_matter_the_heading_is_the_title_and_the_path_the_ref(workspace: Open) -> None:
    article = articles(workspace, {"help/retry.md": "Intro\n\n# Handling 500s: retry\n\nSend it again.\n"})["help/retry.md"]
    assert (article.title, article.visibility, article.updated_at) == ("Handling 500s: retry", "internal", None)


def test_a_visibility_that_is_not_known_is_the_narrowest(workspace: Open) -> None:
    opened = workspace({"a.md": "---\nvisibility: everyone\n---\n# Title\n"})
    assert [article.visibility for article in opened.find_articles(ArticleQuery())] == ["restricted"]
    assert "visibility 'everyone'" in opened.session.shortfalls[0]


def test_an_html_page_is_its_main_part_as_text(workspace: Open) -> None:
    page = (
        "<!DOCTYPE html><html><head><title>Rotating secrets | Help</title><link rel='canonical' href='https://help.larkspur.example/17'>"
        "<meta property='article:modified_time' content='2026-10-01T08:00:00Z'></head><body><nav>Home Prices</nav>"
        "<main><h1>Rotating secrets</h1><p>Both are valid for <b>24 hours</b>.</p><pre>curl -X POST</pre></main>"
        "<footer>Imprint</footer></body></html>"
    )
    article = articles(workspace, {"17.html": page})["17.html"]
    assert (article.title, article.url) == ("Rotating secrets", "https://help.larkspur.example/17")
    assert "Both are valid for 24 hours." in article.text
    assert "curl -X POST" in article.text
    assert "Prices" not in article.text
    assert "Imprint" not in article.text
    assert article.updated_at == datetime(2026, 10, 1, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize("page", ["<html><body><main><p>Cut off here", "<html><body><![broken <p>Text here</p>", "<p>Just here</p>"])
def test_a_broken_page_is_still_read(workspace: Open, page: str) -> None:
    [article] = articles(workspace, {"a.html": page}).values()
    assert "here" in article.text


def test_a_confluence_space_in_html_gives_pages_without_its_table_of_contents(workspace: Open) -> None:
    page = (
        "<!DOCTYPE html><html><head><title>Support : Export time zones</title></head><body><div id='main-header'>"
        "<div id='breadcrumb-section'>Support</div><h1 id='title-heading'>"
        "<span id='title-text'> Support : Export time zones </span></h1></div>"
        "<div id='content'><div class='page-metadata'>Created by <span class='author'> Dana Reyes"
        "</span>, last modified on Nov 18, 2026</div>"
        "<div id='main-content' class='wiki-content group'><h1>Cause</h1><p>The last hour is cut.</p></div></div></body></html>"
    )
    index = (
        "<!DOCTYPE html><html><head><title>Support (SUP)</title></head><body>"
        '<div class="pageSection"><div class="pageSectionHeader"><h2>Available Pages:</h2></div></div></body></html>'
    )
    [article] = articles(workspace, {"SUP/Export-time-zones_65601.html": page, "SUP/index.html": index}).values()
    assert (article.ref, article.title, article.space) == ("65601", "Export time zones", "Support")
    assert article.text == "Cause\n\nThe last hour is cut."
    assert article.updated_at == datetime(2026, 11, 18, tzinfo=timezone.utc)


CONFLUENCE = """<?xml version="1.0" encoding="UTF-8"?>
<hibernate-generic datetime="2026-11-18 10:00:00">
<object class="Space" package="com.atlassian.confluence.spaces"><id name="id">1</id><property name="key"><![CDATA[SUP]]></property></object>
<object class="BodyContent" package="com.atlassian.confluence.core"><id name="id">50</id><property name="body"><![CDATA[<p>Run &ldquo;this&rdquo;:</p>\
<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sql</ac:parameter><ac:plain-text-body><![CDATA[SELECT 1 < 2]]]]>><![CDATA[\
</ac:plain-text-body></ac:structured-macro>]]></property><property name="content" class="Page"><id name="id">10</id></property></object>
<object class="Page" package="com.atlassian.confluence.pages"><id name="id">10</id><property name="title"><![CDATA[Export time zones]]></property>\
<property name="space" class="Space"><id name="id">1</id></property><property name="contentStatus"><![CDATA[current]]></property>\
<property name="creationDate">2026-11-01 10:00:00.000</property><property name="lastModificationDate">2026-11-18 10:00:00.000</property></object>
<object class="Page" package="com.atlassian.confluence.pages"><id name="id">9</id><property name="title"><![CDATA[Older version]]></property>\
<property name="originalVersion" class="Page"><id name="id">10</id></property><property name="contentStatus"><![CDATA[current]]></property></object>
</hibernate-generic>
"""  # noqa: E501 - as Confluence writes it


def test_a_confluence_space_in_xml_gives_current_pages_only(workspace: Open) -> None:
    [article] = articles(workspace, {"entities.xml": CONFLUENCE}).values()
    assert (article.ref, article.title, article.space) == ("10", "Export time zones", "SUP")
    assert "Run “this”:" in article.text
    assert "SELECT 1 < 2" in article.text
    assert "sql" not in article.text
    assert article.updated_at == datetime(2026, 11, 18, 10, tzinfo=timezone.utc)


def test_entities_that_grow_without_end_are_refused(workspace: Open) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "%s">' % ("ha" * 50)
    bomb += "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8))
    opened = workspace({"entities.xml": bomb + "]><hibernate-generic><object class='Page'><id>&i;</id></object></hibernate-generic>"})
    assert list(opened.find_articles(ArticleQuery())) == []
    assert "entities.xml" in opened.session.shortfalls[0]
