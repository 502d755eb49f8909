"""Values that are known to belong to someone: found again in every spelling, wherever they stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from deid.finding import Finding
from deid.normal.normalise import Folded, fold

_SHORTEST_NAME = 3
_SHORTEST_NUMBER = 7
_MOST_NAMES = 5
_SCORE = 0.9
# Words of a name that are found everywhere: they count only beside the others.
_NEVER_ALONE = frozenset(
    (
        "mrs miss mister sir dame lord lady prof rev hon jnr snr esq phd the and von van der den del della des dos das "
        "bin ibn"
    ).split()
)

_Word = tuple[str, int, int]
_Known = tuple[tuple[str, ...], str]


class KnownDetector:
    """Finds known values in texts: in any case, with or without accents, whatever punctuation stands between words.

    `known` maps a label to values. Of a person's name each part of at least three letters is looked for by itself, a
    shorter part, a title or a particle only beside the others, the family name first or last, given names also as
    initials; initials for the whole name only where points follow them ("A. L."); a number of at least
    seven digits is found with any grouping. A value that is but one letter or two digits tells nobody apart and is not
    looked for. Search costs one look-up a word, however many values are known.
    """

    def __init__(self, known: Mapping[str, Iterable[str]], name: str = "known") -> None:
        self._name = name
        self._phrases: dict[str, dict[_Known, None]] = defaultdict(dict)
        self._numbers: dict[str, str] = {}
        self._longest = 0
        for label, values in known.items():
            for value in dict.fromkeys(values):
                self._learn(label, value)

    @property
    def name(self) -> str:
        """The name of the family."""
        return self._name

    def _learn(self, label: str, value: str) -> None:
        words = tuple(word for word, _, _ in fold(value).words())
        if not words or (len(words) == 1 and _tells_nothing(words[0])):
            return
        for phrase in _orders(words) if label == "PERSON" else (words,):
            self._phrases[phrase[0]][phrase, label] = None
        digits = "".join(words)
        if len(digits) >= _SHORTEST_NUMBER and digits.isdecimal():
            self._numbers[digits] = label
            self._longest = max(self._longest, len(digits))

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return every place at which a known value stands."""
        return [self._detect_one(text, fold(text)) for text in texts]

    def _detect_one(self, text: str, folded: Folded) -> list[Finding]:
        words = folded.words()
        spelled = tuple(word for word, _, _ in words)
        found = [
            Finding(start, words[index + len(phrase) - 1][2], label, _SCORE, self._name)
            for index, (word, start, _) in enumerate(words)
            for phrase, label in self._phrases.get(word, ())
            if spelled[index : index + len(phrase)] == phrase and _stands(text, words[index : index + len(phrase)])
        ]
        return found + (self._digit_runs(words) if self._numbers else [])

    def _digit_runs(self, words: Sequence[_Word]) -> list[Finding]:
        """Find known numbers in runs of neighbouring all-digit words, so that grouping does not hide them."""
        found: list[Finding] = []
        run: list[_Word] = []
        for word in [*words, ("", 0, 0)]:
            if word[0].isdecimal() and (not run or word[1] - run[-1][2] <= 3):
                run.append(word)
            else:
                found.extend(self._in_run(run))
                run = [word] if word[0].isdecimal() else []
        return found

    def _in_run(self, run: Sequence[_Word]) -> Iterable[Finding]:
        for first in range(len(run)):
            digits = ""
            for last in range(first, len(run)):
                digits += run[last][0]
                if len(digits) > self._longest:
                    break
                label = self._numbers.get(digits)
                if label:
                    yield Finding(run[first][1], run[last][2], label, _SCORE, self._name)


def _orders(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return the forms in which a name is looked for: whole, family name first or last, each telling part alone."""
    parts = {(word,) for word in words if len(word) >= _SHORTEST_NAME and word not in _NEVER_ALONE}
    return {words, (words[-1], *words[:-1]), (*words[1:], words[0])} | parts | _abbreviated(words)


def _abbreviated(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return a name with initials for the given names, the family name first or last, and as initials alone."""
    telling = [word for word in words if word not in _NEVER_ALONE]
    if not 2 <= len(telling) <= _MOST_NAMES:
        return set()
    *given, family = telling
    initials = tuple(name[0] for name in given)
    first = initials[:1]
    return {(*initials, family), (family, *initials), (*first, family), (family, *first), (*initials, family[0])}


def _stands(text: str, words: Sequence[_Word]) -> bool:
    """Whether words that read like a phrase are one; letters alone are initials only with a point after each.

    No sentence ends between a family name and an initial.
    """
    lone = [len(word) == 1 for word, _, _ in words]
    if len(words) == 1 or not any(lone):
        return True
    if all(lone):
        return all(text[end : end + 1] == "." and text[start].isupper() for _, start, end in words)
    return lone[0] or "." not in text[words[0][2] : words[1][1]]


def _tells_nothing(word: str) -> bool:
    return word.isascii() and len(word) < (3 if word.isdecimal() else 2)
