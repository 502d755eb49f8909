"""A check: what was measured, on what, against which limit, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from leakage import Risk

State = Literal["PASS", "WARN", "INVALID", "FAIL"]
"""From the best to the worst. INVALID: nothing was proved, which blocks like FAIL."""

STATES: tuple[State, ...] = ("PASS", "WARN", "INVALID", "FAIL")

Family = Literal["texts", "tables", "synthetic", "models", "budget", "conduct"]
"""The classes of checks; those of one class share an error rate, and an attestation says one word for each."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a release.

    `code` is its row in `docs/gate.md`. `statistic` says in words which figure decides and `measured` is that figure
    (None: there is none); where it is a bound, `error` is the rate at which it is wrong. `usual` is the profile's
    limit, where the recipe has another.
    """

    name: str
    state: State
    statistic: str
    measured: float | None
    limit: float | None
    reason: str
    family: Family
    code: str = ""
    error: float | None = None
    usual: float | None = None
    risk: Risk | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, object]:
        """Return the check as JSON-able values."""
        return {
            "name": self.name,
            "code": self.code,
            "class": self.family,
            "state": self.state,
            "statistic": self.statistic,
            "measured": self.measured,
            "error": self.error,
            "limit": self.limit,
            "profile_limit": self.usual if self.usual is not None else self.limit,
            "reason": self.reason,
            "risk": self.risk.to_dict() if self.risk else None,
        }


def worst(checks: Sequence[Check]) -> State:
    """Return the state of the whole: the worst of its checks. Without a check nothing is known."""
    return max((check.state for check in checks), key=STATES.index, default="INVALID")


def passes(checks: Sequence[Check]) -> bool:
    """Whether a release may leave: there are checks, and each passed, if with a warning."""
    return worst(checks) in {"PASS", "WARN"}
