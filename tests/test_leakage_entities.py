"""1−F: an inference from context, over all documents, with the baselines a guesser gets."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from leakage import ConfigurationError, Document, EntityPresence, IdentityError, entity_presence

WORDS = np.array([f"w{i}" for i in range(400)])
NEWS = Path(__file__).parents[2] / "shared" / "data" / "leak" / "ag_news.csv"


def corpus(count: int, seed: int, context: float) -> tuple[list[str], list[set[str]]]:
    """Texts of which a quarter name Zadie and a tenth Yusuf, with a telling context word at this chance."""
    generator = np.random.default_rng(seed)
    texts, keys = [], []
    for _ in range(count):
        present = {name for name, share in (("Zadie", 0.25), ("Yusuf", 0.1)) if generator.random() < share}
        telling = [f"{name}-context" for name in sorted(present) if generator.random() < context]
        texts.append(" ".join([*generator.choice(WORDS, 25), *sorted(present), *telling]))
        keys.append(present)
    return texts, keys


def redact(texts: list[str]) -> list[str]:
    return [re.sub(r"\b(Zadie|Yusuf)\b(?!-)", "_", text) for text in texts]


def test_context_gives_masked_names_away() -> None:
    texts, keys = corpus(400, 1, context=1.0)
    found = entity_presence(texts, [t.replace("Zadie-", "q").replace("Yusuf-", "r") for t in redact(texts)], keys)
    assert found.state == "OK"
    assert found.value > 0.95


def test_nothing_left_is_no_better_than_guessing() -> None:
    texts, keys = corpus(500, 2, context=0.0)
    generator = np.random.default_rng(3)
    found = entity_presence(texts, [" ".join(generator.choice(WORDS, 25)) for _ in texts], keys)
    assert found.state == "OK"
    assert found.details["F raw"] > 0.95
    assert found.value <= found.baseline + 0.1
    assert found.interval[0] < found.baseline


def test_baselines_count_the_documents_without_entities() -> None:
    texts, keys = corpus(300, 4, context=0.0)
    found = entity_presence(texts, texts, keys)
    gold = sum(len(k) for k in keys)
    zadie = sum("Zadie" in k for k in keys)
    assert found.details["F always the commonest"] == pytest.approx(2 * zadie / (300 + gold))
    assert found.details["F predict all"] == pytest.approx(2 * gold / (600 + gold))
    assert found.attempts == 300


def test_no_person_trains_for_herself() -> None:
    """Each person has one entity and a word of her own: only her own other documents could tell."""
    generator = np.random.default_rng(5)
    entity = generator.integers(0, 3, 40)
    documents = [
        Document(f"{p}-{i}", " ".join(generator.choice(WORDS, 10)) + f" own{p}" * 5, f"p{p}")
        for p in range(40)
        for i in range(6)
    ]
    keys = {d.id: {f"e{entity[int(d.person[1:])]}"} for d in documents}
    assert EntityPresence(keys).run(documents, documents).value < 0.7
    alone = [Document(d.id, d.text) for d in documents]
    assert EntityPresence(keys).run(alone, alone).value > 0.95


def test_no_key_leaves() -> None:
    texts, keys = corpus(200, 6, context=1.0)
    attack = EntityPresence({str(i): k for i, k in enumerate(keys)})
    found = entity_presence(texts, texts, keys)
    for shown in (repr(attack), repr(found), found._repr_html_(), str(found.to_dict())):
        assert "Zadie" not in shown
        assert "Yusuf" not in shown


def test_rare_entities_prove_nothing() -> None:
    texts = ["some words"] * 50
    found = entity_presence(texts, texts, [{f"e{i}"} for i in range(50)])
    assert found.state == "INVALID"
    assert "no entity occurs" in found.reason


def test_documents_kept_out_are_the_control() -> None:
    texts, keys = corpus(300, 7, context=1.0)
    others, more = corpus(100, 8, context=1.0)
    control = [Document(f"c{i}", text) for i, text in enumerate(others)]
    entities = {**{str(i): k for i, k in enumerate(keys)}, **{f"c{i}": k for i, k in enumerate(more)}}
    found = entity_presence(texts, texts, entities, control)
    assert found.control is not None
    assert found.control > 0.9


def test_wrong_input() -> None:
    with pytest.raises(IdentityError):
        entity_presence(["a"], ["a"], [set(), set()])
    with pytest.raises(IdentityError, match="1 of 1"):
        entity_presence(["a"], ["a"], {"other": set()})
    with pytest.raises(ConfigurationError):
        EntityPresence({}, top=0)


@pytest.mark.skipif(not NEWS.is_file(), reason="benchmark data absent")
def test_masked_politicians_are_still_inferred() -> None:
    """The published pattern: raw ≥ .95, exactly the names masked about .9 or more, all capitals masked about .7."""
    with NEWS.open(newline="", encoding="utf-8") as file:
        texts = [" ".join(row[1:]) for row in csv.reader(file)]
    names = re.compile(r"\b(Bush|Kerry|Arafat|Putin)\b")
    texts = [text for text in texts if names.search(text)]
    keys = [set(names.findall(text)) for text in texts]
    masked = entity_presence(texts, [names.sub("_", text) for text in texts], keys)
    assert masked.details["F raw"] > 0.94
    assert masked.value > 0.88
    assert 0.55 < masked.baseline < 0.62
    capitals = entity_presence(texts, [re.sub(r"\b[A-Z]\w*", "_", text) for text in texts], keys)
    assert 0.62 < capitals.value < 0.82
