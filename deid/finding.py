"""A finding: where personal data stands in a text, of what kind, and who saw it. Never what it says."""

from dataclasses import dataclass

WITHHELD = "WITHHELD"
"""Label of a text that could not be scanned: nothing of it may leave."""

WITHHELD_TEXT = "[WITHHELD]"
"""What stands in place of such a text, and of a value on which an operator failed."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One piece of personal data in one text.

    `start` and `end` are offsets in Unicode code points of the original text, `end` exclusive; `score` lies in 0…1;
    `detector` names the voters, joined by "+". A finding never carries the text.

    >>> Finding(0, 4, "PERSON", 0.85, "spacy")
    Finding(start=0, end=4, label='PERSON', score=0.85, detector='spacy')
    """

    start: int
    end: int
    label: str
    score: float
    detector: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a finding has 0 <= start < end")
        if not 0.0 <= self.score <= 1.0:
            raise ValueError("a score lies between 0 and 1")

    @property
    def withheld(self) -> bool:
        """Whether this marks a text that could not be scanned."""
        return self.label == WITHHELD

    def shift(self, offset: int) -> "Finding":
        """Return the same finding `offset` code points later: from a window into its text."""
        return self.at(self.start + offset, self.end + offset)

    def at(self, start: int, end: int) -> "Finding":
        """Return the same finding in another place."""
        same = start == self.start and end == self.end
        return self if same else Finding(start, end, self.label, self.score, self.detector)

    def scored(self, score: float) -> "Finding":
        """Return the same finding with another score."""
        return self if score == self.score else Finding(self.start, self.end, self.label, score, self.detector)


def withhold(text: str, detector: str) -> list[Finding]:
    """Return the finding that keeps a whole text back; an empty text has nothing to keep back."""
    return [Finding(0, len(text), WITHHELD, 1.0, detector)] if text else []
