"""Work on this machine: in this process, or in several that are started afresh; a worker that dies is replaced."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from deid.scanner import Scanner
from pipelines.errors import InternalError, UsageError
from pipelines.pool import submit, working
from pipelines.shards.manifest import Part, Shard
from pipelines.shards.work import Work, Worker
from synth import marginal
from synth.encode import Codes

_TRIES = 3
_AHEAD = 2

_worker: list[Worker] = []


@dataclass(frozen=True, slots=True)
class Local:
    """`jobs` processes; `scanner` is for this one. Raises `UsageError` for less than one job."""

    jobs: int = 1
    scanner: Scanner | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise UsageError("--jobs is at least 1")

    def map_shards(self, work: Work, shards: Sequence[Shard]) -> Iterator[Part]:
        """Redact shards and give each part when it is done, in any order.

        A shard on which workers died three times is given up. Raises `InternalError` then, and what the work raises.
        """
        if self.jobs == 1 or len(shards) < 2:
            yield from map(Worker(work, self.scanner), shards)
            return
        left, died = {shard.number: shard for shard in shards}, Counter[int]()
        while left:
            running: dict[Future[Part], Shard] = {}
            try:
                yield from self._spread(work, left, running)
            except BrokenProcessPool:
                died.update(shard.number for shard in running.values())
                _give_up(died, left)

    def tabulate(self, codes: Codes) -> marginal.Counter:
        """Count in this process."""
        return marginal.tabulate(codes)

    def _spread(self, work: Work, left: dict[int, Shard], running: dict[Future[Part], Shard]) -> Iterator[Part]:
        """Hand what is left to processes; note in `left` and `running` what is not done."""
        with working(min(self.jobs, len(left)), _start, work) as pool:
            waiting = iter(list(left.values()))
            while True:
                for shard in waiting:
                    running[submit(pool, _redact, shard)] = shard
                    if len(running) >= _AHEAD * self.jobs:
                        break
                if not running:
                    return
                for future in wait(running, return_when="FIRST_COMPLETED").done:
                    part = future.result()
                    del running[future], left[part.number]
                    yield part


def _start(work: Work) -> None:
    _worker[:] = [Worker(work)]


def _redact(shard: Shard) -> Part:
    return _worker[0](shard)


def _give_up(died: Counter[int], left: dict[int, Shard]) -> None:
    for number, times in died.most_common(1):
        shard = left.get(number)
        if times >= _TRIES and shard is not None:
            raise InternalError(
                f"a worker process died three times on {shard.place}, or beside them; nothing was written"
            )
