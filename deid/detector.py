"""The seam behind which every way of finding personal data stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from deid.finding import Finding


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """What others found in a text: places that are settled, and places that are only suspected."""

    settled: Sequence[Finding]
    suspected: Sequence[Finding]


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


@runtime_checkable
class LateDetector(Detector, Protocol):
    """A detector so costly that it is asked last, and reads only where the others leave a question open."""

    def detect_open(self, texts: Sequence[str], seen: Sequence[Seen]) -> list[list[Finding]]:
        """Return the findings of each text, given what the others found in it; more is always right."""
        ...
