"""Redact a file or a folder. Example: tamis redact customers.csv -o clean.csv."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import (
    CellLimit,
    Delimiter,
    DialPosition,
    Encoding,
    EngineName,
    Jobs,
    KeyFile,
    Language,
    Master,
    Out,
    Overwrite,
    PolicyName,
    Quarantine,
    VaultFile,
)


def command(
    source: Annotated[Path, typer.Argument(help="A file or folder; - is standard input.", show_default=False)],
    out: Out = Path(),
    policy: PolicyName = "standard",
    language: Language = None,
    dial: DialPosition = None,
    key_file: KeyFile = None,
    vault: VaultFile = None,
    jobs: Jobs = 1,
    engine: EngineName = "local",
    master: Master = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a killed run stopped; do nothing if the output is there.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan; write nothing.")] = False,
    excel_safe: Annotated[
        bool, typer.Option("--excel-safe", help="Put an apostrophe before CSV cells that begin as formulas do.")
    ] = False,
    overwrite: Overwrite = False,
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = None,
    cell_limit: CellLimit = 1 << 20,
    quarantine_limit: Quarantine = 0.01,
) -> int:
    """Redact; the output and OUT.report.json appear together or not at all."""
    from deid.keys import Key
    from pipelines.dryrun import rehearse
    from pipelines.engines.opening import place_of
    from pipelines.errors import UsageError
    from pipelines.job import Job, run_job
    from pipelines.scanning import Request, reading_of

    request = Request.of(policy, language, dial, reading_of(encoding, delimiter, cell_limit, quarantine_limit))
    wanted = request.policy.needs_key or vault is not None
    key = Key.from_file(key_file) if key_file else Key.from_environment() if wanted else None
    if dry_run:
        rehearse(source, request.policy, request.reading, key, jobs)
        return 0
    if out == Path():
        raise UsageError("name the output: -o OUT")
    place = place_of(engine, master, jobs, key_file)
    job = Job(source, out, request.policy, request.reading, key, jobs, vault, excel_safe, place)
    run_job(job, overwrite=overwrite, resume=resume)
    return 0
