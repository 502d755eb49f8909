"""The tables that synthesizers are compared on, as codes under a domain that all of them are told."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks import protocol_adult
from benchmarks.data import locate
from synth.encode import Codes, encode
from synth.schema import Schema

NAMES = ("adult", "titanic", "nltcs", "acs_ma2019")


@dataclass(frozen=True, slots=True)
class Coded:
    """A table's codes, the codes of the rows to test a classifier on (Adult only), and its file."""

    name: str
    real: Codes
    test: Codes | None
    path: Path

    @classmethod
    def of(cls, name: str) -> "Coded":
        """Read a table: Adult as its protocol says, the others under a schema drafted from them.

        Raises MissingDataError.
        """
        path = locate(f"tables/{name}.csv")
        if name == "adult":
            adult = protocol_adult.load(path)
            return cls(name, encode(adult.train, adult.schema), encode(adult.test, adult.schema), path)
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        if name == "titanic":
            frame = frame.iloc[:, 1:]  # the first, unnamed column is a row number
        return cls(name, encode(frame, Schema.draft(frame)), None, path)
