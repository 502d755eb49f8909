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
from leakage.texts.edits import allowed, within
from leakage.texts.fold import fold, spellings, tokens
from leakage.texts.likeness import Likeness
from leakage.texts.needles import Needles

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
        ("Jörg Müller", "Joerg Mueller"),
        ("Joerg Müller", "Jörg Mueller"),
        ("Søren Ås", "Soeren Aas"),
        ("Paul Cox", "\u0420\u0430ul \u0421o\u0445"),
        ("Paul \u0421ox", "Paul Cox"),
        ("Nikos", "\u039dik\u03bfs"),
        ("Ivan Petrov", "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432"),
        ("\u0416\u0430\u043d\u043d\u0430 \u0429\u0443\u043a\u0438\u043d\u0430", "Zhanna Shchukina"),
        ("Nikos Theodorou", "\u039d\u03af\u03ba\u03bf\u03c2 \u0398\u03b5\u03bf\u03b4\u03ce\u03c1\u03bfu"),
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


@given(st.text(st.characters(max_codepoint=0x5FF)), st.sampled_from(["NFC", "NFD"]))
def test_plain_words_are_always_one_of_the_spellings(text: str, form: str) -> None:
    written = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert tokens(text) == spellings(written)[0]


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


def test_a_word_that_only_texts_mention_counts_in_their_own_people() -> None:
    texts = {
        "own": "George Washington wrote. Washington signed.",
        "same person": "Washington again.",
        "city": "The train to Washington.",
        "whole": "Seen: George Washington.",
        "alone": "Paris is my name.",
        "other city": "Paris in spring.",
    }
    mentioned = {
        "own": {"PERSON": ["George Washington", "Washington"]},
        "alone": {"PERSON": ["Paris"], "EMAIL_ADDRESS": ["p@a.org"]},
    }
    people = {"own": "p", "same person": "p"}
    documents = [Document(name, text, people.get(name, "")) for name, text in texts.items()]
    left = {"own": "G W wrote. Washington signed.", "whole": texts["whole"], "alone": "Paris is my name."}

    def survivors(released: dict[str, str], values: dict[str, list[str]]) -> set[str]:
        """Release one text as it is at a time, the others empty."""
        attack = ResidualIdentifiers(values, ["PERSON"], "document", mentioned=mentioned)
        hit = set()
        for name, text in texts.items():
            after = [Document(other, released.get(name, text) if other == name else "") for other in texts]
            hit |= {name} if attack.run(documents, after).details["documents with a survivor"] else set()
        return hit

    assert survivors(left, {}) == {"own", "same person", "whole", "alone"}
    assert survivors(left, {"PERSON": ["Ann Paris"]}) == {"own", "same person", "whole", "alone", "other city"}
    texts["other city"] = "We paris all day."  # what an ordinary word is part of is no reason to look for it everywhere
    documents = [Document(name, text, people.get(name, "")) for name, text in texts.items()]
    assert survivors(left, {"PERSON": ["Ann Paris"]}) == {"own", "same person", "whole", "alone"}
    with pytest.raises(ConfigurationError, match="ids of released documents"):
        ResidualIdentifiers({}, mentioned=mentioned).run([Document("1", "a")], [Document("1", "a")])


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


def edits(one: str, other: str) -> int:
    """Optimal string alignment by its textbook table."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            change = table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, change)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


FEW = st.text("abc", max_size=6)


@given(FEW, FEW, st.integers(0, 2))
def test_within_is_the_edit_distance(one: str, other: str, most: int) -> None:
    assert within(one, other, most) == (edits(one, other) <= most)


@given(
    st.text("abcde", min_size=8, max_size=20),
    st.lists(st.tuples(st.sampled_from("rids"), st.integers(0, 19), st.sampled_from("abxy")), max_size=2),
)
def test_no_near_spelling_is_overlooked(value: str, changes: list[tuple[str, int, str]]) -> None:
    """The pigeonhole filter loses nothing: whatever is near enough is found, in the midst of other words."""
    wrong = value
    for how, at, letter in changes[: allowed((value,))]:
        place = at % len(wrong)
        tail = {
            "r": letter + wrong[place + 1 :],
            "i": letter + wrong[place:],
            "d": wrong[place + 1 :],
            "s": wrong[place + 1 : place + 2] + wrong[place] + wrong[place + 2 :],
        }[how]
        wrong = wrong[:place] + tail
    if within(wrong, value, 2 if len(value) >= 12 else 1) and wrong != value:
        found = Likeness.of([(value,), ("somebodyelse",)]).search([["other"], ["before", wrong, "after"]])
        assert (1, (wrong,), 0) in {(near.segment, near.words, near.form) for near in found}


@pytest.mark.parametrize("wrong", ["jxonathanoldcastye", "jnathanoldcastye", "jxonathanoldcaste", "jnathanoldcasttle"])
def test_two_edits_at_the_two_ends_are_not_overlooked(wrong: str) -> None:
    assert Likeness.of([("jonathanoldcastle",)]).search([[wrong]])


@pytest.mark.parametrize(
    "written",
    ["Jonathon Oldcastle", "Jonathan Oldcaslte", "JonathanOldcastle", "Jonathan Oldcastel", "Jonatan OLDCASTL"],
)
def test_a_misspelt_long_value_is_found(written: str) -> None:
    people = [*names(40), "Jonathan Oldcastle"]
    texts = [f"{name} came." for name in people]
    released = ["They came."] * 40 + [f"{written} came."]
    found = residue([*texts[:40], f"{written} came."], released, {"PERSON": people})  # as the original has it
    assert (found.details["found PERSON"], found.details["near PERSON"]) == (0, 1)
    assert found.value == pytest.approx(1 / 41)
    marred = residue(texts, released, {"PERSON": people}, unit="document")  # where the original has it right
    assert marred.details["near PERSON"] == 1
    assert marred.details["documents with a survivor"] == 1


def test_what_is_like_a_value_but_somebody_else_is_no_find() -> None:
    people = [*names(40), "Christine", "Christina", "Marshall", "Marie Johnson", "Bolton Michael", "Ann Lee"]
    original = [f"{name} came." for name in people]
    original[0] += " Christina and a marshal came, but Marshal Dillon did not. Ann Lea and Morton Michael did."
    released = ["They came."] * len(people)
    released[0] = "Marshal Dillon came. Ann Lea and Morton Michael did. Maria Johnson is a surrogate."
    found = residue(original, released, {"PERSON": people})
    assert (found.details["found PERSON"], found.details["near PERSON"]) == (0, 0)
    assert found.state == "OK"
    # a known value is itself, and so is what holds one
    released[1] = "Christina came with a Marie Johnson."
    both = residue(
        [original[0], original[1] + released[1], *original[2:]], released, {"PERSON": [*people, "Maria Johnson"]}
    )
    assert (both.details["found PERSON"], both.details["near PERSON"]) == (3, 0)  # the surrogate above is known now


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("12345678", "12345679"),
        ("ann.oldcastle@example.com", "ann.oldcastls@example.com"),
        ("12 Oldcastle Street", "13 Oldcastle Street"),
    ],
)
def test_another_number_or_address_is_another(value: str, other: str) -> None:
    original = [f"{name}: {other}" for name in names(40)]
    found = residue(original, original, {"ID": [value], "PERSON": names(40)})
    assert found.details["near ID"] == 0


def test_near_spellings_can_be_left_out() -> None:
    people = [*names(40), "Jonathan Oldcastle"]
    texts = [Document(str(i), f"{name} came.") for i, name in enumerate([*people[:40], "Jonathon Oldcastle"])]
    attack = ResidualIdentifiers({"PERSON": people}, near=False)
    assert attack.run(texts, texts).details["near PERSON"] == 0


def test_random_names_are_not_like_one_another() -> None:
    """Full names of five random syllables each: a thousand unknown ones stay in the text, none is taken for a known."""
    generator = np.random.default_rng(5)
    syllables = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in "lmnrst"]
    made = [" ".join("".join(generator.choice(syllables, 3)).title() for _ in range(2)) for _ in range(2000)]
    original = [f"{one} and {other} came." for one, other in zip(made[:1000], made[1000:], strict=True)]
    released = [f"They and {other} came." for other in made[1000:]]
    found = residue(original, released, {"PERSON": made[:1000]})
    assert (found.details["found PERSON"], found.details["near PERSON"]) == (0, 0)


def test_ten_thousand_misspelt_values_in_two_thousand_texts_take_seconds() -> None:
    generator = np.random.default_rng(1)
    vocabulary = np.array(["".join(generator.choice(list("abcdefghilmnoprstu"), 6)) for _ in range(20_000)])
    texts = [list(generator.choice(vocabulary, 250)) for _ in range(2000)]
    values = [tuple(pair) for pair in generator.choice(vocabulary, (10_000, 2))]
    for text, (first, last) in zip(texts, values, strict=False):
        text[100:102] = [first, last[:3] + "z" + last[3:]]
    start = time.perf_counter()
    found = Likeness.of(values).search(texts)
    assert time.perf_counter() - start < 20  # about three seconds on an idle core
    assert {(near.segment, near.form) for near in found} >= {(i, i) for i in range(2000)}


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


def test_a_word_of_a_surrogate_that_others_are_called_by_is_no_survivor() -> None:
    known = {"PERSON": [f"Given{n} Family{n}" for n in range(40)]}
    before = [Document(str(n), f"Given{n} Family{n} came.") for n in range(40)]
    borrowed = [Document(str(n), f"Given{(n + 1) % 40} Madeup came.") for n in range(40)]
    left = [Document(str(n), f"Given{n} Madeup came.") for n in range(40)]
    swapped = [Document(str(n), f"Given{(n + 1) % 40} Family{(n + 1) % 40} came.") for n in range(40)]
    plain = ResidualIdentifiers(known, ("PERSON",), "document")
    disguised = ResidualIdentifiers(known, ("PERSON",), "document", disguised=("PERSON",))
    assert [plain.run(before, after).value for after in (borrowed, left, swapped)] == [1, 1, 1]
    assert [disguised.run(before, after).value for after in (borrowed, left, swapped)] == [0, 1, 1]


def test_titles_are_no_parts_of_names_and_one_word_of_any_kind_counts_where_it_is_mentioned() -> None:
    before = [Document(str(n), f"Mrs Family{n} came to Psychiatry.") for n in range(40)]
    after = [Document(str(n), "Mrs [PERSON] came to Psychiatry.") for n in range(40)]
    mentioned = {str(n): {"PERSON": [f"Mrs Family{n}"]} for n in range(40)}
    assert ResidualIdentifiers({}, ("PERSON",), "document", mentioned=mentioned).run(before, after).value == 0
    mistaken = {**mentioned, "0": {"STREET_ADDRESS": ["Psychiatry"]}}
    found = ResidualIdentifiers({}, ("PERSON",), "document", mentioned=mistaken).run(before, after)
    assert found.details["documents with a survivor"] == 1
