"""What a column is guessed to hold."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """A label for a column and how sure it is; no label where nothing speaks for one.

    `pii` says whether it is personal data, `labels` the kinds where the cells are of several, `told` whether the label
    is the header's alone, and `firm` whether it holds whatever stands beside the column.
    """

    label: str | None
    score: float
    sampled: int
    pii: bool = False
    labels: tuple[str, ...] = ()
    told: bool = False
    firm: bool = True
