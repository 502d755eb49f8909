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
from pipelines.shards import pieces
from pipelines.tablefile import Reading

ROWS, SHARD = 400, 60
LETTERS, FEW = 12, 4
_FILES = 2  # the output and its report
_KEY = Key(bytes(range(32)))
_NOTE = (
    f"A table of {ROWS} made-up customers, as CSV, as Parquet and as nested JSON lines, in shards of {SHARD}; "
    f"a folder of {LETTERS} letters, and one (shop) with two tables that join and letters, in shards of {FEW}; policy "
    "`tokens`. One run for each step: what opens a file to write, writes, syncs, renames, removes or makes a folder; "
    "the process gets SIGKILL there, in the middle where the step is a write. Then the same command with --resume. "
    "Whole: runs after which the output was missing, or that of a run that was never stopped. Same: outputs after "
    "--resume that are that, to the byte. Left: runs with --resume after which anything but output and report lay in "
    "the folder."
)


@dataclass(frozen=True, slots=True)
class Kill:
    """One run that was killed, and what was found after it and after the run that went on."""

    step: int
    whole: bool
    same: bool
    left: bool


def run() -> Outcome:
    """Kill runs on files of each form and on a folder."""
    rows, figures = [], {}
    with tempfile.TemporaryDirectory() as place:
        for source, shard in _sources(Path(place)):
            kills = list(_kills(source, shard))
            told = {name: sum(getattr(kill, name) for kill in kills) for name in ("whole", "same", "left")}
            form = source.suffix or source.name
            figures[form] = {"killed": len(kills), **told}
            rows.append([form, str(len(kills)), *map(str, told.values())])
            print(rows[-1], flush=True)
    grid = Grid("Killed at every step", ["source", "runs killed", "whole", "same after --resume", "left"], rows, _NOTE)
    return Outcome("kills", [grid], figures)


def _sources(place: Path) -> Iterator[tuple[Path, int]]:
    """Write the sources, and tell how many of each go into a shard."""
    table, records, letters_of = place / "customers.csv", place / "customers.ndjson", place / "letters"
    write(table, ROWS)
    yield table, SHARD
    frame = pd.read_csv(table, parse_dates=["date_of_birth"])
    frame.to_parquet(table.with_suffix(".parquet"))
    yield table.with_suffix(".parquet"), SHARD
    told = (
        {"who": row, "orders": [{"note": f"for {row['first_name']}"}]} for row in frame.astype(str).to_dict("records")
    )
    records.write_text("".join(f"{json.dumps(one)}\n" for one in told))
    yield records, SHARD
    write_folder(letters_of, LETTERS)
    yield letters_of, FEW
    shop = place / "shop"
    write_folder(shop, FEW)
    write(shop / "customers.csv", LETTERS)
    calls = [f"C{n % LETTERS:08},they called twice" for n in range(2 * FEW)]
    (shop / "calls.csv").write_text("\n".join(["customer_id,note", *calls, ""]))
    yield shop, FEW


def _kills(source: Path, shard: int) -> Iterator[Kill]:
    policy = Policy.load("tokens")
    engine = Engine(policy)

    def redact(target: Path, *, step: int = 0, resume: bool = False) -> None:
        if step:
            die_at(step)
        run_job(Job(source, target, policy, Reading(), _KEY), resume=resume)

    with patch.object(job, "Engine", lambda _: engine), patch.multiple(pieces, ROWS=shard, TEXTS=shard):
        clean = source.with_name(f"clean-{source.name}")
        redact(clean)
        wanted = digest(clean)
        for step in count(1):
            target = source.with_name(f"{source.suffix or source.name}-{step}") / f"out{source.suffix}"
            ended = in_a_child(partial(redact, target, step=step))
            if ended == 0:
                return
            whole = ended == -SIGKILL and (not target.exists() or digest(target) == wanted)
            again = in_a_child(partial(redact, target, resume=True))
            same = again == 0 and digest(target) == wanted
            yield Kill(step, whole, same, len(list(target.parent.iterdir())) > _FILES)
