"""Make the synthetic table of a run: hold rows out, fit under the budget, sample, compare."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.book import PATIENCE
from pipelines.comparison import compare
from pipelines.material import Making, SyntheticTable
from pipelines.progress import say, timed
from pipelines.recipe import Synthesis
from pipelines.staging import StagedTable
from pipelines.synthesizers import synthesizer, total_budget
from synth import Budget, Ledger, Schema, Unit
from synth.errors import BaselineFailedError, PackageMissingError
from synth.quality import Quality
from synth.sdv import Baseline


def synthesise(how: Synthesis, source: StagedTable, book: Path) -> tuple[SyntheticTable, Making]:
    """Fit and sample. Every spend is in the ledger `book` before the noise that it pays for is drawn.

    Without a schema one is bought with part of the budget. Raises the errors of `synth`.
    """
    table, schema = source.table, source.schema
    train, holdout, missing = _hold_out(how, source)
    delta = str(how.delta)
    limit = Budget(str(how.epsilon_limit), delta) if how.epsilon_limit is not None else None
    ledger = Ledger(book, limit, Unit() if schema is None else schema.unit, patience=PATIENCE)
    with timed(f"synthesising {table.name} ({how.method}, epsilon {how.epsilon:g})", 100) as step:
        model = synthesizer(how.method, (str(how.epsilon), delta), ledger, step, how.target).fit(train, schema)
        drawn = model.sample(how.rows, text=table.textual)
        frame = drawn[list(train.columns)]  # a schema may declare them in another order
    with timed("comparing it with the real table"):
        found = compare(train, frame, model.schema, target=how.target, epsilon=how.epsilon, holdout=holdout)
        baseline = _baseline(how, train, len(frame), model.schema, holdout) if how.baseline else None
    total = total_budget(ledger, model)
    marginals = tuple(dict.fromkeys(entry.columns for entry in model.ledger if len(entry.columns) > 1))
    made = SyntheticTable(source.name, train, holdout, frame, missing, marginals)
    return made, Making(model, total, found, baseline)


def _hold_out(how: Synthesis, source: StagedTable) -> tuple[pd.DataFrame, pd.DataFrame | None, str]:
    """Return the rows to learn from, the rows that are kept away, and in words why there are none of these."""
    frame = source.table.frame
    if how.holdout_file is not None:
        missing = "" if source.holdout is not None else "The hold-out file that the recipe names is not there."
        return frame, source.holdout, missing
    if not how.holdout:
        return frame, None, "The recipe keeps no rows out."
    whom = None if source.schema is None else source.schema.unit.column
    held = _drawn(frame, whom, how.holdout)
    return frame[~held], frame[held], ""


def _drawn(frame: pd.DataFrame, whom: str | None, share: float) -> NDArray[np.bool_]:
    """Draw a share of the rows, or of the persons in `whom` with all rows of each."""
    people = np.arange(len(frame)) if whom is None else pd.factorize(frame[whom])[0]
    every = np.unique(people)
    return np.isin(people, np.random.default_rng().permutation(every)[: round(len(every) * share)])


def _baseline(
    how: Synthesis, train: pd.DataFrame, rows: int, schema: Schema, holdout: pd.DataFrame | None
) -> Quality | None:
    try:
        other = Baseline().fit(train, schema).sample(rows)
    except (PackageMissingError, BaselineFailedError) as error:  # as above
        say(f"no baseline of SDV: {error}")
        return None
    return compare(train, other, schema, target=how.target, epsilon=how.epsilon, holdout=holdout)
