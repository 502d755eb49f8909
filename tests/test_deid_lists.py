"""Deny and allow lists: what is named is hidden, or left, and nothing else changes."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.errors import PolicyError
from deid.finding import Finding, withhold
from deid.lists import AllowList, Lists


def denied(text: str, *terms: str) -> list[str]:
    detector = Lists.from_mapping({"deny": {"ORGANIZATION": list(terms)}}).detector()
    assert detector is not None
    return [text[f.start : f.end] for f in detector.detect([text])[0]]


def spotted(text: str, value: str, label: str = "PERSON", detector: str = "x") -> Finding:
    start = text.index(value)
    return Finding(start, start + len(value), label, 0.8, detector)


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("about project BLUEBIRD now", "Project Bluebird", ["project BLUEBIRD"]),
        ("about project\nbluebird", "Project Bluebird", ["project\nbluebird"]),
        ("Project-Bluebird's end", "project bluebird", ["Project-Bluebird"]),
        ("Zoë left", "Zoe", ["Zoë"]),
        ("ｚｏｅ left", "Zoe", ["ｚｏｅ"]),
        ("z\u200boe left", "zoe", ["z\u200boe"]),
        ("Zoes left, zoel too", "Zoe", []),
        ("we use C++ and C", "C++", ["C++"]),
        ("Ask @acme, not acme", "@acme", ["@acme"]),
        ("項目山田太郎さん", "山田太郎", ["山田太郎"]),
        ("twice: Leeds, leeds", "Leeds", ["Leeds", "leeds"]),
    ],
)
def test_a_denied_phrase_is_found_as_whole_words_in_any_spelling(text: str, term: str, found: list[str]) -> None:
    assert denied(text, term) == found


def test_what_is_denied_has_its_label_and_is_certain() -> None:
    lists = Lists.from_mapping({"deny": {"PROJECT": ["Bluebird"]}, "deny_patterns": {"STAFF_ID": [r"\be\d{6}\b"]}})
    detector = lists.detector()
    assert detector is not None
    found = sorted(detector.detect(["E123456 runs bluebird"])[0])
    assert found == [Finding(0, 7, "STAFF_ID", 1.0, "deny"), Finding(13, 21, "PROJECT", 1.0, "deny")]


def test_without_denied_words_there_is_no_detector() -> None:
    assert Lists().detector() is None
    assert Lists.from_mapping({"name": "other keys are not its business"}) == Lists()


@pytest.mark.parametrize("term", ["", " ", "\t\n", "...", "++", "\u200b"])
@pytest.mark.parametrize("key", ["deny", "allow"])
def test_a_term_without_letter_or_digit_is_refused(term: str, key: str) -> None:
    given = {"deny": {"PERSON": ["Ann", term]}} if key == "deny" else {"allow": ["Ann", term]}
    with pytest.raises(PolicyError, match=rf"{key}.*entry 2"):
        Lists.from_mapping(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"deny": ["Ann"]}, "'deny' must be a table"),
        ({"deny": {"PERSON": "Ann"}}, "deny.PERSON"),
        ({"deny": {"PERSON": [7]}}, "deny.PERSON"),
        ({"deny": {"person": ["Ann"]}}, "capital letters"),
        ({"deny": {"WITHHELD": ["Ann"]}}, "WITHHELD"),
        ({"allow": "Ann"}, "allow"),
        ({"allow_patterns": ["(Secretname"]}, "allow_patterns: entry 1"),
        ({"allow_patterns": [r"\d*"]}, "empty string"),
        ({"deny_patterns": {"X": ["ok", 'r"Secretname"']}}, "entry 2.*quotes"),
        ({"deny_patterns": {"X": ["(a+)+b"]}}, "takes more than"),
    ],
)
def test_a_faulty_list_is_refused_by_name_and_never_quoted(given: dict[str, object], said: str) -> None:
    with pytest.raises(PolicyError, match=said) as caught:
        Lists.from_mapping(given)
    assert "Secretname" not in str(caught.value)


def test_a_list_shows_no_word_and_survives_a_process_boundary() -> None:
    lists = Lists.from_mapping({"deny": {"PERSON": ["Secretname"]}, "allow": ["Leeds"]})
    assert "Secretname" not in repr(lists)
    assert pickle.loads(pickle.dumps(lists)) == lists


def test_an_allowed_finding_goes_and_a_longer_one_stays() -> None:
    text = "Victoria Station is where Victoria Lee met VICTORIA."
    allow = AllowList(["victoria station", "Victoria"], [])
    findings = [spotted(text, value) for value in ("Victoria Station", "Victoria Lee", "VICTORIA", "Station")]
    assert allow.keep(text, findings) == [findings[1]]


def test_allowed_by_pattern() -> None:
    text = "see TICKET-1234 and TICKET-1234-ann"
    allow = AllowList([], [r"\bTICKET-\d+\b(?!-)"])
    findings = [spotted(text, "1234"), spotted(text, "TICKET-1234-ann")]
    assert [allow.drops(text, f) for f in findings] == [True, False]


def test_deny_goes_before_allow_and_what_is_withheld_stays() -> None:
    text = "Leeds"
    allow = AllowList(["Leeds"], ["Leeds"])
    kept = [spotted(text, "Leeds", detector="spacy+deny"), *withhold(text, "places")]
    assert allow.keep(text, kept) == kept


def test_a_pattern_that_takes_too_long_allows_nothing() -> None:
    text = "a" * 5_000 + " Ann"
    allow = AllowList([], [r"(?:a+)+b|Ann"], seconds=0.05)
    assert allow.keep(text, [spotted(text, "Ann")]) == [spotted(text, "Ann")]


def test_a_denied_pattern_that_takes_too_long_withholds_the_text() -> None:
    detector = Lists(deny_patterns={"X": (r"[a-z]+\d",)}).detector(seconds=0.05)
    assert detector is not None
    text = "a" * 50_000
    assert detector.detect([text])[0][0].withheld


@given(st.text(max_size=60), st.lists(st.text("abÄ1-. ", min_size=1, max_size=6), max_size=3))
def test_denied_spans_lie_in_the_text(text: str, terms: list[str]) -> None:
    terms = [f"a{term}" for term in terms]
    assert all(found and found in text for found in (denied(text, *terms) if terms else []))


@given(st.text("abcÄ. -", max_size=20))
def test_a_term_is_found_where_it_stands(around: str) -> None:
    assert denied(f"{around} Bluebird Two {around}", "bluebird two")


def test_a_list_of_many_terms_is_read_and_searched_fast() -> None:
    terms = [f"Company {number}" for number in range(20_000)]
    assert denied("nothing " * 5_000 + "company 19999", *terms) == ["company 19999"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=6), st.integers(0, 30), st.integers(1, 9))
def test_a_finding_goes_exactly_when_one_allowed_stretch_holds_it(
    allowed: list[tuple[int, int]], start: int, length: int
) -> None:
    text = "abcdefghij" * 5
    lists = AllowList([], [rf"(?<=\A.{{{a}}}).{{{size}}}" for a, size in allowed])
    finding = Finding(start, start + length, "PERSON", 0.9, "x")
    holds = any(a <= start and start + length <= a + size for a, size in allowed)
    assert lists.drops(text, finding) is holds
