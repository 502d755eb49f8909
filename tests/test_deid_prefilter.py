"""The sieve before the patterns may let one through that finds nothing, but never holds one back that does."""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from itertools import islice
from random import Random

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.detectors import PATTERNS, load_detector
from deid.detectors.engine.outline import outline, plain
from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.engine.sieve import Sieve
from deid.detectors.engine.view import View
from deid.finding import Finding

DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
TWINS = str.maketrans("kKsSiIaeo- ", "\u212a\u212aſſıİáéö–\u00a0")
CHANGES: tuple[Callable[[str], str], ...] = (
    str.lower,
    str.upper,
    str.title,
    lambda text: text.translate(DIGITS),
    lambda text: text.translate(WIDE),
    lambda text: text.translate(TWINS),
    lambda text: f"é{text}é – {text}?\n_{text}_",
    lambda text: text.replace(" ", "\u2003"),
    lambda text: text.replace(" ", "\n"),
)


@cache
def detector_of(family: str, language: str) -> PatternDetector:
    detector = load_detector(family, language=language)
    assert isinstance(detector, PatternDetector)
    return detector


@cache
def sieve_of(family: str, language: str) -> Sieve:
    return Sieve(detector_of(family, language).rules)


def held_back(family: str, language: str, text: str) -> list[str]:
    """The patterns that find something in a text although the sieve holds them back."""
    view = View(text)
    rules = detector_of(family, language).rules
    passed = set(sieve_of(family, language).passes(view))
    return [
        rule.pattern
        for index, rule in enumerate(rules)
        if index not in passed and rule.compiled.search(view.lower if rule.lower else text)
    ]


def example_texts(family: str, seed: int) -> Iterator[str]:
    examples = import_module(type(load_detector(family)).__module__).examples
    random = Random(seed)
    while True:
        yield examples(random).text


@pytest.mark.parametrize("family", PATTERNS)
def test_no_pattern_that_finds_something_is_held_back(family: str) -> None:
    for text in islice(example_texts(family, 7), 20):
        for changed in (text, *(change(text) for change in CHANGES)):
            assert not held_back(family, "en", changed)


@pytest.mark.parametrize("family", PATTERNS)
def test_nor_in_another_language(family: str) -> None:
    for text in islice(example_texts(family, 11), 2):
        for changed in (text, *(change(text) for change in CHANGES)):
            assert not held_back(family, "es", changed)


@settings(max_examples=60)
@given(data=st.data(), family=st.sampled_from(PATTERNS), seed=st.integers(0, 10_000))
def test_nor_in_texts_that_somebody_garbled(data: st.DataObject, family: str, seed: int) -> None:
    text = next(example_texts(family, seed))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(st.text(max_size=3)) + text[place + data.draw(st.integers(0, 2)) :]
    assert not held_back(family, "en", text)


@pytest.mark.parametrize("family", PATTERNS)
def test_every_rule_of_ours_has_an_outline(family: str) -> None:
    for language in ("en", "es"):
        for rule in detector_of(family, language).rules:
            assert outline(rule.pattern, int(rule.flags), lower=rule.lower) is not None, rule.pattern


PIECES = (
    *(r"a", r"K", r"s", r"é", r"ß", r"\.", r"-", r"_", r"\?", r" ", r"\u00e9", r"\x41", r"\n"),
    *(r".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\p{L}", r"\p{Lu}", r"\P{L}", r"[a-f]", r"[^a-f]", r"[éß]"),
    *(r"[À-ÿ]", r"[\w-]", r"[^\s,]", r"[]a]", r"[-+]", r"\b", r"\B", r"^", r"$", r"(?=a)", r"(?<!\w)", r"(?<=\d)"),
    *(r"(?:a|1)", r"(?>a+)", r"(?i:k)", r"(?-i:S)", r"a{2}", r"\d{2,4}", r"\w{1,30}", r"a*", r"\s?", r"b++"),
    *(r"(?:ab)+?", r"(a|e)\1", r"(?P<x>.)(?P=x)", r"(?:é|x){0,2}"),
)  # fmt: skip
TEXT = st.text(alphabet="aAbBcefkKsSxX019 .,-_?\nßéÉÿ×\u212aſıİ٣–\u00a0", max_size=14)


@settings(max_examples=400)
@given(
    parts=st.lists(st.sampled_from(PIECES), min_size=1, max_size=5),
    flags=st.sampled_from([0, regex.I, regex.M, regex.I | regex.M, regex.S]),
    lower=st.booleans(),
    text=TEXT,
)
def test_an_outline_is_found_wherever_its_pattern_is(parts: list[str], flags: int, lower: bool, text: str) -> None:
    rule = Rule("X", "".join(parts), 0.5, flags=flags, lower=lower)
    try:
        compiled = rule.compiled
    except regex.error:
        return  # a group of the same name twice is no pattern
    view = View(text)
    if compiled.search(view.lower if lower else text):
        assert 0 in Sieve([rule]).passes(view)


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        (r"(?i)abc", 0),
        (r"(?:abc){e<=1}", 0),
        (r"a b", regex.VERBOSE),
        (r"[[a-z]--[x]]", regex.V1),
        (r"(?(1)a|b)", 0),
        (r"\L<names>", 0),
        (r"(?|a|b)", 0),
        (r"(?#note)a", 0),
        (r"\N{DIGIT ONE}", 0),
        (r"a\Kb", 0),
        (r"(a(?R)?b)", 0),
    ],
)
def test_what_cannot_be_put_more_loosely_is_always_tried(pattern: str, flags: int) -> None:
    assert outline(pattern, flags, lower=False) is None


def test_a_rule_without_an_outline_finds_what_it_finds() -> None:
    rules = [Rule("ID_NUMBER", "(?i)ab(?#c)c", 0.9), Rule("ID_NUMBER", "z{9}", 0.9)]
    detector = PatternDetector("x", rules, sieved=True)
    assert detector.detect(["1 ABC"]) == [[Finding(2, 5, "ID_NUMBER", 0.9, "x")]]


@pytest.mark.parametrize("memory", [1_000, 4_000, 8_000, 12_000, 16_000, 24_000, 40_000])
def test_an_automaton_that_runs_out_of_memory_holds_nothing_back(
    memory: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deid.detectors.engine.sieve._MEMORY", memory)
    rules = [Rule("ID_NUMBER", rf"{letter}\d{{{n}}}", 0.9) for letter in "abc" for n in range(1, 9)]
    text = "".join(f"{letter}{digits}" for letter in "cba" for digits in range(1_000, 9_000_000, 99_999))
    assert set(Sieve(rules).passes(View(text))) >= {i for i, rule in enumerate(rules) if rule.compiled.search(text)}
    assert not capfd.readouterr().err


def test_upper_and_lower_case_letters_are_words_alike() -> None:
    word = regex.compile(r"\w")
    for code in range(sys.maxunicode + 1):
        low = chr(code).lower()
        if len(low) == 1 and low != chr(code):
            assert bool(word.match(low)) == bool(word.match(chr(code)))


@pytest.mark.parametrize("insensitive", [True, False])
def test_only_three_letters_have_forms_beyond_ascii(insensitive: bool) -> None:
    beyond = "".join(chr(code) for code in range(128, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        found = regex.search(letter, beyond if insensitive else beyond.lower(), regex.I if insensitive else 0)
        assert not found or letter in "ksi"


@given(st.text())
def test_a_plain_text_is_as_long_as_the_text(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert plain(text).isascii()


def test_families_find_the_same_in_a_view_that_others_saw() -> None:
    texts = [text for family in PATTERNS for text in islice(example_texts(family, 3), 6)]
    views = [View(text) for text in texts]
    for family in PATTERNS:
        assert detector_of(family, "en").look(views) == detector_of(family, "en").detect(texts)
