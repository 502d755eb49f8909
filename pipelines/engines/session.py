"""A Spark session that says nothing, shows nothing and writes nothing down unencrypted."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import DEVNULL
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from deid.keys import ENVIRONMENT
from pipelines.errors import PipelineError, UsageError
from pipelines.extras import check_spark
from pipelines.progress import timed

if TYPE_CHECKING:
    from py4j.java_gateway import JavaGateway
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

_LOOPBACK = "127.0.0.1"
_SETTINGS = {
    "spark.app.name": "tamis",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.speculation": "false",
    "spark.io.encryption.enabled": "true",  # what spills to a disk, and no plain temporary file on the way to the JVM
    "spark.python.worker.reuse": "true",
    "spark.python.worker.faulthandler.enabled": "true",
    "spark.rpc.message.maxSize": "1024",  # MiB: a shard of long cells travels inside its task
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
}
"""What must hold, whatever the cluster's own settings say. The key is in none of them."""


@contextmanager
def session(master: str) -> Iterator["SparkSession"]:
    """Start Spark and stop it at the end; its own messages go nowhere.

    Raises `ExtraError` where Spark or Java is not installed, `UsageError` where it does not start at this master, or
    the key is in its settings.
    """
    check_spark()
    from pyspark import SparkContext  # noqa: PLC0415 it is an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415 the same

    with timed("starting Spark"), _starting(master):
        gateway, settings = _launched(master)
        _check(settings)
        with _hearing_ctrl_c():
            started = SparkSession(SparkContext(conf=settings, gateway=gateway))
    try:
        yield started
    finally:
        started.stop()


def _launched(master: str) -> "tuple[JavaGateway, SparkConf]":
    """Start Java, unless it was started before, and read all settings: these, and what a cluster's own files say."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 it is an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415 the same

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {**_SETTINGS, "spark.master": master}
    if master.startswith("local"):
        settings |= {"spark.driver.host": _LOOPBACK, "spark.driver.bindAddress": _LOOPBACK}
    stated = list(settings.items())
    start: Callable[..., JavaGateway] = launch_gateway
    silent = {"stdout": DEVNULL, "stderr": DEVNULL}
    gateway = SparkContext._gateway or start(SparkConf(loadDefaults=False).setAll(stated), silent)
    return gateway, SparkConf(_jvm=gateway.jvm).setAll(stated)


def _check(settings: "SparkConf") -> None:
    key = os.environ.get(ENVIRONMENT)
    for name, value in settings.getAll():
        if name.endswith(f"Env.{ENVIRONMENT}") or (key and key in value):
            raise UsageError(
                f"the Spark setting {name!r} carries the key, and settings are logged: give it to executors in their "
                "own environment, or in a file (--key-file)"
            )


@contextmanager
def _starting(master: str) -> Iterator[None]:
    try:
        yield
    except PipelineError:
        raise
    except Exception as error:  # noqa: BLE001 of py4j, of pyspark, of the JVM
        raise UsageError(f"Spark does not start at {master!r} ({type(error).__name__})") from None


@contextmanager
def _hearing_ctrl_c() -> Iterator[None]:
    """Keep this process's own answer to Ctrl-C: Spark would put another in its place."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if current_thread() is main_thread():
            signal.signal(signal.SIGINT, before)
