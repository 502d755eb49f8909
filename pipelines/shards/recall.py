"""A scan that is written down, and one that is remembered: what was found once is not looked for again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.scanner import Scanner
from pipelines.errors import InternalError

Found = Mapping[str, Sequence[Sequence[Any]]]
Answers = list[tuple[int, Found]]
"""What was found in each scan: the number of texts, and by the places of those with findings these, JSON-able."""


class Noting(Scanner):
    """A scanner that keeps what it found, scan by scan, in `answers`."""

    def __init__(self, scanner: Scanner, answers: Answers) -> None:
        super().__init__(scanner.policy, scanner.detectors)
        self._scanner, self.answers = scanner, answers

    def without_model(self) -> "Noting":
        """Return a scanner without models that keeps what it found in the same answers."""
        return Noting(self._scanner.without_model(), self.answers)

    def scan(
        self, texts: Sequence[str], known: Sequence[KnownDetector | None] | None = None
    ) -> list[tuple[Finding, ...]]:
        """Return the findings of each text, as `Scanner.scan` does."""
        found = self._scanner.scan(texts, known)
        told = {str(place): [astuple(one) for one in own] for place, own in enumerate(found) if own}
        self.answers.append((len(texts), told))
        return found


class Recalling(Scanner):
    """A scanner that gives the answers that another one gave, in order, to whoever asks the same questions again."""

    def __init__(self, scanner: Scanner, answers: Iterator[tuple[int, Found]]) -> None:
        super().__init__(scanner.policy, scanner.detectors)
        self._scanner, self._answers = scanner, answers

    def without_model(self) -> "Recalling":
        """Return a scanner without models that goes on in the same answers."""
        return Recalling(self._scanner.without_model(), self._answers)

    def scan(
        self,
        texts: Sequence[str],
        known: Sequence[KnownDetector | None] | None = None,  # noqa: ARG002 as it was before
    ) -> list[tuple[Finding, ...]]:
        """Return what was found in the same texts before. Raises `InternalError` where these are others."""
        count, told = next(self._answers, (None, {}))
        if count != len(texts):
            raise InternalError("a shard was not gone through as it was before; nothing was written")
        return [tuple(Finding(*one) for one in told.get(str(place), ())) for place in range(count)]
