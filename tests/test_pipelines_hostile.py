"""Files that no honest program writes: each ends in a clean answer or in one line with a code, and nothing leaks."""

import csv
import hashlib
import json
import signal
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.catalogue import catalogue
from pipelines.compression import ending_of
from tests.hostile import lines, office, parquet, places, squeezed, tables
from tests.hostile.case import CANARY, EITHER, FINE, Case

CASES = [case for room in (tables, parquet, lines, office, squeezed, places) for case in room.cases()]
FILES, KINDS = 700, 100
WORK, WAIT = 20.0, 120.0  # seconds for one command
KINDS_OF_CASES = sorted({case.kind for case in CASES})
CATALOGUE = catalogue()
TABULAR = {case.kind for room in (tables, parquet) for case in room.cases()}
TABULAR |= {case.kind for case in squeezed.cases() if case.kind.startswith((".csv.gz", ".tsv.gz"))}
AUDITED = sorted(TABULAR)[::8]
UNREADABLE = {f"P20{n}" for n in range(1, 9)}


def is_tabular(case: Case) -> bool:
    """Whether a case is a file that is a table by its name."""
    return case.kind in TABULAR


class TooLongError(BaseException):
    """A command did not come back."""


@contextmanager
def limited() -> Iterator[None]:
    """Interrupt what takes too long: seconds of work, and seconds of waiting, of which a busy machine gives many."""

    def ring(*_: object) -> None:
        raise TooLongError

    clocks = ((signal.ITIMER_PROF, signal.SIGPROF, WORK), (signal.ITIMER_REAL, signal.SIGALRM, WAIT))
    before = [signal.signal(sign, ring) for _, sign, _ in clocks]
    for clock, _, seconds in clocks:
        signal.setitimer(clock, seconds)
    try:
        yield
    finally:
        for (clock, sign, _), handler in zip(clocks, before, strict=True):
            signal.setitimer(clock, 0)
            signal.signal(sign, handler)


def listing(folder: Path) -> dict[str, str]:
    """Every thing in a folder, with what it is and holds; pipes and devices are not opened."""
    told = {}
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        held = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(mode) else ""
        told[str(path.relative_to(folder))] = f"{mode:o} {held}"
    return told


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy without models: what is tested is what happens around them."""
    path = tmp_path_factory.mktemp("policy") / "quick.toml"
    path.write_text('schema_version = 1\ndefault = "replace"\ndetectors = ["network", "dates"]\n')
    return path


def test_the_corpus_is_as_large_as_the_docs_say() -> None:
    assert len(CASES) >= FILES
    assert len(KINDS_OF_CASES) >= KINDS
    assert max(Counter(map(str, CASES)).values()) == 1


@pytest.mark.parametrize("kind", KINDS_OF_CASES)
def test_hostile_files(kind: str, tamis: Callable[..., object], tmp_path: Path, policy: Path) -> None:
    for number, case in enumerate(one for one in CASES if one.kind == kind):
        place = tmp_path / f"{number:03}"
        (place / "in").mkdir(parents=True)
        source = case.make(place / "in")
        before = listing(place / "in")
        out = place / "out" / f"o{leaves_as(source)}"
        commands = [("scan", "--format", "jsonl", "--policy", policy, "--", source)]
        if case.ends in {FINE, EITHER} or number % 3 == 0:  # both refuse by the same readers
            commands += [("redact", "-o", out, "--policy", policy, "--", source)]
        for command in commands:
            check(case, tamis, command, place)
            assert listing(place / "in") == before, case
        check_output(case, source, out)


@pytest.mark.parametrize("kind", sorted({case.kind for case in CASES if is_tabular(case)}))
def test_hostile_tables_in_other_commands(kind: str, tamis: Callable[..., object], tmp_path: Path) -> None:
    """What is refused is refused by all; a table that can be read is modelled, or refused with a code of its own."""
    (tmp_path / "good.csv").write_text("name,age\nAnn Lee,41\nBo Chan,52\n")
    for number, case in enumerate([one for one in CASES if one.kind == kind][::5]):
        place = tmp_path / f"{number:03}"
        (place / "in").mkdir(parents=True)
        source = case.make(place / "in")
        before = listing(place / "in")
        recipe = place / "r.toml"
        recipe.write_text(f'schema_version = 1\nname = "r"\n[[table]]\npath = {json.dumps(str(source))}\n')
        out = place / "out" / f"o{leaves_as(source)}"
        ledger = ("--ledger", place / "ledger.jsonl")
        commands = [("synth", source, "-o", out, "--epsilon", 1, "--method", "independent", *ledger)]
        commands += [("synth", source, "--draft-schema", place / "out" / "schema.toml")]
        if case.ends not in {FINE, EITHER}:
            commands += [("run", recipe, "--out", place / "out")]
        if case.ends not in {FINE, EITHER} and not number and kind in AUDITED:  # an audit loads its models first
            good = tmp_path / "good.csv"
            commands += [("audit", "--original", source, "--released", good, "--out", place / "out")]
        for command in commands:
            with limited():
                ended = tamis(*command)
            refusal = ended.err.splitlines()[-1] if ended.err else ""
            assert CANARY not in (ended.out + ended.err).casefold(), (case, command)
            assert listing(place / "in") == before, case
            if case.ends not in {FINE, EITHER}:
                assert refusal.startswith(f"tamis: {case.ends}: "), (case, command, ended.err)
                assert ended.status == CATALOGUE[case.ends].exit_code
                assert not (place / "out").exists() or not list((place / "out").iterdir()), case
            elif ended.status:
                assert CATALOGUE[refusal.split()[1].rstrip(":")].exit_code == ended.status == 3, (case, ended.err)
            else:
                ledger_of = place / "ledger.jsonl"
                assert CANARY not in (ledger_of.read_text() if ledger_of.exists() else ""), case


def leaves_as(source: Path) -> str:
    """The ending of the output that a source asks for."""
    ending = ending_of(source)
    return {".pdf": ".txt"}.get(ending, ending)


def check(case: Case, tamis: Callable[..., object], command: tuple[object, ...], place: Path) -> None:
    with limited():
        ended = tamis(*command)
    written = [path for path in (place / "out").rglob("*") if path.is_file()] if (place / "out").exists() else []
    told = ended.err + (ended.out if command[0] == "scan" else "")
    told += "".join(path.read_text() for path in written if path.name.endswith(".report.json"))
    assert CANARY not in told.casefold(), case
    assert not [c for c in ended.err if not c.isprintable() and c != "\n"], (case, ended.err)
    if ended.status == 0:
        assert case.ends in {FINE, EITHER}, (case, "was read")
        return
    assert case.ends != FINE, (case, ended.err)
    assert CATALOGUE[ended.code].exit_code == ended.status, (case, ended.err)
    assert ended.code in (UNREADABLE if case.ends == EITHER else {case.ends}), (case, ended.err)
    assert written == [], case


def check_output(case: Case, source: Path, out: Path) -> None:
    left = [path.name for path in out.parent.rglob(".tamis-*")] if out.parent.exists() else []
    assert left == [], case
    if source.suffix != ".csv" or not out.is_file():
        return
    before, after = rows(source), rows(out)
    assert len(before) == len(after), case
    assert {len(row) for row in after} <= {len(before[0])}, case


def rows(path: Path) -> list[list[str]]:
    csv.field_size_limit(1 << 30)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            whole = list(csv.reader(file))
            return [row for row in whole if row or len(whole[0]) == 1]
    finally:
        csv.field_size_limit(131_072)
