"""What generalising cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """Figures of an anonymised table.

    `certainty`: the normalised certainty penalty (Xu et al. 2006, doi:10.1145/1150402.1150504), how much a cell leaves
    open, 0 for all cells as they were, 1 for none; a row left out counts as open. `groups` and the rows of the
    smallest and the mean one; `suppressed`: the share of rows left out.
    """

    certainty: float
    groups: int
    smallest: int
    mean: float
    suppressed: float
