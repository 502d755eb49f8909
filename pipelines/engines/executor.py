"""What runs on a Spark executor: shards come as bytes, parts go back as bytes; no file is read or written."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import pyarrow as pa

from pipelines.catalogue import code_of
from pipelines.engines.errand import Errand
from pipelines.errors import InternalError
from pipelines.quiet import be_quiet, leave_no_core
from pipelines.shards.manifest import Shard
from pipelines.shards.work import Worker

ANSWER = "told string, content binary"
"""The columns of an answer, in Spark's words: the part, or why there is none, as JSON; what the part's file holds."""

_at_work: dict[str, Worker] = {}


def run_errand(errand: Errand, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Redact shards: each row of a batch has the fields of a `Shard`, and `content`, what was staged of it.

    What goes wrong is an answer, too, never an exception: Spark would log that, with all that it says, and try again.
    """
    for batch in batches:
        for row in batch.to_pylist():
            content = row.pop("content")
            told, made = _answer(errand, Shard(**row), content)
            yield pa.record_batch([pa.array([json.dumps(told)]), pa.array([made], pa.binary())], ["told", "content"])


def _answer(errand: Errand, shard: Shard, content: bytes) -> tuple[dict[str, object], bytes]:
    try:
        part, made = _worker(errand).redact(shard, content)
    except Exception as error:  # noqa: BLE001 whatever it is: its message may carry values
        code, _ = code_of(error) or (InternalError.code, 0)
        told = str(error) if code_of(error) else f"{type(error).__name__} in {shard.place}; nothing was written"
        return {"code": code, "message": told}, b""
    return {"part": asdict(part)}, made


def _worker(errand: Errand) -> Worker:
    """Return the worker of a run, the one thing that a Python process keeps: it holds the language model."""
    worker = _at_work.get(errand.run)
    if worker is None:
        be_quiet()
        leave_no_core()
        _at_work.clear()
        worker = _at_work[errand.run] = Worker(errand.prepared())
    return worker
