"""Names under which files, folders and records leave, without what identifies. Nobody keeps a list of both."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from unicodedata import combining, normalize

from deid.changes import changes_of
from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.keys import Key
from deid.labels import Kind, kind_of
from deid.naming import numbered, scan_names
from deid.scanner import Scanner
from pipelines.compression import ending_of, stem_of

_UNFIT = re.compile(r"[^\w.@+-]")
_WORD, _CAMEL = re.compile(r"[^\W\d_]+"), re.compile(r"[A-Z]?[a-z]+")
_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\D")
_NUMBER = 5  # with fewer digits, a number in a name tells nobody
_NOT_SEARCHED = frozenset({"URL", "COORDINATES", "FREE_TEXT"})
_NUMBERING = frozenset({"ID_NUMBER", "UUID"})


def known_of(name: str, text: str, findings: Sequence[Finding]) -> KnownDetector | None:
    """Return a detector of those whom a text names, so that they are found in its name too; None if none may be there.

    >>> known_of("okafor_1", "Ms Okafor", [Finding(3, 9, "PERSON", 0.9, "x")]) is None
    False
    """
    grouped: dict[str, list[str]] = {}
    words, digits = _words(name), _DIGITS.sub("", name)
    for f in findings:
        if not f.withheld and kind_of(f.label) is Kind.DIRECT and f.label not in _NOT_SEARCHED:
            value = text[f.start : f.end]
            number = _DIGITS.sub("", value)
            if not words.isdisjoint(_words(value)) or (len(number) >= _NUMBER and number in digits):
                grouped.setdefault(f.label, []).append(value)
    return KnownDetector(grouped, "name") if grouped else None


def _words(text: str) -> set[str]:
    """Return the words of a text or a name, small and without accents, also those written together with capitals."""
    plain = text if text.isascii() else "".join(c for c in normalize("NFKD", text) if not combining(c))
    return {word.casefold() for word in (*_WORD.findall(plain), *_CAMEL.findall(plain))}


@dataclass(frozen=True, slots=True)
class File:
    """What is told of a file beside its path: the suffix that it leaves with, and whom it names."""

    suffix: str
    known: KnownDetector | None = None


def released_paths(files: Mapping[Path, File | None], scanner: Scanner, key: Key | None) -> dict[Path, Path]:
    """Return the path under which each file leaves.

    Folders and files are named anew where their names hold personal data, whom the files in them name included; equal
    names get numbers, in an order that tells nothing of the old ones.
    """
    told = {path: one or File(ending_of(path)) for path, one in files.items()}
    return placed_paths({path: one.suffix for path, one in told.items()}, found_in_names(told, scanner), scanner, key)


def found_in_names(files: Mapping[Path, File], scanner: Scanner) -> dict[str, list[Finding]]:
    """Return what is found in each part of the files' paths, by whatever any of the files tells."""
    pairs = dict.fromkeys((part, one.known) for path, one in files.items() for part in _parts(path))
    scanned = scan_names([part for part, _ in pairs], scanner, [known for _, known in pairs])
    found: dict[str, list[Finding]] = {}
    for (part, _), findings in zip(pairs, scanned, strict=True):
        found[part] = list(dict.fromkeys([*found.get(part, ()), *findings]))
    return found


def placed_paths(
    suffixes: Mapping[Path, str], found: Mapping[str, Sequence[Finding]], scanner: Scanner, key: Key | None
) -> dict[Path, Path]:
    """Return the path under which each file leaves, by what was found in the parts of their paths."""
    parts = dict.fromkeys(part for path in suffixes for part in _parts(path))
    return _placed(suffixes, {part: _renamed(part, found.get(part, ()), scanner, key) for part in parts})


def released_ids(
    ids: Sequence[str], known: Sequence[KnownDetector | None], scanner: Scanner, key: Key | None
) -> list[str]:
    """Return the id under which each record leaves; a number is no reason for another one, that is what an id is."""
    renamed = renamed_ids(ids, known, scanner, key)
    fixed = {place for place, one in enumerate(renamed) if one.fixed}
    return numbered([one.name for one in renamed], sorted(range(len(ids)), key=lambda n: renamed[n].order), fixed)


@dataclass(frozen=True, slots=True)
class Renamed:
    """An id without what identifies, before equal ones are told apart: is it as it was, and when is its turn."""

    name: str
    fixed: bool
    order: str


def renamed_ids(
    ids: Sequence[str], known: Sequence[KnownDetector | None], scanner: Scanner, key: Key | None
) -> list[Renamed]:
    """Return each id without what identifies, by itself."""
    alike = [_DIGIT.sub("1", one) if sum(map(str.isdecimal, one)) < _NUMBER else one for one in ids]
    found = scan_names(alike, scanner, known)  # what counts (doc-1, doc-2, …) is looked at once
    kept = [[f for f in one if f.label not in _NUMBERING] for one in found]
    pairs = zip(ids, kept, strict=True)
    return [Renamed(_renamed(name, one, scanner, key) if one else name, not one, _blind(name)) for name, one in pairs]


def _parts(path: Path) -> Iterator[str]:
    yield from path.parent.parts
    yield stem_of(path)


def _renamed(name: str, findings: Sequence[Finding], scanner: Scanner, key: Key | None) -> str:
    """Return a name without what was found in it. It is a subject of its own."""
    if not findings:
        return name
    pieces, position = list[str](), 0
    for change in changes_of(name, _disjoint(findings), scanner.policy, key, f"name {name}"):
        pieces += [name[position : change.start], _UNFIT.sub("", change.text)]
        position = change.end
    return "".join([*pieces, name[position:]]).strip(" .") or "unnamed"


def _disjoint(findings: Sequence[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for f in sorted(findings, key=lambda f: (-f.score, f.start - f.end)):
        if all(f.end <= other.start or other.end <= f.start for other in kept):
            kept.append(f)
    return sorted(kept, key=lambda f: f.start)


def _placed(suffixes: Mapping[Path, str], names: Mapping[str, str]) -> dict[Path, Path]:
    """Give each path its place, from the top down, and numbers to what would be called alike in one folder."""
    placed: dict[PurePosixPath, Path] = {PurePosixPath(): Path()}
    folders = {PurePosixPath(*path.parts[:depth]) for path in suffixes for depth in range(1, len(path.parts))}
    files = {PurePosixPath(path): suffix for path, suffix in suffixes.items()}
    inside: dict[PurePosixPath, list[PurePosixPath]] = {}
    for item in sorted({*folders, *files}):
        inside.setdefault(item.parent, []).append(item)
    for folder in sorted(inside):
        items = inside[folder]
        wanted = [names[stem_of(Path(i))] + files[i] if i in files else names[i.name] for i in items]
        same = {place for place, item in enumerate(items) if wanted[place] == item.name}
        order = sorted(range(len(items)), key=lambda place: _blind(items[place].name))
        for item, name in zip(items, numbered(wanted, order, same), strict=True):
            placed[item] = placed[folder] / name
    return {path: placed[PurePosixPath(path)] for path in suffixes}


def _blind(name: str) -> str:
    """Order names by something that says nothing of them."""
    return sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
