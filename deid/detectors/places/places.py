"""Where people are: street addresses, postal codes, towns with their states, countries, coordinates."""

from dataclasses import replace
from functools import cached_property
from random import Random

import regex

from deid.detectors.engine.pattern import DIGITS, PatternDetector, Rule
from deid.detectors.engine.view import View
from deid.detectors.places.address import GAP, STRONG_CODE, WORD, Growth, Parts, grouped, parts_of, spellings, words_of
from deid.detectors.places.boxes import box_rules
from deid.detectors.places.coordinates import COORDINATES
from deid.detectors.places.streets import street_rules
from deid.example import Example
from deid.finding import Finding
from deid.gazetteer import is_ordinary

_CASED = regex.MULTILINE
_SURE = 0.4
_YEAR = r"(?!(?:19|20)\d\d\b)"


def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules for a language; streets are known in every language, what introduces them in this one."""
    parts = parts_of(language)
    return (
        *street_rules(parts),
        *box_rules(parts),
        *_codes(parts),
        *_before_towns(parts, language),
        *_regions(parts),
        _areas(parts, language),
        *COORDINATES,
    )


def _codes(parts: Parts) -> tuple[Rule, ...]:
    words = parts.words
    nots = rf"(?!(?:{grouped(words['not_towns'])})\b)"
    label = "ZIP_CODE"
    return (
        Rule(
            label,
            rf"\b{grouped(words['codes'])}(?:\s(?:is|was|es|est|ist|lautet|of))?(?:\s?[:=#.]\s{{0,20}}|\s{{1,20}})"
            rf"(?P<value>(?=[a-z]{{0,3}}-?\d|[a-z]\d)[a-z\d]{{2,8}}(?:[ -](?=[a-z]{{0,2}}\d|[a-z]{{2}}\b)[a-z\d]{{2,4}}"
            r")?)\b",
            0.85,
            words=words_of(words["codes"]),
            lower=True,
        ),
        Rule(
            label,
            rf"\b{grouped(words['us_states'])},?{GAP}{{1,2}}(?P<value>\d{{5}}(?:-\d{{4}})?)\b",
            0.8,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(label, r"\b(?:GIR 0AA|[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2})\b", 0.7, needs=DIGITS, flags=_CASED),
        Rule(label, r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]\d[A-Z]\d\b", 0.75, needs=DIGITS, flags=_CASED),
        Rule(
            label,
            rf"\b(?:[AC-FILBSPVN]{{1,2}}|CH|NL|SE|DK|NO|FI|LV|LT|EE|CZ|SK|HR|SI|HU|RO|BG|GR|LU|FL)-\d{{4,5}}"
            rf"(?={GAP}\p{{Lu}})",
            0.75,
            needs="-",
            flags=_CASED,
        ),
        Rule(
            label,
            rf"(?:(?<=[,.;)]{GAP}{{1,3}})|(?<=^[ \t>?*]{{0,9}})|(?<=[,-]))(?P<value>\d{{5}}|\d{{3}}{GAP}\d{{2}})"
            rf"(?={GAP}{{1,2}}\p{{Lu}}\p{{L}}{{2,20}}(?:{GAP}\p{{Lu}}[\p{{L}}]{{1,20}}){{0,2}}{GAP}?(?:$|[,.;"
            r"(\n]))",
            0.5,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            label,
            rf"\b{grouped(words['preposed'])}{GAP}{nots}(?=\p{{L}}{{0,20}}\p{{Ll}}|\p{{Lu}}{{4}}){WORD}(?:[ \t-]"
            rf"(?:{WORD}|{grouped(words['particles'])})){{0,3}},?{GAP}(?P<value>{_YEAR}(?:\d{{3}}\s\d{{2}}|\d{{4,5}}"
            rf"|{STRONG_CODE}))\b(?![.,:/-]\d|{GAP}?%)",
            0.5,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            label,
            rf"\b(?:\d{{5}}-\d{{3}}|\d{{2}}-\d{{3}}(?={GAP}\p{{Lu}}\p{{Ll}})|\d{{4}}-\d{{3}}(?={GAP}\p{{Lu}}\p{{Ll}}))\b"
            r"(?!-)",
            0.5,
            needs="-",
            flags=_CASED,
        ),
        Rule(
            label,
            rf"\b(?!(?:19|20)\d\d)\d{{4}}{GAP}(?!EU|UK|US|UN|GB|MB|KB|TB|KM|AM|PM|HP|AD|BC|CE)[A-Z]{{2}}(?={GAP}{{1,2}}"
            rf"\p{{Lu}}\p{{Ll}})",
            0.45,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            label,
            rf"\p{{Lu}}\p{{Ll}}{{2,20}}{GAP}?,?{GAP}?[-–]?{GAP}?(?P<value>\d{{6}})(?={GAP}?(?:$|[,.;]))",
            0.3,
            context=("india", "pin", "road", "nagar", "singapore", "address"),
            needs=DIGITS,
            flags=_CASED,
        ),
    )


def _before_towns(parts: Parts, language: str) -> tuple[Rule, ...]:
    """Codes and the towns that follow them, as the continent writes them; elsewhere only before what is known."""
    known = grouped((*parts.words["regions"], *parts.words["countries"]))
    town = known if language == "en" else rf"(?:{known}|{parts.town}(?!{GAP}?\d))"
    code = r"(?<![\w,/-])(?<!\d[.,])\d{5}"
    return (
        Rule("ZIP_CODE", rf"{code}(?=\.?{GAP}{{1,2}}-?{GAP}?{town}(?!\w))", 0.5, needs=DIGITS, flags=_CASED),
        Rule("LOCATION", rf"{code}\.?{GAP}{{1,2}}-?{GAP}?(?P<value>{town})(?!\w)", 0.5, needs=DIGITS, flags=_CASED),
    )


def _regions(parts: Parts) -> tuple[Rule, ...]:
    words = parts.words
    names, small = (*words["regions"], *words["countries"]), words["small_countries"]
    states = grouped((*words["us_states"], *words["other_states"]))
    fields = grouped(spellings(words["fields"]))
    tried = words_of(names)
    return (
        Rule("LOCATION", rf"(?<!\w){grouped(names)}(?!\w)", 0.5, words=tried, flags=_CASED),
        Rule("LOCATION", rf"\b{grouped(small)}\b", 0.45, words=words_of(small), lower=True),
        Rule(
            "LOCATION",
            rf",{GAP}{{1,2}}{states}\b(?:,?{GAP}{{1,2}}\d{{5}}(?:-\d{{4}})?\b)?(?!['’.]\w)",
            0.65,
            needs=",",
            flags=_CASED,
        ),
        Rule(
            "LOCATION",
            rf"(?<!\w)(?:[A-Z]{{1,2}}-)?\d{{4,5}}\.?{GAP}{{1,2}}(?P<value>{parts.town})(?={GAP}?(?:[,.;]{GAP}?{grouped(names)}"
            rf"|\({WORD}\)))",
            0.6,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            "LOCATION",
            rf"(?<!\w){fields}{GAP}?:{GAP}{{0,12}}(?P<value>[\p{{L}}][\p{{L}}\p{{M}}'’./ ,()-]{{1,50}}?)(?={GAP}{{0,3}}"
            rf"\.?{GAP}{{0,3}}(?:\r?$|;))",
            0.7,
            needs=":",
            words=words_of(words["fields"]),
            flags=_CASED,
        ),
    )


def _areas(parts: Parts, language: str) -> Rule:
    """Return the rule for what is of a place by name, known or not: "the county of Kent"."""
    areas = parts.words["areas"]
    return Rule(
        "LOCATION",
        rf"(?<!\w){grouped(spellings(areas))}{GAP}(?:the{GAP})?{WORD}(?:[ \t-]{WORD}){{0,2}}",
        0.5,
        validate=lambda value: _is_named(value, language),
        words=words_of(areas),
        flags=_CASED,
    )


def _is_named(value: str, language: str) -> bool | None:
    """No verdict, unless only ordinary words have a capital: "the State of Emergency"."""
    own = [word for word in _WORDS.findall(value)[1:] if word[0].isupper()]
    return False if all(is_ordinary(word, language) for word in own) else None


_WORDS = regex.compile(r"[\p{L}\p{M}'’]+")
_TOWN = rf"(?<!\w)(?=\p{{L}}{{0,20}}\p{{Ll}}){WORD}(?:[ \t-]{WORD}){{0,3}}"
_TOWN_BEFORE_STATE = regex.compile(rf"{_TOWN}$")
_TOWN_BEFORE = regex.compile(rf"{_TOWN}(?:,{GAP}{{1,2}}|{GAP}\()$")


class PlaceDetector(PatternDetector):
    """Addresses as one finding each, with flat, town, code and country; codes, towns, countries, coordinates alone."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("places", rules(language), seconds, sieved=True)
        self._language = language

    @cached_property
    def _growth(self) -> Growth:
        """What makes whole addresses; its patterns take long to compile, and many texts have no street in them."""
        return Growth(parts_of(self._language))

    def _look_at(self, view: View) -> list[Finding]:
        return self._whole(view.text, super()._look_at(view))

    def _whole(self, text: str, found: list[Finding]) -> list[Finding]:
        seeds = sorted((f for f in found if f.label == "STREET_ADDRESS"), key=lambda f: (f.start, -f.end))
        others = (self._with_town(text, f) for f in found if f.label != "STREET_ADDRESS")
        whole = self._growth.whole(text, seeds) if seeds else []
        return [*whole, *(f for f in others if f is not None)]

    def _with_town(self, text: str, found: Finding) -> Finding | None:
        """Return a state or a country with the town before it; a state's letters are none without."""
        if found.label != "LOCATION":
            return found
        before = text[max(0, found.start - 60) : found.start]
        letters = text[found.start] == ","
        town = (_TOWN_BEFORE_STATE if letters else _TOWN_BEFORE).search(before)
        if town is None:
            return None if letters else found
        return replace(found, start=found.start - (len(before) - town.start()), score=max(found.score, 0.65))


_STREETS = ("Old Mill Lane", "Kestrel Avenue", "Birch Road", "Harbour Street", "Quarry Drive", "Saint Anne Court")
_ROADS = ("Calle de los Pinos", "Avenida Libertad", "Rua das Flores", "Via Garibaldi", "ul. Lipowa", "C/ San Roque")
_COMPOUNDS = ("Lindenstraße", "Kerkstraat", "Björkgatan", "Havnevej", "Koivukatu", "Rosengasse")
_TOWNS = ("Springfield, IL {zip}", "Ashford, OR {zip}", "Norwood, MA {zip}", "Leeds LS1 4AB", "Toronto, ON M4W 1B7")
_SENTENCES = (
    "She lives at {} now.",
    "Please send it to {} today.",
    "Address: {}",
    "{}\nTel. below",
    "Our new office: {}.",
)
_PROSE = (
    "Section {n} of the guide lists {n} Common Mistakes and Table {n} explains them.",
    "In {n} days The Committee will read {n} Reports about the road.",
    "It was a {n} mile drive on a {n} lane highway.",
    "Build {n} runs on Windows, and Chapter {n} says how.",
    "Blood pressure and pulse were fine, {n} Tablets remain.",
)


def examples(random: Random) -> Example:
    """Draw a sentence with an address, a code, a town or a point on the map, or one with numbers that are none."""
    draw = random.choice(
        (_street_example, _street_example, _code_example, _town_example, _point_example, _prose_example)
    )
    return (draw if random.random() < 0.7 else _prose_example)(random)


def _street_example(random: Random) -> Example:
    number, code = random.randint(1, 999), random.randint(10000, 99999)
    door = random.choice(("", ", Apt 4B", ", Suite 210", " Apt. 17"))
    value = random.choice(
        (
            f"{number} {random.choice(_STREETS)}{door}, {random.choice(_TOWNS).format(zip=code)}",
            f"{number} {random.choice(_STREETS)}{door}\n{random.choice(_TOWNS).format(zip=code)}",
            f"{random.choice(_ROADS)} {number}, {code} Villanueva",
            f"{random.choice(_COMPOUNDS)} {number}, {code} Neustadt",
            f"{number} rue de la Fontaine, {code} Beauville",
            f"P.O. Box {number}, {random.choice(_TOWNS).format(zip=code)}",
        )
    )
    return Example(random.choice(_SENTENCES).format(value), value, "STREET_ADDRESS")


def _code_example(random: Random) -> Example:
    value = random.choice(
        (str(random.randint(10000, 99999)), "SW1A 1AA", "K1A 0B6", f"{random.randint(10000, 99999)}-1234")
    )
    sentence = random.choice(("The zip code is {}.", "Postcode: {}", "Their postal code is {}, I think."))
    return Example(sentence.format(value), value, "ZIP_CODE")


def _town_example(random: Random) -> Example:
    value = random.choice(
        (
            "Springfield, IL",
            "Porto, Portugal",
            "Nova Scotia",
            "Ashford, Kent",
            "Denmark",
            "Lyon, France",
            "municipality of Vellandir",
            "Republic of Malta",
        )
    )
    sentence = random.choice(("They came from {} in May.", "The parcel is still in {}.", "We met in {} once."))
    return Example(sentence.format(value), value, "LOCATION")


def _point_example(random: Random) -> Example:
    north, east = random.uniform(1, 80), random.uniform(1, 170)
    value = random.choice(
        (f"{north:.5f}, {east:.5f}", f"{north:.0f}°26′46″N {east:.0f}°58′56″W", "8FVC9G8F+6X", "///apple.river.stone")
    )
    return Example(f"The car stood at {value} all night.", value, "COORDINATES")


def _prose_example(random: Random) -> Example:
    text = random.choice(_PROSE).format(n=random.randint(2, 400))
    return Example(text, text, None)
