"""Mutants of what redacts, draws noise, keeps the ledger and judges a release: which of them the tests kill."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.environments import beside
from benchmarks.outcome import Grid, Outcome
from benchmarks.survivors import VERDICTS, Mutant, judged, mutants_of

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = ROOT / "mutants"
_STAMP = MUTANTS / "made-of.txt"
# As a module it would be loaded twice, and warn.
_MUTMUT = "from mutmut.__main__ import cli; cli()"

GROUPS: Mapping[str, tuple[str, ...]] = {
    "noise": ("synth/noise.py", "synth/select.py"),
    "ledger": ("synth/ledger.py", "synth/budget.py", "synth/chain.py"),
    "redaction": ("deid/",),
    "gate": ("pipelines/", "leakage/"),
}
_HEAD = ["mutants", "killed", "out of time", "survived", "not reached", "killed of all"]
_BUT = "killed of those that are not equivalent"
_NOTE = (
    "mutmut {version}, one process. Killed: a test failed, or an endless loop ran out of time. Not reached: no chosen "
    "test calls the function; not killed, in the shares. mutmut changes what stands in functions and methods, their "
    "messages too; it leaves out decorated ones (properties, `Ledger.held`) and what stands outside functions, such as "
    "the table of limits in `pipelines/profile.py`, which a test holds against docs/gate.md. The tests are those that "
    "`[tool.mutmut]` names: fast ones without a language model."
)
_JUDGED = "equivalent: nobody can tell. wording: what is said, not what is done. open: should be killed, and is not."


def run() -> Outcome:
    """Make all mutants, or go on where a run was stopped; nothing is kept from one on other sources or tests."""
    made_of = _digest()
    if not _STAMP.is_file() or _STAMP.read_text(encoding="utf-8") != made_of:
        shutil.rmtree(MUTANTS, ignore_errors=True)
        MUTANTS.mkdir()
        _STAMP.write_text(made_of, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(beside("mutmut"))}
    command = [sys.executable, "-c", _MUTMUT, "run", "--max-children", "1"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return report(mutants_of(MUTANTS, _mutated()))


def report(mutants: Sequence[Mutant]) -> Outcome:
    """Count mutants by group and by module, and list those that survived with what is thought of each."""
    groups = {name: [m for m in mutants if m.file.startswith(places)] for name, places in GROUPS.items()}
    files = {file: [m for m in mutants if m.file == file] for file in dict.fromkeys(m.file for m in mutants)}
    left = [mutant for mutant in mutants if not mutant.killed]
    verdicts = Counter((mutant.file, judged(mutant)[0]) for mutant in left)
    rows = [[file, *(str(verdicts[file, verdict]) for verdict in VERDICTS)] for file in files]
    listed = [[m.file, m.function, f"`{_shown(m.was)}`", f"`{_shown(m.becomes)}`", *judged(m)] for m in left]
    version = next(line for line in _pinned() if line.startswith("mutmut==")).removeprefix("mutmut==")
    grids = [
        Grid("Mutants killed", ["group", *_HEAD, _BUT], list(_rows(groups)), _NOTE.format(version=version)),
        Grid("By module", ["module", *_HEAD, _BUT], list(_rows(files))),
        Grid("Survivors by judgement", ["module", *VERDICTS], rows, _JUDGED),
        Grid("Survivors", ["module", "function", "was", "became", "judgement", "why"], listed),
    ]
    figures = {"groups": _figures(groups), "modules": _figures(files)}
    return Outcome("mutation", grids, figures)


def _figures(parts: Mapping[str, Sequence[Mutant]]) -> dict[str, dict[str, float]]:
    return {name: counts(mutants) for name, mutants in parts.items() if mutants}


def counts(mutants: Sequence[Mutant]) -> dict[str, float]:
    """Count mutants by what became of them, with the share that was killed: of all, and of the not equivalent."""
    states = Counter(mutant.state for mutant in mutants)
    equivalent = sum(not mutant.killed and judged(mutant)[0] == "equivalent" for mutant in mutants)
    killed = sum(mutant.killed for mutant in mutants)
    return {
        "mutants": len(mutants),
        "killed": states["killed"],
        "out of time": states["out of time"],
        "survived": states["survived"],
        "not reached": states["not reached"],
        "share": killed / len(mutants),
        "share but equivalent": killed / (len(mutants) - equivalent),
    }


def _rows(parts: Mapping[str, Sequence[Mutant]]) -> Iterator[list[str]]:
    for name, figures in _figures(parts).items():
        *whole, share, but = figures.values()
        yield [name, *(f"{number:,}" for number in whole), f"{share:.1%}", f"{but:.1%}"]


def _shown(code: str) -> str:
    return code.replace("\n", " ⏎ ").replace("|", "\\|").replace("`", "'")


def _mutated() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    return [str(file) for file in settings["only_mutate"]]


def _pinned() -> list[str]:
    return (ROOT / "benchmarks" / "peers" / "mutmut.txt").read_text(encoding="utf-8").splitlines()


def _digest() -> str:
    """Hash what the verdicts depend on: the packages, their tests, what is installed, and the settings."""
    settings = json.dumps(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")), default=str)
    digest = hashlib.sha256(settings.encode())
    folders = ("deid", "synth", "leakage", "pipelines", "tests", "docs")
    files = [
        file for folder in folders for file in (ROOT / folder).rglob("*") if file.suffix in {".py", ".toml", ".md"}
    ]
    for file in [*sorted(files), ROOT / "requirements.lock", ROOT / "benchmarks" / "peers" / "mutmut.txt"]:
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()
