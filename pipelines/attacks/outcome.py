"""One attack and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leakage import Risk
from leakage.errors import LeakageError
from pipelines.attack import Attack
from pipelines.attacks.cells import attack_cells
from pipelines.attacks.models import attack_model
from pipelines.attacks.synthetic import attack_synthetic
from pipelines.attacks.tables import attack_table
from pipelines.attacks.texts import attack_texts
from pipelines.material import Material
from pipelines.profile import Thing

_MEASURES: Mapping[Thing, Callable[[Attack, Material], Risk]] = {
    "corpus": attack_texts,
    "table": attack_table,
    "synthetic": attack_synthetic,
    "aggregate": attack_cells,
    "model": attack_model,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attack on what kind of thing: a risk, or in words why there is none."""

    attack: Attack
    thing: Thing
    risk: Risk | None
    reason: str = ""


def run_attack(attack: Attack, material: Material) -> Outcome:
    """Run one attack that fits the material (`read_stage` sees to that).

    One that cannot measure gives an outcome without a risk, which blocks like a failure.
    """
    thing = material.kind_of(attack.on)
    measure = _MEASURES[thing]
    return guarded(attack, thing, lambda: measure(attack, material))


def guarded(attack: Attack, thing: Thing, measure: Callable[[], Risk]) -> Outcome:
    """Return what an attack measures, or why it cannot."""
    try:
        return Outcome(attack, thing, measure())
    except LeakageError as error:
        return Outcome(attack, thing, None, f"{error.code}: {error}")
