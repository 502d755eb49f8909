"""Attack two files, whoever made them: what was, and what leaves. No recipe; the limits are the usual ones.

The limits are the profile's, by default those for a release under a contract (`docs/gate.md` has their sources). What
the files do not allow to be measured is not judged, with one exception: a synthetic table without a hold-out is
INVALID, because a correlation that holds for everybody cannot be told from a leak.
"""

from collections.abc import Mapping, Sequence
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
from pipelines.attacks import Outcome, guarded, run_attack
from pipelines.attestation import Subject, attest
from pipelines.battery import corpus_attacks, model_attacks, synthetic_attacks, table_attacks
from pipelines.book import count_runs
from pipelines.cells import read_cells
from pipelines.check import Check, passes
from pipelines.corpus import Corpus, read_corpus, write_text
from pipelines.digest import digest
from pipelines.engine import Engine
from pipelines.errors import UsageError
from pipelines.gate import judge_attacks, judge_book
from pipelines.material import CorpusMaterial, Material, SyntheticTable
from pipelines.models import judge_models, read_models
from pipelines.output import protect, staged, write_private
from pipelines.profile import Profile
from pipelines.progress import say, timed
from pipelines.recipe import AggregateSource, ModelSource, Recipe
from pipelines.redaction import RedactedCorpus, RedactedTable
from pipelines.release import ATTESTATION, REPORT_HTML, REPORT_JSON, Verdict
from pipelines.report import Facts, render_html, render_json
from pipelines.seal import Seal
from pipelines.sources import Sources
from pipelines.tablefile import Reading, Table, is_table, read_table

Kind = Literal["text", "table", "aggregate", "model"]

RELEASED = "released"
_PERSON = "\x00person"  # no attribute's name


@dataclass(frozen=True, slots=True)
class _Target:
    """What is attacked, with what, and what has been found already."""

    material: Material
    attacks: tuple[Attack, ...]
    outcomes: tuple[Outcome, ...] = ()


def audit(
    original: Path,
    released: Path,
    holdout: Path | None = None,
    *,
    kind: Kind | None = None,
    count: str | None = None,
    label: str | None = None,
    out: Path = Path("audit-out"),
    reading: Reading | None = None,
    profile: Profile = "controlled",
    ledger: Path | None = None,
    overwrite: bool = False,
) -> Verdict:
    """Attack a release and write `report.json`, `report.html` and `attestation.json` into `out`.

    Tables: known identifiers are searched; where the rows of both tables correspond, rows are linked and their risk
    counted by their quasi-identifiers; where they do not (a synthetic table), rows are singled out, linked, inferred
    and told from those of `holdout`. Texts are joined by file name or `id`: known identifiers are searched and the
    people of each text inferred; where the JSON lines of the original have `person` and `attributes`, these are
    inferred and linked too, and it is counted whom all fits that a text still says of its person.

    An "aggregate" is a table of counts of the rows of the original: `count` is its column of people, its other columns
    are those of the original. A "model" was trained on the original: a file that is searched for its rows; with
    `label`, the column that it tells, and a hold-out, a classifier in ONNX is asked too.

    `ledger` counts how often the source was attacked. The attestation is signed where TAMIS_SIGNING_KEY is set.
    """
    protect([path for path in (original, released, holdout, ledger) if path is not None], [out])
    what = kind or ("table" if is_table(original) else "text")
    _check_options(what, holdout, count, label)
    plan = Recipe.model_validate(
        {"schema_version": 1, "name": "audit", "table": [{"path": RELEASED}], "gate": {"profile": profile}}
    )
    seal = Seal.from_environment()
    with staged(out, overwrite=overwrite) as (folder,):
        with timed("loading the language model"):
            engine = Engine()
        how = reading or Reading()
        match what:
            case "table":
                subject = _tables(original, released, holdout, engine, how)
            case "text":
                subject = _texts(original, released, engine, how)
            case "aggregate":
                subject = _cells(original, released, count or "", how)
            case "model":
                subject = _model(original, released, holdout, label, how)
        head: str | None = None
        checks: list[Check] = []
        if ledger is not None:
            booked = count_runs([ledger])
            head, checks = booked.head, judge_book(plan.gate, booked, None)
        outcomes = [*(_run(attack, subject.material) for attack in subject.attacks), *subject.outcomes]
        asked = judge_models(subject.material.models, seal is not None)
        checks = [*judge_attacks(outcomes, subject.material, plan.gate), *_unknown(subject, outcomes), *asked, *checks]
        folder.mkdir()
        facts = Facts.of(engine, None)
        sources = Sources({original.name: digest(original)})
        about = Subject(profile, None, digest(released), head, sources.commitment)
        write_text(folder / ATTESTATION, attest(about, checks, None, facts, seal))
        write_private(folder / REPORT_JSON, render_json(plan, subject.material, checks, facts, sources))
        write_private(folder / REPORT_HTML, render_html(plan, subject.material, checks, facts))
    return Verdict(passes(checks), tuple(checks), None, out / REPORT_HTML)


def _run(attack: Attack, material: Material) -> Outcome:
    with timed(f"attacking: {attack.kind}"):
        return run_attack(attack, material)


def _tables(original: Path, released: Path, holdout: Path | None, engine: Engine, reading: Reading) -> _Target:
    before, after = read_table(original, reading), read_table(released, reading)
    rest = read_table(holdout, reading).frame if holdout is not None else None
    with timed("planning the original"):
        plan = [_seen(step, before.frame, after.frame) for step in plan_table(before.frame, engine)]
    report = Report(len(before.frame), {}, 0, engine.policy.name, None, tuple(plan))
    table = RedactedTable(before, Table(RELEASED, after.frame), report)
    if _corresponds(before.frame, after.frame):
        return _Target(Material({RELEASED: table}, {}, None), tuple(table_attacks(RELEASED, table)))
    missing = "" if rest is not None else "No hold-out was given (--holdout)."
    synthetic = SyntheticTable(RELEASED, before.frame, rest, after.frame, missing)
    attacks = (ResidueAttack(on=RELEASED, unit="document"), *synthetic_attacks(synthetic))
    return _Target(Material({RELEASED: table}, {}, synthetic), attacks)


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


def _cells(original: Path, released: Path, count: str, reading: Reading) -> _Target:
    rows, table = read_table(original, reading).frame, read_table(released, reading).frame
    keys = [name for name in table.columns if name != count and name in rows.columns]
    source = AggregateSource(path=str(released), table=str(original), keys=tuple(keys), count=count)
    (cells,) = read_cells([source], {}, Path(), reading).values()
    return _Target(Material({}, {}, None, cells={RELEASED: cells}), (CellsAttack(on=RELEASED),))


def _model(original: Path, released: Path, holdout: Path | None, label: str | None, reading: Reading) -> _Target:
    features = [name for name in read_table(original, reading).frame.columns if name != label]
    rest = str(holdout) if holdout is not None else None
    source = ModelSource(path=str(released), table=str(original), features=tuple(features), label=label, holdout=rest)
    (model,) = read_models([source], {}, Path(), reading).values()
    return _Target(Material({}, {}, None, models={RELEASED: model}), tuple(model_attacks(RELEASED, model)))


def _check_options(what: Kind, holdout: Path | None, count: str | None, label: str | None) -> None:
    """Refuse what means nothing for what is audited."""
    if what == "text" and holdout is not None:
        raise UsageError("--holdout is for tables; texts are attacked by what other people's texts teach")
    if (count is not None) != (what == "aggregate"):
        raise UsageError("--count names the column of people of an aggregate; give both, or neither")
    if label is not None and what != "model":
        raise UsageError("--label is the column that a model tells: say --kind model")
    if what == "model" and (label is None) != (holdout is None):
        raise UsageError("a model is asked where both --label and --holdout are given")


def _texts(original: Path, released: Path, engine: Engine, reading: Reading) -> _Target:
    before, after = read_corpus(original, reading.encoding), read_corpus(released, reading.encoding)
    by_id = _paired(before, after)
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
    return _Target(material, tuple(attacks), (*_labelled(before, corpus), *_shown(before, corpus)))


def _paired(before: Corpus, after: Corpus) -> dict[str, str]:
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


def _unknown(subject: _Target, outcomes: Sequence[Outcome]) -> list[Check]:
    """Warn of what could not be tried on texts, because the original does not say whose they are, or what they were."""
    if RELEASED not in subject.material.corpora:
        return []
    tried = {outcome.attack.kind for outcome in outcomes}
    needs = {
        "linkage": ("T5", "`person`, for two texts or more of each"),
        "attribute-inference": ("T4", "`attributes`"),
        "quasi-identifiers": ("T6", "`person` and `attributes`"),
    }
    return [
        Check(
            f"{RELEASED}: {kind}",
            "WARN",
            "not tried",
            None,
            None,
            f"the lines of the original do not have {needed}, so nothing is known of this",
            "texts",
            code,
        )
        for kind, (code, needed) in needs.items()
        if kind not in tried
    ]


def _strings(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
