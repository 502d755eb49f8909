"""What the values of a column say of it: their shapes, how many differ, checksums, and what the detectors saw."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from deid.finding import Finding
from deid.labels import Kind, kind_of
from deid.scanner import Scanner
from deid.tables.sketch import Sketch
from deid.tables.validity import checksum_label

SAMPLE = 400
"""How many distinct values a plan looks at; redaction looks at all of them."""

_WHOLE = 0.6
_CERTAIN = 0.8
_SENTENCE_WORDS = 6
_NUMBER = regex.compile(r"[-+]?\d{1,3}(?:[,.]?\d{3})*(?:[.,]\d+)?|[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_DATE = regex.compile(
    r"\D{0,12}(?:(?:19|20)\d\d[-/.]?(?:0?[1-9]|1[0-2])[-/.]?(?:3[01]|[12]\d|0?[1-9])|"
    r"(?:3[01]|[12]\d|0?[1-9])[-/. ](?:3[01]|[12]\d|0?[1-9]|\p{L}{3,10}\.?)[-/. ,]{1,2}(?:(?:19|20)\d\d|\d\d)|"
    r"\p{L}{3,10}\.?[ -](?:3[01]|[12]\d|0?[1-9]),?[ -](?:(?:19|20)\d\d|\d\d))\b.{0,30}",
    regex.DOTALL,
)
_YEAR = regex.compile(r"(?:18|19|20)\d\d(?:\.0)?")
_NAME = regex.compile(r"\p{L}[\p{L}\p{M}'’.\- ,]{1,60}")
_FLAGS = frozenset(
    "0 1 0.0 1.0 yes no true false y n t f oui non si sí ja nein sim nao não nee on off x checked unchecked".split()
)


@dataclass(frozen=True)
class Evidence:
    """A sample of a column's distinct values, what was seen in each, and how many cells stand behind them.

    `cells` counts the cells that say anything, `distinct` their distinct values, as its `Sketch` tells. None of the
    numbers depends on the order of the rows.
    """

    sample: tuple[str, ...]
    findings: tuple[tuple[Finding, ...], ...]
    distinct: int
    cells: int

    @property
    def size(self) -> int:
        """How many values were looked at."""
        return len(self.sample)

    def share(self, holds: Callable[[str], object]) -> float:
        """Return the share of the sample of which something holds."""
        return sum(bool(holds(value)) for value in self.sample) / max(1, self.size)

    @cached_property
    def numeric(self) -> float:
        """Share of values that are one number."""
        return self.share(_NUMBER.fullmatch)

    @cached_property
    def dates(self) -> float:
        """Share of values that are a date, whatever stands after it."""
        return self.share(_DATE.fullmatch)

    @cached_property
    def years(self) -> float:
        """Share of values that are a year."""
        return self.share(_YEAR.fullmatch)

    @cached_property
    def named(self) -> float:
        """Share of values that may be names: letters, and few signs between them."""
        return self.share(is_name_like)

    @cached_property
    def coded(self) -> float:
        """Share of values with a digit."""
        return self.share(lambda v: any(c.isdecimal() for c in v))

    @cached_property
    def letters(self) -> float:
        """Share of values with a letter."""
        return self.share(lambda v: any(c.isalpha() for c in v))

    @cached_property
    def flags(self) -> bool:
        """Whether the values say no more than yes and no."""
        return self.size > 0 and all(v.lower() in _FLAGS for v in self.sample)

    @cached_property
    def words(self) -> float:
        """The mean number of words."""
        return sum(len(v.split()) for v in self.sample) / max(1, self.size)

    @cached_property
    def lines(self) -> float:
        """Share of values of more than one line."""
        return self.share(lambda v: "\n" in v)

    @property
    def sentences(self) -> bool:
        """Whether the values are written freely."""
        return self.words >= _SENTENCE_WORDS or self.lines > 0.05

    @property
    def category(self) -> bool:
        """Whether few values stand for many cells, as those of an enumeration do."""
        return self.cells >= 100 and self.distinct <= min(50, self.cells / 20)

    @cached_property
    def checksum(self) -> str | None:
        """The label of the check digits that the values carry, far more often than by chance."""
        return checksum_label(self.sample)

    @cached_property
    def votes(self) -> Mapping[str, float]:
        """For each label the share of values that are of it as a whole, the largest first."""
        counts: dict[str, int] = {}
        for value, findings in zip(self.sample, self.findings, strict=True):
            for label in {f.label for f in findings}:
                if _covers([f for f in findings if f.label == label], value):
                    counts[label] = counts.get(label, 0) + 1
        ordered = sorted(counts, key=lambda label: (-counts[label], label))
        return {label: counts[label] / self.size for label in ordered}

    @cached_property
    def inside(self) -> Mapping[str, float]:
        """For each direct identifier that is certain the share of values that contain it."""
        seen = [{f.label for f in found if f.score >= _CERTAIN and _is_direct(f)} for found in self.findings]
        return {label: sum(label in labels for labels in seen) / self.size for label in sorted(set().union(*seen))}

    @cached_property
    def touched(self) -> float:
        """Share of values in which anything was found."""
        return sum(bool(found) for found in self.findings) / max(1, self.size)


def gather(values: Sequence[str], scanner: Scanner) -> Evidence:
    """Look at up to `SAMPLE` of the distinct values."""
    return look(Sketch.of(values), scanner)


def look(sketch: Sketch, scanner: Scanner) -> Evidence:
    """Look at up to `SAMPLE` of a sketch's values, evenly spread over their sorted order."""
    values = sorted(sketch.values)
    sample = tuple(values[:: max(1, math.ceil(len(values) / SAMPLE))])
    return Evidence(sample, tuple(scanner.scan(sample)), sketch.distinct, sketch.cells)


def is_name_like(value: str) -> bool:
    """Whether a value may name a person: "Ann Lee", "O’Hara", "Ann Lee 2", not "A-1002".

    >>> is_name_like("Zoë O’Hara"), is_name_like("A-10023")
    (True, False)
    """
    if _NAME.fullmatch(value):
        return len(value.split()) <= 6
    letters, digits = sum(c.isalpha() for c in value), sum(c.isdecimal() for c in value)
    return letters > digits and len(value.split()) <= 6 and not value.isupper()


def _is_direct(finding: Finding) -> bool:
    return not finding.withheld and kind_of(finding.label) is Kind.DIRECT


def _covers(findings: Sequence[Finding], value: str) -> bool:
    return sum(f.end - f.start for f in findings) >= _WHOLE * len(value.strip())
