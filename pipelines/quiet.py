"""Processes that work for another one say nothing, and leave nothing behind when they die."""

import logging
import warnings
from contextlib import suppress


def be_quiet() -> None:
    """Let no library speak in this process from now on: warnings and logs may carry what was read."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def leave_no_core() -> None:
    """Let no crash of this process, or of one that it starts, write its memory down: keys and data are in it."""
    with suppress(ImportError, OSError, ValueError):  # where the system has no such thing
        import resource  # noqa: PLC0415 not every system has it

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
