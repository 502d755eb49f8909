"""The command line: parse, call, and turn every end into one line and an exit code."""

import errno
import io
import logging
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from threading import Timer, current_thread, main_thread
from types import FrameType
from typing import Annotated, Any, NoReturn, cast

import typer

from pipelines.commands import audit, demo, doctor, explain, redact, rekey, restore, run, scan, synth, verify
from pipelines.quiet import leave_no_core
from pipelines.trace import places_of
from pipelines.visible import visible

WRONG_USAGE, HUNG_UP, INTERRUPTED, TERMINATED = 2, 129, 130, 143
_SOON = 0.02  # seconds
_DEBUG = "--debug"
# Of click, or of the copy of click inside newer typers, which is another class.
_WRONG_USAGE = cast(
    "type[typer.BadParameter]", next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
)

app = typer.Typer(
    name="tamis",
    help="A sieve for data that must not leak: redact, synthesise, attack, and release only what holds.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (demo, run, scan, redact, restore, rekey, synth, audit, verify, explain, doctor):
    app.command(name=module.__name__.rpartition(".")[2], help=module.__doc__)(module.command)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"tamis {version('tamis')}\n")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
    _debug: Annotated[
        bool, typer.Option(_DEBUG, help="After an error, show where in the program it arose; never any data.")
    ] = False,
) -> None:
    """Take the options that belong to no command."""


def main() -> NoReturn:
    """Run `tamis` and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # whatever the locale: what is read as UTF-8 leaves as UTF-8
    os.environ["PYTHONWARNINGS"] = "ignore"  # nor do the processes that it starts speak
    leave_no_core()
    try:
        status = run_app(sys.argv[1:])
    except SystemExit as end:  # a polite end from outside
        status = end.code if isinstance(end.code, int) else TERMINATED
    with suppress(OSError):  # what could not be written has been told already
        sys.stdout.flush()
        sys.stderr.flush()
    # Not sys.exit: before Python 3.11.5 a pool can wait for ever for workers that are gone (python/cpython#94777), and
    # a full disk would be told a second time.
    os._exit(status)


def run_app(arguments: list[str]) -> int:
    """Run one command and return its exit code; all that goes wrong is one line on standard error."""
    with _quiet():
        return _end_of(arguments)


def _end_of(arguments: list[str]) -> int:
    try:
        return _call(arguments)
    except _WRONG_USAGE as error:
        return _fail("P101", error.format_message(), WRONG_USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("interrupted", "nothing was written", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader is gone: nobody to flush to
        return 0
    except Exception as error:  # noqa: BLE001 the last line of defence: messages of others may carry data
        status = _fail(*_describe(error))
        if _DEBUG in takewhile(lambda word: word.startswith("-"), arguments):
            sys.stderr.writelines(f"{line}\n" for line in places_of(error))
        return status


def _call(arguments: list[str]) -> int:
    """Call the command without typer's own handling of ends: it has other codes, and tells of Ctrl-C by none."""
    command = typer.main.get_command(app)
    try:
        with command.make_context("tamis", [*arguments] or ["--help"]) as context:
            result = command.invoke(context)
    except typer.Exit as end:
        result = end.exit_code
    sys.stdout.flush()  # here, where a full disk or a reader that went away is still heard
    if not arguments:
        return WRONG_USAGE
    return result if isinstance(result, int) else 0


def _describe(error: Exception) -> tuple[str, str, int]:
    from pipelines.catalogue import code_of

    known = code_of(error)
    if known is not None:
        return known[0], str(error), known[1]
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
        return "P301", f"the output could not be written: {os.strerror(error.errno)}", 4
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return "P201", "a path is longer than the system allows", 3
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return "P900", f"{type(error).__name__} at {place}; nothing was written", 4


def _fail(code: str, message: str, status: int) -> int:
    hint = f" (tamis explain {code})" if code[:1].isupper() else ""
    line = visible(" ".join(message.split()))
    sys.stderr.write(f"tamis: {code}: {line}{hint}\n")
    return status


@contextmanager
def _quiet() -> Iterator[None]:
    """Let no library speak: their warnings and logs may carry what they read. A polite end clears up like Ctrl-C."""
    level = logging.root.manager.disable
    handlers = _answer_ends() if current_thread() is main_thread() else {}
    hook, sys.unraisablehook = sys.unraisablehook, _unheard
    try:
        logging.disable(logging.CRITICAL)
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.disable(level)
        sys.unraisablehook = hook
        for sign, handler in handlers.items():
            signal.signal(sign, handler)


def _answer_ends() -> dict[signal.Signals, Any]:
    """Answer the requests to end, by the system or by a terminal that closes; return who answered them before."""
    known = [signal.Signals[name] for name in ("SIGTERM", "SIGHUP") if name in signal.Signals.__members__]
    heard = [sign for sign in known if signal.getsignal(sign) is not signal.SIG_IGN]  # as nohup asks
    return {sign: signal.signal(sign, _terminate) for sign in heard}


def _terminate(sign: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + sign)


def _unheard(lost: "sys.UnraisableHookArgs") -> None:
    """Ask to end once more where the first time fell on code that passes no exception on, as clearing up objects.

    Nothing is said of other exceptions that are lost there: their messages may carry what was read.
    """
    sign = {SystemExit: signal.SIGTERM, KeyboardInterrupt: signal.SIGINT}.get(lost.exc_type)
    if isinstance(lost.exc_value, SystemExit) and lost.exc_value.code == HUNG_UP:
        sign = signal.SIGHUP
    if sign is not None:
        again = Timer(_SOON, os.kill, (os.getpid(), sign))
        again.daemon = True
        again.start()
