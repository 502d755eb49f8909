"""What a detector family says of itself: sentences in which it finds something, and some in which it must not."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, repr=False)
class Example:
    """A sentence and the made-up value in it.

    With a `label` the family that made the example finds all of `value` under that label; without one it finds nothing
    in the sentence.
    """

    text: str
    value: str
    label: str | None

    def __post_init__(self) -> None:
        if self.value not in self.text:
            raise ValueError("the value of an example stands in its text")


Examples = Callable[[Random], Example]
"""A generator of examples: each call draws one, positive or negative."""
