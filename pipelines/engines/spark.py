"""Work on Spark: one job a shard, so that a worker that dies loses no other; counts by `groupBy().count()`."""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from deid.keys import Key
from pipelines.catalogue import catalogue
from pipelines.durable import write_durably
from pipelines.engines.errand import Errand, Lock
from pipelines.engines.executor import ANSWER, run_errand
from pipelines.errors import InternalError
from pipelines.shards.manifest import Part, Shard
from pipelines.shards.work import Work, staged_bytes
from synth.encode import Codes, numbered
from synth.marginal import Counter, Ints, tabulate

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_AHEAD = 2
_MOST = 256  # shards under way
_PATIENCE = 0.5  # seconds between two calls to stop
_LEAST = 10_000  # rows in a partition that are worth one


class Spark:
    """An engine over a Spark session. The key stays here: executors find theirs in `key_file` or their environment."""

    def __init__(self, session: "SparkSession", key: Key | None = None, key_file: Path | None = None) -> None:
        self._session = session
        self._lock = Lock.of(key, key_file)

    @property
    def _slots(self) -> int:
        """How many tasks can run at once; more when more executors have come."""
        return max(1, int(self._session.sparkContext.defaultParallelism))

    def map_shards(self, work: Work, shards: Sequence[Shard]) -> Iterator[Part]:
        """Redact shards and give each part when its file is there, in any order.

        Spark tries a shard on which a worker died again. Raises `InternalError` for one that Spark gave up, and what
        the work raises.
        """
        errand = Errand.of(work, self._lock)
        waiting, running = iter(shards), set[Future[Part]]()
        pool = ThreadPoolExecutor(_MOST)
        try:
            while True:
                room = min(_MOST, _AHEAD * self._slots) - len(running)
                running |= {pool.submit(self._redact, errand, work, shard) for shard in islice(waiting, max(0, room))}
                if not running:
                    return
                done, running = wait(running, return_when="FIRST_COMPLETED")
                for future in done:
                    yield future.result()
        finally:
            while running:  # only where this stops on the way
                with suppress(Exception):  # Spark may be gone already
                    self._session.sparkContext.cancelAllJobs()
                running = wait(running, _PATIENCE).not_done
            pool.shutdown()

    def tabulate(self, codes: Codes) -> Counter:
        """Hand codes to the executors, who keep them; the columns travel without their names.

        Raises `InternalError` where Spark fails, here and in the counter.
        """
        if not codes.sizes:
            return tabulate(codes)
        columns = [pa.array(codes.array[:, place]) for place in range(len(codes.sizes))]
        table = pa.table(columns, [_column(place) for place in range(len(columns))])
        size = max(_LEAST, math.ceil(table.num_rows / (_AHEAD * self._slots)))
        with _spark_errors("Spark did not take the codes in"):
            self._session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(size))
            self._session.conf.set("spark.sql.shuffle.partitions", str(self._slots))
            return partial(_count, self._session.createDataFrame(table).persist(), codes.sizes)

    def _redact(self, errand: Errand, work: Work, shard: Shard) -> Part:
        row = {**asdict(shard), "content": staged_bytes(work.folder, shard)}
        with _spark_errors(f"Spark gave {shard.place} up"):
            frame = self._session.createDataFrame(pa.Table.from_pylist([row]))
            (answer,) = frame.mapInArrow(partial(run_errand, errand), ANSWER).toArrow().to_pylist()
        return _received(work.folder, shard, json.loads(answer["told"]), answer["content"])


def _received(folder: Path, shard: Shard, told: dict[str, Any], content: bytes) -> Part:
    """Write down what an executor made of a shard, or raise what went wrong there."""
    if "part" not in told:
        raise catalogue()[told["code"]](told["message"])
    part = Part.from_dict(told["part"])
    if (part.number, part.source, part.sha256) != (shard.number, shard.sha256, hashlib.sha256(content).hexdigest()):
        raise InternalError(f"{shard.place}: what came back is not what was made of them; nothing was written")
    write_durably(folder / shard.done, content)
    return part


def _count(frame: "DataFrame", sizes: Sequence[int], axes: tuple[int, ...]) -> Ints:
    shape = tuple(sizes[axis] for axis in axes)
    with _spark_errors("Spark did not count"):
        told = frame.groupBy(*(_column(axis) for axis in axes)).count().toArrow()
    found = np.stack([column.to_numpy().astype(np.int64) for column in told.columns], axis=1)
    counts = np.zeros(math.prod(shape), dtype=np.int64)
    counts[numbered(found, range(len(axes)), shape)] = found[:, -1]
    return counts.reshape(shape)


def _column(place: int) -> str:
    return f"c{place}"


@contextmanager
def _spark_errors(what: str) -> Iterator[None]:
    """Say what failed and the kind of error: Spark's own message carries whatever a worker said last."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 of py4j, of pyspark, of the JVM
        raise InternalError(f"{what} ({type(error).__name__}); nothing was written") from None
