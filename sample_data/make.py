"""Write the sample data beside this script, or into --out DIR; every run writes the same bytes."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from dice import Dice
from documents import Document, draw_documents
from people import draw_patient
from tables import patient_rows, visit_rows

SEED = "tamis sample data, 1"
PATIENTS = 2_400


def write_sample(folder: Path) -> None:
    """Write patients.csv, visits.csv, notes/, notes.index.csv and notes.gold.jsonl into a folder."""
    dice = Dice(SEED)
    patients = [draw_patient(dice.fork(f"patient/{number}"), number) for number in range(PATIENTS)]
    _write_table(folder / "patients.csv", patient_rows(dice.fork("patients"), patients))
    _write_table(folder / "visits.csv", visit_rows(dice.fork("visits"), patients))
    _write_corpus(folder, draw_documents(dice.fork("notes"), patients))


def _write_corpus(folder: Path, documents: Sequence[Document]) -> None:
    (folder / "notes").mkdir(exist_ok=True)
    for one in documents:
        _write(folder / "notes" / one.name, f"{one.passage.text}\n")
    index = [(one.name, one.patient_id, one.genre) for one in documents]
    _write_table(folder / "notes.index.csv", [("document", "patient_id", "genre"), *index])
    gold = (json.dumps({"id": one.name, "spans": one.passage.spans}) for one in documents)
    _write(folder / "notes.gold.jsonl", "".join(f"{line}\n" for line in gold))


def _write_table(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)  # RFC 4180 ends a record with CRLF
    _write(path, text.getvalue())


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, metavar="DIR", help="where to")
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    write_sample(folder)


if __name__ == "__main__":
    main()
