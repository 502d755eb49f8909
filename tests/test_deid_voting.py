"""Whatever detectors say, the vote covers all of it, in whole words, once."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid import Finding
from deid.dial import Dial
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


LETTERS = "a b c d e f g h i j"


def seen(start: int, end: int, score: float = 0.3, detector: str = "x", label: str = "PERSON") -> Finding:
    return Finding(start, end, label, score, detector)


def told(findings: Sequence[Finding], text: str = LETTERS) -> list[tuple[int, int, str, float, str]]:
    return [(f.start, f.end, f.label, round(f.score, 4), f.detector) for f in vote(text, findings)]


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ((0, 6), (3, 9), (0, 9)),  # half of each is shared: each speaks for the other
        ((0, 6), (3, 10), (0, 6)),  # half of the first, less of the second
        ((0, 7), (4, 10), (4, 10)),
        ((0, 7), (4, 11), None),
        ((6, 12), (9, 15), (6, 15)),
        ((0, 9), (2, 5), (2, 5)),  # inside
        ((2, 5), (0, 9), (2, 5)),
        ((0, 3), (3, 6), None),  # beside each other
    ],
)
def test_a_detector_speaks_for_what_it_saw_at_least_half_of(first, second, left) -> None:
    found = told([seen(*first), seen(*second, detector="y")])
    assert [(start, end) for start, end, *_ in found] == ([] if left is None else [left])
    assert all(score == 0.51 for *_, score, _ in found)


def test_later_detectors_are_heard_past_those_that_saw_something_else() -> None:
    many = [seen(0, 9), seen(0, 1, 0.05, "y"), seen(4, 5, 0.05, "z"), seen(2, 9, detector="u"), seen(10, 11)]
    assert told(many) == [(0, 9, "PERSON", 0.5345, "x+u+z")]  # what z saw is surest: three saw it


def test_evidence_adds_up_to_almost_certain_and_what_is_certain_stays_so() -> None:
    assert told([seen(0, 3, 0.95), seen(0, 3, 0.95, "y")]) == [(0, 3, "PERSON", 0.99, "x+y")]
    assert told([seen(0, 3, 1.0), seen(0, 3, 0.95, "y")]) == [(0, 3, "PERSON", 1.0, "y+x")]
    three = [seen(0, 3, score, detector) for score, detector in ((0.3, "x"), (0.2, "y"), (0.1, "z"))]
    assert told(three) == [(0, 3, "PERSON", 0.496, "z+y+x")]
    twice = [seen(0, 3, 0.2), seen(0, 3, 0.3, label="NRP"), seen(0, 3, 0.2, "y")]
    assert told(twice)[0][3] == 0.44  # the surer of what one saw


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ([("x", "PERSON", 0.6), ("y", "LOCATION", 0.45), ("z", "LOCATION", 0.45)], "LOCATION"),  # 1 - 0.55²
        ([("x", "PERSON", 0.8), ("y", "LOCATION", 0.45), ("z", "LOCATION", 0.45)], "PERSON"),
        ([("spacy", "PERSON", 0.9), ("x", "LOCATION", 0.55)], "LOCATION"),  # a model's word counts for 0.54
        ([("spacy", "PERSON", 0.9), ("x", "LOCATION", 0.53)], "PERSON"),
        ([("spacy", "PERSON", 0.9), ("spacy", "LOCATION", 0.8)], "PERSON"),
    ],
)
def test_the_label_is_the_one_that_most_evidence_names(votes: list[tuple[str, str, float]], label: str) -> None:
    for order in (votes, votes[::-1]):
        (found,) = told([seen(0, 3, score, detector, name) for detector, name, score in order])
        assert found[2] == label


def test_of_equal_evidence_the_longer_span_gives_the_label() -> None:
    for labels in (("PERSON", "NRP"), ("NRP", "PERSON")):
        votes = [seen(0, 3, 0.6, "x", labels[0]), seen(2, 9, 0.6, "x", labels[1])]
        assert told(votes) == [(0, 9, labels[1], 0.6, "x")]
        later = [seen(0, 7, 0.6, "x", labels[0]), seen(6, 9, 0.6, "x", labels[1])]
        assert told(later) == [(0, 9, labels[0], 0.6, "x")]


def test_what_reaches_its_labels_threshold_stays() -> None:
    dial = Dial(thresholds={"AGE": 0.5})
    votes = [seen(0, 3, 0.5, label="AGE"), seen(4, 7, 0.499, label="AGE"), seen(8, 11, 0.36), seen(12, 15, 0.359)]
    assert [f.start for f in vote(LETTERS, votes, dial)] == [0, 8]


def test_what_overlaps_is_one_and_what_touches_is_two() -> None:
    assert told([seen(0, 3, 0.6, label="AGE"), seen(3, 5, 0.7, label="AGE")]) == [
        (0, 3, "AGE", 0.6, "x"),
        (3, 5, "AGE", 0.7, "x"),
    ]
    chain = [seen(0, 5, 0.6, "y", "AGE"), seen(4, 9, 0.7, "x", "AGE"), seen(8, 11, 0.5, "y", "AGE")]
    assert told(chain) == [(0, 11, "AGE", 0.7, "y+x")]


def test_each_detector_is_named_once_however_often_it_spoke() -> None:
    both = [seen(0, 3, 0.5, detector, "PERSON") for detector in ("x", "y")]
    both += [seen(4, 7, 0.5, detector, "PERSON") for detector in ("y", "z")]
    assert told(both) == [(0, 7, "PERSON", 0.75, "x+y+z")]


def test_what_lies_inside_a_surer_one_of_the_same_detector_adds_nothing() -> None:
    inside = [seen(0, 9, 0.6, "x", "AGE"), seen(2, 5, 0.5, "x", "AGE"), seen(4, 7, 0.6, "x", "AGE")]
    assert told(inside) == [(0, 9, "AGE", 0.6, "x")]
    surer = [seen(0, 9, 0.5, "x", "AGE"), seen(2, 5, 0.8, "x", "AGE")]
    assert told(surer) == [(0, 9, "AGE", 0.8, "x")]
    beyond = [seen(0, 5, 0.6, "x", "AGE"), seen(2, 7, 0.5, "x", "AGE")]
    assert told(beyond) == [(0, 7, "AGE", 0.6, "x")]
    doubtful = [seen(0, 9, 0.3, "x", "AGE"), seen(2, 5, 0.6, "x", "AGE")]
    assert told(doubtful) == [(2, 5, "AGE", 0.6, "x")]


def test_words_are_found_for_spans_that_start_or_end_inside_one() -> None:
    text = "Ann met Bo and Cy"
    for start, end, whole in (
        (1, 2, "Ann"),
        (0, 3, "Ann"),
        (5, 9, "met Bo"),
        (9, 10, "Bo"),
        (15, 16, "Cy"),
        (16, 17, "Cy"),
    ):
        ((first, last, *_),) = told([seen(start, end, 0.9)], text)
        assert text[first:last] == whole
    assert told([seen(3, 4, 0.9)], text) == [(3, 4, "PERSON", 0.9, "x")]
    assert told([seen(2, 9, 0.9), seen(15, 17, 0.9)], text) == [
        (0, 10, "PERSON", 0.9, "x"),
        (15, 17, "PERSON", 0.9, "x"),
    ]


@pytest.mark.parametrize(
    ("text", "labels", "joined"),
    [
        ("Ann Lee", "PERSON PERSON", "PERSON"),
        ("Ann  Lee", "PERSON PERSON", "PERSON"),
        ("Ann\tLee", "PERSON PERSON", "PERSON"),
        ("Ann\nLee", "PERSON PERSON", None),
        ("Ann,Lee", "PERSON PERSON", None),
        ("Ann B Lee", "PERSON PERSON", "PERSON"),
        ("Ann B. Lee", "PERSON PERSON", "PERSON"),
        ("Ann Bo Lee", "PERSON PERSON", None),
        ("Ann B Lee", "LOCATION LOCATION", None),
        ("Low Ham", "LOCATION LOCATION", "LOCATION"),
        ("Low Ham", "ORGANIZATION ORGANIZATION", "ORGANIZATION"),
        ("Low Ham", "STREET_ADDRESS STREET_ADDRESS", "STREET_ADDRESS"),
        ("Low,\nHam", "STREET_ADDRESS STREET_ADDRESS", "STREET_ADDRESS"),
        ("Low, Ham", "LOCATION LOCATION", None),
        ("Low, Ham", "LOCATION ZIP_CODE", "ZIP_CODE"),
        ("Low, Ham", "ZIP_CODE ZIP_CODE", None),
        ("Low Ham", "ZIP_CODE ZIP_CODE", None),
        ("Low, Ham", "LOCATION STREET_ADDRESS", "STREET_ADDRESS"),
        ("Low, Ham", "STREET_ADDRESS LOCATION", "STREET_ADDRESS"),
        ("Low; Ham", "LOCATION STREET_ADDRESS", None),
        ("Low Ham", "AGE AGE", None),
        ("Mr. Lee", "TITLE PERSON", "PERSON"),
        ("Mr Lee", "TITLE PERSON", "PERSON"),
        ("Ann Lee", "PERSON TITLE", "PERSON"),
        ("Mr; Lee", "TITLE PERSON", None),
        ("Mr. Lee", "TITLE TITLE", None),
        ("Mr. Lee", "TITLE LOCATION", None),
        ("Ann Lee", "PERSON LOCATION", None),
    ],
)
def test_neighbours_by_what_stands_between_them(text: str, labels: str, joined: str | None) -> None:
    one, other = labels.split()
    first, last = len(text.replace(";", " ").replace(",", " ").replace(".", " ").split()[0]), text.rfind("Lee")
    last = last if last > 0 else text.rfind("Ham")
    made = told([seen(0, first, 0.7, "x", one), seen(last, len(text), 0.8, "y", other)], text)
    apart = [(0, first, one, 0.7, "x"), (last, len(text), other, 0.8, "y")]
    assert made == (apart if joined is None else [(0, len(text), joined, 0.8, "x+y")])


def test_a_finding_moves_and_is_scored_anew_as_another_one() -> None:
    here = Finding(2, 5, "PERSON", 0.5, "x")
    assert here.shift(10) == Finding(12, 15, "PERSON", 0.5, "x")
    assert here.at(0, 5) == Finding(0, 5, "PERSON", 0.5, "x")
    assert here.at(2, 6) == Finding(2, 6, "PERSON", 0.5, "x")
    assert here.scored(0.9) == Finding(2, 5, "PERSON", 0.9, "x")
    assert here.at(2, 5) is here.scored(0.5) is here
    assert here == Finding(2, 5, "PERSON", 0.5, "x")
    for wrong, said in (((3, 3), "a finding has 0 <= start < end"), ((-1, 3), "a finding has 0 <= start < end")):
        with pytest.raises(ValueError, match=f"^{said}$"):
            here.at(*wrong)
    with pytest.raises(ValueError, match=r"^a score lies between 0 and 1$"):
        here.scored(1.01)
    assert [here.scored(score).score for score in (0.0, 1.0)] == [0.0, 1.0]
    assert Finding(0, 1, "X", 0.0, "x").start == 0
