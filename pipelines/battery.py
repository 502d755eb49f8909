"""Every attack that a release must stand: what a recipe says, and, where it says nothing, each on all there is."""

from collections.abc import Iterator, Sequence

import pandas as pd

from deid.labels import Kind, kind_of
from deid.tables.columns import FREE_TEXT, ColumnPlan
from pipelines.attack import (
    Attack,
    AttributeAttack,
    CanaryAttack,
    CellsAttack,
    CopiesAttack,
    EntityAttack,
    ExposureAttack,
    HashAttack,
    InversionAttack,
    LinkabilityAttack,
    LinkageAttack,
    MechanismAttack,
    MembershipAttack,
    MissedNamesAttack,
    QuasiAttack,
    RecordRiskAttack,
    RescanAttack,
    ResidueAttack,
    SinglingOutAttack,
    StoredRowsAttack,
    SurrogateAttack,
)
from pipelines.attacks.synthetic import exposed_share
from pipelines.material import NAME, CorpusMaterial, Material, SyntheticTable, identifying_values
from pipelines.models import TrainedModel
from pipelines.recipe import Recipe
from pipelines.redaction import RedactedTable

SECRETS = 3
FEW, MANY = 20, 100


def battery(recipe: Recipe, material: Material) -> tuple[Attack, ...]:
    """Return the recipe's own attacks, and after them those of the profile that it does not name.

    An attack that the recipe names is not run a second time with settings of tamis's choice.
    """
    said = {(attack.on, attack.kind) for attack in recipe.attack}
    more = [attack for attack in _usual(recipe, material) if (attack.on, attack.kind) not in said]
    return tuple(one for attack in (*recipe.attack, *more) for one in _apart(attack))


def _apart(attack: Attack) -> Iterator[Attack]:
    """Take several attributes one by one: what is inferred for sure must not hide behind what cannot be inferred."""
    if isinstance(attack, AttributeAttack) and len(attack.attributes) > 1:
        yield from (attack.model_copy(update={"attributes": (name,)}) for name in attack.attributes)
    else:
        yield attack


def _usual(recipe: Recipe, material: Material) -> Iterator[Attack]:
    for name, table in material.tables.items():
        yield from table_attacks(name, table)
    tables = {source.table for source in recipe.corpus if source.table is not None}
    for name, corpus in material.corpora.items():
        yield from corpus_attacks(name)
        if NAME in material.disguised:
            yield SurrogateAttack(on=name)
        told = {t: material.tables[t] for t in tables if t in material.tables}
        yield from _attributes(name, corpus, told)
        yield from _shown(name, corpus, told)
    yield from (CellsAttack(on=name) for name in material.cells)
    for name, model in material.models.items():
        yield from model_attacks(name, model)
    if material.synthetic is not None:
        yield from synthetic_attacks(material.synthetic)
        yield MechanismAttack(on=material.synthetic.name)
        yield ExposureAttack(on=material.synthetic.name)
        if any(identifying_values(table) for table in material.tables.values()):
            yield ResidueAttack(on=material.synthetic.name, unit="document")


def table_attacks(name: str, table: RedactedTable) -> Iterator[Attack]:
    """List the attacks on a redacted table; what others may know of a person is what its plan calls so."""
    plan, after = table.report.plan, table.released.frame
    yield ResidueAttack(on=name, unit="document")
    yield LinkageAttack(on=name, known=linkable(plan, after))
    yield RecordRiskAttack(on=name, known=quasi_identifiers(plan, after))
    yield HashAttack(on=name)
    yield RescanAttack(on=name)


def corpus_attacks(name: str) -> Iterator[Attack]:
    """List the attacks on redacted texts that need nothing but the texts and whose they are."""
    yield ResidueAttack(on=name, unit="document")
    yield RescanAttack(on=name)
    yield MissedNamesAttack(on=name)
    yield HashAttack(on=name)
    yield EntityAttack(on=name)
    yield LinkageAttack(on=name)


def synthetic_attacks(synthetic: SyntheticTable) -> Iterator[Attack]:
    """List the attacks on a synthetic table."""
    name = synthetic.name
    yield from secret_attacks(name, synthetic.train, synthetic.frame)
    yield SinglingOutAttack(on=name)
    yield LinkabilityAttack(on=name)
    yield MembershipAttack(on=name)
    if exposed_share(synthetic.holdout) is not None:
        yield MembershipAttack(on=name, exposed=1.0)
    yield CopiesAttack(on=name)


def model_attacks(name: str, model: TrainedModel) -> Iterator[Attack]:
    """List the attacks on a model: those that need its file, and those that need what the recipe says of it."""
    yield StoredRowsAttack(on=name)
    if model.canaries is not None:
        yield CanaryAttack(on=name)
    if model.asked is not None:
        yield MembershipAttack(on=name)
        features = model.source.features
        for secret in model.source.secrets or telling(model.asked.members, features)[:SECRETS]:
            yield InversionAttack(on=name, secret=secret)


def secret_attacks(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[AttributeAttack]:
    """Take each column of few values for a secret, the others for known; at most three, those that tell most."""
    shared = [column for column in before.columns if column in after.columns]
    usable = [column for column in shared if 2 <= before[column].nunique() <= MANY]
    for secret in telling(before, usable)[:SECRETS]:
        known = tuple(column for column in usable if column != secret)
        if known:
            yield AttributeAttack(on=name, known=known, secret=secret)


def telling(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return the columns of few values, first those whose commonest one is rarest: there is most to be learned."""
    few = [column for column in columns if 2 <= frame[column].nunique() <= FEW]
    return sorted(few, key=lambda column: (frame[column].value_counts(normalize=True).iloc[0], column))


def _attributes(name: str, corpus: CorpusMaterial, tables: dict[str, RedactedTable]) -> Iterator[AttributeAttack]:
    """Take the columns of few values of the table that says who the subjects are for what texts may betray."""
    for source, table in tables.items():
        frame = table.source.frame
        others = [column for column in frame.columns if column != corpus.subject_column]
        few = telling(frame, others)[:SECRETS]
        if corpus.subject_column in frame.columns and few:
            yield AttributeAttack(on=name, attributes=tuple(few), table=source)


def _shown(name: str, corpus: CorpusMaterial, tables: dict[str, RedactedTable]) -> Iterator[QuasiAttack]:
    """Take what others may know, by its plan, from the table that says who the subjects are."""
    for source, table in tables.items():
        known = tuple(n for n in _labelled(table.report.plan) if n != corpus.subject_column)
        if corpus.subject_column in table.source.frame.columns and known:
            yield QuasiAttack(on=name, table=source, known=known)


def quasi_identifiers(plan: Sequence[ColumnPlan], after: pd.DataFrame) -> tuple[str, ...]:
    """Return the released columns that are called quasi-identifiers; where none is, those of few values."""
    there = [step for step in plan if step.column in after.columns]
    few = [step.column for step in there if after[step.column].nunique() <= MANY]
    return tuple(_labelled(there) or few or [step.column for step in there])


def _labelled(plan: Sequence[ColumnPlan]) -> list[str]:
    return [step.column for step in plan if step.label and _is_quasi(step, step.label)]


def linkable(plan: Sequence[ColumnPlan], after: pd.DataFrame) -> tuple[str, ...]:
    """Return all released columns that neither name a person nor are free text.

    Whoever has the list of salaries or measurements links by them as well as by a name; where nobody can have it, a
    recipe names in `known` what they can.
    """
    there = [step for step in plan if step.column in after.columns]
    known = [step.column for step in there if step.label is None or _may_be_known(step.label)]
    return tuple(known or [step.column for step in there])


def _is_quasi(step: ColumnPlan, label: str) -> bool:
    """Whether others may know a column's values: dates too, which by themselves name nobody and stay."""
    return kind_of(label) is not Kind.DIRECT and (step.pii or label == "DATE_TIME")


def _may_be_known(label: str) -> bool:
    return label != FREE_TEXT and kind_of(label) is not Kind.DIRECT
