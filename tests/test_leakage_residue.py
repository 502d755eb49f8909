"""Residual identifiers: every disguise that folding undoes is found, and nothing else."""

import time
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakage import (
    ConfigurationError,
    Document,
    EmptyInputError,
    IdentityError,
    Mention,
    ResidualIdentifiers,
    SpanError,
    hidden,
    residue,
)
from leakage.fold import fold, tokens
from leakage.needles import Needles

LETTERS = st.text(st.characters(categories=("Ll", "Lu", "Nd")), min_size=1, max_size=12)


def stands(value: str, text: str) -> bool:
    return bool(Needles.of([("K", value)]).found(text))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("José Núñez", "we met JOSE NUNEZ today"),
        ("Anna-Maria Weiß", "anna maria\nWEISS"),
        ("O'Neill", "Mr O’Neill’s"),
        ("Łukasz", "(lukasz)"),
        ("Ann Lee", "Ann\u200b \u00adLee"),
        ("Ann Lee", "A\u200bnn\u00a0\u2003Lee"),
        ("(555) 555-0123", "call 5555550123"),
        ("5555550123", "call 555.555.0123 now"),
        ("900-12-3456", "900 12 3456"),
        ("ann.lee@example.com", "<ANN.LEE@EXAMPLE.COM>"),
        ("12 Elm Street", "12, Elm–Street"),
        ("王小明", "患者王小明今天"),
        ("Ａnn Lee", "Ann Lee"),
    ],
)
def test_disguises_are_undone(value: str, text: str) -> None:
    assert stands(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [("Ann", "Annual"), ("Lee Ann", "Ann Lee"), ("5555550123", "15555550123"), ("12", "1 2"), ("Ann Lee", "Ann B Lee")],
)
def test_only_whole_values_count(value: str, text: str) -> None:
    assert not stands(value, text)


@given(st.lists(LETTERS, min_size=1, max_size=3), st.sampled_from([" ", "-", "\u2013", "\n", ", ", " \u200b"]))
def test_a_value_is_found_however_it_is_joined_cased_or_composed(words: list[str], joint: str) -> None:
    if not tokens(" ".join(words)):
        return
    text = unicodedata.normalize("NFD", joint.join(words))
    assert stands(" ".join(words), f"before ({text}) after")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


def names(count: int) -> list[str]:
    return [f"Given{i} Family{i}" for i in range(count)]


def test_counts_are_right() -> None:
    people = names(60)
    original = [f"{name} came; so did {name}." for name in people]
    released = ["[PERSON] came."] * 57 + [f"{name.upper()} came." for name in people[57:]]
    found = residue(original, released, {"PERSON": [*people, "Never There"]})
    assert found.state == "OK"
    assert (found.details["searched PERSON"], found.details["present PERSON"], found.details["found PERSON"]) == (
        61,
        60,
        3,
    )
    assert found.value == pytest.approx(3 / 60)
    assert found.positive_control.value == 1.0
    documents = residue(original, released, {"PERSON": people}, unit="document")
    assert documents.value == pytest.approx(3 / 60)
    assert documents.details["documents with a survivor"] == 3


def test_a_value_that_only_the_release_has_counts_as_found() -> None:
    people = names(40)
    found = residue(people, ["x"] * 39 + ["Other Person"], {"PERSON": [*people, "Other Person"]})
    assert found.details["found PERSON"] == 1


def test_parts_of_names_are_found_but_ordinary_words_are_not() -> None:
    people = ["Grace Oldcastle", "Will Hill", *names(40)]
    original = [f"{name} will climb the hill." for name in people]
    released = ["Ms Oldcastle will climb the hill.", *(["They will climb the hill."] * 41)]
    found = residue(original, released, {"PERSON": people}, parts=["PERSON"])
    assert found.details["found PERSON"] == 1
    assert found.details["parts skipped"] == 2


def test_tables_are_searched_cell_by_cell() -> None:
    frame = pd.DataFrame({"name": names(50), "note": [f"met {n}" for n in names(50)], "n": range(50)})
    found = residue(frame, frame.drop(columns="name"), {"PERSON": frame["name"]})
    assert found.value == 1.0
    assert residue(frame, frame[["n"]], {"PERSON": frame["name"]}).value == 0.0
    assert residue(frame, frame[["n"]].head(10), {"PERSON": frame["name"]}, unit="document").attempts == 50


def test_too_little_is_invalid_and_a_typo_in_the_values_is_not_a_pass() -> None:
    found = residue(["Ann came."] * 40, ["came"] * 40, {"PERSON": ["Zoe", *names(50)]})
    assert found.state == "INVALID"
    assert found.attempts == 0


def test_nothing_shows_the_values() -> None:
    people = [f"Secret{i} Name{i}" for i in range(40)]
    attack = ResidualIdentifiers({"PERSON": people})
    documents = [Document(str(i), p) for i, p in enumerate(people)]
    found = attack.run(documents, documents)
    assert "ecret" not in repr(attack) + repr(found) + str(found.to_dict()) + found._repr_html_()


def test_twenty_thousand_values_in_five_megabytes_take_seconds() -> None:
    generator = np.random.default_rng(1)
    vocabulary = np.array([f"word{i:05d}" for i in range(30_000)])
    texts = [" ".join(generator.choice(vocabulary, 250)) for _ in range(2000)]
    pairs = generator.choice(vocabulary, (20_000, 2))
    values = [f"{a} {b}" for a, b in pairs]
    texts[:100] = [f"{t} {v}" for t, v in zip(texts[:100], values[:100], strict=True)]
    needles = Needles.of(("PERSON", value) for value in values)
    start = time.perf_counter()
    found = set().union(*(needles.found(text) for text in texts))
    assert time.perf_counter() - start < 10  # about one second on an idle core
    assert found >= set(range(100))


def test_wrong_input() -> None:
    with pytest.raises(EmptyInputError):
        residue(["a"], ["a"], {"PERSON": ["", "--", "!"]})
    with pytest.raises(ConfigurationError):
        residue(["a"], ["a"], {"PERSON": ["x"]}, parts=["EMAIL"])
    with pytest.raises(ConfigurationError):
        residue(["a"], pd.DataFrame({"a": ["a"]}), {"PERSON": ["x"]})
    with pytest.raises(ConfigurationError):
        ResidualIdentifiers({"PERSON": ["x"]}, unit="page")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError):
        ResidualIdentifiers({"PERSON": ["x"]}).run([Document("1", "a")], [Document("1", "a")], [])


def test_an_entity_is_hidden_only_if_all_its_mentions_are() -> None:
    text = "Ann Lee met Bob. Lee left."
    gold = [Mention("d", 0, 7, "PERSON", "ann"), Mention("d", 17, 20, "PERSON", "ann"), Mention("d", 12, 15, "PERSON")]
    found = hidden(gold, {"d": [(0, 3), (4, 7), (12, 16)]}, {"d": text})["PERSON"]
    assert (found.mentions, found.entities) == (3, 2)
    assert found.mention_share.value == pytest.approx(2 / 3)
    assert found.entity_share.value == 0.5
    # without the text, the space between two masked words counts as shown
    assert hidden(gold, {"d": [(0, 3), (4, 7), (12, 16)]})["PERSON"].mention_share.value == pytest.approx(1 / 3)


def test_unmasked_documents_hide_nothing() -> None:
    assert hidden([Mention("d", 0, 3, "PERSON")], {})["PERSON"].mention_share.value == 0.0


def test_impossible_spans_are_refused() -> None:
    with pytest.raises(SpanError):
        Mention("d", 3, 3, "PERSON")
    with pytest.raises(SpanError):
        hidden([Mention("d", 0, 9, "PERSON")], {}, {"d": "short"})
    with pytest.raises(SpanError):
        hidden([Mention("d", 0, 3, "PERSON")], {"d": [(5, 2)]})
    with pytest.raises(IdentityError):
        hidden([Mention("d", 0, 3, "PERSON")], {}, {"e": "text"})
    assert "secret" not in repr(Mention("secret-d", 0, 3, "PERSON", "secret-e"))
