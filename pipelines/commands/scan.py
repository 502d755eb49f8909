"""Find personal data; nothing is written. Example: tamis scan notes/ customers.csv --format jsonl."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.commands.options import (
    CellLimit,
    Delimiter,
    DialPosition,
    Encoding,
    Jobs,
    Language,
    PolicyName,
    Quarantine,
)


def command(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; - is standard input.", show_default=False)],
    form: Annotated[Literal["table", "jsonl", "json", "github", "sarif"], typer.Option("--format")] = "table",
    language: Language = None,
    dial: DialPosition = None,
    policy: PolicyName = "standard",
    fail_on_findings: Annotated[bool, typer.Option("--fail-on-findings", help="Exit 1 if anything is found.")] = False,
    jobs: Jobs = 1,
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = None,
    cell_limit: CellLimit = 1 << 20,
    quarantine_limit: Quarantine = 0.01,
) -> int:
    """Scan; 0, or 1 with --fail-on-findings where something was found."""
    from pipelines.scanning import Request, reading_of, scan_paths
    from pipelines.showing import show

    request = Request.of(policy, language, dial, reading_of(encoding, delimiter, cell_limit, quarantine_limit))
    found = show(scan_paths(paths, request, jobs), form)
    return int(fail_on_findings and found)
