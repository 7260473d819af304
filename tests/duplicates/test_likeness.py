"""How alike two texts are: the same both ways, by words that are rare, whole names and their pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from escalation.search.similarity import cosine, rarity, signature

WORDS = st.dictionaries(st.sampled_from("orders export login timeout ord-5031 pool".split()), st.floats(0.1, 3), min_size=1)


def alike(one: tuple[str, str], other: tuple[str, str]) -> float:
    """Where every word is as rare as any other."""
    return cosine(signature(*one), signature(*other), lambda _: 1.0)


@given(WORDS, WORDS)
def test_likeness_is_the_same_both_ways_and_between_0_and_1(one: dict[str, float], other: dict[str, float]) -> None:
    there, back = (cosine(*pair, len) for pair in ((one, other), (other, one)))
    assert abs(there - back) < 1e-9
    assert 0 <= there <= 1


@given(WORDS)
def test_nothing_is_more_alike_than_the_same(words: dict[str, float]) -> None:
    assert cosine(words, words, lambda _: 2.0) > 1 - 1e-9


@given(st.integers(0, 10_000), st.integers(0, 9_999))
def test_a_word_that_more_texts_hold_tells_no_more(documents: int, holding: int) -> None:
    assert rarity(documents, min(holding, documents)) >= rarity(documents, min(holding + 1, documents)) > 0


def test_texts_without_a_common_word_are_not_alike() -> None:
    assert alike(("Orders fail", "since Monday"), ("Login loop", "for Okta")) == 0


def test_stop_words_make_nothing_alike() -> None:
    assert alike(("it is not what we had", ""), ("it was not what they have", "")) == 0


def test_a_class_name_is_found_by_its_words() -> None:
    assert alike(("FSDownload fails", ""), ("fs download", "")) > 0.5
    assert alike(("S3ABlockOutputStream", "upload.retries"), ("block output stream", "retries")) > 0.4


def test_a_word_of_the_heading_counts_more_than_one_of_the_text() -> None:
    report = ("Export misses rows", "Noticed on the dashboard.")
    assert alike(report, ("Export rows", "")) > alike(report, ("Noticed dashboard", ""))


def test_what_stands_after_a_long_text_does_not_count() -> None:
    listing = "INFO started\n" * 400
    assert signature("Crash", listing + "zebra") == signature("Crash", listing)


def test_a_sentence_without_spaces_shares_parts_of_words() -> None:
    assert alike(("注文の出力に行が足りない", ""), ("出力で行が足りない", "")) > 0.4
