"""The gate: every check passes, or nothing leaves. What was not measured has not passed."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from leakage import Risk
from pipelines.attack import AttributeAttack, InversionAttack, MembershipAttack, QuasiAttack, RecordRiskAttack
from pipelines.attacks import Outcome
from pipelines.book import Book
from pipelines.check import STATES, Check, Family, State
from pipelines.holm import ALPHA, shares
from pipelines.material import Making, Material, SyntheticTable
from pipelines.profile import DELTA_TIMES_ROWS, EPSILON, GATE_RUNS, HIGH_EPSILON, Rule, Thing, rules_of
from pipelines.recipe import GateLimits, Recipe

_FAMILIES: dict[Thing, Family] = {
    "corpus": "texts",
    "table": "tables",
    "synthetic": "synthetic",
    "aggregate": "tables",
    "model": "models",
}
_UNSEEN = "no table of the recipe says of the people of these texts what others may know of them"
_NOBODY = "not measured: nothing is known of the people that could be inferred; name a table in the recipe, or waive it"


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure that decides: what was measured, by which rule, against which limit."""

    name: str
    outcome: Outcome
    rule: Rule
    limit: float
    usual: float
    reason: str

    def bound(self, tail: float) -> float:
        """Return the bound at an error rate; infinite where it is not known. Only of what was attacked."""
        assert self.outcome.risk is not None
        found = self.rule.bound(self.outcome.risk, tail)
        return math.inf if found is None or math.isnan(found) else found


def judge_release(
    recipe: Recipe, material: Material, outcomes: Sequence[Outcome], conduct: Sequence[Check]
) -> tuple[Check, ...]:
    """Return all checks of a release: its attacks, its budget, what nobody measured, and those of `conduct`.

    A waiver of the recipe may turn any of them into a warning.
    """
    checks = [*judge_attacks(outcomes, material, recipe.gate), *conduct, _withheld(recipe.gate, material)]
    if material.synthetic is not None and material.making is not None:
        checks += _budget(recipe.gate, material.synthetic, material.making)
    checks += _unmeasured(material, outcomes)
    return tuple(_waive(check, recipe.gate) for check in checks)


def judge_attacks(outcomes: Sequence[Outcome], material: Material, limits: GateLimits) -> tuple[Check, ...]:
    """Return the checks of the attacks: upper bounds against limits, the error rate shared within each class."""
    figures = [figure for outcome in outcomes for figure in _figures(outcome, limits)]
    rates = _rates(figures)
    return tuple(_judge(figure, rate, material) for figure, rate in zip(figures, rates, strict=True))


def check_name(outcome: Outcome) -> str:
    """Return the name of an attack's first check, as a waiver names it."""
    attack = outcome.attack
    match attack:
        case AttributeAttack():
            about = attack.secret or ", ".join(attack.attributes)
        case InversionAttack():
            about = attack.secret
        case MembershipAttack() if attack.exposed == 1:
            about = "all rows"
        case _:
            about = ""
    return f"{attack.on}: {attack.kind}" + (f" of {about}" if about else "")


def _figures(outcome: Outcome, limits: GateLimits) -> Iterator[_Figure]:
    own = {limit.check: limit for limit in limits.limit}
    secretive = isinstance(outcome.attack, RecordRiskAttack) and bool(outcome.attack.sensitive)
    for rule in rules_of(outcome.attack.kind, outcome.thing):
        if (rule.secrets and not secretive) or limits.profile not in rule.profiles:
            continue
        name = check_name(outcome) + (f", {rule.part}" if rule.part else "")
        most = rule.limit(limits.profile)
        usual = most if rule.notice is None else rule.notice
        if name in own:
            yield _Figure(name, outcome, rule, own[name].limit, usual, own[name].reason)
        elif outcome.attack.limit is not None and (rule.same or not rule.part):
            accepted = 1.0 if rule.same else outcome.attack.limit
            yield _Figure(name, outcome, rule, accepted, usual, outcome.attack.reason)
        else:
            yield _Figure(name, outcome, rule, most, usual, f"{rule.source} ({limits.profile} release)")


def _rates(figures: Sequence[_Figure]) -> list[float | None]:
    """Share 5 % among the figures of a class that are estimates and were measured."""
    rates: list[float | None] = [None] * len(figures)
    for thing in _FAMILIES:
        places = [n for n, f in enumerate(figures) if f.outcome.thing == thing and _is_estimate(f)]
        shared = shares([(figures[n].bound, figures[n].limit) for n in places])
        for place, rate in zip(places, shared, strict=True):
            rates[place] = rate
    return rates


def _is_estimate(figure: _Figure) -> bool:
    risk = figure.outcome.risk
    return risk is not None and risk.state == "OK" and not figure.rule.counted


def _judge(figure: _Figure, rate: float | None, material: Material) -> Check:
    outcome, risk = figure.outcome, figure.outcome.risk
    fault = _fault(outcome, risk, material)
    measured = None if risk is None or fault else figure.bound(rate or ALPHA)
    if measured is not None and math.isinf(measured):
        measured, fault = None, "the figure that decides could not be measured"
    advisory = math.isinf(figure.limit)  # it can only warn
    check = Check(
        figure.name,
        "WARN" if advisory else "INVALID",
        figure.rule.statistic,
        measured,
        None if advisory else figure.limit,
        fault or figure.reason,
        _FAMILIES[outcome.thing],
        figure.rule.code,
        rate if measured is not None else None,
        figure.usual if figure.usual != figure.limit and not advisory else None,
        risk,
    )
    return check if measured is None else replace(check, state=_state(measured, figure.limit, figure.usual))


def _fault(outcome: Outcome, risk: Risk | None, material: Material) -> str:
    if risk is None:
        return outcome.reason
    if risk.state == "OK":
        return ""
    missing = material.synthetic.missing_holdout if material.synthetic and outcome.thing == "synthetic" else ""
    return " ".join(filter(None, (missing, risk.reason)))


def _state(measured: float, limit: float, usual: float) -> State:
    """Judge by the limit; what keeps one's own limit but not the profile's passes with a warning."""
    if measured > limit:
        return "FAIL"
    return "PASS" if measured <= usual else "WARN"


def _withheld(limits: GateLimits, material: Material) -> Check:
    count = float(sum(report.withheld for report in material.reports))
    reason = "texts and cells that could not be scanned to their end, and were held back whole"
    state = _state(count, limits.withheld, math.inf)
    return Check("withheld", state, "count", count, float(limits.withheld), reason, "conduct")


def judge_book(limits: GateLimits, book: Book, making: Making | None) -> list[Check]:
    """Return the checks of a source's ledger: how often the gate was run, and that it holds what was spent."""
    usual = float(GATE_RUNS[limits.profile])
    limit = float(limits.runs) if limits.runs is not None else usual
    reason = "figures computed on the private data leak a little each time that somebody looks at them"
    runs = float(book.runs)
    other = usual if usual != limit else None
    checks = [
        Check("gate runs", _state(runs, limit, usual), "count", runs, limit, reason, "conduct", "G1", usual=other)
    ]
    if making is not None:
        kept = book.rho - book.before >= making.model.spent.rho
        reason = "all that the synthesizer spent is in it" if kept else "it records less than the synthesizer spent"
        checks.append(
            Check("ledger", "PASS" if kept else "INVALID", "conditions met", None, None, reason, "budget", "G1")
        )
    return checks


def _budget(limits: GateLimits, synthetic: SyntheticTable, making: Making) -> list[Check]:
    total = making.total
    usual_delta = DELTA_TIMES_ROWS / max(1, len(synthetic.train))
    spent = "everything that the ledger of this table records"
    chance = "the chance that the guarantee does not hold"
    epsilon = _spend(f"{synthetic.name}: epsilon", float(total.epsilon), limits.epsilon, EPSILON[limits.profile], spent)
    delta = _spend(f"{synthetic.name}: delta", float(total.delta), limits.delta, usual_delta, chance)
    if epsilon.state == "PASS" and float(total.epsilon) > HIGH_EPSILON:
        epsilon = replace(epsilon, state="WARN", reason=f"{spent}; above {HIGH_EPSILON:g} it promises little")
    faults = []
    if not making.model.schema.reviewed:
        faults.append("the schema was drafted from the private data and nobody has reviewed it")
    if not making.model.private:
        faults.append("the noise came from a seed")
    state: State = "INVALID" if faults else "PASS"
    reason = "; ".join(faults) or "schema public or bought, noise exact and from the operating system"
    name = f"{synthetic.name}: guarantee"
    return [epsilon, delta, Check(name, state, "conditions met", None, None, reason, "budget", "D1")]


def _spend(name: str, value: float, limit: float | None, usual: float, reason: str) -> Check:
    own = usual if limit is None else limit
    state = _state(value, own, usual)
    shown = None if math.isinf(own) else own
    other = None if own == usual or math.isinf(usual) else usual
    return Check(name, state, "value", value, shown, reason, "budget", "D1", usual=other)


def _unmeasured(material: Material, outcomes: Sequence[Outcome]) -> list[Check]:
    """Name what no attack could be made for: whose attributes texts may betray, and what a synthetic row hides."""
    wanted: list[tuple[str, Thing]] = [(name, "corpus") for name in material.corpora]
    if material.synthetic is not None:
        wanted.append((material.synthetic.name, "synthetic"))
    done = {outcome.attack.on for outcome in outcomes if isinstance(outcome.attack, AttributeAttack)}
    counted = {outcome.attack.on for outcome in outcomes if isinstance(outcome.attack, QuasiAttack)}
    unseen = [
        Check(f"{name}: quasi-identifiers", "WARN", "not tried", None, None, _UNSEEN, "texts", "T6")
        for name in material.corpora
        if name not in counted
    ]
    return unseen + [
        Check(f"{name}: attribute-inference", "INVALID", "none", None, None, _NOBODY, _FAMILIES[thing])
        for name, thing in wanted
        if name not in done
    ]


def _waive(check: Check, limits: GateLimits) -> Check:
    for waiver in limits.waive:
        if waiver.check == check.name and STATES.index(check.state) > STATES.index("WARN"):
            reason = f"waived: {waiver.reason} (was {check.state}: {check.reason})"
            return replace(check, state="WARN", reason=reason)
    return check
