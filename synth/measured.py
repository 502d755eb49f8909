"""The noisy counts behind a model, as tables: a release of their own, which costs nothing more."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from synth.inference import pooled
from synth.model import Model


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts over `columns` as they were measured: unbiased, neither rounded nor above zero nor in agreement.

    `counts` has a row for each combination of categories and bins ("" is missing) and the column `noisy_count`, whose
    noise has the standard deviation `sigma`, independently in each row.
    """

    columns: tuple[str, ...]
    counts: pd.DataFrame
    sigma: float


def measured(model: Model) -> tuple[Measured, ...]:
    """Give every marginal that was measured, once: measurements of the same columns are averaged by their precision.

    >>> from synth import Column, Independent, Schema
    >>> schema = Schema((Column("smokes", "boolean", nullable=False),))
    >>> table = measured(Independent(epsilon=1).fit(pd.DataFrame({"smokes": ["true", "false"]}), schema))[0]
    >>> list(table.counts.columns), list(table.counts["smokes"])
    (['smokes', 'noisy_count'], ['false', 'true'])
    """
    columns = model.schema.modelled
    told = []
    for axes, marginal in pooled(model.marginals).items():
        own = [columns[axis] for axis in axes]
        codes = np.indices(marginal.counts.shape).reshape(len(own), -1)
        frame = pd.DataFrame({c.name: np.array(c.labels, dtype=object)[row] for c, row in zip(own, codes, strict=True)})
        name = "noisy_count"
        while name in frame:
            name += "_"
        frame[name] = marginal.counts.ravel()
        told.append(Measured(tuple(c.name for c in own), frame, math.sqrt(marginal.sigma2)))
    return tuple(told)
