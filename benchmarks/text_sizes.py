"""What texts cost by their number: seconds and the memory of all processes, as JSON lines and as files in a folder."""

import json
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.madeup import CITIES, FAMILY, GIVEN
from benchmarks.outcome import Grid, Outcome
from benchmarks.sizes import watched

SIZES = (5_000, 20_000)
_POLICY = "fast"
_NOTE = (
    f"Made-up letters of about 300 characters, each with a name, an e-mail address and a number; policy `{_POLICY}`, "
    "one process; in the folder a thousand letters to a sub-folder. Seconds by the clock, with the start of the "
    "program in them. Memory as in `sizes`."
)


def run() -> Outcome:
    """Scan and redact texts of all sizes, in both forms."""
    rows, figures = list[list[str]](), list[dict[str, object]]()
    for size in SIZES:
        for form, write in {"JSON lines": write_lines, "folder": write_folder}.items():
            for verb, seconds, peak in _measured(write, size):
                rows.append([f"{size:,}", form, verb, f"{seconds:,.1f}", f"{size / seconds:,.0f}", f"{peak:,.0f}"])
                figures.append({"texts": size, "form": form, "verb": verb, "seconds": seconds, "mib": peak})
                print(rows[-1], flush=True)
    head = ["texts", "form", "verb", "seconds", "texts a second", "peak MiB"]
    return Outcome("text-sizes", [Grid("Cost by number of texts", head, rows, _NOTE)], {"runs": figures})


def _measured(write: Callable[[Path, int], None], size: int) -> Iterator[tuple[str, float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "letters.jsonl", Path(folder) / "out" / "letters.jsonl"
        write(source, size)
        yield "scan", *watched("scan", source, "--format", "jsonl", "--policy", _POLICY)
        yield "redact", *watched("redact", source, "-o", out, "--policy", _POLICY)


def write_lines(path: Path, size: int) -> None:
    """Write letters as JSON lines; the same for the same number."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps({'id': n, 'text': text})}\n" for n, text in enumerate(letters(size)))


def write_folder(folder: Path, size: int) -> None:
    """Write letters as files, a thousand to a sub-folder."""
    for number, text in enumerate(letters(size)):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"letter {number % 1000:03}.txt").write_text(text, encoding="utf-8")


def letters(size: int) -> Iterator[str]:
    """Give made-up letters."""
    rng = random.Random(size)  # noqa: S311 made-up letters
    for _ in range(size):
        given, family, city = rng.choice(GIVEN), rng.choice(FAMILY), rng.choice(CITIES)
        digits = f"{rng.randrange(10**9):09}"
        yield (
            f"Dear {given} {family},\nthank you for calling from {city} about the parcel that did not come. We have "
            "looked into it, and found that it went to another depot; it will be with you within the week. If not, "
            f"write to {given}.{family}{digits[4:]}@example.com or call +44 20 7946 {digits[:4]}.\nYours sincerely\n"
        )
