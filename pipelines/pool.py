"""Processes that work for this one: started afresh, deaf to Ctrl-C, silent, and gone when they are not needed."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from pipelines.quiet import be_quiet

ResultT = TypeVar("ResultT")

_PATIENCE = 10.0


@contextmanager
def working(jobs: int, start: Callable[..., None], *arguments: object) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of `jobs` processes, each begun with `start`; after an error nobody waits for what is under way."""
    others = multiprocessing.active_children()
    begin = partial(_begin, start, *arguments)
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), begin)
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        workers = [worker for worker in multiprocessing.active_children() if worker not in others]
        for worker in workers:
            worker.terminate()
        deadline = time.monotonic() + _PATIENCE  # `join` may come back early while the pool's own thread joins them too
        while any(worker.is_alive() for worker in workers) and time.monotonic() < deadline:
            time.sleep(0.01)
        pool.shutdown(wait=False)
        raise


def submit(pool: ProcessPoolExecutor, function: Callable[..., ResultT], *arguments: Any) -> Future[ResultT]:
    """Hand work to a pool. Raises `BrokenProcessPool` where a worker died."""
    with _deaf():
        try:
            return pool.submit(function, *arguments)
        except OSError:  # another worker died while this one was being started, and the pool closed its pipes
            raise BrokenProcessPool from None


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, which a terminal sends to all: this one decides, and hears it later."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(start: Callable[..., None], *arguments: object) -> None:
    be_quiet()
    start(*arguments)
