"""The seam: what every attack is."""

from __future__ import annotations

from typing import Protocol, TypeVar

from leakage.risk import Risk

Data_contra = TypeVar("Data_contra", contravariant=True)


class Attack(Protocol[Data_contra]):
    """An attack on a release, configured in its constructor, which holds no data between runs.

    `original` is what went into the release, `released` what is about to leave, and `control` people or rows of
    the same kind that did not go into it (None where there are none). Nothing is changed. The same input gives
    the same result but for `seconds`. Documents (`Sequence[Document]`) are joined by id, frames by index where
    the attack needs to know who is who.
    """

    def run(self, original: Data_contra, released: Data_contra, control: Data_contra | None = None) -> Risk:
        """Attack, run the positive control, and report."""
        ...
