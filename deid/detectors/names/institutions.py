"""Organisations in runs of capitalised words: a legal form, a trade or a kind of institution beside a name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from deid.detectors.names.generic import FUNCTION_WORDS, is_generic
from deid.detectors.names.named import Named
from deid.gazetteer import fold, institution_words, is_ordinary
from deid.lexicon import either, load_lexicon

_GAP = "[ \xa0]"
_CAP = (
    r"(?:\p{Lu}[\p{L}\p{M}\p{N}]{0,30}(?:[&'’./-]{1,2}\p{L}[\p{L}\p{M}]{0,30}){0,3}(?:(?<=\b\p{L}{1,4})\.)?|"
    r"\p{N}{1,3}(?:st|nd|rd|th)(?!\p{L}))"
)
_SMALL = (
    r"(?:of|and|&|for|the|de|del|la|las|los|le|du|des|der|die|und|y|et|e|von|van|den|di|da|do|in|im|am|zu|d['’]|nº)"
)
_RUN = regex.compile(rf"{_CAP}(?:,?{_GAP}(?:{_SMALL}{_GAP}){{0,3}}(?:[d]['’])?{_CAP}){{0,11}}")
_TOKEN = regex.compile(r"[^ \xa0]+")
_GLOSS = regex.compile(rf"{_GAP}\((\p{{Lu}}[\p{{L}}\p{{M}} .’'-]{{3,70}})\)")
_SHORT_FORM = regex.compile(
    r"((?:\p{Lu}[\p{L}’'-]{2,20} (?:of |for |the |and ){0,2}){1,5})"
    r"[(\[“\"]{1,2}(?:the )?[“\"]?(\p{Lu}{3,8}(?:-\p{Lu})?)[”\")\]]"
)
_LONGEST = 4
_HONORIFICS = frozenset("Mr Mrs Ms Miss Dr Prof Sir Lord Lady Mr. Mrs. Ms. Dr. Prof. Judge Herr Frau".split())


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a language that make names of organisations."""

    suffixes: frozenset[str]
    kinds: Mapping[str, float]
    openers: frozenset[str]
    links: frozenset[str]
    first_words: frozenset[str]
    last_words: frozenset[str]
    bodies: frozenset[str]
    parts: frozenset[str]
    after: "regex.Pattern[str]"

    def is_legal_form(self, word: str) -> bool:
        """Whether a word is a legal form, with or without a stop or comma behind it."""
        bare = word.rstrip(",")
        return bare in self.suffixes or bare.rstrip(".") in self.suffixes

    def tells(self, words: Sequence[str]) -> bool:
        """Whether any word of a run can make it an organisation: one word alone makes none."""
        return len(words) > 1 and any(
            (bare := word.rstrip(",")) in self.last_words or bare in self.first_words or self.is_legal_form(bare)
            for word in words
        )


@lru_cache(maxsize=8)
def _words_of(language: str) -> _Words:
    lexicon = load_lexicon("organisations", language)
    kinds = {**dict.fromkeys(lexicon["trades"], 0.5), **dict.fromkeys(lexicon["heads"], 0.55)}
    odd = [s for s in (*lexicon["suffixes"], *lexicon["heads"]) if not s[0].isupper()]
    return _Words(
        frozenset(lexicon["suffixes"]),
        kinds,
        frozenset(lexicon["openers"]),
        frozenset(word for link in lexicon["links"] for word in link.split()) | {"the"},
        frozenset(opener.split()[0] for opener in lexicon["openers"]),
        frozenset(kind.split()[-1] for kind in kinds),
        institution_words(language) | {fold(kind) for kind in kinds},
        frozenset(part for kind in (*kinds, *lexicon["openers"]) for part in kind.split()),
        regex.compile(rf",?{_GAP}{either([*odd, *lexicon['tails']])}(?![\p{{L}}\p{{N}}_])\.?"),
    )


def named_organisations(text: str, language: str = "en") -> Iterator[Named]:
    """Yield the names of organisations that stand in runs of capitalised words."""
    known = _words_of(language)
    for run in _RUN.finditer(text):
        start, words = run.start(), run.group()
        if start and (text[start - 1].isalnum() or text[start - 1] in "_@#/."):
            continue
        more = known.after.match(text, run.end())
        if more or known.tells(_TOKEN.findall(words)):
            tokens = [_Token(start + m.start(), start + m.end(), m.group()) for m in _TOKEN.finditer(words)]
            yield from _in_run(text, tokens, more.end() if more else 0, known, language)


def _in_run(text: str, tokens: list[_Token], more: int, known: _Words, language: str) -> Iterator[Named]:
    """End a firm at its legal form, commas and all; look at what stands between two commas alone."""
    for index in range(len(tokens) - 1, 0, -1):
        if known.is_legal_form(tokens[index].text):
            yield from _named(text, _span(tokens, index, 0, 0.7), known, language)
            tokens = tokens[index + 1 :]
            break
    for segment in _segments(tokens):
        yield from _in_segment(text, segment, more if segment[-1] is tokens[-1] else 0, known, language)


def _segments(tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """Cut at commas, and drop people: "Agent, Mr A. Bloggs of the Ministry"."""
    segment: list[_Token] = []
    person = False
    for token in tokens:
        if token.text in _HONORIFICS or (token.text.endswith(".") and len(token.text) < 4):
            segment, person = [], True
        elif person and token.text[0].islower():
            person = False
        elif not person:
            segment.append(token)
        if token.text.endswith(",") and segment:
            yield segment
            segment = []
    if segment:
        yield segment


def _in_segment(text: str, tokens: list[_Token], more: int, known: _Words, language: str) -> Iterator[Named]:
    words = [token.text.rstrip(",") for token in tokens]
    last, score = _closing(words, known)
    if last and words[last + 1 : last + 2] in (["of"], ["for"]):
        last = len(words) - 1
    opened = _opening(words, known)
    if more or (opened and opened[1] >= last):
        last, score = len(words) - 1, max(score, 0.55 if more else 0.5)
    if opened and "of" not in known.links:
        tokens, last = tokens[opened[0] :], last - opened[0]
    if score:
        yield from _named(text, _span(tokens, last, more, score), known, language)


def _named(text: str, name: Named, known: _Words, language: str) -> Iterator[Named]:
    """Yield a name that is more than its kind, and the gloss in brackets behind it."""
    if _distinct(text[name.start : name.end], known, language):
        yield name
        if gloss := _GLOSS.match(text, name.end):
            yield Named(*gloss.span(1), name.score)


def _span(tokens: Sequence[_Token], last: int, more: int, score: float) -> Named:
    """Return the span of the tokens up to `last`, or to `more` where words in lower case belong to it."""
    end = more or tokens[last].end - tokens[last].text.endswith(",")
    return Named(tokens[_trimmed(tokens, last)].start, end, score)


def acronyms(text: str, language: str = "en") -> Iterator[Named]:
    """Yield the short forms of bodies that a text itself explains, at each place: "Appeal Tribunal (“EAT”)"."""
    known, short = _words_of(language), set()
    if not any(sign in text for sign in '([“"'):
        return
    for match in _SHORT_FORM.finditer(text):
        words = match.group(1).split()
        if not is_ordinary(match.group(2), language) and any(fold(word) in known.bodies for word in words[-4:]):
            short.add(match.group(2))
    if short:
        pattern = regex.compile(rf"(?<![\p{{L}}\p{{N}}_]){either(short)}(?![\p{{L}}\p{{N}}_])")
        yield from (Named(*match.span(), 0.5) for match in pattern.finditer(text))


def _closing(words: Sequence[str], known: _Words) -> tuple[int, float]:
    """Return the last word that is a kind of institution, and the score; index 0 for none."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] not in known.last_words:
            continue
        for first in range(max(1, index - 2), index + 1):
            score = known.kinds.get(" ".join(words[first : index + 1]))
            if score:
                return index, score
    return 0, 0.0


def _opening(words: Sequence[str], known: _Words) -> tuple[int, int] | None:
    """Return first and last word of a kind of institution before a name ("Bank of Leeds", "Amtsgericht Moers")."""
    for index in range(len(words) - 1):
        if words[index] not in known.first_words:
            continue
        for last in range(min(len(words) - 1, index + _LONGEST), index, -1):
            if " ".join(words[index:last]) in known.openers and _links(words[last], known):
                return index, last - 1
    return None


def _links(after: str, known: _Words) -> bool:
    """Whether a name can follow: at once where the kind stands before names ("Klinikum Fulda"), else after "of"."""
    return after in known.links or after.startswith(("d'", "d’")) or "of" not in known.links


def _trimmed(tokens: Sequence[_Token], last: int) -> int:
    """Return the first word of the name that ends at `last`: behind "The" or "On" at the start of a sentence."""
    begin = 0
    while begin < last and fold(tokens[begin].text) in FUNCTION_WORDS:
        begin += 1
    return begin


def _distinct(value: str, known: _Words, language: str) -> bool:
    """Whether a name is more than ordinary words and the kind of institution."""
    words = [word.strip('.,()“”"') for word in value.split()]
    own = [w for w in words if w not in known.parts and fold(w) not in FUNCTION_WORDS and not w[:1].isdecimal()]
    return any(not is_ordinary(word, language) for word in own) and not is_generic(value, language)
