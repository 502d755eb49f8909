"""Fields of forms, letters and records: "Name: Ann Lee", "DOB: 3/4/80  Sex: F", `"first_name": "Ann"`, `name=Ann&…`."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import regex

from deid.detectors.engine.pattern import PatternDetector
from deid.detectors.engine.view import View
from deid.detectors.fields import Shape, shape_of
from deid.detectors.numbers.specimen import draw
from deid.example import Example
from deid.finding import Finding, withhold
from deid.labels import Kind, kind_of
from deid.lexicon import load_lexicon
from deid.tables.headers import header_label

_LONGEST_NAME = 48
_LONGEST_VALUE = 160
_MOST_WORDS = 5
_SEPARATOR = regex.compile(r"[:=\t|](?<=[\p{L}\p{M}º°#.)\"'”’]\s{0,2}.)(?![:=|])|(?<=\p{L})>|(?<=\p{L})\s[-–—]\s")
# A field begins behind what ends a line, a sentence, a cell, or another field's name: then its value comes first.
_BOUNDARY = regex.compile(
    r"[\n\r\t|,;&?<>{}\[\]\"“”=:•*·]|(?<!\w)\(|\)(?<!\w\(\p{L}{1,2}\))|(?<=[^\s.]{2})\.\s|\s\s", regex.REVERSE
)
_NAME = regex.compile(r"[\p{L}\p{N}#][\p{L}\p{M}\p{N}\s.º°'’/#_()-]*")
_ASIDE = regex.compile(r"\s\([^()]{1,24}\)$")
_QUOTES = "\"'“”‘’`"


@dataclass(frozen=True, slots=True)
class _Field:
    """The name of a field that a separator ends, and where the value may begin."""

    start: int
    value: int
    label: str | None
    separator: str


class FormDetector(PatternDetector):
    """Values behind the names of fields. What the name calls for decides how far a value reaches and how it looks."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("forms", (), seconds)
        self._language = language
        self._nothing = frozenset(load_lexicon("forms", language)["nothing"])

    def _look_at(self, view: View) -> list[Finding]:
        text = view.text
        deadline = time.monotonic() + self._seconds
        fields: list[_Field] = []
        for count, separator in enumerate(_SEPARATOR.finditer(text)):
            if count % 256 == 255 and time.monotonic() > deadline:
                return withhold(text, self.name)
            if field := _field_before(text, separator.start(), separator.end(), self._language):
                fields.append(field)
        ends = [*(field.start for field in fields), len(text)][1:]
        return [found for field, end in zip(fields, ends, strict=False) for found in self._value(text, field, end)]

    def _value(self, text: str, field: _Field, end: int) -> Iterator[Finding]:
        if field.label is None or (shape := shape_of(field.label, self._language)) is None:
            return
        span = _value_span(text, field, min(end, field.value + _LONGEST_VALUE), shape)
        if span is None:
            return
        value = text[span[0] : span[1]]
        if _first_word(value) in self._nothing or (" " not in value and _label(value, self._language)):
            return
        score = 0.85 if kind_of(field.label) is Kind.DIRECT else 0.7
        yield Finding(*span, field.label, score, self.name)


def _field_before(text: str, end: int, value: int, language: str) -> _Field | None:
    """Return the field whose name ends at `end`; a name is what stands between a boundary and its separator."""
    separator = text[end:value].strip() or text[end:value]
    begin = max(0, end - _LONGEST_NAME)
    segment = _ASIDE.sub("", text[begin:end].rstrip()).rstrip(_QUOTES)
    boundary = _BOUNDARY.search(segment.rstrip("."))
    offset = boundary.end() if boundary else 0
    cut = begin > 0 and boundary is None
    name = segment[offset:].strip().strip(_QUOTES)
    start = begin + segment.find(name, offset)
    words = name.split()
    if not words or not _NAME.fullmatch(name):
        return None
    behind_value = cut or segment[: start - begin].rstrip().endswith(":")
    if not behind_value:
        label = _label(name, language) if len(words) <= _MOST_WORDS else None
        return _Field(start, value, label, separator) if label else None
    return _field_after_value(start, name, value, language) if separator == ":" else None


def _field_after_value(start: int, name: str, value: int, language: str) -> _Field | None:
    """Return the field at the end of another one's value: "70 años Sexo" before a colon."""
    words = list(regex.finditer(r"\S+", name))
    for word in reversed(words[-3:]):
        if name[word.start()].isupper() and (label := _label(name[word.start() :], language)):
            return _Field(start + word.start(), value, label, ":")
    return None


def _value_span(text: str, field: _Field, end: int, shape: Shape) -> tuple[int, int] | None:
    """Return where the value stands, if what stands there looks like one."""
    start = field.value
    while start < end and text[start] in " \t" + _QUOTES:
        start += 1
    if start < end and text[start] in "\r\n" and field.separator == ":":
        start = next((i for i in range(start, min(end, start + 4)) if not text[i].isspace()), end)
    line = text.find("\n", start, end)
    end = line if line >= 0 else end
    quoted = start > field.value and text[start - 1] in _QUOTES
    strict = not (quoted or field.separator in ("=", ">"))
    pattern = shape.strict if strict else shape.loose
    match = pattern.match(text, start, end)
    return match.span("value") if match else None


def _first_word(value: str) -> str:
    return regex.split(r"[\s.,;:]", value, maxsplit=1)[0].lower()


@lru_cache(maxsize=4096)
def _label(name: str, language: str) -> str | None:
    """Return what a field's name speaks for: by the words of documents first, then by those of columns."""
    plain = " ".join(name.lower().strip(" .-#_").split())
    own = _own_fields(language).get(plain)
    return own or header_label(name)


@lru_cache(maxsize=16)
def _own_fields(language: str) -> dict[str, str]:
    lexicon = load_lexicon("forms", language)
    return {phrase: label for label, phrases in lexicon.items() if label.isupper() for phrase in phrases}


_PEOPLE = ("Ann Lee", "Piotr van der Berg", "María Rivera", "J. Okafor", "Zoë Lindqvist", "Amara N. Diallo")
_FORMS = (
    ("PERSON", "Name: {}\nStatus: open", ""),
    ("PERSON", "Patient name - {}", ""),
    ("PERSON", '{{"full_name": "{}", "active": true}}', ""),
    ("PERSON", "Sex: F  Attending: {}", ""),
    ("DATE_OF_BIRTH", "DOB: {}   Sex: F", "{Ymd}"),
    ("DATE_OF_BIRTH", "Date of birth: {}.", "1#/0#/19##"),
    ("MEDICAL_RECORD_NUMBER", "MRN: {} Ward: 3", "######"),
    ("US_SSN", "name=Ann&ssn={}&x=1", "5##-4#-1###"),
    ("AGE", "Age: {} Sex: M", "4#"),
    ("PHONE_NUMBER", "Phone:\t{}", "0## ### ####"),
    ("STREET_ADDRESS", "Address: {}", "1## High Street, Springfield"),
)
_NO_FORMS = (
    "Note: step {} is important",
    "Name: the name of file {}",
    "Address: see page {}",
    "user: a login of {} letters",
)


def examples(random: Random) -> Example:
    """Draw a field with a made-up value, or a colon that is followed by none."""
    if random.random() < 0.65:
        label, sentence, template = random.choice(_FORMS)
        value = draw(template, random) if template else random.choice(_PEOPLE)
        return Example(sentence.format(value), value, label)
    text = random.choice(_NO_FORMS).format(random.randrange(2, 90))
    return Example(text, text, None)
