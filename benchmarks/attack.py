"""Texts made to exhaust a detector: how long they take, and whether what stands at their end is still hidden."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.maskers import Mask, Masker, presidio_masker, tamis_masker
from benchmarks.outcome import Grid, Outcome

LENGTHS = {"tamis": (8_000, 80_000), "Presidio": (8_000,)}  # ten times as long, Presidio would take hours
END = ". Please write to ann.lee@example.com or call (212) 555-0143, SSN 536-90-4399."
_PLANTED = ("ann.lee@example.com", "(212) 555-0143", "536-90-4399")

PIECES = (
    "a", "A", "a ", "A ", "Aa ", "a.", "a. ", "a-", "a_", "a'", "a@", "a@b.", "@", "@a.", "a@a", "é", "Éa ",
    "ж", "张", "1", "1 ", "1.", "1-", "1/", "1,", "1:", "(1) ", "+1 ", "0", "12 ", "123-", "1234 ", "12/",
    "1.1.", "1 Jan ", "3/3/", "1a", "a1", "A1 ", "A1-", "aA1-", "AB12", "AB12 ", "abc1", "de89 ", "0x", "bc1",
    "::", "::1", "fe80:", "1:2:", "aa-", "http://", "http://a.", "www.", "://", "a.com", "a/", "a?b=", "%20",
    "[", "(", "{", "<a>", '"', "’", "$", "$1,", "#1 ", "\n", "\na", "\n1", "\t", " ", ". ", "--", "—",
    "\u200b", "😀", "٣", "Mr. ", "Dr A ", "Ann ", "Ann Lee ", "ANN LEE, ", "O'", "J. ", "J.J.", "12 Old St ",
    "P.O. Box ", "Inc. ", "of the ", "No. ", "ID: ", "key=", "eyJ", "==", "and ", "years old ", "&amp;", "1\n",
    "l1", "a at b ",
)  # fmt: skip
"""What attacks repeat: letters, digits and signs of identifiers, in all ways in which patterns begin to match."""

_NOTE = (
    f"{len(PIECES)} attacks: each repeats one piece up to the length, then come an e-mail address, a phone number and "
    "a social security number. “Hidden” counts attacks after which every letter and digit of the three is masked, "
    "“withheld” those whose whole text is kept back, “passed as clean” those after which something of the three is "
    "left to read. Seconds are of one core, after a warm-up."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One attack: its seconds, and what became of what was planted at its end."""

    piece: str
    length: int
    seconds: float
    fate: str


def repeat(piece: str, length: int) -> str:
    """Return the piece repeated up to a length."""
    return (piece * (length // len(piece) + 1))[:length]


def run() -> Outcome:
    """Attack tamis and Presidio."""
    maskers = {"tamis": tamis_masker(), "Presidio": presidio_masker(organizations=False)}
    trials = {name: attack(masker, PIECES, LENGTHS[name]) for name, masker in maskers.items()}
    figures = {
        name: [{"piece": t.piece, "length": t.length, "seconds": t.seconds, "fate": t.fate} for t in tried]
        for name, tried in trials.items()
    }
    rows = [
        _row(name, length, [t for t in tried if t.length == length])
        for name, tried in trials.items()
        for length in LENGTHS[name]
    ]
    head = ["system", "characters", "median s", "slowest s", "slowest on", "hidden", "withheld", "passed as clean"]
    return Outcome("attack", [Grid("Attacks", head, rows, _NOTE)], figures)


def attack(masker: Masker, pieces: Sequence[str], lengths: Sequence[int]) -> list[Trial]:
    """Put a masker through attacks, each of some lengths."""
    masker(["A warm-up for Ann Lee."])
    return [_try(masker, piece, length) for length in lengths for piece in pieces]


def _try(masker: Masker, piece: str, length: int) -> Trial:
    text = repeat(piece, length) + END
    start = time.perf_counter()
    (masks,) = masker([text])
    return Trial(piece, length, time.perf_counter() - start, _fate(text, masks))


def _fate(text: str, masks: Sequence[Mask]) -> str:
    if any(mask.label == "WITHHELD" for mask in masks):
        return "withheld"
    covered = {place for mask in masks for place in range(mask.start, mask.end)}
    planted = [(text.rindex(value), len(value)) for value in _PLANTED]
    places = [place for start, size in planted for place in range(start, start + size) if text[place].isalnum()]
    return "hidden" if covered.issuperset(places) else "clean"


def _row(name: str, length: int, trials: Sequence[Trial]) -> list[str]:
    slowest = max(trials, key=lambda t: t.seconds)
    fates = [sum(t.fate == fate for t in trials) for fate in ("hidden", "withheld", "clean")]
    median = statistics.median(t.seconds for t in trials)
    return [name, f"{length:,}", f"{median:.2f}", f"{slowest.seconds:.2f}", repr(slowest.piece), *map(str, fates)]
