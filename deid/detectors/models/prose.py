"""What names nobody in a long text, and the pieces of it that are left: models, which are costly, read only those."""

from collections.abc import Iterator
from heapq import merge

import regex

from deid.detector import Seen
from deid.detectors.models.plausibility import Casing, casing
from deid.gazetteer import fold, given_names, is_ordinary, surnames

LONG = 160
"""Characters from which it pays to look; a shorter text is read as a whole."""

_OPENERS = frozenset(
    """
    a about above according accordingly additionally after afterwards again all almost also although always among an and
    another any anyone anything are as at away back because been before being below besides better between both but by
    can cannot certainly clearly consequently could despite did do does don't doing during each earlier either else
    enough especially even eventually every everyone everything except few finally first following for fortunately from
    further furthermore generally given had has have having he hence her here hers herself his how however i i'd i'll
    i'm i've if in indeed instead into is isn't it it's its itself just last lastly later least less let let's like
    likewise many maybe me meanwhile more moreover most much must my myself neither never nevertheless next no nobody
    none nonetheless nor not nothing now obviously occasionally of off often on once one only or other others otherwise
    our ours out over overall perhaps please possibly presumably previously probably rather really recently regarding
    same second several she should similarly since so some someone something sometimes soon still subsequently such
    surely than thank thanks that that's the their theirs them then there there's thereafter therefore these they
    they're third this those though three through throughout thus to today together tomorrow tonight too two
    ultimately under unfortunately unless unlike until up upon us usually very was wasn't we we'll we're we've well were
    what what's whatever when whenever where whereas whether which while who whoever whose why with within without
    would yes yesterday yet you you'll you're you've your yours
    """.split()
)
_STOP = regex.compile(r"\n|[.!?][\"'”’)\]]?(?=\s)")
_END = regex.compile(_STOP.pattern + r"|\Z")
_WORD = regex.compile(r"\p{L}\p{M}*\p{L}")
_BESIDE = 64
_UNBROKEN = regex.compile(r"\S{200}")  # spaCy's time for a token grows with the square of its length
_REACH = 2_000
_ASKING = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*|[\p{N}@/_#\\=<>]|[^\x00-\u024F\u2010-\u2027]")
_OPENING = 9  # quotation marks and brackets may stand before the first word
_CAPITALISED = regex.compile(r"\p{Lu}[\p{L}\p{M}'’]*")
_TELLING = regex.compile(r"[\p{N}@:/_#\\=<>]|[^\x00-\u024F\u2010-\u2027]")


def dull(text: str) -> Iterator[tuple[int, int]]:
    """Return the sentences of a long text in which only ordinary words are capitalised, without long numbers and signs.

    None in a text that does not write names with capitals.

    >>> text = "He left the house and went away. Then Ann came. " + "It was late and the rain fell. " * 40
    >>> text[slice(*next(dull(text)))]
    'He left the house and went away.'
    """
    if len(text) < LONG or casing(text) is not Casing.PROPER:
        return
    start = 0
    for match in _END.finditer(text):
        if _is_dull(text[start : match.end()]):
            yield start, match.end()
        start = match.end()


def wordless(text: str) -> Iterator[tuple[int, int]]:
    """Return the long stretches of a text without two letters side by side, well apart from any word.

    >>> text = "Ann Lee " + "1 - " * 100 + "met Bob."
    >>> [(start, end - len(text)) for start, end in wordless(text)]
    [(70, -72)]
    """
    if len(text) <= 2 * _BESIDE:
        return
    at = -_BESIDE
    for match in _WORD.finditer(text):
        if match.start() - at > 3 * _BESIDE:
            yield at + _BESIDE, match.start() - _BESIDE
        at = match.end()
    if len(text) - at > 2 * _BESIDE:
        yield at + _BESIDE, len(text)


def silent(text: str) -> Iterator[tuple[int, int]]:
    """Return all of a text that names nobody: its dull sentences, its stretches without words; sorted and disjoint."""
    at = 0
    for start, end in merge(dull(text), wordless(text)):
        if end > at:
            yield max(at, start), end
            at = end


def telling(text: str) -> Iterator[tuple[int, int]]:
    """Return what may name somebody, in pieces of a few sentences; one that goes on without a space is cut too."""
    at = 0
    for start, end in (*silent(text), (len(text), len(text))):
        yield from _cut(text, at, start)
        at = end


def questions(text: str, seen: Seen) -> Iterator[int]:
    """Yield the places that may be personal and are not settled: suspicions, words that may be names, figures, signs.

    Where names are not written with capitals that is every word.
    """
    settled = bytearray(len(text))
    for f in seen.settled:
        settled[f.start : f.end] = b"\1" * (f.end - f.start)
    careless = casing(text) is not Casing.PROPER
    places = [f.start for f in seen.suspected if not all(settled[f.start : f.end])]
    places += [
        match.start()
        for match in _ASKING.finditer(text)
        if not settled[match.start()] and (careless or _is_asking(match.group()))
    ]
    yield from sorted(places)


def _is_asking(token: str) -> bool:
    if token[0].isupper():
        return _is_telling(token, 0)
    return not token[0].isalpha() or (fold(token) in given_names() and not is_ordinary(token))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for stop in (*(m.end() for m in _UNBROKEN.finditer(text, start, end)), end):
        while start < stop:
            place = stop if stop - start <= _REACH else _pause(text, start + _REACH // 2, start + _REACH)
            if not text[start:place].isspace():
                yield start, place
            start = place


def _pause(text: str, start: int, end: int) -> int:
    """Return where to cut: after a line, else after a sentence, else after a word, else at the end."""
    line = text.rfind("\n", start, end) + 1
    sentence = max((m.end() for m in _STOP.finditer(text, start, end)), default=0)
    return line or sentence or text.rfind(" ", start, end) + 1 or end


def _is_dull(sentence: str) -> bool:
    if _TELLING.search(sentence):
        return False
    return not any(_is_telling(m.group(), m.start()) for m in _CAPITALISED.finditer(sentence))


def _is_telling(word: str, place: int) -> bool:
    """Whether a capitalised word may be, or be part of, a name."""
    folded = fold(word)
    if word == "I" or (place < _OPENING and folded.replace("’", "'") in _OPENERS):
        return False
    return not is_ordinary(word) or folded in given_names() or folded in surnames()
