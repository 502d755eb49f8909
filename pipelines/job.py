"""One redaction of a file or a folder: read all, redact all, write all or nothing."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path

from deid.errors import KeyFileError
from deid.keys import NO_KEY, Key
from deid.policy import Policy
from pipelines.corpus import Corpus, list_folder, read_corpus, read_stdin, write_corpus
from pipelines.digest import digest
from pipelines.engine import Engine
from pipelines.errors import SourceError, UsageError
from pipelines.notation import to_json
from pipelines.output import protect, staged, write_private
from pipelines.progress import say, timed
from pipelines.redaction import (
    RedactedCorpus,
    RedactedTable,
    draft_corpus,
    draft_one_table,
    redact_corpus,
    redact_one_table,
)
from pipelines.report.facts import Facts
from pipelines.report.record import summarise, table_record
from pipelines.tablefile import Reading, Table, is_table, read_table, write_quarantine, write_table
from pipelines.versions import package_version


@dataclass(frozen=True, slots=True)
class Job:
    """What to redact, where to, and how. Raises `UsageError` for a target without a name, such as `/`."""

    source: Path
    target: Path
    policy: Policy
    reading: Reading
    key: Key | None = field(default=None, repr=False)
    jobs: int = 1

    def __post_init__(self) -> None:
        if not self.target.name:
            raise UsageError("name the output: -o OUT")

    @property
    def report(self) -> Path:
        """Where the report goes: beside the output."""
        return self.target.with_name(f"{self.target.name}.report.json")

    @property
    def quarantine(self) -> Path:
        """Where rows of the wrong width go: beside the output, in a folder that only its owner can read."""
        return self.target.with_name(f"{self.target.name}.quarantine")


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What a job read: tables and a corpus, by path inside the source ("" for a source that is a file)."""

    tables: tuple[tuple[Path, Table], ...]
    corpus: Corpus | None


def run_job(job: Job, *, overwrite: bool = False, resume: bool = False) -> None:
    """Redact a file, a folder or standard input.

    The output, its report and, where rows were put aside, the quarantine take their places together at the end; on any
    error none does. With `resume`, an output that this very job has made is left as it is, and one that another
    redaction has made is made anew.
    Raises the errors of the readers, `KeyFileError`, `OutputExistsError` and `WriteError`.
    """
    _check(job)
    if str(job.source) == "-":
        _stream(job)
        return
    fingerprint = _fingerprint(job)
    if resume and _is_done(job, fingerprint):
        say("already done: the output is that of this job")
        return
    targets = (job.target, job.report, job.quarantine)
    with staged(*targets, overwrite=overwrite or (resume and _is_report(job.report))) as (target, report, quarantine):
        inputs = _read(job)
        with timed("loading the language model"):
            engine = Engine(job.policy)
        with engine.pool(job.jobs):
            drafts = [(path, draft_one_table(table, engine)) for path, table in inputs.tables]
            texts = draft_corpus(inputs.corpus, engine, job.source.name) if inputs.corpus else None
        key = job.policy.working_key(job.key)
        scene = job.policy.scene([*(draft for _, draft in drafts), *([texts] if texts else ())], key)
        tables = [(path, redact_one_table(draft, key, scene)) for path, draft in drafts]
        corpus = redact_corpus(texts, key, scene) if texts else None
        _write(job, tables, corpus, target, quarantine)
        record = _record(Facts.of(engine, key), tables, corpus)
        write_private(report, to_json({**record, "fingerprint": fingerprint, "output_sha256": digest(target)}))


def _check(job: Job) -> None:
    if job.policy.needs_key and job.key is None:
        raise KeyFileError(NO_KEY)
    if str(job.source) == "-":
        return
    protect([job.source], [job.target, job.report, job.quarantine])
    suffixes = {job.source.suffix.lower(), job.target.suffix.lower()}
    if not job.source.is_dir() and len(suffixes) > 1 and not suffixes <= {".csv", ".tsv", ".parquet"}:
        raise UsageError(f"the output must be of the input's kind, {job.source.suffix}")


def _stream(job: Job) -> None:
    if str(job.target) != "-":
        raise UsageError("standard input goes to standard output: -o -")
    corpus = read_stdin()
    draft = draft_corpus(corpus, Engine(job.policy), "standard input")
    key = job.policy.working_key(job.key)
    sys.stdout.write(redact_corpus(draft, key, job.policy.scene([draft], key)).texts[0])


def _read(job: Job) -> _Inputs:
    source = job.source
    if not source.is_dir():
        if is_table(source):
            return _Inputs(((Path(), read_table(source, job.reading)),), None)
        return _Inputs((), read_corpus(source, job.reading.encoding))
    listed = list_folder(source)
    if listed.left_out:
        say(f"{listed.left_out} files of other kinds were left out")
    tables = tuple((path, read_table(source / path, job.reading)) for path in listed.tables)
    return _Inputs(tables, read_corpus(source, job.reading.encoding) if listed.texts else None)


def _write(
    job: Job,
    tables: list[tuple[Path, RedactedTable]],
    corpus: RedactedCorpus | None,
    target: Path,
    quarantine: Path,
) -> None:
    for path, table in tables:
        place = target / path if path.name else target
        place.parent.mkdir(parents=True, exist_ok=True)
        write_table(table.source, table.released.frame, place)
        if table.source.quarantined:
            quarantine.mkdir(mode=0o700, exist_ok=True)
            aside = quarantine / (path if path.name else job.source.name)
            aside.parent.mkdir(parents=True, exist_ok=True)
            write_quarantine(table.source, aside)
            numbers = ", ".join(str(n) for n in table.source.quarantined_rows[:5])
            say(f"{aside.name}: {len(table.source.quarantined)} rows of the wrong width put aside, from line {numbers}")
    if corpus is not None:
        write_corpus(job.source, corpus.source, corpus.texts, target)


def _record(facts: Facts, tables: list[tuple[Path, RedactedTable]], corpus: RedactedCorpus | None) -> dict[str, object]:
    named: dict[str, object] = {
        path.as_posix() if path.name else table.source.name: table_record(table.report, len(table.source.quarantined))
        for path, table in tables
    }
    return {
        "schema_version": 1,
        "command": "redact",
        "tables": named,
        "texts": summarise(corpus.report) if corpus else None,
        "facts": facts.to_dict(),
    }


def _fingerprint(job: Job) -> str:
    """Return a hash over all that decides the output: input, policy and the files it names, key id, reading, version.

    The lists of a policy show in its repr only how long they are.
    """
    parts = [digest(job.source), repr(job.policy), job.key.id if job.key else "", repr(job.reading)]
    parts += [repr(astuple(job.policy.lists)), *map(digest, job.policy.recognisers)]
    parts += list(_versions())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _versions() -> Iterator[str]:
    return (package_version(name) for name in ("tamis", "spacy", "presidio-analyzer", "presidio-anonymizer"))


def _is_done(job: Job, fingerprint: str) -> bool:
    try:
        record = json.loads(job.report.read_text(encoding="utf-8"))
        return bool(record["fingerprint"] == fingerprint and record["output_sha256"] == digest(job.target))
    except (OSError, ValueError, KeyError, TypeError, SourceError):
        return False


def _is_report(path: Path) -> bool:
    """Whether a file is the report of a redaction: what stands beside it may be made anew."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["command"] == "redact")
    except (OSError, ValueError, KeyError, TypeError):
        return False
