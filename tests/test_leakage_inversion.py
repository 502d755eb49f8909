"""Model inversion: what a model tells of a secret input, beyond what anybody could know, and of members alone."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from leakage.errors import ConfigurationError, OverlapError, UnknownColumnError
from leakage.models.inversion import ModelInversion
from leakage.models.macro import draws, macro_auc

INPUTS = ["a", "b", "gene"]


def population(rows: int, seed: int, *, dependent: bool) -> pd.DataFrame:
    """A label that depends on the gene and a number, or on nothing at all."""
    generator = np.random.default_rng(seed)
    a, b = generator.normal(size=(2, rows))
    gene = generator.integers(0, 3, rows)
    ill = (a + gene - 1 + generator.logistic(size=rows) > 0) if dependent else generator.random(rows) < 0.5
    return pd.DataFrame({"a": a, "b": b, "gene": gene, "ill": ill.astype(int)})


def forest(members: pd.DataFrame, inputs: list[str] = INPUTS, **settings: Any) -> Any:
    return RandomForestClassifier(40, random_state=0, **settings).fit(members[inputs], members["ill"])


def test_a_secret_that_the_model_memorised_is_told_of_members_only() -> None:
    members, others = population(500, 1, dependent=False), population(1000, 2, dependent=False)
    found = ModelInversion("gene", "ill").run(forest(members), members, others)
    assert found.state == "OK"
    assert found.value > found.baseline + 0.2
    assert found.control is not None
    assert found.control < 0.45
    assert found.residual is not None
    assert found.residual > 0.3
    assert found.details["auc gain"] > 0.3
    assert found.details["residual auc gain"] > 0.3
    assert abs(found.details["control auc gain"]) < 0.05


def test_a_small_model_of_a_real_dependence_adds_little_to_what_is_known() -> None:
    # with twice as many people the bound passed 0.05 in none of 40 populations (rule of three: < 8 %)
    members, others = population(1000, 3, dependent=True), population(2000, 4, dependent=True)
    model = LogisticRegression(C=0.1).fit(members[INPUTS], members["ill"])
    found = ModelInversion("gene", "ill").run(model, members, others)
    assert found.state == "OK"
    assert found.baseline > 0.4  # the label alone tells something
    assert found.details["auc gain upper"] < 0.07
    assert found.residual_upper is not None
    assert found.residual_upper < 0.1


def test_what_only_the_model_knows_shows_for_everybody() -> None:
    # the model learnt a rule from many people; the attacker knows thirty-odd of them
    members, others = (population(rows, seed, dependent=False) for rows, seed in ((3000, 5), (500, 6)))
    for frame in (members, others):
        frame["ill"] = (frame["gene"] == (np.floor(frame["a"] * 4) % 3).astype(int)).astype(int)
    model = forest(members, min_samples_leaf=5)
    found = ModelInversion("gene", "ill", attempts=500).run(
        model, members, others, population(40, 7, dependent=False).assign(ill=others["ill"].head(40))
    )
    assert found.details["auc gain"] > 0.1
    assert found.details["control auc gain"] > 0.1
    assert found.residual_upper is not None
    assert found.residual_upper < 0.3


def test_labels_tell_less_than_scores() -> None:
    members, others = population(500, 8, dependent=True), population(1000, 9, dependent=True)
    model = forest(members)
    gains = [
        ModelInversion("gene", "ill", access=access).run(model, members, others).details["auc gain"]
        for access in ("labels", "rounded", "scores")  # type: ignore[attr-defined]
    ]
    assert gains[0] < gains[1] <= gains[2] + 0.02


def test_texts_numbers_and_missing_cells_as_secrets() -> None:
    def mixed(rows: int, seed: int) -> pd.DataFrame:
        frame = population(rows, seed, dependent=True)
        town = pd.Series([f"T{g}" for g in frame["gene"]], dtype=object)
        return frame.assign(town=town.where(np.arange(rows) % 7 != 0, None)).set_axis([1] * rows)

    members, others = mixed(300, 10), mixed(400, 11)
    encoded = ColumnTransformer([("t", OneHotEncoder(), ["town"])], remainder="passthrough")
    known = members.dropna()
    model = make_pipeline(encoded, DecisionTreeClassifier(random_state=0)).fit(known[["a", "b", "town"]], known["ill"])
    found = ModelInversion("town", "ill").run(model, members, others)
    assert found.attempts == len(known)
    assert found.details["candidates"] == 3
    by_tenth = ModelInversion("a", "ill").run(forest(members), members, others)
    assert by_tenth.details["candidates"] == 10
    assert by_tenth.baseline < 0.3


def test_what_cannot_be_measured_is_invalid() -> None:
    members, others = population(100, 12, dependent=True), population(100, 13, dependent=True)
    model = forest(members)
    few = ModelInversion("gene", "ill").run(model, members, others.head(50))
    assert few.state == "INVALID"
    assert "25 reference" in few.reason
    constant = ModelInversion("gene", "ill").run(model, members.assign(gene=1), others.assign(gene=1))
    assert constant.state == "INVALID"
    assert constant.details["auc gain upper"] == 1.0
    lone = members[["gene", "ill"]]
    alone = RandomForestClassifier(5, random_state=0).fit(lone[["gene"]], lone["ill"])
    assert ModelInversion("gene", "ill").run(alone, lone, others[["gene", "ill"]]).state == "OK"


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    members, others = population(120, 14, dependent=True), population(150, 15, dependent=True)
    model, before = forest(members), members.copy(deep=True)
    first, second = (ModelInversion("gene", "ill").run(model, members, others).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(members, before)


def test_wrong_input() -> None:
    members, others = population(60, 16, dependent=True), population(60, 17, dependent=True)
    model = forest(members)
    with pytest.raises(UnknownColumnError, match="no input height"):
        ModelInversion("height", "ill").run(model, members, others)
    with pytest.raises(UnknownColumnError, match="b"):
        ModelInversion("gene", "ill").run(model, members, others.drop(columns="b"))
    with pytest.raises(OverlapError):
        ModelInversion("gene", "ill").run(model, members, members)
    for settings in ({"secret": "ill"}, {"access": "none"}, {"digits": -1}, {"attempts": 0}):
        with pytest.raises(ConfigurationError):
            ModelInversion(**{"secret": "gene", "label": "ill", **settings})  # type: ignore[arg-type]


def test_the_average_area_by_hand() -> None:
    scores = np.array([[0.9, 0.1], [0.4, 0.6], [0.6, 0.4], [0.6, 0.4]])
    truth = np.array([0, 1, 0, 1])
    # of the four pairs of one of class 0 and one of class 1 three are in order and one is tied
    assert macro_auc(scores, truth, draws(4)[:1])[0] == pytest.approx(3.5 / 4)
    assert np.isnan(macro_auc(scores, np.zeros(4, dtype=np.int64), draws(4)[:1])[0])
