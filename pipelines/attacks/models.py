"""Attacks on models: on the file, by asking a classifier, and by the scores of what was planted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from leakage import Exposure, ModelInversion, ModelMembership, Risk
from leakage.models.stored_rows import StoredRows
from pipelines.attack import Attack, CanaryAttack, InversionAttack, MembershipAttack, StoredRowsAttack
from pipelines.material import Material
from pipelines.models import Canaries


def attack_model(attack: Attack, material: Material) -> Risk:
    """Run an attack on a model; its file is searched unopened. Raises the errors of `leakage`."""
    model = material.models[attack.on]
    if isinstance(attack, StoredRowsAttack):
        return StoredRows().run(model.path, model.rows)
    if isinstance(attack, CanaryAttack):
        assert model.canaries is not None
        return _exposure(model.canaries)
    asked, label = model.asked, model.source.label
    assert asked is not None
    assert label is not None
    match attack:
        case MembershipAttack():
            return ModelMembership(label, shadows=0).run(asked.classifier, asked.members, asked.others)
        case InversionAttack():
            return ModelInversion(attack.secret, label).run(asked.classifier, asked.members, asked.others)
        case _:
            raise AssertionError("a recipe's attacks fit what they are on")


def _exposure(canaries: Canaries) -> Risk:
    """Compare scores that somebody else has taken; each goes by its number."""
    scores = np.concatenate([canaries.planted, canaries.others])
    names = [str(number) for number in range(len(scores))]

    def score(texts: Sequence[str]) -> NDArray[np.float64]:
        return scores[[int(text) for text in texts]]

    planted = len(canaries.planted)
    return Exposure().run(score, names[:planted], names[planted:], canaries.bits)
