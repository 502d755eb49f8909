"""The second voter: what it finds, where, whatever stands around it, and that it trusts no other weights."""

import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deid import Finding, Policy, Scanner
from deid.detector import Seen
from deid.detectors.models.bert_graph import EXACT
from deid.detectors.models.plausibility import Casing, casing
from deid.detectors.models.transformer import TransformerDetector, examples, find_voter, load_reader
from deid.detectors.models.windows import OVERLAP, WINDOW, cut, cut_between
from deid.dial import Dial
from deid.errors import ModelError

LETTER = "Please send it to Barbara Miller, 42 Elm Street, Chicago, IL 60614. Thank you very much."
FILLER = "The road was closed because it had rained all week long. "


@pytest.fixture(scope="module")
def voter() -> TransformerDetector:
    return TransformerDetector()


def seen(text: str, findings: list[Finding]) -> set[tuple[str, str]]:
    return {(text[f.start : f.end], f.label) for f in findings}


def test_a_letter_gives_name_address_and_place(voter: TransformerDetector) -> None:
    assert seen(LETTER, voter.detect([LETTER])[0]) >= {
        ("Barbara Miller", "PERSON"),
        ("42 Elm Street", "STREET_ADDRESS"),
        ("Chicago", "LOCATION"),
        ("60614", "ZIP_CODE"),
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Zoë Müller and I need help.", "Zoë Müller"),
        ("My name is Zoe\u0308 Mu\u0308ller and I need help.", "Zoe\u0308 Mu\u0308ller"),
        ("😀😀 My name is Karen Johnson 😀", "Karen Johnson"),
        ("My name is Kar\u200ben John\u200bson, thanks", "Kar\u200ben John\u200bson"),
        ("Ｍｙ ｎａｍｅ ｉｓ Ｋａｒｅｎ Ｊｏｈｎｓｏｎ.", "Ｋａｒｅｎ Ｊｏｈｎｓｏｎ"),
        ("my name is karen johnson and i live here", "karen johnson"),
    ],
)
def test_offsets_are_those_of_the_text_as_given(voter: TransformerDetector, text: str, name: str) -> None:
    assert (name, "PERSON") in seen(text, voter.detect([text])[0])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=60))
def test_findings_lie_in_any_text_and_never_on_space(voter: TransformerDetector, before: str, after: str) -> None:
    text = f"{before} My name is Karen Johnson. {after}"
    for f in voter.detect([text])[0]:
        assert f.end <= len(text)
        assert not text[f.start].isspace()
        assert not text[f.end - 1].isspace()


@pytest.mark.parametrize("sentences", [0, 1, 7, 40, 150])
def test_a_name_is_found_at_any_place_of_a_long_text(voter: TransformerDetector, sentences: int) -> None:
    text = FILLER * sentences + LETTER + " " + FILLER * 20
    start = text.index("Barbara")
    assert any(f.start == start and f.end == start + len("Barbara Miller") for f in voter.detect([text])[0])


def test_a_name_is_found_in_a_text_without_sentences(voter: TransformerDetector) -> None:
    for words in range(40, 56, 3):
        text = "then we went on and on " * 10 + "and " * words + "my name is karen johnson " + "and so on " * 40
        assert ("karen johnson", "PERSON") in seen(text, voter.detect([text])[0])


def test_answers_do_not_depend_on_other_texts(voter: TransformerDetector) -> None:
    texts = [LETTER, FILLER, "My name is Karen Johnson.", "", FILLER * 9 + LETTER, "Call Miguel Garcia in Boston."]
    together = voter.detect(texts)
    assert together == [voter.detect([text])[0] for text in texts]
    assert together == voter.detect(texts[::-1])[::-1]


@given(st.integers(0, 400))
def test_windows_answer_for_every_token_once(tokens: int) -> None:
    text = "and " * tokens
    windows = list(cut(text, [(4 * i, 4 * i + 3) for i in range(tokens)]))
    assert [i for w in windows for i in range(w.own_start, w.own_end)] == list(range(tokens))
    assert all(w.start <= w.own_start and w.own_end <= w.end <= w.start + WINDOW for w in windows)
    assert all(w.own_start - w.start in {0, OVERLAP // 2} for w in windows)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=6))
def test_windows_answer_for_every_token_that_is_not_left_out(spans: list[tuple[int, int]]) -> None:
    text = "and " * 200
    places = sorted({4 * place for span in spans for place in span})
    left_out = list(zip(places[::2], places[1::2], strict=False))
    windows = list(cut_between(text, [(4 * i, 4 * i + 3) for i in range(200)], left_out))
    answered = [i for w in windows for i in range(w.own_start, w.own_end)]
    assert answered == [i for i in range(200) if not any(a <= 4 * i < b for a, b in left_out)]


def test_a_text_that_takes_too_long_is_withheld() -> None:
    (long, empty) = TransformerDetector(seconds=0.0).detect([LETTER, ""])
    assert [(f.start, f.end, f.withheld) for f in long] == [(0, len(LETTER), True)]
    assert empty == []


SETTLED = "Barbara Miller moved to Chicago with her sister. It had rained all week."


def test_a_text_in_which_all_is_settled_is_not_read(voter: TransformerDetector) -> None:
    settled = [Finding(0, 14, "PERSON", 0.9, "x"), Finding(24, 31, "LOCATION", 0.9, "x")]
    assert voter.detect([SETTLED])[0]
    assert voter.detect_open([SETTLED], [Seen(settled, [])]) == [[]]


@pytest.mark.parametrize("open_place", ["name", "suspicion", "figure", "case"])
def test_an_open_question_is_read(voter: TransformerDetector, open_place: str) -> None:
    settled = [Finding(0, 14, "PERSON", 0.9, "x"), Finding(24, 31, "LOCATION", 0.9, "x")]
    text, suspected = SETTLED, []
    if open_place == "name":
        settled = settled[:1]
    elif open_place == "suspicion":
        suspected = [Finding(41, 47, "PERSON", 0.2, "x")]
    elif open_place == "figure":
        text = text.replace("all week", "77 days")
    else:
        text = text.lower()
    assert voter.detect_open([text], [Seen(settled, suspected)]) == voter.detect([text])


def test_every_voter_is_heard_about_everything_only_at_the_recall_end_of_the_dial() -> None:
    """A costly voter skips what is settled; what it would add there does not change what is hidden."""
    asked: list[str] = []

    class Costly:
        name = "costly"

        def detect(self, texts: list[str]) -> list[list[Finding]]:
            asked.append("all")
            return [[] for _ in texts]

        def detect_open(self, texts: list[str], seen: list[Seen]) -> list[list[Finding]]:
            asked.append("open")
            return [[] for _ in zip(texts, seen, strict=True)]

    for position in ("balanced", "precision", "recall"):
        Scanner(Policy(dial=Dial(position)), [Costly()]).scan([SETTLED])
    assert asked == ["open", "open", "all"]


@pytest.mark.parametrize("name", ["onnx/model_q4.onnx", "tokenizer.json", "config.json"])
def test_a_file_that_is_not_the_tested_one_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "voter"
    shutil.copytree(find_voter().path, folder)
    assert find_voter(folder).sha256 == find_voter().sha256
    file = folder / name
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(ModelError, match="not the one that was tested"):
        TransformerDetector(folder=folder)
    file.unlink()
    with pytest.raises(ModelError, match="lacks"):
        find_voter(folder)


def test_eight_bits_see_what_the_stored_weights_see(voter: TransformerDetector) -> None:
    exact = TransformerDetector(reader=load_reader(voter.model, EXACT))
    texts = [e.text for e in (examples(Random(seed)) for seed in range(40)) if e.label]
    for text, ours, theirs in zip(texts, voter.detect(texts), exact.detect(texts), strict=True):
        assert seen(text, ours) == seen(text, theirs)
        assert np.allclose([f.score for f in ours], [f.score for f in theirs], atol=0.2)


def test_it_finds_its_own_examples(voter: TransformerDetector) -> None:
    drawn = [examples(Random(seed)) for seed in range(300)]
    for example, found in zip(drawn, voter.detect([e.text for e in drawn]), strict=True):
        start = example.text.index(example.value)
        hits = [f for f in found if f.start <= start and start + len(example.value) <= f.end and f.score >= 0.4]
        assert found == [] if example.label is None else example.label in {f.label for f in hits}


def test_lower_case_in_a_text_with_capitals_weighs_less(voter: TransformerDetector) -> None:
    low, proper = (
        max(f.score for f in voter.detect([text])[0] if f.label == "PERSON")
        for text in ("my name is karen johnson. please help", "My name is karen johnson. Please help")
    )
    assert proper < 0.5 * low
    assert casing("Ann is here. he left. she too") is Casing.INFORMAL


def test_verbs_are_no_part_of_a_name(voter: TransformerDetector) -> None:
    text = "Karen Johnson shouted at Miguel van der Berg."
    assert seen(text, voter.detect([text])[0]) == {("Karen Johnson", "PERSON"), ("Miguel van der Berg", "PERSON")}
