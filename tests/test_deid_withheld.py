"""What cannot be scanned to its end is withheld: whole, counted, whatever other detectors and the policy say."""

import time

import pandas as pd
import pytest

from deid import Finding, Policy, Scanner, withhold
from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.names.people import PeopleDetector
from deid.detectors.network import NetworkDetector
from deid.detectors.phones import PhoneDetector
from deid.detectors.places.places import PlaceDetector
from deid.notebook import count_labels
from deid.operators import Keep
from deid.scanner import OVERLAP, WINDOW
from deid.tables.table import plan_table, redact_table
from deid.text import redact_text

ATTACK = "a" * 60 + "b"
HOSTILE = [
    "a." * 3_000 + " www.example.com",
    "a.a." * 2_000,
    "1-" * 4_000,
    "A" * 8_000,
    "Ab " * 3_000,
    "a@a." * 2_000,
    "12 Ab " * 1_500,
]


def test_out_of_time_is_withheld_and_not_fewer_findings(impatient: Scanner) -> None:
    calm, attack = impatient.scan(["aa is fine", f"aa first, then {ATTACK}"])
    assert [f.label for f in calm] == ["PERSON"]
    assert [(f.start, f.end, f.label, f.detector) for f in attack] == [(0, len(ATTACK) + 15, "WITHHELD", "slow")]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("family", [NetworkDetector, PlaceDetector, PeopleDetector])
def test_hostile_texts_are_scanned_or_withheld_in_time(
    family: "type[NetworkDetector | PlaceDetector | PeopleDetector]", text: str
) -> None:
    detector = _hasty(family)
    started = time.perf_counter()
    (found,) = detector.detect([text])
    assert time.perf_counter() - started < 6
    if "www" in text and family is NetworkDetector:
        assert [f for f in found if f.withheld] or [f for f in found if f.end == len(text)]


def _hasty(
    family: "type[NetworkDetector | PlaceDetector | PeopleDetector]",
) -> "NetworkDetector | PlaceDetector | PeopleDetector":
    return family(seconds=0.3)


@pytest.mark.parametrize("attack", ["1" * 50_000, "1-" * 25_000, "(1)" * 16_000, "1/" * 25_000, "2125550143 " * 4_500])
def test_digits_without_end_are_under_the_clock_too(attack: str) -> None:
    started = time.perf_counter()
    (found,) = PhoneDetector(seconds=0.5).detect([attack])
    assert time.perf_counter() - started < 8
    assert all(f.withheld for f in found) or not any(f.withheld for f in found)


def test_phone_numbers_are_found_wherever_they_stand_in_a_long_text() -> None:
    phone = "(212) 555-0143"
    detector = PhoneDetector(seconds=30)
    for place in (0, 1_780, 1_790, 1_795, 1_799, 1_800, 1_995, 2_000, 3_590, 3_600, 4_980):
        text = ("word " * 1_000)[:place] + " " + phone + " " + "word " * 300
        spans = {(f.start, f.end) for f in detector.detect([text])[0] if f.label == "PHONE_NUMBER"}
        assert any(a <= text.index(phone) + 1 and b >= text.index(phone) + len(phone) for a, b in spans), place


def test_a_withheld_text_is_replaced_whole_whatever_the_policy(impatient: Scanner) -> None:
    (found,) = impatient.scan([f"aa and {ATTACK}"])
    assert redact_text(f"aa and {ATTACK}", found, Policy(labels={"PERSON": Keep()})) == "[WITHHELD]"
    assert count_labels([found]) == ({}, 1)


def test_withheld_wins_over_every_other_detector(impatient: Scanner) -> None:
    sure = PatternDetector("sure", [Rule("EMAIL_ADDRESS", r"x@x\.org", 1.0)])
    both = Scanner(detectors=[sure, *impatient.detectors, sure])
    (found,) = both.scan([f"x@x.org {ATTACK} x@x.org"])
    assert [f.label for f in found] == ["WITHHELD"]


def test_a_plug_in_withholds_with_a_span_of_any_size() -> None:
    class Shy:
        name = "shy"

        def detect(self, texts: "list[str]") -> list[list[Finding]]:
            return [[Finding(0, 1, "WITHHELD", 0.0, "shy")] for _ in texts]

    assert Scanner(detectors=[Shy()]).scan(["some text"])[0] == (Finding(0, 9, "WITHHELD", 1.0, "shy"),)


def test_withheld_cells_of_a_table_are_counted(impatient: Scanner) -> None:
    long = "these are many words of one note that says nothing at all"
    frame = pd.DataFrame({"note": [f"{long} {ATTACK}", long, None], "colour": ["red", ATTACK, "blue"]})
    policy = Policy(columns={"note": "scan", "colour": Keep()})
    scanner = Scanner(policy, impatient.detectors)
    done = redact_table(frame, plan_table(frame, scanner), scanner)
    assert done.frame["note"].tolist() == ["[WITHHELD]", long, None]
    assert done.frame["colour"].tolist() == ["red", "[WITHHELD]", "blue"]
    assert (done.withheld, dict(done.labels)) == (2, {})


def test_a_long_text_is_withheld_whole_from_its_first_bad_window(impatient: Scanner) -> None:
    text = "aa " * 20_000 + ATTACK + " aa" * 200_000
    started = time.perf_counter()
    (found,) = impatient.scan([text])
    assert time.perf_counter() - started < 5
    assert [(f.start, f.end, f.label) for f in found] == [(0, len(text), "WITHHELD")]


MAIL, NAME = "ann.lee@example.com", "Mrs Evagorou Christou"
BORDERS = [WINDOW - OVERLAP, WINDOW, 2 * (WINDOW - OVERLAP), 2 * WINDOW - OVERLAP]


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("shift", [-40, -21, -20, -19, -10, -5, -1, 0, 1, 30])
def test_offsets_are_exact_across_window_borders(border: int, shift: int) -> None:
    filler = "so it went on and on 😀 é "
    text = (filler * (border // len(filler) + 1))[: border + shift - 1] + " "
    start = len(text)
    text += f"{MAIL} {NAME} " + filler * 2_500
    detectors = [
        PatternDetector("mail", [Rule("EMAIL_ADDRESS", r"\b[a-z.]+@[a-z]+\.com\b", 0.9)]),
        PeopleDetector(seconds=30),
    ]
    (found,) = Scanner(detectors=detectors).scan([text])
    assert [(text[f.start : f.end], f.start) for f in found] == [(MAIL, start), (NAME, start + len(MAIL) + 1)]


def test_windows_do_not_change_what_is_found(patterns: Scanner) -> None:
    piece = "Call (212) 555-0143 or write to ann.lee@example.com, MRN: 00123-44, on 3 March 2019. Nothing else here.\n"
    text = piece * (2 * WINDOW // len(piece) + 5)
    (short,) = patterns.scan([piece])
    (long,) = patterns.scan([text])
    expected = {
        (f.start + i * len(piece), f.end + i * len(piece), f.label) for i in range(text.count("\n")) for f in short
    }
    if not long[0].withheld:
        assert {(f.start, f.end, f.label) for f in long} == expected


def test_withhold_of_nothing_is_nothing(scanner: Scanner) -> None:
    assert scanner.scan(["", "", " "]) == [(), (), ()]
    assert withhold("", "x") == []
