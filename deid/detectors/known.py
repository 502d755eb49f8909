"""Values that are known to belong to someone: found again in every spelling, wherever they stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from deid.finding import Finding
from deid.normalise import Folded, fold

_SHORTEST_NAME = 3
_SHORTEST_NUMBER = 7
_SCORE = 0.9

_Word = tuple[str, int, int]


class KnownDetector:
    """Finds known values in texts: in any case, with or without accents, whatever punctuation stands between words.

    `known` maps a label to values. Of a person's name each part of at least three letters is looked for by itself, a
    shorter part only beside the others; a number of at least seven digits is found with any grouping. Search costs one
    look-up a word, however many values are known.
    """

    def __init__(self, known: Mapping[str, Iterable[str]], name: str = "known") -> None:
        self._name = name
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._numbers: dict[str, str] = {}
        for label, values in known.items():
            for value in dict.fromkeys(values):
                self._learn(label, value)

    @property
    def name(self) -> str:
        """The name of the family."""
        return self._name

    def _learn(self, label: str, value: str) -> None:
        words = tuple(word for word, _, _ in fold(value).words())
        if not words:
            return
        self._phrases[words[0]].append((words, label))
        if label == "PERSON":
            for word in words:
                if len(word) >= _SHORTEST_NAME:
                    self._phrases[word].append(((word,), label))
        digits = "".join(c for c in "".join(words) if c.isdecimal())
        if len(digits) >= _SHORTEST_NUMBER and digits == "".join(words):
            self._numbers[digits] = label

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return every place at which a known value stands."""
        return [self._detect_one(fold(text)) for text in texts]

    def _detect_one(self, folded: Folded) -> list[Finding]:
        words = folded.words()
        found = [
            Finding(start, words[index + len(phrase) - 1][2], label, _SCORE, self._name)
            for index, (word, start, _) in enumerate(words)
            for phrase, label in dict.fromkeys(self._phrases.get(word, ()))
            if len(phrase) == 1 or tuple(w for w, _, _ in words[index : index + len(phrase)]) == phrase
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
                label = self._numbers.get(digits)
                if label:
                    yield Finding(run[first][1], run[last][2], label, _SCORE, self._name)
