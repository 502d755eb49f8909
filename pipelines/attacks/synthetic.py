"""Attacks on synthetic tables."""

import pandas as pd

import leakage
from leakage import ColumnInference, Risk
from leakage.errors import ConfigurationError
from leakage.tables.copies import Copies
from leakage.tables.linkability import Linkability
from leakage.tables.membership import MembershipInference
from leakage.tables.singling_out import SinglingOut
from pipelines.attack import (
    Attack,
    AttributeAttack,
    CopiesAttack,
    ExposureAttack,
    LinkabilityAttack,
    MechanismAttack,
    MembershipAttack,
    ResidueAttack,
    SinglingOutAttack,
)
from pipelines.attacks.known import residue_of
from pipelines.attacks.tables import without_shared
from pipelines.material import Material, SyntheticTable
from pipelines.mechanism import audit_method
from pipelines.planting import expose_method
from synth.model import Model

_EXPOSED, _SCORED = 0.01, 2000
_ATTEMPTS, _PREDICATES = 20_000, 10_000  # a residual risk takes thousands to bound


def attack_synthetic(attack: Attack, material: Material) -> Risk:
    """Run an attack on the synthetic table. Raises the errors of `leakage`."""
    synthetic = material.synthetic
    assert synthetic is not None
    match attack:
        case ResidueAttack():
            table = material.tables.get(synthetic.name)
            sides = (synthetic.train, synthetic.frame) if table is None else without_shared(table)
            return residue_of(attack, material).run(*sides)
        case MechanismAttack():
            model = _maker(material)
            return audit_method(model.method, model.spent, attack.runs)
        case ExposureAttack():
            model = _maker(material)
            return expose_method(model.method, model.spent)
        case _:
            return _search(attack, synthetic).run(synthetic.train, synthetic.frame, synthetic.holdout)


def _maker(material: Material) -> Model:
    if material.making is None:
        raise ConfigurationError("nothing is known of how the synthetic table was made")
    return material.making.model


def _search(attack: Attack, synthetic: SyntheticTable) -> leakage.Attack[pd.DataFrame]:
    match attack:
        case AttributeAttack():
            assert attack.secret is not None
            return ColumnInference(attack.known, attack.secret, _ATTEMPTS)
        case SinglingOutAttack():
            return SinglingOut(attempts=_PREDICATES)
        case LinkabilityAttack():
            return Linkability(attack.left, attack.right)
        case MembershipAttack():
            return MembershipInference(synthetic.marginals, attack.exposed or exposed_share(synthetic.holdout))
        case CopiesAttack():
            return Copies()
        case _:
            raise AssertionError("a recipe's attacks fit what they are on")


def exposed_share(holdout: pd.DataFrame | None) -> float | None:
    """Return the smallest share of odd rows that leaves enough of them to set a false positive rate by; None: all."""
    share = max(_EXPOSED, _SCORED / max(1, 0 if holdout is None else len(holdout)))
    return share if share < 1 else None
