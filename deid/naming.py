"""Names of things (of files, columns, keys, records): what in them tells who somebody is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import regex

from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.labels import Kind, kind_of
from deid.lists import is_denied
from deid.scanner import Scanner
from deid.tables.headers import header_label

_JOINT = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})")
_SEPARATORS = frozenset("_-.+~,")
_WORD = regex.compile(r"\p{L}{3}")
_NUMBER = 6
_DATES = frozenset({"DATE_TIME", "DATE_OF_BIRTH"})
_TOLD = _DATES | {"LOCATION", "ZIP_CODE"}
_MOST = 0.6


def scan_names(
    names: Sequence[str], scanner: Scanner, known: Sequence[KnownDetector | None] | None = None
) -> list[tuple[Finding, ...]]:
    """Find identifiers, places and dates in names, whatever stands between the words.

    What else a text may tell of somebody (an occupation, an organisation) is in a name what the thing is about. A
    number of fewer than six digits counts things, or is a year.

    >>> [(f.label, f.start, f.end) for f in scan_names(["AnnLee_ann@example.com"], Scanner(detectors=[]))[0]]
    []
    """
    forms = [_forms(name) for name in names]
    companions = known if known is not None else [None] * len(names)
    beside = [one if form.apart else None for own, one in zip(forms, companions, strict=True) for form in own]
    found = iter(scanner.scan([form.text for own in forms for form in own], beside))
    moved = [[form.moved(next(found)) for form in own] for own in forms]
    return [_gathered(name, own) for name, own in zip(names, moved, strict=True)]


def identifying_names(names: Sequence[str], patterns: Scanner) -> list[tuple[Finding, ...]]:
    """Find the names that are an identifier, most of them or all, as a key of records or a column must not be.

    A name whose words say what stands under it ("first name", "phone") is none.
    """
    return [
        tuple(f for f in found if f.withheld or (kind_of(f.label) is Kind.DIRECT and _is_most(f, name)))
        if header_label(name) is None
        else ()
        for name, found in zip(names, scan_names(names, patterns), strict=True)
    ]


def numbered(names: Sequence[str], order: Sequence[int], fixed: Collection[int] = ()) -> list[str]:
    """Tell equal names apart by a number, given out in this order; those at `fixed` places stay.

    >>> numbered(["a.txt", "b.txt", "a.txt"], [2, 1, 0])
    ['a_2.txt', 'b.txt', 'a.txt']
    """
    told = list(names)
    taken = {names[place].casefold() for place in fixed}
    numbers: dict[str, int] = {}  # given out already: to try them again would take the square of many equal names
    for place in order:
        if place in fixed:
            continue
        stem, dot, suffix = names[place].rpartition(".") if "." in names[place].strip(".") else (names[place], "", "")
        number = numbers.get(names[place].casefold(), 1)
        while told[place].casefold() in taken:
            number += 1
            told[place] = f"{stem}_{number}{dot}{suffix}"
        numbers[names[place].casefold()] = number
        taken.add(told[place].casefold())
    return told


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to read a name: a text, and for each of its characters the place in the name.

    `apart` tells whether its words stand apart, `raised` whether they got capitals that they did not have.
    """

    text: str = field(repr=False)
    places: tuple[int, ...]
    apart: bool
    raised: bool = False

    def moved(self, found: Sequence[Finding]) -> list[Finding]:
        """Return findings in the name; of what got its capital here, only people: for all else it is no witness."""
        kept = [f for f in found if not self.raised or f.label == "PERSON" or f.withheld]
        return [replace(f, start=self.places[f.start], end=self.places[f.end - 1] + 1) for f in kept]


def _forms(name: str) -> list[_Form]:
    """Return the name as it is, as words, and as words with capitals."""
    joints = {match.start() for match in _JOINT.finditer(name)}
    pieces, places = list[str](), list[int]()
    for place, character in enumerate(name):
        if place in joints:
            pieces.append(" ")
            places.append(place)
        pieces.append(" " if character in _SEPARATORS else character)
        places.append(place)
    text = "".join(pieces)
    raised = "".join(
        c.upper() if (at == 0 or text[at - 1] == " ") and len(c.upper()) == 1 else c for at, c in enumerate(text)
    )
    return [
        _Form(name, tuple(range(len(name))), text == name),
        *([_Form(text, tuple(places), True)] if text != name else []),
        *([_Form(raised, tuple(places), True, True)] if raised != text else []),
    ]


def _gathered(name: str, forms: Sequence[Sequence[Finding]]) -> tuple[Finding, ...]:
    """Put together what was found in the forms: what overlaps is one, of the surest label."""
    found = sorted((f for form in forms for f in form if _tells(f, name)), key=lambda f: f.start)
    whole: list[Finding] = []
    for f in found:
        if whole and f.start < whole[-1].end:
            surest = max(whole[-1], f, key=lambda one: (one.withheld, one.score))
            whole[-1] = replace(surest, start=whole[-1].start, end=max(whole[-1].end, f.end))
        else:
            whole.append(f)
    return tuple(whole)


def _tells(finding: Finding, name: str) -> bool:
    text = name[finding.start : finding.end]
    if finding.withheld or is_denied(finding):
        return True
    if sum(map(str.isdecimal, text)) < _NUMBER and (_WORD.search(text) is None or _is_guessed_date(finding)):
        return False
    return finding.label in _TOLD or kind_of(finding.label) is Kind.DIRECT


def _is_guessed_date(finding: Finding) -> bool:
    """Whether a model alone took words for a date: "note 10" is none."""
    return finding.label in _DATES and "dates" not in finding.detector.split("+")


def _is_most(finding: Finding, name: str) -> bool:
    return finding.end - finding.start >= _MOST * len(name)
