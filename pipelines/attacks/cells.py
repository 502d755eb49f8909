"""Attacks on tables of counts, sums and means."""

from leakage import Risk
from leakage.tables.small_cells import SmallCells
from pipelines.attack import Attack
from pipelines.material import Material


def attack_cells(attack: Attack, material: Material) -> Risk:
    """Hold every cell against the rows behind it, and against other tables of them. Raises the errors of `leakage`."""
    own = material.cells[attack.on]
    beside = [c for c in material.cells.values() if c is not own and c.source.table == own.source.table]
    others = (*own.earlier, *(count for cells in beside for count in cells.counts))
    said = own.source
    return SmallCells(said.keys, said.count, said.values, said.person, others).run(own.rows, own.table.frame)
