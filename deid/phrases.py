"""Phrases that are looked for as they stand: whole words, in any case, with or without accents."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from deid.errors import PolicyError
from deid.normal.normalise import Folded, fold

_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


@dataclass(frozen=True, slots=True, repr=False)
class _Phrase:
    """A phrase as folded words, and the signs that stand before and after them."""

    words: tuple[str, ...]
    before: str
    after: str


class Phrases:
    """Finds phrases in texts; search costs one look-up a word, however many phrases there are.

    A phrase is found as whole words in any case, with or without accents, whatever spaces or signs stand between its
    words; signs at its ends ("C++", "@acme") must stand there too. In scripts that put no spaces between words it is
    found anywhere. Raises `PolicyError`, naming `where` and the phrase's number but not the phrase, for one without a
    letter or digit: an empty one would match everything.
    """

    def __init__(self, phrases: Iterable[object], where: str) -> None:
        self._spaced: dict[str, list[_Phrase]] = defaultdict(list)
        self._unspaced: list[str] = []
        for number, phrase in enumerate(phrases, 1):
            self._learn(phrase, f"{where}: entry {number}")

    def _learn(self, phrase: object, where: str) -> None:
        if not isinstance(phrase, str):
            raise PolicyError(f"{where} is not a string (quote what looks like a number, a date or yes and no)")
        phrase = phrase.strip()
        words = fold(phrase).words()
        if not words:
            raise PolicyError(f"{where} has no letter or digit and would match everything or nothing")
        if _UNSPACED.search(phrase):
            self._unspaced.append(fold(phrase).text)
            return
        first, last = words[0], words[-1]
        found = _Phrase(tuple(word for word, _, _ in words), phrase[: first[1]], phrase[last[2] :])
        self._spaced[found.words[0]].append(found)

    def __bool__(self) -> bool:
        """Whether there is any phrase."""
        return bool(self._spaced or self._unspaced)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Give the spans at which a phrase stands, overlapping ones too."""
        folded = fold(text)
        words = folded.words() if self._spaced else []
        for index, (word, _, _) in enumerate(words):
            for phrase in self._spaced.get(word, ()):
                here = words[index : index + len(phrase.words)]
                if tuple(w for w, _, _ in here) == phrase.words:
                    start, end = here[0][1], here[-1][2]
                    if text.endswith(phrase.before, 0, start) and text.startswith(phrase.after, end):
                        yield start - len(phrase.before), end + len(phrase.after)
        yield from (span for phrase in self._unspaced for span in _anywhere(folded, phrase))


def _anywhere(folded: Folded, phrase: str) -> Iterator[tuple[int, int]]:
    start = folded.text.find(phrase)
    while start >= 0:
        yield folded.span(start, start + len(phrase))
        start = folded.text.find(phrase, start + len(phrase))
