"""spaCy's recogniser, stepped by hand: it finds what the pipeline itself finds, whatever stands beside a text."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.prose import paragraphs
from deid.detectors.models.spacy_ner import SpacyDetector, find_model

_PIECES = (
    "Anna", "Kowalski", "met", "Mr.", "Smith", "in", "Leeds", "on", "3 May 2021", ",", "and", "she", "paid", "€ 500",
    "to", "Acme Ltd", ".", "\n", " ", "\n\n", "😀", "'", "s", "the", "of", "IBM", "née",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join)


@pytest.fixture(scope="module")
def pipeline() -> spacy.language.Language:
    return spacy.load(find_model().path, exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"])


@pytest.fixture(scope="module")
def detector() -> SpacyDetector:
    return SpacyDetector()


def places(detector: SpacyDetector, texts: list[str]) -> list[list[tuple[int, int]]]:
    return [[(f.start, f.end) for f in found] for found in detector.detect(texts)]


def expected(pipeline: spacy.language.Language, text: str) -> list[tuple[int, int]]:
    known = {"PERSON", "GPE", "LOC", "FAC", "ORG", "NORP", "DATE", "TIME"}
    return [(e.start_char, e.end_char) for e in pipeline(text).ents if e.label_ in known and not e.text.isspace()]


def test_prose_is_read_as_by_the_pipeline(detector: SpacyDetector, pipeline: spacy.language.Language) -> None:
    texts = [text[:150] for text in list(paragraphs())[:120]]
    assert places(detector, texts) == [expected(pipeline, text) for text in texts]


@settings(max_examples=60)
@given(texts=st.lists(WORDS.filter(lambda text: not text.isupper()), max_size=12))
def test_any_text_is_read_as_by_the_pipeline(
    detector: SpacyDetector, pipeline: spacy.language.Language, texts: list[str]
) -> None:
    assert places(detector, texts) == [expected(pipeline, text) for text in texts]


def test_no_word_that_was_read_stays_in_memory(detector: SpacyDetector) -> None:
    detector.detect(["Ann Lee came."])
    before = len(detector._loaded.pipeline.vocab.strings)
    found = detector.detect([f"Ann Lee met quorv{n}zib and left {n}xq." for n in range(200)])
    assert all(found)
    assert len(detector._loaded.pipeline.vocab.strings) == before


def test_detectors_share_the_model_and_wait_for_each_other(detector: SpacyDetector) -> None:
    texts = [[f"Ann Lee met Bob Marsh in Leeds on {day} May 2021." for day in range(n, n + 12)] for n in (1, 13)]
    alone = [detector.detect(some) for some in texts]
    with ThreadPoolExecutor(2) as threads:
        together = threads.map(lambda some: [SpacyDetector().detect(some) for _ in range(5)], texts)
    assert [found == [one] * 5 for found, one in zip(together, alone, strict=True)] == [True, True]
