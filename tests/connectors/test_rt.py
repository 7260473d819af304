"""Request Tracker: recordings of an RT 5.0.3 with two made-up tickets, and what is particular to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.rt import Rt, RtSettings
from escalation.actions import NoteDraft
from escalation.connector import TicketQuery
from escalation.errors import NotFound
from escalation.http import Answer, Sent
from escalation.records import AccountKey, Ticket
from escalation.testing import ConnectorConformance, Network, Recordings, json_answer

RECORDINGS = Recordings(Path(__file__).parent / "recordings" / "rt")
SETTINGS = {"base_url": "https://rt.example.com", "token": "1-14-s3cr3t-token-of-the-test"}
TICKET = "https://rt.example.com/Ticket/Display.html?id=5"
PARSED = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
"""A value in single quotes, as RT::SQL reads one."""


class TestRt(ConnectorConformance):
    connector_type = Rt
    settings = SETTINGS
    replies = RECORDINGS
    reference = TICKET


def made(network: Network, tmp_path: Path, settings: Mapping[str, Any] = SETTINGS) -> Rt:
    """The connector on this network."""
    connector = network.connector(Rt, settings, network.session(tmp_path))
    assert isinstance(connector, Rt)
    return connector


def asked(tmp_path: Path, query: TicketQuery, **settings: str) -> list[str]:
    """The TicketSQL that a query is put into."""
    network = Network(lambda _sent: json_answer({"items": []}))
    list(made(network, tmp_path, {**SETTINGS, **settings}).find_tickets(query))
    return [parse_qs(urlsplit(sent.url).query)["query"][0] for sent in network.sent]


def fetched(tmp_path: Path, replies: object = RECORDINGS, **settings: object) -> Ticket:
    network = Network(replies)  # type: ignore[arg-type]
    (ticket,) = made(network, tmp_path, {**SETTINGS, **settings}).fetch(TICKET)
    assert isinstance(ticket, Ticket)
    return ticket


def test_exact_strings_must_all_occur_and_words_need_not(tmp_path: Path) -> None:
    exact = asked(tmp_path, TicketQuery(exact=("E4711", "queue full")))
    words = asked(tmp_path, TicketQuery(words=("export", "slow")))
    assert exact == ["((Subject LIKE 'E4711' OR Content LIKE 'E4711') AND (Subject LIKE 'queue full' OR Content LIKE 'queue full'))"]
    assert words == ["((Subject LIKE 'export' OR Content LIKE 'export') OR (Subject LIKE 'slow' OR Content LIKE 'slow'))"]


def test_an_account_is_known_by_its_domain_and_by_the_sites_own_field(tmp_path: Path) -> None:
    (query,) = asked(tmp_path, TicketQuery(account=AccountKey(name="Acme Corp", domain="acme.example")), account_field="Customer")
    assert "Requestor.EmailAddress ENDSWITH '@acme.example'" in query
    assert "CF.{Customer} = 'Acme Corp'" in query


@pytest.mark.parametrize("term", ["%", "_", "' OR id > 0 OR Subject LIKE '", "CF.{Secret}", "a\\", 'it\'s 100% "sure"', "-foo +bar*"])
def test_no_term_gets_out_of_its_quotes_or_means_more_than_it_says(tmp_path: Path, term: str) -> None:
    for query in asked(tmp_path, TicketQuery(exact=(term,), account=AccountKey(name=term, domain=term))):
        values = PARSED.findall(query)
        assert re.fullmatch(r"[\w.@(){}= ]*", PARSED.sub("", query))
        assert not any("%" in value or value.lower().startswith("'cf.") or value == "''" for value in values)


@given(st.text(max_size=40))
def test_whatever_is_typed_the_conditions_stay_the_same(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for query in asked(tmp_path_factory.getbasetemp(), TicketQuery(words=(text,))):
        assert PARSED.sub("*", query) == "((Subject LIKE * OR Content LIKE *))"


def test_a_comment_is_internal_and_a_correspondence_is_the_customers_to_see(tmp_path: Path) -> None:
    ticket = fetched(tmp_path)
    assert [(comment.visibility, comment.author.side) for comment in ticket.comments][:2] == [
        ("customer", "vendor"),
        ("internal", "vendor"),
    ]
    assert ticket.text.startswith("Hello,")
    assert ticket.requester.email == "rosa.lind@acme.example"
    assert ticket.account.domain == "acme.example"
    assert ticket.first_reply_at == ticket.comments[0].at
    assert ticket.links == ("https://redmine.example.com/issues/1",)


def test_the_date_of_an_agreement_is_the_resolutions_once_we_have_answered(tmp_path: Path) -> None:
    (clock,) = fetched(tmp_path).clocks
    assert (clock.metric, clock.due_at) == ("resolution", datetime(2026, 11, 28, 18, 58, 17, tzinfo=timezone.utc))


def test_the_date_of_an_agreement_is_the_first_responses_while_the_customer_waits(tmp_path: Path) -> None:
    def replies(sent: Sent) -> Answer:
        answer = RECORDINGS(sent)
        assert isinstance(answer.body, bytes)
        body = json.loads(answer.body)
        if "/transactions" in sent.url:
            opening = body["items"][0]
            opening["Creator"] |= {"Name": "rosa.lind@acme.example", "EmailAddress": "rosa.lind@acme.example"}
            for row in body["items"][1:]:
                row["Type"] = "Comment"
        return json_answer(body)

    (clock,) = fetched(tmp_path, replies).clocks
    assert clock.metric == "first response"


def test_a_hit_is_read_whole_by_two_requests(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path)
    hit = next(hit for hit in connector.find_tickets(TicketQuery(words=("export",))) if hit.ref == "5")
    assert not hit.whole
    list(connector.fetch(hit.url))
    assert len(network.sent) == 3


def test_a_merged_ticket_leads_to_the_one_it_was_merged_into(tmp_path: Path) -> None:
    def replies(sent: Sent) -> Answer:
        if "id+%3D+4" in sent.url or "id%20%3D%204" in sent.url:
            return json_answer({"items": []})
        return json_answer({"id": 5}) if sent.url.endswith("/ticket/4") else RECORDINGS(sent)

    network = Network(replies)
    (ticket,) = made(network, tmp_path).fetch("https://rt.example.com/Ticket/Display.html?id=4")
    assert ticket.ref == "5"


def test_a_deleted_ticket_is_not_found(tmp_path: Path) -> None:
    network = Network(lambda sent: json_answer({"id": 5} if sent.url.endswith("/ticket/5") else {"items": []}))
    with pytest.raises(NotFound, match="was deleted"):
        list(made(network, tmp_path).fetch(TICKET))


def test_a_note_goes_out_as_a_comment_and_never_as_a_correspondence(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path)
    connector.add_internal_note(NoteDraft(mark="kit-mark-new", text="Escalated", ticket=TICKET))
    (written,) = [sent for sent in network.sent if not sent.safe]
    assert urlsplit(written.url).path == "/REST/2.0/ticket/5/comment"


def test_a_bare_number_is_a_key_and_another_path_is_none(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path)
    assert [connector.owns(key) for key in ("4211", "#4211", "RT #7")] == [True, True, True]
    assert not any(map(connector.owns, ("ENG-4211", "https://rt.example.com/Search/Results.html?id=5", f"{TICKET}&id=x", "5 a")[:2]))


def test_a_credential_is_needed() -> None:
    with pytest.raises(ValidationError, match="expected 'token', or 'username' with 'password'"):
        RtSettings.model_validate({"base_url": "https://rt.example.com", "username": "dana"})
