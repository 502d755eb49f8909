"""A detector held to examples: it finds what it must, and leaves alone what it must."""

from collections.abc import Sequence
from dataclasses import dataclass

from deid.detector import Detector
from deid.example import Example
from deid.finding import Finding

SEEN = 0.4
"""The score from which a finding of one detector alone counts (the dial's "balanced")."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How many examples with a value a detector finds, and how many of those without it leaves alone."""

    found: int
    positives: int
    silent: int
    negatives: int

    @property
    def holds(self) -> bool:
        """Whether every example came out as it should."""
        return (self.found, self.silent) == (self.positives, self.negatives)


def prove(detector: Detector, examples: Sequence[Example]) -> Proof:
    """Ask a detector about examples."""
    answers = detector.detect([example.text for example in examples])
    right = [meets(example, found) for example, found in zip(examples, answers, strict=True)]
    wanted = [example.label is not None for example in examples]
    found = sum(ok for ok, positive in zip(right, wanted, strict=True) if positive)
    return Proof(found, sum(wanted), sum(right) - found, len(wanted) - sum(wanted))


def meets(example: Example, findings: Sequence[Finding]) -> bool:
    """Whether one finding of the right label covers the value of the example, or nothing is found where there is none.

    >>> meets(Example("Ask Ann.", "Ann", "PERSON"), [Finding(4, 7, "PERSON", 0.8, "x")])
    True
    """
    seen = [f for f in findings if f.score >= SEEN]
    if example.label is None:
        return not seen
    start, end = example.text.index(example.value), example.text.index(example.value) + len(example.value)
    return any(f.label == example.label and f.start <= start and end <= f.end for f in seen)
