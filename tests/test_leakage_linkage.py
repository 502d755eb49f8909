"""Linkage: chance where nothing links, certainty where copies do, ties shared fairly."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from leakage import (
    ConfigurationError,
    Document,
    DocumentLinkage,
    EmptyInputError,
    IdentityError,
    UnknownColumnError,
    linkage,
)
from leakage.texts.ranking import rank
from leakage.texts.vectors import installed

ALPHA = 1e-6
WORDS = np.array([f"w{i}" for i in range(3000)])


def writers(count: int, seed: int, shared: int) -> tuple[list[Document], list[Document]]:
    """Background and released documents; `shared` words of a writer's own stand in both."""
    generator = np.random.default_rng(seed)
    background, released = [], []
    for writer in range(count):
        own = [f"own{writer}x{i}" for i in range(shared)]
        background.append(Document(f"b{writer}", " ".join([*generator.choice(WORDS, 60), *own]), f"p{writer}"))
        released.append(Document(f"r{writer}", " ".join([*generator.choice(WORDS, 60), *own]), f"p{writer}"))
    return background, released


def test_nothing_shared_is_chance() -> None:
    background, released = writers(300, 1, shared=0)
    found = linkage(released, released, background=background)
    assert found.state == "OK"
    assert found.baseline == pytest.approx(1 / 300)
    assert stats.binom.sf(round(found.value * 300) - 1, 300, 1 / 300) > ALPHA


def test_own_words_link() -> None:
    background, released = writers(200, 2, shared=8)
    found = linkage(released, released, background=background)
    assert found.value > 0.95
    masked = [Document(d.id, " ".join(w for w in d.text.split() if not w.startswith("own"))) for d in released]
    hidden = linkage(released, masked, background=background)
    assert hidden.value < 0.1
    assert hidden.details["top-1 raw"] > 0.95


def test_an_emptied_text_is_worth_one_guess_among_all() -> None:
    background, released = writers(50, 3, shared=5)
    found = linkage(released, [Document(d.id, "") for d in released], background=background)
    assert found.value == pytest.approx(1 / 50)


def test_persons_without_background_are_not_attempts() -> None:
    background, released = writers(60, 4, shared=5)
    found = linkage(released, released, background=background[:40])
    assert found.attempts == 40
    assert found.details["without background"] == 20


def test_control_documents_are_ranked_alike() -> None:
    background, released = writers(120, 5, shared=8)
    found = linkage(released[:60], released[:60], released[60:], background=background)
    assert found.control is not None
    assert found.control > 0.9
    assert found.residual_upper is not None
    assert found.residual_upper > -1


def test_ties_are_shared() -> None:
    ranks = rank(sparse.csr_matrix([[1.0], [0.0]]), sparse.csr_matrix([[2.0], [2.0], [1.0]]), np.array([1, 2]))
    assert ranks.top.tolist() == [0.5, pytest.approx(1 / 3)]
    assert ranks.reciprocal.tolist() == [pytest.approx(1 / 1.5), 0.5]


def test_less_background_links_less() -> None:
    background, released = writers(150, 7, shared=0)
    # each writer's eight own words lie in the second half of the background
    told = [Document(d.id, f"{d.text} " + " ".join(f"own{d.person}x{i}" for i in range(8)), d.person) for d in released]
    known = [
        Document(d.id, f"{d.text} " + " ".join(f"own{d.person}x{i}" for i in range(8)), d.person) for d in background
    ]
    found = DocumentLinkage(known, shares=(0.25, 0.95, 1.0)).run(told, told)
    assert found.value > 0.95
    assert found.details["top-1 at 25%"] < 0.1
    assert found.details["top-1 at 95%"] > 0.9
    assert found.details["top-1 at 25%"] < found.details["top-1 at 25% upper"] < 0.15
    assert found.details["median rank words"] == 1
    quarter = DocumentLinkage(known, shares=(0.25,)).run(told, told)
    assert quarter.value == pytest.approx(found.details["top-1 at 25%"])


def test_the_best_of_blind_rankers_is_not_rewarded() -> None:
    """The attacker chosen on half of the people is scored on the other: at chance on average."""
    values = []
    for seed in range(20):
        background, released = writers(60, 100 + seed, shared=0)
        values.append(DocumentLinkage(background).run(released, released).value)
    hits = round(sum(values) * 60)
    assert stats.binom.sf(hits - 1, 20 * 60, 1 / 60) > ALPHA


@pytest.mark.skipif(not installed(), reason="no sentence vectors on this machine")
def test_sentence_vectors_rank_too() -> None:
    background, released = writers(40, 8, shared=10)
    assert "top-1 vectors" in linkage(released, released, background=background).details


def test_dense_similarities_rank_like_sparse_ones() -> None:
    generator = np.random.default_rng(9)
    queries, candidates = generator.random((5, 4)), generator.random((6, 4))
    truth = np.arange(5)
    dense = rank(queries, candidates, truth)
    assert np.allclose(
        dense.reciprocal, rank(sparse.csr_matrix(queries), sparse.csr_matrix(candidates), truth).reciprocal
    )


def test_impossible_shares_are_refused() -> None:
    background, _ = writers(2, 10, shared=1)
    for shares in ((), (0.0,), (1.5,), (float("nan"),)):
        with pytest.raises(ConfigurationError):
            DocumentLinkage(background, shares)


def test_no_background_is_refused() -> None:
    with pytest.raises(EmptyInputError):
        DocumentLinkage([Document("1", "no person")])


def table(rows: int) -> pd.DataFrame:
    generator = np.random.default_rng(6)
    return pd.DataFrame(
        {
            "zip": generator.integers(0, 50, rows).astype(str),
            "sex": generator.choice(["f", "m"], rows),
            "x": range(rows),
        }
    )


def test_expected_claims_are_classes_over_rows() -> None:
    """Where the known columns are released as they are, the expected share of right claims is classes / rows."""
    frame = table(800)
    found = linkage(frame, frame, known=["zip", "sex"])
    assert found.value == pytest.approx(frame.groupby(["zip", "sex"]).ngroups / 800)
    sizes = frame.groupby(["zip", "sex"])["x"].transform("size")
    assert found.details["unique"] == pytest.approx((sizes == 1).mean())
    assert found.details["mean class"] == pytest.approx(sizes.mean())


def test_masked_columns_are_of_no_use() -> None:
    frame = table(200)
    released = frame.assign(zip="*", sex="*")
    found = linkage(frame, released, known=["zip", "sex"])
    assert found.value == pytest.approx(1 / 200)
    assert found.details["columns used"] == 0
    assert found.state == "OK"


def test_swapped_values_are_wrong_claims() -> None:
    frame = pd.DataFrame({"key": [str(i) for i in range(100)]})
    released = frame.assign(key=frame["key"].to_numpy()[::-1])
    assert linkage(frame, released, known=["key"]).value == 0.0


def test_rows_are_joined_by_index_and_written_forms_agree() -> None:
    frame = table(100).assign(key=[f"K{i}" for i in range(100)], number=np.arange(100) * 1.0)
    released = frame.sample(60, random_state=1)
    released = released.assign(key=released["key"].str.lower() + " ", number=released["number"].astype(int).astype(str))
    assert linkage(frame, released, known=["key", "number"]).value == 1.0


def test_control_rows_count_false_claims() -> None:
    frame = pd.DataFrame({"key": [str(i) for i in range(100)]})
    nobody = pd.DataFrame({"key": ["1", "x", "y", "z"]})
    found = linkage(frame, frame, nobody, known=["key"])
    assert found.control is None
    assert found.details["false claims"] == 0.25


def test_wrong_input() -> None:
    frame = table(40)
    with pytest.raises(IdentityError, match="40 of 40"):
        linkage(frame, frame.set_index(frame.index + 1000), known=["zip"])
    with pytest.raises(IdentityError):
        linkage(frame, pd.concat([frame, frame]), known=["zip"])
    with pytest.raises(UnknownColumnError, match="more than one column zip"):
        linkage(frame, frame[["zip", "zip"]], known=["zip"])
    with pytest.raises(ConfigurationError):
        linkage(frame, frame)
    with pytest.raises(ConfigurationError):
        linkage(frame, [], known=["zip"])
    assert linkage(frame.head(20), frame.head(20), known=["zip"]).state == "INVALID"
