"""The gate: every check passes, or nothing leaves. What was not measured has not passed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from leakage import Risk
from pipelines.attacks import Outcome
from pipelines.material import Material, SyntheticMaterial
from pipelines.recipe import AttributeAttack, EntityAttack, GateLimits, Recipe

State = Literal["PASS", "FAIL", "INVALID", "WAIVED"]

_REQUIRED = {
    "corpus": ("residue", "attribute-inference", "entity-presence", "linkage"),
    "table": ("residue", "linkage"),
    "synthetic": ("attribute-inference",),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was measured, on what, against which limit, and what came of it.

    `statistic` says in words which bound decides; `measured` is that bound (None: there is none).
    """

    name: str
    state: State
    statistic: str
    measured: float | None
    limit: float | None
    reason: str
    risk: Risk | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, object]:
        """Return the check as JSON-able values."""
        return {
            "name": self.name,
            "state": self.state,
            "statistic": self.statistic,
            "measured": self.measured,
            "limit": self.limit,
            "reason": self.reason,
            "risk": self.risk.to_dict() if self.risk else None,
        }


def judge_release(recipe: Recipe, material: Material, outcomes: Sequence[Outcome]) -> tuple[Check, ...]:
    """Return all checks of a release: its attacks, its budget, what was withheld, and what nobody measured."""
    checks = list(judge_attacks(outcomes, material))
    checks.append(_withheld(recipe.gate, material))
    if material.synthetic is not None:
        checks += _budget(recipe.gate, material.synthetic)
    checks += _unmeasured(material, {check.name for check in checks})
    return tuple(_waive(check, recipe.gate) for check in checks)


def judge_attacks(outcomes: Sequence[Outcome], material: Material) -> tuple[Check, ...]:
    """Return one check an attack: its upper bound against its limit."""
    return tuple(_attack_check(outcome, material) for outcome in outcomes)


def passes(checks: Sequence[Check]) -> bool:
    """Whether a release may leave: there are checks, and each passed or was waived in writing."""
    return bool(checks) and all(check.state in {"PASS", "WAIVED"} for check in checks)


def bound(risk: Risk, outcome: Outcome) -> tuple[str, float | None]:
    """Return which one-sided 95 % upper bound of a risk decides, in words, and the bound."""
    match outcome.attack:
        case AttributeAttack(secret=str()):
            return "residual risk against the hold-out", risk.residual_upper
        case AttributeAttack() | EntityAttack():
            return "advantage over the baseline", risk.advantage_upper
        case _:
            return "success", risk.upper


def check_name(outcome: Outcome) -> str:
    """Return the name of an attack's check, as a waiver names it."""
    attack = outcome.attack
    secret = attack.secret if isinstance(attack, AttributeAttack) else None
    return f"{attack.on}: {attack.kind}" + (f" of {secret}" if secret else "")


def _attack_check(outcome: Outcome, material: Material) -> Check:
    attack, name = outcome.attack, check_name(outcome)
    if outcome.risk is None:
        return Check(name, "INVALID", "none", None, attack.limit, outcome.reason)
    statistic, measured = bound(outcome.risk, outcome)
    if outcome.risk.state == "INVALID" or measured is None or math.isnan(measured):
        reason = outcome.risk.reason or "the bound that decides could not be measured"
        if material.synthetic is not None and attack.on == material.synthetic.name:
            reason = " ".join(filter(None, (material.synthetic.missing_holdout, reason)))
        return Check(name, "INVALID", statistic, None, attack.limit, reason, outcome.risk)
    state: State = "PASS" if measured <= attack.limit else "FAIL"
    return Check(name, state, statistic, measured, attack.limit, attack.reason, outcome.risk)


def _withheld(limits: GateLimits, material: Material) -> Check:
    reports = [t.report for t in material.tables.values()] + [c.redacted.report for c in material.corpora.values()]
    count = sum(report.withheld for report in reports)
    state: State = "PASS" if count <= limits.withheld else "FAIL"
    reason = "texts and cells that could not be scanned to their end, and were held back whole"
    return Check("withheld", state, "count", float(count), float(limits.withheld), reason)


def _budget(limits: GateLimits, synthetic: SyntheticMaterial) -> list[Check]:
    total = synthetic.total
    pairs = [
        ("epsilon", float(total.epsilon), limits.epsilon, "everything that the ledger of this table records"),
        ("delta", float(total.delta), limits.delta, "the chance that the guarantee does not hold"),
    ]
    checks = [_limit(f"{synthetic.name}: {name}", value, limit, reason) for name, value, limit, reason in pairs]
    faults = []
    if not synthetic.model.schema.reviewed:
        faults.append("the schema was drafted from the private data and nobody has reviewed it")
    if not synthetic.model.private:
        faults.append("the noise came from a seed")
    name = f"{synthetic.name}: guarantee"
    reason = "; ".join(faults) or "schema public or bought, noise exact and from the operating system"
    checks.append(Check(name, "INVALID" if faults else "PASS", "conditions met", None, None, reason))
    return checks


def _limit(name: str, value: float, limit: float | None, reason: str) -> Check:
    if limit is None:
        return Check(name, "INVALID", "value", value, None, "the recipe's gate states no threshold")
    return Check(name, "PASS" if value <= limit else "FAIL", "value", value, limit, reason)


def _unmeasured(material: Material, measured: set[str]) -> list[Check]:
    kinds = [(name, "table") for name in material.tables] + [(name, "corpus") for name in material.corpora]
    if material.synthetic is not None:
        kinds.append((material.synthetic.name, "synthetic"))
    wanted = [f"{name}: {attack}" for name, kind in kinds for attack in _REQUIRED[kind]]
    reason = "not measured: the recipe has no such attack"
    missing = [name for name in wanted if not any(m == name or m.startswith(f"{name} of ") for m in measured)]
    return [Check(name, "INVALID", "none", None, None, reason) for name in missing]


def _waive(check: Check, limits: GateLimits) -> Check:
    for waiver in limits.waive:
        if waiver.check == check.name and check.state != "PASS":
            reason = f"waived: {waiver.reason} (was {check.state}: {check.reason})"
            return Check(check.name, "WAIVED", check.statistic, check.measured, check.limit, reason, check.risk)
    return check
