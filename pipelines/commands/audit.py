"""Attack any release, whoever made it. Example: tamis audit --original in.csv --released out.csv --holdout rest.csv."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.commands.options import CellLimit, Delimiter, Encoding, Overwrite, Quarantine
from pipelines.commands.run import show_verdict


def command(
    original: Annotated[Path, typer.Option("--original", help="What was.", show_default=False)],
    released: Annotated[Path, typer.Option("--released", help="What leaves.", show_default=False)],
    holdout: Annotated[
        Path | None, typer.Option("--holdout", help="Rows or texts that the release was not made from.")
    ] = None,
    kind: Annotated[
        Literal["text", "table", "aggregate", "model"] | None,
        typer.Option("--kind", help="Text or table by the file's name if not said."),
    ] = None,
    count: Annotated[
        str | None, typer.Option("--count", help="An aggregate's column of people; the others are the original's.")
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", help="The column that a model tells; the others are its inputs.")
    ] = None,
    profile: Annotated[
        Literal["public", "controlled", "internal"], typer.Option("--profile", help="Whom the release is for.")
    ] = "controlled",
    ledger: Annotated[
        Path | None, typer.Option("--ledger", help="A ledger of the source: counts how often it was attacked.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="The folder of the report.")] = Path("audit-out"),
    overwrite: Overwrite = False,
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = None,
    cell_limit: CellLimit = 1 << 20,
    quarantine_limit: Quarantine = 0.01,
) -> int:
    """Attack a release; 0 if every check passed, else 1."""
    from pipelines.audit import audit
    from pipelines.scanning import reading_of

    reading = reading_of(encoding, delimiter, cell_limit, quarantine_limit)
    verdict = audit(
        original,
        released,
        holdout,
        kind=kind,
        count=count,
        label=label,
        out=out,
        reading=reading,
        profile=profile,
        ledger=ledger,
        overwrite=overwrite,
    )
    return show_verdict(verdict)
