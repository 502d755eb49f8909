"""Shards on this machine: in this process, or in several that are started afresh; a worker that dies is replaced."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool

from deid.scanner import Scanner
from pipelines.errors import InternalError, UsageError
from pipelines.pool import submit, working
from pipelines.shards.manifest import Part, Shard
from pipelines.shards.work import Work, Worker

_TRIES = 3
_AHEAD = 2

_worker: list[Worker] = []


def map_shards(work: Work, shards: Sequence[Shard], jobs: int, scanner: Scanner) -> Iterator[Part]:
    """Redact shards and give each part when it is done, in any order; `scanner` is for this process.

    A shard on which workers died three times is given up. Raises `InternalError` then, `UsageError` for less than one
    job, and what the work raises.
    """
    if jobs < 1:
        raise UsageError("--jobs is at least 1")
    if jobs == 1 or len(shards) < 2:
        yield from map(Worker(work, scanner), shards)
        return
    left, died = {shard.number: shard for shard in shards}, Counter[int]()
    while left:
        running: dict[Future[Part], Shard] = {}
        try:
            with working(min(jobs, len(left)), _start, work) as pool:
                waiting = iter(list(left.values()))
                while True:
                    for shard in waiting:
                        running[submit(pool, _redact, shard)] = shard
                        if len(running) >= _AHEAD * jobs:
                            break
                    if not running:
                        break
                    for future in wait(running, return_when="FIRST_COMPLETED").done:
                        part = future.result()
                        del running[future], left[part.number]
                        yield part
        except BrokenProcessPool:
            died.update(shard.number for shard in running.values())
            _give_up(died, left)


def _start(work: Work) -> None:
    _worker[:] = [Worker(work)]


def _redact(shard: Shard) -> Part:
    return _worker[0](shard)


def _give_up(died: Counter[int], left: dict[int, Shard]) -> None:
    for number, times in died.most_common(1):
        shard = left.get(number)
        if times >= _TRIES and shard is not None:
            rows = f"rows {shard.first + 1} to {shard.first + shard.rows}"
            raise InternalError(f"a worker process died three times on {rows}, or beside them; nothing was written")
