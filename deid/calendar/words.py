"""The names of months and days in a language, and how one of them is written like another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from deid.lexicon import Lexicon, either, load_lexicon


@dataclass(frozen=True, slots=True)
class Words:
    """Twelve names in full and short (or seven), and which number each word has, from 1."""

    full: Sequence[str]
    short: Sequence[str]
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, lexicon: Lexicon, noun: str) -> Words:
        """Take "months" or "days" from a lexicon."""
        full, short = lexicon[noun], lexicon[f"short_{noun}"]
        others = dict(entry.split("=") for entry in lexicon[f"other_{noun}"])
        numbers = {word: place for words in (short, full) for place, word in enumerate(words, 1)}
        return cls(full, short, numbers | {word: int(number) for word, number in others.items()})

    @property
    def pattern(self) -> str:
        """A pattern for any of the words, in lower case."""
        return either(self.numbers)

    def is_full(self, written: str) -> bool | None:
        """Whether a name is written in full; None for one that has no short form."""
        word = written.lower()
        return None if word in self.full and word in self.short else word in self.full

    def like(self, written: str, number: int, full: bool = True) -> str:
        """Write a name as another is written: in its case, in full or short; `full` decides where it has no short form.

        >>> months_of("en").like("Sept", 3), months_of("en").like("MARCH", 12)
        ('Mar', 'DECEMBER')
        """
        told = self.is_full(written)
        word = (self.full if (full if told is None else told) else self.short)[number - 1]
        if written.isupper():
            return word.upper()
        return word.capitalize() if written[:1].isupper() else word


@lru_cache(maxsize=8)
def months_of(language: str) -> Words:
    """Return the months of a language."""
    return Words.of(load_lexicon("calendar", language), "months")


@lru_cache(maxsize=8)
def days_of(language: str) -> Words:
    """Return the days of the week of a language, Monday first."""
    return Words.of(load_lexicon("calendar", language), "days")


@lru_cache(maxsize=8)
def idle_words(language: str) -> frozenset[str]:
    """Return the words that may stand in a date and tell no day."""
    return frozenset(load_lexicon("calendar", language)["idle"])
