"""Run the attacks that a recipe names on what a run is about to release."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from deid.labels import Kind, kind_of
from leakage import (
    AttributeInference,
    ColumnInference,
    Document,
    DocumentLinkage,
    EntityPresence,
    RecordLinkage,
    ResidualIdentifiers,
    Risk,
)
from leakage.errors import LeakageError
from pipelines.material import CorpusMaterial, Material, identifying_values, merge_values
from pipelines.profile import Thing
from pipelines.recipe import Attack, AttributeAttack, EntityAttack, LinkageAttack, ResidueAttack
from pipelines.redaction import RedactedTable

_SHARED = 5


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
    return guarded(attack, material.kind_of(attack.on), lambda: _measure(attack, material))


def guarded(attack: Attack, thing: Thing, measure: Callable[[], Risk]) -> Outcome:
    """Return what an attack measures, or why it cannot."""
    try:
        return Outcome(attack, thing, measure())
    except LeakageError as error:
        return Outcome(attack, thing, None, f"{error.code}: {error}")


def _measure(attack: Attack, material: Material) -> Risk:
    match attack:
        case ResidueAttack():
            return _residue(attack, material)
        case AttributeAttack():
            return _attributes(attack, material)
        case EntityAttack():
            return _entities(attack, material)
        case LinkageAttack():
            return _linkage(attack, material)


def _residue(attack: ResidueAttack, material: Material) -> Risk:
    tables = [identifying_values(table) for table in material.tables.values()]
    if attack.on in material.corpora:
        corpus = material.corpora[attack.on]
        values = merge_values([*tables, corpus.values()])
        search = ResidualIdentifiers(values, parts=_names(values), unit=attack.unit)
        return search.run(corpus.originals(), corpus.released())
    values = merge_values(tables)
    search = ResidualIdentifiers(values, parts=_names(values), unit=attack.unit)
    if attack.on in material.tables:
        table = material.tables[attack.on]
        return search.run(*_without_shared(table))
    assert material.synthetic is not None
    return search.run(material.synthetic.train, material.synthetic.frame)


def _without_shared(table: RedactedTable) -> tuple[pd.DataFrame, pd.DataFrame]:
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


def _names(values: dict[str, list[str]]) -> tuple[str, ...]:
    return ("PERSON",) if "PERSON" in values else ()


def _attributes(attack: AttributeAttack, material: Material) -> Risk:
    synthetic = material.synthetic
    if synthetic is not None and attack.on == synthetic.name:
        assert attack.secret is not None
        return ColumnInference(attack.known, attack.secret).run(synthetic.train, synthetic.frame, synthetic.holdout)
    corpus = material.corpora[attack.on]
    assert attack.table is not None
    known = material.attributes(attack.table, corpus.subject_column, attack.attributes)
    attacked = [d for d in corpus.originals(known) if d.person and set(d.attributes) == set(attack.attributes)]
    chosen = {document.id for document in attacked}
    released = [document for document in corpus.released() if document.id in chosen]
    return AttributeInference(attack.attributes).run(attacked, released)


def _entities(attack: EntityAttack, material: Material) -> Risk:
    corpus = material.corpora[attack.on]
    return EntityPresence(corpus.entities(attack.label), attack.top).run(corpus.originals(), corpus.released())


def _linkage(attack: LinkageAttack, material: Material) -> Risk:
    if attack.on in material.tables:
        table = material.tables[attack.on]
        return RecordLinkage(attack.known).run(_as_masked(table), table.released.frame)
    corpus = material.corpora[attack.on]
    background, attacked = _split_by_subject(corpus)
    chosen = {document.id for document in attacked}
    released = [document for document in corpus.released() if document.id in chosen]
    return DocumentLinkage(background).run(attacked, released)


def _as_masked(table: RedactedTable) -> pd.DataFrame:
    """Return what an intruder makes of the original cells: who knows 47 and the masking rule knows 4*."""
    masked = {step.column for step in table.report.plan if step.action == "mask"}
    return table.source.frame.assign(**{name: table.released.frame[name] for name in masked})


def _split_by_subject(corpus: CorpusMaterial) -> tuple[list[Document], list[Document]]:
    """Take the first text of each subject for what the intruder read elsewhere; the others are attacked."""
    background: dict[str, Document] = {}
    attacked: list[Document] = []
    for document in corpus.originals():
        if document.person and document.person not in background:
            background[document.person] = document
        elif document.person:
            attacked.append(document)
    return list(background.values()), attacked
