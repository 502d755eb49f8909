"""A vault of the sample data: does it bring every byte back, at what cost, and is every one of 10,000 flips refused."""

import contextlib
import io
import os
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.outcome import Grid, Outcome
from benchmarks.stopwatch import HEAD, Usage, tamis
from pipelines.cli import run_app

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"
FLIPS, SEED = 10_000, 20_261_126
_REFUSED = re.compile(r"tamis: D204: [^\n]+ \(tamis explain D204\)\n")
_NOTE = (
    "Each flip changes one bit, drawn uniformly over the vault, and runs `tamis restore`. Refused: exit code 3, one "
    "line with the code D204 on standard error, nothing on standard output, and a folder that holds what it held."
)


def run() -> Outcome:
    """Redact the sample data with a vault and without, restore them, rotate the key, and flip bits."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = _source(folder / "in")
        keys = [_key(folder / name) for name in ("old.key", "new.key")]
        sealing = ("--vault", folder / "v", "--key-file", keys[0])
        plain = tamis("redact", source, "-o", folder / "plain")
        kept = tamis("redact", source, "-o", folder / "out", *sealing)
        back = tamis("restore", folder / "out", "-o", folder / "back", *sealing)
        turned = tamis("rekey", folder / "v", "--key-file", keys[0], "--new-key-file", keys[1])
        tamis("restore", folder / "out", "-o", folder / "again", "--vault", folder / "v", "--key-file", keys[1])
        same = [_alike(source, folder / name) for name in ("back", "again")]
        sizes = {"input": _size(source), "release": _size(folder / "out"), "vault": _size(folder / "v")}
        ends = Counter(_flips(folder, keys[1]))
    usages = {"redact": plain, "redact --vault": kept, "restore": back, "rekey": turned}
    refused = ends["refused"]
    figures = {
        "files": same[0][1],
        "identical": [count for count, _ in same],
        "bytes": sizes,
        "seconds": {name: usage.seconds for name, usage in usages.items()},
        "flips": FLIPS,
        "refused": refused,
    }
    return Outcome("vault", [*_grids(usages, same, sizes), _flip_grid(ends)], figures)


def _grids(usages: dict[str, Usage], same: list[tuple[int, int]], sizes: dict[str, int]) -> list[Grid]:
    restored = [
        [name, f"{identical} of {files}"]
        for name, (identical, files) in zip(("restored", "restored after rekey"), same, strict=True)
    ]
    return [
        Grid("Restored to the byte", ["what", "files identical"], restored),
        Grid("Commands", ["command", *HEAD], [[name, *usage.cells()] for name, usage in usages.items()]),
        Grid("Bytes", list(sizes), [[f"{size:,}" for size in sizes.values()]]),
    ]


def _flip_grid(ends: Counter[str]) -> Grid:
    return Grid("One bit of the vault flipped", ["end", "times"], [[end, f"{n:,}"] for end, n in ends.items()], _NOTE)


def _source(folder: Path) -> Path:
    shutil.copytree(SAMPLES / "notes", folder / "notes")
    for name in ("patients.csv", "visits.csv", "notes.index.csv"):
        shutil.copy(SAMPLES / name, folder / name)
    return folder


def _key(path: Path) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(os.urandom(32))
    return path


def _flips(folder: Path, key: Path) -> Iterator[str]:
    """Flip one bit after the other, each in the vault as it was, and say how `tamis restore` ended."""
    sealed = (folder / "v").read_bytes()
    draws = random.Random(SEED)  # noqa: S311 it must repeat
    arguments = ("restore", folder / "out", "-o", folder / "flipped", "--vault", folder / "v", "--key-file", key)
    before = sorted(folder.iterdir())
    for _ in range(FLIPS):
        place, bit = divmod(draws.randrange(8 * len(sealed)), 8)
        changed = bytearray(sealed)
        changed[place] ^= 1 << bit
        (folder / "v").write_bytes(changed)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run_app([str(argument) for argument in arguments])
        clean = sorted(folder.iterdir()) == before and not out.getvalue()
        yield "refused" if status == 3 and clean and _REFUSED.fullmatch(err.getvalue()) else "NOT refused"


def _alike(one: Path, other: Path) -> tuple[int, int]:
    """Return how many files of a folder another has to the byte, and how many there are."""
    files = [path for path in one.rglob("*") if path.is_file()]
    same = sum((other / p.relative_to(one)).read_bytes() == p.read_bytes() for p in files)
    return same, len(files)


def _size(path: Path) -> int:
    return sum(p.stat().st_size for p in ([path] if path.is_file() else path.rglob("*")) if p.is_file())
