"""A person's name as it is written: which words are names, which initials, and what stands around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

from deid.normal.normalise import fold

_TITLES = frozenset(
    (
        "mr mrs ms miss mx dr prof professor doctor sir madam mister rev reverend "
        "sr sra srta dra doctora profesor profesora mme mlle monsieur madame docteur professeur maitre "
        "herr herrn frau hr doktor"
    ).split()
)
_AFTER_TITLES = frozenset("med dent jur phil rer nat habil".split())
_PARTICLES = frozenset(
    "van von der den de del della la las los da di du dos das do el al bin ibn le zu zum zur ter ten af av".split()
)
_BEHIND = regex.compile(
    r"(?<=\p{L})[\s,]+(?:(?:jr|sr|ii|iii|iv|esq|md|m\.d|phd|ph\.d|rn|r\.n|dds|dvm|qc|kc|mbe|obe|cpa|frcp|mrcp)"
    r"\b\.?[\s,]*)+$",
    regex.IGNORECASE,
)
_DEGREES = frozenset("jr sr ii iii iv esq md phd rn dds dvm qc kc mbe obe cpa frcp mrcp".split())
_ORDINARY = _TITLES | _PARTICLES | _DEGREES
_APOSTROPHES = "'’‘ʼʹ′`´"


class Word(NamedTuple):
    """One word of a name: folded, and where it stands with the particles before it. Made by the hundred thousand."""

    text: str
    start: int
    end: int

    def __repr__(self) -> str:
        return f"Word({self.start}, {self.end})"

    @property
    def initial(self) -> bool:
        """Whether it is but a letter."""
        return len(self.text) == 1


class Name(NamedTuple):
    """The words of a name in the order given, middle, family."""

    words: tuple[Word, ...]
    identity: str

    def __repr__(self) -> str:
        return f"Name({self.words!r})"

    @classmethod
    def of(cls, words: Iterable[Word]) -> Name:
        """Put words together; their texts are the form in which spellings of the name meet.

        >>> read_name("LEE, Dr. Ann").identity == read_name("Ann Lee's").identity == "ann lee"
        True
        """
        kept = tuple(words)
        return cls(kept, " ".join(word.text for word in kept))

    @property
    def full(self) -> bool:
        """Whether it names somebody in full: by two words at least, the last one and another no initials."""
        return len(self.words) > 1 and not self.words[-1].initial and not all(w.initial for w in self.words[:-1])

    @property
    def shortened(self) -> bool:
        """Whether any word of it is but an initial."""
        return any(len(word.text) == 1 for word in self.words)

    def places_in(self, whole: Name) -> tuple[int, ...] | None:
        """Return for each word which one of the whole name it stands for; None where one is no word or initial of it.

        >>> read_name("A. Lee").places_in(read_name("Ann Lee")), read_name("Bob").places_in(read_name("Ann Lee"))
        ((0, 1), None)
        """
        if self.identity == whole.identity:
            return tuple(range(len(self.words)))
        if all(word.initial for word in self.words) and len(self.words) < len(whole.words):
            return None
        exact = {word.text: place for place, word in reversed(list(enumerate(whole.words)))}
        places = [exact.get(word.text, -1) for word in self.words]
        for number, word in enumerate(self.words):
            if places[number] < 0:
                free = (p for p, w in enumerate(whole.words) if p not in places and w.text[0] == word.text)
                places[number] = next(free, -1)
        return tuple(places) if min(places, default=-1) >= 0 else None

    def written(self, value: str, spoken: Callable[[int], str]) -> str:
        """Return the value with `spoken(place)` instead of each word, an initial as one, in the same case."""
        pieces: list[str] = []
        done = 0
        for start, end, place in sorted((start, end, place) for place, (_, start, end) in enumerate(self.words)):
            said = spoken(place)
            initial = len(self.words[place].text) == 1
            pieces += (value[done:start], _cased(said[0] if initial else said, value[start:end]))
            done = end
        return "".join([*pieces, value[done:]])


@lru_cache(maxsize=1 << 17)
def read_name(value: str) -> Name:
    """Read a name. Titles, degrees, possessive endings and particles are no words of it; "Lee, Ann" is turned.

    >>> [word.text for word in read_name("Ms Ann van der Berg's").words]
    ['ann', 'van der berg']
    """
    return _read_plain(value) or _read(value)


def _read_plain(value: str) -> Name | None:
    """Read a name of nothing but plain words, as most are."""
    spelled = value.lower().split(" ")
    if not value.isascii() or not all(map(str.isalpha, spelled)) or not _ORDINARY.isdisjoint(spelled):
        return None
    words, start = [], 0
    for text in spelled:
        end = start + len(text)
        words.append(Word(text, start, end))
        start = end + 1
    return Name(tuple(words), " ".join(spelled))


def _read(value: str) -> Name:
    degrees = _BEHIND.search(value)
    end = degrees.start() if degrees else len(value)
    found = [
        Word(text, start, stop)
        for text, start, stop in fold(value).words()
        if start < end and not (text == "s" and start and value[start - 1] in _APOSTROPHES)
    ]
    first = next((i for i, word in enumerate(found) if not _is_title(word.text, i)), len(found))
    if first == len(found):
        return Name.of(found)
    comma = value.find(",", found[first].end, end)
    words = tuple(_joined(value, found[first:], comma))
    return Name.of(_turned(words, comma) if comma >= 0 else words)


def newly_named(values: Iterable[str], company: Sequence[str]) -> tuple[str, ...]:
    """Return those values, each once, that name somebody in full, and not somebody of the company.

    >>> newly_named(["Ann Lee", "Bob Ray", "Ms Lee", "Bob Ray"], ["Ann B. Lee"])
    ('Bob Ray',)
    """
    there = [read_name(one) for one in company]
    return tuple(
        value
        for value in dict.fromkeys(values)
        if (name := read_name(value)).full and not any(name.places_in(one) for one in there)
    )


def _is_title(text: str, place: int) -> bool:
    return text in _TITLES or (place > 0 and text in _AFTER_TITLES)


def _joined(value: str, words: Sequence[Word], comma: int) -> Iterator[Word]:
    """Join particles with the word that follows, and all that stands before a comma."""
    held: Word | None = None
    for number, word in enumerate(words):
        one = word if held is None else Word(f"{held.text} {word.text}", held.start, word.end)
        following = words[number + 1] if number + 1 < len(words) else None
        small = number > 0 or value[word.start].islower()
        particle = word.text in _PARTICLES and small and following is not None
        before_comma = following is not None and word.end <= comma and following.end <= comma
        held = one if particle or before_comma else None
        if held is None:
            yield one


def _turned(words: tuple[Word, ...], comma: int) -> tuple[Word, ...]:
    family = [word for word in words if word.end <= comma]
    given = [word for word in words if word.end > comma and word.text not in _TITLES]
    return (*given, *family)


def _cased(said: str, original: str) -> str:
    """Return a word in the case of another."""
    if len(original) > 1 and original.isupper():
        return said.upper()
    return said.lower() if original.islower() else said
