"""Stored rows: models that keep their training rows are found out, wherever the rows are, and others are not."""

import gzip
import io
import json
import pickle
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KernelDensity, KNeighborsClassifier, LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from leakage.errors import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.models.reach import Walk
from leakage.models.rowkeys import Space
from leakage.models.stored_rows import StoredRows
from leakage.models.structure import parameters, smallest_leaf

NUMBERS = ["a", "b", "c"]


def population(rows: int, seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(generator.normal(size=(rows, 3)), columns=NUMBERS)
    return frame.assign(town=[f"Town{t}" for t in generator.integers(0, 3, rows)])


TRAINING, CONTROL = population(120, 1), population(120, 2)
LABELS = np.where(TRAINING["a"] + np.random.default_rng(3).normal(size=120) > 0, 1, 0)
STORED = {
    "neighbours": KNeighborsClassifier(algorithm="brute"),
    "neighbours in a tree": KNeighborsClassifier(algorithm="ball_tree"),
    "scaled neighbours": make_pipeline(StandardScaler(), KNeighborsClassifier()),
    "Gaussian process": GaussianProcessClassifier(),
    "calibrated": CalibratedClassifierCV(make_pipeline(StandardScaler(), KNeighborsClassifier()), cv=3),
    "bagged": BaggingClassifier(KNeighborsClassifier(), max_features=2, random_state=0),
    "outliers": LocalOutlierFactor(novelty=True),
    "density": KernelDensity(),
    "all rows as components": make_pipeline(Nystroem(n_components=120, random_state=0), LogisticRegression()),
}
CLEAN = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
    "tree": DecisionTreeClassifier(min_samples_leaf=10),
    "forest": RandomForestClassifier(10, random_state=0),
}


def fitted(model: Any, names: list[str] | None = None) -> Any:
    return model.fit(TRAINING[names or NUMBERS], LABELS)


def search(model: Any, names: list[str] | None = None) -> Any:
    return StoredRows().run(model, TRAINING[names or NUMBERS], CONTROL[names or NUMBERS])


@pytest.mark.parametrize("name", STORED)
def test_rows_are_found_wherever_they_are_kept(name: str) -> None:
    found = search(fitted(STORED[name]))
    assert found.state == "OK"
    assert found.value > 0.99
    assert found.control == 0.0
    assert found.details["rare rows found"] == found.details["rows found"]
    assert found.details["storing estimators"] >= 1


@pytest.mark.parametrize("name", CLEAN)
def test_models_that_keep_none_are_clean(name: str) -> None:
    found = search(fitted(CLEAN[name]))
    assert found.state == "OK"
    assert found.value == 0.0
    assert found.upper < 0.03  # 120 rows, exact bound
    assert found.details["storing estimators"] == 0


def test_support_vectors_are_the_rows_that_a_machine_keeps() -> None:
    model = fitted(make_pipeline(StandardScaler(), SVC()))
    found = search(model)
    assert found.details["rows found"] == len(model[-1].support_vectors_)
    stores = StoredRows().stores(model, TRAINING[NUMBERS])
    assert [(store.owner, store.attribute) for store in stores] == [("SVC", "support_vectors_")]
    assert [store.owner for store in StoredRows().stores(model)] == ["SVC"]


def test_mixed_columns_are_found_as_the_steps_see_them_and_one_cell_is_no_row() -> None:
    names = [*NUMBERS, "town"]
    encoded = ColumnTransformer([("n", StandardScaler(), NUMBERS), ("t", OneHotEncoder(), ["town"])])
    assert search(fitted(make_pipeline(encoded, KNeighborsClassifier()), names), names).value == 1.0
    found = search(fitted(make_pipeline(encoded, LogisticRegression()), names), names)
    assert found.value == 0.0
    assert found.state == "OK"


def test_a_table_kept_as_it_is_or_as_lists_is_found() -> None:
    names = [*NUMBERS, "town"]
    model = fitted(LogisticRegression())
    del model.feature_names_in_
    model.notes_ = {"seen": [TRAINING[names].copy()]}
    assert search(model, names).value == 1.0
    model.notes_ = tuple(map(tuple, TRAINING[NUMBERS].to_numpy().tolist()))
    assert search(model).value == 1.0
    model.notes_ = model  # a circle ends
    assert search(model).value == 0.0


def test_values_of_few_people_kept_as_categories_or_words_are_counted() -> None:
    named = TRAINING.assign(name=[f"Person{i:03}" for i in range(120)])
    encoded = ColumnTransformer([("t", OneHotEncoder(handle_unknown="ignore"), ["name", "town"])])
    model = make_pipeline(encoded, LogisticRegression()).fit(named[["name", "town"]], LABELS)
    assert StoredRows().run(model, named[["name", "town"]]).details["rare values"] == 120
    words = make_pipeline(ColumnTransformer([("w", TfidfVectorizer(), "name")]), LogisticRegression())
    words.fit(named[["name", "town"]], LABELS)
    assert StoredRows().run(words, named[["name", "town"]]).details["rare values"] == 120


@pytest.mark.parametrize(
    "pack", ["pickle", "old pickle", "lists", "gzip", "joblib", "joblib packed", "npz", "columns", "json"]
)
def test_files_are_searched_without_being_opened(pack: str, tmp_path: Path) -> None:
    model, path = fitted(KNeighborsClassifier()), tmp_path / "model"
    if pack == "npz":
        buffer = io.BytesIO()
        np.savez_compressed(buffer, rows=TRAINING[NUMBERS].to_numpy(dtype=np.float32))
        path.write_bytes(buffer.getvalue())
    elif pack.startswith("joblib"):
        joblib.dump(model, path, compress=3 if pack.endswith("packed") else 0)
    elif pack == "json":
        path.write_text(json.dumps(TRAINING[NUMBERS].to_numpy().tolist()))
    elif pack == "columns":
        path.write_bytes(b"x" + np.asfortranarray(TRAINING[NUMBERS].to_numpy()).tobytes("A"))
    elif pack == "lists":
        path.write_bytes(pickle.dumps({"rows": TRAINING[NUMBERS].to_numpy().tolist()}, protocol=0))
    else:
        data = pickle.dumps(model, protocol=2 if pack == "old pickle" else 5)
        path.write_bytes(gzip.compress(data) if pack == "gzip" else data)
    found = search(path)
    assert found.state == "OK"
    assert found.value == 1.0
    assert found.control == 0.0
    assert (found.details["storing estimators"] > 0) == (pack not in {"npz", "columns", "json", "lists"})


def test_a_file_that_runs_code_is_not_run(tmp_path: Path) -> None:
    marker, path = tmp_path / "ran", tmp_path / "model.pkl"

    class Trap:
        def __reduce__(self) -> Any:
            return (Path.touch, (marker,))

    path.write_bytes(pickle.dumps([Trap(), TRAINING[NUMBERS].to_numpy()]))
    assert search(path).value == 1.0
    assert not marker.exists()


def test_a_clean_file_passes_and_one_that_cannot_be_read_does_not(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(fitted(make_pipeline(StandardScaler(), LogisticRegression()))))
    clean = search(str(path))
    assert (clean.state, clean.value) == ("OK", 0.0)
    path.write_bytes(pickle.dumps(fitted(make_pipeline(StandardScaler(), SVC()))))
    changed = search(path)
    assert changed.state == "INVALID"
    assert "give the fitted model" in changed.reason
    path.write_bytes(np.random.default_rng(4).bytes(50_000))
    assert "encrypted" in search(path).reason
    path.write_bytes(b"")
    with pytest.raises(EmptyInputError):
        search(path)
    with pytest.raises(ConfigurationError):
        search(tmp_path / "none")
    path.write_bytes(b"nothing")
    assert "columns of numbers" in StoredRows().run(path, TRAINING[["town"]]).reason


def test_a_row_in_a_file_is_told_by_its_most_varied_column(tmp_path: Path) -> None:
    path, rows = tmp_path / "model.bin", TRAINING[NUMBERS].assign(a=np.arange(120) % 2)
    path.write_bytes(b"12345" + rows[::2].to_numpy()[::-1].tobytes())
    found = StoredRows().run(path, rows, CONTROL[NUMBERS])
    assert (found.details["rows found"], found.control) == (60, 0.0)


def test_texts_of_few_people_in_a_file(tmp_path: Path) -> None:
    named = TRAINING.assign(name=[f"Person{i:03}" for i in range(120)])
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(np.array(named["name"][:60], dtype="U")))
    assert StoredRows().run(path, named).details["rare values"] == 60


def test_leaves_and_parameters() -> None:
    tree = fitted(DecisionTreeClassifier(min_samples_leaf=12))
    found = search(tree)
    assert found.details["smallest leaf"] >= 12
    leaves = tree.get_n_leaves()
    assert found.details["degrees of freedom"] == 120 - (2 * (leaves - 1) + leaves)
    assert search(fitted(DecisionTreeClassifier())).details["smallest leaf"] < 10
    line = search(fitted(LogisticRegression()))
    assert line.details["degrees of freedom"] == 120 - 4
    assert np.isnan(line.details["smallest leaf"])
    assert np.isnan(smallest_leaf([]))
    assert parameters([]) == 0


def test_a_step_that_cannot_be_followed_is_invalid() -> None:
    class Odd(StandardScaler):  # type: ignore[misc]
        def transform(self, X: Any, copy: bool | None = None) -> Any:
            if len(X) != len(TRAINING):
                raise ValueError("only the training rows")
            return super().transform(X, copy)

    found = search(fitted(make_pipeline(Odd(), KNeighborsClassifier())))
    assert found.state == "INVALID"
    assert "form" in found.reason


def test_the_control_catches_equals_in_a_small_domain() -> None:
    generator = np.random.default_rng(5)
    small, other = (pd.DataFrame(generator.integers(0, 2, (200, 2)), columns=["x", "y"]) for _ in range(2))
    model = KNeighborsClassifier().fit(small, generator.integers(0, 2, 200))
    found = StoredRows().run(model, small, other)
    assert (found.value, found.control) == (1.0, 1.0)
    assert found.details["rare rows found"] == 0


def test_few_rows_and_wrong_input() -> None:
    model = fitted(KNeighborsClassifier())
    assert StoredRows().run(model, TRAINING[NUMBERS].head(20)).state == "INVALID"
    with pytest.raises(EmptyInputError):
        StoredRows().run(model, TRAINING.head(0))
    with pytest.raises(UnknownColumnError, match="a"):
        StoredRows().run(model, TRAINING[["b", "c"]])
    with pytest.raises(OverlapError):
        StoredRows().run(model, TRAINING, TRAINING)
    with pytest.raises(ConfigurationError):
        StoredRows(label="town").run(object(), TRAINING[["town"]])


def test_nothing_is_changed_and_the_result_repeats() -> None:
    model = fitted(STORED["scaled neighbours"])
    before, rows = pickle.dumps(model), TRAINING.copy(deep=True)
    first, second = (search(model).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert pickle.dumps(model) == before
    pd.testing.assert_frame_equal(TRAINING, rows)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6) | st.just(float("nan")), st.integers(-5, 5)), min_size=1, max_size=20),
    st.data(),
)
def test_a_row_is_found_in_any_order_and_company(rows: list[tuple[float, int]], data: st.DataObject) -> None:
    values = np.array(rows, dtype=np.float64)
    order = data.draw(st.permutations(range(len(rows))))
    company = np.column_stack([values[order], np.zeros(len(rows))])
    inside = Space(values).inside(company)
    assert inside is not None
    assert inside.all()
    assert [held.owner for held in Walk.fresh().over([values], (Space(values),))] == ["list"]
