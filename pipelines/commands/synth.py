"""Make a differentially private synthetic table. Example: tamis synth in.csv -o out.csv --epsilon 1 --schema s.toml."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.commands.options import CellLimit, Delimiter, Encoding, EngineName, Master, Overwrite, Quarantine


def command(
    source: Annotated[Path, typer.Argument(help="The table.", show_default=False)],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The synthetic table. Must not exist yet.")] = None,
    epsilon: Annotated[float | None, typer.Option("--epsilon", help="The budget of the whole.")] = None,
    delta: Annotated[float, typer.Option("--delta", help="The chance that the guarantee does not hold.")] = 1e-9,
    schema: Annotated[
        Path | None, typer.Option("--schema", help="What is public; without it, part of the budget buys it.")
    ] = None,
    draft_schema: Annotated[
        Path | None, typer.Option("--draft-schema", help="Write a schema to review, and stop.")
    ] = None,
    method: Annotated[
        Literal["aim", "mst", "independent"],
        typer.Option("--method", help="aim: best, takes seconds; mst: a second; independent: no relations."),
    ] = "aim",
    rows: Annotated[
        int | None, typer.Option("--rows", help="Rows to make; the noisy row count if not given.", min=1)
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", help="The budget book of this source; by default IN.ledger.jsonl, beside it."),
    ] = None,
    epsilon_limit: Annotated[
        float | None,
        typer.Option("--epsilon-limit", help="The most that may ever be spent on this source; its ledger keeps it."),
    ] = None,
    marginals: Annotated[
        Path | None,
        typer.Option("--marginals", help="A folder for the noisy counts behind the table; they cost nothing more."),
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", help="A column that the table is made for, say a classifier's label.")
    ] = None,
    quality: Annotated[
        Path | None,
        typer.Option("--quality", help="A page of how near it comes. INTERNAL: read off the private rows, no noise."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show schema, budget split and predicted cost; spend and write nothing.")
    ] = False,
    engine: EngineName = "local",
    master: Master = None,
    overwrite: Overwrite = False,
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = None,
    cell_limit: CellLimit = 1 << 20,
    quarantine_limit: Quarantine = 0.01,
) -> int:
    """Synthesise a table, or draft a schema for one."""
    from pipelines.engines.opening import place_of
    from pipelines.errors import UsageError
    from pipelines.scanning import reading_of
    from pipelines.tabulation import Order, draft, foretell, make

    reading = reading_of(encoding, delimiter, cell_limit, quarantine_limit)
    if draft_schema is not None:
        draft(source, draft_schema, reading, overwrite=overwrite)
        return 0
    if epsilon is None or (out is None and not dry_run):
        raise UsageError("name the output and the budget: -o OUT --epsilon E (or --draft-schema FILE)")
    order = Order(
        source=source,
        target=out or Path("out.csv"),
        epsilon=epsilon,
        delta=delta,
        schema=schema,
        method=method,
        rows=rows,
        ledger=ledger,
        marginals=marginals,
        epsilon_limit=epsilon_limit,
        target_column=target,
        quality=quality,
        spark=place_of(engine, master),
    )
    if dry_run:
        sys.stdout.write(foretell(order, reading))
        return 0
    make(order, reading, overwrite=overwrite)
    return 0
