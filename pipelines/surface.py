"""What a release says of itself before anyone opens it: names of files and columns, and the notes inside Parquet."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from leakage.codeword import plant
from leakage.texts.needles import Needles
from pipelines.check import Check
from pipelines.compression import is_packed, kind_of
from pipelines.material import Material, known_identifiers
from pipelines.tablefile import SEPARATED

NAME = "names of files and columns"
_CODE = "T9"
_STATISTIC = "known identifiers in them"
_REASON = "a file called after a patient tells who is in it"


def judge_names(folder: Path, material: Material) -> Check:
    """Search what a release folder shows on its outside for the identifiers that are known from its source.

    Searched are whole values of two words or with a digit: a single word can be a column's honest name ("ward").
    INVALID if the search does not find values planted for it.
    """
    values = list(_values(material))
    needles = Needles.of(values)
    texts = list(_outside(folder))
    if not len(needles):
        return Check(NAME, "PASS", _STATISTIC, 0.0, 0.0, "no identifier is known", "conduct", _CODE)
    if not all(needles.found(plant(" ".join(texts), [value])) for _, value in values[:50]):
        return Check(NAME, "INVALID", _STATISTIC, None, 0.0, "a planted identifier was not found", "conduct", _CODE)
    count = len({number for text in texts for number in needles.found(text)})
    return Check(NAME, "FAIL" if count else "PASS", _STATISTIC, float(count), 0.0, _REASON, "conduct", _CODE)


def _values(material: Material) -> Iterator[tuple[str, str]]:
    for label, values in known_identifiers(material).items():
        for value in values:
            if len(value.split()) > 1 or (any(c.isdigit() for c in value) and len(value) > 3):
                yield label, value


def _outside(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        yield path.relative_to(folder).as_posix()
        if kind_of(path) in SEPARATED:
            yield " ".join(_first_cells(path))
        elif path.suffix.lower() == ".parquet":
            schema = pq.read_schema(path)
            notes = {**(schema.metadata or {}), **{k: v for f in schema for k, v in (f.metadata or {}).items()}}
            yield " ".join(
                [*schema.names, *(part.decode("utf-8", "replace") for pair in notes.items() for part in pair)]
            )


def _first_cells(path: Path) -> list[str]:
    with (gzip.open if is_packed(path) else open)(path, "rb") as file:
        line = file.readline().decode("utf-8", "replace")
    try:
        return next(csv.reader([line]), [])
    except csv.Error:  # a heading that csv finds too long
        return [line]
