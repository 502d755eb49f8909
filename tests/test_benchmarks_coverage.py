"""The benchmarks' measures: known answers, and agreement with the definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.annotated import Annotated
from benchmarks.coverage import by_characters, by_words, covered, ignorable

TEXT = "Mr Lee met Ann Poe in Leeds on 3 May."


def _of(*spans: tuple[int, int]) -> Annotated:
    return Annotated("d", TEXT, tuple((start, end, "X") for start, end in spans))


def test_half_masked_names_count_half_by_characters_and_not_at_all_by_words() -> None:
    gold, half = _of((3, 6), (11, 18)), [(3, 6), (11, 13)]
    characters, words = by_characters([gold], [half]), by_words([gold], [half])
    assert characters.recall.value == pytest.approx(5 / 10)
    assert words.recall.value == pytest.approx(1 / 3)
    assert (characters.precision.value, words.precision.value) == (1.0, 1.0)
    assert characters.extra.value == 0.0


def test_masking_everything_finds_all_and_costs_all() -> None:
    scores = by_characters([_of((3, 6))], [[(0, len(TEXT))]])
    assert (scores.recall.value, scores.extra.value, scores.masked.value) == (1.0, 1.0, 1.0)
    assert scores.precision.value == pytest.approx(3 / len(TEXT))


@given(st.lists(st.tuples(st.integers(0, 36), st.integers(1, 5)), max_size=6))
def test_f2_is_that_of_precision_and_recall(starts: list[tuple[int, int]]) -> None:
    masks = [(start, min(start + length, len(TEXT))) for start, length in starts]
    scores = by_characters([_of((3, 6), (11, 18))], [masks])
    precision, recall = scores.precision.value, scores.recall.value
    if masks and recall:
        assert scores.f2.value == pytest.approx(5 * precision * recall / (4 * precision + recall))


def test_overlapping_masks_count_once() -> None:
    assert covered(5, [(0, 3), (1, 4)]).tolist() == [True, True, True, True, False]


def test_titles_and_function_words_are_ignored_and_initials_and_capitals_are_not() -> None:
    text = "Mr A. Lee of THE Court, no. 5/97, a clerk, lives in the US"
    assert [text[start:end] for start, end in ignorable(text)] == ["Mr", "of", "no", "a", "in", "the"]
