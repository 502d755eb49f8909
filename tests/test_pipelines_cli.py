"""The command line: help, codes, ends, and what it leaves as it found it."""

import logging
import os
import signal
import sys
import threading
import time
import warnings

import pytest
import typer

from deid.scanner import Scanner
from pipelines.catalogue import catalogue
from pipelines.cli import _quiet, app, run_app
from pipelines.errors import PipelineError
from pipelines.output import staged

COMMANDS = ("demo", "run", "scan", "redact", "restore", "rekey", "synth", "audit", "verify", "explain", "doctor")


@pytest.fixture
def tamis(capfd):
    def call(*arguments):
        status = run_app([str(argument) for argument in arguments])
        return status, *capfd.readouterr()

    return call


def test_every_command_has_help_with_an_example(tamis):
    assert {command.name for command in app.registered_commands} == set(COMMANDS)
    for command in COMMANDS:
        status, out, err = tamis(command, "--help")
        assert (status, err) == (0, "")
        assert f"Example: tamis {command}" in " ".join(out.split())


def test_without_a_command_there_is_help(tamis):
    status, out, err = tamis()
    assert (status, err) == (2, "")
    assert all(command in out for command in COMMANDS)
    assert tamis("--version")[:2] == (0, "tamis 0.1.0\n")


def test_every_code_explains_itself(tamis):
    codes = catalogue()
    assert len(codes) >= 40
    for code, kind in codes.items():
        status, out, err = tamis("explain", code.lower())
        assert (status, err) == (0, "")
        first, blank, *meaning = out.splitlines()
        assert (first, blank) == (f"{code} ({kind.__name__}), exit code {kind.exit_code}", "")
        assert len(" ".join(meaning)) > 40
        assert kind.exit_code in {2, 3, 4}


def test_codes_are_unique():
    kinds, found = [PipelineError], []
    while kinds:
        kind = kinds.pop()
        found.append(kind.code)
        kinds += kind.__subclasses__()
    assert len(found) == len(set(found))


def test_the_doctor_finds_all_in_order(tamis, monkeypatch):
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    status, out, err = tamis("doctor")
    assert (status, err) == (0, "")
    assert "WRONG" not in out
    assert "en_core_web_sm" in out


def test_the_doctor_says_what_is_wrong(tamis, monkeypatch):
    monkeypatch.setenv("TAMIS_KEY", "c0ffee")
    status, out, _ = tamis("doctor")
    assert status == 2
    assert "WRONG key: D102" in out
    assert "c0ffee" not in out


def test_the_process_is_left_as_it_was(tamis, tmp_path):
    def settings():
        return signal.getsignal(signal.SIGTERM), logging.root.manager.disable, list(warnings.filters)

    before = settings()
    (tmp_path / "a.txt").write_text("Ann Lee lives in Leeds.")
    for arguments in (("scan", tmp_path / "a.txt"), ("scan", tmp_path / "none.txt"), ("nonsense",), ()):
        tamis(*arguments)
        assert settings() == before


def test_it_runs_in_a_thread(tmp_path, capfd):
    (tmp_path / "a.txt").write_text("Ann Lee lives in Leeds.")
    ends = []
    thread = threading.Thread(target=lambda: ends.append(run_app(["scan", str(tmp_path / "a.txt")])))
    thread.start()
    thread.join()
    assert ends == [0]
    assert "PERSON" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (KeyboardInterrupt, (130, "tamis: interrupted: nothing was written\n")),
        (typer.Abort, (130, "tamis: interrupted: nothing was written\n")),
        (ValueError, (4, "tamis: P900: ValueError at ")),
        (MemoryError, (4, "tamis: P900: MemoryError at ")),
        (RecursionError, (4, "tamis: P900: RecursionError at ")),
    ],
)
def test_a_stop_in_the_middle_leaves_nothing(tamis, tmp_path, monkeypatch, fault, end):
    def stopping(*_):
        raise fault("Ann Lee")

    (tmp_path / "a.txt").write_text("Ann Lee lives in Leeds.")
    (tmp_path / "t.csv").write_text("note\nAnn Lee lives with her sister in the town of Leeds.\n")
    monkeypatch.setattr(Scanner, "scan", stopping)
    for name in ("a.txt", "t.csv"):
        ended = tamis("redact", tmp_path / name, "-o", tmp_path / "new" / name)
        assert ended[:2] == (end[0], "")
        assert ended[2].startswith(end[1])
        assert "Ann" not in ended[2]
        assert ended[2].count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "t.csv"]


def test_a_polite_end_leaves_nothing(tmp_path, capfd):
    (tmp_path / "a.txt").write_text("Ann Lee lives in Leeds.")

    def main():
        with staged(tmp_path / "out"):
            signal.raise_signal(signal.SIGTERM)
        pytest.fail("the signal was not heard")

    app.command("wait", hidden=True)(main)
    try:
        with pytest.raises(SystemExit) as caught:
            run_app(["wait"])
    finally:
        app.registered_commands.pop()
    assert caught.value.code == 143
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt"]


def test_a_reader_that_went_away_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("Ann Lee lives in Leeds.")

    class Gone:
        encoding = "utf-8"

        def write(self, _):
            raise BrokenPipeError(32, "Broken pipe")

        def writelines(self, _):
            raise BrokenPipeError(32, "Broken pipe")

        def fileno(self):
            return spare

        def flush(self):
            return None

    with (tmp_path / "spare").open("w") as file:
        spare = file.fileno()
        monkeypatch.setattr(sys, "stdout", Gone())
        assert run_app(["scan", str(tmp_path / "a.txt"), "--format", "jsonl"]) == 0


class Last:
    """Ends the program while it is being cleared away, where no exception can be passed on."""

    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):  # the handler runs in here
            pass


def test_a_polite_end_that_falls_on_deaf_ears_is_heard_soon_after(capfd):
    def work():
        Last()
        time.sleep(5)

    with pytest.raises(SystemExit) as end, _quiet():
        work()
    assert end.value.code == 143
    assert capfd.readouterr().err == ""
