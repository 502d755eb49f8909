"""Names and places known to packages that are installed anyway: evidence for detectors, no verdicts."""

import importlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

import pytz
import regex

from deid.lexicon import load_lexicon

NAME_LOCALES = (
    "az_AZ cs_CZ da_DK de_AT de_CH de_DE en en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US es_AR es_CA es_CL "
    "es_CO es_ES es_MX et_EE fi_FI fr_BE fr_CA fr_CH fr_DZ fr_FR ga_IE ha_NG hr_HR hu_HU id_ID ig_NG is_IS it_IT "
    "ja_JP lt_LT lv_LV nl_BE nl_NL no_NO pl_PL pt_BR pt_PT ro_RO sk_SK sl_SI sv_SE tr_TR tw_GH vi_VN yo_NG zu_ZA"
).split()
_PLACE_LISTS = {
    "en_US": ("states",),
    "en_GB": ("counties",),
    "en_IE": ("counties",),
    "en_CA": ("provinces",),
    "en_AU": ("states",),
    "en_IN": ("cities", "states"),
    "de_DE": ("cities", "states"),
    "de_AT": ("cities", "states"),
    "de_CH": ("cities", "cantons"),
    "fr_FR": ("regions", "departments"),
    "fr_CH": ("cantons",),
    "es_ES": ("states", "regions"),
    "es_CO": ("municipalities",),
    "es_MX": ("states",),
    "pt_PT": ("cities",),
    "pl_PL": ("cities",),
    "ro_RO": ("cities",),
    "fi_FI": ("cities",),
    "da_DK": ("cities",),
    "sv_SE": ("cities",),
    "hr_HR": ("cities",),
    "nl_NL": ("provinces",),
    "cs_CZ": ("cities",),
    "hu_HU": ("real_city_names",),
}
# The tables of libphonenumber that name towns; those between hold Chinese mobile numbers.
_TOWN_TABLES = (*range(14), 28)
_TOWN = regex.compile(r"'(?:en|de|es|fr)': ?u?'([^'\\]{3,40})'")
_TOWN_PARTS = regex.compile(r"\s?[/(),]\s?|\s-\s")
_FREQUENT = 4
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""))
_SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’]{1,40}\p{L}")


def load(language: str) -> None:
    """Read all lists now, so that no text pays for it with its time."""
    for words in (given_names, frequent_given_names, surnames, places, demonyms):
        words()
    ordinary_words(language)
    institution_words(language)


def fold(word: str) -> str:
    """Return the word in lower case, without accents.

    >>> fold("Łukasz"), fold("İZMİR"), fold("Größe")
    ('lukasz', 'izmir', 'grosse')
    """
    return word.lower() if word.isascii() else _fold(word)


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_SPECIAL))
    return "".join(char for char in apart if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Return given names of some fifty countries, folded, each one word."""
    return frozenset(_given_counts())


@lru_cache(maxsize=1)
def frequent_given_names() -> frozenset[str]:
    """Return given names that several countries share, folded: known as names even in lower case."""
    return frozenset(name for name, times in _given_counts().items() if times >= _FREQUENT)


@lru_cache(maxsize=1)
def _given_counts() -> Counter[str]:
    counts = Counter(name for locale in NAME_LOCALES for name in set(_words(_people("first_name", locale))))
    counts.update(dict.fromkeys(_short_forms("short_forms"), _FREQUENT))
    counts.update(dict.fromkeys(_short_forms("ordinary_short_forms"), 1))
    return counts


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Return family names of some fifty countries, folded, each one word."""
    return frozenset(word for locale in NAME_LOCALES for word in _words(_people("last_name", locale)))


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """Return towns, regions and countries of the world, folded, each a word or a phrase."""
    return frozenset({*_folded(_towns()), *_folded(_regions()), *known_places()})


@lru_cache(maxsize=1)
def known_places() -> frozenset[str]:
    """Return the places that most readers know by name: countries, states, large cities."""
    ours = (place for line in load_lexicon("towns", "en")["known"] for place in line.split(", "))
    zones = (zone.rpartition("/")[2].replace("_", " ") for zone in pytz.common_timezones if "/" in zone)
    states = (str(state) for locale in ("en_US", "en_IE") for state in _places_of(locale))
    return frozenset({*_folded(ours), *_folded(zones), *_folded(states), *countries()})


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Return the names of countries in English, Spanish, French and German, folded."""
    ours = (pytz.country_names[code] for code in pytz.country_names)
    theirs = (
        name
        for locale in ("en", "es", "fr_FR", "de")
        for name in getattr(_provider("address", locale), "countries", ())
    )
    return frozenset({*_folded(ours), *_folded(theirs)})


@lru_cache(maxsize=8)
def ordinary_words(language: str = "en") -> frozenset[str]:
    """Return frequent ordinary words of a language, folded: alone they name nobody and no place."""
    words = {*_listed("words", language), *institution_words(language), *demonyms()}
    if language == "en":
        words |= {*_listed("informal", language), *_short_forms("ordinary_short_forms")}
    return frozenset(words)


@lru_cache(maxsize=8)
def institution_words(language: str = "en") -> frozenset[str]:
    """Return the words, folded, of which names of public bodies, laws and offices are made."""
    return frozenset(_listed("institutions", language))


@lru_cache(maxsize=1)
def demonyms() -> frozenset[str]:
    """Return the English adjectives of countries, folded."""
    return frozenset(_listed("demonyms", "en"))


def _listed(name: str, language: str) -> Iterator[str]:
    return (fold(word) for line in load_lexicon("ordinary", language)[name] for word in line.split())


def _short_forms(name: str) -> frozenset[str]:
    return frozenset(fold(word) for line in load_lexicon("people", "en")[name] for word in line.split())


@lru_cache(maxsize=50_000)
def is_ordinary(word: str, language: str = "en") -> bool:
    """Whether a word is a frequent ordinary word, in one of its plain forms.

    >>> is_ordinary("Parameters"), is_ordinary("Kowalski")
    (True, False)
    """
    words, low = ordinary_words(language), fold(word.replace("’", "'").partition("'")[0])
    if "-" in low:
        return all(is_ordinary(part, language) for part in low.split("-") if part)
    return low in words or any(stem in words for stem in stems(low))


def stems(word: str) -> Iterator[str]:
    """Yield what an English word may be a form of: "boxes" of "boxe" and "box"."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            yield stem + instead
            if stem[-1] == stem[-2]:
                yield stem[:-1]


def _provider(kind: str, locale: str) -> type:
    provider: type = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
    return provider


def _people(kind: str, locale: str) -> Iterator[str]:
    lists = vars(_provider("person", locale))
    for name in lists:
        if kind in name and isinstance(lists[name], tuple | list | dict | set):
            yield from _flat(lists[name])


def _flat(values: Iterable[object]) -> Iterator[str]:
    """Yield each name as a string; some lists hold a name in several scripts."""
    for value in values:
        if isinstance(value, tuple):
            yield from (str(v) for v in value)
        else:
            yield str(value)


def _words(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from (fold(word) for word in _WORD.findall(name))


def _folded(names: Iterable[str]) -> Iterator[str]:
    return (fold(name) for name in names if len(name) > 1)


def _towns() -> Iterator[str]:
    """Towns as libphonenumber spells them: "Leeds", "Tulsa, OK", "Alford (Lincs)/Strathdon"."""
    for number in _TOWN_TABLES:
        text = (files("phonenumbers") / "geodata" / f"data{number}.py").read_text(encoding="utf-8")
        for name in dict.fromkeys(_TOWN.findall(text)):
            yield from (part for part in _TOWN_PARTS.split(name) if len(part) > 3 or part == name)


def _regions() -> Iterator[str]:
    for locale in _PLACE_LISTS:
        yield from _places_of(locale)


def _places_of(locale: str) -> Iterator[str]:
    provider = _provider("address", locale)
    for name in _PLACE_LISTS[locale]:
        for value in getattr(provider, name, ()):
            yield str(value[-1] if isinstance(value, tuple) else value)
