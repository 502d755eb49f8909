"""Attack two files, whoever made them: what was, and what leaves. No recipe; the limits are the usual ones.

The limits are those for a release under a contract (`docs/gate.md` has their sources). What the files do not allow to
be measured is not judged, with one exception: a synthetic table without a hold-out is INVALID, because a correlation
that holds for everybody cannot be told from a leak.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from deid.labels import Kind, kind_of
from deid.notebook import count_labels
from deid.redacted import Report
from deid.tables.columns import ColumnPlan
from deid.tables.table import as_texts, plan_table
from leakage import AttributeInference, ColumnInference, Risk
from leakage.errors import LeakageError
from pipelines.attacks import Outcome, run_attack
from pipelines.corpus import Corpus, read_corpus
from pipelines.engine import Engine
from pipelines.errors import UsageError
from pipelines.gate import judge_attacks, passes
from pipelines.material import CorpusMaterial, Material
from pipelines.output import protect, staged, write_private
from pipelines.progress import timed
from pipelines.recipe import Attack, AttributeAttack, EntityAttack, LinkageAttack, Recipe, ResidueAttack
from pipelines.redaction import RedactedCorpus, RedactedTable
from pipelines.release import REPORT_HTML, REPORT_JSON, Verdict
from pipelines.report import Facts, render_html, render_json
from pipelines.tablefile import Reading, Table, is_table, read_table

RELEASED = "released"
_USUAL = "the usual limit for a release under a contract"
_RESIDUE, _LINKAGE, _ATTRIBUTE, _ENTITY, _RESIDUAL = 0.05, 0.20, 0.25, 0.15, 0.09
_SECRETS = 3
_FEW, _MANY = 20, 100


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is attacked and with what."""

    material: Material
    outcomes: tuple[Outcome, ...]
    recipe: Recipe


def audit(
    original: Path,
    released: Path,
    holdout: Path | None = None,
    *,
    kind: Literal["text", "table"] | None = None,
    out: Path = Path("audit-out"),
    reading: Reading | None = None,
    overwrite: bool = False,
) -> Verdict:
    """Attack a release and write `report.json` and `report.html` into `out`.

    Tables: known identifiers are searched; where the rows of both tables correspond, rows are linked by their
    quasi-identifiers; where they do not (a synthetic table), secret columns are inferred and compared with `holdout`.
    Texts are joined by file name or `id`: known identifiers are searched and the people of each text inferred; where
    the JSON lines of the original have `person` and `attributes`, these are inferred and linked too.
    """
    how = reading or Reading()
    protect([path for path in (original, released, holdout) if path is not None], [out])
    tabular = is_table(original) if kind is None else kind == "table"
    with staged(out, overwrite=overwrite) as (folder,):
        with timed("loading the language model"):
            engine = Engine()
        attack = _tables if tabular else _texts
        subject = attack(original, released, holdout, engine, how)
        checks = judge_attacks(subject.outcomes, subject.material)
        folder.mkdir()
        facts = Facts.of(engine, None)
        write_private(folder / REPORT_JSON, render_json(subject.recipe, subject.material, checks, facts))
        write_private(folder / REPORT_HTML, render_html(subject.recipe, subject.material, checks, facts))
    return Verdict(passes(checks), checks, None, out / REPORT_HTML)


def _tables(original: Path, released: Path, holdout: Path | None, engine: Engine, reading: Reading) -> _Subject:
    before, after = read_table(original, reading), read_table(released, reading)
    rest = read_table(holdout, reading).frame if holdout is not None else None
    with timed("planning the original"):
        plan = [_seen(step, before.frame, after.frame) for step in plan_table(before.frame, engine)]
    report = Report(len(before.frame), {}, 0, engine.policy.name, None, tuple(plan))
    table = RedactedTable(before, Table(RELEASED, after.frame), report)
    material = Material({RELEASED: table}, {}, None)
    aligned = _corresponds(before.frame, after.frame)
    attacks: list[Attack] = [ResidueAttack(kind="residue", on=RELEASED, limit=_RESIDUE, reason=_USUAL)]
    if aligned:
        known = _quasi_identifiers(plan, after.frame)
        attacks.append(LinkageAttack(kind="linkage", on=RELEASED, known=known, limit=_LINKAGE, reason=_USUAL))
    outcomes = [_run(attack, material) for attack in attacks]
    if not aligned:
        outcomes += [_run_secret(attack, before.frame, after.frame, rest) for attack in _secrets(before, after)]
    return _Subject(material, tuple(outcomes), _recipe())


def _run(attack: Attack, material: Material) -> Outcome:
    with timed(f"attacking: {attack.kind}"):
        return run_attack(attack, material)


def _run_secret(
    attack: AttributeAttack, before: pd.DataFrame, after: pd.DataFrame, rest: pd.DataFrame | None
) -> Outcome:
    assert attack.secret is not None
    inference = ColumnInference(attack.known, attack.secret)
    with timed(f"attacking: {attack.kind}"):
        return _guarded(attack, lambda: inference.run(before, after, rest))


def _guarded(attack: Attack, measure: Callable[[], Risk]) -> Outcome:
    try:
        return Outcome(attack, measure())
    except LeakageError as error:
        return Outcome(attack, None, f"{error.code}: {error}")


def _recipe() -> Recipe:
    return Recipe.model_validate({"schema_version": 1, "name": "audit", "table": [{"path": RELEASED}]})


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


def _quasi_identifiers(plan: Sequence[ColumnPlan], after: pd.DataFrame) -> tuple[str, ...]:
    there = [step for step in plan if step.column in after.columns]
    labelled = [step.column for step in there if step.label and _is_quasi(step, step.label)]
    few = [step.column for step in there if after[step.column].nunique() <= _MANY]
    return tuple(labelled or few or [step.column for step in there])


def _is_quasi(step: ColumnPlan, label: str) -> bool:
    """Whether others may know a column's values: dates too, which by themselves name nobody and stay."""
    return kind_of(label) is not Kind.DIRECT and (step.pii or label == "DATE_TIME")


def _secrets(before: Table, after: Table) -> Iterator[AttributeAttack]:
    """Take each column of few values for a secret, the others for known; at most three, by name."""
    shared = [c for c in before.frame.columns if c in after.frame.columns]
    usable = [c for c in shared if 2 <= before.frame[c].nunique() <= _MANY]
    secrets = sorted(c for c in usable if before.frame[c].nunique() <= _FEW)[:_SECRETS]
    for secret in secrets:
        known = tuple(c for c in usable if c != secret)
        if known:
            yield AttributeAttack(
                kind="attribute-inference", on=RELEASED, known=known, secret=secret, limit=_RESIDUAL, reason=_USUAL
            )


def _texts(original: Path, released: Path, holdout: Path | None, engine: Engine, reading: Reading) -> _Subject:
    if holdout is not None:
        raise UsageError("--holdout is for tables; texts are attacked by what other people's texts teach")
    before, after = read_corpus(original, reading.encoding), read_corpus(released, reading.encoding)
    by_id = {item.id: item.text for item in after.texts}
    if len(before.texts) == len(after.texts) == 1:
        by_id = {before.texts[0].id: after.texts[0].text}
    kept = Corpus(tuple(item for item in before.texts if item.id in by_id))
    with timed("scanning the original", len(kept.texts)) as moving, engine.reporting(moving.advance):
        found = tuple(engine.scan([item.text for item in kept.texts]))
    report = Report(len(kept.texts), *count_labels(found), engine.policy.name)
    redacted = RedactedCorpus(kept, tuple(by_id[item.id] for item in kept.texts), found, report)
    persons = {str(r["id"]): str(r["person"]) for r in before.records if isinstance(r.get("person"), str)}
    corpus = CorpusMaterial(redacted, persons, "person")
    material = Material({}, {RELEASED: corpus}, None)
    attacks: list[Attack] = [
        ResidueAttack(kind="residue", on=RELEASED, unit="document", limit=_RESIDUE, reason=_USUAL),
        EntityAttack(kind="entity-presence", on=RELEASED, limit=_ENTITY, reason=_USUAL),
    ]
    if len(set(persons.values())) < len(persons):
        attacks.append(LinkageAttack(kind="linkage", on=RELEASED, limit=_LINKAGE, reason=_USUAL))
    outcomes = [_run(attack, material) for attack in attacks] + _labelled(before, corpus)
    return _Subject(material, tuple(outcomes), _recipe())


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
    attack = AttributeAttack(
        kind="attribute-inference", on=RELEASED, attributes=tuple(names), limit=_ATTRIBUTE, reason=_USUAL
    )
    return [_guarded(attack, lambda: AttributeInference(names).run(documents, released))]


def _strings(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
