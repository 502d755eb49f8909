"""Run a recipe: stage, redact, synthesise, attack, judge; release everything or nothing."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pandas as pd

from deid.detectors.known import KnownDetector
from deid.tables.columns import ColumnPlan
from deid.tables.table import as_texts, row_detectors, row_people
from pipelines.attack import Attack
from pipelines.attacks import Outcome, run_attack
from pipelines.attestation import Subject, attest
from pipelines.battery import battery
from pipelines.book import book_of, count_runs, spent_before
from pipelines.check import Check, passes
from pipelines.compression import kind_of, stem_of
from pipelines.corpus import write_corpus, write_text
from pipelines.digest import digest
from pipelines.engine import Engine
from pipelines.errors import RecipeError
from pipelines.formula import Formulas
from pipelines.gate import judge_book, judge_release
from pipelines.material import CorpusMaterial, Material
from pipelines.models import judge_models
from pipelines.output import protect, staged, write_private
from pipelines.progress import say, timed
from pipelines.recipe import CorpusSource, Recipe, read_recipe
from pipelines.redaction import (
    DraftedCorpus,
    DraftedTable,
    RedactedCorpus,
    RedactedTable,
    draft_corpus,
    draft_one_table,
    headed,
    plot_of,
    redact_corpus,
    redact_one_table,
    unique_labels,
    warnings_of,
    with_ids,
)
from pipelines.report import Facts, render_html, render_json
from pipelines.seal import Seal
from pipelines.sources import Sources
from pipelines.staging import Stage, StagedCorpus, read_key, read_stage
from pipelines.surface import judge_names
from pipelines.synthesis import synthesise
from pipelines.tablefile import SEPARATED, Table, write_quarantine, write_table

RELEASE, REPORT_JSON, REPORT_HTML, ATTESTATION = "release", "report.json", "report.html", "attestation.json"
QUARANTINE, LEDGER = "quarantine", "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a run: whether it passed, its checks, and the folder of the release (None where it did not)."""

    passed: bool
    checks: tuple[Check, ...]
    released: Path | None
    report: Path

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(c.name)}</td><td>{c.state}</td>"
            f"<td>{'' if c.measured is None else f'{c.measured:.3g}'}</td>"
            f"<td>{'' if c.limit is None else f'{c.limit:g}'}</td></tr>"
            for c in self.checks
        )
        word = "PASSED: released" if self.passed else "NOT PASSED: nothing released"
        head = "<tr><th>check</th><th>state</th><th>bound</th><th>limit</th></tr>"
        return f"<p><b>{word}</b></p><table>{head}{rows}</table>"


def run(
    recipe: str | Path,
    out: str | Path | None = None,
    *,
    jobs: int = 1,
    overwrite: bool = False,
    ledger_in_output: bool = False,
) -> Verdict:
    """Run a recipe and return its verdict.

    `out` (default: the recipe's name with `-out`, in the working folder) receives `report.json` and `report.html`,
    which are internal, `attestation.json`, which may be shown to anyone, and, if every check passed, the folder
    `release`. A source's ledger lies beside it, or where the recipe says: it has to outlive the output. Only for data
    that is public anyway may it go into the output. The inputs are not changed. Raises an error of one of the four
    packages where something cannot be read or used; then nothing is written.
    """
    path = Path(recipe)
    plan = read_recipe(path)
    target = Path(out) if out is not None else Path(f"{plan.name}-out")
    books = _books(plan, path.parent)
    protect([path, *books, *(path.parent / name for name in plan.files)], [target])
    seal = _seal(plan, path.parent)
    with staged(target, overwrite=overwrite) as (folder,):
        inputs = read_stage(plan, path.parent)
        folder.mkdir()
        books = [folder / LEDGER] if ledger_in_output else books
        before = spent_before(books[0])
        material, facts = _prepare(plan, inputs, path.parent, books[0], jobs)
        booked = count_runs(books, before)
        outcomes = [_attack(attack, material) for attack in battery(plan, material)]
        _write_release(plan, inputs, material, folder / RELEASE)
        names = judge_names(folder / RELEASE, material)
        signed = judge_models(material.models, seal is not None)
        conduct = [names, *judge_book(plan.gate, booked, material.making), *signed]
        checks = judge_release(plan, material, outcomes, conduct)
        passed = passes(checks)
        if not passed:
            shutil.rmtree(folder / RELEASE)
        _write_quarantine(inputs, folder / QUARANTINE)
        _warn(material)
        sources = Sources.of(path.parent, plan.sources)
        release = digest(folder / RELEASE) if passed else None
        subject = Subject(plan.gate.profile, digest(path), release, booked.head, sources.commitment)
        write_text(folder / ATTESTATION, attest(subject, checks, material.making, facts, seal))
        write_private(folder / REPORT_JSON, render_json(plan, material, checks, facts, sources))
        write_private(folder / REPORT_HTML, render_html(plan, material, checks, facts))
    return Verdict(passed, checks, target / RELEASE if passed else None, target / REPORT_HTML)


def _books(plan: Recipe, folder: Path) -> list[Path]:
    """Return the ledgers of a recipe's sources, that of the synthesised one first."""
    otherwise = folder / f"{plan.name}.ledger.jsonl"
    if plan.ledger is not None:
        first, *others = [folder / plan.ledger, *(book_of(folder / name, otherwise) for name in plan.sources[1:])]
    else:
        first, *others = [book_of(folder / name, otherwise) for name in plan.sources]
    return list(dict.fromkeys([first, *others]))


def _seal(plan: Recipe, folder: Path) -> Seal | None:
    return Seal.from_environment() if plan.sign is None else Seal.from_file(folder / plan.sign.file)


def _prepare(plan: Recipe, inputs: Stage, folder: Path, book: Path, jobs: int) -> tuple[Material, Facts]:
    policy = plan.build_policy(folder)
    key = policy.working_key(read_key(plan.key, folder) if policy.needs_key else None)
    with timed("loading the language model"):
        engine = Engine(policy)
    with engine.pool(jobs):
        shown = {name: headed(table, engine, key) for name, table in inputs.tables.items()}
        plot = plot_of(shown, engine)
        drafts = {
            name: draft_one_table(table, shown[name], engine, plot.plans[name], plot.ties[name])
            for name, table in inputs.tables.items()
        }
        texts = {name: _draft(corpus, drafts, engine) for name, corpus in inputs.corpora.items()}
    scene = policy.scene([*drafts.values(), *texts.values()], key)
    tables = {name: redact_one_table(draft, key, scene) for name, draft in drafts.items()}
    corpora = {
        name: _corpus(inputs.corpora[name], with_ids(redact_corpus(draft, key, scene), engine, key))
        for name, draft in texts.items()
    }
    synthetic, making = None, None
    if plan.synthesis is not None and inputs.synthesis is not None:
        synthetic, making = synthesise(plan.synthesis, inputs.synthesis, book)
    material = Material(tables, corpora, synthetic, making, inputs.earlier, inputs.cells, inputs.models)
    disguised = frozenset(filter(policy.disguises, unique_labels(material.reports)))
    return replace(material, disguised=disguised), Facts.of(engine, key)


def _draft(staged_corpus: StagedCorpus, tables: Mapping[str, DraftedTable], engine: Engine) -> DraftedCorpus:
    source, corpus, subjects = staged_corpus.source, staged_corpus.corpus, staged_corpus.subjects
    known: dict[str, KnownDetector] = {}
    people: dict[str, tuple[str, ...]] = {}
    if source.table is not None:
        frame, plan = _told(source, tables)
        names = as_texts(frame[source.subject])
        known = dict(zip(names, row_detectors(frame, plan), strict=True))
        people = dict(zip(names, row_people(frame, plan), strict=True))
    companions = [known.get(subjects.get(item.id, "")) for item in corpus.texts]
    return draft_corpus(corpus, engine, stem_of(staged_corpus.path), known=companions, subjects=subjects, people=people)


def _told(source: CorpusSource, tables: Mapping[str, DraftedTable]) -> tuple[pd.DataFrame, tuple[ColumnPlan, ...]]:
    """Return the table, with its plan, whose identifying columns tell about the subjects of a corpus."""
    table = tables.get(source.table or "")
    if table is None or source.subject not in table.source.frame.columns:
        raise RecipeError(f"corpus: no table {source.table!r} with a column {source.subject!r} is in this recipe")
    return table.source.frame, table.draft.plan


def _corpus(staged_corpus: StagedCorpus, redacted: RedactedCorpus) -> CorpusMaterial:
    return CorpusMaterial(redacted, staged_corpus.subjects, staged_corpus.source.subject, staged_corpus.gold)


def _attack(attack: Attack, material: Material) -> Outcome:
    with timed(f"attacking {attack.on}: {attack.kind}"):
        return run_attack(attack, material)


def _write_release(plan: Recipe, inputs: Stage, material: Material, target: Path) -> None:
    target.mkdir()
    for source in plan.table:
        table = material.tables[stem_of(Path(source.path))]
        path = target / Path(source.path).name
        write_table(table.source, _safe(table, path), path)
    for cells in inputs.cells.values():
        write_table(cells.table, cells.table.frame, target / Path(cells.source.path).name)
    for model in inputs.models.values():
        shutil.copyfile(model.path, target / model.path.name)
    for name, corpus in inputs.corpora.items():
        redacted = material.corpora[name].redacted
        write_corpus(corpus.path, corpus.corpus, redacted.released, target / _leaving(corpus.path, redacted))
    if material.synthetic is not None:
        name, frame = material.synthetic.name, material.synthetic.frame
        write_table(Table(name, frame), Formulas().mark(frame), target / f"{name}.csv")


def _safe(table: RedactedTable, path: Path) -> pd.DataFrame:
    """Return a table as its file may have it: CSV without formulas that were not in it before."""
    frame = table.released.frame
    if kind_of(path) not in SEPARATED:
        return frame
    return Formulas().mark(frame, table.source.frame, table.places)


def _warn(material: Material) -> None:
    for line in warnings_of(material.reports):
        say(line)


def _leaving(path: Path, redacted: RedactedCorpus) -> str:
    """Return the name of a corpus in the release: the one in the recipe, with the suffix that its text leaves with."""
    (suffix,) = (
        {one.suffix for one in redacted.files().values()} if path.is_file() and not redacted.source.records else {""}
    )
    return f"{stem_of(path)}{suffix}" if suffix else path.name


def _write_quarantine(inputs: Stage, target: Path) -> None:
    for name, table in inputs.tables.items():
        if table.quarantined:
            target.mkdir(mode=0o700, exist_ok=True)
            write_quarantine(table, target / f"{name}.csv")
            say(f"{name}: {len(table.quarantined)} rows of the wrong width put aside")
