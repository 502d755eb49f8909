"""What is costly to build is built once a session."""

import pytest

from deid import Scanner
from deid.detectors.engine.pattern import PatternDetector, Rule


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
