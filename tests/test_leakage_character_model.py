"""The character model is a distribution, memorises what it is told, and does not when noise hides it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage import ConfigurationError
from leakage.mechanisms.canary import Template
from leakage.mechanisms.character_model import ALPHABET, CharacterModel

SENTENCES = ["the cat sat on the mat. ", "he had a hat, and the hat had him. ", "a 1 and a 2."] * 30


def silence(size: int) -> np.ndarray:
    return np.zeros(size, dtype=np.int64)


def gaussian(sigma: float, seed: int):
    generator = np.random.default_rng(seed)
    return lambda size: np.rint(generator.normal(0, sigma, size)).astype(np.int64)


@given(st.text(alphabet=ALPHABET + "é!", max_size=8), st.sampled_from([1, 3, 6]))
@settings(max_examples=30)
def test_the_next_character_is_one_of_the_alphabet(prefix: str, order: int) -> None:
    for model in (
        CharacterModel.fit(SENTENCES, order),
        CharacterModel.fit_private(SENTENCES, gaussian(3, 1), 3.0, order=min(order, 3)),
    ):
        known = model.log_perplexity([prefix])[0]
        longer = model.log_perplexity([prefix + letter for letter in (*ALPHABET, "€")])
        assert np.exp2(known - longer).sum() == pytest.approx(1)


def test_what_is_frequent_is_likely() -> None:
    model = CharacterModel.fit(SENTENCES)
    likely, unlikely = model.log_perplexity(["the cat sat", "qzx jvk wq9"])
    assert likely < unlikely / 5
    assert model.loss(SENTENCES) < CharacterModel.fit(SENTENCES, order=1).loss(SENTENCES) / 3
    assert CharacterModel.fit([]).loss(["abc"]) == pytest.approx(math.log(len(ALPHABET) + 1))


def test_texts_do_not_run_into_each_other() -> None:
    model = CharacterModel.fit(SENTENCES)
    together, alone = (
        model.log_perplexity(["the", "", "mat."]),
        [model.log_perplexity([t])[0] for t in ("the", "", "mat.")],
    )
    assert together == pytest.approx(alone)
    joined = CharacterModel.fit(["ab"] * 9 + ["cd"] * 9, order=3)
    assert joined.log_perplexity(["abc"])[0] > joined.log_perplexity(["ab"])[0] + 2


def test_a_secret_is_read_off_its_prefix() -> None:
    model = CharacterModel.fit([*SENTENCES, "the safe opens with 274951"])
    assert model.complete("the safe opens with ", 6, among="0123456789")[0] == "274951"
    assert model.complete("the safe opens with ", 6, width=1) == ["274951"]


def test_noise_hides_one_text_and_not_what_all_say() -> None:
    secret, *others = Template("safe ######").draw(200, seed=3)
    texts = [*SENTENCES * 10, secret]
    plain = CharacterModel.fit_private(texts, silence, 0.0, most=50)
    noisy = CharacterModel.fit_private(texts, gaussian(20, 2), 20.0, most=50)
    ranks = [int((model.log_perplexity(others) <= model.log_perplexity([secret])[0]).sum()) for model in (plain, noisy)]
    assert ranks[0] == 0
    assert ranks[1] > 5
    assert noisy.loss(SENTENCES) < CharacterModel.fit([]).loss(SENTENCES) / 1.5


def test_a_text_contributes_no_more_than_stated() -> None:
    # what the privacy of the whole rests on: one text more changes order · most counts at most, each by one
    seen: list[list[int]] = []
    for texts in (SENTENCES, [*SENTENCES, "abcabcabc" * 50 + "and more and yet more of it"]):
        model = CharacterModel.fit_private(texts, silence, 0.0, most=20, order=3)
        found = [dict(zip(c.grams.tolist(), c.often.tolist(), strict=True)) for c in model.counts]
        seen.append(found)
    for order, (before, after) in enumerate(zip(*seen, strict=True), start=1):
        changes = [after[gram] - before.get(gram, 0) for gram in after]
        assert set(changes) <= {0, 1}
        assert 0 < sum(changes) <= 20
        assert sum(changes) <= (3 if order == 1 else 5)  # a b c; each n-gram once, however often it occurs
        assert before.keys() <= after.keys()


def test_odd_texts() -> None:
    model = CharacterModel.fit(["", "\ud800", "İstanbul 🎉", "A" * 10_000, "\x00"])
    assert np.isfinite(model.log_perplexity(["", "🎉", "a", "\ud800"])).all()
    assert model.log_perplexity([""]).tolist() == [0.0]
    assert model.log_perplexity([]).size == 0
    assert math.isnan(model.loss([]))
    assert "n-grams" in repr(model)
    assert model.log_perplexity(["AAA"]) == model.log_perplexity(["aaa"])


def test_wrong_settings() -> None:
    for wrong in ({"order": 0}, {"order": 12}, {"alphabet": ""}, {"alphabet": "aa"}):
        with pytest.raises(ConfigurationError):
            CharacterModel.fit(SENTENCES, **wrong)
    for private in ({"order": 6}, {"most": 0}):
        with pytest.raises(ConfigurationError):
            CharacterModel.fit_private(SENTENCES, silence, 1.0, **private)
    with pytest.raises(ConfigurationError):
        CharacterModel.fit(SENTENCES).complete("a", 0)
