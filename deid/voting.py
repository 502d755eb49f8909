"""From what several detectors saw to spans that are sorted, disjoint and end at word boundaries."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from math import prod
from operator import itemgetter
from typing import NamedTuple

import regex

from deid.detectors import MODELS
from deid.dial import Dial
from deid.finding import Finding

_JOINABLE = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS"})
_PLACES = frozenset({"STREET_ADDRESS", "LOCATION", "ZIP_CODE"})
_NAMES = frozenset({"PERSON", "TITLE"})
_SAME = regex.compile(r"[ \t]*")
_ADDRESS_GAP = regex.compile(r"[ \t]?,?\s{0,3}")
_INITIAL_GAP = regex.compile(r"[ \t]\p{L}\.?[ \t]")
_TITLE_GAP = regex.compile(r"\.?[ \t]{0,2}")
# A combining mark or an invisible character between letters ends no word.
_IN_WORD = regex.compile(r"[\p{L}\p{N}\p{M}_\p{Default_Ignorable_Code_Point}]")
_WORD = regex.compile(_IN_WORD.pattern + "+")
_CERTAIN = 0.99
_MODEL_WEIGHT = 0.6


def vote(text: str, findings: Iterable[Finding], dial: Dial | None = None) -> tuple[Finding, ...]:
    """Return the union of the findings that enough evidence speaks for.

    Evidence adds up: detectors that are independent of each other and see the same place give it the score
    1 − Π(1 − score), whatever they call it; one detector counts once. What then reaches the dial's threshold for its
    label stays. A span that starts or ends inside a word takes the whole word; what overlaps becomes one span that
    covers all of it, under the label that most evidence names. Neighbours become one where they
    are parts of one thing: of a name or firm, an honorific and a name, the lines of an address.

    >>> a = Finding(0, 4, "PERSON", 0.8, "x"); b = Finding(2, 7, "LOCATION", 0.5, "y")
    >>> [(f.start, f.end, f.label, round(f.score, 2), f.detector) for f in vote("Ann Lee!", [a, b])]
    [(0, 7, 'PERSON', 0.9, 'x+y')]
    """
    scale = dial or Dial()
    ballots = _agree(sorted(_outer(_snapped(text, findings))))
    kept = [b for b in ballots if b.finding.withheld or b.finding.score >= scale.threshold(b.finding.label)]
    apart = _chain(kept, lambda left, right: right.start < left.end, _merge)
    joined = _chain(apart, lambda left, right: _neighbours(text, left, right), _join)
    return tuple(ballot.finding for ballot in joined)


class _Ballot(NamedTuple):
    """A finding with the score of all that see it, and the evidence for its label alone."""

    finding: Finding
    weight: float


def _agree(findings: Sequence[Finding]) -> list[_Ballot]:
    """Give each finding the score of all the detectors that saw at least half of it."""
    support: list[dict[str, list[Finding]]] = [{f.detector: [f]} for f in findings]
    for i, first in enumerate(findings):
        for j in range(i + 1, len(findings)):
            second = findings[j]
            if second.start >= first.end:
                break
            shared = 2 * (min(first.end, second.end) - second.start)
            if shared >= first.end - first.start:
                support[i].setdefault(second.detector, []).append(second)
            if shared >= second.end - second.start:
                support[j].setdefault(first.detector, []).append(first)
    return [_ballot(f, voters.values()) for f, voters in zip(findings, support, strict=True)]


def _ballot(finding: Finding, voters: Collection[Sequence[Finding]]) -> _Ballot:
    if len(voters) == 1:
        return _Ballot(finding, _names(finding))
    total = _together(max(f.score for f in seen) for seen in voters)
    named = _together(max((_names(f) for f in seen if f.label == finding.label), default=0.0) for seen in voters)
    return _Ballot(finding.scored(max(finding.score, min(_CERTAIN, total))), named)


def _names(finding: Finding) -> float:
    """Return what a finding says for its label: a pattern knows a handle or a card number better than a model does."""
    return _MODEL_WEIGHT * finding.score if finding.detector in MODELS else finding.score


def _together(scores: Iterable[float]) -> float:
    return 1 - prod(1 - score for score in scores)


def _chain(
    ballots: Iterable[_Ballot],
    joins: Callable[[Finding, Finding], bool],
    merge: Callable[[_Ballot, _Ballot], _Ballot],
) -> list[_Ballot]:
    merged: list[_Ballot] = []
    for ballot in ballots:
        if merged and joins(merged[-1].finding, ballot.finding):
            merged[-1] = merge(merged[-1], ballot)
        else:
            merged.append(ballot)
    return merged


def _snapped(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Let what starts or ends inside a word take the whole word; a word may be as long as the text."""
    words: list[tuple[int, int]] = []

    def around(place: int) -> tuple[int, int]:
        """Return the bounds of the word that goes on at a place."""
        if not (0 < place < len(text) and _IN_WORD.match(text, place) and _IN_WORD.match(text, place - 1)):
            return place, place
        if not words:
            words.extend(match.span() for match in _WORD.finditer(text))
        return words[bisect_right(words, place, key=itemgetter(0)) - 1]

    found = list(findings)
    bounds = [(around(f.start)[0], around(f.end)[1]) for f in found]
    return [f.at(start, end) for f, (start, end) in zip(found, bounds, strict=True)]


def _outer(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what lies inside a surer finding of the same label and detector: it adds nothing to any sum."""
    last: dict[tuple[str, str], Finding] = {}
    for f in sorted(findings, key=lambda f: (f.start, -f.end, -f.score)):
        around = last.get((f.detector, f.label))
        if around is None or f.end > around.end or f.score > around.score:
            last[f.detector, f.label] = f
            yield f


def _neighbours(text: str, left: Finding, right: Finding) -> bool:
    labels = {left.label, right.label}
    gap = text[left.end : right.start]
    if len(labels) == 1 and labels <= _JOINABLE and _SAME.fullmatch(gap):
        return True
    if labels == {"PERSON"} and _INITIAL_GAP.fullmatch(gap):
        return True
    if labels <= _PLACES and labels not in ({"LOCATION"}, {"ZIP_CODE"}):
        return bool(_ADDRESS_GAP.fullmatch(gap))
    return labels == _NAMES and bool(_TITLE_GAP.fullmatch(gap))


def _merge(left: _Ballot, right: _Ballot) -> _Ballot:
    best = max(left, right, key=lambda b: (b.finding.withheld, b.weight, b.finding.end - b.finding.start))
    first, second = left.finding, right.finding
    voters = dict.fromkeys([*first.detector.split("+"), *second.detector.split("+")])
    whole = Finding(
        first.start,
        max(first.end, second.end),
        best.finding.label,
        max(first.score, second.score),
        "+".join(voters),
    )
    return _Ballot(whole, best.weight)


def _join(left: _Ballot, right: _Ballot) -> _Ballot:
    """Merge neighbours under the name of the whole: an honorific and a name are a person, all of a place an address."""
    joined = _merge(left, right)
    for whole in ("STREET_ADDRESS", "PERSON"):
        if whole in {left.finding.label, right.finding.label}:
            return _Ballot(replace(joined.finding, label=whole), joined.weight)
    return joined
