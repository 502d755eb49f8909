"""Several processes find what one finds, and when one of them dies the work ends."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

from deid.policy import Policy
from pipelines.engine import Engine
from pipelines.errors import InternalError, UsageError

TEXTS = [f"Ann Lee wrote to c{n}@example.com from Leeds on day {n}." for n in range(300)]


@pytest.fixture(scope="module")
def engine():
    return Engine(Policy(detectors=("presidio", "records")))


def test_processes_find_what_one_finds_and_tell_how_far_they_are(engine):
    alone = engine.scan(TEXTS)
    done = []
    with engine.pool(2) as pool, pool.reporting(done.append):
        assert pool.scan(TEXTS) == alone
        assert pool.scan([]) == []
    assert sum(done) == len(TEXTS)
    assert multiprocessing.active_children() == []
    assert engine.scan(TEXTS[:3]) == alone[:3]


def test_a_worker_that_dies_ends_the_work(engine):
    """As when the system kills the greediest process: no answer must not look like no finding, and nobody waits."""

    def kill():
        while len(children := multiprocessing.active_children()) < 2:
            time.sleep(0.01)
        os.kill(children[0].pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(InternalError), engine.pool(2) as pool:
        pool.scan(TEXTS)
    thread.join()
    assert multiprocessing.active_children() == []


def test_fewer_than_one_process_is_none(engine):
    with pytest.raises(UsageError), engine.pool(0):
        pytest.fail("the block must not run")
