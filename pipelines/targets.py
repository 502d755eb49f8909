"""What an audit attacks: two files, whoever made them, read as what they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from deid.notebook import count_labels
from deid.redacted import Report
from deid.tables.columns import ColumnPlan
from deid.tables.table import as_texts, plan_table
from leakage import AttributeInference, ResidualQuasiIdentifiers
from pipelines.attack import Attack, AttributeAttack, CellsAttack, LinkageAttack, QuasiAttack, ResidueAttack
from pipelines.attacks import Outcome, guarded
from pipelines.battery import corpus_attacks, model_attacks, synthetic_attacks, table_attacks
from pipelines.cells import read_cells
from pipelines.corpus import Corpus, read_corpus
from pipelines.engine import Engine
from pipelines.material import CorpusMaterial, Material, SyntheticTable
from pipelines.models import read_models
from pipelines.progress import say, timed
from pipelines.recipe import AggregateSource, ModelSource
from pipelines.redaction import RedactedCorpus, RedactedTable
from pipelines.tablefile import Reading, Table, read_table

Kind = Literal["text", "table", "aggregate", "model"]

RELEASED = "released"
"""What is attacked is called so."""

_PERSON = "\x00person"  # no attribute's name


@dataclass(frozen=True, slots=True)
class Given:
    """The files, and how they are read."""

    original: Path
    released: Path
    holdout: Path | None
    reading: Reading


@dataclass(frozen=True, slots=True)
class Target:
    """What is attacked, with what, and what has been found already."""

    material: Material
    attacks: tuple[Attack, ...]
    outcomes: tuple[Outcome, ...] = ()


def target_of(what: Kind, given: Given, engine: Engine, count: str | None, label: str | None) -> Target:
    """Read what is to be attacked. Raises the errors of the readers."""
    match what:
        case "table":
            return _tables(given, engine)
        case "text":
            return _texts(given, engine)
        case "aggregate":
            return _cells(given, count or "")
        case "model":
            return _model(given, label)


def _tables(given: Given, engine: Engine) -> Target:
    before, after = (read_table(path, given.reading) for path in (given.original, given.released))
    rest = read_table(given.holdout, given.reading).frame if given.holdout is not None else None
    with timed("planning the original"):
        plan = [_seen(step, before.frame, after.frame) for step in plan_table(before.frame, engine)]
    report = Report(len(before.frame), {}, 0, engine.policy.name, None, tuple(plan))
    table = RedactedTable(before, Table(RELEASED, after.frame), report)
    if _corresponds(before.frame, after.frame):
        return Target(Material({RELEASED: table}, {}, None), tuple(table_attacks(RELEASED, table)))
    missing = "" if rest is not None else "No hold-out was given (--holdout)."
    synthetic = SyntheticTable(RELEASED, before.frame, rest, after.frame, missing)
    attacks = (ResidueAttack(on=RELEASED, unit="document"), *synthetic_attacks(synthetic))
    return Target(Material({RELEASED: table}, {}, synthetic), attacks)


def _seen(step: ColumnPlan, before: pd.DataFrame, after: pd.DataFrame) -> ColumnPlan:
    """Return the plan of a column with what seems to have become of it."""
    if step.column not in after.columns:
        return replace(step, action="drop")
    same = sorted(set(as_texts(before[step.column]))) == sorted(set(as_texts(after[step.column])))
    return replace(step, action="keep" if same else "changed")


def _corresponds(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Tell whether row n of both tables is the same person's: most rows agree in what the release still shows."""
    shared = [c for c in after.columns if c in before.columns and set(as_texts(after[c])) & set(as_texts(before[c]))]
    if len(before) != len(after) or not shared:
        return False
    rows = list(zip(*(as_texts(before[c]) for c in shared), strict=True))
    others = list(zip(*(as_texts(after[c]) for c in shared), strict=True))
    agree = sum(a == b for a, b in zip(rows, others, strict=True)) / max(1, len(rows))
    by_chance = sum(a == b for a, b in zip(rows, others[1:] + others[:1], strict=True)) / max(1, len(rows))
    return agree > max(0.5, 2 * by_chance)


def _cells(given: Given, count: str) -> Target:
    rows, table = (read_table(path, given.reading).frame for path in (given.original, given.released))
    keys = [name for name in table.columns if name != count and name in rows.columns]
    source = AggregateSource(path=str(given.released), table=str(given.original), keys=tuple(keys), count=count)
    (cells,) = read_cells([source], {}, Path(), given.reading).values()
    return Target(Material({}, {}, None, cells={RELEASED: cells}), (CellsAttack(on=RELEASED),))


def _model(given: Given, label: str | None) -> Target:
    features = tuple(name for name in read_table(given.original, given.reading).frame.columns if name != label)
    rest = str(given.holdout) if given.holdout is not None else None
    released, original = str(given.released), str(given.original)
    source = ModelSource(path=released, table=original, features=features, label=label, holdout=rest)
    (model,) = read_models([source], {}, Path(), given.reading).values()
    return Target(Material({}, {}, None, models={RELEASED: model}), tuple(model_attacks(RELEASED, model)))


def _texts(given: Given, engine: Engine) -> Target:
    before, after = (read_corpus(path, given.reading.encoding) for path in (given.original, given.released))
    by_id = paired(before, after)
    kept = Corpus(tuple(item for item in before.texts if item.id in by_id))
    with timed("scanning the original", len(kept.texts)) as moving, engine.reporting(moving.advance):
        found = tuple(engine.scan([item.text for item in kept.texts]))
    report = Report(len(kept.texts), *count_labels(found), engine.policy.name)
    redacted = RedactedCorpus(kept, tuple(by_id[item.id] for item in kept.texts), found, report)
    persons = {str(r["id"]): str(r["person"]) for r in before.records if isinstance(r.get("person"), str)}
    corpus = CorpusMaterial(redacted, persons, "person")
    material = Material({}, {RELEASED: corpus}, None)
    twice = len(set(persons.values())) < len(persons)
    attacks = [attack for attack in corpus_attacks(RELEASED) if twice or not isinstance(attack, LinkageAttack)]
    return Target(material, tuple(attacks), (*_labelled(before, corpus), *_shown(before, corpus)))


def paired(before: Corpus, after: Corpus) -> dict[str, str]:
    """Return the released texts by the ids of the originals; a document may have left as a text of the same name."""
    if len(before.texts) == len(after.texts) == 1:
        return {before.texts[0].id: after.texts[0].text}
    released = {item.id: item.text for item in after.texts}
    as_text = {item.id: f"{item.id.rpartition('.')[0]}.txt" for item in before.texts if item.body is not None}
    names = {i: i if i in released else as_text.get(i, i) for i in (item.id for item in before.texts)}
    strangers = len(released.keys() - names.values())
    if strangers:
        say(f"{strangers} released texts have no original of their name and were not attacked")
    return {old: released[new] for old, new in names.items() if new in released}


def _labelled(before: Corpus, corpus: CorpusMaterial) -> list[Outcome]:
    """Infer the attributes that the original's JSON lines carry, if they carry any."""
    attributes = {str(r["id"]): _strings(r.get("attributes")) for r in before.records}
    names = sorted({name for labels in attributes.values() for name in labels})
    if not names:
        return []
    documents = [
        replace(d, attributes=attributes[d.id]) for d in corpus.originals() if set(attributes[d.id]) == set(names)
    ]
    ids = {document.id for document in documents}
    released = [document for document in corpus.released() if document.id in ids]
    return [
        guarded(
            AttributeAttack(on=RELEASED, attributes=(name,)),
            "corpus",
            lambda name=name: AttributeInference((name,)).run(documents, released),  # type: ignore[misc]
        )
        for name in names
    ]


def _shown(before: Corpus, corpus: CorpusMaterial) -> list[Outcome]:
    """Count whom all fits that the texts still say of their people, of what the original's JSON lines say of them."""
    lines = [{**_strings(r.get("attributes")), _PERSON: corpus.subjects.get(str(r["id"]), "")} for r in before.records]
    people = pd.DataFrame([line for line in lines if line[_PERSON]]).fillna("")
    known = tuple(name for name in people.columns if name != _PERSON)
    if not known:
        return []
    attack = ResidualQuasiIdentifiers(people, _PERSON, known)
    sides = corpus.originals(), corpus.released()
    return [guarded(QuasiAttack(on=RELEASED, known=known), "corpus", lambda: attack.run(*sides))]


def _strings(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
