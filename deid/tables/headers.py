"""What the words of a header say about the column, or the field, that it stands over."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import regex

from deid.labels import TAXONOMY
from deid.normal.normalise import fold

_CAMEL = regex.compile(r"\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+|\p{Lo}+|\d+")
_PLAIN = regex.compile(r"[\p{L}\p{M}]+|\d+")
_LONGEST = 5
_LONGEST_WORD = 40
_MOST_WORDS = 20
_SHORT = frozenset({"id", "no", "nr", "dt", "nm", "ip"})
_KEYS = frozenset({"id", "ids", "uid", "pk"})
_FILLING = frozenset("by of the a an de du des da do del della la le von vom van der den di per".split())
_COUNTS = frozenset({"num", "no", "number", "n", "nr"})
_PLACES = frozenset("primary secondary main other attending referring treating current previous full".split())
_PARTS = frozenset(
    (
        "first second middle last given family maiden full surname forename fname lname mname firstname lastname "
        "preferred legal birth nickname nombre apellido apellidos prenom vorname nachname cognome achternaam voornaam "
        "sobrenome person people"
    ).split()
)
_BESIDE_ID = frozenset({"PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION", "DATE_TIME", "OCCUPATION", "USERNAME"})

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a header says: a label or none; do its words speak of a person, a thing, a life's event, of what is written.

    What is written freely has no other label: a "note" is, the date of one is not.
    """

    label: str | None
    person: bool
    thing: bool
    life: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    weight: int
    label: str


@dataclass(frozen=True)
class _Lexicon:
    """The words of some languages: phrases by label, and the kinds of words beside them."""

    phrases: Mapping[Words, str]
    kinds: Mapping[str, frozenset[str]]

    @cached_property
    def glued(self) -> Mapping[str, tuple[str, int]]:
        """Phrases written as one word, with the number of words that they are."""
        return {"".join(p): (label, len(p)) for p, label in self.phrases.items() if len(p) > 1 and len("".join(p)) > 4}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that a run of small letters may be made of."""
        words = {word for phrase in self.phrases for word in phrase} | set().union(*self.kinds.values())
        return frozenset(word for word in words if len(word) > 2 or word in _SHORT)


def header_words(header: str) -> Words:
    """Split a header into lower-case words.

    >>> header_words("PatientFirst_name2")
    ('patient', 'first', 'name', '2')
    """
    return tuple(word.lower() for word in _CAMEL.findall(header))


def header_label(header: str, language: str | None = None) -> str | None:
    """Return the label that a header's words speak for, or None.

    With a `language` its words and the English ones count, without one those of all languages. The longest phrase
    wins, then the last; words that ask something about a value ("email status") take its label away.

    >>> header_label("date_of_birth"), header_label("FamilyName"), header_label("product name")
    ('DATE_OF_BIRTH', 'PERSON', None)
    >>> header_label("Geburtsdatum"), header_label("fecha_nac", "es"), header_label("custid")
    ('DATE_OF_BIRTH', 'DATE_OF_BIRTH', 'ID_NUMBER')
    """
    return read_header(header, language).label


def is_part_of_name(header: str) -> bool:
    """Whether a header names a part of a person's name.

    >>> is_part_of_name("FirstName"), is_part_of_name("full name")
    (True, False)
    """
    words = {fold(word).text for word in header_words(header)}
    return header_label(header) == "PERSON" and not words.isdisjoint(_PARTS) and "full" not in words


@lru_cache(maxsize=4096)
def read_header(header: str, language: str | None = None) -> Reading:
    """Read a header: its label, and whether it speaks of a person or of a thing.

    >>> read_header("customer segment")
    Reading(label=None, person=True, thing=False, life=False, free=False)
    """
    lexicon = _lexicon(language)
    readings = [_read(words, lexicon) for words in dict.fromkeys(_spellings(header, lexicon))]
    label = next((reading.label for reading in readings if reading.label), None)
    return Reading(label, *(any(getattr(r, kind) for r in readings) for kind in ("person", "thing", "life", "free")))


@lru_cache(maxsize=16)
def _lexicon(language: str | None) -> _Lexicon:
    tables = tomllib.loads((files("deid") / "lexicons" / "headers.toml").read_text(encoding="utf-8"))
    wanted = list(tables) if language is None else [t for t in ("all", "en", language) if t in tables]
    phrases: dict[Words, str] = {}
    kinds: dict[str, set[str]] = {kind: set() for kind in ("role", "id", "thing", "about", "life", "free")}
    for lists in (tables[table] for table in wanted):
        for key, words in lists.items():
            if key in TAXONOMY:
                for phrase in words:
                    phrases.setdefault(tuple(phrase.split()), key)
            else:
                kinds[key].update(words)
    return _Lexicon(phrases, {key: frozenset(words) for key, words in kinds.items()})


def _spellings(header: str, lexicon: _Lexicon) -> Iterator[Words]:
    """Return the ways to split a header: by capitals, by everything else, and run-together words apart."""
    camel = tuple(fold(word).text for word in header_words(header))[:_MOST_WORDS]
    plain = tuple(fold(word).text for word in _PLAIN.findall(header))[:_MOST_WORDS]
    yield camel
    yield plain
    yield tuple(part for word in plain for part in _segment(word, lexicon))


def _segment(word: str, lexicon: _Lexicon) -> Words:
    """Split a word that is nothing but known words written together: "custphone"."""
    if word in lexicon.vocabulary or word in lexicon.glued or not 4 < len(word) <= _LONGEST_WORD:
        return (word,)
    best: dict[int, Words] = {0: ()}
    for end in range(2, len(word) + 1):
        for start in range(end - 2, -1, -1):
            if start in best and word[start:end] in lexicon.vocabulary and len(best[start]) < _LONGEST:
                longer = (*best[start], word[start:end])
                if end not in best or len(longer) < len(best[end]):
                    best[end] = longer
    return best.get(len(word), (word,))


def _read(words: Words, lexicon: _Lexicon) -> Reading:
    match = max(_matches(words, lexicon), key=lambda m: (m.weight, m.end), default=None)
    rest = tuple(w for i, w in enumerate(words) if not (match and match.start <= i < match.end) and not w.isdecimal())
    kinds = {
        kind: sum(w in known or w.removesuffix("s") in known for w in rest) for kind, known in lexicon.kinds.items()
    }
    label = _label(words, match, rest, kinds)
    person = kinds["role"] > 0 or (label == "PERSON" and not _PARTS.isdisjoint(words))
    free = kinds["free"] > 0 and label is None and not kinds["about"]
    return Reading(label, person, kinds["thing"] > 0 and not person, not lexicon.kinds["life"].isdisjoint(words), free)


def _matches(words: Words, lexicon: _Lexicon) -> Iterator[_Match]:
    for start, word in enumerate(words):
        for end in range(start + 1, min(len(words), start + _LONGEST) + 1):
            label = lexicon.phrases.get(words[start:end])
            if label:
                yield _Match(start, end, end - start, label)
        for form in (word, word.removesuffix("s")):
            if form in lexicon.glued:
                label, weight = lexicon.glued[form]
                yield _Match(start, start + 1, weight, label)
            elif form != word and (form,) in lexicon.phrases:
                yield _Match(start, start + 1, 1, lexicon.phrases[form,])


def _label(words: Words, match: _Match | None, rest: Words, kinds: Mapping[str, int]) -> str | None:
    if kinds["about"] or (match and _is_of_thing(words, match, kinds)):
        return None
    if _is_key(words, match) or (match and match.label == "PERSON" and kinds["id"]):
        return "ID_NUMBER"
    return match.label if match else _role_label(rest, kinds)


def _is_of_thing(words: Words, match: _Match, kinds: Mapping[str, int]) -> bool:
    """Whether the name or the birth is that of a thing: "product name", "country of birth"."""
    named = match.label == "PERSON" and not kinds["role"] and _PARTS.isdisjoint(words)
    return kinds["thing"] > 0 and (named or match.label == "DATE_OF_BIRTH") and not _is_key(words, match)


def _is_key(words: Words, match: _Match | None) -> bool:
    """Whether the header names the key of something: "father_name/id", "IdPersona", "id"."""
    outside = [i for i in (0, len(words) - 1) if words and not (match and match.start <= i < match.end)]
    return any(words[i] in _KEYS for i in outside) and (match is None or match.label in _BESIDE_ID)


def _role_label(words: Words, kinds: Mapping[str, int]) -> str | None:
    """Return what people alone speak for: their names, or their numbers."""
    bare = [word for word in words if word not in _FILLING and word not in _PLACES]
    if words[-1:] == ("by",) and len(words) > 1:
        return "PERSON"
    if not kinds["role"] or not bare or (bare[0] in _COUNTS and bare[-1].endswith("s")):
        return None
    if kinds["id"]:
        return "ID_NUMBER" if len(bare) > 1 else None
    return "PERSON" if len(bare) == kinds["role"] else None
