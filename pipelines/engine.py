"""Scan many texts with several processes, the model loaded once in each; one process needs no pool."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.errors import InternalError, UsageError
from pipelines.pool import submit, working

_SHARD_CHARACTERS, _SHARD_TEXTS, _AHEAD = 20_000, 256, 64

_worker: list[Scanner] = []


def _start_worker(policy: Policy) -> None:
    _worker[:] = [Scanner(policy)]


def _scan_shard(texts: Sequence[str], known: Sequence[KnownDetector | None]) -> list[tuple[Finding, ...]]:
    return _worker[0].scan(texts, known)


def _shards(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut texts into runs of about the same size, so that no process waits long for another's last one."""
    first = size = 0
    for last, text in enumerate(texts):
        if last > first and (size + len(text) > _SHARD_CHARACTERS or last - first == _SHARD_TEXTS):
            yield first, last
            first, size = last, 0
        size += len(text)
    if texts:
        yield first, len(texts)


class Engine(Scanner):
    """A scanner that reports progress and, inside `pool`, spreads its texts over processes; it finds the same."""

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self._pool: ProcessPoolExecutor | None = None
        self._advance: Callable[[int], None] = lambda _: None

    @contextmanager
    def pool(self, jobs: int) -> Iterator["Engine"]:
        """Spread work over `jobs` processes while the block runs. Raises `UsageError` for fewer than one."""
        if jobs < 1:
            raise UsageError("--jobs is at least 1")
        if jobs == 1:
            yield self
            return
        with working(jobs, _start_worker, self.policy) as pool:
            self._pool = pool
            try:
                yield self
            finally:
                self._pool = None

    @contextmanager
    def reporting(self, advance: Callable[[int], None]) -> Iterator["Engine"]:
        """Call `advance` with the number of texts done, as they are done."""
        self._advance, before = advance, self._advance
        try:
            yield self
        finally:
            self._advance = before

    def scan(
        self, texts: Sequence[str], known: Sequence[KnownDetector | None] | None = None
    ) -> list[tuple[Finding, ...]]:
        """Return the findings of each text, as `Scanner.scan` does."""
        companions = known if known is not None else [None] * len(texts)
        shards = [(texts[first:last], companions[first:last]) for first, last in _shards(texts)]
        found: list[tuple[Finding, ...]] = []
        for shard, result in zip(shards, self._map(shards), strict=True):
            found.extend(result)
            self._advance(len(shard[0]))
        return found

    def _map(
        self, shards: Sequence[tuple[Sequence[str], Sequence[KnownDetector | None]]]
    ) -> Iterator[list[tuple[Finding, ...]]]:
        if self._pool is None:
            for texts, known in shards:
                yield super().scan(texts, known)
            return
        waiting: deque[Future[list[tuple[Finding, ...]]]] = deque()
        try:
            for shard in shards:
                if len(waiting) == _AHEAD:  # no future is ever cancelled: Python 3.11 hangs on that when a pool breaks
                    yield waiting.popleft().result()
                waiting.append(submit(self._pool, _scan_shard, *shard))
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise InternalError("a worker process died; nothing was written") from None
