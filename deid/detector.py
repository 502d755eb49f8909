"""The seam behind which every way of finding personal data stands."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from deid.finding import Finding


@runtime_checkable
class Detector(Protocol):
    """Finds personal data in texts.

    `detect` returns one list for each text, in order. Offsets are code points of the text as given. A text that cannot
    be scanned to its end is answered by `withhold(text, name)`, never by fewer findings. Plug-ins register a class
    without constructor arguments under the entry-point group `tamis.detectors`.
    """

    @property
    def name(self) -> str:
        """What findings of this detector carry as their origin."""
        ...

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return the findings of each text, in any order, overlapping or not."""
        ...
