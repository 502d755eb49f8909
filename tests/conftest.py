"""What is costly to build is built once a session; the command as it is called in tests of what it refuses."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from deid import Scanner
from deid.detectors.engine.pattern import PatternDetector, Rule
from pipelines.catalogue import catalogue
from pipelines.cli import run_app

settings.register_profile(  # a mutant needs killing, not explaining
    "mutation", phases=[Phase.explicit, Phase.generate], database=None, deadline=None, derandomize=True, max_examples=10
)

settings.register_profile("patient", deadline=None)  # a machine that does something else besides is no fault
settings.load_profile("patient")

_LINE = re.compile(r"tamis: ([A-Z]\d{3}): \S.*\(tamis explain \1\)\n")


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    """The scanner of the default policy, its language model loaded once."""
    return Scanner()


@pytest.fixture(scope="session")
def patterns(scanner: Scanner) -> Scanner:
    """The same scanner without the language model."""
    return scanner.without_model()


@pytest.fixture
def impatient() -> Scanner:
    """A scanner whose only rule backtracks, under a clock that runs out on text like "aaaa…b"."""
    return Scanner(detectors=[PatternDetector("slow", [Rule("PERSON", r"(?:a|aa)+\b", 0.9)], seconds=0.02)])


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def code(self) -> str:
        """The code of the one line that it wrote on standard error."""
        line = _LINE.fullmatch(self.err)
        assert line, self.err
        return line[1]


@pytest.fixture
def tamis(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Call the command with some arguments."""

    def call(*arguments: object) -> Ended:
        status = run_app([str(argument) for argument in arguments])
        return Ended(status, *capfd.readouterr())

    return call


@pytest.fixture
def refused(tamis: Callable[..., Ended]) -> Callable[..., Ended]:
    """Call the command and see that it refuses with this code, and leaves the folder as it was."""

    def call(folder: Path, code: str, *arguments: object) -> Ended:
        before = _listing(folder)
        ended = tamis(*arguments)
        assert (ended.code, ended.status) == (code, catalogue()[code].exit_code), ended.err
        assert ended.status == {"1": 2, "2": 3}[code[1]] or code[0] != "P"
        assert ended.out == ""
        assert _listing(folder) == before
        return ended

    return call


def _listing(folder: Path) -> dict[str, str | bool]:
    """Give every file and folder with its content."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else p.is_dir()
        for p in folder.rglob("*")
    }
