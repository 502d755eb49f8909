"""`anonymize`: a table in which every row is like k − 1 others in all that people may know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from deid.anonymity.axis import Axis, is_numeric
from deid.anonymity.demand import Demand, Secret
from deid.anonymity.loss import Loss
from deid.anonymity.numbers import Numbers
from deid.anonymity.partition import Partition
from deid.anonymity.tree import Tree
from deid.anonymity.values import Values
from deid.errors import InputError

Hierarchy = Mapping[str, Sequence[str]]
"""To each value its ancestors, the nearest first; the root, anything, is not named."""


@dataclass(frozen=True, slots=True)
class Anonymised:
    """The rows that are left, in their order and under their index, and what it cost."""

    data: pd.DataFrame = field(repr=False)
    loss: Loss


def anonymize(
    frame: pd.DataFrame,
    quasi_identifiers: Sequence[str],
    k: int = 11,
    *,
    sensitive: Sequence[str] = (),
    l: int = 1,  # noqa: E741 as the field calls it
    t: float = 1.0,
    hierarchies: Mapping[str, Hierarchy] | None = None,
    suppression: float = 0.01,
) -> Anonymised:
    """Generalise quasi-identifiers until every row shares them with at least k − 1 others; the frame stays as it is.

    Numbers become ranges ("25-34"), categories an ancestor by their hierarchy, or, without one, sets ("a | b"); "*" is
    anything. Columns that are not named stay.
    With `sensitive` columns every group has `l` different values of each, and none is farther than `t` from the whole
    table's (t-closeness). At most a share `suppression` of the rows is left out. Direct identifiers are no business
    of this function: take them out first (`deid.redact`). Values of the other columns that are rare can single people
    out again: `leakage.RecordRisk` and the gate count that independently.

    Raises InputError for a column that is not there or named twice, an empty list of them, a setting out of range, or
    a table that cannot meet the demand as a whole.

    >>> people = pd.DataFrame({"age": [31, 35, 38, 52, 57, 58]})
    >>> anonymize(people, ["age"], k=3).data["age"].tolist()
    ['31-38', '31-38', '31-38', '52-58', '52-58', '52-58']
    """
    _check_columns(frame, quasi_identifiers, sensitive)
    if k < 1 or l < 1 or not 0 <= t <= 1 or not 0 <= suppression < 1:
        raise InputError("k and l are at least 1, t lies in 0 … 1, suppression from 0 to below 1")
    if (l > 1 or t < 1) and not sensitive:
        raise InputError("l and t speak of sensitive columns, and none is named")
    given = hierarchies or {}
    axes = [_axis(frame[name], given.get(name)) for name in quasi_identifiers]
    demand = Demand(k, l, t, tuple(Secret.of(frame[name]) for name in sensitive))
    if not demand.met(np.arange(len(frame))):
        raise InputError(f"the whole table has not the {k} rows, or the {l} different secrets, that one group needs")
    partition = Partition(axes, demand, int(suppression * len(frame)))
    partition.cut()
    return Anonymised(_written(frame, axes, partition), _loss(len(frame), axes, partition))


def _axis(series: pd.Series, hierarchy: Hierarchy | None) -> Axis:
    if hierarchy is not None:
        return Tree.of(series, hierarchy)
    return Numbers.of(series) if is_numeric(series) else Values.of(series)


def _check_columns(frame: pd.DataFrame, quasi: Sequence[str], sensitive: Sequence[str]) -> None:
    named = [*quasi, *sensitive]
    if isinstance(quasi, str) or not quasi or len(set(named)) < len(named):
        raise InputError("anonymize needs a list of quasi-identifiers, and each column named once")
    for name in named:
        if list(frame.columns).count(name) != 1:
            raise InputError(f"the table has no column {name!r}, or two of that name")


def _written(frame: pd.DataFrame, axes: Sequence[Axis], partition: Partition) -> pd.DataFrame:
    kept = np.sort(np.concatenate([group.rows for group in partition.groups]))
    done = frame.iloc[kept].copy()
    for place, axis in enumerate(axes):
        cells = np.empty(len(frame), dtype=object)
        for group in partition.groups:
            cells[group.rows] = axis.label(group.nodes[place]) or None
        done[axis.name] = pd.Series(cells[kept], index=done.index, dtype=object)
    return done


def _loss(rows: int, axes: Sequence[Axis], partition: Partition) -> Loss:
    sizes = [group.rows.size for group in partition.groups]
    open_ = sum(group.loss for group in partition.groups)
    gone = rows - sum(sizes)
    certainty = (open_ / len(axes) + gone) / rows
    return Loss(float(certainty), len(sizes), min(sizes), sum(sizes) / len(sizes), gone / rows)
