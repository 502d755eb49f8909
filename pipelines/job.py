"""One redaction of a file or a folder: read all, redact all, write all or nothing."""

import json
import secrets
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deid.errors import KeyFileError, VaultError
from deid.keys import NO_KEY, Key
from deid.policy import Policy
from deid.redacted import Report
from deid.surrogates import Cast
from deid.vault import Vault
from pipelines.compression import kind_of
from pipelines.corpus import read_stdin
from pipelines.digest import digest
from pipelines.engine import Engine
from pipelines.engines.opening import Place, opened
from pipelines.errors import SourceError, UsageError
from pipelines.formula import Formulas
from pipelines.intake import form_of, notes_of, read_intake
from pipelines.keeping import (
    CAST,
    begun_vault,
    cast_of,
    check_place,
    hashes,
    kept_cast,
    release_of,
    write_vault,
)
from pipelines.marks import Marks, marks_of
from pipelines.notation import to_json
from pipelines.outcome import Outcome, draft_intake
from pipelines.output import protect, staged, write_private
from pipelines.progress import say, timed
from pipelines.redaction import draft_corpus, redact_corpus, unnamed_labels, warnings_of
from pipelines.report.facts import Facts
from pipelines.report.record import PSEUDONYMOUS, suppress
from pipelines.shards.folder import clear, working_folder
from pipelines.shards.items import Items
from pipelines.shards.large import Large, Run
from pipelines.shards.largefile import LargeFile
from pipelines.shards.largefolder import LargeFolder
from pipelines.shards.largerows import aside_note
from pipelines.shards.largetexts import LargeTexts
from pipelines.shards.listing import Listing
from pipelines.shards.spots import Spots
from pipelines.stages import sweep
from pipelines.tablefile import Reading, write_quarantine

_ALIKE = ({".csv", ".tsv", ".parquet"}, {".jsonl", ".ndjson"})
"""Kinds of files that can be written as one another."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to redact, where to, and how; with `spark` there, else by `jobs` processes of this machine.

    Raises `UsageError` for a target without a name, such as `/`, and for Spark where rows cannot be redacted apart.
    """

    source: Path
    target: Path
    policy: Policy
    reading: Reading
    key: Key | None = field(default=None, repr=False)
    jobs: int = 1
    vault: Path | None = None
    excel_safe: bool = False
    spark: Place | None = None

    def __post_init__(self) -> None:
        if not self.target.name:
            raise UsageError("name the output: -o OUT")
        if self.vault is not None and (not self.vault.name or str(self.source) == "-"):
            raise UsageError("a vault is a file beside a release that is a file or folder: --vault FILE")
        there = self.source.exists() or str(self.source) == "-"
        if self.spark is not None and there and form_of(self.source, self.reading.encoding) == "other":
            raise UsageError(
                "--engine spark redacts tables, workbooks, JSON lines and folders; one text is read as a whole"
            )
        if self.spark is not None and self.policy.casts and self.key is None:
            raise UsageError("--engine spark draws surrogates with a key that executors have: --key-file FILE")

    @property
    def report(self) -> Path:
        """Where the report goes: beside the output."""
        return self.target.with_name(f"{self.target.name}.report.json")

    @property
    def quarantine(self) -> Path:
        """Where rows of the wrong width go: beside the output, in a folder that only its owner can read."""
        return self.target.with_name(f"{self.target.name}.quarantine")


def run_job(job: Job, *, overwrite: bool = False, resume: bool = False) -> None:
    """Redact a file, a folder or standard input.

    The output, its report, the vault where one is asked for and, where rows were put aside, the quarantine take their
    places together at the end; on any error none does. A vault that is there is added to. With `resume`, an output that
    this very job has made is left as it is, one that another redaction has made is made anew, and of a large table what
    a killed run of this job had done is not done again.
    Raises the errors of the readers, `KeyFileError`, `VaultError`, `OutputExistsError` and `WriteError`.
    """
    _check(job)
    if str(job.source) == "-":
        _stream(job)
        return
    before = marks_of(job)
    with begun_vault(job.vault, job.key) as vault:
        if resume and _is_done(job, before.fingerprint) and _is_kept(job, vault):
            say("already done: the output is that of this job")
            sweep(job.target.parent)
        else:
            _redact(job, before, vault, overwrite=overwrite, resume=resume)
    clear(job.target)


def _redact(job: Job, before: Marks, vault: Vault, *, overwrite: bool, resume: bool) -> None:
    targets = (job.target, job.report, job.quarantine, *_vaults(job))
    again = overwrite or (resume and _is_report(job.report))
    undo = (lambda: None) if resume else partial(clear, job.target)
    with (
        staged(*targets, overwrite=again, renewed=_vaults(job), undo=undo) as (target, report, quarantine, *kept),
        working_folder(job.target, resume=resume)
        if (large := large_of(job, before.sha256))
        else nullcontext(Path()) as folder,
    ):
        if large:
            done = _redact_large(job, large, _run_of(job, before, vault, folder), (target, quarantine))
        else:
            done = _redact_whole(job, vault, (target, quarantine))
        for path in kept:
            with (
                release_of(job.source, target, job.policy, done.origins, path.parent) as release,
                kept_cast(done.cast, job.key, path.parent) as cast,
            ):
                if marks_of(job) != before:  # now that the originals were read
                    raise SourceError("the input or the vault changed while the input was redacted; run again")
                held = vault.with_release(release)
                write_vault(path, held if cast is None else held.with_store(CAST, cast), job.key)
        told = {"fingerprint": before.fingerprint, "output_sha256": digest(target)}
        write_private(report, to_json({**done.record, **told}))


@dataclass(frozen=True, slots=True)
class _Done:
    """What the report says of a redaction, from which file of the source each came (`Sharded.origins`), who played.

    That is a cast, or a file with all roles.
    """

    record: Mapping[str, object]
    origins: Mapping[str, str] = field(repr=False)
    cast: Cast | Path | None = None


def _run_of(job: Job, before: Marks, vault: Vault, folder: Path) -> Run:
    """Return the run; one that draws surrogates cannot go on with another that drew others."""
    if not job.policy.casts:
        return Run(folder, before.fingerprint)
    if job.key is None:  # it draws with a key that no other run has
        return Run(folder, f"{before.fingerprint} {secrets.token_hex(8)}")
    if job.vault is None:
        return Run(folder, before.fingerprint)
    return Run(folder, f"{before.fingerprint} vault {before.vault}", vault.stores.get(CAST), keeps=True)


def _redact_large(job: Job, large: Large, run: Run, places: tuple[Path, Path]) -> _Done:
    """Redact a source in shards."""
    target, quarantine = places
    large.check()
    with timed("loading the language model"):
        engine = Engine(job.policy)
    with opened(job.spark, job.jobs, engine, job.key) as workers:
        done = large.redact(engine, workers, run, target)
    for name, rows in done.aside.items():
        quarantine.mkdir(mode=0o700, exist_ok=True)
        (quarantine / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(rows, quarantine / name)  # mode 0600 too; it has to be there if this run is killed and goes on
    for note in done.notes:
        say(note)
    record = {**done.record, **_said(job, engine, [done.report], done.formulas)}
    return _Done(record, done.origins, run.roles if run.keeps else None)


def large_of(job: Job, sha256: str) -> Large | None:
    """Return the source as one that can be redacted shard by shard: what is to be known of all of it is little.

    Such are a table, a workbook, JSON lines of any form, and a folder. Raises the readers' errors.
    """
    source, policy, reading = job.source, job.policy, job.reading
    key = policy.working_key(job.key)
    match form_of(source, reading.encoding):
        case "rows":
            return LargeFile(Spots.of_file(source), sha256, reading, policy, key, job.excel_safe)
        case "texts":
            return LargeTexts(Items.of(source, reading.encoding), sha256, policy, key)
        case "folder":
            return LargeFolder(Listing.of(source, reading.encoding), sha256, reading, policy, key, job.excel_safe)
        case "other":
            return None


def _redact_whole(job: Job, vault: Vault, places: tuple[Path, Path]) -> _Done:
    """Redact a file or a folder that is read as a whole."""
    target, quarantine = places
    intake = read_intake(job.source, job.reading)
    for note in notes_of(intake.left_out, intake.withheld):
        say(note)
    with timed("loading the language model"):
        engine = Engine(job.policy)
    with engine.pool(job.jobs):
        drafted = draft_intake(intake, engine, job.key, job.source.name)
    key = job.policy.working_key(job.key)
    scene = job.policy.scene(drafted.drafts, key, cast_of(vault) if job.policy.casts else None)
    outcome = drafted.write(key, scene)
    formulas = _write(job, outcome, target, quarantine)
    record = {**outcome.record(), **_said(job, engine, outcome.reports(), formulas)}
    return _Done(record, outcome.origins(), scene.cast)


def _check(job: Job) -> None:
    if job.policy.needs_key and job.key is None:
        raise KeyFileError(NO_KEY)
    if str(job.source) == "-":
        return
    protect([job.source], [job.target, job.report, job.quarantine, *_vaults(job)])
    if job.vault is not None:
        check_place(job.vault, (job.target, job.report, job.quarantine))
    source, target = kind_of(job.source), kind_of(job.target)
    wanted = {".pdf": ".txt"}.get(source, source)
    if not job.source.is_dir() and target != wanted and not any({source, target} <= kind for kind in _ALIKE):
        raise UsageError(f"the output must be of the input's kind, {wanted}")


def _stream(job: Job) -> None:
    if str(job.target) != "-":
        raise UsageError("standard input goes to standard output: -o -")
    corpus = read_stdin()
    draft = draft_corpus(corpus, Engine(job.policy), "standard input")
    key = job.policy.working_key(job.key)
    done = redact_corpus(draft, key, job.policy.scene([draft], key))
    for line in warnings_of([done.report]):
        say(line)
    sys.stdout.write(done.texts[0])


def _vaults(job: Job) -> tuple[Path, ...]:
    return () if job.vault is None else (job.vault,)


def _write(job: Job, outcome: Outcome, target: Path, quarantine: Path) -> Formulas:
    formulas = Formulas(job.excel_safe)
    outcome.write(job.source, target, formulas)
    for note in outcome.notes():
        say(note)
    for table, name in outcome.quarantined():
        quarantine.mkdir(mode=0o700, exist_ok=True)
        aside = quarantine / (name if job.source.is_dir() else job.source.name)
        aside.parent.mkdir(parents=True, exist_ok=True)
        write_quarantine(table, aside)
        say(aside_note(aside.name, len(table.quarantined), table.quarantined_rows))
    return formulas


def _said(job: Job, engine: Engine, reports: Sequence[Report], formulas: Formulas) -> dict[str, object]:
    """Return what the report says of the policy's gaps, of what leads back to persons and of the program; warn too."""
    for line in warnings_of(reports):
        say(line)
    if formulas.left:
        say(f"{formulas.left} cells that stay as they are begin as formulas do; --excel-safe marks them")
    return {
        "unnamed_labels": suppress(unnamed_labels(reports)),
        "pseudonymous": PSEUDONYMOUS if job.policy.needs_key or job.vault is not None else None,
        "vault": job.vault is not None,
        "formulas": suppress({"marked": formulas.marked, "left": formulas.left}),
        "facts": Facts.of(engine, job.policy.working_key(job.key)).to_dict(),
    }


def _is_done(job: Job, fingerprint: str) -> bool:
    try:
        record = json.loads(job.report.read_text(encoding="utf-8"))
        return bool(record["fingerprint"] == fingerprint and record["output_sha256"] == digest(job.target))
    except (OSError, ValueError, KeyError, TypeError, SourceError):
        return False


def _is_kept(job: Job, vault: Vault) -> bool:
    """Whether the vault that the job asks for can bring this output back."""
    try:
        return job.vault is None or bool(vault.release_of(hashes(job.target)))
    except VaultError:
        return False


def _is_report(path: Path) -> bool:
    """Whether a file is the report of a redaction: what stands beside it may be made anew."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["command"] == "redact")
    except (OSError, ValueError, KeyError, TypeError):
        return False
