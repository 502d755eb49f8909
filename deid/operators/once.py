"""Leave alone what a redaction has written: a second one changes nothing more."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from deid.finding import WITHHELD
from deid.labels import LABELS
from deid.operators.operator import Context, Operator

_WRITTEN = regex.compile(r"\[(?P<label>[A-Z][A-Z_]*)\]|(?P<label>\w+)_k[0-9a-f]{4}_[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Once:
    """An operator that takes a label or a token for what it is, and does to all else what another operator does."""

    operator: Operator

    @property
    def keyed(self) -> bool:
        """Whether it needs a key."""
        return self.operator.keyed

    @property
    def by_subject(self) -> bool:
        """Whether the answer depends on whose value it is."""
        return self.operator.by_subject

    @property
    def fresh(self) -> bool:
        """Whether it answers anew each time."""
        return bool(getattr(self.operator, "fresh", False))

    @property
    def title(self) -> str:
        """The name of the operator within."""
        return str(getattr(self.operator, "title", type(self.operator).__name__.lower()))

    def apply(self, value: str, context: Context) -> str:
        """Return what takes the place of `value`; itself if it is a label known to tamis, or a token of one.

        >>> from deid.operators.mask import Mask
        >>> Once(Mask()).apply("[PERSON]", Context("PERSON")), Once(Mask()).apply("[ANN]", Context("PERSON"))
        ('[PERSON]', '*****')
        """
        written = _WRITTEN.fullmatch(value)
        if written and (written["label"] in LABELS or written["label"] in {WITHHELD, context.label}):
            return value
        return self.operator.apply(value, context)
