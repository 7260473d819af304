"""Tryton: recordings of a trytond 8.2.1 with a made-up party and its opportunity, and what is particular to it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.tryton import Tryton
from escalation.connector import AccountQuery
from escalation.errors import AuthError, UnexpectedResponse
from escalation.http import Answer, Sent
from escalation.records import Account, Money
from escalation.reply import Reply
from escalation.testing import ConnectorConformance, Network, Recordings, json_answer

RECORDINGS = Recordings(Path(__file__).parent / "recordings" / "tryton")
SETTINGS = {"base_url": "https://tryton.example.com", "database": "larkspur", "key": "s3cr3t-key-of-the-test"}
PARTY = "https://tryton.example.com/#larkspur/model/party.party/5"


class TestTryton(ConnectorConformance):
    connector_type = Tryton
    settings = SETTINGS
    replies = RECORDINGS
    reference = PARTY


def made(network: Network, tmp_path: Path, settings: Mapping[str, Any] = SETTINGS) -> Tryton:
    """The connector on this network."""
    connector = network.connector(Tryton, settings, network.session(tmp_path))
    assert isinstance(connector, Tryton)
    return connector


def asked(tmp_path: Path, query: AccountQuery) -> Any:
    """The domain that a query is put into."""
    network = Network(lambda _sent: json_answer([]))
    list(made(network, tmp_path).find_accounts(query))
    (sent,) = network.sent
    return json.loads(urlsafe_b64decode(parse_qs(urlsplit(sent.url).query)["d"][0]))


def mapped(tmp_path: Path, raw: dict[str, Any], **settings: object) -> Account:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path, {**SETTINGS, **settings})
    account = connector.account(Reply({"id": 5, "name": "Acme Corp", **raw}))
    assert isinstance(account, Account)
    return account


def test_a_party_comes_with_its_contacts_domains_and_deals(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    (account,) = made(network, tmp_path).find_accounts(AccountQuery(names=("Acme Corp",)))
    assert (account.name, account.domains, account.url) == ("Acme Corp", ("acme.example",), PARTY)
    assert [contact.email for contact in account.contacts] == ["rosa.lind@acme.example"]
    (deal,) = account.deals
    assert deal.amount == Money(amount=Decimal("240000.00"), currency="EUR")
    assert deal.open
    assert account.arr is None
    assert len(network.sent) == 2


def test_typed_values_are_decoded(tmp_path: Path) -> None:
    day = {"__class__": "date", "year": 2026, "month": 12, "day": 4}
    moment = {"__class__": "datetime", "year": 2026, "month": 11, "day": 28, "hour": 10, "minute": 2, "second": 3, "microsecond": 9}
    amount = {"__class__": "Decimal", "decimal": "12000.50"}
    deal = {"id": 1, "state": "won", "end_date": day, "amount": amount, "currency": {"code": "EUR"}}
    account = mapped(tmp_path, {"write_date": moment, "opportunities": [deal], "arr": amount}, arr_field="arr", arr_currency="EUR")
    assert account.updated_at == datetime(2026, 11, 28, 10, 2, 3, tzinfo=timezone.utc)
    assert account.deals[0].close_on == date(2026, 12, 4)
    assert account.deals[0].open is False
    assert account.arr == Money(amount=Decimal("12000.50"), currency="EUR")


def test_a_website_tells_a_domain_and_an_odd_one_none(tmp_path: Path) -> None:
    sites = ["https://www.acme.example/de", "acme.test", "", "not a site"]
    means = [{"type": "website", "value": site} for site in sites]
    assert mapped(tmp_path, {"contact_mechanisms": means}).domains[:2] == ("acme.example", "acme.test")


def test_near_names_have_more_or_fewer_words_and_plain_names_are_asked_as_they_are(tmp_path: Path) -> None:
    assert asked(tmp_path, AccountQuery(names=("Acme Corp",))) == ["OR", ["name", "ilike", "%Acme Corp%"], ["name", "ilike", "Acme%"]]
    assert asked(tmp_path, AccountQuery(names=("Acme Corp",), near=False)) == ["OR", ["name", "ilike", "Acme Corp"]]


@given(st.text(alphabet="%_\\ab'\"", min_size=1, max_size=20).filter(lambda text: text.strip() != ""))
def test_signs_of_a_pattern_stand_for_themselves(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    (_, (_, _, pattern)) = asked(tmp_path_factory.getbasetemp(), AccountQuery(names=(text,), near=False))
    unescaped = pattern.replace("\\\\", "").replace("\\%", "").replace("\\_", "")
    assert not set(unescaped) & set("%_\\")


def test_accounts_are_kept_when_their_deals_may_not_be_read(tmp_path: Path) -> None:
    def replies(sent: Sent) -> Answer:
        return json_answer({"status": 400}, 400) if "sale.opportunity" in sent.url else RECORDINGS(sent)

    network = Network(replies)
    found = made(network, tmp_path).find_accounts(AccountQuery(names=("Acme Corp",)))
    assert next(found).heading == "Acme Corp"
    with pytest.raises(UnexpectedResponse, match=r"where the user may not read sale\.opportunity"):
        next(found)


def test_without_the_module_of_opportunities_one_request_is_enough(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    settings = {**SETTINGS, "opportunities": False}
    list(made(network, tmp_path, settings).find_accounts(AccountQuery(names=("Acme Corp",))))
    assert len(network.sent) == 1


def test_an_opportunity_leads_to_its_party(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path)
    (account,) = connector.fetch("https://tryton.example.com/#larkspur/model/sale.opportunity/4")
    assert account.url == PARTY


def test_a_record_of_another_database_is_not_its_own(tmp_path: Path) -> None:
    network = Network(RECORDINGS)
    connector = made(network, tmp_path)
    assert connector.owns("tryton://tryton.example.com/larkspur/model/party.party/5")
    assert not connector.owns("https://tryton.example.com/#other/model/party.party/5")


def test_a_key_that_is_refused_is_an_auth_error(tmp_path: Path) -> None:
    network = Network(lambda _sent: Answer(401, b"<!doctype html>", {"content-type": "text/html"}))
    with pytest.raises(AuthError):
        list(made(network, tmp_path).find_accounts(AccountQuery(names=("Acme Corp",))))
