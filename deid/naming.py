"""Names of things (of files, columns, keys, records): what in them tells who somebody is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import regex

from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.labels import Kind, kind_of
from deid.scanner import Scanner
from deid.tables.headers import header_label

_JOINT = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})")
_SEPARATORS = frozenset("_-.+~,")
_YEAR = regex.compile(r"(?:1[89]|20)\d\d")
_DATES = frozenset({"DATE_TIME", "DATE_OF_BIRTH"})
_PLACES = frozenset({"LOCATION", "ZIP_CODE"})
_MOST = 0.6


def scan_names(
    names: Sequence[str], scanner: Scanner, known: Sequence[KnownDetector | None] | None = None
) -> list[tuple[Finding, ...]]:
    """Find identifiers, places and dates in names, whatever stands between the words; a year alone is no date.

    What else a text may tell of somebody (an occupation, an organisation) is in a name what the thing is about.

    >>> [(f.label, f.start, f.end) for f in scan_names(["AnnLee_ann@example.com"], Scanner(detectors=[]))[0]]
    []
    """
    forms = [form for name in names for form in _forms(name)]
    beside = [one for name, one in zip(names, known or [None] * len(names), strict=True) for _ in _forms(name)]
    found = iter(scanner.scan([text for text, _ in forms], beside))
    moved = [[_moved(next(found), places) for _, places in _forms(name)] for name in names]
    return [
        _gathered(name, [*own[:2], *([_people(own[2])] if own[2:] else [])])
        for name, own in zip(names, moved, strict=True)
    ]


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


def numbered(names: Sequence[str], order: Sequence[int]) -> list[str]:
    """Tell equal names apart by a number, given out in this order.

    >>> numbered(["a.txt", "b.txt", "a.txt"], [2, 1, 0])
    ['a_2.txt', 'b.txt', 'a.txt']
    """
    given: dict[int, str] = {}
    taken: set[str] = set()
    for place in order:
        name, number = names[place], 1
        stem, dot, suffix = name.rpartition(".") if "." in name.strip(".") else (name, "", "")
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}{dot}{suffix}"
        taken.add(name.casefold())
        given[place] = name
    return [given[place] for place in range(len(names))]


def _forms(name: str) -> Iterator[tuple[str, list[int]]]:
    """Return the name as it is, as words, and as words with capitals, each with the place of its characters in it."""
    yield name, [*range(len(name)), len(name)]
    joints = {match.start() for match in _JOINT.finditer(name)}
    text, places = "", list[int]()
    for place, character in enumerate(name):
        if place in joints:
            text, places = f"{text} ", [*places, place]
        text, places = text + (" " if character in _SEPARATORS else character), [*places, place]
    places.append(len(name))
    yield text, places
    capitals = "".join(
        c.upper() if (at == 0 or text[at - 1] == " ") and len(c.upper()) == 1 else c for at, c in enumerate(text)
    )
    if capitals != text:
        yield capitals, places


def _moved(found: Sequence[Finding], places: Sequence[int]) -> list[Finding]:
    return [replace(f, start=places[f.start], end=places[f.end - 1] + 1) for f in found]


def _people(found: Sequence[Finding]) -> list[Finding]:
    """Return the people: to what else it looks like, a word with a capital that it did not have is no witness."""
    return [f for f in found if f.label == "PERSON" or f.withheld]


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
    if finding.label in _DATES:
        return _YEAR.fullmatch(name[finding.start : finding.end]) is None
    return finding.withheld or finding.label in _PLACES or kind_of(finding.label) is Kind.DIRECT


def _is_most(finding: Finding, name: str) -> bool:
    return finding.end - finding.start >= _MOST * len(name)
