"""Whatever detectors say, the vote covers all of it, in whole words, once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid import Finding
from deid.finding import withhold
from deid.voting import vote

LABELS = ("PERSON", "LOCATION", "EMAIL_ADDRESS", "DATE_TIME")
texts = st.text(alphabet="abÉe\u0301\u200b_7 \t\n.,'-@😀א", min_size=1, max_size=40)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Finding]]:
    text = draw(texts)
    spans = draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 12)), max_size=8))
    return text, [
        Finding(
            start,
            min(len(text), start + length),
            draw(st.sampled_from(LABELS)),
            draw(st.sampled_from([0.1, 0.4, 0.5, 0.85, 1.0])),
            draw(st.sampled_from("xyz")),
        )
        for start, length in spans
    ]


def covered(findings: "list[Finding] | tuple[Finding, ...]") -> set[int]:
    return {place for f in findings for place in range(f.start, f.end)}


@settings(max_examples=500)
@given(cases())
def test_no_accepted_finding_loses_a_character(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    assert covered(vote(text, findings)) >= covered([f for f in findings if f.score >= 0.4])


@settings(max_examples=500)
@given(cases())
def test_a_vote_on_a_vote_changes_nothing(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    once = vote(text, findings)
    assert vote(text, once) == once


@settings(max_examples=500)
@given(cases())
def test_the_order_of_findings_does_not_matter_for_coverage(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    assert covered(vote(text, findings)) == covered(vote(text, findings[::-1]))


@settings(max_examples=500)
@given(cases())
def test_a_vote_is_sorted_disjoint_and_inside(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    position = 0
    for finding in vote(text, findings):
        assert position <= finding.start < finding.end <= len(text)
        position = finding.end


@given(cases())
def test_below_the_threshold_nothing_is_accepted(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    assert not vote(text, [f for f in findings if f.score < 0.4])


@pytest.mark.parametrize(
    ("text", "start", "end", "whole"),
    [
        ("xAnnabelx", 1, 4, "xAnnabelx"),
        ("Jose\u0301phine left", 0, 4, "Jose\u0301phine"),
        ("An\u200bna left", 0, 2, "An\u200bna"),
        ("user_name1 left", 0, 4, "user_name1"),
        ("Ann's hat", 0, 3, "Ann"),
        ("Ann-Marie", 0, 3, "Ann"),
        ("(Ann)", 1, 4, "Ann"),
    ],
)
def test_a_span_takes_the_whole_word(text: str, start: int, end: int, whole: str) -> None:
    (found,) = vote(text, [Finding(start, end, "PERSON", 0.9, "x")])
    assert text[found.start : found.end] == whole


def test_neighbours_of_one_label_become_one_but_not_across_a_line() -> None:
    text = "Ann Lee\nBo"
    found = [Finding(0, 3, "PERSON", 0.9, "x"), Finding(4, 7, "PERSON", 0.8, "y"), Finding(8, 10, "PERSON", 0.9, "x")]
    assert [(f.start, f.end, f.detector) for f in vote(text, found)] == [(0, 7, "x+y"), (8, 10, "x")]


def test_the_best_score_gives_the_label_and_withheld_beats_every_score() -> None:
    text = "Ann Lee"
    sure = Finding(0, 7, "LOCATION", 1.0, "x")
    assert vote(text, [sure, Finding(0, 3, "PERSON", 0.9, "y")])[0].label == "LOCATION"
    assert [f.label for f in vote(text, [sure, *withhold(text, "y")])] == ["WITHHELD"]


@pytest.mark.parametrize(
    ("start", "end", "score"), [(-1, 2, 0.5), (2, 2, 0.5), (3, 2, 0.5), (0, 1, 1.1), (0, 1, -0.1), (0, 1, float("nan"))]
)
def test_an_impossible_finding_is_never_born(start: int, end: int, score: float) -> None:
    with pytest.raises(ValueError, match=r"finding|score"):
        Finding(start, end, "PERSON", score, "x")


def test_an_empty_text_has_nothing_to_withhold() -> None:
    assert withhold("", "x") == []
    assert vote("", []) == ()


def test_detectors_that_agree_are_surer_than_each() -> None:
    seen = [Finding(0, 3, "PERSON", 0.3, "x"), Finding(0, 3, "PERSON", 0.3, "y")]
    (found,) = vote("Ann left", seen)
    assert found.score == pytest.approx(0.51)
    assert found.detector == "x+y"


def test_one_detector_counts_once() -> None:
    assert vote("Ann left", [Finding(0, 3, label, 0.3, "x") for label in ("PERSON", "LOCATION", "PERSON")]) == ()


def test_a_small_certain_finding_does_not_carry_a_large_doubtful_one() -> None:
    text = "the Court of Ann and others there"
    seen = [Finding(0, len(text), "ORGANIZATION", 0.3, "x"), Finding(13, 16, "PERSON", 0.9, "y")]
    assert covered(vote(text, seen)) == set(range(13, 16))


@pytest.mark.parametrize(
    ("text", "parts", "whole"),
    [
        ("Dr. Ann Lee", [("Dr", "TITLE"), ("Ann Lee", "PERSON")], "PERSON"),
        (
            "12 Low Rd,\nLeeds LS1 4AB",
            [("12 Low Rd", "STREET_ADDRESS"), ("Leeds", "LOCATION"), ("LS1 4AB", "ZIP_CODE")],
            "STREET_ADDRESS",
        ),
        ("Leeds LS1 4AB", [("Leeds", "LOCATION"), ("LS1 4AB", "ZIP_CODE")], "LOCATION"),
        ("Ann Lee", [("Ann", "PERSON"), ("Lee", "PERSON")], "PERSON"),
    ],
)
def test_parts_of_one_thing_become_one(text: str, parts: list[tuple[str, str]], whole: str) -> None:
    seen = [
        Finding(text.index(p), text.index(p) + len(p), label, 0.9 - i / 10, "x") for i, (p, label) in enumerate(parts)
    ]
    assert [(f.start, f.end, f.label) for f in vote(text, seen)] == [(0, len(text), whole)]


@pytest.mark.parametrize(
    ("text", "label"), [("Leeds, York", "LOCATION"), ("Ann, Bo", "PERSON"), ("Acme, Bolt", "ORGANIZATION")]
)
def test_two_things_stay_two(text: str, label: str) -> None:
    left, right = text.split(", ")
    seen = [Finding(0, len(left), label, 0.9, "x"), Finding(len(left) + 2, len(left) + 2 + len(right), label, 0.9, "x")]
    assert len(vote(text, seen)) == 2
