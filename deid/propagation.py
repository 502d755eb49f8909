"""Who and what was found once in a text is found again in it, in every form a writer gives it."""

from collections import defaultdict
from collections.abc import Sequence

import regex

from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.gazetteer import fold, institution_words, is_ordinary
from deid.labels import Kind, kind_of

_SURE = 0.6
_LONGEST = 200
_AGAIN = frozenset({"PERSON", "ORGANIZATION", "LOCATION", "NRP", "USERNAME"})
_LEGAL_FORM = regex.compile(
    r"[,\s]+(?:Inc|Ltd|LLC|LLP|Limited|GmbH|AG|KG|plc|PLC|Corp|Corporation|S\.?A\.?S?|S\.?L\.?|S\.?p\.?A\.?|B\.?V\.?|Co)\.?$"
)
_SHORTEST_FIRM = 4
_INSIDE = regex.compile(r"[\p{L}\p{N},;] \Z")


def propagate(text: str, voted: Sequence[Finding], language: str = "en") -> list[Finding]:
    """Return further places at which the people, firms, places and numbers of `voted` stand.

    A person is found by each telling part of the name, with initials, as a possessive, in other case and without
    accents; a firm also without its legal form; a number in any grouping. A single word counts only where it is
    capitalised, one that is an ordinary word in the language ("Young") only inside a sentence, the word of an
    institution ("Court") never. Findings that are not sure themselves are not followed.
    """
    values: dict[str, list[str]] = defaultdict(list)
    for f in voted:
        if f.score >= _SURE and f.end - f.start <= _LONGEST and (f.label in _AGAIN or kind_of(f.label) is Kind.DIRECT):
            values[f.label] += _forms(f.label, text[f.start : f.end])
    if not values:
        return []
    covered = bytearray(len(text))
    for f in voted:
        covered[f.start : f.end] = b"\1" * (f.end - f.start)
    found = KnownDetector(values, "same-document").detect([text])[0]
    return [f for f in found if _is_name(text, f, language) and not all(covered[f.start : f.end])]


def _forms(label: str, value: str) -> list[str]:
    if label != "ORGANIZATION":
        return [value]
    short = _LEGAL_FORM.sub("", value)
    return [value, short] if short != value and len(short) >= _SHORTEST_FIRM else [value]


def _is_name(text: str, finding: Finding, language: str) -> bool:
    word = text[finding.start : finding.end]
    if not word.isalpha():
        return True
    if word[0].islower() or fold(word) in institution_words(language):
        return False
    return not is_ordinary(word, language) or bool(_INSIDE.search(text, max(0, finding.start - 2), finding.start))
