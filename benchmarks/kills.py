"""Kill a redaction at every step that it makes on the disk, go on with --resume, and compare the bytes."""

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
from deid.keys import Key
from deid.policy import Policy
from pipelines import job
from pipelines.engine import Engine
from pipelines.job import Job, run_job
from pipelines.shards import pieces
from pipelines.tablefile import Reading

ROWS, SHARD = 400, 60
_FILES = 2  # the output and its report
_KEY = Key(bytes(range(32)))
_NOTE = (
    "A table of {rows} made-up customers in shards of {shard} rows, policy `tokens`. One run for each step: what opens "
    "a file to write, writes, syncs, renames, removes or makes a folder; the process gets SIGKILL there, in the middle "
    "where the step is a write. Then the same command with --resume. Whole: runs after which the output was missing, "
    "or that of a run that was never stopped. Same: outputs after --resume that are that, to the byte. Left: runs with "
    "--resume after which anything but output and report lay in the folder."
)


@dataclass(frozen=True, slots=True)
class Kill:
    """One run that was killed, and what was found after it and after the run that went on."""

    step: int
    whole: bool
    same: bool
    left: bool


def run() -> Outcome:
    """Kill runs on a CSV and on a Parquet file."""
    rows, figures = [], {}
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "customers.csv"
        write(source, ROWS)
        typed = source.with_suffix(".parquet")
        pd.read_csv(source, parse_dates=["date_of_birth"]).to_parquet(typed)
        for one in (source, typed):
            kills = list(_kills(one))
            told = {name: sum(getattr(kill, name) for kill in kills) for name in ("whole", "same", "left")}
            figures[one.suffix] = {"killed": len(kills), **told}
            rows.append([one.suffix, str(len(kills)), *map(str, told.values())])
    note = _NOTE.format(rows=ROWS, shard=SHARD)
    grid = Grid("Killed at every step", ["table", "runs killed", "whole", "same after --resume", "left"], rows, note)
    return Outcome("kills", [grid], figures)


def _kills(source: Path) -> Iterator[Kill]:
    policy = Policy.load("tokens")
    engine = Engine(policy)

    def redact(target: Path, *, step: int = 0, resume: bool = False) -> None:
        if step:
            die_at(step)
        run_job(Job(source, target, policy, Reading(), _KEY), resume=resume)

    with patch.object(job, "Engine", lambda _: engine), patch.object(pieces, "ROWS", SHARD):
        clean = source.with_name(f"clean{source.suffix}")
        redact(clean)
        wanted = clean.read_bytes()
        for step in count(1):
            target = source.with_name(f"{source.suffix}-{step}") / f"out{source.suffix}"
            ended = in_a_child(partial(redact, target, step=step))
            if ended == 0:
                return
            whole = ended == -SIGKILL and (not target.exists() or target.read_bytes() == wanted)
            again = in_a_child(partial(redact, target, resume=True))
            same = again == 0 and target.read_bytes() == wanted
            yield Kill(step, whole, same, len(list(target.parent.iterdir())) > _FILES)
