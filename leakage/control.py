"""The positive control of an attack: whether the attacker sees a leak that was planted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from leakage.errors import ConfigurationError

REQUIRED_ADVANTAGE = 0.8  # share of the way from the baseline to certainty that a planted leak must bring


@dataclass(frozen=True, slots=True)
class Control:
    """The same attack's success on a copy of the release with a planted leak.

    `value` is that success (NaN where the copy could not be attacked) and `required` the level it had to reach.
    Raises ConfigurationError when the level is not a share.
    """

    value: float
    required: float

    def __post_init__(self) -> None:
        """Check the level."""
        if not 0 <= self.required <= 1:
            raise ConfigurationError("the level that a positive control must reach lies between 0 and 1")

    @property
    def passed(self) -> bool:
        """Whether the attacker found the planted leak; an unknown success has not."""
        return not math.isnan(self.value) and self.value >= self.required

    @classmethod
    def above(cls, value: float, baseline: float) -> Control:
        """Require going 80 % of the way from the baseline to certainty.

        >>> Control.above(0.95, baseline=0.5)
        Control(value=0.95, required=0.9)
        """
        return cls(value, min(1.0, baseline + REQUIRED_ADVANTAGE * (1 - baseline)))

    @classmethod
    def failed(cls) -> Control:
        """There was nothing to plant a leak into."""
        return cls(math.nan, 1.0)
