"""Readers, normaliser and scanner on generated input that nobody wrote: how each case ends, and how long it takes.

Example: `python -m benchmarks fuzz`; `TAMIS_FUZZ=200000` sets the number of cases.
"""

import gzip
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.attack import PIECES
from benchmarks.laws import end_of, read_csv, read_gzip, read_json, read_normal, scan
from benchmarks.outcome import Grid, Outcome
from deid.detectors import PATTERNS, load_detector
from deid.scanner import Scanner

CASES, SEED = 1_000_000, 20_261_127
SHARES: Mapping[str, float] = {
    "CSV reader": 0.3,
    "JSON reader": 0.2,
    "gzip reader": 0.1,
    "normaliser": 0.2,
    "scanner": 0.2,
}
_MOST_SHOWN = 20
SCRAPS = (
    '"', '""', ",", ";", "\t", "\n", "\r", "\r\n", "\0", "\ufeff", "\u202e", "\u200d", "\u0301", "\x1b[31m", "é", "😀",
    "'", "=1+1", "-", "NaN", "1e999", "null", "{", "}", "[", "]", ":", "\\", "\\u00e9", "\\ud83d", '"a": 1',
    "ann@example.com", "DE89370400440532013000", "+44 20 7946 0958", "2021-03-04", "https://a.example/x?y=z",
    "192.0.2.1", "Ann Lee", "Ⓐⓝⓝ", "@", ".", "/", "4111 1111 1111 1111", "٠١٢", "аnn", "\u200b",
)  # fmt: skip
SEEDS = (
    'name,age,note\nAnn Lee,41,red\nBo Chan,52,"a, b"\n',
    'a,b\r\n1,"x\r\ny"\r\n',
    '{"id": 1, "text": "Ann Lee", "of": {"mail": ["ann@example.com", 1.50, null]}}',
    "Dear Ann Lee, call (212) 555-0143 or write to ann@example.com by 3 March 2021.",
)
_BYTES = (b"\xff\xfe", b"\xfe\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f", b"\x80", b"\xc0\xaf", b"\0", b"\x1f\x8b")
_NOTE = (
    "Each case is a text put together at random from scraps, attacks and mutated files, by a seed and a number, so "
    "that any of them can be made again. Refused: an error with a code of its own. Wrong: any other exception, or an "
    "answer that breaks a law: a table that reads back differently, offsets that go back, findings that overlap. "
    "Seconds are those of the thread."
)


@dataclass(slots=True)
class Tally:
    """How the cases of one target ended; `wrong` holds the numbers and kinds of the cases that must not be."""

    cases: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def add(self, number: int, end: str, seconds: float) -> None:
        """Count a case."""
        self.cases += 1
        self.ends[end] += 1
        self.slowest = max(self.slowest, (seconds, number))


def run() -> Outcome:
    """Fuzz all targets, each with its share of the cases."""
    total = int(os.environ.get("TAMIS_FUZZ", CASES))
    with tempfile.TemporaryDirectory() as place:
        tallies = {name: _fuzz(work, round(total * SHARES[name])) for name, work in _targets(Path(place)).items()}
    rows = [
        [
            name,
            f"{one.cases:,}",
            f"{one.ends['answered']:,}",
            f"{sum(n for end, n in one.ends.items() if end not in {'answered', 'wrong'}):,}",
            str(one.ends["wrong"]),
            f"{one.slowest[0]:.3f}",
            str(one.slowest[1]),
        ]
        for name, one in tallies.items()
    ]
    head = ["target", "cases", "answered", "refused", "wrong", "slowest, s", "its number"]
    figures = {
        name: {
            "cases": one.cases,
            "ends": dict(one.ends),
            "slowest": one.slowest[0],
            "slowest_case": one.slowest[1],
            "wrong": [list(case) for case in one.wrong[:_MOST_SHOWN]],
        }
        for name, one in tallies.items()
    }
    return Outcome("fuzz", [Grid("Generated input", head, rows, _NOTE)], {"seed": SEED, "targets": figures})


def _fuzz(work: Callable[[random.Random], None], cases: int) -> Tally:
    tally = Tally()
    for number in range(cases):
        drawn = random.Random(f"{SEED} {number}")  # noqa: S311 it must repeat
        start = time.thread_time()
        end, error = end_of(lambda drawn=drawn: work(drawn))  # type: ignore[misc]
        if end == "wrong":
            tally.wrong.append((number, error))
        tally.add(number, end, time.thread_time() - start)
    return tally


def _targets(folder: Path) -> dict[str, Callable[[random.Random], None]]:
    scanner = Scanner(detectors=[load_detector(name) for name in PATTERNS])
    return {
        "CSV reader": lambda drawn: read_csv(_bytes(drawn), folder),
        "JSON reader": lambda drawn: read_json(_line(drawn)),
        "gzip reader": lambda drawn: read_gzip(_packed(drawn)),
        "normaliser": lambda drawn: read_normal(_text(drawn)),
        "scanner": lambda drawn: scan(_text(drawn), scanner),
    }


def _line(drawn: random.Random) -> str:
    text = json.dumps({"a": _value(drawn, 3), "b": _value(drawn, 2)}, ensure_ascii=drawn.random() < 0.5)
    return "".join(_changed(drawn, text)).replace("\n", " ") if drawn.random() < 0.6 else text


def _value(drawn: random.Random, depth: int) -> object:
    kind = drawn.randrange(6 if depth else 4)
    if kind == 4:
        return [_value(drawn, depth - 1) for _ in range(drawn.randrange(4))]
    if kind == 5:
        return {_text(drawn)[:9]: _value(drawn, depth - 1) for _ in range(drawn.randrange(4))}
    return (drawn.choice(SCRAPS), drawn.random() * 10 ** drawn.randrange(300), drawn.getrandbits(200), None)[kind]


def _packed(drawn: random.Random) -> bytes:
    data = gzip.compress(_text(drawn).encode("utf-8", "replace"), 1, mtime=0)
    broken = bytearray(data)
    for _ in range(drawn.randrange(3)):
        broken[drawn.randrange(len(broken))] = drawn.randrange(256)
    return bytes(broken[: drawn.choice((len(broken), drawn.randrange(len(broken) + 1)))])


def _bytes(drawn: random.Random) -> bytes:
    data = bytearray(_text(drawn).encode("utf-8", "surrogatepass"))
    if drawn.random() < 0.2:
        place = drawn.randrange(len(data) + 1)
        data[place:place] = drawn.choice(_BYTES)
    return bytes(data)


def _text(drawn: random.Random) -> str:
    """Put a text together: a seed with scraps thrown in and pieces taken out, or scraps alone, or an attack."""
    kind = drawn.random()
    if kind < 0.1:
        return (drawn.choice(PIECES) * 300)[: drawn.randrange(1, 600)]
    text = drawn.choice(SEEDS) if kind < 0.7 else ""
    return "".join(_changed(drawn, text))


def _changed(drawn: random.Random, text: str) -> Iterator[str]:
    at = 0
    for _ in range(drawn.randrange(1, 12)):
        place = drawn.randrange(at, len(text) + 1)
        yield text[at:place]
        yield drawn.choice(SCRAPS) if drawn.random() < 0.9 else chr(drawn.randrange(1, 0xD800))
        at = min(len(text), place + drawn.choice((0, 0, 1, 5)))
    yield text[at:]
