"""MediaWiki: recordings of a MediaWiki 1.39.17 with two made-up pages, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.mediawiki import MediaWiki, MediaWikiSettings
from connectors.wikitext import wikitext_to_text
from escalation.connector import ArticleQuery
from escalation.errors import AuthError, NotFound, Unavailable, UnexpectedResponse
from escalation.http import Answer, Sent
from escalation.testing import ConnectorConformance, Network, Recordings, json_answer

RECORDINGS = Recordings(Path(__file__).parent / "recordings" / "mediawiki")
SETTINGS = {"base_url": "https://wiki.example.com/w", "access_token": "s3cr3t-token-of-the-test"}
SIGNED = {"base_url": "https://wiki.example.com/w", "username": "Dana@escalation", "password": "s3cr3t-password-of-the-test"}
PAGE = "https://wiki.example.com/w/index.php/Export_job_stops_with_E4711"


class TestMediaWiki(ConnectorConformance):
    connector_type = MediaWiki
    settings = SETTINGS
    replies = RECORDINGS
    reference = PAGE


def made(network: Network, tmp_path: Path, settings: Mapping[str, Any] = SETTINGS) -> MediaWiki:
    """The connector on this network."""
    connector = network.connector(MediaWiki, settings, network.session(tmp_path))
    assert isinstance(connector, MediaWiki)
    return connector


def params(sent: Sent) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.url).query).items()}


def cirrus(sent: Sent) -> Answer:
    """A wiki with CirrusSearch."""
    if params(sent).get("srwhat") == "title":
        return json_answer({"error": {"code": "search-title-disabled", "info": "Title search is disabled."}})
    return RECORDINGS(sent)


def searched(tmp_path: Path, query: ArticleQuery, replies: Any = RECORDINGS) -> list[dict[str, str]]:
    network = Network(replies)
    list(made(network, tmp_path).find_articles(query))
    return [asked for asked in map(params, network.sent) if "gsrsearch" in asked]


def test_each_telling_word_is_asked_for_in_texts_and_titles(tmp_path: Path) -> None:
    asked = searched(tmp_path, ArticleQuery(words=("export", "E4711", "queue", "slow")))
    assert [(each["gsrsearch"], each["gsrwhat"], each["srsearch"], each["srwhat"]) for each in asked] == [
        (f'"{word}"', "text", f'"{word}"', "title") for word in ("export", "E4711", "queue")
    ]


def test_a_word_is_asked_for_once_in_a_case(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path)
    first = list(connector.find_articles(ArticleQuery(words=("export", "queue"))))
    sent = len(network.sent)
    assert list(connector.find_articles(ArticleQuery(words=("export",))))
    assert len(network.sent) == sent
    assert first


def test_exact_strings_must_all_occur(tmp_path: Path) -> None:
    (asked,) = searched(tmp_path, ArticleQuery(exact=("E4711", "queue is full")))
    assert asked["gsrsearch"] == '"E4711" "queue is full"'


def test_a_search_engine_of_its_own_is_asked_for_all_words_at_once(tmp_path: Path) -> None:
    words = ArticleQuery(words=("export", "E4711", "queue"))
    asked = searched(tmp_path, words, cirrus)
    assert [each["gsrsearch"] for each in asked] == ['"export"', '"export" OR "E4711" OR "queue"']
    assert len(searched(tmp_path, ArticleQuery(words=tuple(f"word{n:090}" for n in range(12))), cirrus)[1]["gsrsearch"]) <= 300


@given(st.text(max_size=30))
def test_no_sign_of_a_query_acts(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for asked in searched(tmp_path_factory.getbasetemp(), ArticleQuery(words=(text, "-insource:/x/ OR all: ~y*"))):
        assert asked["gsrsearch"][0] == asked["gsrsearch"][-1] == '"'
        assert all(sign.isalnum() or sign in "_ " for sign in asked["gsrsearch"][1:-1])


def test_a_bot_password_is_sent_in_a_form_once_and_a_refused_one_never_again(tmp_path: Path) -> None:
    def refusing(sent: Sent) -> Answer:
        return (
            json_answer({"login": {"result": "Failed", "reason": {"code": "wrongpassword"}}}) if sent.method == "POST" else RECORDINGS(sent)
        )

    network = Network(RECORDINGS)
    assert list(made(network, tmp_path, SIGNED).fetch(PAGE))
    assert [sent.method for sent in network.sent] == ["GET", "POST", "GET"]
    network = Network(refusing)
    connector = made(network, tmp_path, SIGNED)
    for _ in range(3):
        with pytest.raises(AuthError, match="the bot password was refused"):
            list(connector.fetch(PAGE))
    assert len(network.sent) == 2


def test_a_wiki_that_was_given_wrong_passwords_is_left_alone_for_a_while(tmp_path: Path) -> None:
    def throttling(sent: Sent) -> Answer:
        return (
            json_answer({"login": {"result": "Failed", "reason": {"code": "login-throttled"}}})
            if sent.method == "POST"
            else RECORDINGS(sent)
        )

    network = Network(throttling)
    with pytest.raises(Unavailable, match="too many attempts"):
        list(made(network, tmp_path, SIGNED).fetch(PAGE))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("readapidenied", AuthError),
        ("mwoauth-invalid-authorization", AuthError),
        ("ratelimited", Unavailable),
        ("cirrussearch-backend-error", Unavailable),
        ("badvalue", UnexpectedResponse),
    ],
)
def test_an_error_with_status_200_is_what_its_code_says(tmp_path: Path, code: str, error: type[Exception]) -> None:
    network = Network(lambda _sent: json_answer({"error": {"code": code, "info": "what a customer said"}}))
    with pytest.raises(error, match=code):
        list(made(network, tmp_path).fetch(PAGE))


def test_a_page_that_is_missing_is_not_found(tmp_path: Path) -> None:
    network = Network(lambda _sent: json_answer({"query": {"pages": [{"title": "X", "missing": True}]}}))
    with pytest.raises(NotFound):
        list(made(network, tmp_path).fetch(PAGE))


def test_a_page_is_known_by_either_form_of_its_address(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path)
    for address in (
        PAGE,
        "https://wiki.example.com/w/index.php?title=Export_job_stops_with_E4711&action=edit",
        "https://wiki.example.com/wiki/X",
    ):
        assert connector.owns(address)
    assert not connector.owns("https://wiki.example.com/w/load.php?modules=site")


def test_pages_are_public_only_where_the_setting_says_so(tmp_path: Path) -> None:
    for public, visibility in ((True, "public"), (False, "internal")):
        network = Network(RECORDINGS)
        (page,) = made(network, tmp_path, {**SETTINGS, "public": public}).fetch(PAGE)
        assert page.visibility == visibility


def test_name_and_password_belong_together() -> None:
    with pytest.raises(ValidationError, match="expected 'username' and 'password' together"):
        MediaWikiSettings.model_validate({"base_url": "https://wiki.example.com/w", "username": "Dana@escalation"})


def test_wikitext_becomes_words_and_lines() -> None:
    text = (
        "== Cause ==\nThe '''queue''' is [[Queue length|too long]].{{Note|{{x}}}} See [https://a.example/log the log].<ref>x</ref>\n"
        "* one\n# two\n{| class=x\n|-\n! A !! B\n|-\n| 1 || 2\n|}\n<pre>\na < b\n</pre>\n[[Category:Export]]<!-- no -->"
    )
    lines = [line for line in wikitext_to_text(text).splitlines() if line]
    assert lines == [
        "Cause", "The queue is too long. See the log (https://a.example/log).", "- one", "- two", "A | B", "1 | 2", "a < b",
    ]  # fmt: skip


@given(st.text(alphabet="[]{}|='<>&!*#:\n ab/-", max_size=200))
def test_no_wikitext_breaks_it(text: str) -> None:
    assert isinstance(wikitext_to_text(text), str)


def test_a_large_page_of_broken_wikitext_is_read_in_no_time() -> None:
    for piece in ("<ref ", "[[", "{{", "''", "<!--", "[http://x "):
        assert isinstance(wikitext_to_text(piece * 20_000), str)
