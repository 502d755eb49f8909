"""One synthetic table from one file, and schemas drafted for review."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

from pipelines.book import PATIENCE, book_of
from pipelines.comparison import compare
from pipelines.content import check_unpacking
from pipelines.engines.opening import Place, opened
from pipelines.errors import UsageError
from pipelines.formula import Formulas
from pipelines.notation import to_json
from pipelines.output import protect, staged, write_private
from pipelines.progress import say, timed
from pipelines.report.record import quality_record
from pipelines.shards.pieces import frame_of, open_pieces
from pipelines.synthesizers import METHODS, synthesizer, total_budget
from pipelines.tablefile import Reading, Table, read_table, write_table
from pipelines.versions import package_version
from pipelines.visible import visible, visible_lines
from synth import Budget, Column, Ledger, Schema
from synth.coded import Coded
from synth.forecast import Forecast
from synth.measured import measured
from synth.model import Model
from synth.quality import Quality
from synth.terms import Terms

_HEAD = '<!doctype html><meta charset="utf-8"><title>tamis: quality, internal</title>\n'


@dataclass(frozen=True, slots=True)
class Order:
    """What to synthesise, where to, under which budget and method; with `spark`, rows are counted there.

    Raises `UsageError` for a target without a name.
    """

    source: Path
    target: Path
    epsilon: float
    delta: float
    schema: Path | None
    method: str
    rows: int | None
    ledger: Path | None
    marginals: Path | None = None
    epsilon_limit: float | None = None
    target_column: str | None = None
    quality: Path | None = None
    spark: Place | None = None

    @property
    def budget(self) -> tuple[str, str]:
        """Epsilon and delta as they are written."""
        return str(self.epsilon), str(self.delta)

    @property
    def limit(self) -> Budget | None:
        """The most that may ever be spent on the source."""
        return None if self.epsilon_limit is None else Budget(str(self.epsilon_limit), str(self.delta))

    def __post_init__(self) -> None:
        if not self.target.name:
            raise UsageError("name the output: -o OUT")


def draft(source: Path, target: Path, reading: Reading, *, overwrite: bool = False) -> None:
    """Write a schema drafted from the private data. It is no public schema until somebody has reviewed it."""
    protect([source], [target])
    with staged(target, overwrite=overwrite) as (path,):
        schema = Schema.draft(read_table(source, reading).frame)
        write_private(path, schema.to_toml())
    say(f"{target.name} was read from the private data: review it, then set reviewed = true")


def make(order: Order, reading: Reading, *, overwrite: bool = False) -> None:
    """Write a synthetic table with the input's header, and OUT.report.json, together or not at all.

    The ledger (by default IN.ledger.jsonl, beside the input) records every spend before its noise is drawn, also if
    writing then fails. Where another run on the source is under way, this one waits for it.
    """
    report = order.target.with_name(f"{order.target.name}.report.json")
    beside_output = order.target.with_name(f"{order.target.name}.ledger.jsonl")
    ledger_path = order.ledger or book_of(order.source, beside_output)
    extra = [path for path in (order.marginals, order.quality) if path is not None]
    targets = (order.target, report, *extra)
    protect([path for path in (order.source, order.schema) if path is not None], [*targets, ledger_path])
    protect([ledger_path], targets)
    with staged(*targets, overwrite=overwrite) as (path, report_path, *extras):
        schema = Schema.from_toml(order.schema) if order.schema is not None else None
        table, coded = _read(order, reading, schema)
        terms = Terms.of(Budget(*order.budget), schema)
        ledger = Ledger(ledger_path, order.limit, terms.unit, patience=PATIENCE)
        title = f"synthesising ({order.method}, epsilon {order.epsilon:g})"
        with opened(order.spark) as engine, timed(title, 100) as step:
            made = synthesizer(order.method, order.budget, ledger, step, order.target_column, counts=engine.tabulate)
            model = made.fit(table.frame, schema) if coded is None else made.fit_coded(coded)
            drawn = model.sample(order.rows, text=table.textual)
            frame = drawn[list(table.frame.columns)]  # a schema may have another order
        like = Table(table.name, frame, table.delimiter, table.newline, table.encoding, (), table.schema)
        write_table(like, Formulas().mark(frame), path)
        found = _compared(order, table.frame, frame, model.schema)
        write_private(report_path, to_json({**_record(model, ledger, len(frame)), **_told_of(found)}))
        if order.marginals is not None:
            _write_marginals(model, extras[0])
        if found is not None:
            write_private(extras[-1], visible_lines(f"{_HEAD}{found._repr_html_()}\n"))
    if not model.schema.reviewed:
        say("the schema was drafted from the private data and nobody has reviewed it; the report says so")


def _read(order: Order, reading: Reading, schema: Schema | None) -> tuple[Table, Coded | None]:
    """Read the table; where a schema says all and nobody asks for the rows, only its head, and the rows as codes."""
    if schema is None or schema.open or order.quality is not None:
        table = read_table(order.source, reading)
        if schema is not None:
            schema.check(tuple(table.frame.columns))
        return table, None
    check_unpacking(order.source)
    with timed("reading"), open_pieces(order.source, reading, lambda *_: None) as pieces:
        frames = (frame_of(piece, typed=not pieces.head.textual) for piece in pieces.tables)
        return pieces.head, Coded.of(chain([pieces.head.frame], frames), schema)


def _compared(order: Order, real: pd.DataFrame, made: pd.DataFrame, schema: Schema) -> Quality | None:
    if order.quality is None:
        return None
    with timed("comparing it with the real table"):
        return compare(real, made, schema, target=order.target_column, epsilon=order.epsilon)


def _told_of(found: Quality | None) -> dict[str, object]:
    return {} if found is None else {"quality_internal": quality_record(found)}


def _write_marginals(model: Model, folder: Path) -> None:
    folder.mkdir()
    told = []
    for number, one in enumerate(measured(model), 1):
        frame = one.counts.astype(str)
        write_table(Table(f"{number:04}", frame), Formulas().mark(frame), folder / f"{number:04}.csv")
        told.append({"file": f"{number:04}.csv", "columns": list(one.columns), "sigma": one.sigma})
    stated = {"epsilon": float(model.spent.epsilon), "delta": float(model.spent.delta)}
    record = {"schema_version": 1, **stated, "neighbours": model.schema.unit.neighbours, "marginals": told}
    (folder / "index.json").write_text(to_json(record), encoding="utf-8")


def foretell(order: Order, reading: Reading) -> str:
    """Say in plain words what `make` would do, spend and take. Nothing is spent and nothing is written."""
    table = read_table(order.source, reading).frame
    schema = Schema.from_toml(order.schema) if order.schema is not None else None
    if schema is not None:
        schema.check(tuple(table.columns))
    how = METHODS[order.method](*order.budget)
    return "\n".join(_told(Forecast.of(how, schema, table.shape[1], len(table)), schema)) + "\n"


def _told(forecast: Forecast, schema: Schema | None) -> Iterator[str]:
    terms = forecast.terms
    origin = "none: all of it is bought" if schema is None else str(schema.origin)
    if schema is not None and not schema.reviewed:
        origin += ", NOT REVIEWED"
    yield f"schema      {origin}; {forecast.columns} columns modelled, {forecast.open} to be bought"
    if schema is not None:
        yield from (f"            {visible(column.name)}: {_described(column, schema)}" for column in schema.columns)
    yield f"neighbours  {terms.unit.neighbours}"
    rho = "" if not terms.stated.delta else f", rho {float(terms.amount):.6g}"
    yield f"budget      epsilon {float(terms.stated.epsilon):g}, delta {float(terms.stated.delta):g}{rho}"
    for share in forecast.shares:
        noise = "" if share.sigma is None else f"   noise of a count: sd {share.sigma:.1f} rows"
        yield f"            {float(share.share):6.1%}  {share.step}{noise}"
    if forecast.seconds is None or forecast.mebibytes is None:
        yield "cost        not known before the schema is bought"
        return
    yield f"work        at most {forecast.rounds} rounds, a model of at most {forecast.cells:,} cells"
    yield f"cost        roughly {forecast.seconds:.0f} s of one core, {forecast.mebibytes:.0f} MiB"
    yield "            nothing was spent, and nothing was written"


def _described(column: Column, schema: Schema) -> str:
    if column in schema.open:
        return f"{column.type}, to be bought"
    if column not in schema.modelled:
        return f"{column.type}, not modelled"
    kind = f"{len(column.edges) - 1} bins" if column.numeric else f"{len(column.categories)} categories"
    return f"{column.type}, {kind}{', or missing' if column.nullable else ''}"


def _record(model: Model, ledger: Ledger, rows: int) -> dict[str, object]:
    total = total_budget(ledger, model)
    return {
        "schema_version": 1,
        "command": "synth",
        "method": model.method,
        "rows": rows,
        "epsilon": float(model.spent.epsilon),
        "delta": float(model.spent.delta),
        "rho": float(model.spent.rho),
        "neighbours": model.schema.unit.neighbours,
        "private": model.private,
        "schema": {
            "origin": model.schema.origin,
            "reviewed": model.schema.reviewed,
            "modelled": [column.name for column in model.schema.modelled],
        },
        "spends": [{"step": e.step, "mechanism": e.mechanism, "rho": float(e.rho)} for e in model.ledger],
        "ledger": {"epsilon": float(total.epsilon), "delta": float(total.delta), "head": ledger.head},
        "tamis": package_version("tamis"),
    }
