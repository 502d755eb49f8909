"""A Spark session that says nothing, shows nothing and writes nothing down unencrypted."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import DEVNULL
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from pipelines.errors import UsageError
from pipelines.extras import check_spark
from pipelines.progress import timed

if TYPE_CHECKING:
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

    Raises `ExtraError` where Spark or Java is not installed, `UsageError` where it does not start at this master.
    """
    check_spark()
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 it is an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415 the same
    from pyspark.sql import SparkSession  # noqa: PLC0415 the same

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {**_SETTINGS, "spark.master": master}
    if master.startswith("local"):
        settings |= {"spark.driver.host": _LOOPBACK, "spark.driver.bindAddress": _LOOPBACK}
    try:
        with timed("starting Spark"), _hearing_ctrl_c():
            conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
            gateway = SparkContext._gateway or launch_gateway(conf, {"stdout": DEVNULL, "stderr": DEVNULL})
            started = SparkSession(SparkContext(conf=SparkConf().setAll(list(settings.items())), gateway=gateway))
    except Exception as error:  # noqa: BLE001 of py4j, of pyspark, of the JVM
        raise UsageError(f"Spark does not start at {master!r} ({type(error).__name__})") from None
    try:
        yield started
    finally:
        started.stop()


@contextmanager
def _hearing_ctrl_c() -> Iterator[None]:
    """Keep this process's own answer to Ctrl-C: Spark would put another in its place."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if current_thread() is main_thread():
            signal.signal(signal.SIGINT, before)
