"""Mutants as mutmut leaves them on the disk, and what somebody thinks of those that survived."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

JUDGEMENTS = Path(__file__).parent / "survivors.toml"
VERDICTS = ("equivalent", "wording", "open", "not judged")
_KILLED, _OUT_OF_TIME, _NOT_REACHED = {1, 3}, {-24, 24, 36, 152, 255}, {5, 33}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one function: the lines that changed, before and after, and what became of it."""

    file: str
    function: str
    was: str
    becomes: str
    state: str

    @property
    def killed(self) -> bool:
        """Whether the tests saw it."""
        return self.state in {"killed", "out of time"}


def mutants_of(folder: Path, files: Sequence[str]) -> list[Mutant]:
    """Read every mutant of the files from the folder of mutmut. Raises ValueError where one was not tried."""
    found = []
    for file in files:
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        spans = json.loads((folder / f"{file}.spans").read_text(encoding="utf-8"))["spans"]
        sources = {name: _unnamed(lines[first - 1 : last], name) for name, (first, last) in spans.items()}
        ended = json.loads((folder / f"{file}.meta").read_text(encoding="utf-8"))["exit_code_by_key"]
        for key, code in ended.items():
            name = key.rpartition(".")[2]
            function = name.rpartition("__mutmut_")[0]
            was, becomes = changed(sources[f"{function}__mutmut_orig"], sources[name])
            found.append(Mutant(file, _plain(function), was, becomes, _state(code)))
    return found


def changed(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Give the lines that differ, from the first to the last.

    >>> changed(["a", " b", "c"], ["a", " x", "c"])
    ('b', 'x')
    """
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    ends = len(before) - tail, len(after) - tail
    return _joined(before[head : ends[0]]), _joined(after[head : ends[1]])


def judged(mutant: Mutant) -> tuple[str, str]:
    """Give what is thought of a survivor, and why; it is known by its function and what changed in it."""
    return _judgements().get((mutant.file, mutant.function, mutant.was, mutant.becomes), ("not judged", ""))


@cache
def _judgements() -> Mapping[tuple[str, str, str, str], tuple[str, str]]:
    said = tomllib.loads(JUDGEMENTS.read_text(encoding="utf-8"))["survivor"]
    return {(s["file"], s["function"], s["was"], s["becomes"]): (s["verdict"], s["why"]) for s in said}


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip_longest(one, other)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), len(one))


def _unnamed(lines: Sequence[str], name: str) -> list[str]:
    return [line.replace(name, "") for line in lines]


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def _plain(name: str) -> str:
    """Give a function its own name again.

    >>> _plain("x_draw"), _plain("xǁLedgerǁcharge")
    ('draw', 'Ledger.charge')
    """
    return name.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")


def _state(code: int | None) -> str:
    if code is None:
        raise ValueError("some mutants were not tried: run the benchmark again, it goes on where it was stopped")
    if code in _KILLED:
        return "killed"
    return "out of time" if code in _OUT_OF_TIME else "not reached" if code in _NOT_REACHED else "survived"
