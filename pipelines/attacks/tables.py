"""Attacks on redacted tables."""

from collections.abc import Sequence

import pandas as pd

from deid.labels import Kind, kind_of
from deid.tables.table import as_texts
from leakage import Document, RecordLinkage, Risk
from leakage.tables.disclosure import RecordRisk
from leakage.tables.scoreboard import SparseLinkage
from leakage.texts.joins import TokenJoin
from leakage.texts.rescan import Rescan
from leakage.texts.shapes import scan
from pipelines.attack import (
    Attack,
    HashAttack,
    LinkageAttack,
    RecordRiskAttack,
    RescanAttack,
    ResidueAttack,
    SparseLinkageAttack,
    TokenAttack,
)
from pipelines.attacks.known import hashes_of, residue_of
from pipelines.material import Material
from pipelines.redaction import RedactedTable

_SHARED = 5


def attack_table(attack: Attack, material: Material) -> Risk:
    """Run an attack on a redacted table. Raises the errors of `leakage`."""
    table = material.tables[attack.on]
    before, after = table.source.frame, table.released.frame
    match attack:
        case ResidueAttack():
            risk = residue_of(attack, material).run(*without_shared(table))
        case HashAttack():
            risk = hashes_of(material).run(before, after)
        case RescanAttack():
            risk = Rescan().run(_as_lines(before), _as_lines(after))
        case LinkageAttack():
            risk = RecordLinkage(attack.known).run(_as_masked(table), after)
        case RecordRiskAttack():
            risk = RecordRisk(attack.known, attack.sensitive, attack.population).run(before, after)
        case SparseLinkageAttack():
            risk = SparseLinkage(attack.person, attack.item, attack.value, attack.date).run(before, after)
        case TokenAttack():
            earlier, persons = material.earlier[attack.earlier], as_texts(before[attack.person])
            join = TokenJoin(earlier.frame.set_axis(list(earlier.persons)))
            risk = join.run(before.set_axis(persons), after.set_axis(persons))
        case _:
            raise AssertionError("a recipe's attacks fit what they are on")
    return risk


def without_shared(table: RedactedTable) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return original and release less the cells that no search should stumble over.

    Where a column stays and is no direct identifier, a value that five rows or more share names nobody ("White", as
    ethnicity, is nobody's surname).
    """
    before, after = table.source.frame.copy(), table.released.frame.copy()
    for step in table.report.plan:
        if step.action == "keep" and (step.label is None or kind_of(step.label) is not Kind.DIRECT):
            counts = before[step.column].value_counts()
            shared = set(counts[counts >= _SHARED].index)
            before[step.column] = before[step.column].where(~before[step.column].isin(shared), "")
            after[step.column] = after[step.column].where(~after[step.column].isin(shared), "")
    return before, after


def _as_lines(frame: pd.DataFrame) -> list[Document]:
    """Return the rows as lines of text, for who reads them so.

    Of a column of bare numbers one in ten passes a check digit by chance: they count where half of them do.
    """
    columns = [as_texts(frame[name]) for name in frame.columns]
    read = [column for column in columns if not _is_chance(column)]
    rows = zip(*read, strict=True) if read else iter([()] * len(frame))
    return [Document(str(number), " | ".join((*row, ""))) for number, row in enumerate(rows)]


def _is_chance(column: Sequence[str]) -> bool:
    bare = [cell for cell in column if cell.isdecimal()]
    return bool(bare) and sum(map(bool, scan(bare))) < len(bare) / 2


def _as_masked(table: RedactedTable) -> pd.DataFrame:
    """Return what an intruder makes of the original cells: who knows 47 and the masking rule knows 4*."""
    masked = {step.column for step in table.report.plan if step.action == "mask"}
    return table.source.frame.assign(**{name: table.released.frame[name] for name in masked})
