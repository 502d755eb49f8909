"""How much evidence a finding needs: one dial for all, thresholds by label beneath it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from deid.errors import PolicyError

_SPECIAL = {"NRP": 0.25, "ETHNICITY": 0.25}
# Origin and belief, special under Art. 9 GDPR, go on little evidence; firms, which models see everywhere, need more.
_BALANCED = MappingProxyType({"ORGANIZATION": 0.38, **_SPECIAL})
_STEPS: Mapping[str, tuple[float, Mapping[str, float]]] = {
    "recall": (0.25, dict.fromkeys(_SPECIAL, 0.2)),
    "balanced": (0.36, _BALANCED),
    "precision": (0.6, {"ORGANIZATION": 0.75, "DATE_TIME": 0.5}),
}

DIALS = tuple(_STEPS)
"""The dial's positions, from "hide what may be personal" to "hide what surely is"."""


@dataclass(frozen=True, slots=True)
class Dial:
    """The score that a finding must reach to count, by label.

    `position` is one of `DIALS`; `thresholds` are a policy's own and go before; `floor` holds for every label. Raises
    `PolicyError` for anything else.

    >>> Dial("balanced").threshold("PERSON"), Dial("precision").threshold("PERSON")
    (0.36, 0.6)
    """

    position: str = "balanced"
    floor: float = 0.0
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.position not in _STEPS:
            raise PolicyError(f"dial: {self.position!r} is none of {', '.join(DIALS)}")
        for name, score in {"min_score": self.floor, **self.thresholds}.items():
            if not 0.0 <= score <= 1.0:  # nan is no score either
                raise PolicyError(f"{name}: a score lies between 0 and 1")

    def threshold(self, label: str) -> float:
        """Return the least score with which a finding of this label counts."""
        general, special = _STEPS[self.position]
        return max(self.floor, self.thresholds.get(label, special.get(label, general)))
