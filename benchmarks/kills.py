"""Kill a redaction at every step that it makes on the disk, go on with --resume, and compare the bytes."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from signal import SIGKILL
from unittest.mock import patch

import pandas as pd

from benchmarks.faults import die_at, in_a_child
from benchmarks.outcome import Grid, Outcome
from benchmarks.sizes import write
from benchmarks.text_sizes import write_folder
from deid.keys import Key
from deid.policy import Policy
from pipelines import job
from pipelines.digest import digest
from pipelines.engine import Engine
from pipelines.job import Job, run_job
from pipelines.keeping import restore
from pipelines.shards import pieces
from pipelines.tablefile import Reading

ROWS, SHARD = 400, 60
LETTERS, FEW = 12, 4
_FILES = 2  # the output and its report; a vault is a third
_KEY = Key(bytes(range(32)))
_NOTE = (
    f"A table of {ROWS} made-up customers, as CSV, as Parquet and as nested JSON lines, in shards of {SHARD}; "
    f"a folder of {LETTERS} letters, one (shop) with two tables that join and letters, and one (books) with workbooks "
    f"that hold these tables, in shards of {FEW}; policy `tokens`. Cast: {FEW * FEW} customers in shards of {FEW} with "
    "policy `surrogates` and a vault. One run for each step: what opens a file to write, writes, syncs, renames, "
    "removes or makes a folder; the process gets SIGKILL there, in the middle where the step is a write. Then the same "
    "command with --resume. Whole: runs after which the output was missing, or that of a run that was never stopped. "
    "Same: outputs after --resume that are that, to the byte; with a vault, those that it brings back, too. Left: runs "
    "with --resume after which anything but output, report and vault lay in the folder."
)


@dataclass(frozen=True, slots=True)
class Case:
    """What is redacted: how many rows or texts go into a shard, by which policy, with a vault or without."""

    name: str
    source: Path
    shard: int
    policy: str = "tokens"
    vault: bool = False


@dataclass(frozen=True, slots=True)
class Kill:
    """One run that was killed, and what was found after it and after the run that went on."""

    step: int
    whole: bool
    same: bool
    left: bool


def run() -> Outcome:
    """Kill runs on files of each form and on folders."""
    return _run("kills")


def run_books() -> Outcome:
    """Kill runs on a folder of workbooks alone."""
    return _run("kills-books", "books")


def _run(title: str, *names: str) -> Outcome:
    rows, figures = [], {}
    with tempfile.TemporaryDirectory() as place:
        for case in _cases(Path(place)):
            if names and case.name not in names:
                continue
            kills = list(_kills(case))
            told = {name: sum(getattr(kill, name) for kill in kills) for name in ("whole", "same", "left")}
            figures[case.name] = {"killed": len(kills), **told}
            rows.append([case.name, str(len(kills)), *map(str, told.values())])
            print(rows[-1], flush=True)
    grid = Grid("Killed at every step", ["source", "runs killed", "whole", "same after --resume", "left"], rows, _NOTE)
    return Outcome(title, [grid], figures)


def _cases(place: Path) -> Iterator[Case]:
    """Write the sources, one after the other."""
    table, records, letters_of = place / "customers.csv", place / "customers.ndjson", place / "letters"
    write(table, ROWS)
    yield Case(".csv", table, SHARD)
    frame = pd.read_csv(table, parse_dates=["date_of_birth"])
    frame.to_parquet(table.with_suffix(".parquet"))
    yield Case(".parquet", table.with_suffix(".parquet"), SHARD)
    told = (
        {"who": row, "orders": [{"note": f"for {row['first_name']}"}]} for row in frame.astype(str).to_dict("records")
    )
    records.write_text("".join(f"{json.dumps(one)}\n" for one in told))
    yield Case(".ndjson", records, SHARD)
    write_folder(letters_of, LETTERS)
    yield Case("letters", letters_of, FEW)
    shop = place / "shop"
    write_folder(shop, FEW)
    write(shop / "customers.csv", LETTERS)
    calls = [f"C{n % LETTERS:08},they called twice" for n in range(2 * FEW)]
    (shop / "calls.csv").write_text("\n".join(["customer_id,note", *calls, ""]))
    yield Case("shop", shop, FEW)
    books = place / "books"
    books.mkdir()
    with pd.ExcelWriter(books / "shop.xlsx") as book:
        pd.read_csv(shop / "customers.csv", dtype=str).to_excel(book, sheet_name="customers", index=False)
        pd.read_csv(shop / "calls.csv", dtype=str).to_excel(book, sheet_name="calls", index=False)
    pd.read_csv(shop / "calls.csv", dtype=str).to_excel(books / "calls.xlsx", index=False)
    yield Case("books", books, FEW)
    few = place / "few.csv"
    write(few, FEW * FEW)
    yield Case("cast", few, FEW, "surrogates", vault=True)


def _kills(case: Case) -> Iterator[Kill]:
    source, policy = case.source, Policy.load(case.policy)
    engine = Engine(policy)

    def redact(target: Path, *, step: int = 0, resume: bool = False) -> None:
        if step:
            die_at(step)
        vault = target.parent / f"{target.name}.vault" if case.vault else None
        run_job(Job(source, target, policy, Reading(), _KEY, vault=vault), resume=resume)

    with patch.object(job, "Engine", lambda _: engine), patch.multiple(pieces, ROWS=case.shard, TEXTS=case.shard):
        clean = source.with_name(f"clean-{source.name}")
        redact(clean)
        wanted = digest(clean)
        for step in count(1):
            target = source.with_name(f"{case.name}-{step}") / f"out{source.suffix}"
            ended = in_a_child(partial(redact, target, step=step))
            if ended == 0:
                return
            whole = ended == -SIGKILL and (not target.exists() or digest(target) == wanted)
            again = in_a_child(partial(redact, target, resume=True))
            same = again == 0 and digest(target) == wanted and (not case.vault or _comes_back(source, target))
            yield Kill(step, whole, same, len(list(target.parent.iterdir())) > _FILES + 2 * case.vault)


def _comes_back(source: Path, target: Path) -> bool:
    """Whether the vault of a release brings its original back."""
    back = target.with_name("back")
    restore(target, target.with_name(f"{target.name}.vault"), back, _KEY)
    return digest(back) == digest(source)
