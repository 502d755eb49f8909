"""Scan many texts with several processes, the model loaded once in each; one process needs no pool."""

import logging
import multiprocessing
import signal
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import TypeAlias

from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.errors import InternalError, UsageError

_SHARD_CHARACTERS, _SHARD_TEXTS, _AHEAD = 20_000, 256, 64
_PATIENCE = 10.0

Shard: TypeAlias = tuple[Sequence[str], Sequence[KnownDetector | None]]

_worker: list[Scanner] = []


def _start_worker(policy: Policy) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    _worker[:] = [Scanner(policy)]


def _scan_shard(texts: Sequence[str], known: Sequence[KnownDetector | None]) -> list[tuple[Finding, ...]]:
    return _worker[0].scan(texts, known)


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, which a terminal sends to all: this one decides, and hears it later."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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


def _submit(pool: ProcessPoolExecutor, shard: Shard) -> Future[list[tuple[Finding, ...]]]:
    with _deaf():
        try:
            return pool.submit(_scan_shard, *shard)
        except OSError:  # another worker died while this one was being started, and the pool closed its pipes
            raise BrokenProcessPool from None


def _wait_for_end(workers: Sequence[BaseProcess]) -> None:
    """Wait until the processes are gone; `join` may come back early while the pool's own thread joins them too."""
    deadline = time.monotonic() + _PATIENCE
    while any(worker.is_alive() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.01)


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
        context = multiprocessing.get_context("spawn")
        others = multiprocessing.active_children()
        pool = ProcessPoolExecutor(jobs, context, _start_worker, (self.policy,))
        self._pool = pool
        try:
            yield self
            pool.shutdown()
        except BaseException:  # nobody waits for what will not be used
            workers = [worker for worker in multiprocessing.active_children() if worker not in others]
            for worker in workers:
                worker.terminate()
            _wait_for_end(workers)
            pool.shutdown(wait=False)
            raise
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
                waiting.append(_submit(self._pool, shard))
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise InternalError("a worker process died; nothing was written") from None
