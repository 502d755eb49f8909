"""Rules for numbers: found by form and checksum alone, near a word, or right after it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import regex

from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.numbers.checksums import Check
from deid.lexicon import either

BEFORE = r"\b(?<![\w/+-])(?<!\d\.)"
"""What does not stand before a number: another number's part, a path, a sign."""
AFTER = r"(?!\w|[-/]\w|[.,]\d)"
"""What does not stand behind a number."""

_TOKEN = regex.compile(r"\w+")
_PLAIN = frozenset(
    "number no id card code nr identity identification national personal security insurance registration "
    "vehicle".split()
)
_PLAIN_LETTER = regex.compile(r"(?<!\\)[a-zñ]")
_DIGIT_FIRST = regex.compile(r"(?:\(\?:)?(?:\\d|\[[0-9-]+\]|[0-9])")
_REACH = 60


@dataclass(frozen=True)
class Identifier:
    """One kind of number.

    `form` is its pattern in lower case, `sample` a template for made-up values ("#" a digit, "~" a letter, {ymd} and
    the like a date); `alone` the score that its form and checksum have without any words, 0 where chance would give
    too many. Its words are the lists `<name>` of the lexicon, and `<name>_weak` for those that mean other things too.
    """

    name: str
    label: str
    form: str
    sample: str
    check: Check | None = field(default=None, repr=False)
    alone: float = 0.0

    def fits(self, value: str) -> bool:
        """Whether a value has the form and passes the check."""
        return self.compiled.fullmatch(value.lower()) is not None and self.passes(value)

    def passes(self, value: str) -> bool:
        """Whether a value of this form passes the check."""
        return self.check is None or self.check(value)

    @cached_property
    def compiled(self) -> "regex.Pattern[str]":
        """The form, compiled once."""
        return regex.compile(self.form)


def _undecided(_: str) -> bool | None:
    return None


def key_words(phrases: Iterable[str]) -> frozenset[str]:
    """Return the word of each phrase that tells most, and its plural: where none stands in a text, no phrase does."""
    split = [_TOKEN.findall(phrase.lower()) for phrase in phrases]
    telling = [max(words, key=lambda word: (len(word) > 1 and word not in _PLAIN, len(word))) for words in split]
    return frozenset((*telling, *(f"{word}s" for word in telling)))


def labelled_rules(
    kinds: Iterable[tuple[str, str, Iterable[str]]],
    links: Iterable[str],
    validate: Callable[[str], bool | None] = _undecided,
) -> Iterable[Rule]:
    """Yield a rule for each label, form and words: a value of the form that follows one of the words.

    Between them may stand up to four words like "number" or "is". A kind without words has no rule.
    """
    link = rf"(?:[^\w]{{1,3}}{either(links)}\b){{0,4}}[^\w]{{1,4}}"
    for label, form, words in kinds:
        lowered = tuple(word.lower() for word in words)
        if lowered:
            before = rf"\b{either(lowered)}s?{link}"
            # Digits are rarer than words: where the form starts with one, it is the word that is looked up.
            start = rf"\b(?=\d)(?=(?:{form}){AFTER})(?<={before})" if _starts_with_digit(form) else before
            pattern = rf"{start}(?P<value>{form}){AFTER}"
            yield Rule(label, pattern, 0.75, validate=validate, words=key_words(lowered), lower=True)


def near_rule(kind: Identifier, words: tuple[str, ...]) -> Rule:
    """Return the rule for a number that passes its check within sixty characters after one of the words."""
    near = rf"(?<=\b{either(word.lower() for word in words)}s?\b[\s\S]{{0,%d}})"
    if _starts_with_digit(kind.form):
        pattern = rf"{BEFORE}(?=\d)(?=(?:{kind.form}){AFTER}){near % _REACH}(?:{kind.form}){AFTER}"
    else:
        pattern = rf"{BEFORE}(?:{kind.form}){AFTER}{near % (_REACH + len(kind.sample))}"
    return Rule(kind.label, pattern, 0.65, validate=_passing(kind.passes), words=key_words(words), lower=True)


def _starts_with_digit(form: str) -> bool:
    return all(_DIGIT_FIRST.match(part) for part in _alternatives(form))


def _alternatives(form: str) -> list[str]:
    """Return the parts of a form between the bars that stand in no brackets."""
    parts, depth = [""], 0
    for char in form:
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _passing(passes: Callable[[str], bool]) -> Callable[[str], bool | None]:
    return lambda value: None if passes(value) else False


def alone_rules(kinds: Iterable[Identifier]) -> Iterable[Rule]:
    """Yield one rule for all kinds that share a label and a score: one pass over the text instead of many.

    Those that start with a letter are looked for in capitals only: capitals are rare, and lower case finds them fast.
    """
    groups: dict[tuple[str, float, bool], list[Identifier]] = {}
    for kind in kinds:
        if kind.alone:
            groups.setdefault((kind.label, kind.alone, _starts_with_digit(kind.form)), []).append(kind)
    for (label, score, digit_first), group in groups.items():
        forms = "|".join(kind.form for kind in group)
        fits = _any_fits(tuple(group))
        pattern = f"{BEFORE}(?:{forms if digit_first else capitals(forms)}){AFTER}"
        yield Rule(label, pattern, score, validate=fits, needs=DIGITS, lower=digit_first, flags=regex.MULTILINE)


def capitals(form: str) -> str:
    r"""Return a form for capitals instead of lower case.

    >>> print(capitals(r"[a-z]{2}\d"))
    [A-Z]{2}\d
    """
    return _PLAIN_LETTER.sub(lambda match: match[0].upper(), form)


def _any_fits(group: tuple[Identifier, ...]) -> Callable[[str], bool | None]:
    return lambda value: None if any(kind.fits(value) for kind in group) else False
