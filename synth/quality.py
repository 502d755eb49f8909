"""How much of a table its synthetic version keeps: figures read off the private rows, never for release."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from threadpoolctl import ThreadpoolController

from synth.direct import private_scores
from synth.distance import mean_variation
from synth.encode import Codes, encode
from synth.errors import QualityUnmeasurableError
from synth.profile import Profile, profiles
from synth.schema import Schema
from synth.sdv import sdmetrics_score

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Task:
    """Area under the ROC curve of classifiers for `target` on the same real test rows, trained on three things.

    `synthetic`: the synthetic rows. `real`: the real rows, without any privacy. `direct`: the real rows, by
    diffprivlib's logistic regression at the same epsilon; None if no epsilon was given. `tested_on` is
    "hold-out", or "third of the real rows" where no hold-out was given; those rows the synthesizer has seen.
    """

    target: str
    synthetic: float
    real: float
    direct: float | None
    tested_on: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Mean total variation distance over 1-, 2- and 3-way marginals, and what goes with it.

    `floor` is the same distance for a resample of the real rows as large as the synthetic table: no table of
    that size can be expected to come closer. `sdmetrics` is SDMetrics' quality score between 0 and 1, None if
    it is not installed. `columns` shows each column's shares. `internal` is always true: the figures are computed on
    the private rows without noise.
    """

    tv: tuple[float | None, float | None, float | None]
    floor: tuple[float | None, float | None, float | None]
    rows: tuple[int, int]
    task: Task | None
    sdmetrics: float | None
    columns: tuple[Profile, ...] = ()
    internal: bool = True

    def _repr_html_(self) -> str:
        rows = [
            (f"TV{ways}", _figure(value), f"floor {_figure(floor)}")
            for ways, (value, floor) in enumerate(zip(self.tv, self.floor, strict=True), 1)
        ]
        if self.task is not None:
            note = f"real {_figure(self.task.real)}, private classifier {_figure(self.task.direct)}"
            rows.append((f"AUC for {self.task.target}", _figure(self.task.synthetic), note))
        rows.append(("SDMetrics", _figure(self.sdmetrics), ""))
        cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        pictures = "".join(f'<div style="width:300px">{profile.to_svg()}</div>' for profile in self.columns)
        table = f"<table><caption>internal: not for release</caption>{cells}</table>"
        return f'{table}<div style="display:flex;flex-wrap:wrap;gap:18px">{pictures}</div>'


def quality(
    real: pd.DataFrame,
    synthetic: pd.DataFrame,
    schema: Schema,
    *,
    target: str | None = None,
    epsilon: float | None = None,
    holdout: pd.DataFrame | None = None,
) -> Quality:
    """Compare a synthetic table with the real one, column types as in `schema`.

    With a `target` (a category or boolean of the schema) classifiers are trained too, its rarest filled class
    of the real rows being the positive one; with `epsilon` also a private one on the real rows. Raises
    TableInvalidError, SchemaMismatchError, QualityUnmeasurableError.
    """
    rng = np.random.default_rng()
    left, right = encode(real, schema), encode(synthetic, schema)
    resample = Codes(_resample(left.array, len(right.array), rng), left.names, left.sizes)
    task = None
    if target is not None:
        train, test, tested_on = _split(left, None if holdout is None else encode(holdout, schema), rng)
        task = _task(train, test, right, target, epsilon=epsilon, tested_on=tested_on)
    return Quality(
        tv=(mean_variation(left, right, 1), mean_variation(left, right, 2), mean_variation(left, right, 3)),
        floor=(
            mean_variation(left, resample, 1),
            mean_variation(left, resample, 2),
            mean_variation(left, resample, 3),
        ),
        rows=(len(real), len(synthetic)),
        task=task,
        sdmetrics=sdmetrics_score(real, synthetic, schema),
        columns=profiles(left, right, schema.modelled),
    )


def boosted_scores(train: Codes, test: Codes, target: int, positive: int) -> Floats | None:
    """Score test rows by gradient boosting on the codes; None if there is nothing to learn."""
    labels = train.array[:, target] == positive
    if labels.all() or not labels.any() or len(train.sizes) < 2:
        return None
    others = [place for place in range(len(train.sizes)) if place != target]
    model = HistGradientBoostingClassifier(random_state=0)
    with ThreadpoolController().limit(limits=1):  # its threads wait by spinning: on a busy machine, for minutes
        model.fit(train.array[:, others], labels)
        scores: Floats = model.predict_proba(test.array[:, others])[:, 1]
    return scores


def _task(train: Codes, test: Codes, synthetic: Codes, target: str, *, epsilon: float | None, tested_on: str) -> Task:
    if target not in train.names:
        raise QualityUnmeasurableError(f"target {target!r} is not a modelled column of the schema")
    place = train.names.index(target)
    shares = np.bincount(train.array[:, place], minlength=train.sizes[place])
    positive = int(np.where(shares > 0, shares, len(train.array) + 1).argmin())
    truth = test.array[:, place] == positive
    if truth.all() or not truth.any():
        raise QualityUnmeasurableError(f"target {target!r}: the test rows hold one class only")
    direct = None if epsilon is None else private_scores(train, test, place, positive, epsilon)
    return Task(
        target,
        _auc(truth, boosted_scores(synthetic, test, place, positive)),
        _auc(truth, boosted_scores(train, test, place, positive)),
        None if direct is None else _auc(truth, direct),
        tested_on,
    )


def _auc(truth: NDArray[np.bool_], scores: Floats | None) -> float:
    return 0.5 if scores is None else float(roc_auc_score(truth, scores))


def _split(real: Codes, holdout: Codes | None, rng: np.random.Generator) -> tuple[Codes, Codes, str]:
    if holdout is not None:
        return real, holdout, "hold-out"
    order = rng.permutation(len(real.array))
    cut = len(order) // 3
    parts = [Codes(real.array[chosen], real.names, real.sizes) for chosen in (order[cut:], order[:cut])]
    return parts[0], parts[1], "third of the real rows"


def _resample(rows: Ints, size: int, rng: np.random.Generator) -> Ints:
    return rows[rng.integers(0, len(rows), size)] if len(rows) else rows


def _figure(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.4f}"
