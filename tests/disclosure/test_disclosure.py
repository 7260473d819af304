"""Secrets leave for nobody; restricted records are for security alone."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.brief import TEMPLATES, Renderer
from escalation.case import Case, Reporter
from escalation.disclosure import CARD_REMOVED, SECRET_REMOVED, cleared, is_card_number, without_secrets
from escalation.evidence import Evidence
from escalation.gathering import AffectedAccount, Gathering
from escalation.issue import Issue, Signal
from escalation.pages.document import document
from escalation.pages.foreign import clean
from escalation.plugins import Hooks
from escalation.policy import Policy
from escalation.records import AccountKey, Category, Comment, Message, Person, Ticket
from escalation.workflow import conclude

PII = Path(__file__).resolve().parents[3] / "shared" / "data" / "pii.jsonl"
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
ORLA = Person(name="Orla Vane", side="customer")


@pytest.mark.parametrize(
    "secret",
    [
        "lk_live_51Hq0aB7ExampleKeyDoNotUse9fT2xZ",
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "sk-proj-abcdefghijklmnop1234",
        "xoxb-123456789012-abcdefGHIJKL",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.dozjgNryP4J3jVmNHl0w5N",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_a_key_or_token_is_told_by_its_shape(secret: str) -> None:
    assert without_secrets(f"here it is: {secret} thanks") == f"here it is: {SECRET_REMOVED} thanks"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password: hunter2 works", f"password: {SECRET_REMOVED} works"),
        ("Passwort: geheim123", f"Passwort: {SECRET_REMOVED}"),
        ("Authorization: Bearer abc.DEF-123456789", f"Authorization: Bearer {SECRET_REMOVED}"),
        ("api_key=9f8e7d6c5b4a", f"api_key={SECRET_REMOVED}"),
        ("https://dana:s3cret@example.com/x", f"https://{SECRET_REMOVED}@example.com/x"),
        ("4111 1111 1111 1111, CVC 737", f"{CARD_REMOVED}, CVC {SECRET_REMOVED}"),
        ("card 4111-1111-1111-1111.", f"card {CARD_REMOVED}."),
    ],
)
def test_what_a_secret_is_called_gives_it_away(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer $TOKEN",
        "The secret: it belongs to the account.",
        "req_01KA4Q8V5TN4M at 08:41:17",
        "p1794932542433063?thread_ts=1794921603.446139",
        "412 of 9,870 POSTs, order 20261118094046",
        "Keys that begin with lk_live_ work on your live tenant.",
        "password (and push)",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.skipif(not PII.exists(), reason="the personal data samples are not beside this checkout")
def test_every_valid_card_number_of_the_samples_is_removed() -> None:
    rows = [json.loads(line) for line in PII.read_text(encoding="utf-8").splitlines()]
    cards = [(row["text"], span["entity_value"]) for row in rows for span in row["spans"] if span["entity_type"] == "CREDIT_CARD"]
    valid = [(text, card) for text, card in cards if 13 <= len(card) <= 19 and is_card_number(card)]
    assert len(valid) > 50
    assert [card for text, card in valid if card in without_secrets(text)] == []


@given(st.text(alphabet=st.sampled_from("4111 -sk_live_passwordBearer:=x9\n"), max_size=80))
def test_clearing_twice_changes_nothing_more(text: str) -> None:
    once = without_secrets(text)
    assert without_secrets(once) == once
    assert without_secrets(clean(text)) == clean(text)


def test_a_record_is_cleared_in_every_place_and_stays_the_same_object_when_it_is_clean() -> None:
    said = Comment(author=ORLA, text="password: hunter2")
    ticket = Ticket(ref="1", subject="key lk_live_abcdefgh1234", text="fine", comments=(said,), fields={"note": "sk_test_abcdefgh1234"})
    assert "hunter2" not in cleared(ticket).model_dump_json()
    assert "abcdefgh1234" not in cleared(ticket).model_dump_json()
    whole = Ticket(ref="2", subject="fine")
    assert cleared(whole) is whole


def case(hidden: tuple[str, ...]) -> Case:
    ticket = Ticket(
        ref="4270", subject="We can see another company's invoice", text="We opened an invoice that is not ours.", requester=ORLA,
        state="open", created_at=NOW, account=AccountKey(name="Vireo Media"),
    )  # fmt: skip
    evidence = [Evidence(id="T1", connector="made", category=Category.SUPPORT_PLATFORM, record=ticket)]
    evidence += [
        Evidence(
            id=f"M{number}", connector="made", category=Category.CHAT,
            record=Message(ref=f"s/{number}", channel="sec-secret", text=text, author=Person(name="Eve"), at=NOW, visibility="restricted"),
        )
        for number, text in enumerate(hidden, 1)
    ]  # fmt: skip
    affected = AffectedAccount(name="Vireo Media", evidence=("T1", *(item.id for item in evidence[1:])), certainty="confirmed", because="x")
    issue = Issue(
        sentence="Vireo Media can see another customer's invoices", at=NOW, zone="UTC", summary="can see another customer's invoices",
        type="security", signals=(Signal(name="security", text="see another customer's invoices"),), customers=("Vireo Media",),
    )  # fmt: skip
    gathering = Gathering(evidence=tuple(evidence), affected=(affected,), primary="T1")
    return conclude(
        issue,
        gathering,
        case_id="ESC-ABCDEF",
        opened_at=NOW,
        now=NOW,
        reporter=Reporter(name="Dana"),
        policy=Policy.load(None),
        hooks=Hooks(),
    )


TELLING = st.sampled_from(
    [
        "The download checks the login only.",
        "Globex Retail is exposed too, production is down.",
        "It started on 3 November 2026 at 10:00 UTC.",
        "We will not renew, our CTO and our lawyer are involved.",
        "Disabled at 12:47 UTC, contained.",
        "I suspect the rewrite; not convinced.",
    ]
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TELLING, max_size=3))
def test_whoever_is_not_security_sees_the_same_bytes_whatever_is_restricted(hidden: list[str]) -> None:
    renderer, nothing, something = Renderer(None, Hooks()), case(()), case(tuple(hidden))
    assert something.route.target.restricted
    for audience in TEMPLATES:
        if audience == "security":
            continue
        assert renderer.brief(something, audience) == renderer.brief(nothing, audience)
        seen, bare = (document(one, renderer.brief(one, audience), audience=audience) for one in (something, nothing))
        assert seen.model_dump_json() == bare.model_dump_json()


def test_security_sees_it() -> None:
    assert "Disabled at 12:47 UTC" in Renderer(None, Hooks()).brief(case(("Disabled at 12:47 UTC, contained.",)), "security")


def test_a_case_that_is_not_for_security_holds_nothing_restricted() -> None:
    found = case(("The order fails.",))
    issue = found.issue.model_copy(update={"type": "bug", "signals": (), "sentence": "Orders fail", "summary": "orders fail"})
    ticket = found.gathering["T1"]
    plain = ticket.model_copy(update={"record": ticket.record.model_copy(update={"subject": "Orders fail", "text": "The order fails."})})
    gathering = found.gathering.model_copy(update={"evidence": (plain, *found.gathering.evidence[1:])})
    wider = conclude(
        issue, gathering, case_id="ESC-ABCDEF", opened_at=NOW, now=NOW, reporter=Reporter(), policy=Policy.load(None), hooks=Hooks()
    )
    assert "sec-secret" not in wider.model_dump_json()
    assert [item.id for item in wider.gathering.evidence] == ["T1"]
