"""What reads as the name of someone or something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """A span that reads as a name, and how surely."""

    start: int
    end: int
    score: float
