"""What an attack found: a success rate that never travels alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Literal

from leakage.control import Control
from leakage.errors import ConfigurationError
from leakage.interval import Estimate, excess

FEWEST = 30  # attempts below which no rate is reported as measured


@dataclass(frozen=True, slots=True, repr=False)
class Risk:
    """The success of one attack on one release. High is bad.

    `estimate` is the attacker's success (X, F, top-1 share, …) with its 95 % interval and one-sided bounds.
    `baseline` is what an attacker without the release gets, and `held_out` the success on people or rows that
    are not in it. `matched` are both once more with the difference in how hard their rows are taken out, where the
    attack knows it: the residual risk is then that of these. `details` are further figures by name. A Risk is
    "INVALID", with the `reason` in plain words, when the attacker failed its positive control, when there were too
    few attempts, or when something it needs is missing; an INVALID risk must block like a failed one, whatever its
    figures.

    Raises ConfigurationError when an "OK" risk is unknown or failed its control, or an "INVALID" one has no
    reason.
    """

    name: str
    estimate: Estimate
    baseline: float
    attempts: int
    seconds: float
    positive_control: Control
    held_out: Estimate | None = None
    state: Literal["OK", "INVALID"] = "OK"
    reason: str = ""
    details: Mapping[str, float] = field(default_factory=dict, hash=False)
    matched: tuple[Estimate, Estimate] | None = None

    def __post_init__(self) -> None:
        """Check that the state is earned, and freeze the details."""
        if self.state == "OK" and not (self.estimate.known and self.positive_control.passed):
            raise ConfigurationError("a risk is OK only if it was measured and its positive control passed")
        if (self.state == "INVALID") != bool(self.reason):
            raise ConfigurationError("an INVALID risk has a reason, and only an INVALID one")
        object.__setattr__(self, "details", MappingProxyType({k: float(v) for k, v in self.details.items()}))

    @property
    def value(self) -> float:
        """The attacker's success; NaN if unknown."""
        return self.estimate.value

    @property
    def interval(self) -> tuple[float, float]:
        """Its two-sided 95 % interval."""
        return self.estimate.low, self.estimate.high

    @property
    def upper(self) -> float:
        """Its one-sided 95 % upper bound; 1 if unknown."""
        return self.estimate.upper

    @property
    def privacy(self) -> float:
        """1 − value (1−X, 1−F)."""
        return 1 - self.value

    @property
    def privacy_interval(self) -> tuple[float, float]:
        """The two-sided 95 % interval of 1 − value."""
        return 1 - self.estimate.high, 1 - self.estimate.low

    @property
    def control(self) -> float | None:
        """Success on people or rows that were not in the release."""
        return None if self.held_out is None else self.held_out.value

    @property
    def control_interval(self) -> tuple[float, float] | None:
        """Its two-sided 95 % interval."""
        return None if self.held_out is None else (self.held_out.low, self.held_out.high)

    @property
    def advantage(self) -> float:
        """(value − baseline) / (1 − baseline); NaN where the baseline leaves nothing to infer."""
        return self._above_baseline(self.value)

    @property
    def advantage_upper(self) -> float:
        """The one-sided 95 % upper bound of the advantage, the baseline taken as known; 1 if unknown."""
        return self.advantage_upper_at(0.05)

    def upper_at(self, tail: float) -> float:
        """Give the one-sided upper bound of the value that is wrong with probability `tail`; 1 if unknown."""
        return self.estimate.bounds_at(tail)[1]

    def advantage_upper_at(self, tail: float) -> float:
        """Give the like of the advantage, the baseline taken as known."""
        bound = self._above_baseline(self.upper_at(tail))
        return 1.0 if math.isnan(bound) else bound

    def residual_upper_at(self, tail: float) -> float | None:
        """Give the like of the residual risk, both uncertainties counted."""
        return None if (found := self._excess(tail)) is None else found[1]

    def detail_upper_at(self, name: str, tail: float) -> float | None:
        """Give the like of a detail that stands with its bound "NAME upper"; None where either is unknown.

        The bound at 5 % is continued from the figure itself in −ln(tail), which is never too narrow for a bound
        that grows with a normal quantile.
        """
        value, upper = (self.details.get(key, math.nan) for key in (name, f"{name} upper"))
        if math.isnan(value) or math.isnan(upper):
            return None
        return upper + (upper - value) * math.log(0.05 / min(tail, 0.05)) / math.log(0.5 / 0.05)

    @property
    def residual(self) -> float | None:
        """(value − control) / (1 − control), where there is a control, of rows equally hard where that is known."""
        return None if (found := self._excess(0.05)) is None else found[0]

    @property
    def residual_upper(self) -> float | None:
        """Its one-sided 95 % upper bound, both uncertainties counted."""
        return self.residual_upper_at(0.05)

    def _excess(self, tail: float) -> tuple[float, float] | None:
        if self.held_out is None:
            return None
        return excess(*(self.matched or (self.estimate, self.held_out)), tail)

    def _above_baseline(self, value: float) -> float:
        return (value - self.baseline) / (1 - self.baseline) if self.baseline < 1 else math.nan

    def to_dict(self) -> dict[str, object]:
        """All figures as plain JSON values; what is unknown is None."""
        control = {
            "value": _plain(self.positive_control.value),
            "required": self.positive_control.required,
            "passed": self.positive_control.passed,
        }
        return {
            "name": self.name,
            "state": self.state,
            "reason": self.reason,
            **{key: _plain(value) for key, value in self._figures().items()},
            "attempts": self.attempts,
            "seconds": round(self.seconds, 3),
            "positive_control": control,
            "details": {key: _plain(value) for key, value in self.details.items()},
        }

    def _figures(self) -> dict[str, float | tuple[float, float] | None]:
        return {
            "value": self.value,
            "interval": self.interval,
            "upper": self.upper,
            "privacy": self.privacy,
            "privacy_interval": self.privacy_interval,
            "baseline": self.baseline,
            "advantage": self.advantage,
            "advantage_upper": self.advantage_upper,
            "control": self.control,
            "control_interval": self.control_interval,
            "residual": self.residual,
            "residual_upper": self.residual_upper,
        }

    def __repr__(self) -> str:
        """Figures only."""
        low, high = self.interval
        text = f"Risk({self.name}: {self.value:.3f} [{low:.3f}, {high:.3f}], baseline {self.baseline:.3f}"
        if self.held_out is not None:
            text += f", control {self.held_out.value:.3f}"
        return text + f", {self.attempts} attempts, {self.state})"

    def _repr_html_(self) -> str:
        """Tabulate the figures, for notebooks."""
        rows = [("state", f"{self.state} {self.reason}".strip())]
        rows += [(key, _shown(value)) for key, value in self._figures().items() if value is not None]
        rows.append(("attempts", str(self.attempts)))
        planted = self.positive_control
        rows.append(("planted leak found", f"{_shown(planted.value)} of {_shown(planted.required)} required"))
        body = "".join(f"<tr><th>{escape(key)}</th><td>{escape(text)}</td></tr>" for key, text in rows)
        return f"<table><caption>{escape(self.name)}</caption>{body}</table>"


def _plain(value: float | tuple[float, float] | None) -> float | list[float] | None:
    if isinstance(value, tuple):
        return list(value)
    return None if value is None or math.isnan(value) else value


def _shown(value: float | tuple[float, float]) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:.3f} to {value[1]:.3f}"
    return "unknown" if math.isnan(value) else f"{value:.3f}"


def judge(
    name: str,
    estimate: Estimate,
    *,
    baseline: float,
    attempts: int,
    seconds: float,
    planted: Control,
    held_out: Estimate | None = None,
    matched: tuple[Estimate, Estimate] | None = None,
    faults: Sequence[str] = (),
    details: Mapping[str, float] | None = None,
    fewest: int = FEWEST,
) -> Risk:
    """Make the Risk of a finished attack: INVALID if the attack named faults or one of the general ones holds.

    `fewest`: attempts below which nothing counts as measured; less than usual only where the null law is exact.
    """
    reasons = list(faults)
    if attempts < fewest:
        reasons.append(f"only {attempts} attempts, at least {fewest} are needed")
    elif not estimate.known:
        reasons.append("nothing could be measured")
    if held_out is not None and held_out.known and held_out.surely_above(estimate):
        reasons.append("the control does better than the attack: it is not like the original, or it is in the release")
    if baseline >= 1:
        reasons.append("there is nothing to infer: the baseline is always right")
    if not planted.passed:
        reasons.append("the attacker did not find the planted leak, so its failure elsewhere says nothing")
    return Risk(
        name,
        estimate,
        baseline,
        attempts,
        seconds,
        planted,
        held_out,
        "INVALID" if reasons else "OK",
        "; ".join(reasons),
        details or {},
        matched,
    )
