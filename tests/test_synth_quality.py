"""Quality figures are what they say, marked internal, and the baseline without privacy is marked as such."""

import logging

import numpy as np
import pandas as pd
import pytest

from synth.column import Column
from synth.errors import BaselineFailedError, QualityUnmeasurableError, QueryInvalidError
from synth.quality import quality
from synth.schema import Schema
from synth.sdv import Baseline
from synth.synthesizer import MST

SCHEMA = Schema(
    (
        Column("id", "identifier"),
        Column("age", "integer", min=0, max=99),
        Column("town", "category", categories=("Leeds", "York")),
        Column("ill", "boolean", categories=("no", "yes"), nullable=False),
    )
)


def people(rows, seed=0):
    rng = np.random.default_rng(seed)
    age = rng.integers(0, 100, rows)
    return pd.DataFrame(
        {
            "id": [f"QQTOKEN{i}" for i in range(rows)],
            "age": age.astype(str),
            "town": rng.choice(["Leeds", "York", ""], rows),
            "ill": np.where(age + rng.normal(0, 10, rows) > 70, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def fitted():
    return Baseline().fit(people(600), SCHEMA)


def test_a_table_is_no_distance_from_itself_and_its_task_is_learned():
    real = people(3000)
    figures = quality(real, real, SCHEMA, target="ill", epsilon=5.0, holdout=people(1500, seed=1))
    assert figures.tv == (0, 0, 0)
    assert figures.internal
    assert figures.task.synthetic == figures.task.real > 0.95
    assert 0.6 < figures.task.direct <= 1
    assert figures.task.tested_on == "hold-out"
    assert figures.sdmetrics > 0.99
    assert "not for release" in figures._repr_html_()


def test_the_floor_is_what_sampling_alone_costs():
    figures = quality(people(2000), people(200, seed=2), SCHEMA)
    assert figures.task is None
    for got, floor in zip(figures.tv, figures.floor, strict=True):
        assert 0 < floor < got * 3
        assert got < floor * 3


def test_without_a_holdout_a_third_of_the_rows_is_kept_for_the_test():
    real = people(3000)
    figures = quality(real, MST(3).fit(real, SCHEMA).sample(), SCHEMA, target="ill")
    assert figures.task.tested_on == "third of the real rows"
    assert figures.task.direct is None
    assert figures.task.synthetic > 0.8


def test_what_cannot_be_measured_is_an_error_or_none():
    real = people(200)
    with pytest.raises(QualityUnmeasurableError):
        quality(real, real, SCHEMA, target="id")
    with pytest.raises(QualityUnmeasurableError):
        quality(real, real, SCHEMA, target="ill", holdout=real.assign(ill="no"))
    empty = quality(real, real.iloc[:0], SCHEMA, target="ill")
    assert empty.sdmetrics is None
    assert empty.task.synthetic == 0.5


def test_sdv_is_fitted_and_sampled_through_the_same_seam(fitted):
    table = fitted.sample(text=True)
    assert list(table.columns) == list(SCHEMA.names)
    assert len(table) == 600
    assert table["age"].str.fullmatch(r"\d{1,2}|").all()
    assert set(table["town"]) <= {"Leeds", "York", ""}
    assert not table.to_csv().count("QQTOKEN")
    assert fitted.sample(0).shape == (0, 4)
    with pytest.raises(QueryInvalidError):
        fitted.sample(-1)


def test_sdvs_output_is_marked_as_without_privacy(fitted):
    assert fitted.spent is None
    assert fitted.private is False
    assert "epsilon: none" in fitted._repr_html_()


def test_sdv_prints_warns_and_logs_nothing(capfd, fitted):
    Baseline().fit(people(100)).sample(20)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
    assert logging.getLogger("SingleTableSynthesizer").propagate in (True, False)


def test_what_sdv_cannot_fit_is_an_error_of_ours_without_values():
    with pytest.raises(BaselineFailedError) as caught:
        Baseline().fit(people(0), SCHEMA)
    assert "QQTOKEN" not in str(caught.value)
