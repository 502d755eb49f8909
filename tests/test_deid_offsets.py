"""Offsets hold under every Unicode text, from the folding to the redacted text."""

import regex
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deid import Finding, Policy, Scanner
from deid.detectors.known import KnownDetector
from deid.normal.normalise import fold
from deid.text import redact_text

# Letters of several scripts and directions, marks, what no reader sees, digits of other scripts, an astral plane.
TRICKY = (
    "aZé\u0301\u0308ßİıﬁœøłñ\u200b\u200d\u2060\u034f\ufe0f\u3164\u00ad"
    "\u202e\u200fאבגמריםعلي٣४３²Ⅳक\u093f\u094dก\u0e31張伟한글\u1112\u1161😀👩🏽𝒜𝟛 \t\n.,'’`´@-/()[]+0123456789"
)
PHRASES = (
    "Ann Lee",
    "ann.lee@example.com",
    "(212) 555-0143",
    "12 Old Mill Lane",
    "Mr Ø. Łukasz",
    "MRN: 00123-44",
    "José",
    "Zoe\u0308",
    "4111 1111 1111 1111",
    "[PERSON]",
    "3 March 2019",
)
texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=TRICKY, max_size=60),
    st.lists(st.one_of(st.sampled_from(PHRASES), st.text(alphabet=TRICKY, max_size=5)), max_size=8).map("".join),
)
slow = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


@settings(max_examples=400)
@given(texts)
def test_folded_characters_come_from_the_original_in_order(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= origin < len(text) for origin in folded.offsets)


@settings(max_examples=400)
@given(texts)
def test_a_folded_character_is_what_its_origin_folds_to(text: str) -> None:
    folded = fold(text)
    for index, origin in enumerate(folded.offsets):
        assert folded.text[index] in fold(text[origin]).text


@settings(max_examples=400)
@given(texts)
def test_a_span_of_a_word_folds_back_to_the_word(text: str) -> None:
    for word, start, end in fold(text).words():
        assert 0 <= start < end <= len(text)
        assert word in "".join(w for w, _, _ in fold(text[start:end]).words())


@given(texts)
def test_a_span_takes_the_marks_and_invisible_characters_behind_it(text: str) -> None:
    marked = "Zoe\u0308\u200b" + text
    start, end = fold(marked).span(0, 3)
    assert start == 0
    assert end >= 5


@settings(max_examples=300)
@given(texts)
def test_folding_meets_composed_and_decomposed_forms(text: str) -> None:
    import unicodedata

    assert fold(unicodedata.normalize("NFC", text)).text == fold(unicodedata.normalize("NFD", text)).text


@slow
@given(text=texts)
def test_every_detector_stays_inside_the_text(scanner: Scanner, text: str) -> None:
    known = KnownDetector({"PERSON": ["Ann Lee", "José"], "PHONE_NUMBER": ["2125550143"]})
    for detector in (*scanner.detectors, known):
        for finding in detector.detect([text])[0]:
            assert 0 <= finding.start < finding.end <= len(text), detector.name
            assert finding.detector == detector.name


@slow
@example(text="\x0c>AO")
@given(text=texts)
def test_a_scan_is_sorted_disjoint_and_inside(scanner: Scanner, text: str) -> None:
    (found,) = scanner.scan([text])
    position = 0
    for finding in found:
        assert position <= finding.start < finding.end <= len(text)
        position = finding.end


@slow
@given(text=texts)
def test_a_scan_cuts_no_word(scanner: Scanner, text: str) -> None:
    inside = regex.compile(r"[\p{L}\p{N}\p{M}_]")
    for finding in scanner.scan([text])[0]:
        for left, right in ((finding.start - 1, finding.start), (finding.end - 1, finding.end)):
            if left >= 0 and right < len(text):
                assert not (inside.match(text[left]) and inside.match(text[right]))


@slow
@given(text=texts)
def test_redaction_changes_nothing_outside_findings(scanner: Scanner, text: str) -> None:
    (found,) = scanner.scan([text])
    rest = redact_text(text, found, Policy())
    position = 0
    for finding in found:
        before, tag = text[position : finding.start], f"[{finding.label}]"
        assert rest.startswith(before + tag)
        rest, position = rest[len(before) + len(tag) :], finding.end
    assert rest == text[position:]


@given(texts)
def test_without_findings_the_text_stays_as_it_is(text: str) -> None:
    assert redact_text(text, (), Policy()) == text


def test_a_text_that_is_no_unicode_is_withheld(scanner: Scanner) -> None:
    found = scanner.scan(["half a pair \ud83d of Ann Lee", "Ann Lee left."])
    assert [f.label for f in found[0]] == ["WITHHELD"]
    assert Finding(0, 7, "PERSON", found[1][0].score, found[1][0].detector) == found[1][0]
