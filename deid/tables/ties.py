"""What a table is told from outside when it is redacted: by other tables, or by the records it was laid out from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deid.operators import Operator
from deid.tables.coded import Coded
from deid.tables.whose import Whose


@dataclass(frozen=True, slots=True)
class Ties:
    """Operators of columns that follow a column elsewhere, what more is known of each row's person, whose rows are.

    `known` are columns of labelled values as long as the table; they are looked for in the row's free text. `first` is
    the number of the first row, where the frame is a piece of a longer table.
    """

    operators: Mapping[str, Operator] = field(default_factory=dict)
    known: Sequence[tuple[str, Coded]] = field(default=(), repr=False)
    whose: Whose | None = field(default=None, repr=False)
    first: int = 0
