"""Membership in a model: an overfitted one gives its people away, a regularised one does not, rounding helps some."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from leakage.errors import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.models.model_membership import ModelMembership
from leakage.models.perturb import perturbed

INPUTS = ["a", "b", "c", "d"]


def population(rows: int, seed: int) -> pd.DataFrame:
    """Numbers of which two tell of the label in part."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(rows, 4))
    ill = values[:, 0] + values[:, 1] + generator.logistic(size=rows) > 0
    return pd.DataFrame(values, columns=INPUTS).assign(ill=np.where(ill, "yes", "no"))


def fitted(model: Any, members: pd.DataFrame) -> Any:
    return model.fit(members[INPUTS], members["ill"])


def forest(**settings: Any) -> Any:
    return RandomForestClassifier(20, random_state=0, **settings)


def test_an_overfitted_forest_gives_its_members_away_less_so_by_rounding_and_least_by_labels() -> None:
    members, others = population(600, 1), population(1200, 2)
    found = ModelMembership("ill").run(fitted(forest(), members), members, others)
    assert found.state == "OK"
    assert found.value > 0.1
    assert found.details["auc"] > 0.75
    uppers = [found.details[f"tpr {access} upper"] for access in ("labels", "rounded", "scores")]
    assert uppers == sorted(uppers)
    assert found.details["auc labels gap"] < found.details["auc scores loss"]
    assert found.details["accuracy members"] > 0.98
    assert found.details["accuracy others"] < 0.8


def test_labels_alone_see_the_gap() -> None:
    members, others = population(600, 3), population(1200, 4)
    model = fitted(DecisionTreeClassifier(random_state=0), members)
    found = ModelMembership("ill", access="labels").run(model, members, others)
    assert found.state == "OK"
    gap = (found.details["accuracy members"] - found.details["accuracy others"]) / 2
    assert found.details["auc labels gap"] == pytest.approx(0.5 + gap)
    assert found.details["auc"] > 0.6
    assert "tpr scores" not in found.details


def test_a_regularised_model_stays_under_the_limits() -> None:
    # with 2,000 members and 4,000 others the upper bound passed 5 % in none of 40 populations (rule of three: < 8 %)
    members, others = population(1500, 5), population(3000, 6)
    model = fitted(make_pipeline(StandardScaler(), LogisticRegression(C=0.1)), members)
    found = ModelMembership("ill", shadows=4).run(model, members, others)
    assert found.state == "OK"
    assert found.upper < 0.05
    assert found.details["auc upper"] < 0.6


def test_shadows_tell_more_than_the_loss() -> None:
    members, others, reference = population(300, 7), population(300, 8), population(600, 70)
    model = fitted(RandomForestClassifier(60, random_state=0), members)
    found = ModelMembership("ill").run(model, members, others, reference)
    assert found.details["auc scores lira"] > found.details["auc scores loss"] + 0.02
    without = ModelMembership("ill", shadows=0).run(model, members, others, reference)
    assert without.details["shadow models"] == 0
    assert "auc scores lira" not in without.details


def test_a_reference_of_its_own_leaves_all_others_to_be_told_apart() -> None:
    members, others = population(300, 9), population(300, 10)
    model = fitted(forest(min_samples_leaf=5), members)
    attack = ModelMembership("ill", shadows=2)
    assert attack.run(model, members, others).details["others"] == 150
    assert attack.run(model, members, others, population(300, 11)).details["others"] == 300


def test_what_cannot_be_measured_is_invalid() -> None:
    members, others = population(200, 12), population(150, 13)
    model = fitted(forest(), members)
    attack = ModelMembership("ill", shadows=2)
    few = attack.run(model, members, others)
    assert few.state == "INVALID"
    assert "75 others" in few.reason
    assert "20 attempts" in attack.run(model, members.head(20), population(300, 14)).reason
    swapped = attack.run(model, population(300, 15), members, population(300, 16))
    assert swapped.state == "INVALID"
    assert "swapped" in swapped.reason


def test_a_model_of_which_no_shadow_can_be_trained_is_invalid() -> None:
    class Sealed:
        """Answers, but is no estimator that could be copied."""

        def __init__(self, model: Any) -> None:
            self.model, self.classes_, self.feature_names_in_ = model, model.classes_, model.feature_names_in_

        def predict(self, rows: Any) -> Any:
            return self.model.predict(rows)

        def predict_proba(self, rows: Any) -> Any:
            return self.model.predict_proba(rows)

    members, others = population(200, 17), population(400, 18)
    model = Sealed(fitted(forest(), members))
    found = ModelMembership("ill").run(model, members, others)
    assert found.state == "INVALID"
    assert "shadow" in found.reason
    assert ModelMembership("ill", shadows=0).run(model, members, others).state == "OK"


def test_a_model_of_one_class_tells_nothing() -> None:
    members, others = population(200, 19).assign(ill="yes"), population(800, 20)
    found = ModelMembership("ill", shadows=0).run(fitted(DecisionTreeClassifier(), members), members, others)
    assert found.details["auc"] == pytest.approx(0.5)


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    members, others = population(150, 21), population(300, 22)
    model = fitted(forest(), members)
    before = members.copy(deep=True), model.predict_proba(members[INPUTS])
    first, second = (ModelMembership("ill", shadows=2).run(model, members, others).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(members, before[0])
    np.testing.assert_array_equal(model.predict_proba(members[INPUTS]), before[1])


def test_mixed_columns_nulls_and_odd_indices() -> None:
    def mixed(rows: int, seed: int) -> pd.DataFrame:
        generator = np.random.default_rng(seed)
        frame = population(rows, seed).assign(
            town=pd.Categorical([f"T{t}" for t in generator.integers(0, 4, rows)]),
            count=generator.integers(0, 1000, rows).astype(np.uint16),
            sure=generator.random(rows) < 0.5,
            huge=np.full(rows, 2**62),
            ill=generator.integers(0, 3, rows),
        )
        return frame.set_axis([0] * rows)

    members, others = mixed(200, 23), mixed(400, 24)
    names = [*INPUTS, "town", "count", "sure", "huge"]
    encoded = ColumnTransformer([("t", OneHotEncoder(), ["town"])], remainder="passthrough")
    model = make_pipeline(encoded, DecisionTreeClassifier(random_state=0)).fit(members[names], members["ill"])
    members = members.assign(ill=members["ill"].astype("Int64").where(np.arange(200) % 10 != 0))
    found = ModelMembership("ill", shadows=2).run(model, members, others)
    assert found.attempts == 180
    assert found.details["auc"] > 0.7


def test_models_without_names_and_with_decision_values() -> None:
    members, others = population(200, 25), population(400, 26)
    bare = DecisionTreeClassifier(random_state=0).fit(members[INPUTS].to_numpy(), members["ill"])
    assert ModelMembership("ill", shadows=2).run(bare, members, others).details["auc"] > 0.6
    ridge = RidgeClassifier().fit(members[INPUTS], members["ill"])
    assert ModelMembership("ill", shadows=2).run(ridge, members, others).state == "OK"


def test_moved_rows_keep_their_types_and_missing_cells() -> None:
    frame = pd.DataFrame({"x": [1.0, None, 3.0, 4.0], "n": [1, 2, 3, 4], "t": ["a", "b", "a", "b"]})
    moved = perturbed(frame, frame, 0.3, np.random.default_rng(0))
    assert moved.dtypes.equals(frame.dtypes)
    assert moved["x"].isna().tolist() == [False, True, False, False]
    assert (moved["x"] != frame["x"]).all()
    pd.testing.assert_frame_equal(perturbed(frame, frame, 0.0, np.random.default_rng(0)), frame)


def test_wrong_input() -> None:
    members, others = population(60, 27), population(60, 28)
    model = fitted(DecisionTreeClassifier(random_state=0), members)
    attack = ModelMembership("ill", shadows=0)
    with pytest.raises(UnknownColumnError, match="ill"):
        attack.run(model, members.drop(columns="ill"), others)
    with pytest.raises(UnknownColumnError, match="a"):
        attack.run(model, members, others.drop(columns="a"))
    with pytest.raises(OverlapError):
        attack.run(model, members, members)
    with pytest.raises(EmptyInputError):
        attack.run(model, members.head(0), others)
    with pytest.raises(ConfigurationError, match="no classes of the model"):
        attack.run(model, members.assign(ill="maybe"), others)
    with pytest.raises(ConfigurationError, match="fitted classifier"):
        attack.run(DecisionTreeClassifier(), members, others)
    with pytest.raises(ConfigurationError) as caught:
        attack.run(model, members.assign(a="secret cell"), others)
    assert "secret cell" not in str(caught.value)
    for settings in ({"access": "all"}, {"digits": -1}, {"shadows": 1}, {"fpr": 0.0}, {"attempts": 0}):
        with pytest.raises(ConfigurationError):
            ModelMembership("ill", **settings)  # type: ignore[arg-type]
