"""The parts of a postal address, and how one that was found in part grows to the whole."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import regex

from deid.detectors.engine.compiling import compile_once
from deid.finding import Finding
from deid.lexicon import Lexicon, load_lexicon

GAP = r"[ \t\u00a0]"
"""A space within a line."""

NEXT = rf"{GAP}{{0,4}}[,;.–-]?{GAP}{{0,3}}(?:\r?\n[\s>?*#|]{{0,14}})?,?{GAP}{{0,2}}"
"""What may stand between two parts: a comma, or the end of a line with what quotes the next one."""

WORD = r"(?:\p{Lu}\p{L}{0,3}\.(?=[\w ,-])|\p{Lu}[\p{L}\p{M}'’]{0,30}+(?:-[\p{L}'’]{1,20}+){0,3}+(?!\d))"
"""A word with a capital letter."""

NUMBER = r"(?<![\w.,:/\\%€$£-])\d{1,5}(?:[A-Za-z]\b)?(?:[/-]\d{1,4}[A-Za-z]?\b){0,2}(?![\w%:]|[.,]\d)"
"""The number of a house before its street."""

HOUSE = (
    rf"\d{{1,5}}(?:{GAP}?[A-Za-z]\b)?(?:{GAP}?[/–-]{GAP}?(?:\d{{1,4}}(?:[A-Za-z]\b)?|[A-Za-z]\b)){{0,3}}"
    rf"(?:{GAP}(?:hs|huis|hoog|boven|bis)\b)?(?![\w%:]|[.,]\d)"
)
"""The number of a house behind its street."""

STRONG_CODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d|\d{4}\s?[A-Z]{2}|\d"
    r"{4}-\d{3}|\d{3}-\d{4}|"
    r"\d{5}-\d{3,4}|\d{2}-\d{3}|[A-Z]\d[\dW]\s?[A-Z\d]{4}|[A-Z]{1,2}-\d{4,5}|[A-Z]\d{4}[A-Z]{3})\b"
)
"""Postal codes that are known by their form."""

CODE = rf"(?:{STRONG_CODE}|\d{{3}}\s\d{{2}}\b|\d{{3,7}}\b)"
"""A postal code of any country, where its place says that it is one."""

_WEAK = 0.4
_GROWN = 0.85
_REACH = 120
_NOT_CONTACT = (
    r"(?!(?:E-?[Mm]ail|Correo|Tel[eé]fono|Tel[ée]phone|Telefon|Tels?(?!\s\p{Lu})|Telfs?|Tlf|Tfno|Fax|Phone|Mobile"
    r"|Email|"
    r"January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
_FLOOR = (
    r"(?:[IVX]{1,4}\.\s?em(?:elet)?\.?\s?\d{1,3}\.?|"
    r"\d{1,2}(?:st|nd|rd|th)\s(?:[Ff]loor|Fl)\b|[A-Z]?\d{1,2}[ \t]?(?:\.?[ºª°]|\.?[oa](?=[A-Z., -]))[ \t,-]{0,2}"
    r"(?:\p{Lu}\b|(?:dcha|izda|izqda|izq|dch|centro|[EeDd]sq|[Dd]to|[A-Za-z])\b)?\.?|"
    r"(?:[Bb]ajo|[Áá]tico|[Ee]ntresuelo|[Pp]rincipal|[Ss]ótano|bis|ter)\b(?:[ \t]?\p{Lu}\b)?|"
    r"[PB]?\.?\d{1,2}[ \t]?[-–]?[ \t]?(?:[A-Z]|[Ii]zq|[Ii]zda|[Dd]cha|[Dd]ch|hs|hoog|tr)?\b\.?(?![\w/:%]|[.,]\d)|"
    r"\p{Lu}\b(?=[ \t]?[,.]?[ \t]?$))"
)


def spellings(words: Iterable[str]) -> tuple[str, ...]:
    """Return each word in small letters, with a capital and in capitals.

    >>> spellings(["rue"])
    ('rue', 'Rue', 'RUE')
    """
    return tuple(dict.fromkeys(f for w in words for f in (w.lower(), w, w[:1].upper() + w[1:], w.upper())))


def grouped(words: Iterable[str]) -> str:
    r"""Return a pattern that matches any of the words, by first letters, so that most places are turned down at once.

    >>> grouped(["St", "Street", "PO Box"])
    '(?=[PS])(?:P(?:O\\sBox)|S(?:treet|t))'
    """
    by_letter: dict[str, list[str]] = {}
    for word in sorted(dict.fromkeys(words), key=lambda word: (-len(word), word)):
        by_letter.setdefault(word[0], []).append(_literal(word[1:]))
    parts = (f"{_literal(first)}(?:{'|'.join(rest)})" for first, rest in sorted(by_letter.items()))
    return f"(?=[{''.join(map(_literal, sorted(by_letter)))}])(?:{'|'.join(parts)})"


def _literal(word: str) -> str:
    return regex.escape(word, special_only=True, literal_spaces=True).replace(" ", r"\s")


def words_of(*lists: Iterable[str]) -> frozenset[str]:
    """Return the first words of entries, as a text must have one for a rule to be tried."""
    return frozenset(m.group() for words in lists for w in words if (m := regex.search(r"\w+", w.lower())))


def first_of(words: Iterable[str]) -> str:
    """Return a pattern for any spelling of the words; short ones in capitals are something else."""
    return grouped(f for f in spellings(words) if not (f.isupper() and len(f) < 4))


@dataclass(frozen=True)
class Parts:
    """Patterns for the parts of an address in a text of one language."""

    words: Lexicon

    @cached_property
    def name(self) -> str:
        """A word in the name of a street."""
        small = grouped(self.words["particles"])
        return rf"(?:{WORD}|{small}\b(?:['’]{WORD})?|\d{{1,3}}(?:st|nd|rd|th|[ºª.])(?!\w)|\d{{1,2}}(?=\sde\s))"

    @cached_property
    def names(self) -> str:
        """The name of a street, up to six words."""
        return rf"{self.name}(?:[ \t-]{self.name}){{0,5}}"

    @cached_property
    def door_word(self) -> str:
        """The word for a flat, a floor, an office."""
        return grouped(spellings(self.words["units"]))

    @cached_property
    def door(self) -> str:
        """A flat, a floor, an office by its word and number."""
        number = (
            r"(?:[Nn][ro]?[.º°]{1,2}\s?)?#?\s?(?:[A-Za-z]{0,2}[-.]?\d{1,5}[A-Za-z]?(?:-\d{1,4})?\b|[A-Z]\b"
            r"|[IVX]{1,4}\b)"
        )
        return (
            rf"(?:{self.door_word}(?:\.{GAP}?|:{GAP}?|{GAP}){{1,2}}{number}|#{GAP}?\d{{1,4}}(?:-\d{{1,4}})?[A-Za-z]?\b)"
        )

    @cached_property
    def unit(self) -> str:
        """A door, or a floor and a side without a word for it: what follows a house number."""
        return rf"(?:{self.door}|{_FLOOR})"

    @cached_property
    def state(self) -> str:
        """A state by its letters or its name."""
        return rf"(?:{grouped([*self.words['us_states'], *self.words['other_states']])}\b|{self.region})"

    @cached_property
    def region(self) -> str:
        """A state, a county, a province by its name."""
        return rf"{grouped(self.words['regions'])}(?!\w)"

    @cached_property
    def country(self) -> str:
        """A country by its name."""
        return rf"{grouped(self.words['countries'])}(?!\w)"

    @cached_property
    def close(self) -> str:
        """What ends an address and leaves no doubt that it was one."""
        return (
            rf"(?:{self.state}{NEXT}(?:{self.country}{NEXT})?{CODE}|{self.country}(?:{GAP}{{0,2}}\(\w{{1,20}}\))?"
            rf"(?:{NEXT}{CODE})?|{STRONG_CODE})"
        )

    @cached_property
    def town(self) -> str:
        """The name of a town with what belongs to it, up to five words."""
        return (
            rf"{_NOT_CONTACT}{WORD}(?:[ \t/-](?:{_NOT_CONTACT}{WORD}|{grouped(self.words['particles'])}\b|\d{{1,2}}\b))"
            rf"{{0,4}}"
        )

    @cached_property
    def run(self) -> str:
        """Towns and districts on one or two lines."""
        between = r"(?:,?[ \t]{1,3}|[ \t]?[,-]?[ \t]?\r?\n[\s>?*#|]{0,14},?[ \t]?|[-/])"
        return (
            rf"{_NOT_CONTACT}{WORD}(?:{between}(?:{_NOT_CONTACT}{WORD}|{grouped(self.words['particles'])}\b)){{0,6}}?"
        )

    @cached_property
    def end(self) -> str:
        """A town with a state, a code or a country, in one of their orders."""
        return (
            rf"(?:(?:{STRONG_CODE}|\d{{3}}\s\d{{2}}|\d{{3,6}}){GAP}{{1,2}}{self.town}|(?:{self.run}{NEXT})?{self.close}"
            r"|"
            rf"{self.run}{NEXT}[A-Z]{{1,3}}\b{NEXT}\d{{4,6}}\b|{self.run}{GAP}{{1,2}}-?{GAP}{{0,2}}(?:\d{{3}}\s\d{{2}}"
            rf"|\d{{4,7}})\b)"
        )


class Growth:
    """Grows an address to the left by numbers and units, to the right by units, towns, codes and countries."""

    def __init__(self, parts: Parts) -> None:
        line = rf"(?:{GAP}{{1,2}}|{GAP}?\r?\n[\s>?*#|]{{0,14}})"
        self._left = compile_once(
            rf"(?:(?:{NUMBER}(?:[ \t]?(?:bis|ter))?|(?<!\w){parts.door})[,.]?{line}|(?<!\w)(?:{parts.door_word}"
            rf"|No|Nr|H\.{GAP}?No)\.?{GAP}?)$"
        )
        self._street = compile_once(
            rf"(?<!\w)(?:{NUMBER},?{GAP}{{1,2}}{parts.names}(?:,?{GAP}{HOUSE})?|{parts.names},?{GAP}{HOUSE})"
            rf"(?:{GAP}{parts.town})?\.?{NEXT}$"
        )
        small = rf"(?:{grouped(parts.words['small_countries'])}|[a-z]{{2}}(?=,?\s\d{{5}}))\b"
        sure = (
            rf"{NEXT}{parts.door}(?!\w)",
            rf"{NEXT}{parts.end}",
            rf",?{GAP}?(?:[\p{{Ll}}.'’-]{{2,20}}[, ]{{1,2}}|\p{{Ll}}{{2,20}}\n,?\s){{0,4}}{small}(?:,?\s\d{{4,6}}\b)?",
        )
        loose = (
            rf"{NEXT}{_FLOOR}(?!\w)",
            rf"{GAP}?,{GAP}{{0,2}}(?!(?:I|He|She|We|They|It|The|And|But)\b){parts.town}",
            rf"{GAP}?\({parts.town}\)",
            rf"{GAP}{{1,2}}\d{{4,7}}\b(?={GAP}?(?:$|[,.;)]))",
            rf"/{WORD}",
            rf",{GAP}(?:\p{{Ll}}{{2,20}}[ ]){{0,2}}\p{{Ll}}{{1,20}}(?=[ \t.]{{0,2}}$)",
        )
        self._sure = tuple(compile_once(step, regex.MULTILINE) for step in sure)
        self._loose = tuple(compile_once(step, regex.MULTILINE) for step in loose)
        self._after_door = compile_once(rf"{GAP}{parts.town}")
        self._closing = compile_once(
            rf"(?<!\w)(?:{parts.door}|{parts.country}|{parts.region}|{STRONG_CODE}|\d{{4,7}}\b|\d{{3}}(?=\s[\p{{Lu}}\d]"
            rf")|{small})"
        )
        self._door = compile_once(parts.door)
        self._door_end = compile_once(r"[\d#ºª][A-Za-z]{0,3}\.?$")

    def whole(self, text: str, seeds: Iterable[Finding]) -> list[Finding]:
        """Return the addresses that grow from the seeds, disjoint; a weak seed must grow into something sure."""
        grown: list[Finding] = []
        seeds = tuple(seeds)
        closings = [m.start() for m in self._closing.finditer(text)] if seeds else []
        barren = -1
        for seed in seeds:
            if (grown and seed.end <= grown[-1].end) or (seed.score < _WEAK and seed.end == barren):
                continue
            whole = self._grow(text, seed, grown[-1].end if grown else 0, closings)
            if whole is None:
                barren = seed.end
                continue
            if grown and whole.start <= grown[-1].end:
                whole = replace(whole, start=grown[-1].start, score=max(whole.score, grown[-1].score))
                grown.pop()
            grown.append(whole)
        return grown

    def _grow(self, text: str, seed: Finding, floor: int, closings: list[int]) -> Finding | None:
        end, sure = self._rightward(text, seed, closings)
        if seed.score < _WEAK and not sure:
            return None
        start = self._street_before(text, seed.start, floor) if self._door.match(text, seed.start) else seed.start
        start = self._leftward(text, start, floor)
        return replace(seed, start=start, end=end, score=max(seed.score, _GROWN if sure else 0.0))

    def _leftward(self, text: str, start: int, floor: int) -> int:
        for _ in range(3):
            before = text[max(floor, start - 50) : start]
            match = self._left.search(before)
            if match is None:
                break
            start -= len(before) - match.start()
        return start

    def _street_before(self, text: str, start: int, floor: int) -> int:
        """Return where the street begins that stands before a door, else `start`."""
        before = text[max(floor, start - 110) : start]
        match = self._street.search(before)
        return start if match is None else start - (len(before) - match.start())

    def _rightward(self, text: str, seed: Finding, closings: list[int]) -> tuple[int, bool]:
        end, sure = seed.end, False
        for _ in range(8):
            after = _longest(self._sure, text, end) if _near(closings, end) else end
            sure = sure or (after > end and (seed.score >= _WEAK or _proves(text, seed, end, after)))
            if after == end and (sure or seed.score >= _WEAK):
                after = _longest(self._loose, text, end)
                if after == end and self._door_end.search(text[max(0, end - 5) : end]):
                    after = _longest((self._after_door,), text, end)
            if after == end:
                break
            end = after
        return end, sure


def _near(closings: list[int], end: int) -> bool:
    """Whether anything stands shortly behind `end` that could close an address."""
    index = bisect_left(closings, end)
    return index < len(closings) and closings[index] - end <= _REACH


def _proves(text: str, seed: Finding, end: int, after: int) -> bool:
    """Whether what follows makes an address of a number and a name: a number of its own, or a line for itself."""
    more = text[end:after]
    return any(c.isdigit() for c in more) or (text[seed.start].isdigit() and more[:1] in ",\r\n")


def _longest(steps: Iterable["regex.Pattern[str]"], text: str, end: int) -> int:
    for step in steps:
        match = step.match(text, end)
        if match is not None and match.end() > end:
            return match.end()
    return end


@lru_cache(maxsize=16)
def parts_of(language: str) -> Parts:
    """Return the parts of an address for a language. Raises `PolicyError` for one that is not known."""
    return Parts(load_lexicon("places", language))
