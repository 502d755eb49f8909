"""From what several detectors saw to spans that are sorted, disjoint and end at word boundaries."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import regex

from deid.finding import Finding

_JOINABLE = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS"})
# A combining mark or an invisible character between letters ends no word.
_IN_WORD = regex.compile(r"[\p{L}\p{N}\p{M}_\p{Default_Ignorable_Code_Point}]")


def vote(text: str, findings: Iterable[Finding], min_score: float = 0.4) -> tuple[Finding, ...]:
    """Return the union of the findings that reach `min_score`.

    What overlaps becomes one span that covers all of it, under the label of the best score (the longer span at a tie);
    neighbours of one label with nothing but spaces between them become one; a span that starts or ends inside a word
    takes the whole word.

    >>> a = Finding(0, 4, "PERSON", 0.8, "x"); b = Finding(2, 7, "LOCATION", 0.5, "y")
    >>> vote("Ann Lee!", [a, b])
    (Finding(start=0, end=7, label='PERSON', score=0.8, detector='x+y'),)
    """
    kept = sorted(_snap(text, f) for f in findings if f.withheld or f.score >= min_score)
    apart = _chain(kept, lambda left, right: right.start < left.end)
    return tuple(_chain(apart, lambda left, right: _neighbours(text, left, right)))


def _chain(findings: Iterable[Finding], joins: Callable[[Finding, Finding], bool]) -> list[Finding]:
    merged: list[Finding] = []
    for finding in findings:
        if merged and joins(merged[-1], finding):
            merged[-1] = _merge(merged[-1], finding)
        else:
            merged.append(finding)
    return merged


def _snap(text: str, finding: Finding) -> Finding:
    start, end = finding.start, finding.end
    while start > 0 and _IN_WORD.match(text, start) and _IN_WORD.match(text, start - 1):
        start -= 1
    while end < len(text) and _IN_WORD.match(text, end - 1) and _IN_WORD.match(text, end):
        end += 1
    return finding if (start, end) == (finding.start, finding.end) else replace(finding, start=start, end=end)


def _neighbours(text: str, left: Finding, right: Finding) -> bool:
    gap = text[left.end : right.start]
    return left.label == right.label and left.label in _JOINABLE and gap.strip(" \t") == ""


def _merge(left: Finding, right: Finding) -> Finding:
    best = max(left, right, key=lambda f: (f.withheld, f.score, f.end - f.start))
    voters = dict.fromkeys([*left.detector.split("+"), *right.detector.split("+")])
    return replace(best, start=left.start, end=max(left.end, right.end), detector="+".join(voters))
