"""Attacks on model files."""

from leakage import Risk
from leakage.models.stored_rows import StoredRows
from pipelines.attack import Attack
from pipelines.material import Material


def attack_model(attack: Attack, material: Material) -> Risk:
    """Search a model file for its training rows, without opening it. Raises the errors of `leakage`."""
    model = material.models[attack.on]
    return StoredRows().run(model.path, model.rows)
