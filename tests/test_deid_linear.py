"""No text makes a detector family slow: its time grows with the length of the text and no faster."""

import gc
import time
from collections.abc import Callable

import pytest

from benchmarks.attack import PIECES, repeat
from deid.detector import Detector
from deid.detectors import PATTERNS, load_detector
from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.scanner import Scanner

SECONDS = 1.0  # for 80,000 characters, on a machine that other work keeps busy
SLACK = 2.5  # clocks are coarse, and short texts have their own costs
TRIES = 4
# Beginnings of what one family or another looks for, beside those that the benchmark puts every detector through.
OPENINGS = (
    "user: ", "password ", "key=a", "://a:", "eyJa.", "-----BEGIN PRIVATE KEY-----", "1.1.1.1 ", "ssn 1", "DE89 ",
    "passport is ", "123-456-789 ", "0123 4567 ", "phone 1", "212-555-", "call ", "(0", "Dear ", "van der ", "Smith, ",
    "@ a", "Court of ", "Bank ", "in A ", "Lake ", "Apt. 1 ", "1, ", "rue de la ", "corner of 1 and ", "40° ", ", CA ",
    "A, ", "a, ",
)  # fmt: skip
# Long runs of what is nearly an identifier: a rule begins to match everywhere, and fails late.
NEAR_MISSES = (
    "a.b.c.d@e.f.g.", "a@b.c@", "ann@example.", "DE89 3704 0044 0532 0130 0", "DE8937040044053201300",
    "4111 1111 1111 111", "4111111111111111", "http://a.b/c?d=e&", "https://", "+44 20 7946 095", "+1 (212) 555-01",
    "2021-13-45 ", "31/12/20", "3 March 202 ", "123-45-678 ", "192.168.1.", "2001:db8::1:",
    "550e8400-e29b-41d4-a716-44665544", "aa:bb:cc:dd:ee:", "AKIAIOSFODNN7EXAMPL", "ghp_abcdefghij", "eyJhbGciOi.eyJz.",
    "40.7128, -74.", "GB82 WEST 1234", "AB123456", "12 Old Street, ", "Mr. J. ", "Acct # 12 ", "MRN: ", "born on ",
    "password: ", "0x52908400098527886E0F7030069857D2E4169E", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5md",
)  # fmt: skip
# What is this fast on a text of middling length is not worth a closer look: were it quadratic, a window full of it
# would still take less than the time after which a text is withheld.
FAST, FAST_RULE = 3e-6, 2e-6


def patient(family: str) -> Detector:
    """The family with so much time that it cannot hide behind its clock."""
    kind: Callable[..., Detector] = type(load_detector(family))
    return kind("en", 60.0)


def seconds(work: Callable[[str], object], text: str) -> float:
    """The thread's own time, without that of collecting what other tests left behind."""
    gc.disable()
    try:
        start = time.thread_time()
        work(text)
        return time.thread_time() - start
    finally:
        gc.enable()


def grows_no_faster(work: Callable[[str], object], piece: str, short: int, long: int, limit: float) -> bool:
    """Whether the long text takes no more of the time than its length says; a disturbed measurement is repeated."""
    texts = repeat(piece, short), repeat(piece, long)
    quick, slow = float("inf"), float("inf")
    for _ in range(TRIES):
        quick, slow = min(quick, seconds(work, texts[0])), min(slow, seconds(work, texts[1]))
        if slow <= limit and slow <= SLACK * quick * long / short:
            return True
    return False


@pytest.mark.parametrize("family", PATTERNS)
def test_a_family_is_linear_in_every_attack(family: str) -> None:
    detector = patient(family)

    def work(text: str) -> object:
        return detector.detect([text])

    slow = [piece for piece in (*PIECES, *OPENINGS) if seconds(work, repeat(piece, 20_000)) > FAST * 20_000]
    assert [piece for piece in slow if not grows_no_faster(work, piece, 8_000, 80_000, SECONDS)] == []


@pytest.mark.parametrize("family", PATTERNS)
def test_near_misses_of_every_identifier_take_less_than_a_second(family: str) -> None:
    detector = patient(family)

    def work(text: str) -> object:
        return detector.detect([text])

    texts = {piece: repeat(piece, 100_000) for piece in NEAR_MISSES}
    slow = [piece for piece in texts if seconds(work, texts[piece]) > SECONDS]
    assert [piece for piece in slow if min(seconds(work, texts[piece]) for _ in range(TRIES)) > SECONDS] == []


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(detectors=[load_detector(name) for name in ("spacy", "transformer")] + list(map(patient, PATTERNS)))


@pytest.mark.parametrize("piece", [*PIECES, "ab=", "ab😀", "Ann, ", "张ж"])
def test_a_whole_scan_is_linear(scanner: Scanner, piece: str) -> None:
    """Models, patterns, vote, propagation: what each finds of thousands of places the next must not multiply."""

    def work(text: str) -> object:
        return scanner.scan([text])

    assert grows_no_faster(work, piece, 4_000, 32_000, 60.0)


def finder(rule: Rule) -> Callable[[str], object]:
    """What a rule does with a text that has the words it waits for."""

    def work(text: str) -> object:
        return sum(1 for _ in rule.compiled.finditer(text.lower() if rule.lower else text))

    return work


@pytest.mark.parametrize("family", PATTERNS)
def test_a_rule_is_linear_also_when_the_words_it_waits_for_are_there(family: str) -> None:
    detector = patient(family)
    rules = detector._rules if isinstance(detector, PatternDetector) else ()
    failed = []
    for work, rule in ((finder(rule), rule) for rule in rules):
        slow = [piece for piece in PIECES if seconds(work, repeat(piece, 3_000)) > FAST_RULE * 3_000]
        failed += [(rule.label, rule.pattern[:80], p) for p in slow if not grows_no_faster(work, p, 3_000, 24_000, 1.0)]
    assert failed == []


def test_the_list_of_attacks_is_long_and_without_repetition() -> None:
    assert len(PIECES) >= 58
    assert len(set(PIECES)) == len(PIECES)
