"""How near a synthetic table comes: figures for the eyes of the house."""

import pandas as pd

from pipelines.progress import say
from synth.errors import QualityUnmeasurableError
from synth.quality import Quality, quality
from synth.schema import Schema


def compare(
    train: pd.DataFrame,
    frame: pd.DataFrame,
    schema: Schema,
    *,
    target: str | None,
    epsilon: float,
    holdout: pd.DataFrame | None = None,
) -> Quality | None:
    """Return the figures, None for a table without rows.

    The budget is spent by then: where no classifier can be compared, the rest is, and a line on standard error says so.
    """
    if not len(train) or not len(frame):
        return None
    try:
        return quality(train, frame, schema, target=target, epsilon=epsilon, holdout=holdout)
    except QualityUnmeasurableError as error:
        say(f"no classifier is compared: {error}")
        return quality(train, frame, schema, epsilon=epsilon, holdout=holdout)
