"""Splitting a passage into what somebody said, word for word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from escalation.language.sentences import Sentence, sentences


def texts(passage: str) -> list[str]:
    return [sentence.text for sentence in sentences(passage)]


def test_a_sentence_ends_at_a_full_stop_but_not_at_an_abbreviation_a_version_or_an_address() -> None:
    passage = "It fails for approx. 5 % of calls, e.g. req_7f. We run v2.14.3, see https://docs.example.com/a.b?c=d. Is it fixed?"
    assert texts(passage) == [
        "It fails for approx. 5 % of calls, e.g. req_7f.",
        "We run v2.14.3, see https://docs.example.com/a.b?c=d.",
        "Is it fixed?",
    ]


def test_a_german_date_and_abbreviation_do_not_end_a_sentence() -> None:
    assert texts("Am 16. November ging es los. Das ist z. B. schlecht!") == ["Am 16. November ging es los.", "Das ist z. B. schlecht!"]


def test_japanese_sentences_end_at_their_own_full_stop_without_a_space() -> None:
    assert texts("昨日から失敗します。修正はいつですか？") == ["昨日から失敗します。", "修正はいつですか？"]


def test_a_time_of_day_does_not_end_a_sentence() -> None:
    assert texts("We need it by 5 p.m. Friday at the latest.") == ["We need it by 5 p.m. Friday at the latest."]


def test_numbered_steps_stay_whole_and_apart() -> None:
    found = sentences('1. Open the Export page. Wait.\n2. Click "CSV".\nThen it fails.')
    assert found[0] == Sentence("Open the Export page. Wait.", "step", 0)
    assert [sentence.form for sentence in found] == ["step", "step", "prose"]


def test_a_fenced_block_is_one_piece_with_its_line_breaks() -> None:
    found = sentences('Reply:\n```\nHTTP/1.1 500\n{"code": "ORD-5031"}\n```\nEvery time.')
    assert found[1] == Sentence('HTTP/1.1 500\n{"code": "ORD-5031"}', "code", 0)


def test_log_lines_without_a_fence_are_kept_together() -> None:
    log = "2026-11-16T08:41:07Z ERROR ORD-5031 pool exhausted\n2026-11-16T08:41:09Z ERROR ORD-5031 pool exhausted"
    assert Sentence(log, "code", 0) in sentences(f"We see:\n{log}\nsince Monday.")


def test_a_hard_wrapped_sentence_is_one_sentence() -> None:
    assert texts("We tried\nto restart it\nand nothing changed.") == ["We tried to restart it and nothing changed."]


def test_greeting_signature_and_quoted_reply_are_left_out() -> None:
    passage = "Hi Dana,\n\nIt still fails.\n\nBest regards,\nMaria Lopez\nCTO, Acme Corp\n\n"
    passage += "On Mon, Nov 16, 2026 at 9:00 AM Support <s@larkspur.example> wrote:\n> Please retry."
    assert texts(passage) == ["It still fails."]


def test_an_outlook_reply_header_ends_the_passage() -> None:
    assert texts("Geht immer noch nicht.\n\nVon: Support\nGesendet: Montag\nAn: Erika\n\nBitte neu starten.") == ["Geht immer noch nicht."]


def test_thanks_in_the_middle_do_not_hide_what_follows() -> None:
    passage = "Thanks\nWe have now restarted all of the gateways in both of the regions and every single call still fails for us."
    assert len(texts(passage)) == 1
    assert "restarted" in texts(passage)[0]


@given(st.text(alphabet=st.sampled_from("ab .!?\n1-*>`:,。é"), max_size=200))
def test_every_sentence_stands_in_the_passage_word_for_word_and_in_order(passage: str) -> None:
    flat = " ".join(passage.split())
    at = 0
    for text in texts(passage):
        found = flat.find(" ".join(text.split()), at)
        assert found >= 0
        at = found
